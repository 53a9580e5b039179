from dataclasses import dataclass


@dataclass(frozen=True)
class Persona:
    """A person the page offers to play: their Telegram account and their mailbox."""

    user_id: int
    first_name: str
    last_name: str
    language_code: str = "pl"
    description: str = ""
    email: str = ""
    group: str = ""
