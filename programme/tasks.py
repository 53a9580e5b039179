"""Ask staff for what no rule can decide, each thing once."""

import re
from datetime import datetime
from typing import Any, Literal

from storage import tasks
from storage.database import Tx

# `mail`: somebody wrote what could not be read. `names`: names that need a look before people are
# written to. `address`: mail comes back, somebody has to ask for a new address. `calendar`: a
# calendar asks for another time, or answers from an address that was not invited. `paper`: a
# document came of which nobody can say what it is. `returned`: a mail says that an address does
# not work, and nothing proves that it is true. `broadcast`: who planned a letter to many is staff
# no longer, or it has grown too much for one, and somebody else has to say whether it goes out.
Kind = Literal["mail", "names", "address", "calendar", "paper", "returned", "broadcast"]

# Tokens of our letters where they stand in a quoted letter: in links, also in those that a filter
# has written anew, in addresses for answers, in Message-IDs and in links to the chat.
_TOKEN = re.compile(
    r"(?:(?<=[/+<_=])|(?<=%2f))[a-z2-7]{26}(?![a-z0-9])|(?<=start=n_)[\w-]{10,}", re.IGNORECASE
)
_HIDDEN = "…"


def without_tokens(original: str) -> str:
    """Hide what would let whoever reads somebody's mail act in their place."""
    return _TOKEN.sub(_HIDDEN, original)


async def ask(
    tx: Tx,
    *,
    key: str,
    kind: Kind,
    facts: dict[str, Any],
    original: str = "",
    person_id: int | None = None,
    organisation_id: int | None = None,
    event_id: int | None = None,
    now: datetime,
) -> bool:
    """Put something on staff's list; asked again under the same key it stays there once.

    What somebody wrote often has our own letter below it. Its links are for its reader alone, and
    a chat would open them to show what is behind.
    """
    return await tasks.add(
        tx,
        key=key,
        kind=kind,
        facts=facts,
        original=without_tokens(original),
        person_id=person_id,
        organisation_id=organisation_id,
        event_id=event_id,
        now=now,
    )
