"""The page of somebody whom an organisation has named: take part, or decline."""

from typing import Any

from handlers.web import form_page, newcomer_fields, seat_page
from handlers.web.event_facts import described
from handlers.web.visits import Goto, Mistyped, Show, Visit
from programme import letter_pages, nomination_answers
from programme.letter_pages import Card
from programme.nomination_refusals import NominationEnded
from programme.refusals import OptionUnknown
from texts.dates import until

ACCEPT, DECLINE = "accept", "decline"


async def look(visit: Visit) -> Show:
    """Show who has named the person for what; whoever accepted sees their seat."""
    card = await letter_pages.card(visit.tx, visit.door)
    if card.nomination.state == "accepted":
        return await seat_page.look(visit)
    facts: dict[str, Any] = _about(visit, card) | {
        "state": _state(visit, card),
        "is_known": card.nomination.person_id is not None,
        "asks_decline": visit.asked.get("ask") == DECLINE,
        "done": visit.asked.get("done", ""),
        "questions": [],
    }
    if facts["state"] == "named":
        asked = await letter_pages.questions(visit.tx, event_id=card.place.event.id)
        if asked is not None:
            form = form_page.shown(visit.t, asked.form, visit.typed, visit.errors)
            facts["questions"] = form
        facts |= await newcomer_fields.shown(
            visit, name=card.nomination.name, organisation_id=card.place.organisation.id
        )
    return Show("named", facts)


def _about(visit: Visit, card: Card) -> dict[str, Any]:
    at = card.place
    days = [letter_pages.session_facts(each) for each in at.sessions]
    return described(visit.t, at.event.title, at.event.place, days) | {
        "name": card.nomination.name,
        "organisation": at.organisation.name,
        "deadline": until(at.terms.deadline_at, at.event.zone, visit.t.locale),
    }


def _state(visit: Visit, card: Card) -> str:
    if card.place.event.state == "cancelled":
        return "cancelled"
    if card.nomination.state == "named" and card.place.begins <= visit.now:
        return "over"
    return card.nomination.state


async def act(visit: Visit) -> Goto:
    """Accept or decline; whoever has accepted already acts on their seat."""
    card = await letter_pages.card(visit.tx, visit.door)
    deed = visit.typed.one("deed")
    if card.nomination.state == "accepted":
        # Pressed twice: it is done already.
        return Goto(done=ACCEPT) if deed == ACCEPT else await seat_page.act(visit)
    if deed == DECLINE and card.nomination.state == "declined":
        return Goto(done=DECLINE)
    if card.nomination.state != "named":
        raise NominationEnded(card.nomination.state)
    if deed == ACCEPT:
        await _accept(visit, card)
    elif deed == DECLINE:
        await nomination_answers.decline(
            visit.tx,
            nomination_id=card.nomination.id,
            person_id=card.nomination.person_id,
            is_proved=True,
            now=visit.now,
            quiet=visit.desk.quiet,
        )
    else:
        raise OptionUnknown
    return Goto(done=deed)


async def _accept(visit: Visit, card: Card) -> None:
    asked = await letter_pages.questions(visit.tx, event_id=card.place.event.id)
    answers, wrong = form_page.errors_of(visit, asked.form if asked else None)
    person_id, unit = card.nomination.person_id, card.place.organisation.id
    if person_id is None:
        wrong = newcomer_fields.wrong(visit, organisation_id=unit) | wrong
    if wrong:
        raise Mistyped(wrong)
    if person_id is None:
        person_id = await newcomer_fields.take(visit, organisation_id=unit)
    await nomination_answers.accept(
        visit.tx,
        nomination_id=card.nomination.id,
        person_id=person_id,
        is_proved=True,
        door=seat_page.DOOR,
        answers=answers,
        form_id=asked.form_id if asked else None,
        now=visit.now,
        quiet=visit.desk.quiet,
    )
