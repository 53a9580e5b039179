from dataclasses import replace
from datetime import UTC, datetime, timedelta

from handlers.mail import bookmark
from handlers.mail.bookmark import Bookmark
from handlers.mail.imap_url import ImapUrl
from storage.database import Database

NOW = datetime(2027, 3, 1, 12, tzinfo=UTC)
URL = ImapUrl("mail.example.org", 993, "tls", "akademia", "TAJNE")


def test_first_look_at_a_folder_begins_with_its_oldest_mail() -> None:
    mark = Bookmark("x").opened(validity=7, next_uid=51, now=NOW)

    since = int((NOW - timedelta(days=14)).timestamp())
    assert mark == Bookmark("x", validity=7, start=50, since=since)
    assert (
        mark.older == "UNSEEN SINCE 15-Feb-2027 OR SENTSINCE 15-Feb-2027 NOT SENTSINCE 1-Jan-1990"
    )


def test_folder_that_is_numbered_as_before_is_read_on() -> None:
    mark = Bookmark("x", validity=7, start=50, read=60, flagged=60, looked=5)

    assert mark.opened(validity=7, next_uid=99, now=NOW) == mark


def test_folder_numbered_anew_is_read_from_shortly_before_the_last_look() -> None:
    before = Bookmark("x", validity=7, start=50, read=60, flagged=60).at(NOW)

    mark = before.opened(validity=8, next_uid=9, now=NOW + timedelta(days=30))

    days = (before.looked - mark.since) / 86_400
    assert (mark.validity, mark.start, mark.read, mark.flagged, days) == (8, 8, 0, 0, 2)
    assert mark.older == "SINCE 27-Feb-2027 OR SENTSINCE 13-Feb-2027 NOT SENTSINCE 1-Jan-1990"


def test_folder_numbered_anew_before_it_was_read_to_its_end_is_new() -> None:
    before = Bookmark("x").opened(validity=7, next_uid=51, now=NOW).after(20)

    mark = before.opened(validity=8, next_uid=51, now=NOW)

    assert mark == Bookmark("x").opened(validity=8, next_uid=51, now=NOW)


def test_bookmark_never_goes_back() -> None:
    assert Bookmark("x", read=9).after(5).read == 9


def test_place_is_of_the_account_and_the_folder_and_not_of_the_password() -> None:
    place = bookmark.place_of(URL)

    assert bookmark.place_of(replace(URL, password="INNE", port=143)) == place
    assert bookmark.place_of(replace(URL, folder="Inny")) != place
    assert bookmark.place_of(replace(URL, username="inny")) != place


async def test_bookmark_is_kept(database: Database) -> None:
    place = bookmark.place_of(URL)
    mark = Bookmark(place, 2**32 - 1, 5, 7, 6, 1, 1_800_000_000)

    async with database.transaction() as tx:
        nothing = await bookmark.load(tx, place)
        await bookmark.keep(tx, nothing, mark)
    async with database.reading() as tx:
        kept = await bookmark.load(tx, place)

    assert (nothing, kept) == (Bookmark(place), mark)
