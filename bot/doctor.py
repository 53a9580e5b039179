"""A check-up of the installation: one line per check, and what to do where one is not good.

A check is a small function that looks at one thing and changes nothing. What it says holds no
secret and nobody's data: counts, names of settings, kinds of errors.
"""

import dataclasses
import json
import logging
import shutil
import sqlite3
import textwrap
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Literal

from bot.clock import real_clock
from bot.settings import Settings
from delivery.redaction import redact
from storage.database import Tx
from texts.translator import Translator, mark

Mark = Literal["good", "look", "broken"]
GOOD: Mark = "good"
LOOK: Mark = "look"
BROKEN: Mark = "broken"
EXIT_CODES = {GOOD: 0, LOOK: 1, BROKEN: 2}
SIGNS = {GOOD: "✓", LOOK: "!", BROKEN: "✗"}
MARKS = {GOOD: mark("good"), LOOK: mark("look"), BROKEN: mark("broken")}
WIDEST = 100
logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Finding:
    """What one check found; `advice` says what to do where it is not good, `command` how."""

    check: str
    mark: Mark
    says: str
    advice: str = ""
    command: str = ""


@dataclass
class Site:
    """The installation that is looked at, and how patiently.

    `tx` reads the database while it is open; it is None where the database does not answer.
    """

    settings: Settings
    t: Translator
    clock: Callable[[], datetime] = real_clock
    env_file: Path = Path(".env")
    sqlite_version: tuple[int, ...] = sqlite3.sqlite_version_info
    room_wanted: int = 500_000_000
    seconds: float = 10.0
    tx: Tx | None = field(default=None, repr=False)

    @property
    def address(self) -> str:
        """The database's address, which may hold a password."""
        return self.settings.database_url.get_secret_value()


Check = Callable[[Site], Awaitable[list[Finding]]]


async def look_at(checks: Iterable[Check], site: Site) -> list[Finding]:
    """Make the checks one after the other; one that breaks is a finding too."""
    found: list[Finding] = []
    for check in checks:
        name = check.__name__
        try:
            found += await check(site)
        except Exception as error:  # a check-up must come to its end
            logger.debug("check_broke", exc_info=error)
            says = site.t("This could not be looked at: %(error)s.", error=type(error).__name__)
            advice = site.t("Please look at what else is wrong, then try again.")
            found.append(Finding(name, LOOK, f"{name}: {says}", advice))
    return found


def worst(findings: Iterable[Finding]) -> Mark:
    """Give the worst mark of all."""
    return max((one.mark for one in findings), key=lambda each: EXIT_CODES[each], default=GOOD)


def as_json(findings: list[Finding]) -> str:
    """Write the findings for a program."""
    listed = [dataclasses.asdict(one) for one in findings]
    return redact(json.dumps(listed, ensure_ascii=False, indent=2))


def as_text(findings: list[Finding], t: Translator) -> str:
    """Write the findings for a screen, as wide as it is."""
    width = min(shutil.get_terminal_size().columns, WIDEST)
    words = {each: t(MARKS[each]) for each in MARKS}
    column = max(len(word) for word in words.values())
    lines: list[str] = []
    for one in findings:
        begin = f"{SIGNS[one.mark]} {words[one.mark]:<{column}}  "
        lines += _wrapped(one.says, begin, width)
        if one.advice:
            lines += _wrapped(one.advice, " " * len(begin) + "→ ", width)
        if one.command:
            # Never broken, so that it can be copied.
            lines.append(" " * len(begin) + "  " + one.command)
    return redact("\n".join([*lines, "", _conclusion(findings, t)]))


def _wrapped(words: str, begin: str, width: int) -> list[str]:
    return textwrap.wrap(
        words,
        width=width,
        initial_indent=begin,
        subsequent_indent=" " * len(begin),
        break_long_words=False,
        break_on_hyphens=False,
    )


def _conclusion(findings: list[Finding], t: Translator) -> str:
    broken, look = (sum(one.mark == each for one in findings) for each in (BROKEN, LOOK))
    if broken:
        return t("Broken: %(broken)s, to look at: %(look)s.", broken=broken, look=look)
    if look:
        return t.plural("%(n)s thing to look at.", "%(n)s things to look at.", look)
    return t("All is well.")
