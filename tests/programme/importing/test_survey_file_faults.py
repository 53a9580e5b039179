"""Every fault of a survey's file, with its line and in a sentence."""

from typing import Any

import pytest

from bot.import_words import problem_words
from programme.importing import problems as faults
from programme.importing import survey_problems as wrong
from programme.importing.problems import FileProblem, FileRefused
from programme.importing.survey_file import read_survey
from tests.programme.importing.test_survey_file import HEAD, TODAY, TRUST, read
from texts.translator import load


def problems(text: str) -> tuple[FileProblem, ...]:
    with pytest.raises(FileRefused) as refused:
        read(text)
    return refused.value.problems


FAULTS: dict[str, tuple[str, type[FileProblem], int, dict[str, Any]]] = {
    "key of a question twice": (TRUST + TRUST, faults.DuplicateKey, 12, {"value": "trust"}),
    "key of an option twice": (
        (
            '[[questions]]\nkey = "q"\nkind = "choice"\nlabel = "Q"\n'
            'options = [\n{ key = "a", label = "A" },\n{ key = "a", label = "B" }]'
        ),
        faults.DuplicateKey,
        10,
        {"value": "a"},
    ),
    "key of a row twice": (
        (
            '[[questions]]\nkey = "q"\nkind = "matrix"\nlabel = "Q"\n'
            'rows = [{ key = "a", label = "A" },\n{ key = "a", label = "B" }]'
        ),
        faults.DuplicateKey,
        9,
        {"value": "a"},
    ),
    "key of a wave twice": (
        TRUST + '[[waves]]\nkey = "w"\nopens = "+1"\naudience = "public"\n' * 2,
        faults.DuplicateKey,
        15,
        {"value": "w"},
    ),
    "key of TOML twice": (
        TRUST + 'kind = "text"\n',
        faults.UnreadableToml,
        10,
        {"reason": "Cannot overwrite a value"},
    ),
    "condition on itself": (
        TRUST + 'when = { question = "trust", options = ["1"] }',
        wrong.ConditionSelf,
        10,
        {},
    ),
    "condition on a later question": (
        (
            '[[questions]]\nkey = "q"\nkind = "text"\nlabel = "Q"\n'
            'when = { question = "trust", options = ["1"] }' + TRUST
        ),
        wrong.ConditionBefore,
        8,
        {"value": "trust"},
    ),
    "conditions in a cycle": (
        '[[questions]]\nkey = "q"\nkind = "scale"\nlabel = "Q"\n'
        'when = { question = "trust", options = ["1"] }'
        + TRUST
        + 'when = { question = "q", options = ["1"] }',
        wrong.ConditionCycle,
        8,
        {"cycle": "q → trust → q"},
    ),
    "condition on no question": (
        TRUST + 'when = [\n{ question = "nobody", options = ["1"] }]',
        wrong.ConditionNowhere,
        11,
        {"value": "nobody"},
    ),
    "condition on no answer": (
        TRUST + '[[questions]]\nkey = "q"\nkind = "text"\nlabel = "Q"\n'
        'when = { question = "trust", options = ["5", "6"] }',
        wrong.ConditionOption,
        14,
        {"value": "6", "choices": ("1", "2", "3", "4", "5", "hard_to_say")},
    ),
    "condition on words": (
        (
            '[[questions]]\nkey = "q"\nkind = "text"\nlabel = "Q"\n[[questions]]\nkey = "r"\n'
            'kind = "text"\nlabel = "R"\nwhen = { question = "q", options = ["1"] }'
        ),
        wrong.ConditionWords,
        12,
        {"value": "q"},
    ),
    "unknown kind": (
        '[[questions]]\nkey = "q"\nkind = "guess"\nlabel = "Q"',
        faults.BadChoice,
        6,
        {"value": "guess"},
    ),
    "unknown field": (TRUST + 'labl = "x"', faults.UnknownField, 10, {"field": "labl"}),
    "field of another kind": (
        TRUST + "unit = 'zł'",
        wrong.FieldElsewhere,
        10,
        {"field": "unit", "kind": "scale"},
    ),
    "choice without options": (
        '[[questions]]\nkey = "q"\nkind = "choice"\nlabel = "Q"',
        faults.MissingField,
        4,
        {"field": "options"},
    ),
    "too many to choose": (
        (
            '[[questions]]\nkey = "q"\nkind = "multiple"\nlabel = "Q"\nat_most = 3\n'
            'options = [{ key = "a", label = "A" }, { key = "b", label = "B" }]'
        ),
        wrong.ChosenUnfit,
        8,
        {"lowest": 1, "highest": 3, "options": 2},
    ),
    "limits the wrong way round": (
        '[[questions]]\nkey = "q"\nkind = "number"\nlabel = "Q"\nminimum = 3\nmaximum = 2.5',
        wrong.RangeReversed,
        8,
        {"lowest": "3", "highest": "2.5"},
    ),
    "points the wrong way round": (TRUST + "low = 5", wrong.RangeReversed, 10, {"lowest": "5"}),
    "too many points": (TRUST + "high = 11", faults.BadNumber, 10, {"value": 11, "highest": 10}),
    "no number": (TRUST + "low = true", faults.WrongType, 10, {"expected": "number"}),
    "schedule after nothing": (
        TRUST + '[schedule]\nafter = "lunch"',
        faults.BadChoice,
        11,
        {"value": "lunch"},
    ),
    "file in an anonymous survey": (
        '[[questions]]\nkey = "q"\nkind = "file"\nlabel = "Q"',
        wrong.NamesSomebody,
        6,
        {"kind": "file"},
    ),
    "threshold of an anonymous survey": (
        "threshold = 2\n" + TRUST,
        faults.BadNumber,
        4,
        {"value": 2, "lowest": 3},
    ),
    "no day": (
        TRUST + '[[waves]]\nkey = "w"\nopens = "31.02.2027"\naudience = "public"',
        faults.BadTime,
        12,
        {"value": "31.02.2027"},
    ),
    "closing before opening": (
        TRUST + '[[waves]]\nkey = "w"\nopens = "+3"\ncloses = "+2"\naudience = "public"',
        wrong.ClosesBeforeOpening,
        13,
        {"opens": "2026-11-26 09:00", "closes": "2026-11-25 23:59"},
    ),
    "reminder after the closing": (
        TRUST
        + '[[waves]]\nkey = "w"\nopens = "+1"\ncloses = "+2"\naudience = "everyone"\n'
        + "reminder_days = [2]",
        wrong.ReminderTooLate,
        15,
        {"value": 2},
    ),
    "audience": (
        TRUST + '[[waves]]\nkey = "w"\nopens = "+3"\naudience = "participants:"',
        wrong.AudienceUnknown,
        13,
        {"value": "participants:"},
    ),
    "quota of no question": (
        TRUST
        + '[[waves]]\nkey = "w"\nopens = "+3"\naudience = "public"\n[waves.quotas.trust]\n1 = 2',
        wrong.QuotaNowhere,
        14,
        {"value": "trust"},
    ),
    "code where names are known": (
        "linked = true\n" + TRUST,
        wrong.LinkNeedsCode,
        4,
        {},
    ),
    "unknown field of the file": ('autor = "x"\n' + TRUST, faults.UnknownField, 4, {}),
}


