import os
import re
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bot.settings import (
    EXAMPLES,
    Settings,
    WrongSettings,
    close_files_to_others,
    masked,
    read_settings,
)
from delivery.smtp_url import SmtpUrl, SmtpUrlWrong

NO_FILE = Path("there-is-no-such-file")


@pytest.fixture(autouse=True)
def _clean_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.upper().startswith("AKADEMIA_")]:
        monkeypatch.delenv(name)


def _sentences(file: Path = NO_FILE) -> list[str]:
    with pytest.raises(WrongSettings) as caught:
        read_settings(file)
    return caught.value.sentences


def _private_file(folder: Path, content: str) -> Path:
    file = folder / ".env"
    file.write_text(content, encoding="utf-8")
    file.chmod(0o600)
    return file


def test_read_settings_without_any_takes_the_defaults() -> None:
    settings = read_settings(NO_FILE)

    assert masked(settings) == [
        ("AKADEMIA_TELEGRAM_TOKEN", "(not set)"),
        ("AKADEMIA_TELEGRAM_API_URL", "https://api.telegram.org"),
        ("AKADEMIA_DATA_DIR", "data"),
        ("AKADEMIA_DATABASE_URL", "sqlite+aiosqlite:///data/akademia.db"),
        ("AKADEMIA_SMTP_URL", "(not set)"),
        ("AKADEMIA_MAIL_FROM", "(not set)"),
        ("AKADEMIA_MAIL_PER_MINUTE", "30"),
        ("AKADEMIA_MAIL_PER_DAY", "10000"),
        ("AKADEMIA_MAIL_PLUS", "no"),
        ("AKADEMIA_DKIM_KEY", "(not set)"),
        ("AKADEMIA_DKIM_SELECTOR", "akademia"),
        ("AKADEMIA_IMAP_URL", "(not set)"),
        ("AKADEMIA_MAILDIR", "(not set)"),
        ("AKADEMIA_PUBLIC_URL", "(not set)"),
        ("AKADEMIA_TIMEZONE", "Europe/Warsaw"),
        ("AKADEMIA_QUIET_HOURS", "20:00–08:00"),
        ("AKADEMIA_DAILY_CAP", "3"),
        ("AKADEMIA_SUMMARY_AT", "08:30"),
        ("AKADEMIA_SECOND_EYES", "100"),
        ("AKADEMIA_TELEGRAM_DOOR", "polling"),
        ("AKADEMIA_WEB_BIND", "127.0.0.1:8081"),
        ("AKADEMIA_LOG_FORMAT", "text"),
    ]


def test_read_settings_takes_the_file_and_the_environment_over_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = _private_file(tmp_path, "AKADEMIA_TIMEZONE=UTC\nAKADEMIA_DATA_DIR=/srv/a\n")
    monkeypatch.setenv("AKADEMIA_TIMEZONE", "Europe/Vilnius")

    settings = read_settings(file)

    assert (settings.timezone, settings.data_dir) == (ZoneInfo("Europe/Vilnius"), Path("/srv/a"))
    assert settings.database_url.get_secret_value() == "sqlite+aiosqlite:////srv/a/akademia.db"


def test_read_settings_takes_an_empty_variable_as_not_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AKADEMIA_TELEGRAM_TOKEN", "")

    assert read_settings(NO_FILE).telegram_token is None


