"""One question after another, kept in the conversation: what every dialogue shares."""

import dataclasses
import re
from dataclasses import dataclass
from typing import Any

from storage.conversations import Conversation

NUMBER = re.compile(r"[0-9]{1,9}")


def number(raw: str) -> int | None:
    """Read the number of a row behind a button; None for what no database could have."""
    return int(raw) if NUMBER.fullmatch(raw) else None


@dataclass(frozen=True)
class Asked:
    """The question that is open now, with what the face needs to ask it."""

    conversation: Conversation
    question: str
    facts: dict[str, Any]


def fresh(state: Conversation, flow: str, **data: Any) -> Conversation:
    """Begin a dialogue; whatever was open before is forgotten."""
    return dataclasses.replace(state, flow=flow, step="", data={**data, "answers": {}})


def following(state: Conversation, step: str, **answers: Any) -> Conversation:
    """Go on to a question with these answers known; earlier buttons become old."""
    known = {**state.data, "answers": {**state.data["answers"], **answers}}
    return dataclasses.replace(state, step=step, version=state.version + 1, data=known)


def ended(state: Conversation) -> Conversation:
    """End the dialogue; its last buttons become old."""
    return dataclasses.replace(state, flow="", step="", data={}, version=state.version + 1)
