"""Why the words of a letter to many cannot stand as they are."""

from programme.refusals import AnswerRefused


class PlaceholderUnknown(AnswerRefused):
    """Something in braces is none of the words that can stand there."""

    def __init__(self, piece: str, known: tuple[str, ...]) -> None:
        super().__init__()
        self.piece = piece
        self.known = known


class EventNotNamed(AnswerRefused):
    """The letter speaks of an event but is about none."""

    def __init__(self, piece: str) -> None:
        super().__init__()
        self.piece = piece
