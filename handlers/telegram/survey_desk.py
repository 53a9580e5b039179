"""What staff press about surveys: all of them, one, its waves, who has not answered."""

from collections.abc import Callable, Coroutine
from typing import Any

from telegram import Update

from delivery import survey_posters as sheets
from handlers.telegram import (
    buttons,
    deed_desk,
    survey_answering,
    survey_desk_screens,
    survey_plan_flows,
)
from handlers.telegram.going import pressed
from handlers.telegram.turn import Context, Turn
from programme import (
    deed_actions,
    staff,
    survey_desk,
    survey_mine,
    survey_missing,
    survey_posters,
    survey_ready,
    survey_waves,
)
from programme.conversations import StaffMember
from programme.survey_desk import SurveyView

CODES = 40
LOOK, CHANGE, REPORT = "survey results", "surveys", "survey answers"
DEEDS = {
    buttons.WAVE_OPEN: deed_actions.SURVEY_OPEN,
    buttons.WAVE_CLOSE: deed_actions.SURVEY_CLOSE,
    buttons.WAVE_REMIND: deed_actions.SURVEY_REMIND,
}
ASKED_FIRST = {
    buttons.WAVE_OPEN_ASK: buttons.WAVE_OPEN,
    buttons.WAVE_CLOSE_ASK: buttons.WAVE_CLOSE,
    buttons.WAVE_REMIND_ASK: buttons.WAVE_REMIND,
    buttons.WAVE_CODES_ASK: buttons.WAVE_CODES,
}


async def by_command(update: Update, context: Context) -> None:
    """Show staff the desk, and everybody else the surveys that are open for them."""
    member = context.turn.chat.member
    if member is not None and staff.may(member, LOOK):
        await show(update, context)
    else:
        await survey_answering.show_own(update, context)


async def show(update: Update, context: Context) -> None:
    """List the surveys."""
    turn = context.turn
    member = await _member(turn, LOOK)
    found = await survey_desk.survey_page(turn.tx, number=pressed(update).number(), member=member)
    may, own = staff.may(member, CHANGE), await _has_own(turn)
    reads = staff.may(member, REPORT)
    await turn.say(
        survey_desk_screens.listed(turn.t, found, may_load=may, has_own=own, may_report=reads)
    )


async def _has_own(turn: Turn) -> bool:
    person = turn.chat.person
    if person is None:
        return False
    locale = turn.state.locale
    return bool(
        await survey_mine.open_for_person(turn.tx, person_id=person.id, locale=locale, now=turn.now)
    )


async def show_one(update: Update, context: Context) -> None:
    """Show one survey with its waves."""
    turn, press = context.turn, pressed(update)
    member = await _member(turn, LOOK)
    view = await survey_desk.one(
        turn.tx, survey_id=press.number(), number=press.number(1), member=member
    )
    await _say_one(turn, view, member)


async def _say_one(turn: Turn, view: SurveyView, member: StaffMember) -> None:
    may, reads = staff.may(member, CHANGE), staff.may(member, REPORT)
    zone = turn.desk.zone
    await turn.say(
        survey_desk_screens.one(turn.t, view, zone=zone, may_change=may, may_report=reads)
    )


async def show_wave(update: Update, context: Context) -> None:
    """Show one wave."""
    turn = context.turn
    member = await _member(turn, LOOK)
    view = await survey_desk.wave(turn.tx, wave_id=pressed(update).number(), member=member)
    may, reads = staff.may(member, CHANGE), staff.may(member, REPORT)
    zone, url = turn.desk.zone, turn.desk.public_url
    await turn.say(
        survey_desk_screens.wave(
            turn.t, view, zone=zone, may_change=may, may_report=reads, public_url=url
        )
    )


async def show_missing(update: Update, context: Context) -> None:
    """Show who has not answered."""
    turn, press = context.turn, pressed(update)
    member = await _member(turn, LOOK)
    wave_id = press.number()
    found = await survey_missing.page(
        turn.tx, wave_id=wave_id, number=press.number(1), member=member
    )
    title = await survey_desk.title_of(turn.tx, found.survey)
    await turn.say(survey_desk_screens.missing(turn.t, found, title))


