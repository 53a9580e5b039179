"""The sentences for refusals about waves, and how waves are called where staff see them."""

from programme import wave_refusals as why
from programme.refusals import Refusal
from texts.translator import mark

SENTENCES: dict[type[Refusal], str] = {
    why.WaveTimesWrong: mark(
        "A survey closes after it opens, and both lie ahead. Please write another day, for "
        "example: 20 lutego."
    ),
    why.WaveTaken: mark(
        "This survey has a round of this name already. Please press /ankiety and look at it."
    ),
    why.WaveClosed: mark("The survey is closed already. All answers that were sent are kept."),
    why.WaveStillAsking: mark(
        "The questions of this survey are still leaving. Please try again in a minute."
    ),
    why.NobodyToRemind: mark(
        "There is nobody to remind: those who have not answered were reminded today, want no "
        "invitations, or cannot be reached by us."
    ),
    why.ReadySurveyUnfit: mark(
        "This survey names an event that is not here, so it cannot be loaded in the chat. Please "
        "ask whoever looks after the bot."
    ),
}
PLANNED, OPEN, CLOSED = mark("planned"), mark("open"), mark("closed")
STATES = {"planned": PLANNED, "open": OPEN, "closed": CLOSED}
AUDIENCES = {
    "participants": mark("those who were there, or have seats"),
    "organisations": mark("NGOs of the register, each once"),
    "everyone": mark("all people in our list"),
    "public": mark("anybody who has the link or the poster"),
    "choice": mark("people chosen one by one"),
}
PRIVACY = {
    "named": mark("with names"),
    "pseudonymous": mark("with codes instead of names"),
    "anonymous": mark("anonymous"),
}
