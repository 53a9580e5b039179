"""One question tells everything about a chat."""

from storage import chats, conversations, people, staff
from storage.chats import KnownChat
from storage.conversations import Conversation
from storage.database import Database
from storage.people import Person
from storage.staff import StaffMember
from tests.storage.rows import NOW

CHAT = 5_000_000_000


async def _known(database: Database) -> KnownChat:
    async with database.reading() as tx:
        return await chats.known(tx, CHAT)


async def _introduce(database: Database, *, chat: int = CHAT) -> int:
    async with database.transaction() as tx:
        person_id = await people.add(
            tx,
            name="Anna Wzorowa",
            role="ngo",
            organisation_id=None,
            organisation_text="KGW",
            locale="pl",
            now=NOW,
        )
        await people.add_contact(
            tx, person_id=person_id, channel="telegram", address=str(chat), verified=True, now=NOW
        )
    return person_id


async def test_known_of_a_strange_chat(database: Database) -> None:
    await _introduce(database, chat=CHAT + 1)

    assert await _known(database) == KnownChat(None, None, None, unreachable=False)


async def test_known_of_a_chat_that_was_written_from(database: Database) -> None:
    state = Conversation(CHAT, "en", "profile", "name", 3, {"then": "e:1"})
    async with database.transaction() as tx:
        await conversations.save(tx, state, now=NOW)

    assert await _known(database) == KnownChat(state, None, None, unreachable=False)


async def test_known_of_a_person_who_could_not_be_reached(database: Database) -> None:
    person_id = await _introduce(database)
    async with database.transaction() as tx:
        await people.set_unreachable(
            tx, channel="telegram", address=str(CHAT), why="blocked", now=NOW
        )

    person = Person(person_id, "Anna Wzorowa", "ngo", None, "KGW", "pl")
    assert await _known(database) == KnownChat(None, person, None, unreachable=True)


async def test_known_of_staff_until_they_are_removed(database: Database) -> None:
    async with database.transaction() as tx:
        member_id = await staff.grant(tx, name="Maria", role="viewer", chat_id=CHAT, now=NOW)
    before = await _known(database)
    async with database.transaction() as tx:
        await staff.remove(tx, chat_id=CHAT, now=NOW)

    member = StaffMember(member_id, "Maria", "viewer", CHAT)
    assert before == KnownChat(None, None, member, unreachable=False)
    assert await _known(database) == KnownChat(None, None, None, unreachable=False)
