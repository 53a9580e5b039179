from pathlib import Path

import pytest

from programme.importing import register_export
from programme.importing.load import Loaded, load_register
from programme.importing.register_file import read_register
from programme.refusals import OptionUnknown
from storage.database import Database

SAMPLE = Path(__file__).parents[3] / "bot" / "sample" / "organisations.csv"


@pytest.mark.parametrize("form", ["csv", "xlsx"])
async def test_register_that_was_written_is_read_as_it_is(database: Database, form: str) -> None:
    text = "nazwa;rodzaj;telefon;obszary;adres pocztowy\n=1+1;NGO;+48 600;a, b;Ruda 5, 11-513 Miłki"
    entries = [
        *read_register(SAMPLE.read_bytes(), filename="a.csv").entries,
        *read_register(text.encode(), filename="a.csv").entries,
    ]
    async with database.transaction() as tx:
        await load_register(tx, entries=entries)
        written = await register_export.file_of(tx, file_format=form)
        again = read_register(written, filename=f"a.{form}").entries
        loaded = await load_register(tx, entries=again)

    assert loaded == Loaded(same=len(entries))


async def test_register_in_another_format_is_refused(database: Database) -> None:
    async with database.reading() as tx:
        with pytest.raises(OptionUnknown):
            await register_export.file_of(tx, file_format="pdf")
