"""What stands below the notices about people whom organisations name."""

from collections.abc import Mapping
from typing import Any

from delivery.chat import Button
from texts.translator import Translator

_FOR_PERSON = frozenset({"nominated", "nominated_reminder"})
_FOR_ORGANISATION = frozenset({"nomination_call", "nomination_reminder", "nomination_answered"})


def nomination_buttons(
    kind: str, seen: Mapping[str, Any], t: Translator
) -> tuple[tuple[Button, ...], ...]:
    """Offer to answer, or the organisation's own page; nothing for any other kind."""
    if kind in _FOR_PERSON:
        number = seen["nomination_id"]
        yes = Button(t("I will take part"), data=f"na:{number}")
        return ((yes,), (Button(t("I cannot take part"), data=f"nd:{number}"),))
    if kind in _FOR_ORGANISATION:
        only_look = kind == "nomination_answered" and (
            seen["answer"] == "accepted" or not seen["may_name"]
        )
        label = t("Show whom we have named") if only_look else t("Name people")
        data = f"np:{seen['event']['id']}:{seen['organisation']['id']}"
        return ((Button(label, data=data),),)
    return ()
