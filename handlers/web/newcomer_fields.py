"""The part of a form in which somebody new says who they are, with what they read about data."""

from typing import Any

from handlers.web.page_words import sentence
from handlers.web.visits import Visit
from programme import answers, newcomers
from programme.refusals import AnswerEmpty, AnswerRefused

ROLES = ("ngo", "clerk")


async def shown(visit: Visit, *, name: str, organisation_id: int | None) -> dict[str, Any]:
    """Give the facts of the fields: the privacy notice, the name, the organisation if known."""
    notice = await newcomers.notice(visit.tx, locale=visit.t.locale, now=visit.now)
    unit = await newcomers.organisation(visit.tx, organisation_id)
    typed = visit.typed
    return {
        "notice": {"version": notice.version, "text": notice.text} if notice else None,
        "full_name": typed.one("name") or name,
        "address": visit.door.address,
        "organisation": unit.name if unit else "",
        "organisation_text": typed.one("organisation_text"),
        "role": [typed.one("role")],
        "has_read": [typed.one("read")],
    }


def wrong(visit: Visit, *, organisation_id: int | None) -> dict[str, str]:
    """Give the sentences for fields that do not fit."""
    found: dict[str, str] = {}
    try:
        answers.name(visit.typed.one("name"))
    except AnswerRefused as refusal:
        found["name"] = _say(visit, refusal)
    if organisation_id is None and visit.typed.one("role") not in ROLES:
        found["role"] = _say(visit, AnswerEmpty())
    if organisation_id is None and not visit.typed.one("organisation_text").strip():
        found["organisation_text"] = _say(visit, AnswerEmpty())
    if visit.typed.one("notice") and visit.typed.one("read") != "yes":
        found["read"] = visit.t("Please read the information about your data and tick this box.")
    return found


def _say(visit: Visit, refusal: AnswerRefused) -> str:
    return sentence(visit.t, refusal, zone=visit.desk.zone)


async def take(visit: Visit, *, organisation_id: int | None) -> int:
    """Give the number of the person who filled in the fields, known or new."""
    return await newcomers.take(
        visit.tx,
        name=visit.typed.one("name"),
        address=visit.door.address,
        organisation_id=organisation_id,
        organisation_text=visit.typed.one("organisation_text"),
        role=visit.typed.one("role"),
        locale=visit.t.locale,
        notice_version=visit.typed.number("notice") or 0,
        channel="web",
        now=visit.now,
    )
