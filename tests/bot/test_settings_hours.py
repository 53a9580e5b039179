"""The settings that say when we write, and how much of it in one day."""

import os
from datetime import UTC, datetime, time
from pathlib import Path

import pytest

from bot.settings import WrongSettings, read_settings
from programme.quiet_hours import QuietHours

NO_FILE = Path("there-is-no-such-file")


@pytest.fixture(autouse=True)
def _clean_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.upper().startswith("AKADEMIA_")]:
        monkeypatch.delenv(name)


@pytest.mark.parametrize("written", ["20:00-08:00", "20:00–08:00", " 20:00 — 8:00 "])
def test_quiet_hours_take_any_dash(monkeypatch: pytest.MonkeyPatch, written: str) -> None:
    monkeypatch.setenv("AKADEMIA_QUIET_HOURS", written)

    assert read_settings(NO_FILE).quiet_hours == QuietHours(time(20), time(8))


def test_quiet_hours_that_begin_when_they_end_are_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AKADEMIA_QUIET_HOURS", "00:00-00:00")

    hours = read_settings(NO_FILE).quiet_hours

    assert not hours.cover(datetime(2027, 7, 1, tzinfo=UTC), "Europe/Warsaw")


def test_daily_cap_belongs_to_the_quiet_hours(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AKADEMIA_DAILY_CAP", "0")
    monkeypatch.setenv("AKADEMIA_QUIET_HOURS", "21:00-07:00")

    assert read_settings(NO_FILE).quiet == QuietHours(time(21), time(7), most_a_day=0)


@pytest.mark.parametrize(
    ("written", "read"), [("7:15", time(7, 15)), ("16:00", time(16)), ("no", None)]
)
def test_hour_of_the_summary_may_be_none(
    monkeypatch: pytest.MonkeyPatch, written: str, read: time | None
) -> None:
    monkeypatch.setenv("AKADEMIA_SUMMARY_AT", written)

    assert read_settings(NO_FILE).summary_at == read


@pytest.mark.parametrize(
    ("name", "written"), [("DAILY_CAP", "many"), ("DAILY_CAP", "-1"), ("SUMMARY_AT", "25:00")]
)
def test_daily_cap_and_summary_are_refused_in_one_sentence(
    monkeypatch: pytest.MonkeyPatch, name: str, written: str
) -> None:
    monkeypatch.setenv(f"AKADEMIA_{name}", written)

    with pytest.raises(WrongSettings) as refused:
        read_settings(NO_FILE)

    [sentence] = refused.value.sentences
    assert sentence.startswith(f"AKADEMIA_{name} ")
