"""The words around one row of the outbox: its state, what comes next, why it cannot be changed."""

from datetime import datetime
from zoneinfo import ZoneInfo

from delivery.kind_words import CHANNELS, KINDS, STATES
from programme import outbox_desk as desk
from programme.notice_policy import POLICY
from programme.outbox_desk import DeskRefusal
from storage.outbox import UNDER_WAY, WAITING
from storage.outbox_desk import DeskLine, DeskRow
from texts.translator import Translator, mark

REFUSALS: dict[type[DeskRefusal], str] = {
    desk.DeliveryUnknown: mark("There is no message with the number %(id)s."),
    desk.NotRepeatable: mark(
        "Message %(id)s is not sent again: it is in the state “%(state)s”. Only what was not "
        "delivered, perhaps delivered, too late or dropped can be sent again."
    ),
    desk.NotDroppable: mark(
        "Message %(id)s is not dropped: it is in the state “%(state)s”. Only what waits or what "
        "went wrong can be dropped, and only once."
    ),
    desk.DeliveryChanged: mark(
        "Message %(id)s changed at the same moment, so nothing was done with it. Please look at "
        "it once more: akademia outbox show %(id)s"
    ),
    desk.WordsTooLate: mark(
        "Message %(id)s is not sent again: the moment that it speaks of has passed."
    ),
    desk.WordsUntrue: mark(
        "Message %(id)s is not sent again: the event or the registration is no longer as it says."
    ),
}


def kind_words(kind: str, t: Translator) -> str:
    """Name a kind of notice."""
    return t(KINDS.get(kind, kind))


def channel_words(channel: str, t: Translator) -> str:
    """Name a channel."""
    return t(CHANNELS.get(channel, channel))


def whom_words(person: str, channel: str, address: str, t: Translator) -> str:
    """Say to whom a message goes: the name where it is known, the channel, the address."""
    if channel == "telegram":
        chat = t("chat %(number)s", number=address)
        return ", ".join(part for part in (person, channel_words(channel, t), chat) if part)
    whom = f"{person} <{address}>" if person else address
    return f"{whom}, {channel_words(channel, t)}"


def state_words(line: DeskLine, t: Translator) -> str:
    """Name a state; what staff have settled says so."""
    words = t(STATES[line.state])
    return t("%(state)s, settled", state=words) if line.settled_at else words


def moment_words(moment: datetime, zone: ZoneInfo) -> str:
    """Write a moment shortly, in the wall time of the zone."""
    return f"{moment.astimezone(zone):%d.%m.%Y %H:%M}"


def refusal_words(refusal: DeskRefusal, t: Translator) -> str:
    """Say why nothing was done with a row."""
    state = t(STATES[refusal.state]) if refusal.state in STATES else ""
    return t(REFUSALS[type(refusal)], id=refusal.outbox_id, state=state)


def prospect(
    row: DeskRow, *, now: datetime, resting: datetime | None, zone: ZoneInfo, t: Translator
) -> str:
    """Say what will happen to a row and when, if nobody does anything."""
    if row.state in WAITING:
        return _of_waiting(row, now=now, resting=resting, zone=zone, t=t)
    if row.state in UNDER_WAY:
        return _of_leaving(row, now=now, zone=zone, t=t)
    if row.state == "uncertain":
        return _of_uncertain(row, now=now, zone=zone, t=t)
    if row.state in ("failed", "missed") and row.settled_at is None:
        return t(
            "Nothing more by itself. To send it again: akademia outbox again %(id)s; to close the "
            "matter: akademia outbox drop %(id)s",
            id=row.id,
        )
    return t("Nothing more.")


def _of_waiting(
    row: DeskRow, *, now: datetime, resting: datetime | None, zone: ZoneInfo, t: Translator
) -> str:
    last = moment_words(row.not_after, zone)
    if row.not_after < now:
        return t("It was worth sending until %(last)s and is given up soon.", last=last)
    begins = max(row.due_at, resting or row.due_at)
    if begins > row.not_after:
        return t("The channel rests longer than it is worth sending, so it will be missed.")
    if begins <= now:
        return t("It leaves as soon as a sender is free, until %(last)s.", last=last)
    when = moment_words(begins, zone)
    if begins == resting:
        return t(
            "The channel rests; it leaves after %(when)s, until %(last)s.", when=when, last=last
        )
    return t("It leaves at %(when)s, and is given up after %(last)s.", when=when, last=last)


def _of_leaving(row: DeskRow, *, now: datetime, zone: ZoneInfo, t: Translator) -> str:
    until = moment_words(row.leased_until or now, zone)
    gone = (row.leased_until or now) < now
    if row.state == "leased":
        if gone:
            return t("Its sender is gone. A running process lets it wait again within a minute.")
        return t("A sender has it until %(until)s; after that it waits again.", until=until)
    if gone:
        return t("Its sender is gone. A running process marks it as uncertain within a minute.")
    return t("It is leaving. Without an answer by %(until)s it is uncertain.", until=until)


def _of_uncertain(row: DeskRow, *, now: datetime, zone: ZoneInfo, t: Translator) -> str:
    policy = POLICY.get(row.kind)
    repeat = policy.in_doubt.get(row.channel) if policy else None
    if repeat is not None and row.doubted == 1 and row.settled_at is None:
        again = max(now, (row.ended_at or now) + repeat.after)
        if again <= row.not_after:
            when = moment_words(again, zone)
            return t("It is sent once more by itself at %(when)s or a little later.", when=when)
    if row.settled_at is not None:
        return t("Nothing more.")
    return t(
        "Nothing more by itself, as the person may have it already. Please ask them first. To send "
        "it again: akademia outbox again %(id)s; to close the matter: akademia outbox drop %(id)s",
        id=row.id,
    )
