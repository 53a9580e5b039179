"""Events that staff make and change: drafts, and every change guarded by the revision."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Table, delete, func, insert, literal, select, update

from storage import programmes
from storage.columns import metadata
from storage.database import Tx
from storage.insert import insert_id
from storage.paper_tables import required_document
from storage.tables import event, programme, reminder, reminder_rule, session

# What a draft is made of, deleted with it in this order; any other table that names it keeps it.
_BY_SESSION = ("reminder", "attendance_code")
_BY_EVENT = ("reminder_rule", "required_document", "document_reminder", "event_trainer", "session")


@dataclass(frozen=True)
class Draft:
    """One draft in a list."""

    id: int
    title: str


@dataclass(frozen=True)
class Home:
    """The programme that a new event belongs to, with its dates."""

    programme_id: int
    starts_on: date
    ends_on: date


@dataclass(frozen=True)
class KeptDraft:
    """An event's row as the import knows it, its revision, and its programme's dates."""

    event: programmes.Event
    revision: int
    starts_on: date
    ends_on: date


async def home(tx: Tx) -> Home | None:
    """Give the newest programme, to which new events belong."""
    found = select(programme.c.id, programme.c.starts_on, programme.c.ends_on)
    row = (await tx.execute(found.order_by(programme.c.id.desc()).limit(1))).one_or_none()
    return Home(*row) if row else None


async def get(tx: Tx, event_id: int) -> KeptDraft | None:
    """Read an event in full."""
    found = (
        select(event, programme.c.starts_on, programme.c.ends_on)
        .join(programme, programme.c.id == event.c.programme_id)
        .where(event.c.id == event_id)
    )
    row = (await tx.execute(found)).mappings().one_or_none()
    if row is None:
        return None
    names = programmes.Event.__dataclass_fields__
    values = programmes.Event(**{name: row[name] for name in names})
    return KeptDraft(values, row["revision"], row["starts_on"], row["ends_on"])


async def drafts(tx: Tx) -> list[Draft]:
    """List the drafts, the newest first."""
    found = select(event.c.id, event.c.title).where(event.c.state == "draft")
    return [Draft(*row) for row in await tx.execute(found.order_by(event.c.id.desc()))]


async def count(tx: Tx) -> int:
    """Count the drafts."""
    found = select(func.count()).select_from(event).where(event.c.state == "draft")
    return int((await tx.execute(found)).scalar_one())


async def add(tx: Tx, values: programmes.Event) -> int:
    """Add an event and return its id; a key that is known raises IntegrityError."""
    return await insert_id(tx, event, **{name: getattr(values, name) for name in vars(values)})


async def copy_documents(tx: Tx, *, from_event_id: int, to_event_id: int) -> None:
    """Let an event ask for the same documents as another one, with the same blanks."""
    names = ("key", "number", "title", "blank_file_id")
    columns = [required_document.c[name] for name in names]
    found = select(literal(to_event_id), *columns).where(
        required_document.c.event_id == from_event_id
    )
    await tx.execute(insert(required_document).from_select(["event_id", *names], found))


async def change(
    tx: Tx, event_id: int, *, revision: int, state: str, values: Mapping[str, Any]
) -> bool:
    """Change an event that is in a state and still as it was shown; False when it is not.

    One conditional UPDATE decides, so of two who change the same event at once the second one
    overwrites nothing.
    """
    result = await tx.execute(
        update(event)
        .where(event.c.id == event_id, event.c.revision == revision, event.c.state == state)
        .values(**values, revision=revision + 1)
    )
    return result.rowcount == 1


async def raise_revision(tx: Tx, event_id: int, *, shown: int | None = None) -> bool:
    """Note that staff change an event; False when it is no longer the revision that was shown.

    Without `shown` whatever is there counts.
    """
    is_shown = (event.c.revision == shown,) if shown is not None else ()
    result = await tx.execute(
        update(event).where(event.c.id == event_id, *is_shown).values(revision=event.c.revision + 1)
    )
    return result.rowcount == 1


async def is_bound(tx: Tx, event_id: int) -> bool:
    """Tell whether anything but its own parts names a draft."""
    own = {*_BY_SESSION, *_BY_EVENT}
    for table in metadata.sorted_tables:
        if table.name in own:
            continue
        for named in _naming(table, event_id):
            if (await tx.execute(select(literal(1)).where(named).limit(1))).first():
                return True
    return False


def _naming(table: Table, event_id: int) -> list[ColumnElement[bool]]:
    sessions = select(session.c.id).where(session.c.event_id == event_id)
    to_event = [key.parent for key in table.foreign_keys if key.column is event.c.id]
    to_session = [key.parent for key in table.foreign_keys if key.column is session.c.id]
    return [each == event_id for each in to_event] + [each.in_(sessions) for each in to_session]


async def discard(tx: Tx, event_id: int, *, revision: int) -> bool:
    """Delete a draft with its parts; False when it is no longer the draft that was shown."""
    if not await change(tx, event_id, revision=revision, state="draft", values={}):
        return False
    rules = select(reminder_rule.c.id).where(reminder_rule.c.event_id == event_id)
    await tx.execute(delete(reminder).where(reminder.c.rule_id.in_(rules)))
    for name in (*_BY_SESSION, *_BY_EVENT):
        table = metadata.tables[name]
        for named in _naming(table, event_id):
            await tx.execute(delete(table).where(named))
    await tx.execute(delete(event).where(event.c.id == event_id))
    return True


async def places(tx: Tx, *, limit: int) -> list[str]:
    """List places where events are or were, the newest first, each once."""
    newest = func.max(event.c.id)
    found = select(event.c.place).group_by(event.c.place).order_by(newest.desc()).limit(limit)
    return list((await tx.execute(found)).scalars())
