import csv
import io
from contextlib import suppress

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from openpyxl import Workbook

from programme.importing import problems as faults
from programme.importing.entries import OrganisationEntry, RegisterFile
from programme.importing.problems import FileRefused
from programme.importing.register_file import CELL_LIMIT, MOST_ROWS, read_register
from programme.importing.toml_table import is_showable

POLISH = "nazwa;rodzaj;e-mail;telefon;miejscowość;obszary działalności\n"
ROW = "Koło Gospodyń w Miłkach;NGO;kgw@milki.example.org;+48 600 000 101;Miłki;kultura, kuchnia\n"
ENTRY = OrganisationEntry(
    row=2,
    name="Koło Gospodyń w Miłkach",
    kind="ngo",
    email="kgw@milki.example.org",
    phone="+48 600 000 101",
    locality="Miłki",
    areas=("kultura", "kuchnia"),
)


def read(text: str) -> RegisterFile:
    return read_register(text.encode(), filename="rejestr.csv")


def problems(content: str | bytes, filename: str = "rejestr.csv") -> tuple[object, ...]:
    data = content.encode() if isinstance(content, str) else content
    with pytest.raises(FileRefused) as refused:
        read_register(data, filename=filename)
    return refused.value.problems


def workbook(*rows: list[object]) -> bytes:
    book = Workbook()
    sheet = book.worksheets[0]
    for row in rows:
        sheet.append(row)
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1250", "utf-16"])
@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
def test_read_csv_in_every_encoding_of_a_spreadsheet(encoding: str, line_end: str) -> None:
    content = (POLISH + ROW).replace("\n", line_end).encode(encoding)

    assert read_register(content, filename="rejestr.csv") == RegisterFile((ENTRY,))


def test_read_csv_with_commas_and_english_headings() -> None:
    text = (
        "Name,Kind,E-mail,Phone,Locality,Areas of activity\n"
        'Koło Gospodyń w Miłkach,ngo,kgw@milki.example.org,+48 600 000 101,Miłki,"kultura,kuchnia"'
    )

    assert read(text) == RegisterFile((ENTRY,))


def test_read_csv_with_tabs() -> None:
    content = (POLISH + ROW).replace(";", "\t")

    assert read(content) == RegisterFile((ENTRY,))


def test_read_csv_with_the_separator_line_keeps_row_numbers() -> None:
    file = read("sep=;\n" + POLISH + ROW)

    assert [entry.row for entry in file.entries] == [3]


def test_read_title_above_and_empty_rows_between_are_skipped() -> None:
    file = read("Rejestr organizacji, stan na dziś\n\n" + POLISH + "\n;;;;;\n" + ROW)

    assert [(entry.row, entry.name) for entry in file.entries] == [(6, ENTRY.name)]


def test_read_other_columns_are_named_as_ignored() -> None:
    file = read("nazwa;KRS;rodzaj;uwagi\nOSP Miłki;0000;NGO;\n")

    assert file.ignored == ("KRS", "uwagi")
    assert file.entries == (OrganisationEntry(2, "OSP Miłki", "ngo", "", "", "", ()),)


def test_read_short_rows_have_empty_cells() -> None:
    assert read(POLISH + "OSP Miłki;urząd\n").entries == (
        OrganisationEntry(2, "OSP Miłki", "office", "", "", "", ()),
    )


@pytest.mark.parametrize(
    ("cell", "meant"),
    [
        ('"=""600000101"""', "600000101"),
        ("'+48 600", "+48 600"),
        ("'48", "'48"),
        ("  600  000 ", "600 000"),
    ],
)
def test_read_what_spreadsheets_put_around_a_text_is_taken_off(cell: str, meant: str) -> None:
    file = read(f"nazwa;rodzaj;telefon\nOSP Miłki;NGO;{cell}\n")

    assert file.entries[0].phone == meant


def test_read_xlsx_with_numbers_and_empty_rows() -> None:
    content = workbook(
        ["Rejestr"],
        ["nazwa", "rodzaj", "telefon", "miejscowość", None],
        [None, None, None, None, None],
        ["OSP Miłki", "NGO", 600000101, "Miłki", None],
        ["OSP Ruda", "NGO", 600000102.0, None, None],
    )

    assert read_register(content, filename="Rejestr.XLSX").entries == (
        OrganisationEntry(4, "OSP Miłki", "ngo", "", "600000101", "Miłki", ()),
        OrganisationEntry(5, "OSP Ruda", "ngo", "", "600000102", "", ()),
    )


def test_read_xlsx_formula_without_a_result_is_named() -> None:
    content = workbook(["nazwa", "rodzaj"], ['="OSP "&"Miłki"', "NGO"])

    assert problems(content, "rejestr.xlsx") == (faults.UncomputedFormula(2, "nazwa"),)


@pytest.mark.parametrize("filename", ["rejestr.xlsx", "rejestr.xls"])
def test_read_what_is_no_workbook_is_refused(filename: str) -> None:
    assert problems(b"PK\x03\x04 broken", filename) == (faults.UnreadableSheet(),)


