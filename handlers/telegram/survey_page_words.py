"""The sentence for every refusal of a survey's page, wherever it is said."""

from programme import survey_page_refusals as why
from programme.refusals import Refusal
from texts.translator import mark

SENTENCES: dict[type[Refusal], str] = {
    why.AnswerDoubled: mark(
        "Here an answer is given, and the box that there is none is ticked as well. Please keep "
        "one of the two."
    ),
    why.PlacesRepeated: mark(
        "The same answer stands here twice. Please choose another one for each place."
    ),
    why.PassUnfit: mark(
        "This page was open for very long, or in two windows at once, so we have not saved it yet. "
        "All that you filled in is still here. Please press the button once more."
    ),
    why.TooQuick: mark(
        "The page came back to us very quickly, as only a program sends it, so we have not saved "
        "it yet. All that you filled in is still here. Please press the button once more."
    ),
    why.TrapFilled: mark(
        "A field was filled in that has to stay empty, which a browser sometimes does by itself. "
        "We have emptied it. All that you filled in is still here. Please press the button once "
        "more."
    ),
    why.TooManyBegun: mark(
        "Very many people have begun this survey just now, so we cannot take this page yet. All "
        "that you filled in is still here. Please press the button again in a few minutes."
    ),
    why.FileNeedsCode: mark(
        "Here a file can be sent only with a code on paper from the office. You can leave it out, "
        "or bring us the file."
    ),
    why.WaveNotPublic: mark(
        "This survey asks people by name and has no public address, so there is nothing to hang up."
    ),
    why.PrintedCodesTooMany: mark(
        "One survey can have %(limit)s printed codes at most. Please print fewer."
    ),
    why.TooManyAtOnce: mark(
        "Very many people are answering at this moment, so we could not finish it yet. Your "
        "answers are kept. Please press the button again in a minute."
    ),
}
