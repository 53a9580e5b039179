"""Read the address of the mail server from one setting."""

from dataclasses import dataclass, field
from typing import Literal
from urllib.parse import SplitResult, unquote, urlsplit

from delivery.characters import has_controls
from texts.translator import mark

Security = Literal["none", "starttls", "tls"]
_SCHEMES: dict[str, tuple[Security, int]] = {
    "smtp": ("none", 25),
    "smtp+starttls": ("starttls", 587),
    "smtps": ("tls", 465),
}


class SmtpUrlWrong(ValueError):
    """The mail server's address must look like smtp+starttls://user:password@host:587."""

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(f"{self.__doc__} {reason}")


@dataclass(frozen=True)
class SmtpUrl:
    """Where and how mail is handed over; the password is not shown by repr."""

    host: str
    port: int
    security: Security
    username: str | None = None
    password: str | None = field(default=None, repr=False)

    @classmethod
    def parse(cls, text: str) -> "SmtpUrl":
        """Read smtp://, smtp+starttls:// or smtps://; user and password may be %-encoded."""
        parts = _split(text)
        security, usual_port = _SCHEMES[parts.scheme]
        return cls(
            host=parts.hostname or "",
            port=parts.port or usual_port,
            security=security,
            username=unquote(parts.username) if parts.username else None,
            password=unquote(parts.password) if parts.password else None,
        )

    def __str__(self) -> str:
        scheme = next(name for name, value in _SCHEMES.items() if value[0] == self.security)
        login = f"{self.username}:***@" if self.username else ""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{scheme}://{login}{host}:{self.port}"


def _split(text: str) -> SplitResult:
    if has_controls(text) or " " in text:
        raise SmtpUrlWrong(mark("It contains a space or a control character."))
    try:
        parts = urlsplit(text)
    except ValueError:
        raise SmtpUrlWrong(mark("The host cannot be read.")) from None
    if parts.scheme not in _SCHEMES:
        raise SmtpUrlWrong(mark("It must begin with smtp://, smtp+starttls:// or smtps://."))
    if parts.path not in {"", "/"} or parts.query or parts.fragment:
        raise SmtpUrlWrong(mark("Write / ? # in a user name or password as %2F %3F %23."))
    if not parts.hostname:
        raise SmtpUrlWrong(mark("The host is missing."))
    if not _has_usable_port(parts):
        raise SmtpUrlWrong(mark("The port must be a number from 1 to 65535."))
    if parts.password and not parts.username:
        raise SmtpUrlWrong(mark("A password needs a user name."))
    return parts


def _has_usable_port(parts: SplitResult) -> bool:
    try:
        return parts.port != 0
    except ValueError:
        return False
