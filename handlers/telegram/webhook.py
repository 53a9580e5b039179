"""Where Telegram delivers: to our web port, or nowhere so that the poller may ask.

Telegram knows one of the two at a time. What was not confirmed through one door waits at
Telegram and comes through the other, with the same number, so switching loses nothing; what
came through both is one row of the inbox. `drop_pending_updates` is never set.
https://core.telegram.org/bots/api#setwebhook
"""

import asyncio
import hashlib
import hmac
import logging

from telegram import Bot
from telegram.error import BadRequest, InvalidToken, TelegramError

from delivery.failures import ChannelBroken
from delivery.redaction import redact
from handlers.telegram.arrivals import ALLOWED

PATH = "/telegram"
SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105 -- the name of a header
# Telegram brings the updates of one chat one after the other, and so many chats side by side.
CHATS_AT_ONCE = 20
LOOK_EVERY = 60.0
logger = logging.getLogger(__name__)


class WebhookRefused(ChannelBroken):
    """Telegram does not deliver to this address."""


def secret_of(token: str) -> str:
    """Derive the secret by which the web port knows Telegram.

    Every process of the same bot derives the same one, after a restart too, and nothing more
    has to be kept. Who reads it in a request learns nothing of the token. A changed token
    changes it. Telegram takes letters, digits, `_` and `-`.
    """
    return hmac.new(token.encode(), b"akademia webhook", hashlib.sha256).hexdigest()


async def aim(bot: Bot, *, public_url: str) -> None:
    """Let Telegram deliver to our address; doing so again changes nothing.

    Raises WebhookRefused when Telegram does not like the address, and TelegramError.
    """
    try:
        await bot.set_webhook(
            public_url + PATH,
            secret_token=secret_of(bot.token),
            allowed_updates=ALLOWED,
            max_connections=CHATS_AT_ONCE,
            drop_pending_updates=False,
        )
    except BadRequest as error:
        raise WebhookRefused(redact(str(error))) from None


async def release(bot: Bot) -> None:
    """Let Telegram keep updates until they are asked for; raises TelegramError.

    A bot with a webhook may not ask: Telegram answers 409 until the webhook is deleted.
    """
    if (await bot.get_webhook_info()).url:
        await bot.delete_webhook(drop_pending_updates=False)


async def keep_aimed(bot: Bot, *, public_url: str) -> None:
    """Look now and then whether Telegram still delivers to us, and set it right, until cancelled.

    A process that polls takes the webhook away when it begins. While one door is exchanged for
    the other, the last of them may begin after our own start, and nobody else would notice.
    """
    told = None
    while True:
        await asyncio.sleep(LOOK_EVERY)
        try:
            info = await bot.get_webhook_info()
            if info.last_error_message and info.last_error_date != told:
                # It stays there when all is well again.
                told = info.last_error_date
                logger.warning(
                    "webhook_troubled", extra={"answer": redact(info.last_error_message)}
                )
            if info.url != public_url + PATH:
                logger.warning("webhook_set_again")
                await aim(bot, public_url=public_url)
        except InvalidToken:
            raise
        except (TelegramError, WebhookRefused) as error:
            logger.warning("webhook_not_looked_at", extra={"error": type(error).__name__})
