"""Tell those who take part that an event has another title or description.

Time and place are as they were, so nobody has to do anything: it may wait for the morning, and
calendar entries keep their SEQUENCE (RFC 5546 section 2.1.4) under a newer DTSTAMP.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from programme import calendar_notices, fair_notices
from programme.nomination_notices import facts
from programme.nomination_terms import place
from programme.notice_policy import POLICY
from programme.notices import CHAT, way
from programme.quiet_hours import QuietHours
from storage import events, nominations, people, registrations
from storage.database import Tx
from storage.events import Event
from storage.registrations import Registration

CHANGED = POLICY["event_changed"]


@dataclass(frozen=True)
class Reach:
    """Who would be told: by chat, by mail, and how many nobody can write to."""

    by_chat: int
    by_mail: int
    unreachable: int

    @property
    def people(self) -> int:
        """How many are told."""
        return self.by_chat + self.by_mail


async def reach(tx: Tx, *, event_id: int) -> Reach:
    """Count whom the news would reach, each once; exhibitors count by the way they hear."""
    ways: list[str | None] = []
    for registration in await _concerned(tx, event_id):
        person = await people.get(tx, registration.person_id)
        contact = way(person, await people.contacts(tx, person.id))
        ways.append(contact.channel if contact else None)
    ways += await fair_notices.ways_of_concerned(tx, event_id=event_id)
    chat, mail = ways.count(CHAT), ways.count("mail")
    return Reach(chat, mail, len(ways) - chat - mail)


async def tell(
    tx: Tx,
    *,
    event: Event,
    version: int,
    news: dict[str, Any],
    quiet: QuietHours,
    now: datetime,
) -> int:
    """Tell everybody with a seat, in line, applying or with a stand; return how many hear it.

    `version` is the revision that the change made, which names it in the keys of its notices.
    """
    told = await reach(tx, event_id=event.id)
    sessions = await events.sessions(tx, event.id)
    due_at = CHANGED.leaves_at(now, quiet=quiet, zone=event.zone)
    for registration in await _concerned(tx, event.id):
        await calendar_notices.retell(
            tx,
            event=event,
            person=await people.get(tx, registration.person_id),
            registration=registration,
            sessions=sessions,
            version=version,
            news=news,
            due_at=due_at,
            now=now,
        )
    await fair_notices.tell_of_news(
        tx, event=event, version=version, news=news, due_at=due_at, now=now
    )
    return told.people


async def restate_calls(tx: Tx, *, event_id: int) -> int:
    """Let letters about nominations that wait say what is so now; return how many there are."""
    changed = 0
    for call in await nominations.calls(tx, event_id):
        at = await place(tx, event_id=event_id, organisation_id=call.organisation_id)
        fresh = await facts(tx, at)
        for kind in ("nomination_call", "nomination_reminder"):
            changed += await nominations.restate(
                tx,
                keys_from=f"{kind}:{call.id}:",
                facts=fresh,
                not_after=at.terms.deadline_at,
            )
    for one in await nominations.unanswered(tx, event_id):
        at = await place(tx, event_id=event_id, organisation_id=one.organisation_id)
        fresh = await facts(tx, at)
        for kind in ("nominated", "nominated_reminder"):
            changed += await nominations.restate(tx, keys_from=f"{kind}:{one.id}:", facts=fresh)
    return changed


async def _concerned(tx: Tx, event_id: int) -> list[Registration]:
    return [
        one
        for state in registrations.OPEN
        for one in await registrations.of_event(tx, event_id, state=state)
    ]
