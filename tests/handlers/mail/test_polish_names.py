import pytest

from handlers.mail.polish_name_table import MEN, WOMEN
from handlers.mail.polish_names import Case, declined, first_names, surnames, titled


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        *(("Kowalskiego", ["Kowalski"]), ("Białego", ["Biały"]), ("Nowaka", ["Nowak"])),
        *(("Zarębę", ["Zaręba"]), ("Mazura", ["Mazur"]), ("Janusza", ["Janusz"])),
        *(("Kupca", ["Kupiec", "Kupc"]), ("Borka", ["Borek", "Bork"])),
        *(("Mroza", ["Mroz", "Mróz"]), ("Gołębia", ["Gołąb", "Gołęb"])),
        *(("Stępnia", ["Stępień", "Stępeń", "Stępń"]), ("Orła", ["Orzeł", "Orł"])),
        *(("Lindego", ["Lindy", "Linde"]), ("Moniuszkę", ["Moniuszka", "Moniuszko"])),
        *(("KOWALSKIEGO", ["Kowalski"]), ("Nowaka-Kowalskiego", ["Nowak-Kowalski"])),
    ],
)
def test_surname_of_a_man_in_the_accusative(written: str, expected: list[str]) -> None:
    found = surnames(written, is_woman=False, case="accusative")

    assert [one.name for one in found] == expected


@pytest.mark.parametrize(
    ("written", "case", "expected"),
    [
        ("Kowalską", "accusative", ["Kowalska"]),
        ("Nowak", "accusative", ["Nowak"]),
        ("Zarębę", "accusative", ["Zaręba"]),
        ("Kowalskiej", "genitive", ["Kowalska"]),
        ("Zaręby", "genitive", ["Zaręba", "Zaręby"]),
        ("Wysokiej", "genitive", ["Wysoka", "Wysokiej"]),
        ("Kowalska", "nominative", ["Kowalska"]),
        ("Kowalskiego", "nominative", []),
    ],
)
def test_surname_of_a_woman(written: str, case: Case, expected: list[str]) -> None:
    found = surnames(written, is_woman=True, case=case)

    assert [one.name for one in found] == expected


@pytest.mark.parametrize(
    ("name", "is_woman", "case", "expected"),
    [
        ("Anna", True, "accusative", "Annę"),
        ("Maria", True, "genitive", "Marii"),
        ("Monika", True, "genitive", "Moniki"),
        ("Maja", True, "genitive", "Mai"),
        ("Kasia", True, "genitive", "Kasi"),
        ("Marek", False, "accusative", "Marka"),
        ("Jerzy", False, "accusative", "Jerzego"),
        ("Antoni", False, "genitive", "Antoniego"),
        ("Paweł", False, "genitive", "Pawła"),
        ("Aleksander", False, "genitive", "Aleksandra"),
        ("Kuba", False, "accusative", "Kubę"),
        ("Mieszko", False, "accusative", "Mieszka"),
        ("Noemi", True, "genitive", "Noemi"),
    ],
)
def test_first_name_is_declined(name: str, case: Case, expected: str, *, is_woman: bool) -> None:
    assert declined(name, is_woman=is_woman, case=case)[0] == expected


@pytest.mark.parametrize("name", [*WOMEN, *MEN])
def test_first_name_is_found_in_every_case(name: str) -> None:
    is_woman = name in WOMEN
    cases: list[Case] = ["nominative", "genitive", "accusative"]

    for case in cases:
        for form in declined(name, is_woman=is_woman, case=case):
            assert (name, case) in {(one.name, one.case) for one in first_names(form)}


def test_table_holds_the_common_names_once() -> None:
    assert len(WOMEN) == len(set(WOMEN)) > 200
    assert len(MEN) == len(set(MEN)) > 200


@pytest.mark.parametrize(
    ("written", "expected"),
    [("KOWALSKI", "Kowalski"), ("nowak-lis", "Nowak-Lis"), ("McNowak", "McNowak")],
)
def test_name_gets_its_capitals(written: str, expected: str) -> None:
    assert titled(written) == expected
