"""The link to the chat in a letter joins the chat with whom the letter was to."""

from datetime import timedelta

import pytest

from programme import letter_doors, person_links, profile
from programme.asking import Asked
from programme.conversations import Conversation
from programme.letter_doors import DoorClosed
from programme.person_links import Opened
from programme.profile import Introduced
from storage import people
from storage.database import Database, Tx
from tests.programme.audience import make_organisation
from tests.programme.joined import states
from tests.programme.steps import register
from tests.storage.rows import NOW, make_event, make_person

OURS = "office@example.org"
MAIL = "anna@example.org"
ANNA = "Anna Wzorowa"
CHAT = 77


async def letter(tx: Tx, person_id: int | None, address: str = MAIL, purpose: str = "page") -> str:
    return await letter_doors.make(
        tx,
        purpose=purpose,
        kind="reminder",
        address=address,
        locale="pl",
        subject={},
        now=NOW,
        lasts=timedelta(days=30),
        person_id=person_id,
    )


async def open_chat(tx: Tx, token: str, *answers: str) -> Asked | Introduced:
    asked: Asked | Introduced = await profile.begin(
        tx, state=Conversation(CHAT, "pl"), then=f"p:{token}", person_link=token, now=NOW
    )
    for raw in answers:
        asked = await profile.answer(
            tx, state=asked.conversation, raw=raw, our_address=OURS, now=NOW
        )
    return asked


async def test_opening_the_chat_from_a_letter_asks_nothing_twice(database: Database) -> None:
    async with database.transaction() as tx:
        unit = await make_organisation(tx, "KGW Miłki")
        anna = await make_person(tx, name=ANNA, mail=MAIL, organisation_id=unit)
        seat = (await register(tx, await make_event(tx), anna)).registration_id
        asked = await open_chat(tx, await letter(tx, anna), "accept")

        done = await profile.answer(
            tx, state=asked.conversation, raw="me", our_address=OURS, now=NOW
        )

        assert isinstance(asked, Asked)
        known = asked.facts["known"]
        assert (asked.question, known.name, known.organisation) == ("named", ANNA, "KGW Miłki")
        assert isinstance(done, Introduced)
        assert done.person_id == anna
        assert [one.id for one in await people.everyone(tx)] == [anna]
        assert await states(tx, anna) == [(seat, "active", "")]
        found = {(one.channel, one.address) for one in await people.contacts(tx, anna)}
        assert found == {("telegram", str(CHAT)), ("mail", MAIL)}


async def test_somebody_else_who_opens_it_is_somebody_else(database: Database) -> None:
    async with database.transaction() as tx:
        anna = await make_person(tx, name=ANNA, mail=MAIL)

        asked = await open_chat(tx, await letter(tx, anna), "accept", "other", "Jan Inny")

        assert isinstance(asked, Asked)
        assert asked.question == "role"
        assert await people.by_chat(tx, CHAT) is None


@pytest.mark.parametrize("case", ["chat", "retired", "nobody", "purpose", "unknown"])
async def test_link_tells_nothing_of_whom_it_cannot_join(database: Database, case: str) -> None:
    async with database.transaction() as tx:
        anna = await make_person(tx, name=ANNA, mail=MAIL, chat=5 if case == "chat" else None)
        token = await letter(
            tx, None if case == "nobody" else anna, purpose="reply" if case == "purpose" else "page"
        )
        if case == "retired":
            await people.retire_mails(tx, anna, but="other@example.org")

        asked = await open_chat(tx, "x" * 26 if case == "unknown" else token, "accept")

        assert isinstance(asked, Asked)
        assert asked.question == "name"


async def test_known_chat_is_joined_with_the_same_name_only(database: Database) -> None:
    async with database.transaction() as tx:
        anna = await make_person(tx, name=ANNA, mail=MAIL)
        seat = (await register(tx, await make_event(tx), anna)).registration_id
        same = await make_person(tx, name="Wzorowa Anna", chat=CHAT)
        other = await make_person(tx, name="Jan Inny", chat=78)
        token = await letter(tx, anna)

        async def opened(person_id: int) -> Opened:
            person = await people.get(tx, person_id)
            return await person_links.open_link(tx, token=token, person=person, now=NOW)

        assert await opened(other) == Opened(joined=False, meant=ANNA)
        assert await opened(same) == Opened(joined=True, meant="")
        assert await opened(same) == Opened(joined=False, meant="")
        assert await opened(other) == Opened(joined=False, meant="Wzorowa Anna")
        assert await states(tx, same) == [(seat, "active", "")]
        with pytest.raises(DoorClosed):
            await person_links.open_link(
                tx, token="x" * 26, person=await people.get(tx, other), now=NOW
            )
