"""Staff in the middle of a dialogue: asked for their rights at every step."""

from handlers.telegram.turn import Turn
from programme import asking, staff
from programme.conversations import StaffMember
from programme.refusals import NotStaff


async def allowed(turn: Turn, action: str, *, flow: str) -> StaffMember:
    """Give the staff member; one whose rights were taken away leaves the dialogue of this flow.

    Raises NotStaff. A dialogue of another flow that is open is nobody's loss and stays.
    """
    try:
        return await staff.require(turn.tx, chat_id=turn.chat_id, action=action, now=turn.now)
    except NotStaff:
        if turn.state.flow == flow:
            await turn.keep(asking.ended(turn.state))
        raise
