"""The two ways out: compose a claimed row and hand it to Telegram or to the mail server."""

import asyncio
import dataclasses
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol

from delivery.characters import one_line
from delivery.chat import ChatMessage, from_json
from delivery.compose import compose_chat, compose_letter
from delivery.failures import MarkupRefused
from delivery.headers import parse_mailbox
from delivery.letter import to_bytes
from delivery.pacing import Pace
from delivery.plain import without_markup
from delivery.smtp import MailSender
from delivery.telegram import ChatSender
from storage.outbox import BROADCAST, OutboxRow
from texts.translator import load

Started = Callable[[str | None, bytes | None], Awaitable[None]]


@dataclass(frozen=True)
class Carried:
    """What the other side said when it accepted a message."""

    answer: str
    result: dict[str, Any] = field(default_factory=dict)


class Carrier(Protocol):
    """One channel out."""

    channel: str
    at_once: int
    lease: timedelta

    def lane(self, row: OutboxRow) -> str:
        """Name what must leave one after the other."""

    async def carry(self, row: OutboxRow, *, started: Started, now: datetime) -> Carried:
        """Compose and send one row; raises a DeliveryFailure or a CompositionError."""

    async def close(self) -> None:
        """Give connections back."""


class ChatCarrier:
    """Out through Telegram: many chats side by side, one chat in order, at Telegram's pace."""

    channel = "telegram"
    at_once = 20
    lease = timedelta(minutes=2)

    def __init__(self, sender: ChatSender, *, pace: Pace | None) -> None:
        self._sender = sender
        self._pace = pace

    def lane(self, row: OutboxRow) -> str:
        """Keep the order within one chat."""
        return row.address

    async def carry(self, row: OutboxRow, *, started: Started, now: datetime) -> Carried:
        """Send one message; one with broken markup goes once more as plain text."""
        message = _message(row, now)
        await self._wait_for_turn(row)

        async def leave() -> None:
            await started(None, None)

        async def leave_again() -> None:
            return

        chat_id = int(row.address)
        try:
            sent = await self._sender.send(message, chat_id=chat_id, started=leave)
        except MarkupRefused:
            plain = dataclasses.replace(message, text=without_markup(message.text))
            sent = await self._sender.send(plain, chat_id=chat_id, started=leave_again)
        return Carried(sent.answer, {"message_id": sent.message_id, "poll_id": sent.poll_id})

    async def _wait_for_turn(self, row: OutboxRow) -> None:
        # Telegram counts real seconds, so the pace never follows the demo's clock.
        if self._pace is None:
            return
        broadcast = row.priority >= BROADCAST
        chat_id = int(row.address)
        wait = self._pace.delay(chat_id, broadcast, datetime.now(UTC))
        while wait > 0:
            # Somebody else may take the place meanwhile, so it is asked for again.
            await asyncio.sleep(wait)
            wait = self._pace.delay(chat_id, broadcast, datetime.now(UTC))
        self._pace.note(chat_id, broadcast, datetime.now(UTC))

    async def close(self) -> None:
        """Do nothing: the bot belongs to the process."""


def _message(row: OutboxRow, now: datetime) -> ChatMessage:
    if row.kind == "reply":
        message = from_json(row.facts)
    else:
        message = compose_chat(row.kind, row.facts, row.locale, now=now)
    if row.doubted and message.edits is None and message.poll is None:
        t = load(row.locale)
        again = t("(sent again)")
        return dataclasses.replace(message, text=f"{again}\n{message.text}")
    return message


class MailCarrier:
    """Out through the mail server: one kept connection, one mail after the other."""

    channel = "mail"
    at_once = 10
    # RFC 5321 section 4.5.3.2.6 lets a server think for ten minutes after the final dot.
    lease = timedelta(minutes=15)

    def __init__(self, sender: MailSender, *, mail_from: str) -> None:
        self._sender = sender
        self._mail_from = mail_from
        self._address = parse_mailbox(mail_from).address

    def lane(self, _row: OutboxRow) -> str:
        """Keep all mails in one line."""
        return "mail"

    async def carry(self, row: OutboxRow, *, started: Started, now: datetime) -> Carried:
        """Send one mail; a repeated one has the same bytes and the same Message-ID."""
        domain = self._address.rpartition("@")[2]
        message_id = row.message_id or f"<outbox-{row.id}-{row.lease_token}@{domain}>"
        body = row.body or self._bytes(row, message_id, now)

        async def leave() -> None:
            await started(message_id, body)

        answer = await self._sender.send(
            sender=self._address, recipient=row.address, data=body, started=leave
        )
        return Carried(one_line(answer))

    def _bytes(self, row: OutboxRow, message_id: str, now: datetime) -> bytes:
        letter = compose_letter(
            row.kind,
            row.facts,
            locale=row.locale,
            to_address=row.address,
            mail_from=self._mail_from,
            now=now,
        )
        return to_bytes(letter, mail_from=self._mail_from, message_id=message_id, date=now)

    async def close(self) -> None:
        """Say goodbye to the mail server."""
        await self._sender.close()
