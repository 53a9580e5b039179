import ast
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest

from delivery.compose_notices import NOTICES
from programme import notice_policy
from programme.notice_policy import POLICY, WakingHours, repeats
from programme.quiet_hours import QuietHours
from programme.wall_time import read, to_moment
from storage.outbox import BROADCAST, CONFIRMATION, REMINDER, REPLY

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "explanation" / "what-is-repeated.md"
CHANNEL = {"chat": "telegram", "mail": "mail"}
CLASSES = {
    REPLY: "answer",
    CONFIRMATION: "confirmation",
    REMINDER: "reminder",
    BROADCAST: "to many",
}
NIGHT = WakingHours(QuietHours(time(20), time(8)), "Europe/Warsaw")
EVENING = datetime(2027, 1, 4, 21, tzinfo=UTC)  # ten in the evening in Warsaw


def shown_span(span: timedelta) -> str:
    """Write a span of days, hours or minutes."""
    hours = span // timedelta(hours=1)
    if hours >= 48:
        return f"{span.days} days"
    return f"{hours} hours" if hours else f"{span // timedelta(minutes=1)} minutes"


def shown_repeat(kind: str, channel: str) -> str:
    """Write what is done about a doubtful message."""
    in_doubt = POLICY[kind].in_doubt
    if channel not in in_doubt:
        return "–"
    repeat = in_doubt[channel]
    if repeat is None:
        return "never"
    marked = "marked" if repeat.marked else "same bytes"
    return f"once, after {shown_span(repeat.after)}, {marked}".replace("1 minutes", "1 minute")


def table() -> list[str]:
    """Write the policy as the page shows it."""
    lines = []
    for policy in POLICY.values():
        lasts = policy.lasts if isinstance(policy.lasts, str) else shown_span(policy.lasts)
        if policy.lasts in (notice_policy.LAST_CALL, notice_policy.SURVEY_CLOSES):
            lasts += f", or {shown_span(policy.without_event)}"
        cells = (
            f"`{policy.kind}`",
            CLASSES[policy.priority],
            lasts,
            shown_repeat(policy.kind, "telegram"),
            shown_repeat(policy.kind, "mail"),
            "yes" if policy.waits_for_morning else "no",
        )
        lines.append(f"| {' | '.join(cells)} |")
    return lines


def test_every_kind_has_one_entry_and_every_channel_that_carries_it_an_answer() -> None:
    carried = {
        kind: {CHANNEL[name] for name in CHANNEL if notice.carries(name)}
        for kind, notice in NOTICES.items()
    }

    assert {kind: set(policy.in_doubt) for kind, policy in POLICY.items()} == carried | {
        "reply": {"telegram"}
    }
    assert len(notice_policy._TABLE) == len(POLICY)


def test_page_shows_the_table_of_the_code() -> None:
    page = PAGE.read_text(encoding="utf-8")
    part = page.partition("## The kinds")[2].partition("\n## ")[0]

    assert [line for line in part.splitlines() if line.startswith("| `")] == table()


def test_nothing_that_goes_to_many_is_repeated() -> None:
    of_many = [policy for policy in POLICY.values() if policy.priority == BROADCAST]

    assert {repeat for policy in of_many for repeat in policy.in_doubt.values()} == {None}


def test_mails_keep_their_bytes_and_chats_say_that_they_are_repeated() -> None:
    manners = {(channel, how.after, how.marked) for channel, how in repeats()}

    assert manners == {
        ("telegram", timedelta(minutes=1), True),
        ("mail", timedelta(minutes=15), False),
    }


def test_worth_ends_with_the_span_or_with_the_moment() -> None:
    event_ends = EVENING + timedelta(days=30)

    assert POLICY["email_code"].worth_until(EVENING) == EVENING + timedelta(minutes=30)
    assert POLICY["email_code"].worth_until(EVENING, event_ends) == EVENING + timedelta(minutes=30)
    assert POLICY["promoted"].worth_until(EVENING, event_ends) == event_ends
    assert POLICY["invitation"].worth_until(EVENING) == EVENING + timedelta(days=7)


@pytest.mark.parametrize("kind", list(POLICY))
def test_only_what_can_wait_waits_for_the_morning(kind: str) -> None:
    morning = datetime(2027, 1, 5, 7, tzinfo=UTC)
    waits = kind in {
        "alert",
        "task",
        "registration_asked",
        "reminder",
        "certificate",
        "documents_missing",
        "exhibitor_reminder",
        "invitation",
        "offer_expired",
        "seat_offered",
        "poll",
        "nominated",
        "nominated_reminder",
        "nomination_answered",
        "nomination_call",
        "nomination_reminder",
        "nomination_withdrawn",
        *("correction", "letter_amended", "event_changed", "digest", "summary"),
        *("survey_asked", "survey_reminder"),
    }

    assert NIGHT.earliest(kind, {}, EVENING) == (morning if waits else EVENING)


def _wall(words: str) -> datetime:
    return to_moment(read(words), "Europe/Warsaw")


