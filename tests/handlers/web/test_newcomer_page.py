"""Somebody we do not know registers, on both databases."""

import asyncio
from datetime import timedelta
from pathlib import Path

from sqlalchemy import select

from programme import person_links
from storage import people
from storage.database import Database
from storage.tables import consent, contact, organisation, person, registration
from tests.handlers.web import letters
from tests.handlers.web.house import ADDRESS, House, open_house
from tests.programme.audience import make_organisation
from tests.programme.steps import kinds_to
from tests.storage.rows import NOW, make_event, make_person

WHO = {
    "deed": "register",
    "name": letters.ANNA,
    "role": "clerk",
    "organisation_text": "Gminny  Ośrodek Kultury",
    "notice": "1",
    "read": "yes",
}


async def opened(house: House, *, asks: bool = False, **terms: object) -> tuple[int, str]:
    """Let an address prove itself and come to the page."""
    async with house.database.transaction() as tx:
        await letters.make_notice(tx)
        event_id = await make_event(tx, **terms)  # type: ignore[arg-type]
        if asks:
            await letters.ask(tx, event_id)
    return event_id, f"/r/{await house.door('register', purpose='register', event=event_id)}"


async def test_newcomer_registers_and_comes_to_a_page_of_their_own(
    database: Database, tmp_path: Path
) -> None:
    async with open_house(database, tmp_path) as house:
        _event_id, path = await opened(house, asks=True)

        sent = await house.post(path, **WHO, **{"q-diet": "veg"})
        own = await house.get(sent.headers["location"])

        assert sent.status_code == 303
        assert "<h1>Zapisaliśmy Państwa</h1>" in own.text
        async with database.reading() as tx:
            who = (await tx.execute(select(person))).one()
            known = (await tx.execute(select(contact))).one()
            told = (await tx.execute(select(consent))).one()
            seat = (await tx.execute(select(registration))).one()
            assert await kinds_to(tx, ADDRESS) == ["registration_confirmed"]
        assert (who.name, who.role, who.organisation_text, who.locale) == (
            letters.ANNA,
            "clerk",
            "Gminny Ośrodek Kultury",
            "pl",
        )
        assert (known.address, known.verified_at) == (ADDRESS, NOW)
        assert (told.notice_version, told.channel, told.shown_at) == (1, "web", NOW)
        assert (seat.door, seat.answers) == ("web", {"diet": "veg"})


async def test_sent_twice_there_is_one_person_with_one_seat(
    database: Database, second: Database, tmp_path: Path
) -> None:
    async with open_house(database, tmp_path) as one, open_house(second, tmp_path) as two:
        _event_id, path = await opened(one)

        answers = await asyncio.gather(one.post(path, **WHO), two.post(path, **WHO))

        assert [answer.status_code for answer in answers] == [303, 303]
        async with database.reading() as tx:
            assert len((await tx.execute(select(person))).all()) == 1
            assert len((await tx.execute(select(registration))).all()) == 1
            assert len((await tx.execute(select(consent))).all()) == 1
            assert await kinds_to(tx, ADDRESS) == ["registration_confirmed"]


async def test_everything_that_is_missing_is_marked(database: Database, tmp_path: Path) -> None:
    async with open_house(database, tmp_path) as house:
        _event_id, path = await opened(house, asks=True)
        before = await house.dump()

        answer = await house.post(path, deed="register", notice="1", role="mayor")

        assert answer.status_code == 422
        assert await house.dump() == before
        for field in ("name", "role", "organisation_text", "read", "q-diet"):
            assert f'id="{field}-error"' in answer.text


async def test_person_we_know_at_this_address_is_not_made_twice(
    database: Database, tmp_path: Path
) -> None:
    async with open_house(database, tmp_path) as house:
        _event_id, path = await opened(house)
        async with database.transaction() as tx:
            known = await make_person(tx, name=letters.ANNA, mail=ADDRESS)
            await make_person(tx, name=letters.ANNA, mail="inna@example.org")

        await house.post(path, **WHO)

        async with database.reading() as tx:
            seats = (await tx.execute(select(registration.c.person_id))).scalars().all()
            assert (await tx.execute(select(consent))).all() == []
        assert seats == [known]


