"""What staff press to have a report as a PDF: of one survey, or of the whole programme."""

import asyncio

from telegram import Update

from delivery import programme_report_sheets, survey_report_sheets
from delivery.certificates import PDF
from delivery.chat import ChatFile
from handlers.telegram import buttons
from handlers.telegram import survey_report_screens as screens
from handlers.telegram.going import pressed
from handlers.telegram.turn import Context, Turn
from programme import staff, survey_desk, survey_reports
from programme.conversations import StaffMember

READ = "survey answers"


async def _member(turn: Turn) -> StaffMember:
    return await staff.require(turn.tx, chat_id=turn.chat_id, action=READ, now=turn.now)


async def send_survey(update: Update, context: Context) -> None:
    """Send the report of a survey."""
    turn, survey_id = context.turn, pressed(update).number()
    member = await _member(turn)
    kept = (await survey_desk.one(turn.tx, survey_id=survey_id, member=member)).survey
    programme, found = await survey_reports.of_survey(
        turn.tx, survey_key=kept.key, locale=turn.t.locale, member=member
    )
    # Drawing and setting take seconds; others are answered meanwhile.
    content = await asyncio.to_thread(
        survey_report_sheets.survey_pdf, programme, found, turn.t, now=turn.now, zone=turn.desk.zone
    )
    file = ChatFile(screens.survey_file(turn.t, kept.key), content, PDF)
    await turn.say(screens.of_survey(turn.t, survey_id, file))


async def send_programme(_update: Update, context: Context) -> None:
    """Send the report of the whole programme."""
    turn = context.turn
    member = await _member(turn)
    found = await survey_reports.of_programme(turn.tx, locale=turn.t.locale, member=member)
    # As above.
    content = await asyncio.to_thread(
        programme_report_sheets.programme_pdf, found, turn.t, now=turn.now, zone=turn.desk.zone
    )
    await turn.say(
        screens.of_programme(turn.t, ChatFile(screens.programme_file(turn.t), content, PDF))
    )


PRESSES = {buttons.SURVEY_REPORT: send_survey, buttons.PROGRAMME_REPORT: send_programme}
