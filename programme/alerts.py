"""Tell staff once a day when sending itself is in trouble: a sentence for each channel and cause.

It goes through the outbox like everything else, and never by the channel that is broken. When
mail is broken, the coordinators read it in their chats; when Telegram is broken, the programme's
contact gets a mail, if an address is named there. The log has it in any case.
"""

import logging
import re
from datetime import datetime
from typing import Literal

from programme.facts import programme_facts
from programme.notice_policy import POLICY
from storage import conversations, outbox, staff
from storage.database import Tx
from storage.outbox import Entry

Cause = Literal["login", "broken", "refused", "markup", "unwritable"]
# With these nothing leaves by the channel, an alert about it neither.
CHANNEL_IS_DOWN: tuple[Cause, ...] = ("login", "broken")
STAFF_LOCALE = "pl"
_ADDRESS = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+", re.ASCII)
logger = logging.getLogger(__name__)


async def tell_staff(tx: Tx, *, channel: str, cause: Cause, now: datetime) -> int:
    """Queue the alert of this channel and cause, the first time in a day (UTC).

    Returns how many are told by it now.
    """
    logger.error("sending_in_trouble", extra={"channel": channel, "cause": cause})
    by_mail = channel == "telegram" and cause in CHANNEL_IS_DOWN
    recipients = await _contact(tx) if by_mail else await _coordinators(tx)
    programme = await programme_facts(tx)
    policy = POLICY["alert"]
    entries = [
        Entry(
            key=f"alert:{channel}:{cause}:{now:%Y-%m-%d}:{address}",
            channel="mail" if by_mail else "telegram",
            kind=policy.kind,
            address=address,
            locale=locale,
            facts={
                "programme": programme,
                "person": {"name": name},
                "trouble": {"channel": channel, "cause": cause},
            },
            priority=policy.priority,
            due_at=now,
            not_after=policy.worth_until(now),
        )
        for address, name, locale in recipients
    ]
    return await outbox.put(tx, entries, now=now) if entries else 0


async def _contact(tx: Tx) -> list[tuple[str, str, str]]:
    found = _ADDRESS.search((await programme_facts(tx))["contact"])
    return [(found[0], "", STAFF_LOCALE)] if found else []


async def _coordinators(tx: Tx) -> list[tuple[str, str, str]]:
    recipients = []
    for member in await staff.everyone(tx):
        if member.role == "coordinator":
            chat = await conversations.load(tx, member.chat_id)
            locale = chat.locale if chat else STAFF_LOCALE
            recipients.append((str(member.chat_id), member.name, locale))
    return recipients
