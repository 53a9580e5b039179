"""Do what a person asks for by answering a letter of ours.

What is clear and certain is done at once, and the answer says what it was, person by person. What
is not is left alone: the answer says what was read and has a link to do it, and a person of the
office reads the mail. Whoever does not prove that they had a letter of ours changes nothing.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from programme import (
    mail_answers,
    mail_reply_named,
    mail_reply_organisation,
    mail_reply_papers,
    mail_reply_person,
    mail_reply_stop,
    mail_unproven,
)
from programme.importing.spelling import fold
from programme.letter_doors import PAGE, REPLY
from programme.mail_answers import reader_of
from programme.mail_letters import House, Proven, Written
from programme.mail_outcomes import Outcome
from programme.mail_reply import Answered, Effect, read_from
from programme.mail_wishes import Wish
from programme.memberships import hash_of
from storage import events, letter_doors, nominations, people
from storage import mail_answers as answer_rows
from storage.database import Tx
from storage.letter_doors import Door

# What asks something of its reader, so that even "ok" may be meant as an answer.
ASKING = frozenset(
    {
        *mail_reply_named.KINDS,
        *("nomination_call", "nomination_reminder", "seat_offered", "poll"),
        *("survey_asked", "survey_reminder"),
        *("invitation", "correction"),
        *("offer_expired", "seat_given_up"),
    }
)


async def prove(tx: Tx, tokens: Iterable[str], *, now: datetime) -> Proven | None:
    """Find the letter that a mail answers: the first known, or another way to open the same.

    The token of a letter's page proves as much as that of its answer, because it opens the same.
    The way out of invitations, which programs visit by themselves, proves nothing.
    """
    closed = None
    for token in tokens:
        door = await letter_doors.find(tx, token_hash=hash_of(token.lower()))
        if door is None or door.purpose not in (REPLY, PAGE):
            continue
        over = door.expires_at is not None and door.expires_at <= now
        if door.ended_at is None and not over:
            # An answer to an old letter does not reach for another one that it happens to quote.
            if closed is None or _about(closed.door) == _about(door):
                return Proven(door, is_open=True)
            continue
        closed = closed or Proven(door, is_open=False)
    return closed


def _about(door: Door) -> tuple[object, ...]:
    return door.person_id, door.organisation_id, door.address, door.subject.get("event")


async def take(
    tx: Tx, *, written: Written, tokens: Iterable[str], house: House, now: datetime
) -> bool:
    """Do what a mail asks for and answer it; True when a row names one of its files now."""
    proof = await prove(tx, tokens, now=now)
    if proof is None:
        await mail_unproven.take(tx, written=written, now=now)
        return False
    await letter_doors.use(tx, proof.door.id, now=now)
    if not proof.is_open:
        await _say_closed(tx, proof.door, written, now)
        return False
    reader_id = await _reader_id(tx, proof.door)
    asked = await _without_own_name(tx, Answered(proof.door, written, house, now, reader_id))
    effect = await _effect(tx, asked)
    await _tell(tx, asked, effect)
    return effect.took_file


async def let_staff_look(tx: Tx, *, written: Written, tokens: Iterable[str], now: datetime) -> None:
    """Show staff an answer to a letter of ours that a machine wrote, or perhaps a person."""
    proof = await prove(tx, tokens, now=now)
    if proof is not None:
        await mail_answers.let_staff_read(
            tx, written=written, door=proof.door, outcomes=[], now=now
        )


async def _say_closed(tx: Tx, door: Door, written: Written, now: datetime) -> None:
    outcomes = [Outcome("letter_too_old")]
    await mail_answers.let_staff_read(tx, written=written, door=door, outcomes=outcomes, now=now)
    if written.is_old(now):
        return
    reader = await reader_of(tx, door)
    await mail_answers.unclear(tx, reader=reader, written=written, outcomes=outcomes, now=now)


async def _without_own_name(tx: Tx, asked: Answered) -> Answered:
    """Leave out the name of whoever the letter went to: below an answer it is a signature."""
    own = fold(await _own_name(tx, asked.door))
    wish = asked.written.wish
    if not own or not wish.answer:
        return asked
    others = tuple(one for one in wish.people if fold(one.name) != own)
    return replace(asked, written=replace(asked.written, wish=replace(wish, people=others)))


async def _own_name(tx: Tx, door: Door) -> str:
    if door.kind in mail_reply_named.NAMED:
        found = await nominations.get(tx, door.subject.get("nomination", 0))
        return found.name if found else ""
    if door.kind == mail_reply_named.ASKED:
        return str(door.subject.get("name", ""))
    if door.person_id is None or door.kind in mail_reply_organisation.KINDS:
        return ""
    return (await people.who_is_now(tx, door.person_id)).name


async def _effect(tx: Tx, asked: Answered) -> Effect:
    """Do it, or nothing at all when any of it is unsure; papers are taken in any case.

    A paper is checked by a person anyhow, and sent back if it is the wrong one.
    """
    papers = await mail_reply_papers.take(tx, asked)
    wish = asked.written.wish
    if wish == Wish() and not asked.written.is_silent:
        # Thanks, a greeting, or only files.
        return papers
    if wish.is_nod and asked.door.kind not in ASKING:
        # "Ok" to what only tells something is no more than thanks.
        return papers
    if not wish.is_clear or asked.written.is_silent:
        return papers.with_more(_unsure(asked, papers))
    if asked.event_id is not None:
        # Else a letter that somebody else's tap sends meanwhile would pass for ours.
        await events.lock(tx, asked.event_id)
    before = await _letters(tx, asked)
    effect = await _wished(tx, asked)
    if await _letters(tx, asked) > before:
        effect = replace(effect, is_told=True)
    return papers.with_more(effect)


async def _letters(tx: Tx, asked: Answered) -> int:
    """Count the reader's letters: one more says that what was done has a letter of its own."""
    if asked.reader_id is None:
        return 0
    return await answer_rows.count_letters(tx, person_id=asked.reader_id)


