"""How a broadcast stands: what the progress message and the report say of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from programme import broadcast_reports
from programme.broadcast_reports import Report
from storage import broadcast_states, broadcasts
from storage.broadcasts import Broadcast
from storage.database import Tx


@dataclass(frozen=True)
class Standing:
    """How a broadcast stands: `done` of `everybody` have left, or will not leave any more.

    `rate` is messages a minute and `minutes` the time left at that pace, both None when nobody
    knows yet. `next_at` is set while the rest waits for a later moment. `held_back` did not leave
    because somebody stopped it. `counts` are those of a report. `has_letter` tells that staff
    wrote it as a letter, which can become a draft again.
    """

    broadcast_id: int
    state: str
    title: str
    done: int
    everybody: int
    ended: bool = False
    because: str = ""
    begun: bool = True
    starts_at: datetime | None = None
    rate: int | None = None
    minutes: int | None = None
    next_at: datetime | None = None
    held_back: int = 0
    counts: Mapping[str, int] | None = None
    has_letter: bool = False

    @property
    def shown(self) -> tuple[Any, ...]:
        """What an edit is worth for: time alone is none."""
        return self.state, self.done, self.everybody, self.starts_at, self.next_at, self.ended


COUNTED = ("sent", "queued", "failed", "blocked", "uncertain", "missed", "cancelled")


def standing_of(broadcast: Broadcast, report: Report) -> Standing:
    """Tell how a broadcast stands by the counts of its rows."""
    rows = sum(getattr(report, name) for name in COUNTED)
    is_planned = broadcast.starts_at is not None and not broadcast.ceiling
    is_queued = not is_planned and broadcast.cursor >= broadcast.ceiling
    unqueued = 0 if is_queued else max(0, broadcast.people - rows)
    everybody = broadcast.people if is_queued else max(broadcast.people, rows)
    stopped = broadcast.state == "stopped"
    held_back = report.cancelled + unqueued if stopped else 0
    waiting = report.queued + (held_back if stopped else unqueued)
    return Standing(
        broadcast_id=broadcast.id,
        state=broadcast.state,
        title=_title(broadcast),
        done=max(0, everybody - waiting),
        everybody=everybody,
        ended=report.queued == 0 and broadcast.state in ("running", "stopped"),
        because=broadcast.because,
        begun=not is_planned,
        starts_at=broadcast.starts_at,
        held_back=held_back,
        counts={name: getattr(report, name) for name in COUNTED},
        has_letter=broadcast.content.get("letter") is not None,
    )


async def read(tx: Tx, *, broadcast_id: int) -> Standing:
    """Tell how a broadcast stands now."""
    report = await broadcast_reports.report(tx, broadcast_id=broadcast_id)
    return standing_of(await broadcasts.get(tx, broadcast_id), report)


@dataclass(frozen=True)
class Plan:
    """A letter that has not begun, as one row of the agenda; a paused one waits for staff."""

    broadcast_id: int
    starts_at: datetime
    kind: str
    title: str
    people: int
    paused: bool


async def plans(tx: Tx, *, until: datetime | None = None) -> list[Plan]:
    """List the letters that have not begun, the soonest first."""
    return [
        Plan(
            one.id,
            one.starts_at or one.confirmed_at,
            one.kind,
            _title(one),
            one.people,
            paused=one.state == broadcast_states.PAUSED,
        )
        for one in await broadcast_states.planned(tx, until=until)
    ]


def _title(broadcast: Broadcast) -> str:
    content = broadcast.content
    return str(content.get("subject") or content.get("question") or "")
