"""Why something a person wants cannot be done: a class per reason, data instead of sentences.

    Refusal
    ├── EventUnknown, EventCancelled, EventOver
    ├── DeadlinePassed, NotInAudience, AlreadyRegistered, NotRegistered, SessionChanged, TimesWrong
    ├── PersonUnknown
    ├── AnswerRefused
    │   ├── AnswerEmpty, AnswerTooLong, AnswerNotText, OptionUnknown, NameWithoutLetters
    │   ├── AddressWrong, AddressOurs
    │   └── CodeWrong, CodeExpired, CodesTooMany
    ├── QuestionPassed
    ├── NotStaff, LinkSpent, AudienceEmpty, TextTooLong, PollUnfit
    └── PollUnknown, SurveyUnknown

The docstring is the English message for logs; the face that talks to the person chooses the
words, from a map that a test keeps complete.
"""

from datetime import datetime


class Refusal(Exception):
    """Something cannot be done, and nothing was changed."""

    def __str__(self) -> str:
        """Say the docstring's sentence and the data."""
        data = ", ".join(f"{name}={value!r}" for name, value in vars(self).items())
        sentence = (type(self).__doc__ or "").strip()
        return f"{sentence} ({data})" if data else sentence


class EventUnknown(Refusal):
    """There is no such event."""


class EventCancelled(Refusal):
    """The event was cancelled."""


class EventOver(Refusal):
    """The event has begun or is over."""


class DeadlinePassed(Refusal):
    """The deadline for registrations has passed."""

    def __init__(self, deadline: datetime) -> None:
        super().__init__()
        self.deadline = deadline


class NotInAudience(Refusal):
    """The event is meant for others."""

    def __init__(self, audience: str) -> None:
        super().__init__()
        self.audience = audience


class AlreadyRegistered(Refusal):
    """The person has a seat or a place in line already."""

    def __init__(self, registration_id: int, state: str) -> None:
        super().__init__()
        self.registration_id = registration_id
        self.state = state


class NotRegistered(Refusal):
    """There is no open registration of this person."""


class SessionChanged(Refusal):
    """Somebody changed the session at the same moment."""


class TimesWrong(Refusal):
    """A session must lie ahead and end after it begins."""


class PersonUnknown(Refusal):
    """The person has not introduced themselves yet."""


class AnswerRefused(Refusal):
    """The answer does not fit the question."""


class AnswerEmpty(AnswerRefused):
    """The answer has no words."""


class AnswerTooLong(AnswerRefused):
    """The answer is too long."""

    def __init__(self, limit: int) -> None:
        super().__init__()
        self.limit = limit


class AnswerNotText(AnswerRefused):
    """The answer is a picture, a voice message or something else that cannot be read."""


class OptionUnknown(AnswerRefused):
    """The answer is none of the options."""


class NameWithoutLetters(AnswerRefused):
    """A name needs letters."""


class AddressWrong(AnswerRefused):
    """The e-mail address cannot be right."""


class AddressOurs(AnswerRefused):
    """The e-mail address is the bot's own."""


class CodeWrong(AnswerRefused):
    """The code is not the one that was mailed."""

    def __init__(self, tries_left: int) -> None:
        super().__init__()
        self.tries_left = tries_left


class CodeExpired(AnswerRefused):
    """The code is too old or was typed wrong too often."""


class CodesTooMany(AnswerRefused):
    """Too many codes were asked for."""


class QuestionPassed(Refusal):
    """The button belongs to a question that was answered or dropped."""


class NotStaff(Refusal):
    """Only staff may do this."""


class LinkSpent(Refusal):
    """The one-time link was used, is too old or never existed."""


class AudienceEmpty(Refusal):
    """Nobody would get the message."""


class TextTooLong(Refusal):
    """The text is too long for one message."""

    def __init__(self, limit: int, length: int) -> None:
        super().__init__()
        self.limit = limit
        self.length = length


class PollUnfit(Refusal):
    """The poll needs a question and two to ten different short options."""


class PollUnknown(Refusal):
    """No poll with this number is known, or not yet: its sending may still be uncertain."""

    def __init__(self, poll_id: str) -> None:
        super().__init__()
        self.poll_id = poll_id


class SurveyUnknown(Refusal):
    """There is no survey with this key."""

    def __init__(self, key: str, known: tuple[str, ...]) -> None:
        super().__init__()
        self.key = key
        self.known = known
