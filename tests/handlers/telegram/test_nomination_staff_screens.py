"""Screens on which staff look after what organisations name."""

from handlers.telegram import nomination_staff_screens
from programme.memberships import Member, Organisation
from texts.translator import load


def test_every_speaker_can_be_found_and_taken_back_however_many_there_are() -> None:
    unit = Organisation(7, "u", "KGW Miłki", "ngo", "", "", "Miłki", ())
    members = [Member(number, f"Osoba {number}", speaks=number > 30) for number in range(40)]

    pages = [
        nomination_staff_screens.speakers(load("pl"), 1, unit, members, at).buttons
        for at in (0, 15, 30)
    ]

    taken = [row[0].data for rows in pages for row in rows if str(row[0].data).startswith("nmm:")]
    assert taken[:9] == [f"nmm:1:7:{number}:0" for number in range(31, 40)]
    assert len(set(taken)) == 40
    turning = [one.data for rows in pages for row in rows for one in row if "nm:" in str(one.data)]
    assert turning == ["nm:1:7:15", "nm:1:7:0", "nm:1:7:30", "nm:1:7:15"]
