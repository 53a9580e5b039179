"""The words of the agenda: its refusals, why a line is fixed, and what stopping one means."""

from programme import agenda_desk as desk
from programme import agenda_refusals as why
from programme.refusals import Refusal
from texts.translator import mark

SENTENCES: dict[type[Refusal], str] = {
    why.OccurrenceGone: mark(
        "This is no longer in the agenda: it has left, somebody stopped it, or it was planned "
        "anew. Please press /agenda and look once more."
    ),
    why.OccurrenceFixed: mark("This can be neither stopped nor sent sooner."),
    why.OccurrenceUnknown: mark(
        "There is no such line in the agenda. Please press /agenda and look once more."
    ),
}
# Why nothing can be done with a line.
FIXED = {
    desk.ASKED: mark(
        "Somebody has just asked for it and is waiting for it, so it cannot be stopped here."
    ),
    desk.OFFER: mark(
        "It cannot be stopped: the offer of a seat ends at this moment, and the person must learn "
        "of it. To keep the seat for them, please let them in from the page of the event."
    ),
    desk.ELSEWHERE: mark(
        "This letter is on its way already. It is paused and stopped under the message that shows "
        "how far it has come."
    ),
    desk.OPENING: mark(
        "A survey opens at this moment and asks these people. To plan it otherwise, or to give it "
        "up, press /ankiety."
    ),
    desk.OWN: mark(
        "This goes to coordinators alone, every working day. The hour is in the settings of the "
        "bot; /podsumowanie shows the summary at any time."
    ),
}
# What it means when nobody gets it.
STOPPED_REMINDER = mark(
    "They will not be reminded this time. Other reminders stay as they are planned."
)
STOPPED_LETTER = mark("This letter will not leave at all.")
STOPPED_NEWS = mark("These announcements will be in no digest.")
STOPPED_NOTICE = mark(
    "They will not learn of this from us. Please tell them in another way if they need to know."
)
