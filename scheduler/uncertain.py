"""What is done about messages of which nobody knows whether they arrived.

A second copy of an answer or a confirmation does little harm, and the chat says "(sent again)";
a mail keeps its bytes and its Message-ID, and a calendar its UID and SEQUENCE, so that programs
recognise it. A broadcast or a poll is never repeated: staff see it in the report as uncertain.
"""

from datetime import datetime, timedelta

from storage import outbox
from storage.database import Tx

CONFIRMATIONS = {
    "registration_confirmed",
    "waiting_listed",
    "promoted",
    "registration_cancelled",
    "event_moved",
    "event_cancelled",
}
AGAIN = {
    "telegram": CONFIRMATIONS | {"reply", "trouble"},
    "mail": CONFIRMATIONS | {"reminder", "email_code"},
}
PAUSE = {"telegram": timedelta(minutes=1), "mail": timedelta(minutes=15)}


async def repeat(tx: Tx, *, now: datetime, after_restart: bool = False) -> int:
    """Queue what may be repeated, each row at most once, and return how many.

    After a restart chats do not wait: somebody may be in the middle of a conversation.
    """
    count = 0
    for channel, kinds in AGAIN.items():
        pause = timedelta(0) if after_restart and channel == "telegram" else PAUSE[channel]
        count += await outbox.send_once_more(
            tx, channel=channel, kinds=kinds, before=now - pause, now=now
        )
    return count
