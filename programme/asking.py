"""One question after another, kept in the conversation: what every dialogue shares."""

import dataclasses
import re
from dataclasses import dataclass
from typing import Any

from storage.conversations import Conversation

NUMBER = re.compile(r"[0-9]{1,9}")
# Dialogues whose last look takes more lines: these are added to it, and confirm nothing.
GATHERING = frozenset({"paper_list"})


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


def takes_buttons_only(state: Conversation) -> bool:
    """Tell whether the open question is a last look, which typed words never answer.

    Whatever a last look confirms concerns other people; a word that is meant for something else
    must not set it off. By its name every such step is known, of whatever dialogue.
    """
    return is_last_look(state) and state.flow not in GATHERING


def is_last_look(state: Conversation) -> bool:
    """Tell whether the open question is a last look, by its name."""
    return state.step.endswith("confirm")


def is_value(words: str) -> bool:
    """Tell whether words are what a button stands for, which nobody types but to set it off."""
    return words.strip().startswith("=")


def ended(state: Conversation) -> Conversation:
    """End the dialogue; its last buttons become old."""
    return dataclasses.replace(state, flow="", step="", data={}, version=state.version + 1)
