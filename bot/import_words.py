"""Say to staff what is wrong with a file."""

from dataclasses import fields
from typing import Any

from bot import survey_file_words
from handlers.telegram.doubt_words import shown
from programme.importing import problems as faults
from texts.translator import Translator, mark

PROBLEMS: dict[type[faults.FileProblem], str] = {
    faults.UnreadableText: mark(
        "Line %(line)s has letters that cannot be read. Please save the file as UTF-8."
    ),
    faults.UnreadableToml: mark(
        "Line %(line)s, column %(column)s: the file cannot be read from here on (%(reason)s)."
    ),
    faults.UnreadableSheet: mark(
        "This workbook cannot be read. Please save it as .xlsx or .csv and try again."
    ),
    faults.TooManyRows: mark("The register has more than %(limit)s rows."),
    faults.BrokenQuotes: mark(
        "Row %(row)s: a quotation mark is opened or closed in the wrong place."
    ),
    faults.MissingField: mark("this is missing or empty."),
    faults.UnknownField: mark("there is no field of this name. Please check the spelling."),
    faults.WrongType: mark("this must be of another type (%(expected)s)."),
    faults.EmptyList: mark("there must be at least one entry."),
    faults.BadDate: mark("“%(value)s” is not a date. Write for example 2027-01-15."),
    faults.BadTime: mark(
        "“%(value)s” is not a time. Write for example 09:00, or with its day 2027-01-08 15:00."
    ),
    faults.BadNumber: mark("%(value)s is not between %(lowest)s and %(highest)s."),
    faults.BadKey: mark("“%(value)s” may have small letters a–z, figures and hyphens only."),
    faults.BadChoice: mark("“%(value)s” is not known. Possible: %(choices)s."),
    faults.BadText: mark("the text has characters that cannot be shown."),
    faults.TextTooLong: mark("the text has %(length)s characters, at most %(limit)s are possible."),
    faults.DuplicateKey: mark("“%(value)s” is used twice. Each key may be used once."),
    faults.UnknownZone: mark("“%(value)s” is not a time zone. Write for example Europe/Warsaw."),
    faults.EndsBeforeStart: mark("the programme ends before it starts."),
    faults.BlankMissing: mark(
        "there is no file “%(value)s” beside the programme file. Please put it there."
    ),
    faults.BlankElsewhere: mark(
        "“%(value)s” must be the name of a file beside the programme file, without a folder."
    ),
    faults.BlankUnfit: mark("“%(value)s” is not a PDF file of at most 15 MB."),
    faults.UnclearRule: mark(
        "a reminder needs either days_before and at, or minutes_before alone."
    ),
    faults.OptionsUnfit: mark(
        "a question of the kind choice or multiple needs options, and one of the kind text has "
        "none."
    ),
    faults.ConditionUnknown: mark(
        "the condition names a question or an option that this event does not have."
    ),
    faults.ConditionLater: mark(
        "the condition names this question itself or one that comes after it. Please put the other "
        "question first."
    ),
    faults.MissingCell: mark("Row %(row)s, column “%(column)s”: the cell is empty."),
    faults.BadMail: mark("Row %(row)s, column “%(column)s”: “%(value)s” is not an e-mail address."),
    faults.UnknownKind: mark(
        "Row %(row)s, column “%(column)s”: “%(value)s” is not known. Write NGO or office."
    ),
    faults.DuplicateName: mark(
        "Row %(row)s, column “%(column)s”: “%(value)s” is in row %(first_row)s already. If they "
        "are two organisations, please add the place to each name."
    ),
    faults.BadCell: mark(
        "Row %(row)s, column “%(column)s”: the text is too long or cannot be read."
    ),
    faults.UncomputedFormula: mark(
        "Row %(row)s, column “%(column)s”: the formula has no result. Please open the file in "
        "the spreadsheet, save it and try again."
    ),
    faults.MissingColumn: mark("The register has no column “%(column)s”."),
    faults.DuplicateColumn: mark("The register has two columns for “%(column)s”."),
    faults.NoRows: mark("The register has no organisation below its headings."),
    faults.EventHasPeople: mark(
        "“%(event_title)s”: the file changes what people are registered for (%(changes)s; "
        "people: %(people)s), and they would not be told. To move an event use: akademia event "
        "move %(event_key)s."
    ),
    faults.EventOfAnotherProgramme: mark(
        "“%(event_title)s” of another programme has the key %(event_key)s already."
    ),
    faults.PrivacyNoticeChanged: mark(
        "The words of version %(version)s of the privacy notice have changed. People have been "
        "shown the old ones, so please give the new ones a higher version."
    ),
    **survey_file_words.PROBLEMS,
}

PLACES = {
    "event": mark("event %(number)s"),
    "session": mark("session %(number)s"),
    "rule": mark("reminder %(number)s"),
    "document": mark("document %(number)s"),
    "question": mark("question %(number)s"),
    "option": mark("option %(number)s"),
    **survey_file_words.PLACES,
}

VALUES = {
    "text": mark("text"),
    "number": mark("number"),
    "table": mark("table"),
    "list": mark("list"),
    "yes or no": mark("true or false"),
    "name": mark("name"),
    "kind": mark("kind"),
    "email": mark("e-mail"),
    "phone": mark("phone"),
    "locality": mark("locality"),
    "areas": mark("areas of activity"),
    "postal_address": mark("postal address"),
    "place": mark("place"),
    "sessions": mark("times"),
    "state": mark("publication"),
}
_CODES = {"expected", "changes"}


def problem_words(problem: faults.FileProblem, *, t: Translator) -> str:
    """Say what is wrong, with its place in the file."""
    words = t(PROBLEMS[type(problem)], **_values(problem, t))
    if not isinstance(problem, faults.FieldProblem):
        return words
    line = t("line %(line)s", line=problem.line) if problem.line else ""
    parts = [line, place_words(problem.place, t=t), problem.field]
    return f"{', '.join(filter(None, parts))}: {words}"


def place_words(place: faults.Place, *, t: Translator) -> str:
    """Name a place of a programme file, from the outside in; the file itself has no name."""
    if place.table == "file":
        return ""
    name = t(PLACES[place.table], number=place.number) if place.number else place.table
    named = f"{name} ({place.key})" if place.key else name
    outer = place_words(place.inside, t=t) if place.inside else ""
    return f"{outer}, {named}" if outer else named


def _values(said: faults.FileProblem, t: Translator) -> dict[str, Any]:
    columns = isinstance(said, faults.MissingColumn | faults.DuplicateColumn)
    codes = _CODES | ({"column"} if columns else set())
    known = {each.name: getattr(said, each.name) for each in fields(said)}  # type: ignore[arg-type]
    return {name: _shown(value, t if name in codes else None) for name, value in known.items()}


def _shown(value: object, t: Translator | None) -> object:
    """Write a value as people read it; `t` is given for words of ours alone."""
    if isinstance(value, tuple):
        return ", ".join(str(_shown(each, t)) for each in value)
    return t(VALUES[value]) if t and isinstance(value, str) else shown(value)
