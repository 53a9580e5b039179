"""The PDF that goes with a letter to many: one that both a chat and a mailbox take.

Telegram takes fifty megabytes, but a mail grows by a third on its way and many servers refuse
more than ten; what is small also arrives on a phone in the country.
"""

from datetime import datetime

from programme import documents, invitation_drafts, invitation_steps, staff
from programme.document_kinds import MEGABYTE, PDF
from programme.documents import Kept
from programme.invitation_drafts import Room
from programme.invitation_refusals import LetterFileNotPdf, LetterFileTooLarge
from storage import files as file_rows
from storage import invitations, letters
from storage.conversations import Conversation
from storage.database import Tx
from storage.files import StoredFile
from storage.staff import StaffMember

MOST_MEGABYTES = 5


async def attach(
    tx: Tx,
    *,
    state: Conversation,
    member: StaffMember,
    kept: Kept,
    room: Room | None,
    now: datetime,
) -> Conversation:
    """Let a file that was just kept go with the letter of a dialogue, and go on to the last look.

    Raises LetterFileNotPdf, LetterFileTooLarge, LetterTooLong, LetterChanged or LetterClosed.
    """
    staff.permit(member, "invite")
    if kept.content_type != PDF.content_type:
        raise LetterFileNotPdf
    if kept.bytes.size > MOST_MEGABYTES * MEGABYTE:
        raise LetterFileTooLarge(MOST_MEGABYTES)
    held = await documents.hold(tx, kept, now=now)
    letter = await invitation_drafts.change_file(
        tx,
        member=member,
        invitation_id=state.data["letter"],
        revision=state.data["revision"],
        file_id=held.id,
        room=room,
        now=now,
    )
    return invitation_steps.at_last_look(state, letter)


async def of_reader(tx: Tx, *, invitation_id: int, chat_id: int) -> StoredFile | None:
    """Give the file of a letter to a chat that has got the letter; None to any other."""
    letter = await invitations.find(tx, invitation_id)
    if letter is None or letter.broadcast_id is None or letter.file_id is None:
        return None
    if not await letters.was_sent_to_chat(tx, letter.broadcast_id, chat_id=chat_id):
        return None
    return await file_rows.get(tx, letter.file_id)
