"""Translate what the Bot API and the wire answered into this room's failures."""

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
    MarkupRefused,
    OutcomeUnknown,
    Permanent,
    Temporary,
)
from delivery.redaction import redact

NOT_MODIFIED = "message is not modified"

_LONGEST_ANSWER = 500
_FLOOD_WITHOUT_TIME = timedelta(seconds=30)
_BY_CLASS: dict[type[TelegramError], type[DeliveryFailure]] = {
    Forbidden: ChatUnreachable,
    InvalidToken: ChannelBroken,
    Conflict: Temporary,
}
# Causes after which no byte of the request has left, by the HTTP client's class names: another
# client behind the same interface raises the same names.
_NO_CONNECTION = frozenset({"ConnectError", "ConnectTimeout", "ProxyError", "UnsupportedProtocol"})
_NO_FREE_CONNECTION = frozenset({"PoolTimeout"})
_UNREACHABLE = (
    "chat not found",
    "user not found",
    "peer_id_invalid",
    "chat_write_forbidden",
    "have no rights to send",
    "not enough rights to send",
    "group chat was deactivated",
)


def failure_of(error: TelegramError) -> DeliveryFailure:
    """Name the failure; the error's class, its words and its cause decide."""
    answer = redact(f"{type(error).__name__}: {error.message}")[:_LONGEST_ANSWER]
    match error:
        case RetryAfter():
            return FloodLimited(answer, retry_after=_time_of(error.retry_after))
        case ChatMigrated():
            return ChatMoved(answer, new_chat_id=error.new_chat_id)
        case BadRequest():
            return _of_bad_request(answer)
        case NetworkError():
            return _of_network_error(error, answer)
    return _by_class(error)(answer)


def _by_class(error: TelegramError) -> type[DeliveryFailure]:
    for error_class, failure_class in _BY_CLASS.items():
        if isinstance(error, error_class):
            return failure_class
    return OutcomeUnknown


def _time_of(retry_after: int | timedelta) -> timedelta:
    return retry_after if isinstance(retry_after, timedelta) else timedelta(seconds=retry_after)


def _of_bad_request(answer: str) -> DeliveryFailure:
    words = answer.lower()
    if "can't parse entities" in words:
        return MarkupRefused(answer)
    if any(sign in words for sign in _UNREACHABLE):
        return ChatUnreachable(answer)
    return Permanent(answer)


def _of_network_error(error: NetworkError, answer: str) -> DeliveryFailure:
    causes = {cls.__name__ for cls in type(error.__cause__).__mro__}
    words = error.message.lower()
    if causes & _NO_CONNECTION:
        return ChannelBroken(answer)
    if causes & _NO_FREE_CONNECTION:
        return Temporary(answer)
    if words.startswith("too many requests"):
        return FloodLimited(answer, retry_after=_FLOOD_WITHOUT_TIME)
    if words.startswith("request entity too large"):
        return Permanent(answer)
    return OutcomeUnknown(answer)
