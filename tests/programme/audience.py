"""People, organisations and staff for tests about messages to many."""

from dataclasses import replace
from typing import Any

from sqlalchemy import select

from storage import organisations, outbox, people, registrations, staff
from storage.database import Tx
from storage.staff import StaffMember
from storage.tables import outbox as outbox_table
from tests.storage.rows import NOW, make_person

# For a use case that only looks: nothing of it refers to a row.
CHIEF = StaffMember(1, "Sekretarz Gminy", "coordinator", 900)


async def make_staff(tx: Tx, *, chat_id: int = 900, role: str = "coordinator") -> StaffMember:
    """Make a chat a staff member's."""
    staff_id = await staff.grant(tx, name="Sekretarz Gminy", role=role, chat_id=chat_id, now=NOW)
    return await staff.get(tx, staff_id)


async def make_organisation(tx: Tx, name: str, *, kind: str = "ngo", email: str = "") -> int:
    """Add an organisation to the register and return the id."""
    saved = await organisations.save(
        tx, key=name, name=name, kind=kind, email=email, phone="", locality="Miłki", areas=()
    )
    return saved.id


async def make_member(
    tx: Tx,
    name: str,
    *,
    organisation_id: int | None = None,
    role: str = "ngo",
    chat: int | None = None,
    mail: str | None = None,
) -> int:
    """Add a person of an organisation and return the id."""
    person_id = await make_person(tx, name=name, role=role, chat=chat, mail=mail)
    await people.change(tx, person_id, organisation_id=organisation_id)
    return person_id


async def seat(tx: Tx, event_id: int, person_id: int, *, state: str = "active") -> None:
    """Give a person a seat or a place in line, without telling them."""
    await registrations.add(
        tx,
        event_id=event_id,
        person_id=person_id,
        state=state,
        position=1 if state == "waiting" else None,
        door="chat",
        now=NOW,
    )


async def close_chat(tx: Tx, chat: int) -> None:
    """Let a person block the bot."""
    await people.set_unreachable(tx, channel="telegram", address=str(chat), why="403", now=NOW)


async def queued(tx: Tx) -> list[outbox.Entry]:
    """Read the whole outbox as the entries it was made from, without the tokens of letters."""
    rows = await tx.execute(select(outbox_table).order_by(outbox_table.c.id))
    names = outbox.Entry.__dataclass_fields__
    entries = [outbox.Entry(**{name: getattr(row, name) for name in names}) for row in rows]
    return [replace(one, facts=_without_doors(one.facts)) for one in entries]


def _without_doors(facts: dict[str, Any]) -> dict[str, Any]:
    return {name: fact for name, fact in facts.items() if name != "doors"}
