"""A person answers a letter about an event: a seat, an offer, a seat given back, or a question."""

import asyncio
from datetime import timedelta

import pytest

from programme import registration
from programme.mail_wishes import Wish
from programme.quiet_hours import QuietHours
from storage import answers_to_events, forms, people, registrations, tasks
from storage.database import Database, Tx
from storage.tables import event
from tests.programme.audience import make_staff
from tests.programme.mail_steps import (
    answer,
    answered,
    mails,
    open_tasks,
    someone,
    token_of,
    wish,
)
from tests.programme.naming import LINK, make_scene
from tests.programme.naming import name as name_somebody
from tests.programme.sending import send_now
from tests.programme.steps import register
from tests.storage.rows import FIRST_DAY, NOW, make_event, make_person

MAIL = "jan@example.org"


async def invite(tx: Tx, event_id: int | None, audience: str = "ngo", *, key: str = "test") -> None:
    """Send an invitation to everybody there is."""
    member = await make_staff(tx)
    await send_now(
        tx,
        staff=member,
        key=key,
        audience=audience,
        case_number="",
        subject="Zaproszenie",
        body="Zapraszamy.",
        event_id=event_id,
        link=LINK,
        quiet=QuietHours(),
        now=NOW,
    )


async def invited(tx: Tx, *, capacity: int | None = None, **terms: object) -> tuple[int, int, str]:
    """Invite a person who has only an address; give the event, the person and the token."""
    event_id = await make_event(tx, capacity=capacity, **terms)  # type: ignore[arg-type]
    person_id = await make_person(tx, mail=MAIL)
    await invite(tx, event_id)
    return event_id, person_id, await token_of(tx, "invitation", MAIL)


async def state(tx: Tx, event_id: int, person_id: int) -> str | None:
    """Say what a person has at an event."""
    found = await registrations.open_of(tx, event_id=event_id, person_id=person_id)
    return found.state if found else None


async def test_yes_registers_and_one_mail_says_so(database: Database) -> None:
    async with database.transaction() as tx:
        event_id, person_id, token = await invited(tx)

        await answer(tx, token, wish("yes"))

        found = await registrations.open_of(tx, event_id=event_id, person_id=person_id)
        assert found is not None
        assert (found.state, found.door) == ("active", "mail")
        assert await mails(tx) == [("invitation", MAIL), ("registration_confirmed", MAIL)]
        assert await open_tasks(tx) == []


async def test_nod_to_an_invitation_is_asked_about_and_does_nothing(database: Database) -> None:
    async with database.transaction() as tx:
        event_id, person_id, token = await invited(tx)

        await answer(tx, token, Wish(rest="👍", is_nod=True))

        assert await state(tx, event_id, person_id) is None
        assert await answered(tx) == [("mail_unclear", MAIL, [("read_yes", "")])]
        assert len(await open_tasks(tx)) == 1


async def test_nod_to_what_only_tells_something_troubles_nobody(database: Database) -> None:
    async with database.transaction() as tx:
        event_id, person_id, token = await invited(tx)
        await answer(tx, token, wish("yes"))
        told = await token_of(tx, "registration_confirmed", MAIL)

        await answer(tx, told, Wish(rest="ok", is_nod=True), number=2)

        assert await state(tx, event_id, person_id) == "active"
        assert await answered(tx) == []
        assert await open_tasks(tx) == []


async def test_yes_with_ones_own_name_registers(database: Database) -> None:
    async with database.transaction() as tx:
        event_id, person_id, token = await invited(tx)

        await answer(tx, token, wish("yes", someone("jan przykladowy")))

        assert await state(tx, event_id, person_id) == "active"


async def test_yes_of_somebody_with_a_chat_is_answered_by_mail_too(database: Database) -> None:
    async with database.transaction() as tx:
        event_id, person_id, token = await invited(tx, capacity=1)
        await people.add_contact(
            tx, person_id=person_id, channel="telegram", address="5", verified=True, now=NOW
        )
        await register(tx, event_id, await make_person(tx, chat=6))

        await answer(tx, token, wish("yes"))

        # The place in line is told in the chat, so the mail has its own answer.
        assert await state(tx, event_id, person_id) == "waiting"
        assert await answered(tx) == [("mail_understood", MAIL, [("waiting", "Jan Przykładowy")])]


async def test_yes_said_twice_tells_of_the_seat(database: Database) -> None:
    async with database.transaction() as tx:
        event_id, person_id, token = await invited(tx)
        await answer(tx, token, wish("yes"))

        await answer(tx, token, wish("yes"), number=2)

        assert await registrations.count_of_person(tx, person_id) == 1
        assert await answered(tx) == [("mail_understood", MAIL, [("has_seat", "Jan Przykładowy")])]
        assert await state(tx, event_id, person_id) == "active"


