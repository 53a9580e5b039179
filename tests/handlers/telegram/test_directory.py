import pytest

from playground.seen import SeenMessage
from playground.visitor import Visitor
from programme.directory_refusals import NotAPhone, NoteOfAnother
from programme.refusals import AnswerTooLong, NotStaff
from storage import people
from storage import staff as staff_rows
from tests.handlers.scene import Scene, heard, sentence
from tests.storage.rows import NOW, make_person

WHO = "Koło Gospodyń Wiejskich w Miłkach"


async def _office(scene: Scene, role: str = "coordinator", number: int = 9) -> Visitor:
    staff = scene.visitor(number, "Maria")
    await scene.make_staff(staff, role)
    return staff


async def _crowd(scene: Scene, count: int) -> None:
    async with scene.database.transaction() as tx:
        for number in range(count):
            await make_person(tx, name=f"Jan N{number:03}", mail=f"o{number}@example.org")


def _labels(said: list[SeenMessage]) -> list[str]:
    return [one["text"] for row in said[-1].rows for one in row]


async def test_staff_page_through_everybody_and_narrow_the_list(scene: Scene) -> None:
    staff = await _office(scene)
    await _crowd(scene, 125)
    async with scene.database.transaction() as tx:
        await make_person(tx, name="Łucja Zając")

    await scene.say(staff, "/osoby")
    first = await scene.tap(staff, "wp:0:")
    second = await scene.tap(staff, "wp:1:")
    await scene.tap(staff, "wp:12:")
    last = heard(staff)[-1]
    facets = await scene.tap(staff, "wf:p")
    lost = await scene.tap(staff, "wp:0:rx")
    marked = await scene.tap(staff, "wf:p:rx")
    places = await scene.tap(staff, "wl:p")

    assert first[-1].text.startswith(f"Osoby: 126\n\n1. Jan N000, {WHO}\n2. Jan N001, {WHO}\n")
    assert "Strona 1 z 13" in first[-1].text
    assert _labels(first) == [
        *(str(number) for number in range(1, 11)),
        *("Następna strona →", "Strona 11", "Strona 13", "Zawęź listę…", "Szukaj osoby"),
    ]
    assert second[-1].text.startswith(f"Osoby: 126\n\n11. Jan N010, {WHO}\n")
    assert f"126. Łucja Zając, {WHO} – nie ma jak napisać\n\nStrona 13 z 13" in last.text
    assert "Miejscowość…" in _labels(facets)
    assert lost[-1].text == (
        f"Osoby: 1\nTylko: nie ma jak napisać\n\n1. Łucja Zając, {WHO}\n\n"
        "Aby otworzyć wiersz, prosimy nacisnąć jego numer."
    )
    assert "✓ nie ma jak napisać" in _labels(marked)
    assert _labels(places)[:3] == ["Czyprki (1)", "Jagodne Wielkie (1)", "Kleszczewo (2)"]


async def test_search_goes_on_after_a_restart_and_its_pages_need_no_dialogue(
    scene: Scene,
) -> None:
    staff = await _office(scene)
    await _crowd(scene, 12)
    await scene.say(staff, "/osoby")

    await scene.restart()
    found = await scene.say(staff, "kgw milki")
    await scene.say(staff, "/anuluj")
    turned = await scene.tap(staff, "ws:p:1:kgw milki")
    nobody = await scene.say(staff, "/osoby xqzzw")

    assert found[-1].text.startswith(f"Znaleźliśmy:\n– Jan N000, {WHO}\n")
    assert f"– Jan N011, {WHO}\n\nStrona 2 z 2" in turned[-1].text
    assert nobody[-1].text == "Nikogo nie znaleźliśmy. Prosimy wpisać krótszą część nazwiska."


