from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from telegram import Bot

from delivery.chart import bar_chart
from delivery.chat import Button, ChatFile, ChatMessage, PollQuestion
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
from delivery.telegram import ChatSender, Sent, make_bot
from playground import faults
from playground.faults import Fault
from playground.server import BotServer
from playground.visitor import Visitor

NINE = datetime(2027, 1, 5, 8, 0, tzinfo=UTC)
ANNA = 101
HELLO = ChatMessage("Dzień <b>dobry</b>, Pani Anno")
BUTTONS = (
    (Button("Zapisuję się", data="e:1"), Button("Mapa", url="https://mapa.example.org/1")),
    (Button("Pomoc", data="help"),),
)
ICS = ChatFile("terminy.ics", b"BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n", "text/calendar")
ANSWER_SECONDS = 1.5


class Started:
    """Counts how often a message was declared to be leaving."""

    def __init__(self) -> None:
        self.times = 0

    async def __call__(self) -> None:
        self.times += 1


@pytest.fixture
async def server() -> AsyncIterator[BotServer]:
    running = BotServer(clock=lambda: NINE)
    await running.start()
    yield running
    await running.stop()


@pytest.fixture
async def bot(server: BotServer) -> AsyncIterator[Bot]:
    async with make_bot(server.token, server.url, answer_seconds=ANSWER_SECONDS) as bot:
        yield bot


@pytest.fixture
def sender(bot: Bot) -> ChatSender:
    return ChatSender(bot)


@pytest.fixture
async def anna(server: BotServer) -> Visitor:
    visitor = Visitor(server, ANNA, "Anna", "Nowak")
    await visitor.send("/start")
    return visitor


async def send(sender: ChatSender, message: ChatMessage, chat_id: int = ANNA) -> Sent:
    return await sender.send(message, chat_id=chat_id, started=Started())


def last_params(server: BotServer) -> dict[str, Any]:
    return server.calls[-1].params


async def test_text_arrives_with_markup_and_without_preview(
    server: BotServer, sender: ChatSender, anna: Visitor
) -> None:
    started = Started()

    sent = await sender.send(HELLO, chat_id=ANNA, started=started)

    assert anna.last.text == "Dzień dobry, Pani Anno"
    assert sent == Sent(anna.last.message_id, None, "ok")
    assert last_params(server)["link_preview_options"] == '{"is_disabled": true}'
    assert started.times == 1


async def test_buttons_keep_their_rows_and_meanings(
    server: BotServer, sender: ChatSender, anna: Visitor
) -> None:
    await send(sender, ChatMessage("Szkolenie", BUTTONS))

    (message,) = server.delivered(anna.user_id)
    assert message["reply_markup"]["inline_keyboard"] == [
        [
            {"text": "Zapisuję się", "callback_data": "e:1"},
            {"text": "Mapa", "url": "https://mapa.example.org/1"},
        ],
        [{"text": "Pomoc", "callback_data": "help"}],
    ]


@pytest.mark.parametrize("text", ["Terminy <b>w pliku</b>", ""])
async def test_document_and_its_words_are_one_call(
    server: BotServer, sender: ChatSender, anna: Visitor, text: str
) -> None:
    await send(sender, ChatMessage(text, BUTTONS, document=ICS))

    (message,) = server.delivered(ANNA)
    assert message.get("caption", "") == text.replace("<b>", "").replace("</b>", "")
    assert message["document"]["file_name"] == "terminy.ics"
    assert message["document"]["mime_type"] == "text/calendar"
    assert anna.last.buttons == ["Zapisuję się", "Mapa", "Pomoc"]
    assert [call.method for call in server.calls] == ["getMe", "sendDocument"]


async def test_document_arrives_byte_for_byte(
    server: BotServer, bot: Bot, sender: ChatSender, anna: Visitor
) -> None:
    await send(sender, ChatMessage("Terminy", document=ICS))

    (message,) = server.delivered(anna.user_id)
    file = await bot.get_file(message["document"]["file_id"])
    assert bytes(await file.download_as_bytearray()) == ICS.content


