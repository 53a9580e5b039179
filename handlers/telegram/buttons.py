"""What lies behind a button: an action and its arguments in at most 64 bytes.

Nothing here is a secret or a right: whoever presses is checked by the use case, every time.
Buttons of a question carry the conversation's version, so that an old one is recognised.
"""

from dataclasses import dataclass

from telegram.constants import InlineKeyboardButtonLimit

from programme.asking import number

SEPARATOR = ":"
EVENT, REGISTER, LIST, MINE = "e", "r", "l", "m"
CANCEL, CANCEL_SURELY = "x", "xx"
HELP, LANGUAGE, ANSWER, RESULTS = "h", "g", "q", "w"


@dataclass(frozen=True)
class Press:
    """A button that was pressed; `arguments` never contain the separator but in the last."""

    action: str
    arguments: tuple[str, ...] = ()

    def number(self, index: int = 0) -> int:
        """Read an argument as a number; -1, which nothing has, when it is none."""
        found = number(self.arguments[index]) if index < len(self.arguments) else None
        return -1 if found is None else found


def write(action: str, *arguments: int | str) -> str:
    """Write callback data; more than 64 bytes raises ValueError, because Telegram refuses it."""
    data = SEPARATOR.join((action, *map(str, arguments)))
    if len(data.encode()) > InlineKeyboardButtonLimit.MAX_CALLBACK_DATA:
        raise ValueError(f"callback data of more than 64 bytes: {data}")
    return data


def read(data: str) -> Press:
    """Read callback data; anything unknown becomes an action that no handler has."""
    action, *arguments = data.split(SEPARATOR)
    return Press(action, tuple(arguments))


def answer(version: int, value: str) -> str:
    """Write the button of a question's option."""
    return write(ANSWER, version, value)


def read_answer(data: str) -> tuple[int, str]:
    """Read the button of a question's option: the conversation's version and the value."""
    _action, version, value, *_ = [*data.split(SEPARATOR, 2), "", ""]
    known = number(version)
    return -1 if known is None else known, value
