"""Read what a page sends: a few lines of a form, or one file beside them."""

import asyncio
from collections.abc import AsyncGenerator
from dataclasses import dataclass, field
from urllib.parse import parse_qsl

from starlette.datastructures import UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser
from starlette.requests import ClientDisconnect, Request

from programme.document_kinds import MEGABYTE

MOST_FORM = 64 * 1024
MOST_FIELDS = 200
# A browser shows our answer only after it has sent all of a file, so one that is a little too
# large is heard out; what is far too large is cut off.
HEARD_OUT = 40 * MEGABYTE
FORM_WITHIN = 30.0
FILE_WITHIN = 300.0
MULTIPART = "multipart/form-data"


class Unreadable(Exception):
    """The body is too large, came too slowly, or is no form."""

    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status


@dataclass(frozen=True)
class Sent:
    """A file as it came, on the disk and not in memory; whoever takes it closes it."""

    name: str
    size: int
    upload: UploadFile


@dataclass(frozen=True)
class Typed:
    """What somebody typed and chose, by the name of the field; a name may have several values."""

    fields: dict[str, list[str]] = field(default_factory=dict)
    file: Sent | None = None

    def one(self, name: str) -> str:
        """Give the last value of a field; empty when there is none."""
        return self.all(name)[-1] if self.all(name) else ""

    def all(self, name: str) -> list[str]:
        """Give all values of a field."""
        return self.fields.get(name, [])

    def number(self, name: str) -> int | None:
        """Give a field that is the number of a row; None when it is no such number."""
        given = self.one(name)
        return int(given) if given.isascii() and given.isdecimal() and len(given) < 10 else None  # noqa: PLR2004 -- what fits every database


NOTHING = Typed()


async def read_form(request: Request, *, takes_file: bool) -> Typed:
    """Read the fields of a form, and its file where the page asks for one; raises Unreadable."""
    multipart = request.headers.get("Content-Type", "").lower().startswith(MULTIPART)
    try:
        async with asyncio.timeout(FILE_WITHIN if takes_file else FORM_WITHIN):
            if multipart and takes_file:
                return await _multipart(request, most=HEARD_OUT)
            if multipart:
                return await _multipart(request, most=MOST_FORM)
            return _fields(b"".join([part async for part in _counted(request, MOST_FORM)]))
    except TimeoutError:
        raise Unreadable(408) from None
    except ClientDisconnect:
        raise Unreadable(400) from None


async def _counted(request: Request, most: int) -> AsyncGenerator[bytes]:
    declared = request.headers.get("Content-Length", "0")
    if declared.isdecimal() and int(declared) > most:
        raise Unreadable(413)
    size = 0
    async for chunk in request.stream():
        size += len(chunk)
        if size > most:
            raise Unreadable(413)
        yield chunk


def _fields(body: bytes) -> Typed:
    try:
        pairs = parse_qsl(body.decode("ascii"), keep_blank_values=True, max_num_fields=MOST_FIELDS)
    except ValueError:
        raise Unreadable(400) from None
    return Typed(_by_name(pairs))


def _by_name(pairs: list[tuple[str, str]]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for name, value in pairs:
        found.setdefault(name, []).append(value)
    return found


async def _multipart(request: Request, *, most: int) -> Typed:
    parser = MultiPartParser(
        request.headers,
        _counted(request, most),
        max_files=1,
        max_fields=MOST_FIELDS,
        max_part_size=MOST_FORM,
    )
    try:
        form = await parser.parse()
    except (MultiPartException, UnicodeError):
        raise Unreadable(400) from None
    pairs = [(name, value) for name, value in form.multi_items() if isinstance(value, str)]
    files = [value for _, value in form.multi_items() if isinstance(value, UploadFile)]
    return Typed(_by_name(pairs), await _file(files[0]) if files else None)


async def _file(upload: UploadFile) -> Sent | None:
    name, size = upload.filename or "", upload.size or 0
    # A browser sends an empty file without a name when none was chosen.
    if not name and not size:
        await upload.close()
        return None
    return Sent(name, size, upload)
