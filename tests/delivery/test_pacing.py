import bisect
from collections.abc import Iterable
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from delivery.pacing import Limit, Pace, Turn, mail_pace, shared
from storage.outbox import BROADCAST, CONFIRMATION, REMINDER, REPLY

PRIORITIES = (REPLY, CONFIRMATION, REMINDER, BROADCAST)
PAUSES = st.sampled_from([0, 0, 0, 1, 7, 300])
Message = tuple[str, int, float]


def send_all(pace: Pace, wishes: list[tuple[str, int, int, int]]) -> list[Message]:
    """Send every wish when it may leave, and say when its bytes left.

    A wish is the address, the priority, the milliseconds since the one before, and those that
    the note of its start takes.
    """
    now, left = 1000.0, list[Message]()
    for address, priority, pause, writing in wishes:
        now += pause / 1000
        while (wait := pace.delay(address, priority, now)) > 0:
            now += wait
        turn = pace.take(address, priority, now)
        now += writing / 1000
        turn.leaves(now)
        left.append((address, priority, now))
    return left


def send_side_by_side(pace: Pace, wishes: list[tuple[str, int, int, int]]) -> list[Message]:
    """Do the same, but let nobody wait for the notes of the others."""
    asked, left = 1000.0, list[Message]()
    leaving: list[tuple[Turn, float]] = []
    for address, priority, pause, writing in wishes:
        asked += pause / 1000
        while True:
            for turn, moment in [one for one in leaving if one[1] <= asked]:
                turn.leaves(moment)
                leaving.remove((turn, moment))
            wait = pace.delay(address, priority, asked)
            if wait <= 0:
                break
            asked = min([asked + wait, *(moment for _, moment in leaving)])
        leaving.append((pace.take(address, priority, asked), asked + writing / 1000))
        left.append((address, priority, asked + writing / 1000))
    return left


def busiest(moments: Iterable[float], seconds: float) -> int:
    """Count the most moments in any half-open window of the length."""
    ordered = sorted(moments)
    # A little less than the length, as sums of fractions of a second are not exact.
    ends = [bisect.bisect_left(ordered, begin + seconds - 1e-6) for begin in ordered]
    return max((end - begin for begin, end in enumerate(ends)), default=0)


def assert_telegram_is_content(left: list[Message]) -> None:
    """Check every limit in every window."""
    for priority, most in ((REPLY, 25), (CONFIRMATION, 23), (REMINDER, 21), (BROADCAST, 18)):
        assert busiest((at for _, own, at in left if own >= priority), 1) <= most
    for address in {address for address, _, _ in left}:
        own = [at for to, _, at in left if to == address]
        assert busiest(own, 1) <= 1
        assert busiest(own, 60) <= (20 if address.startswith("-") else 60)


def wishes(addresses: st.SearchStrategy[int]) -> st.SearchStrategy[list[tuple[str, int, int, int]]]:
    return st.lists(
        st.tuples(
            addresses.map(str), st.sampled_from(PRIORITIES), PAUSES, st.sampled_from([0, 5, 400])
        ),
        max_size=120,
    )


@given(wishes(st.integers(-2, 4)) | wishes(st.integers(1, 500)))
def test_no_window_ever_holds_more_than_its_limit(all_: list[tuple[str, int, int, int]]) -> None:
    assert_telegram_is_content(send_all(Pace(), all_))


@given(wishes(st.integers(1, 500)))
def test_slow_commits_make_no_burst(all_: list[tuple[str, int, int, int]]) -> None:
    assert_telegram_is_content(send_side_by_side(Pace(), all_))


