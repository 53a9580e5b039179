"""What hangs on a registration that ends because its person has a better one at the same event."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, select, update

from storage import outbox_sweeps
from storage.database import Tx
from storage.outbox import IS_OPEN
from storage.paper_tables import attendance, certificate, document, document_version
from storage.seat_tables import nomination, nomination_call, offer
from storage.tables import outbox, registration

OPEN = ("active", "waiting")
# A paper that staff accepted is worth more than one that lies there, that more than one sent back.
WORTH = {"accepted": 2, "handed_in": 1, "returned": 0}


@dataclass(frozen=True)
class OpenSeat:
    """An open registration of one of two people, with the offer it may have."""

    id: int
    event_id: int
    person_id: int
    state: str
    approval: str
    offer_id: int | None
    holds_seat: bool


async def hold(tx: Tx, person_ids: Collection[int]) -> None:
    """Let nobody change the open registrations of people, nor hand in papers for them."""
    await tx.execute(
        select(registration.c.id)
        .where(registration.c.person_id.in_(person_ids), registration.c.state.in_(OPEN))
        .order_by(registration.c.id)
        .with_for_update(key_share=True)
    )


async def open_of(tx: Tx, person_ids: Collection[int]) -> list[OpenSeat]:
    """List the open registrations of people, by event and age."""
    rows = await tx.execute(
        select(registration, offer.c.id.label("offer_id"), offer.c.holds_seat)
        .outerjoin(
            offer, (offer.c.registration_id == registration.c.id) & (offer.c.state == "open")
        )
        .where(registration.c.person_id.in_(person_ids), registration.c.state.in_(OPEN))
        .order_by(registration.c.event_id, registration.c.id)
    )
    return [
        OpenSeat(
            row.id,
            row.event_id,
            row.person_id,
            row.state,
            row.approval,
            row.offer_id,
            bool(row.holds_seat),
        )
        for row in rows
    ]


async def end(tx: Tx, seat: OpenSeat, *, now: datetime) -> bool:
    """End a registration as joined and take its offer back; False when it has changed."""
    ended = await tx.execute(
        update(registration)
        .where(registration.c.id == seat.id, registration.c.state == seat.state)
        .values(state="cancelled", cancelled_at=now, ended_because="merged")
    )
    if seat.offer_id is not None:
        await tx.execute(
            update(offer)
            .where(offer.c.id == seat.offer_id, offer.c.state == "open")
            .values(state="withdrawn", ended_at=now)
        )
    return ended.rowcount == 1


async def hush(tx: Tx, seat: OpenSeat, *, now: datetime) -> int:
    """Cancel what has not been said yet of a registration; it would only confuse.

    That the event is called off is said all the same: its letters take the dates out of a
    calendar which nothing else would reach.
    """
    rows = await tx.execute(
        select(outbox.c.key, outbox.c.facts).where(
            outbox.c.person_id == seat.person_id, IS_OPEN, outbox.c.kind != "event_cancelled"
        )
    )
    keys = [
        row.key
        for row in rows
        if row.facts.get("registration_id") == seat.id or row.key.startswith(f"reminder:{seat.id}:")
    ]
    return await outbox_sweeps.cancel_keys(tx, keys=keys, now=now)


async def move_attendance(tx: Tx, *, kept_id: int, ended_id: int) -> list[int]:
    """Move attendance to the registration that stays; being seen under either name counts.

    Where both were ticked at a session, both rows stay where they are, and the one that counts
    says that the person was there if either does.
    """
    mine = {
        row.session_id: row
        for row in await tx.execute(
            select(attendance).where(attendance.c.registration_id == kept_id)
        )
    }
    theirs = await tx.execute(select(attendance).where(attendance.c.registration_id == ended_id))
    moved = []
    for row in theirs.all():
        known = mine.get(row.session_id)
        if known is None:
            values = {"registration_id": kept_id}
            await tx.execute(update(attendance).where(attendance.c.id == row.id).values(values))
            moved.append(row.id)
        elif row.present and not known.present:
            seen = {
                "present": True,
                "door": row.door,
                "staff_id": row.staff_id,
                "noted_at": row.noted_at,
            }
            await tx.execute(update(attendance).where(attendance.c.id == known.id).values(seen))
    return moved


async def move_documents(tx: Tx, *, kept_id: int, ended_id: int) -> list[int]:
    """Move documents to the registration that stays; of two the one that got further counts.

    The other stays with the registration that ended, with every version of it.
    """
    mine = {
        row.required_document_id: row
        for row in await tx.execute(select(document).where(document.c.registration_id == kept_id))
    }
    theirs = await tx.execute(select(document).where(document.c.registration_id == ended_id))
    moved = []
    for row in theirs.all():
        known = mine.get(row.required_document_id)
        if known is None:
            values = {"registration_id": kept_id}
            await tx.execute(update(document).where(document.c.id == row.id).values(values))
            moved.append(row.id)
        elif WORTH[row.state] > WORTH[known.state]:
            await _exchange(tx, known.id, row.id)
            moved.append(row.id)
    return moved


async def _exchange(tx: Tx, one: int, other: int) -> None:
    """Let two documents change places: a unique key forbids to exchange their registrations."""
    found = await tx.execute(select(document).where(document.c.id.in_((one, other))))
    rows = {row.id: row for row in found}
    versions = {
        each: list(
            (
                await tx.execute(
                    select(document_version.c.id).where(document_version.c.document_id == each)
                )
            ).scalars()
        )
        for each in (one, other)
    }
    for to, source in ((one, other), (other, one)):
        stands = {"state": rows[source].state, "changed_at": rows[source].changed_at}
        await tx.execute(update(document).where(document.c.id == to).values(stands))
        await tx.execute(
            update(document_version)
            .where(document_version.c.id.in_(versions[source]))
            .values(document_id=to)
        )


async def move_certificates(tx: Tx, *, kept_id: int, ended_id: int) -> list[int]:
    """Move certificates to the registration that stays; a second one that stands stays behind.

    None is lost: a certificate counts whatever became of its registration.
    """
    stands = certificate.c.revoked_at.is_(None)
    known = await tx.scalar(
        select(certificate.c.id).where(certificate.c.registration_id == kept_id, stands)
    )
    theirs = certificate.c.registration_id == ended_id
    rows = await tx.execute(
        update(certificate)
        .where(theirs if known is None else and_(theirs, ~stands))
        .values(registration_id=kept_id)
        .returning(certificate.c.id)
    )
    return list(rows.scalars())


async def join_nominations(
    tx: Tx, *, kept_id: int, gone_id: int, seats: dict[int, int], now: datetime
) -> list[int]:
    """Leave one open nomination of two people at each event; list those that were withdrawn.

    `seats` says which registration stays for each that ended. The nomination of the seat that
    stays is kept, else the accepted one, else the earlier; the other no longer counts against
    its organisation's seats.
    """
    rows = await tx.execute(
        select(nomination)
        .where(
            nomination.c.person_id.in_((kept_id, gone_id)),
            nomination.c.state.in_(("named", "accepted")),
        )
        .order_by(nomination.c.event_id, nomination.c.id)
    )
    by_event: dict[int, list[tuple[bool, bool, int, int]]] = {}
    for row in rows:
        rank = (row.state != "accepted", row.registration_id in seats)
        by_event.setdefault(row.event_id, []).append((*rank, row.id, row.organisation_id))
    for ended_id, stays_id in seats.items():
        await tx.execute(
            update(nomination)
            .where(nomination.c.registration_id == ended_id, nomination.c.state == "accepted")
            .values(registration_id=stays_id)
        )
    withdrawn = []
    for event_id, open_ones in by_event.items():
        for _named, _ended, nomination_id, organisation_id in sorted(open_ones)[1:]:
            await _withdraw(tx, event_id, nomination_id, organisation_id, now=now)
            withdrawn.append(nomination_id)
    await tx.execute(
        update(nomination)
        .where(nomination.c.identity == f"person:{gone_id}")
        .values(identity=f"person:{kept_id}")
    )
    return withdrawn


async def _withdraw(
    tx: Tx, event_id: int, nomination_id: int, organisation_id: int, *, now: datetime
) -> None:
    await tx.execute(
        update(nomination)
        .where(nomination.c.id == nomination_id)
        .values(state="withdrawn", ended_at=now)
    )
    await tx.execute(
        update(nomination_call)
        .where(
            nomination_call.c.event_id == event_id,
            nomination_call.c.organisation_id == organisation_id,
            nomination_call.c.named > 0,
        )
        .values(named=nomination_call.c.named - 1)
    )
