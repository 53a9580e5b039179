"""How a time that a survey is held is called where people read it."""

from collections.abc import Mapping

from texts.translator import Translator, mark

# The keys that say by themselves which of two measurements a wave is.
MEASUREMENTS: Mapping[str, str] = {
    "baseline": mark("first measurement"),
    "endline": mark("last measurement"),
}
_WHEN: Mapping[str, str] = {
    "baseline": mark("before the programme"),
    "endline": mark("after the programme"),
}


def measurement(t: Translator, key: str) -> str:
    """Name the measurement before or after the programme; "" for any other key."""
    return t(MEASUREMENTS[key]) if key in MEASUREMENTS else ""


def measurement_in_full(t: Translator, key: str) -> str:
    """Name the measurement and say which side of the programme it lies on; "" for other keys."""
    return f"{measurement(t, key)} ({t(_WHEN[key])})" if key in MEASUREMENTS else ""
