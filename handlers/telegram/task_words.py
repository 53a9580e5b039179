"""The sentence for every refusal about tasks for staff."""

from programme import task_refusals as why
from programme.refusals import Refusal
from texts.translator import mark

SENTENCES: dict[type[Refusal], str] = {
    why.TaskUnknown: mark("This task is no longer there. Please look at the list: /zadania."),
    why.TaskDoneBefore: mark(
        "This is done already, so there is nothing to do. Please look at the list: /zadania."
    ),
    why.TaskNotToReopen: mark(
        "This task cannot be put back: it is open, or it ended by itself. Please look at the "
        "list: /zadania."
    ),
    why.TaskFileGone: mark(
        "This file is no longer there. Please ask the person to send it once more."
    ),
}