@pytest.mark.parametrize("name", FAULTS)
def test_survey_file_fault_is_named_with_its_line(name: str) -> None:
    text, kind, line, values = FAULTS[name]
    head = HEAD.replace("anonymous", "named") if kind is wrong.LinkNeedsCode else HEAD

    found = problems(head + text)

    problem = next(each for each in found if type(each) is kind)
    known = {name: getattr(problem, name) for name in values}
    assert (getattr(problem, "line", None), known) == (line, values)
    words = problem_words(problem, t=load("en"))
    assert words.lower().startswith(f"line {line}, ")


def test_survey_file_tells_a_wrong_privacy_word() -> None:
    (problem,) = problems((HEAD + TRUST).replace("anonymous", "secret"))

    assert problem_words(problem, t=load("en")) == (
        "line 3, privacy: “secret” is not known. Possible: named, pseudonymous, anonymous."
    )


def test_survey_file_tells_all_faults_in_their_order() -> None:
    found = problems(HEAD + TRUST + "low = 9\nodd = 1\n" + TRUST)

    assert [getattr(each, "line", 0) for each in found] == [10, 11, 14]


def test_survey_file_that_is_no_text_is_refused() -> None:
    with pytest.raises(FileRefused):
        read_survey(b"\xff\xfe", today=TODAY)
