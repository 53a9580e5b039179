"""Any survey for Hypothesis: forms of all kinds, their later versions, and answers that fit."""

from collections.abc import Sequence
from dataclasses import replace

from hypothesis import strategies as st

from programme.forms import Condition, Form, Option, Question, flat
from programme.questions import COUNTED, KINDS, NO, WITH_OPTIONS, YES

# Among them what SPSS, spreadsheets and our own columns have names for.
KEYS = ("trust", "to", "Trust", "-x", "respondent", "wave", "9", "a_b", "a-b", "k" * 40)
OPTION_KEYS = ("good", "bad", "-8", "9", "_", "Good", "o" * 40)
WORDS = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), max_size=9)
LABELS = WORDS.map(lambda words: f"Co {words}")
RAW_WORDS = st.one_of(
    WORDS.map(lambda words: f"=1+{words}"),
    st.sampled_from(["-5", "'=x", "żółw\nna płocie\t!", "_x0041_", '"; DROP', "0", "słowo " * 90]),
)
NUMBERS = st.sampled_from(["0", "-8", "-9", "12,5", "0.000001", "123456789012345.25", "-3.10"])
DAYS = st.sampled_from(["2027-01-15", "1.1.0001", "31.12.9999", "15-10-1582", "2000-02-29"])


def _options(kind: str) -> st.SearchStrategy[tuple[Option, ...]]:
    if kind == "yes_no":
        return st.permutations([Option(YES, "Tak"), Option(NO, "Nie")]).map(tuple)
    if kind not in WITH_OPTIONS:
        return st.just(())
    return st.lists(
        st.builds(Option, st.sampled_from(OPTION_KEYS), LABELS),
        min_size=2,
        max_size=4,
        unique_by=lambda one: one.key,
    ).map(tuple)


@st.composite
def _question(draw: st.DrawFn, key: str) -> Question:
    kind = draw(st.sampled_from([each for each in KINDS if each not in ("info", "name")]))
    low = draw(st.sampled_from([-9, 0, 1]))
    rows = (Option("one", "Raz"), Option("Two", "=Dwa"))
    return Question(
        key,
        kind,
        draw(LABELS),
        draw(_options(kind)),
        required=draw(st.booleans()),
        max_length=2_000,
        low=low,
        high=low + draw(st.integers(1, 4)),
        low_label=draw(st.sampled_from(["", "źle"])),
        high_label="dobrze",
        rows=rows if kind == "matrix" else (),
        minimum=draw(st.sampled_from([None, -1e6])) if kind == "number" else None,
        hard_to_say=draw(st.booleans()),
        no_answer=draw(st.booleans()),
    )


@st.composite
def questions(draw: st.DrawFn) -> tuple[Question, ...]:
    """Draw some questions; a later one may hang on what an earlier one was answered."""
    keys = draw(st.lists(st.sampled_from(KEYS), min_size=1, max_size=4, unique=True))
    found: list[Question] = []
    for key in keys:
        question = draw(_question(key))
        earlier = [each for each in found if each.options and not each.required]
        is_conditional: bool = draw(st.booleans())
        if earlier and is_conditional:
            on = draw(st.sampled_from(earlier))
            keys_of = [option.key for option in on.options]
            chosen = draw(st.lists(st.sampled_from(keys_of), min_size=1, unique=True))
            question = replace(question, when=Condition(on.key, tuple(chosen)))
        found.append(question)
    return tuple(found)


@st.composite
def changed(draw: st.DrawFn, before: tuple[Question, ...]) -> tuple[Question, ...]:
    """Draw a later version: a question or an option less, other words, a question more."""
    free = [replace(each, when=None) for each in before]
    gone = draw(st.integers(0, len(free)))
    kept = [each for place, each in enumerate(free) if place != gone or len(free) == 1]
    found = [
        replace(each, label=f"{each.label}?", options=each.options[1:])
        if len(each.options) > 2
        else each
        for each in kept
    ]
    more = draw(st.sampled_from([key for key in KEYS if key not in {one.key for one in before}]))
    return (draw(_question(more)), *found)


def answers_to(question: Question) -> st.SearchStrategy[str | Sequence[str] | None]:
    """Draw what somebody types or presses in answer to a flat question."""
    keys = [option.key for option in question.options]
    kinds: dict[str, st.SearchStrategy[str | Sequence[str] | None]] = {
        "choice": st.sampled_from(keys or [""]),
        "yes_no": st.sampled_from([YES, NO]),
        "multiple": st.lists(st.sampled_from(keys or [""]), min_size=1, unique=True),
        "ranking": st.lists(st.sampled_from(keys or [""]), min_size=1, unique=True),
        "scale": st.sampled_from(question.points or [""]),
        "number": NUMBERS,
        "date": DAYS,
        "file": st.sampled_from(["1", "22"]),
        "address": st.just("jan@example.org"),
    }
    said = kinds.get(question.kind, RAW_WORDS)
    instead: list[st.SearchStrategy[str | Sequence[str] | None]] = [
        st.just(code) for code in question.missing
    ]
    if not question.required:
        instead.append(st.none())
    return st.one_of(said, *instead)


def expected(question: Question, value: str | list[str]) -> tuple[tuple[str, ...], str]:
    """Say how an answer lies in the store: keys, or words."""
    if question.kind in COUNTED or value in question.missing:
        return (tuple(value) if isinstance(value, list) else (value,)), ""
    return (), str(value)


def form(key: str, version: int, asked: tuple[Question, ...]) -> Form:
    """Make a form of these questions; making its flat twin proves that it can be asked."""
    made = Form(key, version, asked, title="Ankieta", linked=True)
    flat(made)
    return made
