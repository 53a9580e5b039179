"""Say of every kind of notice how urgent it is, how long it is worth sending and what doubts do.

A doubt is a message that may have arrived and may not. A mail that is sent once more keeps its
bytes and its Message-ID, so that programs recognise it; a chat message says that it is a second
one. What goes to many is never repeated: staff see it as uncertain. No other module holds any
of these answers; docs/explanation/what-is-repeated.md shows the table to people.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from programme.quiet_hours import QuietHours
from programme.wall_time import to_wall
from storage.outbox import BROADCAST, CONFIRMATION, REMINDER, REPLY

Moment = Literal["event ends", "last call", "rule ends", "offer ends", "survey closes"]
EVENT_ENDS: Moment = "event ends"
LAST_CALL: Moment = "last call"
RULE_ENDS: Moment = "rule ends"
OFFER_ENDS: Moment = "offer ends"
SURVEY_CLOSES: Moment = "survey closes"


@dataclass(frozen=True)
class Repeat:
    """When a doubtful message is sent once more, and whether its words say so."""

    after: timedelta
    marked: bool


SAME_MAIL = Repeat(timedelta(minutes=15), marked=False)
MARKED_AGAIN = Repeat(timedelta(minutes=1), marked=True)
NEVER = None


@dataclass(frozen=True)
class NoticePolicy:
    """The answers for one kind of notice.

    `lasts` is a span counted from the moment it is due, or the moment that ends its worth: the
    event's end, the last call for a registration, an offer's end, a survey's closing, or what the
    reminder rule says.
    `in_doubt` names the channels that carry the kind and what each does with a doubtful message.
    """

    kind: str
    priority: int
    lasts: timedelta | Moment
    in_doubt: Mapping[str, Repeat | None]
    waits_for_morning: bool = False
    # What waits for the morning may leave on Sundays and public holidays unless it says otherwise:
    # it is the reader's own matter, or the day of an event is near.
    waits_for_working_day: bool = False
    # Is told at once when what it is about begins today, or soon after it could be told else.
    at_once_if_soon: bool = False
    without_event: timedelta = timedelta(days=7)

    @property
    def is_answer(self) -> bool:
        """Tell whether somebody waits for it in the chat, having asked."""
        return self.priority == REPLY

    def worth_until(self, due_at: datetime, moment: datetime | None = None) -> datetime:
        """Tell until when a notice is worth sending; `moment` is the one that `lasts` names.

        A notice about no event, which has no such moment, lasts `without_event`.
        """
        if isinstance(self.lasts, timedelta):
            return due_at + self.lasts
        return due_at + self.without_event if moment is None else moment

    def leaves_at(
        self,
        now: datetime,
        *,
        quiet: QuietHours,
        zone: str,
        last: datetime | None = None,
        begins: datetime | None = None,
    ) -> datetime:
        """Tell when a notice leaves that is caused now: now, in the morning, or on a working day.

        What would be too late on a working day, because `last` is before it, leaves when the
        quiet hours end. Whether that is too late as well is for the caller to see. `begins` is
        what the readers would set out for: of a kind that is told at once if that is soon, it
        leaves in time.
        """
        if self.at_once_if_soon and begins is not None:
            return self._in_time_for(begins, now, quiet, zone)
        if not self.waits_for_morning:
            return now
        if self.waits_for_working_day:
            working = quiet.next_working(now, zone)
            if last is None or working < last:
                return working
        return quiet.next_waking(now, zone)

    def _in_time_for(
        self, begins: datetime, now: datetime, quiet: QuietHours, zone: str
    ) -> datetime:
        if to_wall(begins, zone).date() <= to_wall(now, zone).date():
            return now
        moments = [quiet.next_waking(now, zone)]
        if self.waits_for_working_day:
            moments.append(quiet.next_working(now, zone))
        return [now, *(one for one in moments if one + SOON <= begins)][-1]


# Who would set out for something that was called off must hear of it before.
SOON = timedelta(hours=4)
_DAY = timedelta(days=1)
_CHAT_AND_MAIL = {"telegram": MARKED_AGAIN, "mail": SAME_MAIL}
_TABLE = (
    NoticePolicy("reply", REPLY, _DAY, {"telegram": MARKED_AGAIN}),
    NoticePolicy("trouble", REPLY, _DAY, {"telegram": MARKED_AGAIN}),
    NoticePolicy("mail_understood", REPLY, timedelta(days=2), {"mail": SAME_MAIL}),
    NoticePolicy("mail_unclear", REPLY, timedelta(days=2), {"mail": SAME_MAIL}),
    NoticePolicy("mail_taken_note", REPLY, timedelta(days=2), {"mail": NEVER}),
    NoticePolicy("staff_rights", REPLY, timedelta(days=2), {"telegram": MARKED_AGAIN}),
    NoticePolicy("email_code", REPLY, timedelta(minutes=30), {"mail": SAME_MAIL}),
    NoticePolicy("address_check", REPLY, _DAY, {"mail": SAME_MAIL}),
    NoticePolicy("address_changed", CONFIRMATION, timedelta(days=2), {"mail": SAME_MAIL}),
    NoticePolicy("registration_confirmed", CONFIRMATION, EVENT_ENDS, _CHAT_AND_MAIL),
    NoticePolicy("promoted", CONFIRMATION, EVENT_ENDS, _CHAT_AND_MAIL),
    NoticePolicy("waiting_listed", CONFIRMATION, EVENT_ENDS, _CHAT_AND_MAIL),
    NoticePolicy("registration_cancelled", CONFIRMATION, EVENT_ENDS, _CHAT_AND_MAIL),
    NoticePolicy("seat_given_up", CONFIRMATION, EVENT_ENDS, _CHAT_AND_MAIL),
    NoticePolicy("day_declined", CONFIRMATION, EVENT_ENDS, _CHAT_AND_MAIL),
    NoticePolicy("registration_joined", CONFIRMATION, EVENT_ENDS, _CHAT_AND_MAIL),
    NoticePolicy("application_received", CONFIRMATION, EVENT_ENDS, _CHAT_AND_MAIL),
    NoticePolicy("application_refused", CONFIRMATION, EVENT_ENDS, _CHAT_AND_MAIL),
    NoticePolicy("event_moved", CONFIRMATION, EVENT_ENDS, _CHAT_AND_MAIL, at_once_if_soon=True),
    NoticePolicy("event_cancelled", CONFIRMATION, EVENT_ENDS, _CHAT_AND_MAIL, at_once_if_soon=True),
    NoticePolicy("document_returned", CONFIRMATION, EVENT_ENDS, _CHAT_AND_MAIL),
    NoticePolicy("documents_complete", CONFIRMATION, EVENT_ENDS, _CHAT_AND_MAIL),
    NoticePolicy("exhibitor_confirmed", CONFIRMATION, EVENT_ENDS, _CHAT_AND_MAIL),
    NoticePolicy("exhibitor_waiting", CONFIRMATION, EVENT_ENDS, _CHAT_AND_MAIL),
    NoticePolicy("exhibitor_promoted", CONFIRMATION, EVENT_ENDS, _CHAT_AND_MAIL),
    NoticePolicy("exhibitor_cancelled", CONFIRMATION, EVENT_ENDS, _CHAT_AND_MAIL),
    # Whatever waits for the morning is less urgent than all that does not: a row that waits
    # holds back the later ones to the same address that are not more urgent than itself.
    NoticePolicy(
        "alert", REMINDER, _DAY, {"telegram": NEVER, "mail": NEVER}, waits_for_morning=True
    ),
    NoticePolicy(
        "task",
        REMINDER,
        _DAY,
        {"telegram": NEVER},
        waits_for_morning=True,
        waits_for_working_day=True,
    ),
    NoticePolicy("seat_offered", REMINDER, OFFER_ENDS, _CHAT_AND_MAIL, waits_for_morning=True),
    NoticePolicy("event_changed", REMINDER, EVENT_ENDS, _CHAT_AND_MAIL, waits_for_morning=True),
    NoticePolicy("offer_expired", REMINDER, EVENT_ENDS, _CHAT_AND_MAIL, waits_for_morning=True),
    NoticePolicy(
        "reminder",
        REMINDER,
        RULE_ENDS,
        {"telegram": NEVER, "mail": SAME_MAIL},
        waits_for_morning=True,
    ),
    NoticePolicy(
        "documents_missing",
        REMINDER,
        RULE_ENDS,
        {"telegram": NEVER, "mail": SAME_MAIL},
        waits_for_morning=True,
    ),
    NoticePolicy(
        "exhibitor_reminder",
        REMINDER,
        RULE_ENDS,
        {"telegram": NEVER, "mail": SAME_MAIL},
        waits_for_morning=True,
    ),
    NoticePolicy(
        "nomination_call",
        REMINDER,
        LAST_CALL,
        {"telegram": NEVER, "mail": SAME_MAIL},
        waits_for_morning=True,
        waits_for_working_day=True,
    ),
    NoticePolicy(
        "nomination_reminder",
        REMINDER,
        LAST_CALL,
        {"telegram": NEVER, "mail": SAME_MAIL},
        waits_for_morning=True,
        waits_for_working_day=True,
    ),
    NoticePolicy(
        "registration_asked",
        REMINDER,
        LAST_CALL,
        {"mail": SAME_MAIL},
        waits_for_morning=True,
        waits_for_working_day=True,
    ),
    NoticePolicy("nominated", REMINDER, LAST_CALL, _CHAT_AND_MAIL, waits_for_morning=True),
    NoticePolicy(
        "nominated_reminder",
        REMINDER,
        LAST_CALL,
        {"telegram": NEVER, "mail": SAME_MAIL},
        waits_for_morning=True,
    ),
    NoticePolicy(
        "nomination_answered", REMINDER, EVENT_ENDS, _CHAT_AND_MAIL, waits_for_morning=True
    ),
    NoticePolicy(
        "nomination_withdrawn", REMINDER, EVENT_ENDS, _CHAT_AND_MAIL, waits_for_morning=True
    ),
    NoticePolicy(
        "invitation",
        BROADCAST,
        LAST_CALL,
        {"telegram": NEVER, "mail": NEVER},
        waits_for_morning=True,
        waits_for_working_day=True,
    ),
    NoticePolicy(
        "correction",
        BROADCAST,
        LAST_CALL,
        {"telegram": NEVER, "mail": NEVER},
        waits_for_morning=True,
        waits_for_working_day=True,
        at_once_if_soon=True,
    ),
    NoticePolicy("letter_test", REPLY, _DAY, {"telegram": NEVER, "mail": NEVER}),
    # It comes right after a correction, which has waited for the morning itself.
    NoticePolicy(
        "letter_amended",
        BROADCAST,
        timedelta(days=7),
        {"telegram": NEVER},
        waits_for_morning=True,
    ),
    NoticePolicy(
        "certificate",
        REMINDER,
        timedelta(days=30),
        _CHAT_AND_MAIL,
        waits_for_morning=True,
        waits_for_working_day=True,
    ),
    NoticePolicy(
        "poll",
        BROADCAST,
        timedelta(days=7),
        {"telegram": NEVER, "mail": NEVER},
        waits_for_morning=True,
        waits_for_working_day=True,
    ),
    NoticePolicy(
        "survey_asked",
        BROADCAST,
        SURVEY_CLOSES,
        {"telegram": NEVER, "mail": NEVER},
        waits_for_morning=True,
        waits_for_working_day=True,
        without_event=timedelta(days=30),
    ),
    NoticePolicy(
        "survey_reminder",
        BROADCAST,
        SURVEY_CLOSES,
        {"telegram": NEVER, "mail": NEVER},
        waits_for_morning=True,
        waits_for_working_day=True,
        without_event=timedelta(days=30),
    ),
    NoticePolicy(
        "digest",
        BROADCAST,
        timedelta(days=7),
        {"telegram": NEVER, "mail": NEVER},
        waits_for_morning=True,
        waits_for_working_day=True,
    ),
    NoticePolicy(
        "summary",
        REMINDER,
        timedelta(hours=12),
        {"telegram": NEVER},
        waits_for_morning=True,
        waits_for_working_day=True,
    ),
)
POLICY = {policy.kind: policy for policy in _TABLE}


def repeats() -> dict[tuple[str, Repeat], set[str]]:
    """Group the kinds that are sent once more, by channel and manner."""
    found: dict[tuple[str, Repeat], set[str]] = {}
    for policy in _TABLE:
        for channel, repeat in policy.in_doubt.items():
            if repeat is not None:
                found.setdefault((channel, repeat), set()).add(policy.kind)
    return found


@dataclass(frozen=True)
class WakingHours:
    """The quiet hours of the programme, and the zone in which they are read off the wall."""

    quiet: QuietHours
    zone: str

    def earliest(
        self, kind: str, facts: dict[str, Any], now: datetime, not_after: datetime | None = None
    ) -> datetime:
        """Tell when a notice may leave at the earliest: now, or when nobody is disturbed.

        A notice about an event waits for the morning of the event's own zone. One that would be
        too late on a working day, `not_after`, leaves when the quiet hours end.
        """
        policy = POLICY.get(kind)
        if policy is None or not policy.waits_for_morning:
            return now
        sessions = (facts.get("event") or {}).get("sessions") or []
        zone = (sessions[0].get("zone") if sessions else None) or self.zone
        starts = [
            datetime.fromisoformat(one["starts_at"]) for one in sessions if "starts_at" in one
        ]
        begins = min((one for one in starts if one >= now), default=None)
        return policy.leaves_at(now, quiet=self.quiet, zone=zone, last=not_after, begins=begins)
