"""A healthy installation gets no advice; each thing that is broken is found, and only that."""

import json
import shutil
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from datetime import timedelta
from pathlib import Path

import pytest

from bot import doctor_post
from bot.clock import real_clock
from bot.doctor import (
    BROKEN,
    EXIT_CODES,
    GOOD,
    LOOK,
    Finding,
    Mark,
    Site,
    as_json,
    as_text,
    look_at,
    worst,
)
from bot.doctor_round import examine
from bot.settings import Settings
from bot.stage import demo_settings
from playground.playground import Playground
from storage import leases
from storage.database import Database
from storage.looking import sqlite_file
from tests.bot.ward import MENDED, TABLE, Breaks, Ward
from texts.translator import load

MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
BOTH = {
    *("settings", "files", "room", "zone", "copies", "database", "writable", "schema"),
    *("process", "held", "leases", "pauses", "waiting", "uncertain", "failed", "quarantined"),
    "seats",
    *("telegram", "clock", "door", "mail", "sender"),
}


@pytest.fixture
async def ward(database: Database, database_url: str, tmp_path: Path) -> AsyncIterator[Ward]:
    env_file = tmp_path / ".env"
    env_file.touch(mode=0o600)
    file = sqlite_file(database_url)
    if file is not None:
        file.chmod(0o600)
    async with database.transaction() as tx:
        await leases.take(tx, leases.TICKER, owner="one", now=real_clock(), length=DAY)
    async with AsyncExitStack() as stack, Playground() as playground:
        settings = demo_settings(playground, tmp_path, database_url=database_url)
        site = Site(
            settings,
            load("en"),
            env_file=env_file,
            sqlite_version=MENDED,
            room_wanted=1,
            seconds=20,
        )
        yield Ward(site, database, playground, tmp_path, stack)


async def test_healthy_installation_gets_no_advice(ward: Ward) -> None:
    found = await examine(ward.site)

    assert [one for one in found if one.mark != GOOD or one.advice] == []
    assert EXIT_CODES[worst(found)] == 0
    only = {"sqlite"} if ward.database.is_sqlite else {"server_clock"}
    assert {one.check for one in found} == BOTH | only


CASES = [
    pytest.param(backend, *row[:3], id=f"{row[2].__name__}-{backend}")
    for row in TABLE
    for backend in row[3]
]


@pytest.mark.parametrize(("backend", "check", "wanted", "breaks"), CASES, indirect=["backend"])
async def test_what_is_broken_is_found_and_only_that(
    ward: Ward, check: str, wanted: Mark, breaks: Breaks
) -> None:
    await breaks(ward)

    found = await examine(ward.site)

    ill = [(one.check, one.mark) for one in found if one.mark != GOOD]
    assert ill == [(check, wanted)]
    assert [one.advice for one in found if one.mark != GOOD and not one.advice] == []
    told = as_json(found) + as_text(found, ward.site.t)
    assert [each for each in ("jan@ngo", "AAanother", ward.playground.token) if each in told] == []


def test_every_check_is_broken_once() -> None:
    have_tests_of_their_own = {"sender", "server_clock"}

    assert {row[0] for row in TABLE} | have_tests_of_their_own == BOTH | {"sqlite", "server_clock"}


@pytest.mark.parametrize("backend", ["postgresql"], indirect=True)
@pytest.mark.parametrize(("minutes", "wanted"), [(1, LOOK), (10, BROKEN), (-10, BROKEN)])
async def test_our_clock_is_held_against_both_others(
    ward: Ward, minutes: int, wanted: Mark
) -> None:
    async with ward.database.transaction() as tx:
        await leases.take(tx, leases.POLLER, owner="one", now=real_clock(), length=DAY)
    ward.site.clock = lambda: real_clock() + minutes * MINUTE

    found = await examine(ward.site)

    ill = [(one.check, one.mark) for one in found if one.mark != GOOD]
    assert ill == [("server_clock", wanted), ("clock", wanted)]


@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
async def test_young_copy_is_counted_and_good(ward: Ward) -> None:
    (ward.folder / "akademia.before-0009-20270101T000000Z.db").touch(mode=0o600)

    found = await examine(ward.site)

    assert Finding("copies", GOOD, "Copies made before an upgrade: 1.") in found


@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
async def test_room_that_is_only_short_is_to_be_looked_at(ward: Ward) -> None:
    ward.site.room_wanted = shutil.disk_usage(ward.folder).free * 2

    [room] = [one for one in await examine(ward.site) if one.check == "room"]

    assert room.mark == LOOK


