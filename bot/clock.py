"""Where `now` comes from."""

import time
from datetime import UTC, datetime, timedelta


def real_clock() -> datetime:
    """Give the moment it is."""
    return datetime.now(UTC)


class MovedClock:
    """A clock that runs like any other but can be put forward, for the demo and the tests."""

    def __init__(self, start: datetime) -> None:
        self._start = start
        self._set_at = time.monotonic()

    def __call__(self) -> datetime:
        """Give the moment that this clock shows."""
        return self._start + timedelta(seconds=time.monotonic() - self._set_at)

    def put_forward(self, moment: datetime) -> None:
        """Show a later moment; an earlier one changes nothing, because time does not go back."""
        if moment > self():
            self._start = moment
            self._set_at = time.monotonic()
