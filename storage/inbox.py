"""What has arrived: committed here before it is acknowledged to the sender.

`new` rows wait to be handled, `orphan` rows wait for something that may still become known (a
vote in a poll whose sending is uncertain), `done` had their effect, `quarantined` failed three
times and wait for a person. Rows of one lane (one person) are handled in order.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import (
    ColumnElement,
    Executable,
    FromClause,
    Integer,
    String,
    Subquery,
    bindparam,
    case,
    func,
    literal_column,
    or_,
    select,
    union_all,
    update,
)

from storage.database import Tx
from storage.insert import insert_or_ignore
from storage.work_tables import cursor, inbox

# Written into the statement, not bound: only so do the databases use the index of new rows.
NEW: ColumnElement[str] = literal_column("'new'", String)
OPEN: tuple[ColumnElement[str], ...] = (NEW, literal_column("'orphan'", String))
SOURCES = ("telegram", "mail")
TRIES = 3
# What is left of a sealed arrival.
BLANK = "{}"
ORPHAN_PAUSE = timedelta(seconds=30)
ORPHAN_LIFE = timedelta(days=7)


@dataclass(frozen=True)
class Arrival:
    """Something from outside as it came: `key` is unique within its source.

    So is `digest` where there is one: a mail is known by its bytes, whatever its key is. `file_id`
    names the file in which a large one lies.
    """

    source: str
    key: str
    lane: str
    payload: str
    digest: str | None = None
    file_id: int | None = None


@dataclass(frozen=True)
class InboxRow:
    """An arrival on its way to its effect."""

    id: int
    source: str
    key: str
    lane: str
    payload: str
    attempts: int
    received_at: datetime


async def accept(tx: Tx, arrivals: list[Arrival], *, now: datetime) -> int:
    """Keep arrivals, skip those known already, return how many were new."""
    rows = [
        {
            "source": arrival.source,
            "key": arrival.key,
            "lane": arrival.lane,
            "payload": arrival.payload,
            "state": "new",
            "digest": arrival.digest,
            "file_id": arrival.file_id,
            "received_at": now,
        }
        for arrival in arrivals
    ]
    return await insert_or_ignore(tx, inbox, rows)


async def read_cursor(tx: Tx, name: str) -> int:
    """Tell how far a source has been read; 0 at the beginning."""
    value = await tx.scalar(select(cursor.c.value).where(cursor.c.name == name))
    return int(value or 0)


async def move_cursor(tx: Tx, name: str, value: int) -> None:
    """Note how far a source has been read."""
    await insert_or_ignore(tx, cursor, [{"name": name, "value": 0}])
    await tx.execute(update(cursor).where(cursor.c.name == name).values(value=value))


def _is_first(row: FromClause) -> ColumnElement[bool]:
    older = inbox.alias("older")
    first = (
        select(func.min(older.c.id))
        .where(older.c.lane == row.c.lane, older.c.state == NEW)
        .scalar_subquery()
    )
    # An orphan is not `new` itself and gives way to what is.
    return func.coalesce(first, row.c.id) >= row.c.id


# Built once: these are asked for every update, and building one costs as much as its answer.
_SOURCE = bindparam("source", type_=String)
_NOW = bindparam("now", type_=inbox.c.received_at.type)
_MOST = bindparam("most", type_=Integer)
_ROW = bindparam("row_id", type_=inbox.c.id.type)


def _waiting_in(state: ColumnElement[str]) -> Subquery:
    return (
        select(inbox)
        .where(
            inbox.c.state == state,
            inbox.c.source == _SOURCE,
            _is_first(inbox),
            or_(inbox.c.next_try_at.is_(None), inbox.c.next_try_at <= _NOW),
            inbox.c.lane.not_in(bindparam("busy", expanding=True)),
        )
        .order_by(inbox.c.id)
        .limit(_MOST)
        .subquery()
    )


# One state after the other: an index has both in order.
WAITING = union_all(*(select(_waiting_in(state)) for state in OPEN)).order_by("id").limit(_MOST)


def _finishing() -> Executable:
    mine = (
        select(inbox.c.id)
        .where(inbox.c.id == _ROW, inbox.c.state.in_(OPEN), _is_first(inbox))
        .with_for_update(skip_locked=True)
        .cte("mine")
    )
    return (
        update(inbox)
        .where(inbox.c.id.in_(select(mine.c.id)))
        .values(state="done", done_at=_NOW, error=None)
        # Python's sqlite3 counts no rows of a statement that begins with WITH.
        .returning(inbox.c.id)
    )


_FINISH = _finishing()


async def waiting(
    tx: Tx, *, source: str, now: datetime, limit: int, except_lanes: set[str]
) -> list[InboxRow]:
    """List arrivals of a source that can be handled now, oldest first, without busy lanes.

    Of each lane only the first is listed; some may be in the hands of another process.
    """
    asked = {"source": source, "now": now, "most": limit, "busy": list(except_lanes)}
    rows = await tx.execute(WAITING, asked)
    first: dict[str, InboxRow] = {}
    for row in rows:
        # Orphans are listed side by side with each other and with what is newer than they are.
        arrival = InboxRow(
            row.id, row.source, row.key, row.lane, row.payload, row.attempts, row.received_at
        )
        first.setdefault(row.lane, arrival)
    return list(first.values())


async def finish(tx: Tx, row_id: int, *, now: datetime) -> bool:
    """End an arrival in the transaction of its effect, without waiting for anybody.

    False means that somebody else has ended it or has it in hand, or that something older of
    its lane waits; the caller must then do nothing at all.
    """
    result = await tx.execute(_FINISH, {"row_id": row_id, "now": now})
    return result.scalar_one_or_none() is not None


async def blank(tx: Tx, *, source: str, key: str) -> bool:
    """Forget what an arrival says and keep that it came; False when there is none such.

    In the transaction of its effect it is forgotten together with that; of one that failed for
    good nothing is left to be looked at but the kind of the error.
    """
    kind_alone = case(
        (inbox.c.error.contains(":"), func.substr(inbox.c.error, 1, _to_colon(tx))),
        else_=inbox.c.error,
    )
    result = await tx.execute(
        update(inbox)
        .where(inbox.c.source == source, inbox.c.key == key)
        .values(payload=BLANK, error=kind_alone)
    )
    return result.rowcount == 1


def _to_colon(tx: Tx) -> ColumnElement[int]:
    find = func.instr if tx.dialect.name == "sqlite" else func.strpos
    return find(inbox.c.error, ":") - 1


async def note_failure(
    tx: Tx, row: InboxRow, *, error: str, now: datetime, pause: timedelta = timedelta(0)
) -> bool:
    """Count a failed try; the third one puts the arrival into quarantine and returns True.

    Before the others its lane rests for `pause`.
    """
    poisonous = inbox.c.attempts + 1 >= TRIES
    # Errors repeat what arrived, and PostgreSQL keeps neither of these.
    told = error.replace("\0", "").encode("utf-8", "replace").decode()
    result = await tx.execute(
        update(inbox)
        .where(inbox.c.id == row.id, inbox.c.state.in_(OPEN))
        .values(
            # Another process may have counted a try of its own meanwhile.
            state=case((poisonous, "quarantined"), else_="new"),
            attempts=inbox.c.attempts + 1,
            error=told[:2000],
            next_try_at=case((poisonous, None), else_=now + pause),
        )
        .returning(inbox.c.state)
    )
    return bool(result.scalar_one_or_none() == "quarantined")


async def keep_orphan(tx: Tx, row: InboxRow, *, now: datetime) -> None:
    """Put an arrival aside until what it belongs to is known; after a week it is quarantined."""
    lost = now - row.received_at > ORPHAN_LIFE
    await tx.execute(
        update(inbox)
        .where(inbox.c.id == row.id, inbox.c.state.in_(OPEN))
        .values(
            state="quarantined" if lost else "orphan",
            error="belongs to nothing known",
            next_try_at=now + ORPHAN_PAUSE,
        )
    )


async def wake_orphans(tx: Tx, *, now: datetime) -> None:
    """Let orphans try again at once, because something has become known."""
    await tx.execute(update(inbox).where(inbox.c.state == "orphan").values(next_try_at=now))


async def awaits(tx: Tx, *, source: str, before: datetime) -> bool:
    """Tell whether anything that arrived before a moment is still to be handled."""
    found = select(inbox.c.id).where(
        inbox.c.state == NEW, inbox.c.source == source, inbox.c.received_at < before
    )
    return await tx.scalar(found.limit(1)) is not None


async def is_busy(tx: Tx, *, now: datetime) -> bool:
    """Tell whether anything waits to be handled now."""
    for source in SOURCES:
        if await waiting(tx, source=source, now=now, limit=1, except_lanes=set()):
            return True
    return False


async def count_by_state(tx: Tx) -> dict[str, int]:
    """Count arrivals by state."""
    from_table = select(inbox.c.state, func.count()).group_by(inbox.c.state)
    return {row[0]: int(row[1]) for row in await tx.execute(from_table)}
