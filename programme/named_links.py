"""What the link to somebody who was named tells of whoever opens it, so that nobody asks again."""

from dataclasses import dataclass
from typing import Any

from programme import memberships
from programme.nomination_notices import named_recipient
from storage import nominations, organisations, people
from storage.database import Tx


@dataclass(frozen=True)
class Known:
    """Whom a link is about.

    `address` is where the link was mailed to, which whoever opens it can read; it is empty when
    the link was handed on. `person_id` is somebody we know who has no chat yet.
    """

    name: str
    role: str
    organisation_id: int
    organisation: str
    address: str = ""
    person_id: int | None = None

    @property
    def answers(self) -> dict[str, Any]:
        """What need not be asked of somebody who says that it is they."""
        said = {
            "name": self.name,
            "role": self.role,
            "organisation": self.organisation,
            "organisation_id": self.organisation_id,
            "organisation_text": "",
        }
        if not self.address:
            return said
        proved = {"mail": self.address, "address": self.address, "mail_code": "proved"}
        return said | proved | {"verified": True, "person_id": self.person_id}


async def behind(tx: Tx, token: str) -> Known | None:
    """Find whom a link is about; None when it is no good or its person has a chat already."""
    found = await nominations.by_token(tx, memberships.hash_of(token)) if token else None
    if found is None or found.state not in nominations.OPEN:
        return None
    organisation = await organisations.get(tx, found.organisation_id)
    if organisation is None:
        return None
    if found.person_id is not None:
        contacts = await people.contacts(tx, found.person_id)
        if any(one.channel == "telegram" for one in contacts):
            return None
    # Only a link that was mailed proves an address; one that was shown to be handed on does not.
    mailed = [one for one in await named_recipient(tx, found) if one.channel == "mail"]
    return Known(
        name=found.name,
        role="clerk" if organisation.kind == "office" else "ngo",
        organisation_id=organisation.id,
        organisation=organisation.name,
        address=mailed[0].address if mailed else "",
        person_id=found.person_id,
    )
