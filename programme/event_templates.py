"""What a new event of each kind begins with: sensible, and all of it can be changed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from programme.importing.entries import EventEntry, SessionEntry, TermsEntry
from programme.importing.programme_file import DEFAULT_RULES, KINDS

STANDS = 20


@dataclass(frozen=True)
class Template:
    """How long a day lasts whose end is not said, and how many stands a fair has."""

    lasts: timedelta
    stands: int | None = None
    with_certificate: bool = False


TEMPLATES = {
    "training": Template(timedelta(hours=6), with_certificate=True),
    "meeting": Template(timedelta(hours=2)),
    "fair": Template(timedelta(hours=5), stands=STANDS),
}


def blank(kind: str) -> EventEntry:
    """Give an event of a kind without words and days; it reminds as an imported one does."""
    template = TEMPLATES[kind]
    return EventEntry(
        key="",
        title="",
        kind=kind,
        place="",
        description="",
        capacity=None,
        audience="all",
        deadline=None,
        state="draft",
        sessions=(),
        rules=DEFAULT_RULES,
        terms=TermsEntry(stands=template.stands),
    )


def sittings(days: Sequence[tuple[datetime, datetime]], place: str) -> tuple[SessionEntry, ...]:
    """Give the sessions of days that are all in one place."""
    return tuple(SessionEntry(starts, ends, place) for starts, ends in days)


def certificate_sessions(kind: str, days: int, *, wanted: int | None, before: int) -> int | None:
    """Say how many days a certificate takes when an event has so many days, and had others.

    All days stay all days, a training that is new takes all, and nobody can be asked for more
    days than there are.
    """
    if wanted is None:
        return days if TEMPLATES[kind].with_certificate and not before and days else None
    return days if wanted == before else min(wanted, days)


__all__ = [
    "KINDS",
    "STANDS",
    "TEMPLATES",
    "Template",
    "blank",
    "certificate_sessions",
    "sittings",
]
