import pytest

from delivery.list_words import WORDS, Words
from programme import calendar_standing, indicators, lists
from storage.columns import metadata
from texts.translator import LOCALES, load

COLUMNS = (
    *(*lists.PERSON, *lists.REACH, "registered_at", "door", "answered_by", "note", "standing"),
    "calendar",
    *("offer_until", "present_count", "missing_count", "nomination_state", "named_at"),
    "answered_at",
)


def _states(table: str) -> set[str]:
    """Read the states that a table's check lets pass."""
    checks = [str(getattr(one, "sqltext", "")) for one in metadata.tables[table].constraints]
    (found,) = [one for one in checks if one.startswith("state IN")]
    return {one.strip(" '") for one in found.partition("(")[2].rstrip(")").split(",")}


def test_every_list_column_and_state_has_a_word() -> None:
    wanted = {f"list_{name}" for name in (*lists.LISTS, "indicators")}
    wanted |= {f"column_{name}" for name in COLUMNS}
    wanted |= {f"figure_{name}" for name in indicators.COLUMNS}
    wanted |= {f"document_{state}" for state in (*_states("document"), "missing")}
    wanted |= {f"nomination_{state}" for state in _states("nomination")}
    wanted |= {f"door_{door}" for door in ("telegram", "mail", "web", "staff", "import")}
    wanted |= {f"answered_{who}" for who in ("self", "contact", "staff")}
    wanted |= {f"calendar_{one}" for one in calendar_standing.STANDINGS}
    wanted |= {"role_ngo", "role_clerk", "yes", "no", "total"}
    wanted |= {"standing_line", "standing_offer", "standing_application"}

    assert set(WORDS) == wanted


@pytest.mark.parametrize("locale", LOCALES)
def test_headings_of_one_list_differ(locale: str) -> None:
    words = Words(load(locale))

    for names in (
        [f"column_{name}" for name in COLUMNS],
        [f"figure_{name}" for name in indicators.COLUMNS],
        [f"list_{name}" for name in lists.LISTS],
    ):
        said = [words(name) for name in names]
        assert len(set(said)) == len(said)


def test_an_unknown_word_is_an_error() -> None:
    with pytest.raises(KeyError):
        Words(load("pl"))("poem")
