from hypothesis import given
from hypothesis import strategies as st

from handlers.mail import tnef

HEAD = b"\x78\x9f\x3e\x22\x01\x00"


def attribute(number: int, data: bytes) -> bytes:
    return b"\x02" + number.to_bytes(4, "little") + len(data).to_bytes(4, "little") + data + b"\0\0"


START, DATA, TITLE = 0x00069002, 0x0006800F, 0x00018010


def test_files_are_taken_out_whichever_comes_first() -> None:
    first = attribute(START, b"") + attribute(DATA, b"1") + attribute(TITLE, b"a.pdf\0")
    second = (
        attribute(START, b"") + attribute(TITLE, "zał.txt".encode("cp1250")) + attribute(DATA, b"2")
    )

    assert tnef.files(HEAD + first + second) == [
        ("a.pdf", "application/pdf", b"1"),
        ("zał.txt", "text/plain", b"2"),
    ]


def test_file_that_is_cut_off_is_left_out() -> None:
    whole = attribute(START, b"") + attribute(TITLE, b"a.pdf") + attribute(DATA, b"12345")

    assert tnef.files(HEAD + whole[:-4]) == []


@given(st.binary(max_size=100))
def test_any_bytes_are_read(content: bytes) -> None:
    tnef.files(HEAD + content)
