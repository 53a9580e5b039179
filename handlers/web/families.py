"""The figures under the names that Prometheus knows them by.

Names end with their unit, counters with `_total`: https://prometheus.io/docs/practices/naming/
"""

import platform
from datetime import datetime

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric

from storage.figures import ENDED, Present, Totals

CHANNELS = ("telegram", "mail")
UNDER_WAY = ("leased", "started")
ARRIVALS = ("new", "orphan", "quarantined")


def gauge(name: str, words: str, rows: dict[tuple[str, ...], float], *labels: str) -> Metric:
    """Make a figure that goes up and down."""
    family = GaugeMetricFamily(f"akademia_{name}", words, labels=labels)
    for values, figure in rows.items():
        family.add_metric(values, figure)
    return family


def counter(name: str, words: str, rows: dict[tuple[str, ...], float], *labels: str) -> Metric:
    """Make a figure that only goes up."""
    family = CounterMetricFamily(f"akademia_{name}", words, labels=labels)
    for values, figure in rows.items():
        family.add_metric(values, figure)
    return family


def of_figures(present: Present, totals: Totals, *, now: datetime) -> list[Metric]:
    """Make what the database tells; a channel without rows shows as 0."""
    return [
        *_waiting(present, now),
        *_arrived(present, totals, now),
        *_ended(totals),
        *_held(present),
    ]


def _age(moment: datetime | None, now: datetime) -> float:
    return max((now - moment).total_seconds(), 0.0) if moment else 0.0


def _waiting(present: Present, now: datetime) -> list[Metric]:
    queues = {(channel,): present.queues.get(channel) for channel in CHANNELS}
    resting = {(one,): present.resting_until.get(one) for one in CHANNELS}
    return [
        gauge(
            "outbox_waiting",
            "Deliveries that wait, due or not",
            {one: queue.waiting if queue else 0 for one, queue in queues.items()},
            "channel",
        ),
        gauge(
            "outbox_due",
            "Deliveries that wait although they are due",
            {one: queue.due if queue else 0 for one, queue in queues.items()},
            "channel",
        ),
        gauge(
            "outbox_oldest_due_seconds",
            "For how long the oldest due delivery has been due",
            {one: _age(queue.oldest_due_at, now) if queue else 0 for one, queue in queues.items()},
            "channel",
        ),
        gauge(
            "outbox_under_way",
            "Deliveries that a sender holds",
            {
                (channel, state): present.under_way.get((channel, state), 0)
                for channel in CHANNELS
                for state in UNDER_WAY
            },
            *("channel", "state"),
        ),
        gauge(
            "outbox_uncertain",
            "Deliveries of which nobody knows whether they arrived, and that nobody has settled",
            {(one,): present.uncertain.get(one, 0) for one in CHANNELS},
            "channel",
        ),
        gauge(
            "channel_pause_seconds",
            "How long the channel will still rest",
            {one: (until - now).total_seconds() if until else 0 for one, until in resting.items()},
            "channel",
        ),
    ]


def _arrived(present: Present, totals: Totals, now: datetime) -> list[Metric]:
    return [
        gauge(
            "inbox_arrivals",
            "Arrivals that have not had their effect",
            {(state,): present.arrivals.get(state, 0) for state in ARRIVALS},
            "state",
        ),
        gauge(
            "inbox_oldest_new_seconds",
            "For how long the oldest arrival has waited to be handled",
            {(): _age(present.oldest_new_at, now)},
        ),
        counter("inbox_handled", "Arrivals that had their effect", {(): totals.handled}),
    ]


def _ended(totals: Totals) -> list[Metric]:
    ended: dict[tuple[str, ...], float] = {
        (channel, state): totals.ended.get((channel, state), 0)
        for channel in CHANNELS
        for state in ENDED
    }
    doubted = {(channel, "uncertain"): totals.doubted.get(channel, 0) for channel in CHANNELS}
    return [
        counter("deliveries", "Deliveries by how they ended", ended | doubted, "channel", "state"),
        counter(
            "delivery_retries",
            "Tries of deliveries after their first",
            {(one,): totals.retries.get(one, 0) for one in CHANNELS},
            "channel",
        ),
    ]


def _held(present: Present) -> list[Metric]:
    held: dict[tuple[str, ...], float] = {
        (name, duty.owner): 1 for name, duty in present.duties.items() if duty.owner
    }
    return [
        gauge(
            "lease_holder_info",
            "Which process does what only one may do; always 1",
            held,
            *("lease", "owner"),
        ),
        gauge(
            "lease_epoch",
            "How often a lease has been given out",
            {(name,): duty.epoch for name, duty in present.duties.items()},
            "lease",
        ),
    ]


def of_process(silences: dict[str, float], *, version: str, backend: str) -> list[Metric]:
    """Make what this process tells of itself."""
    return [
        gauge(
            "loop_silence_seconds",
            "For how long a loop of this process has given no sign of life",
            {(loop,): silence for loop, silence in silences.items()},
            "loop",
        ),
        gauge(
            "build_info",
            "What runs here; always 1",
            {(version, platform.python_version(), backend): 1},
            *("version", "python", "database"),
        ),
    ]
