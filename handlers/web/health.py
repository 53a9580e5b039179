"""Whether this process works, for whoever would restart it.

Telegram and the mail server are not asked: when they are away, a restart helps nobody.
"""

import asyncio

from starlette.requests import Request
from starlette.responses import JSONResponse

from handlers.web.pulse import Pulse
from storage.database import Database

DATABASE_WITHIN = 5.0
DATABASE = "database"


class Health:
    """Answer /healthz: 200 when the database answers and every loop goes round, else 503."""

    def __init__(self, *, database: Database, pulse: Pulse) -> None:
        self._database = database
        self._pulse = pulse
        self._question: asyncio.Task[bool] | None = None

    async def tell(self, _request: Request) -> JSONResponse:
        """Say what is stuck; it holds no data of people and no secret."""
        stuck = self._pulse.stuck()
        if not await self._database_answers():
            stuck = [DATABASE, *stuck]
        loops = {loop: round(age, 1) for loop, age in sorted(self._pulse.silences().items())}
        return JSONResponse(
            {"status": "stuck" if stuck else "ok", "stuck": stuck, "seconds_since": loops},
            status_code=503 if stuck else 200,
            headers={"Cache-Control": "no-store"},
        )

    async def close(self) -> None:
        """Let go of a question that was never answered."""
        if self._question is not None:
            self._question.cancel()
            await asyncio.wait({self._question})

    async def _database_answers(self) -> bool:
        # A question that hangs is never cancelled, because that can cost a connection, and not
        # asked a second time, because it would hang as well.
        if self._question is None:
            self._question = asyncio.create_task(self._ask())
        question = self._question
        answered, _ = await asyncio.wait({question}, timeout=DATABASE_WITHIN)
        if not answered:
            return False
        self._question = None
        return question.result()

    async def _ask(self) -> bool:
        try:
            await self._database.probe()
        except Exception:  # noqa: BLE001 -- no answer is the answer, whatever stands behind it
            return False
        return True
