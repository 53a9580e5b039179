from dataclasses import replace

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from programme import directory_search
from programme.directory_search import spoken
from storage import organisations, people
from storage.database import Database, Tx
from storage.directory_search import halves
from storage.name_keys import fold
from tests.programme.audience import CHIEF
from tests.storage.rows import make_person

READER = replace(CHIEF, role="viewer")
WORD = st.text("abcdeiklmnoprstuwyząęłśżó", min_size=3, max_size=11)
NAMES = ("Łucja Zając", "Stanisław Brzozowski", "Jan Żółty", "Ewelina Nowakowska-Wrona")


async def _unit(tx: Tx, key: str, name: str, locality: str, **more: str) -> int:
    values = {"kind": "ngo", "email": "", "phone": ""} | more
    saved = await organisations.save(tx, key=key, name=name, locality=locality, areas=(), **values)
    return saved.id


async def _found(tx: Tx, words: str) -> list[str]:
    return [one.name for one in await directory_search.people(tx, words=words, member=READER)]


@st.composite
def _slipped(draw: st.DrawFn, words: list[str]) -> str:
    """Type a name with one slip of the finger in one of its words."""
    typed = list(words)
    at = draw(st.integers(0, len(words) - 1))
    word, place = words[at], draw(st.integers(0, len(words[at]) - 1))
    letter = draw(st.sampled_from("abcdefghijklmnoprstuwyz"))
    slip = draw(st.sampled_from(("other", "missing", "added", "swapped")))
    if slip == "other":
        typed[at] = word[:place] + letter + word[place + 1 :]
    elif slip == "missing":
        typed[at] = word[:place] + word[place + 1 :]
    elif slip == "added":
        typed[at] = word[:place] + letter + word[place:]
    else:
        typed[at] = word[:place] + word[place : place + 2][::-1] + word[place + 2 :]
    return " ".join(typed)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data(), first=WORD, last=WORD)
async def test_person_is_found_by_a_name_with_one_slip(
    database: Database, data: st.DataObject, first: str, last: str
) -> None:
    name = f"{first.capitalize()} {last.capitalize()}"
    # Two letters that fold into one, and fillers, are other words than were typed.
    assume(len(fold(name).split()) == 2 and min(map(len, fold(name).split())) >= 3)
    typed = data.draw(_slipped(fold(name).split()))
    assume(len(fold(typed).split()) == 2)
    async with database.transaction() as tx:
        await make_person(tx, name=name)

        assert name in await _found(tx, typed)


@given(word=st.text("abcd", min_size=1, max_size=12), data=st.data())
def test_one_slip_leaves_one_half_of_a_word_whole(word: str, data: st.DataObject) -> None:
    typed = data.draw(_slipped([word]))
    start, end = halves(typed)

    assert word.startswith(start) or word.endswith(end) or len(typed) < 3


@pytest.mark.parametrize(
    ("words", "names"),
    [
        ("zajac", ["Łucja Zając"]),
        ("Zająca Łucji", ["Łucja Zając"]),
        ("BRZOZOWSKIEGO", ["Stanisław Brzozowski"]),
        ("bzozowski", ["Stanisław Brzozowski"]),
        ("jna zolty", ["Jan Żółty"]),
        ("wrona", ["Ewelina Nowakowska-Wrona"]),
        ("nowakowska ewelin", ["Ewelina Nowakowska-Wrona"]),
        ("j zolty", ["Jan Żółty"]),
        ("z", []),
        ("😀", []),
        ("%", []),
        ("_ _", []),
        ("' OR 1=1 --", []),
    ],
)
async def test_people_are_found_as_staff_type_them(
    database: Database, words: str, names: list[str]
) -> None:
    async with database.transaction() as tx:
        for name in NAMES:
            await people.change(tx, await make_person(tx, name=name), organisation_text="")

        assert await _found(tx, words) == names


