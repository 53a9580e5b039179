"""Everything that is known of a chat, by one question: each update begins with it."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import BigInteger, RowMapping, Text, bindparam, select

from storage.conversations import Conversation
from storage.database import Tx
from storage.people import Person
from storage.staff import StaffMember
from storage.tables import contact, conversation, organisation, person, staff


@dataclass(frozen=True)
class KnownChat:
    """Who writes from a chat, where they stand, and whether messages were thought not to arrive."""

    conversation: Conversation | None
    person: Person | None
    member: StaffMember | None
    unreachable: bool


_this = select(
    bindparam("chat_id", type_=BigInteger).label("chat_id"),
    bindparam("address", type_=Text).label("address"),
).subquery("this")
# Written once: building it for each update would cost more than the database's answer.
_KNOWN = (
    select(
        *conversation.c,
        *(column.label(f"person_{column.name}") for column in person.c),
        organisation.c.name.label("register_name"),
        *(column.label(f"staff_{column.name}") for column in staff.c),
        contact.c.unreachable_at,
    )
    .select_from(_this)
    .outerjoin(conversation, conversation.c.chat_id == _this.c.chat_id)
    .outerjoin(contact, (contact.c.channel == "telegram") & (contact.c.address == _this.c.address))
    .outerjoin(person, person.c.id == contact.c.person_id)
    .outerjoin(organisation, organisation.c.id == person.c.organisation_id)
    .outerjoin(staff, (staff.c.chat_id == _this.c.chat_id) & staff.c.removed_at.is_(None))
)


async def known(tx: Tx, chat_id: int) -> KnownChat:
    """Find out about a chat; of one that nobody has written from, nothing is known."""
    rows = await tx.execute(_KNOWN, {"chat_id": chat_id, "address": str(chat_id)})
    found = rows.mappings().one()
    return KnownChat(
        _conversation(found), _person(found), _member(found), found["unreachable_at"] is not None
    )


def _conversation(found: RowMapping) -> Conversation | None:
    if found["chat_id"] is None:
        return None
    names = ("chat_id", "locale", "flow", "step", "version", "data")
    return Conversation(*(found[name] for name in names))


def _person(found: RowMapping) -> Person | None:
    if found["person_id"] is None:
        return None
    kept: dict[str, Any] = {
        name: found[f"person_{name}"]
        for name in ("id", "name", "role", "organisation_id", "channel", "invitations")
    }
    shown = found["register_name"] or found["person_organisation_text"]
    return Person(**kept, organisation=shown, locale=found["person_locale"])


def _member(found: RowMapping) -> StaffMember | None:
    if found["staff_id"] is None:
        return None
    return StaffMember(*(found[f"staff_{name}"] for name in ("id", "name", "role", "chat_id")))
