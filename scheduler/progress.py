"""Show staff how far a broadcast has come: one message, edited, and a report at the end."""

from collections import deque
from datetime import datetime, timedelta

from delivery.broadcast_progress import end_words, message
from delivery.chat import ChatMessage, to_json
from programme import broadcast_reports, notices
from programme.broadcast_facts import HOME_ZONE
from programme.broadcast_standing import Standing, standing_of
from storage import conversations, outbox_lists
from storage.broadcasts import Broadcast
from storage.database import Tx
from texts.translator import Translator, load

EDIT_EACH = timedelta(seconds=2)
# Counting a hundred thousand rows takes a while, so large broadcasts are counted more rarely.
ROWS_COUNTED_A_SECOND = 5_000
# The pace is that of the last minute.
PACE_OF = timedelta(minutes=1)
_MOST_SAMPLES = 100
_SOON = timedelta(minutes=1)


class Progress:
    """What a ticker remembers of the broadcasts that it shows; nothing is lost with it.

    A new one edits a message once more than needed and knows the pace a few seconds later.
    """

    def __init__(self, *, zone: str = HOME_ZONE) -> None:
        self._zone = zone
        self._looked: dict[int, datetime] = {}
        self._shown: dict[int, tuple[object, ...]] = {}
        self._samples: dict[int, deque[tuple[datetime, int]]] = {}

    async def refresh(self, tx: Tx, *, now: datetime) -> bool:
        """Queue an edit for every broadcast that has moved on; tell whether there was any."""
        changed = False
        found = await broadcast_reports.unfinished(tx)
        self._forget({broadcast.id for broadcast in found})
        for broadcast in found:
            if now - self._looked.get(broadcast.id, datetime.min.replace(tzinfo=now.tzinfo)) < (
                _pause(broadcast)
            ):
                continue
            self._looked[broadcast.id] = now
            changed |= await self._refresh(tx, broadcast, now=now)
        return changed

    def _forget(self, alive: set[int]) -> None:
        for known in (self._looked, self._shown, self._samples):
            for number in set(known) - alive:
                known.pop(number, None)

    async def _refresh(self, tx: Tx, broadcast: Broadcast, *, now: datetime) -> bool:
        announced = broadcast_reports.announcement_key(broadcast.id)
        place = await _message(tx, broadcast)
        if place is None and await outbox_lists.is_open(tx, announced, now=now):
            return False
        # One edit at a time: a delayed older one would overwrite a newer one, the report even.
        if await outbox_lists.any_open(tx, keys_from=f"{announced}:", now=now):
            return False
        standing = await self._standing(tx, broadcast, now=now)
        chat_id = await broadcast_reports.staff_chat(tx, broadcast)
        if standing.ended:
            return await self._end(tx, broadcast, standing, chat_id, place, now=now)
        if chat_id is None or self._shown.get(broadcast.id) == standing.shown:
            return False
        if place is None and await outbox_lists.is_known(tx, announced):
            # It never came, or nobody knows whether: the report will be a new one.
            return False
        if place is not None and place[0] != chat_id:
            # Who looked at it is staff no longer; whoever follows gets the report.
            return False
        # The same standing may come back when sending was paused and went on.
        moment = f"{standing.state}:{standing.done}:{now:%d%H%M%S}"
        key = announced if place is None else f"{announced}:{moment}"
        self._shown[broadcast.id] = standing.shown
        await self._say(tx, standing, chat_id, key, place, now=now)
        return True

    async def _end(
        self,
        tx: Tx,
        broadcast: Broadcast,
        standing: Standing,
        chat_id: int | None,
        place: tuple[int, int] | None,
        *,
        now: datetime,
    ) -> bool:
        if not await broadcast_reports.finish(tx, broadcast_id=broadcast.id, now=now):
            return False
        if chat_id is None:
            return False
        edited = place if place is not None and place[0] == chat_id else None
        key = broadcast_reports.announcement_key(broadcast.id)
        await self._say(tx, standing, chat_id, f"{key}:end", edited, now=now)
        t = await _translator(tx, chat_id)
        if edited is not None and (words := end_words(t, standing)):
            # An edit rings no bell, and this is what nobody has asked for.
            said = to_json(ChatMessage(words))
            await notices.reply(
                tx, chat_id=chat_id, key=f"{key}:why", message=said, locale=t.locale, now=now
            )
        return True

    async def _say(
        self,
        tx: Tx,
        standing: Standing,
        chat_id: int,
        key: str,
        place: tuple[int, int] | None,
        *,
        now: datetime,
    ) -> None:
        t = await _translator(tx, chat_id)
        edits = place[1] if place is not None else None
        said = to_json(message(t, standing, zone=self._zone, edits=edits))
        await notices.reply(tx, chat_id=chat_id, key=key, message=said, locale=t.locale, now=now)

    async def _standing(self, tx: Tx, broadcast: Broadcast, *, now: datetime) -> Standing:
        report = await broadcast_reports.report(tx, broadcast_id=broadcast.id)
        standing = standing_of(broadcast, report)
        if standing.ended or broadcast.state not in ("queueing", "running"):
            self._samples.pop(broadcast.id, None)
            return standing
        samples = self._samples.setdefault(broadcast.id, deque(maxlen=_MOST_SAMPLES))
        samples.append((now, standing.done))
        while samples and now - samples[0][0] > PACE_OF:
            samples.popleft()
        next_at = await broadcast_reports.next_leaves_at(tx, broadcast_id=broadcast.id)
        waits = next_at if next_at is not None and next_at > now + _SOON else None
        rate = _rate(samples)
        left = standing.everybody - standing.done
        minutes = left // rate if rate else None
        values = {"rate": rate, "minutes": minutes, "next_at": waits}
        return Standing(**{**vars(standing), **values})


def _pause(broadcast: Broadcast) -> timedelta:
    return max(EDIT_EACH, timedelta(seconds=broadcast.people / ROWS_COUNTED_A_SECOND))


def _rate(samples: deque[tuple[datetime, int]]) -> int | None:
    (begun, first), (ended, last) = samples[0], samples[-1]
    seconds = (ended - begun).total_seconds()
    return round((last - first) * 60 / seconds) or None if seconds else None


async def _translator(tx: Tx, chat_id: int) -> Translator:
    chat = await conversations.load(tx, chat_id)
    return load(chat.locale if chat else "pl")


async def _message(tx: Tx, broadcast: Broadcast) -> tuple[int, int] | None:
    if broadcast.progress_chat_id is not None and broadcast.progress_message_id is not None:
        return broadcast.progress_chat_id, broadcast.progress_message_id
    found = await outbox_lists.sent_message(tx, broadcast_reports.announcement_key(broadcast.id))
    if found is None:
        return None
    await broadcast_reports.set_progress_message(
        tx, broadcast_id=broadcast.id, chat_id=found[0], message_id=found[1]
    )
    return found
