"""Tell what kind of mail came: a person's, a machine's, a report that one of ours came back.

The order decides where a mail could be two things. A report of a delivery comes first, because
what it returns is ours and must not be taken for an answer; a calendar's answer comes before the
signs of a machine, because calendars send it without their owner's hand. What remains in doubt is
a machine's mail with a mark: nobody is answered, and staff look at it when it is about a letter
of ours (docs/decisions/0023).
"""

from dataclasses import dataclass
from typing import Literal

from handlers.mail import automatic_signs, calendar_parts, delivery_reports, our_letters
from handlers.mail.automatic_signs import Because
from handlers.mail.read_mail import ReadMail
from programme.calendar_answers import CalendarAnswer
from programme.returned_mail import ReturnedMail

# RFC 5321 section 6.3 lets a server see a loop in this many stations; ours counts sooner.
MOST_STATIONS = 30
# A letter of ours says of what kind it is; one that comes back with that has only gone round.
OUR_MARK = "x-akademia-kind"


@dataclass(frozen=True)
class Automatic:
    """A machine wrote: nobody is answered.

    `is_doubtful` when a person could have written just so; staff look at it if it bears a token.
    """

    because: Because
    is_doubtful: bool = False


@dataclass(frozen=True)
class Own:
    """Our own mail came round, or a mail goes in a circle: nothing is done with it."""

    because: Literal["address", "mark", "loop"]


@dataclass(frozen=True)
class Letter:
    """A person wrote."""


Sorted = ReturnedMail | Automatic | CalendarAnswer | Own | Letter


def sort(mail: ReadMail, *, our_addresses: frozenset[str]) -> Sorted:
    """Tell what a mail is; in doubt what can harm less, which is no answer and a look by staff."""
    ours = frozenset(address.lower() for address in our_addresses)
    if len(mail.headers.get("received", ())) > MOST_STATIONS:
        return Own("loop")
    returned = delivery_reports.read(mail, our_addresses=ours)
    if returned is not None:
        return returned
    own = _own(mail, ours)
    if own is not None:
        return own
    return calendar_parts.read(mail) or _automatic(mail) or Letter()


def _own(mail: ReadMail, ours: frozenset[str]) -> Own | None:
    if mail.header(OUR_MARK):
        return Own("mark")
    domains = {address.partition("@")[2] for address in ours}
    generated = automatic_signs.auto_submitted(mail) == "auto-generated"
    written_by_us = generated and _domain(mail.message_id) in domains
    if delivery_reports.bare(mail.sender) in ours or (
        written_by_us and our_letters.in_ids(f"<{mail.message_id}>")
    ):
        return Own("address")
    return None


def _domain(message_id: str) -> str:
    return message_id.strip("<> ").rpartition("@")[2].lower()


def _automatic(mail: ReadMail) -> Automatic | None:
    found = automatic_signs.sign(mail)
    return Automatic(*found) if found else None
