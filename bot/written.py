"""Write a file that a command gives out: all of it or nothing, for its owner alone."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import NamedTemporaryFile


def write(file: Path, content: bytes) -> None:
    """Write a file, which names people; an older one stays until this one lies there whole.

    Folders on the way are made. An OSError names the file that was wanted.
    """
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        if file.exists() and not file.is_file():
            # A pipe or a terminal; a folder refuses.
            file.write_bytes(content)
        else:
            _replace(file.resolve(), content)
    except OSError as error:
        error.filename = str(file)
        raise


@contextmanager
def replacing(file: Path) -> Iterator[Path]:
    """Give a path to write a large file to, which takes the file's place when the block ends.

    When the block raises, nothing has changed.
    """
    wanted = file.resolve()
    try:
        wanted.parent.mkdir(parents=True, exist_ok=True)
        part = _part(wanted)
    except OSError as error:
        error.filename = str(file)
        raise
    try:
        yield part
        with part.open("rb") as written:
            os.fsync(written.fileno())
        part.replace(wanted)
    finally:
        part.unlink(missing_ok=True)


def _part(file: Path) -> Path:
    with NamedTemporaryFile(dir=file.parent, prefix=f".{file.name[:40]}.", delete=False) as part:
        return Path(part.name)


def _replace(file: Path, content: bytes) -> None:
    part = _part(file)
    try:
        with part.open("wb") as out:
            out.write(content)
            out.flush()
            os.fsync(out.fileno())
        part.replace(file)
    except OSError:
        part.unlink(missing_ok=True)
        raise
