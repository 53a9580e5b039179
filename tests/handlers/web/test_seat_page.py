"""The page of a seat, on both databases: register, give back, answer an offer, at the same time."""

import asyncio
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from programme import registration
from storage.database import Database, Tx
from storage.tables import event
from storage.tables import registration as table
from tests.handlers.web import letters
from tests.handlers.web.house import ADDRESS, House, open_house
from tests.programme.audience import make_organisation
from tests.programme.stands import join
from tests.programme.steps import kinds_to
from tests.storage.rows import FIRST_DAY, NOW, make_event, make_person


async def states(tx: Tx, event_id: int) -> dict[int, tuple[str, str]]:
    """Give state and door of each registration of an event."""
    rows = await tx.execute(select(table).where(table.c.event_id == event_id))
    return {row.person_id: (row.state, row.door) for row in rows}


async def test_seat_is_given_back_after_asking_once_more(
    database: Database, tmp_path: Path
) -> None:
    async with open_house(database, tmp_path) as house:
        async with database.transaction() as tx:
            scene = await letters.make_seat(tx)
        path = f"/l/{await letters.seat_door(house, scene)}"

        first = await house.get(path)
        asked = await house.get(path + "?ask=cancel")
        sent = await house.post(path, deed="cancel")
        after = await house.get(sent.headers["location"])

        assert "Nie mogę przyjść" in first.text
        assert 'value="cancel"' not in first.text
        assert "Czy na pewno chcą Państwo oddać swoje miejsce?" in asked.text
        assert (sent.status_code, sent.headers["location"]) == (303, path + "?done=cancel")
        assert "<h1>Nie ma już Państwa na liście</h1>" in after.text
        assert letters.OTHER not in first.text + asked.text + after.text
        async with database.reading() as tx:
            assert await states(tx, scene.event_id) == {
                scene.other_id: ("active", "telegram"),
                scene.person_id: ("cancelled", "telegram"),
            }
            assert (await kinds_to(tx, ADDRESS))[-1] == "registration_cancelled"


async def test_pressing_twice_does_it_once(database: Database, tmp_path: Path) -> None:
    async with open_house(database, tmp_path) as house:
        async with database.transaction() as tx:
            scene = await letters.make_seat(tx)
        path = f"/l/{await letters.seat_door(house, scene)}"

        await house.post(path, deed="cancel")
        before = await house.dump()
        again = await house.post(path, deed="cancel")

        assert again.status_code == 303
        assert await house.dump() == before


async def test_page_says_how_it_stands(database: Database, tmp_path: Path) -> None:
    async with open_house(database, tmp_path) as house:
        async with database.transaction() as tx:
            waiting = await letters.make_seat(tx, capacity=1)
            applied = await letters.make_seat(tx, approval="staff")
            off = await letters.make_seat(tx)
            await tx.execute(
                event.update().where(event.c.id == off.event_id).values(state="cancelled")
            )
        said = [
            (await house.get(f"/l/{await letters.seat_door(house, scene)}")).text
            for scene in (waiting, applied, off)
        ]

        heads = [text.partition("<h1>")[2].partition("</h1>")[0].strip() for text in said]
        assert heads == [
            "Są Państwo na liście rezerwowej",
            "Mamy Państwa zgłoszenie",
            "To wydarzenie zostało odwołane",
        ]
        assert "Państwa numer w kolejce: 1." in said[0]
        assert "<form" not in said[2]


async def offered(house: House) -> tuple[letters.SeatScene, str]:
    """Offer Anna the seat that somebody else gave back."""
    async with house.database.transaction() as tx:
        scene = await letters.make_seat(tx, capacity=1, offer_hours=24)
        await registration.cancel(
            tx, registration_id=scene.other_registration_id, person_id=scene.other_id, now=NOW
        )
    return scene, f"/l/{await letters.seat_door(house, scene, 'seat_offered')}"


async def test_offer_is_taken_once(database: Database, tmp_path: Path) -> None:
    async with open_house(database, tmp_path) as house:
        scene, path = await offered(house)

        shown = await house.get(path)
        taken = await house.post(path, deed="take")
        before = await house.dump()
        again = await house.post(path, deed="take")
        after = await house.get(path)

        assert "Trzymamy dla Państwa miejsce do: wtorek" in shown.text.replace("\xa0", " ")
        assert (taken.status_code, again.status_code) == (303, 303)
        assert await house.dump() == before
        assert "<h1>Zapisaliśmy Państwa</h1>" in after.text
        async with database.reading() as tx:
            assert (await states(tx, scene.event_id))[scene.person_id] == ("active", "telegram")


