from dataclasses import replace
from typing import Any

import pytest

from delivery import survey_result_words as words
from programme.questions import Option, Question
from programme.survey_comparison import QuestionComparison
from programme.survey_counting import QuestionResult
from programme.survey_differences import (
    HIDDEN,
    TOO_FEW,
    NotTested,
    paired_options,
    paired_values,
    unpaired_values,
)
from texts.translator import load

TRUST = Question("ufam", "scale", "Jak bardzo im Państwo ufają?")
KNOWS = Question("zna", "yes_no", "Zna?", (Option("yes", "Tak"), Option("no", "Nie")))
NO_DIFFERENCE = (
    "Nie widać różnicy, którą można odróżnić od przypadku. Nie znaczy to, że jej nie ma."
)
UP = [(1.0, 4.0)] * 9 + [(3.0, 2.0)]
EVEN = [(1.0, 2.0), (2.0, 1.0)] * 5


def compared(question: Question, **more: Any) -> QuestionComparison:
    nothing = QuestionResult(question)
    plain = QuestionComparison(
        question, nothing, nothing, 0, NotTested(TOO_FEW), 0, 0, NotTested(TOO_FEW)
    )
    return replace(plain, **more)


def test_a_clear_difference_says_direction_size_and_people() -> None:
    one = compared(TRUST, pairs=10, paired=paired_values(UP))

    (said,) = words.sentences(load("pl"), one)
    assert said == (
        "10 osób odpowiedziało za pierwszym i za ostatnim razem. Wyżej niż poprzednio: 9, "
        "niżej: 1, tak samo: 0. Odpowiedzi są wyższe niż poprzednio; sam przypadek rzadko daje "
        "taki wynik. "
        "Różnica jest duża."
    )
    assert words.figures(load("pl"), one) == [
        "test rangowanych znaków Wilcoxona: p = 0,004, korelacja rangowo-dwuseryjna 0,96, n = 10"
    ]


def test_no_clear_difference_claims_nothing() -> None:
    one = compared(TRUST, pairs=10, paired=paired_values(EVEN))

    (said,) = words.sentences(load("pl"), one)
    assert said.endswith(NO_DIFFERENCE)
    assert "wyższe" not in said


def test_options_are_told_with_their_shares() -> None:
    yes, no = frozenset({"yes"}), frozenset({"no"})
    pairs = [(no, yes)] * 9 + [(yes, yes)]
    one = compared(KNOWS, pairs=10, paired=paired_options(pairs, ["yes"]))

    assert words.sentences(load("pl"), one)[0].endswith(
        "„Tak” wybierano częściej: poprzednio 10%, teraz 100%; sam przypadek rzadko daje taki "
        "wynik. Różnica jest duża."
    )


def test_others_are_told_apart_from_pairs() -> None:
    one = compared(
        TRUST,
        pairs=10,
        paired=paired_values(UP),
        others_before=8,
        others_after=7,
        unpaired=unpaired_values([1.0, 2.0] * 4, [1.0, 2.0, 2.0, 1.0, 2.0, 1.0, 2.0]),
    )

    first, second = words.sentences(load("pl"), one)
    assert first.startswith("10 osób")
    assert second == (
        "Osoby, których nie umiemy połączyć w pary: poprzednio 8, teraz 7. " + NO_DIFFERENCE
    )


@pytest.mark.parametrize("n", [1, 3])
def test_too_few_and_hidden_have_sentences_and_no_figures(n: int) -> None:
    t = load("pl")
    few = compared(TRUST, pairs=n, paired=NotTested(TOO_FEW, n, n))
    hidden = compared(TRUST, paired=NotTested(HIDDEN), unpaired=NotTested(HIDDEN))

    assert words.sentences(t, few)[0].endswith("To za mało, żeby porównywać.")
    assert words.sentences(t, hidden) == [
        "Nie porównujemy: chodzi o tak mało osób, że można by je rozpoznać."
    ]
    assert words.figures(t, few) + words.figures(t, hidden) == []


def test_no_sentence_has_the_jargon_of_tests() -> None:
    t = load("pl")
    one = compared(TRUST, pairs=10, paired=paired_values(UP))

    said = " ".join([*words.sentences(t, one), *words.cautions(t, 40)])
    assert [word for word in ("p <", "p =", "istotn", "hipotez") if word in said] == []
    assert "około 2 " in said
