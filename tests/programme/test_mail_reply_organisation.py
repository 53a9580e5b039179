"""An organisation answers by mail: it names people, takes names back, or asks nobody to come."""

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import select

from programme import letter_doors, nomination_calls, outbox_desk
from programme.mail_wishes import WrittenPerson
from programme.quiet_hours import QuietHours
from storage import answers_to_events, nominations, organisations, tasks
from storage.database import Database, Tx
from storage.tables import event, outbox
from tests.programme.audience import make_organisation, make_staff
from tests.programme.mail_steps import (
    answer,
    answered,
    mails,
    open_tasks,
    someone,
    token_of,
    wish,
)
from tests.programme.naming import DEADLINE, LINK, make_naming_event
from tests.programme.test_mail_replies import invite
from tests.storage.rows import NOW, make_event, make_person

KGW = "kgw@example.org"
JAN = someone("Jan Kowalski", "jan@example.org")
ANNA = someone("Anna Wzorowa", "anna@example.org")


async def called(tx: Tx, *, seats: int | None = 2) -> tuple[int, int, str]:
    """Call an organisation that has only a mailbox; give event, organisation, token."""
    event_id = await make_naming_event(tx, seats=seats)
    organisation_id = await make_organisation(tx, "KGW Miłki", email=KGW)
    await nomination_calls.send(
        tx,
        event_id=event_id,
        member=await make_staff(tx),
        link=LINK,
        quiet=QuietHours(),
        now=NOW,
    )
    return event_id, organisation_id, await token_of(tx, "nomination_call", KGW)


async def named(tx: Tx, event_id: int, organisation_id: int) -> list[tuple[str, str]]:
    """List name and state of all whom an organisation named."""
    found = await nominations.of_organisation(
        tx, event_id=event_id, organisation_id=organisation_id
    )
    return [(one.name, one.state) for one in found]


async def test_two_people_are_named_by_one_mail(database: Database) -> None:
    async with database.transaction() as tx:
        event_id, organisation_id, token = await called(tx)

        await answer(tx, token, wish("yes", JAN, ANNA), sender=KGW)

        assert await named(tx, event_id, organisation_id) == [
            ("Jan Kowalski", "named"),
            ("Anna Wzorowa", "named"),
        ]
        assert await mails(tx) == [
            ("nomination_call", KGW),
            ("nominated", "jan@example.org"),
            ("nominated", "anna@example.org"),
            ("mail_understood", KGW),
        ]
        said = [("named", "Jan Kowalski"), ("named", "Anna Wzorowa")]
        assert await answered(tx) == [("mail_understood", KGW, said)]


async def test_full_quota_stops_nobody_else(database: Database) -> None:
    async with database.transaction() as tx:
        event_id, organisation_id, token = await called(tx, seats=1)

        await answer(tx, token, wish("", JAN, ANNA, someone("Jan Kowalski", "jan@example.org")))

        assert await named(tx, event_id, organisation_id) == [("Jan Kowalski", "named")]
        assert (await answered(tx))[0][2] == [
            ("named", "Jan Kowalski"),
            ("quota_full", "Anna Wzorowa"),
            ("named_before", "Jan Kowalski"),
        ]


async def test_person_without_an_address_is_named_and_not_told(database: Database) -> None:
    async with database.transaction() as tx:
        event_id, organisation_id, token = await called(tx)

        await answer(tx, token, wish("yes", someone("Jan Kowalski")))

        assert await named(tx, event_id, organisation_id) == [("Jan Kowalski", "named")]
        assert (await answered(tx))[0][2] == [("named_untold", "Jan Kowalski")]


async def test_yes_without_names_asks_for_them(database: Database) -> None:
    async with database.transaction() as tx:
        event_id, organisation_id, token = await called(tx)

        await answer(tx, token, wish("yes"))

        assert await named(tx, event_id, organisation_id) == []
        assert (await answered(tx))[0][2] == [("which_names", "")]
        assert await open_tasks(tx) == []


async def test_names_after_the_deadline_are_refused(database: Database) -> None:
    async with database.transaction() as tx:
        event_id, organisation_id, token = await called(tx)

        await answer(tx, token, wish("yes", JAN), now=DEADLINE + timedelta(hours=1))

        assert await named(tx, event_id, organisation_id) == []
        assert (await answered(tx))[0][2] == [("deadline_passed", "Jan Kowalski")]


