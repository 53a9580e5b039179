import re
from datetime import timedelta
from pathlib import Path

from programme import indicators
from programme.indicators import COLUMNS, Figures
from storage import people
from storage.database import Database
from storage.insert import insert_id
from storage.tables import organisation
from tests.programme.joined import attend, certify, merge
from tests.programme.steps import register
from tests.storage.rows import FIRST_DAY, make_event, make_person

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "indicators.md"
TITLE = "Budowanie partnerstw"


def same(key: str) -> str:
    return key


async def test_table_counts_everybody_once(database: Database) -> None:
    async with database.transaction() as tx:
        both = [FIRST_DAY, FIRST_DAY + timedelta(days=1)]
        first, second = await make_event(tx, sessions=both), await make_event(tx)
        unit = await insert_id(tx, organisation, key="kgw", name="KGW", kind="ngo", areas=[])
        one = await make_person(tx, name="Ewa")
        await people.change(tx, one, organisation_id=unit)
        other = await make_person(tx, name="Jan")
        clerk = await make_person(tx, name="Ada", role="clerk")
        absent = await make_person(tx, name="Iza")
        for event_id in (first, second):
            for person_id in (one, other, clerk, absent):
                seat = (await register(tx, event_id, person_id)).registration_id
                if person_id == absent:
                    continue
                await attend(tx, seat)
                if event_id == first and person_id == one:
                    await attend(tx, seat, number=2)
                    await certify(tx, seat)

        found = await indicators.table(tx)

        assert found.events == [
            Figures(TITLE, "10.02.2027", 4, 3, 1, 2, 2, 12, 24, 1),
            Figures(TITLE, "10.02.2027", 4, 3, 1, 2, 2, 6, 18, 0),
        ]
        assert found.total == Figures("", "", 4, 3, 1, 2, 2, 18, 42, 1)


async def test_table_leaves_out_absence_drafts_and_what_was_called_off(
    database: Database,
) -> None:
    async with database.transaction() as tx:
        event_id = await make_event(tx)
        gone = await make_event(tx, state="cancelled")
        await make_event(tx, state="draft")
        seat = (await register(tx, event_id, await make_person(tx))).registration_id
        await attend(tx, seat, present=False)

        found = await indicators.table(tx)

        assert found.events == [Figures(TITLE, "10.02.2027", 1, 0, 0, 0, 0, 6, 0, 0)]
        assert found.total == Figures("", "", 1, 0, 0, 0, 0, 0, 0, 0)
        assert gone


async def test_table_counts_joined_people_once(database: Database) -> None:
    async with database.transaction() as tx:
        event_id = await make_event(tx)
        pair = [await make_person(tx, name="Ewa") for _ in range(2)]
        for person_id in pair:
            await attend(tx, (await register(tx, event_id, person_id)).registration_id)
        await merge(tx, pair[0], pair[1])

        found = await indicators.table(tx)

        assert found.total == Figures("", "", 1, 1, 0, 1, 1, 6, 6, 0)


async def test_file_of_no_event_has_the_last_row(database: Database) -> None:
    async with database.reading() as tx:
        content = await indicators.file_of(tx, file_format="csv", words=same)

    assert content.decode("utf-8-sig").splitlines() == [
        ",".join(f"figure_{name}" for name in COLUMNS),
        "total,,0,0,0,0,0,0,0,0",
    ]


def test_every_figure_is_described() -> None:
    described = re.findall(
        r"^\| `([a-z_]+)` \| [^|]+ \| [^|]{20,} \|$", PAGE.read_text(), re.MULTILINE
    )

    assert tuple(described) == COLUMNS