def test_read_every_fault_is_found_with_row_and_column() -> None:
    text = (
        "Nazwa;Rodzaj;E-mail\n"
        "OSP Miłki;NGO;osp@@milki\n"
        ";NGO;\n"
        "osp  milki;klub;\n"
        "!!!;;\n"
        f"{'x' * (CELL_LIMIT + 1)};NGO;\n"
    )

    assert problems(text) == (
        faults.BadMail(2, "E-mail", "osp@@milki"),
        faults.MissingCell(3, "Nazwa"),
        faults.UnknownKind(4, "Rodzaj", "klub"),
        faults.BadCell(5, "Nazwa"),
        faults.MissingCell(5, "Rodzaj"),
        faults.BadCell(6, "Nazwa"),
        faults.DuplicateName(4, "Nazwa", "osp milki", 2),
    )


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", (faults.MissingColumn("name"),)),
        ("a;b\n1;2\n", (faults.MissingColumn("name"),)),
        ("nazwa;telefon\nOSP;1\n", (faults.MissingColumn("kind"),)),
        ("nazwa;rodzaj;typ\n", (faults.DuplicateColumn("kind"),)),
        ("nazwa;rodzaj\n;\n", (faults.NoRows(),)),
        ('nazwa;rodzaj\nOSP;NGO\n"OSP Ruda;NGO\n', (faults.BrokenQuotes(3),)),
    ],
)
def test_read_file_of_the_wrong_shape_is_refused(text: str, expected: tuple[object]) -> None:
    assert problems(text) == expected


def test_read_unknown_encoding_names_the_line() -> None:
    assert problems(b"nazwa;rodzaj\nOSP \x81\x83;NGO\n") == (faults.UnreadableText(2),)


def test_read_endless_file_is_refused() -> None:
    text = "nazwa;rodzaj\n" + "".join(f"OSP {number};NGO\n" for number in range(MOST_ROWS))

    assert problems(text) == (faults.TooManyRows(MOST_ROWS),)


CELLS = st.text(st.characters(codec="utf-8"), max_size=CELL_LIMIT)


@given(CELLS, st.sampled_from(",;\t"), st.booleans())
def test_read_any_cell_text_survives(cell: str, delimiter: str, quote: bool) -> None:
    assume(is_showable(cell) and not cell.strip().startswith(("'", '="')))
    target = io.StringIO()
    writer = csv.writer(
        target, delimiter=delimiter, quoting=csv.QUOTE_ALL if quote else csv.QUOTE_MINIMAL
    )
    writer.writerows([["nazwa", "rodzaj", "miejscowość"], ["OSP Miłki", "NGO", cell]])

    file = read_register(target.getvalue().encode("utf-8-sig"), filename="rejestr.csv")

    assert file.entries[0].locality == " ".join(cell.split())


@given(st.binary(max_size=300), st.sampled_from(["a.csv", "a.xlsx"]))
def test_read_any_bytes_raise_nothing_but_file_refused(content: bytes, filename: str) -> None:
    assert problems(content, filename) != ()


@given(st.binary(max_size=100))
def test_read_any_bytes_below_headings_are_read_or_refused(content: bytes) -> None:
    with suppress(FileRefused):
        file = read_register(b"nazwa;rodzaj;e-mail\n" + content, filename="a.csv")
        assert file.entries != ()


def test_address_is_kept_as_the_wire_needs_it() -> None:
    row = ROW.replace("kgw@milki.example.org", "kgw@miłki.example.org")

    [entry] = read(POLISH + row).entries

    assert entry.email == "kgw@xn--miki-11a.example.org"


def test_address_that_no_mail_server_of_ours_could_take_is_refused() -> None:
    row = ROW.replace("kgw@milki", "koło@milki")

    assert problems(POLISH + row) == (faults.BadMail(2, "e-mail", "koło@milki.example.org"),)


@pytest.mark.parametrize("heading", ["adres pocztowy", "Adres do korespondencji", "postal address"])
def test_read_postal_address_as_lines_of_an_envelope(heading: str) -> None:
    register = read(f"nazwa;rodzaj;{heading}\nKGW;NGO;Ruda 5 , 11-513 Miłki\nOSP;NGO;\n")

    assert [entry.postal_address for entry in register.entries] == ["Ruda 5\n11-513 Miłki", ""]


def test_read_postal_address_written_in_lines_of_one_cell() -> None:
    content = workbook(
        ["nazwa", "rodzaj", "adres pocztowy"], ["KGW", "NGO", "ul. Długa 1\n11-513 Miłki"]
    )

    (entry,) = read_register(content, filename="rejestr.xlsx").entries

    assert entry.postal_address == "ul. Długa 1\n11-513 Miłki"


def test_register_without_postal_addresses_says_nothing_of_them() -> None:
    (entry,) = read(POLISH + ROW).entries

    assert entry.postal_address is None
