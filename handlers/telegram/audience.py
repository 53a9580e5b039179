"""What staff press while they choose whom a letter is for."""

from collections.abc import Awaitable, Callable

from telegram import Update

from handlers.telegram import audience_flows, buttons, staff_flows
from handlers.telegram import audience_screens as shown
from handlers.telegram.going import pressed
from handlers.telegram.turn import Context, Turn
from programme import audience_building, invitation_steps
from programme.audience_building import AREAS, LOCALITIES, SINGLE
from programme.conversations import StaffMember

# Under a message with one of these buttons the choice rewrites itself.
_OURS = frozenset(
    {
        *(buttons.AUDIENCE, buttons.AUDIENCE_TICK, buttons.AUDIENCE_DONE),
        buttons.AUDIENCE_EVENT,
    }
)
Screen = Callable[[Turn, StaffMember, buttons.Press, int | None], Awaitable[None]]


def _edits(update: Update) -> int | None:
    """Name the message that may be rewritten; under any other one the choice begins anew."""
    message = update.effective_message
    markup = getattr(message, "reply_markup", None)
    rows = markup.inline_keyboard if markup else ()
    actions = {buttons.read(str(one.callback_data or "")).action for row in rows for one in row}
    # The letter's own screens lead here as well, and stay as they are.
    ours = bool(actions & _OURS) and buttons.ANSWER not in actions
    return message.message_id if message and ours else None


async def open_choice(update: Update, context: Context) -> None:
    """Show whom a letter is for, with all that can be ticked."""
    turn, letter = context.turn, pressed(update).number()
    member = await audience_flows.allowed(turn)
    await audience_flows.begin(turn, member, letter)
    await audience_flows.show(turn, member, letter, edits=_edits(update))


async def tick(update: Update, context: Context) -> None:
    """Tick something or take its tick away, and show where it was ticked."""
    turn, press = context.turn, pressed(update)
    member = await audience_flows.allowed(turn)
    code, value, wanted, _page = (*press.arguments[1:], "", "", "", "")[:4]
    await audience_building.tick(
        turn.tx,
        member=member,
        letter_id=press.number(),
        code=code,
        value=value,
        ticked=wanted == "1",
        now=turn.now,
    )
    await _SCREENS.get(code, _main)(turn, member, press, _edits(update))


async def _main(turn: Turn, member: StaffMember, press: buttons.Press, edits: int | None) -> None:
    await audience_flows.begin(turn, member, press.number())
    await audience_flows.show(turn, member, press.number(), edits=edits)


async def _look(turn: Turn, member: StaffMember, letter: int) -> audience_building.Look:
    return await audience_building.look(turn.tx, member=member, letter_id=letter, now=turn.now)


async def _values(turn: Turn, member: StaffMember, press: buttons.Press, edits: int | None) -> None:
    letter, code = press.number(), press.arguments[1]
    page = press.number(4) if press.action == buttons.AUDIENCE_TICK else press.number(2)
    found = await audience_building.values(
        turn.tx, member=member, letter_id=letter, code=code, number=page
    )
    await turn.say(shown.values(turn.t, await _look(turn, member, letter), found, edits=edits))


async def _states(turn: Turn, member: StaffMember, press: buttons.Press, edits: int | None) -> None:
    look = await _look(turn, member, press.number())
    await turn.say(shown.states(turn.t, look, edits=edits))


async def _locales(
    turn: Turn, member: StaffMember, press: buttons.Press, edits: int | None
) -> None:
    look = await _look(turn, member, press.number())
    await turn.say(shown.languages(turn.t, look, edits=edits))


async def _one_by_one(
    turn: Turn, member: StaffMember, press: buttons.Press, edits: int | None
) -> None:
    if press.action == buttons.AUDIENCE_TICK and press.arguments[3:4] == ("1",):
        # Somebody was found and chosen: the choice itself tells what that has made.
        await _main(turn, member, press, edits)
        return
    page = press.number(4) if press.action == buttons.AUDIENCE_TICK else press.number(1)
    look = await _look(turn, member, press.number())
    await turn.say(shown.singles(turn.t, look, page=page, edits=edits))


# Where something is ticked, by the code of its list.
_SCREENS: dict[str, Screen] = {
    LOCALITIES: _values,
    AREAS: _values,
    "s": _states,
    "g": _locales,
    **dict.fromkeys(SINGLE, _one_by_one),
}


async def _show(update: Update, context: Context, screen: Screen) -> None:
    member = await audience_flows.allowed(context.turn)
    await screen(context.turn, member, pressed(update), _edits(update))


async def show_values(update: Update, context: Context) -> None:
    """Show a page of localities or areas."""
    await _show(update, context, _values)


async def show_locales(update: Update, context: Context) -> None:
    """Show the languages."""
    await _show(update, context, _locales)


async def show_singles(update: Update, context: Context) -> None:
    """Show who was added or left out one by one."""
    await _show(update, context, _one_by_one)


async def show_event(update: Update, context: Context) -> None:
    """Show how people may stand with an event; with a number, with that event."""
    turn, press = context.turn, pressed(update)
    member = await audience_flows.allowed(turn)
    if press.number(1) >= 0:
        await audience_building.choose_event(
            turn.tx,
            member=member,
            letter_id=press.number(),
            event_id=press.number(1),
            now=turn.now,
        )
    await _states(turn, member, press, _edits(update))


async def show_events(update: Update, context: Context) -> None:
    """Show a page of events to choose from."""
    turn, press = context.turn, pressed(update)
    page = await audience_building.events_page(
        turn.tx,
        member=await audience_flows.allowed(turn),
        letter_id=press.number(),
        number=press.number(1),
        now=turn.now,
    )
    await turn.say(shown.events(turn.t, page, edits=_edits(update)))


async def show_names(update: Update, context: Context) -> None:
    """Show a page of the names of all whom the letter is for."""
    turn, press = context.turn, pressed(update)
    page = await audience_building.names(
        turn.tx,
        member=await audience_flows.allowed(turn),
        letter_id=press.number(),
        number=press.number(1),
    )
    await turn.say(shown.names(turn.t, press.number(), page, edits=_edits(update)))


async def find(update: Update, context: Context) -> None:
    """Ask whom to add, or to leave out."""
    turn, press = context.turn, pressed(update)
    member = await audience_flows.allowed(turn)
    step = press.arguments[1] if len(press.arguments) > 1 else ""
    await audience_flows.begin(turn, member, press.number(), step=step)
    await turn.say(shown.ask_words(turn.t, press.number(), step))


async def clear(update: Update, context: Context) -> None:
    """Take all ticks away."""
    turn, letter = context.turn, pressed(update).number()
    member = await audience_flows.allowed(turn)
    await audience_building.clear(turn.tx, member=member, letter_id=letter, now=turn.now)
    await audience_flows.show(turn, member, letter, edits=_edits(update))


async def done(update: Update, context: Context) -> None:
    """Go back to the letter; while nobody is meant the choice stays open and says so."""
    turn, letter = context.turn, pressed(update).number()
    member = await audience_flows.allowed(turn)
    look = await _look(turn, member, letter)
    if look.choice.is_empty or look.count.is_nobody:
        await turn.say(shown.main(turn.t, look, edits=_edits(update)))
        return
    asked = await invitation_steps.go_back_to(
        turn.tx, state=turn.state, member=member, invitation_id=letter, now=turn.now
    )
    await staff_flows.put(turn, asked)
