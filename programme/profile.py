"""Get to know a person: one question after another, kept in the conversation.

The questions are asked once. Privacy comes first, because the law wants it told when data are
collected (GDPR article 13). An address counts only after the code mailed to it came back.
"""

import dataclasses
import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from programme import identity, memberships, named_links, organisations, person_links
from programme.asking import Asked, ended, following, fresh, number
from programme.facts import programme_facts
from programme.forms import Form, Option, Question, check, next_question
from programme.named_links import Known
from programme.notice_policy import POLICY
from programme.person_links import KnownPerson
from programme.quiet_hours import QuietHours
from programme.refusals import (
    AddressOurs,
    CodeExpired,
    CodesTooMany,
    CodeWrong,
    OptionUnknown,
    QuestionPassed,
)
from storage import mail_codes, outbox, people
from storage import organisations as register
from storage.conversations import Conversation
from storage.database import Tx
from storage.organisations import Organisation
from storage.outbox import Entry

FLOW = "profile"
CODE = POLICY["email_code"]
CODE_TRIES = 5
CODES_AN_HOUR = 5
# The people of a small organisation share one mailbox, and may all come at once.
CODES_TO_ONE_ADDRESS = 15
MATCHES_SHOWN, MATCHES_LOOKED_AT = 5, 50
FORM = Form(
    "profile",
    1,
    (
        Question("privacy", "choice", "privacy", (Option("accept", "accept"),)),
        Question("name", "name", "name"),
        Question("role", "choice", "role", (Option("ngo", "ngo"), Option("clerk", "clerk"))),
        Question("organisation", "text", "organisation", max_length=200),
        Question("mail", "address", "mail", required=False),
        Question("mail_code", "text", "mail_code", required=False, max_length=40),
    ),
)
ROLE_IN = {"ngo": "ngo", "office": "clerk"}
QUESTIONS = {question.key: question for question in FORM.questions}


@dataclass(frozen=True)
class Introduced:
    """The person is known now; `then` is what they wanted before they were asked."""

    conversation: Conversation
    person_id: int
    then: str


async def begin(
    tx: Tx,
    *,
    state: Conversation,
    then: str,
    link: str = "",
    organisation_link: str = "",
    person_link: str = "",
    now: datetime,
) -> Asked:
    """Open the first question, or go on at the one that is open, with the newest wish.

    `link` is the token of the nomination by whose link somebody came, `organisation_link` the one
    of a letter to an organisation: it tells for which one they speak. `person_link` is the one of
    a letter to somebody whom we know already.
    """
    came = {"link": link, "organisation_link": organisation_link, "person_link": person_link}
    if state.flow == FLOW:
        known = {name: token or state.data.get(name, "") for name, token in came.items()}
        data = {**state.data, **known, "then": then or state.data["then"]}
        going = dataclasses.replace(state, data=data)
        came_now = link or person_link
        if came_now and going.step == "name" and await _known(tx, going, now):
            going = following(going, "named")
        return await ask(tx, state=going, now=now)
    return await ask(tx, state=_onward(fresh(state, FLOW, then=then, **came)), now=now)


def _onward(state: Conversation, **answers: Any) -> Conversation:
    """Keep answers and open the question that the form has next; none is left at the end."""
    question = next_question(FORM, {**state.data["answers"], **answers})
    return following(state, question.key if question else "", **answers)


async def ask(tx: Tx, *, state: Conversation, now: datetime) -> Asked:
    """Gather what the open question needs: texts, offices, organisations found."""
    facts: dict[str, Any] = {}
    answers = state.data["answers"]
    if state.step == "privacy":
        notice = await people.newest_notice(tx, locale=state.locale, now=now)
        facts = {"text": notice.text if notice else "", "programme": await programme_facts(tx)}
    if state.step == "named":
        facts = {"known": await _known(tx, state, now)}
    if state.step == "organisation" and answers["role"] == "clerk":
        units = await register.list_all(tx)
        facts = {"offices": [(unit.id, unit.name) for unit in units if unit.kind == "office"]}
    if state.step == "organisation_pick":
        facts = {"words": answers["words"], "matches": answers["matches"]}
    if state.step == "mail_code":
        facts = {"address": answers["address"]}
    return Asked(state, state.step, facts | {"role": answers.get("role", "")})


