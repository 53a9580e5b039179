"""The sentences for what cannot be done about a seat, an offer of one, or an application."""

from programme import seat_refusals as why
from programme.refusals import Refusal
from texts.translator import mark

SENTENCES: dict[type[Refusal], str] = {
    why.EntryByNomination: mark(
        "Organisations name the people who take part in this event. Please ask your organisation "
        "to name you, or call us."
    ),
    why.EventFull: mark(
        "All seats at this event are taken. Please wait until somebody cancels, or add seats first."
    ),
    why.OfferOver: mark(
        "The time to answer has passed, so this seat is no longer held for you. If you would still "
        "like to come, please look at the event and register again."
    ),
    why.SeatGone: mark(
        "Somebody else was a moment faster, and this seat is taken. You keep your place on the "
        "waiting list, and we will write to you when another seat is free."
    ),
    why.NothingToDecide: mark(
        "This application has been decided or taken back already, so nothing was changed. Please "
        "look at the list again."
    ),
    why.CapacityWrong: mark(
        "This is not a number of seats. Please write a number from 0 to %(limit)s."
    ),
}
