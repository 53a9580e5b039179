"""What somebody asks for in a mail, as far as it was understood; nothing of it is done yet."""

from dataclasses import dataclass
from typing import Literal

# `yes`: they come, or the person named does. `no`: they do not, or give their seat back.
# `stop`: no more invitations. Empty: they said neither.
Answer = Literal["", "yes", "no", "stop"]


@dataclass(frozen=True)
class WrittenPerson:
    """Somebody whom a mail names.

    `name` is the name as it would stand in a list, in the nominative; `written` as the mail has
    it. `is_sure` is False where the grammar leaves more than one name.
    """

    name: str
    written: str
    email: str = ""
    phone: str = ""
    is_sure: bool = True


@dataclass(frozen=True)
class Wish:
    """What a mail asks for.

    `rest` is what was read but not understood, without greetings and thanks; whoever acts on the
    wish must let a person of the office read it when it is not empty. `is_nod` says that it is
    no more than "ok" or a thumb, which agrees without saying to what.
    """

    answer: Answer = ""
    people: tuple[WrittenPerson, ...] = ()
    rest: str = ""
    is_nod: bool = False

    @property
    def is_clear(self) -> bool:
        """Whether all of it was understood, and only one way."""
        return not self.rest and all(person.is_sure for person in self.people)
