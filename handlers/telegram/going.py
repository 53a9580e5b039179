"""Lead a person somewhere: to the list of events or to one event's card."""

from html import escape

from telegram import Update

from handlers.telegram import buttons, screens
from handlers.telegram.turn import Turn
from programme import listing


async def go(turn: Turn, wish: str, *, greet: bool = True) -> None:
    """Show what a link or an earlier wish names: one event, or all of them."""
    press = buttons.read(wish)
    if press.action == buttons.EVENT:
        await card(turn, press.number())
        return
    person = turn.chat.person
    greeting = turn.t("Good day, %(name)s!", name=escape(person.name)) if person and greet else ""
    views = await listing.ahead(turn.tx, person=person, now=turn.now)
    await turn.say(screens.event_list(turn.t, views, greeting=greeting))


async def card(turn: Turn, event_id: int, *, note: str = "") -> None:
    """Show one event."""
    view = await listing.one(turn.tx, event_id=event_id, person=turn.chat.person, now=turn.now)
    await turn.say(screens.event_card(turn.t, view, note=note))


def pressed(update: Update) -> buttons.Press:
    """Read which button was pressed."""
    query = update.callback_query
    return buttons.read(query.data or "" if query else "")
