from programme import asking, conversations
from programme.conversations import Conversation
from storage import people
from storage.database import Database
from tests.programme.audience import make_staff
from tests.storage.rows import NOW, make_person


async def test_unknown_chat_begins_in_the_language_of_its_telegram(database: Database) -> None:
    async with database.transaction() as tx:
        chat = await conversations.open_chat(tx, chat_id=7, locale="en", now=NOW)
        again = await conversations.open_chat(tx, chat_id=7, locale="pl", now=NOW)

    assert (chat.conversation, chat.person, chat.member) == (Conversation(7, "en"), None, None)
    assert again == chat


async def test_chat_shows_the_person_and_the_staff_member_behind_it(database: Database) -> None:
    async with database.transaction() as tx:
        person_id = await make_person(tx, chat=7)
        member = await make_staff(tx, chat_id=7)
        chat = await conversations.open_chat(tx, chat_id=7, locale="pl", now=NOW)

    assert chat.person is not None
    assert chat.person.id == person_id
    assert chat.member == member


async def test_what_was_kept_is_found_again(database: Database) -> None:
    state = asking.following(asking.fresh(Conversation(7, "pl"), "profile", then="e:1"), "name")
    async with database.transaction() as tx:
        await conversations.keep(tx, state, now=NOW)
        chat = await conversations.open_chat(tx, chat_id=7, locale="pl", now=NOW)

    assert chat.conversation == state
    assert conversations.in_profile(chat.conversation)


async def test_closed_chat_is_open_again_when_its_person_writes(database: Database) -> None:
    async with database.transaction() as tx:
        person_id = await make_person(tx, chat=7)
        await conversations.chat_closed(tx, chat_id=7, now=NOW)
        closed = await people.contacts(tx, person_id)
        await conversations.open_chat(tx, chat_id=7, locale="pl", now=NOW)
        opened = await people.contacts(tx, person_id)

    assert [one.reachable for one in (*closed, *opened)] == [False, True]


async def test_language_is_changed_for_the_chat_and_for_the_person(database: Database) -> None:
    async with database.transaction() as tx:
        person_id = await make_person(tx, chat=7)
        chat = await conversations.open_chat(tx, chat_id=7, locale="pl", now=NOW)
        changed = await conversations.change_language(tx, chat=chat, locale="en", now=NOW)
        person = await people.get(tx, person_id)

    assert (changed.locale, person.locale) == ("en", "en")


def test_each_question_makes_earlier_buttons_old() -> None:
    begun = asking.following(asking.fresh(Conversation(7, "pl", version=4), "poll"), "event")
    went_on = asking.following(begun, "question", event_id=2)
    ended = asking.ended(went_on)

    assert [begun.version, went_on.version, ended.version] == [5, 6, 7]
    assert went_on.data == {"answers": {"event_id": 2}}
    assert (ended.flow, ended.step, ended.data) == ("", "", {})
