"""Chat and mail of one person become one after the address is proved, and only then."""

import pytest
from sqlalchemy import func, select

from programme import (
    address_checks,
    identity,
    letter_doors,
    memberships,
    nominations,
    own_data,
    profile,
)
from programme.asking import Asked
from programme.conversations import Conversation
from programme.letter_doors import Door
from programme.nomination_terms import Speaker
from programme.nominations import Named
from programme.profile import Introduced
from storage import duplicates, organisations, people
from storage import nominations as nomination_rows
from storage.database import Database, Tx
from storage.tables import outbox, person
from tests.programme.at_once import at_once
from tests.programme.audience import make_organisation, make_staff
from tests.programme.joined import states
from tests.programme.mail_steps import answer, answered, token_of, wish
from tests.programme.naming import LINK, accept, make_naming_event
from tests.programme.steps import read_event, register
from tests.programme.test_mail_replies import invite
from tests.storage.rows import NOW, make_event, make_person

OURS = "office@example.org"
MAIL = "anna@example.org"
CHAT = 77
ANNA = "Anna Żółkoś-Wzorowa"
WRITTEN_OTHERWISE = "ŻÓŁKOŚ WZOROWA  Anna"


async def come_by_chat(tx: Tx, name: str, address: str = MAIL, *, chat: int = CHAT) -> int:
    """Introduce somebody in a chat, who proves an address by its code; give the person's id."""
    asked = await profile.begin(tx, state=Conversation(chat, "pl"), then="", now=NOW)
    state = asked.conversation
    for raw in ("accept", name, "ngo", "Nieznane Koło", "other", address):
        got = await profile.answer(tx, state=state, raw=raw, our_address=OURS, now=NOW)
        state = got.conversation
    got = await profile.answer(tx, state=state, raw=await code(tx), our_address=OURS, now=NOW)
    assert isinstance(got, Introduced)
    return got.person_id


async def code(tx: Tx) -> str:
    facts = await tx.scalar(
        select(outbox.c.facts)
        .where(outbox.c.kind == "email_code")
        .order_by(outbox.c.id.desc())
        .limit(1)
    )
    assert facts is not None
    return str(facts["code"])


async def alive(tx: Tx) -> list[int]:
    return [one.id for one in await people.everyone(tx)]


async def test_who_came_by_mail_and_proves_the_address_in_the_chat_is_one(
    database: Database,
) -> None:
    async with database.transaction() as tx:
        event_id = await make_event(tx, capacity=2)
        by_mail = await make_person(tx, name=ANNA, mail=MAIL)
        seat = (await register(tx, event_id, by_mail)).registration_id

        me = await come_by_chat(tx, WRITTEN_OTHERWISE, MAIL.upper())

        assert await alive(tx) == [me]
        assert await states(tx, me) == [(seat, "active", "")]
        found = {
            (one.channel, one.address.casefold(), one.verified)
            for one in await people.contacts(tx, me)
        }
        assert found == {("telegram", str(CHAT), True), ("mail", MAIL, True)}


async def test_letter_from_before_the_joining_is_answered_for_whom_they_are_now(
    database: Database,
) -> None:
    async with database.transaction() as tx:
        event_id = await make_event(tx, capacity=2)
        await make_person(tx, name=ANNA, mail=MAIL)
        await invite(tx, event_id)
        token = await token_of(tx, "invitation", MAIL)
        me = await come_by_chat(tx, WRITTEN_OTHERWISE, MAIL.upper())

        await answer(tx, token, wish("yes"), sender=MAIL)

        assert [state for _seat, state, _because in await states(tx, me)] == ["active"]
        # The confirmation says it all, so the mail has no answer of its own.
        assert await answered(tx) == []


