"""Name every way in which a notice can fail to be written or to leave.

CompositionError (ValueError)    the notice itself cannot be sent; found before it is queued
├── HeaderRefused                control characters where a header or a name stands
├── MailboxWrong                 MAIL_FROM or an address is not a mailbox
├── OrganiserInvited             our own mailbox would be invited by itself
├── NaiveInstant                 a time without its zone
├── TextMissing                  a chat message without words
├── TextTooLong                  more visible text than a chat message holds
├── CaptionTooLong               more visible text than fits beside a file
├── ButtonWrong                  a button without one meaning, with too much data, or too many
├── PollWrong                    a poll outside Telegram's limits
├── AttachmentsCollide           two things that one Bot API call cannot carry
└── FileMissing                  the file that the message carries is not there any more

DeliveryFailure                  an attempt to send ended without "accepted"
├── Temporary                    the same bytes may succeed later
│   ├── Deferred                 the mail server asks for another attempt later
│   └── FloodLimited             the whole channel waits for a stated time
├── Permanent                    the same bytes will never succeed
│   ├── AddressRefused           this e-mail address does not take mail
│   ├── ChatUnreachable          blocked, deleted or never started
│   ├── MarkupRefused            Telegram could not read the text's markup
│   └── MessageGone              the message that was to be changed is not there any more
├── ChatMoved                    the chat has a new number
├── ChannelBroken                nothing can leave by this channel now
│   └── LoginRefused             our password or token is not accepted
└── OutcomeUnknown               the bytes may have left; nobody can say

Only `Permanent` failures say `permanent`; what the others ask for is in their type.
"""

from datetime import timedelta
from typing import ClassVar


class CompositionError(ValueError):
    """The notice cannot be sent as it is written."""

    def __init__(self, detail: str = "") -> None:
        self.detail = detail
        sentence = (type(self).__doc__ or "").splitlines()[0]
        super().__init__(f"{sentence} ({detail})" if detail else sentence)


class HeaderRefused(CompositionError):
    """A header of a letter contains characters that a header may not have."""


class MailboxWrong(CompositionError):
    """A mailbox must have the form address@domain or Name <address@domain>."""


class OrganiserInvited(CompositionError):
    """The calendar invitation would invite its own organiser."""


class NaiveInstant(CompositionError):
    """A calendar entry needs times with a zone."""


class TextMissing(CompositionError):
    """A chat message without a file, photo or poll needs words."""


class TextTooLong(CompositionError):
    """The text is longer than a chat message may be."""


class CaptionTooLong(CompositionError):
    """The text is longer than fits beside a file or a poll."""


class ButtonWrong(CompositionError):
    """A button needs a label and either 1 to 64 bytes of data or a link; 100 fit, 8 in a row."""


class PollWrong(CompositionError):
    """The poll is outside Telegram's limits for questions and options."""


class AttachmentsCollide(CompositionError):
    """One chat message carries at most one file, photo or poll, and an edit carries none."""


class FileMissing(CompositionError):
    """The file that the message carries is not there any more."""


class DeliveryFailure(Exception):
    """An attempt to send did not end with the peer's acceptance.

    `answer` is what the peer said or what went wrong, in words fit for the outbox row.
    """

    permanent: ClassVar[bool] = False

    def __init__(self, answer: str) -> None:
        self.answer = answer
        super().__init__(answer)


class Temporary(DeliveryFailure):
    """Nothing was accepted and the same bytes may be accepted later."""

    def __init__(self, answer: str, *, retry_at_least: timedelta | None = None) -> None:
        self.retry_at_least = retry_at_least
        super().__init__(answer)


class Deferred(Temporary):
    """The mail server asks for another attempt later, as greylisting does (RFC 5321 4.5.4.1)."""


class FloodLimited(Temporary):
    """The channel must be silent for `retry_after`; the attempt does not count."""

    def __init__(self, answer: str, *, retry_after: timedelta) -> None:
        self.retry_after = retry_after
        super().__init__(answer, retry_at_least=retry_after)


class Permanent(DeliveryFailure):
    """The same bytes to the same contact will never be accepted."""

    permanent: ClassVar[bool] = True


class AddressRefused(Permanent):
    """The mail server does not take mail for this address."""


class ChatUnreachable(Permanent):
    """The person blocked the bot, left, or never spoke to it."""


class MarkupRefused(Permanent):
    """Telegram could not parse the markup; the same words as plain text may still go."""


class MessageGone(Permanent):
    """The message that was to be changed was deleted or is too old; nothing is wrong."""


class ChatMoved(DeliveryFailure):
    """The chat lives on under another number, `new_chat_id`."""

    def __init__(self, answer: str, *, new_chat_id: int) -> None:
        self.new_chat_id = new_chat_id
        super().__init__(answer)


class ChannelBroken(DeliveryFailure):
    """The channel itself does not work: login, token or connection.

    The notice is innocent; the channel pauses and the notice keeps its place.
    """


class LoginRefused(ChannelBroken):
    """The other side does not accept our password or token; only a person can mend that."""


class OutcomeUnknown(DeliveryFailure):
    """The bytes may have arrived; only the policy of the kind of notice may repeat them."""
