"""One clear sentence for everything that can go wrong at the command line."""

from bot.import_words import problem_words
from bot.outbox_words import refusal_words
from bot.sayable import said
from bot.settings import WrongSettings
from bot.web_bind import PortTaken
from delivery.failures import ChannelBroken
from handlers.telegram.door import TelegramUnreachable, TokenWrong
from handlers.telegram.webhook import WebhookRefused
from handlers.telegram.words import refused
from programme import refusals as why
from programme.agenda_refusals import OccurrenceFixed, OccurrenceGone, OccurrenceUnknown
from programme.attendance_refusals import SessionUnknown
from programme.certificate_refusals import CertificateCodeUnknown
from programme.desk_refusals import SessionsOverlap
from programme.importing.problems import FileRefused
from programme.outbox_desk import DeskRefusal
from programme.people_refusals import ExportNeedsEvent
from programme.refusals import Refusal
from programme.survey_refusals import WaveUnknown
from storage.database import DatabaseUnusable, is_full, is_read_only
from texts.translator import Translator, mark

# What a refusal says in a chat speaks of buttons; these are said at the command line.
REFUSALS: dict[type[Refusal], str] = {
    why.EventUnknown: mark(
        "There is no such event, or it has no such session. The keys stand in the programme file."
    ),
    SessionUnknown: mark(
        "There is no such event, or it has no such session. The keys stand in the programme file."
    ),
    why.EventCancelled: mark("This event has been cancelled already."),
    why.SessionChanged: mark("Somebody changed this session at the same moment. Please try again."),
    SessionsOverlap: mark(
        "Two sessions of this event would be at the same time then, so nothing was moved."
    ),
    why.SurveyUnknown: mark("There is no survey “%(key)s”. Known: %(known)s."),
    why.NotStaff: mark("This chat has no rights of staff. Please see: akademia staff --help"),
    CertificateCodeUnknown: mark(
        "There is no certificate with this code. Please compare each sign with the paper."
    ),
    ExportNeedsEvent: mark(
        "A list in CSV is of one event. Please name it: --event KEY. Known: %(known)s."
    ),
    OccurrenceGone: mark(
        "Nothing of this line waits any more. Please look once more: akademia agenda lines"
    ),
    OccurrenceFixed: mark("This line can be neither stopped nor sent sooner."),
    OccurrenceUnknown: mark("There is no such line. Please look: akademia agenda lines"),
    WaveUnknown: mark(
        "There is no such wave of this survey. Please look: akademia survey waves SURVEY"
    ),
    why.OptionUnknown: mark("This choice does not exist. Please see the help: --help"),
}


def sentences(error: BaseException, t: Translator) -> list[str] | None:
    """Say what happened and what to do; None for an error that is ours and needs a traceback."""
    if isinstance(error, BaseExceptionGroup):
        return sentences(error.exceptions[0], t)
    if isinstance(error, WrongSettings):
        return [said(one, t) for one in error.sentences]
    if isinstance(error, FileRefused):
        return [problem_words(problem, t=t) for problem in error.problems]
    if isinstance(error, TokenWrong):
        return [t("Telegram does not know this token. Please check AKADEMIA_TELEGRAM_TOKEN.")]
    if isinstance(error, TelegramUnreachable):
        return [
            t(
                "Telegram does not answer. Please check the connection and "
                "AKADEMIA_TELEGRAM_API_URL. Nothing is lost: updates wait at Telegram for a day."
            )
        ]
    if isinstance(error, WebhookRefused):
        return [
            t(
                "Telegram does not bring updates to AKADEMIA_PUBLIC_URL: %(answer)s.",
                answer=error.answer.rstrip("."),
            )
        ]
    if isinstance(error, PortTaken):
        return [
            t(
                "The web port %(name)s cannot be opened. Please check AKADEMIA_WEB_BIND, and "
                "whether another program uses this port.",
                name=str(error.filename),
            )
        ]
    if isinstance(error, DeskRefusal):
        return [refusal_words(error, t)]
    if isinstance(error, ChannelBroken):
        return [t("The mail server does not take our mails: %(answer)s.", answer=error.answer)]
    return _of_storage(error, t)


def _of_storage(error: BaseException, t: Translator) -> list[str] | None:
    if isinstance(error, DatabaseUnusable):
        return [t("The database cannot be used. %(reason)s", reason=error.reason)]
    if is_full(error):
        return [t("The disk is full. Please make room; what was accepted so far is kept.")]
    if is_read_only(error):
        return [t("The data folder cannot be written. Please check AKADEMIA_DATA_DIR.")]
    if isinstance(error, OSError) and error.filename is not None:
        return [t("The file %(name)s cannot be opened.", name=str(error.filename))]
    if isinstance(error, Refusal):
        return [_of_refusal(error, t)]
    return None


def _of_refusal(refusal: Refusal, t: Translator) -> str:
    words = REFUSALS.get(type(refusal))
    if words is None:
        return refused(t, refusal, zone="Europe/Warsaw")
    values = {
        name: ", ".join(value) or "–" if isinstance(value, tuple) else value
        for name, value in vars(refusal).items()
    }
    return t(words, **values)
