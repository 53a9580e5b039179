"""Calendars by an address over the web application, on both databases."""

from datetime import date, timedelta
from email.utils import parsedate_to_datetime
from pathlib import Path

import icalendar
import pytest

from handlers.web import rate
from handlers.web.feeds import Seen
from handlers.web.rate import Gate
from programme import events as event_cases
from programme import feeds, registration
from storage import people, registrations
from storage.database import Database, Tx
from tests.delivery.judges import objections
from tests.handlers.web.house import BASE, House, open_house
from tests.programme.moves import move_days
from tests.storage.rows import FIRST_DAY, NOW, make_event, make_person

PUBLIC = "/k/program.ics"
SECOND_DAY = FIRST_DAY + timedelta(days=1)


async def _seated(tx: Tx) -> tuple[int, int]:
    """Give Jan a seat at an event of two days, and somebody else one at another."""
    event_id = await make_event(tx, sessions=(FIRST_DAY, SECOND_DAY))
    jan = await make_person(tx, name="Jan Wzorowy", mail="jan@example.org")
    other = await make_person(tx, name="Ewa Obca", mail="ewa@example.org")
    apart = await make_event(tx, sessions=(FIRST_DAY + timedelta(days=7),))
    for event, person in ((event_id, jan), (apart, other)):
        await registration.register(tx, event_id=event, person_id=person, door="web", now=NOW)
    return event_id, jan


async def _address(house: House, person_id: int) -> str:
    async with house.database.transaction() as tx:
        return await feeds.address_of(tx, person_id=person_id, now=NOW)


def _starts(body: bytes) -> list[date]:
    return sorted(event.start for event in icalendar.Calendar.from_ical(body).events)


async def test_own_feed_has_ones_own_sessions_and_nothing_of_others(
    database: Database, tmp_path: Path
) -> None:
    async with open_house(database, tmp_path) as house:
        async with database.transaction() as tx:
            _, jan = await _seated(tx)
            kept = await registrations.of_person(tx, jan)
            secret = {entry.uid for entry in await registrations.calendar_entries(tx, kept[0].id)}

        answer = await house.get(await _address(house, jan))

        found = icalendar.Calendar.from_ical(answer.content)
        assert answer.status_code == 200
        assert answer.headers["content-type"] == "text/calendar; charset=utf-8"
        assert _starts(answer.content) == [FIRST_DAY, SECOND_DAY]
        assert objections(answer.content) == []
        assert str(found["NAME"]) == "Akademia Współpracy: Jan Wzorowy"
        assert str(found["X-PUBLISHED-TTL"]) == "PT6H"
        assert not secret & {str(event["UID"]) for event in found.events}
        assert b"example.org" not in answer.content
        assert b"ATTENDEE" not in answer.content


async def test_feed_of_the_programme_has_all_published_events_and_no_person(
    database: Database, tmp_path: Path
) -> None:
    async with open_house(database, tmp_path) as house:
        async with database.transaction() as tx:
            await _seated(tx)
            await make_event(tx, sessions=(FIRST_DAY + timedelta(days=9),), state="draft")
            await make_event(tx, sessions=(NOW - timedelta(days=90),))

        answer = await house.get(PUBLIC)

        assert _starts(answer.content) == [FIRST_DAY, SECOND_DAY, FIRST_DAY + timedelta(days=7)]
        assert objections(answer.content) == []
        assert [name for name in ("Jan", "Ewa") if name.encode() in answer.content] == []


async def test_uids_stay_and_sequences_rise_when_an_event_moves(
    database: Database, tmp_path: Path
) -> None:
    async with open_house(database, tmp_path) as house:
        async with database.transaction() as tx:
            event_id, jan = await _seated(tx)
        address = await _address(house, jan)
        before = icalendar.Calendar.from_ical((await house.get(address)).content)

        async with database.transaction() as tx:
            await move_days(tx, event_id, days=(2,))
        answer = await house.get(address)

        after = icalendar.Calendar.from_ical(answer.content)
        public = icalendar.Calendar.from_ical((await house.get(PUBLIC)).content)
        uids = [str(event["UID"]) for event in before.events]
        assert [str(event["UID"]) for event in after.events] == uids
        assert [event.sequence for event in after.events] == [0, 1]
        assert set(uids) < {str(event["UID"]) for event in public.events}


