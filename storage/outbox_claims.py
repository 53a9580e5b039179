"""What a sender does with many rows in one statement: claim, start, end, renew, give back.

Each statement that may lose a race returns the rows that it changed. What is not among them
belongs to somebody else, and the sender leaves it alone.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from functools import cache
from itertools import groupby
from operator import attrgetter
from typing import Any

from sqlalchemy import (
    BindParameter,
    CompoundSelect,
    Select,
    Update,
    bindparam,
    exists,
    literal,
    or_,
    select,
    union_all,
    update,
)

from storage.database import Tx
from storage.outbox import (
    IS_UNDER_WAY,
    IS_WAITING,
    LONGEST_ANSWER,
    MAY_HAVE_LEFT,
    PRIORITIES,
    OutboxRow,
)
from storage.outbox_secrets import MAIL_FORGOTTEN, SEALED, SEALED_FACTS
from storage.tables import broadcast, channel_pause, outbox

_COLUMNS = tuple(outbox.c[field.name] for field in fields(OutboxRow))
_MOST_IDS = 1000  # in one statement; both databases take far more


# Built once: these are run for every message, and building one costs as much as running it.
_NOW = bindparam("now", type_=outbox.c.started_at.type)
_START = (
    update(outbox)
    .where(
        outbox.c.id.in_(bindparam("ids", expanding=True)),
        outbox.c.lease_token == bindparam("token"),
        outbox.c.state == "leased",
        ~exists().where(
            channel_pause.c.channel == bindparam("of_channel"), channel_pause.c.until > _NOW
        ),
        # Whatever came back into the line of a paused broadcast meanwhile does not leave.
        ~exists().where(
            broadcast.c.id == outbox.c.broadcast_id,
            broadcast.c.state.in_(("paused", "stopped")),
            # Of one that was stopped and is over, somebody may send single rows again.
            broadcast.c.reported_at.is_(None) | (broadcast.c.state == "paused"),
        ),
    )
    .values(state="started", started_at=_NOW, leased_until=bindparam("until"))
    .returning(outbox.c.id)
)
_KEEP = (
    update(outbox)
    .where(outbox.c.id == bindparam("row"), outbox.c.state == "started")
    .values(message_id=bindparam("message"), body=bindparam("bytes"))
)
_END_SENT = (
    update(outbox)
    .where(
        outbox.c.id == bindparam("row"),
        outbox.c.lease_token == bindparam("token"),
        # Not as a list: a statement for many rows cannot have one.
        or_(*(outbox.c.state == state for state in MAY_HAVE_LEFT)),
    )
    .values(
        state="sent",
        answer=bindparam("said"),
        result=bindparam("outcome"),
        ended_at=_NOW,
        leased_until=None,
    )
)
_END_SENT_MAIL = _END_SENT.values(MAIL_FORGOTTEN)
_END_SENT_SEALED = _END_SENT.values(facts=SEALED_FACTS)


@dataclass(frozen=True, slots=True)
class Departure:
    """A row that is about to leave; a mail's bytes are kept, so that a repeat has the same."""

    row: OutboxRow
    message_id: str | None = None
    body: bytes | None = None


@dataclass(frozen=True, slots=True)
class Arrival:
    """A row that the other side has taken, with what it said."""

    row: OutboxRow
    answer: str
    result: dict[str, Any]


async def due_priorities(
    tx: Tx, *, channel: str, now: datetime, priorities: Sequence[int] = PRIORITIES
) -> list[int]:
    """Tell at which priorities a channel has rows that are due, without touching the writer."""
    looks = _looks(tuple(priorities))
    return sorted((await tx.execute(looks, {"of_channel": channel, "now": now})).scalars())


@cache
def _looks(priorities: tuple[int, ...]) -> CompoundSelect[Any]:
    return union_all(
        *(
            # In the order of the index: PostgreSQL then uses it however many rows it expects.
            select(literal(priority)).where(
                _due(bindparam("of_channel"), priority, _NOW)
                .order_by(outbox.c.due_at, outbox.c.id)
                .limit(1)
                .scalar_subquery()
                .is_not(None)
            )
            for priority in priorities
        )
    )


def _due(
    channel: str | BindParameter[str], priority: int, now: datetime | BindParameter[datetime]
) -> Select[tuple[int]]:
    return select(outbox.c.id).where(
        outbox.c.channel == channel,
        outbox.c.priority == priority,
        IS_WAITING,
        outbox.c.due_at <= now,
        outbox.c.not_after >= now,
    )


