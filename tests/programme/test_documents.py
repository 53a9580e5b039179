from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, update

from programme import documents, registration
from programme.document_refusals import (
    DocumentInOrder,
    DocumentNotNeeded,
    DocumentsOver,
    DocumentUnknown,
    FileIsArchive,
    FileLost,
)
from programme.documents import Paper
from programme.refusals import EventCancelled, Refusal
from storage import documents as rows
from storage import files
from storage.database import Database, Tx
from storage.files import Bytes, FileStore
from storage.paper_tables import document, document_version, required_document, stored_file
from storage.tables import event as event_table
from tests.programme.papers import (
    FIRST_DAY,
    JPEG,
    PDF,
    TITLES,
    hand_in,
    keep,
    make_asking_event,
    required_ids,
    seated,
)
from tests.programme.steps import facts_of
from tests.storage.rows import NOW, make_event

AFTER = FIRST_DAY + timedelta(hours=6)


async def counts(tx: Tx) -> tuple[int, int, int]:
    """Count the documents, their versions and the rows of files."""
    found = [
        len((await tx.execute(select(table.c.id))).all())
        for table in (document, document_version, stored_file)
    ]
    return found[0], found[1], found[2]


async def test_confirmation_names_the_documents(database: Database) -> None:
    async with database.transaction() as tx:
        event_id = await make_asking_event(tx)
        registration_id, _ = await seated(tx, event_id)

        facts = await facts_of(tx, f"registration_confirmed:{registration_id}:telegram")

    assert facts["documents"] == list(TITLES)


async def test_confirmation_of_an_event_without_documents_says_nothing(database: Database) -> None:
    async with database.transaction() as tx:
        registration_id, person_id = await seated(tx, await make_event(tx))

        facts = await facts_of(tx, f"registration_confirmed:{registration_id}:telegram")

        assert "documents" not in facts
        assert await documents.of_person(tx, person_id=person_id, now=NOW) == []
        assert await documents.missing(tx, registration_id=registration_id) == []


async def test_hand_in_keeps_the_file_and_waits_for_a_check(
    database: Database, tmp_path: Path
) -> None:
    async with database.transaction() as tx:
        event_id = await make_asking_event(tx)
        registration_id, person_id = await seated(tx, event_id)
        first, second = await required_ids(tx, event_id)

        papers = await hand_in(tx, tmp_path, registration_id, first, person_id)
        there = (await rows.of_registration(tx, registration_id))[first]
        file = await files.get(tx, there.file_id or 0)

        assert papers.papers == (
            Paper(
                first,
                TITLES[0],
                has_blank=False,
                state="handed_in",
                version_id=there.version_id,
                file_id=there.file_id,
            ),
            Paper(second, TITLES[1], has_blank=False),
        )
        assert [paper.title for paper in papers.missing] == [TITLES[1]]
        assert await documents.missing(tx, registration_id=registration_id) == [TITLES[1]]
        assert file is not None
        assert (file.content_type, file.original_name) == ("image/jpeg", "skan.jpg")
        assert await FileStore(tmp_path).read(file.name) == JPEG


async def test_hand_in_once_more_replaces_and_keeps_the_older_version(
    database: Database, tmp_path: Path
) -> None:
    async with database.transaction() as tx:
        event_id = await make_asking_event(tx)
        registration_id, person_id = await seated(tx, event_id)
        first, _ = await required_ids(tx, event_id)

        await hand_in(tx, tmp_path, registration_id, first, person_id)
        papers = await hand_in(tx, tmp_path, registration_id, first, person_id)
        outcomes = await tx.execute(
            select(document_version.c.outcome).order_by(document_version.c.id)
        )

        assert list(outcomes.scalars()) == ["replaced", None]
        assert papers.paper(first).state == "handed_in"
        assert await counts(tx) == (1, 2, 2)


async def test_hand_in_of_a_held_file(database: Database, tmp_path: Path) -> None:
    async with database.transaction() as tx:
        event_id = await make_asking_event(tx)
        registration_id, person_id = await seated(tx, event_id)
        first, _ = await required_ids(tx, event_id)
        held = await documents.hold(tx, await keep(tmp_path, PDF), now=NOW)

        papers = await documents.hand_in(
            tx,
            registration_id=registration_id,
            required_id=first,
            person_id=person_id,
            file=held.id,
            door="mail",
            now=NOW,
        )

        assert papers.paper(first).file_id == held.id


