"""A form as a part of a page: every kind of question, what was typed, what is wrong."""

from handlers.web import form_page
from handlers.web.bodies import Typed
from programme.forms import Form
from programme.importing.question_fields import KINDS
from tests.handlers.web.letters import QUESTIONS
from texts.translator import load

FORM = Form("event:x", 1, QUESTIONS)


def test_every_kind_of_question_is_shown() -> None:
    shown = form_page.shown(load("pl"), FORM, Typed(), {})

    assert {one["kind"] for one in shown} == {*KINDS, "name", "address"}
    assert [(one["field"], one["input"], one["required"], one["depends"]) for one in shown] == [
        ("q-diet", "text", True, False),
        ("q-which", "text", True, True),
        ("q-days", "text", False, False),
        ("q-remark", "long", False, False),
        ("q-copy", "email", False, False),
        ("q-guest", "text", False, False),
    ]
    assert (
        shown[1]["hint"]
        == "Tylko jeśli w pytaniu „Jaki obiad Państwo wolą?” zaznaczyli Państwo: „inny”."
    )
    assert shown[2]["hint"] == "Można zaznaczyć kilka odpowiedzi."


def test_what_was_typed_is_shown_again() -> None:
    typed = Typed({"q-diet": ["veg"], "q-days": ["a", "c"], "q-remark": ["Uwaga"]})

    shown = form_page.shown(load("pl"), FORM, typed, {"q-remark": "Za długie."})

    assert shown[0]["chosen"] == ["veg"]
    assert shown[2]["chosen"] == ["a", "c"]
    assert (shown[3]["value"], shown[3]["error"]) == ("Uwaga", "Za długie.")
