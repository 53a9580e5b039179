"""What the page shows, as JSON values; words and dates are chosen in the browser."""

from email.utils import parseaddr
from typing import Any

from playground.invitation import read_cards
from playground.mail import StoredMail
from playground.persona import Persona
from playground.seen import SeenMessage
from playground.state import BotState, Chat
from playground.visitor import Visitor

CALENDAR = "text/calendar"


def person_view(persona: Persona, chat: Chat, mails: list[StoredMail]) -> dict[str, Any]:
    """Describe a person in the list, with the figures that unread badges are made of."""
    words = [event.text for event in chat.history if event.kind in ("message", "edit")]
    return {
        "id": persona.user_id,
        "name": f"{persona.first_name} {persona.last_name}".strip(),
        "description": persona.description,
        "email": persona.email,
        "group": persona.group,
        "preview": words[-1] if words else "",
        "version": len(chat.history),
        "said": len(chat.delivered),
        "mails": [mail.number for mail in mails],
    }


def chat_view(state: BotState, visitor: Visitor, chat: Chat) -> list[dict[str, Any]]:
    """Describe a chat as it is now."""
    return [_message(state, message, chat.chat_id) for message in visitor.messages]


def mail_line(mail: StoredMail) -> dict[str, Any]:
    """Describe a mail in the list."""
    name, address = parseaddr(str(mail.message.get("From", mail.sender)))
    return {
        "number": mail.number,
        "from": name or address,
        "address": address,
        "subject": mail.subject,
        "at": mail.received_at.isoformat(),
        "preview": " ".join(mail.text.split())[:90],
        "calendar": mail.calendar is not None,
    }


def mail_view(mail: StoredMail) -> dict[str, Any]:
    """Describe a whole mail."""
    cards = read_cards(mail.calendar) if mail.calendar else []
    return {
        **mail_line(mail),
        "to": str(mail.message.get("To", "")),
        "text": mail.text,
        "html": mail.html,
        "cards": cards,
        "attachments": list(mail.attachments),
    }


def _message(state: BotState, message: SeenMessage, person: int) -> dict[str, Any]:
    raw = message.raw
    return {
        "id": message.message_id,
        "mine": not message.from_bot,
        "at": raw["date"],
        "edited": "edit_date" in raw,
        "text": raw.get("text") or raw.get("caption") or "",
        "entities": message.entities,
        "rows": message.rows,
        "photo": message.photo and f"page/files/{message.photo.file_id}",
        "document": _document(message),
        "poll": _poll(state, message, person),
        "sticker": raw.get("sticker", {}).get("emoji", ""),
        "voice": "voice" in raw,
    }


def _document(message: SeenMessage) -> dict[str, Any] | None:
    stored = message.document
    if stored is None:
        return None
    return {
        "name": stored.filename,
        "size": len(stored.content),
        "url": f"page/files/{stored.file_id}",
        "cards": read_cards(stored.content) if stored.content_type == CALENDAR else [],
    }


def _poll(state: BotState, message: SeenMessage, person: int) -> dict[str, Any] | None:
    body = message.poll
    if body is None:
        return None
    chosen = state.polls[body["id"]].ballots.get(person, ())
    return {
        "question": body["question"],
        "about": body.get("description", ""),
        "anonymous": body["is_anonymous"],
        "options": [{"text": o["text"], "count": o["voter_count"]} for o in body["options"]],
        "chosen": list(chosen),
        "closed": body["is_closed"],
        "multiple": body["allows_multiple_answers"],
        "total": body["total_voter_count"],
    }
