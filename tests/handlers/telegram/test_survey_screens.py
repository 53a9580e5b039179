"""The screens of a survey: the longest words and most options fit, and what they say."""

import dataclasses
import json
from typing import Any

import pytest

from delivery.chat import ChatMessage
from delivery.limits import check_limits
from handlers.telegram import survey_page_screens, survey_screens
from playground.limits import keyboard, text_content
from playground.params import Params
from programme.asking import Asked
from programme.fillings import Filling
from programme.forms import Form, Option, Question, flat
from programme.linking_code import PARTS
from programme.survey_look import Look
from programme.survey_mine import OwnSurvey
from storage.conversations import Conversation
from storage.surveys import Survey
from storage.waves import Wave
from tests.handlers.telegram.survey_scene import AGE, AREAS, KNOWS, MATRIX, WHICH
from tests.storage.rows import NOW
from texts.translator import load

ZONE = "Europe/Warsaw"
LOUD = '<b>&"</i> =1+1 \u202e\u05d0 😀😀 '
LONG = (LOUD * 300)[:5000]
MOST_OPTIONS = 40
SURVEY = Survey(1, "ankieta", "survey", 1, None, "", NOW, secret="00" * 32)
WAVE = Wave(
    id=7,
    survey_id=1,
    key="baseline",
    event_id=None,
    state="open",
    opens_at=NOW,
    closes_at=NOW,
    closed_at=None,
    audience=None,
    is_public=False,
    public_key=None,
    reminder_days=[],
    most_responses=None,
    quotas={},
    created_at=NOW,
)
OPTIONS = tuple(Option(f"k{at:039d}", f"{at} {LONG}"[:400]) for at in range(MOST_OPTIONS))
WORST = Question(
    "x" * 40,
    "multiple",
    LONG,
    OPTIONS,
    required=False,
    hint=LONG,
    low_label=LONG,
    high_label=LONG,
    low=-9,
    high=1,
    unit=LONG,
    minimum=-1e15,
    maximum=1e15,
    max_length=4000,
    hard_to_say=True,
    no_answer=True,
)
PLAIN_KINDS = ("text", "long_text", "name", "address", "number", "date", "file", "info")
ALREADY: dict[str, Any] = {"number": "-12345678.5", "date": "2027-01-15", "file": "3"}


def look_at(question: Question, *, privacy: str = "named", **more: Any) -> Look:
    question = dataclasses.replace(question, when=None)
    form = Form("f", 1, (question,), title=LONG, intro=LONG, thanks=LONG)
    survey = dataclasses.replace(SURVEY, privacy=privacy)
    filling = Filling(survey, WAVE, flat(form), "person:1", {}, "", is_done=False)
    open_now = flat(form).questions[-1]
    known: dict[str, Any] = {"number": 98, "total": 99, "has_earlier": True, "question": open_now}
    if question.kind == "matrix":
        known["matrix"] = question
    return Look(filling, form, **{**known, **more})


def asked(look: Look) -> Asked:
    return Asked(Conversation(1, "pl", version=999_999), "survey", {"look": look})


def fits(message: ChatMessage) -> None:
    check_limits(message)
    text_content(Params({"text": message.text, "parse_mode": "HTML"}))
    rows = [
        [{"text": one.label, "callback_data": one.data} for one in row] for row in message.buttons
    ]
    keyboard(Params({"reply_markup": json.dumps({"inline_keyboard": rows})}))


def _worst() -> list[Look]:
    of_options = [
        dataclasses.replace(WORST, kind=kind) for kind in ("choice", "multiple", "ranking")
    ]
    bare = dataclasses.replace(WORST, options=())
    plain = [dataclasses.replace(bare, kind=kind) for kind in PLAIN_KINDS]
    rows = tuple(Option(f"r{at}", LONG) for at in range(3))
    scales = [
        dataclasses.replace(bare, kind="scale"),
        dataclasses.replace(bare, kind="matrix", rows=rows),
    ]
    keys = tuple(one.key for one in OPTIONS)
    found = [look_at(one) for one in (*of_options, *plain, *scales)]
    found += [look_at(one, value=ALREADY.get(one.kind, LONG)) for one in plain]
    found += [look_at(one, picked=keys[:-1]) for one in of_options[1:]]
    return [*found, look_at(of_options[1], value="_hard_to_say", privacy="anonymous")]


@pytest.mark.parametrize("look", _worst(), ids=lambda look: look.question.kind)
@pytest.mark.parametrize("locale", ["pl", "en"])
def test_question_fits_with_the_worst_words(look: Look, locale: str) -> None:
    message = survey_screens.question(load(locale), asked(look))

    # A sentence on why the answer before did not fit stands above.
    fits(dataclasses.replace(message, text=f"{'x' * 490}\n\n{message.text}"))


@pytest.mark.parametrize("privacy", ["named", "pseudonymous", "anonymous"])
def test_screens_around_the_questions_fit_with_the_worst_words(privacy: str) -> None:
    t = load("pl")
    listed = tuple(
        (at, dataclasses.replace(WORST, label=f"{at} {LONG}"), [one.key for one in OPTIONS])
        for at in range(1, 100)
    )
    look = look_at(WORST, privacy=privacy, listed=listed, page=3, organisation=LONG, answered=5)
    own = [
        OwnSurvey(at, LONG, 10**9, LONG, begun=True, done=False, closes_at=NOW) for at in (1,) * 30
    ]

    fits(survey_page_screens.intro(t, asked(look), zone=ZONE))
    fits(survey_page_screens.pick(t, asked(look)))
    fits(survey_page_screens.last_look(t, asked(look)))
    fits(survey_page_screens.thanks(t, look))
    fits(survey_page_screens.left(t, look, zone=ZONE))
    fits(survey_page_screens.own_surveys(t, own, zone=ZONE))
    for part in PARTS:
        fits(survey_page_screens.code(t, asked(dataclasses.replace(look, part=part.key))))


