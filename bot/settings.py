"""What an operator can set: `AKADEMIA_*` variables, from the environment or a `.env` file.

docs/reference/settings.md describes each of them; a test holds the two together.
"""

import os
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import time
from difflib import get_close_matches
from email.utils import parseaddr
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import SplitResult, urlsplit
from zoneinfo import ZoneInfo

from pydantic import BeforeValidator, Field, SecretStr, ValidationError
from pydantic_settings import (
    BaseSettings,
    DotEnvSettingsSource,
    EnvSettingsSource,
    NoDecode,
    SettingsConfigDict,
)

from bot.sayable import Clause, Sayable
from bot.web_bind import WebBind, read_bind
from delivery.smtp_url import SmtpUrl, SmtpUrlWrong
from handlers.mail.imap_url import ImapEndingUnknown, ImapLoginMissing, ImapUrl
from programme.quiet_hours import DAILY_CAP, QuietHours
from programme.summaries import SUMMARY_AT
from texts.translator import mark

PREFIX = "AKADEMIA_"
EXAMPLES = {
    "telegram_token": "123456789:AAfrom-BotFather",
    "telegram_api_url": "https://api.telegram.org",
    "data_dir": "/var/lib/akademia",
    "database_url": "postgresql+asyncpg://akademia:password@127.0.0.1/akademia",
    "smtp_url": "smtp+starttls://user:password@mail.example.org:587",
    "mail_from": "Akademia <akademia@example.org>",
    "mail_per_minute": "30",
    "mail_per_day": "10000",
    "mail_plus": "yes",
    "dkim_key": "/etc/akademia/dkim.pem",
    "dkim_selector": "akademia",
    "imap_url": "imaps://user:password@mail.example.org",
    "maildir": "/var/mail/akademia",
    "public_url": "https://akademia.example.org",
    "timezone": "Europe/Warsaw",
    "quiet_hours": "20:00-08:00",
    "daily_cap": "3",
    "summary_at": "08:30",
    "second_eyes": "100",
    "telegram_door": "webhook",
    "web_bind": "127.0.0.1:8081",
    "log_format": "json",
}
POLLING, WEBHOOK = "polling", "webhook"
TEXT, JSON = "text", "json"
YES, NO = "yes", "no"
TELEGRAM = "https://api.telegram.org"
# https://core.telegram.org/bots/api#setwebhook
WEBHOOK_PORTS = (443, 80, 88, 8443)
OTHERS_MAY_READ = 0o004
NOT_SET = "(not set)"


class WrongSettings(Exception):
    """The settings cannot be used; each sentence names one variable and what is wrong with it."""

    def __init__(self, sentences: list[str]) -> None:
        super().__init__("\n".join(sentences))
        self.sentences = sentences


def _address(text: str, schemes: list[str]) -> SplitResult:
    try:
        parts = urlsplit(text)
    except ValueError:
        # The library's own sentence would show the password.
        raise ValueError(Sayable(mark("cannot be read as an address"))) from None
    if parts.scheme not in schemes:
        listed = ", ".join(f"{scheme}://" for scheme in schemes)
        raise ValueError(Sayable(mark("must begin with one of %(listed)s"), listed=listed))
    return parts


def _token(text: str) -> str:
    if not re.fullmatch(r"\d+:[\w-]+", text, re.ASCII):
        raise ValueError(
            Sayable(mark("must be digits, a colon and the rest, as BotFather gave it"))
        )
    return text


def _web_address(text: str) -> str:
    parts = _address(text, ["https", "http"])
    if not parts.hostname:
        raise ValueError(Sayable(mark("names no server")))
    try:
        _ = parts.port
    except ValueError:
        raise ValueError(Sayable(mark("has a port that cannot be"))) from None
    return text.rstrip("/")


def _database_address(text: str) -> str:
    parts = _address(text, ["sqlite", "sqlite+aiosqlite", "postgresql", "postgresql+asyncpg"])
    if not parts.path.strip("/"):
        raise ValueError(Sayable(mark("names no database")))
    return text


def _smtp(text: str) -> SmtpUrl:
    try:
        return SmtpUrl.parse(text)
    except SmtpUrlWrong as error:
        reason = Clause(error.reason)
        raise ValueError(Sayable(mark("cannot be used: %(reason)s"), reason=reason)) from None


def _imap(text: str) -> str:
    if not _address(text, ["imaps", "imap+starttls", "imap"]).hostname:
        raise ValueError(Sayable(mark("names no server")))
    try:
        ImapUrl.parse(text)
    except ImapLoginMissing:
        raise ValueError(Sayable(mark("names no user, or no password"))) from None
    except ImapEndingUnknown:
        raise ValueError(Sayable(mark("may end with ?move=Folder and with nothing else"))) from None
    except ValueError:
        raise ValueError(Sayable(mark("has a port that cannot be"))) from None
    return text


