from datetime import timedelta

from sqlalchemy import select

from programme import letter_doors, posting, returned_mail
from programme.letter_doors import Posted
from programme.returned_mail import ReturnedMail, ReturnedRecipient
from storage import organisations, people
from storage.database import Database
from storage.mail_tables import bounce, staff_task
from storage.tables import organisation, outbox, person
from tests.programme.audience import make_member, make_organisation, make_staff
from tests.programme.returned import (
    FULL,
    HERS,
    LETTER,
    LOW,
    QUIET,
    come_back,
    facts_of,
    is_reachable,
    leave,
    report,
    states,
    to_do,
    token_of,
    write,
    write_to,
)
from tests.programme.stands import join
from tests.storage.rows import NOW, entry, make_person

DAY = timedelta(days=1)


async def test_a_hard_report_about_our_letter_gives_the_address_up(database: Database) -> None:
    async with database.transaction() as tx:
        await make_staff(tx)
        ewa = await make_person(tx, name="Ewa Wzorowa", mail=HERS)
        await tx.execute(person.update().values(phone="600 100 200"))
        token = await write(tx, ewa, "a")
        await leave(tx, "a:mail")

        await come_back(tx, report(token))

        assert not await is_reachable(tx)
        assert await to_do(tx) == [
            (
                "address",
                {
                    "address": LOW,
                    "chat": False,
                    "more": False,
                    "name": "Ewa Wzorowa",
                    "phone": "600 100 200",
                    "organisation": "Koło Gospodyń Wiejskich w Miłkach",
                },
            )
        ]
        assert await states(tx) == {"a:mail": "sent"}


async def test_the_letter_that_came_back_is_said_in_the_chat(database: Database) -> None:
    async with database.transaction() as tx:
        ewa = await make_person(tx, chat=5, mail=HERS)
        token = await write(tx, ewa, "a")
        await leave(tx, "a:mail")

        await come_back(tx, report(token))
        await come_back(tx, report(token))

        assert await states(tx) == {"a:mail": "sent", "a:telegram": "queued"}
        said = await facts_of(tx, "a:telegram")
        assert "doors" not in said
        assert said["body"] == LETTER["body"]
        assert len(await to_do(tx)) == 1


async def test_what_waits_for_a_dead_address_goes_to_the_chat(database: Database) -> None:
    later = NOW + DAY
    async with database.transaction() as tx:
        ewa = await make_person(tx, chat=5, mail=HERS)
        token = await write(tx, ewa, "a")
        await leave(tx, "a:mail")
        await write(tx, ewa, "b")
        await tx.execute(outbox.update().where(outbox.c.key == "b:mail").values(due_at=later))
        await write(tx, ewa, "held")
        await tx.execute(outbox.update().where(outbox.c.key == "held:mail").values(state="leased"))

        await come_back(tx, report(token))

        assert await states(tx) == {
            "a:mail": "sent",
            "b:mail": "cancelled",
            "held:mail": "leased",
            "b:telegram": "queued",
            "a:telegram": "queued",
        }
        due = await tx.scalar(select(outbox.c.due_at).where(outbox.c.key == "b:telegram"))
        assert due == later


async def test_what_waits_stays_where_there_is_no_other_way(database: Database) -> None:
    async with database.transaction() as tx:
        ewa = await make_person(tx, mail=HERS)
        token = await write(tx, ewa, "a")
        await write(tx, ewa, "b")

        await come_back(tx, report(token))

        assert await states(tx) == {"a:mail": "queued", "b:mail": "queued"}


async def test_a_report_without_proof_changes_nothing_but_asks_staff(database: Database) -> None:
    async with database.transaction() as tx:
        ewa = await make_person(tx, chat=5, mail=HERS)
        await write(tx, ewa, "a")

        for _ in range(3):
            await come_back(tx, report(letter_doors.new_token(), diagnostic="550 User unknown"))
            await come_back(tx, report("", diagnostic="550 User unknown"))

        assert await is_reachable(tx)
        assert await states(tx) == {"a:mail": "queued"}
        assert await to_do(tx) == [("returned", {"address": LOW})]
        assert (await tx.execute(select(bounce))).all() == []


async def test_a_report_without_proof_about_a_stranger_is_nobodys_business(
    database: Database,
) -> None:
    async with database.transaction() as tx:
        await make_person(tx, mail=HERS)

        await come_back(tx, report("", address="obcy@example.org"))
        await come_back(tx, report("", **FULL))

        assert await to_do(tx) == []


async def test_a_token_of_one_letter_silences_no_other_address(database: Database) -> None:
    async with database.transaction() as tx:
        ewa = await make_person(tx, mail=HERS)
        jan = await make_person(tx, mail="jan@example.org")
        await write(tx, ewa, "a")
        token = await write(tx, jan, "b")

        await come_back(tx, report(token, address=LOW))

        # The report speaks of an address behind Jan's, which is at most a doubt about his.
        assert await is_reachable(tx)
        assert await is_reachable(tx, "jan@example.org")


