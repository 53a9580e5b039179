"""Answers of a survey as they come in the chat, with the ticks of a question not yet finished."""

import dataclasses
from datetime import datetime

from programme import survey_filling
from programme.fillings import Filling
from programme.forms import Question
from programme.refusals import OptionUnknown
from storage.database import Tx

SEVERAL = ("multiple", "ranking")
DOOR = "telegram"
# No key of an option has the second sign, so that it never stands for one.
UNDO = "=.undo"
# Lies in the draft beside the answers; no question has such a key.
_PICKED = "=picked"


def picked(filling: Filling, question: Question) -> list[str]:
    """Give what is ticked now, in the order of ticking; at first what was answered before."""
    held = filling.answers.get(_PICKED)
    if held and held["question"] == question.key:
        return list(held["keys"])
    value = filling.answers.get(question.key)
    return list(value) if isinstance(value, list) else []


def keys_of(raw: str) -> list[str]:
    """Read the options that somebody typed at once; a single one may be a button's sign."""
    return [raw] if raw == UNDO else raw.removeprefix("=").split()


async def toggle(
    tx: Tx, *, filling: Filling, question: Question, keys: list[str], now: datetime
) -> Filling:
    """Tick options or take their ticks away, UNDO the last one; raises OptionUnknown."""
    ticked = picked(filling, question)
    known = {one.key for one in question.options}
    if keys == [UNDO]:
        ticked = ticked[:-1]
    elif not keys or not known.issuperset(keys):
        raise OptionUnknown
    else:
        for key in keys:
            ticked = [one for one in ticked if one != key] if key in ticked else [*ticked, key]
    held = {"question": question.key, "keys": ticked}
    marked = dataclasses.replace(filling, answers={**filling.answers, _PICKED: held})
    return await survey_filling.save(tx, filling=marked, given={}, door=DOOR, now=now)


async def save(
    tx: Tx, *, filling: Filling, given: dict[str, str | list[str] | None], now: datetime
) -> Filling:
    """Keep answers and forget the ticks; raises what survey_filling.save raises."""
    if not given and _PICKED not in filling.answers:
        return filling
    left = {key: one for key, one in filling.answers.items() if key != _PICKED}
    plain = dataclasses.replace(filling, answers=left)
    return await survey_filling.save(tx, filling=plain, given=given, door=DOOR, now=now)
