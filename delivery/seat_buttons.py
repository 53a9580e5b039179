"""The buttons of notices about a place in line and an offer of a seat."""

from collections.abc import Mapping
from typing import Any

from delivery.chat import Button
from texts.translator import Translator


def seat_buttons(
    kind: str, seen: Mapping[str, Any], t: Translator
) -> tuple[tuple[Button, ...], ...] | None:
    """Offer to take or decline a seat, or to leave the line by one tap; None for other notices."""
    registration = seen["registration_id"]
    my_trainings = (Button(t("My trainings"), data="m"),)
    if kind == "waiting_listed" and registration:
        leave = Button(t("Leave the waiting list"), data=f"xx:{registration}")
        return (my_trainings, (leave,))
    if kind == "seat_given_up":
        return ((Button(t("I take my seat back"), data=f"cu:{registration}"),), my_trainings)
    if kind == "day_declined":
        give_up = Button(t("I give up the whole event"), data=f"x:{registration}")
        return ((give_up,), my_trainings)
    if kind == "seat_offered" or (kind == "event_moved" and seen.get("offer")):
        answers = (
            (Button(t("I take this seat"), data=f"o:{registration}"),),
            (Button(t("No, thank you"), data=f"od:{registration}"),),
        )
        return answers if kind == "seat_offered" else (*answers, my_trainings)
    return None
