"""Tests of whether a question was answered differently the second time; pure, by scipy.

Pairs are two answers of one person. Where several options of one question are tested, their p
values are raised by Holm's method, so that many options do not make chance look like a change.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, cast

# What is less likely than this by chance alone counts as a difference.
RARE = 0.05
# With fewer pairs no answers whatever could show a difference by these tests.
FEWEST_PAIRS = 6
FEWEST_EACH = 5
TOO_FEW, ALL_EQUAL, HIDDEN, NOT_COMPARABLE = "too_few", "all_equal", "hidden", "not_comparable"
WILCOXON, MCNEMAR, MANN_WHITNEY = "wilcoxon", "mcnemar", "mann_whitney"
CHI_SQUARE, FISHER = "chi_square", "fisher"
RANK_BISERIAL, CLIFFS_DELTA, CRAMERS_V = "rank_biserial", "cliffs_delta", "cramers_v"
COHENS_G = "cohens_g"
TINY, SMALL, MEDIUM, LARGE = "tiny", "small", "medium", "large"
# From which size on an effect is small, medium and large.
_GRADES: Mapping[str, tuple[float, float, float]] = {
    RANK_BISERIAL: (0.147, 0.33, 0.474),
    CLIFFS_DELTA: (0.147, 0.33, 0.474),
    CRAMERS_V: (0.1, 0.3, 0.5),
    COHENS_G: (0.05, 0.15, 0.25),
}
# Expected counts below five make the chi-square doubtful; Cochran allows a fifth of them.
_EXPECTED, _FEW_ALLOWED = 5, 0.2
_SEED, _DRAWS = 20270101, 9999


@dataclass(frozen=True)
class Test:
    """One test; `before` and `after` are means of scales and numbers, or an option's shares.

    Of pairs `up`, `down` and `same` count people: of an option, those who chose it only the
    second time, only the first time, and the others. `option` is empty where all are tested at
    once. The effect is above 0 where the second time is higher; Cramér's V has no direction.
    """

    __test__ = False  # no test of pytest's

    name: str
    n_before: int
    n_after: int
    statistic: float
    p: float
    effect: str
    size: float
    before: float | None = None
    after: float | None = None
    up: int = 0
    down: int = 0
    same: int = 0
    option: str = ""

    @property
    def is_clear(self) -> bool:
        """Whether chance alone would seldom make such a difference."""
        return self.p < RARE

    @property
    def grade(self) -> str:
        """How large the effect is, by the usual borders."""
        reached = sum(abs(self.size) >= border for border in _GRADES[self.effect])
        return (TINY, SMALL, MEDIUM, LARGE)[reached]


@dataclass(frozen=True)
class NotTested:
    """Why there is no test: too few answers, all equal, hidden, or a kind that has none."""

    reason: str
    n_before: int = 0
    n_after: int = 0


Tested = tuple[Test, ...] | NotTested


def paired_values(pairs: Sequence[tuple[float, float]]) -> Tested:
    """Compare points or numbers of the same people by Wilcoxon's signed-rank test.

    People whose two answers are equal are left out of the ranks, as Wilcoxon did.
    """
    if len(pairs) < FEWEST_PAIRS:
        return NotTested(TOO_FEW, len(pairs), len(pairs))
    differences = [after - before for before, after in pairs]
    moved = [one for one in differences if one]
    if not moved:
        return NotTested(ALL_EQUAL, len(pairs), len(pairs))
    from scipy import stats  # noqa: PLC0415 -- slow to load, and few need it

    found = stats.wilcoxon(differences)
    ranks = stats.rankdata([abs(one) for one in moved])
    up = sum(rank for rank, one in zip(ranks, moved, strict=True) if one > 0)
    size = (2 * up - sum(ranks)) / sum(ranks)
    return (
        Test(
            WILCOXON,
            len(pairs),
            len(pairs),
            float(found.statistic),
            float(found.pvalue),
            RANK_BISERIAL,
            float(size),
            before=sum(before for before, _ in pairs) / len(pairs),
            after=sum(after for _, after in pairs) / len(pairs),
            up=sum(one > 0 for one in moved),
            down=sum(one < 0 for one in moved),
            same=len(pairs) - len(moved),
        ),
    )


def paired_options(
    pairs: Sequence[tuple[frozenset[str], frozenset[str]]], options: Sequence[str]
) -> Tested:
    """Compare what the same people chose, option by option, by McNemar's exact test."""
    n = len(pairs)
    if n < FEWEST_PAIRS:
        return NotTested(TOO_FEW, n, n)
    found = [_mcnemar(pairs, option) for option in options]
    tests = [one for one in found if one is not None]
    return _holm(tests) if tests else NotTested(ALL_EQUAL, n, n)


