"""The sentences for what cannot be done about a stand at a fair."""

from programme import fair_refusals as why
from programme.refusals import Refusal
from texts.translator import mark

SENTENCES: dict[type[Refusal], str] = {
    why.NotAFair: mark(
        "There are no stands at this event. Please press “All events” and choose another one."
    ),
    why.OrganisationNeeded: mark(
        "A stand is for an organisation from the office's register, and we do not know yet that "
        "you belong to one. Please call us, and we will register the stand together."
    ),
    why.AlreadyExhibiting: mark(
        "This organisation is registered already, so nothing was changed. One organisation has "
        "one stand."
    ),
    why.NotExhibiting: mark(
        "This stand is not registered (any more), so nothing was changed. Please look at the "
        "event again."
    ),
    why.StandNotYours: mark(
        "Only the person who registered the stand, or the contact person of the organisation, can "
        "change this. Please ask them, or call us."
    ),
    why.StandFixed: mark(
        "Changes were possible until %(deadline)s, because the programme is printed afterwards. "
        "If something important has changed, please call us."
    ),
    why.WordsWithoutLetters: mark(
        "We see no words in this answer. Please write it in a sentence or two."
    ),
    why.StandNumberUnfit: mark(
        "This is not a number of a stand. Please write a number from 1 to %(most)s."
    ),
    why.OrganisationNotFound: mark(
        "We found no such organisation in the register. Please write its name once more, for "
        "example “KGW Miłki”."
    ),
}
