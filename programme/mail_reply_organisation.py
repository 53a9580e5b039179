"""What an organisation answers: the people it names, takes back, or none.

Each person is named by themselves: a full quota or a name that is known stops nobody else, and the
answer says of each what became of them.
"""

from dataclasses import dataclass

from programme import mail_reply_asking, nominations
from programme.importing.spelling import fold
from programme.letter_doors import TO_MANY
from programme.mail_outcomes import Done, Outcome, refused
from programme.mail_reply import Answered, Effect, read_from
from programme.mail_wishes import WrittenPerson
from programme.memberships import contact_of, is_contact
from programme.nomination_terms import Place, Speaker, check_open, place
from programme.nominations import Named
from programme.refusals import Refusal
from storage import answers_to_events
from storage import nominations as rows
from storage.database import Tx

KINDS = frozenset({"nomination_call", "nomination_reminder", "nomination_answered"})
# An office that names more people at once sends a list, which a person should look at.
MOST_PEOPLE = 30


@dataclass(frozen=True)
class _Voice:
    """An organisation that speaks, at the event that the letter was about."""

    at: Place
    speaker: Speaker


async def is_asked(tx: Tx, asked: Answered) -> bool:
    """Tell whether an organisation answers: by its mailbox, or by somebody who speaks for it."""
    if asked.event_id is None:
        return asked.door.organisation_id is not None
    if asked.door.organisation_id is not None or asked.door.kind in KINDS:
        return True
    to_many = asked.door.kind in TO_MANY
    if not asked.wish.people or asked.door.person_id is None or not to_many:
        return False
    return await _organisation(tx, asked) is not None


async def _organisation(tx: Tx, asked: Answered) -> int | None:
    """Find which organisation the writer speaks for; None when it is none or not certain."""
    if asked.door.organisation_id is not None:
        return asked.door.organisation_id
    person_id = asked.door.person_id
    if person_id is None:
        return None
    named = asked.door.subject.get("organisation")
    if named is not None:
        speaks = await is_contact(tx, person_id=person_id, organisation_id=named)
        return int(named) if speaks else None
    spoken_for = await contact_of(tx, person_id=person_id)
    return spoken_for[0].id if len(spoken_for) == 1 else None


async def answer(tx: Tx, asked: Answered) -> Effect:
    """Name people, take names back, note that nobody comes, or ask for what is missing."""
    organisation_id = await _organisation(tx, asked)
    if organisation_id is None or asked.event_id is None:
        return _unsure(asked)
    try:
        at = await place(tx, event_id=asked.event_id, organisation_id=organisation_id, lock=True)
    except Refusal as refusal:
        return Effect((refused(refusal),))
    voice = _Voice(at, Speaker(asked.door.person_id))
    wish = asked.wish
    if len(wish.people) > MOST_PEOPLE:
        return _unsure(asked)
    if wish.answer == "no":
        return await (_take_back if wish.people else _nobody)(tx, asked, voice)
    if not wish.people:
        return _which_names(asked, voice)
    if not at.wanted:
        return await mail_reply_asking.ask_each(tx, asked, at, people=wish.people)
    return await _name(tx, asked, voice)


def _unsure(asked: Answered) -> Effect:
    return Effect(read_from(asked.wish), for_staff=True, unclear=True)


def _which_names(asked: Answered, voice: _Voice) -> Effect:
    """Somebody writes yes, or nothing that says who comes."""
    try:
        _check(voice, asked)
    except Refusal as refusal:
        return Effect((refused(refusal),))
    return Effect((Outcome("which_names"),))


def _check(voice: _Voice, asked: Answered) -> None:
    if voice.at.wanted:
        check_open(voice.at, voice.speaker, asked.now)
    else:
        mail_reply_asking.check(voice.at, asked.now)


async def _name(tx: Tx, asked: Answered, voice: _Voice) -> Effect:
    outcomes = [await _name_one(tx, asked, voice, person) for person in asked.wish.people]
    return Effect(tuple(outcomes))


async def _name_one(tx: Tx, asked: Answered, voice: _Voice, person: WrittenPerson) -> Outcome:
    try:
        async with tx.begin_nested():
            naming = await nominations.name(
                tx,
                event_id=voice.at.event.id,
                organisation_id=voice.at.organisation.id,
                who=Named(person.name, person.email, person.phone),
                speaker=voice.speaker,
                link=asked.house.bot_link,
                now=asked.now,
                quiet=asked.quiet,
            )
    except Refusal as refusal:
        return refused(refusal, person.name)
    if naming.channel is None:
        untold: Done = "named_untold" if asked.house.has_pages else "named_to_call"
        return Outcome(untold, naming.name)
    return Outcome("named", naming.name, person.email)


async def _open_ones(tx: Tx, voice: _Voice) -> list[rows.Nomination]:
    every = await rows.of_organisation(
        tx, event_id=voice.at.event.id, organisation_id=voice.at.organisation.id
    )
    return [one for one in every if one.state in rows.OPEN]


async def _take_back(tx: Tx, asked: Answered, voice: _Voice) -> Effect:
    """Take names back, all or none: only who is named once under exactly this name."""
    named = await _open_ones(tx, voice)
    found = []
    for person in asked.wish.people:
        same = [one for one in named if _is(one, person)]
        if len(same) != 1:
            return _unsure(asked)
        found.append(same[0])
    outcomes = []
    for one in {one.id: one for one in found}.values():
        try:
            async with tx.begin_nested():
                await nominations.withdraw(
                    tx,
                    nomination_id=one.id,
                    speaker=voice.speaker,
                    now=asked.now,
                    quiet=asked.quiet,
                )
        except Refusal as refusal:
            outcomes.append(refused(refusal, one.name))
        else:
            outcomes.append(Outcome("withdrawn", one.name))
    return Effect(tuple(outcomes))


def _is(nomination: rows.Nomination, person: WrittenPerson) -> bool:
    same_mail = not person.email or person.email.casefold() == nomination.email.casefold()
    return fold(nomination.name) == fold(person.name) and same_mail


async def _nobody(tx: Tx, asked: Answered, voice: _Voice) -> Effect:
    """Nobody comes: noted where nobody is named; else staff ask whom it is about."""
    if await _open_ones(tx, voice):
        return _unsure(asked)
    await answers_to_events.refuse(
        tx,
        event_id=voice.at.event.id,
        organisation_id=voice.at.organisation.id,
        now=asked.now,
    )
    return Effect((Outcome("nobody_noted"),))
