from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from delivery.calendar import CalendarEntry, cancel, publish, request
from delivery.failures import NaiveInstant
from delivery.stencil_calendar import CalendarStencil
from delivery.stencils import Entry, Unfit
from tests.delivery.many import MOMENTS, NOW

TEXTS = st.one_of(st.text(max_size=90), st.sampled_from(["UID:x", "ż" * 80, "a\nATTENDEE:b", ""]))
SEQUENCES = st.integers(0, 2**31 - 1)


def entry(uid: str, sequence: int, words: str = "Szkolenie") -> CalendarEntry:
    return CalendarEntry(
        uid=uid,
        sequence=sequence,
        starts_at=datetime(2027, 7, 15, 7, 0, tzinfo=UTC),
        ends_at=datetime(2027, 7, 15, 13, 0, tzinfo=UTC),
        summary=words,
        place=words,
        description=words,
    )


@pytest.mark.parametrize("write", [request, cancel])
@given(words=TEXTS, uid=TEXTS, sequence=SEQUENCES, name=TEXTS, address=st.emails(), stamp=MOMENTS)
def test_filled_invitation_is_the_one_that_is_written(
    *,
    write: Callable[..., bytes],
    words: str,
    uid: str,
    sequence: int,
    name: str,
    address: str,
    stamp: datetime,
) -> None:
    organiser = {"organiser_name": words, "organiser_address": "biuro@example.org"}

    stencil = CalendarStencil(
        write(
            entry("gap", 0, words),
            **organiser,
            attendee_name="Nobody",
            attendee_address="nobody@example.org",
            stamp=NOW,
        )
    )

    filled = stencil.fill([Entry(uid, sequence)], stamp=stamp, person=(name, address))
    assert filled == write(
        entry(uid, sequence, words),
        **organiser,
        attendee_name=name,
        attendee_address=address,
        stamp=stamp,
    )


@given(
    entries=st.lists(st.builds(Entry, uid=TEXTS, sequence=SEQUENCES), min_size=1, max_size=3),
    stamp=MOMENTS,
)
def test_filled_file_is_the_one_that_is_written(entries: list[Entry], stamp: datetime) -> None:
    stencil = CalendarStencil(publish([entry("gap", 0) for _ in entries], stamp=NOW))

    filled = stencil.fill(entries, stamp=stamp)

    assert filled == publish([entry(each.uid, each.sequence) for each in entries], stamp=stamp)


def test_entries_of_another_number_are_refused() -> None:
    stencil = CalendarStencil(publish([entry("gap", 0)], stamp=NOW))

    with pytest.raises(ValueError, match="argument"):
        stencil.fill([Entry("a", 0), Entry("b", 0)], stamp=NOW)


def test_stamp_without_zone_is_refused() -> None:
    stencil = CalendarStencil(publish([entry("gap", 0)], stamp=NOW))

    with pytest.raises(NaiveInstant):
        stencil.fill([Entry("a", 0)], stamp=NOW.replace(tzinfo=None))


def test_calendar_that_is_folded_in_another_way_is_unfit() -> None:
    content = publish([entry("gap", 0)], stamp=NOW)

    with pytest.raises(Unfit):
        CalendarStencil(content.replace(b"VERSION:2.0", b"VERS\r\n ION:2.0"))
