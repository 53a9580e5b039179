"""The sentence for every refusal about letters to many."""

from typing import Any

from programme import invitation_refusals as why
from programme import placeholder_refusals as words
from programme.refusals import Refusal
from texts.dates import until
from texts.translator import Translator, mark

SENTENCES: dict[type[Refusal], str] = {
    words.PlaceholderUnknown: mark(
        "We cannot send this piece: %(piece)s. In braces { } only these words can stand, and we "
        "replace them for each reader: %(known)s. Please write the text once more without it."
    ),
    words.EventNotNamed: mark(
        "%(piece)s stands for something of an event, and this letter is about none. Please write "
        "the text once more without it."
    ),
    why.LetterUnknown: mark(
        "This letter is no longer there, or a colleague is writing it. To see your letters, "
        "press /zaproszenie."
    ),
    why.LetterChanged: mark(
        "This letter was changed after you saw it, so nothing was done. Please look at it as it "
        "is now: /zaproszenie."
    ),
    why.LetterClosed: mark(
        "This letter was sent, sent back or given up meanwhile, so nothing was done. To see your "
        "letters, press /zaproszenie."
    ),
    why.LetterUnready: mark("The letter still lacks its words or its recipients."),
    why.LetterTooLong: mark(
        "With the longest names that we know, this letter is %(too_many)s characters too long for "
        "one message. Please make it shorter by that, and send it once more."
    ),
    why.LetterFileNotPdf: mark(
        "Only a PDF file can go with a letter. Please save it as PDF and send it here."
    ),
    why.LetterFileTooLarge: mark(
        "This file is too large: by e-mail and in the chat at most %(limit)s MB arrive safely. "
        "Please make it smaller and send it here, or go on without it. Your letter is kept."
    ),
    why.LetterFileLost: mark(
        "We could not fetch this file. Please send it once more. Your letter is kept."
    ),
    why.LetterDayUnclear: mark(
        "We could not read this day. Please write it like this: 5 lutego 2027, or 05.02.2027."
    ),
    why.SendingMomentUnclear: mark(
        "We could not read this moment. Please write it like this: jutro o 9, or 10 lutego o 9:00."
    ),
    why.SendingMomentPassed: mark(
        "This moment has passed: %(moment)s. Please write one that lies ahead."
    ),
    why.OwnLetter: mark(
        "You wrote this letter yourself, so another coordinator has to confirm it."
    ),
    why.NobodyElse: mark(
        "This letter goes to %(people)s recipients. Above %(limit)s a second coordinator has to "
        "confirm it, and there is no other one yet. You can add one: /zespol. Your letter is kept."
    ),
    why.NothingToCorrect: mark(
        "Nobody has got this letter, so there is nobody to send a correction to."
    ),
}


def values(t: Translator, refusal: Refusal, *, zone: str) -> dict[str, Any]:
    """Write what a refusal carries the way people read it."""
    if isinstance(refusal, words.PlaceholderUnknown):
        return {"known": ", ".join(f"{{{name}}}" for name in refusal.known)}
    if isinstance(refusal, why.SendingMomentPassed):
        return {"moment": until(refusal.moment, zone, t.locale)}
    return {}
