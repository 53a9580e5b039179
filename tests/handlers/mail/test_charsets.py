import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.mail import charsets

SENTENCE = "Zażółć gęślą jaźń, ŁÓDŹ – proszę o zgłoszenie"
PLAIN = "Zażółć gęślą jaźń, ŁÓDŹ"


@pytest.mark.parametrize("said", ["", "us-ascii", "utf-8", "iso-8859-1", "windows-1250", "x-what"])
@pytest.mark.parametrize("real", ["utf-8", "cp1250", "iso8859-2"])
def test_polish_is_read_whatever_set_is_named(real: str, said: str) -> None:
    assert charsets.decode(PLAIN.encode(real), said) == PLAIN


@pytest.mark.parametrize("real", ["utf-16", "utf-8-sig"])
def test_mark_at_the_beginning_names_the_set(real: str) -> None:
    assert charsets.decode(SENTENCE.encode(real), "iso-8859-2") == SENTENCE


@pytest.mark.parametrize("name", ["cp1250", "cp1252"])
def test_utf_8_that_was_misread_once_is_repaired(name: str) -> None:
    misread = "zgłoszę się".encode().decode(name)

    assert charsets.decode(misread.encode(), "utf-8") == "zgłoszę się"


def test_german_keeps_its_letters() -> None:
    assert charsets.decode("für Straße".encode("latin-1"), "iso-8859-1") == "für Straße"


@pytest.mark.parametrize("name", ["base64", "rot13", "hex", "zip", "idna", "unicode_escape", "\0"])
def test_name_that_is_no_set_of_letters_is_ignored(name: str) -> None:
    assert charsets.decode(b"tak", name) == "tak"


@given(st.binary(max_size=60), st.text(max_size=12))
def test_any_bytes_give_text(body: bytes, name: str) -> None:
    charsets.decode(body, name)


@given(st.text(max_size=60))
def test_clean_text_can_be_shown(text: str) -> None:
    found = charsets.clean(text)

    found.encode("utf-8")
    assert charsets.clean(found) == found


def test_clean_text_has_no_sign_that_is_not_seen() -> None:
    assert charsets.clean("a\u202eb\x00c\u200bd\xade\r\nf\u2028g\xa0h") == "abcde\nf\ng h"


def test_one_line_is_one_line() -> None:
    assert charsets.one_line("a\r\n b\tc  d") == "a b c d"
