"""The words of the files that a survey's answers are written to."""

from programme.questions import HARD_TO_SAY, NO_ANSWER
from texts.translator import Translator, mark

WORDS = {
    HARD_TO_SAY: mark("Hard to say"),
    NO_ANSWER: mark("I do not want to answer"),
    "sheet_answers": mark("Answers"),
    "sheet_codebook": mark("What the columns mean"),
    "survey_respondent": mark("Respondent's number"),
    "survey_wave": mark("Wave"),
    "survey_form_version": mark("Version of the questions"),
    "survey_complete": mark("Answered to the end (1: yes, 0: no)"),
    "survey_answered_at": mark("Last answer (UTC)"),
    "survey_link": mark("Sign that links one person's waves"),
    "codebook_column": mark("Column"),
    "codebook_spss_name": mark("Name in the SPSS file"),
    "codebook_question_key": mark("Question's key"),
    "codebook_kind": mark("Kind"),
    "codebook_form_versions": mark("Versions with this question"),
    "codebook_question_label": mark("Question"),
    "codebook_value": mark("Value"),
    "codebook_spss_value": mark("Value in the SPSS file"),
    "codebook_value_label": mark("What the value means"),
    "codebook_value_versions": mark("Versions with this value"),
}


class FileWords:
    """Say the words of a survey's files in one language."""

    def __init__(self, t: Translator) -> None:
        self._t = t

    def __call__(self, key: str) -> str:
        """Give the word for a key; an unknown key raises KeyError."""
        return self._t(WORDS[key])
