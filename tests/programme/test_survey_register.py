"""What organisations say of themselves is proposed, and taken over by staff alone."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from programme import survey_filling, survey_loading, survey_pouring, survey_register
from programme.importing.survey_file import read_survey
from programme.refusals import NotStaff
from programme.survey_refusals import RegisterChanged
from programme.survey_register import Proposal
from storage import audit_trail, organisations, survey_recipients, surveys, waves
from storage.database import Database, Tx
from tests.programme.audience import CHIEF, make_organisation, make_staff
from tests.storage.rows import NOW, ZONE

KEY = "dzialalnosc-organizacji"
FILE = Path(__file__).parents[2] / "bot" / "sample" / "surveys" / f"{KEY}.toml"
SAID: dict[str, str | list[str]] = {
    "active": "yes",
    "locality": "rydzewo",
    "areas": ["culture", "seniors"],
}


async def _survey(tx: Tx) -> None:
    definition = read_survey(FILE.read_bytes(), today=date(2027, 1, 4))
    await survey_loading.load(tx, definition=definition, zone=ZONE, now=NOW)


async def _answer(tx: Tx, organisation_id: int, **said: str | list[str]) -> None:
    """Let an organisation hand in what it says, and leave all else out."""
    survey = await surveys.by_key(tx, KEY)
    assert survey is not None
    (wave,) = await waves.of_survey(tx, survey.id)
    await waves.open_now(tx, wave.id)
    owner = survey_filling.organisation(organisation_id)
    row = {"owner": owner, "person_id": None, "organisation_id": organisation_id}
    await survey_recipients.add(tx, wave.id, [row])
    filling = await survey_filling.open_for(tx, wave_id=wave.id, owner=owner, now=NOW)
    filling = await survey_filling.save(tx, filling=filling, given=said, door="chat", now=NOW)
    await survey_pouring.pour(tx, filling=filling, complete=True, door="chat", now=NOW)


async def _unit(tx: Tx, name: str, *, areas: tuple[str, ...] = (), locality: str = "") -> int:
    unit = await make_organisation(tx, name)
    await organisations.change(tx, unit, areas=list(areas), locality=locality)
    return unit


async def test_proposals_are_what_the_register_does_not_have(database: Database) -> None:
    async with database.transaction() as tx:
        await _survey(tx)
        other = await _unit(tx, "Żagiel", areas=("Kultura", "seniorzy"), locality="RYDZEWO")
        unit = await _unit(tx, "Fala", areas=("śpiew", "Kultura"))
        nowhere = await _unit(tx, "Brzeg", locality="Miłki")
        await _answer(tx, unit, **SAID)
        await _answer(tx, other, **SAID)
        await _answer(tx, nowhere, active="no", locality="other", ended="Koniec.")

        found = await survey_register.proposals(tx, survey_key=KEY, member=CHIEF)

    assert found == [
        Proposal(
            unit,
            "Fala",
            "areas",
            ("śpiew", "Kultura"),
            ("śpiew", "Kultura", "seniorzy"),
            ("seniorzy",),
        ),
        Proposal(unit, "Fala", "locality", (), ("Rydzewo",), ("Rydzewo",)),
    ]


async def test_taking_over_adds_and_is_recorded(database: Database) -> None:
    async with database.transaction() as tx:
        member = await make_staff(tx)
        await _survey(tx)
        unit = await _unit(tx, "Fala", areas=("śpiew",), locality="Miłki")
        await _answer(tx, unit, **SAID)
        areas, locality = await survey_register.proposals(tx, survey_key=KEY, member=member)
        before = await organisations.get(tx, unit)

        for proposal in (areas, locality):
            await survey_register.take_over(
                tx, survey_key=KEY, proposal=proposal, member=member, now=NOW
            )

        after = await organisations.get(tx, unit)
        rest = await survey_register.proposals(tx, survey_key=KEY, member=member)
        recorded = await audit_trail.page(tx, limit=9)
    assert before is not None
    assert after == replace(before, areas=("śpiew", "kultura", "seniorzy"), locality="Rydzewo")
    assert rest == []
    assert [(one.action, one.detail["before"], one.detail["after"]) for one in recorded] == [
        ("survey register", "Miłki", "Rydzewo"),
        ("survey register", "śpiew", "śpiew, kultura, seniorzy"),
    ]


async def test_what_staff_wrote_meanwhile_is_not_overwritten(database: Database) -> None:
    async with database.transaction() as tx:
        await _survey(tx)
        unit = await _unit(tx, "Fala")
        await _answer(tx, unit, **SAID)
        areas, _ = await survey_register.proposals(tx, survey_key=KEY, member=CHIEF)
        await organisations.change(tx, unit, areas=["taniec"])

        with pytest.raises(RegisterChanged):
            await survey_register.take_over(
                tx, survey_key=KEY, proposal=areas, member=None, now=NOW
            )

        kept = await organisations.get(tx, unit)
    assert kept is not None
    assert kept.areas == ("taniec",)


async def test_nobody_takes_over_without_the_right(database: Database) -> None:
    viewer = replace(CHIEF, role="viewer")
    async with database.transaction() as tx:
        await _survey(tx)
        unit = await _unit(tx, "Fala")
        await _answer(tx, unit, **SAID)
        areas, _ = await survey_register.proposals(tx, survey_key=KEY, member=CHIEF)

        with pytest.raises(NotStaff):
            await survey_register.proposals(tx, survey_key=KEY, member=viewer)
        with pytest.raises(NotStaff):
            await survey_register.take_over(
                tx, survey_key=KEY, proposal=areas, member=viewer, now=NOW
            )