async def test_yes_takes_the_offered_seat(database: Database) -> None:
    async with database.transaction() as tx:
        event_id = await make_event(tx, capacity=1, offer_hours=24)
        first = await register(tx, event_id, one := await make_person(tx, chat=1))
        person_id = await make_person(tx, mail=MAIL)
        await register(tx, event_id, person_id)
        await registration.cancel(tx, registration_id=first.registration_id, person_id=one, now=NOW)
        assert await state(tx, event_id, person_id) == "waiting"

        await answer(tx, await token_of(tx, "seat_offered"), wish("yes"))

        assert await state(tx, event_id, person_id) == "active"
        assert (await mails(tx))[-1] == ("registration_confirmed", MAIL)


@pytest.mark.parametrize("kind", ["seat_offered", "waiting_listed"])
async def test_no_declines_the_offered_seat(database: Database, kind: str) -> None:
    async with database.transaction() as tx:
        event_id = await make_event(tx, capacity=1, offer_hours=24)
        first = await register(tx, event_id, one := await make_person(tx, chat=1))
        person_id = await make_person(tx, mail=MAIL)
        await register(tx, event_id, person_id)
        await registration.cancel(tx, registration_id=first.registration_id, person_id=one, now=NOW)

        await answer(tx, await token_of(tx, kind), wish("no"))

        assert await state(tx, event_id, person_id) is None
        assert (await mails(tx))[-1] == ("registration_cancelled", MAIL)
        assert await answered(tx) == []


async def test_no_gives_the_seat_back(database: Database) -> None:
    async with database.transaction() as tx:
        event_id = await make_event(tx, capacity=1)
        person_id = await make_person(tx, mail=MAIL)
        await register(tx, event_id, person_id)
        await register(tx, event_id, next_one := await make_person(tx, chat=2))

        await answer(tx, await token_of(tx, "registration_confirmed"), wish("no"))

        assert await state(tx, event_id, person_id) is None
        assert await state(tx, event_id, next_one) == "active"
        assert await mails(tx) == [
            ("registration_confirmed", MAIL),
            ("registration_cancelled", MAIL),
        ]


async def test_no_to_an_invitation_is_noted(database: Database) -> None:
    async with database.transaction() as tx:
        event_id, person_id, token = await invited(tx)

        await answer(tx, token, wish("no"))

        assert await state(tx, event_id, person_id) is None
        assert await answered(tx) == [("mail_understood", MAIL, [("no_noted", "Jan Przykładowy")])]
        assert await open_tasks(tx) == []
        # It was kept: the same no once more is no news.
        assert not await answers_to_events.refuse(
            tx, event_id=event_id, person_id=person_id, now=NOW
        )


async def test_stop_ends_invitations(database: Database) -> None:
    async with database.transaction() as tx:
        _event_id, person_id, token = await invited(tx)

        await answer(tx, token, wish("stop"))

        assert (await people.get(tx, person_id)).invitations is False
        assert await answered(tx) == [("mail_understood", MAIL, [("stopped", "")])]


async def test_unsure_wish_does_nothing_and_goes_to_staff(database: Database) -> None:
    async with database.transaction() as tx:
        event_id, person_id, token = await invited(tx)

        await answer(tx, token, wish("yes", rest="czy jest winda?"), words="TAK, czy jest winda?")

        assert await state(tx, event_id, person_id) is None
        assert await answered(tx) == [("mail_unclear", MAIL, [("read_yes", "")])]
        task = (await tasks.open_ones(tx, limit=5))[0]
        assert (task.kind, task.person_id, task.event_id) == ("mail", person_id, event_id)
        assert task.original == "TAK, czy jest winda?\n\n> Zaproszenie"


async def test_unsure_name_does_nothing(database: Database) -> None:
    async with database.transaction() as tx:
        event_id, person_id, token = await invited(tx)

        await answer(tx, token, wish("yes", someone("Jana", is_sure=False)))

        assert await state(tx, event_id, person_id) is None
        assert await answered(tx) == [
            ("mail_unclear", MAIL, [("read_person", "Jana"), ("read_yes", "")])
        ]


async def test_somebody_elses_name_goes_to_staff(database: Database) -> None:
    async with database.transaction() as tx:
        event_id, person_id, token = await invited(tx)

        await answer(tx, token, wish("yes", someone("Anna Wzorowa")))

        assert await state(tx, event_id, person_id) is None
        assert await open_tasks(tx) == ["mail"]


