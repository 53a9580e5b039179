"""The sentence for every refusal about the report on a letter."""

from programme import report_refusals as why
from programme.refusals import Refusal
from texts.translator import mark

SENTENCES: dict[type[Refusal], str] = {
    why.LetterAsksNothing: mark(
        "This letter invites to no event, so nobody owes an answer and there is nobody to remind."
    ),
    why.NobodySilent: mark(
        "Everybody who got this letter has answered, so there is nobody to remind."
    ),
    why.NothingToPrint: mark("Nobody gets this letter by post, so there is nothing to print."),
}
