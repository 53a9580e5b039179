from datetime import UTC, date, datetime

import pytest

from programme import doubts
from programme.doubts import Doubt, find_doubts
from programme.importing.entries import (
    EventEntry,
    PrivacyNoticeEntry,
    ProgrammeFile,
    SessionEntry,
)

wall = datetime.fromisoformat
NOW = datetime(2026, 11, 23, 10, tzinfo=UTC)
WHO = ("prawo", "Podstawy prawne")
FRIDAY = ("2027-01-15 09:00", "2027-01-15 15:00")


def file(
    *sessions: tuple[str, str], deadline: str | None = None, kind: str = "training"
) -> ProgrammeFile:
    event = EventEntry(
        key=WHO[0],
        title=WHO[1],
        kind=kind,
        place="Sala",
        description="",
        capacity=None,
        audience="all",
        deadline=wall(deadline) if deadline else None,
        state="published",
        sessions=tuple(SessionEntry(wall(starts), wall(ends), "Sala") for starts, ends in sessions),
        rules=(),
    )
    return ProgrammeFile(
        key="proba",
        title="Próba",
        funder_line="Za pieniądze gminy",
        organiser="Urząd Gminy Miłki",
        contact="sekretarz@milki.example.org",
        starts_on=date(2026, 11, 1),
        ends_on=date(2028, 4, 30),
        zone="Europe/Warsaw",
        privacy_notice=PrivacyNoticeEntry(1, "Dbamy", "We care"),
        events=(event,),
    )


def about_session(kind: type[doubts.SessionDoubt], starts: str, ends: str) -> Doubt:
    return kind(*WHO, 1, wall(starts), wall(ends))


def test_find_nothing_strange_finds_nothing() -> None:
    assert find_doubts(file(FRIDAY, deadline="2027-01-08 15:00"), now=NOW) == []


@pytest.mark.parametrize(
    ("deadline", "found"),
    [
        (
            "2026-07-18 15:00",
            [
                doubts.DeadlineLongBefore(
                    *WHO, wall("2026-07-18 15:00"), wall("2027-01-15 09:00"), 181
                ),
                doubts.DeadlineOver(*WHO, wall("2026-07-18 15:00")),
            ],
        ),
        ("2026-07-19 15:00", [doubts.DeadlineOver(*WHO, wall("2026-07-19 15:00"))]),
        ("2027-01-15 09:00", []),
        (
            "2027-01-15 09:01",
            [doubts.DeadlineAfterStart(*WHO, wall("2027-01-15 09:01"), wall("2027-01-15 09:00"))],
        ),
        ("2026-11-23 11:00", []),
        ("2026-11-23 10:59", [doubts.DeadlineOver(*WHO, wall("2026-11-23 10:59"))]),
    ],
)
def test_find_deadline(deadline: str, found: list[Doubt]) -> None:
    assert find_doubts(file(FRIDAY, deadline=deadline), now=NOW) == found


def test_find_event_in_the_past_is_named_only_when_it_is_over() -> None:
    under_way = file(("2026-11-23 09:00", "2026-11-23 11:00"))
    over = file(("2026-11-23 09:00", "2026-11-23 10:59"))

    assert find_doubts(under_way, now=NOW) == []
    assert find_doubts(over, now=NOW) == [doubts.EventInPast(*WHO, wall("2026-11-23 10:59"))]


def test_find_days_outside_the_programme() -> None:
    late = file(("2028-04-28 09:00", "2028-04-28 15:00"), ("2028-05-04 09:00", "2028-05-04 15:00"))

    assert find_doubts(late, now=NOW) == [
        doubts.OutsideProgramme(*WHO, (date(2028, 5, 4),), date(2026, 11, 1), date(2028, 4, 30))
    ]


@pytest.mark.parametrize(
    ("starts", "ends", "kinds"),
    [
        ("2027-01-15 15:00", "2027-01-15 09:00", [doubts.SessionEndsBeforeStart]),
        ("2027-01-15 09:00", "2027-01-15 09:00", [doubts.SessionEndsBeforeStart]),
        ("2027-01-06 09:00", "2027-01-06 15:00", [doubts.SessionOnHoliday]),
        ("2027-01-17 09:00", "2027-01-17 15:00", [doubts.SessionOnSunday]),
        ("2027-03-28 09:00", "2027-03-28 15:00", [doubts.SessionOnHoliday]),
        ("2027-01-15 05:59", "2027-01-15 09:00", [doubts.SessionAtNight]),
        ("2027-01-15 06:00", "2027-01-15 22:00", []),
        ("2027-01-15 20:00", "2027-01-15 22:01", [doubts.SessionAtNight]),
        (
            "2027-01-15 22:00",
            "2027-01-15 02:30",
            [doubts.SessionEndsBeforeStart, doubts.SessionAtNight],
        ),
    ],
)
def test_find_session(starts: str, ends: str, kinds: list[type[doubts.SessionDoubt]]) -> None:
    expected = [about_session(kind, starts, ends) for kind in kinds]

    assert find_doubts(file((starts, ends)), now=NOW) == expected


def test_find_fair_on_a_sunday_is_usual() -> None:
    sunday = file(("2027-01-17 09:00", "2027-01-17 15:00"), kind="fair")

    assert find_doubts(sunday, now=NOW) == []


def test_find_sessions_that_overlap_but_not_those_that_touch() -> None:
    sessions = (
        ("2027-01-15 09:00", "2027-01-15 12:00"),
        ("2027-01-15 12:00", "2027-01-15 15:00"),
        ("2027-01-15 11:00", "2027-01-15 11:30"),
    )

    assert find_doubts(file(*sessions), now=NOW) == [doubts.SessionsOverlap(*WHO, 1, 3)]


def test_find_wall_times_of_clock_change_nights() -> None:
    sessions = (
        ("2027-03-28 02:30", "2027-03-28 06:00"),
        ("2027-10-31 02:30", "2027-10-31 06:00"),
    )

    found = find_doubts(file(*sessions, kind="fair"), now=NOW)

    assert [each for each in found if not isinstance(each, doubts.SessionDoubt)] == [
        doubts.TimeSkipped(*WHO, wall("2027-03-28 02:30")),
        doubts.TimeTwice(*WHO, wall("2027-10-31 02:30")),
    ]
