"""Lead a person to what a link or an earlier wish names."""

from collections.abc import Awaitable, Callable
from html import escape

from telegram import Update

from handlers.telegram import (
    buttons,
    certificate_checks,
    check_in,
    fair_flows,
    fair_screens,
    nomination_doors,
    person_doors,
    screens,
    survey_flows,
)
from handlers.telegram.turn import Turn
from programme import fair_views, listing

Wish = Callable[[Turn, buttons.Press], Awaitable[None]]


async def _event(turn: Turn, press: buttons.Press) -> None:
    await card(turn, press.number())


# What a link can lead to, by the letter it begins with: the same as of a button.
WISHES: dict[str, Wish] = {
    buttons.ATTENDANCE: check_in.by_link,
    buttons.EVENT: _event,
    buttons.STAND: fair_flows.begin,
    buttons.CERTIFICATE_CODE: certificate_checks.lead,
    buttons.NOMINATED: nomination_doors.to_nomination,
    buttons.CONTACT: nomination_doors.to_organisation,
    buttons.PERSON_LINK: person_doors.to_person,
    buttons.NAMING: nomination_doors.list_choices,
    buttons.SURVEY: survey_flows.begin,
    buttons.SURVEYS_MINE: survey_flows.list_own,
}


async def go(turn: Turn, wish: str, *, greet: bool = True) -> None:
    """Show what a link or an earlier wish names, or all events when it names nothing."""
    press = buttons.read(wish)
    lead = WISHES.get(press.action)
    if lead is not None:
        await lead(turn, press)
        return
    person = turn.chat.person
    greeting = turn.t("Good day, %(name)s!", name=escape(person.name)) if person and greet else ""
    views = await listing.ahead(turn.tx, person=person, now=turn.now)
    await turn.say(screens.event_list(turn.t, views, greeting=greeting))


async def card(turn: Turn, event_id: int, *, note: str = "") -> None:
    """Show one event."""
    view = await listing.one(turn.tx, event_id=event_id, person=turn.chat.person, now=turn.now)
    message = screens.event_card(turn.t, view, note=note)
    standing = None
    if not view.meant_for_others:
        person_id = turn.chat.person.id if turn.chat.person else None
        standing = await fair_views.standing(
            turn.tx, event_id=event_id, person_id=person_id, now=turn.now
        )
    await turn.say(fair_screens.on_card(turn.t, message, event_id, standing))


def pressed(update: Update) -> buttons.Press:
    """Read which button was pressed."""
    query = update.callback_query
    return buttons.read(query.data or "" if query else "")