async def test_a_page_link_is_no_proof_of_a_report(database: Database) -> None:
    async with database.transaction() as tx:
        ewa = await make_person(tx, mail=HERS)
        await write(tx, ewa, "a")
        facts = await facts_of(tx, "a:mail")

        await come_back(tx, report(facts["doors"]["page"]))

        assert await is_reachable(tx)


async def test_a_letter_still_under_way_changes_nothing(database: Database) -> None:
    async with database.transaction() as tx:
        ewa = await make_person(tx, chat=5, mail=HERS)
        token = await write(tx, ewa, "a")

        await come_back(tx, report(token, "4.4.1", action="delayed"))

        assert await is_reachable(tx)
        assert await states(tx) == {"a:mail": "queued"}
        assert await to_do(tx) == []


async def test_policy_is_our_trouble_and_not_the_persons(database: Database) -> None:
    async with database.transaction() as tx:
        await make_staff(tx)
        ewa = await make_person(tx, chat=5, mail=HERS)
        token = await write(tx, ewa, "a")
        await leave(tx, "a:mail")

        await come_back(tx, report(token, "5.7.1", diagnostic="550 5.7.1 spam"))
        await come_back(tx, report(token, "5.7.1", diagnostic="550 5.7.1 spam"))

        assert await is_reachable(tx)
        assert await to_do(tx) == []
        day = f"{NOW:%Y-%m-%d}"
        assert await states(tx) == {
            "a:mail": "sent",
            f"alert:mail:refused:{day}:900": "queued",
            "a:telegram": "queued",
        }


async def test_a_report_after_the_person_gave_a_new_address_is_harmless(
    database: Database,
) -> None:
    async with database.transaction() as tx:
        ewa = await make_person(tx, mail=HERS)
        token = await write(tx, ewa, "a")
        await leave(tx, "a:mail")
        await people.add_contact(
            tx,
            person_id=ewa,
            channel="mail",
            address="ewa@nowa.example.org",
            verified=True,
            now=NOW,
        )
        await people.retire_mails(tx, ewa, but="ewa@nowa.example.org")

        await come_back(tx, report(token))

        assert await is_reachable(tx, "ewa@nowa.example.org")
        assert await to_do(tx) == []
        anew = select(outbox.c.address).where(outbox.c.key == "a:anew:mail")
        assert await tx.scalar(anew) == "ewa@nowa.example.org"


async def test_an_old_report_says_nothing_that_is_no_longer_worth_it(database: Database) -> None:
    async with database.transaction() as tx:
        ewa = await make_person(tx, chat=5, mail=HERS)
        token = await write(tx, ewa, "a")
        await leave(tx, "a:mail")
        await tx.execute(outbox.update().values(not_after=NOW))

        await come_back(tx, report(token), now=NOW + 100 * DAY)

        assert not await is_reachable(tx)
        assert await states(tx) == {"a:mail": "sent"}


async def test_at_night_the_chat_waits_for_the_morning(database: Database) -> None:
    night = NOW.replace(hour=22)
    async with database.transaction() as tx:
        ewa = await make_person(tx, chat=5, mail=HERS)
        token = await write(tx, ewa, "a")
        await leave(tx, "a:mail")

        await come_back(tx, report(token), now=night)

        due = await tx.scalar(select(outbox.c.due_at).where(outbox.c.key == "a:telegram"))
        assert due == QUIET.next_waking(night, "Europe/Warsaw")
        assert due > night


async def test_of_several_recipients_ours_counts(database: Database) -> None:
    async with database.transaction() as tx:
        ewa = await make_person(tx, mail=HERS)
        token = await write(tx, ewa, "a")
        other = ReturnedRecipient("obcy@example.org", status="5.1.1")
        hers = ReturnedRecipient(LOW, action="delayed", status="4.2.2")

        await come_back(tx, ReturnedMail((token,), (other, hers)))

        assert await is_reachable(tx)


async def test_a_new_address_ends_the_task_by_itself(database: Database) -> None:
    async with database.transaction() as tx:
        ewa = await make_person(tx, mail=HERS)
        await come_back(tx, report(await write(tx, ewa, "a")))
        await returned_mail.turn(tx, now=NOW + DAY)
        before = await to_do(tx)
        await people.add_contact(
            tx,
            person_id=ewa,
            channel="mail",
            address="ewa@nowa.example.org",
            verified=True,
            now=NOW,
        )

        await returned_mail.turn(tx, now=NOW + 2 * DAY)

        assert len(before) == 1
        assert await to_do(tx) == []
        ended = (await tx.execute(select(staff_task.c.ended_at, staff_task.c.state))).one()
        assert ended == (NOW + 2 * DAY, "done")


