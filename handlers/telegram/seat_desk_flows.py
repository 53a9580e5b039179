"""The dialogues in which staff let somebody in, refuse an application or take somebody off."""

from telegram import Update

from handlers.telegram import deed_desk, rights, seat_desk_screens
from handlers.telegram.going import pressed
from handlers.telegram.turn import Context, Turn
from handlers.telegram.words import refused
from programme import asking, seat_desk_steps
from programme.asking import Asked
from programme.conversations import StaffMember
from programme.refusals import AnswerRefused, Refusal


async def let_in(update: Update, context: Context) -> None:
    """Ask who is to be let in."""
    turn = context.turn
    member = await _allowed(turn)
    asked = await seat_desk_steps.begin_letting_in(
        turn.tx, state=turn.state, event_id=pressed(update).number(), now=turn.now, member=member
    )
    await _put(turn, asked)


async def let_in_person(turn: Turn, *, event_id: int, person_id: int) -> None:
    """Let in somebody who was chosen already."""
    member = await _allowed(turn)
    asked = await seat_desk_steps.begin_letting_in(
        turn.tx,
        state=turn.state,
        event_id=event_id,
        person_id=person_id,
        now=turn.now,
        member=member,
    )
    await _put(turn, asked)


async def begin_with_reason(turn: Turn, registration_id: int, deed: str) -> None:
    """Ask why somebody is refused or taken off the list."""
    member = await _allowed(turn)
    asked = await seat_desk_steps.begin_with_reason(
        turn.tx,
        state=turn.state,
        registration_id=registration_id,
        deed=deed,
        now=turn.now,
        member=member,
    )
    await _put(turn, asked)


async def ask(turn: Turn, note: str = "") -> None:
    """Ask the open question again."""
    member = await _allowed(turn)
    await _put(
        turn,
        await seat_desk_steps.ask(turn.tx, state=turn.state, now=turn.now, member=member),
        note=note,
    )


async def answer(turn: Turn, raw: str) -> None:
    """Take an answer; a refusal of what was wanted ends the dialogue."""
    member = await _allowed(turn)
    try:
        following = await seat_desk_steps.answer(
            turn.tx,
            state=turn.state,
            raw=raw,
            member=member,
            quiet=turn.desk.quiet,
            now=turn.now,
        )
    except AnswerRefused:
        raise
    except Refusal as refusal:
        await _give_up(turn, refusal)
        return
    if isinstance(following, Asked):
        await _put(turn, following)
        return
    await turn.keep(following.conversation)
    if following.waits is not None:
        await deed_desk.say(turn, following.waits)
        return
    await turn.say(seat_desk_screens.settled(turn.t, following))


async def _give_up(turn: Turn, refusal: Refusal) -> None:
    event_id = turn.state.data["event_id"]
    await turn.keep(asking.ended(turn.state))
    words = refused(turn.t, refusal, zone=turn.desk.zone)
    await turn.say(seat_desk_screens.back_to_event(turn.t, words, event_id))


async def _allowed(turn: Turn) -> StaffMember:
    return await rights.allowed(turn, "registrations", flow=seat_desk_steps.FLOW)


async def _put(turn: Turn, asked: Asked, *, note: str = "") -> None:
    await turn.ask(asked, seat_desk_screens.question(turn.t, asked), note)
