"""Ask a person whose calendar declined one day of several whether they give up the training."""

from datetime import datetime

from programme.facts import event_facts, session_facts
from programme.notice_policy import POLICY
from programme.notices import Notice, tell
from storage import people
from storage.calendar_answers import InvitedEntry
from storage.database import Tx
from storage.events import Event, Session


async def ask_about_day(
    tx: Tx,
    *,
    event: Event,
    sessions: list[Session],
    entry: InvitedEntry,
    reply_id: int,
    now: datetime,
) -> None:
    """Say that the seat is kept for the other days, and how to give it up as a whole."""
    policy = POLICY["day_declined"]
    declined = next(session for session in sessions if session.id == entry.session_id)
    facts = await event_facts(tx, event, sessions) | {
        "registration_id": entry.registration_id,
        "declined": session_facts(declined),
    }
    notice = Notice(
        kind=policy.kind,
        key=f"day_declined:{entry.registration_id}:{reply_id}",
        facts=facts,
        priority=policy.priority,
        due_at=now,
        not_after=policy.worth_until(now, max(session.ends_at for session in sessions)),
    )
    await tell(tx, notice, person=await people.get(tx, entry.person_id), now=now)
