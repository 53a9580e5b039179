"""Seats, a stand and nominations for the table of rights: the ways in which Jan has a place."""

from datetime import timedelta
from typing import Any

from programme import calendar_answers, fair, memberships, nominations, registration
from programme.calendar_answers import AnsweredEntry, Attendee, CalendarAnswer
from programme.nomination_terms import Speaker
from programme.nominations import Named
from storage import registrations
from storage.database import Tx
from storage.fair import Offer
from storage.tables import event
from tests.storage.rows import FIRST_DAY, NOW, make_event, make_person

LATER = FIRST_DAY + timedelta(days=2)


async def terms(tx: Tx, event_id: int, **values: Any) -> int:
    await tx.execute(event.update().where(event.c.id == event_id).values(**values))
    return event_id


async def register(tx: Tx, event_id: int, person_id: int, **more: Any) -> int:
    got = await registration.register(
        tx, event_id=event_id, person_id=person_id, door="telegram", now=NOW, **more
    )
    return got.registration_id


async def make_line(tx: Tx, know: dict[str, Any]) -> None:
    """Give Jan an offer of a seat, and an application that waits for the office."""
    second = FIRST_DAY + timedelta(days=7)
    know["offered"] = await make_event(tx, sessions=(second,), capacity=1, offer_hours=48)
    first = await make_person(tx, name="Ewa Tajnowska")
    seat = await register(tx, know["offered"], first)
    know["offer"] = await register(tx, know["offered"], know["jan"])
    await registration.cancel(tx, registration_id=seat, person_id=first, now=NOW)
    third = FIRST_DAY + timedelta(days=14)
    know["picked"] = await make_event(tx, sessions=(third,), capacity=5, approval="staff")
    know["application"] = await register(tx, know["picked"], know["jan"])
    await _given_up(tx, know)


async def _given_up(tx: Tx, know: dict[str, Any]) -> None:
    """Let Jan's calendar decline a date."""
    event_id = await make_event(tx, sessions=(FIRST_DAY + timedelta(days=35),), capacity=5)
    know["given_up"] = await register(tx, event_id, know["jan"])
    (entry,) = await registrations.calendar_entries(tx, know["given_up"])
    said = AnsweredEntry("REPLY", entry.uid, 0, (Attendee("tajny@example.org", "DECLINED"),), NOW)
    answer = CalendarAnswer("tajny@example.org", (said,))
    await calendar_answers.take(tx, answer=answer, inbox_id=None, now=NOW)


async def make_stand(tx: Tx, know: dict[str, Any]) -> None:
    day = FIRST_DAY + timedelta(days=21)
    know["fair"] = await make_event(tx, sessions=(day,), stands=5)
    await terms(tx, know["fair"], kind="fair")
    got = await fair.exhibit(
        tx,
        event_id=know["fair"],
        organisation_id=know["sekret"],
        offer=Offer("Sekretny pokaz", "Coś", 1, power=True, needs="Sekretne potrzeby"),
        person_id=know["jan"],
        now=NOW,
    )
    know["stand"] = got.exhibitor_id


async def make_nominations(tx: Tx, know: dict[str, Any]) -> None:
    """Let Jan name Ewa, who has no chat, and be named himself."""
    day = FIRST_DAY + timedelta(days=28)
    know["naming"] = await make_event(
        tx,
        sessions=(day,),
        capacity=9,
        entry="nominated",
        seats_per_organisation=5,
    )
    ways = {
        "event_id": know["naming"],
        "organisation_id": know["sekret"],
        "speaker": Speaker(know["jan"]),
        "link": "https://t.me/bot",
        "now": NOW,
    }
    ewa = Named("Ewa Tajnowska", "", "600999111")
    named = await nominations.name(tx, who=ewa, **ways)
    know["nomination"] = named.nomination_id
    know["link"] = named.link.partition("?start=n_")[2]
    mine = await nominations.name(tx, who=Named(person_id=know["jan"]), **ways)
    know["own_nomination"] = mine.nomination_id
    know["contact_link"] = memberships.new_token()
    await memberships.new_link(
        tx,
        organisation_id=know["sekret"],
        event_id=know["naming"],
        expires_at=LATER,
        token=know["contact_link"],
    )
