"""How staff call organisations for an event and look after what these name."""

from telegram import Update

from handlers.telegram import deed_desk, nomination_flows, nomination_staff_screens
from handlers.telegram.answers import pass_over
from handlers.telegram.going import pressed
from handlers.telegram.nomination_doors import link_of
from handlers.telegram.turn import Context, Turn
from programme import (
    deed_actions,
    event_desk,
    memberships,
    nomination_calls,
    nomination_views,
    staff,
)
from programme.conversations import StaffMember
from programme.nomination_refusals import NobodyToCall, NotContact


async def _staff(turn: Turn) -> StaffMember:
    return await staff.require(turn.tx, chat_id=turn.chat_id, action="nominations", now=turn.now)


async def ask_call(update: Update, context: Context) -> None:
    """Show whom a call would reach."""
    turn = context.turn
    member = await _staff(turn)
    found = await nomination_calls.preview(
        turn.tx, event_id=pressed(update).number(), now=turn.now, member=member
    )
    await turn.say(nomination_staff_screens.preview(turn.t, found))


async def call(update: Update, context: Context) -> None:
    """Let the letters to the organisations wait, so that they can be taken back."""
    turn, event_id = context.turn, pressed(update).number()
    member = await _staff(turn)
    found = await nomination_calls.preview(turn.tx, event_id=event_id, now=turn.now, member=member)
    if not found.reached:
        raise NobodyToCall
    about = {"name": found.event.title, "count": found.reached}
    arguments = {"event_id": event_id, "link": link_of(turn), "about": about}
    await deed_desk.wait(turn, update, member, deed_actions.CALL, arguments)


async def show_organisations(update: Update, context: Context) -> None:
    """List the organisations of an event and what they have named."""
    turn, press = context.turn, pressed(update)
    member = await _staff(turn)
    desk = await event_desk.one(turn.tx, event_id=press.number(), now=turn.now, member=member)
    found = await nomination_views.standings(turn.tx, event=desk.event, member=member)
    at = max(0, press.number(1))
    await turn.say(nomination_staff_screens.organisations(turn.t, desk.event.id, found, at))


async def change_quota(update: Update, context: Context) -> None:
    """Ask how many people an organisation may name."""
    await _terms(update, context.turn, "seats")


async def change_deadline(update: Update, context: Context) -> None:
    """Ask until when an organisation may name people."""
    await _terms(update, context.turn, "deadline")


async def _terms(update: Update, turn: Turn, step: str) -> None:
    await _staff(turn)
    if turn.state.flow:
        await pass_over(turn)
        return
    press = pressed(update)
    await nomination_flows.begin_terms(
        turn, event_id=press.number(), organisation_id=press.number(1), step=step
    )


async def show_speakers(update: Update, context: Context) -> None:
    """Show who may act for an organisation."""
    turn, press = context.turn, pressed(update)
    member = await _staff(turn)
    await _speakers(turn, member, press.number(), press.number(1), at=max(0, press.number(2)))


async def change_speaker(update: Update, context: Context) -> None:
    """Say whether somebody may act for an organisation."""
    turn, press = context.turn, pressed(update)
    member = await _staff(turn)
    await memberships.appoint(
        turn.tx,
        person_id=press.number(2),
        organisation_id=press.number(1),
        is_contact=press.number(3) == 1,
        member=member,
        now=turn.now,
    )
    await _speakers(turn, member, press.number(), press.number(1))


async def _speakers(
    turn: Turn, member: StaffMember, event_id: int, organisation_id: int, *, at: int = 0
) -> None:
    organisation, members = await memberships.for_staff(
        turn.tx, organisation_id=organisation_id, member=member
    )
    if organisation is None:
        raise NotContact
    message = nomination_staff_screens.speakers(turn.t, event_id, organisation, members, at)
    await turn.say(message)