async def ask_surely(update: Update, context: Context) -> None:
    """Ask once more before a wave is opened, closed or reminded of."""
    turn, press = context.turn, pressed(update)
    member = await _member(turn, CHANGE)
    view = await survey_desk.wave(turn.tx, wave_id=press.number(), member=member)
    await turn.say(survey_desk_screens.surely(turn.t, view, ASKED_FIRST[press.action]))


async def do(update: Update, context: Context) -> None:
    """Let what was confirmed wait its half minute."""
    turn, press = context.turn, pressed(update)
    member = await _member(turn, CHANGE)
    view = await survey_desk.wave(turn.tx, wave_id=press.number(), member=member)
    about = {"name": f"{view.title}, {view.event}" if view.event else view.title}
    arguments = {"wave_id": view.wave.id, "about": about}
    await deed_desk.wait(turn, update, member, DEEDS[press.action], arguments)


async def ask_newcomers(update: Update, context: Context) -> None:
    """Ask whoever belongs to the wave by now."""
    turn, wave_id = context.turn, pressed(update).number()
    member = await _member(turn, CHANGE)
    await survey_waves.ask_newcomers(turn.tx, wave_id=wave_id, member=member, now=turn.now)
    view = await survey_desk.wave(turn.tx, wave_id=wave_id, member=member)
    await turn.say(survey_desk_screens.newcomers(turn.t, view))


async def plan(update: Update, context: Context) -> None:
    """Begin to plan a wave."""
    await survey_plan_flows.begin(context.turn, pressed(update).number())


async def send_poster(update: Update, context: Context) -> None:
    """Send the poster of a public wave."""
    turn, wave_id = context.turn, pressed(update).number()
    member = await _member(turn, CHANGE)
    facts = await survey_posters.poster(
        turn.tx, member, wave_id=wave_id, base_url=turn.desk.public_url or ""
    )
    await turn.say(survey_desk_screens.printed(turn.t, wave_id, sheets.poster_file(facts)))


async def send_codes(update: Update, context: Context) -> None:
    """Make codes on paper and send their sheet; they are shown there and never again."""
    turn, wave_id = context.turn, pressed(update).number()
    member = await _member(turn, CHANGE)
    facts = await survey_posters.print_codes(
        turn.tx,
        member,
        wave_id=wave_id,
        count=CODES,
        base_url=turn.desk.public_url or "",
        now=turn.now,
    )
    await turn.say(survey_desk_screens.printed(turn.t, wave_id, sheets.codes_file(facts)))


async def show_ready(_update: Update, context: Context) -> None:
    """Show the surveys that come with the program."""
    turn = context.turn
    member = await _member(turn, CHANGE)
    files, zone = turn.desk.ready_surveys, turn.desk.zone
    found = await survey_ready.listed(turn.tx, files=files, zone=zone, member=member, now=turn.now)
    await turn.say(survey_desk_screens.ready(turn.t, found))


async def load(update: Update, context: Context) -> None:
    """Load a survey that comes with the program, and show it."""
    turn, key = context.turn, pressed(update).arguments[0]
    member = await _member(turn, CHANGE)
    files, zone = turn.desk.ready_surveys, turn.desk.zone
    survey_id = await survey_ready.load(
        turn.tx, key=key, files=files, zone=zone, member=member, now=turn.now
    )
    view = await survey_desk.one(turn.tx, survey_id=survey_id, member=member)
    await _say_one(turn, view, member)


async def _member(turn: Turn, action: str) -> StaffMember:
    return await staff.require(turn.tx, chat_id=turn.chat_id, action=action, now=turn.now)


PRESSES: dict[str, Callable[[Update, Context], Coroutine[Any, Any, None]]] = {
    buttons.SURVEY_DESK: show,
    buttons.SURVEY_ONE: show_one,
    buttons.SURVEY_WAVE: show_wave,
    buttons.WAVE_MISSING: show_missing,
    buttons.WAVE_NEWCOMERS: ask_newcomers,
    buttons.WAVE_PLAN: plan,
    buttons.SURVEYS_READY: show_ready,
    buttons.WAVE_POSTER: send_poster,
    buttons.WAVE_CODES: send_codes,
    buttons.SURVEY_LOAD: load,
    **dict.fromkeys(ASKED_FIRST, ask_surely),
    **dict.fromkeys(DEEDS, do),
}
