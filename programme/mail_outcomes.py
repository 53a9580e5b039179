"""What became of each thing that a mail asked for; the letter that answers says it in words."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from programme.document_refusals import (
    DocumentInOrder,
    DocumentNotNeeded,
    DocumentRefused,
    DocumentsOver,
    FileIsArchive,
    FileIsOffice,
    FileTooBig,
)
from programme.nomination_refusals import (
    AlreadyNamed,
    NamedByAnother,
    NamesNotWanted,
    NominationEnded,
    QuotaFull,
)
from programme.refusals import (
    AddressWrong,
    AnswerRefused,
    DeadlinePassed,
    EventCancelled,
    EventOver,
    EventUnknown,
    NotInAudience,
    Refusal,
)
from programme.seat_refusals import EntryByNomination, EventFull, OfferOver, SeatGone

Done = Literal[
    "registered",
    "waiting",
    "applied",
    "cancelled",
    "declined",
    "named",
    "named_untold",
    "named_to_call",
    "asked",
    "withdrawn",
    "no_noted",
    "nobody_noted",
    "stopped",
    "paper_taken",
    "paper_with_staff",
]
Known = Literal["has_seat", "in_line", "has_applied", "named_before"]
Refused = Literal[
    "event_over",
    "event_cancelled",
    "deadline_passed",
    "entry_by_nomination",
    "not_in_audience",
    "event_full",
    "seat_gone",
    "offer_over",
    "quota_full",
    "named_by_another",
    "nomination_ended",
    "names_not_wanted",
    "name_wrong",
    "address_wrong",
    "paper_in_order",
    "paper_too_big",
    "paper_is_office",
    "paper_is_archive",
    "paper_refused",
    "letter_too_old",
    "not_possible",
]
# What the writer has to do, or a person of the office.
Next = Literal[
    "needs_page", "needs_questions", "needs_office", "which_names", "without_address", "with_staff"
]
# What was read in a mail of which nothing was done.
Read = Literal["read_yes", "read_no", "read_stop", "read_person", "read_nothing"]
What = Done | Known | Refused | Next | Read


@dataclass(frozen=True)
class Outcome:
    """One thing that a mail asked for; `name` is whom or which file, `detail` what else is said."""

    what: What
    name: str = ""
    detail: str = ""

    def facts(self) -> Mapping[str, str]:
        """Give it as the facts of a notice carry it."""
        return {"what": self.what, "name": self.name, "detail": self.detail}


# The first kind that fits; a refusal that is none of these is not possible by mail.
_REFUSED: tuple[tuple[type[Refusal], Refused], ...] = (
    (EventCancelled, "event_cancelled"),
    (EventOver, "event_over"),
    (EventUnknown, "event_over"),
    (DeadlinePassed, "deadline_passed"),
    (EntryByNomination, "entry_by_nomination"),
    (NotInAudience, "not_in_audience"),
    (EventFull, "event_full"),
    (SeatGone, "seat_gone"),
    (OfferOver, "offer_over"),
    (QuotaFull, "quota_full"),
    (NamedByAnother, "named_by_another"),
    (NominationEnded, "nomination_ended"),
    (NamesNotWanted, "names_not_wanted"),
    (AddressWrong, "address_wrong"),
    (AnswerRefused, "name_wrong"),
    (DocumentInOrder, "paper_in_order"),
    (DocumentsOver, "event_over"),
    (DocumentNotNeeded, "not_possible"),
    (FileTooBig, "paper_too_big"),
    (FileIsOffice, "paper_is_office"),
    (FileIsArchive, "paper_is_archive"),
    (DocumentRefused, "paper_refused"),
)


def refused(refusal: Refusal, name: str = "") -> Outcome:
    """Say why something was not done."""
    if isinstance(refusal, AlreadyNamed):
        return Outcome("named_before", name or refusal.name)
    detail = ""
    if isinstance(refusal, DeadlinePassed):
        detail = refusal.deadline.isoformat()
    if isinstance(refusal, QuotaFull):
        detail = str(refusal.seats)
    if isinstance(refusal, FileTooBig):
        detail = str(refusal.limit)
    for kind, what in _REFUSED:
        if isinstance(refusal, kind):
            return Outcome(what, name, detail)
    return Outcome("not_possible", name)
