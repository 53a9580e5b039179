"""The command line in a folder of its own, with nothing in its environment but what is given."""

import asyncio
import contextlib
import json
import os
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from pathlib import Path

from playground.playground import Playground

ROOT = Path(__file__).parents[2]
AKADEMIA = Path(sys.executable).with_name("akademia")
SAMPLE = ROOT / "bot" / "sample"
CLEAN = {"PATH": "/usr/bin:/bin", "LANG": "en_GB.UTF-8"}
Starter = subprocess.Popen[str]


@dataclass(frozen=True)
class Said:
    """How a command ended and what it said."""

    code: int
    out: str
    err: str


class Office:
    """A folder from which the command is run."""

    def __init__(self, folder: Path, starter: Starter) -> None:
        self.folder = folder
        self.data = folder / "data"
        self.variables = {"AKADEMIA_DATA_DIR": str(self.data)}
        self._starter = starter

    def connect(self, playground: Playground) -> None:
        """Use the playground's servers."""
        self.variables |= {
            "AKADEMIA_TELEGRAM_TOKEN": playground.token,
            "AKADEMIA_TELEGRAM_API_URL": playground.api_url,
            "AKADEMIA_SMTP_URL": f"smtp://127.0.0.1:{playground.smtp_port}",
            "AKADEMIA_MAIL_FROM": "Akademia <szkolenia@gmina.example.org>",
        }

    async def say(self, *words: str | Path, **variables: str) -> Said:
        """Run a command to its end."""
        out, err = self.folder / "said.out", self.folder / "said.err"
        job = {
            "words": [str(word) for word in words],
            "folder": str(self.folder),
            "variables": CLEAN | self.variables | variables,
            "out": str(out),
            "err": str(err),
        }
        code = await asyncio.to_thread(self._ask, json.dumps(job))
        return Said(code, out.read_text(), err.read_text())

    def _ask(self, job: str) -> int:
        assert self._starter.stdin is not None
        assert self._starter.stdout is not None
        self._starter.stdin.write(f"{job}\n")
        self._starter.stdin.flush()
        return int(self._starter.stdout.readline())

    @contextlib.asynccontextmanager
    async def working(self, *words: str) -> AsyncIterator[asyncio.subprocess.Process]:
        """Run the installed command beside the test; it is ended at the latest afterwards."""
        process = await asyncio.create_subprocess_exec(
            AKADEMIA,
            *words,
            cwd=self.folder,
            env=CLEAN | _measured() | self.variables,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
        try:
            yield process
        finally:
            if process.returncode is None:
                process.kill()
            await process.communicate()


@contextlib.contextmanager
def quick_starter() -> Iterator[Starter]:
    """Start what runs commands for all tests."""
    with subprocess.Popen(
        [sys.executable, "-m", "tests.bot.quick_start"],
        cwd=ROOT,
        env=CLEAN | _measured(),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as starter:
        yield starter


def _measured() -> dict[str, str]:
    """Give the variables by which coverage measures what a child process does, if it does."""
    return {name: value for name, value in os.environ.items() if name.startswith("COV")}