async def test_unsure_list_names_nobody(database: Database) -> None:
    async with database.transaction() as tx:
        event_id, organisation_id, token = await called(tx)
        unsure = WrittenPerson("Jan Kowal", "Jana Kowala", is_sure=False)

        await answer(tx, token, wish("yes", unsure, ANNA))

        assert await named(tx, event_id, organisation_id) == []
        assert await answered(tx) == [
            (
                "mail_unclear",
                KGW,
                [("read_person", "Jana Kowala"), ("read_person", "Anna Wzorowa"), ("read_yes", "")],
            )
        ]
        task = (await tasks.open_ones(tx, limit=5))[0]
        assert (task.kind, task.organisation_id, task.event_id) == (
            "mail",
            organisation_id,
            event_id,
        )


async def test_name_is_taken_back(database: Database) -> None:
    async with database.transaction() as tx:
        event_id, organisation_id, token = await called(tx)
        await answer(tx, token, wish("yes", JAN, ANNA))

        await answer(tx, token, wish("no", someone("Jan Kowalski")), number=2)

        assert await named(tx, event_id, organisation_id) == [
            ("Jan Kowalski", "withdrawn"),
            ("Anna Wzorowa", "named"),
        ]
        assert (await answered(tx))[1][2] == [("withdrawn", "Jan Kowalski")]


async def test_name_that_is_not_known_takes_nobody_back(database: Database) -> None:
    async with database.transaction() as tx:
        event_id, organisation_id, token = await called(tx)
        await answer(tx, token, wish("yes", JAN))

        await answer(tx, token, wish("no", someone("Jan Kowalski"), someone("Ewa Nowak")), number=2)

        assert await named(tx, event_id, organisation_id) == [("Jan Kowalski", "named")]
        assert await open_tasks(tx) == ["mail"]


async def test_name_that_two_bear_takes_back_neither_without_the_address(
    database: Database,
) -> None:
    other = someone("Jan Kowalski", "jan.mlodszy@example.org")
    async with database.transaction() as tx:
        event_id, organisation_id, token = await called(tx)
        await answer(tx, token, wish("yes", JAN, other))

        await answer(tx, token, wish("no", someone("Jan Kowalski")), number=2)
        before = await named(tx, event_id, organisation_id)
        await answer(tx, token, wish("no", other), number=3)

        assert before == [("Jan Kowalski", "named")] * 2
        assert await open_tasks(tx) == ["mail"]
        found = await nominations.of_organisation(
            tx, event_id=event_id, organisation_id=organisation_id
        )
        assert [(one.email, one.state) for one in found] == [
            ("jan@example.org", "named"),
            ("jan.mlodszy@example.org", "withdrawn"),
        ]


async def test_resignation_of_all_goes_to_staff(database: Database) -> None:
    async with database.transaction() as tx:
        event_id, organisation_id, token = await called(tx)
        await answer(tx, token, wish("yes", JAN))

        await answer(tx, token, wish("no"), number=2)

        assert await named(tx, event_id, organisation_id) == [("Jan Kowalski", "named")]
        assert await open_tasks(tx) == ["mail"]


async def test_nobody_comes_is_noted(database: Database) -> None:
    async with database.transaction() as tx:
        event_id, organisation_id, token = await called(tx)

        await answer(tx, token, wish("no"))

        assert (await answered(tx))[0][2] == [("nobody_noted", "")]
        assert not await answers_to_events.refuse(
            tx, event_id=event_id, organisation_id=organisation_id, now=NOW
        )


async def test_stop_of_an_organisation(database: Database) -> None:
    async with database.transaction() as tx:
        _event_id, organisation_id, token = await called(tx)

        await answer(tx, token, wish("stop"))

        found = await organisations.get(tx, organisation_id)
        assert found is not None
        assert found.invitations is False


async def test_open_entry_asks_each_person(database: Database) -> None:
    async with database.transaction() as tx:
        event_id = await make_event(tx)
        await make_organisation(tx, "KGW Miłki", email=KGW)
        await invite(tx, event_id)

        await answer(
            tx, await token_of(tx, "invitation", KGW), wish("yes", JAN, someone("Ewa Nowak"))
        )

        assert (await answered(tx))[0][2] == [
            ("asked", "Jan Kowalski"),
            ("without_address", "Ewa Nowak"),
        ]
        task = (await tasks.open_ones(tx, limit=5))[0]
        assert (task.kind, task.facts["people"]) == ("names", [{"name": "Ewa Nowak", "phone": ""}])
        token = await token_of(tx, "registration_asked", "jan@example.org", purpose="register")
        door = await letter_doors.find(tx, token=token, purpose="register", now=NOW)
        assert (door.address, door.person_id) == ("jan@example.org", None)


async def test_open_entry_asks_nobody_twice(database: Database) -> None:
    async with database.transaction() as tx:
        event_id = await make_event(tx)
        await make_organisation(tx, "KGW Miłki", email=KGW)
        await invite(tx, event_id)
        token = await token_of(tx, "invitation", KGW)

        await answer(tx, token, wish("yes", JAN))
        await answer(tx, token, wish("yes", JAN), number=2)

        asked = [one for one in await mails(tx) if one[0] == "registration_asked"]
        assert asked == [("registration_asked", "jan@example.org")]


