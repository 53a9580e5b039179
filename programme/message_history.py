"""Every message that went, or will go, to one person or one organisation's own mailbox."""

from dataclasses import dataclass

from programme import staff, staff_notes
from storage import message_history as rows
from storage import people
from storage.database import Tx
from storage.message_history import Sent
from storage.staff import StaffMember
from storage.staff_notes import Whom

ON_PAGE = 10


@dataclass(frozen=True)
class Messages:
    """One page of messages, the newest first; `number` counts pages from 0."""

    whom: Whom
    name: str
    listed: tuple[Sent, ...]
    number: int
    pages: int
    total: int


async def page(tx: Tx, *, whom: Whom, number: int, member: StaffMember) -> Messages:
    """Give one page; what somebody got under another entry of theirs is among it.

    Raises PersonNotFound or OrganisationNotFound.
    """
    staff.permit(member, "search")
    name = await staff_notes.name_of(tx, whom)
    if whom.person_id is not None:
        who = await people.who_is_now(tx, whom.person_id)
        numbers = await rows.selves(tx, who.id)
        total = await rows.count_of_people(tx, numbers)
        pages, at = _place(total, number)
        listed = await rows.page_of_people(tx, numbers, limit=ON_PAGE, offset=at * ON_PAGE)
        return Messages(Whom(person_id=who.id), name, tuple(listed), at, pages, total)
    unit_id = whom.organisation_id or 0
    total = await rows.count_of_organisation(tx, unit_id)
    pages, at = _place(total, number)
    listed = await rows.page_of_organisation(tx, unit_id, limit=ON_PAGE, offset=at * ON_PAGE)
    return Messages(whom, name, tuple(listed), at, pages, total)


def _place(total: int, number: int) -> tuple[int, int]:
    pages = max(1, -(-total // ON_PAGE))
    return pages, min(max(0, number), pages - 1)


__all__ = ["ON_PAGE", "Messages", "Sent", "Whom", "page"]