def rows(look: Look) -> list[list[str]]:
    message = survey_screens.question(load("pl"), asked(look))
    return [[one.label for one in row] for row in message.buttons]


def test_points_of_a_scale_stand_side_by_side_with_their_ends_above() -> None:
    look = look_at(dataclasses.replace(MATRIX, hard_to_say=False), value="4", has_earlier=False)

    message = survey_screens.question(load("pl"), asked(look))

    assert message.text == (
        "Pytanie 98 z 99\n\nJak oceniają Państwo współpracę z urzędem?\n\n<b>Czas odpowiedzi</b>"
        "\n\n1 – bardzo źle\n5 – bardzo dobrze\n\nProsimy nacisnąć jeden z przycisków.\n\n"
        "Dotychczasowa odpowiedź: 4"
    )
    assert rows(look) == [["1", "2", "3", "✓ 4", "5"], ["Zostawiam tę odpowiedź"]]


def test_scale_of_eleven_points_takes_two_rows() -> None:
    scale = Question("s", "scale", "Ile?", low=0, high=10)

    assert [len(row) for row in rows(look_at(scale, has_earlier=False))] == [6, 5]


def test_long_options_are_listed_with_numbers_and_short_ones_are_not() -> None:
    listed = survey_screens.question(load("pl"), asked(look_at(WHICH)))

    assert "1. Koło Gospodyń Wiejskich w Miłkach i okolicy\n2. Ochotnicza" in listed.text
    assert rows(look_at(WHICH))[0] == ["1. Koło Gospodyń Wiejskich…"]
    assert rows(look_at(AREAS))[0] == ["☐ Sport"]


def test_hard_to_say_and_no_answer_are_two_buttons_and_skipping_a_third() -> None:
    question = dataclasses.replace(KNOWS, no_answer=True, required=False)

    assert rows(look_at(question, value="_no_answer"))[2:] == [
        ["Trudno powiedzieć"],
        ["✓ Nie chcę odpowiadać"],
        ["Pomiń to pytanie"],
        ["Zostawiam tę odpowiedź"],
        ["‹ Poprzednie pytanie"],
    ]


@pytest.mark.parametrize(
    ("limits", "words"),
    [
        ((16, 110), "Prosimy napisać liczbę poniżej, od 16 do 110 (lat)."),
        ((0.5, None), "Prosimy napisać liczbę poniżej, co najmniej 0,5 (lat)."),
        ((None, 2_000_000), "Prosimy napisać liczbę poniżej, najwyżej 2000000 (lat)."),
        ((None, None), "Prosimy napisać liczbę poniżej (lat)."),
    ],
)
def test_limits_of_a_number_are_said(limits: tuple[Any, Any], words: str) -> None:
    least, most = limits
    question = dataclasses.replace(AGE, minimum=least, maximum=most)

    assert words in survey_screens.question(load("pl"), asked(look_at(question))).text


@pytest.mark.parametrize(
    ("limits", "words"),
    [
        ((1, 0), "Można wybrać kilka odpowiedzi. Gdy wszystkie będą zaznaczone"),
        ((1, 2), "Prosimy zaznaczyć nie więcej niż 2"),
        ((2, 2), "Prosimy zaznaczyć tyle odpowiedzi: 2"),
        ((2, 3), "Prosimy zaznaczyć od 2 do 3 odpowiedzi"),
        ((2, 0), "Prosimy zaznaczyć co najmniej 2"),
    ],
)
def test_how_many_may_be_ticked_is_said(limits: tuple[int, int], words: str) -> None:
    least, most = limits
    question = dataclasses.replace(AREAS, at_least=least, at_most=most)

    assert words in survey_screens.question(load("pl"), asked(look_at(question))).text


@pytest.mark.parametrize(
    ("privacy", "organisation", "words"),
    [
        ("named", "", "razem z Państwa imieniem i nazwiskiem"),
        ("named", "KGW", "w imieniu organizacji: KGW"),
        ("pseudonymous", "", "pod oznaczeniem, bez imienia i nazwiska"),
        ("anonymous", "KGW", "Ankieta jest anonimowa"),
    ],
)
def test_intro_says_what_is_kept(privacy: str, organisation: str, words: str) -> None:
    look = look_at(KNOWS, privacy=privacy, organisation=organisation)

    assert words in survey_page_screens.privacy(load("pl"), look)


@pytest.mark.parametrize("locale", ["pl", "en"])
@pytest.mark.parametrize("privacy", ["named", "anonymous"])
def test_words_name_the_button_as_it_is_called(locale: str, privacy: str) -> None:
    t = load(locale)
    ticks = [dataclasses.replace(AREAS, at_least=1, at_most=most) for most in (0, 1, 2)]
    sent = survey_page_screens.last_look(t, asked(look_at(KNOWS, privacy=privacy)))
    said = [survey_screens.question(t, asked(look_at(one, picked=("sport",)))) for one in ticks]

    for message, name in [(sent, "Send my answers"), *((one, "Done, go on") for one in said)]:
        label = t(name)
        assert label in {one.label for row in message.buttons for one in row}
        assert label in message.text


def test_anonymous_survey_offers_no_change_after_it_was_sent() -> None:
    named = survey_page_screens.thanks(load("pl"), look_at(KNOWS))
    unknown = survey_page_screens.thanks(load("pl"), look_at(KNOWS, privacy="anonymous"))

    assert (len(named.buttons), unknown.buttons) == (1, ())
