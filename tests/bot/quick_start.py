"""Run commands one after the other without importing everything each time: one fork for each.

Reads a line of JSON for each command from standard input and answers with its exit code.
"""

import json
import os
import sys
from typing import Any

from bot import cli


def main() -> None:
    """Serve until standard input ends."""
    for line in sys.stdin:
        child = os.fork()
        if child == 0:
            _become(json.loads(line))
            cli.main()
            return
        _, status = os.waitpid(child, 0)
        sys.stdout.write(f"{os.waitstatus_to_exitcode(status)}\n")
        sys.stdout.flush()


def _become(job: dict[str, Any]) -> None:
    os.chdir(job["folder"])
    os.environ.clear()
    os.environ.update(job["variables"])
    for number, name in ((0, os.devnull), (1, job["out"]), (2, job["err"])):
        handle = os.open(name, os.O_CREAT | os.O_RDWR | os.O_TRUNC, 0o600)
        os.dup2(handle, number)
    sys.argv = ["akademia", *job["words"]]


if __name__ == "__main__":
    main()
