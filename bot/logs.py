"""Where log lines go, in which form, and what they never carry.

An event is one stable word, and its facts are numbers, kinds and names of settings. Rows are
named by their numbers; docs/reference/log-events.md lists every word.
"""

import json
import logging
import re
from datetime import UTC, datetime

from delivery.redaction import SecretsFilter, quiet_http_loggers, without_addresses

FORMAT = "%(asctime)s %(levelname)s %(name)s %(message)s"
ROOMS = frozenset(
    ("bot", "handlers", "scheduler", "delivery", "programme", "storage", "texts", "playground")
)
# What these say in detail is either noise or the very words and addresses of people. Whoever is
# not named here is silenced by OurOwn; these are spared the work of making the lines.
QUIET = (
    "aiohttp",
    "aioimaplib",
    "aiosmtplib",
    "aiosqlite",
    "alembic",
    "apscheduler",
    "asyncio",
    "mail",
    "matplotlib",
    "PIL",
    "python_multipart",
    "sqlalchemy",
    "telegram",
    "uvicorn.access",
)
ORDINARY = set(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}
EVENT = re.compile(r"[a-z]+(?:_[a-z]+)*")
LIBRARY_EVENT = "library_said"
Fact = str | int | float | bool | None


class OurOwn(logging.Filter):
    """Let pass what our rooms say, and of libraries only what they warn of."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Tell whether a record is written."""
        ours = record.name.partition(".")[0] in ROOMS
        return ours or record.levelno >= logging.WARNING


def facts_of(record: logging.LogRecord) -> dict[str, Fact]:
    """Give the facts that came with an event, without secrets and addresses."""
    return {name: _fact(fact) for name, fact in vars(record).items() if name not in ORDINARY}


def _fact(value: object) -> Fact:
    if value is None or isinstance(value, bool | int | float):
        return value
    return without_addresses(str(value))


class Lines(logging.Formatter):
    """A line of text with the facts that came with it, as name=value behind the words."""

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 -- logging's own name
        """Add the facts to the words."""
        words = super().formatMessage(record)
        return " ".join([words, *(f"{name}={fact}" for name, fact in facts_of(record).items())])

    def format(self, record: logging.LogRecord) -> str:
        """Write a record; addresses may stand in a traceback too."""
        return without_addresses(super().format(record))


class JsonLines(logging.Formatter):
    """One JSON object per line: time, level, event, logger, the facts, the traceback if any."""

    def format(self, record: logging.LogRecord) -> str:
        """Write a record; what a library says in words of its own stands in `said`."""
        said = without_addresses(record.getMessage())
        is_event = EVENT.fullmatch(said) is not None
        line: dict[str, Fact] = facts_of(record) | {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "event": said if is_event else LIBRARY_EVENT,
            "logger": record.name,
        }
        if not is_event:
            line["said"] = said
        if record.exc_info and not record.exc_text:
            record.exc_text = self.formatException(record.exc_info)
        if record.exc_text:
            line["traceback"] = without_addresses(record.exc_text)
        first = ("time", "level", "event")
        ordered = {name: line[name] for name in first} | line
        return json.dumps(ordered, ensure_ascii=False)


def set_up_logs(level: int = logging.INFO, *, as_json: bool = False) -> None:
    """Write log lines to standard error, without tokens, passwords and addresses."""
    handler = logging.StreamHandler()
    handler.setFormatter(JsonLines() if as_json else Lines(FORMAT))
    handler.addFilter(OurOwn())
    handler.addFilter(SecretsFilter())
    logging.basicConfig(level=level, handlers=[handler], force=True)
    quiet_http_loggers()
    for noisy in QUIET:
        logging.getLogger(noisy).setLevel(logging.WARNING)


def writes_json() -> bool:
    """Tell whether log lines are JSON, so that nothing else may stand among them."""
    return any(isinstance(one.formatter, JsonLines) for one in logging.getLogger().handlers)
