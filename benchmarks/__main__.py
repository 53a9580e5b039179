"""`make bench`: each row runs our work and a plain way of doing it in the same process.

A row's figure is the ratio of the two, because absolute speeds drift from machine to machine.
docs/performance.md explains the rows.
"""

import asyncio

from rich.console import Console
from rich.table import Table

from benchmarks import broadcast, registrations
from benchmarks.measure import Row


def table(rows: list[Row]) -> Table:
    """Lay the rows out: what was done, both speeds, and the ratio."""
    shown = Table(title="ours against a plain way, both measured now")
    for column in ("work", "ours /s", "plain way", "its /s", "ratio"):
        shown.add_column(column)
    for row in rows:
        ratio = f"{row.ours / row.theirs:.2f}"
        shown.add_row(row.work, f"{row.ours:.0f}", row.against, f"{row.theirs:.0f}", ratio)
    return shown


async def main() -> None:
    """Measure every row and print the table."""
    rows = [await registrations.measure(), await broadcast.measure()]
    Console(width=110).print(table(rows))


asyncio.run(main())
