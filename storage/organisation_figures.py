"""What each organisation took part in: seats, presence, hours and certificates, event by event."""

from collections import defaultdict
from dataclasses import dataclass

from sqlalchemy import case, func, select

from storage import list_rows
from storage.database import Tx
from storage.paper_tables import certificate
from storage.tables import event, organisation, person, registration


@dataclass(frozen=True)
class Part:
    """One organisation at one event; people are counted and not named."""

    organisation_id: int
    organisation: str
    event_id: int
    seats: int
    present: int
    minutes: int
    certificates: int


async def parts(tx: Tx) -> list[Part]:
    """List the organisations' parts in all events that are published, by organisation's name."""
    unit = case(
        (registration.c.organisation_id.is_not(None), registration.c.organisation_id),
        else_=person.c.organisation_id,
    )
    papers = (
        select(certificate.c.registration_id)
        .where(certificate.c.revoked_at.is_(None))
        .distinct()
        .subquery()
    )
    rows = await tx.execute(
        select(
            unit.label("unit"),
            organisation.c.name,
            registration.c.event_id,
            func.count(registration.c.person_id.distinct()),
            func.count(papers.c.registration_id),
        )
        .select_from(registration)
        .join(person, person.c.id == registration.c.person_id)
        .join(event, event.c.id == registration.c.event_id)
        .join(organisation, organisation.c.id == unit)
        .outerjoin(papers, papers.c.registration_id == registration.c.id)
        .where(registration.c.state == "active", event.c.state == "published")
        .group_by(unit, organisation.c.name, registration.c.event_id)
    )
    minutes: dict[tuple[str, int], int] = defaultdict(int)
    people: dict[tuple[str, int], set[int]] = defaultdict(set)
    for one in await list_rows.presences(tx):
        minutes[one.organisation, one.event_id] += one.minutes
        people[one.organisation, one.event_id].add(one.person_id)
    found = [
        Part(
            row[0],
            row[1],
            row[2],
            int(row[3]),
            len(people[f"#{row[0]}", row[2]]),
            minutes[f"#{row[0]}", row[2]],
            int(row[4]),
        )
        for row in rows
    ]
    return sorted(found, key=lambda one: (one.organisation.casefold(), one.organisation_id))
