"""Keep bot tokens, passwords and people's addresses out of logs and out of stored answers."""

import logging
import re

_TOKEN = re.compile(r"bot\d+:[\w-]+|\b\d{5,}:[\w-]{20,}")
_PASSWORD_IN_URL = re.compile(r"(://[^\s/:@]*:)[^\s/@]+@")
_ADDRESS = re.compile(r"[^\s<>@:,;*\"'()\[\]]+@[\w-]+(?:\.[\w-]+)+")


def redact(text: str) -> str:
    """Replace every bot token, and every password inside an address, by three stars."""
    return _PASSWORD_IN_URL.sub(r"\1***@", _TOKEN.sub("bot***", text))


def without_addresses(text: str) -> str:
    """Replace secrets, and every e-mail address too: mail servers repeat it in their answers."""
    return _ADDRESS.sub("***", redact(text))


class SecretsFilter(logging.Filter):
    """Redact what a handler is about to write, tracebacks included; it drops no record.

    Put it on handlers: filters of a logger do not see the records of the loggers below it.
    """

    def filter(self, record: logging.LogRecord) -> bool:
        """Rewrite the record where it holds a secret."""
        sentence = record.getMessage()
        if redact(sentence) != sentence:
            record.msg, record.args = redact(sentence), None
        if record.exc_info and not record.exc_text:
            record.exc_text = logging.Formatter().formatException(record.exc_info)
        if record.exc_text and redact(record.exc_text) != record.exc_text:
            # A formatter that prints exc_info itself would print the secret again.
            record.exc_text, record.exc_info = redact(record.exc_text), None
        return True


def quiet_http_loggers() -> None:
    """Silence the HTTP client's INFO lines, which contain the token in each address."""
    for name in ("httpx", "httpcore"):
        logging.getLogger(name).setLevel(logging.WARNING)
