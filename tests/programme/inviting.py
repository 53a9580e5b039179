"""People of every kind to be invited, and what an invitation to them becomes."""

from typing import Any

from sqlalchemy import select

from programme import letter_doors
from programme.letter_doors import Door
from programme.quiet_hours import QuietHours
from storage.database import Tx
from storage.staff import StaffMember
from storage.tables import outbox
from tests.programme.audience import make_member, make_organisation
from tests.programme.sending import send_now
from tests.storage.rows import NOW, make_programme

QUIET = QuietHours()
MAILBOX = "kgw@example.org"


async def invite(tx: Tx, member: StaffMember, *, key: str = "900:1", **changes: Any) -> int:
    """Send an invitation to everybody, or as the changes say; count its rows."""
    values: dict[str, Any] = {"event_id": None, "audience": "organisations", **changes}
    sent = await send_now(
        tx,
        staff=member,
        key=key,
        case_number="",
        subject="Szkolenie",
        body="Zapraszamy.",
        link=None,
        quiet=QUIET,
        **values,
    )
    return sent.rows


async def reached(tx: Tx, *kinds: str) -> list[str]:
    """Name the addresses at which something waits that may still leave."""
    rows = await tx.execute(
        select(outbox.c.address)
        .where(outbox.c.state == "queued", outbox.c.kind.in_(kinds or ("invitation",)))
        .order_by(outbox.c.address)
    )
    return list(rows.scalars())


async def out_door(
    tx: Tx, address: str, *, person_id: int | None = None, organisation_id: int | None = None
) -> Door:
    """Make the way out that a letter to this address carries."""
    token = await letter_doors.make(
        tx,
        purpose=letter_doors.OUT,
        kind="invitation",
        address=address,
        locale="pl",
        subject={},
        now=NOW,
        lasts=None,
        person_id=person_id,
        organisation_id=organisation_id,
    )
    return await letter_doors.find(tx, token=token, purpose=letter_doors.OUT, now=NOW)


async def make_crowd(tx: Tx) -> dict[str, int]:
    """Add two with a chat, two with mail and an organisation that has nobody."""
    await make_programme(tx)
    return {
        "anna": await make_member(tx, "Anna", chat=1, mail="anna@example.org"),
        "ewa": await make_member(tx, "Ewa", chat=2),
        "jan": await make_member(tx, "Jan", mail="jan@example.org"),
        "zofia": await make_member(tx, "Zofia", mail="zofia@example.org"),
        "kgw": await make_organisation(tx, "KGW", email=MAILBOX),
    }


EVERYBODY = ["1", "2", "jan@example.org", MAILBOX, "zofia@example.org"]
