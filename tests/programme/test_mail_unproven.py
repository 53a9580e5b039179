"""Who proves what: tokens, forged senders, strangers, and how often anybody is answered."""

from datetime import timedelta

from sqlalchemy import select, update

from programme import letter_doors, mail_answers, mail_replies
from programme.mail_wishes import Answer
from storage import people
from storage.database import Database
from storage.mail_tables import letter_door
from storage.tables import outbox
from tests.programme.mail_steps import answer, answered, mails, open_tasks, token_of, wish
from tests.programme.steps import register
from tests.programme.test_mail_replies import MAIL, invited, state
from tests.storage.dump import dump
from tests.storage.rows import FIRST_DAY, NOW, make_event


async def test_letter_that_is_too_old_is_said_to_be(database: Database) -> None:
    async with database.transaction() as tx:
        event_id, person_id, token = await invited(tx)

        await answer(tx, token, wish("yes"), now=FIRST_DAY + timedelta(days=200))

        assert await state(tx, event_id, person_id) is None
        assert [(kind, said) for kind, _, said in await answered(tx)] == [
            ("mail_unclear", [("letter_too_old", "")])
        ]
        assert await open_tasks(tx) == ["mail"]


async def test_letter_whose_door_was_closed_is_said_to_be_over(database: Database) -> None:
    async with database.transaction() as tx:
        event_id, person_id, token = await invited(tx)
        await tx.execute(update(letter_door).values(ended_at=NOW))

        await answer(tx, token, wish("yes"))

        assert await state(tx, event_id, person_id) is None
        assert [(kind, said) for kind, _, said in await answered(tx)] == [
            ("mail_unclear", [("letter_too_old", "")])
        ]


async def test_forged_sender_without_a_token_changes_nothing(database: Database) -> None:
    async with database.transaction() as tx:
        event_id, person_id, _token = await invited(tx)
        await register(tx, event_id, person_id)
        before = await dump(tx)

        await answer(tx, [], wish("no"), sender=MAIL)
        await answer(tx, "a" * 26, wish("no"), sender=MAIL, number=2)

        after = await dump(tx)
        changed = {table for table in after if after[table] != before[table]}
        assert changed == {"letter_door", "mail_answer", "outbox", "staff_task"}
        # One letter with a link goes to the address that was named; staff have both mails.
        assert await answered(tx) == [("mail_unclear", MAIL, [("read_no", "")])]
        assert await open_tasks(tx) == ["mail", "mail"]


async def test_stranger_hears_once_in_a_day(database: Database) -> None:
    async with database.transaction() as tx:
        await invited(tx)
        who = "obcy@example.org"
        for number in range(1, 4):
            await answer(tx, [], wish("yes"), number=number, sender=who)
        await answer(tx, [], wish("yes"), number=9, sender=who, now=NOW + timedelta(hours=23))

        assert await answered(tx) == [("mail_taken_note", who, [])]
        await answer(tx, [], wish("yes"), number=10, sender=who, now=NOW + timedelta(hours=25))
        assert len(await answered(tx)) == 2
        assert await open_tasks(tx) == ["mail"] * 5


async def test_mail_that_was_written_days_ago_is_read_by_staff_and_not_answered(
    database: Database,
) -> None:
    async with database.transaction() as tx:
        _event_id, _person_id, token = await invited(tx)
        old, fresh = NOW - timedelta(days=4), NOW - timedelta(days=2)

        await answer(tx, [], wish("yes"), number=1, sender="obcy@example.org", written_at=old)
        await answer(tx, [], wish("yes"), number=2, sender=MAIL, written_at=old)
        assert await answered(tx) == []
        assert await open_tasks(tx) == ["mail", "mail"]

        await answer(tx, [], wish("yes"), number=3, sender="obcy@example.org", written_at=fresh)
        assert [kind for kind, _, _ in await answered(tx)] == ["mail_taken_note"]

        late = FIRST_DAY + timedelta(days=200)
        await answer(
            tx, token, wish("yes"), number=4, written_at=late - timedelta(days=4), now=late
        )
        assert len(await answered(tx)) == 1


async def test_mail_without_a_sender_is_never_answered(database: Database) -> None:
    async with database.transaction() as tx:
        await invited(tx)

        await answer(tx, [], wish("yes"), sender="")

        assert await answered(tx) == []


async def test_token_with_another_sender_answers_the_letters_address(database: Database) -> None:
    async with database.transaction() as tx:
        event_id, person_id, token = await invited(tx)

        await answer(tx, token, wish("yes"), sender="syn@example.org")

        assert await state(tx, event_id, person_id) == "active"
        assert {address for _, address in await mails(tx)} == {MAIL}


