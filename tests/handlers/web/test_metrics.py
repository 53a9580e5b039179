"""/metrics says what the database says, and names no person."""

import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from prometheus_client.parser import text_string_to_metric_families
from prometheus_client.samples import Sample
from sqlalchemy import event, text

from handlers.web import metrics
from storage import figures as figures_of
from storage import leases, outbox, pauses
from storage.database import Database
from storage.inbox import Arrival, accept
from storage.work_tables import inbox as inbox_table
from tests.handlers.web.wire import Answer, Port, get, post, update
from tests.storage.rows import NOW, entry

PAGE = Path(__file__).parents[3] / "docs" / "reference" / "metrics.md"
STATES = ("queued", "leased", "started", "sent", "retry", "failed", "uncertain", "missed")
Labels = dict[str, str]


def samples(answer: Answer) -> list[Sample]:
    families = text_string_to_metric_families(answer.body.decode())
    return [sample for family in families for sample in family.samples]


def figures(answer: Answer, name: str) -> dict[tuple[str, ...], float]:
    """Give the figures of one name by the values of their labels."""
    return {
        tuple(one.labels.values()): one.value
        for one in samples(answer)
        if one.name == f"akademia_{name}"
    }


async def fill(database: Database) -> None:
    """Put one row of each state more than of the one before, on each channel."""
    async with database.transaction() as tx:
        for channel in ("telegram", "mail"):
            for number, state in enumerate(STATES, start=1):
                for copy in range(number):
                    one = entry(f"{channel}:{state}:{copy}", channel=channel)
                    await outbox.put(tx, [one], now=NOW)
                await tx.execute(
                    text(
                        "UPDATE outbox SET state = :state, attempts = :number, doubted = 1 "
                        "WHERE key LIKE :keys"
                    ),
                    {"state": state, "number": number, "keys": f"%{channel}:{state}:%"},
                )


async def test_metrics_are_of_prometheus_and_every_name_keeps_its_rules(port: Port) -> None:
    port.metrics.note_sent("mail", 0.3)
    port.pulse.watch("lanes")(60)

    answer = await get(port, "/metrics")

    assert answer.status == 200
    assert answer.head["content-type"].startswith("text/plain; version=0.0.4")
    families = list(text_string_to_metric_families(answer.body.decode()))
    assert len({family.name for family in families}) == len(families)
    for family in families:
        assert re.fullmatch(r"(akademia|process)_[a-z_]+", family.name)
        assert family.documentation
        assert family.type in {"counter", "gauge", "histogram"}


async def test_outbox_is_counted_by_channel_and_state(port: Port, database: Database) -> None:
    await fill(database)
    port.clock.put_forward(NOW + timedelta(minutes=10))

    answer = await get(port, "/metrics")

    both = ("telegram", "mail")
    assert figures(answer, "outbox_waiting") == {(one,): 6 for one in both}
    assert figures(answer, "outbox_due") == {(one,): 6 for one in both}
    assert figures(answer, "outbox_under_way") == {
        (one, state): count for one in both for state, count in (("leased", 2), ("started", 3))
    }
    assert figures(answer, "outbox_uncertain") == {(one,): 7 for one in both}
    ended = {"sent": 4, "failed": 6, "missed": 8, "cancelled": 0, "uncertain": 36}
    assert figures(answer, "deliveries_total") == {
        (one, state): count for one in both for state, count in ended.items()
    }
    retries = sum(number * (number - 1) for number in range(1, 9))
    assert figures(answer, "delivery_retries_total") == {(one,): retries for one in both}
    oldest = figures(answer, "outbox_oldest_due_seconds")
    assert oldest == {(one,): pytest.approx(600, abs=60) for one in both}


async def test_delivery_of_tomorrow_waits_and_is_not_due(port: Port, database: Database) -> None:
    async with database.transaction() as tx:
        await outbox.put(tx, [entry("later", due_at=NOW + timedelta(days=1))], now=NOW)

    answer = await get(port, "/metrics")

    channel = entry("later").channel
    assert figures(answer, "outbox_waiting")[channel,] == 1
    assert figures(answer, "outbox_due")[channel,] == 0
    assert figures(answer, "outbox_oldest_due_seconds")[channel,] == 0


async def test_what_staff_settled_is_uncertain_no_more(port: Port, database: Database) -> None:
    await fill(database)
    async with database.transaction() as tx:
        await tx.execute(
            text("UPDATE outbox SET settled_at = created_at WHERE key LIKE 'mail:uncertain:0'")
        )

    answer = await get(port, "/metrics")

    assert figures(answer, "outbox_uncertain") == {("telegram",): 7, ("mail",): 6}


async def test_inbox_is_counted_by_state(port: Port, database: Database) -> None:
    states = ["new"] * 3 + ["orphan"] * 2 + ["quarantined"] + ["done"] * 4
    async with database.transaction() as tx:
        for number, state in enumerate(states):
            when = NOW - timedelta(seconds=100 - number)
            await accept(tx, [Arrival("telegram", str(number), "telegram:1", "{}")], now=when)
            await tx.execute(
                inbox_table.update().where(inbox_table.c.key == str(number)).values(state=state)
            )

    answer = await get(port, "/metrics")

    assert figures(answer, "inbox_arrivals") == {
        ("new",): 3,
        ("orphan",): 2,
        ("quarantined",): 1,
    }
    assert figures(answer, "inbox_handled_total") == {(): 4}
    assert figures(answer, "inbox_oldest_new_seconds") == {(): pytest.approx(100, abs=60)}


