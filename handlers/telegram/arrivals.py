"""Make rows of the inbox out of raw updates, whichever door they came through.

Nothing here may fail for something that Telegram could send: an update that cannot be kept would
stop all that come behind it.
"""

import json
from typing import Any

from storage.inbox import Arrival

SOURCE = "telegram"
ALLOWED = ["message", "callback_query", "poll_answer", "my_chat_member"]
NOBODY = "telegram:0"
LARGEST_NUMBER = 2**63


def lane_of(update: dict[str, Any]) -> str:
    """Name the lane of a raw update: the person it comes from, whatever kind it is."""
    for kind in ALLOWED:
        content = update.get(kind)
        if isinstance(content, dict):
            sender = content.get("from") or content.get("user") or content.get("chat")
            if isinstance(sender, dict) and _is_number(sender.get("id")):
                return f"telegram:{sender['id']}"
    return NOBODY


def _is_number(value: object) -> bool:
    return isinstance(value, int) and abs(value) < LARGEST_NUMBER


def arrival(update: dict[str, Any]) -> Arrival:
    """Make the inbox's entry of a raw update."""
    payload = json.dumps(update, ensure_ascii=False)
    try:
        payload.encode()
    except UnicodeEncodeError:
        # Half of a pair of surrogates is fine in JSON and nowhere else, so it stays escaped.
        payload = json.dumps(update)
    return Arrival(SOURCE, str(update["update_id"]), lane_of(update), payload)
