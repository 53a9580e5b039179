"""What staff begin: an invitation, a quick poll, a look at the answers."""

from telegram import Update

from handlers.telegram import poll_screens, staff_flows
from handlers.telegram.going import pressed
from handlers.telegram.turn import Context, Turn
from programme import invitation_steps, poll_closing, poll_desk, poll_steps, staff
from programme.conversations import StaffMember

NEWEST = 8


async def invite(_update: Update, context: Context) -> None:
    """Begin to write an invitation."""
    turn = context.turn
    member = await staff.require(turn.tx, chat_id=turn.chat_id, action="invite", now=turn.now)
    asked = await invitation_steps.begin(turn.tx, state=turn.state, member=member, now=turn.now)
    await staff_flows.put(turn, asked)


async def ask_poll(_update: Update, context: Context) -> None:
    """Begin to write a quick poll."""
    turn = context.turn
    member = await staff.require(turn.tx, chat_id=turn.chat_id, action="poll", now=turn.now)
    await staff_flows.put(
        turn, await poll_steps.begin(turn.tx, state=turn.state, now=turn.now, member=member)
    )


async def show_results(_update: Update, context: Context) -> None:
    """Offer the newest polls, or show the only one."""
    turn = context.turn
    member = await staff.require(turn.tx, chat_id=turn.chat_id, action="results", now=turn.now)
    polls = await poll_desk.recent(turn.tx, limit=NEWEST, member=member)
    if len(polls) == 1:
        await _show(turn, member, polls[0].survey_id)
    else:
        await turn.say(poll_screens.poll_list(turn.t, polls))


async def show_survey(update: Update, context: Context) -> None:
    """Show the answers to one poll as they are now."""
    turn = context.turn
    member = await staff.require(turn.tx, chat_id=turn.chat_id, action="results", now=turn.now)
    await _show(turn, member, pressed(update).number())


async def _show(turn: Turn, member: StaffMember, survey_id: int) -> None:
    found = await poll_desk.results_of(turn.tx, survey_id=survey_id, member=member)
    may_close = staff.may(member, "poll")
    await turn.say(poll_screens.results(turn.t, found, zone=turn.desk.zone, may_close=may_close))


async def ask_close_poll(update: Update, context: Context) -> None:
    """Ask whether a poll shall take no more votes."""
    turn = context.turn
    member = await staff.require(turn.tx, chat_id=turn.chat_id, action="poll", now=turn.now)
    found = await poll_desk.results_of(turn.tx, survey_id=pressed(update).number(), member=member)
    await turn.say(poll_screens.ask_close(turn.t, found))


async def close_poll(update: Update, context: Context) -> None:
    """Close a poll now, and show what came out."""
    turn = context.turn
    member = await staff.require(turn.tx, chat_id=turn.chat_id, action="poll", now=turn.now)
    survey_id = await poll_closing.close(
        turn.tx, survey_id=pressed(update).number(), member=member, now=turn.now
    )
    await _show(turn, member, survey_id)
