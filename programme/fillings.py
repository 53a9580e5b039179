"""A survey in the hands of whoever answers it, and the names under which they are known."""

import hmac
import secrets
from dataclasses import dataclass
from typing import Any

from programme import forms
from programme.forms import Form
from programme.questions import Question
from storage.surveys import Survey
from storage.waves import Wave

PERSON, ORGANISATION = "person:", "organisation:"


@dataclass(frozen=True)
class Filling:
    """A survey in the hands of somebody; the form is flat, a scale for each matrix statement.

    `is_done` says that it was handed in and is being changed, which only a survey that knows its
    people lets them do.
    """

    survey: Survey
    wave: Wave
    form: Form
    owner: str
    answers: dict[str, Any]
    link_hash: str
    is_done: bool

    @property
    def asked(self) -> list[Question]:
        """The questions that the answers lead to, in order."""
        return forms.asked(self.form, self.answers)

    @property
    def open(self) -> Question | None:
        """The first question that is still open; None when all can be handed in."""
        return forms.next_question(self.form, self.answers)


def person(person_id: int) -> str:
    """Name a person as the owner of a draft."""
    return f"{PERSON}{person_id}"


def organisation(organisation_id: int) -> str:
    """Name an organisation as the owner of a draft."""
    return f"{ORGANISATION}{organisation_id}"


def is_known(owner: str) -> bool:
    """Tell whether an owner is somebody of our lists, and no device and no printed code."""
    return owner.startswith((PERSON, ORGANISATION))


def hashed(survey: Survey, words: str) -> str:
    """Hash words with the survey's secret; 32 hex digits."""
    return hmac.digest(bytes.fromhex(survey.secret), words.encode(), "sha256").hex()[:32]


def respondent(survey: Survey, owner: str) -> str:
    """Name whoever answers as the store knows them: anew each time where it is anonymous."""
    if survey.is_anonymous:
        return f"a:{secrets.token_hex(16)}"
    if survey.privacy == "named" and is_known(owner):
        return owner
    return f"p:{hashed(survey, owner)}"
