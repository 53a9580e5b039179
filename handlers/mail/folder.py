"""One open folder of a mailbox, and the few things that are asked of it, each within a time limit.

Nothing here decides anything. A connection on which a step took too long is not used again: a
late answer could be taken for the next step's.
"""

import asyncio
import re
import ssl
from collections.abc import AsyncGenerator, Awaitable, Iterable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from typing import Any, TypeVar

from aioimaplib import AioImapException

from delivery.redaction import without_addresses
from handlers.mail.imap_protocol import Client, TlsRefused
from handlers.mail.imap_url import ImapUrl, quoted, wire_name

# Answers to a login that say nothing against the password (RFC 5530).
PASSING = ("[UNAVAILABLE]", "[INUSE]", "[LIMIT]", "[SERVERBUG]")
_UID = re.compile(rb"\bUID (\d+)")
_SIZE = re.compile(rb"\bRFC822\.SIZE (\d+)")
Answer = TypeVar("Answer")


class MailboxAway(Exception):
    """The mail server cannot be reached, does not answer, or hangs up; it is tried again."""


class MailboxRefused(Exception):
    """The mail server does not accept our password, or has no such folder."""


class CertificateUnknown(MailboxAway):
    """The mail server shows a certificate that this machine does not trust."""


class StepRefused(Exception):
    """The mail server answered NO to something that it must be able to do."""


@dataclass(frozen=True)
class Limits:
    """How many seconds each step may take, and how long nobody is asked whether they live."""

    connect: float = 30.0
    command: float = 60.0
    # Without a single byte; and for a whole mail.
    silence: float = 60.0
    fetch: float = 600.0
    # RFC 2177 says at most 29 minutes; many routers forget a silent connection sooner.
    idle: float = 540.0
    # For servers that cannot tell of new mail by themselves.
    look: float = 60.0


class Folder:
    """An open folder; made by `opened`."""

    def __init__(self, client: Client, limits: Limits, said: Iterable[bytes]) -> None:
        self._client = client
        self._limits = limits
        told = b"\n".join(bytes(line) for line in said)
        self.uidvalidity = _number(rb"UIDVALIDITY (\d+)", told)
        self.next_uid = _number(rb"UIDNEXT (\d+)", told)
        if not self.uidvalidity:
            raise MailboxAway("The mail server does not number its mails (no UIDVALIDITY).")

    async def learn_next_uid(self) -> None:
        """Find out which number the next mail will have at least, where nobody has told it."""
        newest = self._client.protocol.search("*", charset=None, by_uid=True)
        answer = await self._step(newest, self._limits.command)
        # Some servers say BAD to this when the folder is empty.
        self.next_uid = max(_uids(answer), default=0) + 1

    async def search(self, first: int, last: int | None, *, words: str = "") -> list[int]:
        """Give the UIDs of a range, in order; up to the newest mail when `last` is None."""
        asked = ("UID", f"{first}:{'*' if last is None else last}", *words.split())
        answer = await self._step(
            self._client.protocol.search(*asked, charset=None, by_uid=True), self._limits.command
        )
        _insist(answer, "SEARCH")
        # "*" is the newest mail, even where its number is below the first.
        return sorted(uid for uid in _uids(answer) if uid >= first)

    async def sizes(self, uids: list[int]) -> dict[int, int]:
        """Tell how many bytes these mails have; those that are gone by now are left out."""
        answer = await self._fetch(uids, "(UID RFC822.SIZE)")
        found = {}
        for line in answer.lines:
            uid, size = _UID.search(bytes(line)), _SIZE.search(bytes(line))
            if uid and size:
                found[int(uid[1])] = int(size[1])
        return {uid: found[uid] for uid in uids if uid in found}

    async def contents(self, uids: list[int], *, most: int) -> dict[int, bytes]:
        """Give the bytes of mails, at most so many of each, without marking them as read."""
        answer = await self._fetch(uids, f"(UID BODY.PEEK[]<0.{most}>)")
        found: dict[int, bytes] = {}
        # The UID stands before the bytes, or behind them; the bytes alone are a bytearray.
        uid, content = None, None
        for line in answer.lines:
            if isinstance(line, bytearray):
                content = bytes(line)
            elif match := _UID.search(line):
                uid = int(match[1])
            if uid is not None and content is not None:
                found[uid] = content
                uid, content = None, None
            elif not isinstance(line, bytearray) and line.rstrip().endswith(b")"):
                uid, content = None, None
        return {one: found[one] for one in uids if one in found}

    async def mark_read(self, uids: list[int]) -> None:
        """Flag mails as read."""
        for some in _ranges(uids):
            store = self._client.protocol.store(some, r"+FLAGS.SILENT (\Seen)", by_uid=True)
            _insist(await self._step(store, self._limits.command), "STORE")

    async def move(self, uids: list[int], folder: str) -> None:
        """Move mails into another folder; where the server cannot, copy and mark as deleted."""
        wire, name = self._client.protocol, wire_name(folder)
        for some in _ranges(uids):
            if "MOVE" in wire.capabilities:
                moved = wire.move(some, name, by_uid=True)
                _insist(await self._step(moved, self._limits.command), "MOVE")
                continue
            copied = wire.copy(some, name, by_uid=True)
            _insist(await self._step(copied, self._limits.command), "COPY")
            gone = wire.store(some, r"+FLAGS.SILENT (\Deleted)", by_uid=True)
            _insist(await self._step(gone, self._limits.command), "STORE")

    async def has_beside(self, folder: str) -> bool:
        """Tell whether there is another folder of this name."""
        asked = self._client.protocol.simple_command("STATUS", wire_name(folder), "(UIDNEXT)")
        return bool((await self._step(asked, self._limits.command)).result == "OK")

    def hear_nothing_yet(self) -> None:
        """Forget what the server has told so far; before a search, so that nothing is missed."""
        self._client.protocol.news.clear()

    async def wait(self) -> None:
        """Return when the server tells of new mail, or when it is time to look again anyway."""
        wire, limits = self._client.protocol, self._limits
        if wire.news.is_set():
            return
        if "IDLE" not in wire.capabilities:
            with suppress(TimeoutError):
                await self._until(wire.news.wait(), limits.look)
            _insist(await self._step(self._client.noop(), limits.command), "NOOP")
            return
        idle = await self._step(self._client.idle_start(limits.idle * 2), limits.command)
        with suppress(TimeoutError):
            await self._until(wire.news.wait(), limits.idle)
        # Only an answer to this shows that somebody was there all the time.
        self._client.idle_done()
        _insist(await self._step(idle, limits.command), "IDLE")
        while not wire.idle_queue.empty():
            wire.idle_queue.get_nowait()

    async def _fetch(self, uids: list[int], what: str) -> Any:
        wanted = ",".join(map(str, uids))
        fetch = self._client.protocol.fetch(wanted, what, by_uid=True, timeout=self._limits.silence)
        answer = await self._step(fetch, self._limits.fetch)
        _insist(answer, "FETCH")
        return answer

    async def _step(self, work: Awaitable[Answer], seconds: float) -> Answer:
        try:
            return await self._until(work, seconds)
        except TimeoutError:
            raise MailboxAway("The mail server does not answer.") from None
        except (AioImapException, OSError, ValueError) as error:
            raise MailboxAway(type(error).__name__) from error

    async def _until(self, work: Awaitable[Answer], seconds: float) -> Answer:
        return await _unless_lost(self._client, work, seconds)


