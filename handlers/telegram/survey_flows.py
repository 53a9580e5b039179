"""The dialogue in which somebody answers a survey, one question after another."""

from datetime import datetime

from delivery.chat import ChatMessage
from handlers.telegram import buttons, survey_page_screens, survey_screens, survey_typed
from handlers.telegram.fetching import Arrived
from handlers.telegram.turn import Turn
from handlers.telegram.words import refused
from programme import asking, survey_mine, survey_steps
from programme.asking import Asked
from programme.refusals import (
    AnswerNotText,
    AnswerRefused,
    PersonUnknown,
    QuestionPassed,
    Refusal,
)
from programme.survey_look import CODE, INTRO, LOOK, PICK, Look
from programme.survey_refusals import FileWanted
from programme.survey_steps import FLOW, HandedIn, Left

NAMED = "named"


def person_id(turn: Turn) -> int:
    """Give the number of the person who writes; raises PersonUnknown."""
    if turn.chat.person is None:
        raise PersonUnknown
    return turn.chat.person.id


def _came(turn: Turn) -> datetime:
    """Tell when it arrived: what came before a survey's end counts, however late it is read."""
    return turn.received_at or turn.now


async def begin(turn: Turn, press: buttons.Press) -> None:
    """Begin a survey or go on where it was left; raises QuestionPassed in another dialogue."""
    if turn.state.flow not in ("", FLOW):
        raise QuestionPassed
    organisation = asking.number(press.arguments[1]) if len(press.arguments) > 1 else None
    asked = await survey_steps.begin(
        turn.tx,
        state=turn.state,
        wave_id=press.number(),
        organisation_id=organisation,
        person_id=person_id(turn),
        now=_came(turn),
    )
    look: Look = asked.facts["look"]
    going_on = asked.conversation.step not in (INTRO, LOOK)
    await _put(turn, asked, note=survey_page_screens.returned(turn.t, look) if going_on else "")


async def ask(turn: Turn, note: str = "") -> None:
    """Ask the open question again; what cannot be a file is told so where one is wanted."""
    asked = await _asked(turn)
    wants_file = bool(asked.conversation.data.get("file"))
    if wants_file and note == refused(turn.t, AnswerNotText(), zone=turn.desk.zone):
        note = refused(turn.t, FileWanted(), zone=turn.desk.zone)
    await _put(turn, asked, note=note)


async def answer(turn: Turn, raw: str) -> None:
    """Take an answer; what cannot be mended by another one ends the dialogue."""
    asked = await _asked(turn)
    if asked.conversation != turn.state:
        # The page has closed the question meanwhile; its answer must not become another one's.
        await _put(turn, asked, note=refused(turn.t, QuestionPassed(), zone=turn.desk.zone))
        return
    value = raw
    if not asking.is_value(raw):
        value = survey_typed.value_of(
            asked.facts["look"],
            _screen(turn, asked),
            step=turn.state.step,
            raw=raw,
        )
    try:
        done = await survey_steps.answer(turn.tx, asked=asked, raw=value, now=_came(turn))
    except AnswerRefused:
        raise
    except Refusal:
        await turn.keep(asking.ended(turn.state))
        raise
    await _follow(turn, done)


async def tick(turn: Turn, press: buttons.Press, message_id: int | None) -> None:
    """Tick an option and show it in the same message; an old button changes nothing."""
    if turn.state.flow != FLOW or press.number() != turn.state.version:
        # The button may be one of an anonymous survey that is over, and says what was meant.
        await turn.seal()
        raise QuestionPassed
    await _asked(turn)
    asked = await survey_steps.tick(
        turn.tx,
        state=turn.state,
        key=":".join(press.arguments[1:]),
        person_id=person_id(turn),
        now=_came(turn),
    )
    await turn.keep(asked.conversation)
    await turn.say(survey_screens.question(turn.t, asked, edits=message_id))


async def take(turn: Turn, arrived: Arrived) -> None:
    """Take a file as the answer, or say why it is none that we take."""
    if arrived.refusal is not None:
        await ask(turn, refused(turn.t, arrived.refusal, zone=turn.desk.zone))
    elif arrived.kept is not None:
        await _asked(turn)
        try:
            asked = await survey_steps.take_file(
                turn.tx,
                state=turn.state,
                file=arrived.kept,
                person_id=person_id(turn),
                now=_came(turn),
            )
        except AnswerRefused as refusal:
            await ask(turn, refused(turn.t, refusal, zone=turn.desk.zone))
        else:
            arrived.taken = True
            await _put(turn, asked)


async def leave(turn: Turn) -> bool:
    """Leave a survey that is being answered and say how to go on; False when none is."""
    if turn.state.flow != FLOW:
        return False
    try:
        asked = await _asked(turn)
    except Refusal as refusal:
        await turn.say(ChatMessage(refused(turn.t, refusal, zone=turn.desk.zone)))
        return True
    await turn.keep(asking.ended(turn.state))
    look: Look = asked.facts["look"]
    await turn.say(survey_page_screens.left(turn.t, look, zone=turn.desk.zone))
    return True


async def list_own(turn: Turn, _press: buttons.Press) -> None:
    """List the surveys that are open for the person whom a wish led here."""
    await show_own(turn)


async def show_own(turn: Turn) -> None:
    """List the surveys that are open for the person."""
    found = await survey_mine.open_for_person(
        turn.tx, person_id=person_id(turn), locale=turn.state.locale, now=turn.now
    )
    await turn.say(survey_page_screens.own_surveys(turn.t, found, zone=turn.desk.zone))


async def _asked(turn: Turn) -> Asked:
    """Gather what the open question needs; a survey that is over ends the dialogue."""
    try:
        asked = await survey_steps.ask(
            turn.tx, state=turn.state, person_id=person_id(turn), now=_came(turn)
        )
    except Refusal:
        # What was said may be an answer to an anonymous survey that is over by now.
        await turn.seal()
        await turn.keep(asking.ended(turn.state))
        raise
    await _seal(turn, asked.facts["look"])
    return asked


async def _seal(turn: Turn, look: Look) -> None:
    """Keep no copy of the chat; only where names are kept with the answers it tells nothing new."""
    if look.filling.survey.privacy != NAMED and not turn.is_sealed:
        await turn.seal()


async def _follow(turn: Turn, done: Asked | Left | HandedIn) -> None:
    if isinstance(done, Asked):
        await _put(turn, done)
        return
    await turn.keep(done.conversation)
    if isinstance(done, HandedIn):
        await turn.say(survey_page_screens.thanks(turn.t, done.look))
    elif done.look.filling.is_done and not done.look.is_changed:
        await turn.say(survey_page_screens.unchanged(turn.t, done.look))
    else:
        await turn.say(survey_page_screens.left(turn.t, done.look, zone=turn.desk.zone))


async def _put(turn: Turn, asked: Asked, *, note: str = "") -> None:
    await _seal(turn, asked.facts["look"])
    await turn.ask(asked, _screen(turn, asked), note)


def _screen(turn: Turn, asked: Asked) -> ChatMessage:
    step = asked.conversation.step
    if step == INTRO:
        return survey_page_screens.intro(turn.t, asked, zone=turn.desk.zone)
    if step == LOOK:
        return survey_page_screens.last_look(turn.t, asked)
    around = {CODE: survey_page_screens.code, PICK: survey_page_screens.pick}
    return around.get(step, survey_screens.question)(turn.t, asked)
