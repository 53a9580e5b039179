"""What staff press about the documents of an event."""

from telegram import Update

from handlers.telegram import answers, document_desk_screens, document_flows
from handlers.telegram.going import pressed
from handlers.telegram.turn import Context, Turn
from programme import document_checks, staff
from programme.conversations import StaffMember
from programme.document_steps import FLOW_REASON


async def _member(turn: Turn) -> StaffMember:
    return await staff.require(turn.tx, chat_id=turn.chat_id, action="documents", now=turn.now)


async def show_event(update: Update, context: Context) -> None:
    """Show how the documents of an event stand."""
    turn = context.turn
    member = await _member(turn)
    seen = await document_checks.overview(turn.tx, event_id=pressed(update).number(), member=member)
    await turn.say(document_desk_screens.overview(turn.t, seen))


async def show_list(update: Update, context: Context) -> None:
    """List people: those to check, those who lack something, or all."""
    turn, press = context.turn, pressed(update)
    member = await _member(turn)
    seen = await document_checks.overview(turn.tx, event_id=press.number(), member=member)
    which = press.arguments[1] if len(press.arguments) > 1 else "a"
    await turn.say(
        document_desk_screens.people_list(turn.t, seen, which=which, page=press.number(2))
    )


async def show_person(update: Update, context: Context) -> None:
    """Show one person's documents."""
    turn = context.turn
    member = await _member(turn)
    sheet = await document_checks.sheet(
        turn.tx, registration_id=pressed(update).number(), member=member
    )
    await turn.say(document_desk_screens.person_papers(turn.t, sheet))


async def show_document(update: Update, context: Context) -> None:
    """Send a document to be looked at."""
    turn = context.turn
    member = await _member(turn)
    handed = await document_checks.one(turn.tx, version_id=pressed(update).number(), member=member)
    await turn.say(document_desk_screens.to_check(turn.t, handed))


async def show_next(update: Update, context: Context) -> None:
    """Send the document that waits longest for a check."""
    turn, event_id = context.turn, pressed(update).number()
    member = await _member(turn)
    handed = await document_checks.first_to_check(turn.tx, event_id=event_id, member=member)
    if handed is not None:
        await turn.say(document_desk_screens.to_check(turn.t, handed))
        return
    seen = await document_checks.overview(turn.tx, event_id=event_id, member=member)
    await turn.say(document_desk_screens.nothing_to_check(turn.t, seen))


async def accept(update: Update, context: Context) -> None:
    """Accept a document."""
    turn, version_id = context.turn, pressed(update).number()
    member = await _member(turn)
    try:
        after = await document_checks.accept(
            turn.tx, version_id=version_id, member=member, now=turn.now
        )
    except document_flows.TOO_LATE as refusal:
        await document_flows.end_too_late(turn, refusal, version_id, member)
    else:
        await document_flows.say_accepted(turn, after, member)


async def send_back(update: Update, context: Context) -> None:
    """Ask why a document is sent back; a question of another kind is not dropped for it."""
    turn, version_id = context.turn, pressed(update).number()
    member = await _member(turn)
    if turn.state.flow not in ("", FLOW_REASON):
        await answers.pass_over(turn)
        return
    try:
        await document_flows.begin_reason(turn, version_id, member)
    except document_flows.TOO_LATE as refusal:
        await document_flows.end_too_late(turn, refusal, version_id, member)


async def paper_here(update: Update, context: Context) -> None:
    """Note that a paper lies at the office."""
    turn, press = context.turn, pressed(update)
    member = await _member(turn)
    after = await document_checks.tick_paper(
        turn.tx,
        registration_id=press.number(0),
        required_id=press.number(1),
        member=member,
        now=turn.now,
    )
    note = turn.t("Noted: the paper is at the office.")
    await turn.say(document_desk_screens.person_papers(turn.t, after, note=note))
