"""The bot is killed between the commit and the flag, and the mail has its effect once."""

import asyncio
import signal
from pathlib import Path

from playground.playground import Playground
from tests.handlers.mail.reading import PATIENCE, CutWire, mail
from tests.handlers.test_kill import Bot
from tests.mail_servers import Mailbox, MailServers


async def test_kill_between_commit_and_flag_has_one_effect(
    tmp_path: Path, mail_servers: MailServers, wire: CutWire
) -> None:
    mailbox = mail_servers.own_mailbox()
    async with Playground() as playground:
        bot = Bot(playground, tmp_path)
        bot._env["AKADEMIA_IMAP_URL"] = mailbox.imap_url.replace(
            f"localhost:{mailbox.ports['imap']}", f"127.0.0.1:{wire.port}"
        )
        await bot.load()
        await bot.start()
        # The flag is asked for only after the commit, and now that does not get through.
        wire.held_back = b"STORE"
        mailbox.put(mail(1))
        await _until(lambda: wire.holds, bot)
        await _until(lambda: bot.rows("SELECT state FROM inbox") == [("done",)], bot)
        assert await bot.end(signal.SIGKILL) == -signal.SIGKILL
        flags = mailbox.flags()

        wire.held_back = b""
        await bot.start()
        await _until(lambda: mailbox.flags() == ["S"], bot)
        mailbox.put(mail(2))
        await _until(lambda: _all_done(bot, mailbox, 2), bot)
        ended = await bot.end(signal.SIGTERM)

    assert ended == 0, bot.log
    assert flags == [""]
    assert bot.rows("SELECT state, count(*) FROM inbox GROUP BY state") == [("done", 2)]
    # Nobody knows who writes, so staff look at each of the two, once.
    assert bot.rows("SELECT kind, count(*) FROM staff_task GROUP BY kind") == [("mail", 2)]


def _all_done(bot: Bot, mailbox: Mailbox, count: int) -> bool:
    done = bot.rows("SELECT count(*) FROM inbox WHERE state = 'done'") == [(count,)]
    return done and mailbox.flags() == ["S"] * count


async def _until(found: object, bot: Bot) -> None:
    assert callable(found)
    try:
        async with asyncio.timeout(PATIENCE):
            while not found():  # noqa: ASYNC110 -- another process has no event to wait for
                await asyncio.sleep(0.02)
    except TimeoutError:
        raise AssertionError(bot.log) from None