@given(wishes(st.integers(1, 50)), st.integers(1, 40))
def test_no_minute_holds_more_mails_than_agreed(
    all_: list[tuple[str, int, int, int]], most: int
) -> None:
    left = send_all(mail_pace(per_minute=most, per_day=10_000), all_)

    assert busiest((at for _, _, at in left), 60) <= most
    many = (at for _, priority, at in left if priority == BROADCAST)
    assert busiest(many, 60) <= max(1, most * 18 // 25)


def test_broadcast_runs_at_eighteen_a_second() -> None:
    left = send_all(Pace(), [(str(chat), BROADCAST, 0, 0) for chat in range(1, 181)])

    assert left[-1][2] == 1009.0


def test_every_reply_beside_a_broadcast_leaves_within_two_seconds() -> None:
    pace, left, waits = Pace(), [], []
    crowd = iter(range(1, 501))
    next_chat = next(crowd)
    for tick in range(30_000):
        now = 1000 + tick / 1000
        # One in two replies goes to somebody who has just got the broadcast.
        if tick % 1000 == 0:
            reply_to = str(next_chat - 1 if tick % 2000 else 10_000 + tick)
            asked = now
        if asked and not pace.delay(reply_to, REPLY, now):
            pace.take(reply_to, REPLY, now).leaves(now)
            waits.append(now - asked)
            left.append((reply_to, REPLY, now))
            asked = 0.0
        while next_chat and not pace.delay(str(next_chat), BROADCAST, now):
            pace.take(str(next_chat), BROADCAST, now).leaves(now)
            left.append((str(next_chat), BROADCAST, now))
            next_chat = next(crowd, 0)

    assert next_chat == 0
    assert (len(waits), max(waits) < 2) == (30, True)
    assert_telegram_is_content(left)


def test_each_class_leaves_room_for_those_before_it() -> None:
    pace = Pace()

    sent = []
    for priority in (BROADCAST, REMINDER, CONFIRMATION, REPLY):
        chat = 1000 * (priority + 1)
        while not pace.delay(str(chat), priority, 0.0):
            pace.take(str(chat), priority, 0.0)
            chat += 1
        sent.append(chat % 1000)

    assert sent == [18, 3, 2, 2]


def test_code_is_not_starved_by_mails_to_many() -> None:
    pace = mail_pace(per_minute=30, per_day=10_000)
    for number in range(21):
        pace.take(str(number), BROADCAST, 0.0).leaves(0.0)

    assert pace.delay("x", BROADCAST, 1.0) == 59.0
    assert pace.delay("x", REPLY, 1.0) == 0.0


def test_group_gets_twenty_a_minute() -> None:
    left = send_all(Pace(), [("-5", REPLY, 1000, 0)] * 21)

    assert [at for _, _, at in left[:20]] == [1000.0 + second for second in range(1, 21)]
    assert left[20][2] == 1061.0


def test_message_that_has_not_left_yet_keeps_its_place() -> None:
    pace = Pace()
    turn = pace.take("1", REPLY, 0.0)

    waits = [pace.delay("1", REPLY, 5.0)]
    turn.leaves(5.5)
    waits += [pace.delay("1", REPLY, 6.0), pace.delay("1", REPLY, 6.5)]

    assert waits == [1.0, 0.5, 0.0]


def test_turn_that_was_given_back_takes_no_place() -> None:
    pace = Pace()
    pace.take("1", REPLY, 0.0).end()
    gone = pace.take("2", REPLY, 0.0)
    gone.leaves(0.0)
    gone.end()

    assert (pace.delay("1", REPLY, 0.5), pace.delay("2", REPLY, 0.5)) == (0.0, 0.5)


def test_closed_class_is_silent_and_so_are_less_urgent_ones() -> None:
    pace = Pace()
    pace.close(30, 0.0, priority=REMINDER)

    waits = [pace.delay("1", priority, 10.0) for priority in PRIORITIES]

    assert waits == [0.0, 0.0, 20.0, 20.0]


def test_shorter_silence_does_not_end_a_longer_one() -> None:
    pace = Pace()
    pace.close(30, 0.0)
    pace.close(5, 1.0)

    assert pace.delay("1", REPLY, 2.0) == 28.0


def test_bookings_follow_each_other_at_the_pace_of_their_class() -> None:
    pace = mail_pace(per_minute=25, per_day=10_000)
    for number in range(18):
        pace.take(str(number), BROADCAST, 0.0).leaves(0.0)

    booked = [round(pace.book("x", BROADCAST, 0.0), 2) for _ in range(4)]

    assert booked == [60.0, 63.33, 66.67, 70.0]


def test_no_booking_is_farther_than_an_hour() -> None:
    pace = mail_pace(per_minute=1, per_day=10_000)
    pace.take("1", REPLY, 0.0).leaves(0.0)

    booked = [pace.book("x", REPLY, 0.0) for _ in range(100)]

    assert (booked[0], booked[-1]) == (60.0, 3600.0)


def test_limits_name_what_counts_for_a_message() -> None:
    second = timedelta(seconds=1)

    of_reply = Pace().limits("1", REPLY)
    of_reminder = Pace().limits("-1", REMINDER)

    assert of_reply == [Limit(25, second), Limit(1, second, of_address=True)]
    assert [limit.most for limit in of_reminder] == [25, 23, 21, 1, 20]
    assert [limit.most for limit in mail_pace(per_minute=30, per_day=100).limits("x", REPLY)] == [
        30,
        100,
    ]


@pytest.mark.parametrize("most", [1, 2])
def test_smallest_limit_leaves_each_class_one_place(most: int) -> None:
    assert min(limit.most for limit in shared(most, timedelta(minutes=1))) == 1


def test_asking_changes_nothing() -> None:
    pace = Pace()

    for chat_id in range(1000):
        pace.delay(str(chat_id), BROADCAST, 0.0)

    assert pace.delay("1", BROADCAST, 0.0) == 0.0
    assert pace._chats == {}


def test_quiet_chats_are_forgotten() -> None:
    pace = Pace()
    for chat_id in range(5000):
        pace.take(str(chat_id), BROADCAST, chat_id / 18).leaves(chat_id / 18)

    assert len(pace._chats) <= 18 * 60 + 1
