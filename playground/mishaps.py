"""What can go wrong on purpose in a mail session; the Telegram side has faults.py."""

from dataclasses import dataclass, field
from typing import Literal

Phase = Literal["CONNECT", "EHLO", "AUTH", "MAIL", "RCPT", "DATA", "END", "RSET", "QUIT"]
Deed = Literal["answer", "drop", "reset", "hang", "half"]


@dataclass(frozen=True)
class Mishap:
    """One thing done instead of the ordinary answer when a session reaches `phase`.

    END is the moment after the final dot: `keep` says whether the mail counts as accepted there.
    """

    phase: Phase
    deed: Deed
    code: int = 0
    text: str = ""
    address: str | None = None
    keep: bool = False


def answer(phase: Phase, code: int, text: str = "") -> Mishap:
    """Answer this code when the session reaches the phase; CONNECT also closes the connection."""
    return Mishap(phase, "answer", code, text or _plain(code))


def refuse(address: str, code: int = 550) -> Mishap:
    """Refuse one recipient and take the others."""
    words = "5.1.1 No such mailbox" if str(code).startswith("5") else _plain(code)
    return Mishap("RCPT", "answer", code, words, address=address.casefold())


def drop(phase: Phase) -> Mishap:
    """Close the connection without an answer when the session reaches the phase."""
    return Mishap(phase, "drop")


def reset(phase: Phase) -> Mishap:
    """Reset the connection when the session reaches the phase."""
    return Mishap(phase, "reset")


def hang(phase: Phase) -> Mishap:
    """Say nothing until the mailbox is released; then go on as if nothing had been.

    So a client that has given up meanwhile, or was cancelled, gets a late answer.
    """
    return Mishap(phase, "hang")


def half(phase: Phase, *, keep: bool = False) -> Mishap:
    """Write the beginning of an answer and close the connection."""
    return Mishap(phase, "half", keep=keep)


def reset_after_dot(*, keep: bool = False) -> Mishap:
    """Reset the connection after the final dot."""
    return Mishap("END", "reset", keep=keep)


def hang_after_dot(*, keep: bool = True) -> Mishap:
    """Say nothing after the final dot until the mailbox is released; then answer 250."""
    return Mishap("END", "hang", keep=keep)


def accept_then_drop() -> Mishap:
    """Keep the mail and close the connection before the answer leaves."""
    return Mishap("END", "drop", keep=True)


def _plain(code: int) -> str:
    temporary = 500
    if code < temporary:
        return "4.3.0 Try again later"
    return "5.7.1 Not accepted"


@dataclass
class _Order:
    mishap: Mishap
    left: int | None


@dataclass
class Mishaps:
    """The mishaps ordered so far; each is taken as often as ordered, the oldest first."""

    _orders: list[_Order] = field(default_factory=list)

    def order(self, mishap: Mishap, times: int | None) -> None:
        """Add a mishap; None as `times` means until further notice."""
        self._orders.append(_Order(mishap, times))

    def clear(self) -> None:
        """Forget all mishaps."""
        self._orders.clear()

    def take(self, phase: str, argument: str = "") -> Mishap | None:
        """Return the mishap that strikes at this phase now, if any, and count it."""
        for order in self._orders:
            mishap = order.mishap
            if mishap.phase != phase or (mishap.address or "") not in argument.casefold():
                continue
            if order.left is not None:
                order.left -= 1
                if order.left == 0:
                    self._orders.remove(order)
            return mishap
        return None
