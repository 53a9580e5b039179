"""The team of staff in the chat: invited by a link, entrusted with an event, removed at once."""

import re

from handlers.telegram.words import refused
from playground.visitor import Visitor
from programme.refusals import LinkSpent, NotStaff
from programme.staff_refusals import EventsMissing, LastCoordinator, StaffAlready
from storage import staff
from tests.handlers.scene import ZONE, Scene
from tests.handlers.telegram.desk_scene import COORDINATOR, crowd, plain_event
from texts.translator import load

EWA = 4_001
LINK = re.compile(r"https://t\.me/\S+\?start=(s_\S+)")
PL = load("pl")


async def link_for(scene: Scene, irena: Visitor, role: str, *events: int) -> str:
    """Invite Ewa through all questions and give the payload of the link."""
    await scene.say(irena, "/zespol")
    await scene.tap(irena, "kai")
    await scene.say(irena, "Ewa Nowak")
    said = await scene.choose(irena, role)
    for event_id in events:
        await scene.choose(irena, str(event_id))
    if role == "trainer":
        said = await scene.choose(irena, "=done")
    how, words = said
    assert "Następną wiadomość prosimy przekazać" in how.text
    found = LINK.search(words.text)
    assert found is not None
    return found[1]


async def test_trainer_is_invited_notes_who_is_there_and_is_removed(scene: Scene) -> None:
    own, other = await plain_event(scene, 5), (await scene.event("lider-spolecznosci")).id
    await crowd(scene, own, 1)
    irena, ewa = scene.visitor(COORDINATOR, "Irena"), scene.visitor(EWA, "Ewa")
    payload = await link_for(scene, irena, "trainer", own)

    (welcome,) = await scene.say(ewa, f"/start {payload}")
    (spent,) = await scene.say(scene.visitor(EWA + 1, "Obcy"), f"/start {payload}")
    (events,) = await scene.say(ewa, "/wydarzenia")
    (session,) = await scene.tap(ewa, f"as:{own}")
    (elsewhere,) = await scene.press(ewa, session.message_id, f"as:{other}")

    assert "/wydarzenia – Państwa szkolenia" in welcome.text
    assert "/osoby" not in welcome.text
    assert refused(PL, LinkSpent(), zone=ZONE) in spent.text
    assert [one["callback_data"] for row in events.rows for one in row] == [f"as:{own}"]
    assert "Kod obecności" in session.text
    assert session.rows[-1][0]["callback_data"] == "kao"
    assert refused(PL, NotStaff(), zone=ZONE) in elsewhere.text

    await scene.say(irena, "/zespol")
    await scene.tap(irena, "kac:3")
    await scene.tap(irena, "kax:3")
    (removed,) = await scene.tap(irena, "kaxx:3")
    told = ewa.last
    (refusal,) = await scene.press(ewa, session.message_id, "kao")

    assert "tej osoby nie ma już w zespole" in removed.text
    assert told.text.startswith("Dziękujemy za pracę przy programie.")
    assert refused(PL, NotStaff(), zone=ZONE) in refusal.text


async def test_invitation_goes_on_after_a_restart_at_every_question(scene: Scene) -> None:
    event_id = await plain_event(scene, 5)
    irena = scene.visitor(COORDINATOR, "Irena")
    await scene.say(irena, "/zespol")
    await scene.tap(irena, "kai")
    await scene.restart()
    await scene.say(irena, "Ewa Nowak")
    await scene.restart()
    await scene.choose(irena, "trainer")
    await scene.restart()
    (missing,) = await scene.choose(irena, "=done")
    await scene.choose(irena, str(event_id))
    said = await scene.choose(irena, "=done")

    assert refused(PL, EventsMissing(), zone=ZONE) in missing.text
    assert LINK.search(said[-1].text) is not None


async def test_coordinator_who_opens_the_link_of_another_stays_and_leaves_it_whole(
    scene: Scene,
) -> None:
    irena, ewa = scene.visitor(COORDINATOR, "Irena"), scene.visitor(EWA, "Ewa")
    payload = await link_for(scene, irena, "viewer")

    (tried,) = await scene.say(irena, f"/start {payload}")
    (welcome,) = await scene.say(ewa, f"/start {payload}")

    assert refused(PL, StaffAlready("coordinator"), zone=ZONE) in tried.text
    assert "Ewa Nowak" in welcome.text


async def test_last_coordinator_is_asked_and_refused(scene: Scene) -> None:
    irena = scene.visitor(COORDINATOR, "Irena")
    async with scene.database.transaction() as tx:
        for other in await staff.everyone(tx):
            if other.chat_id != COORDINATOR:
                await staff.remove(tx, chat_id=other.chat_id, now=scene.clock())
    await scene.say(irena, "/zespol")
    await scene.tap(irena, "kac:1")

    (asked,) = await scene.tap(irena, "kax:1")
    (refusal,) = await scene.tap(irena, "kaxx:1")

    assert asked.text.startswith("To Państwa własne konto.")
    assert refused(PL, LastCoordinator(), zone=ZONE) in refusal.text


async def test_record_tells_what_was_done_and_what_was_tried(scene: Scene) -> None:
    irena, stranger = scene.visitor(COORDINATOR, "Irena"), scene.visitor(EWA, "Obcy")
    await link_for(scene, irena, "viewer")
    await scene.say(stranger, "/dziennik")

    (everything,) = await scene.say(irena, "/dziennik")
    (tried,) = await scene.tap(irena, "kad:r")
    await scene.tap(irena, "kaf")
    (hers,) = await scene.tap(irena, "kad:1")

    assert "zaprasza do zespołu: Ewa Nowak. Rola: obserwator." in everything.text
    assert "Ktoś spoza zespołu próbuje bez uprawnień: wgląd w dziennik" in tried.text
    assert "zaprasza" not in tried.text
    assert "Ktoś spoza zespołu" not in hers.text
    assert "start=s_" not in everything.text
