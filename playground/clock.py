from datetime import datetime
from typing import Protocol


class DemoClock(Protocol):
    """The clock that the page shows and moves; whoever runs the demo hands it in."""

    def now(self) -> datetime:
        """Return the moment it is in the demo."""

    async def next_due(self) -> datetime | None:
        """Return when the next message is to leave, None when nothing waits."""

    async def move_to(self, instant: datetime) -> None:
        """Go forward to a moment and let everything due until then happen."""
