"""Hours in which nobody is disturbed."""

from dataclasses import dataclass
from datetime import datetime, time

from programme.wall_time import next_showing, to_wall


@dataclass(frozen=True)
class QuietHours:
    """From `begins` in the evening to `ends` in the morning, on the wall of the zone.

    Equal times mean that there are no quiet hours.
    """

    begins: time = time(20)
    ends: time = time(8)

    def cover(self, moment: datetime, zone: str) -> bool:
        """Tell whether a moment lies in the quiet hours; the first minute does, the end not."""
        clock = to_wall(moment, zone).time()
        if self.begins <= self.ends:
            return self.begins <= clock < self.ends
        return clock >= self.begins or clock < self.ends

    def next_waking(self, moment: datetime, zone: str) -> datetime:
        """Give the moment itself, or the end of the quiet hours it lies in."""
        if not self.cover(moment, zone):
            return moment
        return next_showing(self.ends, moment, zone)

    def next_quiet(self, moment: datetime, zone: str) -> datetime | None:
        """Give the beginning of the next quiet hours after a waking moment, if there are any."""
        if self.begins == self.ends:
            return None
        return next_showing(self.begins, moment, zone)
