"""Reports as PDF: what stands on the pages, and what must not."""

import io
from dataclasses import dataclass
from datetime import timedelta

import pytest
from pypdf import PdfReader

from delivery import programme_report_sheets, survey_report_sheets, typeset
from programme import survey_reports
from programme.refusals import NotStaff
from programme.survey_refusals import NothingToReport
from storage import people
from storage.database import Database, Tx
from storage.insert import insert_id
from storage.staff import StaffMember
from storage.tables import organisation
from tests.programme import answered_town as answered
from tests.programme.joined import attend, certify
from tests.programme.steps import register
from tests.storage.rows import FIRST_DAY, make_event, make_person
from texts.translator import load

POLISH = load("pl")
PERSON = "Genowefa Nieznana"


@dataclass(frozen=True)
class Pages:
    """The words of a PDF, page by page, with single spaces."""

    pages: list[str]

    @property
    def text(self) -> str:
        return " ".join(self.pages)


def _read(content: bytes) -> Pages:
    pages = PdfReader(io.BytesIO(content)).pages
    return Pages([" ".join(page.extract_text().split()) for page in pages])


async def _held(tx: Tx) -> None:
    """Hold a training for two organisations, residents' two waves, and two evaluations."""
    event_id = await make_event(tx, sessions=[FIRST_DAY, FIRST_DAY + timedelta(days=1)])
    units = [
        await insert_id(tx, organisation, key=key, name=name, kind="ngo", areas=[])
        for key, name in (("kgw", "KGW Staświny"), ("osp", "OSP Rydzewo"), ("ks", "KS Żagiel"))
    ]
    for number in range(4):
        person_id = await make_person(tx, name=PERSON)
        await people.change(tx, person_id, organisation_id=units[number % 2])
        seat = (await register(tx, event_id, person_id)).registration_id
        if number != 1:
            await attend(tx, seat)
        if number == 0:
            await certify(tx, seat)
    residents = await answered.load(tx, "mieszkancy-ngo")
    await answered.hold(tx, residents, "baseline", people=12, seed=1)
    await answered.hold(tx, residents, "endline", people=10, seed=1, better=2.0)
    training = await answered.load(tx, "po-szkoleniu")
    await answered.hold_about(tx, training, event_id, "first", people=7, seed=2)
    other = await make_event(tx)
    await answered.hold_about(tx, training, other, "second", people=3, seed=3)


async def test_report_of_a_survey(database: Database) -> None:
    async with database.transaction() as tx:
        await _held(tx)
        programme, found = await survey_reports.of_survey(
            tx, survey_key="mieszkancy-ngo", member=None
        )
    facts = survey_report_sheets.survey_facts(
        programme, found, POLISH, now=answered.NOW, zone=answered.ZONE
    )

    read = _read(typeset.pdf("report", facts))
    assert read.pages[0].startswith(
        "Raport z ankiety · Akademia Współpracy Organizacje wokół nas Urząd Gminy Miłki. "
        "Stan na 4 stycznia 2027. Jak pytaliśmy Zadaliśmy 12 pytań."
    )
    assert "odnośnik dla wszystkich 12 12" in read.text
    assert "Co się zmieniło od pierwszego razu Osoby, które odpowiedziały za pierwszym" in read.text
    assert "Jak czytać te liczby • Udział był dobrowolny." in read.text
    # What looks like markup or a formula stays what somebody wrote.
    assert "=SUMA(A1:A9) – to nie jest formuła, tylko żart." in read.text
    charts = [one for one in _all(facts["pieces"]) if one["kind"] == "chart"]
    assert all(str(one["svg"]).startswith("<?xml") and one["alt"] for one in charts)
    assert len(charts) > 20


def _all(pieces: list[dict[str, object]]) -> list[dict[str, object]]:
    found = []
    for one in pieces:
        inner = one.get("items")
        found += _all(inner) if one["kind"] == "together" and isinstance(inner, list) else [one]
    return found


async def test_evaluation_report(database: Database) -> None:
    async with database.transaction() as tx:
        await _held(tx)
        found = await survey_reports.of_programme(tx, member=None)
    content = programme_report_sheets.programme_pdf(
        found, POLISH, now=answered.NOW, zone=answered.ZONE
    )

    read = _read(content)
    assert read.pages[0].startswith("Akademia Współpracy Raport z ewaluacji programu Urząd")
    assert "Najważniejsze • Osoby, które przyszły na wydarzenia: 3" in read.pages[0]
    [kgw] = [page for page in read.pages if page.startswith("KGW Staświny")]
    [osp] = [page for page in read.pages if page.startswith("OSP Rydzewo")]
    # Seats, people who came, hours, certificates.
    assert "Budowanie partnerstw 2 2 12 1 Budowanie partnerstw – – – – Razem 2 2 12 1" in kgw
    assert "Budowanie partnerstw 2 1 6 0 Budowanie partnerstw – – – – Razem 2 1 6 0" in osp
    [absent] = [page for page in read.pages if "nie brały udziału w żadnym" in page]
    assert absent.count("KS Żagiel.") == 1
    [events] = [page for page in read.pages if page.startswith("Co uczestnicy powiedzieli")]
    # Seven people are shown, three are not.
    assert ("(7)" in events, "za mało" in events, "(3)" in events) == (True, True, False)
    assert PERSON not in read.text


async def test_report_of_a_survey_that_has_not_begun(database: Database) -> None:
    async with database.transaction() as tx:
        await answered.load(tx, "mieszkancy-ngo")

        with pytest.raises(NothingToReport):
            await survey_reports.of_survey(tx, survey_key="mieszkancy-ngo", member=None)


async def test_viewer_gets_no_report_with_what_people_wrote(database: Database) -> None:
    viewer = StaffMember(1, "Jan", "viewer", 5)
    async with database.transaction() as tx:
        with pytest.raises(NotStaff):
            await survey_reports.of_survey(tx, survey_key="any", member=viewer)
        with pytest.raises(NotStaff):
            await survey_reports.of_programme(tx, member=viewer)


async def test_same_answers_give_the_same_bytes(database: Database) -> None:
    async with database.transaction() as tx:
        survey = await answered.load(tx, "po-szkoleniu")
        await answered.hold_about(tx, survey, await make_event(tx), "one", people=6, seed=1)
        programme, found = await survey_reports.of_survey(tx, survey_key=survey.key, member=None)

    made = [
        survey_report_sheets.survey_pdf(
            programme, found, POLISH, now=answered.NOW, zone=answered.ZONE
        )
        for _ in range(2)
    ]
    assert made[0] == made[1]
