"""The pages on which people choose how they are written to, and a quick poll, for the gallery."""

from programme import address_checks, polls, preferences
from programme.letter_doors import ADDRESS as ADDRESS_DOOR
from programme.letter_doors import OUT
from programme.quiet_hours import QuietHours
from tests.handlers.web.house import ADDRESS, House
from tests.programme.audience import make_member, make_organisation, make_staff, seat
from tests.storage.rows import NOW, make_event

OPTIONS = ["Tak, bardzo", "Raczej tak", "Raczej nie", "Nie – mam już zbyt wiele innych obowiązków"]


async def paths(house: House) -> list[tuple[str, str, str, int]]:
    """Make a scene for each page; give its name, path, the button to press, and the status."""
    async with house.database.transaction() as tx:
        both = await make_member(tx, "Anna Wzorowa", chat=71, mail=ADDRESS)
        mail = await make_member(tx, "Bożena Mailowa", mail="bozena@example.org")
        gone = await make_member(tx, "Cezary Cichy", mail="cezary@example.org")
        unproved = await make_member(tx, "Ewa Nowa")
        unit = await make_organisation(tx, "KGW Wyborne", email="kgw3@example.org")
        await preferences.want(tx, person_id=gone, wanted=False, now=NOW)
    out = {
        name: await house.door("invitation", purpose=OUT, person_id=who, address=address)
        for name, who, address in (
            ("out", mail, "bozena@example.org"),
            ("out-before", gone, "cezary@example.org"),
        )
    }
    own = {
        "wishes": await house.door("reminder", person_id=both),
        "wishes-mail": await house.door("reminder", person_id=mail),
        "wishes-organisation": await house.door("nomination_call", organisation_id=unit),
        "wishes-nobody": await house.door("nominated", address="new@example.org"),
    }
    check = await house.door(address_checks.KIND, purpose=ADDRESS_DOOR, person_id=mail)
    poll = await _poll(house, 1)
    said = "?said=channel-invitations-language-address"
    proved = await house.door(
        address_checks.KIND, purpose=ADDRESS_DOOR, person_id=unproved, address="ewa@example.org"
    )
    await house.post(f"/a/{proved}", deed="prove")
    await house.post(f"/u/{own['wishes-mail']}", deed="calendar")
    voted = await _poll(house, 2)
    await house.post(f"{voted}/p/4", deed="vote", option="o4")
    return [
        ("out", f"/o/{out['out']}", "", 200),
        ("out-done", f"/o/{out['out-before']}?said=out", "", 200),
        ("out-again", f"/o/{out['out']}?said=again", "", 200),
        ("out-before", f"/o/{out['out-before']}", "", 200),
        *((name, f"/u/{token}", "", 200) for name, token in own.items()),
        ("wishes-said", f"/u/{own['wishes']}{said}", "", 200),
        ("wishes-calendar", f"/u/{own['wishes-mail']}", "Nowy adres kalendarza", 200),
        ("address", f"/a/{check}", "", 200),
        ("address-proved", f"/a/{proved}", "", 200),
        ("poll", f"{poll}/p/2", "", 200),
        ("poll-wrong", f"{poll}/p/0", "Wyślij odpowiedź", 422),
        ("poll-kept", f"{voted}/p/4?said=kept", "", 200),
        ("poll-taken", f"{poll}/p/4?said=taken", "", 200),
    ]


async def _poll(house: House, number: int) -> str:
    async with house.database.transaction() as tx:
        event_id = await make_event(tx)
        who = await make_member(tx, "Danuta Pytana", mail=f"danuta{number}@example.org")
        await seat(tx, event_id, who)
        asked = await polls.ask(
            tx,
            staff=await make_staff(tx, chat_id=970 + number),
            key=f"97{number}:1",
            question="Czy szkolenie przyda się w Państwa pracy w organizacji?",
            options=OPTIONS,
            event_id=event_id,
            quiet=QuietHours(),
            now=NOW,
        )
    return f"/l/{await house.door('poll', person_id=who, survey=asked.survey_key)}"
