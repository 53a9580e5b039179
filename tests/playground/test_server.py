import asyncio
from datetime import UTC, datetime, timedelta

import httpx
import pytest
from telegram import (
    Bot,
    BotCommand,
    BotCommandScopeAllPrivateChats,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InputFile,
    MenuButtonCommands,
)
from telegram.error import BadRequest, Forbidden, InvalidToken

from playground.server import BotServer
from playground.visitor import PIXEL, Visitor

YES = InlineKeyboardMarkup([[InlineKeyboardButton("Tak", callback_data="yes")]])


async def call(server: BotServer, method: str, **params: object) -> str:
    """Return the complaint about a call that the library would not let through."""
    async with httpx.AsyncClient() as client:
        answer = await client.post(f"{server.url}/bot{server.token}/{method}", json=params)
    return str(answer.json()["description"])


async def test_get_me_describes_the_bot(server: BotServer, bot: Bot) -> None:
    me = await bot.get_me()

    assert (me.id, me.is_bot, me.username) == (700700700, True, "akademia_bot")
    assert server.calls[-1].outcome == "ok"


async def test_message_arrives_with_entities_and_buttons(
    server: BotServer, bot: Bot, anna: Visitor
) -> None:
    await anna.send("/start")

    sent = await bot.send_message(
        anna.user_id, "<b>Źdźbło</b> &lt;3 https://example.org.", "HTML", reply_markup=YES
    )

    assert sent.text == "Źdźbło <3 https://example.org."
    assert [(e.type, e.offset, e.length) for e in sent.entities] == [
        ("bold", 0, 6),
        ("url", 10, 19),
    ]
    assert sent.date == datetime(2027, 1, 5, 8, 0, tzinfo=UTC)
    assert sent.chat.full_name == "Anna Nowak"
    assert anna.last.buttons == ["Tak"]
    assert [message["text"] for message in server.delivered(anna.user_id)] == [sent.text]
    assert (server.count("sendMessage"), server.count("sendMessage", 5)) == (1, 0)


async def test_method_names_ignore_case_and_encoding(server: BotServer, anna: Visitor) -> None:
    await anna.send("/start")
    address = f"{server.url}/bot{server.token}"
    params = {"chat_id": str(anna.user_id), "text": "a"}

    async with httpx.AsyncClient() as client:
        answers = [
            await client.get(f"{address}/SENDMESSAGE", params=params),
            await client.post(f"{address}/sendmessage", data=params),
            await client.post(f"{address}/sendMessage", json=params),
            await client.post(f"{address}/sendMessage", files={"x": b"x"}, data=params),
        ]

    assert [answer.json()["ok"] for answer in answers] == [True] * 4
    assert [message.text for message in anna.messages[1:]] == ["a"] * 4


@pytest.mark.parametrize(
    ("body", "headers", "description"),
    [
        (b"{", {"content-type": "application/json"}, "can't parse JSON object"),
        (b'{"chat_id":1,"text":"a"}', {"content-type": "application/json"}, "chat not found"),
        (
            b"chat_id=101&text=a&reply_markup={",
            {"content-type": "application/x-www-form-urlencoded"},
            "can't parse reply_markup JSON object",
        ),
    ],
)
async def test_malformed_calls_are_refused(
    server: BotServer, anna: Visitor, body: bytes, headers: dict[str, str], description: str
) -> None:
    await anna.send("/start")

    async with httpx.AsyncClient() as client:
        answer = await client.post(
            f"{server.url}/bot{server.token}/sendMessage", content=body, headers=headers
        )

    assert answer.status_code == 400
    assert answer.json()["description"] == f"Bad Request: {description}"


async def test_unknown_method_is_not_found(server: BotServer) -> None:
    async with httpx.AsyncClient() as client:
        answer = await client.post(f"{server.url}/bot{server.token}/logOut")

    assert (answer.status_code, answer.json()) == (
        404,
        {"ok": False, "error_code": 404, "description": "Not Found: method not found"},
    )


async def test_wrong_token_is_unauthorized(server: BotServer) -> None:
    bot = Bot("1:wrong", base_url=f"{server.url}/bot")

    with pytest.raises(InvalidToken):
        await bot.initialize()
    async with httpx.AsyncClient() as client:
        answer = await client.get(f"{server.url}/bot1:wrong/getMe")
    await bot.shutdown()

    assert answer.json()["description"] == "Unauthorized"


async def test_chat_is_unknown_before_its_person_starts(bot: Bot, anna: Visitor) -> None:
    with pytest.raises(BadRequest, match=r"^Chat not found$"):
        await bot.send_message(anna.user_id, "a")
    with pytest.raises(BadRequest, match=r"^Chat not found$"):
        await bot.send_message("@nobody", "a")


@pytest.mark.parametrize(
    ("text", "mode", "complaint"),
    [
        ("a" * 4097, None, "Message is too long"),
        ("<b> </b>", "HTML", "Message text is empty"),
        ("a<br>", "HTML", "Can't parse entities: unsupported start tag"),
        ("*a*", "MarkdownV2", "Unsupported parse_mode"),
    ],
)
async def test_text_limits(
    bot: Bot, anna: Visitor, text: str, mode: str | None, complaint: str
) -> None:
    await anna.send("/start")

    with pytest.raises(BadRequest, match=rf"(?i)^{complaint}"):
        await bot.send_message(anna.user_id, text, mode)

    assert len(anna.messages) == 1


