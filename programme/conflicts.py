"""Two events of one person at the same time: pointed out, never forbidden."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from programme.facts import session_facts
from storage import events, overlaps
from storage.database import Tx


@dataclass(frozen=True)
class Conflict:
    """Another event of the person, with those of its sessions that are at the same time."""

    event_id: int
    title: str
    sessions: tuple[dict[str, Any], ...]


async def of(tx: Tx, *, event_id: int, person_id: int) -> list[Conflict]:
    """List the person's other events, seats and open offers alike, that overlap with this one."""
    found = await overlaps.of_person(tx, event_id=event_id, person_id=person_id)
    sessions = {session.id: session for session in await _sessions(tx, {one for one, _ in found})}
    conflicts = []
    for other in dict.fromkeys(one for one, _ in found):
        event = await events.get(tx, other)
        if event is not None:
            facts = tuple(session_facts(sessions[which]) for one, which in found if one == other)
            conflicts.append(Conflict(other, event.title, facts))
    return conflicts


async def _sessions(tx: Tx, event_ids: Iterable[int]) -> list[events.Session]:
    return [session for one in event_ids for session in await events.sessions(tx, one)]
