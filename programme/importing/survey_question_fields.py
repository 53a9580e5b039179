"""Read the questions of a survey, and what is wrong with each of them alone."""

from typing import Any

from programme import questions as kinds
from programme.forms import MOST_POINTS
from programme.importing import problems as faults
from programme.importing import survey_problems as wrong
from programme.importing.survey_condition_fields import check_conditions, read_conditions
from programme.importing.toml_table import TomlTable
from programme.questions import NO, YES, Option, Question

KEY_LIMIT = 40
LABEL_LIMIT = 300
HINT_LIMIT = 500
END_LIMIT = 60
OPTION_LIMIT = 100
UNIT_LIMIT = 20
MOST_OPTIONS = 30
MOST_ROWS = 20
MOST_QUESTIONS = 60
LONGEST_ANSWER = 4000
USUAL_LENGTH = {"long_text": 2000}
LOWEST_POINT, HIGHEST_POINT = 0, 10
YES_NO = (Option(YES, "Tak", "Yes"), Option(NO, "Nie", "No"))
_ENDS = ("low", "high", "low_label", "low_label_en", "high_label", "high_label_en")
# Fields that only some kinds have.
KIND_FIELDS = {
    "options": kinds.WITH_OPTIONS,
    "rows": ("matrix",),
    **dict.fromkeys(_ENDS, kinds.WITH_POINTS),
    **dict.fromkeys(("minimum", "maximum", "unit", "unit_en"), ("number",)),
    **dict.fromkeys(("at_least", "at_most"), ("multiple", "ranking")),
    "max_length": ("text", "long_text", "name"),
    **dict.fromkeys(
        ("required", "hard_to_say", "no_answer"),
        tuple(kind for kind in kinds.KINDS if kind != "info"),
    ),
}


def read_questions(file: TomlTable) -> tuple[list[TomlTable], tuple[Question, ...]]:
    """Read all questions with the tables they stand in; every fault is noted with its place."""
    tables = file.tables("questions", "question")
    questions = tuple(_question(table) for table in tables)
    if len(questions) > MOST_QUESTIONS:
        file.problems.append(
            faults.BadNumber(file.place, "questions", len(questions), 1, MOST_QUESTIONS)
        )
    note_repeated(tables, [question.key for question in questions])
    check_conditions(tables, questions)
    return tables, questions


def _question(table: TomlTable) -> Question:
    before = len(table.problems)
    kind = table.choice("kind", kinds.KINDS)
    is_known = not any(
        isinstance(each, faults.FieldProblem) and each.field == "kind"
        for each in table.problems[before:]
    )
    if is_known:
        _note_elsewhere(table, kind)
    conditions = read_conditions(table)
    question = Question(
        key=table.key(limit=KEY_LIMIT),
        kind=kind,
        required=table.yes_no("required", default=True),
        max_length=table.number("max_length", 1, LONGEST_ANSWER) or USUAL_LENGTH.get(kind, 500),
        when=conditions[0] if conditions else None,
        and_when=conditions[1:],
        label=table.text("label", limit=LABEL_LIMIT),
        label_en=table.text("label_en", default="", limit=LABEL_LIMIT),
        hint=table.text("hint", default="", limit=HINT_LIMIT),
        hint_en=table.text("hint_en", default="", limit=HINT_LIMIT),
        hard_to_say=table.yes_no("hard_to_say", default=False),
        no_answer=table.yes_no("no_answer", default=False),
        options=_options(table, kind, needed=is_known),
        rows=_rows(table, kind, needed=is_known),
        **_points(table),
        **_limits(table),
    )
    _check_limits(table, question)
    table.finish()
    return question


def _note_elsewhere(table: TomlTable, kind: str) -> None:
    for field in table.fields():
        if kind not in KIND_FIELDS.get(field, kinds.KINDS):
            table.problems.append(wrong.FieldElsewhere(table.place, field, kind))


def _options(table: TomlTable, kind: str, *, needed: bool) -> tuple[Option, ...]:
    if not table.has("options") and kind == "yes_no":
        return YES_NO
    is_needed = needed and kind in kinds.WITH_OPTIONS
    options = _entries(table, "options", "option", MOST_OPTIONS, needed=is_needed)
    if kind == "yes_no" and {one.key for one in options} != {YES, NO}:
        table.problems.append(wrong.YesNoUnfit(table.place, "options"))
    return options


def _rows(table: TomlTable, kind: str, *, needed: bool) -> tuple[Option, ...]:
    return _entries(table, "rows", "row", MOST_ROWS, needed=needed and kind == "matrix")


def _entries(
    table: TomlTable, field: str, name: str, most: int, *, needed: bool
) -> tuple[Option, ...]:
    tables = table.tables(field, name, required=needed)
    if len(tables) > most:
        table.problems.append(faults.BadNumber(table.place, field, len(tables), 1, most))
    options = []
    for each in tables:
        label_en = each.text("label_en", default="", limit=OPTION_LIMIT)
        label = each.text("label", limit=OPTION_LIMIT)
        options.append(Option(each.key(limit=KEY_LIMIT), label, label_en))
        each.finish()
    note_repeated(tables, [one.key for one in options])
    return tuple(options)


def note_repeated(tables: list[TomlTable], keys: list[str]) -> None:
    """Note every key that an earlier table of the list has already."""
    seen: set[str] = set()
    for table, key in zip(tables, keys, strict=True):
        if key and key in seen:
            table.problems.append(faults.DuplicateKey(table.place, "key", key))
        seen.add(key)


def _points(table: TomlTable) -> dict[str, Any]:
    low = table.number("low", LOWEST_POINT, HIGHEST_POINT - 1)
    high = table.number("high", LOWEST_POINT + 1, HIGHEST_POINT)
    points = {"low": 1 if low is None else low, "high": 5 if high is None else high}
    labels = {name: table.text(name, default="", limit=END_LIMIT) for name in _ENDS[2:]}
    return points | labels


def _limits(table: TomlTable) -> dict[str, Any]:
    return {
        "minimum": table.decimal("minimum"),
        "maximum": table.decimal("maximum"),
        "unit": table.text("unit", default="", limit=UNIT_LIMIT),
        "unit_en": table.text("unit_en", default="", limit=UNIT_LIMIT),
        "at_least": table.number("at_least", 1, MOST_OPTIONS) or 1,
        "at_most": table.number("at_most", 1, MOST_OPTIONS) or 0,
    }


def _check_limits(table: TomlTable, question: Question) -> None:
    low, high, least = question.minimum, question.maximum, question.at_least
    if low is not None and high is not None and low > high:
        problem = wrong.RangeReversed(table.place, "minimum", f"{low:g}", f"{high:g}")
        table.problems.append(problem)
    points = question.high - question.low
    if question.kind in kinds.WITH_POINTS and not 1 <= points < MOST_POINTS:
        lowest, highest = str(question.low), str(question.high)
        table.problems.append(wrong.RangeReversed(table.place, "low", lowest, highest))
    count = len(question.options)
    if question.kind in ("multiple", "ranking") and count:
        most = question.at_most or count
        if not least <= most <= count:
            field = "at_most" if table.has("at_most") else "at_least"
            table.problems.append(wrong.ChosenUnfit(table.place, field, least, most, count))
