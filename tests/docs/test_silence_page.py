"""The page tells of every kind of message when it leaves, as the code has it."""

from pathlib import Path

from programme.announcements import CLOSES_BEFORE, DIGEST_AT, MOST
from programme.daily_cap import TIME_TO_ANSWER
from programme.notice_policy import POLICY, SOON, NoticePolicy
from programme.summaries import NEAR

PAGE = Path(__file__).parents[2] / "docs" / "explanation" / "when-we-are-silent.md"


def leaves(policy: NoticePolicy) -> str:
    """Write when a kind leaves, as the page does."""
    if not policy.waits_for_morning:
        return "in the morning, unless it is soon" if policy.at_once_if_soon else "at once"
    day = "on a working day" if policy.waits_for_working_day else "in the morning"
    return f"{day}, unless it is soon" if policy.at_once_if_soon else day


def table() -> list[str]:
    return [f"| `{policy.kind}` | {leaves(policy)} |" for policy in POLICY.values()]


def test_page_shows_every_kind() -> None:
    lines = PAGE.read_text(encoding="utf-8").splitlines()

    assert [line for line in lines if line.startswith("| `")] == table()


def test_numbers_on_the_page_are_those_of_the_code() -> None:
    minutes, hours = CLOSES_BEFORE.total_seconds() / 60, SOON.total_seconds() / 3600

    assert (DIGEST_AT, minutes, MOST) == ("10:00", 15, 12)
    assert (hours, TIME_TO_ANSWER, NEAR.days) == (4, SOON, 7)
