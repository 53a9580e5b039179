"""Ask Telegram one question for a check-up, and read the clock of its answer.

Nothing is changed, nothing is repeated, and no error carries the address with the token.
"""

from dataclasses import dataclass
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import Any

from aiohttp import ClientError, ClientSession, ClientTimeout

LONGEST_DESCRIPTION = 200


class TelegramSilent(Exception):
    """Telegram does not answer; the words name the kind of error alone."""


@dataclass(frozen=True)
class Answer:
    """What Telegram said: `date` is its own clock, None when it does not tell."""

    status: int
    result: dict[str, Any]
    description: str
    date: datetime | None

    @property
    def ok(self) -> bool:
        """Whether the question was answered."""
        return self.status == 200  # noqa: PLR2004 -- HTTP's own word for yes


async def ask(method: str, *, token: str, api_url: str, seconds: float) -> Answer:
    """Ask a method of the Bot API that takes nothing; raises TelegramSilent."""
    address = f"{api_url.rstrip('/')}/bot{token}/{method}"
    try:
        async with (
            ClientSession(timeout=ClientTimeout(total=seconds)) as session,
            session.get(address, allow_redirects=False) as response,
        ):
            told = await response.json(content_type=None)
            date = _date(response.headers.get("Date", ""))
            status = response.status
    except (ClientError, OSError, TimeoutError, ValueError) as error:
        raise TelegramSilent(type(error).__name__) from None
    told = told if isinstance(told, dict) else {}
    result = told.get("result")
    return Answer(
        status=status,
        result=result if isinstance(result, dict) else {},
        description=str(told.get("description", ""))[:LONGEST_DESCRIPTION],
        date=date,
    )


def _date(header: str) -> datetime | None:
    try:
        return parsedate_to_datetime(header)
    except ValueError:
        return None
