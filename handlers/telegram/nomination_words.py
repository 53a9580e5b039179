"""The sentences for what organisations and the people they name cannot do."""

from programme import nomination_refusals as why
from programme.refusals import Refusal
from texts.translator import mark

SENTENCES: dict[type[Refusal], str] = {
    why.NamesNotWanted: mark(
        "Organisations name nobody for this event: people register by themselves. Please press "
        "“All events”."
    ),
    why.NotContact: mark(
        "Only somebody who speaks for this organisation can do this. Please open the link from our "
        "letter to your organisation, or call us."
    ),
    why.ContactLinkOld: mark(
        "This link is no longer valid. Please call us, and we will let you act for your "
        "organisation."
    ),
    why.NamingOver: mark(
        "The time for this ended on %(deadline)s, so nothing was changed. If you need a change all "
        "the same, please call us."
    ),
    why.QuotaFull: mark(
        "Your organisation has named as many people as it may: %(seats)s. To name somebody else, "
        "please replace or withdraw one of them."
    ),
    why.AlreadyNamed: mark(
        "%(name)s, or somebody with the same e-mail address, is named for this event already, so "
        "nothing was changed. If you think that this is a mistake, please call us."
    ),
    why.NamedByAnother: mark(
        "Another organisation has named you for this event already, so nothing was changed. Please "
        "answer that message, or call us."
    ),
    why.NominationUnknown: mark(
        "We cannot find this nomination for you. Please open the link from the newest message, or "
        "call us."
    ),
    why.NominationEnded: mark(
        "This nomination has been answered or taken back meanwhile, so nothing was changed."
    ),
    why.AnswersThemselves: mark(
        "%(name)s is asked by us and answers in person, so nothing was changed. If that does not "
        "work, please call us."
    ),
    why.NobodyToCall: mark(
        "There is nobody left to write to: each organisation has been asked already, or has no "
        "address."
    ),
    why.SeatsUnfit: mark("Please write a whole number from 0 to 500."),
    why.DayUnfit: mark(
        "Please write a day before the event begins and after today, for example 8.01.2027 or "
        "8.01.2027 15:00."
    ),
}
