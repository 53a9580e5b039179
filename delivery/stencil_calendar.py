"""Fill the lines of one person into a calendar that was written for nobody.

Every line is made by icalendar, also the ones that are filled in: what is saved is making the
others again for each person.
"""

from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache

from icalendar import Event, vDatetime, vInt, vText
from icalendar.parser import Contentlines

from delivery.calendar import attendee, utc
from delivery.stencils import Entry, Unfit

_END = b"\r\n"
_EVENT = Event()
_FOLDED_FROM = 75


class CalendarStencil:
    """A calendar with gaps in its UIDs, sequence numbers, stamps and its attendee."""

    def __init__(self, content: bytes) -> None:
        """Take the calendar apart; it was written with any person's facts."""
        unfolded = Contentlines.from_ical(content)  # type: ignore[no-untyped-call]
        lines = [line for line in unfolded if line]
        self._lines = [line.to_ical() for line in lines]
        if _END.join([*self._lines, b""]) != content:
            raise Unfit
        self._gaps = {
            name: [at for at, line in enumerate(lines) if line.startswith((f"{name}:", f"{name};"))]
            for name in ("UID", "SEQUENCE", "DTSTAMP", "ATTENDEE")
        }

    def fill(
        self,
        entries: Sequence[Entry],
        *,
        stamp: datetime,
        person: tuple[str, str] | None = None,
    ) -> bytes:
        """Write the calendar for a person, given as name and address if they are invited."""
        lines = self._lines.copy()
        for at, entry in zip(self._gaps["UID"], entries, strict=True):
            lines[at] = _line("UID", vText(entry.uid))
        for at, entry in zip(self._gaps["SEQUENCE"], entries, strict=True):
            lines[at] = _sequence_line(entry.sequence)
        for at in self._gaps["DTSTAMP"]:
            lines[at] = _stamp_line(stamp.replace(microsecond=0))
        if person is not None:
            for at in self._gaps["ATTENDEE"]:
                lines[at] = _line("ATTENDEE", attendee(*person))
        lines.append(b"")
        return _END.join(lines)


def _line(name: str, value: object) -> bytes:
    line = _EVENT.content_line(name, value, sorted=False)
    octets = line.encode()
    # Folding looks at every letter; a line that is short enough needs none.
    return octets if len(octets) < _FOLDED_FROM else bytes(line.to_ical())


@lru_cache(maxsize=64)
def _sequence_line(sequence: int) -> bytes:
    return _line("SEQUENCE", vInt(sequence))


@lru_cache(maxsize=64)
def _stamp_line(stamp: datetime) -> bytes:
    return _line("DTSTAMP", vDatetime(utc(stamp)))
