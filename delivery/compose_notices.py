"""Say of every kind of notice which facts it needs and on which channels it can leave.

The facts of a notice are frozen in its outbox row when the cause is committed. A row
whose facts are incomplete is refused here by name, before any template is opened.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from delivery.failures import CompositionError

CHANNELS = ("chat", "mail")

EVERY_NOTICE = (
    "programme.title",
    "programme.funder_line",
    "programme.organiser",
    "programme.contact",
    "person.name",
)
EVENT = ("event.id", "event.title", "event.kind", "event.place", "event.sessions")
_OFFER = ("offer.expires_at", "offer.zone", "offer.holds_seat")
_CERTIFICATE = (
    *("certificate.number", "certificate.code", "certificate.link", "certificate.name"),
    *("certificate.locale", "certificate.issued_at", "certificate.zone"),
    *("certificate.event", "certificate.programme"),
)
_ASKING = ("organisation.id", "organisation.name")
_NAMING = ("organisation.id", "organisation.name", "deadline")
_ENTRY = ("calendar.uid", "calendar.sequence", "calendar.method")

_STAND = (
    "exhibitor_id",
    "stand.organisation",
    "stand.for_residents",
    "stand.for_office",
    "stand.tables",
    "stand.power",
    "stand.needs",
)

_SURVEY = ("survey_key", "wave_id", "owner", "title", "privacy", "minutes", "zone")
_OF_SURVEY = ("event", "organisation")
_OF_LETTER = ("dated", "signature", "file", "placeholders", "letter")


class UnknownNotice(CompositionError):
    """There is no notice of this kind on this channel."""

    def __init__(self, kind: str, channel: str) -> None:
        self.kind = kind
        self.channel = channel
        super().__init__(f"{kind} by {channel}")


class MissingFact(CompositionError):
    """The notice lacks a fact that its words need."""

    def __init__(self, kind: str, fact: str) -> None:
        self.kind = kind
        self.fact = fact
        super().__init__(f"{kind} needs {fact}")


@dataclass(frozen=True)
class Notice:
    """One kind of notice; a channel whose facts are None does not carry it.

    `facts` are needed on every channel, `chat` and `mail` on that channel alone.
    `may_be_null` must be stated but may be null, `optional` may be left out.
    """

    kind: str
    facts: tuple[str, ...] = ()
    chat: tuple[str, ...] | None = ()
    mail: tuple[str, ...] | None = ()
    may_be_null: tuple[str, ...] = ()
    optional: tuple[str, ...] = ()

    def carries(self, channel: str) -> bool:
        """Tell whether the notice can leave by "chat" or "mail"."""
        return self._own_facts(channel) is not None

    def required(self, channel: str) -> tuple[str, ...]:
        """Name the facts that must be there and not null on a channel."""
        return EVERY_NOTICE + self.facts + (self._own_facts(channel) or ())

    def _own_facts(self, channel: str) -> tuple[str, ...] | None:
        return {"chat": self.chat, "mail": self.mail}.get(channel)


NOTICES = {
    each.kind: each
    for each in (
        Notice(
            "registration_confirmed",
            facts=EVENT,
            chat=("calendar_entries",),
            mail=("session_number", *_ENTRY),
            optional=("documents", "registration_id"),
        ),
        Notice(
            "promoted",
            facts=EVENT,
            chat=("calendar_entries",),
            mail=("session_number", *_ENTRY),
            optional=("documents", "registration_id"),
        ),
        Notice(
            "waiting_listed",
            facts=(*EVENT, "position"),
            optional=("offers", "registration_id"),
        ),
        Notice("seat_offered", facts=(*EVENT, "registration_id", *_OFFER)),
        Notice("offer_expired", facts=EVENT, optional=("registration_id",)),
        Notice("application_received", facts=(*EVENT, "registration_id")),
        Notice("application_refused", facts=(*EVENT, "reason"), optional=("registration_id",)),
        # People on the waiting list are told as well; they have no calendar entry.
        Notice(
            "registration_cancelled",
            facts=EVENT,
            optional=("session_number", "calendar", "reason", "withdrawn_by"),
        ),
        # A calendar answered "no"; the notice says until when that can be undone.
        Notice(
            "seat_given_up",
            facts=(*EVENT, "registration_id", "undo.until", "undo.zone"),
            optional=("session_number", "calendar"),
        ),
        Notice(
            "day_declined",
            facts=(
                *EVENT,
                "registration_id",
                *("declined.starts_at", "declined.ends_at", "declined.zone"),
            ),
        ),
        # Two people were one and had a seat each; one of the two calendar entries goes.
        Notice("registration_joined", facts=EVENT, optional=("session_number", "calendar")),
        Notice(
            "event_moved",
            facts=(*EVENT, "old.place", "old.sessions"),
            optional=(
                "naming",
                "session_number",
                "calendar",
                "calendar_entries",
                "registration_id",
                "exhibitor_id",
                "offer",
            ),
        ),
        # Other words, the same time and place.
        Notice(
            "event_changed",
            facts=(*EVENT, "former_title", "body"),
            optional=(
                "session_number",
                "calendar",
                "calendar_entries",
                "registration_id",
                "exhibitor_id",
            ),
        ),
        Notice("event_cancelled", facts=EVENT, optional=("session_number", "calendar")),
        Notice(
            "reminder",
            facts=(*EVENT, "days_left", "session_number", "session"),
            optional=("registration_id",),
        ),
        Notice("exhibitor_confirmed", facts=(*EVENT, *_STAND, "stand.number")),
        Notice("exhibitor_promoted", facts=(*EVENT, *_STAND, "stand.number")),
        Notice("exhibitor_waiting", facts=(*EVENT, *_STAND, "position")),
        Notice("exhibitor_cancelled", facts=(*EVENT, *_STAND)),
        Notice("exhibitor_reminder", facts=(*EVENT, *_STAND, "stand.number", "days_left")),
        Notice(
            "invitation",
            facts=("subject", "body"),
            may_be_null=("case_number", "event", "link", "deadline"),
            optional=_OF_LETTER,
        ),
        Notice(
            "correction",
            facts=("subject", "body"),
            may_be_null=("case_number", "event", "link", "deadline"),
            optional=_OF_LETTER,
        ),
        # What an invitation would look like, to whoever writes it; its doors do nothing.
        Notice(
            "letter_test",
            facts=("subject", "body"),
            may_be_null=("case_number", "event", "link", "deadline"),
            optional=_OF_LETTER,
        ),
        # A message that stands in a chat is rewritten, because its letter was corrected.
        Notice(
            "letter_amended",
            facts=("subject", "body", "edits"),
            mail=None,
            may_be_null=("case_number", "event", "link", "deadline"),
            optional=(*_OF_LETTER, "captioned"),
        ),
        Notice("email_code", facts=("code", "minutes"), chat=None),
        Notice("address_check", facts=("link", "hours"), chat=None),
        Notice("address_changed", chat=None),
        Notice(
            "poll",
            facts=("question", "options", "survey_key"),
            optional=("event", "multiple", "buttons_of", "anonymous", "closes"),
        ),
        Notice("survey_asked", facts=_SURVEY, may_be_null=("closes_at",), optional=_OF_SURVEY),
        Notice("survey_reminder", facts=_SURVEY, may_be_null=("closes_at",), optional=_OF_SURVEY),
        Notice(
            "document_returned",
            facts=(*EVENT, "document", "reason", "registration_id", "required_document_id"),
        ),
        Notice("documents_complete", facts=(*EVENT, "documents", "registration_id")),
        Notice("documents_missing", facts=(*EVENT, "documents", "registration_id")),
        Notice("certificate", facts=(*EVENT, *_CERTIFICATE)),
        Notice(
            "nomination_call",
            facts=(*EVENT, *_NAMING, "documents"),
            may_be_null=("seats", "link"),
        ),
        Notice("nomination_reminder", facts=(*EVENT, *_NAMING), may_be_null=("seats", "link")),
        Notice(
            "nomination_answered",
            facts=(*EVENT, *_NAMING, "named", "answer", "may_name", "registered"),
        ),
        Notice("nominated", facts=(*EVENT, *_NAMING, "nomination_id"), may_be_null=("link",)),
        Notice(
            "nominated_reminder", facts=(*EVENT, *_NAMING, "nomination_id"), may_be_null=("link",)
        ),
        Notice("registration_asked", facts=(*EVENT, *_ASKING), chat=None),
        Notice(
            "mail_understood",
            facts=("outcomes",),
            chat=None,
            may_be_null=("event",),
            optional=("about",),
        ),
        Notice(
            "mail_unclear",
            facts=("outcomes",),
            chat=None,
            may_be_null=("event",),
            optional=("about",),
        ),
        Notice("mail_taken_note", chat=None),
        Notice("nomination_withdrawn", facts=(*EVENT, *_NAMING)),
        Notice("digest", facts=("announcements",), may_be_null=("event",)),
        Notice("summary", facts=("summary",), mail=None),
        Notice("trouble", mail=None),
        Notice("alert", facts=("trouble.channel", "trouble.cause")),
        Notice("task", facts=("tasks.new", "tasks.all"), mail=None),
        Notice("staff_rights", facts=("rights.role",), mail=None),
    )
}


def check_facts(kind: str, channel: str, facts: Mapping[str, Any]) -> Notice:
    """Find the notice and refuse it when a fact is missing."""
    notice = NOTICES.get(kind)
    if notice is None or channel not in CHANNELS or not notice.carries(channel):
        raise UnknownNotice(kind, channel)
    _require(kind, facts, notice.required(channel))
    for name in notice.may_be_null:
        if name not in facts:
            raise MissingFact(kind, name)
    if facts.get("event") is not None:
        _require(kind, facts, EVENT)
    if channel == "mail" and facts.get("calendar") is not None:
        _require(kind, facts, ("session_number", *_ENTRY))
    return notice


def _require(kind: str, facts: Mapping[str, Any], names: Iterable[str]) -> None:
    for name in names:
        value: Any = facts
        for part in name.split("."):
            value = value.get(part) if isinstance(value, Mapping) else None
        if value is None:
            raise MissingFact(kind, name)
