"""Somebody named by an organisation answers by mail."""

import pytest

from programme import nomination_answers
from storage import nominations, people
from storage.database import Database, Tx
from tests.programme.mail_steps import answer, answered, mails, open_tasks, someone, token_of, wish
from tests.programme.naming import NamingScene, make_scene, name, named_count
from tests.storage.rows import NOW, make_person

ANNA = "anna@example.org"


async def named(tx: Tx) -> tuple[NamingScene, int, str]:
    """Name somebody of whom only the address is known."""
    at = await make_scene(tx, seats=1)
    naming = await name(tx, at, "Anna Wzorowa", ANNA)
    return at, naming.nomination_id, await token_of(tx, "nominated", ANNA)


async def state(tx: Tx, nomination_id: int) -> str:
    """Read where a nomination stands."""
    found = await nominations.get(tx, nomination_id)
    assert found is not None
    return found.state


async def test_yes_of_somebody_unknown_opens_the_page(database: Database) -> None:
    async with database.transaction() as tx:
        _at, nomination_id, token = await named(tx)
        before = len(await people.everyone(tx))

        await answer(tx, token, wish("yes"), sender=ANNA)

        assert await state(tx, nomination_id) == "named"
        assert await answered(tx) == [("mail_understood", ANNA, [("needs_page", "Anna Wzorowa")])]
        # Nobody is kept as a person who has not read the privacy notice.
        assert len(await people.everyone(tx)) == before


async def test_no_of_somebody_unknown_is_done_at_once(database: Database) -> None:
    async with database.transaction() as tx:
        at, nomination_id, token = await named(tx)

        await answer(tx, token, wish("no"), sender=ANNA)

        assert await state(tx, nomination_id) == "declined"
        assert await named_count(tx, at) == 0
        assert await answered(tx) == [("mail_understood", ANNA, [("declined", "Anna Wzorowa")])]


async def test_no_after_yes_gives_the_seat_back(database: Database) -> None:
    async with database.transaction() as tx:
        at = await make_scene(tx)
        person_id = await make_person(tx, name="Anna Wzorowa", mail=ANNA)
        naming = await name(tx, at, "Anna Wzorowa", ANNA)
        token = await token_of(tx, "nominated", ANNA)
        await answer(tx, token, wish("yes"), sender=ANNA)

        await answer(tx, token, wish("no"), number=2, sender=ANNA)

        assert await state(tx, naming.nomination_id) == "declined"
        assert [kind for kind, _ in await mails(tx)] == [
            "nominated",
            "registration_confirmed",
            "registration_cancelled",
        ]
        assert await answered(tx) == []
        assert (await people.get(tx, person_id)).name == "Anna Wzorowa"


@pytest.mark.parametrize(
    ("address", "left"), [(ANNA, "declined"), ("inna@example.org", "accepted")]
)
async def test_no_after_somebody_answered_by_the_link(
    database: Database, address: str, left: str
) -> None:
    async with database.transaction() as tx:
        _at, nomination_id, token = await named(tx)
        person_id = await make_person(tx, name="Anna Wzorowa", chat=9, mail=address)
        await nomination_answers.accept(
            tx, nomination_id=nomination_id, person_id=person_id, is_proved=True, now=NOW
        )

        await answer(tx, token, wish("no"), sender=ANNA)

        # Only somebody who reads the letter's address gives the seat back by answering it.
        assert await state(tx, nomination_id) == left
        assert await open_tasks(tx) == ([] if left == "declined" else ["mail"])


async def test_yes_after_the_nomination_ended_is_told(database: Database) -> None:
    async with database.transaction() as tx:
        _at, nomination_id, token = await named(tx)
        await answer(tx, token, wish("no"), sender=ANNA)

        await answer(tx, token, wish("yes"), number=2, sender=ANNA)

        assert await state(tx, nomination_id) == "declined"
        assert (await answered(tx))[1][2] == [("nomination_ended", "Anna Wzorowa")]


async def test_another_name_goes_to_staff(database: Database) -> None:
    async with database.transaction() as tx:
        _at, nomination_id, token = await named(tx)

        await answer(tx, token, wish("no", someone("Ewa Nowak")), sender=ANNA)

        assert await state(tx, nomination_id) == "named"
        assert await open_tasks(tx) == ["mail"]


@pytest.mark.parametrize("asked", [wish("no"), wish("yes")])
async def test_forged_mail_answers_nothing(database: Database, asked: object) -> None:
    async with database.transaction() as tx:
        _at, nomination_id, _token = await named(tx)

        await answer(tx, [], asked, sender=ANNA)  # type: ignore[arg-type]

        assert await state(tx, nomination_id) == "named"
        assert await answered(tx) == [("mail_taken_note", ANNA, [])]
