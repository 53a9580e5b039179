"""Required documents of events, what was handed in for them, and what staff decided."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, bindparam, func, select, update

from storage import registrations
from storage.database import Tx
from storage.insert import insert_id, insert_or_ignore
from storage.paper_tables import (
    document,
    document_reminder,
    document_version,
    required_document,
)
from storage.registrations import Registration
from storage.tables import event, person, registration, session

# Handed in counts as there: the person can do no more about it.
THERE = ("handed_in", "accepted")


@dataclass(frozen=True)
class Required:
    """A paper that an event asks for."""

    id: int
    event_id: int
    key: str
    number: int
    title: str
    blank_file_id: int | None


@dataclass(frozen=True)
class Document:
    """What there is for one required document of one registration, with its newest version."""

    id: int
    registration_id: int
    required_document_id: int
    state: str
    version_id: int
    file_id: int | None
    door: str
    handed_in_at: datetime
    reason: str


@dataclass(frozen=True)
class PersonCount:
    """One registration with how many of its documents are there and how many wait for a check."""

    registration_id: int
    name: str
    state: str
    required: int
    accepted: int
    to_check: int

    @property
    def missing(self) -> int:
        """How many the person still has to hand in."""
        return self.required - self.accepted - self.to_check


def _required(row: Row[Any]) -> Required:
    return Required(**{name: getattr(row, name) for name in Required.__dataclass_fields__})


async def required_of_event(tx: Tx, event_id: int) -> list[Required]:
    """List what an event asks for, in its order."""
    rows = await tx.execute(
        select(required_document)
        .where(required_document.c.event_id == event_id)
        .order_by(required_document.c.number, required_document.c.id)
    )
    return [_required(row) for row in rows]


async def get_required(tx: Tx, required_id: int) -> Required | None:
    """Read one required document."""
    rows = await tx.execute(select(required_document).where(required_document.c.id == required_id))
    row = rows.one_or_none()
    return _required(row) if row else None


async def lock_registration(tx: Tx, registration_id: int) -> Registration | None:
    """Read a registration and let nobody else change its documents until the transaction ends."""
    await tx.execute(
        select(registration.c.id)
        .where(registration.c.id == registration_id)
        .with_for_update(key_share=True)
    )
    return await registrations.get(tx, registration_id)


def _with_version() -> Select[Any]:
    newest = (
        select(func.max(document_version.c.id))
        .where(document_version.c.document_id == document.c.id)
        .correlate(document)
        .scalar_subquery()
    )
    return select(
        document.c.id,
        document.c.registration_id,
        document.c.required_document_id,
        document.c.state,
        document_version.c.id.label("version_id"),
        document_version.c.file_id,
        document_version.c.door,
        document_version.c.handed_in_at,
        document_version.c.reason,
    ).join(document_version, document_version.c.id == newest)


def _document(row: Row[Any]) -> Document:
    return Document(**{name: getattr(row, name) for name in Document.__dataclass_fields__})


async def of_registration(tx: Tx, registration_id: int) -> dict[int, Document]:
    """Give what a registration has handed in, by the required document's id."""
    query = _with_version().where(document.c.registration_id == registration_id)
    found = [_document(row) for row in await tx.execute(query)]
    return {one.required_document_id: one for one in found}


async def by_version(tx: Tx, version_id: int) -> tuple[Document, bool] | None:
    """Find the document of a version, and whether this is its newest one."""
    of = select(document_version.c.document_id).where(document_version.c.id == version_id)
    row = (await tx.execute(_with_version().where(document.c.id.in_(of)))).one_or_none()
    return (_document(row), row.version_id == version_id) if row else None


async def hand_in(
    tx: Tx,
    *,
    registration_id: int,
    required_id: int,
    file_id: int | None,
    door: str,
    now: datetime,
) -> int:
    """Keep a new version of a document, unchecked, and return its id.

    An older one that nobody has checked is marked as replaced; none is ever deleted. The
    registration must be locked.
    """
    of = (
        document.c.registration_id == registration_id,
        document.c.required_document_id == required_id,
    )
    fresh = {"state": "handed_in", "changed_at": now}
    key = {"registration_id": registration_id, "required_document_id": required_id}
    if not await insert_or_ignore(tx, document, [key | fresh]):
        await tx.execute(update(document).where(*of).values(**fresh))
    document_id = (await tx.execute(select(document.c.id).where(*of))).scalar_one()
    await tx.execute(
        update(document_version)
        .where(document_version.c.document_id == document_id, document_version.c.outcome.is_(None))
        .values(outcome="replaced", checked_at=now)
    )
    return await insert_id(
        tx,
        document_version,
        document_id=document_id,
        file_id=file_id,
        door=door,
        handed_in_at=now,
        reason="",
    )


async def decide(
    tx: Tx, found: Document, *, outcome: str, reason: str, staff_id: int, now: datetime
) -> bool:
    """Accept or send back the newest version; False when somebody has decided already."""
    decided = await tx.execute(
        update(document_version)
        .where(document_version.c.id == found.version_id, document_version.c.outcome.is_(None))
        .values(outcome=outcome, reason=reason, staff_id=staff_id, checked_at=now)
    )
    if decided.rowcount != 1:
        return False
    await tx.execute(
        update(document).where(document.c.id == found.id).values(state=outcome, changed_at=now)
    )
    return True


@dataclass(frozen=True)
class DocumentStanding:
    """How far the documents of one registration are; `missing` names what is to be handed in."""

    missing: tuple[str, ...]
    all_accepted: bool


