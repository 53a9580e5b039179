"""Keep the files of a mail before its transaction begins: no disk is waited for inside of one.

Only what came with the answer to a letter of ours is kept; whatever else is in the mailbox stays
there. A file that nobody takes in the transaction is dropped again.
"""

from datetime import datetime

from handlers.mail.read_mail import MailFile, ReadMail
from programme import documents
from programme.document_refusals import DocumentRefused, FileLost
from programme.documents import FileStore
from programme.mail_letters import SentFile

# A phone sends a photo per page; what comes beyond is a mailing of another kind.
MOST_FILES = 10


async def keep(mail: ReadMail, store: FileStore | None, *, now: datetime) -> tuple[SentFile, ...]:
    """Keep what may be a document, each file by itself; the rest is refused with the reason."""
    return tuple([await _keep(file, store, now) for file in mail.files[:MOST_FILES]])


async def _keep(file: MailFile, store: FileStore | None, now: datetime) -> SentFile:
    if store is None:
        return SentFile(file.filename, refusal=FileLost())
    try:
        kept = await documents.keep(store, file.content, name=file.filename, now=now)
    except DocumentRefused as refusal:
        return SentFile(file.filename, refusal=refusal)
    return SentFile(file.filename, kept)


async def leave(files: tuple[SentFile, ...], store: FileStore | None, *, taken: bool) -> None:
    """Drop the bytes that nobody took.

    Whatever a transaction named stays even when it failed: the commit may have come through. If
    it did not, the bytes are swept with others that no row names.
    """
    if store is not None and not taken:
        await store.drop(file.kept.bytes.name for file in files if file.kept is not None)
