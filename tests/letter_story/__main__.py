"""`make letter`: the mayor's letter to sixty organisations; ARGS='--pictures FOLDER' takes some."""

import argparse
import asyncio
import sys
import time
from pathlib import Path

from tests.letter_story.pictures import watched
from tests.letter_story.story import LetterStory, staged


async def told(pictures: Path | None) -> None:
    """Play the story aloud."""
    async with staged() as (stage, readers):
        if pictures is None:
            await LetterStory(stage, readers, tell).play()
            return
        pictures.mkdir(parents=True, exist_ok=True)
        async with watched(stage, pictures) as look:
            await LetterStory(stage, readers, tell, look).play()


def tell(line: str) -> None:
    """Say one line of the story."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="make letter")
    parser.add_argument("--pictures", type=Path, help="a folder for pictures of the demo page")
    begun = time.monotonic()
    asyncio.run(told(parser.parse_args().pictures))
    tell(f"\n=== Po {time.monotonic() - begun:.1f} s")