async def test_card_of_a_person_shows_how_they_are_reached_and_what_they_accepted(
    scene: Scene,
) -> None:
    staff, member = await _office(scene), scene.visitor(1)
    await scene.introduce(member, name="Łucja Zając")
    await scene.register(member, await scene.resize("lider-spolecznosci", 5))
    async with scene.database.transaction() as tx:
        await people.add_contact(
            tx, person_id=1, channel="mail", address="l@example.org", verified=True, now=NOW
        )
        await people.set_unreachable(
            tx, channel="mail", address="l@example.org", why="550 5.1.1 No such user", now=NOW
        )

    await scene.say(staff, "/osoby zjaac")
    card = await scene.tap(staff, "pc:1")
    again = await scene.tap(staff, "wg:p:")
    messages = await scene.tap(staff, "wm:p:1")

    assert card[-1].text == (
        f"Łucja Zając\n{WHO}\nReprezentuje organizację społeczną (NGO)\n\n"
        "Telegram: tak (tu piszemy)\n"
        "Adres e-mail: l@example.org – e-maile wracają od 04.01.2027: 550 5.1.1 No such user\n\n"
        "Zaproszenia: tak. Język: polski.\n\n"
        "Informacja o danych osobowych: wersja 1, potwierdzona 04.01.2027 na czacie.\n\n"
        "Zgłoszenia:\n– 19.01.2027 NGO jako lider społeczności lokalnej: ma miejsce"
    )
    assert again[-1].text.startswith(
        "Znów piszemy na ten adres. Jeśli e-maile będą wracać, damy Państwu znać.\n\nŁucja Zając"
    )
    assert "Adres e-mail: l@example.org – potwierdzony" in again[-1].text
    assert messages[-1].text == (
        "Wiadomości: 1\nŁucja Zając\n\n"
        "04.01.2027, godz.\u00a010:30 – potwierdzenie zapisu\n    Telegram: wysłana"
    )


async def test_note_is_written_across_a_restart_seen_and_removed(scene: Scene) -> None:
    staff, other = await _office(scene), await _office(scene, "assistant", 8)
    await _crowd(scene, 1)
    await scene.say(staff, "/osoby n000")
    await scene.tap(staff, "pc:1")

    asked = await scene.tap(staff, "wna:p:1")
    refused = await scene.say(staff, "x" * 1001)
    await scene.restart()
    kept = await scene.say(staff, "Woli telefon <po> 16.")
    await scene.say(other, "/osoby n000")
    await scene.tap(other, "pc:1")
    seen = await scene.tap(other, "wn:p:1")
    not_mine = await scene.press(other, heard(other)[-1].message_id, "wnx:1")
    await scene.tap(staff, "wn:p:1")
    removed = await scene.tap(staff, "wnx:1")

    assert asked[-1].text == (
        "Prosimy wpisać notatkę: Jan N000. Widzą ją tylko pracownicy programu, a także osoba, "
        "której dotyczy, jeśli poprosi nas o swoje dane. Najwyżej 1000 znaków."
    )
    assert refused[-1].text.startswith(sentence(AnswerTooLong(1000)))
    assert kept[-1].text.startswith("Notatka została zapisana.\n\nJan N000\n")
    assert "Notatki: 1\nWoli telefon <po> 16.\n" in kept[-1].text
    assert seen[-1].text.startswith("Notatki: 1\nJan N000\n\n1. Woli telefon <po> 16.\n")
    assert _labels(seen) == ["Wróć do osoby"]
    assert not_mine[-1].text.startswith(sentence(NoteOfAnother()))
    assert removed[-1].text == "Notatki: 0\nJan N000\n\nNikt nie napisał jeszcze notatki."


async def test_somebody_is_registered_from_the_card(scene: Scene) -> None:
    staff = await _office(scene)
    await _crowd(scene, 1)
    event_id = await scene.resize("lider-spolecznosci", 5)
    await scene.say(staff, "/osoby n000")
    await scene.tap(staff, "pc:1")

    await scene.tap(staff, "we:1:0")
    asked = await scene.tap(staff, f"wee:1:{event_id}")
    await scene.choose(staff, "=skip")
    listed = await scene.say(staff, "/zapisy")
    of_person = await scene.press(staff, heard(staff)[-1].message_id, "wr:0:p1")

    assert "Przyjmują Państwo osobę: Jan N000." in asked[-1].text
    assert await scene.registrations(event_id) == [("active", 1)]
    assert listed[-1].text.startswith(
        "Zgłoszenia: 1\n\n1. Jan N000: NGO jako lider społeczności lokalnej – ma miejsce, "
    )
    assert of_person[-1].text.startswith("Zgłoszenia: 1\nTylko: Jan N000\n\n1. Jan N000")


