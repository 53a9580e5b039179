import asyncio

import pytest
from telegram import Bot, InlineKeyboardButton, InlineKeyboardMarkup

from playground.polls import PollClosed
from playground.server import BotServer
from playground.visitor import NoSuchButton, NotSeen, Visitor


def keys(*labels: str) -> InlineKeyboardMarkup:
    return InlineKeyboardMarkup([[InlineKeyboardButton(x, callback_data=x)] for x in labels])


async def newest(bot: Bot) -> dict[str, object]:
    update = (await bot.get_updates())[-1].to_dict()
    await bot.get_updates(update["update_id"] + 1)
    return dict(update)


async def test_start_with_payload_is_a_command(bot: Bot, anna: Visitor) -> None:
    await anna.send("/start tok_abc-1")

    message = (await bot.get_updates())[-1].message
    assert message is not None
    assert message.from_user is not None
    assert (message.text, message.from_user.language_code) == ("/start tok_abc-1", "pl")
    assert [(e.type, e.offset, e.length) for e in message.entities] == [("bot_command", 0, 6)]


async def test_every_kind_of_file_arrives(bot: Bot, anna: Visitor) -> None:
    await anna.send_photo(caption="my")
    await anna.send_document("pismo.pdf", b"%PDF-1.4")
    await anna.send_voice()
    await anna.send_sticker("🎉")

    photo, document, voice, sticker = (u.message for u in await bot.get_updates())
    assert photo is not None
    assert (photo.caption, photo.photo[0].width) == ("my", 1)
    assert document is not None
    assert document.document is not None
    assert (document.document.file_name, document.document.file_size) == ("pismo.pdf", 8)
    content = await (await document.document.get_file()).download_as_bytearray()
    assert bytes(content) == b"%PDF-1.4"
    assert voice is not None
    assert voice.voice is not None
    assert voice.voice.duration is not None
    assert sticker is not None
    assert sticker.sticker is not None
    assert sticker.sticker.emoji == "🎉"


async def test_person_without_names_and_language(server: BotServer, bot: Bot) -> None:
    visitor = Visitor(server, 5, "Ola", language_code="")

    await visitor.send("a")

    message = (await bot.get_updates())[-1].message
    assert message is not None
    assert message.from_user is not None
    assert message.from_user.to_dict() == {"id": 5, "is_bot": False, "first_name": "Ola"}
    assert visitor.name == "Ola"


async def test_press_takes_newest_exact_label_before_prefix(bot: Bot, anna: Visitor) -> None:
    await anna.send("/start")
    await bot.send_message(anna.user_id, "stara", reply_markup=keys("Zapisz"))
    await bot.send_message(anna.user_id, "nowa", reply_markup=keys("Zapisz się", "Zapisz"))

    await anna.press("Zapisz", within=0)
    exact = await newest(bot)
    await anna.press("Zapisz się", within=0)
    other = await newest(bot)
    await anna.press_old(2, "Za", within=0)
    old = await newest(bot)

    queries = [update["callback_query"] for update in (exact, other, old)]
    assert [(q["message"]["text"], q["data"]) for q in queries] == [  # type: ignore[index]
        ("nowa", "Zapisz"),
        ("nowa", "Zapisz się"),
        ("stara", "Zapisz"),
    ]


async def test_press_refuses_what_is_not_there(bot: Bot, anna: Visitor) -> None:
    await anna.send("/start")
    sent = await bot.send_message(anna.user_id, "a", reply_markup=keys("Zapis 1", "Zapis 2"))

    with pytest.raises(NoSuchButton, match="'Moje'; there are"):
        await anna.press("Moje")
    with pytest.raises(NoSuchButton, match="'Zapis'; there are"):
        await anna.press("Zapis")
    await sent.delete()
    with pytest.raises(NoSuchButton, match="is gone"):
        await anna.press_old(sent.message_id, "Zapis 1")


async def test_press_without_words_returns_at_once(bot: Bot, anna: Visitor) -> None:
    await anna.send("/start")
    await bot.send_message(anna.user_id, "a", reply_markup=keys("Tak"))

    pressed = asyncio.create_task(anna.press("Tak"))
    await asyncio.sleep(0)
    query = (await bot.get_updates())[-1].callback_query
    assert query is not None
    await query.answer()

    assert await pressed is None


async def test_button_of_a_message_that_is_gone_still_reaches_the_bot(
    bot: Bot, anna: Visitor
) -> None:
    await anna.send("/start")

    await anna.press_data(77, "old", within=0)

    query = (await bot.get_updates())[-1].callback_query
    assert query is not None
    assert query.message is not None
    assert (query.data, query.message.message_id, query.message.is_accessible) == ("old", 77, False)