async def test_feed_that_has_not_changed_is_not_sent_again(
    database: Database, tmp_path: Path
) -> None:
    async with open_house(database, tmp_path) as house:
        async with database.transaction() as tx:
            event_id, jan = await _seated(tx)
        address = await _address(house, jan)
        first = await house.get(address)
        tag, since = first.headers["etag"], first.headers["last-modified"]
        house.clock.moment = NOW + timedelta(hours=6)

        same = await house.get(address, **{"If-None-Match": f'"other", {tag}'})
        strong = await house.get(address, **{"If-None-Match": tag.removeprefix("W/")})
        by_date = await house.get(address, **{"If-Modified-Since": since})
        both = await house.get(address, **{"If-None-Match": '"x"', "If-Modified-Since": since})
        nonsense = await house.get(address, **{"If-Modified-Since": "yesterday"})
        async with database.transaction() as tx:
            await move_days(tx, event_id, days=(2,))
        moved = await house.get(address, **{"If-None-Match": tag, "If-Modified-Since": since})

        assert [one.status_code for one in (same, strong, by_date)] == [304] * 3
        assert (same.content, same.headers["etag"]) == (b"", tag)
        assert [one.status_code for one in (both, nonsense, moved)] == [200] * 3
        assert moved.headers["etag"] != tag
        assert parsedate_to_datetime(moved.headers["last-modified"]) == NOW + timedelta(hours=6)
        assert both.headers["last-modified"] == since


async def test_head_says_what_get_would(database: Database, tmp_path: Path) -> None:
    async with open_house(database, tmp_path) as house:
        async with database.transaction() as tx:
            _, jan = await _seated(tx)
        address = await _address(house, jan)
        got = await house.get(address)

        head = await house.client.head(address)

        assert (head.status_code, head.headers["etag"]) == (200, got.headers["etag"])


@pytest.mark.parametrize("method", ["GET", "HEAD"])
async def test_looking_changes_nothing(database: Database, tmp_path: Path, method: str) -> None:
    async with open_house(database, tmp_path) as house:
        async with database.transaction() as tx:
            _, jan = await _seated(tx)
        address = await _address(house, jan)
        before = await house.dump()

        for path in (address, PUBLIC, address.removesuffix(".ics")):
            assert (await house.client.request(method, path)).status_code == 200

        assert await house.dump() == before


async def test_feed_is_kept_by_nobody_but_its_owner(database: Database, tmp_path: Path) -> None:
    async with open_house(database, tmp_path) as house:
        async with database.transaction() as tx:
            _, jan = await _seated(tx)

        answer = await house.get(await _address(house, jan))

        assert answer.headers["cache-control"] == "private, max-age=900"
        assert answer.headers["referrer-policy"] == "no-referrer"
        assert answer.headers["x-robots-tag"] == "noindex, nofollow"


async def test_new_address_ends_the_old_and_an_ended_one_opens_nothing(
    database: Database, tmp_path: Path
) -> None:
    async with open_house(database, tmp_path) as house:
        async with database.transaction() as tx:
            _, jan = await _seated(tx)
        old, new = await _address(house, jan), await _address(house, jan)

        statuses = [(await house.get(one)).status_code for one in (old, new)]
        async with database.transaction() as tx:
            known = await feeds.has_one(tx, person_id=jan)
            ended = await feeds.end(tx, person_id=jan, now=NOW)
            again = await feeds.end(tx, person_id=jan, now=NOW)

        assert statuses == [404, 200]
        assert (known, ended, again) == (True, True, False)
        assert (await house.get(new)).status_code == 404


