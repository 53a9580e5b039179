"""What staff press about the results of surveys: a question, groups, two waves."""

from telegram import Update

from handlers.telegram import answer_tags, buttons, survey_comparison_screens, survey_reporting
from handlers.telegram import survey_result_screens as screens
from handlers.telegram.going import pressed
from handlers.telegram.turn import Context, Turn
from programme import open_answers as answers
from programme import result_desk, staff
from programme.conversations import StaffMember

LOOK = "survey results"


async def _member(turn: Turn) -> StaffMember:
    return await staff.require(turn.tx, chat_id=turn.chat_id, action=LOOK, now=turn.now)


async def show(update: Update, context: Context) -> None:
    """Show what was answered to one question."""
    turn, press = context.turn, pressed(update)
    member = await _member(turn)
    wave_id, locale = press.number(), turn.state.locale
    found = await result_desk.look(turn.tx, wave_id=wave_id, locale=locale, member=member)
    others = await result_desk.other_waves(turn.tx, wave_id=wave_id, member=member)
    may_read = staff.may(member, answers.RIGHT)
    await turn.say(
        screens.question(
            turn.t, found, press.number(1), may_read=may_read, can_compare=bool(others)
        )
    )


async def choose_group(update: Update, context: Context) -> None:
    """Offer the questions that make groups."""
    turn = context.turn
    member = await _member(turn)
    found = await result_desk.look(
        turn.tx, wave_id=pressed(update).number(), locale=turn.state.locale, member=member
    )
    await turn.say(screens.choose_group(turn.t, found))


async def show_groups(update: Update, context: Context) -> None:
    """Show one question's answers for each group."""
    turn, press = context.turn, pressed(update)
    member = await _member(turn)
    found = await result_desk.look(
        turn.tx,
        wave_id=press.number(),
        by=press.number(1),
        locale=turn.state.locale,
        member=member,
    )
    await turn.say(screens.grouped(turn.t, found, press.number(1), press.number(2)))


async def choose_wave(update: Update, context: Context) -> None:
    """Offer the waves to compare with."""
    turn, wave_id = context.turn, pressed(update).number()
    member = await _member(turn)
    others = await result_desk.other_waves(turn.tx, wave_id=wave_id, member=member)
    await turn.say(screens.choose_wave(turn.t, wave_id, others, zone=turn.desk.zone))


async def compare(update: Update, context: Context) -> None:
    """Show one question in two waves."""
    turn, press = context.turn, pressed(update)
    member = await _member(turn)
    wave_id, other_id, locale = press.number(), press.number(1), turn.state.locale
    found, before, after = await result_desk.against(
        turn.tx, wave_id=wave_id, other_id=other_id, locale=locale, member=member
    )
    await turn.say(
        survey_comparison_screens.compared(
            turn.t, found, before, after, press.number(2), zone=turn.desk.zone
        )
    )


PRESSES = {
    buttons.SURVEY_RESULTS: show,
    buttons.RESULT_GROUPS: choose_group,
    buttons.RESULT_GROUP: show_groups,
    buttons.RESULT_WAVES: choose_wave,
    buttons.RESULT_COMPARE: compare,
    **answer_tags.PRESSES,
    **survey_reporting.PRESSES,
}
