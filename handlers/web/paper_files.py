"""Files behind a letter: the blank of a document, and one's own certificate."""

import asyncio
import re
import unicodedata
from urllib.parse import quote

from starlette.responses import Response

from delivery import certificates
from handlers.web.visits import Visit
from programme import documents, letter_pages
from programme.document_kinds import KINDS, shown_name
from programme.document_refusals import DocumentUnknown
from programme.documents import FileGone

# Nothing in a file that is looked at here may do anything.
SANDBOX = "default-src 'none'; sandbox"
ANYTHING = "application/octet-stream"


async def blank(visit: Visit) -> Response:
    """Give the blank of a document that the letter's own event asks for."""
    number = visit.params.get("required", "")
    # No number of a row has more figures.
    if not re.fullmatch(r"[0-9]{1,9}", number):
        raise DocumentUnknown
    required, file = await documents.blank(visit.tx, required_id=int(number))
    if required.event_id != letter_pages.number(visit.door, "event"):
        raise DocumentUnknown
    try:
        content = await visit.desk.files.read(file.name)
    except FileGone:
        raise DocumentUnknown from None
    kind = file.content_type if file.content_type in KINDS else ANYTHING
    return _attachment(content, shown_name(required.title, file.content_type), kind)


async def certificate(visit: Visit) -> Response:
    """Give the certificate of the letter's reader."""
    found = await letter_pages.seat(visit.tx, visit.door, now=visit.now)
    if found.certificate is None:
        raise DocumentUnknown
    facts = found.certificate.facts
    content = await asyncio.to_thread(certificates.pdf, [facts])
    return _attachment(content, certificates.file_name(facts), certificates.PDF)


def _attachment(content: bytes, name: str, content_type: str) -> Response:
    plain = unicodedata.normalize("NFKD", name.replace("ł", "l").replace("Ł", "L"))
    ascii_name = re.sub(r"[^A-Za-z0-9._-]+", "-", plain.encode("ascii", "ignore").decode())
    disposition = f"attachment; filename=\"{ascii_name}\"; filename*=UTF-8''{quote(name, safe='')}"
    headers = {"Content-Disposition": disposition, "Content-Security-Policy": SANDBOX}
    return Response(content, headers=headers, media_type=content_type)
