"""Keep what an event asks for: its required documents with their blanks."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from programme.document_kinds import PDF
from programme.importing.entries import DocumentEntry, EventEntry
from storage import documents, files, programmes
from storage.database import Tx
from storage.files import FileStore


@dataclass(frozen=True)
class Blanks:
    """The bytes of blanks, by their names in the programme file, and where files are kept."""

    store: FileStore
    contents: Mapping[str, bytes] = field(default_factory=dict)


async def save(
    tx: Tx, *, event_id: int, entry: EventEntry, blanks: Blanks | None, now: datetime
) -> bool:
    """Make the file's documents those of the event and tell whether anything changed.

    A blank with the same bytes as the one kept is not kept again; without `blanks` those that
    are kept stay. A changed blank is a new file: the old one is swept when nothing names it.
    """
    kept = {one.key: one for one in await documents.required_of_event(tx, event_id)}
    wanted = []
    for number, each in enumerate(entry.documents, start=1):
        known = kept[each.key].blank_file_id if each.key in kept else None
        blank = known if blanks is None else await _blank(tx, each, known, blanks, now)
        wanted.append(programmes.RequiredDocument(each.key, number, each.title, blank))
    return await programmes.save_required_documents(tx, event_id=event_id, documents=wanted)


async def _blank(
    tx: Tx, entry: DocumentEntry, known: int | None, blanks: Blanks, now: datetime
) -> int | None:
    if not entry.blank:
        return None
    content = blanks.contents[entry.blank]
    there = await files.get(tx, known) if known is not None else None
    if there is not None and there.sha256 == hashlib.sha256(content).hexdigest():
        return there.id
    bytes_ = await blanks.store.put(content, now=now)
    file = await files.add(
        tx, bytes_, original_name=entry.blank, content_type=PDF.content_type, now=now
    )
    return file.id