async def test_organisation_is_found_and_its_contacts_are_corrected(scene: Scene) -> None:
    staff, member = await _office(scene), scene.visitor(1)
    await scene.introduce(member, name="Łucja Zając")

    listed = await scene.say(staff, "/organizacje")
    found = await scene.say(staff, "kgw milki")
    card = await scene.tap(staff, "wc:1")
    await scene.tap(staff, "wk:o:1:phone")
    wrong = await scene.say(staff, "nie wiem")
    await scene.restart()
    kept = await scene.say(staff, "87 421 10 60")
    its_people = await scene.tap(staff, "wp:0:o1")

    assert listed[-1].text.startswith("Organizacje: 29\n\n1. Fundacja „Mazurska Przystań”, Ruda")
    assert f"– {WHO}, Miłki\n" in found[-1].text
    assert card[-1].text == (
        f"{WHO}\nOrganizacja społeczna (NGO), Miłki\n"
        "Obszary działania: kultura, tradycja, kuchnia regionalna\n\n"
        "Adres e-mail: kgw.milki@milki.example.org\nTelefon: +48 600 000 101\n"
        "Zaproszenia: tak.\n\n1 osoba:\n– Łucja Zając\nNikt jeszcze nie działa w jej imieniu."
    )
    assert wrong[-1].text.startswith(sentence(NotAPhone()))
    assert "Telefon: 87 421 10 60\n" in kept[-1].text
    assert its_people[-1].text.startswith(f"Osoby: 1\nTylko: {WHO}\n\n1. Łucja Zając, {WHO}")


async def test_viewer_sees_everything_and_is_offered_no_deed(scene: Scene) -> None:
    viewer = await _office(scene, "viewer")
    await _crowd(scene, 1)

    asked = await scene.say(viewer, "/osoby")
    await scene.say(viewer, "n000")
    card = await scene.tap(viewer, "pc:1")
    unit = await scene.press(viewer, heard(viewer)[-1].message_id, "wc:1")

    assert _labels(asked) == ["Lista wszystkich osób"]
    assert _labels(card) == ["Wszystkie wiadomości (0)", "Szukaj innej osoby"]
    assert _labels(unit) == ["Wiadomości na jej adres e-mail (0)", "Szukaj innej organizacji"]
    for data in ("wna:p:1", "wk:p:1:phone", "wg:p:1", "we:1:0", "wee:1:1", "wnx:1", "ps:1"):
        said = await scene.press(viewer, heard(viewer)[-1].message_id, data)
        assert said[-1].text.startswith(sentence(NotStaff()))


@pytest.mark.parametrize("words", ["/osoby", "/organizacje", "/zapisy"])
async def test_trainer_and_member_see_none_of_it(scene: Scene, words: str) -> None:
    trainer, member = await _office(scene, "trainer"), scene.visitor(1)
    await scene.introduce(member, name="Łucja Zając")

    for one in (trainer, member):
        for said in (
            await scene.say(one, words),
            *[
                await scene.press(one, heard(one)[-1].message_id, data)
                for data in ("wp:0:", "wo:0:", "wr:0:", "ws:p:0:lucja", "pc:1", "wc:1", "wm:p:1:0")
            ],
        ):
            assert said[-1].text.startswith(sentence(NotStaff()))


async def test_rights_taken_in_the_middle_of_a_note_end_it(scene: Scene) -> None:
    staff = await _office(scene)
    await _crowd(scene, 1)
    await scene.say(staff, "/osoby n000")
    await scene.tap(staff, "pc:1")
    await scene.tap(staff, "wna:p:1")
    async with scene.database.transaction() as tx:
        await staff_rows.remove(tx, chat_id=9, now=NOW)

    said = await scene.say(staff, "Tajne")

    assert said[-1].text.startswith(sentence(NotStaff()))
    assert await scene.rows("SELECT * FROM staff_note") == []
    assert not await scene.step(staff)


async def test_letter_to_one_person_alone_is_begun_from_the_card(scene: Scene) -> None:
    staff = await _office(scene)
    await _crowd(scene, 2)
    await scene.say(staff, "/osoby n001")
    await scene.tap(staff, "pc:2")

    asked = await scene.tap(staff, "wx:p:2")
    look = await scene.say(staff, "Dzień dobry, zapraszam do urzędu.")

    assert asked[-1].text.startswith("Prosimy napisać treść listu w jednej wiadomości")
    assert "Dla kogo: 1 osoba.\nNa Telegramie: 0. E-mailem: 1.\n" in look[-1].text
    assert "Jako pierwsi: Jan N001." in look[-1].text