def _mcnemar(pairs: Sequence[tuple[frozenset[str], frozenset[str]]], option: str) -> Test | None:
    up = sum(option in after and option not in before for before, after in pairs)
    down = sum(option in before and option not in after for before, after in pairs)
    if not up + down:
        return None
    from scipy import stats  # noqa: PLC0415 -- as above

    n = len(pairs)
    return Test(
        MCNEMAR,
        n,
        n,
        float(min(up, down)),
        float(stats.binomtest(up, up + down, 0.5).pvalue),
        COHENS_G,
        up / (up + down) - 0.5,
        before=sum(option in before for before, _ in pairs) / n,
        after=sum(option in after for _, after in pairs) / n,
        up=up,
        down=down,
        same=n - up - down,
        option=option,
    )


def unpaired_values(before: Sequence[float], after: Sequence[float]) -> Tested:
    """Compare points or numbers of different people by Mann and Whitney's U."""
    if min(len(before), len(after)) < FEWEST_EACH:
        return NotTested(TOO_FEW, len(before), len(after))
    if len({*before, *after}) == 1:
        return NotTested(ALL_EQUAL, len(before), len(after))
    from scipy import stats  # noqa: PLC0415 -- as above

    found = stats.mannwhitneyu(after, before)
    delta = 2 * float(found.statistic) / (len(before) * len(after)) - 1
    return (
        Test(
            MANN_WHITNEY,
            len(before),
            len(after),
            float(found.statistic),
            float(found.pvalue),
            CLIFFS_DELTA,
            delta,
            before=sum(before) / len(before),
            after=sum(after) / len(after),
        ),
    )


def unpaired_choice(before: Mapping[str, int], after: Mapping[str, int]) -> Tested:
    """Compare the counts of options of which each person chose one, all options at once."""
    options = [key for key in {**before, **after} if before.get(key) or after.get(key)]
    table = [[counts.get(key, 0) for key in options] for counts in (before, after)]
    n_before, n_after = sum(table[0]), sum(table[1])
    if min(n_before, n_after) < FEWEST_EACH:
        return NotTested(TOO_FEW, n_before, n_after)
    if len(options) == 1:
        return NotTested(ALL_EQUAL, n_before, n_after)
    return (_of_table(table),)


def unpaired_options(
    before: Mapping[str, int],
    after: Mapping[str, int],
    options: Sequence[str],
    *,
    n_before: int,
    n_after: int,
) -> Tested:
    """Compare the counts of options of which a person may choose several, option by option."""
    if min(n_before, n_after) < FEWEST_EACH:
        return NotTested(TOO_FEW, n_before, n_after)
    tests = []
    for key in options:
        yes = (before.get(key, 0), after.get(key, 0))
        if sum(yes) in (0, n_before + n_after):
            continue
        table = [[yes[0], n_before - yes[0]], [yes[1], n_after - yes[1]]]
        found = replace(_of_table(table), option=key)
        tests.append(replace(found, before=yes[0] / n_before, after=yes[1] / n_after))
    return _holm(tests) if tests else NotTested(ALL_EQUAL, n_before, n_after)


def _of_table(table: list[list[int]]) -> Test:
    """Test a table of two rows: chi-square, or Fisher's test where expected counts are small."""
    from scipy import stats  # noqa: PLC0415 -- as above

    chi = stats.chi2_contingency(table, correction=False)
    expected = [float(one) for row in chi.expected_freq for one in row]
    few = sum(one < _EXPECTED for one in expected) / len(expected)
    is_square = len(table[0]) == len(table)
    is_sound = not few if is_square else few <= _FEW_ALLOWED and min(expected) >= 1
    n_before, n_after = sum(table[0]), sum(table[1])
    v = (float(chi.statistic) / (n_before + n_after)) ** 0.5
    found = Test(
        CHI_SQUARE, n_before, n_after, float(chi.statistic), float(chi.pvalue), CRAMERS_V, v
    )
    if is_sound:
        return found
    drawn, counts = None, cast("Any", table)
    if not is_square:
        # Tables wider than two columns are drawn at random, the same ones each time.
        drawn = stats.MonteCarloMethod(n_resamples=_DRAWS, rng=_SEED)
    exact = stats.fisher_exact(counts, method=drawn)
    return replace(found, name=FISHER, statistic=float(exact.statistic), p=float(exact.pvalue))


def _holm(tests: Sequence[Test]) -> tuple[Test, ...]:
    """Raise the p values of several tests by Holm's method; the tests keep their order."""
    raised, most = dict[int, float](), 0.0
    ordered = sorted(range(len(tests)), key=lambda place: tests[place].p)
    for rank, place in enumerate(ordered):
        most = max(most, min(1.0, tests[place].p * (len(tests) - rank)))
        raised[place] = most
    return tuple(replace(one, p=raised[place]) for place, one in enumerate(tests))
