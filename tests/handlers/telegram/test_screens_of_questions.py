"""Every question fits into Telegram, says what kind of answer is expected, in both languages."""

from dataclasses import replace
from typing import Any

import pytest

from delivery.chat import ChatMessage
from delivery.limits import check_limits
from handlers.telegram import poll_screens, profile_screens, staff_screens
from programme.asking import Asked
from programme.invitation_drafts import Invitation
from programme.invitations import Audience
from programme.named_links import Known
from programme.refusals import EventOver
from programme.votes import OptionCount, Results
from storage.conversations import Conversation
from tests.storage.rows import NOW
from texts.translator import load

MARKUP = '<b>&"'
EMOJI = "🎓" * 300
LETTER = ("Zapraszamy <b>& serdecznie. " * 150)[:3_500]
STATE = Conversation(chat_id=1, locale="pl", flow="x", step="x", version=3, data={})
NOTICE = {
    "programme": {
        "title": EMOJI,
        "funder_line": MARKUP,
        "organiser": MARKUP,
        "contact": EMOJI,
    },
    "person": {"name": EMOJI},
    "case_number": MARKUP,
    "subject": MARKUP,
    "body": LETTER,
    "event": None,
    "link": None,
    "deadline": None,
}
DRAFT = Invitation(
    id=1,
    staff_id=1,
    purpose="invitation",
    about_broadcast_id=None,
    event_id=7,
    state="draft",
    content={"subject": EMOJI, "body": LETTER},
    audience={"kinds": ["ngo"]},
    file_id=None,
    starts_at=None,
    late_joiners=False,
    revision=3,
    created_at=NOW,
    changed_at=NOW,
    proposed_at=None,
    broadcast_id=None,
)
WAITING = replace(DRAFT, state="proposed", file_id=1, starts_at=NOW, late_joiners=True)
CROWD = Audience(500, 24, 300, 224, 3, (EMOJI, MARKUP, "Anna", "Jan", "Ewa"))
NUMBERED = [(number, EMOJI) for number in range(500)]
PROFILE: dict[str, dict[str, Any]] = {
    "privacy": {"programme": {"title": EMOJI}, "text": LETTER, "role": ""},
    "named": {"role": "", "known": Known(EMOJI, "ngo", 1, MARKUP)},
    "named-ended": {"role": "", "known": None},
    "name": {"role": ""},
    "role": {"role": ""},
    "organisation": {"role": "ngo"},
    "organisation-office": {"role": "clerk", "offices": NUMBERED},
    "organisation_pick": {"role": "ngo", "words": MARKUP, "matches": NUMBERED[:5]},
    "organisation_pick-none": {"role": "ngo", "words": EMOJI, "matches": []},
    "mail": {"role": "ngo"},
    "mail_code": {"role": "ngo", "address": "<anna&jan>@example.org"},
}
STAFF: dict[str, dict[str, Any]] = {
    "invitation_draft": {"letters": [DRAFT]},
    "invitation_draft-several": {"letters": [DRAFT, WAITING]},
    "invitation_event": {"events": NUMBERED},
    "invitation_event-none": {"events": []},
    "invitation_case_number": {},
    "invitation_body": {},
    "invitation_audience": {"event_id": 7},
    "invitation_confirm": {"notice": NOTICE, "audience": CROWD},
    "invitation_confirm-letter": {"notice": NOTICE, "audience": CROWD, "letter": WAITING},
    "invitation_confirm-closed": {"notice": NOTICE, "audience": CROWD, "closed": EventOver()},
    "invitation_subject": {"letter": DRAFT, "begun": True},
    "invitation_dated": {"letter": DRAFT, "begun": True},
    "invitation_signature": {"letter": DRAFT, "begun": True},
    "invitation_file": {"letter": WAITING, "begun": True},
    "invitation_time": {"letter": DRAFT, "begun": True},
    "poll_event": {"events": NUMBERED},
    "poll_event-none": {"events": []},
    "poll_question": {},
    "poll_options": {},
    "poll_confirm": {
        "question": "🎓" * 150,
        "options": [f"{number}{MARKUP}" for number in range(10)],
        "title": EMOJI,
        "people": 500,
        "chat": 450,
        "mail": 50,
        "unreachable": 20,
        "unwanted": 10,
    },
    "poll_confirm-all": {
        "question": "🎓" * 150,
        "options": [f"{number}{MARKUP}" for number in range(10)],
        "title": EMOJI,
        "people": 500,
        "chat": 450,
        "mail": 50,
        "unreachable": 20,
        "unwanted": 10,
        "multiple": True,
        "anonymous": True,
        "closes_at": NOW,
        "whom": "organisations",
        "zone": "Europe/Warsaw",
    },
    "poll_end": {"has_event": True},
    "poll_whom": {"has_event": False},
}
QUESTIONS = [*PROFILE, *STAFF]


