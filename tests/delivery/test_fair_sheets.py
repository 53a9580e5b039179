from io import BytesIO
from typing import Any

import pytest
from pypdf import PdfReader

from delivery import fair_sheets
from texts.translator import load

POLISH = load("pl")
PLACE = "Plac przed Ośrodkiem Kultury, Miłki"
SESSION = {
    "starts_at": "2027-05-15T08:00:00+00:00",
    "ends_at": "2027-05-15T14:00:00+00:00",
    "zone": "Europe/Warsaw",
    "place": PLACE,
}


def stand(number: int, **changes: Any) -> dict[str, Any]:
    return {
        "number": number,
        "organisation": f"Koło Gospodyń Wiejskich nr {number}",
        "contact": "Anna Wzorowa",
        "for_residents": "Pokaz serów i kartaczy o godz. 12:00 w namiocie.",
        "for_office": "",
        "tables": 2,
        "power": True,
        "needs": "cień",
        **changes,
    }


def facts(*stands: dict[str, Any], **changes: Any) -> dict[str, Any]:
    return {
        "programme": {
            "title": "Akademia Współpracy",
            "funder_line": "Finansowane przez NOWEFIO",
            "organiser": "Urząd Gminy Miłki",
            "contact": "",
        },
        "event": {
            "id": 1,
            "title": "Dzień Organizacji Pozarządowych w gminie Miłki",
            "kind": "fair",
            "place": PLACE,
            "sessions": [SESSION],
            **changes,
        },
        "stands": list(stands),
    }


def pages(content: bytes) -> list[str]:
    return [page.extract_text() for page in PdfReader(BytesIO(content)).pages]


def words(content: bytes) -> str:
    return " ".join("\n".join(pages(content)).split())


def test_programme_says_what_when_where_and_who_stands_at_which_number() -> None:
    text = words(fair_sheets.programme(facts(stand(3), stand(12)), POLISH))

    assert text == (
        "Akademia Współpracy · Urząd Gminy Miłki "
        "Dzień Organizacji Pozarządowych w gminie Miłki "
        "sobota, 15 maja 2027, godz. 10:00–16:00 "
        "Plac przed Ośrodkiem Kultury, Miłki "
        "Kogo można spotkać i na którym stoisku "
        "3 Koło Gospodyń Wiejskich nr 3 Pokaz serów i kartaczy o godz. 12:00 w namiocie. "
        "12 Koło Gospodyń Wiejskich nr 12 Pokaz serów i kartaczy o godz. 12:00 w namiocie. "
        "Finansowane przez NOWEFIO 1 / 1"
    )


def test_programme_tells_residents_nothing_that_is_for_the_office() -> None:
    secret = stand(1, for_office="Tajne warsztaty", needs="Tajny prąd", contact="Tajna Osoba")

    text = words(fair_sheets.programme(facts(secret), POLISH))
    for_office = words(fair_sheets.needs(facts(secret), POLISH))

    assert (text.count("Tajn"), for_office.count("Tajn")) == (0, 3)


def test_needs_are_summed_up() -> None:
    stands = [stand(1), stand(2, power=False, tables=3, needs=""), stand(7, for_office="Kurs.")]

    text = words(fair_sheets.needs(facts(*stands), POLISH))

    assert text == (
        "Akademia Współpracy Potrzeby stoisk Dzień Organizacji Pozarządowych w gminie Miłki "
        "sobota, 15 maja 2027, godz. 10:00–16:00 Plac przed Ośrodkiem Kultury, Miłki "
        "Nr Organizacja Stoliki Prąd Inne potrzeby "
        "1 Koło Gospodyń Wiejskich nr 1 Anna Wzorowa 2 tak cień "
        "2 Koło Gospodyń Wiejskich nr 2 Anna Wzorowa 3 – – "
        "7 Koło Gospodyń Wiejskich nr 7 Anna Wzorowa 2 tak cień "
        "Razem: 3 stoiska 7 2 "
        "Co organizacje proponują urzędowi 7. Koło Gospodyń Wiejskich nr 7 Kurs. "
        "Finansowane przez NOWEFIO 1 / 1"
    )


@pytest.mark.parametrize("make", [fair_sheets.programme, fair_sheets.needs])
def test_sheet_of_an_empty_fair_says_so(make: Any) -> None:
    assert words(make(facts(), POLISH)).count("Żadna organizacja nie jest jeszcze zgłoszona.") == 1


@pytest.mark.parametrize(("count", "most_pages"), [(3, 1), (20, 2), (60, 4)])
def test_programme_of_many_stands_shows_each_once_in_order(count: int, most_pages: int) -> None:
    stands = [stand(number, organisation=f"Klub{number:03d}") for number in range(1, count + 1)]

    found = pages(fair_sheets.programme(facts(*stands), POLISH))

    assert [word for word in " ".join(found).split() if word.startswith("Klub")] == [
        f"Klub{number:03d}" for number in range(1, count + 1)
    ]
    assert len(found) <= most_pages


def test_small_words_stay_with_the_next_one() -> None:
    [shown] = fair_sheets.programme_facts(facts(stand(1)), POLISH)["stands"]

    assert shown["words"] == (
        "Pokaz serów i\u00a0kartaczy o\u00a0godz.\u00a012:00 w\u00a0namiocie."
    )


def test_places_of_several_days_stand_beside_each_day() -> None:
    other = {**SESSION, "starts_at": "2027-05-16T08:00:00+00:00", "place": "Rydzewo"}
    other["ends_at"] = "2027-05-16T14:00:00+00:00"

    frame = fair_sheets.programme_facts(facts(sessions=[SESSION, other]), POLISH)

    assert (len(frame["when"]), frame["place"]) == (2, "")
    assert frame["when"][1].endswith(", Rydzewo")


def test_what_people_wrote_is_no_markup_and_a_word_without_end_is_broken() -> None:
    wild = stand(1, organisation="#panic() *x* [y]", for_residents="a" * 400, needs="$1 @x")

    text = words(fair_sheets.programme(facts(wild), POLISH))
    pictures = fair_sheets.programme_pictures(facts(wild), POLISH)

    assert text.count("#panic() *x* [y]") == 1
    assert len(pictures) == 1
    assert len(fair_sheets.needs_pictures(facts(wild), POLISH)) == 1


def test_same_facts_give_the_same_bytes() -> None:
    first, second = (fair_sheets.programme(facts(stand(1)), POLISH) for _ in range(2))

    assert first == second
