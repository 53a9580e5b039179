"""Say what is wrong with a survey's file, beside what can be wrong with any file."""

from programme.importing import survey_problems as wrong
from programme.importing.problems import FileProblem
from texts.translator import mark

PROBLEMS: dict[type[FileProblem], str] = {
    wrong.FieldElsewhere: mark("a question of the kind “%(kind)s” has no such field."),
    wrong.RangeReversed: mark("%(lowest)s is not less than %(highest)s."),
    wrong.ChosenUnfit: mark(
        "from %(lowest)s to %(highest)s answers cannot be chosen where there are %(options)s."
    ),
    wrong.YesNoUnfit: mark(
        "the options of a yes-no question have the keys yes and no. They may be left out."
    ),
    wrong.ConditionSelf: mark("the condition names the question that it belongs to."),
    wrong.ConditionCycle: mark("these questions wait for each other: %(cycle)s."),
    wrong.ConditionBefore: mark(
        "“%(value)s” is asked later. Please put it before this question, or "
        "leave the condition out."
    ),
    wrong.ConditionNowhere: mark("the survey has no question “%(value)s”."),
    wrong.ConditionOption: mark("“%(question)s” has no answer “%(value)s”. Possible: %(choices)s."),
    wrong.ConditionWords: mark(
        "“%(value)s” has no answers to choose from, so no condition can name it."
    ),
    wrong.NamesSomebody: mark(
        "an anonymous survey cannot ask for what shows who answers (%(kind)s)."
    ),
    wrong.LinkNeedsCode: mark(
        "a survey with names knows its people, so that they need no code. Please leave this out."
    ),
    wrong.AudienceUnknown: mark(
        "“%(value)s” is not known. Write public, everyone, organisations, or participants: and "
        "the key of an event."
    ),
    wrong.ClosesBeforeOpening: mark("it would close on %(closes)s and open only on %(opens)s."),
    wrong.ReminderTooLate: mark(
        "%(value)s days after the opening it would be closed. Please choose fewer days."
    ),
    wrong.QuotaNowhere: mark(
        "the survey has no question with one answer, or no option of it, of the key “%(value)s”."
    ),
    wrong.EventNowhere: mark(
        "there is no event “%(value)s”. Please load the programme first, or look at its keys."
    ),
    wrong.SurveyKeyTaken: mark(
        "A quick question has the key “%(survey_key)s” already. Please choose another key."
    ),
    wrong.KindChanged: mark(
        "There are answers to “%(question_key)s” of the kind %(before)s, so it cannot become "
        "%(now)s. Please give the new question a key of its own."
    ),
}
PLACES = {
    "row": mark("statement %(number)s"),
    "wave": mark("wave %(number)s"),
    "condition": mark("condition %(number)s"),
}
