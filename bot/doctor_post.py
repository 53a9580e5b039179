"""What a check-up asks Telegram and the mail server; nothing is sent to anybody."""

from datetime import UTC, datetime, timedelta

from bot.doctor import BROKEN, GOOD, LOOK, Finding, Site
from bot.doctor_tables import clock_finding
from bot.outbox_words import moment_words
from bot.sayable import said
from bot.settings import WEBHOOK, WrongSettings
from bot.signatures import signer
from delivery.failures import ChannelBroken, LoginRefused, MailboxWrong
from delivery.headers import parse_mailbox
from delivery.redaction import without_addresses
from delivery.smtp import MailSender, SmtpTimeouts
from delivery.smtp_failures import told
from delivery.telegram_probe import Answer, TelegramSilent, ask
from handlers.telegram.webhook import PATH

MANY_WAITING = 100
FRESH = timedelta(hours=1)
UNAUTHORIZED = (401, 404)


async def _ask(site: Site, method: str) -> Answer:
    assert site.settings.telegram_token is not None, "only asked with a token"  # noqa: S101 -- for the type checker
    token = site.settings.telegram_token.get_secret_value()
    return await ask(
        method, token=token, api_url=site.settings.telegram_api_url, seconds=site.seconds
    )


async def telegram(site: Site) -> list[Finding]:
    """Ask Telegram who we are; when it answers, look at its clock and its door too."""
    t = site.t
    if site.settings.telegram_token is None:
        return []
    try:
        told = await _ask(site, "getMe")
        if told.ok:
            door = await _ask(site, "getWebhookInfo")
            clock = _clock(site, told)
            return [*_account(site, told), *clock, *_door(site, door)]
    except TelegramSilent as silent:
        says = t("Telegram: it does not answer (%(error)s).", error=str(silent))
        advice = t("Please check the connection and AKADEMIA_TELEGRAM_API_URL.")
        return [Finding("telegram", BROKEN, says, advice)]
    if told.status in UNAUTHORIZED:
        says = t("Telegram: it does not know the token.")
        advice = t("Please check AKADEMIA_TELEGRAM_TOKEN; BotFather tells and renews it.")
        return [Finding("telegram", BROKEN, says, advice)]
    says = t("Telegram: it answers with an error (%(status)s).", status=told.status)
    advice = t("Please try again in a few minutes.")
    return [Finding("telegram", LOOK, says, advice)]


def _account(site: Site, told: Answer) -> list[Finding]:
    t = site.t
    says = t("Telegram: the bot is @%(name)s.", name=told.result.get("username", "–"))
    if not told.result.get("can_read_all_group_messages"):
        return [Finding("telegram", GOOD, says)]
    says += " " + t("It is given every message of the groups that it is in.")
    advice = t("It needs none of them: switch the privacy mode on with BotFather (/setprivacy).")
    return [Finding("telegram", LOOK, says, advice)]


def _clock(site: Site, told: Answer) -> list[Finding]:
    if told.date is None:
        return []
    date = told.date if told.date.tzinfo else told.date.replace(tzinfo=UTC)
    # The header has whole seconds only.
    return [clock_finding(site, "clock", "Telegram", site.clock() - date)]


def _door(site: Site, told: Answer) -> list[Finding]:
    t = site.t
    info = told.result
    wanted = f"{site.settings.public_url}{PATH}" if site.settings.telegram_door == WEBHOOK else ""
    if info.get("url", "") != wanted:
        says = t("Updates: Telegram brings them to another place than the settings say.")
        advice = t("Please restart the service: it tells Telegram at its start.")
        return [Finding("door", BROKEN, says, advice)]
    waiting = int(info.get("pending_update_count", 0))
    says = t("Updates: %(count)s wait at Telegram.", count=waiting)
    failed_at = datetime.fromtimestamp(int(info.get("last_error_date", 0)), UTC)
    if site.clock() - failed_at < FRESH:
        when = moment_words(failed_at, site.settings.timezone)
        says += " " + t("The last delivery failed at %(when)s.", when=when)
        why = without_addresses(str(info.get("last_error_message", "")))
        advice = t("Telegram says: %(why)s", why=why)
        return [Finding("door", LOOK, says, advice)]
    if waiting > MANY_WAITING:
        advice = t("Please look whether the service runs; Telegram keeps updates for a day.")
        return [Finding("door", LOOK, says, advice)]
    return [Finding("door", GOOD, says)]


async def mail(site: Site) -> list[Finding]:
    """Log in at the mail server and leave again."""
    t = site.t
    url = site.settings.smtp_url
    if url is None:
        return []
    limits = SmtpTimeouts(connect=site.seconds, command=site.seconds, data=site.seconds)
    try:
        await MailSender(url, timeouts=limits).check()
    except ChannelBroken as broken:
        says = t("Mail server: it does not take our mails.")
        advice = t("Please check AKADEMIA_SMTP_URL, and whether the server runs.")
        if isinstance(broken, LoginRefused):
            says = t("Mail server: it does not accept our password.")
            advice = t("Please check user and password in AKADEMIA_SMTP_URL.")
        answer = without_addresses(told(broken.__cause__ or broken))
        advice += " " + t("It says: %(answer)s", answer=answer)
        return [Finding("mail", BROKEN, says, advice)]
    if url.security == "none" and url.username:
        says = t("Mail server: ready, but the password travels unprotected.")
        advice = t("Please use smtp+starttls:// or smtps:// in AKADEMIA_SMTP_URL.")
        return [Finding("mail", LOOK, says, advice)]
    return [Finding("mail", GOOD, t("Mail server: ready."))]


async def sender(site: Site) -> list[Finding]:
    """Look whether the sender's address fits the login at the mail server."""
    t = site.t
    if site.settings.mail_from is None:
        return []
    try:
        domain = parse_mailbox(site.settings.mail_from).address.rpartition("@")[2].lower()
    except MailboxWrong:
        says = t("Sender: AKADEMIA_MAIL_FROM cannot stand in a mail.")
        advice = t("Please write it like this: Akademia <akademia@example.org>")
        return [Finding("sender", BROKEN, says, advice)]
    login = (site.settings.smtp_url.username or "") if site.settings.smtp_url else ""
    if "@" in login and login.rpartition("@")[2].lower() != domain:
        says = t("Sender: the login at the mail server belongs to another domain.")
        advice = t("Many servers refuse that. Please ask whoever runs yours.")
        return [Finding("sender", LOOK, says, advice)]
    return [Finding("sender", GOOD, t("Sender: mails come from @%(domain)s.", domain=domain))]


async def signature(site: Site) -> list[Finding]:
    """Read the key that signs mails, and say what has to stand in DNS."""
    t = site.t
    try:
        signed_by = signer(site.settings)
    except (WrongSettings, MailboxWrong) as wrong:
        says = t("Signature: mails cannot be signed.")
        return [Finding("signature", BROKEN, says, " ".join(said(one, t) for one in _told(wrong)))]
    if signed_by is None:
        return []
    says = t("Signature: mails are signed. Please look whether DNS has this TXT record:")
    record = f"{signed_by.record_name} {signed_by.record}"
    return [Finding("signature", GOOD, f"{says} {record}")]


def _told(wrong: WrongSettings | MailboxWrong) -> list[str]:
    return wrong.sentences if isinstance(wrong, WrongSettings) else [str(wrong)]


CHECKS = (telegram, mail, sender, signature)
