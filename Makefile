# Every command of the project. `make` alone lists them.

PYTHON ?= python3
ARGS ?=
BIN := .venv/bin
# Two stamps: the libraries are installed anew when the lock changes, the project itself when
# only pyproject.toml does.
LIBRARIES := .venv/.libraries
READY := .venv/.ready

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: .venv help demo run test soak story letter coverage check bench lock

help: ## list these commands
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

demo: $(READY) ## run the whole programme on this machine, with a chat and a mailbox in the browser
	$(BIN)/akademia demo $(ARGS)

run: $(READY) ## run with real Telegram and a real mail server, as .env says
	$(BIN)/akademia run $(ARGS)

test: $(READY) ## run all tests; ARGS='-k outbox' runs some
	$(BIN)/python -m pytest $(ARGS)

soak: $(READY) ## kill the bot for ten minutes and count what arrived; ARGS='--minutes 1 --seed 7'
	$(BIN)/python -m tests.soak $(ARGS)

story: $(READY) ## register by mail over a real Postfix and Dovecot; ARGS='--out FOLDER' keeps the mails
	$(BIN)/python -m tests.mail_story $(ARGS)

letter: $(READY) ## write to sixty organisations and read the report; ARGS='--pictures FOLDER'
	$(BIN)/python -m tests.letter_story $(ARGS)

coverage: $(READY) ## run all tests and refuse less than 90 % of branches, the command line aside
	$(BIN)/python -m pytest --cov --cov-report= $(ARGS)
	$(BIN)/python -m coverage report --omit='bot/cli.py,bot/cli/*' \
		--show-missing --skip-covered --fail-under=90

check: $(READY) ## check style, types, the order of the rooms and the catalogues
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy --strict
	$(BIN)/python -m pytest -q tests/architecture
	$(BIN)/python -m texts.catalogue check

bench: $(READY) ## measure speed; ARGS picks what is measured
	$(BIN)/python -m benchmarks $(ARGS)

lock: $(READY) ## write requirements.lock anew from pyproject.toml
	$(BIN)/uv pip compile --universal --python-version 3.11 --extra dev --generate-hashes \
		--no-emit-index-url --custom-compile-command "make lock" \
		-o requirements.lock pyproject.toml

# The environment alone, for those who install on a server.
.venv: $(READY)

$(LIBRARIES): requirements.lock
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
		echo "Python 3.11 or newer is needed. Name one that you have: make PYTHON=python3.12 …" >&2; \
		exit 1; }
	@$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null || { \
		echo "This Python cannot make environments. On Debian: apt-get install python3-venv" >&2; \
		exit 1; }
	$(PYTHON) -m venv --clear .venv
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@touch $@

$(READY): $(LIBRARIES) pyproject.toml
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@