async def test_thanks_are_not_answered(database: Database) -> None:
    async with database.transaction() as tx:
        event_id, person_id, token = await invited(tx)

        await answer(tx, token, wish(), words="Dziękuję!")

        assert await mails(tx) == [("invitation", MAIL)]
        assert await open_tasks(tx) == []
        assert await state(tx, event_id, person_id) is None


async def test_empty_mail_is_asked_about(database: Database) -> None:
    async with database.transaction() as tx:
        _event_id, _person_id, token = await invited(tx)

        await answer(tx, token, wish(), words="")

        assert await answered(tx) == [("mail_unclear", MAIL, [("read_nothing", "")])]


async def test_event_with_questions_needs_its_page(database: Database) -> None:
    async with database.transaction() as tx:
        event_id, person_id, token = await invited(tx)
        form_id = await _form(tx)
        await tx.execute(event.update().where(event.c.id == event_id).values(form_id=form_id))

        await answer(tx, token, wish("yes"))

        assert await state(tx, event_id, person_id) is None
        assert await answered(tx) == [
            ("mail_understood", MAIL, [("needs_questions", "Jan Przykładowy")])
        ]


async def _form(tx: Tx) -> int:
    saved = await forms.save(tx, key="event:x", content={"questions": []}, now=NOW)
    return saved.id


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"state": "cancelled"}, "event_cancelled"),
        ({"deadline_at": NOW - timedelta(hours=1)}, "deadline_passed"),
        ({"entry": "nominated"}, "entry_by_nomination"),
        ({"audience": "office"}, "not_in_audience"),
    ],
)
async def test_yes_that_cannot_be_is_told_why(
    database: Database, change: dict[str, object], said: str
) -> None:
    async with database.transaction() as tx:
        event_id, person_id, token = await invited(tx)
        await tx.execute(event.update().where(event.c.id == event_id).values(**change))

        await answer(tx, token, wish("yes"))

        assert await state(tx, event_id, person_id) is None
        assert await answered(tx) == [("mail_understood", MAIL, [(said, "Jan Przykładowy")])]


async def test_yes_after_the_event_is_told_kindly(database: Database) -> None:
    async with database.transaction() as tx:
        _event_id, _person_id, token = await invited(tx)

        await answer(tx, token, wish("yes"), now=FIRST_DAY + timedelta(days=1))

        assert [said for _, _, said in await answered(tx)] == [[("event_over", "Jan Przykładowy")]]


async def test_yes_by_mail_and_no_in_the_chat_at_once_leave_one_state(
    database: Database, second: Database
) -> None:
    async with database.transaction() as tx:
        event_id = await make_event(tx, capacity=1)
        person_id = await make_person(tx, mail=MAIL)
        got = await register(tx, event_id, person_id)
        token = await token_of(tx, "registration_confirmed")

    async def by_mail() -> None:
        async with database.transaction() as tx:
            await answer(tx, token, wish("yes"))

    async def in_chat() -> None:
        async with second.transaction() as tx:
            await registration.cancel(
                tx, registration_id=got.registration_id, person_id=person_id, now=NOW
            )

    await asyncio.gather(by_mail(), in_chat())

    async with database.reading() as tx:
        mine = await registrations.open_of(tx, event_id=event_id, person_id=person_id)
        taken = await tx.scalar(event.select().with_only_columns(event.c.taken))
        assert taken == (1 if mine else 0)
        # Whichever came first: the no ended the first seat, a later yes took a new one.
        assert mine is None or mine.id != got.registration_id


async def test_yes_accepts_a_nomination_of_the_person(database: Database) -> None:
    async with database.transaction() as tx:
        at = await make_scene(tx)
        person_id = await make_person(tx, name="Anna Wzorowa", mail="anna@example.org")
        await name_somebody(tx, at, "Anna Wzorowa", "anna@example.org")

        await answer(tx, await token_of(tx, "nominated"), wish("yes"), sender="anna@example.org")

        assert await state(tx, at.event_id, person_id) == "active"
        assert await mails(tx) == [
            ("nominated", "anna@example.org"),
            ("registration_confirmed", "anna@example.org"),
        ]


async def test_puzzle_about_one_event_hushes_none_about_another(database: Database) -> None:
    async with database.transaction() as tx:
        _, _, first = await invited(tx)
        other = await make_event(tx)
        await invite(tx, other, key="other")
        second = await token_of(tx, "invitation", MAIL)

        for number, token in enumerate((first, first, second), start=1):
            await answer(tx, token, wish(rest="Czy będzie obiad?"), number=number)

        assert [kind for kind, _, _ in await answered(tx)] == ["mail_unclear", "mail_unclear"]
        assert len(await open_tasks(tx)) == 3
