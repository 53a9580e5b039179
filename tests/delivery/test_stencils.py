import pytest

from delivery.stencils import (
    NAME_GAP,
    NUMBER_GAP,
    UID_GAP,
    Entry,
    Personal,
    Stencils,
    Unfit,
    divide,
)


class Maker:
    """Counts how often a stencil was made; it can fail at it."""

    def __init__(self, error: Exception | None = None) -> None:
        self.times = 0
        self._error = error

    def __call__(self) -> str:
        self.times += 1
        if self._error is not None:
            raise self._error
        return f"stencil {self.times}"


def test_stencil_is_made_the_second_time_and_kept() -> None:
    stencils: Stencils[str] = Stencils()
    make = Maker()

    found = [stencils.find("a", make) for _ in range(4)]

    assert found == [None, "stencil 1", "stencil 1", "stencil 1"]
    assert make.times == 1


@pytest.mark.parametrize("error", [Unfit(), ValueError(), TypeError(), KeyError()], ids=repr)
def test_what_makes_no_stencil_is_tried_once(error: Exception) -> None:
    stencils: Stencils[str] = Stencils()
    make = Maker(error)

    found = [stencils.find("a", make) for _ in range(4)]

    assert found == [None] * 4
    assert make.times == 1


def test_the_one_used_longest_ago_is_forgotten() -> None:
    stencils: Stencils[str] = Stencils(kept=2)
    make = Maker()
    for key in ("a", "a", "b", "b", "a", "c"):
        stencils.find(key, make)

    assert stencils.find("a", make) == "stencil 1"
    assert stencils.find("b", make) is None


def test_facts_are_divided_into_the_persons_own_and_the_common() -> None:
    facts = {
        "person": {"name": " Anna\tNowak ", "note": "x"},
        "registration_id": 41,
        "calendar": {"uid": "a@b", "sequence": 2, "method": "REQUEST"},
        "calendar_entries": [{"uid": "c@d", "sequence": 0}],
        "subject": "y",
    }

    personal, common = divide(facts)

    assert personal == Personal("Anna Nowak", 41, Entry("a@b", 2), (Entry("c@d", 0),))
    assert common == {
        "person": {"name": NAME_GAP, "note": "x"},
        "registration_id": NUMBER_GAP,
        "calendar": {"uid": UID_GAP, "sequence": NUMBER_GAP, "method": "REQUEST"},
        "calendar_entries": [{"uid": UID_GAP, "sequence": NUMBER_GAP}],
        "subject": "y",
    }


def test_what_is_missing_leaves_no_gap() -> None:
    facts = {"person": {"name": ""}, "registration_id": None, "calendar": None}

    personal, common = divide(facts)

    assert personal == Personal("", None, None, ())
    assert common == facts


@pytest.mark.parametrize(
    "facts",
    [
        {},
        {"person": None},
        {"person": {"name": None}},
        {"person": {"name": "a \u202a"}},
        {"person": {"name": "a"}, "calendar": {"uid": None, "sequence": 0}},
        {"person": {"name": "a"}, "calendar_entries": [{"uid": "a", "sequence": True}]},
    ],
)
def test_strange_facts_are_unfit(facts: dict[str, object]) -> None:
    with pytest.raises(Unfit):
        divide(facts)
