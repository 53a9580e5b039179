"""`make soak`: ten minutes of kills on each database; ARGS gives minutes, seed and database."""

import argparse
import asyncio
import importlib
import secrets
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from storage import migrate
from storage.database import open_database
from tests import postgres
from tests.soak.ledger import Report
from tests.soak.storm import soak


def asked() -> argparse.Namespace:
    """Read what the command line asks for."""
    parser = argparse.ArgumentParser(prog="make soak")
    parser.add_argument("--minutes", type=float, default=10.0, help="how long, on each database")
    parser.add_argument("--seed", type=int, help="the same seed kills at the same moments")
    parser.add_argument("--database", choices=["sqlite", "postgresql", "both"], default="both")
    parser.add_argument("--processes", type=int, default=2, help="how many share a PostgreSQL")
    parser.add_argument("--kind", action="store_true", help="kill, but let the servers be well")
    return parser.parse_args()


@contextmanager
def database(backend: str, folder: Path) -> Iterator[str]:
    """Give the address of an empty database."""
    if backend == "sqlite":
        yield f"sqlite+aiosqlite:///{folder / 'akademia.db'}"
        return
    server, keeper = postgres.start()
    try:
        server.create("soak")
        yield server.url("soak")
    finally:
        postgres.stop(keeper)


async def one(url: str, folder: Path, options: argparse.Namespace, seed: int) -> Report:
    """Migrate the database and let the storm loose on it."""
    processes = 1 if url.startswith("sqlite") else options.processes
    opened = open_database(url)
    await migrate.apply(opened, now=datetime.now(UTC))
    await opened.close()
    return await soak(
        url,
        folder,
        seed=seed,
        seconds=60 * options.minutes,
        processes=processes,
        troubled=not options.kind,
    )


def main() -> int:
    """Soak each database that was asked for and print its counts; 1 when something was wrong."""
    importlib.import_module("tests.conftest")  # the library of Telegram is told about durations
    options = asked()
    seed = options.seed if options.seed is not None else secrets.randbelow(10**6)
    both = ["sqlite", "postgresql"]
    wrong = False
    for backend in both if options.database == "both" else [options.database]:
        with tempfile.TemporaryDirectory(prefix="akademia-soak-") as name:
            folder = Path(name)
            folder.chmod(0o755)
            with database(backend, folder) as url:
                report = asyncio.run(one(url, folder, options, seed))
        minutes = f"{options.minutes:g} minutes"
        print(f"{backend}, {minutes}, seed {seed}", *report.lines(), "", sep="\n", flush=True)  # noqa: T201 -- this is what the command is for
        wrong |= bool(report.wrong)
    return int(wrong)


if __name__ == "__main__":
    sys.exit(main())
