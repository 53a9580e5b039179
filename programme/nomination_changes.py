"""Tell organisations and the people they named when an event moves or is called off."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from programme import audiences
from programme.audiences import Recipient
from programme.facts import event_facts
from programme.nomination_notices import (
    facts,
    named_recipient,
    notice_at,
    recipients_of,
    tell_named,
    unsay,
)
from programme.nomination_terms import place
from storage import events, nominations, organisations, outbox_sweeps, registrations
from storage.database import Tx
from storage.nominations import Call, Nomination


async def event_cancelled(tx: Tx, *, event_id: int, due_at: datetime, now: datetime) -> int:
    """End what nobody has answered when an event is called off; return how many are told.

    Those who had accepted are told through their registration, and organisations that were asked
    to name people are told too. Calls that wait for the morning are kept back.
    """
    called = await _called(tx, event_id)
    told = await _tell_called(tx, "event_cancelled", event_id, called, due_at=due_at, now=now)
    answers = await nominations.answers_waiting(tx, event_id)
    pointless = [key for key in answers if key.startswith("nomination_answered:")]
    await outbox_sweeps.cancel_keys(tx, keys=pointless, now=now)
    for call in await nominations.calls(tx, event_id):
        for kind in ("nomination_call", "nomination_reminder", "event_moved:call"):
            await outbox_sweeps.cancel(tx, keys_from=f"{kind}:{call.id}:", now=now)
    for one in await nominations.unanswered(tx, event_id):
        if not await nominations.move(tx, one, state="expired", ended_at=now):
            continue
        await nominations.free_place(tx, event_id=event_id, organisation_id=one.organisation_id)
        if await unsay(tx, one, now=now) or await _is_told_otherwise(tx, one):
            continue
        at = await place(tx, event_id=event_id, organisation_id=one.organisation_id)
        said = notice_at(
            "event_cancelled",
            f"event_cancelled:nomination:{one.id}",
            await facts(tx, at),
            last=at.ends,
            due_at=due_at,
        )
        told += await tell_named(tx, said, one, now=now) is not None
    return told


async def event_moved(
    tx: Tx, *, event_id: int, version: str, old: dict[str, Any], due_at: datetime, now: datetime
) -> int:
    """Tell those who have not answered, and organisations that were asked, the old and the new.

    Letters that have not left yet say the new time instead. `version` names the change. Returns
    how many are told.
    """
    told = await _tell_called(
        tx,
        "event_moved",
        event_id,
        await _called(tx, event_id),
        due_at=due_at,
        about=version,
        old=old,
        now=now,
    )
    for call in await nominations.calls(tx, event_id):
        at = await place(tx, event_id=event_id, organisation_id=call.organisation_id)
        fresh = await facts(tx, at)
        for kind in ("nomination_call", "nomination_reminder"):
            await nominations.restate(tx, keys_from=f"{kind}:{call.id}:", facts=fresh)
    about = await _event_facts(tx, event_id)
    for key in await nominations.answers_waiting(tx, event_id):
        await nominations.restate(tx, keys_from=key, facts=about)
    for one in await nominations.unanswered(tx, event_id):
        at = await place(tx, event_id=event_id, organisation_id=one.organisation_id)
        fresh = await facts(tx, at)
        await nominations.restate(tx, keys_from=f"nominated_reminder:{one.id}:", facts=fresh)
        if await nominations.restate(tx, keys_from=f"nominated:{one.id}:", facts=fresh):
            continue
        if await _is_told_otherwise(tx, one):
            continue
        said = notice_at(
            "event_moved",
            f"event_moved:nomination:{one.id}:{version}",
            fresh | {"old": old, "naming": "named"},
            last=at.ends,
            due_at=due_at,
        )
        told += await tell_named(tx, said, one, now=now) is not None
    return told


@dataclass(frozen=True)
class _Called:
    """An organisation whose letter has left, and who hears of a change on its behalf."""

    call: Call
    recipients: list[Recipient]


async def _called(tx: Tx, event_id: int) -> list[_Called]:
    """List organisations that were asked; whoever hears of a change otherwise is left out."""
    calls = [one for one in await nominations.calls(tx, event_id) if one.called_at is not None]
    left = [one for one in calls if not await _waits(tx, one)]
    units = [await organisations.get(tx, one.organisation_id) for one in left]
    ways = await recipients_of(tx, [one for one in units if one is not None])
    named = {one.person_id for one in await nominations.unanswered(tx, event_id)}
    found = []
    for call in left:
        hears = [
            to
            for to in ways.get(call.organisation_id, [])
            if to.person_id is None
            or (to.person_id not in named and not await _registered(tx, event_id, to.person_id))
        ]
        found.append(_Called(call, hears))
    return found


async def _waits(tx: Tx, call: Call) -> bool:
    return await nominations.waits(tx, keys_from=f"nomination_call:{call.id}:")


async def _registered(tx: Tx, event_id: int, person_id: int) -> bool:
    return await registrations.open_of(tx, event_id=event_id, person_id=person_id) is not None


async def _tell_called(
    tx: Tx,
    kind: str,
    event_id: int,
    called: list[_Called],
    *,
    due_at: datetime,
    now: datetime,
    about: str = "",
    **more: Any,
) -> int:
    told = 0
    for one in called:
        at = await place(tx, event_id=event_id, organisation_id=one.call.organisation_id)
        said = notice_at(
            kind,
            f"{kind}:call:{one.call.id}:{about}".rstrip(":"),
            await facts(tx, at, **more, naming="called"),
            last=at.ends,
            due_at=due_at,
        )
        await audiences.tell_all(tx, one.recipients, said, now=now)
        told += len(one.recipients)
    return told


async def _event_facts(tx: Tx, event_id: int) -> dict[str, Any]:
    event = await events.get(tx, event_id)
    return await event_facts(tx, event) if event else {}


async def count_asked(tx: Tx, *, event_id: int) -> int:
    """Count whom a move or a cancellation would be told now: asked, and without an answer.

    Organisations that were asked to name people count as those who hear for them. Whoever has not
    been sent the first word yet is not told of a change: that word is changed, or kept back.
    """
    told = sum(len(one.recipients) for one in await _called(tx, event_id))
    for one in await nominations.unanswered(tx, event_id):
        hears = not await nominations.waits(tx, keys_from=f"nominated:{one.id}:")
        if hears and not await _is_told_otherwise(tx, one):
            told += len(await named_recipient(tx, one))
    return told


async def _is_told_otherwise(tx: Tx, one: Nomination) -> bool:
    """Tell whether the person named has registered by themselves, and hears of it through that."""
    if one.person_id is None:
        return False
    return await _registered(tx, one.event_id, one.person_id)
