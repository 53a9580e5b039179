"""Write a file that a command gives out: all of it or nothing, for its owner alone."""

import os
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


def _replace(file: Path, content: bytes) -> None:
    with NamedTemporaryFile(dir=file.parent, prefix=f".{file.name[:40]}.", delete=False) as part:
        try:
            part.write(content)
            part.flush()
            os.fsync(part.fileno())
            Path(part.name).replace(file)
        except OSError:
            Path(part.name).unlink(missing_ok=True)
            raise