async def test_page_token_proves_and_the_way_out_does_not(database: Database) -> None:
    async with database.transaction() as tx:
        event_id, person_id, _token = await invited(tx)
        out = await token_of(tx, "invitation", purpose="out")
        page = await token_of(tx, "invitation", purpose="page")

        await answer(tx, out, wish("yes"), sender="obcy@example.org")
        assert await state(tx, event_id, person_id) is None
        await answer(tx, page, wish("yes"), number=2)
        assert await state(tx, event_id, person_id) == "active"


async def test_answer_carries_doors_of_the_same_letter(database: Database) -> None:
    async with database.transaction() as tx:
        event_id, person_id, token = await invited(tx)
        await answer(tx, token, wish("yes", rest="i co dalej"))

        await answer(tx, await token_of(tx, "mail_unclear"), wish("yes"), number=2)

        assert await state(tx, event_id, person_id) == "active"


async def test_unclear_mails_are_asked_about_once_in_a_while(database: Database) -> None:
    async with database.transaction() as tx:
        _event_id, _person_id, token = await invited(tx)
        for number in range(1, 6):
            await answer(tx, token, wish(rest="nic z tego"), number=number)

        assert len(await answered(tx)) == 1
        assert await open_tasks(tx) == ["mail"] * 5


async def test_answers_to_one_address_end_at_twenty_a_day(database: Database) -> None:
    async with database.transaction() as tx:
        _event_id, _person_id, token = await invited(tx)
        for number in range(1, 31):
            asked: Answer = "yes" if number % 2 else "no"
            await answer(tx, token, wish(asked), number=number)
        for number in range(31, 61):
            await answer(tx, token, wish("stop"), number=number)

        assert len(await answered(tx)) == 20


async def test_prove_prefers_a_letter_that_is_still_open(database: Database) -> None:
    async with database.transaction() as tx:
        event_id, person_id, old = await invited(tx)
        await register(tx, event_id, person_id)
        new = await token_of(tx, "registration_confirmed")

        found = await mail_replies.prove(tx, [old, new], now=NOW)

        assert found is not None
        assert found.door.kind == "invitation"


async def test_flood_of_forged_senders_does_not_become_one_of_ours(database: Database) -> None:
    async with database.transaction() as tx:
        await invited(tx)
        for number in range(mail_answers.MOST_NOTED + 5):
            await answer(tx, [], wish("yes"), number=number, sender=f"o{number}@example.org")

        assert len(await answered(tx)) == mail_answers.MOST_NOTED
        await answer(
            tx, [], wish("yes"), number=900, sender="p@example.org", now=NOW + timedelta(hours=2)
        )
        assert len(await answered(tx)) == mail_answers.MOST_NOTED + 1


async def test_answer_goes_to_the_new_address_of_whoever_gave_the_old_one_up(
    database: Database,
) -> None:
    async with database.transaction() as tx:
        event_id, person_id, token = await invited(tx)
        new = "nowa@example.org"
        await people.add_contact(
            tx, person_id=person_id, channel="mail", address=new, verified=True, now=NOW
        )
        await people.retire_mails(tx, person_id, but=new)

        await answer(tx, token, wish("no"), sender=MAIL)

        assert await state(tx, event_id, person_id) is None
        assert await answered(tx) == [("mail_understood", new, [("no_noted", "Jan Przykładowy")])]
        facts = await tx.scalar(select(outbox.c.facts).where(outbox.c.address == new))
        assert facts is not None
        assert "in_reply_to" not in facts
        door = await letter_doors.find(tx, token=facts["doors"]["page"], purpose="page", now=NOW)
        assert door.address == new


async def test_answer_to_an_old_letter_does_nothing_at_another_event(database: Database) -> None:
    async with database.transaction() as tx:
        event_id, person_id, token = await invited(tx)
        other_id = await make_event(tx)
        later = FIRST_DAY + timedelta(days=200)
        other = await letter_doors.make(
            tx,
            purpose="page",
            kind="invitation",
            address=MAIL,
            locale="pl",
            subject={"event": other_id},
            person_id=person_id,
            lasts=timedelta(days=400),
            now=NOW,
        )

        await answer(tx, [token, other], wish("yes"), now=later)

        assert await state(tx, event_id, person_id) is None
        assert await state(tx, other_id, person_id) is None
        assert (await answered(tx))[0][2] == [("letter_too_old", "")]
