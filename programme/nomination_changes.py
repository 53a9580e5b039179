"""Tell organisations and the people they named when an event moves or is called off."""

from datetime import datetime
from typing import Any

from programme.facts import event_facts
from programme.nomination_notices import facts, named_recipient, notice, tell_named, unsay
from programme.nomination_terms import place
from programme.quiet_hours import QuietHours
from storage import events, nominations, outbox_sweeps, registrations
from storage.database import Tx
from storage.nominations import Nomination


async def event_cancelled(tx: Tx, *, event_id: int, now: datetime) -> int:
    """End what nobody has answered when an event is called off; return how many are told.

    Those who had accepted are told through their registration. Calls that wait for the morning
    are kept back.
    """
    told = 0
    answers = await nominations.answers_waiting(tx, event_id)
    pointless = [key for key in answers if key.startswith("nomination_answered:")]
    await outbox_sweeps.cancel_keys(tx, keys=pointless, now=now)
    for call in await nominations.calls(tx, event_id):
        for kind in ("nomination_call", "nomination_reminder"):
            await outbox_sweeps.cancel(tx, keys_from=f"{kind}:{call.id}:", now=now)
    for one in await nominations.unanswered(tx, event_id):
        if not await nominations.move(tx, one, state="expired", ended_at=now):
            continue
        await nominations.free_place(tx, event_id=event_id, organisation_id=one.organisation_id)
        if await unsay(tx, one, now=now) or await _is_told_otherwise(tx, one):
            continue
        at = await place(tx, event_id=event_id, organisation_id=one.organisation_id)
        said = notice(
            "event_cancelled",
            f"event_cancelled:nomination:{one.id}",
            await facts(tx, at),
            last=at.ends,
            quiet=QuietHours(),
            zone=at.event.zone,
            now=now,
        )
        told += await tell_named(tx, said, one, now=now) is not None
    return told


async def event_moved(
    tx: Tx, *, event_id: int, version: str, old: dict[str, Any], now: datetime
) -> int:
    """Tell those who have not answered the old and the new time; return how many are told.

    Letters that have not left yet say the new time instead. `version` names the change.
    """
    told = 0
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
        said = notice(
            "event_moved",
            f"event_moved:nomination:{one.id}:{version}",
            fresh | {"old": old},
            last=at.ends,
            quiet=QuietHours(),
            zone=at.event.zone,
            now=now,
        )
        told += await tell_named(tx, said, one, now=now) is not None
    return told


async def _event_facts(tx: Tx, event_id: int) -> dict[str, Any]:
    event = await events.get(tx, event_id)
    return await event_facts(tx, event) if event else {}


async def count_asked(tx: Tx, *, event_id: int) -> int:
    """Count whom a move or a cancellation would be told now: asked, and without an answer.

    Whoever has not been sent the first word yet is not told of a change: that word is changed, or
    kept back.
    """
    told = 0
    for one in await nominations.unanswered(tx, event_id):
        hears = not await nominations.waits(tx, keys_from=f"nominated:{one.id}:")
        if hears and not await _is_told_otherwise(tx, one):
            told += len(await named_recipient(tx, one))
    return told


async def _is_told_otherwise(tx: Tx, one: Nomination) -> bool:
    """Tell whether the person named has registered by themselves, and hears of it through that."""
    if one.person_id is None:
        return False
    known = await registrations.open_of(tx, event_id=one.event_id, person_id=one.person_id)
    return known is not None
