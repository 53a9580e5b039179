"""Letters to many for the table of rights: one that waits, one taken back, one with a file."""

from typing import Any

from programme import broadcasting, invitation_drafts, invitation_sending
from programme.audience_choice import EVERYBODY, Choice, preset
from programme.broadcasting import Started
from programme.invitation_drafts import Invitation
from programme.invitation_sending import Rules
from programme.quiet_hours import QuietHours
from storage import files
from storage import staff as staff_rows
from storage.database import Tx
from storage.files import Bytes
from storage.staff import StaffMember
from storage.tables import outbox
from tests.programme.sending import queue_all
from tests.storage.rows import NOW

WORDS = {"subject": "Zaproszenie", "body": "Szanowni Państwo, zapraszamy."}
RULES = Rules(QuietHours())


async def make_letters(tx: Tx, know: dict[str, Any], chat_of_assistant: int) -> None:
    """Make the letters; the first is an assistant's, the others are a coordinator's."""
    assistant = await staff_rows.by_chat(tx, chat_of_assistant)
    [coordinator] = [one for one in await staff_rows.everyone(tx) if one.role == "coordinator"]
    assert assistant is not None
    waiting = await _letter(tx, assistant, preset(EVERYBODY))
    await _confirm(tx, assistant, waiting, Rules(QuietHours(), second_eyes=1))
    know["letter_waiting"], know["letter_revision"] = waiting.id, waiting.revision
    letter = await _letter(tx, coordinator, preset(EVERYBODY))
    taken = await _confirm(tx, coordinator, letter, RULES)
    assert isinstance(taken, Started)
    about: dict[str, Any] = {"member": coordinator, "broadcast_id": taken.broadcast_id, "now": NOW}
    await broadcasting.take_back(tx, **about)
    know["letter_taken_back"] = taken.broadcast_id
    await _with_file(tx, know, coordinator)


async def _with_file(tx: Tx, know: dict[str, Any], member: StaffMember) -> None:
    """Let Jan alone have got a letter with a file."""
    letter = await _letter(tx, member, Choice(people=(know["jan"],)))
    file = await files.add(
        tx,
        Bytes("a" * 40, 3, "b" * 64),
        original_name="pismo.pdf",
        content_type="application/pdf",
        now=NOW,
    )
    letter = await invitation_drafts.change_file(
        tx,
        member=member,
        invitation_id=letter.id,
        revision=letter.revision,
        file_id=file.id,
        now=NOW,
    )
    started = await _confirm(tx, member, letter, RULES)
    assert isinstance(started, Started)
    await queue_all(tx, started.broadcast_id, now=NOW + broadcasting.HOLD)
    theirs = outbox.c.broadcast_id == started.broadcast_id
    await tx.execute(outbox.update().where(theirs).values(state="sent", ended_at=NOW))
    know["letter_with_file"] = letter.id


async def _letter(tx: Tx, member: StaffMember, choice: Choice) -> Invitation:
    letter = await invitation_drafts.begin(tx, member=member, event_id=None, now=NOW, choice=choice)
    return await invitation_drafts.change_words(
        tx,
        member=member,
        invitation_id=letter.id,
        revision=letter.revision,
        words=WORDS,
        now=NOW,
    )


async def _confirm(
    tx: Tx, member: StaffMember, letter: Invitation, rules: Rules
) -> invitation_sending.Confirmed:
    return await invitation_sending.confirm(
        tx,
        member=member,
        invitation_id=letter.id,
        revision=letter.revision,
        rules=rules,
        now=NOW,
    )
