"""Ask for an organisation in any dialogue: typed words, what the register has like them, a choice.

The two steps are "organisation" and "organisation_pick"; the answers kept are `organisation`, as
shown, `organisation_id` of the register, and `organisation_text` of one that is not in it.
"""

from typing import Any

from programme import organisations
from programme.answers import one_line, text
from programme.asking import following, number
from programme.refusals import OptionUnknown
from storage import organisations as register
from storage.conversations import Conversation
from storage.database import Tx

STEPS = ("organisation", "organisation_pick")
# The kind of organisation that each role belongs to; without a role any will do.
KINDS = {"clerk": "office", "ngo": "ngo"}
LENGTH = 200
SHOWN, LOOKED_AT = 5, 50


async def facts(tx: Tx, state: Conversation, *, role: str) -> dict[str, Any]:
    """Gather what the open one of the two questions needs."""
    answers = state.data["answers"]
    if state.step == "organisation_pick":
        return {"role": role, "words": answers["words"], "matches": answers["matches"]}
    units = await register.list_all(tx) if role == "clerk" else []
    offices = [(unit.id, unit.name) for unit in units if unit.kind == "office"]
    return {"role": role, "offices": offices}


async def answer(tx: Tx, state: Conversation, raw: str, *, role: str, then: str) -> Conversation:
    """Take an answer to either question; the step `then` is open when it is known.

    Raises a kind of AnswerRefused.
    """
    picking = state.step == "organisation_pick"
    if picking and raw == "again":
        return following(state, "organisation")
    if picking and raw == "other":
        words = state.data["answers"]["words"]
        return following(
            state, then, organisation=words, organisation_id=None, organisation_text=words
        )
    if raw.startswith("org:"):
        return await _pick(tx, state, raw, then)
    words = one_line(text(raw, LENGTH))
    kind = KINDS.get(role)
    found = await organisations.find(tx, words=words, limit=LOOKED_AT)
    fitting = [match for match in found if kind in (None, match.kind)]
    matches = [(match.id, match.name) for match in fitting[:SHOWN]]
    return following(state, "organisation_pick", words=words, matches=matches)


async def _pick(tx: Tx, state: Conversation, raw: str, then: str) -> Conversation:
    known = number(raw.removeprefix("org:"))
    unit = await register.get(tx, known) if known is not None else None
    if unit is None:
        raise OptionUnknown
    return following(
        state, then, organisation=unit.name, organisation_id=unit.id, organisation_text=""
    )
