"""What an imported file says, before anything is kept: plain values with wall times."""

from dataclasses import dataclass
from datetime import date, datetime, time

from programme.forms import Question


@dataclass(frozen=True)
class SessionEntry:
    """One sitting of an event; both times are wall times in the file's zone."""

    starts: datetime
    ends: datetime
    place: str


@dataclass(frozen=True)
class RuleEntry:
    """When to remind before a session: days before at an hour, or minutes before."""

    key: str
    days_before: int = 0
    at: time | None = None
    minutes_before: int = 0


@dataclass(frozen=True)
class TermsEntry:
    """Who may come to an event and how seats are given; the deadline is a wall time.

    `certificate_sessions` is how many sessions somebody must attend for a certificate; None
    means that there is none.
    """

    entry: str = "open"
    seats_per_organisation: int | None = None
    nomination_deadline: datetime | None = None
    approval: str = "none"
    selection: str = "first_come"
    fairness: str = "first_come"
    late: str = "refuse"
    offer_hours: int = 0
    last_minute_hours: int = 0
    certificate_sessions: int | None = None
    stands: int | None = None


@dataclass(frozen=True)
class DocumentEntry:
    """A paper that participants hand in; `blank` names a file beside the programme file."""

    key: str
    title: str
    blank: str = ""


@dataclass(frozen=True)
class EventEntry:
    """One event with its sessions in the order of the file; the deadline is a wall time."""

    key: str
    title: str
    kind: str
    place: str
    description: str
    capacity: int | None
    audience: str
    deadline: datetime | None
    state: str
    sessions: tuple[SessionEntry, ...]
    rules: tuple[RuleEntry, ...]
    terms: TermsEntry = TermsEntry()
    documents: tuple[DocumentEntry, ...] = ()
    questions: tuple[Question, ...] = ()


@dataclass(frozen=True)
class PrivacyNoticeEntry:
    """The privacy notice people are shown, in both languages."""

    version: int
    pl: str
    en: str


@dataclass(frozen=True)
class ProgrammeFile:
    """A whole programme file."""

    key: str
    title: str
    funder_line: str
    organiser: str
    contact: str
    starts_on: date
    ends_on: date
    zone: str
    privacy_notice: PrivacyNoticeEntry
    events: tuple[EventEntry, ...]


@dataclass(frozen=True)
class OrganisationEntry:
    """One row of the register; `row` is its number in the file, counted from 1.

    `postal_address` has the lines of an envelope; None where the file has no such column, so
    that what is known stays.
    """

    row: int
    name: str
    kind: str
    email: str
    phone: str
    locality: str
    areas: tuple[str, ...]
    postal_address: str | None = None


@dataclass(frozen=True)
class RegisterFile:
    """A whole register, and the headings of columns that nobody reads."""

    entries: tuple[OrganisationEntry, ...]
    ignored: tuple[str, ...] = ()
