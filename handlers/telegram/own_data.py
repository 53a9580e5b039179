"""A person looks at their own data, changes them, or says for which organisation they come."""

from telegram import Update

from handlers.telegram import (
    event_questions_flows,
    own_data_flows,
    preference_flows,
    registering,
)
from handlers.telegram.answers import introduce, pass_over
from handlers.telegram.going import pressed
from handlers.telegram.turn import Context
from programme import listing, own_data
from programme.event_questions import REGISTER
from programme.refusals import OptionUnknown, PersonUnknown


async def show(_update: Update, context: Context) -> None:
    """Show what we know of the person; somebody unknown is asked."""
    turn = context.turn
    if turn.chat.person is None:
        await introduce(turn, then="")
    else:
        await own_data_flows.show(turn)


async def change(update: Update, context: Context) -> None:
    """Begin to change one thing, or leave an organisation at once."""
    turn, press = context.turn, pressed(update)
    person = turn.chat.person
    if person is None:
        raise PersonUnknown
    if press.arguments[:1] != ("leave",):
        await own_data_flows.begin(turn, press.arguments[0] if press.arguments else "")
        return
    await own_data.leave(turn.tx, person=person, organisation_id=press.number(1), now=turn.now)
    await turn.look_again()
    note = turn.t("Thank you, this organisation is no longer among your data.")
    await own_data_flows.show(turn, note=note)


async def prefer(update: Update, context: Context) -> None:
    """Change at once how we write to the person."""
    what, wish = (*pressed(update).arguments, "", "")[:2]
    await preference_flows.prefer(context.turn, what, wish)


async def register_for(update: Update, context: Context) -> None:
    """Register for the organisation that was chosen; the event may ask more first."""
    turn, press = context.turn, pressed(update)
    if turn.chat.person is None:
        raise PersonUnknown
    held = await own_data.organisations(turn.tx, person=turn.chat.person)
    if press.number(1) not in {one.organisation_id for one in held}:
        raise OptionUnknown
    event_id, purpose = press.number(), f"{REGISTER}:{press.number(1)}"
    view = await listing.one(turn.tx, event_id=event_id, person=turn.chat.person, now=turn.now)
    if not view.asks_first:
        await registering.register(turn, event_id, organisation_id=press.number(1))
    elif turn.state.flow:
        await pass_over(turn)
    else:
        await event_questions_flows.begin(turn, event_id=event_id, purpose=purpose)
