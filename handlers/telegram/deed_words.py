"""The sentences for refusals about deeds that wait, and the name of each deed."""

from programme import deed_actions as deed
from programme import deed_refusals as why
from programme.refusals import Refusal
from texts.translator import mark

SENTENCES: dict[type[Refusal], str] = {
    why.DeedUnknown: mark("There is nothing here that could be taken back."),
    why.DeedDone: mark("This has been done already, so it can no longer be taken back here."),
    why.DeedTakenBack: mark("This was taken back before. Nothing was changed."),
    why.DeedRefused: mark("This could not be done, so there is nothing to take back."),
    why.DeedFailed: mark(
        "Something went wrong on our side, and nothing was changed. Please try once more, and "
        "write to whoever looks after the bot if it happens again."
    ),
}
# Each names what will be done, so that one can read it in the list of the others' deeds too.
DEEDS = {
    deed.CANCEL_EVENT: mark("cancelling the event “%(name)s”"),
    deed.MOVE_SESSIONS: mark("a new date or place of the event “%(name)s”"),
    deed.CAPACITY: mark("more seats for “%(name)s”"),
    deed.CALL: mark("asking organisations to name people for “%(name)s”"),
    deed.MERGE: mark("joining two entries: %(name)s"),
    deed.ISSUE: mark("issuing and sending certificates of “%(name)s”"),
    deed.REVOKE: mark("revoking the certificate %(name)s"),
    deed.REISSUE: mark("a new certificate instead of %(name)s"),
    deed.TAKE_OFF: mark("taking off the list: %(name)s"),
    deed.REFUSE: mark("refusing the application of: %(name)s"),
    deed.SEND_NOW: mark("sending now: %(name)s"),
    deed.SURVEY_OPEN: mark("opening the survey “%(name)s”"),
    deed.SURVEY_CLOSE: mark("closing the survey “%(name)s”"),
    deed.SURVEY_REMIND: mark("reminding of the survey “%(name)s”"),
    deed.CANCEL_STAND: mark("giving up the stand of: %(name)s"),
}
