from datetime import timedelta
from typing import Any

from playground.errors import BadRequest
from playground.files import StoredFile
from playground.limits import answer_text, caption_content, keyboard, text_content
from playground.params import Params
from playground.state import BotState, Chat, Message

DELETABLE_FOR = timedelta(hours=48)
NOT_MODIFIED = (
    "message is not modified: specified new message content and reply markup are exactly "
    "the same as a current content and reply markup of the message"
)


def send_message(state: BotState, params: Params) -> Message:
    """Send a text."""
    chat = state.reachable(params.chat_id())
    return _send(state, chat, params, text_content(params))


def send_document(state: BotState, params: Params) -> Message:
    """Send a file."""
    chat = state.reachable(params.chat_id())
    content = caption_content(params)
    return _send(state, chat, params, {"document": _file(state, params).document(), **content})


def send_photo(state: BotState, params: Params) -> Message:
    """Send a picture."""
    chat = state.reachable(params.chat_id())
    content = caption_content(params)
    return _send(state, chat, params, {"photo": _file(state, params).photo(), **content})


def send_chat_action(state: BotState, params: Params) -> bool:
    """Show that the bot is busy; nothing remains of it."""
    state.reachable(params.chat_id())
    return True


def edit_message_text(state: BotState, params: Params) -> Message:
    """Replace a text and its buttons."""
    chat, message = _editable(state, params)
    if "text" not in message:
        raise BadRequest("there is no text in the message to edit")
    return _replace(state, chat, message, {**text_content(params), **keyboard(params)})


def edit_message_caption(state: BotState, params: Params) -> Message:
    """Replace the words under a file and its buttons."""
    chat, message = _editable(state, params)
    if not {"document", "photo"} & message.keys():
        raise BadRequest("there is no caption in the message to edit")
    return _replace(state, chat, message, {**caption_content(params), **keyboard(params)})


def edit_message_reply_markup(state: BotState, params: Params) -> Message:
    """Replace the buttons only."""
    chat, message = _editable(state, params)
    words = {key: message[key] for key in message if key in WORDS}
    return _replace(state, chat, message, {**words, **keyboard(params)})


def delete_message(state: BotState, params: Params) -> bool:
    """Take a message out of the chat, which is possible for two days."""
    chat = state.known(params.chat_id())
    message = chat.messages.get(params.number("message_id"))
    if message is None:
        raise BadRequest("message to delete not found")
    if state.clock().timestamp() - message["date"] > DELETABLE_FOR.total_seconds():
        raise BadRequest("message can't be deleted for everyone")
    del chat.messages[message["message_id"]]
    state.note(chat, "out", "delete", {"message_id": message["message_id"]})
    return True


def answer_callback_query(state: BotState, params: Params) -> bool:
    """Answer a button press, once."""
    query = state.queries.get(params.text("callback_query_id"))
    if query is None or query.answered:
        raise BadRequest("query is too old and response timeout expired or query ID is invalid")
    query.text = answer_text(params)
    query.alert = params.flag("show_alert")
    query.url = params.text("url")
    query.answered = True
    if query.text:
        state.record(query.chat, state.event("out", "alert", query.text))
    state.changes.announce()
    return True


WORDS = ("text", "entities", "caption", "caption_entities")
CHANGEABLE = (*WORDS, "reply_markup")


def _send(state: BotState, chat: Chat, params: Params, content: dict[str, Any]) -> Message:
    markup = keyboard(params)
    return state.write(chat, state.bot, {**content, **_reply(chat, params), **markup})


def _reply(chat: Chat, params: Params) -> dict[str, Any]:
    reply = params.structure("reply_parameters") or {}
    if not reply:
        return {}
    original = chat.messages.get(int(reply.get("message_id", 0)))
    if original is not None:
        return {"reply_to_message": original}
    if reply.get("allow_sending_without_reply"):
        return {}
    raise BadRequest("message to be replied not found")


def _file(state: BotState, params: Params) -> StoredFile:
    given = params.file("photo" if params.has("photo") else "document")
    return state.files.get(given) if isinstance(given, str) else state.files.add(given)


def _editable(state: BotState, params: Params) -> tuple[Chat, Message]:
    chat = state.reachable(params.chat_id())
    message = chat.messages.get(params.number("message_id"))
    if message is None:
        raise BadRequest("message to edit not found")
    if message["from"] is not state.bot:
        raise BadRequest("message can't be edited")
    return chat, message


def _replace(state: BotState, chat: Chat, message: Message, content: dict[str, Any]) -> Message:
    if {key: message[key] for key in CHANGEABLE if key in message} == content:
        raise BadRequest(NOT_MODIFIED)
    kept = {key: value for key, value in message.items() if key not in CHANGEABLE}
    changed = {**kept, **content, "edit_date": int(state.clock().timestamp())}
    chat.messages[message["message_id"]] = changed
    state.note(chat, "out", "edit", changed)
    return changed
