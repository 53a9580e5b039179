"""Which row leaves next, whatever was leased in whatever order."""

from collections import defaultdict
from datetime import timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from scheduler.stock import MOST_OF_ONE_LANE, Stock
from storage.outbox import BROADCAST, PRIORITIES, REMINDER, REPLY, OutboxRow
from tests.storage.rows import NOW

MINUTE = timedelta(minutes=1)


def _row(number: int, address: str = "1", **changes: Any) -> OutboxRow:
    values: dict[str, Any] = {
        "id": number,
        "key": str(number),
        "channel": "telegram",
        "kind": "reply",
        "address": address,
        "locale": "pl",
        "facts": {},
        "priority": REPLY,
        "due_at": NOW,
        "not_after": NOW + MINUTE,
        "attempts": 1,
        "doubted": 0,
        "lease_token": "sender",
        "message_id": None,
        "body": None,
        "person_id": None,
        "broadcast_id": None,
    }
    return OutboxRow(**(values | changes))


def _stock(*rows: OutboxRow) -> Stock:
    stock = Stock()
    stock.add(rows)
    return stock


def _drain(stock: Stock, *, broadcast: bool = False) -> list[int]:
    """Send everything of a class one after the other."""
    numbers = []
    while (row := stock.take(broadcast=broadcast)) is not None:
        numbers.append(row.id)
        stock.free(row.address)
    return numbers


def test_one_address_has_one_row_under_way() -> None:
    stock = _stock(_row(1), _row(2))

    first, meanwhile = stock.take(broadcast=False), stock.take(broadcast=False)
    stock.free("1")
    second = stock.take(broadcast=False)

    assert (first, meanwhile, second) == (_row(1), None, _row(2))


def test_lane_keeps_its_order_although_a_retry_was_put_off() -> None:
    stock = _stock(_row(3), _row(1, due_at=NOW + MINUTE), _row(2))

    assert _drain(stock) == [1, 2, 3]


def test_what_is_due_longest_goes_first_between_lanes() -> None:
    stock = _stock(_row(1, "a"), _row(2, "b", due_at=NOW - MINUTE), _row(3, "c", priority=REMINDER))

    assert _drain(stock) == [2, 1, 3]


def test_urgent_row_goes_before_the_broadcast_of_its_lane() -> None:
    stock = _stock(_row(1, priority=BROADCAST))
    stock.add([_row(2)])

    early = stock.take(broadcast=True)
    urgent = _drain(stock)

    assert (early, urgent, _drain(stock, broadcast=True)) == (None, [2], [1])


def test_row_that_comes_while_its_lane_is_busy_waits() -> None:
    stock = _stock(_row(1, priority=BROADCAST))
    stock.take(broadcast=True)
    stock.add([_row(2)])

    during = stock.take(broadcast=False)
    stock.free("1")

    assert (during, _drain(stock)) == (None, [2])


def test_long_lane_counts_as_a_short_one() -> None:
    stock = _stock(*(_row(number) for number in range(100)))

    assert (stock.counts, stock.long_lanes()) == ([MOST_OF_ONE_LANE, 0], {"1": REPLY})


def test_long_lane_of_broadcasts_passes_over_broadcasts_alone() -> None:
    stock = _stock(*(_row(number, priority=BROADCAST) for number in range(100)))

    assert (stock.counts, stock.long_lanes()) == ([0, MOST_OF_ONE_LANE], {"1": BROADCAST})


def test_withdrawn_rows_are_those_from_a_priority_on() -> None:
    stock = _stock(_row(1), _row(2, priority=REMINDER), _row(3, "2", priority=BROADCAST))

    gone = stock.withdraw("1", least=REMINDER)

    assert ([row.id for row in gone], stock.counts) == ([2], [1, 1])
    assert (_drain(stock), _drain(stock, broadcast=True)) == ([1], [3])


def test_dropped_rows_never_leave() -> None:
    stock = _stock(_row(1), _row(2), _row(3, "2"))

    count = stock.drop({1, 3, 99})

    assert (count, _drain(stock), stock.counts) == (2, [2], [0, 0])


def test_cleared_stock_is_empty_and_its_busy_lanes_end() -> None:
    stock = _stock(_row(1), _row(2), _row(3, "2"))
    stock.take(broadcast=False)

    gone = {row.id for row in stock.clear()}
    stock.free("1")

    assert (gone, list(stock), stock.counts) == ({2, 3}, [], [0, 0])


steps = st.lists(
    st.one_of(
        st.tuples(st.just("add"), st.sampled_from("abc"), st.sampled_from(PRIORITIES)),
        st.tuples(st.just("take"), st.booleans()),
        st.tuples(st.just("free"), st.sampled_from("abc")),
        st.tuples(st.just("withdraw"), st.sampled_from("abc"), st.sampled_from(PRIORITIES)),
    ),
    max_size=60,
)


@given(steps)
def test_any_order_of_steps_keeps_the_order_of_every_lane(found: list[tuple[Any, ...]]) -> None:
    stock, waiting, busy = Stock(), defaultdict[str, list[OutboxRow]](list), set[str]()
    for number, (step, *about) in enumerate(found):
        if step == "add":
            row = _row(number, about[0], priority=about[1])
            stock.add([row])
            waiting[about[0]].append(row)
        elif step == "take":
            taken = stock.take(broadcast=about[0])
            heads = {
                lane: min(rows, key=lambda row: (row.priority, row.id))
                for lane, rows in waiting.items()
                if rows and lane not in busy
            }
            ready = [row for row in heads.values() if (row.priority >= BROADCAST) == about[0]]
            expected = min(ready, key=lambda row: (row.priority, row.due_at, row.id), default=None)
            assert taken == expected
            if taken is not None:
                busy.add(taken.address)
                waiting[taken.address].remove(taken)
        elif step == "free" and about[0] in busy:
            stock.free(about[0])
            busy.remove(about[0])
        elif step == "withdraw":
            gone = stock.withdraw(about[0], least=about[1])
            stays = [row for row in waiting[about[0]] if row.priority < about[1]]
            assert {row.id for row in gone} == {row.id for row in waiting[about[0]]} - {
                row.id for row in stays
            }
            waiting[about[0]] = stays
        assert {row.id for row in stock} == {row.id for rows in waiting.values() for row in rows}
