"""Read reports that a mail was not delivered: by RFC 3464, and in the words of mail servers.

Most servers write a part for machines. Others, old ones and some large ones, write for people
alone; then the sender, the subject and the words must all look like such a report.
"""

import contextlib
import re
from email.message import EmailMessage
from email.parser import HeaderParser
from email.policy import compat32

import flufl.bounce

from handlers.mail import our_letters
from handlers.mail.read_mail import ReadMail
from programme.return_codes import code_in
from programme.returned_mail import ReturnedMail, ReturnedRecipient

STATUS = "message/delivery-status"
# Bounded, so that a long row of letters is not looked at again from each of them.
_ADDRESS = re.compile(r"[\w.!#$%&'*+/=?^`{|}~-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,10}")
_POSTMASTERS = re.compile(
    r"(?:mailer-?daemon|postmaster|mail-?delivery|mdaemon|mail\.daemon|bounces?)"
    r"(?:[+.=-][^@]*)?@.*|microsoftexchange[0-9a-f]+@.*",
)
_SUBJECTS = re.compile(
    r"undeliver|delivery (?:status notification|failure|has failed|problem)|failure notice"
    r"|mail delivery (?:failed|failure|system)|returned mail|delivery failed|non[- ]?delivery"
    r"|message (?:could not be|not) delivered|mail system error|nie ?dor[eę]cz|nie ?dostarcz"
    r"|zwrot (?:wiadomości|poczty)|zwrócon\S+ (?:wiadomość|poczta)"
    r"|nie można dostarczyć|błąd (?:dostarcz|doręcz)|odrzucon\S+ wiadomość"
    r"|warning: message .*delayed"
    r"|niepowodzeni\S+ (?:dostarcz|doręcz)|problem z (?:dostarcz|doręcz)",
)
_DELAYED = re.compile(
    r"delayed|\(delay\)|could not be delivered for the last|still trying|will be retried"
    r"|warning message only|do not need to resend|opóźnion|opóźnieni|nadal będzie|ponawia",
)
# From here on stands the mail that came back, whose words are ours.
_RETURNED = re.compile(
    r"^[ \t>*_-]{0,12}(?:this is a copy of (?:your|the) message|below this line is a copy"
    r"|original message|oryginalna wiadomość|treść (?:oryginalnej |zwróconej )?wiadomości"
    r"|kopia (?:oryginalnej )?wiadomości|return-path:|nagłówki)",
    re.IGNORECASE | re.MULTILINE,
)
_MOST_WORDS, _LONGEST_SUBJECT = 20_000, 500
_MOST_RECIPIENTS, _MOST_REPORTS = 20, 5
_LONGEST_DIAGNOSTIC = 500


def read(mail: ReadMail, *, our_addresses: frozenset[str]) -> ReturnedMail | None:
    """Read what a report says of each recipient; None when the mail is no such report."""
    blocks = [text for kind, text in mail.reports if kind == STATUS]
    recipients = _by_the_book(blocks) if blocks else ()
    if not recipients and (blocks or _speaks_of_failure(mail)):
        recipients = _in_words(mail, our_addresses)
    if not recipients:
        return None
    return ReturnedMail(our_letters.tokens(mail), recipients[:_MOST_RECIPIENTS])


def _by_the_book(texts: list[str]) -> tuple[ReturnedRecipient, ...]:
    found = []
    for text in texts[:_MOST_REPORTS]:
        # Blocks of fields with empty lines between them; the first speaks of the mail itself.
        for block in re.split(r"\r?\n[ \t]*\r?\n", text[:_MOST_WORDS].strip()):
            fields = HeaderParser(policy=compat32).parsestr(block.strip() + "\n\n")
            address = _typed(fields.get("Final-Recipient", ""))
            original = _typed(fields.get("Original-Recipient", ""))
            if not address and not original:
                continue
            diagnostic = _plain(fields.get("Diagnostic-Code", ""))
            action = _first_word(fields.get("Action", "failed"))
            status = code_in(_plain(fields.get("Status", "")))
            # A code that says nothing but the class; the server's own words may say more.
            if not status or status.endswith(".0.0"):
                status = code_in(diagnostic) or status
            found.append(
                ReturnedRecipient(address or original, original, action, status, diagnostic)
            )
    return tuple(found)


def _typed(value: object) -> str:
    """Read `rfc822; anna@example.org`, with or without the type, in any case."""
    found = _ADDRESS.search(str(value).split(";", 1)[-1])
    return found[0].lower() if found else ""


def _plain(value: object) -> str:
    return " ".join(str(value).split())[:_LONGEST_DIAGNOSTIC]


def _first_word(value: object) -> str:
    words = re.findall(r"[a-z]+", str(value).lower())
    return words[0] if words else "failed"


def _speaks_of_failure(mail: ReadMail) -> bool:
    if mail.header("x-failed-recipients"):
        return True
    nobody = mail.header("return-path").strip() == "<>" or not mail.sender
    looks = _SUBJECTS.search(mail.subject[:_LONGEST_SUBJECT].casefold()) is not None
    return looks and (nobody or _POSTMASTERS.fullmatch(mail.sender) is not None)


def _in_words(mail: ReadMail, our_addresses: frozenset[str]) -> tuple[ReturnedRecipient, ...]:
    """Read a report that was written for people; the same is said of every address in it."""
    whole = mail.text[:_MOST_WORDS]
    cut = _RETURNED.search(whole)
    words = whole[: cut.start()] if cut else whole
    named = _ADDRESS.findall(mail.header("x-failed-recipients")) or sorted(_known_forms(mail))
    named = named or _ADDRESS.findall(words)
    addresses = dict.fromkeys(one.lower() for one in named)
    others = [one for one in addresses if bare(one) not in our_addresses | {mail.sender}]
    both = f"{mail.subject[:_LONGEST_SUBJECT]}\n{words}".casefold()
    action = "delayed" if _DELAYED.search(both) else "failed"
    diagnostic = _plain(words)
    return tuple(
        ReturnedRecipient(one, action=action, status=code_in(words), diagnostic=diagnostic)
        for one in others
    )


def bare(address: str) -> str:
    """Take what stands behind a plus out of an address."""
    local, _, domain = address.partition("@")
    return f"{local.partition('+')[0]}@{domain}"


def _known_forms(mail: ReadMail) -> set[str]:
    """Ask the library of bounce forms, which wants a message and gets the words of this one."""
    message = EmailMessage()
    # A value that the library could not have in a header it need not see.
    with contextlib.suppress(ValueError):
        message["From"] = mail.sender
        message["Subject"] = mail.subject[:_LONGEST_SUBJECT]
    message.set_content(mail.text[:_MOST_WORDS])
    temporary, permanent = flufl.bounce.all_failures(message)
    return {
        one.decode("utf-8", "replace") if isinstance(one, bytes) else str(one)
        for one in {*temporary, *permanent}
    }
