import tomllib
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from pathlib import Path

from programme import doubts
from programme.doubts import find_doubts
from programme.importing.programme_file import read_programme
from programme.importing.register_file import read_register

SAMPLE = Path(__file__).parents[2] / "bot" / "sample"
wall = datetime.fromisoformat


def test_sample_programme_raises_no_doubt_on_any_day() -> None:
    content = (SAMPLE / "akademia.toml").read_bytes()

    for days in range(0, 3 * 365, 5):
        today = date(2026, 1, 1) + timedelta(days=days)
        file = read_programme(content, today=today)
        morning = datetime(today.year, today.month, today.day, 8, tzinfo=UTC)
        starts = [session.starts for event in file.events for session in event.sessions]

        assert (today, find_doubts(file, now=morning)) == (today, [])
        assert today + timedelta(days=5) <= min(starts).date()
        assert max(starts).date() < today + timedelta(days=70)


def test_sample_programme_has_trainings_on_days_of_their_own() -> None:
    content = (SAMPLE / "akademia.toml").read_bytes()

    file = read_programme(content, today=date(2026, 11, 23))

    assert [event.kind for event in file.events].count("training") == 4
    for event in file.events:
        days = [session.starts.date() for session in event.sessions]
        assert all(first < second for first, second in pairwise(days))


def test_sample_original_dates_raise_the_doubts_of_the_letters() -> None:
    content = (SAMPLE / "akademia-original.toml").read_bytes()
    consultations = ("aktywne-konsultacje-2014", "Aktywne konsultacje społeczne")
    cooperation = ("wspolpraca-jst-ngo-2014", "Współpraca JST – NGO")
    meeting = (
        "spotkanie-programu-2015",
        "Spotkanie robocze: program aktywnych konsultacji (SK.523.3.2015)",
    )
    deadline = wall("2013-01-08 23:59")

    file = read_programme(content, today=date(2026, 11, 23))

    assert find_doubts(file, now=datetime(2026, 11, 23, tzinfo=UTC)) == [
        doubts.DeadlineLongBefore(*consultations, deadline, wall("2014-01-15 09:00"), 372),
        doubts.EventInPast(*consultations, wall("2014-01-16 15:00")),
        doubts.DeadlineLongBefore(*cooperation, deadline, wall("2014-01-28 09:00"), 385),
        doubts.EventInPast(*cooperation, wall("2014-01-29 15:00")),
        doubts.EventInPast(*meeting, wall("2015-02-10 19:00")),
    ]


def test_sample_privacy_notice_fits_a_chat_message() -> None:
    for name in ("akademia.toml", "akademia-original.toml"):
        notice = tomllib.loads((SAMPLE / name).read_text("utf-8"))["privacy_notice"]

        assert max(len(notice["pl"]), len(notice["en"])) <= 1500


def test_sample_register_has_ngos_and_the_office() -> None:
    file = read_register((SAMPLE / "organisations.csv").read_bytes(), filename="organisations.csv")

    kinds = [entry.kind for entry in file.entries]
    mails = [entry.email for entry in file.entries if entry.email]
    by_post = [entry for entry in file.entries if entry.postal_address]
    assert (kinds.count("ngo"), kinds.count("office")) == (26, 3)
    assert len(set(mails)) == len(mails) == 27
    assert len({entry.phone for entry in file.entries}) == 29
    assert all(mail.endswith(".example.org") for mail in mails)
    # Two can be reached by a printed letter alone.
    assert [(entry.email, entry.postal_address) for entry in by_post] == [
        ("", "Lipińskie 14\n11-513 Miłki"),
        ("", "Kleszczewo 7\n11-513 Miłki"),
    ]
