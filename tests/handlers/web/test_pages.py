"""What every page does alike: looking changes nothing, doors open one purpose, limits, headers."""

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from starlette.responses import Response

from handlers.web.bodies import MOST_FORM
from handlers.web.rate import PER_CLIENT, PER_LINK, TOGETHER, Gate
from handlers.web.visits import Visit
from programme import letter_doors
from storage import letter_doors as door_rows
from storage.database import Database, Tx
from tests.handlers.web import letters
from tests.handlers.web.gallery import hang, names_door, nominee_door
from tests.handlers.web.house import BASE, House, open_house
from tests.storage.rows import NOW

NEUTRAL = "Ten odnośnik nie działa"
PURPOSES = ("reply", "page", "out", "address", "feed", "register")
PATHS = (
    "/l/{}",
    "/l/{}/n",
    "/l/{}/b/1",
    "/l/{}/c",
    "/l/{}/p/1",
    "/r/{}",
    "/o/{}",
    "/u/{}",
    "/a/{}",
)


async def every_path(house: House) -> list[str]:
    """List the pages of the gallery, and every address with a door of every kind and purpose."""
    paths = [piece.path for piece in await hang(house)]
    async with house.database.transaction() as tx:
        seat = await letters.make_seat(tx)
        names = await letters.make_names(tx)
    numbers: dict[str, Any] = {"event": seat.event_id, "registration": seat.registration_id}
    for purpose in PURPOSES:
        token = await house.door("invitation", purpose=purpose, person_id=seat.person_id, **numbers)
        paths += [path.format(token) for path in PATHS]
    for token in (await names_door(house, names), await nominee_door(house, names)):
        paths += [path.format(token) for path in PATHS]
    return paths


async def test_looking_changes_no_row(database: Database, tmp_path: Path) -> None:
    gate = Gate(seconds=lambda: 0.0)
    async with open_house(database, tmp_path, gate=gate) as house:
        paths = await every_path(house)
        before = await house.dump()
        house.woken.clear()

        statuses = set()
        for path in paths:
            for method in ("GET", "HEAD"):
                answer = await house.client.request(method, path)
                statuses.add(answer.status_code)

        assert await house.dump() == before
        assert statuses == {200, 404, 409}
        assert house.woken == []


async def test_page_keeps_itself_to_itself(database: Database, tmp_path: Path) -> None:
    async with open_house(database, tmp_path) as house:
        async with database.transaction() as tx:
            scene = await letters.make_seat(tx)
        answer = await house.get(f"/l/{await letters.seat_door(house, scene)}")

        policy = answer.headers["content-security-policy"]
        assert "default-src 'none'; style-src 'sha256-" in policy
        assert "form-action 'self'; base-uri 'none'; frame-ancestors 'none'" in policy
        assert {
            name: answer.headers[name]
            for name in (
                "referrer-policy",
                "x-content-type-options",
                "x-frame-options",
                "x-robots-tag",
                "cache-control",
                "content-type",
            )
        } == {
            "referrer-policy": "no-referrer",
            "x-content-type-options": "nosniff",
            "x-frame-options": "DENY",
            "x-robots-tag": "noindex, nofollow",
            "cache-control": "no-store",
            "content-type": "text/html; charset=utf-8",
        }
        assert "<script" not in answer.text
        assert 'lang="pl"' in answer.text


async def test_door_says_nothing_of_why_it_is_closed(database: Database, tmp_path: Path) -> None:
    async with open_house(database, tmp_path) as house:
        async with database.transaction() as tx:
            scene = await letters.make_seat(tx)
        facts: dict[str, Any] = {"person_id": scene.person_id, "event": scene.event_id}
        good = await house.door("reminder", **facts)
        other = await house.door("reminder", purpose="reply", **facts)
        old = await house.door("reminder", lasts=timedelta(0), **facts)
        ended = await house.door("reminder", purpose="page", address="old@example.org", **facts)
        async with database.transaction() as tx:
            row = await letter_doors.find(tx, token=ended, purpose="page", now=NOW)
            assert await door_rows.end(tx, purpose="page", person_id=row.person_id, now=NOW) == 4
        tokens = [
            good,
            other,
            old,
            ended,
            "x" * 26,
            good[:-1],
            good + "a",
            "%00%ff",
            "'; DROP TABLE person; --",
            "a" * 4_000,
            "ł" * 26,
        ]
        before = await house.dump()

        answers = [await house.get(f"/l/{token}") for token in tokens]
        sent = [await house.post(f"/l/{token}", deed="cancel") for token in tokens]

        assert {answer.status_code for answer in answers + sent} == {404}
        assert {answer.text for answer in answers + sent} == {answers[0].text}
        assert NEUTRAL in answers[0].text
        assert await house.dump() == before


