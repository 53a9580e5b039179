from sqlalchemy import select

from storage import programmes, registrations
from storage.database import Database, Tx
from storage.insert import insert_id
from storage.paper_tables import document, required_document
from storage.programmes import RequiredDocument
from tests.storage.rows import NOW, make_event, make_person

FORM = RequiredDocument("karta", 1, "Karta zgłoszenia")
CONSENT = RequiredDocument("zgoda", 2, "Oświadczenie")


async def kept(tx: Tx, event_id: int) -> list[RequiredDocument]:
    columns = [required_document.c[name] for name in RequiredDocument.__dataclass_fields__]
    query = select(*columns).where(required_document.c.event_id == event_id)
    rows = await tx.execute(query.order_by(required_document.c.number))
    return [RequiredDocument(*row) for row in rows]


async def save(tx: Tx, event_id: int, *documents: RequiredDocument) -> bool:
    return await programmes.save_required_documents(tx, event_id=event_id, documents=documents)


async def test_save_required_documents_keeps_them(database: Database) -> None:
    async with database.transaction() as tx:
        event_id = await make_event(tx)

        changed = await save(tx, event_id, FORM, CONSENT)

        assert (changed, await kept(tx, event_id)) == (True, [FORM, CONSENT])


async def test_save_required_documents_again_changes_nothing(database: Database) -> None:
    async with database.transaction() as tx:
        event_id = await make_event(tx)
        await save(tx, event_id, FORM)

        assert await save(tx, event_id, FORM) is False


async def test_save_required_documents_drops_what_nobody_handed_in(database: Database) -> None:
    async with database.transaction() as tx:
        event_id = await make_event(tx)
        await save(tx, event_id, FORM, CONSENT)

        changed = await save(tx, event_id, FORM)

        assert (changed, await kept(tx, event_id)) == (True, [FORM])


async def test_save_required_documents_keeps_what_was_handed_in(database: Database) -> None:
    async with database.transaction() as tx:
        event_id = await make_event(tx)
        await save(tx, event_id, FORM)
        await hand_in(tx, event_id)

        await save(tx, event_id)

        assert await kept(tx, event_id) == [FORM]


async def hand_in(tx: Tx, event_id: int) -> None:
    registration_id = await registrations.add(
        tx,
        event_id=event_id,
        person_id=await make_person(tx),
        state="active",
        position=None,
        door="staff",
        now=NOW,
    )
    required = await tx.scalar(
        select(required_document.c.id).where(required_document.c.event_id == event_id)
    )
    await insert_id(
        tx,
        document,
        registration_id=registration_id,
        required_document_id=required,
        state="handed_in",
        changed_at=NOW,
    )
