"""Say how long the next message must wait so that no limit is ever met.

Every limit is a sliding window: in no stretch of that length do more messages leave, wherever
it begins. A message counts from the moment it is allowed until its length after it has left, so
that a slow commit between the two makes no burst. Each class of urgency leaves room for those
before it: however much is sent to many, an answer finds its place.

Seconds are those of a clock that only runs forward, handed in by the caller.
"""

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from storage.outbox import BROADCAST, CONFIRMATION, REMINDER, REPLY

_SECOND = timedelta(seconds=1)
_MINUTE = timedelta(minutes=1)
_DAY = timedelta(days=1)
# Of 25 places, how many a class and all that are less urgent may take together.
_SHARES = {REPLY: 25, CONFIRMATION: 23, REMINDER: 21, BROADCAST: 18}
_REMEMBER_CHATS = 60.0
_FARTHEST_BOOKING = 3600.0


@dataclass(frozen=True)
class Limit:
    """At most `most` messages in any stretch of `length`.

    It counts messages of `from_priority` and less urgent ones, and with `of_address` those to
    one address alone.
    """

    most: int
    length: timedelta
    from_priority: int = REPLY
    of_address: bool = False


def shared(most: int, length: timedelta) -> tuple[Limit, ...]:
    """Divide a limit among the classes of urgency; a class has at least one place."""
    return tuple(
        Limit(max(1, most * share // 25), length, priority) for priority, share in _SHARES.items()
    )


# https://core.telegram.org/bots/faq#my-bot-is-hitting-limits-how-do-i-avoid-this names 30 a
# second, one a second to one chat and 20 a minute to one group.
TELEGRAM_LIMITS = shared(25, _SECOND)
ONE_CHAT = Limit(1, _SECOND, of_address=True)
ONE_GROUP = Limit(20, _MINUTE, of_address=True)


def mail_limits(*, per_minute: int, per_day: int) -> tuple[Limit, ...]:
    """Make the limits of a mail server's contract."""
    return shared(per_minute, _MINUTE) + shared(per_day, _DAY)


class Turn:
    """One message that was allowed to leave; it counts until it is given back or long gone."""

    def __init__(self) -> None:
        self.left_at: float | None = None
        self._given_back = False

    def leaves(self, now: float) -> None:
        """Note that the bytes leave now."""
        self.left_at = now

    def end(self) -> None:
        """Give the place back, unless the message has left."""
        self._given_back = self.left_at is None

    def counts(self, since: float) -> bool:
        """Tell whether the message takes a place in a window that began at `since`."""
        return not self._given_back and (self.left_at is None or self.left_at > since)


class _Window:
    """At most `most` turns in any stretch of `seconds`."""

    def __init__(self, limit: Limit) -> None:
        self._most = limit.most
        self._seconds = limit.length.total_seconds()
        self._turns: list[Turn] = []

    def wait(self, now: float) -> float:
        """Give the seconds until a place may be free."""
        self._turns = [turn for turn in self._turns if turn.counts(now - self._seconds)]
        if len(self._turns) < self._most:
            return 0.0
        # What has not left yet leaves now at the earliest. Were more inside than allowed, as
        # many as are too many must go first.
        left = sorted(now if turn.left_at is None else turn.left_at for turn in self._turns)
        return left[len(left) - self._most] + self._seconds - now

    def add(self, turn: Turn) -> None:
        """Count a turn."""
        self._turns.append(turn)


class Pace:
    """The limits of one bot token or one mail server.

    Ask `delay`, wait, ask again, and `take` a turn, without awaiting anything between the last
    two. Limits longer than a minute are not kept here: the rows of the outbox remember those.
    """

    def __init__(
        self,
        limits: Sequence[Limit] = TELEGRAM_LIMITS,
        *,
        one_chat: Limit | None = ONE_CHAT,
        one_group: Limit | None = ONE_GROUP,
    ) -> None:
        self._limits = tuple(limits)
        self._one_chat = one_chat
        self._one_group = one_group
        self._shared = [
            (limit.from_priority, _Window(limit)) for limit in limits if limit.length <= _MINUTE
        ]
        self._chats: OrderedDict[str, tuple[float, list[_Window]]] = OrderedDict()
        self._closed: dict[int, float] = {}
        self._booked: dict[int, float] = {}

    def limits(self, address: str, priority: int) -> list[Limit]:
        """List the limits that a message is under, those over days too."""
        mine = [limit for limit in self._limits if priority >= limit.from_priority]
        return mine + self._limits_of(address)

    def delay(self, address: str, priority: int, now: float) -> float:
        """Return the seconds to wait; 0.0 means that the message may leave now."""
        waits = [window.wait(now) for window in self._windows(address, priority)]
        return max(*waits, self.closed(priority, now), 0.0)

    def take(self, address: str, priority: int, now: float) -> Turn:
        """Count a message that is about to leave."""
        turn = Turn()
        self._chats[address] = (now, self._of_address(address))
        for window in self._windows(address, priority):
            window.add(turn)
        self._chats.move_to_end(address)
        self._forget_quiet_chats(now)
        return turn

    def close(self, seconds: float, now: float, *, priority: int = REPLY) -> None:
        """Let nothing of this class, nor of a less urgent one, leave for so long."""
        self._closed[priority] = max(self._closed.get(priority, now), now + seconds)

    def closed(self, priority: int, now: float) -> float:
        """Give the seconds for which a class must be silent whatever the windows say."""
        ends = [end for level, end in self._closed.items() if level <= priority]
        return max([end - now for end in ends], default=0.0)

    def book(self, address: str, priority: int, now: float) -> float:
        """Give the seconds after which a message that must wait long had better ask again.

        Each booking lies behind the one before, at the pace of its class, so that a crowd does
        not come back all at once. None lies farther than an hour ahead.
        """
        wait = self.delay(address, priority, now)
        apart = [
            limit.length.total_seconds() / limit.most
            for limit in self._limits
            if limit.from_priority <= priority and limit.length <= _MINUTE
        ]
        after = self._booked.get(priority, 0.0) + max(apart, default=0.0)
        moment = min(max(now + wait, after), now + max(wait, _FARTHEST_BOOKING))
        self._booked[priority] = moment
        return moment - now

    def _windows(self, address: str, priority: int) -> list[_Window]:
        mine = [window for from_priority, window in self._shared if priority >= from_priority]
        return mine + self._of_address(address)

    def _of_address(self, address: str) -> list[_Window]:
        if address in self._chats:
            return self._chats[address][1]
        return [_Window(limit) for limit in self._limits_of(address)]

    def _limits_of(self, address: str) -> list[Limit]:
        # Groups have negative numbers.
        of_group = [self._one_group] if address.startswith("-") else []
        return [limit for limit in (self._one_chat, *of_group) if limit is not None]

    def _forget_quiet_chats(self, now: float) -> None:
        while self._chats:
            address, (last, _) = next(iter(self._chats.items()))
            if now - last < _REMEMBER_CHATS:
                return
            del self._chats[address]


def mail_pace(*, per_minute: int, per_day: int) -> Pace:
    """Make the pace of a mail server; one address has no limit of its own."""
    limits = mail_limits(per_minute=per_minute, per_day=per_day)
    return Pace(limits, one_chat=None, one_group=None)