async def test_text_is_measured_after_parsing(bot: Bot, anna: Visitor) -> None:
    await anna.send("/start")

    sent = await bot.send_message(anna.user_id, f"<b>{'a' * 4096}</b>", "HTML")

    assert sent.text == "a" * 4096


@pytest.mark.parametrize(
    ("button", "complaint"),
    [
        ({"text": "a", "callback_data": "ą" * 33}, "BUTTON_DATA_INVALID"),
        ({"text": "a", "url": "example"}, "inline keyboard button URL 'example' is invalid"),
        (
            {"text": " ", "callback_data": "a"},
            "can't parse inline keyboard button: text must be non-empty",
        ),
        ({"text": "a"}, "can't parse inline keyboard button: Text buttons are unallowed"),
    ],
)
async def test_button_limits(
    server: BotServer, anna: Visitor, button: dict[str, str], complaint: str
) -> None:
    await anna.send("/start")
    markup = {"inline_keyboard": [[button]]}

    answer = await call(server, "sendMessage", chat_id=anna.user_id, text="a", reply_markup=markup)

    assert answer == f"Bad Request: {complaint}"


async def test_keyboard_of_more_than_a_hundred_buttons_is_refused(bot: Bot, anna: Visitor) -> None:
    await anna.send("/start")
    button = InlineKeyboardButton("a", callback_data="a")

    with pytest.raises(BadRequest, match="Reply markup is too long"):
        await bot.send_message(
            anna.user_id, "a", reply_markup=InlineKeyboardMarkup([[button]] * 101)
        )


async def test_document_is_sent_and_sent_again_by_id(bot: Bot, anna: Visitor) -> None:
    await anna.send("/start")
    calendar = InputFile(b"BEGIN:VCALENDAR", filename="szkolenie.ics")

    sent = await bot.send_document(anna.user_id, calendar, caption="<i>ik</i>", parse_mode="HTML")
    assert sent.document is not None
    await bot.send_document(anna.user_id, sent.document.file_id)
    file = await bot.get_file(sent.document.file_id)
    content = await file.download_as_bytearray()

    assert (sent.document.mime_type, sent.caption) == ("text/calendar", "ik")
    assert bytes(content) == b"BEGIN:VCALENDAR"
    stored = anna.last.document
    assert stored is not None
    assert (stored.filename, stored.content) == ("szkolenie.ics", b"BEGIN:VCALENDAR")


async def test_photo_has_its_size(bot: Bot, anna: Visitor) -> None:
    await anna.send("/start")

    sent = await bot.send_photo(anna.user_id, PIXEL, caption="wykres")

    assert (sent.photo[-1].width, sent.photo[-1].height) == (1, 1)
    assert anna.last.photo is not None
    assert anna.last.photo.content == PIXEL


async def test_file_limits(server: BotServer, bot: Bot, anna: Visitor) -> None:
    await anna.send("/start")

    with pytest.raises(BadRequest, match="Image_process_failed"):
        await bot.send_photo(anna.user_id, b"not a picture")
    with pytest.raises(BadRequest, match="Message caption is too long"):
        await bot.send_document(anna.user_id, b"a", caption="a" * 1025)
    with pytest.raises(BadRequest, match="Wrong file identifier"):
        await bot.send_document(anna.user_id, "no-such-id")
    with pytest.raises(BadRequest, match="File must be non-empty"):
        await bot.send_document(anna.user_id, b"")
    async with httpx.AsyncClient() as client:
        missing = await client.get(f"{server.url}/file/bot{server.token}/files/x/y")
    unnamed = await call(server, "sendDocument", chat_id=anna.user_id)
    unattached = await call(server, "sendDocument", chat_id=anna.user_id, document="attach://none")

    assert missing.status_code == 404
    assert unnamed == unattached == "Bad Request: there is no document in the request"


async def test_edits_replace_words_and_buttons(bot: Bot, anna: Visitor) -> None:
    await anna.send("/start")
    sent = await bot.send_message(anna.user_id, "jeden", reply_markup=YES)
    card = await bot.send_document(anna.user_id, b"x", caption="plik")

    await sent.edit_text("<b>dwa</b>", "HTML")
    await card.edit_caption("nowy plik")
    await card.edit_reply_markup(YES)

    text, document = anna.messages[1:]
    assert (text.text, text.buttons, text.entities[0]["type"]) == ("dwa", [], "bold")
    assert (document.text, document.buttons) == ("nowy plik", ["Tak"])


