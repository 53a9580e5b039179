from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from programme import audience_choice
from programme.audience_choice import KINDS, LOCALES, STATES, Choice
from programme.refusals import OptionUnknown

NUMBERS = st.lists(st.integers(1, 10**9), max_size=3).map(tuple)
WORDS = st.lists(st.text(max_size=8), max_size=3).map(tuple)
ONE = st.none() | st.integers(1, 10**9)
CHOICES = st.builds(
    Choice,
    kinds=st.lists(st.sampled_from(KINDS)).map(tuple),
    localities=WORDS,
    areas=WORDS,
    event_id=ONE,
    states=st.lists(st.sampled_from(STATES)).map(tuple),
    locales=st.lists(st.sampled_from(LOCALES)).map(tuple),
    people=NUMBERS,
    organisations=NUMBERS,
    excluded_people=NUMBERS,
    excluded_organisations=NUMBERS,
    silent_of=ONE,
    got=ONE,
)


@given(choice=CHOICES)
def test_choice_is_read_as_it_was_kept(choice: Choice) -> None:
    assert Choice.from_json(choice.to_json()) == choice


@pytest.mark.parametrize(
    "kept",
    [
        {"kinds": ["school"]},
        {"kinds": "ngo"},
        {"states": ["asleep"]},
        {"people": ["1"]},
        {"people": [True]},
        {"event_id": "7"},
        {"localities": [7]},
        {"__class__": 1},
        {"audience": "everyone"},
    ],
)
def test_choice_of_unknown_values_is_refused(kept: dict[str, Any]) -> None:
    with pytest.raises(OptionUnknown):
        Choice.from_json(kept)


def test_equal_ticks_in_another_order_are_the_same_choice() -> None:
    assert Choice(people=(3, 1, 3), kinds=("office", "ngo")) == Choice(
        people=(1, 3), kinds=("ngo", "office")
    )


@pytest.mark.parametrize(
    ("word", "choice"),
    [
        ("organisations", Choice(kinds=("ngo", "office"))),
        ("ngo", Choice(kinds=("ngo",))),
        ("office", Choice(kinds=("office",))),
        ("event:7", Choice(event_id=7, states=("registered",))),
    ],
)
def test_preset_of_a_short_button(word: str, choice: Choice) -> None:
    assert audience_choice.preset(word) == choice
    assert Choice.from_json({"audience": word}) == choice


@pytest.mark.parametrize("word", ["", "event:", "event:x", "event:7:8", "everyone", "event:²"])
def test_preset_of_another_word_is_refused(word: str) -> None:
    with pytest.raises(OptionUnknown):
        audience_choice.preset(word)


def test_tick_is_set_and_taken_away() -> None:
    ticked = Choice(kinds=("ngo",)).toggled("kinds", "office")

    assert ticked == Choice(kinds=("ngo", "office"))
    assert ticked.toggled("kinds", "office") == Choice(kinds=("ngo",))


@pytest.mark.parametrize(("name", "value"), [("event_id", 7), ("kinds", "school"), ("x", "y")])
def test_tick_of_what_is_no_list_is_refused(name: str, value: str) -> None:
    with pytest.raises(OptionUnknown):
        Choice().toggled(name, value)


def test_empty_choice_means_nobody_yet() -> None:
    assert Choice().is_empty
    assert Choice(event_id=7).is_empty
    assert Choice(excluded_people=(1,)).is_empty
    assert not Choice(people=(1,)).is_empty
    assert not Choice(got=3).is_empty
