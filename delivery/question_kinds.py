"""What kinds of questions are called, at the command line and in reports."""

from texts.translator import mark

QUESTION_KINDS = {
    "text": mark("a few words"),
    "long_text": mark("own words"),
    "name": mark("a name"),
    "address": mark("an e-mail address"),
    "choice": mark("one answer"),
    "multiple": mark("several answers"),
    "yes_no": mark("yes or no"),
    "ranking": mark("to be put in order"),
    "scale": mark("a scale"),
    "matrix": mark("a scale for each statement"),
    "number": mark("a number"),
    "date": mark("a day"),
    "file": mark("a file"),
    "info": mark("only to be read"),
}
