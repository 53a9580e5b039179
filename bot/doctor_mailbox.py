"""What a check-up asks the mailbox that answers arrive in; no mail is touched."""

import asyncio
import os
import ssl
from datetime import UTC, datetime

from bot.doctor import BROKEN, GOOD, LOOK, Finding, Site
from handlers.mail.bookmark import FIRST_LOOK, forgotten_no_longer_than
from handlers.mail.folder import (
    CertificateUnknown,
    Limits,
    MailboxAway,
    MailboxRefused,
    StepRefused,
    opened,
)
from handlers.mail.imap_url import ImapUrl

MANY_WAITING = 100
WAITS_AT_MOST = 1_000


async def mailbox(site: Site, *, tls_context: ssl.SSLContext | None = None) -> list[Finding]:
    """Log in at the mailbox, open its folder and leave again."""
    t = site.t
    if site.settings.imap_url is None:
        return []
    url = ImapUrl.parse(site.settings.imap_url.get_secret_value())
    limits = Limits(connect=site.seconds, command=site.seconds, silence=site.seconds)
    try:
        async with opened(url, limits=limits, tls_context=tls_context) as folder:
            newest = max(1, folder.next_uid - WAITS_AT_MOST)
            waiting = len(await folder.search(newest, None, words=_unread()))
            has_place = not url.moved_to or await folder.has_beside(url.moved_to)
    except MailboxRefused as refused:
        says = t("Mailbox: the mail server does not let us in.")
        advice = t("Please check user, password and folder in AKADEMIA_IMAP_URL.")
        advice += " " + t("It says: %(answer)s", answer=str(refused))
        return [Finding("mailbox", BROKEN, says, advice)]
    except CertificateUnknown as unknown:
        says = t("Mailbox: the mail server shows a certificate that this machine does not trust.")
        advice = t(
            "Please write the server's name in AKADEMIA_IMAP_URL as its certificate has it. "
            "If the office made the certificate itself, whoever keeps this machine can trust it."
        )
        advice += " " + t("It says: %(answer)s", answer=str(unknown))
        return [Finding("mailbox", BROKEN, says, advice)]
    except (MailboxAway, StepRefused) as away:
        says = t("Mailbox: the mail server does not answer as it should.")
        advice = t("Please check AKADEMIA_IMAP_URL, and whether the server runs.")
        advice += " " + t("It says: %(answer)s", answer=str(away))
        return [Finding("mailbox", BROKEN, says, advice)]
    if url.security == "none" and url.host not in ("localhost", "127.0.0.1", "::1"):
        says = t("Mailbox: ready, but the password travels unprotected.")
        advice = t("Please use imap+starttls:// or imaps:// in AKADEMIA_IMAP_URL.")
        return [Finding("mailbox", LOOK, says, advice)]
    if not has_place:
        says = t("Mailbox: the folder that mails are moved to is not there.")
        advice = t("Please make this folder, or change the end of AKADEMIA_IMAP_URL.")
        return [Finding("mailbox", BROKEN, says, advice)]
    if waiting > MANY_WAITING:
        says = t("Mailbox: ready, but %(count)s mails wait in it.", count=waiting)
        advice = t("Please look whether the service runs; it reads them by itself.")
        return [Finding("mailbox", LOOK, says, advice)]
    return [Finding("mailbox", GOOD, t("Mailbox: ready."))]


async def maildir(site: Site) -> list[Finding]:
    """Look whether the folder is there into which a mail server puts mails."""
    t = site.t
    folder = site.settings.maildir
    if folder is None:
        return []
    usable = await asyncio.to_thread(
        lambda: all(
            os.access(folder / name, os.R_OK | os.W_OK | os.X_OK) for name in ("new", "cur")
        )
    )
    if usable:
        return [Finding("maildir", GOOD, t("Maildir: ready."))]
    says = t("Maildir: its folders new and cur are not there, or we may not change them.")
    advice = t("Please check AKADEMIA_MAILDIR, and who owns the folder:")
    return [Finding("maildir", BROKEN, says, advice, f"ls -ld {folder / 'new'} {folder / 'cur'}")]


def _unread() -> str:
    """Search for what the reader takes; mails that were forgotten long ago stay as they are."""
    return forgotten_no_longer_than((datetime.now(UTC) - FIRST_LOOK).date())


CHECKS = (mailbox, maildir)
