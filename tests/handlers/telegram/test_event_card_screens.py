"""The longest event that can be: its card, with all that is strange about it, is one message."""

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest

from delivery.limits import check_limits
from handlers.telegram import event_card_screens, event_draft_screens
from programme import event_fields as fields
from programme.asking import Asked
from programme.doubts import Span, about_event
from programme.event_cards import Difference, EventCard
from programme.event_edit_steps import PUBLISH
from programme.event_news import Reach
from programme.event_rows import Entered, event_row
from programme.event_templates import blank, sittings
from storage.conversations import Conversation
from storage.event_drafts import KeptDraft
from tests.storage.rows import NOW, ZONE
from texts.translator import load

LONG = "<" * 200
NIGHT = datetime(2027, 3, 28, 2, 30)  # noqa: DTZ001 -- a wall time


def longest(state: str) -> EventCard:
    days = [(NIGHT + timedelta(days=n), NIGHT + timedelta(days=n, hours=1)) for n in range(30)]
    entry = replace(
        blank("training"),
        title=LONG,
        place=LONG,
        description="&" * 1500,
        sessions=sittings(days, LONG),
        deadline=NIGHT + timedelta(days=300),
        state=state,
    )
    row = event_row(entry, zone=ZONE, programme_id=1, state=state, form_id=None)
    span = (date(2027, 1, 1), date(2027, 2, 1))
    event = Entered(1, 0, entry, ZONE, *span, KeptDraft(row, 0, *span))
    doubts = tuple(about_event(entry, Span(*span, ZONE), now=NOW))
    return EventCard(event, doubts, papers=9)


@pytest.mark.parametrize("locale", ["pl", "en"])
@pytest.mark.parametrize("state", ["draft", "published"])
def test_longest_card_is_one_message(state: str, locale: str) -> None:
    t, view = load(locale), longest(state)
    other = longest(state).entry
    changed = [
        Difference(field, fields.value_of(view.entry, field), fields.value_of(other, field))
        for field in fields.READERS
    ]

    note = event_card_screens.differences(t, changed, view)
    card = event_card_screens.card(t, view, f"{'x' * 200}\n\n{note}")

    assert len(view.doubts) > 30
    check_limits(card)


@pytest.mark.parametrize("locale", ["pl", "en"])
def test_longest_questions_are_one_message(locale: str) -> None:
    t, view = load(locale), longest("published")
    state = Conversation(1, locale)
    told = {
        "event": view.event,
        "card": view,
        "difference": Difference(fields.DESCRIPTION, "&" * 1500, "<" * 1500),
        "doubts": view.doubts,
        "can_tell": True,
        "reach": Reach(10_000, 10_000, 10_000),
        "before": None,
    }

    for name in ("edit_confirm", f"edit_{PUBLISH}", f"edit_{fields.DESCRIPTION}"):
        check_limits(event_draft_screens.question(t, Asked(state, name, told)))
