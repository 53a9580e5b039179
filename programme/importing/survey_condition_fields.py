"""Read on which earlier answers a question is asked, and find conditions that cannot be met."""

from programme.importing import survey_problems as wrong
from programme.importing.problems import FieldProblem
from programme.importing.toml_table import TomlTable
from programme.questions import MISSING, Condition, Question, parts

# A question of a matrix has two keys and a dot.
PART_LIMIT = 81
_MISSING = {code.removeprefix("_"): code for code in MISSING}


def read_conditions(table: TomlTable) -> tuple[Condition, ...]:
    """Read one condition, or a list of which all must be met; none when none is written."""
    if not table.has("when"):
        return ()
    tables = table.tables("when", "condition") if table.is_list("when") else [table.part("when")]
    return tuple(_condition(each) for each in tables)


def _condition(table: TomlTable) -> Condition:
    question = table.text("question", limit=PART_LIMIT)
    options = tuple(_MISSING.get(each, each) for each in table.words("options"))
    table.finish()
    return Condition(question, options)


def check_conditions(tables: list[TomlTable], questions: tuple[Question, ...]) -> None:
    """Note every condition that no answer could meet."""
    known: dict[str, tuple[int, Question]] = {}
    for number, question in enumerate(questions):
        for part in (question, *parts(question)):
            known.setdefault(part.key, (number, part))
    waits = {
        question.key: [one.question.split(".")[0] for one in question.conditions]
        for question in questions
    }
    for number, (table, question) in enumerate(zip(tables, questions, strict=True)):
        for spot, condition in enumerate(question.conditions):
            problem = _problem(table, number, spot, question, condition, known, waits)
            table.problems.extend([] if problem is None else [problem])


def _problem(
    table: TomlTable,
    number: int,
    spot: int,
    question: Question,
    condition: Condition,
    known: dict[str, tuple[int, Question]],
    waits: dict[str, list[str]],
) -> FieldProblem | None:
    place = table.spot_of("when", "condition", spot)
    value = condition.question
    if not value:
        # That it is missing was noted when it was read.
        return None
    if value.split(".")[0] == question.key:
        return wrong.ConditionSelf(place, "question")
    if value not in known:
        return wrong.ConditionNowhere(place, "question", value)
    earlier, asked = known[value]
    if earlier > number:
        cycle = _cycle(question.key, asked.part_of or asked.key, waits)
        if cycle:
            return wrong.ConditionCycle(place, "question", " → ".join(cycle))
        return wrong.ConditionBefore(place, "question", value)
    choices = (*(one.key for one in asked.options), *asked.points, *asked.missing)
    if asked.kind == "matrix" or not choices:
        return wrong.ConditionWords(place, "question", value)
    for option in condition.options:
        if option not in choices:
            shown = tuple(each.removeprefix("_") for each in choices)
            unknown = option.removeprefix("_")
            return wrong.ConditionOption(place, "options", unknown, value, shown)
    return None


def _cycle(start: str, then: str, waits: dict[str, list[str]]) -> list[str]:
    """Give the way on which a question waits for itself; empty when it does not."""
    ways = [[start, then]]
    seen = {then}
    while ways:
        way = ways.pop(0)
        for key in waits.get(way[-1], ()):
            if key == start:
                return [*way, start]
            if key not in seen:
                seen.add(key)
                ways.append([*way, key])
    return []
