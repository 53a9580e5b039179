"""The door of mail: tell what came, and give it to the rules that it belongs to.

A mail has its effect once, whatever ways it comes by: twice through a mailbox that was numbered
anew, or through the mailbox and a folder that a mail server pipes into.
"""

import asyncio
import hashlib
import logging
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from handlers.mail import attachments, proof, sorting
from handlers.mail.read_mail import ReadMail
from handlers.mail.sorting import Automatic, Letter, Own
from handlers.mail.wording import understand
from programme import calendar_answers, mail_once, mail_replies, returned_mail
from programme.calendar_answers import CalendarAnswer
from programme.documents import FileStore
from programme.mail_letters import House, SentFile, Written
from programme.quiet_hours import QuietHours
from programme.returned_mail import ReturnedMail
from storage.database import Database, Tx

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class MailDesk:
    """What is the same for every mail: our address, our pages, our bot, our hours, our files.

    `bot_link` is the bot's deep link without its payload, empty when there is no bot.
    """

    our_address: str
    public_url: str = ""
    bot_link: str = ""
    zone: str = "Europe/Warsaw"
    quiet: QuietHours = field(default_factory=QuietHours)
    files: FileStore | None = None


@dataclass
class Luggage:
    """What is known of a mail before its transaction: what it is, and the files that came with it.

    `taken` says that a row of the transaction names one of the files.
    """

    files: tuple[SentFile, ...] = ()
    taken: bool = False
    found: sorting.Sorted | None = None


async def unpack(database: Database, *, mail: ReadMail, desk: MailDesk, now: datetime) -> Luggage:
    """Tell what a mail is, and keep the files of an answer, before its transaction begins.

    A stranger's calendar may take a second to read; neither taps nor other writers wait for it.
    """
    found = await asyncio.to_thread(_sorted, mail, desk)
    if not mail.files or not isinstance(found, Letter):
        return Luggage(found=found)
    async with database.reading() as tx:
        if await mail_replies.prove(tx, _tokens(mail, desk), now=now) is None:
            return Luggage(found=found)
    return Luggage(await attachments.keep(mail, desk.files, now=now), found=found)


async def leave(luggage: Luggage, *, desk: MailDesk) -> None:
    """Drop, after the transaction, the files that it did not take."""
    await attachments.leave(luggage.files, desk.files, taken=luggage.taken)


async def take(
    tx: Tx,
    *,
    mail: ReadMail,
    desk: MailDesk,
    inbox_id: int,
    now: datetime,
    luggage: Luggage | None = None,
) -> None:
    """Let a mail have its effect in the transaction in which its inbox row ends.

    The words of a mail never reach the log: only what kind of mail it was.
    """
    luggage = luggage or Luggage()
    found = luggage.found or _sorted(mail, desk)
    kind = type(found).__name__.lower()
    if not await mail_once.take(tx, key=key_of(mail), now=now):
        logger.info("mail_known", extra={"inbox_id": inbox_id, "sort": kind})
        return
    if isinstance(found, Letter | Automatic):
        # Whoever answers from an address reads it, a machine that answers for them too.
        tokens = _tokens(mail, desk)
        await returned_mail.note_life(tx, tokens=tokens, sender=mail.sender, now=now)
    match found:
        case ReturnedMail():
            await returned_mail.note(
                tx, returned=found, inbox_id=inbox_id, now=now, quiet=desk.quiet
            )
        case CalendarAnswer():
            await calendar_answers.take(
                tx, answer=found, inbox_id=inbox_id, now=now, quiet=desk.quiet
            )
        case Letter():
            await _answer(tx, mail, desk, luggage, now)
        case Automatic(is_doubtful=True):
            await mail_replies.let_staff_look(
                tx, written=_written(mail, ()), tokens=_tokens(mail, desk), now=now
            )
        case Automatic() | Own():
            pass
    logger.info("mail_taken", extra={"inbox_id": inbox_id, "sort": kind})


async def _answer(tx: Tx, mail: ReadMail, desk: MailDesk, luggage: Luggage, now: datetime) -> None:
    luggage.taken = await mail_replies.take(
        tx,
        written=_written(mail, luggage.files),
        tokens=_tokens(mail, desk),
        house=House(desk.bot_link, desk.quiet, desk.zone, has_pages=bool(desk.public_url)),
        now=now,
    )


def key_of(mail: ReadMail) -> str:
    """Tell mails apart: the same one is the same whatever way it came by.

    Without a Message-ID it is known by what it says and when it says that it was written.
    """
    own: tuple[str, ...] = (mail.message_id, mail.sender)
    if not mail.message_id:
        said = (*mail.calendars, *(words.encode(errors="replace") for _, words in mail.reports))
        digests = (hashlib.sha256(one).hexdigest() for one in said)
        own = (*own, mail.header("date"), mail.subject, mail.text, *digests)
    return hashlib.sha256("\0".join(own).encode(errors="replace")).hexdigest()


def _sorted(mail: ReadMail, desk: MailDesk) -> sorting.Sorted:
    return sorting.sort(mail, our_addresses=frozenset({desk.our_address.lower()}))


def _tokens(mail: ReadMail, desk: MailDesk) -> tuple[str, ...]:
    return proof.tokens(mail, our_address=desk.our_address, public_url=desk.public_url)


def _written(mail: ReadMail, files: tuple[SentFile, ...]) -> Written:
    return Written(
        key=key_of(mail),
        message_id=mail.message_id,
        sender=mail.sender,
        sender_name=mail.sender_name,
        subject=mail.subject,
        words=mail.words,
        original=mail.text,
        wish=understand(mail.words, mail.subject),
        references=mail.references,
        files=files,
        written_at=_written_at(mail),
    )


def _written_at(mail: ReadMail) -> datetime | None:
    try:
        told = parsedate_to_datetime(mail.header("date"))
        # Without a zone it is the time of Greenwich (RFC 5322 section 3.3).
        return told if told.tzinfo else told.replace(tzinfo=UTC)
    except (TypeError, ValueError, OverflowError):
        return None