async def test_token_survives_a_change_of_case(database: Database, tmp_path: Path) -> None:
    async with open_house(database, tmp_path) as house:
        async with database.transaction() as tx:
            scene = await letters.make_seat(tx)
        token = await letters.seat_door(house, scene)

        assert (await house.get(f"/l/{token.upper()}")).status_code == 200


async def test_wrong_method_and_unknown_path_are_answered_kindly(
    database: Database, tmp_path: Path
) -> None:
    async with open_house(database, tmp_path) as house:
        put = await house.client.put("/l/abc")
        posted = await house.post("/l/abc/c")
        lost = await house.get("/nothing/here")

        assert (put.status_code, posted.status_code, lost.status_code) == (405, 405, 404)
        assert set(put.headers["allow"].split(", ")) == {"GET", "HEAD", "POST"}
        assert "<h1>Nie mogliśmy tego odczytać</h1>" in put.text
        assert NEUTRAL in lost.text


async def test_form_that_is_too_large_changes_nothing(database: Database, tmp_path: Path) -> None:
    async with open_house(database, tmp_path) as house:
        async with database.transaction() as tx:
            scene = await letters.make_seat(tx)
        token = await letters.seat_door(house, scene)
        before = await house.dump()

        declared = await house.post(f"/l/{token}", deed="cancel", more="x" * MOST_FORM)
        many = await house.client.post(
            f"/l/{token}", content=b"&".join(b"a=1" for _ in range(300)), headers=FORM
        )
        strange = await house.client.post(f"/l/{token}", content=b"\xff\xfe", headers=FORM)

        assert [one.status_code for one in (declared, many, strange)] == [413, 400, 400]
        assert declared.headers["connection"] == "close"
        assert await house.dump() == before


FORM = {"Content-Type": "application/x-www-form-urlencoded"}


