from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from programme import survey_differences as differences
from programme.survey_differences import NotTested, Test, Tested

POINTS = st.integers(1, 5).map(float)
PAIRS = st.lists(st.tuples(POINTS, POINTS), min_size=6, max_size=30)
GROUP = st.lists(POINTS, min_size=5, max_size=30)


def only(tested: Tested) -> Test:
    assert isinstance(tested, tuple)
    (found,) = tested
    return found


def sets(*counts: tuple[str, str, int]) -> list[tuple[frozenset[str], frozenset[str]]]:
    return [
        (frozenset(before.split()), frozenset(after.split()))
        for before, after, count in counts
        for _ in range(count)
    ]


def test_wilcoxon_gives_darwins_published_result() -> None:
    """Darwin's maize, cross against self (Fisher, Design of Experiments, 1935, chapter III).

    The smaller sum of ranks is 24 of 15 pairs, two-sided p 0.0413 exactly (Conover 1999).
    """
    halves = [49, -67, 8, 16, 6, 23, 28, 41, 14, 29, 56, 24, 75, 60, -48]

    found = only(differences.paired_values([(0.0, half / 8) for half in halves]))

    assert (found.name, found.statistic, found.up, found.down) == ("wilcoxon", 24, 13, 2)
    assert round(found.p, 4) == 0.0413
    assert found.size == pytest.approx((96 - 24) / 120)
    assert found.is_clear


def test_mcnemar_gives_the_published_counts() -> None:
    """Approval at two surveys: 794, 150, 86, 570 (Agresti, Categorical Data Analysis, 2002, 10.1).

    Of 1600 people 944 approved first and 880 then; chi-square 17.36, p below 0.0001.
    """
    pairs = sets(("yes", "yes", 794), ("yes", "no", 150), ("no", "yes", 86), ("no", "no", 570))

    found = only(differences.paired_options(pairs, ["yes"]))

    assert (found.before, found.after) == (944 / 1600, 880 / 1600)
    assert (found.up, found.down, found.same) == (86, 150, 1364)
    assert found.p == pytest.approx(stats.binomtest(86, 236).pvalue)
    assert found.p < 0.0001
    assert found.size < 0


def test_mann_whitney_gives_the_published_example() -> None:
    """Permeability at term and before it: W 35, p 0.2544 (Hollander & Wolfe 1973, page 69; R)."""
    term = [0.80, 0.83, 1.89, 1.04, 1.45, 1.38, 1.91, 1.64, 0.73, 1.46]
    earlier = [1.15, 0.88, 0.90, 0.74, 1.21]

    found = only(differences.unpaired_values(earlier, term))

    assert (found.name, found.statistic, round(found.p, 4)) == ("mann_whitney", 35, 0.2544)
    assert found.size == pytest.approx(2 * 35 / 50 - 1)
    assert not found.is_clear


def test_chi_square_gives_the_published_party_example() -> None:
    """Gender and party: 762, 327, 468 and 484, 239, 477 give 30.07 (Agresti 2007, table 2.5)."""
    found = only(
        differences.unpaired_choice(
            {"democrat": 762, "independent": 327, "republican": 468},
            {"democrat": 484, "independent": 239, "republican": 477},
        )
    )

    assert (found.name, round(found.statistic, 2)) == ("chi_square", 30.07)
    assert found.p == pytest.approx(2.954e-07, rel=1e-3)
    assert found.size == pytest.approx((30.0701 / 2757) ** 0.5, abs=1e-5)


def test_fisher_is_taken_where_counts_are_small() -> None:
    """Whales and sharks in two oceans: 8, 2, 1, 5 give p 0.0350 (scipy's reference)."""
    found = only(differences.unpaired_choice({"a": 8, "b": 2}, {"a": 1, "b": 5}))

    assert (found.name, round(found.p, 4)) == ("fisher", 0.0350)
    wide = only(differences.unpaired_choice({"a": 3, "b": 1, "c": 2}, {"a": 1, "b": 4, "c": 1}))
    assert wide.name == "fisher"
    assert (
        only(differences.unpaired_choice({"a": 3, "b": 1, "c": 2}, {"a": 1, "b": 4, "c": 1}))
        == wide
    )


