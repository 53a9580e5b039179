"""`make story`: registration by mail over real mail servers; ARGS='--out FOLDER' keeps mails."""

import argparse
import asyncio
import sys
import tempfile
import time
from pathlib import Path

from tests.mail_servers import MailServers
from tests.mail_story.story import MailStory, staged


async def told(out: Path | None) -> None:
    """Play the story aloud."""
    servers = MailServers()
    try:
        with tempfile.TemporaryDirectory(prefix="akademia-story-") as name:
            async with staged(servers, Path(name)) as (stage, own):
                story = MailStory(stage, servers, own, tell)
                await story.play()
                if out is not None:
                    keep(story, out)
    finally:
        servers.stop()


def tell(line: str) -> None:
    """Say one line of the story."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def keep(story: MailStory, out: Path) -> None:
    """Write everybody's mails into a folder."""
    for reader in story.readers:
        for number, raw in enumerate(reader.mailbox.mails(), start=1):
            file = out / reader.address / f"{number}.eml"
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(raw)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="make story")
    parser.add_argument("--out", type=Path, help="a folder for all the mails")
    begun = time.monotonic()
    asyncio.run(told(parser.parse_args().out))
    tell(f"\n=== Po {time.monotonic() - begun:.1f} s")
