import json
from typing import Any

from playground.params import Params
from playground.state import BotState

DEFAULT_SCOPE = {"type": "default"}


def get_me(state: BotState, _params: Params) -> dict[str, Any]:
    """Return the bot itself."""
    return {
        "can_join_groups": False,
        "can_read_all_group_messages": False,
        "supports_inline_queries": False,
        **state.bot,
    }


def get_chat(state: BotState, params: Params) -> dict[str, Any]:
    """Return what is known of a chat."""
    chat = state.known(params.chat_id())
    accepted = dict.fromkeys(
        (
            "unlimited_gifts",
            "limited_gifts",
            "unique_gifts",
            "premium_subscription",
            "gifts_from_channels",
        ),
        True,
    )
    return {
        **chat.card,
        "accent_color_id": 0,
        "max_reaction_count": 11,
        "accepted_gift_types": accepted,
    }


def get_chat_member(state: BotState, params: Params) -> dict[str, Any]:
    """Return one member of a chat; a private chat has its person and the bot."""
    chat = state.known(params.chat_id())
    user = state.bot if params.number("user_id") == state.bot["id"] else chat.user
    return {"status": "member", "user": user}


def get_file(state: BotState, params: Params) -> dict[str, Any]:
    """Return where a file can be downloaded."""
    stored = state.files.downloadable(params.text("file_id"))
    return {**stored.reference(), "file_path": stored.path}


def set_my_commands(state: BotState, params: Params) -> bool:
    """Keep the command list of one scope and language."""
    state.commands[_place(params)] = params.structure("commands") or []
    state.changes.announce()
    return True


def get_my_commands(state: BotState, params: Params) -> list[dict[str, str]]:
    """Return the command list of one scope and language."""
    return state.commands.get(_place(params), [])


def delete_my_commands(state: BotState, params: Params) -> bool:
    """Forget the command list of one scope and language."""
    state.commands.pop(_place(params), None)
    state.changes.announce()
    return True


def commands_for(state: BotState, user: dict[str, Any]) -> list[dict[str, str]]:
    """Return the list that this person's menu shows: the narrowest scope, own language first."""
    scopes: list[dict[str, Any]] = [
        {"type": "chat", "chat_id": user["id"]},
        {"type": "all_private_chats"},
        DEFAULT_SCOPE,
    ]
    for scope in scopes:
        for language in (user.get("language_code", ""), ""):
            listed = state.commands.get((_key(scope), language))
            if listed:
                return listed
    return []


def set_profile(state: BotState, params: Params) -> bool:
    """Keep a description or the menu button, as given."""
    state.profile.update(params.values)
    return True


def get_chat_menu_button(_state: BotState, _params: Params) -> dict[str, str]:
    """Return the menu button, which here always opens the commands."""
    return {"type": "commands"}


def _place(params: Params) -> tuple[str, str]:
    return _key(params.structure("scope") or DEFAULT_SCOPE), params.text("language_code")


def _key(scope: dict[str, Any]) -> str:
    return json.dumps(scope, sort_keys=True)
