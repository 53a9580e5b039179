"""Describe an event to a page."""

from collections.abc import Sequence
from typing import Any

from delivery.compose_facts import sittings
from programme.conflicts import Conflict
from programme.listing import EventView
from texts.translator import Translator


def event_facts(t: Translator, view: EventView) -> dict[str, Any]:
    """Give what the macro `event` reads: what, when and where."""
    return described(t, view.title, view.place, view.sessions)


def described(
    t: Translator, title: str, place: str, sessions: Sequence[dict[str, Any]]
) -> dict[str, Any]:
    """Describe an event by its parts."""
    seen = {"event": {"sessions": sessions, "place": place}, "session_number": None}
    return {"event": {"title": title}, "sittings": sittings("page", seen, t) if sessions else []}


def overlapping(conflicts: Sequence[Conflict]) -> list[dict[str, Any]]:
    """Describe what somebody has at the same time."""
    return [{"title": one.title, "sessions": list(one.sessions)} for one in conflicts]
