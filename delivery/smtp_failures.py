"""Translate what a mail server answered, and at which step, into this room's failures."""

import re
from dataclasses import dataclass

from aiosmtplib import SMTPResponseException

from delivery.characters import one_line
from delivery.failures import (
    AddressRefused,
    ChannelBroken,
    Deferred,
    DeliveryFailure,
    LoginRefused,
    OutcomeUnknown,
    Permanent,
    Temporary,
)

CONNECT, AUTH, MAIL, RCPT, DATA = STEPS = ("CONNECT", "AUTH", "MAIL", "RCPT", "DATA")
_LONGEST_ANSWER = 500


@dataclass(frozen=True)
class Rule:
    """What an answer means; `answer` is a pattern for the code and the words at its beginning."""

    steps: tuple[str, ...]
    answer: str
    failure: type[DeliveryFailure]


# The first rule that fits counts. The second number, where a server gives one, is RFC 3463's:
# X.2 is about the mailbox, X.3 and X.7 are about the server and its policy. At RCPT these two
# speak of us, and "mailbox full" will pass although its code says for good.
RULES = (
    Rule((CONNECT,), r"[45]", ChannelBroken),
    Rule((AUTH,), r"4", ChannelBroken),
    Rule((AUTH,), r"5", LoginRefused),
    Rule((MAIL, RCPT, DATA), r"53[0458]", LoginRefused),
    Rule((MAIL, RCPT, DATA), r"421", Temporary),
    Rule((MAIL, RCPT, DATA), r"4", Deferred),
    Rule((RCPT,), r"552|5\d\d 5\.2\.2", Deferred),
    Rule((RCPT,), r"5\d\d 5\.[37]\.|5\d\d .*\brelay", Permanent),
    Rule((RCPT,), r"5", AddressRefused),
    Rule((MAIL, DATA), r"5", Permanent),
)
# A lost connection, a time-out, or an answer that is none. Before the first byte of the mail
# nothing can have been accepted; afterwards nobody knows (RFC 1047).
NO_ANSWER: dict[str, type[DeliveryFailure]] = {
    CONNECT: ChannelBroken,
    AUTH: ChannelBroken,
    MAIL: Temporary,
    RCPT: Temporary,
    DATA: OutcomeUnknown,
}


def failure_at(step: str, error: BaseException) -> DeliveryFailure:
    """Name the failure of a step."""
    words = told(error)
    if isinstance(error, SMTPResponseException):
        for rule in RULES:
            if step in rule.steps and re.match(rule.answer, words, re.IGNORECASE):
                return rule.failure(words)
    return NO_ANSWER[step](words)


def told(error: BaseException) -> str:
    """Write what was answered, or what went wrong, on one line."""
    if isinstance(error, SMTPResponseException):
        words = f"{error.code} {error.message}"
    else:
        words = f"{type(error).__name__}: {error}"
    return one_line(words)[:_LONGEST_ANSWER]
