"""What a calendar's answer in the corpus must be read as."""

from typing import Any

from programme.calendar_answers import AnsweredEntry, CalendarAnswer


def written(answer: CalendarAnswer) -> dict[str, Any]:
    """Write an answer as the corpus has it, to be compared whole; the words are left out."""
    return {"sender": answer.sender, "entries": [_entry(each) for each in answer.entries]}


def _entry(entry: AnsweredEntry) -> dict[str, Any]:
    moments = ("stamped_at", "starts_at", "ends_at")
    return {
        "method": entry.method,
        "uid": entry.uid,
        "sequence": entry.sequence,
        "attendees": [[one.address, one.partstat] for one in entry.attendees],
        "comment": entry.comment,
        **{
            name: moment.isoformat() if (moment := getattr(entry, name)) else None
            for name in moments
        },
    }
