"""Files that come with an answer: documents where it is certain which, else a task for staff."""

from programme import documents, tasks
from programme.documents import Kept, Paper, Papers
from programme.importing.spelling import fold
from programme.mail_answers import kept_text
from programme.mail_letters import SentFile
from programme.mail_outcomes import Outcome, refused
from programme.mail_reply import Answered, Effect
from programme.refusals import Refusal
from storage import nominations, people, registrations
from storage import tasks as task_rows
from storage.database import Tx
from storage.registrations import Registration

# Pictures in signatures are small; a photo of a page is not.
LEAST_PICTURE = 8_000
_SAYS_NOTHING = 2


async def take(tx: Tx, asked: Answered) -> Effect:
    """Hand in what is certain, put the rest before staff, and say of each file what became of it.

    A file belongs to a document that it names, or the subject does, or that is the only one
    missing when it is the only file.
    """
    files = [one for one in asked.written.files if not _is_decoration(one)]
    if not files:
        return Effect()
    mine = await _registration(tx, asked)
    papers = await documents.look(tx, mine) if mine is not None else None
    outcomes, left, took = [], [], False
    for file in files:
        paper = _which(papers, file, asked, alone=len(files) == 1)
        if file.refusal is not None:
            outcomes.append(refused(file.refusal, file.filename))
        elif file.kept is None or paper is None or mine is None:
            left.append(file)
        else:
            outcome = await _hand_in(tx, asked, mine, paper, file.kept)
            took = took or outcome.what == "paper_taken"
            outcomes.append(outcome)
    if left:
        await _before_staff(tx, asked, left)
        outcomes += [Outcome("paper_with_staff", file.filename) for file in left]
        took = True
    return Effect(tuple(outcomes), took_file=took)


def _is_decoration(file: SentFile) -> bool:
    kept = file.kept
    if kept is None:
        # A signature brings pictures of kinds that we do not take.
        return file.filename.lower().endswith((".gif", ".svg", ".bmp", ".vcf", ".asc", ".p7s"))
    return kept.content_type.startswith("image/") and kept.bytes.size < LEAST_PICTURE


async def _registration(tx: Tx, asked: Answered) -> Registration | None:
    """Find the open registration that the letter is about."""
    if asked.event_id is None:
        return None
    person_id = asked.door.person_id
    nomination_id = asked.door.subject.get("nomination")
    if person_id is None and nomination_id is not None:
        named = await nominations.get(tx, nomination_id)
        person_id = named.person_id if named else None
    if person_id is None:
        return None
    person = await people.who_is_now(tx, person_id)
    return await registrations.open_of(tx, event_id=asked.event_id, person_id=person.id)


def _which(papers: Papers | None, file: SentFile, asked: Answered, *, alone: bool) -> Paper | None:
    if papers is None:
        return None
    for words in (file.filename, asked.written.subject if alone else ""):
        named = [one for one in papers.papers if _names(words, one.title)]
        if len(named) == 1:
            return named[0]
    return papers.missing[0] if alone and len(papers.missing) == 1 else None


def _names(words: str, title: str) -> bool:
    """Tell whether words name a document: with each word of its title that says something."""
    spoken = fold(words.replace("_", " ").replace("-", " ").replace(".", " ")).split()
    wanted = [word for word in fold(title).split() if len(word) > _SAYS_NOTHING]
    return bool(wanted) and all(word in spoken for word in wanted)


async def _hand_in(
    tx: Tx, asked: Answered, mine: Registration, paper: Paper, kept: Kept
) -> Outcome:
    try:
        async with tx.begin_nested():
            await documents.hand_in(
                tx,
                registration_id=mine.id,
                required_id=paper.required_id,
                person_id=mine.person_id,
                file=kept,
                door="mail",
                now=asked.now,
            )
    except Refusal as refusal:
        return refused(refusal, paper.title)
    return Outcome("paper_taken", paper.title)


async def _before_staff(tx: Tx, asked: Answered, files: list[SentFile]) -> None:
    written, door = asked.written, asked.door
    key = f"paper:{written.key}"
    await tasks.ask(
        tx,
        key=key,
        kind="paper",
        facts={
            "sender": written.sender,
            "subject": written.subject,
            "files": [file.filename for file in files],
        },
        original=kept_text(written),
        person_id=door.person_id,
        organisation_id=door.organisation_id or door.subject.get("organisation"),
        event_id=asked.event_id,
        now=asked.now,
    )
    task = await task_rows.by_key(tx, key)
    assert task is not None  # noqa: S101 -- it was asked for above
    for file in files:
        assert file.kept is not None  # noqa: S101 -- only kept ones are left over
        held = await documents.hold(tx, file.kept, now=asked.now)
        await task_rows.add_file(tx, task_id=task.id, file_id=held.id)
