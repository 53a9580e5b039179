import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from programme import organisations
from programme.importing.load import load_register
from programme.importing.register_file import read_register
from storage.database import open_database

SAMPLE = Path(__file__).parents[2] / "bot" / "sample" / "organisations.csv"
REGISTER = read_register(SAMPLE.read_bytes(), filename=SAMPLE.name).entries
NAMES = [f"{entry.name}, {entry.locality}" for entry in REGISTER]

KGW_MILKI = "Koło Gospodyń Wiejskich w Miłkach"
KGW_RYDZEWO = "Koło Gospodyń Wiejskich w Rydzewie"
RUDZIANKI = "Koło Gospodyń Wiejskich „Rudzianki” w Rudzie"
KGW_STASWINY = "Koło Gospodyń Wiejskich w Staświnach"
WYSZOWIANKI = "Koło Gospodyń Wiejskich „Wyszowianki”"
KGW_KONOPKI = "Koło Gospodyń Wiejskich w Konopkach Wielkich"
OSP_MILKI = "Ochotnicza Straż Pożarna w Miłkach"
OSP_RYDZEWO = "Ochotnicza Straż Pożarna w Rydzewie"
OSP_WOLA = "Ochotnicza Straż Pożarna w Marcinowej Woli"
OSP_STASWINY = "Ochotnicza Straż Pożarna w Staświnach"
FALA = "Ludowy Klub Sportowy „Fala” Miłki"
ZAGIEL = "Ludowy Zespół Sportowy „Żagiel” Rydzewo"
ORLIK = "Uczniowski Klub Sportowy „Orlik” przy Szkole Podstawowej w Miłkach"
ZIEMIA = "Stowarzyszenie Miłośników Ziemi Miłeckiej"
CZYPRKI = "Stowarzyszenie „Nasza Wieś Czyprki”"
PAPROTKI = "Stowarzyszenie Przyjaciół Paprotek"
ZIELONY = "Stowarzyszenie na rzecz Rozwoju Jagodnego „Zielony Brzeg”"
RAZEM = "Stowarzyszenie Rodziców „Razem dla Dzieci”"
PRZYSTAN = "Fundacja „Mazurska Przystań”"
CARITAS = "Parafialny Zespół Caritas w Miłkach"
SENIORZY = "Klub Seniora „Pogodna Jesień” w Miłkach"
KORMORAN = "Koło Łowieckie „Kormoran”"
OKON = "Koło Wędkarskie „Okoń” w Kleszczewie"
ZABYTKI = "Towarzystwo Opieki nad Zabytkami Gminy Miłki"
URZAD = "Urząd Gminy Miłki"
GOPS = "Gminny Ośrodek Pomocy Społecznej w Miłkach"
GOK = "Gminny Ośrodek Kultury w Miłkach"

SPELLINGS = {
    "KGW Milki": KGW_MILKI,
    "kgw miłki": KGW_MILKI,
    "KGW w Miłkach": KGW_MILKI,
    "K.G.W. Miłki": KGW_MILKI,
    "kgw z Miłek": KGW_MILKI,
    "Koło Gospodyń Milki": KGW_MILKI,
    "kolo gospodyn wiejskich milki": KGW_MILKI,
    "Miłki koło gospodyń wiejskich": KGW_MILKI,
    "koło gospodyń wiejskih w milkach": KGW_MILKI,
    "gospodynie z Miłek": KGW_MILKI,
    "Koło Gosp. Wiejskich Miłki": KGW_MILKI,
    "KOŁO GOSPODYŃ WIEJSKICH W MIŁKACH": KGW_MILKI,
    "kgw rydzewo": KGW_RYDZEWO,
    "KGW Rydzewie": KGW_RYDZEWO,
    "gospodynie Rydzewo": KGW_RYDZEWO,
    "kgw rydzwo": KGW_RYDZEWO,
    "kgw ruda": RUDZIANKI,
    "rudzianki": RUDZIANKI,
    "Koło Gospodyń w Rudzie": RUDZIANKI,
    "kgw staswiny": KGW_STASWINY,
    "KGW Staświnach": KGW_STASWINY,
    "kgw stawiny": KGW_STASWINY,
    "wyszowianki": WYSZOWIANKI,
    "kgw wyszowate": WYSZOWIANKI,
    "KGW Wyszowatem": WYSZOWIANKI,
    "kgw konopki": KGW_KONOPKI,
    "KGW Konopki Wielkie": KGW_KONOPKI,
    "OSP Miłki": OSP_MILKI,
    "osp milki": OSP_MILKI,
    "straż pożarna miłki": OSP_MILKI,
    "ochotnicza straz pozarna milki": OSP_MILKI,
    "strażacy z Miłek": OSP_MILKI,
    "OSP Rydzewo": OSP_RYDZEWO,
    "straż Rydzewo": OSP_RYDZEWO,
    "osp rydzewie": OSP_RYDZEWO,
    "OSP Marcinowa Wola": OSP_WOLA,
    "osp wola": OSP_WOLA,
    "straz marcinowa": OSP_WOLA,
    "OSP Staswiny": OSP_STASWINY,
    "LKS Fala": FALA,
    "fala": FALA,
    "lks milki": FALA,
    "Ludowy Klub Sportowy": FALA,
    "LZS Żagiel": ZAGIEL,
    "zagiel rydzewo": ZAGIEL,
    "lzs rydzewo": ZAGIEL,
    "UKS Orlik": ORLIK,
    "orlik przy sp miłki": ORLIK,
    "uczniowski klub sportowy": ORLIK,
    "Stow. Miłośników Ziemi Miłeckiej": ZIEMIA,
    "milosnicy ziemi mileckiej": ZIEMIA,
    "Nasza Wieś": CZYPRKI,
    "stowarzyszenie czyprki": CZYPRKI,
    "Stow Nasza Wies Czyprkach": CZYPRKI,
    "przyjaciele paprotek": PAPROTKI,
    "stowarzyszenie paprotki": PAPROTKI,
    "zielony brzeg": ZIELONY,
    "stow. rozwoju Jagodnego": ZIELONY,
    "Jagodne Wielkie": ZIELONY,
    "razem dla dzieci": RAZEM,
    "stowarzyszenie rodziców": RAZEM,
    "stowarzysznie rodzicow razem": RAZEM,
    "Fund. Mazurska Przystań": PRZYSTAN,
    "mazurska przystan": PRZYSTAN,
    "fundacja": PRZYSTAN,
    "caritas": CARITAS,
    "Caritas Miłki": CARITAS,
    "parafia caritas": CARITAS,
    "klub seniora": SENIORZY,
    "seniorzy Miłki": SENIORZY,
    "pogodna jesien": SENIORZY,
    "koło łowieckie": KORMORAN,
    "kormoran": KORMORAN,
    "koło wędkarskie okoń": OKON,
    "wedkarze kleszczewo": OKON,
    "okon": OKON,
    "opieka nad zabytkami": ZABYTKI,
    "tow. opieki nad zabytkami": ZABYTKI,
    "UG Miłki": URZAD,
    "Urząd Gminy": URZAD,
    "urzad gminy milki": URZAD,
    "gmina Miłki urząd": URZAD,
    "GOPS": GOPS,
    "gops milki": GOPS,
    "gminny ośrodek opieki społecznej": GOPS,
    "pomoc społeczna": GOPS,
    "GOK": GOK,
    "ośrodek kultury": GOK,
    "dom kultury gok": GOK,
}