async def test_photo_and_its_words_are_one_call(
    server: BotServer, sender: ChatSender, anna: Visitor
) -> None:
    chart = bar_chart("Pytanie", ["Tak", "Nie"], [3, 1], locale="pl")

    await send(sender, ChatMessage("Wyniki", photo=ChatFile("wyniki.png", chart, "image/png")))

    (message,) = server.delivered(anna.user_id)
    assert message["caption"] == "Wyniki"
    assert message["photo"]
    assert server.count("sendPhoto") == 1


async def test_poll_is_native_and_says_its_id(
    server: BotServer, sender: ChatSender, anna: Visitor
) -> None:
    poll = PollQuestion("Kiedy?", ("Rano", "Wieczorem"), multiple=True)

    sent = await send(sender, ChatMessage("Prosimy o <b>jeden</b> głos", poll=poll))

    (message,) = server.delivered(anna.user_id)
    body = message["poll"]
    assert [option["text"] for option in body["options"]] == ["Rano", "Wieczorem"]
    assert (body["question"], body["is_anonymous"]) == ("Kiedy?", False)
    assert body["allows_multiple_answers"] is True
    assert sent == Sent(message["message_id"], body["id"], "ok")
    assert last_params(server)["description"] == "Prosimy o <b>jeden</b> głos"


async def test_poll_without_words_has_no_description(
    server: BotServer, sender: ChatSender, anna: Visitor
) -> None:
    await send(sender, ChatMessage("", poll=PollQuestion("Kiedy?", ("Rano", "Wieczorem"))))

    assert anna.last.message_id
    assert [key for key in last_params(server) if key.startswith("description")] == []


async def test_edit_replaces_words_and_takes_buttons_away(
    sender: ChatSender, anna: Visitor
) -> None:
    first = await send(sender, ChatMessage("Wysyłam 1 z 2", BUTTONS))

    sent = await send(sender, ChatMessage("Wysłano 2 z 2", edits=first.message_id))

    _, message = anna.messages
    assert (message.text, message.buttons) == ("Wysłano 2 z 2", [])
    assert sent.message_id == first.message_id


async def test_edit_without_words_replaces_the_buttons_alone(
    sender: ChatSender, anna: Visitor
) -> None:
    first = await send(sender, ChatMessage("Szkolenie", BUTTONS))

    await send(sender, ChatMessage("", ((Button("Wstecz", data="back"),),), edits=first.message_id))

    _, message = anna.messages
    assert (message.text, message.buttons) == ("Szkolenie", ["Wstecz"])


async def test_edit_that_changes_nothing_is_a_success(sender: ChatSender, anna: Visitor) -> None:
    first = await send(sender, HELLO)

    sent = await send(sender, ChatMessage(HELLO.text, edits=first.message_id))

    assert sent == Sent(anna.last.message_id, None, "message is not modified")


@pytest.mark.parametrize(
    ("fault", "failure", "delivered"),
    [
        (faults.flood(7), FloodLimited, 0),
        (faults.blocked(), ChatUnreachable, 0),
        (faults.deactivated(), ChatUnreachable, 0),
        (faults.bad_request("chat not found"), ChatUnreachable, 0),
        (faults.bad_request("PEER_ID_INVALID"), ChatUnreachable, 0),
        (
            faults.bad_request("not enough rights to send text messages to the chat"),
            ChatUnreachable,
            0,
        ),
        (
            faults.bad_request('can\'t parse entities: Unsupported start tag "p" at byte offset 0'),
            MarkupRefused,
            0,
        ),
        (faults.bad_request("message is too long"), Permanent, 0),
        (faults.migrated(-1001), ChatMoved, 0),
        (faults.unauthorized(), LoginRefused, 0),
        (faults.broken(500), OutcomeUnknown, 0),
        (faults.broken(502), OutcomeUnknown, 0),
        (faults.broken(504), OutcomeUnknown, 0),
        (faults.slow(4), OutcomeUnknown, 0),
        (faults.late(4), OutcomeUnknown, 1),
        (faults.dropped_before(), OutcomeUnknown, 0),
        (faults.dropped_after(), OutcomeUnknown, 1),
    ],
    ids=str,
)
async def test_fault_is_named_and_the_next_message_goes_out(
    *,
    server: BotServer,
    sender: ChatSender,
    anna: Visitor,
    fault: Fault,
    failure: type[DeliveryFailure],
    delivered: int,
) -> None:
    server.fail("sendMessage", with_=fault)
    started = Started()

    with pytest.raises(DeliveryFailure) as failed:
        await sender.send(HELLO, chat_id=ANNA, started=started)

    assert type(failed.value) is failure
    assert failed.value.answer
    assert (started.times, len(server.delivered(ANNA))) == (1, delivered)
    await send(sender, ChatMessage("Następna"))
    assert anna.last.text == "Następna"


