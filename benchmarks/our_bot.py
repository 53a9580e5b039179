"""Our bot as it runs in production, without the pace: limits off is what is measured.

Environment: API, SMTP, FOLDER, DATABASE for another database than a file in the folder, and PACED
for Telegram's pace all the same.
"""

import asyncio
import os
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bot.logs import set_up_logs
from bot.process import Process, opened
from bot.settings import Settings
from bot.stage import load_sample

SETTINGS: dict[str, Any] = {
    "mail_from": "Akademia <akademia@bench.example.org>",
    "timezone": "Europe/Warsaw",
    # At no hour of the day is anything held back.
    "quiet_hours": "00:00-00:00",
}


def settings(api: str, smtp_port: str, folder: Path, token: str, database: str = "") -> Settings:
    """Make the settings of a bot between the two servers of a measurement."""
    places: dict[str, Any] = {
        "telegram_token": token,
        "telegram_api_url": api,
        "smtp_url": f"smtp://127.0.0.1:{smtp_port}",
        "data_dir": folder,
        "database_url": database or f"sqlite:///{folder / 'ours.db'}",
    }
    return Settings(**SETTINGS, **places)


async def main() -> None:
    """Load the sample programme and serve until killed."""
    env = os.environ
    found = settings(
        env["API"], env["SMTP"], Path(env["FOLDER"]), env["TOKEN"], env.get("DATABASE", "")
    )
    async with opened(found, now=datetime.now(UTC)) as database:
        await load_sample(database, now=datetime.now(UTC))
        with suppress(asyncio.CancelledError):
            await Process(found, database, paced="PACED" in env).serve()


if __name__ == "__main__":
    set_up_logs()
    asyncio.run(main())
