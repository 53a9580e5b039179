"""Write a picture of every page into a folder: `python -m tests.handlers.web.pictures FOLDER`.

Each is taken at the width of a small phone and of a desk, in light and in dark colours.
"""

import asyncio
import sys
import tempfile
from pathlib import Path
from typing import Literal

from bot.clock import real_clock
from storage import migrate
from storage.database import open_database
from tests.handlers.web.browsing import browsing, is_page, served, show
from tests.handlers.web.gallery import hang

WIDTHS = {"phone": 320, "desk": 1100}
SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")


async def draw(folder: Path) -> int:
    """Take all pictures and count them."""
    folder.mkdir(parents=True, exist_ok=True)
    taken = 0
    with tempfile.TemporaryDirectory() as own:
        database = open_database(f"sqlite+aiosqlite:///{own}/pages.db")
        await migrate.apply(database, now=real_clock())
        async with served(database, Path(own)) as (house, address), browsing() as browser:
            pieces = [piece for piece in await hang(house) if is_page(piece)]
            for width_name, width in WIDTHS.items():
                for scheme in SCHEMES:
                    context = await browser.new_context(
                        viewport={"width": width, "height": 800},
                        color_scheme=scheme,
                        java_script_enabled=False,
                    )
                    page = await context.new_page()
                    for piece in pieces:
                        await show(page, address, piece)
                        file = folder / f"{piece.name}-{width_name}-{scheme}.png"
                        await page.screenshot(path=file, full_page=True)
                        taken += 1
                    await context.close()
        await database.close()
    return taken


if __name__ == "__main__":
    print(asyncio.run(draw(Path(sys.argv[1]))))  # noqa: T201 -- a command says what it did
