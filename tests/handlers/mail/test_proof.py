"""What in a mail proves that its writer had a letter of ours."""

from handlers.mail import mime
from handlers.mail.proof import MOST, tokens

ONE, TWO, THREE = "a" * 26, "b" * 26, "c2" * 13
OURS, PAGES = "akademia@example.org", "https://akademia.example.org"


def found(*headers: str, body: str = "TAK", public_url: str = PAGES) -> tuple[str, ...]:
    """Look for tokens in a mail with these headers."""
    raw = "\r\n".join([*headers, "From: jan@example.org", "", body])
    return tokens(mime.read(raw.encode()), our_address=OURS, public_url=public_url)


def test_plus_address_is_found_in_whatever_case() -> None:
    assert found(f"To: Akademia <Akademia+{ONE.upper()}@Example.org>") == (ONE,)


def test_plus_address_is_found_where_the_server_wrote_it() -> None:
    assert found("To: akademia@example.org", f"Delivered-To: akademia+{ONE}@example.org") == (ONE,)


def test_plus_address_of_another_mailbox_is_none() -> None:
    assert found(f"To: inny+{ONE}@example.org, nie-akademia+{TWO}@example.org") == ()
    assert found(f"To: akademia+{ONE}@example.org.evil.example") == ()


def test_message_ids_are_found_the_newest_first() -> None:
    given = found(
        f"In-Reply-To: <{THREE}@example.org>",
        f"References: <{ONE}@example.org> <{TWO}@example.org> <{THREE}@example.org>",
    )

    assert given == (THREE, TWO, ONE)


def test_page_link_in_the_quoted_letter_is_found() -> None:
    assert found(body=f"TAK\n\n> {PAGES}/l/{ONE}\n> {PAGES}/l/{TWO}/n") == (ONE, TWO)


def test_other_links_are_none() -> None:
    body = f"{PAGES}/o/{ONE} {PAGES}/u/{TWO} https://example.org/l/{THREE} {PAGES}/l/{ONE}2"

    assert found(body=body) == ()


def test_link_counts_for_nothing_without_pages() -> None:
    assert found(body=f"{PAGES}/l/{ONE}", public_url="") == ()


def test_plus_address_comes_before_references() -> None:
    given = found(f"To: akademia+{TWO}@example.org", f"References: <{ONE}@example.org>")

    assert given == (TWO, ONE)


def test_flood_of_tokens_is_cut() -> None:
    alphabet = "abcdefghijklmnopqrstuvwxyz234567"
    many = " ".join(f"<{alphabet[n % 32] * 25}{alphabet[n // 32]}@example.org>" for n in range(500))

    assert len(found(f"References: {many}")) == MOST
