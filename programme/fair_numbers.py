"""Ask staff which number a stand shall have."""

from datetime import datetime

from programme import fair, staff
from programme.asking import Asked, ended, following, fresh, number
from programme.fair_refusals import NotExhibiting, StandNumberUnfit
from storage import fair as rows
from storage.conversations import Conversation
from storage.database import Tx
from storage.fair import Exhibitor
from storage.staff import StaffMember

FLOW = "stand_number"


async def begin(tx: Tx, *, state: Conversation, exhibitor_id: int, member: StaffMember) -> Asked:
    """Ask for the number of a stand."""
    staff.permit(member, "fair")
    begun = fresh(state, FLOW, exhibitor_id=exhibitor_id)
    return await ask(tx, state=following(begun, "number"), member=member)


async def ask(tx: Tx, *, state: Conversation, member: StaffMember) -> Asked:
    """Gather what the question needs; raises NotExhibiting for a stand that was given up."""
    staff.permit(member, "fair")
    exhibitor = await rows.get(tx, state.data["exhibitor_id"])
    if exhibitor is None or exhibitor.state != "active":
        raise NotExhibiting
    return Asked(state, "stand_number", {"exhibitor": exhibitor})


async def answer(
    tx: Tx, *, state: Conversation, raw: str, member: StaffMember, now: datetime
) -> tuple[Conversation, int, Exhibitor | None]:
    """Number the stand; give the end of the dialogue, the stand, and who swapped with it."""
    staff.permit(member, "fair")
    wanted = number(raw.strip())
    if wanted is None:
        raise StandNumberUnfit(fair.MOST_STANDS)
    exhibitor_id = state.data["exhibitor_id"]
    other = await fair.renumber(tx, exhibitor_id=exhibitor_id, stand=wanted, member=member, now=now)
    after = await rows.get(tx, other.id) if other is not None else None
    return ended(state), exhibitor_id, after
