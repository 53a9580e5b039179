from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from delivery.limits import check_limits
from handlers.telegram import task_screens
from programme.task_desk import ON_PAGE, StoredFile, Task, TaskPage, TaskView
from programme.tasks import Kind
from tests.storage.rows import NOW
from texts.translator import LOCALES, load

ZONE = "Europe/Warsaw"
WORDS = st.text(max_size=300) | st.sampled_from(["<b>&" * 100, "ż" * 9_000, "\n" * 500, "🙂" * 999])


def _task(kind: str, facts: dict[str, Any], original: str, state: str = "open") -> Task:
    return Task(2**40, "key", kind, state, 2**40, 2**40, 2**40, facts, original, NOW, None, None)


def _view(kind: str, facts: dict[str, Any], words: str, state: str) -> TaskView:
    files = tuple(
        StoredFile(number, "a" * 40, words, "application/pdf", 1, "b" * 64) for number in range(9)
    )
    phones = ((words, words[:40] or "1"), (words, "600 100 200"), ("", "87 421 10 00"))
    done_by = words if state == "done" else ""
    task = _task(kind, facts, words, state)
    return TaskView(task, words, words, 2**40, words, phones, files, done_by, names_people=True)


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("kind", get_args(Kind))
@given(
    words=WORDS,
    state=st.sampled_from(["open", "done"]),
    what=st.sampled_from(["", *task_screens.CALENDAR]),
)
def test_any_words_fit_into_a_card_and_the_list(
    kind: str, locale: str, words: str, state: str, what: str
) -> None:
    t = load(locale)
    names = (
        "sender",
        "subject",
        "name",
        "address",
        "comment",
        "organisation",
        "phone",
        "words",
        "writer",
    )
    facts: dict[str, Any] = dict.fromkeys(names, words) | {"what": what, "registration_id": 2**40}
    facts["broadcast_id"] = 2**40
    facts["people"] = [{"name": words}] * 20

    view = _view(kind, facts, words, state)
    page = TaskPage((view.task,) * ON_PAGE, 1, 3, 999)

    check_limits(task_screens.card(t, view, zone=ZONE, may_act=True))
    check_limits(task_screens.listed(t, page, zone=ZONE))
    check_limits(task_screens.whole_text(t, view))


def test_what_somebody_wrote_is_never_markup() -> None:
    view = _view("mail", {"sender": "<i>x</i>", "subject": "</b>"}, "<b>Hej</b> & pa", "open")

    card = task_screens.card(load("pl"), view, zone=ZONE, may_act=True)

    assert "<blockquote>&lt;b&gt;Hej&lt;/b&gt; &amp; pa</blockquote>" in card.text
    assert "&lt;i&gt;x&lt;/i&gt;" in card.text


def test_a_viewer_has_no_button_that_changes_anything() -> None:
    view = _view("mail", {}, "x" * 5_000, "open")

    card = task_screens.card(load("pl"), view, zone=ZONE, may_act=False)

    assert [one.data.split(":")[0] for row in card.buttons for one in row if one.data] == [
        "ux",
        "ut",
    ]


def test_mails_are_told_apart_by_who_wrote_what() -> None:
    facts = {"sender": "a@example.org", "subject": "Re: Zaproszenie", "words": "Czy będzie\nobiad?"}
    t = load("pl")

    assert task_screens.line(t, "mail", facts) == "a@example.org pisze: „Czy będzie obiad?”"
    assert task_screens.line(t, "mail", facts | {"writer": "Anna Wzorowa"}).startswith(
        "Anna Wzorowa"
    )


def test_card_shows_what_somebody_wrote_and_the_rest_on_demand() -> None:
    original = "Czy będzie obiad?\n\nUrząd napisał(a):\n> Zapraszamy"
    view = _view("mail", {"words": "Czy będzie obiad?"}, original, "open")

    card = task_screens.card(load("pl"), view, zone=ZONE, may_act=False)

    assert "<blockquote>Czy będzie obiad?</blockquote>" in card.text
    assert "Zapraszamy" not in card.text.partition("<blockquote>")[2]
    assert [one.data.split(":")[0] for row in card.buttons for one in row if one.data] == [
        "ux",
        "ut",
    ]


@pytest.mark.parametrize("words", ["Szkolenie", "<b>&" * 100])
def test_letter_that_has_grown_says_who_decides(words: str) -> None:
    t = load("en")
    facts = {"broadcast_id": 7, "because": "grown", "subject": words, "people": 301}
    view = _view("broadcast", facts, "", "open")

    card = task_screens.card(t, view, zone=ZONE, may_act=True)

    check_limits(card)
    assert "A coordinator who did not write it decides" in card.text
    line = task_screens.line(t, "broadcast", facts)
    assert line.startswith("A letter to 301 recipients waits for a second coordinator")
