from datetime import timedelta

import pytest

from programme import people_desk, staff_notes
from programme.asking import ended
from programme.directory_refusals import NoteGone, NoteOfAnother, OrganisationNotFound
from programme.people_refusals import PersonNotFound
from programme.refusals import AnswerEmpty, AnswerTooLong
from programme.staff_notes import Whom
from storage import conversations, organisations, staff
from storage.conversations import Conversation
from storage.database import Database, Tx
from storage.staff import StaffMember
from tests.programme.joined import merge
from tests.storage.rows import NOW, make_person

LATER = NOW + timedelta(hours=1)


async def _staff(tx: Tx, role: str, chat: int) -> StaffMember:
    number = await staff.grant(tx, name=f"{role} {chat}", role=role, chat_id=chat, now=NOW)
    return await staff.get(tx, number)


async def _unit(tx: Tx) -> int:
    saved = await organisations.save(
        tx, key="a", name="KGW", kind="ngo", email="", phone="", locality="", areas=()
    )
    return saved.id


async def test_notes_are_seen_with_author_and_time_the_newest_first(database: Database) -> None:
    async with database.transaction() as tx:
        author = await _staff(tx, "assistant", 1)
        whom = Whom(person_id=await make_person(tx))
        for words, now in (("Woli telefon.", NOW), ("  Bez mięsa.\n", LATER)):
            await staff_notes.write(tx, whom=whom, words=words, member=author, now=now)

        page = await staff_notes.page(tx, whom=whom, number=0, member=author)
        card = await people_desk.card(tx, person_id=whom.person_id or 0, member=author)

    assert [(one.text, one.author, one.written_at) for one in page.notes] == [
        ("Bez mięsa.", "assistant 1", LATER),
        ("Woli telefon.", "assistant 1", NOW),
    ]
    assert (page.total, page.pages, page.name) == (2, 1, "Jan Przykładowy")
    assert (card.notes, card.notes_count) == (list(page.notes), 2)


@pytest.mark.parametrize(("words", "refusal"), [(" \n", AnswerEmpty), ("x" * 1001, AnswerTooLong)])
async def test_note_without_words_or_with_too_many_is_not_kept(
    database: Database, words: str, refusal: type[Exception]
) -> None:
    async with database.transaction() as tx:
        author = await _staff(tx, "assistant", 1)
        whom = Whom(person_id=await make_person(tx))
        with pytest.raises(refusal):
            await staff_notes.write(tx, whom=whom, words=words, member=author, now=NOW)

        assert (await staff_notes.page(tx, whom=whom, number=0, member=author)).notes == ()


async def test_note_about_nobody_is_refused(database: Database) -> None:
    async with database.transaction() as tx:
        author = await _staff(tx, "assistant", 1)
        with pytest.raises(PersonNotFound):
            await staff_notes.write(tx, whom=Whom(person_id=7), words="x", member=author, now=NOW)
        with pytest.raises(OrganisationNotFound):
            await staff_notes.write(
                tx, whom=Whom(organisation_id=7), words="x", member=author, now=NOW
            )


async def test_note_is_removed_by_its_author_and_by_a_coordinator_alone(
    database: Database,
) -> None:
    async with database.transaction() as tx:
        author, other = await _staff(tx, "assistant", 1), await _staff(tx, "assistant", 2)
        chief = await _staff(tx, "coordinator", 3)
        whom = Whom(organisation_id=await _unit(tx))
        for words in ("Pierwsza", "Druga"):
            await staff_notes.write(tx, whom=whom, words=words, member=author, now=NOW)
        second, first = (await staff_notes.page(tx, whom=whom, number=0, member=other)).notes

        with pytest.raises(NoteOfAnother):
            await staff_notes.remove(tx, note_id=first.id, member=other, now=LATER)
        about = await staff_notes.remove(tx, note_id=first.id, member=author, now=LATER)
        await staff_notes.remove(tx, note_id=second.id, member=chief, now=LATER)
        with pytest.raises(NoteGone):
            await staff_notes.remove(tx, note_id=second.id, member=chief, now=LATER)

        page = await staff_notes.page(tx, whom=whom, number=0, member=other)
        trail = await staff.audit_trail(tx, limit=9)

    assert (about, page.notes, page.total) == (whom, (), 0)
    assert [(one.action, one.detail["note"]) for one in trail] == [
        ("note removed", second.id),
        ("note removed", first.id),
        ("note", second.id),
        ("note", first.id),
    ]
    assert "Pierwsza" not in str([one.detail for one in trail])


async def test_notes_follow_a_person_who_is_joined_and_one_begun_before_too(
    database: Database,
) -> None:
    async with database.transaction() as tx:
        author = await _staff(tx, "assistant", 1)
        kept, gone = await make_person(tx, name="Ewa Nowak"), await make_person(tx, name="E. Nowak")
        await staff_notes.write(
            tx, whom=Whom(person_id=gone), words="Przed", member=author, now=NOW
        )
        begun = await staff_notes.begin(
            tx, state=Conversation(1, "pl"), whom=Whom(person_id=gone), member=author
        )
        await conversations.save(tx, begun, now=NOW)
        await merge(tx, kept, gone)

        read_again = await conversations.load(tx, 1)
        assert read_again is not None
        done = await staff_notes.answer(tx, state=read_again, raw="Po", member=author, now=LATER)
        page = await staff_notes.page(tx, whom=Whom(person_id=kept), number=0, member=author)

    assert [one.text for one in page.notes] == ["Po", "Przed"]
    assert done == staff_notes.Written(ended(read_again), Whom(person_id=kept))
