import io
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from programme.document_kinds import (
    HEIC,
    JPEG,
    KINDS,
    MOST_BYTES,
    PDF,
    PNG,
    WEBP,
    Kind,
    check_size,
    clean_name,
    kind_of,
    shown_name,
)
from programme.document_refusals import (
    DocumentRefused,
    FileEmpty,
    FileIsArchive,
    FileIsOffice,
    FileIsProgram,
    FileOfOtherKind,
    FileTooBig,
)


def zipped(*names: str) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        for name in names:
            archive.writestr(name, "x")
    return held.getvalue()


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"%PDF-1.4\n...", PDF),
        (b"\xef\xbb\xbf\r\n" + b" " * 900 + b"%PDF-2.0", PDF),
        (b"\xff\xd8\xff\xe1Exif", JPEG),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", PNG),
        (b"RIFF\x10\0\0\0WEBPVP8 ", WEBP),
        (b"\0\0\0\x18ftypheic\0\0", HEIC),
        (b"\0\0\0\x18ftypmif1\0\0", HEIC),
    ],
)
def test_kind_is_told_by_the_bytes(content: bytes, kind: Kind) -> None:
    assert kind_of(content) == kind


@pytest.mark.parametrize(
    ("content", "refusal"),
    [
        (b"", FileEmpty),
        (b"%PDF-" + bytes(MOST_BYTES), FileTooBig),
        (zipped("karta.pdf"), FileIsArchive),
        (zipped("[Content_Types].xml", "word/document.xml"), FileIsOffice),
        (zipped("xl/workbook.xml"), FileIsOffice),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1old Word", FileIsOffice),
        (b"{\\rtf1 text}", FileIsOffice),
        (b"Rar!\x1a\x07", FileIsArchive),
        (b"7z\xbc\xaf\x27\x1c", FileIsArchive),
        (b"\x1f\x8b\x08", FileIsArchive),
        # What begins as a program or an archive is one, whatever it says later.
        (b"MZ\x90\0 %PDF-1.4", FileIsProgram),
        (b"\x7fELF %PDF-1.4", FileIsProgram),
        (b"#!/bin/sh\n# %PDF-1.4", FileIsProgram),
        (zipped("%PDF-1.4"), FileIsArchive),
        (b" " * 1024 + b"%PDF-1.4", FileOfOtherKind),
        (b"<html><script>", FileOfOtherKind),
        (b"GIF89a", FileOfOtherKind),
        (b"<svg xmlns=", FileOfOtherKind),
        (b"\0\0\0\x18ftypmp42", FileOfOtherKind),
        (b"RIFF\x10\0\0\0WAVEfmt ", FileOfOtherKind),
        (b"\x89PNG\r\n\x1a\n and no picture", FileOfOtherKind),
        (b"Dzie\xc5\x84 dobry", FileOfOtherKind),
    ],
)
def test_other_files_are_refused_by_what_they_are(
    content: bytes, refusal: type[DocumentRefused]
) -> None:
    with pytest.raises(refusal) as caught:
        kind_of(content)

    assert type(caught.value) is refusal


def test_size_is_checked_to_the_byte() -> None:
    check_size(MOST_BYTES)

    with pytest.raises(FileTooBig) as caught:
        check_size(MOST_BYTES + 1)

    assert caught.value.limit == 15


@given(st.binary(max_size=2048))
def test_any_bytes_have_a_kind_or_a_refusal(content: bytes) -> None:
    try:
        kind = kind_of(content)
    except DocumentRefused:
        return

    assert kind in KINDS.values()


@pytest.mark.parametrize(
    ("given_name", "name"),
    [
        ("skan oświadczenie.pdf", "skan oświadczenie.pdf"),
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\Anna\\karta.pdf", "karta.pdf"),
        ("a\0b\r\nc\u202egpj.exe", "a b c gpj.exe"),
        ("  .. ", ""),
        ("ż" * 500, "ż" * 80),
        ("", ""),
    ],
)
def test_name_is_cleaned(given_name: str, name: str) -> None:
    assert clean_name(given_name) == name


@given(st.text(max_size=300))
def test_clean_name_is_one_short_line_without_folders(name: str) -> None:
    cleaned = clean_name(name)

    assert len(cleaned) <= 80
    assert not set(cleaned) & set("/\\\0\r\n\u202e\u2066")


@pytest.mark.parametrize(
    ("title", "content_type", "name"),
    [
        ("Karta zgłoszenia", "application/pdf", "Karta-zgłoszenia.pdf"),
        ("../Oświadczenie?", "image/jpeg", "Oświadczenie.jpg"),
        ("***", "image/heic", "dokument.heic"),
        ("Karta", "text/html", "Karta"),
    ],
)
def test_shown_name_has_the_ending_of_what_the_file_is(
    title: str, content_type: str, name: str
) -> None:
    assert shown_name(title, content_type) == name


@pytest.mark.parametrize(
    "page", [b"<html>%PDF-1.7", b"\xef\xbb\xbf \n<svg>%PDF-1.7", b"\n<?xml %PDF-"]
)
def test_page_that_says_it_is_a_pdf_is_none(page: bytes) -> None:
    with pytest.raises(FileOfOtherKind):
        kind_of(page)
