"""Write the register as a file that `register_file` reads: the same columns in the same words."""

from programme.lists import to_csv
from programme.refusals import OptionUnknown
from storage import organisations, workbooks
from storage.database import Tx
from storage.organisations import Organisation
from storage.workbooks import Table

FORMATS = ("csv", "xlsx")
# A register is a file of the office, and in its words whoever asks.
SHEET = "rejestr"
HEADINGS = (
    *("nazwa", "rodzaj", "e-mail", "telefon", "miejscowość"),
    *("obszary działalności", "adres pocztowy"),
)
KINDS = {"ngo": "NGO", "office": "urząd"}


async def file_of(tx: Tx, *, file_format: str) -> bytes:
    """Write the whole register as csv or xlsx; raises OptionUnknown for another format."""
    if file_format not in FORMATS:
        raise OptionUnknown
    rows = tuple(_row(one) for one in await organisations.list_all(tx))
    table = Table(SHEET, HEADINGS, rows)
    return workbooks.to_xlsx([table]) if file_format == "xlsx" else to_csv(table)


def _row(one: Organisation) -> tuple[str, ...]:
    return (
        one.name,
        KINDS[one.kind],
        one.email,
        one.phone,
        one.locality,
        ", ".join(one.areas),
        one.postal_address.replace("\n", ", "),
    )
