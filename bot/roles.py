"""What a process does: any number of processes on one PostgreSQL share the work by roles."""

from collections.abc import Iterable
from enum import StrEnum

from texts.translator import Translator


class Role(StrEnum):
    """One part of the work.

    `send` carries messages out, `receive` asks Telegram for updates and handles whatever has
    arrived, `tick` does what time brings, `web` listens on the web port.
    """

    SEND = "send"
    RECEIVE = "receive"
    TICK = "tick"
    WEB = "web"


ALL = frozenset(Role)
EVERYTHING = "all"


class RoleUnknown(ValueError):
    """There is no such role."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name


def read_roles(given: Iterable[str]) -> frozenset[Role]:
    """Read roles as they are given on the command line; none means all of them.

    Each may be a list with commas. Raises RoleUnknown.
    """
    names = {name.strip() for one in given for name in one.split(",") if name.strip()}
    if not names or EVERYTHING in names:
        return ALL
    return frozenset(_role(name) for name in sorted(names))


def _role(name: str) -> Role:
    try:
        return Role(name)
    except ValueError:
        raise RoleUnknown(name) from None


def role_names() -> str:
    """Name all that can be given."""
    return ", ".join((*Role, EVERYTHING))


def unknown_words(error: RoleUnknown, t: Translator) -> str:
    """Say which roles there are."""
    names = {"role": error.name, "known": role_names()}
    return t("There is no role “%(role)s”. Possible: %(known)s.", **names)
