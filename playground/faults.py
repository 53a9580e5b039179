"""What can go wrong on purpose at the Telegram server; the mail side has mishaps.py."""

from dataclasses import dataclass, field
from typing import Literal

from playground.errors import ApiError

Drop = Literal["", "before", "half", "after"]
# The receiver's heartbeat would use up faults that are meant for what the bot says.
SPARED_UNLESS_NAMED = {"getupdates"}


@dataclass(frozen=True)
class Fault:
    """One departure from the ordinary answer to a call."""

    error: ApiError | None = None
    delay_before: float = 0
    delay_after: float = 0
    drop: Drop = ""
    garbled: bool = False


def flood(retry_after: int = 1) -> Fault:
    """429 with retry_after."""
    description = f"Too Many Requests: retry after {retry_after}"
    return Fault(ApiError(429, description, {"retry_after": retry_after}))


def blocked() -> Fault:
    """403 because the person blocked the bot; visitor.block() does it with the update."""
    return Fault(ApiError(403, "Forbidden: bot was blocked by the user"))


def deactivated() -> Fault:
    """403 because the account is gone."""
    return Fault(ApiError(403, "Forbidden: user is deactivated"))


def bad_request(reason: str) -> Fault:
    """400 with this reason."""
    return Fault(ApiError(400, f"Bad Request: {reason}"))


def unauthorized() -> Fault:
    """401 as for a wrong token."""
    return Fault(ApiError(401, "Unauthorized"))


def broken(code: int = 502) -> Fault:
    """5xx before anything is done."""
    words = {500: "Internal Server Error", 502: "Bad Gateway", 504: "Gateway Timeout"}
    return Fault(ApiError(code, words.get(code, "Server Error")))


def migrated(new_chat_id: int) -> Fault:
    """400 because the group has become a supergroup."""
    description = "Bad Request: group chat was upgraded to a supergroup chat"
    return Fault(ApiError(400, description, {"migrate_to_chat_id": new_chat_id}))


def slow(seconds: float) -> Fault:
    """Handle the call only after a while."""
    return Fault(delay_before=seconds)


def late(seconds: float) -> Fault:
    """Handle the call at once and answer after a while: a timeout whose effect happened."""
    return Fault(delay_after=seconds)


def dropped_before() -> Fault:
    """Cut the connection before the call is handled."""
    return Fault(drop="before")


def dropped_after() -> Fault:
    """Handle the call and cut the connection: the effect happened, the answer is lost."""
    return Fault(drop="after")


def half() -> Fault:
    """Handle the call and cut the connection in the middle of the answer."""
    return Fault(drop="half")


def garbled() -> Fault:
    """Handle the call and answer 200 with something that is no JSON, as a proxy may."""
    return Fault(garbled=True)


@dataclass
class _Order:
    fault: Fault
    method: str | None
    chat_id: int | None
    left: int | None

    def strikes(self, method: str, chat_id: int | None) -> bool:
        if self.method is None and method in SPARED_UNLESS_NAMED:
            return False
        return self.method in (None, method) and self.chat_id in (None, chat_id)


@dataclass
class Faults:
    """The faults ordered so far; the oldest that fits strikes first."""

    _orders: list[_Order] = field(default_factory=list)

    def order(
        self, fault: Fault, *, method: str | None, chat_id: int | None, times: int | None
    ) -> None:
        """Add a fault; None as `times` means until cleared."""
        name = method.lower() if method else None
        self._orders.append(_Order(fault, name, chat_id, times))

    def clear(self) -> None:
        """Forget all faults."""
        self._orders.clear()

    def take(self, method: str, chat_id: int | None) -> Fault:
        """Return the fault that strikes this call, or a harmless one, and count it."""
        for order in self._orders:
            if order.strikes(method, chat_id):
                if order.left is not None:
                    order.left -= 1
                    if order.left == 0:
                        self._orders.remove(order)
                return order.fault
        return Fault()