async def test_edit_refusals(bot: Bot, anna: Visitor) -> None:
    own = await anna.send("/start")
    sent = await bot.send_message(anna.user_id, "jeden", reply_markup=YES)
    card = await bot.send_document(anna.user_id, b"x")

    with pytest.raises(BadRequest, match="Message is not modified"):
        await sent.edit_text("<b></b>jeden", "HTML", reply_markup=YES)
    with pytest.raises(BadRequest, match="Message to edit not found"):
        await bot.edit_message_text("a", anna.user_id, 999)
    with pytest.raises(BadRequest, match="Message can't be edited"):
        await bot.edit_message_text("a", anna.user_id, own)
    with pytest.raises(BadRequest, match="There is no text in the message to edit"):
        await card.edit_text("a")
    with pytest.raises(BadRequest, match="There is no caption in the message to edit"):
        await sent.edit_caption("a")


async def test_delete_is_possible_for_two_days(anna: Visitor, bot: Bot, server: BotServer) -> None:
    await anna.send("/start")
    sent = await bot.send_message(anna.user_id, "jeden")
    old = await bot.send_message(anna.user_id, "dwa")

    await sent.delete()
    with pytest.raises(BadRequest, match="Message to delete not found"):
        await sent.delete()
    later = server.state.clock() + timedelta(hours=49)
    server.state.clock = lambda: later
    with pytest.raises(BadRequest, match="Message can't be deleted"):
        await old.delete()

    assert [message.text for message in anna.messages] == ["/start", "dwa"]


async def test_reply_names_the_original(bot: Bot, anna: Visitor) -> None:
    own = await anna.send("/start")

    sent = await bot.send_message(anna.user_id, "a", reply_to_message_id=own)
    await bot.send_message(
        anna.user_id, "b", reply_to_message_id=99, allow_sending_without_reply=True
    )
    with pytest.raises(BadRequest, match="Message to be replied not found"):
        await bot.send_message(anna.user_id, "c", reply_to_message_id=99)

    assert sent.reply_to_message is not None
    assert sent.reply_to_message.text == "/start"


async def test_query_is_answered_once(bot: Bot, anna: Visitor) -> None:
    await anna.send("/start")
    await bot.send_message(anna.user_id, "Zapisać?", reply_markup=YES)

    pressed = asyncio.create_task(anna.press("Tak"))
    updates = await bot.get_updates(timeout=2)
    updates = await bot.get_updates(updates[-1].update_id, timeout=2)
    query = updates[-1].callback_query
    assert query is not None
    with pytest.raises(BadRequest, match="Message_too_long"):
        await query.answer("a" * 201)
    await query.answer("Zapisano", show_alert=True)

    assert (query.data, query.from_user.id, query.chat_instance) == ("yes", 101, "799819")
    assert await pressed == "Zapisano"
    with pytest.raises(BadRequest, match="Query is too old"):
        await query.answer()


async def test_expired_query_is_too_old(server: BotServer, bot: Bot, anna: Visitor) -> None:
    await anna.send("/start")
    await bot.send_message(anna.user_id, "Zapisać?", reply_markup=YES)

    assert await anna.press("Tak", within=0) is None
    server.expire_queries()
    query = (await bot.get_updates())[-1].callback_query
    assert query is not None

    with pytest.raises(BadRequest, match="Query is too old"):
        await query.answer()


async def test_commands_are_kept_by_scope_and_language(bot: Bot) -> None:
    polish, english = [BotCommand("pomoc", "Pomoc")], [BotCommand("help", "Help")]

    await bot.set_my_commands(english)
    await bot.set_my_commands(polish, BotCommandScopeAllPrivateChats(), language_code="pl")
    await bot.set_my_commands(polish, language_code="de")
    await bot.delete_my_commands(language_code="de")

    assert list(await bot.get_my_commands()) == english
    assert list(await bot.get_my_commands(language_code="de")) == []
    found = await bot.get_my_commands(BotCommandScopeAllPrivateChats(), "pl")
    assert list(found) == polish


async def test_profile_calls_are_taken(server: BotServer, bot: Bot, anna: Visitor) -> None:
    await anna.send("/start")

    assert await bot.set_my_description("Opis")
    assert await bot.set_my_short_description("Krótko")
    assert await bot.set_chat_menu_button(menu_button=MenuButtonCommands())
    assert await bot.get_chat_menu_button() == MenuButtonCommands()
    assert await bot.send_chat_action(anna.user_id, "typing")
    chat = await bot.get_chat(anna.user_id)
    member = await bot.get_chat_member(anna.user_id, anna.user_id)

    assert server.state.profile["description"] == "Opis"
    assert (chat.first_name, chat.type, member.status) == ("Anna", "private", "member")
    assert (await bot.get_chat_member(anna.user_id, bot.id)).user.is_bot


async def test_blocking_person_is_forbidden_until_unblocked(bot: Bot, anna: Visitor) -> None:
    await anna.send("/start")

    await anna.block()
    with pytest.raises(Forbidden, match=r"^Forbidden: bot was blocked by the user$"):
        await bot.send_message(anna.user_id, "a")
    await anna.unblock()
    await bot.send_message(anna.user_id, "b")
    await anna.block()
    await anna.send("/start")

    members = [u.my_chat_member for u in await bot.get_updates() if u.my_chat_member]
    statuses = [change.new_chat_member.status for change in members]
    assert statuses == ["kicked", "member", "kicked", "member"]
