import random
from collections import Counter
from fractions import Fraction
from itertools import combinations, product

from hypothesis import example, given
from hypothesis import strategies as st

from programme import suppression

K = 5
SIZES = st.integers(0, 12)
TABLES = st.tuples(st.integers(1, 4), st.integers(1, 3)).flatmap(
    lambda size: st.lists(
        st.lists(st.integers(0, 9), min_size=size[1], max_size=size[1]),
        min_size=size[0],
        max_size=size[0],
    )
)


def _rank(vectors: list[list[Fraction]]) -> int:
    rows, rank = [vector[:] for vector in vectors], 0
    for column in range(len(rows[0]) if rows else 0):
        pivot = next((i for i in range(rank, len(rows)) if rows[i][column]), None)
        if pivot is None:
            continue
        rows[rank], rows[pivot] = rows[pivot], rows[rank]
        for i in range(rank + 1, len(rows)):
            factor = rows[i][column] / rows[rank][column]
            rows[i] = [a - factor * b for a, b in zip(rows[i], rows[rank], strict=True)]
        rank += 1
    return rank


def _read_off(
    table: list[list[int]], hidden: frozenset[tuple[int, int]]
) -> set[frozenset[tuple[int, int]]]:
    """List all sets of hidden cells whose sum follows from the totals, by plain linear algebra."""
    cells = sorted(hidden)
    lines = [{c for c in cells if c[0] == row} for row in range(len(table))]
    lines += [{c for c in cells if c[1] == column} for column in range(len(table[0]))]
    known = [[Fraction(c in line) for c in cells] for line in lines if line]
    rank = _rank(known)
    found = set()
    for chosen in product((0, 1), repeat=len(cells)):
        if any(chosen) and _rank([*known, [Fraction(one) for one in chosen]]) == rank:
            found.add(frozenset(c for c, one in zip(cells, chosen, strict=True) if one))
    return found


def _is_of_whole_lines(table: list[list[int]], cells: frozenset[tuple[int, int]]) -> bool:
    rows, columns = range(len(table)), range(len(table[0]))
    lines = [frozenset((r, c) for c in columns) for r in rows]
    lines += [frozenset((r, c) for r in rows) for c in columns]
    return frozenset().union(*(line for line in lines if line <= cells)) == cells


@given(TABLES)
@example([[1, 9], [9, 9]])
@example([[1, 9, 9], [9, 4, 9], [9, 9, 9]])
@example([[5, 1], [9, 9], [0, 4]])
def test_no_sum_of_cells_that_can_be_worked_out_is_small(table: list[list[int]]) -> None:
    hidden = suppression.hidden_cells(table, K)

    shown = [c for r, row in enumerate(table) for i, c in enumerate(row) if (r, i) not in hidden]
    assert not [count for count in shown if 0 < count < K]
    small = [
        cells
        for cells in _read_off(table, hidden)
        if 0 < sum(table[row][column] for row, column in cells) < K
    ]
    assert [cells for cells in small if not _is_of_whole_lines(table, cells)] == []


def test_hiding_the_small_cells_alone_would_give_them_away() -> None:
    table = [[1, 9], [9, 9]]

    assert frozenset({(0, 0)}) in _read_off(table, frozenset({(0, 0)}))
    assert suppression.hidden_cells(table, K) == {(0, 0), (0, 1), (1, 0), (1, 1)}


def test_a_table_without_small_cells_is_shown_whole() -> None:
    assert suppression.hidden_cells([[5, 0], [9, 12]], K) == frozenset()


def test_a_large_table_with_a_small_cell_is_hidden_whole() -> None:
    table = [[9] * 14 for _ in range(13)]
    table[0][0] = 1

    assert len(suppression.hidden_cells(table, K)) == 13 * 14


@given(st.dictionaries(st.sampled_from("abcdefgh"), SIZES), st.integers(1, 9))
def test_groups_that_are_left_over_are_nobody_or_enough(
    sizes: dict[str, int], threshold: int
) -> None:
    shown = suppression.visible_groups(sizes, threshold)

    assert not [key for key in shown if 0 < sizes[key] < threshold]
    # Everybody is told of too, so that any choice of groups can be taken from everybody.
    whole = sum(sizes.values())
    if whole >= threshold:
        for count in range(len(shown) + 1):
            for taken in combinations(sorted(shown), count):
                rest = whole - sum(sizes[key] for key in taken)
                assert not 0 < rest < threshold


def test_the_smallest_group_is_hidden_beside_a_lonely_small_one() -> None:
    assert suppression.visible_groups({"a": 3, "b": 7, "c": 20, "d": 0}, K) == {"c", "d"}


def test_two_small_groups_that_are_enough_together_hide_no_other() -> None:
    assert suppression.visible_groups({"a": 3, "b": 2, "c": 6}, K) == {"c"}


def test_a_group_that_another_question_all_but_repeats_is_nested() -> None:
    assert suppression.nested(8, {"x": (6, 6), "y": (2, 2), "z": (0, 52)}, K)
    assert not suppression.nested(8, {"x": (6, 7), "y": (2, 9)}, K)
    assert not suppression.nested(12, {"x": (6, 6)}, K)


@given(
    st.lists(st.lists(st.sampled_from("abc"), max_size=9), max_size=12),
    st.integers(1, 6),
    st.randoms(use_true_random=False),
)
def test_successive_live_counts_differ_by_nobody_or_enough(
    arrivals: list[list[str]], threshold: int, chance: random.Random
) -> None:
    current: Counter[str] = Counter()
    showings = [Counter[str]()]
    for arrived in arrivals:
        current.update(arrived)
        showings.append(
            suppression.next_live(showings[-1], current, threshold=threshold, draw=chance.sample)
        )

    # The last showing is of the closed wave: everything.
    showings.append(current if current.total() >= threshold else showings[-1])
    for earlier, later in combinations(showings, 2):
        assert not earlier - later
        assert not 0 < (later - earlier).total() < threshold


def test_an_answer_taken_back_changes_no_live_count() -> None:
    shown = Counter({"yes": 5})

    kept = suppression.next_live(
        shown, Counter({"yes": 4, "no": 30}), threshold=K, draw=random.sample
    )

    assert kept == shown
