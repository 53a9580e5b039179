from datetime import datetime

import pytest

from programme.importing.clock_changes import is_skipped, is_twice

WARSAW = "Europe/Warsaw"


@pytest.mark.parametrize(
    ("wall", "skipped", "twice"),
    [
        ("2026-03-29 01:59", False, False),
        ("2026-03-29 02:00", True, False),
        ("2026-03-29 02:59", True, False),
        ("2026-03-29 03:00", False, False),
        ("2026-10-25 01:59", False, False),
        ("2026-10-25 02:00", False, True),
        ("2026-10-25 02:59", False, True),
        ("2026-10-25 03:00", False, False),
    ],
)
def test_wall_time_on_a_clock_change_night(wall: str, skipped: bool, twice: bool) -> None:
    moment = datetime.fromisoformat(wall)

    assert (is_skipped(moment, WARSAW), is_twice(moment, WARSAW)) == (skipped, twice)
