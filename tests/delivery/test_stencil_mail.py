from collections.abc import Mapping
from dataclasses import replace
from email import message_from_bytes
from email.policy import default
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from delivery import stencil_mail
from delivery.compose import compose_letter
from delivery.failures import HeaderRefused, OrganiserInvited
from delivery.letter import Letter, boundary_core, to_bytes
from delivery.stencil_mail import MailStencil, Post, mail_copy
from delivery.stencils import DOOR_GAPS, NAME_GAP, NUMBER_GAP, UID_GAP, Stencils
from tests.delivery.many import (
    LOCALES,
    MOMENTS,
    NAMES,
    NOW,
    PEOPLE,
    PLAIN,
    Own,
    cases_of,
    facts_for,
    kind_of,
    made,
    outcome,
)

OURS = "Urząd Gminy Miłki <akademia@example.org>"
POST = Post(OURS, "anna@ngo.example.org", "<outbox-1-a@example.org>", NOW)
POSTS = st.builds(
    Post,
    mail_from=st.sampled_from([OURS, "biuro@example.org"]),
    to_address=st.one_of(
        st.sampled_from(
            [
                "a@example.org",
                f"{'x' * 70}@example.org",
                "AKADEMIA@example.org",
                "a b@c",
                "ż@b.pl",
                "",
            ]
        ),
        st.emails(),
        st.text(max_size=20),
    ),
    message_id=st.one_of(
        st.sampled_from(["<a@b>", "a@b", "<stencil@example.org>", "<a@b>\r\nBcc: c@d"]),
        st.text(max_size=20),
    ),
    now=MOMENTS,
    public_url=st.sampled_from([None, "https://akademia.example.org", "http://localhost:8081"]),
    plus=st.booleans(),
)


@pytest.fixture(autouse=True)
def stencils(monkeypatch: pytest.MonkeyPatch) -> Stencils[MailStencil]:
    fresh: Stencils[MailStencil] = Stencils()
    monkeypatch.setattr(stencil_mail, "_stencils", fresh)
    return fresh


def written(kind: str, facts: Mapping[str, Any], locale: str, post: Post) -> bytes:
    letter = compose_letter(
        kind,
        facts,
        locale=locale,
        to_address=post.to_address,
        mail_from=post.mail_from,
        now=post.now,
        public_url=post.public_url,
        plus=post.plus,
    )
    return to_bytes(letter, mail_from=post.mail_from, message_id=post.message_id, date=post.now)


def assert_same(kind: str, facts: Mapping[str, Any], locale: str, post: Post = POST) -> None:
    expected = outcome(lambda: written(kind, facts, locale, post))
    assert outcome(lambda: mail_copy(kind, facts, locale, post)) == expected


@pytest.mark.parametrize("case", cases_of("mail"))
def test_every_notice_makes_a_stencil(case: str, stencils: Stencils[MailStencil]) -> None:
    for name in ("Anna", "Jan", "Ewa"):
        assert_same(kind_of(case), facts_for(case, Own(name)), "pl")

    # A certificate is a paper of one's own; the preview of the other bends to the name.
    others = {"certificate": [], "address_check": [False], "address_changed": [False]}
    assert made(stencils) == others.get(kind_of(case), [True])


@settings(max_examples=150)
@given(
    case=st.sampled_from(cases_of("mail")),
    people=st.lists(st.tuples(PEOPLE, POSTS), min_size=1, max_size=3),
    locale=LOCALES,
)
def test_anybodys_copy_is_the_mail_that_is_written(
    case: str, people: list[tuple[Own, Post]], locale: str
) -> None:
    first = people[0][1]
    for own, post in ((PLAIN, POST), (PLAIN, POST), *people):
        alike = replace(
            post, mail_from=first.mail_from, public_url=first.public_url, plus=first.plus
        )
        assert_same(kind_of(case), facts_for(case, own), locale, alike)


