"""Where log lines go and what they never carry."""

import logging

from delivery.redaction import SecretsFilter, quiet_http_loggers, redact

FORMAT = "%(asctime)s %(levelname)s %(name)s %(message)s"
# What these say in detail is either noise or the very words and addresses of people.
QUIET = (
    "aiosqlite",
    "alembic",
    "apscheduler",
    "mail",
    "matplotlib",
    "PIL",
    "sqlalchemy",
    "telegram",
    "uvicorn.access",
)
ORDINARY = set(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}


class Lines(logging.Formatter):
    """A line of text with the facts that came with it, as name=value behind the words."""

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 -- logging's own name
        """Add the facts to the words."""
        facts = {name: fact for name, fact in vars(record).items() if name not in ORDINARY}
        words = super().formatMessage(record)
        return " ".join([words, *(redact(f"{name}={fact}") for name, fact in facts.items())])


def set_up_logs(level: int = logging.INFO) -> None:
    """Write log lines to standard error, without tokens and passwords."""
    handler = logging.StreamHandler()
    handler.setFormatter(Lines(FORMAT))
    handler.addFilter(SecretsFilter())
    logging.basicConfig(level=level, handlers=[handler], force=True)
    quiet_http_loggers()
    for noisy in QUIET:
        logging.getLogger(noisy).setLevel(logging.WARNING)
