import httpx
import pytest
from telegram import (
    Bot,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
)
from telegram.error import BadRequest

from playground.server import BotServer
from playground.visitor import NoSuchButton, Visitor

YES = InlineKeyboardMarkup([[InlineKeyboardButton("Tak", callback_data="yes")]])


async def call(server: BotServer, method: str, **params: object) -> str:
    """Return the complaint about a call that the library would not let through."""
    async with httpx.AsyncClient() as client:
        answer = await client.post(f"{server.url}/bot{server.token}/{method}", json=params)
    return str(answer.json()["description"])


async def test_polls_count_votes(server: BotServer, bot: Bot, anna: Visitor) -> None:
    jan = Visitor(server, 102, "Jan")
    for visitor in (anna, jan):
        await visitor.send("/start")
    await bot.get_updates((await bot.get_updates())[-1].update_id + 1)

    sent = await bot.send_poll(anna.user_id, "Pasuje?", ["Tak", "Nie"], is_anonymous=False)
    await anna.vote(1)
    await anna.vote(0)
    await anna.retract()
    await anna.vote(0)
    updates = await bot.get_updates()
    closed = await bot.stop_poll(anna.user_id, sent.message_id)

    answers = [u.poll_answer for u in updates if u.poll_answer]
    assert [answer.option_ids for answer in answers] == [(1,), (0,), (), (0,)]
    assert answers[0].option_persistent_ids == ("o1",)
    assert [(o.text, o.voter_count) for o in closed.options] == [("Tak", 1), ("Nie", 0)]
    assert (closed.is_closed, closed.total_voter_count) == (True, 1)
    with pytest.raises(BadRequest, match="Poll has already been closed"):
        await bot.stop_poll(anna.user_id, sent.message_id)
    with pytest.raises(BadRequest, match="Message with poll to stop not found"):
        await bot.stop_poll(anna.user_id, 999)
    with pytest.raises(NoSuchButton):
        await jan.vote(0)


async def test_anonymous_poll_tells_no_names(bot: Bot, anna: Visitor) -> None:
    await anna.send("/start")

    await bot.send_poll(anna.user_id, "Pasuje?", ["Tak", "Nie"])
    await anna.vote(0)

    kinds = [sorted(update.to_dict()) for update in await bot.get_updates()]
    assert kinds == [["message", "update_id"], ["poll", "update_id"]]


@pytest.mark.parametrize(
    ("question", "options", "complaint"),
    [
        ("", ["a", "b"], "poll question must be non-empty"),
        ("a" * 301, ["a", "b"], "poll question length must not exceed 300"),
        ("a", ["a"], "poll must have at least 2 option"),
        ("a", ["a"] * 13, "poll can't have more than 12 options"),
        ("a", ["a", ""], "poll options must be non-empty"),
        ("a", ["a", "b" * 101], "poll options length must not exceed 100"),
    ],
)
async def test_poll_limits(
    bot: Bot, anna: Visitor, question: str, options: list[str], complaint: str
) -> None:
    await anna.send("/start")

    with pytest.raises(BadRequest, match=rf"(?i)^{complaint}$"):
        await bot.send_poll(anna.user_id, question, options)


async def test_poll_without_options_is_refused(server: BotServer, anna: Visitor) -> None:
    await anna.send("/start")

    answer = await call(server, "sendPoll", chat_id=anna.user_id, question="a", options="1")

    assert answer == "Bad Request: poll options must be an Array"
