"""Figures for Prometheus: what waits, what has happened, how fast this process sends.

What the database knows is read from it, so that it is right after a restart and in every
process; the latency and the answers to Telegram are this process's own. docs/reference/metrics.md
explains each name. Nothing here names a person, an address or a text.
"""

import asyncio
import logging
import time
from collections.abc import Callable, Iterable
from datetime import datetime

from prometheus_client import CollectorRegistry, Counter, Histogram, ProcessCollector
from prometheus_client.core import Metric
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4, generate_latest
from prometheus_client.registry import Collector
from starlette.requests import Request
from starlette.responses import Response

from handlers.web.families import of_figures, of_process
from handlers.web.neighbours import is_neighbour
from handlers.web.pulse import Pulse
from storage import figures
from storage.database import Database
from storage.figures import Totals

# Counting all that ever happened reads whole tables.
TOTALS_LAST = 60.0
logger = logging.getLogger(__name__)
LATENCIES = (0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 1800, 7200)


class Ready(Collector):
    """Families that have been made already, as the library wants them to be handed over."""

    def __init__(self, families: list[Metric]) -> None:
        self._families = families

    def collect(self) -> Iterable[Metric]:
        """Give them."""
        return self._families


class Metrics:
    """Answer /metrics, and keep what only this process knows."""

    def __init__(
        self,
        *,
        database: Database,
        pulse: Pulse,
        clock: Callable[[], datetime],
        version: str,
    ) -> None:
        self._database = database
        self._pulse = pulse
        self._clock = clock
        self._version = version
        self._own = CollectorRegistry()
        ProcessCollector(registry=self._own)
        self._latency = Histogram(
            "akademia_delivery_latency_seconds",
            "From the moment a delivery was due, lastly if more than once, until it was taken",
            ["channel"],
            buckets=LATENCIES,
            registry=self._own,
        )
        self._answers = Counter(
            "akademia_webhook_requests",
            "Requests at the webhook by the status of the answer",
            ["code"],
            registry=self._own,
        )
        self._totals: Totals | None = None
        self._counted_at = 0.0
        self._one_counts = asyncio.Lock()

    def note_sent(self, channel: str, seconds: float) -> None:
        """Note how long after it was due a delivery was taken by the other side."""
        self._latency.labels(channel).observe(max(seconds, 0))

    def note_answer(self, status: int) -> None:
        """Note what the webhook answered."""
        self._answers.labels(str(status)).inc()

    async def tell(self, request: Request) -> Response:
        """Give all figures to a neighbour; to anybody else there is no such page."""
        if not is_neighbour(request):
            return Response(status_code=404)
        try:
            families = await self._families()
        except Exception as error:  # noqa: BLE001 -- a part of the figures would look like all is well
            logger.warning("figures_not_read", extra={"error": type(error).__name__})
            return Response(status_code=503)
        shared = CollectorRegistry()
        shared.register(Ready(families))
        text = generate_latest(self._own) + generate_latest(shared)
        return Response(text, media_type=CONTENT_TYPE_PLAIN_0_0_4)

    async def _families(self) -> list[Metric]:
        now = self._clock()
        totals = await self._count()
        async with self._database.counting() as tx:
            present = await figures.present(tx, now=now)
        backend = "sqlite" if self._database.is_sqlite else "postgresql"
        return [
            *of_figures(present, totals, now=now),
            *of_process(self._pulse.silences(), version=self._version, backend=backend),
        ]

    async def _count(self) -> Totals:
        async with self._one_counts:
            if self._totals is None or time.monotonic() - self._counted_at >= TOTALS_LAST:
                async with self._database.counting() as tx:
                    self._totals = await figures.totals(tx)
                self._counted_at = time.monotonic()
            return self._totals