async def _unless_lost(client: Client, work: Awaitable[Answer], seconds: float) -> Answer:
    """Wait for a step; raises TimeoutError, and MailboxAway as soon as the connection is lost."""
    step = asyncio.ensure_future(work)
    lost = asyncio.ensure_future(client.protocol.lost.wait())
    try:
        async with asyncio.timeout(seconds):
            await asyncio.wait({step, lost}, return_when=asyncio.FIRST_COMPLETED)
        if not step.done():
            raise MailboxAway("The mail server has hung up.")
        return step.result()
    finally:
        client.leave_off(step)
        client.leave_off(lost)


@asynccontextmanager
async def opened(
    url: ImapUrl, *, limits: Limits | None = None, tls_context: ssl.SSLContext | None = None
) -> AsyncGenerator[Folder]:
    """Connect, log in and open the folder; raises MailboxAway or MailboxRefused."""
    limits = limits or Limits()
    context = None
    if url.security != "none":
        context = tls_context or ssl.create_default_context()
    direct = context if url.security == "tls" else None
    client = Client(url.host, url.port, timeout=limits.command, ssl_context=direct)
    try:
        folder = await _enter(client, url, limits, context)
        yield folder
        with suppress(TimeoutError, MailboxAway, AioImapException, OSError):
            await _unless_lost(client, client.logout(), limits.command)
    finally:
        await client.close_down()


async def _enter(
    client: Client, url: ImapUrl, limits: Limits, context: ssl.SSLContext | None
) -> Folder:
    try:
        await _unless_lost(client, client.wait_hello_from_server(), limits.connect)
        if url.security == "starttls" and context is not None:
            await _unless_lost(client, client.start_tls(context), limits.connect)
        login = client.protocol.login(quoted(url.username), url.password)
        answer = await _unless_lost(client, login, limits.command)
        if answer.result != "OK":
            said = _said(answer)
            passing = any(word in said.upper() for word in PASSING)
            raise (MailboxAway if passing else MailboxRefused)(said)
        # What can be done after the login is not always what was told before it.
        await _unless_lost(client, client.protocol.capability(), limits.command)
        select = client.protocol.select(wire_name(url.folder))
        answer = await _unless_lost(client, select, limits.command)
        if answer.result != "OK":
            raise MailboxRefused(_said(answer))
    except TlsRefused:
        raise MailboxAway("The mail server does not begin to encrypt (STARTTLS).") from None
    except TimeoutError:
        raise MailboxAway("The mail server does not answer.") from None
    except ssl.SSLCertVerificationError as error:
        raise CertificateUnknown(without_addresses(error.verify_message)) from error
    except (AioImapException, OSError, ValueError) as error:
        raise MailboxAway(f"{type(error).__name__}: {without_addresses(str(error))}") from error
    folder = Folder(client, limits, answer.lines)
    if not folder.next_uid:
        await folder.learn_next_uid()
    return folder


def _said(answer: Any) -> str:
    words = b" ".join(bytes(line) for line in answer.lines[-1:])
    return without_addresses(words.decode("utf-8", "replace"))


def _insist(answer: Any, step: str) -> None:
    if answer.result != "OK":
        raise StepRefused(f"{step}: {_said(answer)}")


def _uids(answer: Any) -> set[int]:
    # The last line says that the search is over.
    lines = (bytes(line) for line in answer.lines[:-1])
    return {int(word) for line in lines for word in line.split() if word.isdigit()}


def _number(pattern: bytes, told: bytes) -> int:
    found = re.search(pattern, told)
    return int(found[1]) if found else 0


def _ranges(uids: list[int], most: int = 100) -> Iterable[str]:
    for start in range(0, len(uids), most):
        yield ",".join(map(str, uids[start : start + most]))
