"""Any order of steps keeps the promises: a state machine over everything that touches a seat.

The steps are in `seat_machine` and `naming_machine`, what they must come to in `line_model` and
`naming_model`.
"""

import itertools
import shutil
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis.stateful import run_state_machine_as_test

from tests import postgres
from tests.programme.naming_machine import NamingMachine
from tests.storage.rows import sqlite_url

_numbers = itertools.count(1)


def _run(fresh: Callable[[], AbstractContextManager[str]], how: settings) -> None:
    class Machine(NamingMachine):
        pass

    Machine.fresh = fresh
    run_state_machine_as_test(Machine, settings=how)


# A failure is made small before it is shown, which takes up to five minutes.
@pytest.mark.timeout(900)
def test_registration_in_any_order_of_steps(sqlite_template: Path, tmp_path: Path) -> None:
    @contextmanager
    def fresh() -> Iterator[str]:
        folder = tmp_path / str(next(_numbers))
        folder.mkdir()
        shutil.copyfile(sqlite_template, folder / "akademia.db")
        yield sqlite_url(folder / "akademia.db")
        shutil.rmtree(folder)

    _run(fresh, settings(stateful_step_count=40))


@pytest.mark.timeout(900)
def test_registration_in_any_order_of_steps_on_postgresql(
    postgres_server: postgres.Server, postgres_template: str
) -> None:
    @contextmanager
    def fresh() -> Iterator[str]:
        name = f"machine_{next(_numbers)}"
        postgres_server.create(name, template=postgres_template)
        yield postgres_server.url(name)
        postgres_server.drop(name)

    _run(fresh, settings(stateful_step_count=25, max_examples=5))
