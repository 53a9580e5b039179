"""The words by which a person is asked for the code that only they can make.

programme/linking_code.py has the parts, by the same keys.
"""

from texts.translator import mark

INTRO = mark(
    "We would like to ask the same people again later, without knowing who they are. For this, "
    "please answer four short questions. We make a mark of your answers and keep that mark alone, "
    "not the answers. If we ask again, please answer these questions in the same way."
)
LABELS = {
    "mother": mark("The first two letters of your mother's first name?"),
    "father": mark("The first two letters of your father's first name?"),
    "birth_day": mark("On what day of the month were you born?"),
    "birth_place": mark("The first two letters of the village or town where you were born?"),
}
HINTS = {
    "mother": mark("For example MA for Maria. If you do not know it, please write a hyphen: -"),
    "father": mark("For example JA for Jan. If you do not know it, please write a hyphen: -"),
    "birth_day": mark("The day alone, for example 7 if it was the 7th of May."),
    "birth_place": mark("For example GI for Giżycko. The name that it has today is best."),
}