async def test_offer_is_declined_once(database: Database, tmp_path: Path) -> None:
    async with open_house(database, tmp_path) as house:
        scene, path = await offered(house)

        declined = await house.post(path, deed="decline")
        before = await house.dump()
        again = await house.post(path, deed="decline")
        late = await house.post(path, deed="take")

        assert (declined.status_code, again.status_code, late.status_code) == (303, 303, 409)
        assert await house.dump() == before
        async with database.reading() as tx:
            assert (await states(tx, scene.event_id))[scene.person_id][0] == "cancelled"


async def test_offer_that_is_over_says_how_things_stand(database: Database, tmp_path: Path) -> None:
    async with open_house(database, tmp_path) as house:
        scene, path = await offered(house)
        house.clock.moment = NOW + timedelta(days=2)

        answer = await house.post(path, deed="take")

        assert answer.status_code == 409
        assert "Czas na tę odpowiedź minął" in answer.text
        async with database.reading() as tx:
            assert (await states(tx, scene.event_id))[scene.person_id][0] == "waiting"


async def invited(house: House, *, capacity: int | None = None) -> tuple[int, int, str]:
    """Invite Anna to an event that asks questions."""
    async with house.database.transaction() as tx:
        event_id = await make_event(tx, capacity=capacity)
        await letters.ask(tx, event_id)
        person_id = await make_person(tx, name=letters.ANNA, mail=ADDRESS)
    return (
        event_id,
        person_id,
        f"/l/{await house.door('invitation', person_id=person_id, event=event_id)}",
    )


async def test_invited_person_answers_the_questions_and_has_a_seat(
    database: Database, tmp_path: Path
) -> None:
    async with open_house(database, tmp_path) as house:
        event_id, person_id, path = await invited(house)

        sent = await house.client.post(
            path,
            data={
                "deed": "register",
                "q-diet": "other",
                "q-which": "  bez glutenu ",
                "q-days": ["c", "a"],
                "q-remark": "Przyjdę\r\no 10.",
                "q-copy": "",
                "q-guest": "",
            },
        )
        before = await house.dump()
        again = await house.post(path, deed="register")

        assert (sent.status_code, again.status_code) == (303, 303)
        assert await house.dump() == before
        async with database.reading() as tx:
            row = (await tx.execute(select(table).where(table.c.event_id == event_id))).one()
        assert (row.person_id, row.state, row.door) == (person_id, "active", "web")
        assert row.answers == {
            "diet": "other",
            "which": "bez glutenu",
            "days": ["a", "c"],
            "remark": "Przyjdę\no 10.",
        }


async def test_form_with_faults_keeps_what_was_typed(database: Database, tmp_path: Path) -> None:
    async with open_house(database, tmp_path) as house:
        _event_id, _person_id, path = await invited(house)
        before = await house.dump()

        answer = await house.client.post(
            path,
            data={
                "deed": "register",
                "q-diet": "other",
                "q-which": "",
                "q-days": ["b"],
                "q-remark": '<b>Uwaga</b> & "cudzysłów"',
                "q-copy": "to nie adres",
            },
        )

        assert answer.status_code == 422
        assert await house.dump() == before
        assert 'id="q-which-error">Prosimy to uzupełnić albo zaznaczyć odpowiedź.' in answer.text
        assert 'id="q-copy-error">Ten adres e-mail nie może być poprawny.' in answer.text
        assert answer.text.count('class="error"') == 2
        assert 'value="other" checked' in answer.text
        assert 'value="b" checked' in answer.text
        assert "&lt;b&gt;Uwaga&lt;/b&gt; &amp; &#34;cudzysłów&#34;</textarea>" in answer.text
        assert 'value="to nie adres"' in answer.text
        assert 'aria-describedby="q-copy-error" aria-invalid="true"' in answer.text


async def test_person_of_several_organisations_says_for_which(
    database: Database, tmp_path: Path
) -> None:
    async with open_house(database, tmp_path) as house:
        async with database.transaction() as tx:
            event_id = await make_event(tx)
            units = [await make_organisation(tx, name) for name in ("KGW", "OSP", "Obca")]
            person_id = await make_person(tx, name=letters.ANNA, mail=ADDRESS)
            for unit in units[:2]:
                await join(tx, person_id, unit, is_contact=False)
        path = f"/l/{await house.door('invitation', person_id=person_id, event=event_id)}"

        unsaid = await house.post(path, deed="register")
        forged = await house.post(path, deed="register", organisation=str(units[2]))
        said = await house.post(path, deed="register", organisation=str(units[1]))

        assert [one.status_code for one in (unsaid, forged, said)] == [422, 422, 303]
        assert "Obca" not in unsaid.text
        async with database.reading() as tx:
            row = (await tx.execute(select(table).where(table.c.event_id == event_id))).one()
        assert row.organisation_id == units[1]