MARKS = (
    NAME_GAP,
    UID_GAP,
    str(NUMBER_GAP),
    "words for nobody",
    "nobody@example.org",
    "Message-ID: <stencil@example.org>",
    boundary_core("<stencil@example.org>"),
    "UID:",
    "ATTENDEE;",
)
WORDS = st.one_of(st.text(max_size=30), st.sampled_from([*MARKS, "ż" * 600, "x " * 300, "a\n\nb"]))


@pytest.mark.parametrize("case", ["registration_confirmed-two_places", "invitation"])
@given(title=WORDS, place=WORDS, body=WORDS, name=NAMES)
def test_any_facts_make_the_mail_that_is_written(
    case: str, title: str, place: str, body: str, name: str
) -> None:
    for own in (PLAIN, PLAIN, Own(name), Own(name, "0b@example.org", 1)):
        facts = facts_for(case, own) | {"body": body, "subject": title}
        facts["event"] |= {"title": title, "place": place}
        assert_same(kind_of(case), facts, "pl")


def test_copies_know_whom_they_are_for(stencils: Stencils[MailStencil]) -> None:
    for name in ("Anna", "Jan"):
        mail_copy(
            "registration_confirmed", facts_for("registration_confirmed", Own(name)), "pl", POST
        )

    third = facts_for("registration_confirmed", Own("Ewa Żuk", "0c@example.org", 3))
    post = Post(OURS, "ewa@ngo.example.org", "<outbox-3-c@example.org>", NOW)
    mail = mail_copy("registration_confirmed", third, "pl", post)

    assert made(stencils) == [True]
    assert b"\r\nTo: =?utf-8?q?Ewa_=C5=BBuk?= <ewa@ngo.example.org>\r\n" in mail
    assert b"\r\nMessage-ID: <outbox-3-c@example.org>\r\n" in mail


def test_copies_carry_the_tokens_of_their_own_doors(stencils: Stencils[MailStencil]) -> None:
    post = replace(POST, public_url="https://akademia.example.org", plus=True)
    mails = [
        mail_copy(
            "invitation",
            facts_for("invitation", Own(tokens=(letter * 26, letter * 25, letter * 24))),
            "pl",
            post,
        )
        for letter in "abc"
    ]

    third = message_from_bytes(mails[2], policy=default)
    words = "".join(part.get_content() for part in third.walk() if not part.is_multipart())
    assert made(stencils) == [True]
    assert third["Reply-To"] == f"akademia+{'c' * 26}@example.org"
    assert f"<https://akademia.example.org/o/{'c' * 24}>" in third["List-Unsubscribe"]
    assert words.count(f"https://akademia.example.org/l/{'c' * 25}") == 2
    assert [gap for gap in DOOR_GAPS.values() if gap in words or gap.encode() in mails[2]] == []


def test_refusals_are_those_of_the_authority() -> None:
    case = "registration_confirmed"
    for _ in range(2):
        mail_copy(case, facts_for(case, PLAIN), "pl", POST)

    with pytest.raises(OrganiserInvited):
        mail_copy(
            case, facts_for(case, PLAIN), "pl", replace(POST, to_address="AKADEMIA@example.org")
        )
    with pytest.raises(HeaderRefused):
        mail_copy(case, facts_for(case, PLAIN), "pl", replace(POST, message_id="<a>\r\nBcc: b"))


def test_mail_that_bends_to_the_name_makes_no_stencil(
    monkeypatch: pytest.MonkeyPatch, stencils: Stencils[MailStencil]
) -> None:
    def bending(kind: str, facts: Mapping[str, Any], **rest: Any) -> Letter:
        letter = compose_letter(kind, facts, **rest)
        return replace(
            letter, subject="Dlugie" if len(facts["person"]["name"]) > 100 else "Krotkie"
        )

    monkeypatch.setattr(stencil_mail, "compose_letter", bending)
    mails = [
        mail_copy("invitation", facts_for("invitation", Own(name)), "pl", POST)
        for name in ("Anna", "Anna", "x" * 101)
    ]

    assert made(stencils) == [False]
    assert mails[0] == mails[1]
    assert [b"Dlugie" in mail for mail in mails] == [False, False, True]