async def test_other_doors_open_no_feed(database: Database, tmp_path: Path) -> None:
    async with open_house(database, tmp_path) as house:
        async with database.transaction() as tx:
            event_id, jan = await _seated(tx)
        page = await house.door("reminder", person_id=jan, event=event_id)
        feed = (await _address(house, jan)).removeprefix("/k/").removesuffix(".ics")

        answers = [
            await house.get(path) for path in (f"/k/{page}.ics", f"/l/{feed}", "/k/unknown.ics")
        ]

        assert [one.status_code for one in answers] == [404] * 3


async def test_page_leads_to_the_calendar_by_one_tap(database: Database, tmp_path: Path) -> None:
    async with open_house(database, tmp_path) as house:
        async with database.transaction() as tx:
            _, jan = await _seated(tx)
        address = await _address(house, jan)

        answer = await house.get(address.removesuffix(".ics"))

        host = BASE.removeprefix("https://")
        assert f'href="webcal://{host}{address}"' in answer.text
        assert f"{BASE}{address}" in answer.text
        assert "<h1>Szkolenia w Państwa kalendarzu</h1>" in answer.text


async def test_seat_that_is_given_up_leaves_the_feed(database: Database, tmp_path: Path) -> None:
    async with open_house(database, tmp_path) as house:
        async with database.transaction() as tx:
            _, jan = await _seated(tx)
        address = await _address(house, jan)
        async with database.transaction() as tx:
            (seat,) = await registrations.of_person(tx, jan)
            await registration.cancel(tx, registration_id=seat.id, person_id=jan, now=NOW)

        answer = await house.get(address)

        assert (answer.status_code, _starts(answer.content)) == (200, [])


async def test_event_that_is_called_off_leaves_every_feed(
    database: Database, tmp_path: Path
) -> None:
    async with open_house(database, tmp_path) as house:
        async with database.transaction() as tx:
            event_id, jan = await _seated(tx)
        address = await _address(house, jan)
        async with database.transaction() as tx:
            await event_cases.cancel_event(tx, event_id=event_id, now=NOW)

        own, public = await house.get(address), await house.get(PUBLIC)

        assert (own.status_code, _starts(own.content)) == (200, [])
        assert _starts(public.content) == [FIRST_DAY + timedelta(days=7)]


async def test_place_in_line_is_no_date_in_the_feed(database: Database, tmp_path: Path) -> None:
    async with open_house(database, tmp_path) as house:
        async with database.transaction() as tx:
            event_id = await make_event(tx, capacity=1)
            for number in (1, 2):
                person_id = await make_person(tx, mail=f"n{number}@example.org")
                got = await registration.register(
                    tx, event_id=event_id, person_id=person_id, door="web", now=NOW
                )

        answer = await house.get(await _address(house, person_id))

        assert got.state == "waiting"
        assert (answer.status_code, _starts(answer.content)) == (200, [])


async def test_feed_of_somebody_who_was_joined_is_that_persons(
    database: Database, tmp_path: Path
) -> None:
    async with open_house(database, tmp_path) as house:
        async with database.transaction() as tx:
            _, jan = await _seated(tx)
            twin = await make_person(tx, name="Jan Wzorowy")
            address = await feeds.address_of(tx, person_id=twin, now=NOW)
            await people.change(tx, twin, merged_into_id=jan)

        answer = await house.get(address)

        assert _starts(answer.content) == [FIRST_DAY, SECOND_DAY]


def test_oldest_state_is_forgotten_first() -> None:
    seen = Seen(most=2)

    for name in ("a", "b", "c"):
        seen.first(name, NOW)

    assert seen.first("c", NOW + timedelta(days=1)) == NOW
    assert seen.first("a", NOW + timedelta(days=1)) == NOW + timedelta(days=1)


async def test_calendar_of_all_events_does_not_take_all_our_time(
    database: Database, tmp_path: Path
) -> None:
    gate = Gate(seconds=lambda: 0.0)
    async with open_house(database, tmp_path, gate=gate) as house:
        answers = [(await house.get(PUBLIC)).status_code for _ in range(rate.PUBLIC.burst + 1)]
        letter = await house.get(f"/l/{await house.door('reminder')}")

    assert answers == [200] * rate.PUBLIC.burst + [429]
    assert letter.status_code == 200
