import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.mail import transfer

TEXT = "Zgłaszam Annę".encode()
PACKED = base64.b64encode(TEXT)


@pytest.mark.parametrize(
    "body",
    [
        PACKED,
        PACKED.rstrip(b"="),
        b"\r\n ".join(PACKED[at : at + 5] for at in range(0, len(PACKED), 5)),
        PACKED[:4] + b"!*" + PACKED[4:],
        PACKED + b"\r\n-- \r\nStopka listy dyskusyjnej\r\n",
        base64.b64encode(TEXT[:4]) + base64.b64encode(TEXT[4:]),
    ],
)
def test_damaged_base64_is_undone(body: bytes) -> None:
    assert transfer.undo(body, " Base64 ") == TEXT


def test_quoted_printable_is_undone_as_far_as_it_is_sound() -> None:
    assert (
        transfer.undo(b"Zg=C5=82o =ZZ=\r\nszenie=", "quoted-printable") == "Zgło =ZZszenie".encode()
    )


def test_quoted_printable_that_nobody_announced_is_undone() -> None:
    assert transfer.undo_forgotten(b"Zg=C5=82o") == "Zgło".encode()
    assert transfer.undo_forgotten(b"a=b?x=C5") == b"a=b?x=C5"


@given(st.binary(max_size=80), st.sampled_from(["base64", "quoted-printable", "8bit", "x"]))
def test_any_bytes_are_undone(body: bytes, encoding: str) -> None:
    transfer.undo(body, encoding)


@given(st.binary(max_size=200))
def test_base64_comes_back(content: bytes) -> None:
    assert transfer.undo(base64.encodebytes(content), "base64") == content
