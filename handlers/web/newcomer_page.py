"""The page on which somebody registers whom we do not know: who they are, and the questions."""

from datetime import timedelta

from handlers.web import form_page, newcomer_fields
from handlers.web.event_facts import event_facts
from handlers.web.seat_page import DOOR
from handlers.web.visits import Goto, Mistyped, Show, Visit
from programme import letter_doors, letter_pages, registration
from programme.refusals import AlreadyRegistered
from texts.dates import until

# The person's own page stays as long as a letter about the event would.
OWN_PAGE = timedelta(days=180)


def _organisation(visit: Visit) -> int | None:
    return visit.door.organisation_id or letter_pages.number(visit.door, "organisation")


async def look(visit: Visit) -> Show:
    """Show the event and the form, or why nobody can register now."""
    view = await letter_pages.event_of(visit.tx, visit.door, now=visit.now)
    asked = await letter_pages.questions(visit.tx, event_id=view.event_id)
    facts = event_facts(visit.t, view) | {
        "state": "cancelled" if view.state == "cancelled" else "over" if view.over else "open",
        "can_register": view.can_register,
        "by_nomination": view.by_nomination,
        "needs_approval": view.needs_approval,
        "free": view.free,
        "deadline": until(view.deadline_at, view.zone, visit.t.locale) if view.deadline_at else "",
        "questions": form_page.shown(visit.t, asked.form, visit.typed, visit.errors)
        if asked
        else [],
    }
    facts |= await newcomer_fields.shown(
        visit, name=visit.door.subject.get("name", ""), organisation_id=_organisation(visit)
    )
    return Show("newcomer", facts)


async def act(visit: Visit) -> Goto:
    """Register the person and lead them to the page of this seat.

    What else is theirs opens by the letter that confirms it, which goes to their own mailbox.
    """
    view = await letter_pages.event_of(visit.tx, visit.door, now=visit.now)
    asked = await letter_pages.questions(visit.tx, event_id=view.event_id)
    answers, wrong = form_page.errors_of(visit, asked.form if asked else None)
    organisation_id = _organisation(visit)
    wrong = newcomer_fields.wrong(visit, organisation_id=organisation_id) | wrong
    if wrong:
        raise Mistyped(wrong)
    person_id = await newcomer_fields.take(visit, organisation_id=organisation_id)
    try:
        got = await registration.register(
            visit.tx,
            event_id=view.event_id,
            person_id=person_id,
            organisation_id=organisation_id,
            door=DOOR,
            answers=answers,
            form_id=asked.form_id if asked else None,
            now=visit.now,
            quiet=visit.desk.quiet,
        )
        registration_id = got.registration_id
    except AlreadyRegistered as known:
        # Pressed twice, or registered in the chat: they see how it stands.
        registration_id = known.registration_id
    token = await letter_doors.make(
        visit.tx,
        purpose=letter_doors.PAGE,
        kind="registration_confirmed",
        address=visit.door.address,
        locale=visit.door.locale,
        subject={
            "event": view.event_id,
            "registration": registration_id,
            letter_doors.NARROW: True,
        },
        person_id=person_id,
        lasts=OWN_PAGE,
        now=visit.now,
    )
    return Goto(f"/l/{token}")
