"""What people and organisations want to hear, how, and in which language."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import String, and_, cast, func, or_, select, update

from storage import outbox_sweeps
from storage.database import Tx
from storage.tables import contact, conversation, organisation, outbox, person


async def want_invitations(tx: Tx, person_ids: Collection[int], *, wanted: bool) -> list[int]:
    """Keep of people whether they want invitations; list those for whom that is new.

    By rising number, so that two who do it at once wait and never block each other.
    """
    which = and_(person.c.id.in_(list(person_ids)), person.c.invitations.is_not(wanted))
    rows = await tx.execute(
        select(person.c.id).where(which).order_by(person.c.id).with_for_update(key_share=True)
    )
    changed = list(rows.scalars())
    values = {"invitations": wanted}
    await tx.execute(update(person).where(person.c.id.in_(changed)).values(values))
    return changed


async def organisations_want_invitations(
    tx: Tx, organisation_ids: Collection[int], *, wanted: bool
) -> list[int]:
    """Keep of organisations' mailboxes whether they want invitations; list the changed ones."""
    which = and_(
        organisation.c.id.in_(list(organisation_ids)), organisation.c.invitations.is_not(wanted)
    )
    rows = await tx.execute(
        select(organisation.c.id)
        .where(which)
        .order_by(organisation.c.id)
        .with_for_update(key_share=True)
    )
    changed = list(rows.scalars())
    values = {"invitations": wanted}
    await tx.execute(update(organisation).where(organisation.c.id.in_(changed)).values(values))
    return changed


async def take_back(
    tx: Tx,
    *,
    kinds: Collection[str],
    person_ids: Collection[int],
    mailboxes: Collection[str],
    now: datetime,
) -> int:
    """Cancel what waits of these kinds for people, and for organisations' own mailboxes."""
    own_mailbox = and_(
        outbox.c.person_id.is_(None),
        outbox.c.channel == "mail",
        func.lower(outbox.c.address).in_([one.lower() for one in mailboxes]),
    )
    theirs = or_(outbox.c.person_id.in_(list(person_ids)), own_mailbox)
    return await outbox_sweeps.cancel_those(
        tx, and_(theirs, outbox.c.kind.in_(sorted(kinds))), now=now
    )


async def set_channel(tx: Tx, person_id: int, *, channel: str) -> bool:
    """Keep by which channel a person wants to hear of us; False when that was known."""
    result = await tx.execute(
        update(person)
        .where(person.c.id == person_id, person.c.channel != channel)
        .values(channel=channel)
    )
    return result.rowcount == 1


async def set_language(tx: Tx, person_id: int, *, locale: str) -> bool:
    """Speak another language with a person, in their chats too; False when it is that already."""
    chats = select(contact.c.address).where(
        contact.c.person_id == person_id, contact.c.channel == "telegram"
    )
    await tx.execute(
        update(conversation)
        .where(cast(conversation.c.chat_id, String).in_(chats))
        .values(locale=locale)
    )
    result = await tx.execute(
        update(person)
        .where(person.c.id == person_id, person.c.locale != locale)
        .values(locale=locale)
    )
    return result.rowcount == 1
