"""The command line as an operator meets it: what it prints, how it ends, what it says is wrong."""

import asyncio
import json
import re
import socket
from collections.abc import AsyncIterator, Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from bot.alone import beside_others
from playground.playground import Playground
from programme.wall_time import read
from storage import events
from storage.database import open_database
from tests.bot.office import SAMPLE, Office, Said, Starter, quick_starter
from tests.storage.rows import sqlite_url

TOKEN = "700700701:AAanother-token-of-no-real-bot"
BROKEN = '[programme]\ntitle = "Bez końca\n'


@pytest.fixture(scope="module")
def starter() -> Iterator[Starter]:
    with quick_starter() as starter:
        yield starter


@pytest.fixture
def office(tmp_path: Path, starter: Starter) -> Office:
    return Office(tmp_path, starter)


@pytest.fixture
async def playground() -> AsyncIterator[Playground]:
    async with Playground() as playground:
        yield playground


def _free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def _is_one_sentence(said: Said) -> bool:
    return (
        said.code == 2
        and not said.out
        and len(said.err.splitlines()) == 1
        and said.err.endswith((".\n", "/akademia.db\n", "TOKEN\n"))
        and "Traceback" not in said.err
    )


async def test_settings_are_shown_without_secrets(office: Office) -> None:
    said = await office.say(
        "settings",
        AKADEMIA_TELEGRAM_TOKEN=TOKEN,
        AKADEMIA_SMTP_URL="smtps://urzad:tajne-haslo@mail.example.org",
        AKADEMIA_MAIL_FROM="urzad@example.org",
        AKADEMIA_DATABASE_URL="postgresql://urzad:tajne-haslo@db.example.org/akademia",
    )

    assert (said.code, said.err) == (0, "")
    assert "AKADEMIA_TELEGRAM_TOKEN=700700701:***" in said.out
    assert "haslo" not in said.out
    assert "AAanother" not in said.out
    assert not office.data.exists()


async def test_import_loads_once_and_changes_nothing_the_second_time(office: Office) -> None:
    first = await office.say("import", SAMPLE / "akademia.toml")
    second = await office.say("import", SAMPLE / "akademia.toml")
    register = await office.say("import", SAMPLE / "organisations.csv")
    agenda = await office.say("agenda", "--days", "60", "--json")
    lists = await office.say("agenda")

    assert (first.code, first.err, second.code, second.err) == (0, "", 0, "")
    assert re.search(r"New: (\d+), changed: 0, as before: 0", first.out)
    assert re.search(r"New: 0, changed: 0, as before: (\d+)", second.out)
    assert (register.code, register.err) == (0, "")
    assert (agenda.code, json.loads(agenda.out), agenda.err) == (0, [], "")
    assert (lists.code, lists.out) == (0, "Nothing is planned to be sent in these days.\n")


async def test_import_of_a_broken_file_names_the_place_and_leaves_nothing(office: Office) -> None:
    broken = office.folder / "broken.toml"
    broken.write_text(BROKEN, encoding="utf-8")

    said = await office.say("import", broken)
    missing = await office.say("import", office.folder / "missing.toml")
    below_a_file = await office.say("import", broken / "x.csv")

    assert _is_one_sentence(said)
    assert "2" in said.err
    assert _is_one_sentence(missing)
    assert "missing.toml" in missing.err
    assert _is_one_sentence(below_a_file)


async def test_import_with_warnings_waits_for_a_yes(office: Office) -> None:
    refused = await office.say("import", SAMPLE / "akademia-original.toml")
    accepted = await office.say("import", SAMPLE / "akademia-original.toml", "--accept-warnings")

    assert (refused.code, refused.out) == (2, "")
    assert refused.err.splitlines()[-1].startswith("Nothing was imported.")
    assert all(line.startswith("Warning: ") for line in refused.err.splitlines()[:-1])
    assert (accepted.code, "changed: 0, as before: 0" in accepted.out) == (0, True)


async def test_staff_add_prints_a_link_that_works_once(
    office: Office, playground: Playground
) -> None:
    office.connect(playground)

    said = await office.say("staff", "add", "Irena", "--role", "assistant")
    wrong = await office.say("staff", "add", "Irena", "--role", "king")

    link = said.out.splitlines()[0]
    assert (said.code, said.err) == (0, "")
    assert re.fullmatch(r"https://t\.me/akademia_bot\?start=s_[\w-]{22,62}", link)
    assert _is_one_sentence(wrong)