async def test_nominations_and_memberships_follow(database: Database) -> None:
    async with database.transaction() as tx:
        event_id = await make_naming_event(tx)
        unit = await make_organisation(tx, "KGW", email="kgw@example.org")
        by_mail = await make_person(tx, name=ANNA, mail=MAIL, organisation_id=unit)
        await memberships.join(tx, person_id=by_mail, organisation_id=unit, now=NOW)
        named = await nominations.name(
            tx,
            event_id=event_id,
            organisation_id=unit,
            who=Named(ANNA, MAIL, "", by_mail),
            speaker=Speaker(None, await make_staff(tx)),
            link=LINK,
            now=NOW,
        )
        await accept(tx, named, by_mail)

        me = await come_by_chat(tx, ANNA)

        assert [state for _number, state, _why in await states(tx, me)] == ["active"]
        found = await nomination_rows.get(tx, named.nomination_id)
        assert found is not None
        assert (found.person_id, found.state) == (me, "accepted")
        assert (await read_event(tx, event_id)).taken == 1
        members = await memberships.members(tx, organisation_id=unit)
        assert [one.person_id for one in members] == [me]


async def test_nobody_gets_two_seats(database: Database) -> None:
    async with database.transaction() as tx:
        event_id = await make_event(tx, capacity=2)
        by_mail = await make_person(tx, name=ANNA, mail=MAIL)
        in_chat = await make_person(tx, name=ANNA, chat=CHAT)
        third = await make_person(tx, name="Jan Trzeci", chat=5)
        for one in (by_mail, in_chat, third):
            await register(tx, event_id, one)

        await identity.join_readers(tx, person_id=in_chat, address=MAIL, now=NOW)

        assert [state for _number, state, _why in await states(tx, in_chat)] == [
            "active",
            "cancelled",
        ]
        # The seat that was one too many went to the next in line.
        assert [state for _number, state, _why in await states(tx, third)] == ["active"]
        assert (await read_event(tx, event_id)).taken == 2


async def test_shared_mailbox_of_two_names_stays_two_people(database: Database) -> None:
    async with database.transaction() as tx:
        jan = await make_person(tx, name="Jan Wzorowy", mail=MAIL)

        me = await come_by_chat(tx, ANNA)

        assert await alive(tx) == [jan, me]


async def test_address_that_was_never_proved_joins_nobody(database: Database) -> None:
    async with database.transaction() as tx:
        guessed = await make_person(tx, name=ANNA)
        await people.add_contact(
            tx, person_id=guessed, channel="mail", address=MAIL, verified=False, now=NOW
        )
        given_up = await make_person(tx, name=ANNA, mail=MAIL)
        await people.retire_mails(tx, given_up, but="other@example.org")

        me = await come_by_chat(tx, ANNA)

        assert await alive(tx) == [guessed, given_up, me]


async def test_two_chats_and_two_namesakes_are_left_to_staff(database: Database) -> None:
    async with database.transaction() as tx:
        first = await make_person(tx, name=ANNA, mail=MAIL, chat=5)
        me = await come_by_chat(tx, ANNA)
        assert await alive(tx) == [first, me]
        twins = [await make_person(tx, name="Ewa Dwa", mail="ewa@example.org") for _ in range(2)]

        ewa = await come_by_chat(tx, "Ewa Dwa", "ewa@example.org", chat=78)

        assert await alive(tx) == [first, me, *twins, ewa]


async def test_whom_staff_have_told_apart_stays_apart(database: Database) -> None:
    async with database.transaction() as tx:
        member = await make_staff(tx)
        by_mail = await make_person(tx, name=ANNA, mail=MAIL)
        in_chat = await make_person(tx, name=ANNA, chat=5)
        await duplicates.tell_apart(tx, (in_chat, by_mail), staff_id=member.id, now=NOW)

        kept = await identity.join_readers(tx, person_id=in_chat, address=MAIL, now=NOW)

        assert kept == in_chat
        assert await alive(tx) == [by_mail, in_chat]
        assert not await identity.join_with(tx, person_id=in_chat, other_id=by_mail, now=NOW)


async def test_new_address_among_own_data_joins_too(database: Database) -> None:
    async with database.transaction() as tx:
        by_mail = await make_person(tx, name=ANNA, mail=MAIL)
        in_chat = await make_person(tx, name=ANNA, chat=CHAT, mail="old@example.org")
        me = await people.get(tx, in_chat)
        asked = await own_data.begin(tx, state=Conversation(CHAT, "pl"), person=me, what="mail")
        for raw in (MAIL, None):
            typed = raw or await code(tx)
            got = await own_data.answer(
                tx, state=asked.conversation, person=me, raw=typed, our_address=OURS, now=NOW
            )
            asked = got if isinstance(got, Asked) else asked

        assert await alive(tx) == [in_chat]
        assert (await people.who_is_now(tx, by_mail)).id == in_chat
        used = [one.address for one in await people.contacts(tx, in_chat) if one.verified]
        assert sorted(used) == [str(CHAT), MAIL]


