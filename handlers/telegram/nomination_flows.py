"""The dialogues about nominations: name a person, and staff's changes of what may be named."""

from delivery.chat import ChatMessage
from handlers.telegram import (
    nomination_card_screens,
    nomination_screens,
    nomination_staff_screens,
)
from handlers.telegram.nomination_doors import link_of, show_organisation, speaks
from handlers.telegram.turn import Turn
from programme import asking, nomination_answers, nomination_steps, nomination_term_steps
from programme.asking import Asked
from programme.nomination_terms import Speaker
from programme.nominations import SELF
from programme.refusals import AnswerRefused, NotStaff, Refusal


async def begin(
    turn: Turn, *, event_id: int, organisation_id: int, replaces_id: int | None = None
) -> None:
    """Ask who is named, or who comes instead of somebody."""
    asked = await nomination_steps.begin(
        turn.tx,
        state=turn.state,
        event_id=event_id,
        organisation_id=organisation_id,
        speaker=await speaks(turn, organisation_id),
        replaces_id=replaces_id,
        now=turn.now,
    )
    await _put(turn, nomination_screens.question(turn.t, asked), asked)


async def begin_terms(turn: Turn, *, event_id: int, organisation_id: int, step: str) -> None:
    """Ask staff for an organisation's own number or deadline."""
    await _staff(turn, organisation_id)
    asked = await nomination_term_steps.begin(
        turn.tx,
        state=turn.state,
        event_id=event_id,
        organisation_id=organisation_id,
        step=step,
    )
    await _put(turn, nomination_staff_screens.question(turn.t, asked), asked)


async def _put(turn: Turn, message: ChatMessage, asked: Asked, *, note: str = "") -> None:
    await turn.ask(asked, message, note)


async def ask(turn: Turn, note: str = "") -> None:
    """Ask the open question of a naming again; whoever may no more leaves the dialogue."""
    await _allowed(turn)
    asked = await nomination_steps.ask(turn.tx, state=turn.state)
    await _put(turn, nomination_screens.question(turn.t, asked), asked, note=note)


async def ask_terms(turn: Turn, note: str = "") -> None:
    """Ask for the number or the deadline again; whoever may no more leaves the dialogue."""
    await _allowed_staff(turn)
    asked = await nomination_term_steps.ask(turn.tx, state=turn.state)
    await _put(turn, nomination_staff_screens.question(turn.t, asked), asked, note=note)


async def _allowed(turn: Turn) -> Speaker:
    """Tell who acts; the questions show names, so that rights taken away end the dialogue."""
    try:
        return await speaks(turn, turn.state.data["organisation"])
    except Refusal:
        await turn.keep(asking.ended(turn.state))
        raise


async def _allowed_staff(turn: Turn) -> Speaker:
    speaker = await _allowed(turn)
    if speaker.member is None:
        await turn.keep(asking.ended(turn.state))
        raise NotStaff
    return speaker


async def answer(turn: Turn, raw: str) -> None:
    """Take an answer; after the last one the organisation's page shows who is named."""
    try:
        following = await nomination_steps.answer(
            turn.tx,
            state=turn.state,
            raw=raw,
            speaker=await _allowed(turn),
            link=link_of(turn),
            quiet=turn.desk.quiet,
            now=turn.now,
        )
    except AnswerRefused:
        raise
    except Refusal:
        # What no other answer can mend ends the dialogue.
        await turn.keep(asking.ended(turn.state))
        raise
    if isinstance(following, Asked):
        await _put(turn, nomination_screens.question(turn.t, following), following)
        return
    await turn.keep(following.conversation)
    naming = following.naming
    note = nomination_screens.done(turn.t, naming)
    if naming.channel == SELF:
        shown = await nomination_answers.mine(
            turn.tx, nomination_id=naming.nomination_id, person=turn.chat.person
        )
        await turn.say(nomination_card_screens.card(turn.t, shown, note=note))
        return
    if naming.channel is None:
        await turn.say(nomination_screens.hand_on(turn.t, naming.name, naming.link))
    await show_organisation(turn, following.event_id, following.organisation_id, note=note)


async def answer_terms(turn: Turn, raw: str) -> None:
    """Take the number or the deadline, and show the organisation's page."""
    event_id, organisation_id = turn.state.data["event"], turn.state.data["organisation"]
    state = await nomination_term_steps.answer(
        turn.tx,
        state=turn.state,
        raw=raw,
        speaker=await _allowed_staff(turn),
        now=turn.now,
    )
    await turn.keep(state)
    await show_organisation(turn, event_id, organisation_id, note=turn.t("It is changed."))


async def _staff(turn: Turn, organisation_id: int) -> Speaker:
    speaker = await speaks(turn, organisation_id)
    if speaker.member is None:
        raise NotStaff
    return speaker
