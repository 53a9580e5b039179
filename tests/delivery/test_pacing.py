from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from delivery.pacing import Pace

START = datetime(2027, 1, 4, 9, 0, tzinfo=UTC)
Message = tuple[int, bool, datetime]


def after(seconds: float) -> datetime:
    return START + timedelta(seconds=seconds)


def send_all(wishes: list[tuple[int, bool, int]]) -> list[Message]:
    """Send every wish (chat, broadcast?, milliseconds since the one before) when it may leave."""
    pace, now, sent = Pace(), START, []
    for chat_id, is_broadcast, pause in wishes:
        now += timedelta(milliseconds=pause)
        now += timedelta(seconds=pace.delay(chat_id, is_broadcast, now))
        assert pace.delay(chat_id, is_broadcast, now) == 0
        pace.note(chat_id, is_broadcast, now)
        sent.append((chat_id, is_broadcast, now))
    return sent


def busiest(moments: list[datetime], length: timedelta) -> int:
    """Count the most moments in any half-open window of the length."""
    return max(
        (sum(begin <= moment < begin + length for moment in moments) for begin in moments),
        default=0,
    )


@given(
    st.lists(
        st.tuples(st.integers(-2, 4), st.booleans(), st.sampled_from([0, 0, 0, 1, 7, 300])),
        max_size=150,
    )
    | st.lists(
        st.tuples(st.integers(1, 500), st.booleans(), st.sampled_from([0, 0, 0, 1, 40])),
        max_size=150,
    )
)
def test_no_window_ever_holds_more_than_its_limit(wishes: list[tuple[int, bool, int]]) -> None:
    sent = send_all(wishes)

    second, minute = timedelta(seconds=1), timedelta(minutes=1)
    assert busiest([at for _, _, at in sent], second) <= 25
    assert busiest([at for _, is_broadcast, at in sent if is_broadcast], second) <= 18
    for chat in {chat_id for chat_id, _, _ in sent}:
        own = [at for chat_id, _, at in sent if chat_id == chat]
        assert busiest(own, 3 * second) <= 3
        assert busiest(own, minute) <= (20 if chat < 0 else 60)


def test_broadcast_runs_at_eighteen_a_second() -> None:
    sent = send_all([(chat_id, True, 0) for chat_id in range(1, 181)])

    assert sent[-1][2] == after(9)


def test_replies_have_room_beside_a_broadcast() -> None:
    pace = Pace()
    for chat_id in range(18):
        pace.note(chat_id, is_broadcast=True, now=START)

    waits = []
    for chat_id in range(100, 108):
        waits.append(pace.delay(chat_id, is_broadcast=False, now=START))
        if not waits[-1]:
            pace.note(chat_id, is_broadcast=False, now=START)

    assert pace.delay(99, is_broadcast=True, now=START) == 1.0
    assert waits == [0.0] * 7 + [1.0]


def test_dialogue_may_burst_three_and_then_waits() -> None:
    pace = Pace()

    waits = []
    for at in (0, 0.5, 1):
        waits.append(pace.delay(1, is_broadcast=False, now=after(at)))
        pace.note(1, is_broadcast=False, now=after(at))

    assert waits == [0.0, 0.0, 0.0]
    assert pace.delay(1, is_broadcast=False, now=after(1)) == 2.0
    assert pace.delay(2, is_broadcast=False, now=after(1)) == 0.0
    assert pace.delay(1, is_broadcast=False, now=after(3)) == 0.0


def test_group_gets_twenty_a_minute() -> None:
    sent = send_all([(-5, False, 1000)] * 21)

    assert [at for _, _, at in sent[:20]] == [after(second) for second in range(1, 21)]
    assert sent[20][2] == after(61)


def test_asking_changes_nothing() -> None:
    pace = Pace()

    for chat_id in range(1000):
        pace.delay(chat_id, is_broadcast=True, now=START)

    assert pace.delay(1, is_broadcast=True, now=START) == 0.0
    assert pace._chats == {}


def test_quiet_chats_are_forgotten() -> None:
    pace = Pace()
    for chat_id in range(5000):
        pace.note(chat_id, is_broadcast=True, now=after(chat_id / 18))

    assert len(pace._chats) <= 18 * 60 + 1


def test_clock_set_back_never_waits_longer_than_the_window() -> None:
    pace = Pace()
    for chat_id in range(25):
        pace.note(chat_id, is_broadcast=False, now=after(3600))

    waits = []
    now = START
    for chat_id in range(100, 126):
        waits.append(pace.delay(chat_id, is_broadcast=False, now=now))
        now += timedelta(seconds=waits[-1])
        pace.note(chat_id, is_broadcast=False, now=now)

    assert max(waits) == 1.0
    assert pace.delay(200, is_broadcast=False, now=now + timedelta(seconds=1)) == 0.0