async def test_deep_link_button_starts_with_its_payload(bot: Bot, anna: Visitor) -> None:
    await anna.send("/start")
    rows = [
        InlineKeyboardButton("Zapisz", url="https://t.me/akademia_bot?start=e_1"),
        InlineKeyboardButton("Strona", url="https://example.org"),
    ]
    await bot.send_message(anna.user_id, "a", reply_markup=InlineKeyboardMarkup([rows]))

    await anna.press("Zapisz")
    await anna.press("Strona")

    assert [m.text for m in anna.messages if not m.from_bot] == ["/start", "/start e_1"]


async def test_wait_for_sees_new_and_edited_messages(bot: Bot, anna: Visitor) -> None:
    await anna.send("/start")
    sent = await bot.send_message(anna.user_id, "Jakie imię?")
    await anna.wait_for("imię")
    await anna.send("Anna")

    with pytest.raises(NotSeen, match=r"(?s)'imię' not seen by Anna Nowak in:.*Jakie imię"):
        await anna.wait_for("imię", timeout=0.01)
    assert (await anna.wait_for("imię", after=0)).message_id == sent.message_id
    waiting = asyncio.create_task(anna.wait_for("Dziękuję"))
    await sent.edit_text("Dziękuję")

    assert (await waiting).message_id == sent.message_id
    mark = anna.mark
    with pytest.raises(NotSeen):
        await anna.wait_for(after=mark, timeout=0)


async def test_seen_message_without_parts(anna: Visitor) -> None:
    await anna.send("a")

    (message,) = anna.messages
    assert (message.document, message.photo, message.poll) == (None, None, None)
    assert (message.buttons, message.entities) == ([], [])


async def test_vote_that_the_poll_does_not_take(bot: Bot, anna: Visitor) -> None:
    await anna.send("/start")
    sent = await bot.send_poll(anna.user_id, "Pasuje?", ["Tak", "Nie"])

    with pytest.raises(PollClosed, match="one answer only"):
        await anna.vote(0, 1)
    with pytest.raises(PollClosed, match="no such option"):
        await anna.vote(2)
    await bot.stop_poll(anna.user_id, sent.message_id)
    with pytest.raises(PollClosed, match="closed"):
        await anna.vote(0)

    assert anna.last.text == "Pasuje?"


async def test_transcript_reads_as_a_conversation(bot: Bot, anna: Visitor) -> None:
    await anna.send("/start")
    sent = await bot.send_message(anna.user_id, "Dzień dobry\nco dalej?", reply_markup=keys("A"))
    await anna.press("A", within=0)
    query = (await bot.get_updates())[-1].callback_query
    assert query is not None
    await query.answer("Zapisano")
    await sent.edit_text("Gotowe")
    await bot.send_document(anna.user_id, b"x", filename="a.ics")
    poll = await bot.send_poll(anna.user_id, "Pasuje?", ["Tak", "Nie"], is_anonymous=False)
    await anna.vote(0)
    await anna.retract()
    await bot.stop_poll(anna.user_id, poll.message_id)
    await sent.delete()
    await anna.send_photo()
    await anna.block()
    await anna.unblock()

    assert anna.transcript == [
        "05.01 09:00  Anna Nowak: /start",
        "05.01 09:00  Bot: Dzień dobry",
        "        co dalej?",
        "        [A]",
        "05.01 09:00  Anna Nowak: (naciska) [A]",
        "05.01 09:00  Bot: (okienko) Zapisano",
        "05.01 09:00  Bot: (zmienia wiadomość) Gotowe",
        "05.01 09:00  Bot:",
        "        [plik: a.ics]",
        "05.01 09:00  Bot: Pasuje?",
        "        ( ) Tak",
        "        ( ) Nie",
        "05.01 09:00  Anna Nowak: (głosuje) Tak",
        "05.01 09:00  Anna Nowak: (cofa głos)",
        "05.01 09:00  Bot: (kończy głosowanie)",
        "05.01 09:00  Bot: (usuwa wiadomość)",
        "05.01 09:00  Anna Nowak:",
        "        [plik: photo]",
        "05.01 09:00  Anna Nowak: (blokuje bota)",
        "05.01 09:00  Anna Nowak: (odblokowuje bota)",
    ]
    first, *more = anna.json_lines.splitlines()
    assert first == (
        '{"at": "2027-01-05T08:00:00+00:00", "direction": "in", "kind": "message", '
        '"text": "/start", "buttons": [], "files": [], "poll": [], "message_id": 1}'
    )
    assert len(more) == 13
