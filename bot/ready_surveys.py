"""The files of the surveys that come with the program."""

from functools import cache
from pathlib import Path

FOLDER = Path(__file__).parent / "sample" / "surveys"


@cache
def contents() -> dict[str, bytes]:
    """Read the files by name, once."""
    return {file.name: file.read_bytes() for file in sorted(FOLDER.glob("*.toml"))}
