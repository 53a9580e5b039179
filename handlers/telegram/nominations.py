"""What contacts do with the people they name, and what these people answer."""

from telegram import Update

from handlers.telegram import (
    buttons,
    event_questions_flows,
    nomination_card_screens,
    nomination_doors,
    nomination_flows,
    nomination_screens,
)
from handlers.telegram.answers import introduce, pass_over
from handlers.telegram.going import pressed
from handlers.telegram.nomination_doors import link_of, show_organisation, speaks
from handlers.telegram.registering import point_out_overlaps
from handlers.telegram.turn import Context, Turn
from programme import event_questions, nomination_answers, nomination_views, nominations
from programme.event_questions import Answered
from programme.nomination_answers import Card
from programme.nomination_refusals import NominationEnded
from programme.nomination_views import NominationView

NOMINATED = "nominated"


async def show_choices(_update: Update, context: Context) -> None:
    """Let a contact choose the event for which people are named."""
    turn = context.turn
    if turn.chat.person is None:
        await introduce(turn, then=buttons.NAMING)
        return
    await nomination_doors.list_choices(turn, buttons.Press(buttons.NAMING))


async def offer_own(turn: Turn) -> None:
    """Show below a person's own trainings what they were named for and whom they may name."""
    if turn.chat.person is None:
        return
    for shown in await nomination_answers.waiting_for(turn.tx, person=turn.chat.person):
        await turn.say(nomination_card_screens.card(turn.t, shown))
    found = await nomination_views.choices(turn.tx, person_id=turn.chat.person.id, now=turn.now)
    if found:
        await turn.say(nomination_screens.choices(turn.t, found))


async def show_page(update: Update, context: Context) -> None:
    """Show whom an organisation has named."""
    press = pressed(update)
    at = press.number(2)
    await show_organisation(context.turn, press.number(), press.number(1), at=at)


async def name(update: Update, context: Context) -> None:
    """Begin to name a person; a dialogue that is open is not lost."""
    turn, press = context.turn, pressed(update)
    if turn.state.flow:
        await pass_over(turn)
        return
    await nomination_flows.begin(turn, event_id=press.number(), organisation_id=press.number(1))


async def _view(turn: Turn, nomination_id: int) -> NominationView:
    """Look at a nomination of an organisation that this chat may act for."""
    found = await nominations.look(turn.tx, nomination_id)
    speaker = await speaks(turn, found.organisation_id)
    return await nomination_views.one(turn.tx, nomination=found, speaker=speaker, now=turn.now)


async def show_one(update: Update, context: Context) -> None:
    """Show one person named."""
    turn = context.turn
    view = await _view(turn, pressed(update).number())
    await turn.say(nomination_screens.one(turn.t, view))


async def replace(update: Update, context: Context) -> None:
    """Begin to name somebody in another one's place."""
    turn = context.turn
    found = (await _view(turn, pressed(update).number())).nomination
    if turn.state.flow:
        await pass_over(turn)
        return
    await nomination_flows.begin(
        turn,
        event_id=found.event_id,
        organisation_id=found.organisation_id,
        replaces_id=found.id,
    )


async def ask_withdraw(update: Update, context: Context) -> None:
    """Ask once more before a nomination is taken back."""
    turn = context.turn
    view = await _view(turn, pressed(update).number())
    await turn.say(nomination_screens.surely_withdraw(turn.t, view))


async def withdraw(update: Update, context: Context) -> None:
    """Take a nomination back."""
    turn = context.turn
    found = (await _view(turn, pressed(update).number())).nomination
    await nominations.withdraw(
        turn.tx,
        nomination_id=found.id,
        speaker=await speaks(turn, found.organisation_id),
        now=turn.now,
        quiet=turn.desk.quiet,
    )
    note = turn.t("The nomination is taken back.")
    await show_organisation(turn, found.event_id, found.organisation_id, note=note)


async def ask_answer_for(update: Update, context: Context) -> None:
    """Ask whether the person knows, before somebody answers for them."""
    turn = context.turn
    view = await _view(turn, pressed(update).number())
    await turn.say(nomination_screens.surely_answer(turn.t, view))