STRANGERS = [
    "asdf",
    "Urząd Skarbowy Kraków",
    "",
    "  ",
    "!?",
    "OSP Kraków",
    "KGW Suwałki",
    "Polski Związek Filatelistów",
    "nie wiem",
    "nie należę do żadnej",
    "Ochotnicza Straż Pożarna Kraków",
    "Fundacja Batorego",
    "x",
    "12345",
]


def first_hit(words: str) -> str | None:
    ranked = organisations.rank(words, NAMES)
    return REGISTER[ranked[0].index].name if ranked else None


@pytest.mark.parametrize(("words", "name"), SPELLINGS.items(), ids=SPELLINGS)
def test_rank_spelling_finds_the_organisation_first(words: str, name: str) -> None:
    assert first_hit(words) == name


@pytest.mark.parametrize("words", STRANGERS)
def test_rank_stranger_finds_nothing(words: str) -> None:
    assert organisations.rank(words, NAMES) == []


@pytest.mark.parametrize("entry", REGISTER, ids=lambda entry: entry.name)
def test_rank_full_name_finds_itself(entry: organisations.Match) -> None:
    assert first_hit(entry.name) == entry.name


def test_rank_abbreviation_alone_finds_all_of_that_kind() -> None:
    ranked = organisations.rank("OSP", NAMES)

    found = {REGISTER[each.index].name for each in ranked}
    assert found == {OSP_MILKI, OSP_RYDZEWO, OSP_WOLA, OSP_STASWINY}


def test_rank_limit_is_kept() -> None:
    assert len(organisations.rank("Miłki", NAMES, limit=3)) == 3


def test_rank_abbreviation_in_the_register_is_found_by_its_words() -> None:
    names = ["KGW Miłki", "OSP Miłki"]

    ranked = organisations.rank("koło gospodyń wiejskich w Miłkach", names)

    assert [each.index for each in ranked] == [0]


def test_rank_empty_register_finds_nothing() -> None:
    assert organisations.rank("KGW", []) == []


@given(st.text(max_size=60))
def test_rank_any_words_give_scores_in_order(words: str) -> None:
    scores = [each.score for each in organisations.rank(words, NAMES)]

    assert scores == sorted(scores, reverse=True)
    assert all(0 < score <= 1 for score in scores)


def test_rank_500_names_takes_little_time() -> None:
    names = [f"{name} {number}" for number in range(20) for name in NAMES][:500]
    organisations.rank("warm", names)

    started = time.perf_counter()
    organisations.rank("Koło Gospodyń Wiejskih w Milkach", names)
    spent = time.perf_counter() - started

    # Ten times what it takes, so that a busy machine does not fail the test.
    assert spent < 0.5


async def test_find_reads_the_register(database_url: str) -> None:
    database = open_database(database_url)
    async with database.transaction() as tx:
        await load_register(tx, entries=REGISTER)
    async with database.reading() as tx:
        found = await organisations.find(tx, words="KGW Milki", limit=1)
    await database.close()

    assert [(each.name, each.kind, each.locality) for each in found] == [
        (KGW_MILKI, "ngo", "Miłki")
    ]
