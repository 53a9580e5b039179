"""A proven answer to a letter of ours, and what came of it."""

from dataclasses import dataclass, replace
from datetime import datetime

from programme.mail_letters import House, Written
from programme.mail_outcomes import Outcome
from programme.mail_wishes import Wish
from programme.quiet_hours import QuietHours
from storage.letter_doors import Door


@dataclass(frozen=True)
class Answered:
    """A mail and the letter of ours that it proves to answer."""

    door: Door
    written: Written
    house: House
    now: datetime
    # Who reads the letter, as far as we know them.
    reader_id: int | None = None

    @property
    def wish(self) -> Wish:
        """What the mail asks for."""
        return self.written.wish

    @property
    def event_id(self) -> int | None:
        """The event that the letter was about."""
        number = self.door.subject.get("event")
        return None if number is None else int(number)

    @property
    def quiet(self) -> QuietHours:
        """The hours in which nobody is disturbed."""
        return self.house.quiet


@dataclass(frozen=True)
class Effect:
    """What came of a mail, or of a part of it.

    `is_told` says that a letter of its own tells the reader of all that was done, `more_to_say`
    that there is more than that. `unclear` says that nothing was done because something was not
    understood; then, and with `for_staff`, a person of the office reads the mail.
    """

    outcomes: tuple[Outcome, ...] = ()
    is_told: bool = False
    more_to_say: bool = False
    for_staff: bool = False
    unclear: bool = False
    took_file: bool = False

    def with_more(self, other: "Effect") -> "Effect":
        """Put what came of the rest of a mail to this."""
        if not self.outcomes and not self.took_file:
            return other
        if not other.outcomes:
            return replace(
                self,
                for_staff=self.for_staff or other.for_staff,
                took_file=self.took_file or other.took_file,
            )
        return Effect(
            outcomes=self.outcomes + other.outcomes,
            more_to_say=True,
            for_staff=self.for_staff or other.for_staff,
            unclear=other.unclear,
            took_file=self.took_file or other.took_file,
        )


def read_from(wish: Wish) -> tuple[Outcome, ...]:
    """Say what was read in a mail of which nothing is done."""
    read = [
        Outcome("read_person", person.written or person.name, person.email)
        for person in wish.people
    ]
    if wish.answer == "yes" or wish.is_nod:
        read.append(Outcome("read_yes"))
    if wish.answer == "no":
        read.append(Outcome("read_no"))
    if wish.answer == "stop":
        read.append(Outcome("read_stop"))
    return tuple(read) or (Outcome("read_nothing"),)


def page_needed(asked: Answered, name: str, *, questions: bool) -> Effect:
    """Say that a yes needs one more step: the page, or the office where there are no pages."""
    if not asked.house.has_pages:
        return Effect((Outcome("needs_office", name),), for_staff=True)
    return Effect((Outcome("needs_questions" if questions else "needs_page", name),))
