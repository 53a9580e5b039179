"""Presses and files of a member about their documents."""

from telegram import Update

from handlers.telegram import (
    answers,
    document_flows,
    document_screens,
    letter_flows,
    survey_flows,
)
from handlers.telegram.fetching import Arrived
from handlers.telegram.going import pressed
from handlers.telegram.turn import Context, Turn
from programme import asking, documents, invitation_steps, survey_steps
from programme.document_steps import FILE, FLOW


async def show(update: Update, context: Context) -> None:
    """Show the documents of one's own registration; who was asked for a file may stop here."""
    turn = context.turn
    await _stop_waiting(turn)
    papers = await documents.of_registration(
        turn.tx,
        registration_id=pressed(update).number(),
        person_id=document_flows.person_id(turn),
    )
    await turn.say(document_screens.papers_page(turn.t, papers))


async def _stop_waiting(turn: Turn) -> None:
    if turn.state.flow == FLOW and turn.state.step == FILE:
        await turn.keep(asking.ended(turn.state))


async def send_blank(update: Update, context: Context) -> None:
    """Send the blank of a document."""
    turn = context.turn
    required, file = await documents.blank(turn.tx, required_id=pressed(update).number())
    await turn.say(document_screens.blank_form(turn.t, required.title, file))


async def hand_in(update: Update, context: Context) -> None:
    """Ask for the file of a document; a question of another kind is not dropped for it."""
    turn, press = context.turn, pressed(update)
    if turn.state.flow not in ("", FLOW):
        await answers.pass_over(turn)
        return
    await document_flows.begin(turn, press.number(0), press.number(1))


async def take_file(update: Update, context: Context) -> None:
    """Take a photo or a file; where nobody is asked for one it is answered kindly."""
    turn = context.turn
    arrived = turn.file
    if arrived is None:
        await answers.take_other(update, context)
    elif turn.state.flow == invitation_steps.FLOW:
        await _take_for_letter(turn, arrived)
    elif turn.state.flow == survey_steps.FLOW:
        await survey_flows.take(turn, arrived)
    elif arrived.refusal is not None:
        await document_flows.refuse(turn, arrived.refusal)
    elif arrived.kept is not None:
        arrived.taken = await document_flows.take(turn, arrived.kept)


async def _take_for_letter(turn: Turn, arrived: Arrived) -> None:
    if arrived.refusal is not None:
        await letter_flows.refuse_file(turn, arrived.refusal)
    elif arrived.kept is not None:
        arrived.taken = await letter_flows.take_file(turn, arrived.kept)
