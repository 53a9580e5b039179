"""Name a person in a dialogue: who, an e-mail address, a telephone, a last look."""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from programme import answers, nominations
from programme.asking import Asked, ended, following, fresh, number
from programme.nomination_refusals import QuotaFull
from programme.nomination_terms import Place, Speaker, check_open, place
from programme.nominations import Named, Naming
from programme.quiet_hours import QuietHours
from programme.refusals import OptionUnknown, QuestionPassed
from storage import memberships
from storage import nominations as rows
from storage.conversations import Conversation
from storage.database import Tx
from storage.memberships import Member

FLOW = "nomination"
NONE = "none"
# People write this instead of pressing the button that says it.
NOTHING = re.compile(r"(nie ma|brak|nie|-|–|no|none)\.?", re.IGNORECASE)
MEMBERS_SHOWN = 8


@dataclass(frozen=True)
class Done:
    """The person is named, and the conversation is over."""

    conversation: Conversation
    event_id: int
    organisation_id: int
    naming: Naming


async def begin(
    tx: Tx,
    *,
    state: Conversation,
    event_id: int,
    organisation_id: int,
    speaker: Speaker,
    replaces_id: int | None = None,
    now: datetime,
) -> Asked:
    """Ask who is named; refuses at once what the last answer would refuse."""
    at = await place(tx, event_id=event_id, organisation_id=organisation_id)
    check_open(at, speaker, now)
    if replaces_id is None and at.terms.free == 0:
        raise QuotaFull(at.terms.seats or 0)
    about = {"event": event_id, "organisation": organisation_id, "replaces": replaces_id}
    return await ask(tx, state=following(fresh(state, FLOW, **about), "who"))


async def ask(tx: Tx, *, state: Conversation) -> Asked:
    """Gather what the open question needs."""
    at = await place(tx, event_id=state.data["event"], organisation_id=state.data["organisation"])
    facts: dict[str, Any] = {
        "answers": state.data["answers"],
        "title": at.event.title,
        "organisation": at.organisation.name,
        "old": "",
    }
    if state.data["replaces"] is not None:
        facts["old"] = (await nominations.look(tx, state.data["replaces"])).name
    if state.step == "who":
        facts["members"] = (await _members(tx, at))[:MEMBERS_SHOWN]
    return Asked(state, f"nomination_{state.step}", facts)


async def _members(tx: Tx, at: Place) -> list[Member]:
    """List the people of the organisation who are not named for the event yet."""
    named = {
        one.person_id
        for one in await rows.of_organisation(
            tx, event_id=at.event.id, organisation_id=at.organisation.id
        )
        if one.state in rows.OPEN
    }
    members = await memberships.members(tx, at.organisation.id)
    return [one for one in members if one.person_id not in named]


async def answer(
    tx: Tx,
    *,
    state: Conversation,
    raw: str,
    speaker: Speaker,
    link: str,
    quiet: QuietHours,
    now: datetime,
) -> Asked | Done:
    """Take the answer to the open question; the last one names the person.

    `link` is the bot's deep link without its payload. Raises a kind of AnswerRefused, or what
    `nominations.name` raises, and changes nothing.
    """
    if state.step == "who":
        coming = await _who(tx, state, raw)
    elif state.step == "mail":
        address = "" if _nothing(raw) else answers.address(raw)
        coming = following(state, "confirm" if address else "phone", email=address, phone="")
    elif state.step == "phone":
        phone = "" if _nothing(raw) else answers.text(answers.one_line(raw), 40)
        coming = following(state, "confirm", phone=phone)
    elif state.step == "confirm" and raw == "again":
        coming = following(state, "who")
    elif state.step == "confirm" and raw == "send":
        return await _name(tx, state, speaker, link, quiet, now)
    else:
        raise OptionUnknown if state.step == "confirm" else QuestionPassed
    return await ask(tx, state=coming)


def _nothing(raw: str) -> bool:
    return raw == NONE or NOTHING.fullmatch(raw.strip()) is not None


async def _who(tx: Tx, state: Conversation, raw: str) -> Conversation:
    if not raw.startswith("person:"):
        return following(state, "mail", name=answers.name(raw), person=None)
    known = number(raw.removeprefix("person:"))
    at = await place(tx, event_id=state.data["event"], organisation_id=state.data["organisation"])
    for one in await _members(tx, at):
        if one.person_id == known:
            return following(state, "confirm", name=one.name, person=known, email="", phone="")
    raise OptionUnknown


async def _name(
    tx: Tx,
    state: Conversation,
    speaker: Speaker,
    link: str,
    quiet: QuietHours,
    now: datetime,
) -> Done:
    given, data = state.data["answers"], state.data
    naming = await nominations.name(
        tx,
        event_id=data["event"],
        organisation_id=data["organisation"],
        who=Named(given["name"], given["email"], given["phone"], given["person"]),
        speaker=speaker,
        link=link,
        now=now,
        quiet=quiet,
        replaces_id=data["replaces"],
    )
    return Done(ended(state), data["event"], data["organisation"], naming)
