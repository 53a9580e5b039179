"""How often somebody may ask: so much at once, and then again as time goes by.

Nothing that a request says of where it comes from is believed, only the connection. Behind a proxy
every request comes from the proxy, on this machine or in its private network, so that such an
address is no single visitor: there only the limits of a link and of all together hold.
"""

import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from ipaddress import IPv6Address, ip_address, ip_network

from starlette.requests import Request

from handlers.web.neighbours import NETWORKS

MOST_REMEMBERED = 10_000
# What a provider gives to one household, counted in bits from the left.
ONE_VISITOR = 64


@dataclass(frozen=True)
class Limit:
    """At most `burst` at once, and `per_minute` in the long run."""

    burst: int
    per_minute: int


# A page is opened by its reader, by the mail server's scanner and by the programs of both.
PER_LINK = Limit(burst=40, per_minute=30)
# A whole office may sit behind one address.
PER_CLIENT = Limit(burst=120, per_minute=120)
# What anybody may read takes as long to write as many other pages, whoever asks for it.
PUBLIC = Limit(burst=120, per_minute=240)
# So that the bot goes on talking while somebody tries links.
TOGETHER = Limit(burst=600, per_minute=3_000)

# A public survey: a village that scans one poster on one evening passes, a program does not.
PER_SURVEY = Limit(burst=1_500, per_minute=1_500)
# Apart from what holds for all pages, so that no crowd at a survey keeps others from theirs.
SURVEYS = Limit(burst=2_000, per_minute=2_400)
# Who begins, and whose answers are handed in, of one survey.
BEGINNINGS = Limit(burst=300, per_minute=120)
HAND_INS = Limit(burst=300, per_minute=120)


class Rate:
    """Counts by name; the names that were quiet for longest are forgotten first."""

    def __init__(self, limit: Limit, *, seconds: Callable[[], float] = time.monotonic) -> None:
        self._limit = limit
        self._seconds = seconds
        self._left: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def wait(self, name: str) -> int:
        """Count one more; zero when it is allowed, else in how many seconds it will be."""
        now, each_second = self._seconds(), self._limit.per_minute / 60
        left, seen = self._left.pop(name, (float(self._limit.burst), now))
        left = min(float(self._limit.burst), left + (now - seen) * each_second)
        allowed = left >= 1
        self._left[name] = (left - 1 if allowed else left, now)
        if len(self._left) > MOST_REMEMBERED:
            self._left.popitem(last=False)
        return 0 if allowed else int((1 - left) / each_second) + 1


class Gate:
    """The limits that hold for every page."""

    def __init__(self, *, seconds: Callable[[], float] = time.monotonic) -> None:
        self._together = Rate(TOGETHER, seconds=seconds)
        self._client = Rate(PER_CLIENT, seconds=seconds)
        self._link = Rate(PER_LINK, seconds=seconds)
        self._public = Rate(PUBLIC, seconds=seconds)
        self._survey = Rate(PER_SURVEY, seconds=seconds)
        self._surveys = Rate(SURVEYS, seconds=seconds)
        self._beginnings = Rate(BEGINNINGS, seconds=seconds)
        self._hand_ins = Rate(HAND_INS, seconds=seconds)

    def wait(self, request: Request) -> int:
        """Tell in how many seconds a request may come again; zero lets it in."""
        client = visitor(request)
        waits = self._client.wait(client) if client else 0
        return waits or self._together.wait("")

    def wait_for_survey(self, request: Request, name: str) -> int:
        """Tell the same of whoever opens a public survey, known by its name."""
        client = visitor(request)
        waits = self._client.wait(client) if client else 0
        return waits or self._survey.wait(name) or self._surveys.wait("")

    def wait_to_begin(self, number: int) -> int:
        """Tell the same of whoever begins a public survey, known by its wave's number."""
        return self._beginnings.wait(str(number))

    def wait_to_hand_in(self, number: int) -> int:
        """Tell the same of whoever hands their answers in."""
        return self._hand_ins.wait(str(number))

    def wait_for_public(self) -> int:
        """Tell the same of what anybody may read without a link of their own."""
        return self._public.wait("")

    def wait_for_link(self, number: int) -> int:
        """Tell the same of one link, which is known by its number."""
        return self._link.wait(str(number))


def visitor(request: Request) -> str:
    """Name whoever has connected; empty when many may stand behind the address."""
    if request.client is None:
        return ""
    try:
        address = ip_address(request.client.host)
    except ValueError:
        return ""
    mapped = getattr(address, "ipv4_mapped", None)
    address = mapped or address
    if any(address in network for network in NETWORKS):
        return ""
    if isinstance(address, IPv6Address):
        # Whoever has one such address has all the others of the same network.
        return str(ip_network((address.packed, ONE_VISITOR), strict=False))
    return str(address)
