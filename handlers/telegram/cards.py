"""What staff do from the card of a person or an organisation: messages, notes, contacts."""

from telegram import Update

from handlers.telegram import card_flows, note_screens, seat_desk_flows, staff_flows
from handlers.telegram.going import pressed
from handlers.telegram.turn import Context
from programme import (
    contact_desk,
    event_desk,
    invitation_drafts,
    invitation_steps,
    message_history,
    people_desk,
    staff,
    staff_notes,
)
from programme.audience_choice import Choice
from programme.staff_notes import Whom


def _whom(update: Update) -> Whom:
    """Read whom a button is about: p and a number, or o and a number."""
    press = pressed(update)
    of_person = press.arguments[:1] == ("p",)
    number = press.number(1)
    return Whom(person_id=number) if of_person else Whom(organisation_id=number)


async def show_organisation(update: Update, context: Context) -> None:
    """Show one organisation."""
    turn = context.turn
    member = await staff.require(turn.tx, chat_id=turn.chat_id, action="search", now=turn.now)
    await card_flows.end_search(turn)
    await card_flows.say_organisation(turn, member, pressed(update).number())


async def show_messages(update: Update, context: Context) -> None:
    """Show every message to one person or one mailbox, a page at a time."""
    turn = context.turn
    member = await staff.require(turn.tx, chat_id=turn.chat_id, action="search", now=turn.now)
    number = pressed(update).number(2)
    page = await message_history.page(turn.tx, whom=_whom(update), number=number, member=member)
    await turn.say(note_screens.messages(turn.t, page, zone=turn.desk.zone))


async def show_notes(update: Update, context: Context) -> None:
    """Show the notes about somebody, a page at a time."""
    turn = context.turn
    member = await staff.require(turn.tx, chat_id=turn.chat_id, action="search", now=turn.now)
    number = pressed(update).number(2)
    page = await staff_notes.page(turn.tx, whom=_whom(update), number=number, member=member)
    await turn.say(note_screens.notes(turn.t, page, zone=turn.desk.zone, member=member))


async def write_note(update: Update, context: Context) -> None:
    """Ask for a note."""
    await card_flows.begin_note(context.turn, _whom(update))


async def remove_note(update: Update, context: Context) -> None:
    """Let a note be seen no more, and show the others."""
    turn = context.turn
    member = await staff.require(turn.tx, chat_id=turn.chat_id, action="notes", now=turn.now)
    whom = await staff_notes.remove(
        turn.tx, note_id=pressed(update).number(), member=member, now=turn.now
    )
    page = await staff_notes.page(turn.tx, whom=whom, number=0, member=member)
    await turn.say(note_screens.notes(turn.t, page, zone=turn.desk.zone, member=member))


async def correct_contact(update: Update, context: Context) -> None:
    """Ask for another telephone number or address."""
    what = pressed(update).arguments[2:3]
    await card_flows.begin_contact(context.turn, _whom(update), "".join(what))


async def contact_works(update: Update, context: Context) -> None:
    """Write again to an address from which mail came back."""
    turn, press = context.turn, pressed(update)
    member = await staff.require(turn.tx, chat_id=turn.chat_id, action="people", now=turn.now)
    if press.arguments[:1] == ("p",):
        whom = await contact_desk.works_again(
            turn.tx, contact_id=press.number(1), member=member, now=turn.now
        )
    else:
        whom = await contact_desk.mailbox_works_again(
            turn.tx, organisation_id=press.number(1), member=member, now=turn.now
        )
    note = turn.t("We write to this address again. Should e-mails come back, you will hear of it.")
    await card_flows.say_card(turn, member, whom, note=note)


async def choose_event(update: Update, context: Context) -> None:
    """Ask for which event somebody is to be registered."""
    turn, press = context.turn, pressed(update)
    member = await staff.require(
        turn.tx, chat_id=turn.chat_id, action="registrations", now=turn.now
    )
    view = await people_desk.card(turn.tx, person_id=press.number(), member=member)
    ahead = await event_desk.events_ahead(turn.tx, member=member, now=turn.now)
    message = card_flows.events(turn.t, view, ahead, page=press.number(1))
    await turn.say(message)


async def register_at(update: Update, context: Context) -> None:
    """Go on with the dialogue that lets one person in at an event."""
    press = pressed(update)
    await seat_desk_flows.let_in_person(
        context.turn, event_id=press.number(1), person_id=press.number()
    )


async def write_letter(update: Update, context: Context) -> None:
    """Begin a letter to one person or one organisation alone."""
    turn, whom = context.turn, _whom(update)
    member = await staff.require(turn.tx, chat_id=turn.chat_id, action="invite", now=turn.now)
    await staff_notes.name_of(turn.tx, whom)
    alone = Choice(people=(whom.person_id,)) if whom.person_id is not None else None
    choice = alone or Choice(organisations=(whom.organisation_id or 0,))
    letter = await invitation_drafts.begin(
        turn.tx, member=member, event_id=None, choice=choice, now=turn.now, zone=turn.desk.zone
    )
    asked = await invitation_steps.go_back_to(
        turn.tx, state=turn.state, member=member, invitation_id=letter.id, now=turn.now
    )
    await staff_flows.put(turn, asked)
