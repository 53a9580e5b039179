import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.mail.imap_url import ImapLoginMissing, ImapUrl, quoted, wire_name


@pytest.mark.parametrize(
    ("text", "url"),
    [
        ("imap://u:p@h", ImapUrl("h", 143, "none", "u", "p")),
        ("imap+starttls://u:p@h", ImapUrl("h", 143, "starttls", "u", "p")),
        ("imaps://u:p@h:994/", ImapUrl("h", 994, "tls", "u", "p")),
        (
            "imaps://a%40gmina.example.org:p%2F%3A@h/Zg%C5%82oszenia%202027",
            ImapUrl("h", 993, "tls", "a@gmina.example.org", "p/:", "Zgłoszenia 2027"),
        ),
        (
            "imaps://u:p@h/INBOX/Akademia?move=Archiwum%2F2027",
            ImapUrl("h", 993, "tls", "u", "p", "INBOX/Akademia", "Archiwum/2027"),
        ),
    ],
)
def test_address_of_a_mailbox_is_read(text: str, url: ImapUrl) -> None:
    assert ImapUrl.parse(text) == url


@pytest.mark.parametrize("text", ["imaps://h", "imaps://u@h", "imaps://:TAJNE@h"])
def test_address_without_a_login_is_refused(text: str) -> None:
    with pytest.raises(ImapLoginMissing):
        ImapUrl.parse(text)


@pytest.mark.parametrize(
    "text",
    [
        *("pop3://u:TAJNE@h", "imaps://u:TAJNE@h:x", "imaps://u:TAJNE@"),
        *("imaps://u:TAJNE@h?mvoe=Archiwum", "imaps://u:TAJNE@h?Archiwum", "imaps://u:TAJNE@h#x"),
    ],
)
def test_address_that_cannot_be_read_is_refused_without_showing_it(text: str) -> None:
    with pytest.raises(ValueError, match="mailbox") as caught:
        ImapUrl.parse(text)

    assert "TAJNE" not in str(caught.value)


def test_password_is_not_shown() -> None:
    assert "TAJNE" not in repr(ImapUrl.parse("imaps://u:TAJNE@h"))


@pytest.mark.parametrize(
    ("folder", "written"),
    [
        ("INBOX", '"INBOX"'),
        ("Zgłoszenia", '"Zg&AUI-oszenia"'),
        ("A & B", '"A &- B"'),
        ("Ważne 😀", '"Wa&AXw-ne &2D3eAA-"'),
        ('Z "cudzysłowem"', '"Z \\"cudzys&AUI-owem\\""'),
    ],
)
def test_name_of_a_folder_is_written_as_the_protocol_wants_it(folder: str, written: str) -> None:
    assert wire_name(folder) == written


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_name_of_a_folder_is_one_word_of_ascii(folder: str) -> None:
    written = wire_name(folder)

    assert written.isascii()
    assert written.isprintable()


def test_words_of_a_command_keep_their_quotes() -> None:
    assert quoted('a "b" \\c') == '"a \\"b\\" \\\\c"'
