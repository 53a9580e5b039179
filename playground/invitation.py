"""Read a calendar file far enough to show it as a card."""

import re
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

LOCAL = ZoneInfo("Europe/Warsaw")
FOLD = re.compile(r"\r?\n[ \t]")
LINE = re.compile(
    r"(?P<name>[\w-]+)(?P<parameters>(?:;[^:;=]+=(?:\"[^\"]*\"|[^:;]*))*):(?P<value>.*)"
)
ESCAPE = re.compile(r"\\(.)", re.DOTALL)

Card = dict[str, Any]


def read_cards(content: bytes) -> list[Card]:
    """Return the file's events as cards; times are ISO 8601, what cannot be read is empty.

    The kind is "request", "change" (a request with a higher number), "cancel" or "publish".
    """
    method = ""
    events: list[dict[str, tuple[str, str]]] = []
    inside: list[str] = []
    for line in FOLD.sub("", content.decode("utf-8", errors="replace")).splitlines():
        match = LINE.match(line)
        if match is None:
            continue
        name, value = match["name"].upper(), match["value"]
        if name == "BEGIN":
            inside.append(value.upper())
            if inside[-1] == "VEVENT":
                events.append({})
        elif name == "END":
            inside = inside[:-1]
        elif name == "METHOD":
            method = value.upper()
        elif inside[-1:] == ["VEVENT"]:
            events[-1][name] = (match["parameters"], value)
    return [_card(method, event) for event in events]


def _card(method: str, event: dict[str, tuple[str, str]]) -> Card:
    return {
        "kind": _kind(method, event),
        "title": _words(event, "SUMMARY"),
        "place": _words(event, "LOCATION"),
        "starts_at": _moment(event, "DTSTART"),
        "ends_at": _moment(event, "DTEND"),
    }


def _kind(method: str, event: dict[str, tuple[str, str]]) -> str:
    if method == "CANCEL":
        return "cancel"
    if method != "REQUEST":
        return "publish"
    return "request" if event.get("SEQUENCE", ("", "0"))[1].strip() == "0" else "change"


def _words(event: dict[str, tuple[str, str]], name: str) -> str:
    value = event.get(name, ("", ""))[1]
    return ESCAPE.sub(lambda match: "\n" if match[1] in "nN" else match[1], value)


def _moment(event: dict[str, tuple[str, str]], name: str) -> str:
    parameters, value = event.get(name, ("", ""))
    zone = re.search(r"TZID=\"?([^\";]+)", parameters)
    try:
        if value.endswith("Z"):
            return datetime.strptime(value, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC).isoformat()
        pattern = "%Y%m%dT%H%M%S" if "T" in value else "%Y%m%d"
        local = datetime.strptime(value, pattern).replace(
            tzinfo=ZoneInfo(zone[1]) if zone else LOCAL
        )
    except (ValueError, KeyError, OSError):
        return ""
    return local.astimezone(UTC).isoformat()