# Said at every registration, so built once.
_STANDING = (
    select(required_document.c.title, document.c.state)
    .select_from(required_document)
    .outerjoin(
        document,
        and_(
            document.c.registration_id == bindparam("registration"),
            document.c.required_document_id == required_document.c.id,
        ),
    )
    .where(required_document.c.event_id == bindparam("event"))
    .order_by(required_document.c.number, required_document.c.id)
)


async def standing(tx: Tx, registration: Registration) -> DocumentStanding | None:
    """Tell how far the documents of a registration are; None when its event asks for none."""
    return await standing_of(tx, event_id=registration.event_id, registration_id=registration.id)


async def standing_of(tx: Tx, *, event_id: int, registration_id: int) -> DocumentStanding | None:
    """Tell the same of a registration whose number alone is known."""
    rows = await tx.execute(_STANDING, {"event": event_id, "registration": registration_id})
    found = [(str(title), state) for title, state in rows]
    if not found:
        return None
    return DocumentStanding(
        tuple(title for title, state in found if state not in THERE),
        all(state == "accepted" for _, state in found),
    )


async def person_has_some(tx: Tx, person_id: int) -> bool:
    """Tell whether a person is registered for anything that asks for documents."""
    query = (
        select(registration.c.id)
        .join(required_document, required_document.c.event_id == registration.c.event_id)
        .where(registration.c.person_id == person_id, registration.c.state.in_(registrations.OPEN))
        .limit(1)
    )
    return (await tx.execute(query)).first() is not None


def _counted(event_id: int) -> Select[Any]:
    in_state = (
        func.count(document.c.id).filter(document.c.state == state).label(label)
        for state, label in (("accepted", "accepted"), ("handed_in", "to_check"))
    )
    return (
        select(
            registration.c.id.label("registration_id"),
            person.c.name,
            registration.c.state,
            func.count(required_document.c.id).label("required"),
            *in_state,
        )
        .select_from(registration)
        .join(person, person.c.id == registration.c.person_id)
        .join(required_document, required_document.c.event_id == registration.c.event_id)
        .outerjoin(
            document,
            and_(
                document.c.registration_id == registration.c.id,
                document.c.required_document_id == required_document.c.id,
            ),
        )
        .where(registration.c.event_id == event_id, registration.c.state.in_(registrations.OPEN))
        .group_by(registration.c.id, person.c.name, registration.c.state)
    )


async def count_people(tx: Tx, event_id: int) -> list[PersonCount]:
    """List by name how far the documents are of those with a seat, or who have handed one in."""
    rows = await tx.execute(_counted(event_id).order_by(person.c.name, registration.c.id))
    found = [PersonCount(*row) for row in rows]
    return [one for one in found if one.state == "active" or one.missing < one.required]


async def missing_titles(tx: Tx, event_id: int, *, seated_before: datetime) -> dict[int, list[str]]:
    """Name what each person with a seat since before a moment has still to hand in."""
    there: ColumnElement[bool] = (
        select(document.c.id)
        .where(
            document.c.registration_id == registration.c.id,
            document.c.required_document_id == required_document.c.id,
            document.c.state.in_(THERE),
        )
        .exists()
    )
    rows = await tx.execute(
        select(registration.c.id, required_document.c.title)
        .join(required_document, required_document.c.event_id == registration.c.event_id)
        .where(
            registration.c.event_id == event_id,
            registration.c.state == "active",
            registration.c.seated_at <= seated_before,
            ~there,
        )
        .order_by(registration.c.id, required_document.c.number, required_document.c.id)
    )
    titles: dict[int, list[str]] = {}
    for registration_id, title in rows:
        titles.setdefault(registration_id, []).append(title)
    return titles


async def next_to_check(tx: Tx, event_id: int) -> Document | None:
    """Give the document of an event that waits longest for a check."""
    query = (
        _with_version()
        .join(registration, registration.c.id == document.c.registration_id)
        .where(
            registration.c.event_id == event_id,
            registration.c.state.in_(registrations.OPEN),
            document.c.state == "handed_in",
        )
        .order_by(document_version.c.handed_in_at, document_version.c.id)
        .limit(1)
    )
    row = (await tx.execute(query)).one_or_none()
    return _document(row) if row else None


async def count_to_check(tx: Tx, event_id: int) -> int:
    """Count the documents of an event that wait for a check."""
    query = (
        select(func.count(document.c.id))
        .join(registration, registration.c.id == document.c.registration_id)
        .where(
            registration.c.event_id == event_id,
            registration.c.state.in_(registrations.OPEN),
            document.c.state == "handed_in",
        )
    )
    return int((await tx.execute(query)).scalar_one())


async def events_that_ask(tx: Tx, *, begin_after: datetime, begin_before: datetime) -> list[int]:
    """List the published events that ask for documents and begin between two moments."""
    rows = await tx.execute(
        select(session.c.event_id)
        .join(event, event.c.id == session.c.event_id)
        .where(
            event.c.state == "published",
            select(required_document.c.id)
            .where(required_document.c.event_id == event.c.id)
            .exists(),
        )
        .group_by(session.c.event_id)
        .having(func.min(session.c.starts_at).between(begin_after, begin_before))
        .order_by(session.c.event_id)
    )
    return list(rows.scalars())


async def note_reminded(tx: Tx, *, event_id: int, due_at: datetime) -> bool:
    """Note that people were reminded of an event's documents; False when it was noted before."""
    return bool(
        await insert_or_ignore(tx, document_reminder, [{"event_id": event_id, "due_at": due_at}])
    )


async def was_reminded(tx: Tx, *, event_id: int, due_at: datetime) -> bool:
    """Tell whether people were reminded of an event's documents at this moment."""
    query = select(document_reminder.c.event_id).where(
        document_reminder.c.event_id == event_id, document_reminder.c.due_at == due_at
    )
    return (await tx.execute(query)).first() is not None
