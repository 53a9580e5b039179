"""Set lines as Polish typography asks: no line ends in a word of one letter."""

import re

_ONE_LETTER = re.compile(r"(?<!\S)([aiouwzAIOUWZ]) ")


def bind(line: str) -> str:
    """Tie every word of one letter to the word after it."""
    # Twice, because two such words in a row share the space between them.
    return _ONE_LETTER.sub("\\1\u00a0", _ONE_LETTER.sub("\\1\u00a0", line))