async def _reader_id(tx: Tx, door: Door) -> int | None:
    if door.person_id is not None:
        return (await people.who_is_now(tx, door.person_id)).id
    if door.kind not in mail_reply_named.NAMED:
        return None
    found = await nominations.get(tx, door.subject.get("nomination", 0))
    return found.person_id if found else None


def _unsure(asked: Answered, papers: Effect) -> Effect:
    if papers.outcomes and not asked.written.wish.answer and not asked.written.wish.people:
        # The words speak of the papers, which are taken; a person reads them all the same.
        return Effect(for_staff=True)
    return Effect(read_from(asked.written.wish), for_staff=True, unclear=True)


async def _wished(tx: Tx, asked: Answered) -> Effect:
    door = asked.door
    if asked.written.wish.answer == "stop":
        return await mail_reply_stop.stop(tx, asked)
    if door.kind in mail_reply_named.KINDS:
        return await mail_reply_named.answer(tx, asked)
    if await mail_reply_organisation.is_asked(tx, asked):
        return await mail_reply_organisation.answer(tx, asked)
    if door.person_id is not None:
        return await mail_reply_person.answer(tx, asked)
    return Effect(read_from(asked.written.wish), for_staff=True, unclear=True)


async def _tell(tx: Tx, asked: Answered, effect: Effect) -> None:
    """Answer once, or not at all where what was done has a letter that says it all."""
    written, now = asked.written, asked.now
    outcomes = list(effect.outcomes)
    if effect.for_staff:
        await mail_answers.let_staff_read(
            tx, written=written, door=asked.door, outcomes=outcomes, now=now
        )
    if effect.is_told and not effect.for_staff and not effect.more_to_say:
        return
    if not outcomes and not effect.for_staff:
        return
    if effect.for_staff and not effect.unclear:
        outcomes.append(Outcome("with_staff"))
    reader = await reader_of(tx, asked.door)
    say = mail_answers.unclear if effect.unclear else mail_answers.understood
    await say(tx, reader=reader, written=written, outcomes=outcomes, now=now)
