"""Say on which button a letter leads to its page, in the words of what the reader does there."""

from collections.abc import Mapping
from typing import Any

from programme.letter_doors import TO_MANY
from texts.translator import Translator, mark

_REGISTRATION = mark("See your registration")
_APPLICATION = mark("See your application")
_OFFER = mark("Answer the offer")
_DOCUMENTS = mark("See the documents")
_COMING = mark("Confirm that I come")
_NAMING = mark("Name people")
_NAMED = mark("See the people you named")
_STAND = mark("See the stand")
_DETAILS = mark("See the details")

_LABELS = {
    "registration_confirmed": _REGISTRATION,
    "promoted": _REGISTRATION,
    "reminder": _REGISTRATION,
    "registration_joined": _REGISTRATION,
    "event_moved": _REGISTRATION,
    "event_changed": _REGISTRATION,
    "waiting_listed": _APPLICATION,
    "application_received": _APPLICATION,
    "application_refused": _APPLICATION,
    "seat_offered": _OFFER,
    "document_returned": _DOCUMENTS,
    "documents_missing": _DOCUMENTS,
    "documents_complete": _DOCUMENTS,
    "nominated": _COMING,
    "nominated_reminder": _COMING,
    "nomination_call": _NAMING,
    "nomination_reminder": _NAMING,
    "nomination_answered": _NAMED,
    "exhibitor_confirmed": _STAND,
    "exhibitor_promoted": _STAND,
    "exhibitor_waiting": _STAND,
    "exhibitor_reminder": _STAND,
    "registration_asked": _COMING,
    "mail_unclear": mark("Say what you would like to do"),
    "invitation": mark("Register"),
    "correction": mark("Register"),
    "digest": mark("Register"),
    "poll": mark("Choose my answer"),
    "survey_asked": mark("I answer the survey"),
    "survey_reminder": mark("I answer the survey"),
    "seat_given_up": mark("I take my seat back"),
}
# An answer to a mail leads on to the page of the letter that the mail answered.
_STEPS = {"needs_page": _COMING, "needs_questions": _COMING, "named_untold": _NAMED}
_TOLD = frozenset({_REGISTRATION, _APPLICATION, _DOCUMENTS, _NAMED, _STAND})
# Where there is no page, the chat is the other way to do it at once.
_IN_TELEGRAM = {
    "invitation": mark("Register in Telegram"),
    "correction": mark("Register in Telegram"),
    "nomination_call": mark("Name people in Telegram"),
    "nomination_reminder": mark("Name people in Telegram"),
    "nominated": mark("Answer in Telegram"),
    "nominated_reminder": mark("Answer in Telegram"),
}


def button(kind: str, seen: Mapping[str, Any], t: Translator) -> dict[str, str] | None:
    """Choose the one button of a letter: its page, else its own link; None where there is none."""
    page, link = seen["page_link"], seen.get("link")
    if kind == "digest" and seen["event"] is None:
        return None
    if kind in TO_MANY and seen["event"] is None:
        return {"label": t("More information"), "link": link} if link else None
    if page:
        return {"label": t(_label(kind, seen)), "link": page}
    if link and kind in _IN_TELEGRAM:
        return {"label": t(_IN_TELEGRAM[kind]), "link": link}
    return None


def telegram_link(kind: str, seen: Mapping[str, Any]) -> str | None:
    """Give the link to the chat that stands beside the button to the page."""
    event = seen["event"] is not None
    return seen.get("link") if seen["page_link"] and event and kind in _IN_TELEGRAM else None


def _label(kind: str, seen: Mapping[str, Any]) -> str:
    if kind == "event_moved":
        by_naming = {"named": _COMING, "called": _NAMING}
        moved = by_naming.get(seen["naming"]) or (_OFFER if seen["offer"] else None)
        if moved is None and seen["exhibitor_id"] is not None:
            moved = _STAND
        return moved or _REGISTRATION
    if kind == "mail_understood":
        return _next_step(seen)
    if kind == "mail_unclear" and (about := _LABELS.get(seen["about"])) in _TOLD:
        return about
    return _LABELS.get(kind, _DETAILS)


def _next_step(seen: Mapping[str, Any]) -> str:
    """Name what is left to do; where nothing is, the page only shows how things stand."""
    what = [one["what"] for one in seen["outcomes"]]
    if "which_names" in what:
        return _LABELS.get(seen["about"], _DETAILS)
    return next((_STEPS[one] for one in what if one in _STEPS), _DETAILS)