async def answer(
    tx: Tx,
    *,
    state: Conversation,
    raw: str,
    our_address: str,
    now: datetime,
    quiet: QuietHours | None = None,
) -> Asked | Introduced:
    """Take the answer to the open question and open the next one.

    `raw` is what was typed, or the key behind a button. Raises a kind of AnswerRefused and
    changes nothing when the answer does not fit.
    """
    steps = {
        "privacy": _privacy,
        "named": _named,
        "name": _name,
        "role": _role,
        "organisation": _organisation,
        "organisation_pick": _organisation_pick,
        "mail_code": _mail_code,
    }
    if state.step == "mail":
        coming = await _mail(tx, state, raw, our_address, now)
    elif state.step in steps:
        coming = await steps[state.step](tx, state, raw, now)
    else:
        raise QuestionPassed
    if coming.step:
        return await ask(tx, state=coming, now=now)
    return await _introduce(tx, coming, now, quiet)


async def _privacy(tx: Tx, state: Conversation, raw: str, now: datetime) -> Conversation:
    check(QUESTIONS["privacy"], raw)
    notice = await people.newest_notice(tx, locale=state.locale, now=now)
    version = notice.version if notice else 0
    onward = _onward(state, privacy="accept", notice_version=version)
    return (
        following(state, "named", **onward.data["answers"])
        if await _known(tx, state, now)
        else onward
    )


async def _known(tx: Tx, state: Conversation, now: datetime) -> Known | KnownPerson | None:
    named = await named_links.behind(tx, state.data.get("link", ""))
    return named or await person_links.behind(tx, state.data.get("person_link", ""), now=now)


async def _named(tx: Tx, state: Conversation, raw: str, now: datetime) -> Conversation:
    """Take what the link tells as this person's answers; a name typed instead is their own."""
    if raw == "other":
        return following(state, "name")
    if raw != "me":
        return await _name(tx, state, raw, now)
    known = await _known(tx, state, now)
    return _onward(state, **known.answers) if known else following(state, "name")


async def _name(tx: Tx, state: Conversation, raw: str, now: datetime) -> Conversation:
    name = check(QUESTIONS["name"], raw)
    token = state.data.get("organisation_link", "")
    unit = await memberships.behind(tx, token=token, now=now) if token else None
    if unit is None:
        return _onward(state, name=name)
    return _onward(state, name=name, role=ROLE_IN[unit.kind], **_of(unit))


def _of(unit: Organisation) -> dict[str, Any]:
    return {"organisation": unit.name, "organisation_id": unit.id, "organisation_text": ""}


async def _role(_tx: Tx, state: Conversation, raw: str, _now: datetime) -> Conversation:
    return _onward(state, role=check(QUESTIONS["role"], raw))


async def _organisation(tx: Tx, state: Conversation, raw: str, _now: datetime) -> Conversation:
    if raw.startswith("org:"):
        return await _pick(tx, state, raw)
    words = str(check(QUESTIONS["organisation"], raw))
    kind = "office" if state.data["answers"]["role"] == "clerk" else "ngo"
    found = await organisations.find(tx, words=words, limit=MATCHES_LOOKED_AT)
    fitting = [match for match in found if match.kind == kind]
    matches = [(match.id, match.name) for match in fitting[:MATCHES_SHOWN]]
    return following(state, "organisation_pick", words=words, matches=matches)


async def _organisation_pick(tx: Tx, state: Conversation, raw: str, now: datetime) -> Conversation:
    if raw == "again":
        return following(state, "organisation")
    if raw == "other":
        words = state.data["answers"]["words"]
        return _onward(state, organisation=words, organisation_id=None, organisation_text=words)
    return await _organisation(tx, state, raw, now)


async def _pick(tx: Tx, state: Conversation, raw: str) -> Conversation:
    known = number(raw.removeprefix("org:"))
    unit = await register.get(tx, known) if known is not None else None
    if unit is None:
        raise OptionUnknown
    return _onward(state, **_of(unit))


async def _mail(
    tx: Tx, state: Conversation, raw: str, our_address: str, now: datetime
) -> Conversation:
    if raw == "skip":
        return _without_mail(state)
    address = str(check(QUESTIONS["mail"], raw))
    if address.casefold() == our_address.casefold():
        raise AddressOurs
    await send_code(tx, state, address, now)
    return _onward(state, mail=address, address=address)


