"""Make rows of the inbox out of raw mails, whichever way they came.

Nothing here may fail for something that a mail could hold: a mail that cannot be kept would stop
all that come behind it. So the bytes stay bytes, and only their sender is looked at.
"""

import base64
import hashlib
import json
import re
from dataclasses import dataclass
from datetime import datetime
from email.parser import BytesHeaderParser
from email.utils import getaddresses

from programme import documents
from programme.documents import FileStore, Kept
from storage import inbox
from storage.database import Tx
from storage.inbox import Arrival, InboxRow

SOURCE = "mail"
NOBODY = "mail:?"
# Of mails with more bytes than this only the beginning is kept.
LARGEST = 25 * 1024 * 1024
BEGINNING = 64 * 1024
# What is larger lies in a file, so that listing what waits stays cheap.
IN_A_ROW = 256 * 1024
LONGEST_LANE, LONGEST_KEY = 80, 200
_ADDRESS = re.compile(r"[!-~]+@[!-~]+")


@dataclass(frozen=True)
class RawMail:
    """A mail as it came; of one that is too large `content` is only the beginning."""

    key: str
    content: bytes
    size: int

    @property
    def is_cut(self) -> bool:
        """Whether the mail has more bytes than are kept."""
        return self.size > len(self.content)


@dataclass(frozen=True)
class KeptMail:
    """A mail whose bytes, when it is large, lie in a file that no row names yet."""

    raw: RawMail
    file: Kept | None = None


@dataclass(frozen=True)
class RowOfMail:
    """A mail as its inbox row has it: its bytes, or the name of the file in which they lie."""

    content: bytes
    file: str
    size: int

    @property
    def is_cut(self) -> bool:
        """Whether only the beginning of the mail was kept."""
        return not self.file and self.size > len(self.content)


def cut(key: str, content: bytes, *, told: int = 0) -> RawMail:
    """Make a raw mail, and keep only the beginning of one that is too large.

    `told` is its size where `content` is the beginning already.
    """
    size = max(told, len(content)) if max(told, len(content)) > LARGEST else len(content)
    return RawMail(key, content[:BEGINNING] if size > LARGEST else content, size)


async def keep(store: FileStore, raw: RawMail, *, now: datetime) -> KeptMail:
    """Put the bytes of a large mail into a file, before the transaction that names it."""
    if len(raw.content) <= IN_A_ROW:
        return KeptMail(raw)
    kept = await store.put(raw.content, now=now)
    return KeptMail(raw, Kept(kept, "", "message/rfc822"))


async def accept(tx: Tx, mails: list[KeptMail], *, now: datetime) -> int:
    """Keep mails in the inbox and return how many were new.

    A mail that is known already, by its key or by its bytes, is left out.
    """
    arrivals = []
    for mail in mails:
        file = await documents.hold(tx, mail.file, now=now) if mail.file else None
        arrivals.append(
            Arrival(
                SOURCE,
                mail.raw.key,
                lane_of(mail.raw.content),
                _payload(mail.raw, file.name if file else ""),
                digest=digest_of(mail.raw),
                file_id=file.id if file else None,
            )
        )
    return await inbox.accept(tx, arrivals, now=now)


def digest_of(raw: RawMail) -> str:
    """Name a mail by its bytes, whichever way its lines end: files have them shorter than IMAP."""
    digest = hashlib.sha256(raw.content.replace(b"\r\n", b"\n"))
    if raw.is_cut:
        digest.update(str(raw.size).encode())
    return digest.hexdigest()


def key_of(*parts: object) -> str:
    """Join the parts of a key; a long one is shortened and stays unique."""
    key = ":".join(str(part) for part in parts).replace("\0", "")
    if len(key) <= LONGEST_KEY:
        return key
    return f"{key[:100]}:{hashlib.sha256(key.encode('utf-8', 'replace')).hexdigest()}"


def lane_of(content: bytes) -> str:
    """Name the lane of a mail: whoever it says it is from, so that their mails stay in order."""
    address = sender_of(content)
    if not address:
        return NOBODY
    lane = f"{SOURCE}:{address}"
    if len(lane) <= LONGEST_LANE:
        return lane
    return f"{SOURCE}:{hashlib.sha256(address.encode()).hexdigest()}"


def sender_of(content: bytes) -> str:
    """Read the address in the From of a mail, in lower case; empty when there is none."""
    try:
        headers = BytesHeaderParser().parsebytes(content[:BEGINNING])
        found = getaddresses([str(one) for one in headers.get_all("From", [])])
    except Exception:  # noqa: BLE001 -- the library fails in many ways for what mails can hold
        return ""
    addresses = [address.lower() for _, address in found if _ADDRESS.fullmatch(address)]
    return addresses[0] if addresses else ""


def _payload(raw: RawMail, file: str) -> str:
    held = {"file": file} if file else {"raw": base64.b64encode(raw.content).decode()}
    return json.dumps({**held, "size": raw.size})


def unpack(row: InboxRow) -> RowOfMail:
    """Read what an inbox row has of a mail."""
    told = json.loads(row.payload)
    content = base64.b64decode(told.get("raw", ""))
    return RowOfMail(content, str(told.get("file", "")), int(told["size"]))
