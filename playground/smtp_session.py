import asyncio
import socket
import struct
from collections.abc import Awaitable, Callable
from typing import Any, Protocol

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from playground.mishaps import Mishap

Verb = Callable[[str | None], Awaitable[None]]
# Linger with zero seconds: closing such a socket sends RST instead of FIN.
RESET_ON_CLOSE = struct.pack("ii", 1, 0)


class SessionOwner(Protocol):
    """What a session asks of the mailbox it belongs to."""

    user: str
    password: str
    commands: list[str]

    def take_mishap(self, phase: str, argument: str) -> Mishap | None:
        """Return what goes wrong now, if anything."""

    def keep(self, sender: str, recipients: list[str], raw: bytes) -> None:
        """Count one mail as accepted."""

    def session_begins(self, session: "SmtpSession") -> None:
        """Note an open connection."""

    def session_ends(self, session: "SmtpSession") -> None:
        """Forget a closed connection."""

    async def released(self) -> None:
        """Wait until hanging sessions may go on."""


class _QuietSession(Session):
    # The library's property logs a deprecation on every successful login.
    login_data = None


class SmtpSession(SMTP):
    """One SMTP connection that asks the mailbox before each answer whether to misbehave."""

    def __init__(self, owner: SessionOwner, loop: asyncio.AbstractEventLoop) -> None:
        super().__init__(
            self,
            hostname="mail.example.org",
            ident="ESMTP",
            enable_SMTPUTF8=True,
            auth_required=False,
            auth_require_tls=False,
            authenticator=self._check_login,
            loop=loop,
        )
        self._owner = owner
        self._auth_required = bool(owner.user)
        self._smtp_methods = {
            verb: self._watched(verb, method) for verb, method in self._smtp_methods.items()
        }

    def _create_session(self) -> Session:
        return _QuietSession(self.loop)

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Note the connection before the greeting goes out."""
        self._owner.session_begins(self)
        super().connection_made(transport)

    def connection_lost(self, error: Exception | None) -> None:
        """Forget the connection."""
        self._owner.session_ends(self)
        super().connection_lost(error)

    async def _handle_client(self) -> None:
        mishap = self._owner.take_mishap("CONNECT", "")
        if mishap is not None:
            await self._strike(mishap)
        if mishap is None or mishap.deed == "hang":
            await super()._handle_client()
        else:
            self.abort()

    async def handle_DATA(  # noqa: N802 - the library looks this hook up by its name
        self,
        _server: SMTP,
        _session: Session,
        envelope: Envelope,
    ) -> str:
        """Take the mail after the final dot, unless a mishap is due."""
        mishap = self._owner.take_mishap("END", "")
        if mishap is None or mishap.keep:
            sender, raw = envelope.mail_from or "", envelope.original_content or b""
            self._owner.keep(sender, list(envelope.rcpt_tos), raw)
        if mishap is None:
            return "250 2.0.0 OK"
        return await self._strike_after_dot(mishap)

    async def handle_exception(self, error: Exception) -> str:
        """Answer for a fault in the session itself."""
        return f"500 {type(error).__name__}"

    def abort(self) -> None:
        """Close the connection at once."""
        if self.transport is not None:
            self.transport.close()

    def _watched(self, verb: str, method: Verb) -> Verb:
        phase = "EHLO" if verb == "HELO" else verb

        async def ask_first(argument: str | None) -> None:
            self._owner.commands.append(f"{verb} {argument}" if argument else verb)
            mishap = self._owner.take_mishap(phase, argument or "")
            if mishap is not None:
                await self._strike(mishap)
            if mishap is None or mishap.deed == "hang":
                await method(argument)

        return ask_first

    async def _strike(self, mishap: Mishap) -> None:
        if mishap.deed == "answer":
            await self.push(f"{mishap.code} {mishap.text}")
        elif mishap.deed == "hang":
            await self._owner.released()
        else:
            await self._lose(mishap)

    async def _strike_after_dot(self, mishap: Mishap) -> str:
        if mishap.deed == "answer":
            return f"{mishap.code} {mishap.text}"
        if mishap.deed == "hang":
            await self._owner.released()
            return "250 2.0.0 OK"
        await self._lose(mishap)
        return ""

    async def _lose(self, mishap: Mishap) -> None:
        if self.transport is None:
            return
        if mishap.deed == "half" and isinstance(self.transport, asyncio.WriteTransport):
            self.transport.write(b"25")
        if mishap.deed == "reset":
            connection: socket.socket = self.transport.get_extra_info("socket")
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET_ON_CLOSE)
        self.abort()
        # Closing cancels this very task; waiting here keeps a late answer from being written.
        await asyncio.Event().wait()

    def _check_login(self, *details: Any) -> AuthResult:
        login = details[-1]
        right = isinstance(login, LoginPassword) and (login.login, login.password) == (
            self._owner.user.encode(),
            self._owner.password.encode(),
        )
        return AuthResult(success=right, handled=False, auth_data=login)
