"""Why a report on a letter has nothing to give: no reminder, nothing to print."""

from programme.refusals import Refusal


class LetterAsksNothing(Refusal):
    """The letter invites to no event, so nobody owes an answer."""


class NobodySilent(Refusal):
    """Everybody who got the letter has answered."""


class NothingToPrint(Refusal):
    """Nobody gets this letter by post."""
