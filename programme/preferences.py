"""What somebody wants to hear of us, by which way, and in which language.

Invitations, calls to name people and quick polls are sent because staff want to: whoever says no
gets none of them, by any way, and what waits of them is taken back. What concerns a seat of
theirs comes in any case.
"""

from dataclasses import dataclass
from datetime import datetime

from programme.letter_doors import NARROW, UNASKED, Door
from programme.notices import CHAT, MAIL, choose, way
from programme.preference_refusals import ChannelMissing
from programme.refusals import OptionUnknown
from storage import mailboxes, organisations, people
from storage import preferences as rows
from storage.database import Tx
from storage.people import Person

CHANNELS = (CHAT, MAIL)
LANGUAGES = ("pl", "en")
CHANNEL, INVITATIONS, LANGUAGE = "channel", "invitations", "language"


@dataclass(frozen=True)
class Preferences:
    """How things stand: whom they are of, the way used now, and the ways there are.

    `mail` is the address that would be used, and empty when there is none.
    """

    name: str
    invitations: bool
    locale: str
    person: Person | None = None
    channel: str = ""
    has_chat: bool = False
    mail: str = ""

    @property
    def channels(self) -> tuple[str, ...]:
        """The channels that there is something to choose between."""
        return CHANNELS if self.has_chat and self.mail else ()


async def of(tx: Tx, *, person: Person) -> Preferences:
    """Tell how a person hears of us."""
    known = await people.contacts(tx, person.id)
    used, mail = way(person, known), choose(known, MAIL)
    return Preferences(
        name=person.name,
        invitations=person.invitations,
        locale=person.locale,
        person=person,
        channel=used.channel if used else "",
        has_chat=choose(known, CHAT) is not None,
        mail=mail.address if mail else "",
    )


async def behind(tx: Tx, *, door: Door) -> Preferences | None:
    """Tell how the reader of a letter hears of us; None for somebody who is nobody's yet."""
    if NARROW in door.subject:
        return None
    if door.person_id is not None:
        return await of(tx, person=await people.get(tx, door.person_id))
    unit = await organisations.get(tx, door.organisation_id) if door.organisation_id else None
    if unit is None:
        return None
    return Preferences(
        name=unit.name,
        invitations=unit.invitations,
        locale=door.locale,
        channel=MAIL if unit.email else "",
        mail=unit.email,
    )


async def change(
    tx: Tx,
    *,
    person_id: int,
    channel: str | None = None,
    invitations: bool | None = None,
    locale: str | None = None,
    now: datetime,
) -> tuple[str, ...]:
    """Change what a person wants and name what is new; what is None stays as it is.

    Raises OptionUnknown, or ChannelMissing for a channel by which they cannot be written to.
    """
    if channel not in (None, *CHANNELS) or locale not in (None, *LANGUAGES):
        raise OptionUnknown
    if channel is not None and choose(await people.contacts(tx, person_id), channel) is None:
        raise ChannelMissing
    changed = []
    if channel is not None and await _choose_channel(tx, person_id, channel):
        changed.append(CHANNEL)
    if invitations is not None and await want(tx, person_id=person_id, wanted=invitations, now=now):
        changed.append(INVITATIONS)
    if locale is not None and await rows.set_language(tx, person_id, locale=locale):
        changed.append(LANGUAGE)
    return tuple(changed)


async def _choose_channel(tx: Tx, person_id: int, channel: str) -> bool:
    person = await people.get(tx, person_id)
    known = await people.contacts(tx, person_id)
    before = way(person, known)
    await rows.set_channel(tx, person_id, channel=channel)
    # Who never chose has the chat; to say so changes nothing for them.
    return before is None or before.channel != channel


async def want(tx: Tx, *, person_id: int, wanted: bool, now: datetime) -> bool:
    """Keep whether a person wants invitations; False when that was known.

    Said once more, it takes back once more what waits for them.
    """
    changed = await rows.want_invitations(tx, [person_id], wanted=wanted)
    if not wanted:
        mail = choose(await people.contacts(tx, person_id), MAIL)
        await _take_back(tx, [person_id], [mail.address] if mail else [], now=now)
    return bool(changed)


async def organisation_wants(tx: Tx, *, organisation_id: int, wanted: bool, now: datetime) -> bool:
    """Keep whether an organisation's own mailbox wants invitations; False when that was known."""
    unit = await organisations.get(tx, organisation_id)
    if unit is None:
        return False
    changed = await rows.organisations_want_invitations(tx, [unit.id], wanted=wanted)
    if not wanted:
        await _take_back(tx, [], [unit.email] if unit.email else [], now=now)
    return bool(changed)


async def want_by_letter(tx: Tx, *, door: Door, wanted: bool, now: datetime) -> bool:
    """Let the reader of a letter say whether they want invitations; False when that was known.

    They answer for the mailbox that the letter came to: for whom it was addressed to, and for
    everybody and every organisation that is written to there. A program that leaves a list on
    somebody's behalf knows nothing of the people behind a mailbox.
    """
    person_ids = {door.person_id} if door.person_id is not None else set()
    person_ids |= await _written_to_at(tx, door.address)
    units = {door.organisation_id} if door.organisation_id is not None else set()
    units |= set(await mailboxes.organisations(tx, address=door.address))
    changed = await rows.want_invitations(tx, person_ids, wanted=wanted)
    changed += await rows.organisations_want_invitations(tx, units, wanted=wanted)
    if not wanted:
        await _take_back(tx, sorted(person_ids), [door.address], now=now)
    return bool(changed)


async def _written_to_at(tx: Tx, address: str) -> set[int]:
    """Find who gets letters at this address, and not in a chat or at another address."""
    ids = await mailboxes.readers(tx, address=address)
    persons, known = await people.of_ids(tx, ids), await people.contacts_of_many(tx, ids)
    used = {each: way(persons[each], known[each]) for each in ids}
    return {
        each
        for each, contact in used.items()
        if contact is not None and contact.address.casefold() == address.casefold()
    }


async def _take_back(tx: Tx, person_ids: list[int], mails: list[str], *, now: datetime) -> None:
    await rows.take_back(tx, kinds=UNASKED, person_ids=person_ids, mailboxes=mails, now=now)


async def wants(tx: Tx, *, door: Door) -> bool:
    """Tell whether the reader of a letter wants invitations, as things stand."""
    found = await behind(tx, door=door)
    return found is None or found.invitations