@pytest.mark.parametrize(
    ("kind", "now", "leaves"),
    [
        # A Sunday at noon: the reader's own matter goes, what staff send to many waits.
        ("reminder", "2026-07-19T12:00", "2026-07-19T12:00"),
        ("seat_offered", "2026-07-19T12:00", "2026-07-19T12:00"),
        ("nominated", "2026-07-19T12:00", "2026-07-19T12:00"),
        ("documents_missing", "2026-07-19T12:00", "2026-07-19T12:00"),
        ("registration_confirmed", "2026-07-19T12:00", "2026-07-19T12:00"),
        ("registration_confirmed", "2026-07-19T23:00", "2026-07-19T23:00"),
        ("invitation", "2026-07-19T12:00", "2026-07-20T08:00"),
        ("poll", "2026-07-19T12:00", "2026-07-20T08:00"),
        ("nomination_call", "2026-07-19T12:00", "2026-07-20T08:00"),
        ("task", "2026-07-18T21:00", "2026-07-20T08:00"),
        ("certificate", "2026-12-24T12:00", "2026-12-28T08:00"),
        ("digest", "2026-05-01T10:00", "2026-05-02T08:00"),
        ("summary", "2026-11-11T08:30", "2026-11-12T08:00"),
        ("reminder", "2026-11-10T21:00", "2026-11-11T08:00"),
    ],
)
def test_silent_days_hold_back_what_can_wait(kind: str, now: str, leaves: str) -> None:
    found = POLICY[kind].leaves_at(_wall(now), quiet=NIGHT.quiet, zone=NIGHT.zone)

    assert found == _wall(leaves)


@pytest.mark.parametrize(
    ("last", "leaves"),
    [
        # Easter Saturday, nine in the evening.
        ("2026-04-07T08:01", "2026-04-07T08:00"),
        ("2026-04-07T08:00", "2026-04-05T08:00"),
        ("2026-04-05T07:00", "2026-04-05T08:00"),
    ],
)
def test_what_would_be_too_late_on_a_working_day_leaves_in_the_morning(
    last: str, leaves: str
) -> None:
    now = _wall("2026-04-04T21:00")

    due_at = POLICY["invitation"].leaves_at(
        now, quiet=NIGHT.quiet, zone=NIGHT.zone, last=_wall(last)
    )

    assert due_at == _wall(leaves)
    # The sender, which looks once more, agrees.
    assert NIGHT.earliest("invitation", {}, now, _wall(last)) == due_at


@pytest.mark.parametrize(
    ("kind", "now", "begins", "leaves"),
    [
        # By day it is told at once, whenever it begins.
        ("event_cancelled", "2026-07-15T12:00", "2026-09-01T09:00", "2026-07-15T12:00"),
        # At night: tomorrow before noon, or today.
        ("event_cancelled", "2026-07-15T21:00", "2026-07-16T11:59", "2026-07-15T21:00"),
        ("event_cancelled", "2026-07-15T21:00", "2026-07-16T12:00", "2026-07-16T08:00"),
        ("event_cancelled", "2026-07-16T03:00", "2026-07-16T18:00", "2026-07-16T03:00"),
        ("event_moved", "2026-07-15T21:00", "2026-07-15T23:00", "2026-07-15T21:00"),
        ("event_moved", "2026-07-15T21:00", "2026-09-01T09:00", "2026-07-16T08:00"),
        # Sundays are not silent for it, and the clock is put forward that night.
        ("event_moved", "2026-03-28T21:00", "2026-04-10T09:00", "2026-03-29T08:00"),
        ("event_moved", "2026-03-28T21:00", "2026-03-29T11:59", "2026-03-28T21:00"),
        # A correction waits for Monday, for the morning, or for nothing.
        ("correction", "2026-07-18T21:00", "2026-07-25T09:00", "2026-07-20T08:00"),
        ("correction", "2026-07-18T21:00", "2026-07-20T11:59", "2026-07-19T08:00"),
        ("correction", "2026-07-18T21:00", "2026-07-19T11:59", "2026-07-18T21:00"),
    ],
)
def test_what_begins_soon_is_told_in_time(kind: str, now: str, begins: str, leaves: str) -> None:
    found = POLICY[kind].leaves_at(
        _wall(now), quiet=NIGHT.quiet, zone=NIGHT.zone, begins=_wall(begins)
    )

    assert found == _wall(leaves)


def test_sender_lets_an_urgent_correction_leave_at_night() -> None:
    def about(begins: str) -> dict[str, Any]:
        starts = _wall(begins).isoformat()
        return {"event": {"sessions": [{"zone": "Europe/Warsaw", "starts_at": starts}]}}

    saturday = _wall("2026-07-18T21:00")

    soon = NIGHT.earliest("correction", about("2026-07-19T09:00"), saturday)
    later = NIGHT.earliest("correction", about("2026-08-19T09:00"), saturday)

    assert (soon, later) == (saturday, _wall("2026-07-20T08:00"))


def test_only_what_waits_for_the_morning_waits_for_a_working_day() -> None:
    patient = [policy for policy in POLICY.values() if policy.waits_for_working_day]

    assert {policy.waits_for_morning for policy in patient} == {True}


def test_morning_is_that_of_the_events_own_zone() -> None:
    facts = {"event": {"sessions": [{"zone": "Atlantic/Azores"}]}}

    assert NIGHT.earliest("poll", facts, EVENING) == datetime(2027, 1, 5, 9, tzinfo=UTC)
    assert NIGHT.earliest("poll", {"event": None}, EVENING) == datetime(2027, 1, 5, 7, tzinfo=UTC)
    assert NIGHT.earliest("riddle", {}, EVENING) == EVENING


def test_no_use_case_has_a_life_or_an_urgency_of_its_own() -> None:
    names = {"REPLY", "CONFIRMATION", "REMINDER", "BROADCAST"}
    found = [
        f"{file.name}: {node.names}"
        for file in sorted((ROOT / "programme").rglob("*.py"))
        if file.name != "notice_policy.py"
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.ImportFrom)
        and node.module == "storage.outbox"
        and names & {alias.name for alias in node.names}
    ]

    assert found == []


def test_what_waits_for_the_morning_holds_back_nothing_that_does_not() -> None:
    waiting = {policy.priority for policy in POLICY.values() if policy.waits_for_morning}
    others = {policy.priority for policy in POLICY.values() if not policy.waits_for_morning}

    assert max(others) < min(waiting)
