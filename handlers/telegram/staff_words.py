"""The sentences for what cannot be done about the team of staff."""

from programme import staff_refusals as why
from programme.refusals import Refusal
from texts.translator import mark

SENTENCES: dict[type[Refusal], str] = {
    why.StaffAlready: mark(
        "You are in the team already, so the link was not used up. It still works: please pass it "
        "on to the person it is meant for. If your own role should change, please ask a "
        "coordinator."
    ),
    why.StaffGone: mark(
        "This person is not in the team any more, so nothing was changed. The command /zespol "
        "shows who is."
    ),
    why.LastCoordinator: mark(
        "This is the only coordinator, and somebody must look after the team. Please make somebody "
        "else a coordinator first, with /zespol."
    ),
    why.LinkGone: mark(
        "This link was opened or withdrawn already, or its time is over. The command /zespol "
        "shows who is in the team."
    ),
    why.TrainerOnly: mark(
        "Only a trainer has events of their own, so nothing was changed. Please change the role "
        "first."
    ),
    why.EventsMissing: mark(
        "A trainer needs at least one event. Please press an event, then “Ready”."
    ),
}
