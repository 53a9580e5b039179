"""How a report comes to staff in a chat: the file, what it is, and the way back."""

from delivery.chat import Button, ChatFile, ChatMessage
from handlers.telegram import buttons
from texts.translator import Translator


def survey_file(t: Translator, key: str) -> str:
    """Name the file with the report of a survey."""
    # Translators: name of a file; keep it in plain letters and keep ".pdf".
    return t("report-%(key)s.pdf", key=key)


def programme_file(t: Translator) -> str:
    """Name the file with the report of the whole programme."""
    # Translators: name of a file; keep it in plain letters and keep ".pdf".
    return t("report-programme.pdf")


def of_survey(t: Translator, survey_id: int, file: ChatFile) -> ChatMessage:
    """Send the report of a survey."""
    text = t(
        "Here is the report of this survey, with all its rounds. It also has what people wrote in "
        "their own words, so please read it before you pass it on."
    )
    back = Button(t("Back to the survey"), buttons.write(buttons.SURVEY_ONE, survey_id, 0))
    return ChatMessage(text, ((back,),), document=file)


def of_programme(t: Translator, file: ChatFile) -> ChatMessage:
    """Send the report of the whole programme."""
    text = t(
        "Here is the report on the whole programme: the figures, the surveys, what participants "
        "said of the events, and each organisation. Please read it before you pass it on."
    )
    back = Button(t("All surveys"), buttons.write(buttons.SURVEY_DESK, 0))
    return ChatMessage(text, ((back,),), document=file)
