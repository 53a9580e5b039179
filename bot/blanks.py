"""Read the blanks that a programme file names; they lie beside it."""

from pathlib import Path

from programme.document_kinds import MOST_BYTES, PDF, kind_of
from programme.document_refusals import DocumentRefused
from programme.importing.blanks import Blanks
from programme.importing.entries import ProgrammeFile
from programme.importing.problems import (
    BlankElsewhere,
    BlankMissing,
    BlankUnfit,
    FieldProblem,
    FileRefused,
    Place,
)
from storage.files import FileStore


def read_blanks(file: ProgrammeFile, *, folder: Path, store: FileStore) -> Blanks:
    """Read all blanks of a programme file; raises FileRefused with every one that is wrong."""
    contents: dict[str, bytes] = {}
    problems: list[FieldProblem] = []
    for number, event in enumerate(file.events, start=1):
        for place_number, document in enumerate(event.documents, start=1):
            if not document.blank:
                continue
            inside = Place("event", number, event.key)
            place = Place("document", place_number, document.key, inside)
            found = _read(document.blank, folder, place)
            if isinstance(found, FieldProblem):
                problems.append(found)
            else:
                contents[document.blank] = found
    if problems:
        raise FileRefused(tuple(problems))
    return Blanks(store, contents)


def _read(name: str, folder: Path, place: Place) -> bytes | FieldProblem:
    # A programme file may come from somebody else; it must not make us hand out other files.
    if name != Path(name).name or name.startswith(".") or "\\" in name or "\0" in name:
        return BlankElsewhere(place, "blank", name)
    path = folder / name
    if path.is_symlink():
        return BlankElsewhere(place, "blank", name)
    if not path.is_file():
        return BlankMissing(place, "blank", name)
    if path.stat().st_size > MOST_BYTES:
        return BlankUnfit(place, "blank", name)
    content = path.read_bytes()
    try:
        fits = kind_of(content) == PDF
    except DocumentRefused:
        fits = False
    return content if fits else BlankUnfit(place, "blank", name)