async def test_unreachable_telegram_is_one_sentence(office: Office, playground: Playground) -> None:
    office.connect(playground)
    nowhere = f"http://127.0.0.1:{_free_port()}"

    said = [
        await office.say(*words, AKADEMIA_TELEGRAM_API_URL=nowhere)
        for words in (("staff", "add", "Irena"), ("run",))
    ]

    assert [_is_one_sentence(one) for one in said] == [True, True]
    assert said[0].err.startswith("Telegram does not answer.")


async def test_wrong_token_is_one_sentence(office: Office, playground: Playground) -> None:
    office.connect(playground)

    said = await office.say("run", AKADEMIA_TELEGRAM_TOKEN=TOKEN)

    assert _is_one_sentence(said)
    assert said.err.startswith("Telegram does not know this token.")
    assert "AAanother" not in said.err


async def test_check_tries_the_mailbox(office: Office, playground: Playground) -> None:
    office.connect(playground)

    said = await office.say("check", AKADEMIA_IMAP_URL="imap://u:TAJNE@127.0.0.1:1")

    assert said.code == 2
    assert said.err.startswith("Mailbox: the mail server does not answer as it should.")
    assert "TAJNE" not in said.err


async def test_check_tells_what_is_ready_and_what_is_not(
    office: Office, playground: Playground
) -> None:
    office.connect(playground)

    ready = await office.say("check")
    await playground.mailbox.stop()
    dead = await office.say("check")

    assert (ready.code, ready.err, len(ready.out.splitlines())) == (0, "", 3)
    assert "@akademia_bot" in ready.out
    assert (dead.code, len(dead.err.splitlines())) == (2, 1)
    assert dead.err.startswith("The mail server does not take our mails: No connection to smtp://")


async def test_missing_settings_are_one_sentence_each(office: Office) -> None:
    said = await office.say("run")

    assert said.code == 2
    assert [line.split()[0] for line in said.err.splitlines()] == [
        "AKADEMIA_TELEGRAM_TOKEN",
        "AKADEMIA_SMTP_URL",
        "AKADEMIA_MAIL_FROM",
    ]


async def test_event_is_moved_and_cancelled_by_its_key(office: Office) -> None:
    await office.say("import", SAMPLE / "akademia.toml")
    key = re.findall(r'^key = "([^"]+)"', (SAMPLE / "akademia.toml").read_text(), re.MULTILINE)[1]

    said = [
        await office.say(*words)
        for words in (
            ("event", "move", "no-such-event", "--by-minutes", "60"),
            ("event", "move", key, "--session", "99", "--by-minutes", "60"),
            ("event", "move", key, "--start", "tomorrow"),
            ("event", "move", key, "--by-minutes", "60"),
            ("event", "cancel", "no-such-event"),
            ("event", "cancel", key),
            ("event", "cancel", key),
        )
    ]

    assert [one.code for one in said] == [2, 2, 2, 0, 2, 0, 2]
    assert all(_is_one_sentence(one) for one in said if one.code)
    assert [one.out for one in said if not one.code] == [
        "Moved. People told: 0.\n",
        "Cancelled. People told: 0.\n",
    ]


async def test_event_of_two_days_is_moved_whole_or_by_the_day(office: Office) -> None:
    await office.say("import", SAMPLE / "akademia.toml")
    key = "aktywne-konsultacje"
    before = await _sittings(office, key)

    said = [
        await office.say("event", "move", key, *words)
        for words in (
            (),
            ("--by-days", "1"),
            ("--session", "1", "--start", f"{before[1][0] + timedelta(days=1):%Y-%m-%dT%H:%M}"),
            ("--session", "2", "--by-minutes", "30"),
            ("--place", "Szkoła w Miłkach"),
            ("--by-days", "-4000"),
        )
    ]
    after = await _sittings(office, key)
    start = after[0][0] + timedelta(days=6, hours=1)
    again = await office.say("event", "move", key, "--start", f"{start:%Y-%m-%dT%H:%M}")

    assert [one.code for one in (*said, again)] == [2, 0, 2, 0, 0, 2, 0]
    assert said[0].err == (
        "Nothing was moved. Please add --by-days, --by-minutes, --start or --place.\n"
    )
    assert said[2].err == (
        "Two sessions of this event would be at the same time then, so nothing was moved.\n"
    )
    day, half = timedelta(days=1), timedelta(minutes=30)
    place = "Szkoła w Miłkach"
    assert after == [(before[0][0] + day, place), (before[1][0] + day + half, place)]
    week = timedelta(days=6, hours=1)
    assert await _sittings(office, key) == [(starts + week, place) for starts, place in after]


