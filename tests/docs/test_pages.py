"""The pages are short enough, name commands that exist, and link to what is there."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
README_LINES = 120
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
LINK = re.compile(r"\]\((?P<target>[^)\s]+)\)")
MAKE = re.compile(r"(?:`|^\s*)make (?P<target>[a-z]+)", re.MULTILINE)


def make_targets(makefile: str) -> set[str]:
    """Return the commands that `make` alone lists."""
    return set(re.findall(r"^([a-z]+):.*## ", makefile, re.MULTILINE))


def unknown_targets(page: str, makefile: str) -> set[str]:
    """Return the `make` commands of a page that the Makefile does not have."""
    return {found["target"] for found in MAKE.finditer(page)} - make_targets(makefile)


def dead_links(file: Path) -> list[str]:
    """Return the links of a page to local files that are not there."""
    targets = [found["target"] for found in LINK.finditer(file.read_text(encoding="utf-8"))]
    local = [target.partition("#")[0] for target in targets if "://" not in target]
    return [target for target in local if target and not (file.parent / target).exists()]


def _name(file: Path) -> str:
    return str(file.relative_to(ROOT))


def test_readme_can_be_read_at_one_sitting() -> None:
    lines = (ROOT / "README.md").read_text(encoding="utf-8").splitlines()

    assert len(lines) <= README_LINES


@pytest.mark.parametrize("page", PAGES, ids=_name)
def test_page_links_to_what_is_there(page: Path) -> None:
    assert dead_links(page) == []


@pytest.mark.parametrize("page", PAGES, ids=_name)
def test_page_names_make_targets_that_exist(page: Path) -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")

    assert unknown_targets(page.read_text(encoding="utf-8"), makefile) == set()


def test_make_lists_the_commands_of_the_project() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")

    assert make_targets(makefile) == {
        *("help", "demo", "run", "test", "soak", "story", "letter"),
        *("coverage", "check", "bench", "lock"),
    }


def test_every_decision_is_in_the_readme() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")

    decisions = sorted(_name(file) for file in (ROOT / "docs/decisions").glob("*.md"))

    assert re.findall(r"\((docs/decisions/[^)]+)\)", readme) == decisions


@pytest.mark.parametrize("text", ["`make fly`", "```sh\nmake fly\n```", "`make fly ARGS=x`"])
def test_unknown_targets_finds_one(text: str) -> None:
    assert unknown_targets(text, "test: x ## run all\n") == {"fly"}


def test_unknown_targets_leaves_plain_words_alone() -> None:
    assert unknown_targets("We make sure of it. `make test`", "test: x ## run all\n") == set()


def test_dead_links_finds_one(tmp_path: Path) -> None:
    (tmp_path / "there.md").touch()
    page = tmp_path / "page.md"
    page.write_text("[a](there.md#part) [b](gone.md) [c](https://example.org/) [d](#here)")

    assert dead_links(page) == ["gone.md"]