async def test_no_to_invitations_and_a_chosen_channel_outlive_the_joining(
    database: Database,
) -> None:
    async with database.transaction() as tx:
        by_mail = await make_person(tx, name=ANNA, mail=MAIL)
        await people.change(tx, by_mail, invitations=False, channel="mail")

        me = await come_by_chat(tx, ANNA)

        found = await people.get(tx, me)
        assert (found.invitations, found.channel) == (False, "mail")


async def check_door(tx: Tx, person_id: int, address: str = MAIL) -> Door:
    """Make the link that a letter to a new address carries."""
    token = await letter_doors.make(
        tx,
        purpose=letter_doors.ADDRESS,
        kind=address_checks.KIND,
        address=address,
        locale="pl",
        subject={},
        now=NOW,
        lasts=address_checks.VALID,
        person_id=person_id,
    )
    return await letter_doors.find(tx, token=token, purpose=letter_doors.ADDRESS, now=NOW)


async def test_who_is_known_by_mail_and_proves_the_address_of_a_chat_is_that_one(
    database: Database,
) -> None:
    async with database.transaction() as tx:
        in_chat = await make_person(tx, name=ANNA, chat=CHAT, mail=MAIL)
        by_mail = await make_person(tx, name=ANNA, mail="other@example.org")
        door = await check_door(tx, by_mail)

        kept = await address_checks.prove(tx, door=door, now=NOW)

        assert kept == in_chat
        assert await alive(tx) == [in_chat]


@pytest.mark.parametrize("turns", range(3))
async def test_two_who_join_the_same_people_at_once_join_them_once(
    database: Database, second: Database, turns: int
) -> None:
    async with database.transaction() as tx:
        event_id = await make_event(tx, capacity=5)
        by_mail = await make_person(tx, name=ANNA, mail=MAIL)
        in_chat = await make_person(tx, name=ANNA, chat=CHAT)
        for one in (by_mail, in_chat):
            await register(tx, event_id, one)
        door = await check_door(tx, in_chat)

    async def by_code(tx: Tx) -> int:
        kept = await identity.join_readers(tx, person_id=in_chat, address=MAIL, now=NOW)
        await people.add_contact(
            tx, person_id=kept, channel="mail", address=MAIL, verified=True, now=NOW
        )
        return kept

    async def by_page(tx: Tx) -> int:
        return await address_checks.prove(tx, door=door, now=NOW)

    steps = [by_code, by_page, by_page][turns:] + [by_code, by_page, by_page][:turns]
    # A page holds its own door first and the others later, so it may cross whoever joins by code.
    got = await at_once((database, second), steps, again=True)

    assert got == [in_chat] * 3
    async with database.reading() as tx:
        assert await alive(tx) == [in_chat]
        assert (await read_event(tx, event_id)).taken == 1
        merged = select(func.count()).where(person.c.merged_into_id.is_not(None))
        assert await tx.scalar(merged) == 1


async def test_same_name_needs_a_name() -> None:
    assert identity.same_name("Jan Ząbek", "ząbek jan")
    assert not identity.same_name("Jan Ząbek", "Jan Ząb")
    assert not identity.same_name("…", "!")


async def test_organisation_of_the_mail_entry_is_kept_where_the_chat_gave_none(
    database: Database,
) -> None:
    async with database.transaction() as tx:
        unit = await make_organisation(tx, "KGW Miłki")
        by_mail = await make_person(tx, name=ANNA, mail=MAIL, organisation_id=unit)
        in_chat = await make_person(tx, name=ANNA, chat=CHAT)
        await people.change(tx, in_chat, organisation_text="")

        await identity.join_readers(tx, person_id=in_chat, address=MAIL, now=NOW)

        found = await organisations.get(tx, (await people.get(tx, in_chat)).organisation_id or 0)
        assert found is not None
        assert (found.name, await alive(tx)) == ("KGW Miłki", [in_chat])
        assert by_mail != in_chat