def _sender(text: str) -> str:
    _, address = parseaddr(text)
    if not re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s]+", address) or "\n" in text:
        raise ValueError(
            Sayable(mark("must be one e-mail address, with a name before it or without"))
        )
    return text


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (LookupError, ValueError, OSError):
        raise ValueError(Sayable(mark("names no time zone that is known here"))) from None


def _quiet_hours(text: str) -> QuietHours:
    try:
        begins, ends = (
            time.fromisoformat(part.strip().zfill(5)) for part in re.split("[-–—]", text)
        )
    except ValueError:
        raise ValueError(Sayable(mark("must be two times of day with a dash between"))) from None
    return QuietHours(begins, ends)


def _hour_or_no(text: str) -> time | None:
    if text == NO:
        return None
    try:
        return time.fromisoformat(text.strip().zfill(5)).replace(second=0, microsecond=0)
    except ValueError:
        raise ValueError(Sayable(mark("must be a time of day, or %(no)s"), no=NO)) from None


def _door(text: str) -> str:
    if text not in (POLLING, WEBHOOK):
        raise ValueError(Sayable(mark("must be %(one)s or %(other)s"), one=POLLING, other=WEBHOOK))
    return text


def _log_format(text: str) -> str:
    if text not in (TEXT, JSON):
        raise ValueError(Sayable(mark("must be %(one)s or %(other)s"), one=TEXT, other=JSON))
    return text


def _yes_or_no(text: str) -> bool:
    if text not in (YES, NO):
        raise ValueError(Sayable(mark("must be %(one)s or %(other)s"), one=YES, other=NO))
    return text == YES


def _selector(text: str) -> str:
    if not re.fullmatch(r"[a-z0-9]([a-z0-9-]*[a-z0-9])?", text, re.ASCII | re.IGNORECASE):
        raise ValueError(Sayable(mark("must be letters, digits and dashes")))
    return text


def _amount(text: str) -> int:
    if not re.fullmatch(r"0*[1-9]\d{0,6}", text, re.ASCII):
        raise ValueError(Sayable(mark("must be a whole number, at least 1")))
    return int(text)


def _count(text: str) -> int:
    if not re.fullmatch(r"\d{1,7}", text, re.ASCII):
        raise ValueError(Sayable(mark("must be a whole number, 0 or more")))
    return int(text)


def _from_text(read: Callable[[str], Any]) -> BeforeValidator:
    return BeforeValidator(lambda value: read(value) if isinstance(value, str) else value)


def _file_in(data: dict[str, Any]) -> SecretStr:
    return SecretStr(f"sqlite+aiosqlite:///{data['data_dir'] / 'akademia.db'}")


class Settings(BaseSettings):
    """All settings, read once at start; secrets do not show when this is printed."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX,
        env_ignore_empty=True,
        extra="ignore",
        frozen=True,
        hide_input_in_errors=True,
    )

    telegram_token: Annotated[SecretStr, _from_text(_token)] | None = None
    telegram_api_url: Annotated[str, _from_text(_web_address)] = TELEGRAM
    data_dir: Path = Path("data")
    database_url: Annotated[SecretStr, _from_text(_database_address)] = Field(
        default_factory=_file_in
    )
    smtp_url: Annotated[SmtpUrl | None, NoDecode, _from_text(_smtp)] = None
    mail_from: Annotated[str, _from_text(_sender)] | None = None
    mail_per_minute: Annotated[int, _from_text(_amount)] = 30
    mail_per_day: Annotated[int, _from_text(_amount)] = 10_000
    mail_plus: Annotated[bool, NoDecode, _from_text(_yes_or_no)] = False
    dkim_key: Path | None = None
    dkim_selector: Annotated[str, _from_text(_selector)] = "akademia"
    imap_url: Annotated[SecretStr, _from_text(_imap)] | None = None
    maildir: Path | None = None
    public_url: Annotated[str, _from_text(_web_address)] | None = None
    timezone: Annotated[ZoneInfo, _from_text(_zone)] = ZoneInfo("Europe/Warsaw")
    quiet_hours: Annotated[QuietHours, NoDecode, _from_text(_quiet_hours)] = QuietHours()
    daily_cap: Annotated[int, _from_text(_count)] = DAILY_CAP
    summary_at: Annotated[time | None, NoDecode, _from_text(_hour_or_no)] = SUMMARY_AT
    second_eyes: Annotated[int, _from_text(_count)] = 100
    telegram_door: Annotated[str, _from_text(_door)] = POLLING
    web_bind: Annotated[WebBind, NoDecode, _from_text(read_bind)] = WebBind("127.0.0.1", 8081)
    log_format: Annotated[str, _from_text(_log_format)] = TEXT

    @property
    def quiet(self) -> QuietHours:
        """When nobody is disturbed, and how often anybody is at most."""
        return replace(self.quiet_hours, most_a_day=self.daily_cap)

    @property
    def has_web_port(self) -> bool:
        """Whether a process that does everything also listens on the web port."""
        is_bound = "web_bind" in self.model_fields_set
        return self.telegram_door == WEBHOOK or is_bound or self.public_url is not None

    @property
    def files_folder(self) -> Path:
        """The folder of blanks and of documents that people hand in."""
        return self.data_dir / "files"

    def require(self, *names: str) -> None:
        """Refuse with one sentence for each of the named settings that is missing."""
        missing = [name for name in names if getattr(self, name) is None]
        if missing:
            raise WrongSettings([_sentence(name, Sayable(mark("is missing"))) for name in missing])


def read_settings(env_file: Path = Path(".env")) -> Settings:
    """Read the environment and, below it, the file; raise WrongSettings with all that is wrong."""
    _check_who_reads(env_file)
    wrong = _unknown_names(env_file)
    options: dict[str, Any] = {"_env_file": env_file}
    try:
        settings = Settings(**options)
    except ValidationError as error:
        wrong += [
            _sentence(str(found["loc"][0]), _reason(dict(found)))
            for found in error.errors()
            if found["type"] != "default_factory_not_called"  # it only follows from another
        ]
        raise WrongSettings(wrong) from None
    if settings.smtp_url and not settings.mail_from:
        wrong.append(
            _sentence("mail_from", Sayable(mark("is missing, although mail is to be sent")))
        )
    if settings.telegram_door == WEBHOOK:
        wrong += _wrong_for_telegram(settings)
    if wrong:
        raise WrongSettings(wrong)
    return settings


def _wrong_for_telegram(settings: Settings) -> list[str]:
    """Say why Telegram cannot deliver; a Bot API server of one's own delivers anywhere."""
    if settings.public_url is None:
        reason = Sayable(mark("is missing, although Telegram is to deliver there"))
        return [_sentence("public_url", reason)]
    address = urlsplit(settings.public_url)
    if settings.telegram_api_url != TELEGRAM:
        return []
    if address.scheme != "https":
        reason = Sayable(mark("must begin with https://, or Telegram does not deliver"))
        return [_sentence("public_url", reason)]
    if (address.port or 443) not in WEBHOOK_PORTS:
        ports = ", ".join(str(port) for port in WEBHOOK_PORTS)
        reason = Sayable(mark("must have one of the ports %(ports)s for Telegram"), ports=ports)
        return [_sentence("public_url", reason)]
    return []


