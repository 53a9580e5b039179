"""Read the record of what staff did, and the names of what it was done to."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, literal, select

from storage import paper_tables, people_tables, seat_tables, staff_tables
from storage.database import Tx
from storage.tables import audit, broadcast, event, registration, session, staff

Names = dict[str, str]


@dataclass(frozen=True)
class Recorded:
    """One line of the record; `who` is empty for somebody who is not staff."""

    id: int
    at: datetime
    who: str
    chat_id: int | None
    staff_id: int | None
    action: str
    allowed: bool
    detail: dict[str, Any]


async def page(
    tx: Tx,
    *,
    limit: int,
    before: int | None = None,
    since: datetime | None = None,
    staff_id: int | None = None,
    refused: bool = False,
) -> list[Recorded]:
    """List the newest first, those with a smaller number than `before`."""
    wanted = (
        select(audit, staff.c.name)
        .outerjoin(staff, staff.c.id == audit.c.staff_id)
        .order_by(audit.c.id.desc())
        .limit(limit)
    )
    if before is not None:
        wanted = wanted.where(audit.c.id < before)
    if since is not None:
        wanted = wanted.where(audit.c.at >= since)
    if staff_id is not None:
        wanted = wanted.where(audit.c.staff_id == staff_id)
    if refused:
        wanted = wanted.where(~audit.c.allowed)
    return [
        Recorded(
            row.id,
            row.at,
            row.name or "",
            row.chat_id,
            row.staff_id,
            row.action,
            row.allowed,
            row.detail,
        )
        for row in await tx.execute(wanted)
    ]


def _named(table: Any, name: Any) -> Select[Any]:
    return select(table.c.id, name.label("name"), literal("").label("event"))


_person, _unit = people_tables.person, people_tables.organisation
_stand, _named_person = seat_tables.exhibitor, seat_tables.nomination
# For each thing that a record can be about: its number, its name, and the event it belongs to.
_SELECTS: Mapping[str, Select[Any]] = {
    "event": select(event.c.id, event.c.title.label("name"), event.c.title.label("event")),
    "person": _named(_person, _person.c.name),
    "organisation": _named(_unit, _unit.c.name),
    "colleague": _named(staff, staff.c.name),
    "session": select(
        session.c.id, session.c.starts_wall.label("name"), event.c.title.label("event")
    ).join(event, event.c.id == session.c.event_id),
    "registration": select(
        registration.c.id, _person.c.name.label("name"), event.c.title.label("event")
    )
    .join(_person, _person.c.id == registration.c.person_id)
    .join(event, event.c.id == registration.c.event_id),
    "exhibitor": select(_stand.c.id, _unit.c.name.label("name"), event.c.title.label("event"))
    .join(_unit, _unit.c.id == _stand.c.organisation_id)
    .join(event, event.c.id == _stand.c.event_id),
    "nomination": select(
        _named_person.c.id, _named_person.c.name.label("name"), event.c.title.label("event")
    ).join(event, event.c.id == _named_person.c.event_id),
    "certificate": _named(paper_tables.certificate, paper_tables.certificate.c.number),
    "broadcast": _named(broadcast, broadcast.c.content),
    "letter": _named(staff_tables.invitation, staff_tables.invitation.c.content),
}


async def names(tx: Tx, wanted: Mapping[str, set[int]]) -> dict[tuple[str, int], Names]:
    """Name things by what they are and their numbers; what is gone has no name."""
    found: dict[tuple[str, int], Names] = {}
    for kind, numbers in wanted.items():
        chosen = _SELECTS[kind]
        column = chosen.selected_columns.id
        for row in await tx.execute(chosen.where(column.in_(sorted(numbers)))):
            found[kind, row.id] = {"name": _words(row.name), "event": row.event}
    return found


def _words(name: str | dict[str, Any]) -> str:
    """Give a name, or the subject of a letter."""
    if isinstance(name, dict):
        return str(name.get("subject") or name.get("question") or name.get("body") or "")
    return name
