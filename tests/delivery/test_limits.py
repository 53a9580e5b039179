import pytest

from delivery.chat import Button, ChatFile, ChatMessage, PollQuestion
from delivery.failures import (
    AttachmentsCollide,
    ButtonWrong,
    CaptionTooLong,
    CompositionError,
    PollWrong,
    TextMissing,
    TextTooLong,
)
from delivery.limits import check_limits, visible_length

FILE = ChatFile("a.ics", b"", "text/calendar")
POLL = PollQuestion("Kiedy?", ("Rano", "Wieczorem"))


def with_button(button: Button) -> ChatMessage:
    return ChatMessage("a", ((button,),))


def with_poll(question: str, *options: str) -> ChatMessage:
    return ChatMessage("", poll=PollQuestion(question, options))


@pytest.mark.parametrize(
    ("html", "length"),
    [
        ("", 0),
        ("<b>Zażółć</b>", 6),
        ('<a href="https://example.org/?a=1&amp;b=2">tu</a>', 2),
        ("&lt;b&gt; &amp; &quot;", 7),
        ("🎉", 2),
    ],
)
def test_visible_length_counts_as_telegram_does(html: str, length: int) -> None:
    assert visible_length(html) == length


@pytest.mark.parametrize(
    "message",
    [
        ChatMessage("a"),
        ChatMessage("<b>" + "a" * 4096 + "</b>"),
        ChatMessage("a" * 1024, document=FILE),
        ChatMessage("", photo=FILE),
        ChatMessage("a" * 1024, poll=POLL),
        ChatMessage("a", edits=7),
        ChatMessage("", edits=7),
        with_button(Button("Dalej", data="ż" * 32)),
        with_button(Button("Mapa", url="https://example.org")),
        with_poll("a" * 300, *["a" * 100] * 12),
    ],
)
def test_message_within_limits_passes(message: ChatMessage) -> None:
    check_limits(message)


@pytest.mark.parametrize(
    ("message", "error"),
    [
        (ChatMessage(""), TextMissing),
        (ChatMessage(" \n"), TextMissing),
        (ChatMessage(" ", edits=7), TextMissing),
        (ChatMessage("a" * 4097), TextTooLong),
        (ChatMessage("🎉" * 2049), TextTooLong),
        (ChatMessage("a" * 1025, document=FILE), CaptionTooLong),
        (ChatMessage("a" * 1025, photo=FILE), CaptionTooLong),
        (ChatMessage("a" * 1025, poll=POLL), CaptionTooLong),
        (ChatMessage("a", document=FILE, photo=FILE), AttachmentsCollide),
        (ChatMessage("a", photo=FILE, poll=POLL), AttachmentsCollide),
        (ChatMessage("a", document=FILE, edits=7), AttachmentsCollide),
        (with_button(Button("Dalej")), ButtonWrong),
        (with_button(Button("Dalej", data="a", url="https://example.org")), ButtonWrong),
        (with_button(Button("", data="a")), ButtonWrong),
        (with_button(Button("Dalej", data="")), ButtonWrong),
        (with_button(Button("Dalej", data="ż" * 32 + "a")), ButtonWrong),
        (ChatMessage("a", ((Button("b", data="c"),),) * 101), ButtonWrong),
        (ChatMessage("a", ((Button("b", data="c"),) * 9,)), ButtonWrong),
        (with_poll("", "a", "b"), PollWrong),
        (with_poll("a" * 301, "a", "b"), PollWrong),
        (with_poll("Kiedy?", "a"), PollWrong),
        (with_poll("Kiedy?", *"abcdefghijklm"), PollWrong),
        (with_poll("Kiedy?", "a", ""), PollWrong),
        (with_poll("Kiedy?", "a", "b" * 101), PollWrong),
    ],
)
def test_message_beyond_limits_is_refused_by_name(
    message: ChatMessage, error: type[CompositionError]
) -> None:
    with pytest.raises(CompositionError) as refused:
        check_limits(message)

    assert type(refused.value) is error


@pytest.mark.parametrize(
    "button",
    [Button("Jan Tajnowski", data="n" * 65), Button("Jan Tajnowski"), Button(" ", data="tajne")],
)
def test_error_says_nothing_of_the_words_on_a_button(button: Button) -> None:
    with pytest.raises(ButtonWrong) as error:
        check_limits(with_button(button))

    assert [each for each in ("Tajnowski", "nnnn", "tajne") if each in repr(error.value)] == []
