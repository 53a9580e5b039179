"""The weekly digest: whole texts by mail; in a chat whole ones while they are short.

One message holds a digest, however long the letters are: what is cut in the chat opens whole with
a button, so nothing is lost, and nobody gets a second message that nobody asked for.
"""

from collections.abc import Callable, Mapping
from typing import Any

from delivery.chat import Button
from delivery.limits import TEXT_LENGTH, visible_length
from texts.translator import Translator

DIGEST = "digest"
WHOLE, EVENT = "ja", "e"
# The longest that is shown of each text: the first that fits is taken. A single one may be whole.
_ROOMS = (700, 400, 200, 80, 0)
_SINGLE = (3_500, *_ROOMS)
# Kept free for a remark that the sender may set before the text.
_SPARE = 40


def view_of(
    one: Mapping[str, Any], seen: Mapping[str, Any], sittings: list[dict[str, Any]]
) -> dict[str, Any]:
    """Give what one announcement is shown with, as a letter by itself would be."""
    event = one["event"]
    return {
        "person": seen["person"],
        "sittings": sittings,
        "zone": event["sessions"][0]["zone"] if event is not None else "Europe/Warsaw",
        "shown": one["body"],
        "is_cut": False,
    }


def fitting(
    seen: dict[str, Any],
    text_of: Callable[[dict[str, Any]], str],
    cut: Callable[[str, int], str],
) -> str:
    """Show as much of each announcement as one message holds."""
    listed = seen["announcements"]
    text = ""
    for room in _SINGLE if len(listed) == 1 else _ROOMS:
        for one in listed:
            one["is_cut"] = len(one["body"]) > room
            one["shown"] = cut(one["body"], room) if one["is_cut"] else one["body"]
        text = text_of(seen)
        if visible_length(text) <= TEXT_LENGTH - _SPARE:
            break
    return text


def buttons(seen: Mapping[str, Any], t: Translator) -> tuple[tuple[Button, ...], ...]:
    """Offer the whole of what was cut, and the registration for each event."""
    rows = []
    events = set()
    for number, one in enumerate(seen["announcements"], 1):
        before = f"{number}. " if len(seen["announcements"]) > 1 else ""
        if one["is_cut"]:
            label = t("%(number)sRead the whole text", number=before)
            rows.append((Button(label, data=f"{WHOLE}:{one['id']}"),))
        event = one["event"]
        if event is not None and event["id"] not in events:
            events.add(event["id"])
            label = t("%(number)sRegister me", number=before)
            rows.append((Button(label, data=f"{EVENT}:{event['id']}"),))
    return tuple(rows)
