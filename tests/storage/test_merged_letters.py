from sqlalchemy import insert, select

from storage import answers_to_events, merged_letters
from storage.database import Database
from storage.staff_tables import broadcast_recipient, event_refusal, staff_note
from tests.programme.small_town import settle, town
from tests.storage.rows import NOW


async def test_letters_refusals_and_notes_become_those_of_who_stays(database: Database) -> None:
    async with database.transaction() as tx:
        known = await settle(tx, town())
        kept, gone = known.members[9].id, known.members[7].id
        note = {"person_id": gone, "text": "Prosi o telefon.", "staff_id": known.staff_id}
        await tx.execute(insert(staff_note).values(**note, written_at=NOW))

        moved = await merged_letters.move(tx, kept_id=kept, gone_id=gone)

        theirs = [
            (await tx.execute(select(table.c.id).where(table.c.person_id == kept))).scalars().all()
            for table in (broadcast_recipient, event_refusal, staff_note)
        ]
    assert list(moved) == ["broadcast_recipient", "event_refusal", "agenda_exception", "staff_note"]
    assert [len(ids) for ids in theirs] == [1, 1, 1]
    assert [
        moved[name] for name in ("broadcast_recipient", "event_refusal", "staff_note")
    ] == theirs


async def test_letter_that_both_had_stays_with_either(database: Database) -> None:
    async with database.transaction() as tx:
        known = await settle(tx, town())
        kept, gone = known.members[0].id, known.members[7].id
        await answers_to_events.refuse(tx, event_id=known.event_id, person_id=kept, now=NOW)

        moved = await merged_letters.move(tx, kept_id=kept, gone_id=gone)

    assert moved == {name: [] for name in moved}
