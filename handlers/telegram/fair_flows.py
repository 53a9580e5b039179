"""The dialogue about a stand: of a member, of staff with a paper, and of a change."""

from handlers.telegram import buttons, fair_desk_screens, fair_screens, rights
from handlers.telegram.turn import Turn
from programme import asking, fair_numbers, fair_steps, fair_views
from programme.asking import Asked
from programme.conversations import StaffMember
from programme.fair import Exhibiting
from programme.fair_refusals import AlreadyExhibiting
from programme.refusals import AnswerRefused, PersonUnknown, Refusal


async def begin(turn: Turn, press: buttons.Press) -> None:
    """Ask for a stand, or show the one that there is already."""
    if turn.chat.person is None:
        raise PersonUnknown
    try:
        asked = await fair_steps.begin(
            turn.tx,
            state=turn.state,
            event_id=press.number(),
            person_id=turn.chat.person.id,
            now=turn.now,
        )
    except AlreadyExhibiting as known:
        await show(turn, known.exhibitor_id)
    else:
        await put(turn, asked)


async def show(turn: Turn, exhibitor_id: int, *, note: str = "") -> None:
    """Show one's own stand."""
    person_id = turn.chat.person.id if turn.chat.person else None
    view = await fair_views.one(
        turn.tx, exhibitor_id=exhibitor_id, person_id=person_id, now=turn.now
    )
    await turn.say(fair_screens.stand(turn.t, view, note=note))


async def show_to_staff(
    turn: Turn, exhibitor_id: int, member: StaffMember, *, note: str = ""
) -> None:
    """Show any stand to staff."""
    view = await fair_views.one_for_staff(
        turn.tx, exhibitor_id=exhibitor_id, member=member, now=turn.now
    )
    await turn.say(fair_desk_screens.stand(turn.t, view, note=note))


async def put(turn: Turn, asked: Asked, *, note: str = "") -> None:
    """Ask a question about a stand."""
    await turn.ask(asked, fair_screens.question(turn.t, asked), note)


async def ask(turn: Turn, note: str = "") -> None:
    """Ask the open question again; whose rights were taken away leaves the dialogue."""
    if turn.state.data["for_staff"]:
        await _staff(turn)
    await put(turn, await fair_steps.ask(turn.tx, state=turn.state), note=note)


async def answer(turn: Turn, raw: str) -> None:
    """Take an answer; what cannot be mended by another one ends the dialogue."""
    try:
        member = await _staff(turn) if turn.state.data["for_staff"] else None
        following = await fair_steps.answer(
            turn.tx,
            state=turn.state,
            raw=raw,
            person_id=turn.chat.person.id if turn.chat.person else None,
            member=member,
            now=turn.now,
        )
    except AnswerRefused:
        raise
    except Refusal:
        await turn.keep(asking.ended(turn.state))
        raise
    if isinstance(following, Asked):
        await put(turn, following)
    else:
        state, done = following
        await turn.keep(state)
        await _tell(turn, done, member)


async def _staff(turn: Turn) -> StaffMember:
    return await rights.allowed(turn, "fair", flow=turn.state.flow)


async def _tell(
    turn: Turn, done: Exhibiting | fair_views.Exhibitor, member: StaffMember | None
) -> None:
    """Show what came of it; a member who registers a stand gets the notice instead."""
    if isinstance(done, Exhibiting):
        if member is not None:
            note = turn.t("The stand is registered.")
            await show_to_staff(turn, done.exhibitor_id, member, note=note)
        return
    note = turn.t("The changes are kept.")
    if member is None:
        await show(turn, done.id, note=note)
    else:
        await show_to_staff(turn, done.id, member, note=note)


async def ask_number(turn: Turn, note: str = "") -> None:
    """Ask staff again which number a stand shall have."""
    member = await _staff(turn)
    await put_number(
        turn, await fair_numbers.ask(turn.tx, state=turn.state, member=member), note=note
    )


async def put_number(turn: Turn, asked: Asked, *, note: str = "") -> None:
    """Ask staff which number a stand shall have."""
    message = fair_desk_screens.number_question(turn.t, asked.facts["exhibitor"])
    await turn.ask(asked, message, note)


async def answer_number(turn: Turn, raw: str) -> None:
    """Take the number; who had it gets the other one."""
    try:
        member = await _staff(turn)
        state, exhibitor_id, other = await fair_numbers.answer(
            turn.tx, state=turn.state, raw=raw, member=member, now=turn.now
        )
    except AnswerRefused:
        raise
    except Refusal:
        await turn.keep(asking.ended(turn.state))
        raise
    await turn.keep(state)
    note = fair_desk_screens.renumbered(turn.t, other)
    await show_to_staff(turn, exhibitor_id, member, note=note)
