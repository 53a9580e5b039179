"""Whose answers of two waves are one person's, and how many answers have no partner."""

from dataclasses import dataclass

from storage import responses
from storage.database import Tx
from storage.surveys import Survey


@dataclass(frozen=True)
class Matched:
    """How the responses of two waves fit together.

    `doubled` counts the responses, of both waves, whose code another one of the same wave has
    too: two people may know the same things by heart, so such a code says nothing. Whoever made
    no code is alone in their wave.
    """

    pairs: int
    only_first: int
    only_second: int
    doubled: int


async def partners(tx: Tx, survey: Survey, waves: tuple[str, str]) -> dict[str, str]:
    """Give, by the respondent of the first wave, who they are in the second.

    A code of their own comes first. Whoever is known to the store has one name in all waves.
    """
    first, second = waves
    linked = await responses.pairs(tx, survey.id, waves)
    same = {one[first]: one[second] for one in linked.values() if len(one) == len({*waves})}
    if survey.is_anonymous:
        return same
    known = [
        {one.respondent for one in await responses.of_wave(tx, survey.id, wave_key=key)}
        for key in waves
    ]
    named = (known[0] & known[1]) - set(same) - set(same.values())
    return same | {respondent: respondent for respondent in named}


async def matched(tx: Tx, survey: Survey, waves: tuple[str, str]) -> Matched:
    """Count the pairs of two waves, those without a partner and those whose code is doubled."""
    first, second = waves
    pairs = len(await partners(tx, survey, waves))
    counts = [await _counted(tx, survey, wave_key) for wave_key in (first, second)]
    alone = [count - doubled - pairs for count, doubled in counts]
    return Matched(pairs, alone[0], alone[1], sum(doubled for _, doubled in counts))


async def _counted(tx: Tx, survey: Survey, wave_key: str) -> tuple[int, int]:
    count, _ = await responses.count(tx, survey.id, wave_key=wave_key)
    if not survey.is_anonymous:
        return count, 0
    return count, await responses.count_doubled(tx, survey.id, wave_key=wave_key)
