"""What a button carries is short, and whatever comes back is read without harm."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.telegram import buttons
from handlers.telegram.application import PRESSES
from handlers.telegram.buttons import Press

ACTIONS = st.sampled_from(sorted(PRESSES))
ROW_NUMBERS = st.integers(0, 999_999_999)


@given(action=ACTIONS, number=ROW_NUMBERS)
def test_button_is_read_as_it_was_written(action: str, number: int) -> None:
    data = buttons.write(action, number)

    assert buttons.read(data) == Press(action, (str(number),))
    assert buttons.read(data).number() == number
    assert len(data.encode()) <= 64


@given(version=ROW_NUMBERS, value=st.text(max_size=12))
def test_answer_is_read_as_it_was_written(version: int, value: str) -> None:
    assert buttons.read_answer(buttons.answer(version, value)) == (version, value)


@given(data=st.text(max_size=70))
def test_unknown_data_is_read_without_harm(data: str) -> None:
    press = buttons.read(data)
    version, value = buttons.read_answer(data)

    assert press.number(0) >= -1
    assert version >= -1
    assert data.endswith(value)


@pytest.mark.parametrize("given_number", ["", "x", "-1", "²", "٣", "1.5", "9" * 10, "9" * 50])
def test_number_that_no_row_has_is_minus_one(given_number: str) -> None:
    assert Press("e", (given_number,)).number() == -1
    assert buttons.read_answer(f"q:{given_number}:x")[0] == -1


@given(value=st.text(st.characters(codec="utf-8"), min_size=60, max_size=80))
def test_data_that_telegram_would_refuse_are_never_written(value: str) -> None:
    data = f"q:1:{value}"

    if len(data.encode()) > 64:
        with pytest.raises(ValueError, match="bytes"):
            buttons.answer(1, value)
    else:
        assert buttons.answer(1, value) == data


def test_error_about_too_long_data_does_not_tell_them() -> None:
    with pytest.raises(ValueError, match="67 bytes") as error:
        buttons.write("na", 1, "t" * 62)

    assert "ttt" not in str(error.value)
