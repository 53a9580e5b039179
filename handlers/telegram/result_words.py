"""Sentences for why a result of a survey cannot be shown."""

from programme import result_refusals as why
from programme.refusals import Refusal
from texts.translator import mark

SENTENCES: dict[type[Refusal], str] = {
    why.GroupUnfit: mark("Groups are made by a question with one answer to choose."),
    why.GroupsLater: mark(
        "The survey is anonymous: groups can be seen once it is closed, so that nobody is "
        "recognised by the newest answer."
    ),
    why.ComparisonLater: mark(
        "The survey is anonymous: its rounds can be compared once both are closed."
    ),
    why.AnswersLater: mark(
        "The survey is anonymous: what people wrote can be read once it is closed."
    ),
    why.AnswerGone: mark("This answer is no longer here. Please open the list again."),
}