async def _sittings(office: Office, key: str) -> list[tuple[datetime, str]]:
    database = open_database(sqlite_url(office.data / "akademia.db"))
    async with database.reading() as tx:
        event = await events.by_key(tx, key)
        assert event is not None
        found = await events.sessions(tx, event.id)
    await database.close()
    return [(read(one.starts_wall), one.place) for one in found]


async def test_export_of_an_unknown_survey_names_the_known_ones(office: Office) -> None:
    said = await office.say("export", "survey", "ankieta")

    assert _is_one_sentence(said)
    assert said.err == "There is no survey “ankieta”. Known: –.\n"


@pytest.mark.parametrize("place", ["below a file", "kernel"])
async def test_data_folder_that_cannot_be_written_is_one_sentence(
    office: Office, place: str
) -> None:
    (office.folder / "file").touch()
    folder = office.folder / "file" / "data" if place == "below a file" else Path("/proc/akademia")

    said = await office.say("agenda", AKADEMIA_DATA_DIR=str(folder))

    assert said.code == 2
    assert len(said.err.splitlines()) == 1
    assert str(folder) in said.err


async def test_wrong_words_are_refused_without_a_traceback(office: Office) -> None:
    said = await office.say("agenda", "--days", "many")

    assert said.code == 2
    assert "Traceback" not in said.err


async def test_run_stops_cleanly_on_sigterm(office: Office, playground: Playground) -> None:
    office.connect(playground)
    visitor = playground.visitor(1, "Jan")

    async with office.working("run") as process:
        await visitor.send("/start")
        await visitor.wait_for(timeout=60)
        process.terminate()
        async with asyncio.timeout(10):
            out, err = await process.communicate()

    assert (process.returncode, out) == (0, b"")
    assert b"Traceback" not in err


async def test_run_with_a_log_for_programs_writes_json_alone(
    office: Office, playground: Playground
) -> None:
    office.connect(playground)
    office.variables["AKADEMIA_LOG_FORMAT"] = "json"

    async with office.working("run") as process:
        assert process.stderr is not None
        lines: list[dict[str, str]] = []
        async with asyncio.timeout(60):
            while not lines or lines[-1]["event"] != "process_ready":
                lines.append(json.loads(await process.stderr.readline()))
        process.terminate()
        async with asyncio.timeout(30):
            _, rest = await process.communicate()

    lines += [json.loads(line) for line in rest.splitlines()]
    assert [sorted({"time", "level", "event"} - set(line)) for line in lines] == [[]] * len(lines)


async def test_run_that_is_refused_says_so_in_the_log_for_programs(office: Office) -> None:
    said = await office.say("run", AKADEMIA_LOG_FORMAT="json")

    lines = [json.loads(line) for line in said.err.splitlines()]
    assert (said.code, [line["event"] for line in lines]) == (2, ["command_refused"] * 3)
    assert [line["why"].split()[0] for line in lines] == [
        "AKADEMIA_TELEGRAM_TOKEN",
        "AKADEMIA_SMTP_URL",
        "AKADEMIA_MAIL_FROM",
    ]


async def test_second_process_on_one_file_knows_that_it_is_not_alone(
    office: Office, playground: Playground
) -> None:
    office.connect(playground)
    lock = office.data / "akademia.lock"
    visitor = playground.visitor(1, "Jan")

    async with office.working("run"):
        await visitor.send("/start")
        await visitor.wait_for(timeout=60)
        beside = await _is_alone(lock)
    after = await _is_alone(lock)

    assert (beside, after) == (False, True)


async def _is_alone(lock: Path) -> bool:
    calls = []

    async def note() -> None:
        calls.append("alone")

    async with beside_others(lock.with_suffix(".db"), when_alone=note):
        return bool(calls)
