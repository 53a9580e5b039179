"""Tell the organisations at a fair what became of their stands.

A notice goes to the person who registered the stand, or to the organisation's own address when
nobody did or nobody can be reached.
"""

from datetime import datetime
from typing import Any

from programme.facts import event_facts
from programme.letter_doors import Posted
from programme.notice_policy import POLICY
from programme.notices import Notice, tell, way
from programme.posting import post_to
from storage import events, fair, organisations, outbox_sweeps, people, registrations
from storage.database import Tx
from storage.events import Event
from storage.fair import Exhibitor
from storage.outbox import Entry


def stand_facts(exhibitor: Exhibitor) -> dict[str, Any]:
    """Describe a stand, under the names that every template knows."""
    return {
        "exhibitor_id": exhibitor.id,
        "stand": {
            "organisation": exhibitor.organisation,
            "number": exhibitor.stand,
            **vars(exhibitor.offer),
        },
    }


async def say(
    tx: Tx,
    *,
    kind: str,
    event: Event,
    exhibitor: Exhibitor,
    now: datetime,
    key: str = "",
    not_after: datetime | None = None,
    due_at: datetime | None = None,
    **facts: Any,
) -> bool:
    """Tell one exhibitor something at `due_at`, or now; False when nobody can be reached."""
    policy = POLICY[kind]
    sessions = await events.sessions(tx, event.id)
    last = not_after or max((session.ends_at for session in sessions), default=now)
    notice = Notice(
        kind=kind,
        key=key or f"{kind}:{exhibitor.id}",
        facts=await event_facts(tx, event) | stand_facts(exhibitor) | facts,
        priority=policy.priority,
        due_at=due_at or now,
        not_after=policy.worth_until(due_at or now, last),
    )
    if exhibitor.person_id is not None:
        person = await people.get(tx, exhibitor.person_id)
        if await tell(tx, notice, person=person, now=now) is not None:
            return True
    return await _write_to_organisation(tx, notice, exhibitor, now=now)


async def _write_to_organisation(
    tx: Tx, notice: Notice, exhibitor: Exhibitor, *, now: datetime
) -> bool:
    organisation = await organisations.get(tx, exhibitor.organisation_id)
    if organisation is None or not organisation.mailbox:
        return False
    entry = Entry(
        key=f"{notice.key}:mail",
        channel="mail",
        kind=notice.kind,
        address=organisation.email,
        locale="pl",
        facts={**notice.facts, "person": {"name": organisation.name}},
        priority=notice.priority,
        due_at=notice.due_at,
        not_after=notice.not_after,
    )
    await post_to(tx, [Posted(entry, organisation.id)], now=now)
    return True


async def is_true(tx: Tx, *, kind: str, facts: dict[str, Any]) -> bool:
    """Tell whether a stand is still as the facts of a notice have it."""
    exhibitor = await fair.get(tx, int(facts["exhibitor_id"]))
    if exhibitor is None or kind == "event_cancelled":
        return exhibitor is not None
    if kind == "exhibitor_cancelled":
        return exhibitor.state == "cancelled"
    return exhibitor.state in fair.OPEN and exhibitor.stand == facts["stand"]["number"]


async def hush_reminder(tx: Tx, exhibitor_id: int, *, now: datetime) -> None:
    """Take back the reminder of a stand that has not left yet; it says what is no longer so."""
    await outbox_sweeps.cancel(tx, keys_from=f"exhibitor_reminder:{exhibitor_id}:", now=now)


async def tell_of_move(
    tx: Tx, *, event: Event, version: str, old: dict[str, Any], due_at: datetime, now: datetime
) -> int:
    """Tell exhibitors that the fair moved and remind them anew; return how many are told.

    Who is registered as a visitor too has been told as such. `version` names the move.
    """
    await fair.forget_reminded(tx, event.id)
    return await _tell_all(tx, "event_moved", event, due_at=due_at, now=now, about=version, old=old)


async def tell_of_cancellation(tx: Tx, *, event: Event, due_at: datetime, now: datetime) -> int:
    """Tell exhibitors that the fair is called off; return how many are told."""
    return await _tell_all(tx, "event_cancelled", event, due_at=due_at, now=now)


async def count_concerned(tx: Tx, *, event_id: int) -> int:
    """Count the exhibitors whom a move or a cancellation would be told now."""
    reached = [await _is_reached(tx, one) for one in await _concerned(tx, event_id)]
    return sum(reached)


async def ways_of_concerned(tx: Tx, *, event_id: int) -> list[str | None]:
    """Name the channel by which each exhibitor would hear of a change; None where nobody hears."""
    found = [await way_to(tx, one) for one in await _concerned(tx, event_id)]
    return [one[1] if one else None for one in found]


async def tell_of_news(
    tx: Tx, *, event: Event, version: int, news: dict[str, Any], due_at: datetime, now: datetime
) -> int:
    """Tell exhibitors of another title or description and remind them anew."""
    await fair.forget_reminded(tx, event.id)
    return await _tell_all(
        tx, "event_changed", event, due_at=due_at, now=now, about=str(version), **news
    )


async def _is_reached(tx: Tx, exhibitor: Exhibitor) -> bool:
    return await way_to(tx, exhibitor) is not None


async def way_to(tx: Tx, exhibitor: Exhibitor) -> tuple[str, str, str] | None:
    """Give who is told of a stand, by which channel and where; None when nobody is reached."""
    if exhibitor.person_id is not None:
        person = await people.get(tx, exhibitor.person_id)
        contact = way(person, await people.contacts(tx, exhibitor.person_id))
        if contact is not None:
            return person.name, contact.channel, contact.address
    organisation = await organisations.get(tx, exhibitor.organisation_id)
    if organisation is None or not organisation.mailbox:
        return None
    return organisation.name, "mail", organisation.email


async def _concerned(tx: Tx, event_id: int) -> list[Exhibitor]:
    """List exhibitors with a stand or in line who are not registered as visitors too."""
    found = []
    for state in fair.OPEN:
        for one in await fair.of_event(tx, event_id, state=state):
            visits = one.person_id is not None and await registrations.open_of(
                tx, event_id=event_id, person_id=one.person_id
            )
            if not visits:
                found.append(one)
    return found


async def _tell_all(
    tx: Tx,
    kind: str,
    event: Event,
    *,
    due_at: datetime,
    now: datetime,
    about: str = "",
    **facts: Any,
) -> int:
    told = 0
    for one in await fair.of_event(tx, event.id, state="active"):
        await hush_reminder(tx, one.id, now=now)
    for one in await _concerned(tx, event.id):
        key = f"{kind}:stand:{one.id}:{about}".rstrip(":")
        if kind == "event_cancelled":
            for before in ("event_moved", "event_changed"):
                await outbox_sweeps.cancel(tx, keys_from=f"{before}:stand:{one.id}:", now=now)
        told += await say(
            tx, kind=kind, event=event, exhibitor=one, now=now, key=key, due_at=due_at, **facts
        )
    return told