async def test_keep_refuses_an_archive_and_keeps_nothing(tmp_path: Path) -> None:
    with pytest.raises(FileIsArchive):
        await keep(tmp_path, b"PK\x03\x04")

    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("case", "refusal"),
    [
        ("cancelled registration", DocumentNotNeeded),
        ("cancelled event", EventCancelled),
        ("after the event", DocumentsOver),
        ("somebody else", DocumentUnknown),
        ("another event", DocumentUnknown),
        ("no such registration", DocumentUnknown),
        ("accepted", DocumentInOrder),
        ("file gone", FileLost),
    ],
)
async def test_hand_in_refused_changes_nothing(
    database: Database, tmp_path: Path, case: str, refusal: type[Refusal]
) -> None:
    kept = await keep(tmp_path)
    async with database.transaction() as tx:
        event_id = await make_asking_event(tx)
        registration_id, person_id = await seated(tx, event_id)
        required_id = (await required_ids(tx, event_id))[0]
        other = (await required_ids(tx, await make_asking_event(tx)))[0]
        if case == "cancelled registration":
            await registration.cancel(
                tx, registration_id=registration_id, person_id=person_id, now=NOW
            )
        if case == "cancelled event":
            await tx.execute(
                update(event_table).where(event_table.c.id == event_id).values(state="cancelled")
            )
        if case == "accepted":
            await hand_in(tx, tmp_path, registration_id, required_id, person_id)
            await tx.execute(update(document).values(state="accepted"))
        before = await counts(tx)

        with pytest.raises(refusal):
            await documents.hand_in(
                tx,
                registration_id=0 if case == "no such registration" else registration_id,
                required_id=other if case == "another event" else required_id,
                person_id=person_id + (case == "somebody else"),
                file=999 if case == "file gone" else kept,
                door="telegram",
                now=AFTER if case == "after the event" else NOW,
            )

        assert await counts(tx) == before


async def test_hand_in_just_before_the_end_is_taken(database: Database, tmp_path: Path) -> None:
    async with database.transaction() as tx:
        event_id = await make_asking_event(tx)
        registration_id, person_id = await seated(tx, event_id)

        papers = await documents.hand_in(
            tx,
            registration_id=registration_id,
            required_id=(await required_ids(tx, event_id))[0],
            person_id=person_id,
            file=await keep(tmp_path),
            door="telegram",
            now=AFTER - timedelta(seconds=1),
        )

        assert papers.papers[0].state == "handed_in"


async def test_of_registration_shows_nobody_else_s(database: Database) -> None:
    async with database.transaction() as tx:
        registration_id, person_id = await seated(tx, await make_asking_event(tx))

        mine = await documents.of_registration(
            tx, registration_id=registration_id, person_id=person_id
        )
        with pytest.raises(DocumentUnknown):
            await documents.of_registration(
                tx, registration_id=registration_id, person_id=person_id + 1
            )

    assert [paper.title for paper in mine.papers] == list(TITLES)


async def test_of_person_leaves_out_what_is_over_or_cancelled(database: Database) -> None:
    async with database.transaction() as tx:
        event_id = await make_asking_event(tx)
        _, person_id = await seated(tx, event_id)

        now = await documents.of_person(tx, person_id=person_id, now=NOW)
        later = await documents.of_person(tx, person_id=person_id, now=AFTER)

    assert ([papers.event.id for papers in now], later) == ([event_id], [])


async def test_blank_is_given_only_where_there_is_one(database: Database) -> None:
    async with database.transaction() as tx:
        event_id = await make_asking_event(tx)
        first, second = await required_ids(tx, event_id)
        file = await files.add(
            tx, Bytes("a" * 40, 1, "0" * 64), original_name="", content_type="x", now=NOW
        )
        await tx.execute(
            update(required_document)
            .where(required_document.c.id == first)
            .values(blank_file_id=file.id)
        )

        required, found = await documents.blank(tx, required_id=first)
        for unknown in (second, 0):
            with pytest.raises(DocumentUnknown):
                await documents.blank(tx, required_id=unknown)

    assert (required.title, found) == (TITLES[0], file)


async def test_sweep_takes_what_nobody_handed_in_and_what_a_crash_left(
    database: Database, tmp_path: Path
) -> None:
    store = FileStore(tmp_path)
    later = NOW + timedelta(days=1, seconds=1)
    async with database.transaction() as tx:
        event_id = await make_asking_event(tx)
        registration_id, person_id = await seated(tx, event_id)
        first, _ = await required_ids(tx, event_id)
        await hand_in(tx, tmp_path, registration_id, first, person_id)
        await documents.hold(tx, await keep(tmp_path), now=NOW)
    orphan = await keep(tmp_path)
    fresh = await keep(tmp_path, now=later)

    async with database.transaction() as tx:
        early = await documents.sweep(tx, store, now=NOW + timedelta(hours=23))
        nameless = await documents.sweep(tx, store, now=later)
        left = await counts(tx)

    assert early == []
    assert len(nameless) == 2
    assert orphan.bytes.name in nameless
    assert fresh.bytes.name not in nameless
    assert left == (1, 1, 1)