@pytest.mark.parametrize(
    ("sender", "login", "wanted"),
    [
        ("Akademia <akademia@example.org>", "smtps://akademia%40example.org:x@h", GOOD),
        ("Akademia <akademia@example.org>", "smtps://akademia:x@h", GOOD),
        ("Akademia <akademia@example.org>", "smtps://a%40other.example.org:x@h", LOOK),
        ("Akademia <a@b@example.org>", "smtps://h", BROKEN),
    ],
)
async def test_sender_is_held_against_the_login(sender: str, login: str, wanted: Mark) -> None:
    settings = Settings(mail_from="a@example.org", smtp_url=login)  # type: ignore[arg-type] # read as from the environment
    known = {name: getattr(settings, name) for name in Settings.model_fields}
    site = Site(settings.model_construct(**known | {"mail_from": sender}), load("en"))

    [found] = await doctor_post.sender(site)

    assert found.mark == wanted


async def test_password_on_an_open_line_is_to_be_looked_at(tmp_path: Path) -> None:
    async with Playground(smtp_user="urzad", smtp_password="tajne") as playground:
        url = f"smtp://urzad:tajne@127.0.0.1:{playground.smtp_port}"
        site = Site(demo_settings(playground, tmp_path, smtp_url=url), load("en"))

        [found] = await doctor_post.mail(site)

    assert (found.mark, "tajne" in found.says + found.advice) == (LOOK, False)


async def test_refused_password_is_told_as_such(tmp_path: Path) -> None:
    async with Playground(smtp_user="urzad", smtp_password="tajne") as playground:
        url = f"smtp://urzad:zle@127.0.0.1:{playground.smtp_port}"
        site = Site(demo_settings(playground, tmp_path, smtp_url=url), load("en"))

        [found] = await doctor_post.mail(site)

    assert found.mark == BROKEN
    assert found.says == "Mail server: it does not accept our password."
    assert found.advice.startswith(
        "Please check user and password in AKADEMIA_SMTP_URL. It says: 5"
    )


async def test_postgresql_that_is_away_is_told_without_its_password(tmp_path: Path) -> None:
    async with Playground() as playground:
        address = "postgresql://akademia:tajne@127.0.0.1:1/akademia"
        site = Site(demo_settings(playground, tmp_path, database_url=address), load("en"))

        found = await examine(site)

    [database] = [one for one in found if one.check == "database"]
    assert (database.mark, "tajne" in as_json(found)) == (BROKEN, False)


async def test_check_that_breaks_is_a_finding_and_the_others_go_on() -> None:
    async def fragile(_site: Site) -> list[Finding]:
        raise KeyError("Wacława")

    async def sound(_site: Site) -> list[Finding]:
        return [Finding("sound", GOOD, "Sound.")]

    site = Site(Settings(), load("en"))

    found = await look_at((fragile, sound), site)

    assert [(one.check, one.mark) for one in found] == [("fragile", LOOK), ("sound", GOOD)]
    assert "Wacława" not in as_json(found)


@pytest.mark.parametrize(
    ("marks", "code", "conclusion"),
    [
        ((), 0, "All is well."),
        ((GOOD, GOOD), 0, "All is well."),
        ((GOOD, LOOK), 1, "1 thing to look at."),
        ((LOOK, BROKEN, LOOK), 2, "Broken: 1, to look at: 2."),
    ],
)
def test_conclusion_and_exit_code_follow_the_worst(
    marks: tuple[Mark, ...], code: int, conclusion: str
) -> None:
    found = [Finding("x", each, "X.") for each in marks]

    assert EXIT_CODES[worst(found)] == code
    assert as_text(found, load("en")).splitlines()[-1] == conclusion


@pytest.mark.parametrize("locale", ["pl", "en"])
def test_text_fits_the_screen_and_keeps_commands_whole(
    locale: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    command = f"chmod 600 {'/var/lib/akademia/akademia.db ' * 4}".strip()
    found = [Finding("x", LOOK, "Long words. " * 20, "More of them. " * 20, command)]

    lines = as_text(found, load(locale)).splitlines()

    [whole] = [line for line in lines if line.endswith(command)]
    assert max(len(line) for line in lines if line != whole) <= 80
    assert lines[0].startswith("! ")


def test_json_holds_every_finding() -> None:
    found = [Finding("x", LOOK, "Żółw.", "Do.", "akademia trouble")]

    assert json.loads(as_json(found)) == [
        {
            "check": "x",
            "mark": "look",
            "says": "Żółw.",
            "advice": "Do.",
            "command": "akademia trouble",
        }
    ]


@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
async def test_folder_of_documents_that_others_can_enter_is_found(ward: Ward) -> None:
    folder = ward.site.settings.files_folder
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    closed = await examine(ward.site)
    folder.chmod(0o755)

    found = [one for one in await examine(ward.site) if one.mark != GOOD]

    assert [one for one in closed if one.mark != GOOD] == []
    assert [(one.check, one.mark, one.command) for one in found] == [
        ("files", BROKEN, f"chmod 700 {folder}")
    ]
