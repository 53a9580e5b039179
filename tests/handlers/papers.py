"""Steps of tests in which documents are handed in by chat."""

from typing import Any

from playground.visitor import Visitor
from tests.handlers.scene import Scene, heard

KEY = "wspolpraca-jst-ngo"
CARD, STATEMENT = "Karta zgłoszenia uczestnika", "Oświadczenie uczestnika projektu"
JPEG = b"\xff\xd8\xff\xe0" + b"0" * 64
PDF = b"%PDF-1.7\n" + b"x" * 64
ASKED = (
    f"Prosimy teraz przysłać „{CARD}”: zdjęcie podpisanej strony albo plik PDF.\n\n"
    "Jeśli stron jest kilka, prosimy umieścić je w jednym pliku PDF albo na jednym zdjęciu."
)
HELP = (
    "\n\nChętnie pomożemy: Sekretarz Gminy, Urząd Gminy Miłki, tel. 600 000 100, "
    "sekretarz@milki.example.org"
)
TOO_BIG = (
    "Ten plik jest dla nas za duży: może mieć najwyżej 15 MB. Prosimy zrobić zdjęcie podpisanej "
    "strony i przysłać zdjęcie albo przynieść dokument do urzędu."
)


async def registered(scene: Scene) -> tuple[Visitor, int]:
    """Give somebody with a seat at the event that asks for documents."""
    visitor = scene.visitor()
    await scene.introduce(visitor)
    await scene.register(visitor, (await scene.event(KEY)).id)
    return visitor, (await scene.rows("SELECT id FROM registration"))[0][0]


async def send(scene: Scene, visitor: Visitor, content: bytes, name: str = "") -> list[str]:
    """Send a photo, or a file with this name, and give what is said."""
    before = len(heard(visitor))
    if name:
        await visitor.send_document(name, content)
    else:
        await visitor.send_photo(content)
    await scene.settle()
    return [plain(message.text) for message in heard(visitor)[before:]]


def plain(text: str) -> str:
    return text.replace("\u00a0", " ")


def kept(scene: Scene) -> list[str]:
    return sorted(path.name for path in scene.settings.files_folder.glob("*/*"))


async def state(scene: Scene) -> list[tuple[Any, ...]]:
    """Read everything that a document could have changed."""
    return await scene.rows(
        "SELECT d.state, v.outcome, f.content_type FROM document d "
        "JOIN document_version v ON v.document_id = d.id "
        "LEFT JOIN stored_file f ON f.id = v.file_id ORDER BY v.id"
    )


async def required_ids(scene: Scene) -> list[int]:
    """Give the numbers of the card and the statement."""
    event = await scene.event(KEY)
    rows = await scene.rows(
        "SELECT id FROM required_document WHERE event_id = :event ORDER BY number", event=event.id
    )
    return [row[0] for row in rows]
