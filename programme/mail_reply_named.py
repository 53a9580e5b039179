"""What somebody answers by mail who was named by an organisation, or whom it asks to register.

Somebody known has agreed to the privacy notice, so a yes gives them the seat. Of somebody unknown
we have a name and an address from an organisation: a yes opens the page where they read the notice
and agree by one tap, a no needs nothing of them and is done at once.
"""

import dataclasses

from programme import letter_pages, nomination_answers
from programme.importing.spelling import fold
from programme.mail_outcomes import Outcome, refused
from programme.mail_reply import Answered, Effect, page_needed, read_from
from programme.mail_reply_person import accept, check_open, give_back, no, yes
from programme.nomination_refusals import NominationEnded, NominationUnknown
from programme.refusals import Refusal
from storage import events, people
from storage.database import Tx
from storage.nominations import Nomination

NAMED = frozenset({"nominated", "nominated_reminder"})
ASKED = "registration_asked"
KINDS = NAMED | {ASKED}


async def answer(tx: Tx, asked: Answered) -> Effect:
    """Do what the person named, or asked, answers; names of others are left to staff."""
    wish = asked.wish
    if not wish.answer or asked.event_id is None:
        return Effect(read_from(wish), for_staff=True, unclear=True)
    if asked.door.kind == ASKED:
        return await _asked(tx, asked)
    try:
        found = (await letter_pages.card(tx, asked.door)).nomination
    except Refusal:
        # Somebody else has answered by the link that they were handed: a person must look.
        return Effect(read_from(wish), for_staff=True, unclear=True)
    if any(fold(one.name) != fold(found.name) for one in wish.people):
        return Effect(read_from(wish), for_staff=True, unclear=True)
    try:
        async with tx.begin_nested():
            return await _named(tx, asked, found)
    except Refusal as refusal:
        return Effect((refused(refusal, found.name),))


async def _named(tx: Tx, asked: Answered, found: Nomination) -> Effect:
    if found.state == "accepted":
        return await _after_yes(tx, asked, found)
    if asked.wish.answer == "no":
        await nomination_answers.decline(
            tx,
            nomination_id=found.id,
            person_id=found.person_id,
            is_proved=True,
            now=asked.now,
            quiet=asked.quiet,
        )
        return Effect((Outcome("declined", found.name),))
    if found.state != "named":
        raise NominationEnded(found.state)
    event = await events.lock(tx, found.event_id)
    if event is None:
        raise NominationUnknown
    if found.person_id is None or event.form_id is not None:
        if event.late == "refuse":
            # Whoever was named in time may answer until it begins.
            event = dataclasses.replace(event, late="line")
        await check_open(tx, event, asked.now)
        return page_needed(asked, found.name, questions=found.person_id is not None)
    return await accept(tx, asked, found, found.person_id)


async def _after_yes(tx: Tx, asked: Answered, found: Nomination) -> Effect:
    """Somebody who had said yes says it again, or gives their seat back."""
    if asked.wish.answer == "yes" or found.registration_id is None or found.person_id is None:
        if asked.wish.answer == "no" and found.person_id is not None:
            return await no(tx, asked, await people.who_is_now(tx, found.person_id))
        return Effect((Outcome("has_seat", found.name),))
    person = await people.get(tx, found.person_id)
    return await give_back(tx, asked, found.registration_id, person)


async def _asked(tx: Tx, asked: Answered) -> Effect:
    if asked.wish.people:
        return Effect(read_from(asked.wish), for_staff=True, unclear=True)
    if asked.door.person_id is not None:
        person = await people.who_is_now(tx, asked.door.person_id)
        if asked.wish.answer == "no":
            return await no(tx, asked, person)
        organisation_id = asked.door.subject.get("organisation")
        return await yes(tx, asked, person, organisation_id=organisation_id)
    if asked.wish.answer == "no":
        return Effect((Outcome("no_noted"),))
    assert asked.event_id is not None  # noqa: S101 -- answer has looked
    event = await events.get(tx, asked.event_id)
    try:
        if event is None:
            raise NominationUnknown
        await check_open(tx, event, asked.now)
    except Refusal as refusal:
        return Effect((refused(refusal),))
    return page_needed(asked, "", questions=False)
