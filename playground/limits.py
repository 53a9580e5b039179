"""The limits that the real server enforces on what a bot sends."""

from typing import Any

from playground.entities import Entity, find_entities, parse_html, units
from playground.errors import BadRequest
from playground.params import Params

TEXT = 4096
CAPTION = 1024
BUTTON_DATA = 64
BUTTONS = 100
ANSWER = 200
QUESTION = 300
OPTION = 100
OPTIONS_FEWEST = 2
OPTIONS_MOST = 12


def text_content(params: Params) -> dict[str, Any]:
    """Return the checked text of a message with its entities."""
    text, entities = _formatted(params, "text", "entities")
    if not text:
        raise BadRequest("message text is empty")
    if units(text) > TEXT:
        raise BadRequest("message is too long")
    return {"text": text, **({"entities": entities} if entities else {})}


def caption_content(params: Params) -> dict[str, Any]:
    """Return the checked caption of a file with its entities; it may be absent."""
    text, entities = _formatted(params, "caption", "caption_entities")
    if units(text) > CAPTION:
        raise BadRequest("message caption is too long")
    content: dict[str, Any] = {"caption": text} if text else {}
    return {**content, **({"caption_entities": entities} if entities else {})}


def keyboard(params: Params) -> dict[str, Any]:
    """Return the checked inline keyboard as the part of a message, or nothing."""
    markup = params.structure("reply_markup")
    if not isinstance(markup, dict) or "inline_keyboard" not in markup:
        return {}
    rows = [row for row in markup["inline_keyboard"] if row]
    buttons = [button for row in rows for button in row]
    if len(buttons) > BUTTONS:
        raise BadRequest("reply markup is too long")
    for button in buttons:
        _check_button(button)
    return {"reply_markup": {"inline_keyboard": rows}} if rows else {}


def poll_question(params: Params) -> str:
    """Return the checked question of a poll."""
    question = params.text("question").strip()
    if not question:
        raise BadRequest("poll question must be non-empty")
    if units(question) > QUESTION:
        raise BadRequest(f"poll question length must not exceed {QUESTION}")
    return question


def poll_options(params: Params) -> list[str]:
    """Return the checked options of a poll."""
    given = params.structure("options")
    if not isinstance(given, list):
        raise BadRequest("poll options must be an Array")
    options = [_option_text(option).strip() for option in given]
    if len(options) < OPTIONS_FEWEST:
        raise BadRequest(f"poll must have at least {OPTIONS_FEWEST} option")
    if len(options) > OPTIONS_MOST:
        raise BadRequest(f"poll can't have more than {OPTIONS_MOST} options")
    if not all(options):
        raise BadRequest("poll options must be non-empty")
    if any(units(option) > OPTION for option in options):
        raise BadRequest(f"poll options length must not exceed {OPTION}")
    return options


def answer_text(params: Params) -> str:
    """Return the checked words of an answer to a button press."""
    text = params.text("text")
    if units(text) > ANSWER:
        raise BadRequest("MESSAGE_TOO_LONG")
    return text


def _formatted(params: Params, name: str, entities_name: str) -> tuple[str, list[Entity]]:
    source = params.text(name)
    mode = params.text("parse_mode").lower()
    if mode not in ("", "html"):
        raise BadRequest("unsupported parse_mode")
    if mode == "html":
        text, entities = parse_html(source)
    else:
        text, entities = source.strip(), params.structure(entities_name) or []
    return text, find_entities(text, entities)


def _check_button(button: dict[str, Any]) -> None:
    if not str(button.get("text", "")).strip():
        raise BadRequest("can't parse inline keyboard button: text must be non-empty")
    deeds = [key for key in ("callback_data", "url", "web_app") if key in button]
    if not deeds:
        raise BadRequest("can't parse inline keyboard button: Text buttons are unallowed")
    if "callback_data" in button:
        size = len(str(button["callback_data"]).encode())
        if not 1 <= size <= BUTTON_DATA:
            raise BadRequest("BUTTON_DATA_INVALID")
    if "url" in button and "://" not in str(button["url"]):
        raise BadRequest(f"inline keyboard button URL '{button['url']}' is invalid")


def _option_text(option: Any) -> str:
    return str(option.get("text", "")) if isinstance(option, dict) else str(option)
