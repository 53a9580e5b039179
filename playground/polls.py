import secrets
from typing import Any

from playground.entities import parse_html
from playground.errors import BadRequest
from playground.limits import keyboard, poll_options, poll_question
from playground.params import Params
from playground.state import BotState, Message, Poll


class PollClosed(ValueError):
    """The poll does not take this vote."""


def send_poll(state: BotState, params: Params) -> Message:
    """Send a native poll."""
    chat = state.reachable(params.chat_id())
    question, options = poll_question(params), poll_options(params)
    poll_id = str(5_000_000_000_000_000_000 + secrets.randbits(60))
    body: dict[str, Any] = {
        "id": poll_id,
        "question": question,
        "options": [
            {"text": text, "voter_count": 0, "persistent_id": f"o{number}"}
            for number, text in enumerate(options)
        ],
        "total_voter_count": 0,
        "is_closed": params.flag("is_closed"),
        "is_anonymous": params.flag("is_anonymous", default=True),
        "type": params.text("type", "regular"),
        "allows_multiple_answers": params.flag("allows_multiple_answers"),
        "allows_revoting": params.flag("allows_revoting", default=True),
        "members_only": params.flag("members_only"),
    }
    if about := params.text("description"):
        html = params.text("description_parse_mode").lower() == "html"
        body["description"], marks = parse_html(about) if html else (about, [])
        if marks:
            body["description_entities"] = marks
    message = state.write(chat, state.bot, {"poll": body, **keyboard(params)})
    state.polls[poll_id] = Poll(chat, message["message_id"])
    return message


def stop_poll(state: BotState, params: Params) -> dict[str, Any]:
    """Close a poll and return its final count."""
    chat = state.reachable(params.chat_id())
    message = chat.messages.get(params.number("message_id"))
    if message is None or "poll" not in message:
        raise BadRequest("message with poll to stop not found")
    body: dict[str, Any] = message["poll"]
    if body["is_closed"]:
        raise BadRequest("poll has already been closed")
    body["is_closed"] = True
    state.note(chat, "out", "stop", message)
    state.updates.push("poll", dict(body))
    return body


def cast_vote(state: BotState, poll_id: str, chosen: tuple[int, ...]) -> None:
    """Count a person's choice, an empty one takes it back, and tell the bot."""
    poll = state.polls[poll_id]
    message = poll.chat.messages[poll.message_id]
    body = message["poll"]
    _check_choice(body, chosen)
    voter = poll.chat.chat_id
    poll.ballots[voter] = chosen
    if not chosen:
        del poll.ballots[voter]
    _count(body, poll)
    words = tuple(body["options"][number]["text"] for number in chosen)
    event = state.event("in", "vote" if chosen else "retract", poll=words)
    state.record(poll.chat, event)
    state.updates.push("poll", {**body, "options": [dict(row) for row in body["options"]]})
    if not body["is_anonymous"]:
        state.updates.push("poll_answer", _answer(poll, body, chosen))


def _check_choice(body: dict[str, Any], chosen: tuple[int, ...]) -> None:
    if body["is_closed"]:
        raise PollClosed("The poll is closed.")
    if len(chosen) > 1 and not body["allows_multiple_answers"]:
        raise PollClosed("The poll takes one answer only.")
    if not all(0 <= number < len(body["options"]) for number in chosen):
        raise PollClosed("The poll has no such option.")


def _count(body: dict[str, Any], poll: Poll) -> None:
    body["total_voter_count"] = len(poll.ballots)
    for number, option in enumerate(body["options"]):
        option["voter_count"] = sum(number in ballot for ballot in poll.ballots.values())


def _answer(poll: Poll, body: dict[str, Any], chosen: tuple[int, ...]) -> dict[str, Any]:
    return {
        "poll_id": body["id"],
        "user": poll.chat.user,
        "option_ids": list(chosen),
        "option_persistent_ids": [body["options"][n]["persistent_id"] for n in chosen],
    }
