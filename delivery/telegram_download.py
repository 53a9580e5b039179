"""Get a file that somebody sent to the bot: where it lies, then its bytes."""

from telegram import Bot
from telegram.error import BadRequest, TelegramError

from delivery.failures import Permanent
from delivery.telegram_failures import failure_of

TOO_BIG = "file is too big"


class TooBigToFetch(Permanent):
    """The file is too big for us, or for Telegram, which gives a bot no more than 20 MB."""


async def download(bot: Bot, file_id: str, *, most: int) -> bytes:
    """Give the bytes of a file, or raise a DeliveryFailure; of more than `most` none is fetched.

    Permanent means that Telegram will not give this file; after anything else it may be asked
    again, because nothing was changed.
    """
    try:
        file = await bot.get_file(file_id)
        if (file.file_size or 0) > most:
            raise TooBigToFetch(f"{file.file_size} bytes")
        return bytes(await file.download_as_bytearray())
    except TelegramError as error:
        if isinstance(error, BadRequest) and TOO_BIG in error.message.lower():
            raise TooBigToFetch(error.message) from error
        raise failure_of(error) from error