async def test_question_that_leaves_anew_has_a_link_that_opens(database: Database) -> None:
    async with database.transaction() as tx:
        event_id = await make_event(tx)
        await make_organisation(tx, "KGW Miłki", email=KGW)
        await invite(tx, event_id)
        await answer(tx, await token_of(tx, "invitation", KGW), wish("yes", JAN))
        before = await token_of(tx, "registration_asked", purpose="register")
        number = await tx.scalar(select(outbox.c.id).where(outbox.c.kind == "registration_asked"))
        assert number is not None
        await outbox_desk.drop(tx, row=await outbox_desk.find(tx, outbox_id=number), now=NOW)

        row = await outbox_desk.find(tx, outbox_id=number)
        await outbox_desk.send_again(tx, row=row, now=NOW)

        token = await token_of(tx, "registration_asked", purpose="register")
        door = await letter_doors.find(tx, token=token, purpose="register", now=NOW)
        assert door.address == "jan@example.org"
        assert before != token
        with pytest.raises(letter_doors.DoorClosed):
            await letter_doors.find(tx, token=before, purpose="register", now=NOW)


async def test_organisation_does_not_send_our_letters_to_the_whole_world(
    database: Database,
) -> None:
    async with database.transaction() as tx:
        event_id = await make_event(tx)
        await make_organisation(tx, "KGW Miłki", email=KGW)
        await invite(tx, event_id)
        token = await token_of(tx, "invitation", KGW)

        for number in range(4):
            crowd = [
                someone(f"Osoba {letter * 3}", f"{letter}{number}@example.org")
                for letter in "abcdefghijklmnopqrstuvwxyz"
            ]
            await answer(tx, token, wish("yes", *crowd), number=number)

        asked = [one for one in await mails(tx) if one[0] == "registration_asked"]
        assert len(asked) == 3 * 26
        assert await open_tasks(tx) == ["mail"]


async def test_person_asked_says_yes_and_gets_the_page(database: Database) -> None:
    async with database.transaction() as tx:
        event_id = await make_event(tx)
        await make_organisation(tx, "KGW Miłki", email=KGW)
        await invite(tx, event_id)
        await answer(tx, await token_of(tx, "invitation", KGW), wish("yes", JAN))
        token = await token_of(tx, "registration_asked")

        await answer(tx, token, wish("yes"), number=2)
        await answer(tx, token, wish("no"), number=3)

        assert [(kind, address, said) for kind, address, said in await answered(tx)][1:] == [
            ("mail_understood", "jan@example.org", [("needs_page", "")]),
            ("mail_understood", "jan@example.org", [("no_noted", "")]),
        ]


async def test_contact_who_reads_mail_names_people(database: Database) -> None:
    async with database.transaction() as tx:
        event_id = await make_naming_event(tx)
        organisation_id = await make_organisation(tx, "KGW Miłki", email=KGW)
        contact_id = await make_person(tx, name="Jan Prezes", mail=KGW)
        await invite(tx, event_id)

        await answer(tx, await token_of(tx, "invitation", KGW), wish("yes", ANNA))

        found = await nominations.of_organisation(
            tx, event_id=event_id, organisation_id=organisation_id
        )
        assert [(one.name, one.named_by_person_id) for one in found] == [
            ("Anna Wzorowa", contact_id)
        ]


@pytest.mark.parametrize("seats", [1])
async def test_two_mails_at_once_keep_the_quota(
    database: Database, second: Database, seats: int
) -> None:
    async with database.transaction() as tx:
        event_id, organisation_id, token = await called(tx, seats=seats)

    async def send(where: Database, number: int, person: WrittenPerson) -> None:
        async with where.transaction() as tx:
            await answer(tx, token, wish("yes", person), number=number)

    await asyncio.gather(send(database, 1, JAN), send(second, 2, ANNA))

    async with database.reading() as tx:
        assert len(await named(tx, event_id, organisation_id)) == seats
        said = sorted(what for _, _, lines in await answered(tx) for what, _ in lines)
        assert said == ["named", "quota_full"]


async def test_cancelled_event_is_told(database: Database) -> None:
    async with database.transaction() as tx:
        event_id, _organisation_id, token = await called(tx)
        await tx.execute(event.update().where(event.c.id == event_id).values(state="cancelled"))

        await answer(tx, token, wish("yes", JAN))

        assert (await answered(tx))[0][2] == [("event_cancelled", "Jan Kowalski")]
