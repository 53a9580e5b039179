"""One place at the event, as the model of registration has it."""

from dataclasses import dataclass, field
from datetime import datetime


@dataclass
class Place:
    """One open registration: applied, in line, with a seat held, or seated."""

    number: int
    came: int
    organisation: int | None
    state: str
    asked_all: bool = False
    offered: int = 0
    ends_at: datetime | None = None
    heard_at: datetime | None = None
    told_to: str | None = None
    in_vain: bool = False
    gone: bool = False
    # Whom news of each move went to, and when it leaves.
    moves: list[tuple[str | None, datetime]] = field(default_factory=list)

    @property
    def has_offer(self) -> bool:
        return self.state == "held" or self.asked_all
