"""The buttons below a notice about required documents."""

from collections.abc import Mapping
from typing import Any

from delivery.chat import Button
from texts.translator import Translator

Rows = tuple[tuple[Button, ...], ...]


def document_buttons(kind: str, seen: Mapping[str, Any], t: Translator) -> Rows | None:
    """Lead to a person's documents; None where the notice has nothing to do with them."""
    all_papers = Button(t("My documents"), data=f"d:{seen['registration_id']}")
    if kind == "document_returned":
        again = f"dh:{seen['registration_id']}:{seen['required_document_id']}"
        return ((Button(t("Send it once more"), data=again),), (all_papers,))
    if kind == "documents_missing":
        return ((Button(t("Hand in documents"), data=all_papers.data),),)
    my_trainings = Button(t("My trainings"), data="m")
    if kind == "documents_complete":
        return ((my_trainings,),)
    if kind in {"registration_confirmed", "promoted"} and seen["documents"]:
        return ((Button(t("Hand in documents"), data=all_papers.data),), (my_trainings,))
    return None
