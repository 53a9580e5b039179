"""The two ways out: compose a claimed row and hand it to Telegram or to the mail server."""

import dataclasses
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from typing import Any, Protocol

from delivery import mail_doors
from delivery.characters import one_line
from delivery.chat import ChatFile, ChatMessage, from_json
from delivery.failures import ChannelBroken, FileMissing, MarkupRefused
from delivery.headers import parse_mailbox
from delivery.pacing import Limit, Pace
from delivery.plain import without_markup
from delivery.smtp import MailSender
from delivery.stencil_chat import chat_copy
from delivery.stencil_mail import Post, mail_copy
from delivery.telegram import ChatSender
from programme.notice_policy import POLICY, WakingHours
from scheduler.turns import Leave, Started, Turns
from storage.files import FileGone, FileStore
from storage.outbox import BROADCAST, OutboxRow
from texts.translator import load

MAIL_CONNECTIONS = 3
LEAST_AHEAD, MOST_AHEAD = 4, 200
SECONDS_AHEAD = 4


@dataclass(frozen=True)
class Carried:
    """What the other side said when it accepted a message."""

    answer: str
    result: dict[str, Any] = field(default_factory=dict)


class Carrier(Protocol):
    """One channel out."""

    channel: str
    lease: timedelta
    # How many rows of a class may be leased before it is their turn.
    ahead: int

    @property
    def at_once(self) -> int:
        """How many rows may be under way; never two to one address."""

    @property
    def broadcasts_at_once(self) -> int:
        """How many of them may be broadcasts, so that there is room for what is urgent."""

    def limits(self, row: OutboxRow) -> list[Limit]:
        """List what limits a row, for whoever counts the starts of all processes."""

    async def carry(self, row: OutboxRow, *, started: Started, now: datetime) -> Carried:
        """Compose and send one row; raises a DeliveryFailure or a CompositionError."""

    async def close(self) -> None:
        """Give connections back."""


class ChatCarrier:
    """Out through Telegram: many chats side by side, one chat in order, at Telegram's pace."""

    channel = "telegram"
    # Renewed while the sender lives; who waits for the answer of a dead one waits as long.
    lease = timedelta(seconds=45)

    def __init__(
        self,
        sender: ChatSender,
        *,
        pace: Pace | None,
        hours: WakingHours | None = None,
        files: FileStore | None = None,
    ) -> None:
        self._sender = sender
        self._files = files
        self._turns = Turns(pace, hours)
        self.ahead = _ahead(pace)
        # At a pace as many as may leave in a second: more would only wait longer for their turn.
        self.at_once, self.broadcasts_at_once = (60, 48) if pace is None else (25, 18)

    def limits(self, row: OutboxRow) -> list[Limit]:
        """List Telegram's limits."""
        return self._turns.limits(row)

    async def carry(self, row: OutboxRow, *, started: Started, now: datetime) -> Carried:
        """Send one message; one with broken markup goes once more as plain text."""
        async with self._turns.of(row, started=started, now=now) as leave:
            message = await self._with_file(_message(row, now))
            return await self._send(row, message, leave)

    async def _with_file(self, message: ChatMessage) -> ChatMessage:
        """Read the kept file that a message names; raises FileMissing."""
        document, photo = await self._whole(message.document), await self._whole(message.photo)
        return dataclasses.replace(message, document=document, photo=photo)

    async def _whole(self, file: ChatFile | None) -> ChatFile | None:
        if file is None or not file.stored:
            return file
        if self._files is None:
            raise FileMissing(file.stored)
        try:
            return dataclasses.replace(file, content=await self._files.read(file.stored))
        except FileGone:
            raise FileMissing(file.stored) from None

    async def _send(self, row: OutboxRow, message: ChatMessage, leave: Leave) -> Carried:
        chat_id = int(row.address)
        plain = False
        try:
            sent = await self._sender.send(message, chat_id=chat_id, started=leave.now)
        except MarkupRefused:
            plain = True
            message = dataclasses.replace(message, text=without_markup(message.text))
            sent = await self._sender.send(message, chat_id=chat_id, started=leave.again)
        result = {"message_id": sent.message_id, "poll_id": sent.poll_id}
        if message.document is not None or message.photo is not None:
            # Whoever rewrites it later must know that its words are a caption.
            result["captioned"] = True
        return Carried(sent.answer, result | ({"plain": True} if plain else {}))

    async def close(self) -> None:
        """Do nothing: the bot belongs to the process."""


