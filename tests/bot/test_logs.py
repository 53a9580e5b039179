import asyncio
import json
import logging
from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from bot.logs import QUIET, set_up_logs, writes_json
from bot.process import Process, opened
from bot.stage import MAIL_FROM, demo_settings, load_sample
from bot.tour_crowd import Guest, introduce, register
from playground import faults, mishaps
from playground.playground import Playground
from tests.storage.rows import NOW

PASSWORD = "tajne-haslo-42"
GUEST = Guest(1, "Wacława Niepowtarzalna", "KGW Milki", "ngo", "waclawa.n@ngo.example.org")


@pytest.fixture
def _logs_as_before() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level
    levels = {name: logging.getLogger(name).level for name in QUIET}
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    for name, before in levels.items():
        logging.getLogger(name).setLevel(before)


@pytest.mark.parametrize("as_json", [False, True])
@pytest.mark.usefixtures("_logs_as_before")
async def test_whole_registration_at_debug_tells_no_secret_and_nobody_s_data(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], *, as_json: bool
) -> None:
    set_up_logs(logging.DEBUG, as_json=as_json)
    logging.captureWarnings(capture=True)
    async with Playground(smtp_user="urzad", smtp_password=PASSWORD) as playground:
        settings = demo_settings(
            playground,
            tmp_path,
            smtp_url=f"smtp://urzad:{PASSWORD}@127.0.0.1:{playground.smtp_port}",
            mail_from=MAIL_FROM,
        )
        async with opened(settings, now=NOW) as database:
            await load_sample(database, now=NOW)
            process = Process(settings, database, paced=False, hold=1)
            ready = asyncio.Event()
            task = asyncio.create_task(process.serve(ready=ready))
            await ready.wait()
            visitor = playground.visitor(GUEST.chat_id, "Wacława", "Niepowtarzalna")
            await introduce(visitor, GUEST, playground.mailbox, wish="e_1")
            playground.server.fail("sendDocument", with_=faults.bad_request("strange"))
            playground.mailbox.behave(mishaps.refuse(GUEST.address))
            await register(visitor, 1)
            await process.settle()
            playground.server.fail("sendMessage", with_=faults.flood(1))
            await visitor.send("/moje")
            await asyncio.sleep(0.3)
            playground.server.fail("getUpdates", with_=faults.broken())
            await visitor.send("/pomoc")
            await asyncio.sleep(0.3)
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task
    logging.captureWarnings(capture=False)

    said = capsys.readouterr().err
    assert ("channel_paused" in said, "delivery_failed" in said) == (True, True)
    secrets = (playground.token, playground.token.partition(":")[2], PASSWORD)
    persons = (GUEST.name, "Wacława", "Niepowtarzalna", GUEST.address, "waclawa.n")
    assert [word for word in (*secrets, *persons) if word in said] == []


@pytest.mark.usefixtures("_logs_as_before")
def test_line_tells_its_facts_and_masks_secrets_in_them(
    capsys: pytest.CaptureFixture[str],
) -> None:
    set_up_logs()

    logging.getLogger("x").warning(
        "channel_paused", extra={"channel": "mail", "answer": "smtp://u:geheim@host refused"}
    )
    logging.getLogger("x").debug("unheard")
    logging.getLogger("telegram.Bot").info("unheard")
    with suppress(ValueError):
        _break()

    first, *more = capsys.readouterr().err.splitlines()
    assert first.endswith("WARNING x channel_paused channel=mail answer=smtp://u:***@host refused")
    assert more[0].endswith("ERROR x broken")
    assert more[-1] == "ValueError: invalid literal for int() with base 10: 'bot***'"


def _break() -> None:
    try:
        int("bot700700700:AAsecret-secret-secret")
    except ValueError:
        logging.getLogger("x").exception("broken")
        raise


def _said(capsys: pytest.CaptureFixture[str]) -> list[dict[str, object]]:
    return [json.loads(line) for line in capsys.readouterr().err.splitlines()]


@pytest.mark.usefixtures("_logs_as_before")
def test_json_line_has_time_level_event_and_facts(capsys: pytest.CaptureFixture[str]) -> None:
    set_up_logs(as_json=True)

    facts = {
        "channel": "mail",
        "outbox_id": 7,
        "held": None,
        "answer": "550 jan@ngo.example.org no",
    }
    logging.getLogger("scheduler.outcomes").warning("channel_paused", extra=facts)

    [line] = _said(capsys)
    moment = datetime.fromisoformat(str(line.pop("time")))
    assert (moment.utcoffset(), list(line)[:2]) == (timedelta(0), ["level", "event"])
    assert line == {
        "level": "warning",
        "event": "channel_paused",
        "logger": "scheduler.outcomes",
        "channel": "mail",
        "outbox_id": 7,
        "held": None,
        "answer": "550 *** no",
    }


@pytest.mark.usefixtures("_logs_as_before")
def test_json_line_holds_the_whole_traceback_without_secrets(
    capsys: pytest.CaptureFixture[str],
) -> None:
    set_up_logs(as_json=True)

    with suppress(ValueError):
        _break()

    [line] = _said(capsys)
    assert (line["event"], line["level"]) == ("broken", "error")
    assert str(line["traceback"]).startswith("Traceback (most recent call last):")
    assert str(line["traceback"]).endswith("with base 10: 'bot***'")


@pytest.mark.usefixtures("_logs_as_before")
def test_what_a_library_warns_of_is_no_event_of_ours(capsys: pytest.CaptureFixture[str]) -> None:
    set_up_logs(as_json=True)

    logging.getLogger("newlibrary").warning("Gone: %s", "jan@ngo.example.org")

    [line] = _said(capsys)
    assert (line["event"], line["said"]) == ("library_said", "Gone: ***")


@pytest.mark.parametrize("as_json", [False, True])
@pytest.mark.usefixtures("_logs_as_before")
def test_what_libraries_say_below_a_warning_is_not_written(
    capsys: pytest.CaptureFixture[str], *, as_json: bool
) -> None:
    set_up_logs(logging.DEBUG, as_json=as_json)

    logging.getLogger("newlibrary").info("Wacława")
    logging.getLogger("scheduler.sending").debug("heard_this")

    said = capsys.readouterr().err
    assert ("Wacława" in said, "heard_this" in said) == (False, True)


@pytest.mark.parametrize("as_json", [False, True])
@pytest.mark.usefixtures("_logs_as_before")
def test_form_of_the_log_can_be_asked(*, as_json: bool) -> None:
    set_up_logs(as_json=as_json)

    assert writes_json() == as_json
