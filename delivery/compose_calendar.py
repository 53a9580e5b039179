"""Make the calendar part of a letter and the calendar file of a chat message."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from delivery import calendar
from delivery.chat import ChatFile
from delivery.compose_notices import MissingFact
from delivery.letter import CalendarPart
from texts.dates import session_line
from texts.translator import Translator

_METHODS = {"REQUEST": calendar.request, "CANCEL": calendar.cancel}


def letter_part(
    kind: str,
    seen: Mapping[str, Any],
    t: Translator,
    *,
    organiser_address: str,
    to_address: str,
    now: datetime,
) -> CalendarPart | None:
    """Write the invitation or its withdrawal for the one sitting of a letter."""
    stored = seen["calendar"]
    if stored is None:
        return None
    write = _METHODS.get(stored["method"])
    if write is None:
        raise MissingFact(kind, "calendar.method")
    content = write(
        entry(seen, seen["sittings"][0], stored, t),
        organiser_name=seen["programme"]["organiser"],
        organiser_address=organiser_address,
        attendee_name=seen["person"]["name"],
        attendee_address=to_address,
        stamp=now,
    )
    return CalendarPart(stored["method"], content)


def chat_file(
    kind: str, seen: Mapping[str, Any], t: Translator, *, stamp: datetime
) -> ChatFile | None:
    """Write one file with every sitting of the event, to be opened on a phone."""
    stored = seen["calendar_entries"]
    if not stored:
        return None
    if len(stored) != len(seen["sittings"]):
        raise MissingFact(kind, f"calendar_entries[{len(seen['sittings'])}]")
    entries = [
        entry(seen, sitting, each, t)
        for sitting, each in zip(seen["sittings"], stored, strict=True)
    ]
    content = calendar.publish(entries, stamp=stamp)
    return ChatFile(_filename(seen["event"]["kind"], t), content, "text/calendar")


def entry(
    seen: Mapping[str, Any], sitting: Mapping[str, Any], stored: Mapping[str, Any], t: Translator
) -> calendar.CalendarEntry:
    """Put one sitting into the words of a calendar, under a UID and a sequence that are kept."""
    session, title, part = sitting["session"], seen["event"]["title"], sitting["part"]
    programme = seen["programme"]
    line = session_line(session["starts_at"], session["ends_at"], session["zone"], t.locale)
    contact = programme["contact"] and t("Help: %(contact)s", contact=programme["contact"])
    return calendar.CalendarEntry(
        uid=stored["uid"],
        sequence=stored["sequence"],
        starts_at=datetime.fromisoformat(session["starts_at"]),
        ends_at=datetime.fromisoformat(session["ends_at"]),
        summary=f"{title} ({part})" if part else title,
        place=sitting["place"],
        description="\n".join(each for each in (programme["title"], line, contact) if each),
    )


def _filename(kind: str, t: Translator) -> str:
    names = {
        # Translators: names of files; keep them in plain letters and keep ".ics".
        "training": t("training.ics"),
        "meeting": t("meeting.ics"),
    }
    return names.get(kind, t("event.ics"))