def masked(settings: Settings) -> list[tuple[str, str]]:
    """List every variable with its value, fit for a screen that others see too."""
    rows = []
    for name in Settings.model_fields:
        value = getattr(settings, name)
        rows.append((PREFIX + name.upper(), _shown(value)))
    return rows


def close_files_to_others() -> None:
    """Let every file that is made from now on be readable by our own user alone."""
    os.umask(0o077)


def _check_who_reads(env_file: Path) -> None:
    if not env_file.exists():
        return
    if env_file.stat().st_mode & OTHERS_MAY_READ:
        words = mark(
            "%(file)s can be read by every user of this machine: run `chmod 600 %(file)s`."
        )
        raise WrongSettings([Sayable(words, file=env_file)])
    if not os.access(env_file, os.R_OK):
        words = mark("%(file)s cannot be read by this user: ask who made it.")
        raise WrongSettings([Sayable(words, file=env_file)])


def _unknown_names(env_file: Path) -> list[str]:
    known = [PREFIX + name.upper() for name in Settings.model_fields]
    from_file = DotEnvSettingsSource(Settings, env_file=env_file).env_vars
    given = {name.upper() for name in (*EnvSettingsSource(Settings).env_vars, *from_file)}
    sentences: list[str] = []
    words = mark("%(name)s is not a setting: the nearest name is %(near)s.")
    for name in sorted(name for name in given - set(known) if name.startswith(PREFIX)):
        near = get_close_matches(name, known, n=1, cutoff=0)[0]
        sentences.append(Sayable(words, name=name, near=near))
    return sentences


def _sentence(name: str, reason: str) -> str:
    variable = PREFIX + name.upper()
    words = mark("%(variable)s %(reason)s, for example %(variable)s=%(example)s")
    return Sayable(words, variable=variable, reason=reason, example=EXAMPLES[name])


def _reason(error: dict[str, Any]) -> str:
    told = error.get("ctx", {}).get("error")
    if isinstance(told, ValueError) and isinstance(told.args[0], str):
        return told.args[0]
    return Sayable(mark("cannot be read"))


def _shown(value: object) -> str:
    match value:
        case None:
            return NOT_SET
        case QuietHours(begins=begins, ends=ends):
            return f"{begins:%H:%M}–{ends:%H:%M}"
        case bool():
            return YES if value else NO
        case time():
            return f"{value:%H:%M}"
        case SecretStr():
            secret = value.get_secret_value()
            is_address = "://" in secret
            return _without_secrets(secret) if is_address else f"{secret.partition(':')[0]}:***"
        case _:
            return _without_secrets(str(value))


def _without_secrets(text: str) -> str:
    text = re.sub(r"(?<=://)[^/]*@", "***@", text)
    return re.sub(r"(?i)([?&][^=&]*(?:pass|secret|key)[^=&]*=)[^&]*", r"\1***", text)