async def test_people_are_found_by_their_organisation_after_those_of_that_name(
    database: Database,
) -> None:
    async with database.transaction() as tx:
        milki = await _unit(tx, "a", "Koło Gospodyń Wiejskich w Miłkach", "Miłki")
        ruda = await _unit(tx, "b", "KGW Ruda", "Ruda")
        await make_person(tx, name="Ewa Żak", organisation_id=milki)
        await make_person(tx, name="Anna Ruda", organisation_id=milki)
        await make_person(tx, name="Ola Las", organisation_id=ruda)

        assert await _found(tx, "KGW Milki") == ["Anna Ruda", "Ewa Żak"]
        assert await _found(tx, "ewa kgw") == ["Ewa Żak"]
        assert await _found(tx, "kolo gospodyn wiejskich ruda") == ["Anna Ruda", "Ola Las"]
        assert await _found(tx, "ruda") == ["Anna Ruda", "Ola Las"]


async def test_words_with_two_slips_are_found_when_nothing_else_is(database: Database) -> None:
    async with database.transaction() as tx:
        await make_person(tx, name="Stanisława Wiśniewska")

        assert await _found(tx, "xiśniewskx stanisława") == ["Stanisława Wiśniewska"]


@pytest.mark.parametrize(
    "words", ["o1@EXAMPLE", "600 100 200", "+48 600-100-200", "0048600100200", "100200"]
)
async def test_people_are_found_by_address_and_telephone(database: Database, words: str) -> None:
    async with database.transaction() as tx:
        number = await make_person(tx, name="Ewa Nowak", mail="o1@example.org")
        await people.change(tx, number, phone="600-100 200")
        await make_person(tx, name="Jan Inny", mail="a_b%c@example.org")

        assert await _found(tx, words) == ["Ewa Nowak"]


async def test_signs_of_patterns_mean_themselves(database: Database) -> None:
    async with database.transaction() as tx:
        await make_person(tx, name="Ewa Nowak", mail="ab@example.org")
        await make_person(tx, name="Jan Inny", mail="a_b%c@example.org")

        assert await _found(tx, "a_b%c@") == ["Jan Inny"]
        assert await _found(tx, "%@") == []


async def test_organisations_are_found_by_name_place_address_and_telephone(
    database: Database,
) -> None:
    async with database.transaction() as tx:
        await _unit(tx, "a", "Koło Gospodyń Wiejskich w Miłkach", "Miłki", phone="87 421 10 60")
        await _unit(tx, "b", "Ochotnicza Straż Pożarna", "Ruda", email="osp@example.org")

        found = {
            words: [
                one.name
                for one in await directory_search.organisations_of(tx, words=words, member=READER)
            ]
            for words in ("KGW Milki", "osp ruda", "straz porzarna", "osp@", "874211060", "xyz")
        }

    kgw, osp = "Koło Gospodyń Wiejskich w Miłkach", "Ochotnicza Straż Pożarna"
    assert found == {
        "KGW Milki": [kgw],
        "osp ruda": [osp],
        "straz porzarna": [osp],
        "osp@": [osp],
        "874211060": [kgw],
        "xyz": [],
    }


async def test_a_new_organisation_name_is_found_at_once(database: Database) -> None:
    async with database.transaction() as tx:
        unit = await _unit(tx, "a", "Stara Nazwa", "Ruda")
        await make_person(tx, name="Ewa Żak", organisation_id=unit)
        await _unit(tx, "a", "Zielona Dolina", "Ruda")

        assert await _found(tx, "zielona") == ["Ewa Żak"]
        assert await _found(tx, "stara") == []


@pytest.mark.parametrize(
    ("words", "kept"),
    [
        ("Łucja  Zając!", "lucja zajac"),
        ("A:b@Example.org", "ab@example.org"),
        ("raz dwa trzydziesci", "raz dwa"),
        ("x" * 40, "x" * 12),
    ],
)
def test_spoken_words_fit_a_button(words: str, kept: str) -> None:
    assert spoken(words, 12 if "@" not in words else 48) == kept