def _screens(name: str, locale: str) -> list[ChatMessage]:
    question, t = name.partition("-")[0], load(locale)
    if name in PROFILE:
        return [profile_screens.question(t, Asked(STATE, question, PROFILE[name]))]
    return staff_screens.question(t, Asked(STATE, question, STAFF[name]))


def test_every_question_is_looked_at() -> None:
    looked_at = {name.partition("-")[0] for name in QUESTIONS}

    assert looked_at == {*profile_screens.SCREENS, *staff_screens.SCREENS}


@pytest.mark.parametrize("name", QUESTIONS)
@pytest.mark.parametrize("locale", ["pl", "en"])
def test_question_fits_into_one_message(name: str, locale: str) -> None:
    for message in _screens(name, locale):
        check_limits(message)

        assert sum(map(len, message.buttons)) <= 100


@pytest.mark.parametrize("name", QUESTIONS)
def test_question_shows_foreign_words_as_text(name: str) -> None:
    text = _screens(name, "pl")[-1].text

    assert (text.count("<b>"), MARKUP in text) == (text.count("</b>"), False)


@pytest.mark.parametrize("name", QUESTIONS)
def test_question_is_said_in_both_languages(name: str) -> None:
    assert _screens(name, "pl")[-1].text != _screens(name, "en")[-1].text


@pytest.mark.parametrize("name", QUESTIONS)
def test_question_without_buttons_asks_to_write(name: str) -> None:
    message = _screens(name, "en")[-1]

    assert message.buttons or "write" in message.text or "/anuluj" in message.text


def test_profile_thanks_by_name() -> None:
    message = profile_screens.thanks(load("pl"), "Anna <Kowalska>")

    assert message.text == (
        "Dziękujemy! Zapamiętaliśmy: Anna &lt;Kowalska&gt;. To już wszystkie pytania, "
        "więcej ich nie zadamy."
    )


def test_last_look_says_in_words_who_will_get_the_invitation() -> None:
    facts = {"notice": NOTICE, "audience": Audience(2, 25, 2, 25, 0, ("Anna", "Jan"))}

    _letter, screen = staff_screens.question(load("pl"), Asked(STATE, "invitation_confirm", facts))

    assert screen.text.split("\n\n")[1].splitlines() == [
        "<b>Dla kogo: 2 osoby i 25 organizacji.</b>",
        "Na Telegramie: 2. E-mailem: 25.",
        "Jako pierwsi: Anna; Jan.",
    ]


@pytest.mark.parametrize(
    ("people", "organisations", "words"),
    [(1, 0, "1 osoba"), (0, 5, "5 organizacji"), (22, 1, "22 osoby i 1 organizacja")],
)
def test_last_look_leaves_out_whom_there_is_none_of(
    people: int, organisations: int, words: str
) -> None:
    audience = Audience(people, organisations, people, organisations, 0, ("Anna",))

    _letter, screen = staff_screens.question(
        load("pl"), Asked(STATE, "invitation_confirm", {"notice": NOTICE, "audience": audience})
    )

    assert screen.text.split("\n\n")[1].splitlines()[0] == f"<b>Dla kogo: {words}.</b>"


@pytest.mark.parametrize("count", [2, 10])
@pytest.mark.parametrize("locale", ["pl", "en"])
def test_results_fit_under_a_picture(count: int, locale: str) -> None:
    options = tuple(OptionCount(str(n), "🎓" * 50, 100_000) for n in range(count))

    message = poll_screens.results(
        load(locale), Results(1, "poll", "🎓" * 150, options, 999_999, 999_999)
    )

    check_limits(message)