def _without_mail(state: Conversation) -> Conversation:
    return _onward(state, mail=None, mail_code=None, address=None)


async def send_code(tx: Tx, state: Conversation, address: str, now: datetime) -> None:
    """Mail a code to an address that somebody says is theirs; raises CodesTooMany."""
    hour_ago = now - timedelta(hours=1)
    asked = await mail_codes.count_since(tx, chat_id=state.chat_id, since=hour_ago)
    mailed = await mail_codes.count_to(tx, address=address, since=hour_ago)
    if asked >= CODES_AN_HOUR or mailed >= CODES_TO_ONE_ADDRESS:
        raise CodesTooMany
    code = f"{secrets.randbelow(1_000_000):06d}"
    code_id = await mail_codes.add(
        tx,
        chat_id=state.chat_id,
        address=address,
        code_hash=_hash(state.chat_id, code),
        expires_at=CODE.worth_until(now),
        now=now,
    )
    facts = {
        "programme": await programme_facts(tx),
        "person": {"name": state.data["answers"]["name"]},
        "code": code,
        "minutes": (CODE.worth_until(now) - now) // timedelta(minutes=1),
    }
    entry = Entry(
        key=f"email_code:{code_id}",
        channel="mail",
        kind=CODE.kind,
        address=address,
        locale=state.locale,
        facts=facts,
        priority=CODE.priority,
        due_at=now,
        not_after=CODE.worth_until(now),
    )
    await outbox.put(tx, [entry], now=now)


def _hash(chat_id: int, code: str) -> str:
    return hashlib.sha256(f"{chat_id}:{code}".encode()).hexdigest()


async def _mail_code(tx: Tx, state: Conversation, raw: str, now: datetime) -> Conversation:
    if raw == "skip":
        return _without_mail(state)
    if raw == "change":
        return following(state, "mail")
    if raw == "again":
        await send_code(tx, state, state.data["answers"]["address"], now)
        return following(state, "mail_code")
    # People write "Kod: 123 456" as well; only the digits count.
    typed = "".join(sign for sign in str(check(QUESTIONS["mail_code"], raw)) if sign.isdecimal())
    await prove(tx, state, typed, now)
    return _onward(state, mail_code="proved", verified=True)


async def prove(tx: Tx, state: Conversation, typed: str, now: datetime) -> None:
    """Take the code that was mailed last; raises CodeExpired or CodeWrong."""
    code = await mail_codes.open_code(tx, chat_id=state.chat_id)
    if code is None or code.expires_at < now or code.wrong_tries >= CODE_TRIES:
        raise CodeExpired
    if not secrets.compare_digest(code.code_hash, _hash(state.chat_id, typed)):
        await mail_codes.note_wrong_try(tx, code.id)
        raise CodeWrong(CODE_TRIES - code.wrong_tries - 1)
    await mail_codes.use(tx, code.id, now=now)


async def _introduce(
    tx: Tx, state: Conversation, now: datetime, quiet: QuietHours | None
) -> Introduced:
    answers = state.data["answers"]
    known = await people.by_chat(tx, state.chat_id)
    person_id = known.id if known else answers.get("person_id")
    if person_id is None:
        person_id = await people.add(
            tx,
            name=answers["name"],
            role=answers["role"],
            organisation_id=answers["organisation_id"],
            organisation_text=answers["organisation_text"],
            locale=state.locale,
            now=now,
        )
    await people.add_contact(
        tx,
        person_id=person_id,
        channel="telegram",
        address=str(state.chat_id),
        verified=True,
        now=now,
    )
    if answers.get("address") and answers.get("verified"):
        person_id = await identity.join_readers(
            tx, person_id=person_id, address=answers["address"], now=now, quiet=quiet
        )
        await people.add_contact(
            tx,
            person_id=person_id,
            channel="mail",
            address=answers["address"],
            verified=True,
            now=now,
        )
    if answers["organisation_id"] is not None:
        await memberships.join(
            tx, person_id=person_id, organisation_id=answers["organisation_id"], now=now
        )
    await people.add_consent(
        tx,
        person_id=person_id,
        notice_version=answers["notice_version"],
        channel="telegram",
        now=now,
    )
    return Introduced(ended(state), person_id, state.data["then"])
