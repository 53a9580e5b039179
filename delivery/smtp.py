"""Hand finished mails to the mail server and say exactly how far each one got.

This module knows nothing of content and decides nothing about retries. A sender keeps one
connection and gives it back to itself only after a clean SMTP answer; after a time-out, a lost
connection or a cancellation a late answer could be taken for the next mail's, so it is closed.
"""

import ssl
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from types import TracebackType
from typing import Self

from aiosmtplib import SMTP, SMTPAuthenticationError, SMTPException, SMTPResponseException

from delivery.characters import one_line
from delivery.failures import AddressRefused, DeliveryFailure, Permanent
from delivery.headers import is_address
from delivery.smtp_failures import AUTH, CONNECT, DATA, MAIL, RCPT, failure_at, told
from delivery.smtp_url import SmtpUrl

_MAILS_PER_CONNECTION = 50
_SECONDS_PER_CONNECTION = 60.0
_PROBE_AFTER_SECONDS = 1.0
_GOODBYE_SECONDS = 5.0
# An address literal: no name look-up, and no machine name told to the world.
_OUR_NAME = "[127.0.0.1]"
_SHUTTING_DOWN = 421
_TAKES_SENDER = frozenset({250})
# "Not local, but we forward it" is a yes as well (RFC 5321 section 3.4).
_TAKES_RECIPIENT = frozenset({250, 251})


@dataclass(frozen=True)
class SmtpTimeouts:
    """How many seconds each step may take.

    RFC 5321 asks for ten minutes after the final dot: giving up earlier makes duplicates.
    """

    connect: float = 30.0
    command: float = 60.0
    data: float = 600.0


@dataclass
class _Connection:
    client: SMTP
    opened_at: float
    used_at: float
    mails: int = 0
    envelope_open: bool = False


class MailSender:
    """Send mails one after the other over one kept connection; one task owns a sender."""

    def __init__(
        self,
        url: SmtpUrl,
        *,
        clock: Callable[[], float] = time.monotonic,
        timeouts: SmtpTimeouts | None = None,
        tls_context: ssl.SSLContext | None = None,
    ) -> None:
        self._url = url
        self._clock = clock
        self._timeouts = timeouts or SmtpTimeouts()
        self._tls_context = tls_context
        self._idle: _Connection | None = None

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self.close()

    async def send(
        self,
        *,
        sender: str,
        recipient: str,
        data: bytes,
        started: Callable[[], Awaitable[None]],
    ) -> str:
        """Send one mail and return the server's answer, or raise a DeliveryFailure.

        1. The envelope is offered; whatever fails here, nothing was accepted.
        2. `started` is awaited; what it raises goes to the caller and nothing has left.
        3. The bytes leave; only an SMTP answer tells how it ended, all else is OutcomeUnknown.

        Never put a time limit around this call: a cancelled third step cannot be known.
        """
        _refuse_unsafe(sender, recipient)
        connection = await self._connection()
        reusable = False
        try:
            connection.envelope_open = True
            await _offer(connection.client, sender, recipient)
            await started()
            answer = await _transfer(connection.client, data, self._timeouts.data)
            connection.envelope_open = False
            reusable = True
        except DeliveryFailure as failure:
            reusable = _is_clean_answer(failure.__cause__)
            raise
        finally:
            self._keep_or_close(connection, reusable=reusable)
        return answer

    async def check(self) -> str:
        """Connect, log in and leave again, for diagnosis; return the server's last answer."""
        connection = await self._connect()
        try:
            answer = await connection.client.quit(timeout=_GOODBYE_SECONDS)
        except SMTPException as error:
            return told(error)
        finally:
            connection.client.close()
        return one_line(f"{answer.code} {answer.message}")

    async def close(self) -> None:
        """Say goodbye to the server if a connection is kept."""
        if self._idle is not None:
            connection, self._idle = self._idle, None
            await _leave(connection.client)

    async def _connection(self) -> _Connection:
        connection, self._idle = self._idle, None
        if connection is None:
            return await self._connect()
        if not self._is_fresh(connection):
            await _leave(connection.client)
            return await self._connect()
        if not await self._is_alive(connection):
            connection.client.close()
            return await self._connect()
        return connection

    def _is_fresh(self, connection: _Connection) -> bool:
        age = self._clock() - connection.opened_at
        return connection.mails < _MAILS_PER_CONNECTION and age < _SECONDS_PER_CONNECTION

    async def _is_alive(self, connection: _Connection) -> bool:
        """Clear the envelope of a refused mail; the same command finds out about a dead peer."""
        if not connection.client.is_connected:
            return False
        rested = self._clock() - connection.used_at
        if not connection.envelope_open and rested < _PROBE_AFTER_SECONDS:
            return True
        try:
            await connection.client.rset(timeout=_GOODBYE_SECONDS)
        except (SMTPException, OSError):
            return False
        except BaseException:
            connection.client.close()
            raise
        connection.envelope_open = False
        return True

    async def _connect(self) -> _Connection:
        client = SMTP(
            hostname=self._url.host,
            port=self._url.port,
            username=self._url.username,
            password=self._url.password,
            local_hostname=_OUR_NAME,
            use_tls=self._url.security == "tls",
            start_tls=self._url.security == "starttls",
            tls_context=self._tls_context,
            timeout=self._timeouts.command,
        )
        try:
            await client.connect(timeout=self._timeouts.connect)
            if client.is_ehlo_or_helo_needed:
                await client.ehlo()
        except SMTPAuthenticationError as error:
            failure = type(failure_at(AUTH, error))
            raise failure(f"The mail server refuses our login: {told(error)}") from error
        except (SMTPException, OSError, ValueError) as error:
            failure = type(failure_at(CONNECT, error))
            raise failure(f"No connection to {self._url}: {told(error)}") from error
        now = self._clock()
        return _Connection(client, opened_at=now, used_at=now)

    def _keep_or_close(self, connection: _Connection, *, reusable: bool) -> None:
        connection.mails += 1
        connection.used_at = self._clock()
        if reusable and self._idle is None:
            self._idle = connection
        else:
            connection.client.close()


