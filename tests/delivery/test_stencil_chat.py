from collections.abc import Mapping
from datetime import datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from delivery import stencil_chat
from delivery.chat import ChatMessage
from delivery.compose import compose_chat
from delivery.stencil_chat import ChatStencil, chat_copy
from delivery.stencils import NAME_GAP, NUMBER_GAP, UID_GAP, Stencils
from tests.delivery.many import (
    CASES,
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


@pytest.fixture(autouse=True)
def stencils(monkeypatch: pytest.MonkeyPatch) -> Stencils[ChatStencil]:
    fresh: Stencils[ChatStencil] = Stencils()
    monkeypatch.setattr(stencil_chat, "_stencils", fresh)
    return fresh


def assert_same(kind: str, facts: Mapping[str, Any], locale: str, now: datetime = NOW) -> None:
    expected = outcome(lambda: compose_chat(kind, facts, locale, now=now))
    assert outcome(lambda: chat_copy(kind, facts, locale, now=now)) == expected


@pytest.mark.parametrize("case", cases_of("chat"))
def test_every_notice_makes_a_stencil(case: str, stencils: Stencils[ChatStencil]) -> None:
    for name in ("Anna", "Jan", "Ewa"):
        assert_same(kind_of(case), facts_for(case, Own(name)), "pl")

    # A certificate is a paper of one's own, and each message that is rewritten is another, so there
    # is nothing to fill in.
    of_ones_own = kind_of(case) in ("certificate", "letter_amended")
    assert made(stencils) == ([] if of_ones_own else [True])


@settings(max_examples=150)
@given(
    case=st.sampled_from(cases_of("chat")),
    people=st.lists(PEOPLE, min_size=1, max_size=3),
    locale=LOCALES,
    now=MOMENTS,
)
def test_anybodys_copy_is_what_is_composed(
    case: str, people: list[Own], locale: str, now: datetime
) -> None:
    for own in (PLAIN, PLAIN, *people):
        assert_same(kind_of(case), facts_for(case, own), locale, now)


WORDS = st.one_of(
    st.text(max_size=30),
    st.sampled_from([NAME_GAP, UID_GAP, str(NUMBER_GAP), "ż" * 4000, "<" * 900, "a\n\nb"]),
)


@pytest.mark.parametrize("case", ["registration_confirmed-two_places", "invitation", "poll"])
@given(title=WORDS, place=WORDS, body=WORDS, name=NAMES)
def test_any_facts_make_the_copy_that_is_composed(
    case: str, title: str, place: str, body: str, name: str
) -> None:
    for own in (PLAIN, PLAIN, Own(name), Own(name, registration_id=7)):
        facts = facts_for(case, own) | {"body": body, "subject": title}
        facts["event"] |= {"title": title, "place": place}
        assert_same(kind_of(case), facts, "pl")


def test_text_that_says_the_name_is_filled_in(
    monkeypatch: pytest.MonkeyPatch, stencils: Stencils[ChatStencil]
) -> None:
    def greeting(kind: str, facts: Mapping[str, Any], locale: str, *, now: datetime) -> ChatMessage:
        named = {**facts, "subject": "Zaproszenie", "body": facts["person"]["name"]}
        return compose_chat(kind, named, locale, now=now)

    monkeypatch.setattr(stencil_chat, "compose_chat", greeting)
    texts = [
        chat_copy("invitation", facts_for("invitation", Own(name)), "en", now=NOW).text
        for name in ("Anna", "Jan <i>", "Ewa & 😀", NAME_GAP)
    ]

    assert made(stencils) == [True]
    assert [text.splitlines()[3] for text in texts] == [
        "Anna",
        "Jan &lt;i&gt;",
        "Ewa &amp; 😀",
        NAME_GAP,
    ]


def test_text_that_bends_to_the_name_makes_no_stencil(
    monkeypatch: pytest.MonkeyPatch, stencils: Stencils[ChatStencil]
) -> None:
    def bending(kind: str, facts: Mapping[str, Any], locale: str, *, now: datetime) -> ChatMessage:
        long = len(facts["person"]["name"]) > 100
        named = {**facts, "subject": "Zaproszenie" if long else "Serdeczne zaproszenie"}
        return compose_chat(kind, named, locale, now=now)

    monkeypatch.setattr(stencil_chat, "compose_chat", bending)
    for name in ("Anna", "Jan", "x" * 101):
        facts = facts_for("invitation", Own(name))
        assert chat_copy("invitation", facts, "pl", now=NOW) == bending(
            "invitation", facts, "pl", now=NOW
        )

    assert made(stencils) == [False]


def test_facts_that_are_no_json_are_composed() -> None:
    facts = CASES["invitation"] | {"strange": {1, 2}}

    with pytest.raises(TypeError):
        chat_copy("invitation", facts, "pl", now=NOW)