async def test_body_that_says_it_is_small_is_counted(database: Database, tmp_path: Path) -> None:
    async with open_house(database, tmp_path) as house:
        async with database.transaction() as tx:
            scene = await letters.make_seat(tx)
        token = await letters.seat_door(house, scene)

        async def drip() -> object:
            for _ in range(3):
                yield b"x" * (MOST_FORM // 2)

        answer = await house.client.post(f"/l/{token}", content=drip(), headers=FORM)  # type: ignore[arg-type]

        assert answer.status_code == 413


async def test_one_link_is_opened_only_so_often(database: Database, tmp_path: Path) -> None:
    moment = [0.0]
    gate = Gate(seconds=lambda: moment[0])
    async with open_house(database, tmp_path, gate=gate) as house:
        async with database.transaction() as tx:
            scene = await letters.make_seat(tx)
        token, second = [await letters.seat_door(house, scene) for _ in range(2)]

        early = [(await house.get(f"/l/{token}")).status_code for _ in range(PER_LINK.burst)]
        refused = await house.get(f"/l/{token}")
        other = await house.get(f"/l/{second}")
        moment[0] = 60 / PER_LINK.per_minute
        later = await house.get(f"/l/{token}")

        assert set(early) == {200}
        assert (refused.status_code, refused.headers["retry-after"]) == (429, "3")
        assert "Prosimy o chwilę cierpliwości" in refused.text
        assert (other.status_code, later.status_code) == (200, 200)


async def test_visitor_from_outside_tries_only_so_many_links(
    database: Database, tmp_path: Path
) -> None:
    gate = Gate(seconds=lambda: 0.0)
    async with open_house(database, tmp_path, client="203.0.113.9", gate=gate) as house:
        found = [
            (await house.get(f"/l/{number}", X_Forwarded_For=f"198.51.100.{number}")).status_code
            for number in range(PER_CLIENT.burst + 1)
        ]

        assert found == [404] * PER_CLIENT.burst + [429]


async def test_proxy_is_not_taken_for_one_visitor_and_all_together_are_limited(
    database: Database, tmp_path: Path
) -> None:
    gate = Gate(seconds=lambda: 0.0)
    async with open_house(database, tmp_path, gate=gate) as house:
        found = [(await house.get(f"/l/{number}")).status_code for number in range(601)]

        assert found == [404] * TOGETHER.burst + [429]


async def test_restored_copy_notes_nothing(database: Database, tmp_path: Path) -> None:
    async def held(_tx: Tx) -> datetime:
        return NOW

    async with open_house(database, tmp_path, held=held) as house:
        async with database.transaction() as tx:
            scene = await letters.make_seat(tx)
        token = await letters.seat_door(house, scene)
        before = await house.dump()

        sent = await house.post(f"/l/{token}", deed="cancel")
        looked = await house.get(f"/l/{token}")

        assert (sent.status_code, looked.status_code) == (503, 200)
        assert "W tej chwili nie możemy tego zapisać" in sent.text
        assert await house.dump() == before


async def test_fault_of_ours_says_nothing_of_it(
    database: Database, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with open_house(database, tmp_path) as house:
        async with database.transaction() as tx:
            scene = await letters.make_seat(tx)
        token = await letters.seat_door(house, scene)
        # A zone that no machine knows, which nothing of ours could have written.
        async with database.transaction() as tx:
            await tx.exec_driver_sql("UPDATE event SET zone = 'Nowhere/At-all'")
            await tx.exec_driver_sql("UPDATE session SET zone = 'Nowhere/At-all'")

        answer = await house.get(f"/l/{token}")

        assert answer.status_code == 500
        assert "Wystąpił błąd po naszej stronie" in answer.text
        assert "Nowhere" not in answer.text
        assert [one.message for one in caplog.records] == ["page_failed"]
        assert token not in caplog.text


async def test_database_that_is_away_asks_to_come_again(
    database: Database, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async def look(_visit: Visit) -> Response:
        raise ConnectionResetError

    async with open_house(database, tmp_path) as house:
        token = await house.door("reminder")
        house.app.routes.append(house.pages.route("/x/{token}", "page", look=look))

        answer = await house.get(f"/x/{token}")

        assert (answer.status_code, answer.headers["retry-after"]) == (503, "120")
        assert [one.message for one in caplog.records] == ["database_away"]


async def test_pages_below_a_path_of_somebody_else(database: Database, tmp_path: Path) -> None:
    async with open_house(database, tmp_path, public_url=f"{BASE}/akademia/") as house:
        async with database.transaction() as tx:
            scene = await letters.make_seat(tx)
        token = await letters.seat_door(house, scene)

        looked = await house.get(f"/l/{token}")
        sent = await house.post(f"/l/{token}", deed="cancel")

        assert f'href="/akademia/l/{token}?ask=cancel#cancel"' in looked.text
        assert sent.headers["location"] == f"/akademia/l/{token}?done=cancel"


async def test_door_is_used_once_and_the_outbox_is_woken(
    database: Database, tmp_path: Path
) -> None:
    async with open_house(database, tmp_path) as house:
        async with database.transaction() as tx:
            scene = await letters.make_seat(tx)
        token = await letters.seat_door(house, scene)

        await house.post(f"/l/{token}", deed="nonsense")
        refused = list(house.woken)
        await house.post(f"/l/{token}", deed="cancel")

        async with database.reading() as tx:
            door = await letter_doors.find(tx, token=token, purpose="page", now=NOW)
        assert (refused, house.woken, door.used_at) == ([], [NOW], NOW)


async def test_reader_of_english_reads_english(database: Database, tmp_path: Path) -> None:
    async with open_house(database, tmp_path) as house:
        async with database.transaction() as tx:
            scene = await letters.make_seat(tx)
        token = await house.door(
            "reminder", person_id=scene.person_id, event=scene.event_id, locale="en"
        )

        answer = await house.get(f"/l/{token}")

        assert '<html lang="en">' in answer.text
        assert "<h1>You are registered</h1>" in answer.text
