"""The sentences for refusals on a page: those of the chat, unless they speak of its buttons."""

from html import unescape

from handlers.telegram.words import refused
from programme import document_refusals, fair_refusals, nomination_refusals, seat_refusals
from programme import refusals as why
from programme.refusals import Refusal
from texts.dates import until
from texts.translator import Translator, mark

SENTENCES: dict[type[Refusal], str] = {
    why.EventUnknown: mark("This event is no longer there. If you expected it, please call us."),
    why.EventCancelled: mark("This event has been cancelled, so nothing can be changed any more."),
    why.NotRegistered: mark(
        "You are not on the list for this event (any more), so nothing was changed."
    ),
    why.PersonUnknown: mark("We could not find this person in your organisation."),
    why.AnswerEmpty: mark("Please fill this in or choose an answer."),
    why.AnswerTooLong: mark("Please write this shorter, at most %(limit)s characters."),
    why.OptionUnknown: mark("Please choose one of the answers."),
    why.NameWithoutLetters: mark("Please write the first name and the surname in letters."),
    why.AddressWrong: mark(
        "This e-mail address cannot be right. Please look at it once more, for example "
        "anna@example.org."
    ),
    seat_refusals.OfferOver: mark(
        "The time for this answer is over, or the seat has been answered for already. Below is how "
        "things stand now."
    ),
    nomination_refusals.NamesNotWanted: mark(
        "Organisations name nobody for this event: people register by themselves."
    ),
    nomination_refusals.NominationUnknown: mark(
        "We cannot find this nomination. Please open the link from our newest letter, or call us."
    ),
    nomination_refusals.NotContact: mark(
        "Only somebody who speaks for this organisation can do this. Please ask us by reply or "
        "telephone to add you."
    ),
    document_refusals.DocumentUnknown: mark(
        "We cannot find this document. Please look at the list below."
    ),
    document_refusals.FileLost: mark("We do not have this file. Please choose it once more."),
    fair_refusals.NotExhibiting: mark(
        "Your organisation has no stand at this fair (any more), so nothing was changed."
    ),
    fair_refusals.StandNotYours: mark(
        "Only whoever registered this stand or speaks for the organisation can do this. Please "
        "call us."
    ),
}


def sentence(t: Translator, refusal: Refusal, *, zone: str) -> str:
    """Say why something cannot be done; the page escapes the sentence itself."""
    own = SENTENCES.get(type(refusal))
    if own is None:
        return unescape(refused(t, refusal, zone=zone))
    values = dict(vars(refusal))
    if isinstance(refusal, why.DeadlinePassed):
        values["deadline"] = until(refusal.deadline, zone, t.locale)
    return t(own, **values) if values else t(own)