async def confirm_for(update: Update, context: Context) -> None:
    """Say yes for somebody on their word."""
    await _answer_for(context.turn, pressed(update).number(), yes=True)


async def decline_for(update: Update, context: Context) -> None:
    """Enter that somebody has declined on paper or by telephone."""
    await _answer_for(context.turn, pressed(update).number(), yes=False)


async def _answer_for(turn: Turn, nomination_id: int, *, yes: bool) -> None:
    view = await _view(turn, nomination_id)
    speaker = await speaks(turn, view.nomination.organisation_id)
    found = await nomination_answers.answer_for(
        turn.tx,
        nomination_id=nomination_id,
        speaker=speaker,
        yes=yes,
        note=nomination_screens.on_whose_word(turn.t, speaker),
        now=turn.now,
        quiet=turn.desk.quiet,
    )
    note = turn.t("The answer is recorded.")
    await show_organisation(turn, found.event_id, found.organisation_id, note=note)


async def hand_on(update: Update, context: Context) -> None:
    """Give a contact a new link for somebody whom we cannot write to."""
    turn = context.turn
    view = await _view(turn, pressed(update).number())
    link = await nomination_answers.link_to_hand_on(
        turn.tx, nomination_id=view.nomination.id, link=link_of(turn), now=turn.now
    )
    await turn.say(nomination_screens.hand_on(turn.t, view.nomination.name, link))


async def _card(turn: Turn, press: buttons.Press) -> Card:
    proof = press.arguments[1] if len(press.arguments) > 1 else ""
    return await nomination_answers.mine(
        turn.tx, nomination_id=press.number(), person=turn.chat.person, proof=proof
    )


async def accept(update: Update, context: Context) -> None:
    """Take part; an event that asks its own questions asks them first."""
    turn = context.turn
    shown = await _card(turn, pressed(update))
    event_id = shown.place.event.id
    if not shown.waits:
        await turn.say(nomination_card_screens.card(turn.t, shown))
    elif not await event_questions.asks(turn.tx, event_id=event_id):
        await finish(turn, Answered(turn.state, event_id, _purpose(shown), {}, None))
    elif turn.state.flow:
        await pass_over(turn)
    else:
        await event_questions_flows.begin(turn, event_id=event_id, purpose=_purpose(shown))


def _purpose(shown: Card) -> str:
    return f"{NOMINATED}:{shown.nomination.id}:{shown.proof}"


async def finish(turn: Turn, answered: Answered) -> None:
    """Take part with the answers to the event's questions."""
    press = buttons.read(answered.purpose)
    shown = await _card(turn, press)
    if turn.chat.person is None or not shown.waits:
        raise NominationEnded(shown.nomination.state)
    await nomination_answers.accept(
        turn.tx,
        nomination_id=shown.nomination.id,
        person_id=turn.chat.person.id,
        proof=shown.proof,
        answers=answered.answers,
        form_id=answered.form_id,
        now=turn.now,
        quiet=turn.desk.quiet,
    )
    # Whoever has named themselves needs no word that the organisation will hear of it.
    if shown.nomination.named_by_person_id != turn.chat.person.id:
        await turn.say(nomination_card_screens.thanks(turn.t, shown, yes=True))
    await point_out_overlaps(turn, answered.event_id)


async def ask_decline(update: Update, context: Context) -> None:
    """Ask once more before somebody declines."""
    turn = context.turn
    shown = await _card(turn, pressed(update))
    screen = nomination_card_screens.surely if shown.waits else nomination_card_screens.card
    await turn.say(screen(turn.t, shown))


async def decline(update: Update, context: Context) -> None:
    """Decline; whoever named the person is told."""
    turn, press = context.turn, pressed(update)
    shown = await _card(turn, press)
    if turn.chat.person is None or not shown.waits:
        await turn.say(nomination_card_screens.card(turn.t, shown))
        return
    await nomination_answers.decline(
        turn.tx,
        nomination_id=shown.nomination.id,
        person_id=turn.chat.person.id,
        proof=shown.proof,
        now=turn.now,
        quiet=turn.desk.quiet,
    )
    await turn.say(nomination_card_screens.thanks(turn.t, shown, yes=False))


event_questions_flows.FINISHERS[NOMINATED] = finish
