"""Say in plain words what a comparison of two waves shows, and never more than its test does.

Nothing here says why something changed. The figures stand beside the sentences, apart.
"""

from collections.abc import Mapping
from math import floor

from programme.questions import HARD_TO_SAY, NO_ANSWER
from programme.survey_comparison import QuestionComparison
from programme.survey_counting import choices
from programme.survey_differences import (
    ALL_EQUAL,
    CHI_SQUARE,
    CLIFFS_DELTA,
    COHENS_G,
    CRAMERS_V,
    FISHER,
    HIDDEN,
    LARGE,
    MANN_WHITNEY,
    MCNEMAR,
    MEDIUM,
    NOT_COMPARABLE,
    RANK_BISERIAL,
    RARE,
    SMALL,
    TINY,
    TOO_FEW,
    WILCOXON,
    NotTested,
    Test,
    Tested,
)
from texts.translator import Translator, mark

CODES: Mapping[str, str] = {
    HARD_TO_SAY: mark("Hard to say"),
    NO_ANSWER: mark("I do not want to answer"),
    "": mark("No answer"),
}
SIZES: Mapping[str, str] = {
    TINY: mark("The difference is very small."),
    SMALL: mark("The difference is small."),
    MEDIUM: mark("The difference is of middling size."),
    LARGE: mark("The difference is large."),
}
TESTS: Mapping[str, str] = {
    WILCOXON: mark("Wilcoxon's signed-rank test"),
    MCNEMAR: mark("McNemar's exact test"),
    MANN_WHITNEY: mark("Mann–Whitney U test"),
    CHI_SQUARE: mark("chi-square test"),
    FISHER: mark("Fisher's exact test"),
}
EFFECTS: Mapping[str, str] = {
    RANK_BISERIAL: mark("rank-biserial correlation"),
    CLIFFS_DELTA: mark("Cliff's delta"),
    CRAMERS_V: mark("Cramér's V"),
    COHENS_G: mark("Cohen's g"),
}
REASONS: Mapping[str, str] = {
    ALL_EQUAL: mark("All answers are the same, so there is nothing to compare."),
    HIDDEN: mark("Not compared: so few people are concerned that they could be recognised."),
    NOT_COMPARABLE: mark("Answers of this kind are shown beside each other and not tested."),
}
# Below so many tested questions, chance alone hardly makes one of them look different.
_MANY = 10
_SMALLEST_P = 0.001


def number(value: float, locale: str, digits: int = 1) -> str:
    """Write a number with so many digits: "3,4" in Polish; what ends in zeros has none."""
    written = f"{value:.{digits}f}"
    if "." in written:
        written = written.rstrip("0").rstrip(".")
    written = "0" if written == "-0" else written
    return written.replace(".", ",").replace("-", "−") if locale == "pl" else written


def percent(share: float, locale: str) -> str:
    """Write a share in whole percents: "38%"."""
    # Halves go up, as people were taught; the tiny part undoes what binary fractions lose.
    return f"{number(floor(100 * share + 0.5 + 1e-9), locale, 0)}%"


def chance(p: float, locale: str) -> str:
    """Write a p value; what is very small is only said to be below a thousandth."""
    if p < _SMALLEST_P:
        return f"p < {number(_SMALLEST_P, locale, 3)}"
    return f"p = {number(p, locale, 3)}"


def sentences(t: Translator, one: QuestionComparison) -> list[str]:
    """Say what the pairs show, and apart from them what the others show."""
    if isinstance(one.paired, NotTested) and one.paired.reason in {HIDDEN, NOT_COMPARABLE}:
        found = [t(REASONS[one.paired.reason])]
        if isinstance(one.unpaired, tuple):
            found.append(_others(t, one, one.unpaired))
        return found
    found = []
    if one.pairs:
        found.append(_pairs(t, one, one.paired))
    if not one.pairs or isinstance(one.unpaired, tuple):
        found.append(_others(t, one, one.unpaired))
    return found


