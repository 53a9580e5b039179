import json

from programme.people_refusals import LastOrganisation, OrganisationHeldAlready
from programme.refusals import AddressWrong, NameWithoutLetters, OptionUnknown
from tests.handlers.scene import Scene, heard, sentence

OSP = "Ochotnicza Straż Pożarna w Miłkach"
KGW = "Koło Gospodyń Wiejskich w Miłkach"


async def _organisations(scene: Scene) -> list[str]:
    rows = await scene.rows(
        "SELECT organisation.name FROM registration "
        "JOIN organisation ON organisation.id = registration.organisation_id "
        "ORDER BY registration.id"
    )
    return [row[0] for row in rows]


async def test_a_person_of_two_organisations_is_asked_whom_they_come_for(scene: Scene) -> None:
    anna = scene.visitor(1)
    await scene.introduce(anna)
    first = (await scene.event("lider-spolecznosci")).id
    second = (await scene.event("aktywne-konsultacje")).id
    await scene.register(anna, first)

    shown = await scene.say(anna, "/dane")
    asked = await scene.tap(anna, "pdc:add")
    offered = await scene.say(anna, "ochotnicza straż")
    done = await scene.choose(anna, "org:")
    await scene.say(anna, f"/start e_{second}")
    whom = await scene.tap(anna, f"r:{second}")
    labels = [row[0]["text"] for row in whom[-1].rows]
    await scene.press(anna, whom[-1].message_id, whom[-1].rows[1][0]["callback_data"])

    assert shown[-1].text == (
        f"Państwa dane:\nImię i nazwisko: Anna Wzorowa\nOrganizacja: {KGW}\nAdres e-mail: brak\n"
        "Piszemy do Państwa: tutaj\nZaproszenia: tak"
    )
    assert asked[-1].text.startswith("W imieniu jakiej organizacji działają Państwo także?")
    assert offered[-1].text.splitlines()[1] == f"– {OSP}"
    assert done[-1].text.startswith("Dziękujemy, organizacja jest dodana.")
    assert f"Organizacja: {KGW}\nTakże w imieniu: {OSP}\n" in done[-1].text
    assert whom[-1].text.endswith("W imieniu której organizacji? Prosimy nacisnąć przycisk.")
    assert labels == [KGW, OSP]
    assert await _organisations(scene) == [KGW, OSP]


async def test_a_change_of_organisation_leaves_earlier_registrations(scene: Scene) -> None:
    anna = scene.visitor(1)
    await scene.introduce(anna)
    event_id = (await scene.event("lider-spolecznosci")).id
    await scene.register(anna, event_id)
    await scene.say(anna, "/dane")

    await scene.tap(anna, "pdc:change")
    await scene.say(anna, "ochotnicza straż")
    done = await scene.choose(anna, "org:")

    assert done[-1].text.startswith("Dziękujemy, organizacja jest zmieniona.")
    assert f"Organizacja: {OSP}" in done[-1].text
    assert await _organisations(scene) == [KGW]


async def test_a_second_organisation_is_left_again_and_the_last_one_stays(scene: Scene) -> None:
    anna = scene.visitor(1)
    await scene.introduce(anna)
    await scene.say(anna, "/dane")
    await scene.tap(anna, "pdc:add")
    await scene.say(anna, "kgw milki")
    again = await scene.choose(anna, "org:")
    await scene.choose(anna, "again")
    unknown = await scene.say(anna, "Klub Nieznany Nigdzie")
    await scene.say(anna, "ochotnicza straż")
    await scene.choose(anna, "org:")

    left = await scene.tap(anna, "pdc:leave:")
    message_id = heard(anna)[-1].message_id
    (number,) = (await scene.rows("SELECT organisation_id FROM person"))[0]
    last = await scene.press(anna, message_id, f"pdc:leave:{number}")
    strange = await scene.press(anna, message_id, "pdc:leave:9999")
    nothing = await scene.press(anna, message_id, "pdc:poem")

    assert again[-1].text.startswith(sentence(OrganisationHeldAlready()))
    assert unknown[-1].text.startswith("Nazwy „Klub Nieznany Nigdzie” nie ma w naszym rejestrze")
    assert f"Organizacja: {OSP}" in left[-1].text
    assert KGW not in left[-1].text
    assert last[-1].text.startswith(sentence(LastOrganisation()))
    for said in (strange, nothing):
        assert said[-1].text.startswith(sentence(OptionUnknown()))


async def test_a_new_name_and_a_new_address_with_a_code(scene: Scene) -> None:
    anna = scene.visitor(1)
    await scene.introduce(anna)
    await scene.say(anna, "/dane")
    await scene.tap(anna, "pdc:name")
    letters = await scene.say(anna, "12345")
    renamed = await scene.say(anna, "Anna Nowa-Wzorowa")
    await scene.tap(anna, "pdc:mail")
    wrong = await scene.say(anna, "to nie adres")
    await scene.say(anna, "anna@example.org")
    (facts,) = (await scene.rows("SELECT facts FROM outbox WHERE kind = 'email_code'"))[0]
    code = json.loads(facts)["code"]
    done = await scene.say(anna, f"Kod: {code}")

    assert letters[-1].text.startswith(sentence(NameWithoutLetters()))
    assert "Imię i nazwisko: Anna Nowa-Wzorowa" in renamed[-1].text
    assert wrong[-1].text.startswith(sentence(AddressWrong()))
    assert "mail: anna@example.org" in done[-1].text
    assert not await scene.step(anna)


async def test_nothing_is_changed_when_one_thinks_again(scene: Scene) -> None:
    anna = scene.visitor(1)
    await scene.introduce(anna)
    await scene.say(anna, "/dane")
    await scene.tap(anna, "pdc:mail")

    kept = await scene.choose(anna, "skip")

    assert kept[-1].text.startswith("Nic nie zmieniliśmy.")


async def test_somebody_unknown_is_asked_who_they_are(scene: Scene) -> None:
    asked = await scene.say(scene.visitor(1), "/dane")

    assert "danych" in asked[-1].text
    assert await scene.step(scene.visitor(1)) == "privacy"
