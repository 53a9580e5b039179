from datetime import timedelta

import httpx
import pytest
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Conflict,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
    TimedOut,
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
from delivery.telegram_failures import failure_of


def caused(error: TelegramError, cause: Exception) -> TelegramError:
    error.__cause__ = cause
    return error


@pytest.mark.parametrize(
    ("cause", "failure"),
    [
        (httpx.ConnectError(""), ChannelBroken),
        (httpx.ConnectTimeout(""), ChannelBroken),
        (httpx.PoolTimeout(""), Temporary),
        (httpx.ProxyError(""), ChannelBroken),
        (httpx.UnsupportedProtocol(""), ChannelBroken),
        (httpx.ReadTimeout(""), OutcomeUnknown),
        (httpx.WriteTimeout(""), OutcomeUnknown),
        (httpx.ReadError(""), OutcomeUnknown),
        (httpx.WriteError(""), OutcomeUnknown),
        (httpx.RemoteProtocolError(""), OutcomeUnknown),
        (RuntimeError(""), OutcomeUnknown),
    ],
    ids=repr,
)
@pytest.mark.parametrize("error", [NetworkError, TimedOut])
def test_cause_says_whether_bytes_may_have_left(
    error: type[NetworkError], cause: Exception, failure: type[DeliveryFailure]
) -> None:
    assert type(failure_of(caused(error("it"), cause))) is failure


@pytest.mark.parametrize(
    ("error", "failure"),
    [
        (Conflict("terminated by other getUpdates request"), Temporary),
        (InvalidToken("Unauthorized"), LoginRefused),
        (Forbidden("Forbidden: bot was blocked by the user"), ChatUnreachable),
        (BadRequest("Chat not found"), ChatUnreachable),
        (BadRequest("Can't parse entities: unclosed tag"), MarkupRefused),
        (BadRequest("Message to edit not found"), MessageGone),
        (BadRequest("Message can't be edited"), MessageGone),
        (BadRequest("Message is too long"), Permanent),
        (ChatMigrated(-100), ChatMoved),
        (NetworkError("Request Entity Too Large"), Permanent),
        (NetworkError("Too Many Requests: later"), FloodLimited),
        (NetworkError("Bad Gateway"), OutcomeUnknown),
        (TelegramError("Invalid server response"), OutcomeUnknown),
    ],
    ids=repr,
)
def test_words_decide_where_the_class_does_not(
    error: TelegramError, failure: type[DeliveryFailure]
) -> None:
    assert type(failure_of(error)) is failure


@pytest.mark.parametrize("as_timedelta", ["0", "1"])
@pytest.mark.filterwarnings("ignore::telegram.warnings.PTBDeprecationWarning")
def test_flood_time_is_read_as_number_and_as_duration(
    monkeypatch: pytest.MonkeyPatch, as_timedelta: str
) -> None:
    monkeypatch.setenv("PTB_TIMEDELTA", as_timedelta)

    failure = failure_of(RetryAfter(7))

    assert isinstance(failure, FloodLimited)
    assert failure.retry_after == timedelta(seconds=7)


def test_answer_holds_no_token_and_is_short() -> None:
    failure = failure_of(BadRequest("https://x/bot123456:AAsecret-token/sendMessage " + "x" * 900))

    assert failure.answer.startswith("BadRequest: https://x/bot***/sendMessage x")
    assert len(failure.answer) == 500
