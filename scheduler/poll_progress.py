"""What a quick poll does by itself: close, stop to ask in every chat, show its author the counts.

Everything is found out from the tables. What is remembered here only spares looking and editing
too often; nothing is lost with it.
"""

from datetime import datetime, timedelta

from delivery import poll_messages
from delivery.chat import ChatMessage, to_json
from delivery.poll_counts import final, running
from programme import broadcast_reports, notices, poll_ballots, poll_closing, votes
from programme.broadcast_facts import HOME_ZONE
from programme.notice_policy import POLICY
from programme.votes import Results
from storage import broadcasts, conversations, outbox, outbox_lists, poll_waves, waves
from storage.broadcasts import Broadcast
from storage.database import Tx
from storage.outbox import BROADCAST, Entry
from storage.poll_waves import PollWave, Shown
from texts.translator import Translator, load

# Telegram lets a bot rewrite one message about once a second, and nobody reads faster.
EDIT_EACH = timedelta(seconds=3)
REST = timedelta(minutes=1)
# One transaction holds no more.
AT_ONCE = 200


def count_key(survey_id: int) -> str:
    """Name the outbox row of the message that shows the author how a poll stands."""
    return f"poll:{survey_id}:count"


class PollProgress:
    """What a ticker remembers of the polls that it looks after."""

    def __init__(self, *, zone: str = HOME_ZONE) -> None:
        self._zone = zone
        self._shown: dict[int, tuple[object, ...]] = {}
        self._looked: dict[int, datetime] = {}
        self._quiet: set[int] = set()

    async def refresh(self, tx: Tx, *, now: datetime) -> bool:
        """Close what is due, tell chats of what was closed, count for the authors.

        Tells whether anything was queued.
        """
        changed = bool(await poll_closing.close_due(tx, now=now))
        for poll in await poll_closing.alive(tx, now=now):
            broadcast = await broadcasts.by_survey(tx, poll.survey.id)
            if broadcast is None or not self._is_time(poll, now):
                continue
            self._looked[poll.survey.id] = now
            if poll.wave.state == waves.CLOSED:
                changed |= await self._stop_asking(tx, poll, broadcast, now=now)
            changed |= await self._count(tx, poll, broadcast, now=now)
        return changed

    def _is_time(self, poll: PollWave, now: datetime) -> bool:
        """Look often while something may happen, and once a minute where all is said."""
        known = self._looked.get(poll.survey.id)
        pause = REST if poll.survey.id in self._quiet else EDIT_EACH
        return known is None or now - known >= pause

    async def _stop_asking(
        self, tx: Tx, poll: PollWave, broadcast: Broadcast, *, now: datetime
    ) -> bool:
        """Rewrite the messages that still ask; native polls are stopped."""
        found = await poll_waves.still_asking(tx, poll, broadcast_id=broadcast.id, limit=AT_ONCE)
        entries = [await self._entry(tx, poll, one, now) for one in found]
        await outbox.put(tx, entries, now=now)
        return bool(entries)

    async def _entry(self, tx: Tx, poll: PollWave, shown: Shown, now: datetime) -> Entry:
        policy = POLICY["reply"]
        return Entry(
            key=poll_waves.closing_key(poll.survey.id, shown.outbox_id),
            channel=notices.CHAT,
            kind=policy.kind,
            address=str(shown.chat_id),
            locale=shown.locale,
            facts=to_json(await self._closing(tx, poll, shown, now)),
            # Nobody waits for it: it leaves behind all that somebody does wait for.
            priority=BROADCAST,
            due_at=now,
            not_after=policy.worth_until(now),
        )

    async def _closing(self, tx: Tx, poll: PollWave, shown: Shown, now: datetime) -> ChatMessage:
        if shown.poll_id is not None:
            return ChatMessage("", edits=shown.message_id, stops=True)
        found = await poll_ballots.look(
            tx, survey_id=poll.survey.id, person_id=shown.person_id or 0, now=now
        )
        t = load(shown.locale)
        return poll_messages.ballot(t, found, zone=self._zone, edits=shown.message_id)

    async def _count(self, tx: Tx, poll: PollWave, broadcast: Broadcast, *, now: datetime) -> bool:
        survey_id = poll.survey.id
        key = count_key(survey_id)
        if await outbox_lists.is_known(tx, f"{key}:end"):
            self._quiet.add(survey_id)
            return False
        if await outbox_lists.is_open(tx, key, now=now):
            return False
        # One edit at a time: a delayed older one would overwrite a newer one.
        if await outbox_lists.any_open(tx, keys_from=f"{key}:", now=now):
            return False
        found = await votes.results_of(tx, survey_id=survey_id)
        chat_id = await broadcast_reports.staff_chat(tx, broadcast)
        if chat_id is None:
            return False
        if found.closed_at is not None:
            return await self._end(tx, found, chat_id, now=now)
        standing = (*(one.count for one in found.options), found.people_answered)
        if not found.people_answered and not await outbox_lists.is_known(tx, key):
            return False
        if self._shown.get(survey_id) == standing:
            return False
        self._shown[survey_id] = standing
        return await self._say(tx, found, chat_id, f"{key}:{now:%y%m%d%H%M%S}", now=now)

    async def _say(
        self, tx: Tx, found: Results, chat_id: int, again: str, *, now: datetime
    ) -> bool:
        """Write the message, or rewrite the one that is there; one that never came stays so."""
        key = count_key(found.survey_id)
        place = await outbox_lists.sent_message(tx, key)
        if place is None and await outbox_lists.is_known(tx, key):
            return False
        if place is not None and place[0] != chat_id:
            return False
        t = await _translator(tx, chat_id)
        edits = place[1] if place is not None else None
        said = to_json(running(t, found, zone=self._zone, edits=edits))
        await notices.reply(
            tx,
            chat_id=chat_id,
            key=key if place is None else again,
            message=said,
            locale=t.locale,
            now=now,
        )
        return True

    async def _end(self, tx: Tx, found: Results, chat_id: int, *, now: datetime) -> bool:
        """Rewrite the message for the last time and send the chart; an edit rings no bell."""
        key = count_key(found.survey_id)
        if await outbox_lists.is_known(tx, key):
            await self._say(tx, found, chat_id, f"{key}:last", now=now)
        t = await _translator(tx, chat_id)
        await notices.reply(
            tx,
            chat_id=chat_id,
            key=f"{key}:end",
            message=to_json(final(t, found, zone=self._zone)),
            locale=t.locale,
            now=now,
        )
        return True


async def _translator(tx: Tx, chat_id: int) -> Translator:
    chat = await conversations.load(tx, chat_id)
    return load(chat.locale if chat else "pl")
