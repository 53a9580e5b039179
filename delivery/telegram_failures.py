"""Translate what the Bot API and the wire answered into this room's failures."""

from dataclasses import dataclass
from datetime import timedelta

from telegram.error import (
    BadRequest,
    ChatMigrated,
    Conflict,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
)

from delivery.failures import (
    ChannelBroken,
    ChatMoved,
    ChatUnreachable,
    DeliveryFailure,
    FloodLimited,
    LoginRefused,
    MarkupRefused,
    MessageGone,
    OutcomeUnknown,
    Permanent,
    Temporary,
)
from delivery.redaction import redact

NOT_MODIFIED = "message is not modified"
POLL_CLOSED = "poll has already been closed"
TOO_MANY = "too many requests"

_LONGEST_ANSWER = 500
_FLOOD_WITHOUT_TIME = timedelta(seconds=30)


@dataclass(frozen=True)
class Rule:
    """What an error of Telegram's library means when its words contain one of the signs."""

    error: type[TelegramError]
    signs: tuple[str, ...]
    failure: type[DeliveryFailure]


# The first rule that fits counts. Words are those of the Bot API server (tdlib/telegram-bot-api,
# Client.cpp) in small letters; a rule without signs fits all words. RetryAfter and ChatMigrated
# carry a value and are read before.
RULES = (
    Rule(Forbidden, (), ChatUnreachable),
    Rule(InvalidToken, (), LoginRefused),
    Rule(Conflict, (), Temporary),
    Rule(BadRequest, ("can't parse entities",), MarkupRefused),
    Rule(
        BadRequest,
        (
            *("chat not found", "user not found", "peer_id_invalid", "chat_write_forbidden"),
            *("have no rights to send", "not enough rights to send", "user is deactivated"),
            *("group chat was deactivated", "bot was kicked", "chat_restricted"),
        ),
        ChatUnreachable,
    ),
    Rule(
        BadRequest,
        (
            *("message to edit not found", "message can't be edited", "message_id_invalid"),
            *("message with poll to stop not found", "poll can't be stopped"),
        ),
        MessageGone,
    ),
    Rule(BadRequest, (), Permanent),
    Rule(NetworkError, ("request entity too large",), Permanent),
    Rule(NetworkError, (TOO_MANY,), FloodLimited),
)
# The cause of a NetworkError, by the HTTP client's class names: another client behind the same
# interface raises the same names. After these no byte of the request has left. Everything else,
# a 5xx answer too, leaves the outcome unknown.
CAUSES: dict[str, type[DeliveryFailure]] = {
    "ConnectError": ChannelBroken,
    "ConnectTimeout": ChannelBroken,
    "ProxyError": ChannelBroken,
    "UnsupportedProtocol": ChannelBroken,
    "PoolTimeout": Temporary,
}


def failure_of(error: TelegramError) -> DeliveryFailure:
    """Name the failure; the error's class, its words and its cause decide."""
    answer = redact(f"{type(error).__name__}: {error.message}")[:_LONGEST_ANSWER]
    if isinstance(error, RetryAfter):
        return FloodLimited(answer, retry_after=_time_of(error.retry_after))
    if isinstance(error, ChatMigrated):
        return ChatMoved(answer, new_chat_id=error.new_chat_id)
    failure = _by_cause(error) or _by_words(error)
    if issubclass(failure, FloodLimited):
        return failure(answer, retry_after=_FLOOD_WITHOUT_TIME)
    return failure(answer)


def _by_cause(error: TelegramError) -> type[DeliveryFailure] | None:
    if not isinstance(error, NetworkError) or isinstance(error, BadRequest):
        return None
    causes = {kind.__name__ for kind in type(error.__cause__).__mro__}
    return next((failure for name, failure in CAUSES.items() if name in causes), None)


def _by_words(error: TelegramError) -> type[DeliveryFailure]:
    words = error.message.lower()
    for rule in RULES:
        signs = rule.signs or ("",)
        if isinstance(error, rule.error) and any(sign in words for sign in signs):
            return rule.failure
    return OutcomeUnknown


def _time_of(retry_after: int | timedelta) -> timedelta:
    return retry_after if isinstance(retry_after, timedelta) else timedelta(seconds=retry_after)
