"""A person says in the chat how we shall write to them."""

from handlers.telegram import own_data_flows
from handlers.telegram.preference_screens import NOTES, YES
from handlers.telegram.turn import Turn
from programme import preferences
from programme.preferences import CHANNEL, INVITATIONS
from programme.refusals import OptionUnknown, PersonUnknown


async def prefer(turn: Turn, what: str, wish: str) -> None:
    """Change one thing at once, and show how things stand now."""
    if turn.chat.person is None:
        raise PersonUnknown
    if (what, wish) not in NOTES:
        raise OptionUnknown
    await preferences.change(
        turn.tx,
        person_id=turn.chat.person.id,
        channel=wish if what == CHANNEL else None,
        invitations=wish == YES if what == INVITATIONS else None,
        now=turn.now,
    )
    await turn.look_again()
    await own_data_flows.show(turn, note=turn.t(NOTES[what, wish]))
