"""Notices about seats that put nothing into a calendar."""

from datetime import datetime
from typing import Any

from programme.facts import event_facts
from programme.notice_policy import POLICY
from programme.notices import Notice
from programme.notices import tell as tell_person
from storage import events
from storage.database import Tx
from storage.events import Event
from storage.people import Person


async def tell(
    tx: Tx,
    *,
    kind: str,
    event: Event,
    person: Person,
    registration_id: int,
    now: datetime,
    **facts: Any,
) -> None:
    """Tell a person once what became of their registration, with the facts of the event."""
    policy = POLICY[kind]
    sessions = await events.sessions(tx, event.id)
    last = max(session.ends_at for session in sessions)
    notice = Notice(
        kind=kind,
        key=f"{kind}:{registration_id}",
        facts=await event_facts(tx, event) | {"registration_id": registration_id, **facts},
        priority=policy.priority,
        due_at=now,
        not_after=policy.worth_until(now, last),
    )
    await tell_person(tx, notice, person=person, now=now)
