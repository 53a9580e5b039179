"""What ends together with somebody's rights, in the same transaction.

Whoever loses rights must not act any more by anything that they began before: an open dialogue,
a deed that waits its half minute, a letter that is planned, a link that they handed out.
"""

from datetime import datetime

from programme import (
    broadcasting,
    document_steps,
    event_questions,
    fair_steps,
    nomination_steps,
    own_data,
    profile,
    staff,
)
from programme import deeds as waiting_deeds
from programme.asking import ended
from programme.facts import programme_facts
from programme.notice_policy import POLICY
from programme.refusals import NotStaff
from storage import conversations, deeds, outbox, outbox_sweeps, staff_team, trainers
from storage import staff as staff_rows
from storage.conversations import Conversation
from storage.database import Tx
from storage.outbox import Entry
from storage.staff import StaffMember

REMOVED = "removed"
# Dialogues that everybody has; a naming asks at each step who may speak.
PERSONAL = frozenset(
    (
        profile.FLOW,
        event_questions.FLOW,
        own_data.FLOW,
        document_steps.FLOW,
        nomination_steps.FLOW,
    )
)
LOCALE = "pl"
# What only coordinators are told, with names of people in it; it may wait for Monday.
FOR_COORDINATORS = frozenset({"task", "summary", "alert"})


async def remove_at_the_console(tx: Tx, *, chat_id: int, now: datetime) -> None:
    """End a chat's rights as the operator of the machine; raises NotStaff when it has none."""
    member = await staff_rows.by_chat(tx, chat_id)
    if member is None:
        raise NotStaff
    await staff.remove(tx, chat_id=chat_id, now=now)
    await rights_lost(tx, member=member, role=REMOVED, by=None, now=now)


async def rights_lost(
    tx: Tx, *, member: StaffMember, role: str, by: StaffMember | None, now: datetime
) -> None:
    """End what somebody may no more do, and tell them; `role` is the new one, or REMOVED.

    The caller has changed the row of staff in this transaction. Whoever did it to themselves, as
    `by` says, is answered by the face.
    """
    state = await conversations.load(tx, member.chat_id)
    if state is not None and _is_of_staff(state):
        await conversations.save(tx, ended(state), now=now)
    await trainers.take(tx, staff_id=member.id)
    if role not in staff.MAY_SEND:
        for deed in await deeds.pending_of(tx, member.id):
            await waiting_deeds.refuse(tx, deed=deed, because=NotStaff(), now=now)
        await broadcasting.author_left(tx, member=member, now=now)
    if role not in staff.COORDINATORS:
        await staff_team.drop_links_of(tx, member.id)
        await outbox_sweeps.cancel_of_chat(
            tx, chat_id=member.chat_id, kinds=FOR_COORDINATORS, now=now
        )
    if by is None or by.id != member.id:
        await _tell(tx, member, role, locale=state.locale if state else LOCALE, now=now)


def _is_of_staff(state: Conversation) -> bool:
    if state.flow == fair_steps.FLOW:
        return bool(state.data.get("for_staff"))
    return bool(state.flow) and state.flow not in PERSONAL


async def _tell(tx: Tx, member: StaffMember, role: str, *, locale: str, now: datetime) -> None:
    policy = POLICY["staff_rights"]
    entry = Entry(
        key=f"staff_rights:{member.id}:{now.isoformat()}",
        channel="telegram",
        kind=policy.kind,
        address=str(member.chat_id),
        locale=locale,
        facts={
            "programme": await programme_facts(tx),
            "person": {"name": member.name},
            "rights": {"role": role},
        },
        priority=policy.priority,
        due_at=now,
        not_after=policy.worth_until(now),
    )
    await outbox.put(tx, [entry], now=now)
