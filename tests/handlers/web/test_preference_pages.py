"""The pages on which people say what they want to hear, over HTTP, on both databases."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from programme.quiet_hours import QuietHours
from storage import organisations, people
from storage.database import Database, Tx
from storage.people import Person
from storage.tables import outbox
from tests.handlers.web.house import ADDRESS, BASE, LINK, House, open_house
from tests.programme.audience import make_member, make_organisation, make_staff
from tests.programme.sending import send_now
from tests.storage.rows import NOW, make_programme

ONE_CLICK = {"List-Unsubscribe": "One-Click"}
NEW = "nowa@example.org"
OVER = timedelta(0)


@pytest.fixture
async def house(database: Database, tmp_path: Path) -> AsyncIterator[House]:
    async with open_house(database, tmp_path) as opened:
        yield opened


async def crowd(house: House) -> dict[str, int]:
    """Add Anna, who has both, Jan and an organisation by mail."""
    async with house.database.transaction() as tx:
        await make_programme(tx)
        return {
            "anna": await make_member(tx, "Anna Wzorowa", chat=1, mail=ADDRESS),
            "jan": await make_member(tx, "Jan Inny", mail="jan@example.org"),
            "kgw": await make_organisation(tx, "KGW Miłki", email="kgw@example.org"),
        }


async def broadcast(house: House) -> list[str]:
    """Let staff invite everybody, and name the addresses that get it."""
    async with house.database.transaction() as tx:
        await tx.execute(outbox.delete().where(outbox.c.kind == "invitation"))
        sent = await send_now(
            tx,
            staff=await make_staff(tx),
            key="900:1",
            case_number="",
            subject="Szkolenie",
            body="Zapraszamy.",
            event_id=None,
            audience="organisations",
            link=None,
            quiet=QuietHours(),
            now=NOW,
        )
        rows = await tx.execute(
            select(outbox.c.address)
            .where(outbox.c.broadcast_id == sent.broadcast_id)
            .order_by(outbox.c.address)
        )
        return list(rows.scalars())


async def person(house: House, person_id: int) -> Person:
    async with house.database.reading() as tx:
        return await people.get(tx, person_id)


@pytest.mark.parametrize("form", ["urlencoded", "multipart"])
async def test_one_click_ends_invitations_at_once_and_for_nobody_else(
    house: House, form: str
) -> None:
    who = await crowd(house)
    path = f"/o/{await house.door('invitation', purpose='out', person_id=who['anna'])}"
    sent: dict[str, Any] = {"data": ONE_CLICK}
    if form == "multipart":
        sent = {"files": {name: (None, value) for name, value in ONE_CLICK.items()}}

    answers = [await house.client.post(path, **sent) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [200, 200]
    assert [answer.headers.get("set-cookie") for answer in answers] == [None, None]
    assert [answer.history for answer in answers] == [[], []]
    assert await broadcast(house) == ["jan@example.org", "kgw@example.org"]


async def test_looking_at_the_way_out_changes_nothing(house: House) -> None:
    who = await crowd(house)
    path = f"/o/{await house.door('invitation', purpose='out', person_id=who['anna'])}"
    before = await house.dump()

    pages = [await house.get(path) for _ in range(3)]
    head = await house.client.head(path)

    assert [page.status_code for page in (*pages, head)] == [200] * 4
    assert pages[0].text.count("<button") == 1
    assert "Nie chcę zaproszeń" in pages[0].text
    assert await house.dump() == before


async def test_page_offers_the_way_back(house: House) -> None:
    who = await crowd(house)
    path = f"/o/{await house.door('invitation', purpose='out', person_id=who['jan'])}"

    gone = await house.get((await house.post(path, deed="out")).headers["location"])
    later = await house.get(path)
    back = await house.get((await house.post(path, deed="again")).headers["location"])
    stale = await house.get(f"{path}?said=out")

    assert "Nie będziemy już przysyłać zaproszeń" in gone.text
    assert "Nie przysyłamy Państwu zaproszeń" in later.text
    assert "Znów chcę zaproszenia" in gone.text
    assert "Znów będziemy Państwa zapraszać" in back.text
    assert "Nie chcą Państwo więcej zaproszeń?" in stale.text
    assert await broadcast(house) == ["1", "jan@example.org", "kgw@example.org"]


async def test_organisation_leaves_by_its_own_letter(house: House) -> None:
    who = await crowd(house)
    token = await house.door(
        "nomination_call", purpose="out", organisation_id=who["kgw"], address="kgw@example.org"
    )

    await house.client.post(f"/o/{token}", data=ONE_CLICK)

    assert await broadcast(house) == ["1", "jan@example.org"]


@pytest.mark.parametrize("path", ["/o/{}", "/u/{}", "/a/{}", "/l/{}/p/1"])
async def test_unknown_old_and_other_links_give_the_same_page_and_do_nothing(
    house: House, path: str
) -> None:
    who = await crowd(house)
    purpose = {"/o": "out", "/u": "page", "/a": "address", "/l": "page"}[path[:2]]
    other = "reply"
    tokens = [
        "a" * 26,
        await house.door("invitation", purpose=other, person_id=who["jan"]),
        await house.door("invitation", purpose=purpose, person_id=who["jan"], lasts=OVER),
    ]
    before = await house.dump()

    answers = [await house.get(path.format(token)) for token in tokens]
    answers += [await house.post(path.format(token), deed="out") for token in tokens]

    assert {answer.status_code for answer in answers} == {404}
    assert len({answer.text for answer in answers}) == 1
    assert await house.dump() == before


async def test_page_shows_how_things_stand_and_changes_nothing(house: House) -> None:
    who = await crowd(house)
    path = f"/u/{await house.door('reminder', person_id=who['anna'])}"
    before = await house.dump()

    shown = await house.get(path)

    assert shown.status_code == 200
    assert "Jak do Państwa piszemy" in shown.text
    assert ADDRESS in shown.text
    assert shown.text.count("checked") == 3
    assert "Jan Inny" not in shown.text
    assert await house.dump() == before


async def test_saving_changes_all_at_once_and_says_what(house: House) -> None:
    who = await crowd(house)
    path = f"/u/{await house.door('reminder', person_id=who['anna'])}"

    saved = await house.post(
        path, deed="save", channel="mail", invitations="no", language="en", address=""
    )
    shown = await house.get(saved.headers["location"])
    again = await house.post(
        path, deed="save", channel="mail", invitations="no", language="en", address=""
    )

    anna = await person(house, who["anna"])
    assert (anna.channel, anna.invitations, anna.locale) == ("mail", False, "en")
    assert saved.status_code == 303
    assert saved.headers["location"] == f"{path}?said=channel-invitations-language"
    for sentence in (
        "Od teraz piszemy do Państwa e-mailem.",
        "Nie będziemy już przysyłać Państwu zaproszeń.",
        "Od teraz piszemy do Państwa w wybranym języku.",
    ):
        assert sentence in shown.text
    assert again.headers["location"] == f"{path}?said=nothing"
    assert await broadcast(house) == ["jan@example.org", "kgw@example.org"]


async def test_nothing_is_kept_when_one_thing_is_wrong(house: House) -> None:
    who = await crowd(house)
    path = f"/u/{await house.door('reminder', person_id=who['anna'])}"
    before = await person(house, who["anna"])

    answer = await house.post(
        path, deed="save", channel="mail", invitations="no", language="pl", address="to nie adres"
    )
    strange = await house.post(path, deed="save", channel="fax")
    missing = f"/u/{await house.door('reminder', person_id=who['jan'])}"
    no_chat = await house.post(missing, deed="save", channel="telegram")

    assert answer.status_code == 422
    assert 'value="to nie adres"' in answer.text
    assert 'id="address-error"' in answer.text
    assert strange.status_code == 422
    assert no_chat.status_code in (409, 422)
    assert await person(house, who["anna"]) == before


async def test_new_address_gets_a_letter_and_counts_after_its_button(house: House) -> None:
    who = await crowd(house)
    path = f"/u/{await house.door('reminder', person_id=who['jan'])}"

    asked = await house.post(path, deed="save", invitations="yes", language="pl", address=NEW)
    said = await house.get(asked.headers["location"])
    link = await newest_link(house)
    before = await house.dump()
    looked = [await house.get(link) for _ in range(2)]
    assert await house.dump() == before
    proved = await house.post(link, deed="prove")
    shown = await house.get(proved.headers["location"])
    again = await house.post(link, deed="prove")

    assert asked.headers["location"].endswith("?said=address")
    assert "Wysłaliśmy wiadomość na nowy adres" in said.text
    assert [page.text.count("<button") for page in looked] == [1, 1]
    assert "Czy to Państwa adres?" in looked[0].text
    assert "Dziękujemy, adres jest potwierdzony" in shown.text
    assert again.status_code == 303
    async with house.database.reading() as tx:
        found = [one.address for one in await people.contacts(tx, who["jan"]) if one.verified]
    assert found == [NEW]


async def newest_link(house: House) -> str:
    async with house.database.reading() as tx:
        facts = await tx.scalar(
            select(outbox.c.facts).where(outbox.c.kind == "address_check").order_by(outbox.c.id)
        )
    assert facts is not None
    return str(facts["link"]).removeprefix(BASE)


async def test_address_asked_for_too_often_is_refused_beside_its_field(house: House) -> None:
    who = await crowd(house)
    path = f"/u/{await house.door('reminder', person_id=who['jan'])}"

    got = [
        await house.post(path, deed="save", address=f"n{number}@example.org") for number in range(6)
    ]

    assert [answer.status_code for answer in got] == [303] * 5 + [422]
    assert "Wysłaliśmy już kilka wiadomości" in got[-1].text


async def test_calendar_address_is_shown_once_and_can_be_ended(house: House) -> None:
    who = await crowd(house)
    path = f"/u/{await house.door('reminder', person_id=who['jan'])}"

    made = await house.post(path, deed="calendar")
    later = await house.get(path)
    ended = await house.get((await house.post(path, deed="no_calendar")).headers["location"])

    assert made.status_code == 200
    address = made.text.split("<b>https://")[1].split("</b>")[0]
    assert address.endswith(".ics")
    assert address not in later.text
    assert "Wyłącz adres kalendarza" in later.text
    assert "Adres kalendarza już nie działa." in ended.text


async def test_whoever_has_no_chat_is_shown_the_way_to_it(house: House) -> None:
    who = await crowd(house)
    token = await house.door("reminder", person_id=who["jan"])
    in_chat = await house.get(f"/u/{await house.door('reminder', person_id=who['anna'])}")

    shown = await house.get(f"/u/{token}")

    assert f'href="{LINK}?start=p_{token}"' in shown.text
    assert LINK not in in_chat.text


async def test_organisation_chooses_only_about_invitations(house: House) -> None:
    who = await crowd(house)
    path = "/u/" + await house.door(
        "nomination_call", organisation_id=who["kgw"], address="kgw@example.org"
    )

    shown = await house.get(path)
    await house.post(path, deed="save", invitations="no", language="en", address=NEW)
    refused = await house.post(path, deed="calendar")

    assert "KGW Miłki" in shown.text
    assert 'name="address"' not in shown.text
    assert refused.status_code == 404
    async with house.database.reading() as tx:
        unit = await organisations.get(tx, who["kgw"])
        assert unit is not None
        assert not unit.invitations
        assert await tx.scalar(select(outbox.c.id)) is None


async def test_letter_to_somebody_who_is_nobody_yet_has_nothing_to_choose(house: House) -> None:
    await crowd(house)
    path = f"/u/{await house.door('nominated', address='new@example.org')}"

    shown, sent = await house.get(path), await house.post(path, deed="save", invitations="no")

    assert shown.status_code == 200
    assert "<form" not in shown.text
    assert sent.status_code == 404


async def _rename(tx: Tx, person_id: int, name: str) -> None:
    await people.change(tx, person_id, name=name)


async def test_names_are_escaped(house: House) -> None:
    who = await crowd(house)
    async with house.database.transaction() as tx:
        await _rename(tx, who["jan"], "<script>alert(1)</script>")

    shown = await house.get(f"/u/{await house.door('reminder', person_id=who['jan'])}")

    assert "<script" not in shown.text
    assert "&lt;script&gt;" in shown.text
