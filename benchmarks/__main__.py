"""`make bench`: one table, in which each row sets our work against a named way of doing it.

`ARGS='broadcast mails'` measures these alone; `ARGS='--scale 0.1'` does a tenth of the work.
docs/performance.md explains the rows.
"""

import argparse
import asyncio

from rich.console import Console
from rich.table import Table

from benchmarks import (
    backlog,
    broadcast,
    broadcast_queue,
    intake,
    lists,
    mails,
    registrations,
    seats,
    starting,
    survey_intake,
    survey_store,
    ticks,
)
from benchmarks.measure import NO_GOAL, Row

MEASURES = {
    "broadcast": broadcast.measure,
    "broadcast-queue": broadcast_queue.measure,
    "mails": mails.measure,
    "intake": intake.measure,
    "registrations": registrations.measure,
    "seats": seats.measure,
    "backlog": backlog.measure,
    "lists": lists.measure,
    "surveys": survey_store.measure,
    "survey-intake": survey_intake.measure,
    "ticks": ticks.measure,
    "starting": starting.measure,
}


def table(rows: list[Row]) -> Table:
    """Lay the rows out: what was done, both figures, what came out and what it should be."""
    shown = Table(title="both sides measured now, on this machine")
    for column in ("work", "against", "ours", "theirs", "found", "to reach", ""):
        shown.add_column(column)
    for row in rows:
        mark = "reached" if row.reached else "NOT reached"
        mark = "" if row.goal == NO_GOAL else mark
        shown.add_row(row.work, row.against, row.ours, row.theirs, row.found, row.goal, mark)
    return shown


async def main() -> None:
    """Measure what was asked for and print the table."""
    asked = argparse.ArgumentParser(prog="make bench")
    asked.add_argument("rows", nargs="*", choices=[*MEASURES, []], help="what to measure")
    asked.add_argument("--scale", type=float, default=1.0, help="the share of the work to do")
    given = asked.parse_args()
    rows: list[Row] = []
    for name in given.rows or MEASURES:
        rows += await MEASURES[name](scale=given.scale)
    Console(width=150).print(table(rows))


asyncio.run(main())
