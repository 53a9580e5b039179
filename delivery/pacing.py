"""Say how long the next chat message must wait so that Telegram's limits are never met.

Every limit is a sliding window: in no window of that length do more messages leave, wherever it
begins. Only the last few moments of each window are remembered, so memory stays flat. The clock
is handed in; when it is set back, a window lets one message per window length pass until it has
caught up, and never waits longer than its own length.
"""

from collections import OrderedDict, deque
from datetime import datetime, timedelta

_SECOND = timedelta(seconds=1)
_EVERYTHING = (25, _SECOND)
_BROADCASTS = (18, _SECOND)
_ONE_CHAT = (3, timedelta(seconds=3))
_ONE_GROUP = (20, timedelta(minutes=1))
_REMEMBER_CHATS = timedelta(minutes=1)


class _Window:
    """At most `most` moments in any stretch of `length`."""

    def __init__(self, most: int, length: timedelta) -> None:
        self._length = length
        self._moments: deque[datetime] = deque(maxlen=most)

    def wait(self, now: datetime) -> timedelta:
        if len(self._moments) < (self._moments.maxlen or 0):
            return timedelta(0)
        left = self._moments[0] + self._length - now
        return min(max(left, timedelta(0)), self._length)

    def note(self, now: datetime) -> None:
        self._moments.append(now)


class Pace:
    """The limits of one bot token: 25 a second, 18 of them broadcasts, 3 in 3 s to one chat.

    Groups, whose numbers are negative, get at most 20 a minute. Ask `delay`, wait, ask again,
    and `note` the message just before it leaves, without awaiting anything between the two.
    """

    def __init__(self) -> None:
        self._everything = _Window(*_EVERYTHING)
        self._broadcasts = _Window(*_BROADCASTS)
        self._chats: OrderedDict[int, tuple[datetime, list[_Window]]] = OrderedDict()

    def delay(self, chat_id: int, is_broadcast: bool, now: datetime) -> float:
        """Return the seconds to wait; 0.0 means that the message may leave now."""
        waits = [window.wait(now) for window in self._windows(chat_id, is_broadcast)]
        return max(waits).total_seconds()

    def note(self, chat_id: int, is_broadcast: bool, now: datetime) -> None:
        """Count a message that leaves now."""
        self._chats[chat_id] = (now, self._of_chat(chat_id))
        for window in self._windows(chat_id, is_broadcast):
            window.note(now)
        self._chats.move_to_end(chat_id)
        self._forget_quiet_chats(now)

    def _windows(self, chat_id: int, is_broadcast: bool) -> list[_Window]:
        shared = [self._everything, self._broadcasts] if is_broadcast else [self._everything]
        return shared + self._of_chat(chat_id)

    def _of_chat(self, chat_id: int) -> list[_Window]:
        if chat_id in self._chats:
            return self._chats[chat_id][1]
        return [_Window(*_ONE_CHAT)] + ([_Window(*_ONE_GROUP)] if chat_id < 0 else [])

    def _forget_quiet_chats(self, now: datetime) -> None:
        while self._chats:
            chat_id, (last, _) = next(iter(self._chats.items()))
            if abs(now - last) < _REMEMBER_CHATS:
                return
            del self._chats[chat_id]
