"""Whatever a mail asks for, whichever letter it answers: nothing breaks or is done twice."""

import asyncio
import itertools
import shutil
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from programme import letter_doors, mail_replies
from programme.mail_wishes import Wish, WrittenPerson
from programme.notice_policy import POLICY
from storage.database import Database, Tx, open_database
from storage.seat_tables import nomination, nomination_call, offer
from storage.tables import event, organisation, person, registration
from tests.programme.mail_steps import HOUSE, answer, mails, written
from tests.programme.naming import make_scene, name
from tests.storage.rows import NOW, make_person

CORE = (registration, nomination, nomination_call, offer, event, person, organisation)
KINDS = sorted(kind for kind, policy in POLICY.items() if "mail" in policy.in_doubt)
_numbers = itertools.count(1)

people = st.builds(
    WrittenPerson,
    name=st.sampled_from(["Anna Wzorowa", "Jan Kowalski", "Ewa", "", "1", "Ż" * 200, "a\nb"]),
    written=st.just("Anny Wzorowej"),
    email=st.sampled_from(["", "anna@example.org", "jan@example.org", "nic", "a@b", "x" * 300]),
    phone=st.sampled_from(["", "600 000 000", "x" * 80]),
    is_sure=st.booleans(),
)
wishes = st.builds(
    Wish,
    answer=st.sampled_from(["", "yes", "no", "stop"]),
    people=st.lists(people, max_size=4).map(tuple),
    rest=st.sampled_from(["", "", "", "coś jeszcze"]),
)
subjects = st.fixed_dictionaries(
    {},
    optional={
        "event": st.just(1),
        "organisation": st.just(1),
        "registration": st.sampled_from([1, 99]),
        "nomination": st.sampled_from([1, 2, 99]),
        "exhibitor": st.just(1),
    },
)


async def core(tx: Tx) -> list[Any]:
    """Read who has what; the hours at which rows were changed are none of it."""
    found = []
    for table in CORE:
        columns = [one for one in table.columns if not one.name.endswith("_at")]
        rows = await tx.execute(select(*columns).order_by(*table.primary_key))
        found.append([tuple(row) for row in rows])
    return found


async def scene(tx: Tx) -> tuple[int, int]:
    """Make an event, an organisation, somebody named and somebody known."""
    at = await make_scene(tx, seats=3)
    person_id = await make_person(tx, name="Anna Wzorowa", mail="anna@example.org")
    await name(tx, at, "Anna Wzorowa", "anna@example.org")
    await name(tx, at, "Piotr Nieznany", "piotr@example.org")
    return person_id, at.organisation_id


async def try_out(
    database: Database, kind: str, subject: dict[str, Any], owner: str, asked: Wish
) -> None:
    async with database.transaction() as tx:
        person_id, organisation_id = await scene(tx)
        token = await letter_doors.make(
            tx,
            purpose="reply",
            kind=kind,
            address="anna@example.org",
            locale="pl",
            subject=subject,
            now=NOW,
            lasts=None,
            person_id=person_id if owner == "person" else None,
            organisation_id=organisation_id if owner == "organisation" else None,
        )
    async with database.transaction() as tx:
        before = len(await mails(tx))
        await answer(tx, token, asked)
        after = await core(tx)
        # One letter to the reader at most, beside those to people who are named.
        own = [one for one in (await mails(tx))[before:] if one[1] == "anna@example.org"]
        assert len(own) <= 2
    async with database.transaction() as tx:
        await answer(tx, token, asked, number=2)
        assert await core(tx) == after
        await mail_replies.let_staff_look(
            tx, written=written(asked, number=3), tokens=[token], now=NOW
        )
    assert HOUSE.has_pages


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path) -> Path:
    """Give the folder in which every example has a database of its own."""
    folder = tmp_path_factory.mktemp("any")
    shutil.copyfile(sqlite_template, folder / "template.db")
    return folder


@given(
    kind=st.sampled_from(KINDS),
    subject=subjects,
    owner=st.sampled_from(["person", "organisation", "nobody"]),
    asked=wishes,
)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
def test_any_wish_to_any_letter_is_done_once(
    template: Path, kind: str, subject: dict[str, Any], owner: str, asked: Wish
) -> None:
    file = template / f"{next(_numbers)}.db"
    shutil.copyfile(template / "template.db", file)

    async def run() -> None:
        database = open_database(f"sqlite+aiosqlite:///{file}")
        try:
            await try_out(database, kind, subject, owner, asked)
        finally:
            await database.close()

    asyncio.run(run())
    for one in template.glob(f"{file.name}*"):
        one.unlink()