async def test_a_mail_from_the_address_makes_it_reachable_again(database: Database) -> None:
    async with database.transaction() as tx:
        ewa = await make_person(tx, mail=HERS)
        token = await write(tx, ewa, "a")
        await come_back(tx, report(token))

        await returned_mail.note_life(tx, tokens=(), sender=LOW, now=NOW)
        forged = await is_reachable(tx)
        await returned_mail.note_life(tx, tokens=(token,), sender="jan@example.org", now=NOW)
        other = await is_reachable(tx)
        await returned_mail.note_life(tx, tokens=(token,), sender=LOW, now=NOW)

        assert (forged, other, await is_reachable(tx)) == (False, False, True)
        assert await to_do(tx) == []
        assert (await tx.execute(select(bounce))).all() == []


async def test_a_report_of_delivery_makes_it_reachable_again(database: Database) -> None:
    async with database.transaction() as tx:
        ewa = await make_person(tx, mail=HERS)
        token = await write(tx, ewa, "a")
        await come_back(tx, report(token))

        await come_back(tx, report(token, "2.0.0", action="delivered"))

        assert await is_reachable(tx)


async def test_an_address_that_dies_again_is_a_new_task(database: Database) -> None:
    async with database.transaction() as tx:
        ewa = await make_person(tx, mail=HERS)
        token = await write(tx, ewa, "a")
        await come_back(tx, report(token))
        await returned_mail.heard_from(tx, address=HERS, now=NOW)

        await come_back(tx, report(token), now=NOW + 60 * DAY)

        assert len(await to_do(tx)) == 1
        assert len(await to_do(tx, state="done")) == 1


async def test_old_reports_are_forgotten(database: Database) -> None:
    async with database.transaction() as tx:
        ewa = await make_person(tx, mail=HERS)
        await come_back(tx, report(await write(tx, ewa, "a"), **FULL))

        await returned_mail.forget(tx, now=NOW + 91 * DAY)

        assert (await tx.execute(select(bounce))).all() == []


async def test_an_organisations_dead_mailbox_gives_way_to_those_who_speak_for_it(
    database: Database,
) -> None:
    async with database.transaction() as tx:
        unit = await make_organisation(tx, "KGW Miłki", email="KGW@example.org")
        await tx.execute(organisation.update().values(phone="87 421 10 00"))
        row = entry(
            f"call:organisation:{unit}:mail",
            channel="mail",
            kind="invitation",
            address="KGW@example.org",
            facts=LETTER,
        )
        await posting.post_to(tx, [Posted(row, unit)], now=NOW)
        token = await token_of(tx, row.key)
        await leave(tx, row.key)
        jan = await make_member(tx, "Jan Prezes", organisation_id=unit, chat=7)
        await join(tx, jan, unit, is_contact=True)

        await come_back(tx, report(token, address="kgw@example.org"))

        found = await organisations.get(tx, unit)
        assert found is not None
        assert (found.email, found.mailbox) == ("KGW@example.org", "")
        assert await states(tx) == {row.key: "sent", f"call:{jan}:telegram": "queued"}
        assert [facts["organisation_phone"] for _kind, facts in await to_do(tx)] == ["87 421 10 00"]


async def test_an_organisations_new_address_ends_the_task(database: Database) -> None:
    async with database.transaction() as tx:
        unit = await make_organisation(tx, "KGW Miłki", email="kgw@example.org")
        row = entry("call:mail", channel="mail", kind="invitation", address="kgw@example.org")
        await posting.post_to(tx, [Posted(row, unit)], now=NOW)
        await come_back(tx, report(await token_of(tx, row.key), address="kgw@example.org"))
        before = await to_do(tx)

        await make_organisation(tx, "KGW Miłki", email="nowe@example.org")
        await returned_mail.turn(tx, now=NOW)

        found = await organisations.get(tx, unit)
        assert found is not None
        assert (len(before), await to_do(tx), found.mailbox) == (1, [], "nowe@example.org")


async def test_somebody_unknown_with_a_dead_address_is_nobodys_task(database: Database) -> None:
    async with database.transaction() as tx:
        token = await write_to(tx, "nieznany@example.org", "x:mail")

        await come_back(tx, report(token, address="nieznany@example.org"))

        assert await to_do(tx) == []
        assert await states(tx) == {"x:mail": "queued"}


async def test_two_people_with_one_address_are_one_task(database: Database) -> None:
    async with database.transaction() as tx:
        ewa = await make_person(tx, name="Ewa", mail=HERS)
        await make_person(tx, name="Adam", mail=LOW)

        await come_back(tx, report(await write(tx, ewa, "a")))

        assert [(facts["name"], facts["more"]) for _kind, facts in await to_do(tx)] == [
            ("Ewa", True)
        ]
