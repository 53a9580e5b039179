from typing import Any

import pytest

from delivery.seat_buttons import seat_buttons
from texts.translator import load

OFFER = {"expires_at": "2027-01-13T11:00:00+00:00", "zone": "Europe/Warsaw", "holds_seat": True}


@pytest.mark.parametrize(
    ("kind", "facts", "expected"),
    [
        ("seat_offered", {"offer": OFFER}, ["o:43", "od:43"]),
        ("event_moved", {"offer": OFFER}, ["o:43", "od:43", "m"]),
        ("event_moved", {"offer": None}, None),
        ("waiting_listed", {}, ["m", "xx:43"]),
        ("waiting_listed", {"registration_id": None}, None),
        ("reminder", {}, None),
    ],
)
def test_buttons_fit_the_notice(
    kind: str, facts: dict[str, Any], expected: list[str] | None
) -> None:
    rows = seat_buttons(kind, {"registration_id": 43, **facts}, load("pl"))

    found = None if rows is None else [button.data for row in rows for button in row]
    assert found == expected
