"""Which sessions of a person's events are at the same time as another event's."""

from sqlalchemy import or_, select

from storage import line
from storage.database import Tx
from storage.tables import event, registration, session


async def of_person(tx: Tx, *, event_id: int, person_id: int) -> list[tuple[int, int]]:
    """List (event, session) of a person's other seats and offers that overlap, by beginning.

    Where one session ends when another begins, they do not overlap.
    """
    this = session.alias("this")
    rows = await tx.execute(
        select(session.c.event_id, session.c.id, session.c.starts_at)
        .join(registration, registration.c.event_id == session.c.event_id)
        .join(event, event.c.id == session.c.event_id)
        .join(
            this,
            (this.c.event_id == event_id)
            & (this.c.starts_at < session.c.ends_at)
            & (session.c.starts_at < this.c.ends_at),
        )
        .where(
            registration.c.person_id == person_id,
            registration.c.event_id != event_id,
            event.c.state == "published",
            or_(
                registration.c.state == "active",
                (registration.c.state == "waiting") & line.offered(),
            ),
        )
        .distinct()
        .order_by(session.c.starts_at, session.c.id)
    )
    return [(row[0], row[1]) for row in rows]
