import io
import logging
from collections.abc import Iterator

import pytest

from delivery.redaction import SecretsFilter, quiet_http_loggers, redact, without_addresses

TOKEN = "123456789:AAFakeToken_with-dashes-0123456789"


@pytest.mark.parametrize(
    ("text", "safe"),
    [
        (f"https://api.example.org/bot{TOKEN}/getMe", "https://api.example.org/bot***/getMe"),
        (f"token {TOKEN}.", "token bot***."),
        ("smtp://biuro:tajne@mail.example.org", "smtp://biuro:***@mail.example.org"),
        ("postgresql+asyncpg://u:p@localhost/db", "postgresql+asyncpg://u:***@localhost/db"),
        ("at 10:30 in room 12:b, jan@example.org", "at 10:30 in room 12:b, jan@example.org"),
    ],
)
def test_redact_hides_secrets_and_nothing_else(text: str, safe: str) -> None:
    assert redact(text) == safe


@pytest.fixture
def written() -> Iterator[tuple[logging.Logger, io.StringIO]]:
    output = io.StringIO()
    handler = logging.StreamHandler(output)
    handler.addFilter(SecretsFilter())
    logger = logging.getLogger("test_redaction")
    logger.addHandler(handler)
    logger.setLevel(logging.INFO)
    yield logger, output
    logger.removeHandler(handler)


def test_filter_redacts_arguments(written: tuple[logging.Logger, io.StringIO]) -> None:
    logger, output = written

    logger.info("HTTP Request: POST %s", f"https://x/bot{TOKEN}/getMe")
    logger.info("%d people", 3)

    assert output.getvalue() == "HTTP Request: POST https://x/bot***/getMe\n3 people\n"


@pytest.mark.parametrize(("words", "told"), [(f"bot{TOKEN}", "bot***"), ("harmless", "harmless")])
def test_filter_redacts_tracebacks(
    written: tuple[logging.Logger, io.StringIO], words: str, told: str
) -> None:
    logger, output = written

    logger.error("failed", exc_info=ValueError(words))

    assert output.getvalue() == f"failed\nValueError: {told}\n"


def test_http_client_is_silent_about_addresses(monkeypatch: pytest.MonkeyPatch) -> None:
    loggers = [logging.getLogger(name) for name in ("httpx", "httpcore")]
    for logger in loggers:
        monkeypatch.setattr(logger, "level", logger.level)

    quiet_http_loggers()

    assert [logger.isEnabledFor(logging.INFO) for logger in loggers] == [False, False]


@pytest.mark.parametrize(
    ("said", "left"),
    [
        ("550 5.1.1 <jan.kowalski@ngo.example.org>: no such user", "550 5.1.1 <***>: no such user"),
        ("to anna+a@example.org, b@example.org", "to ***, ***"),
        ("żółw@żółw.example.org bounced", "*** bounced"),
        (
            "smtp://urzad:tajne@mail.example.org refused",
            "smtp://urzad:***@mail.example.org refused",
        ),
        ("bot700700700:AAsecret-secret-secret", "bot***"),
        ("at 10:15, 3 of 4 left", "at 10:15, 3 of 4 left"),
    ],
)
def test_without_addresses_leaves_nobody_s_address(said: str, left: str) -> None:
    assert without_addresses(said) == left
