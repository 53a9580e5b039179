"""Sentences that are made before anybody knows in which language they will be read."""

from typing import Self

from texts.translator import Translator


class Sayable(str):
    """A sentence in English that can be said in another language; mark() its message.

    A value may be sayable too, and is then translated like the sentence around it.
    """

    __slots__ = ("message", "values")
    message: str
    values: dict[str, object]

    def __new__(cls, message: str, /, **values: object) -> Self:
        """Make the English sentence."""
        self = super().__new__(cls, cls.shaped(message % values if values else message))
        self.message = message
        self.values = values
        return self

    def said(self, t: Translator) -> str:
        """Say it in the reader's language."""
        values = {name: said(value, t) for name, value in self.values.items()}
        return self.shaped(t(self.message, **values))

    @staticmethod
    def shaped(text: str) -> str:
        """Fit the words to where they stand."""
        return text


class Clause(Sayable):
    """A sentence that stands inside another one."""

    __slots__ = ()

    @staticmethod
    def shaped(text: str) -> str:
        """Take away the capital at the beginning and the full stop at the end."""
        return text[:1].lower() + text[1:].removesuffix(".")


def said(value: object, t: Translator) -> str:
    """Say what can be said in the reader's language, and leave the rest as it is."""
    return value.said(t) if isinstance(value, Sayable) else str(value)