async def test_organisations_letter_registers_people_of_that_organisation(
    database: Database, tmp_path: Path
) -> None:
    async with open_house(database, tmp_path) as house:
        async with database.transaction() as tx:
            await letters.make_notice(tx)
            event_id = await make_event(tx, audience="register")
            unit = await make_organisation(tx, "KGW Miłki", email="kgw@example.org")
        token = await house.door(
            "invitation", address="kgw@example.org", organisation_id=unit, event=event_id
        )
        path = f"/l/{token}"

        shown = await house.get(path)
        for name in (letters.ANNA, "Maria Próbna"):
            sent = await house.post(
                path, deed="register", name=name, notice="1", read="yes", role="clerk"
            )
            assert sent.status_code == 303

        assert "Organizacja: KGW Miłki" in shown.text
        assert 'name="role"' not in shown.text
        async with database.reading() as tx:
            rows = await tx.execute(
                select(person.c.name, person.c.role, organisation.c.name).join(
                    organisation, organisation.c.id == person.c.organisation_id
                )
            )
            assert sorted(tuple(row) for row in rows) == [
                (letters.ANNA, "ngo", "KGW Miłki"),
                ("Maria Próbna", "ngo", "KGW Miłki"),
            ]


async def test_organisations_letter_opens_nothing_else_of_whoever_it_registers(
    database: Database, tmp_path: Path
) -> None:
    async with open_house(database, tmp_path) as house:
        async with database.transaction() as tx:
            await letters.make_notice(tx)
            event_id = await make_event(tx)
            unit = await make_organisation(tx, "KGW Miłki", email="kgw@example.org")
            chair = await make_person(tx, name=letters.ANNA, mail="kgw@example.org")
        token = await house.door(
            "invitation", address="kgw@example.org", organisation_id=unit, event=event_id
        )

        sent = await house.post(
            f"/l/{token}", deed="register", name=letters.ANNA, notice="1", read="yes"
        )
        page = sent.headers["location"]
        own = page.removeprefix("/l/")
        shown = await house.get(f"/u/{own}")
        stolen = await house.post(f"/u/{own}", address="obcy@example.org", invitations="no")

        assert (await house.get(page)).status_code == 200
        assert shown.status_code == 200
        assert "kgw@example.org" not in shown.text
        assert 'name="address"' not in shown.text
        assert stolen.status_code == 404
        async with database.reading() as tx:
            assert await kinds_to(tx, "obcy@example.org") == []
            assert await person_links.behind(tx, own, now=NOW) is None
            assert (await people.get(tx, chair)).invitations


async def test_full_event_offers_the_waiting_list(database: Database, tmp_path: Path) -> None:
    async with open_house(database, tmp_path) as house:
        _event_id, path = await opened(house, capacity=0)

        shown = await house.get(path)
        sent = await house.post(path, **WHO)
        own = await house.get(sent.headers["location"])

        assert "Proszę o wpis na listę rezerwową" in shown.text
        assert "<h1>Są Państwo na liście rezerwowej</h1>" in own.text


async def test_registration_that_is_over_shows_no_form(database: Database, tmp_path: Path) -> None:
    async with open_house(database, tmp_path) as house:
        _event_id, path = await opened(house, deadline_at=NOW - timedelta(hours=1))
        before = await house.dump()

        shown = await house.get(path)
        sent = await house.post(path, **WHO)

        assert "<form" not in shown.text
        assert (shown.status_code, sent.status_code) == (200, 409)
        assert await house.dump() == before


async def test_text_that_looks_like_markup_stays_text(database: Database, tmp_path: Path) -> None:
    async with open_house(database, tmp_path) as house:
        _event_id, path = await opened(house)
        evil = '"><script>alert(1)</script>'

        wrong = await house.post(path, deed="register", name=evil, organisation_text=evil)

        assert "<script>" not in wrong.text
        assert "&#34;&gt;&lt;script&gt;" in wrong.text