@pytest.mark.parametrize(
    ("terms", "words"),
    [
        ({"audience": "office"}, "To wydarzenie jest przeznaczone dla innych uczestników."),
        ({"entry": "nominated"}, "biorą udział osoby zgłoszone przez organizacje"),
        ({"deadline_at": NOW - timedelta(days=1)}, "Zapisy się skończyły"),
    ],
)
async def test_invited_person_who_cannot_register_reads_why(
    database: Database, tmp_path: Path, terms: dict[str, object], words: str
) -> None:
    async with open_house(database, tmp_path) as house:
        async with database.transaction() as tx:
            event_id = await make_event(tx, **terms)  # type: ignore[arg-type]
            person_id = await make_person(tx, mail=ADDRESS)
        path = f"/l/{await house.door('invitation', person_id=person_id, event=event_id)}"

        shown = await house.get(path)
        sent = await house.post(path, deed="register")

        assert words in shown.text
        assert "<form" not in shown.text
        assert sent.status_code == 409
        async with database.reading() as tx:
            assert await states(tx, event_id) == {}


async def test_numbers_of_others_in_a_form_mean_nothing(database: Database, tmp_path: Path) -> None:
    async with open_house(database, tmp_path) as house:
        async with database.transaction() as tx:
            scene = await letters.make_seat(tx)
        path = f"/l/{await letters.seat_door(house, scene)}"

        await house.post(
            path,
            deed="cancel",
            registration=str(scene.other_registration_id),
            registration_id=str(scene.other_registration_id),
            person=str(scene.other_id),
        )

        async with database.reading() as tx:
            assert await states(tx, scene.event_id) == {
                scene.other_id: ("active", "telegram"),
                scene.person_id: ("cancelled", "telegram"),
            }


async def test_letter_about_somebody_elses_registration_shows_nothing_of_it(
    database: Database, tmp_path: Path
) -> None:
    async with open_house(database, tmp_path) as house:
        async with database.transaction() as tx:
            scene = await letters.make_seat(tx)
        token = await house.door(
            "registration_confirmed",
            person_id=scene.person_id,
            event=scene.event_id,
            registration=scene.other_registration_id,
        )

        await house.post(f"/l/{token}", deed="cancel")

        async with database.reading() as tx:
            assert (await states(tx, scene.event_id))[scene.other_id] == ("active", "telegram")


async def test_event_at_the_same_time_is_pointed_out(database: Database, tmp_path: Path) -> None:
    async with open_house(database, tmp_path) as house:
        async with database.transaction() as tx:
            scene = await letters.make_seat(tx)
            other = await make_event(tx, sessions=(FIRST_DAY + timedelta(hours=1),))
            await tx.execute(event.update().where(event.c.id == other).values(title="Zebranie"))
            await registration.register(
                tx, event_id=other, person_id=scene.person_id, door="web", now=NOW
            )

        answer = await house.get(f"/l/{await letters.seat_door(house, scene)}")

        assert "<b>Zebranie</b>" in answer.text


async def two_invited(database: Database) -> tuple[int, list[int]]:
    async with database.transaction() as tx:
        event_id = await make_event(tx, capacity=1)
        persons = [
            await make_person(tx, name=f"Osoba {number}", mail=f"osoba{number}@example.org")
            for number in ("A", "B")
        ]
    return event_id, persons


async def test_last_seat_goes_to_one_of_two_at_once(
    database: Database, second: Database, tmp_path: Path
) -> None:
    event_id, persons = await two_invited(database)
    async with open_house(database, tmp_path) as one, open_house(second, tmp_path) as two:
        paths = [
            f"/l/{await one.door('invitation', person_id=each, event=event_id)}" for each in persons
        ]

        answers = await asyncio.gather(
            one.post(paths[0], deed="register"), two.post(paths[1], deed="register")
        )

        assert [answer.status_code for answer in answers] == [303, 303]
        async with database.reading() as tx:
            found = await states(tx, event_id)
        assert sorted(found.values()) == [("active", "web"), ("waiting", "web")]


async def test_one_person_pressing_in_two_windows_has_one_seat(
    database: Database, second: Database, tmp_path: Path
) -> None:
    event_id, persons = await two_invited(database)
    async with open_house(database, tmp_path) as one, open_house(second, tmp_path) as two:
        path = f"/l/{await one.door('invitation', person_id=persons[0], event=event_id)}"

        answers = await asyncio.gather(
            one.post(path, deed="register"), two.post(path, deed="register")
        )

        assert [answer.status_code for answer in answers] == [303, 303]
        async with database.reading() as tx:
            assert await states(tx, event_id) == {persons[0]: ("active", "web")}