async def test_pauses_and_leases_show(port: Port, database: Database) -> None:
    async with database.transaction() as tx:
        await pauses.pause(tx, "mail", until=NOW + timedelta(hours=1), because="login refused")
        for _ in range(2):
            epoch = await leases.take(tx, leases.POLLER, owner="p-1", now=NOW)
            await leases.give_back(tx, leases.Grant(leases.POLLER, "p-1", epoch or 0))
        await leases.take(tx, leases.TICKER, owner="p-2", now=NOW, length=timedelta(hours=1))

    answer = await get(port, "/metrics")

    resting = figures(answer, "channel_pause_seconds")
    assert resting == {("telegram",): 0, ("mail",): pytest.approx(3600, abs=60)}
    assert figures(answer, "lease_holder_info") == {("ticker", "p-2"): 1}
    assert figures(answer, "lease_epoch") == {("poller",): 2, ("ticker",): 1}


async def test_totals_are_counted_once_a_minute_and_what_waits_each_time(
    port: Port, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = await get(port, "/metrics")
    await fill(database)
    soon = await get(port, "/metrics")
    monkeypatch.setattr(metrics, "TOTALS_LAST", 0.0)

    later = await get(port, "/metrics")

    sent = [figures(one, "deliveries_total")["mail", "sent"] for one in (before, soon, later)]
    waiting = [figures(one, "outbox_waiting")["mail",] for one in (before, soon, later)]
    assert (sent, waiting) == ([0, 0, 4], [0, 6, 6])


async def test_process_tells_its_latency_and_its_answers(port: Port) -> None:
    for seconds in (0.05, 0.3, 90, -1):
        port.metrics.note_sent("mail", seconds)
    await post(port, update(1))
    await post(port, update(2), secret="wrong")
    port.pulse.watch("ticks")(60)
    port.hand.seconds = 7

    answer = await get(port, "/metrics")

    counts = figures(answer, "delivery_latency_seconds_count")
    assert counts == {("mail",): 4}
    buckets = figures(answer, "delivery_latency_seconds_bucket")
    assert [buckets["mail", edge] for edge in ("0.1", "0.5", "60.0", "300.0")] == [2, 3, 3, 4]
    assert figures(answer, "webhook_requests_total") == {("200",): 1, ("403",): 1}
    assert figures(answer, "loop_silence_seconds") == {("ticks",): 7}
    (build,) = [one for one in samples(answer) if one.name == "akademia_build_info"]
    assert (build.labels["version"], build.value) == ("1.2.3", 1)


async def test_metrics_name_no_person(port: Port, database: Database) -> None:
    marked = entry("secret-key", channel="mail", address="anna.tajna@example.org")
    async with database.transaction() as tx:
        await outbox.put(tx, [marked], now=NOW)
        await accept(tx, [Arrival("telegram", "77177", "telegram:77177", "Tajna")], now=NOW)

    answer = await get(port, "/metrics")

    assert figures(answer, "outbox_waiting")["mail",] == 1
    for word in (b"tajna", b"Tajna", b"77177", b"secret-key"):
        assert word not in answer.body


async def test_metrics_are_not_for_those_behind_a_proxy(port: Port) -> None:
    answer = await get(port, "/metrics", X_Forwarded_For="203.0.113.9")

    assert (answer.status, answer.body) == (404, b"")


async def test_metrics_of_a_sick_database_are_refused_and_come_back(
    port: Port, database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    async with database.transaction() as tx:
        await tx.execute(text("ALTER TABLE channel_pause RENAME TO elsewhere"))
    sick = await get(port, "/metrics")
    async with database.transaction() as tx:
        await tx.execute(text("ALTER TABLE elsewhere RENAME TO channel_pause"))

    well = await get(port, "/metrics")

    assert (sick.status, sick.body, well.status) == (503, b"", 200)
    assert [record.message for record in caplog.records] == ["figures_not_read"]


async def test_page_explains_every_name_and_no_other(port: Port) -> None:
    port.metrics.note_sent("mail", 1)
    port.metrics.note_answer(200)
    port.pulse.watch("ticks")(60)
    answer = await get(port, "/metrics")

    told = {
        family.name + ("_total" if family.type == "counter" else "")
        for family in text_string_to_metric_families(answer.body.decode())
        if family.name.startswith("akademia_") and not family.name.endswith("_created")
    }
    listed = re.findall(r"^\| `(akademia_[a-z_]+)`", PAGE.read_text(), re.MULTILINE)

    assert sorted(listed) == sorted(told)


EXPLAIN = {"sqlite": "EXPLAIN QUERY PLAN", "postgresql": "EXPLAIN"}


async def test_what_waits_is_found_by_partial_indexes(database: Database, backend: str) -> None:
    asked: list[tuple[str, Any]] = []

    def note(_connection: Any, _cursor: Any, statement: str, values: Any, *_more: Any) -> None:
        asked.append((statement, values))

    async with database.counting() as tx:
        event.listen(tx.sync_connection, "before_cursor_execute", note)
        await figures_of.present(tx, now=NOW)
    plans = []
    async with database.counting() as tx:
        if backend == "postgresql":
            # So few rows are read from end to end otherwise.
            await tx.execute(text("SET LOCAL enable_seqscan = off"))
        for statement, values in asked:
            plan = await tx.exec_driver_sql(f"{EXPLAIN[backend]} {statement}", values)
            plans.append(" ".join(str(row) for row in plan))

    # Both hold the rows that wait and no others.
    plans = [plan.replace("ix_outbox_late", "ix_outbox_waiting") for plan in plans]
    found = [re.findall(r"\bix_(?:outbox|inbox)_\w+", plan) for plan in plans]
    assert [sorted(set(names)) for names in found if names] == [
        ["ix_outbox_waiting"],
        ["ix_outbox_under_way"],
        ["ix_outbox_uncertain"],
        ["ix_inbox_state_source_id"],
        ["ix_inbox_state_source_id"],
    ]