def _refuse_unsafe(sender: str, recipient: str) -> None:
    """Keep from the wire what aiosmtplib would rewrite into another address or choke on."""
    if not is_address(sender):
        raise Permanent(f"Our own address cannot stand in an envelope: {sender!r}")
    if not is_address(recipient):
        raise AddressRefused(f"The address cannot stand in an envelope: {recipient!r}")


async def _offer(client: SMTP, sender: str, recipient: str) -> None:
    # What _refuse_unsafe let pass stands here as it is; the library's own mail() and rcpt() would
    # read both addresses once more, for a sixth of the time of a mail.
    envelope = (
        (MAIL, f"FROM:<{sender}>", _TAKES_SENDER),
        (RCPT, f"TO:<{recipient}>", _TAKES_RECIPIENT),
    )
    for step, address, yes in envelope:
        try:
            answer = await client.execute_command(step.encode("ascii"), address.encode("ascii"))
            if answer.code not in yes:
                raise SMTPResponseException(answer.code, answer.message)
        except (SMTPException, OSError) as error:
            raise failure_at(step, error) from error


async def _transfer(client: SMTP, data: bytes, seconds: float) -> str:
    try:
        response = await client.data(data, timeout=seconds)
    except (SMTPException, OSError, RuntimeError, ValueError) as error:
        raise failure_at(DATA, error) from error
    return one_line(f"{response.code} {response.message}")


def _is_answer(error: BaseException | None) -> bool:
    return isinstance(error, SMTPResponseException) and error.code in range(400, 600)


def _is_clean_answer(error: BaseException | None) -> bool:
    return (
        isinstance(error, SMTPResponseException)
        and _is_answer(error)
        and error.code != _SHUTTING_DOWN
    )


async def _leave(client: SMTP) -> None:
    try:
        if client.is_connected:
            await client.quit(timeout=_GOODBYE_SECONDS)
    except (SMTPException, OSError):
        pass  # the mails are accepted; how the peer hangs up changes nothing
    finally:
        client.close()
