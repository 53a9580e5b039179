"""What of an anonymous survey stays unsaid, so that no small group of people can be read off.

The threshold k is the survey's. A group here is a set of people of whom more than its size is
told. What is guaranteed, also to whoever adds and subtracts all that is published of one wave:

- A question that fewer than k people answered shows nothing. Where k or more did, each option's
  count is shown, also a small one: it is a size, and says nothing else about those who chose it.
- By groups (`group_by`): the answers of fewer than k people are never told, nor those of the rest
  that is left over when the other groups are taken from everybody. Of one table no cell, nor any
  sum of cells that can be worked out from the others and the totals, is between 1 and k - 1;
  totals of whole rows and columns are the counts of the point above.
- Across two questions by which groups are made: where one's group lies within another's, their
  difference is nobody or at least k. Not guaranteed: what follows from three such questions
  together, and what somebody works out who knows the answers of others.
- While a wave is open, what is shown of a question changes by at least k answers at a time, and
  at least k are held back, so that neither the next showing nor the last tells fewer.
- Scales and numbers show a group's mean and quartiles and no counts.
"""

from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from itertools import combinations

Table = Sequence[Sequence[int]]
Cell = tuple[int, int]
# Above so many rows or columns, a table with small cells is hidden as a whole.
MOST_CHECKED = 7


def is_small(count: int, threshold: int) -> bool:
    """Tell whether so many people are too few to be told of; nobody is not too few."""
    return 0 < count < threshold


def visible_groups(
    sizes: Mapping[str, int], threshold: int, *, never: Collection[str] = ()
) -> frozenset[str]:
    """Choose the groups that may be told of; `sizes` has all groups, which overlap nowhere.

    Together those that stay hidden are nobody or at least `threshold` people. Where too few are
    left over, the smallest groups are hidden with them. Those in `never` are hidden anyway.
    """
    hidden = {key for key, size in sizes.items() if is_small(size, threshold) or key in never}
    rest = sorted((size, key) for key, size in sizes.items() if size and key not in hidden)
    left_over = sum(sizes[key] for key in hidden)
    for size, key in rest:
        if not is_small(left_over, threshold):
            break
        hidden.add(key)
        left_over += size
    return frozenset(sizes) - hidden


def nested(size: int, inner: Mapping[str, tuple[int, int]], threshold: int) -> bool:
    """Tell whether taking another question's groups out of a group leaves too few of it.

    `inner` has, by key, how many of each of those groups are in this one, and how many there are.
    """
    within = sum(whole for here, whole in inner.values() if here == whole and not whole < threshold)
    return within > 0 and is_small(size - within, threshold)


def hidden_cells(table: Table, threshold: int, *, never: Collection[int] = ()) -> frozenset[Cell]:
    """Choose the cells (row, column) of a table of counts that stay hidden.

    Rows and columns must each leave nobody out. The totals of all rows and columns are taken to
    be known. All small cells are hidden, those of the columns in `never`, and as many others as
    it takes.
    """
    rows, columns = len(table), len(table[0]) if table else 0
    hidden = {
        (row, column)
        for row in range(rows)
        for column in range(columns)
        if is_small(table[row][column], threshold) or column in never
    }
    if not hidden:
        return frozenset()
    if min(rows, columns) > MOST_CHECKED:
        return frozenset((row, column) for row in range(rows) for column in range(columns))
    while exposed := _exposed(table, hidden, threshold):
        hidden.add(_cheapest(table, hidden, exposed))
    return frozenset(hidden)


def _exposed(table: Table, hidden: set[Cell], threshold: int) -> frozenset[Cell] | None:
    """Find hidden cells whose sum is small and follows from what is shown; None when none do.

    Of the hidden cells only the sums by row and by column are known. Every set of cells whose sum
    follows from these is a disjoint union of sets like this: some lines, without the crossing
    lines that are hidden nowhere else. So it is enough to try these sets; each choice of rows is
    tried, or of columns where those are fewer.
    """
    is_wide = len(table) <= len(table[0])
    across = 0 if is_wide else 1
    lines = range(len(table) if is_wide else len(table[0]))
    crossing: dict[int, set[int]] = {}
    for cell in hidden:
        crossing.setdefault(cell[1 - across], set()).add(cell[across])
    for size in range(1, len(lines) + 1):
        for chosen in combinations(lines, size):
            inside = {line for line, met in crossing.items() if met.issubset(chosen)}
            found = frozenset(
                cell for cell in hidden if cell[across] in chosen and cell[1 - across] not in inside
            )
            if _gives_away(table, found, threshold):
                return found
    for line in crossing:
        found = frozenset(cell for cell in hidden if cell[1 - across] == line)
        if _gives_away(table, found, threshold):
            return found
    return None


def _gives_away(table: Table, cells: frozenset[Cell], threshold: int) -> bool:
    if not is_small(sum(table[row][column] for row, column in cells), threshold):
        return False
    # Whole rows, or whole columns, add up to totals that are known anyway.
    whole_rows = {(row, column) for row, _ in cells for column in range(len(table[0]))}
    whole_columns = {(row, column) for row in range(len(table)) for _, column in cells}
    return cells not in (whole_rows, whole_columns)


def _cheapest(table: Table, hidden: set[Cell], exposed: frozenset[Cell]) -> Cell:
    """Choose the next cell to hide: in a line of those exposed, with the fewest people but some."""
    rows, columns = {row for row, _ in exposed}, {column for _, column in exposed}
    open_cells = [
        (row, column)
        for row in range(len(table))
        for column in range(len(table[0]))
        if (row, column) not in hidden
    ]
    beside = [cell for cell in open_cells if cell[0] in rows or cell[1] in columns]
    return min(
        beside or open_cells,
        key=lambda cell: (table[cell[0]][cell[1]] == 0, table[cell[0]][cell[1]], cell),
    )


def next_live(
    shown: Counter[str],
    current: Counter[str],
    *,
    threshold: int,
    draw: Callable[[list[str], int], list[str]],
) -> Counter[str]:
    """Say what to show of an open question, after `shown` was shown and `current` is true.

    Answers are let go in lots of `threshold`, drawn from all that wait, and a whole lot stays
    behind; `draw` picks so many from a list.
    """
    waiting = current - shown
    if shown - current:
        # Something was taken back, which must not be read off either.
        return shown
    lots = waiting.total() // threshold - 1
    if lots < 1:
        return shown
    return shown + Counter(draw(sorted(waiting.elements()), lots * threshold))