@settings(max_examples=5)  # few pairs with ties are permuted, which takes a while
@given(PAIRS)
def test_pairs_are_tested_as_scipy_does_it(pairs: list[tuple[float, float]]) -> None:
    found = differences.paired_values(pairs)

    moved = [after - before for before, after in pairs]
    if not any(moved):
        assert found == NotTested("all_equal", len(pairs), len(pairs))
        return
    by_hand = stats.wilcoxon(moved)
    test = only(found)
    assert (test.statistic, test.p) == pytest.approx((by_hand.statistic, by_hand.pvalue))
    assert test.up + test.down + test.same == len(pairs)
    assert -1 <= test.size <= 1
    # Told the other way round it is as sure, and as large the other way.
    turned = only(differences.paired_values([(after, before) for before, after in pairs]))
    assert (turned.p, turned.size) == pytest.approx((test.p, -test.size))


@given(GROUP, GROUP)
def test_groups_are_tested_as_scipy_does_it(before: list[float], after: list[float]) -> None:
    found = differences.unpaired_values(before, after)

    if len({*before, *after}) == 1:
        assert found == NotTested("all_equal", len(before), len(after))
        return
    by_hand = stats.mannwhitneyu(after, before)
    test = only(found)
    assert (test.statistic, test.p) == pytest.approx((by_hand.statistic, by_hand.pvalue))
    more = np.sign(np.subtract.outer(after, before)).mean()
    assert test.size == pytest.approx(more)


@pytest.mark.parametrize("n", [0, 1, 2, 5])
def test_few_pairs_are_not_tested(n: int) -> None:
    assert differences.paired_values([(1.0, 5.0)] * n) == NotTested("too_few", n, n)
    assert differences.paired_options(sets(("yes", "no", n)), ["yes"]) == NotTested("too_few", n, n)


@pytest.mark.parametrize("n", [0, 1, 2, 4])
def test_few_people_are_not_tested(n: int) -> None:
    refused = NotTested("too_few", n, 30)

    assert differences.unpaired_values([1.0] * n, [5.0] * 30) == refused
    assert differences.unpaired_choice({"a": n}, {"b": 30}) == refused
    assert differences.unpaired_options({}, {}, ["a"], n_before=n, n_after=30) == refused


def test_equal_answers_are_not_tested() -> None:
    assert differences.paired_options(sets(("a", "a", 9)), ["a", "b"]) == NotTested(
        "all_equal", 9, 9
    )
    assert differences.unpaired_choice({"a": 9}, {"a": 8}) == NotTested("all_equal", 9, 8)
    assert differences.unpaired_options({"a": 9}, {"a": 8}, ["a"], n_before=9, n_after=8) == (
        NotTested("all_equal", 9, 8)
    )


def test_several_options_raise_the_p_values_by_holm() -> None:
    pairs = sets(("a", "b", 12), ("b", "c", 3), ("a", "a", 5))

    found = differences.paired_options(pairs, ["a", "b", "c"])

    assert isinstance(found, tuple)
    plain = {"a": stats.binomtest(0, 12).pvalue, "b": stats.binomtest(12, 15).pvalue}
    plain["c"] = stats.binomtest(3, 3).pvalue
    assert {one.option: one.p for one in found} == pytest.approx(
        {"a": 3 * plain["a"], "b": 2 * plain["b"], "c": plain["c"]}
    )


def test_grades_are_the_usual_ones() -> None:
    test = only(differences.paired_values([(1.0, 2.0)] * 9))

    sizes = {size: replace(test, size=size).grade for size in (0.1, -0.2, 0.4, -0.9)}
    assert sizes == {0.1: "tiny", -0.2: "small", 0.4: "medium", -0.9: "large"}