def test_read_settings_takes_every_example(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, example in EXAMPLES.items():
        monkeypatch.setenv(f"AKADEMIA_{name.upper()}", example)

    settings = read_settings(NO_FILE)

    assert set(EXAMPLES) == set(Settings.model_fields)
    assert settings.smtp_url == SmtpUrl(
        host="mail.example.org", port=587, security="starttls", username="user", password="password"
    )


@pytest.mark.parametrize(
    ("name", "value", "reason"),
    [
        ("TELEGRAM_TOKEN", "SECRET", "must be digits, a colon and the rest, as BotFather gave it"),
        ("TELEGRAM_TOKEN", "12:a b", "must be digits, a colon and the rest, as BotFather gave it"),
        ("TELEGRAM_API_URL", "ftp://example.org", "must begin with one of https://, http://"),
        ("TELEGRAM_API_URL", "https://", "names no server"),
        (
            "DATABASE_URL",
            "mysql://u:SECRET@h/d",
            (
                "must begin with one of sqlite://, sqlite+aiosqlite://, postgresql://, "
                "postgresql+asyncpg://"
            ),
        ),
        ("DATABASE_URL", "postgresql://u:SECRET@h", "names no database"),
        ("IMAP_URL", "imaps://u:SECRET@", "names no server"),
        ("IMAP_URL", "imaps://u:SECRET℀@h", "cannot be read as an address"),
        ("IMAP_URL", "smtp://h", "must begin with one of imaps://, imap+starttls://, imap://"),
        (
            "MAIL_FROM",
            "nobody",
            "must be one e-mail address, with a name before it or without",
        ),
        ("MAIL_PER_MINUTE", "0", "must be a whole number, at least 1"),
        ("MAIL_PER_DAY", "10 000", "must be a whole number, at least 1"),
        ("PUBLIC_URL", "example.org", "must begin with one of https://, http://"),
        ("PUBLIC_URL", "https://example.org:99999", "has a port that cannot be"),
        ("TELEGRAM_DOOR", "Polling", "must be polling or webhook"),
        ("WEB_BIND", "8081", "must be an address of this machine, a colon and a port"),
        ("WEB_BIND", "localhost:8081", "must be an address of this machine, a colon and a port"),
        ("WEB_BIND", "127.0.0.1:65536", "must be an address of this machine, a colon and a port"),
        ("WEB_BIND", "127.0.0.1:", "must be an address of this machine, a colon and a port"),
        ("TIMEZONE", "Mars/Olympus", "names no time zone that is known here"),
        ("TIMEZONE", "../etc", "names no time zone that is known here"),
        ("QUIET_HOURS", "8-20", "must be two times of day with a dash between"),
        ("LOG_FORMAT", "xml", "must be text or json"),
        ("QUIET_HOURS", "20:00-25:00", "must be two times of day with a dash between"),
    ],
)
def test_read_settings_with_a_wrong_value_says_what_is_wrong_and_not_the_value(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, reason: str
) -> None:
    monkeypatch.setenv("AKADEMIA_MAIL_FROM", "akademia@example.org")
    monkeypatch.setenv(f"AKADEMIA_{name}", value)

    sentences = _sentences()

    example = EXAMPLES[name.lower()]
    assert sentences == [f"AKADEMIA_{name} {reason}, for example AKADEMIA_{name}={example}"]


@pytest.mark.parametrize(
    "value", ["mail.example.org", "smtp://u:SECRET@", "smtp://u:SECRET@h:0x", "smtp://u:SECRET℀@h"]
)
def test_read_settings_with_a_wrong_mail_server_tells_the_reason_and_not_the_value(
    monkeypatch: pytest.MonkeyPatch, value: str
) -> None:
    monkeypatch.setenv("AKADEMIA_SMTP_URL", value)
    with pytest.raises(SmtpUrlWrong) as wrong:
        SmtpUrl.parse(value)

    sentences = _sentences()

    reason = wrong.value.reason[0].lower() + wrong.value.reason[1:].removesuffix(".")
    assert sentences == [
        (
            f"AKADEMIA_SMTP_URL cannot be used: {reason}, "
            f"for example AKADEMIA_SMTP_URL={EXAMPLES['smtp_url']}"
        )
    ]
    assert "SECRET" not in sentences[0]


def test_read_settings_names_all_that_is_wrong_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AKADEMIA_TIMEZONE", "Mars")
    monkeypatch.setenv("AKADEMIA_SMPT_URL", "smtp://h")

    sentences = _sentences()

    assert sentences == [
        "AKADEMIA_SMPT_URL is not a setting: the nearest name is AKADEMIA_SMTP_URL.",
        (
            "AKADEMIA_TIMEZONE names no time zone that is known here, "
            "for example AKADEMIA_TIMEZONE=Europe/Warsaw"
        ),
    ]


def test_read_settings_with_an_unknown_name_in_the_file_names_the_nearest(tmp_path: Path) -> None:
    file = _private_file(tmp_path, "AKADEMIA_TELEGRAM_TOKN=1:a\nPATH_OF_ANOTHER_PROGRAM=x\n")

    sentences = _sentences(file)

    assert sentences == [
        "AKADEMIA_TELEGRAM_TOKN is not a setting: the nearest name is AKADEMIA_TELEGRAM_TOKEN."
    ]


def test_read_settings_with_mail_out_but_no_sender(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AKADEMIA_SMTP_URL", "smtp://127.0.0.1:2525")

    sentences = _sentences()

    assert sentences == [
        (
            "AKADEMIA_MAIL_FROM is missing, although mail is to be sent, "
            "for example AKADEMIA_MAIL_FROM=Akademia <akademia@example.org>"
        )
    ]


def test_read_settings_refuses_a_file_that_everybody_can_read(tmp_path: Path) -> None:
    file = _private_file(tmp_path, "AKADEMIA_TELEGRAM_TOKEN=1:a\n")
    file.chmod(0o644)

    sentences = _sentences(file)

    assert sentences == [
        f"{file} can be read by every user of this machine: run `chmod 600 {file}`."
    ]


def test_read_settings_refuses_a_file_that_we_cannot_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = _private_file(tmp_path, "")
    monkeypatch.setattr(os, "access", lambda *_: False)

    sentences = _sentences(file)

    assert sentences == [f"{file} cannot be read by this user: ask who made it."]


def test_require_names_what_is_missing() -> None:
    settings = read_settings(NO_FILE)

    with pytest.raises(WrongSettings) as caught:
        settings.require("telegram_token", "timezone")

    assert caught.value.sentences == [
        (
            "AKADEMIA_TELEGRAM_TOKEN is missing, for example "
            "AKADEMIA_TELEGRAM_TOKEN=123456789:AAfrom-BotFather"
        )
    ]


def test_masked_shows_no_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    secrets = {
        "AKADEMIA_TELEGRAM_TOKEN": "42:SECRET",
        "AKADEMIA_DATABASE_URL": "postgresql://u:SECRET@h/d?sslpassword=SECRET&ssl=on",
        "AKADEMIA_SMTP_URL": "smtps://u:SECRET@h",
        "AKADEMIA_MAIL_FROM": "a@example.org",
        "AKADEMIA_IMAP_URL": "imaps://u:SE@CRET@h",
    }
    for name, value in secrets.items():
        monkeypatch.setenv(name, value)

    settings = read_settings(NO_FILE)

    assert {name: value for name, value in masked(settings) if name in secrets} == {
        "AKADEMIA_TELEGRAM_TOKEN": "42:***",
        "AKADEMIA_DATABASE_URL": "postgresql://***@h/d?sslpassword=***&ssl=on",
        "AKADEMIA_SMTP_URL": "smtps://***@h:465",
        "AKADEMIA_MAIL_FROM": "a@example.org",
        "AKADEMIA_IMAP_URL": "imaps://***@h",
    }
    assert "SECRET" not in repr(settings)


def test_close_files_to_others_makes_private_files(tmp_path: Path) -> None:
    before = os.umask(0o022)
    try:
        close_files_to_others()
        (tmp_path / "file").touch()
    finally:
        os.umask(before)

    assert (tmp_path / "file").stat().st_mode & 0o777 == 0o600


def test_settings_and_their_page_name_the_same_variables() -> None:
    page = (Path(__file__).parents[2] / "docs/reference/settings.md").read_text(encoding="utf-8")

    described = re.findall(r"^## `(AKADEMIA_\w+)`$", page, re.MULTILINE)

    assert described == [name for name, _ in masked(Settings())]


def test_settings_and_the_example_file_name_the_same_variables() -> None:
    file = (Path(__file__).parents[2] / ".env.example").read_text(encoding="utf-8")

    offered = re.findall(r"^#?\s?(AKADEMIA_\w+)=", file, re.MULTILINE)

    assert offered == [name for name, _ in masked(Settings())]


@pytest.mark.parametrize(
    ("public_url", "reason"),
    [
        ("", "is missing, although Telegram is to deliver there"),
        ("http://bot.example.org", "must begin with https://, or Telegram does not deliver"),
        (
            "https://bot.example.org:8444",
            "must have one of the ports 443, 80, 88, 8443 for Telegram",
        ),
    ],
)
def test_webhook_needs_an_address_that_telegram_delivers_to(
    monkeypatch: pytest.MonkeyPatch, public_url: str, reason: str
) -> None:
    monkeypatch.setenv("AKADEMIA_TELEGRAM_DOOR", "webhook")
    monkeypatch.setenv("AKADEMIA_PUBLIC_URL", public_url)

    sentences = _sentences()

    example = EXAMPLES["public_url"]
    assert sentences == [f"AKADEMIA_PUBLIC_URL {reason}, for example AKADEMIA_PUBLIC_URL={example}"]


@pytest.mark.parametrize(
    "public_url", ["https://bot.example.org", "https://bot.example.org:8443/akademia/"]
)
def test_webhook_takes_such_an_address(monkeypatch: pytest.MonkeyPatch, public_url: str) -> None:
    monkeypatch.setenv("AKADEMIA_TELEGRAM_DOOR", "webhook")
    monkeypatch.setenv("AKADEMIA_PUBLIC_URL", public_url)

    assert read_settings(NO_FILE).public_url == public_url.rstrip("/")


def test_webhook_of_a_telegram_server_of_ones_own_may_be_anywhere(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("AKADEMIA_TELEGRAM_DOOR", "webhook")
    monkeypatch.setenv("AKADEMIA_TELEGRAM_API_URL", "http://127.0.0.1:8082")
    monkeypatch.setenv("AKADEMIA_PUBLIC_URL", "http://127.0.0.1:8081")

    assert read_settings(NO_FILE).has_web_port


@pytest.mark.parametrize(
    ("name", "value", "has_web_port"),
    [("TIMEZONE", "UTC", False), ("WEB_BIND", "[::1]:0", True), ("WEB_BIND", "", False)],
)
def test_web_port_is_there_when_it_is_asked_for(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, has_web_port: bool
) -> None:
    monkeypatch.setenv(f"AKADEMIA_{name}", value)

    settings = read_settings(NO_FILE)

    assert settings.has_web_port == has_web_port
    assert str(settings.web_bind) == (value if value.startswith("[") else "127.0.0.1:8081")
