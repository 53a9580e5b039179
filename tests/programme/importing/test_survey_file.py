"""What a survey's file may say."""

from datetime import date, datetime

from programme.forms import Condition, Form, Option, Question
from programme.importing.survey_definition import SurveyDefinition, WaveDefinition
from programme.importing.survey_file import read_survey

TODAY = date(2026, 11, 23)
HEAD = """key = "proba"
title = "Próba"
privacy = "anonymous"
"""
TRUST = """
[[questions]]
key = "trust"
kind = "scale"
label = "Jak bardzo?"
hard_to_say = true
"""
WHOLE = """key = "proba"
title = "Próba"
title_en = "A try"
intro = "Pytamy."
intro_en = "We ask."
thanks = "Dziękujemy."
thanks_en = "Thank you."
privacy = "pseudonymous"
threshold = 7
linked = true

[[questions]]
key = "been"
kind = "yes_no"
label = "Czy byli Państwo?"
label_en = "Were you there?"

[[questions]]
key = "rating"
kind = "matrix"
label = "Ocena"
low = 0
high = 3
low_label = "źle"
low_label_en = "bad"
high_label = "dobrze"
high_label_en = "good"
no_answer = true
rows = [{ key = "room", label = "sala", label_en = "the room" }]
when = { question = "been", options = ["yes"] }

[[questions]]
key = "price"
kind = "number"
label = "Ile?"
hint = "W złotych."
minimum = 0
maximum = 99.5
unit = "zł"
required = false
when = [
  { question = "been", options = ["yes"] },
  { question = "rating.room", options = [0, 1, "no_answer"] },
]

[[questions]]
key = "order"
kind = "ranking"
label = "Co najpierw?"
at_least = 2
at_most = 2
options = [{ key = "a", label = "A" }, { key = "b", label = "B" }, { key = "c", label = "C" }]

[schedule]
after = "session"
kinds = ["training", "meeting"]
days = 2
at = "9:30"
open_days = 10
reminder_days = [5, 3]

[[waves]]
key = "start"
opens = "+10"
closes = "+20 15:00"
audience = "public"
most_responses = 200
quotas = { been = { yes = 50, no = 60 } }
codes = 40

[[waves]]
key = "koniec"
opens = 2027-03-01
closes = "2027-03-31"
audience = "participants:prawo"
reminder_days = [7]
"""


def read(text: str) -> SurveyDefinition:
    return read_survey(text.encode(), today=TODAY)


def test_survey_file_is_read_whole() -> None:
    been = Question(
        "been",
        "yes_no",
        "Czy byli Państwo?",
        (Option("yes", "Tak", "Yes"), Option("no", "Nie", "No")),
        label_en="Were you there?",
    )
    was_there = Condition("been", ("yes",))
    rating = Question(
        "rating",
        "matrix",
        "Ocena",
        when=was_there,
        low=0,
        high=3,
        low_label="źle",
        low_label_en="bad",
        high_label="dobrze",
        high_label_en="good",
        rows=(Option("room", "sala", "the room"),),
        no_answer=True,
    )
    price = Question(
        "price",
        "number",
        "Ile?",
        required=False,
        when=was_there,
        hint="W złotych.",
        minimum=0.0,
        maximum=99.5,
        unit="zł",
        and_when=(Condition("rating.room", ("0", "1", "_no_answer")),),
    )
    options = tuple(Option(key, key.upper()) for key in "abc")
    order = Question("order", "ranking", "Co najpierw?", options, at_least=2, at_most=2)

    definition = read(WHOLE)

    assert definition == SurveyDefinition(
        form=Form(
            "proba",
            1,
            (been, rating, price, order),
            title="Próba",
            title_en="A try",
            intro="Pytamy.",
            intro_en="We ask.",
            thanks="Dziękujemy.",
            thanks_en="Thank you.",
            linked=True,
        ),
        privacy="pseudonymous",
        threshold=7,
        schedule={
            "after": "session",
            "kinds": ["training", "meeting"],
            "days": 2,
            "at": "09:30",
            "open_days": 10,
            "reminder_days": [3, 5],
        },
        waves=(
            WaveDefinition(
                "start",
                datetime.fromisoformat("2026-12-07T09:00"),
                "public",
                closes=datetime.fromisoformat("2026-12-21T15:00"),
                most_responses=200,
                quotas={"been": {"yes": 50, "no": 60}},
                codes=40,
            ),
            WaveDefinition(
                "koniec",
                datetime.fromisoformat("2027-03-01T09:00"),
                "participants:prawo",
                closes=datetime.fromisoformat("2027-03-31T23:59"),
                reminder_days=(7,),
            ),
        ),
    )
    assert [wave.line for wave in definition.waves] == [62, 71]


def test_survey_file_with_nothing_but_a_question_has_what_is_usual() -> None:
    definition = read(HEAD + TRUST)

    assert (definition.threshold, definition.schedule, definition.waves) == (5, {}, ())
    assert (definition.form.questions[0].points, definition.form.linked) == (tuple("12345"), False)
