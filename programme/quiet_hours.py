"""Hours and days on which nobody is disturbed."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from programme.importing.working_days import SUNDAY, holiday_name
from programme.wall_time import next_showing, to_moment, to_wall

# What waits for another day leaves at this hour, where no quiet hours end in the morning.
MORNING = time(8)
DAILY_CAP = 3


def is_silent_day(day: date) -> bool:
    """Tell whether a day is a Sunday or a Polish public holiday; Saturdays are not silent."""
    return day.weekday() == SUNDAY or holiday_name(day) is not None


@dataclass(frozen=True)
class QuietHours:
    """From `begins` in the evening to `ends` in the morning, on the wall of the zone.

    Equal times mean that there are no quiet hours, and no silent days either. Nobody gets more
    than `most_a_day` messages on one day that they have not asked for.
    """

    begins: time = time(20)
    ends: time = time(8)
    most_a_day: int = DAILY_CAP

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

    def next_working(self, moment: datetime, zone: str) -> datetime:
        """Give the first moment from this one on that is neither quiet nor on a silent day.

        Sundays and Polish public holidays are silent; after them the morning comes.
        """
        waking = self.next_waking(moment, zone)
        if self.begins == self.ends:
            return waking
        while is_silent_day(day := to_wall(waking, zone).date()):
            waking = self.morning(day + timedelta(days=1), zone)
        return waking

    def morning(self, day: date, zone: str) -> datetime:
        """Give the moment of a day at which one may begin to write to people."""
        over_midnight = time.min < self.ends < self.begins
        clock = self.ends if over_midnight else MORNING
        return self.next_waking(to_moment(datetime.combine(day, clock), zone), zone)

    def next_quiet(self, moment: datetime, zone: str) -> datetime | None:
        """Give the beginning of the next quiet hours after a waking moment, if there are any."""
        if self.begins == self.ends:
            return None
        return next_showing(self.begins, moment, zone)
