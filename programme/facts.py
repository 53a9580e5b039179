"""The facts a notice is composed from: plain JSON, frozen when the cause is committed."""

from typing import Any

from storage import events
from storage.database import Tx
from storage.events import Event, Session


def session_facts(session: Session) -> dict[str, Any]:
    """Describe one session."""
    return {
        "starts_at": session.starts_at.isoformat(),
        "ends_at": session.ends_at.isoformat(),
        "zone": session.zone,
        "place": session.place,
    }


async def programme_facts(tx: Tx, programme_id: int | None = None) -> dict[str, Any]:
    """Describe the programme: who speaks, who pays, who helps."""
    programme = await events.get_programme(tx, programme_id)
    if programme is None:
        return {"title": "", "funder_line": "", "organiser": "", "contact": ""}
    return {
        "title": programme.title,
        "funder_line": programme.funder_line,
        "organiser": programme.organiser,
        "contact": programme.contact,
    }


async def event_facts(
    tx: Tx, event: Event, sessions: list[Session] | None = None
) -> dict[str, Any]:
    """Describe an event with its sessions, under the names that every template knows.

    `sessions` are the event's, where they have been read in this transaction already.
    """
    if sessions is None:
        sessions = await events.sessions(tx, event.id)
    return {
        "programme": await programme_facts(tx, event.programme_id),
        "event": {
            "id": event.id,
            "title": event.title,
            "kind": event.kind,
            "place": event.place,
            "sessions": [session_facts(session) for session in sessions],
        },
    }
