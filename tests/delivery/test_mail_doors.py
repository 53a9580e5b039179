from typing import Any

import pytest

from delivery import mail_doors
from delivery.compose_notices import MissingFact
from tests.delivery.many import TOKENS

URL = "https://akademia.example.org"
OURS = "akademia@example.org"
FACTS: dict[str, Any] = {"doors": TOKENS, "options": ["Tak", "Nie"]}


def test_links_lead_to_the_pages_behind_the_doors() -> None:
    assert mail_doors.links(FACTS, URL) == {
        "page_link": f"{URL}/l/{TOKENS['page']}",
        "preferences_link": f"{URL}/u/{TOKENS['page']}",
        "out_link": f"{URL}/o/{TOKENS['out']}",
        "poll_links": [f"{URL}/l/{TOKENS['page']}/p/1", f"{URL}/l/{TOKENS['page']}/p/2"],
    }


@pytest.mark.parametrize(("facts", "url"), [(FACTS, None), ({"options": ["Tak", "Nie"]}, URL)])
def test_without_doors_or_pages_there_are_no_links(facts: dict[str, Any], url: str | None) -> None:
    assert mail_doors.links(facts, url) == {
        "page_link": None,
        "preferences_link": None,
        "out_link": None,
        "poll_links": [None, None],
    }


def test_message_id_is_the_token_of_the_answer() -> None:
    assert mail_doors.message_id(FACTS, "example.org") == f"<{TOKENS['reply']}@example.org>"
    assert mail_doors.message_id({}, "example.org") is None


@pytest.mark.parametrize(
    ("facts", "plus", "expected"),
    [
        (FACTS, True, f"akademia+{TOKENS['reply']}@example.org"),
        (FACTS, False, OURS),
        ({}, True, OURS),
    ],
)
def test_answers_go_to_an_address_of_their_own_where_the_server_takes_it(
    facts: dict[str, Any], *, plus: bool, expected: str
) -> None:
    assert mail_doors.answer_address(facts, OURS, plus=plus) == expected


@pytest.mark.parametrize("token", ["", "a b", "a\r\nBcc: x@example.org", "ż", "x" * 65, 7, None])
def test_token_that_could_break_a_header_is_refused(token: object) -> None:
    facts = {"doors": {"reply": token}}

    with pytest.raises(MissingFact):
        mail_doors.message_id(facts, "example.org")
    with pytest.raises(MissingFact):
        mail_doors.answer_address(facts, OURS, plus=True)


@pytest.mark.parametrize(
    ("url", "plus", "expected"),
    [
        (None, False, (f"mailto:{OURS}?subject=unsubscribe",)),
        (
            URL,
            False,
            (f"{URL}/o/{TOKENS['out']}", f"mailto:{OURS}?subject=unsubscribe"),
        ),
        (
            URL,
            True,
            (
                f"{URL}/o/{TOKENS['out']}",
                f"mailto:akademia+{TOKENS['reply']}@example.org?subject=unsubscribe",
            ),
        ),
        # RFC 8058 is for https alone; the link in the letter works all the same.
        ("http://localhost:8081", False, (f"mailto:{OURS}?subject=unsubscribe",)),
    ],
)
def test_letter_that_nobody_asked_for_offers_ways_out(
    url: str | None, *, plus: bool, expected: tuple[str, ...]
) -> None:
    ways = mail_doors.ways_out("invitation", FACTS, OURS, public_url=url, plus=plus)

    assert ways == expected
    assert max(map(len, ways)) <= mail_doors.LONGEST_LINK


def test_address_that_would_be_too_long_leaves_out_the_token() -> None:
    address = "szkolenia-i-konsultacje@urzad-gminy.example.org"

    ways = mail_doors.ways_out("invitation", FACTS, address, public_url=None, plus=True)

    assert ways == (f"mailto:{address}?subject=unsubscribe",)


def test_own_registration_has_no_list_and_no_way_out() -> None:
    ways = mail_doors.ways_out("reminder", FACTS, OURS, public_url=URL, plus=True)

    assert ways == ()
    assert mail_doors.list_id("reminder", OURS) == ""


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        (OURS, "invitations.akademia.example.org"),
        ("akademia.ngo+x@example.org", "invitations.akademia-ngo-x.example.org"),
        ("'@example.org", "invitations.list.example.org"),
    ],
)
def test_list_has_a_name_of_dots_and_letters(address: str, expected: str) -> None:
    assert mail_doors.list_id("invitation", address) == expected


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (None, ()),
        ("<a@example.org>", ("<a@example.org>",)),
        ("a@example.org", ("<a@example.org>",)),
        (["<a@b.example> <c@d.example>", "<a@b.example>"], ("<a@b.example>", "<c@d.example>")),
        ("<a@b\r\nBcc: x@example.org>", ()),
        ("<ż@example.org>", ()),
        (f"<{'x' * 300}@example.org>", ()),
        ([f"<{n}@b.example>" for n in range(12)], tuple(f"<{n}@b.example>" for n in range(2, 12))),
    ],
)
def test_sound_message_ids_are_taken_from_a_strangers_mail(
    given: object, expected: tuple[str, ...]
) -> None:
    assert mail_doors.message_ids(given) == expected
