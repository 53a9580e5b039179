import asyncio
from collections.abc import Iterable
from typing import Any

from playground.changes import Changes
from playground.errors import Conflict

Update = dict[str, Any]
HIGHEST_LIMIT = 100
LONGEST_WAIT = 50
# As on the real server these come only when asked for by name.
OPT_IN = {"chat_member", "message_reaction", "message_reaction_count"}
OTHER_POLLER = (
    "terminated by other getUpdates request; make sure that only one bot instance is running"
)


class UpdateQueue:
    """Updates that wait for the bot, kept until it confirms them by a higher offset.

    Only one call may wait at a time: a newer one makes the older fail with 409, as it is on the
    real server.
    """

    def __init__(self, first_id: int = 700_001) -> None:
        self.pending: list[Update] = []
        self.arrivals = Changes()
        self.confirmed: list[int] = []
        self.webhook_url = ""
        self.allowed: frozenset[str] = frozenset()
        self._next_id = first_id
        self._poller: asyncio.Event | None = None

    def push(self, kind: str, payload: dict[str, Any]) -> int | None:
        """Add an update, unless the bot does not want its kind; return its id."""
        if kind in OPT_IN - self.allowed or (self.allowed and kind not in self.allowed):
            return None
        update_id, self._next_id = self._next_id, self._next_id + 1
        self.pending.append({"update_id": update_id, kind: payload})
        self.arrivals.announce()
        return update_id

    def allow(self, kinds: Iterable[str] | None) -> None:
        """Limit the kinds from now on; None leaves the limit as it is, an empty list lifts it."""
        if kinds is not None:
            self.allowed = frozenset(kinds)

    def confirm(self, below: int) -> None:
        """Forget the updates with a lower id."""
        self.confirmed += [row["update_id"] for row in self.pending if row["update_id"] < below]
        self.pending = [update for update in self.pending if update["update_id"] >= below]

    def forget(self, update_id: int) -> None:
        """Forget one update that was delivered, whatever waits before it."""
        self.confirmed += [
            row["update_id"] for row in self.pending if row["update_id"] == update_id
        ]
        self.pending = [update for update in self.pending if update["update_id"] != update_id]

    def drop_pending(self) -> None:
        """Forget everything that waits."""
        self.pending = []

    async def poll(
        self, *, offset: int, limit: int, seconds: int, allowed: list[str] | None
    ) -> list[Update]:
        """Answer getUpdates: at once when something waits, else when something comes."""
        if self.webhook_url:
            raise Conflict(
                "can't use getUpdates method while webhook is active; "
                "use deleteWebhook to delete the webhook first"
            )
        self.allow(allowed)
        if offset < 0:
            self.pending = self.pending[offset:]
        elif offset > 0:
            self.confirm(offset)
        self.interrupt()
        limit = limit if 1 <= limit <= HIGHEST_LIMIT else HIGHEST_LIMIT
        if not self.pending and seconds > 0:
            await self._wait(min(seconds, LONGEST_WAIT))
        return self.pending[:limit]

    def interrupt(self) -> None:
        """Make the call that waits now fail with 409."""
        if self._poller is not None:
            self._poller.set()
            self._poller = None
            self.arrivals.announce()

    async def _wait(self, seconds: float) -> None:
        terminated = self._poller = asyncio.Event()
        loop = asyncio.get_running_loop()
        deadline = loop.time() + seconds
        while not self.pending and not terminated.is_set():
            if not await self.arrivals.wait(self.arrivals.number, deadline - loop.time()):
                break
        if terminated.is_set():
            raise Conflict(OTHER_POLLER)
        self._poller = None