def _pairs(t: Translator, one: QuestionComparison, tested: Tested) -> str:
    people = t.plural(
        "%(n)s person answered both times.", "%(n)s people answered both times.", one.pairs
    )
    if isinstance(tested, NotTested):
        if tested.reason == TOO_FEW:
            return " ".join([people, t("That is too few to compare.")])
        return f"{people} {t(REASONS[tested.reason])}"
    parts = [people]
    first = tested[0]
    if first.name == WILCOXON and first.up + first.down + first.same == first.n_before:
        parts.append(
            t(
                "Higher than before: %(up)s, lower: %(down)s, the same: %(same)s.",
                up=first.up,
                down=first.down,
                same=first.same,
            )
        )
    return " ".join([*parts, _verdict(t, one, tested)])


def _others(t: Translator, one: QuestionComparison, tested: Tested) -> str:
    people = t(
        "People who are not known to be the same: %(before)s before, %(after)s now.",
        before=one.others_before,
        after=one.others_after,
    )
    if isinstance(tested, NotTested):
        if tested.reason == HIDDEN:
            return t(REASONS[HIDDEN])
        if tested.reason == TOO_FEW:
            return " ".join([people, t("That is too few to compare.")])
        return f"{people} {t(REASONS[tested.reason])}"
    return f"{people} {_verdict(t, one, tested)}"


def _verdict(t: Translator, one: QuestionComparison, tested: tuple[Test, ...]) -> str:
    clear = [test for test in tested if test.is_clear]
    if not clear:
        return t(
            "No difference is to be seen that could be told from chance. This does not mean that "
            "there is none."
        )
    if clear[0].option:
        return " ".join(_of_option(t, one, test) for test in clear)
    test = clear[0]
    if test.before is None or test.after is None:
        said = t("The answers are spread differently than before; chance seldom brings this alone.")
    elif test.size > 0:
        said = t("Answers are higher than before; chance seldom brings this alone.")
    else:
        said = t("Answers are lower than before; chance seldom brings this alone.")
    return f"{said} {t(SIZES[test.grade])}"


def _of_option(t: Translator, one: QuestionComparison, test: Test) -> str:
    labels = {option.key: option.label for option in choices(one.question)}
    before, after = test.before or 0.0, test.after or 0.0
    values = {
        "option": t(labels.get(test.option, test.option)),
        "before": percent(before, t.locale),
        "after": percent(after, t.locale),
    }
    if after > before:
        said = t(
            "“%(option)s” is chosen more often: %(before)s before, %(after)s now; chance seldom "
            "brings this alone.",
            **values,
        )
    else:
        said = t(
            "“%(option)s” is chosen less often: %(before)s before, %(after)s now; chance seldom "
            "brings this alone.",
            **values,
        )
    return f"{said} {t(SIZES[test.grade])}"


def figures(t: Translator, one: QuestionComparison) -> list[str]:
    """Give the figures of each test for those who read them."""
    labels = {option.key: option.label for option in choices(one.question)}
    tests = [
        test
        for tested in (one.paired, one.unpaired)
        if isinstance(tested, tuple)
        for test in tested
    ]
    return [_figures(t, test, labels) for test in tests]


def _figures(t: Translator, test: Test, labels: Mapping[str, str]) -> str:
    people = f"n = {test.n_before}"
    if test.name not in {WILCOXON, MCNEMAR}:
        people = f"n = {test.n_before} + {test.n_after}"
    size = f"{t(EFFECTS[test.effect])} {number(test.size, t.locale, 2)}"
    said = f"{t(TESTS[test.name])}: {chance(test.p, t.locale)}, {size}, {people}"
    return f"{t(labels.get(test.option, test.option))} – {said}" if test.option else said


def cautions(t: Translator, tested: int) -> list[str]:
    """Say what no test can tell: why it changed, and who did not answer; and of many questions."""
    said = [
        t("These figures say whether answers changed, not why."),
        t("They are about those who answered; others may think differently."),
    ]
    if tested >= _MANY:
        said.append(
            t(
                "Of %(tested)s questions, about %(some)s would look different by chance alone.",
                tested=tested,
                some=max(1, round(tested * RARE)),
            )
        )
    return said


def tested_questions(questions: tuple[QuestionComparison, ...]) -> int:
    """Count the questions that a test was made for."""
    return sum(
        isinstance(one.paired, tuple) or isinstance(one.unpaired, tuple) for one in questions
    )