async def claim(
    tx: Tx,
    *,
    channel: str,
    token: str,
    now: datetime,
    lease: timedelta,
    limit: int,
    priorities: Iterable[int] = PRIORITIES,
    passed_over: Mapping[str, int] | None = None,
) -> list[OutboxRow]:
    """Lease the most urgent rows that are due; nobody else gets them until the lease ends.

    `token` must be a new one for each claim, or a sender that lost its lease passes for the next.
    `passed_over` names addresses, each with the priority from which on its rows stay where they
    are. Each priority is a question of its own: an index then finds the rows that are due without
    a look at those that are not, however many they are.
    """
    claimed: list[OutboxRow] = []
    for priority in sorted(priorities):
        if len(claimed) >= limit:
            break
        busy = [one for one, least in (passed_over or {}).items() if least <= priority]
        claimed += await _claim_priority(
            tx,
            busy,
            channel=channel,
            priority=priority,
            now=now,
            limit=limit - len(claimed),
            values={"lease_token": token, "leased_until": now + lease},
        )
    return claimed


async def _claim_priority(
    tx: Tx,
    busy: list[str],
    *,
    channel: str,
    priority: int,
    now: datetime,
    limit: int,
    values: dict[str, Any],
) -> list[OutboxRow]:
    due = _due(channel, priority, now)
    if busy:
        due = due.where(outbox.c.address.not_in(busy))
    # A plain subquery may be run once per row by PostgreSQL and then exceeds the limit.
    chosen = (
        due.order_by(outbox.c.due_at, outbox.c.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
        .cte("chosen")
    )
    rows = await tx.execute(
        update(outbox)
        .where(outbox.c.id.in_(select(chosen.c.id)), IS_WAITING)
        .values(state="leased", attempts=outbox.c.attempts + 1, **values)
        .returning(*_COLUMNS)
    )
    return sorted((OutboxRow(*row) for row in rows), key=attrgetter("due_at", "id"))


async def start(
    tx: Tx, departures: Sequence[Departure], *, now: datetime, until: datetime
) -> set[int]:
    """Note that the bytes leave now, and return the ids of the rows that may go.

    What is not returned must not be sent: its lease was lost, its channel rests, or its broadcast
    is paused or stopped. The lease of the others lasts `until` from here on.
    """
    started: set[int] = set()
    for (channel, token), group in _by_claim(one.row for one in departures):
        values = {"of_channel": channel, "token": token, "now": now, "until": until}
        rows = await tx.execute(_START, {"ids": [row.id for row in group], **values})
        started |= set(rows.scalars())
    kept = [
        {"row": one.row.id, "message": one.message_id, "bytes": one.body}
        for one in departures
        if one.row.id in started and one.body is not None and one.row.body is None
    ]
    if kept:
        await tx.execute(_KEEP, kept)
    return started


async def end_sent(tx: Tx, arrivals: Sequence[Arrival], *, now: datetime) -> None:
    """End rows as sent; one that somebody else has taken stays as its new holder has it."""
    for ending in (_END_SENT, _END_SENT_MAIL, _END_SENT_SEALED):
        ended = [
            {
                "row": one.row.id,
                "token": one.row.lease_token,
                "said": one.answer[:LONGEST_ANSWER],
                "outcome": one.result,
                "now": now,
            }
            for one in arrivals
            if _ending(one.row) is ending
        ]
        if ended:
            await tx.execute(ending, ended)


def _ending(row: OutboxRow) -> Update:
    if row.channel == "mail":
        return _END_SENT_MAIL
    return _END_SENT_SEALED if row.key.startswith(SEALED) else _END_SENT


async def renew(tx: Tx, rows: Sequence[OutboxRow], *, until: datetime) -> set[int]:
    """Prolong leases and return the ids of the rows that are still held; the others are lost."""
    held: set[int] = set()
    for first in range(0, len(rows), _MOST_IDS):
        some = rows[first : first + _MOST_IDS]
        tokens = {row.id: row.lease_token for row in some}
        found = await tx.execute(
            update(outbox)
            .where(
                outbox.c.id.in_(tokens),
                outbox.c.lease_token.in_(set(tokens.values())),
                IS_UNDER_WAY,
            )
            .values(leased_until=until)
            .returning(outbox.c.id, outbox.c.lease_token)
        )
        held |= {row.id for row in found if tokens[row.id] == row.lease_token}
    return held


async def give_back(
    tx: Tx, rows: Sequence[OutboxRow], *, not_before: datetime | None = None
) -> int:
    """Put leased rows of which nothing has left back into the line, and return how many.

    They keep their place in it, or wait until `not_before`; the attempt does not count.
    """
    values: dict[str, Any] = {} if not_before is None else {"due_at": not_before}
    count = 0
    for (_, token), group in _by_claim(rows):
        result = await tx.execute(
            update(outbox)
            .where(
                outbox.c.id.in_([row.id for row in group]),
                outbox.c.lease_token == token,
                outbox.c.state == "leased",
            )
            .values(state="retry", leased_until=None, attempts=outbox.c.attempts - 1, **values)
        )
        count += result.rowcount
    return count


def _by_claim(rows: Iterable[OutboxRow]) -> Iterable[tuple[tuple[str, str], list[OutboxRow]]]:
    """Group rows by what all rows of one claim have in common."""
    claim_of = attrgetter("channel", "lease_token")
    for claimed, group in groupby(sorted(rows, key=claim_of), key=claim_of):
        yield claimed, list(group)
