"""Lines that cards are made of, cut to what one message takes."""

from collections.abc import Iterable, Sequence

from delivery.limits import TEXT_LENGTH, visible_length
from texts.translator import Translator

# Room for a note above the card and for the words that say that something was left out.
ROOM = TEXT_LENGTH - 300


def fitted(t: Translator, blocks: Iterable[Sequence[str]]) -> str:
    """Join blocks of lines, an empty line between two, as far as one message takes them."""
    text = ""
    for block in blocks:
        for at, line in enumerate(block):
            gap = "" if not text else "\n" if at else "\n\n"
            if visible_length(text) + visible_length(line) + len(gap) > ROOM:
                left_out = t("… there is more; please press the buttons below.")
                return f"{text}\n{left_out}"
            text += gap + line
    return text
