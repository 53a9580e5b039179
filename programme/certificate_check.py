"""Check a certificate by its code; anybody may."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from programme.certificate_codes import read_code
from programme.certificate_refusals import CertificateCodeUnknown
from programme.certificates import REPLACED
from storage import certificates
from storage.database import Tx


@dataclass(frozen=True)
class Checked:
    """What a certificate's code tells to anybody: enough to compare with the paper, no more.

    `state` is "valid", "revoked" or "replaced".
    """

    number: str
    initials: str
    event_title: str
    sessions: list[dict[str, Any]]
    issued_at: datetime
    zone: str
    state: str


async def verify(tx: Tx, *, code: str) -> Checked:
    """Say what the certificate with this code says; raises CertificateCodeUnknown.

    The code may be typed in small letters, with spaces, without hyphens. A wrong one is answered
    the same whatever is wrong with it.
    """
    read = read_code(code)
    found = await certificates.by_code(tx, read) if read is not None else None
    if found is None:
        raise CertificateCodeUnknown
    state = "valid"
    if found.revoked_at is not None:
        state = "replaced" if found.revoked_because == REPLACED else "revoked"
    event = found.facts["event"]
    return Checked(
        number=found.number,
        initials=_initials(found.facts["name"]),
        event_title=event["title"],
        sessions=event["sessions"],
        issued_at=found.issued_at,
        zone=found.facts["zone"],
        state=state,
    )


def _initials(name: str) -> str:
    words = name.split() or ["?"]
    ends = words if len(words) == 1 else [words[0], words[-1]]
    return " ".join(f"{word[0]}." for word in ends)
