"""The dialogues that begin at a card: a note, another contact; and the card itself afterwards."""

from html import escape

from delivery.chat import Button, ChatMessage
from handlers.telegram import (
    buttons,
    note_screens,
    organisation_card_screens,
    person_card_screens,
    rights,
)
from handlers.telegram.labels import shorten
from handlers.telegram.turn import Turn
from programme import (
    asking,
    contact_desk,
    organisation_desk,
    people_desk,
    staff,
    staff_notes,
)
from programme.contact_desk import MAIL, NOTHING, PHONE, POSTAL, Wish
from programme.conversations import StaffMember
from programme.event_desk import Event
from programme.people_desk import Card
from programme.staff_notes import Whom
from texts.translator import Translator

EVENTS_SHOWN = 10
ON_BUTTON = 40
NAME_LENGTH = 100


async def end_search(turn: Turn) -> None:
    """Leave the search, which has found what it was for."""
    if turn.state.flow in {people_desk.FLOW, staff_notes.FLOW, contact_desk.FLOW}:
        await turn.keep(asking.ended(turn.state))


def may(member: StaffMember) -> set[str]:
    """List the actions that somebody of staff may do."""
    return {action for action, roles in staff.ACTIONS.items() if member.role in roles}


async def say_card(turn: Turn, member: StaffMember, whom: Whom, *, note: str = "") -> None:
    """Show the card of a person or an organisation, a sentence above it."""
    if whom.person_id is None:
        await say_organisation(turn, member, whom.organisation_id or 0, note=note)
    else:
        await say_person(turn, member, whom.person_id, note=note)


async def say_person(turn: Turn, member: StaffMember, person_id: int, *, note: str = "") -> None:
    """Show the card of a person."""
    view = await people_desk.card(turn.tx, person_id=person_id, member=member)
    message = person_card_screens.card(
        turn.t,
        view,
        zone=turn.desk.zone,
        may=may(member),
        pages=bool(turn.desk.public_url),
        note=note,
    )
    await turn.say(message)


async def say_organisation(
    turn: Turn, member: StaffMember, organisation_id: int, *, note: str = ""
) -> None:
    """Show the card of an organisation."""
    view = await organisation_desk.card(turn.tx, organisation_id=organisation_id, member=member)
    message = organisation_card_screens.card(
        turn.t, view, zone=turn.desk.zone, may=may(member), note=note
    )
    await turn.say(message)


async def begin_note(turn: Turn, whom: Whom) -> None:
    """Ask for a note."""
    member = await rights.allowed(turn, "notes", flow=staff_notes.FLOW)
    state = await staff_notes.begin(turn.tx, state=turn.state, whom=whom, member=member)
    await turn.keep(state)
    await ask_note(turn)


async def ask_note(turn: Turn, note: str = "") -> None:
    """Ask the open question again."""
    await rights.allowed(turn, "notes", flow=staff_notes.FLOW)
    whom = staff_notes.whom_of(turn.state)
    name = await staff_notes.name_of(turn.tx, whom)
    await turn.say(_noted(note_screens.ask(turn.t, name, whom), note))


async def answer_note(turn: Turn, raw: str) -> None:
    """Keep the note and show the card with it."""
    member = await rights.allowed(turn, "notes", flow=staff_notes.FLOW)
    done = await staff_notes.answer(turn.tx, state=turn.state, raw=raw, member=member, now=turn.now)
    await turn.keep(done.conversation)
    await say_card(turn, member, done.whom, note=turn.t("The note is kept."))


async def begin_contact(turn: Turn, whom: Whom, what: str) -> None:
    """Ask for another telephone number or address."""
    member = await rights.allowed(turn, "people", flow=contact_desk.FLOW)
    state = await contact_desk.begin(
        turn.tx,
        state=turn.state,
        whom=whom,
        what=what,
        pages=turn.desk.public_url or "",
        member=member,
    )
    await turn.keep(state)
    await ask_contact(turn)


async def ask_contact(turn: Turn, note: str = "") -> None:
    """Ask the open question again."""
    member = await rights.allowed(turn, "people", flow=contact_desk.FLOW)
    wish = await contact_desk.wish(turn.tx, state=turn.state, member=member)
    await turn.say(_noted(_question(turn.t, wish, turn.state.version), note))


def _question(t: Translator, wish: Wish, version: int) -> ChatMessage:
    name = escape(shorten(wish.name, NAME_LENGTH))
    of_person = wish.whom.person_id is not None
    texts = {
        PHONE: t("Please write the telephone number of <b>%(name)s</b>.", name=name),
        MAIL: t("Please write the e-mail address of <b>%(name)s</b>.", name=name),
        POSTAL: t(
            "Please write the address for letters on paper to <b>%(name)s</b>, in lines as on the "
            "envelope.",
            name=name,
        ),
    }
    text = texts[wish.what]
    rows = []
    if of_person and wish.what == MAIL:
        proof = t(
            "We will send a link to this address. We write there as soon as the person has "
            "pressed the button in that e-mail."
        )
        text = f"{text}\n\n{proof}"
    else:
        rows.append((Button(t("Leave it empty"), buttons.answer(version, NOTHING)),))
    return ChatMessage(text, (*rows, note_screens.back(t, wish.whom)))


async def answer_contact(turn: Turn, raw: str) -> None:
    """Keep the contact, or mail a link to it, and show the card."""
    member = await rights.allowed(turn, "people", flow=contact_desk.FLOW)
    done = await contact_desk.answer(
        turn.tx,
        state=turn.state,
        raw=raw,
        pages=turn.desk.public_url or "",
        our_address=turn.desk.our_address,
        member=member,
        now=turn.now,
    )
    await turn.keep(done.conversation)
    note = turn.t("This is kept.")
    if done.asked:
        note = turn.t("We have sent a link to %(address)s.", address=escape(done.asked))
    await say_card(turn, member, done.whom, note=note)


def _noted(message: ChatMessage, note: str) -> ChatMessage:
    return ChatMessage(f"{note}\n\n{message.text}" if note else message.text, message.buttons)


def events(t: Translator, view: Card, ahead: list[Event], *, page: int) -> ChatMessage:
    """Offer the events ahead for which somebody can be registered."""
    number = view.person.id
    back = note_screens.back(t, Whom(person_id=number))
    if not ahead:
        return ChatMessage(t("There is no event ahead."), (back,))
    last = (len(ahead) - 1) // EVENTS_SHOWN
    at = min(max(0, page), last)
    rows: list[tuple[Button, ...]] = [
        (Button(shorten(one.title, ON_BUTTON), buttons.write(buttons.REGISTER_AT, number, one.id)),)
        for one in ahead[at * EVENTS_SHOWN : (at + 1) * EVENTS_SHOWN]
    ]
    turns = []
    if at > 0:
        data = buttons.write(buttons.REGISTER_WHERE, number, at - 1)
        turns.append(Button(t("← Previous page"), data))
    if at < last:
        data = buttons.write(buttons.REGISTER_WHERE, number, at + 1)
        turns.append(Button(t("Next page →"), data))
    if turns:
        rows.append(tuple(turns))
    name = escape(shorten(view.person.name, NAME_LENGTH))
    words = t("For which event shall we register <b>%(name)s</b>?", name=name)
    return ChatMessage(words, (*rows, back))
