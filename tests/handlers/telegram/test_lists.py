import io
from typing import Any

from openpyxl import load_workbook

from playground.seen import SeenMessage
from programme.people_refusals import NothingToExport
from programme.refusals import EventUnknown, NotStaff
from tests.handlers.scene import Scene, heard, sentence
from tests.programme.joined import attend


def _sheets(message: SeenMessage) -> dict[str, list[Any]]:
    assert message.document is not None
    book = load_workbook(io.BytesIO(message.document.content))
    found = {sheet.title: list(sheet.iter_rows(values_only=True)) for sheet in book}
    book.close()
    return found


async def test_staff_get_all_lists_of_an_event(scene: Scene) -> None:
    event_id = await scene.resize("lider-spolecznosci", 1)
    for number in (1, 2):
        member = scene.visitor(number)
        await scene.introduce(member, name=f"Osoba Numer{number}")
        await scene.register(member, event_id)
    staff = scene.visitor(9)
    await scene.make_staff(staff)
    await scene.say(staff, "/wydarzenia")
    await scene.tap(staff, f"se:{event_id}")

    said = await scene.tap(staff, "pe:")

    assert said[-1].text.startswith("Oto listy wydarzenia „NGO jako lider")
    sheets = _sheets(said[-1])
    assert list(sheets) == ["Uczestnicy", "Lista rezerwowa", "Obecność"]
    assert sheets["Uczestnicy"] == [
        (
            *(
                "Lp.",
                "Imię i nazwisko",
                "Organizacja",
                "Kogo reprezentuje",
                "Adres e-mail",
                "Telefon",
            ),
            *("Korzysta z Telegrama", "Data zgłoszenia", "Droga zgłoszenia", "Kto potwierdził"),
            "Odpowiedź w kalendarzu",
            "Uwaga",
        ),
        (
            *(
                1,
                "Osoba Numer1",
                "Koło Gospodyń Wiejskich w Miłkach",
                "organizacja (NGO)",
                None,
                None,
                "tak",
            ),
            *(sheets["Uczestnicy"][1][7], "Telegram", "uczestnik", None, None),
        ),
    ]
    assert [row[1] for row in sheets["Lista rezerwowa"]] == ["Imię i nazwisko", "Osoba Numer2"]
    assert said[-1].document is not None
    assert said[-1].document.filename == "listy-ngo-jako-lider-spolecznosci-lokalnej.xlsx"


async def test_staff_see_the_figures_and_get_the_table(scene: Scene) -> None:
    event_id = await scene.resize("lider-spolecznosci", 5)
    member, viewer = scene.visitor(1), scene.visitor(8)
    await scene.introduce(member)
    await scene.make_staff(viewer, "viewer")
    empty = await scene.say(viewer, "/wskazniki")
    await scene.register(member, event_id)
    async with scene.database.transaction() as tx:
        await attend(tx, 1)

    shown = await scene.say(viewer, "/wskazniki")
    file = await scene.tap(viewer, "pix")

    assert empty[-1].text.endswith("Nie ma jeszcze zapisanych obecności, dlatego liczby są zerowe.")
    assert shown[-1].text == (
        "Program w liczbach\nOsoby obecne: 1 (urząd: 0, NGO: 1)\nLiczba NGO: 1\n"
        "Osobogodziny (razem): 6\nZaświadczenia: 0\n\nWedług wydarzeń:\n"
        "– 19.01.2027 NGO jako lider społeczności lokalnej: "
        "osoby: 1, osobogodziny: 6, zaświadczenia: 0"
    )
    last = _sheets(file[-1])["Wskaźniki"][-1]
    assert last == ("Razem (każda osoba liczona raz)", None, 1, 1, 0, 1, 1, 12, 6, 0)


async def test_lists_are_for_staff_alone_and_of_an_event_that_is_there(scene: Scene) -> None:
    staff, viewer = scene.visitor(9), scene.visitor(8)
    await scene.make_staff(staff)
    await scene.make_staff(viewer, "viewer")
    event_id = await scene.resize("lider-spolecznosci", 1)

    barred = await scene.press(viewer, heard(viewer)[-1].message_id, f"pe:{event_id}")
    nobody = await scene.press(staff, heard(staff)[-1].message_id, f"pe:{event_id}")
    unknown = await scene.press(staff, heard(staff)[-1].message_id, "pe:999")
    member = await scene.say(scene.visitor(1), "/wskazniki")

    assert barred[-1].text.startswith(sentence(NotStaff()))
    assert nobody[-1].text.startswith(sentence(NothingToExport()))
    assert unknown[-1].text.startswith(sentence(EventUnknown()))
    assert member[-1].text.startswith(sentence(NotStaff()))