async def test_flood_says_how_long_and_migration_says_where(
    server: BotServer, sender: ChatSender
) -> None:
    server.fail("sendMessage", with_=faults.flood(7))
    with pytest.raises(FloodLimited) as flood:
        await send(sender, HELLO)
    server.fail("sendMessage", with_=faults.migrated(-1001))
    with pytest.raises(ChatMoved) as moved:
        await send(sender, HELLO)

    assert flood.value.retry_after == timedelta(seconds=7)
    assert moved.value.new_chat_id == -1001


async def test_real_refusals_of_the_server_are_named(
    server: BotServer, sender: ChatSender, anna: Visitor
) -> None:
    with pytest.raises(MarkupRefused):
        await send(sender, ChatMessage("Niedomknięte <b>słowo"))
    with pytest.raises(ChatUnreachable):
        await send(sender, HELLO, chat_id=999)
    with pytest.raises(Permanent):
        await send(sender, ChatMessage("Nowe słowa", edits=4242))

    assert server.delivered(anna.user_id) == []


@pytest.mark.parametrize("fault", [faults.broken(502), faults.dropped_after()], ids=str)
async def test_edit_that_may_have_arrived_is_tried_again(
    server: BotServer, sender: ChatSender, anna: Visitor, fault: Fault
) -> None:
    first = await send(sender, ChatMessage("Wysyłam"))
    server.fail("editMessageText", with_=fault)
    edit = ChatMessage("Wysłano", edits=first.message_id)

    with pytest.raises(Temporary):
        await send(sender, edit)

    await send(sender, edit)
    assert anna.last.text == "Wysłano"


async def test_unreachable_server_breaks_the_channel(server: BotServer, sender: ChatSender) -> None:
    await server.stop()

    with pytest.raises(ChannelBroken) as failed:
        await send(sender, HELLO)

    assert server.token not in failed.value.answer


async def test_wrong_token_breaks_the_channel(server: BotServer) -> None:
    bot = make_bot("700700700:AAanother-token-of-no-real-bot", server.url)

    with pytest.raises(ChannelBroken):
        await send(ChatSender(bot), HELLO)

    await bot.request.shutdown()


async def test_error_of_started_goes_to_the_caller_and_nothing_leaves(
    server: BotServer, sender: ChatSender, anna: Visitor
) -> None:
    async def lease_lost() -> None:
        raise LookupError

    with pytest.raises(LookupError):
        await sender.send(HELLO, chat_id=anna.user_id, started=lease_lost)

    assert server.count("sendMessage") == 0


async def test_poll_is_stopped_once_and_once_more_does_no_harm(
    sender: ChatSender, server: BotServer, anna: Visitor
) -> None:
    asked = await send(sender, ChatMessage("", poll=PollQuestion("Kiedy?", ("Rano", "Wieczorem"))))
    stop = ChatMessage("", edits=asked.message_id, stops=True)

    sent = await send(sender, stop)
    again = await send(sender, stop)

    assert anna.last.poll is not None
    assert anna.last.poll["is_closed"] is True
    assert (sent.message_id, again.message_id) == (asked.message_id, asked.message_id)
    with pytest.raises(MessageGone):
        await send(sender, ChatMessage("", edits=4242, stops=True))

    other = await send(sender, ChatMessage("", poll=PollQuestion("Gdzie?", ("Tu", "Tam"))))
    stop = ChatMessage("", edits=other.message_id, stops=True)
    server.fail("stopPoll", with_=faults.dropped_after())
    with pytest.raises(Temporary):
        await send(sender, stop)
    await send(sender, stop)
