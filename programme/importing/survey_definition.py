"""What a survey's file says, once every fault of it is mended."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from programme.forms import Form

PRIVACIES = ("named", "pseudonymous", "anonymous")
PUBLIC, EVERYONE, ORGANISATIONS = "public", "everyone", "organisations"
PARTICIPANTS = "participants:"


@dataclass(frozen=True)
class WaveDefinition:
    """A time at which the survey is held; its moments are what the clock on the wall shows.

    `audience` is PUBLIC, EVERYONE, ORGANISATIONS or "participants:" and the key of an event;
    `codes` says for how many printed codes there is to be paper; `line` is where it stands.
    """

    key: str
    opens: datetime
    audience: str
    closes: datetime | None = None
    reminder_days: tuple[int, ...] = ()
    most_responses: int | None = None
    quotas: dict[str, dict[str, int]] = field(default_factory=dict)
    codes: int = 0
    line: int = field(default=0, compare=False)

    @property
    def event_key(self) -> str:
        """The event whose participants are asked; empty when others are."""
        if not self.audience.startswith(PARTICIPANTS):
            return ""
        return self.audience.removeprefix(PARTICIPANTS)


@dataclass(frozen=True)
class SurveyDefinition:
    """A survey as its file has it; `schedule` is as the survey keeps it, {} for none."""

    form: Form
    privacy: str
    threshold: int
    schedule: dict[str, Any] = field(default_factory=dict)
    waves: tuple[WaveDefinition, ...] = ()

    @property
    def key(self) -> str:
        """The survey's key, which stays the same."""
        return self.form.key