def _message(row: OutboxRow, now: datetime) -> ChatMessage:
    if row.kind == "reply":
        message = from_json(row.facts)
    else:
        message = chat_copy(row.kind, row.facts, row.locale, now=now)
    repeat = POLICY[row.kind].in_doubt["telegram"]
    marked = row.doubted and repeat is not None and repeat.marked
    if marked and message.edits is None and message.poll is None:
        t = load(row.locale)
        again = t("(sent again)")
        return dataclasses.replace(message, text=f"{again}\n{message.text}")
    return message


def _ahead(pace: Pace | None) -> int:
    """Tell how many broadcasts leave in a few seconds at a pace; there is no sense in more."""
    if pace is None:
        return MOST_AHEAD
    a_second = [
        limit.most / limit.length.total_seconds()
        for limit in pace.limits("", BROADCAST)
        if not limit.of_address
    ]
    return max(LEAST_AHEAD, min(MOST_AHEAD, int(SECONDS_AHEAD * min(a_second, default=MOST_AHEAD))))


class MailCarrier:
    """Out through the mail server: a few kept connections, on each one mail after the other.

    Until a connection has been of use there is only one, so that a login that the server refuses
    is tried once, and not by each.
    """

    channel = "mail"
    # RFC 5321 section 4.5.3.2.6 lets a server think for ten minutes after the final dot.
    lease = timedelta(minutes=15)

    def __init__(
        self,
        *senders: MailSender,
        mail_from: str,
        pace: Pace | None = None,
        hours: WakingHours | None = None,
        public_url: str | None = None,
        plus: bool = False,
        sign: Callable[[bytes], bytes] | None = None,
        files: FileStore | None = None,
    ) -> None:
        self._files = files
        # The one that was used last is used next, so that few connections are kept when few
        # mails leave.
        self._idle = list(senders)
        self._senders = senders
        self._proven = False
        self._turns = Turns(pace, hours)
        self.ahead = _ahead(pace)
        self._mail_from = mail_from
        self._address = parse_mailbox(mail_from).address
        self._public_url = public_url
        self._plus = plus
        self._sign = sign

    @property
    def at_once(self) -> int:
        """One for each connection."""
        return len(self._senders) if self._proven else 1

    @property
    def broadcasts_at_once(self) -> int:
        """All connections but one, if there are several."""
        return max(1, self.at_once - 1)

    def limits(self, row: OutboxRow) -> list[Limit]:
        """List the limits of the mail server's contract."""
        return self._turns.limits(row)

    async def carry(self, row: OutboxRow, *, started: Started, now: datetime) -> Carried:
        """Send one mail; a repeated one has the same bytes and the same Message-ID."""
        async with self._turns.of(row, started=started, now=now) as leave:
            return await self._send(row, leave, now)

    async def _send(self, row: OutboxRow, leave: Leave, now: datetime) -> Carried:
        message_id = row.message_id or self._message_id(row)
        attached = await self._attached(row)
        body = row.body or self._bytes(row, message_id, now, attached)
        sender = self._idle.pop()
        try:
            answer = await sender.send(
                sender=mail_doors.answer_address(row.facts, self._address, plus=self._plus),
                recipient=row.address,
                data=body,
                # A file of megabytes is not kept a second time in every row.
                started=partial(self._leave, leave, message_id, None if attached else body),
            )
        except ChannelBroken:
            self._proven = False
            raise
        finally:
            self._idle.append(sender)
        return Carried(one_line(answer))

    async def _attached(self, row: OutboxRow) -> bytes | None:
        """Read the kept file that the facts name; raises FileMissing."""
        kept = row.facts.get("file")
        if not kept:
            return None
        if self._files is None:
            raise FileMissing(kept["stored"])
        try:
            return await self._files.read(kept["stored"])
        except FileGone:
            raise FileMissing(kept["stored"]) from None

    async def _leave(self, leave: Leave, message_id: str, body: bytes | None) -> None:
        self._proven = True
        await leave.now(message_id, body)

    def _message_id(self, row: OutboxRow) -> str:
        """Name a mail by the token of its answers, which stays; one without by its sending."""
        domain = self._address.rpartition("@")[2]
        named = mail_doors.message_id(row.facts, domain)
        return named or f"<outbox-{row.id}-{row.lease_token}@{domain}>"

    def _bytes(
        self, row: OutboxRow, message_id: str, now: datetime, attached: bytes | None
    ) -> bytes:
        post = Post(
            self._mail_from,
            row.address,
            message_id,
            now,
            public_url=self._public_url,
            plus=self._plus,
            attached=attached,
        )
        raw = mail_copy(row.kind, row.facts, row.locale, post)
        return self._sign(raw) if self._sign is not None else raw

    async def close(self) -> None:
        """Say goodbye to the mail server."""
        for sender in self._senders:
            await sender.close()
