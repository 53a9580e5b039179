"""The sentence for every refusal about announcements and the weekly digest."""

from programme import announcement_refusals as why
from programme.refusals import Refusal
from texts.translator import mark

SENTENCES: dict[type[Refusal], str] = {
    why.AnnouncementUnknown: mark(
        "This announcement is not there. Please look at the list: /ogloszenia."
    ),
    why.AnnouncementTold: mark(
        "The digest with this announcement is on its way already, so it cannot be taken out. If "
        "something in it is wrong, please write to the same people: /zaproszenie."
    ),
    why.AnnouncementWithdrawn: mark(
        "This announcement was taken out of the digest before. The others are here: /ogloszenia."
    ),
    why.AnnouncementLate: mark(
        "The digest that this announcement was meant for is over, so it cannot be put back. Please "
        "write it once more: /zaproszenie."
    ),
    why.AnnouncementWithFile: mark(
        "A digest carries no files. Please take the file away, or send the letter by itself."
    ),
    why.AnnouncementNotYours: mark(
        "We cannot show this announcement here: it is no longer kept. If you need it, please ask "
        "us."
    ),
}
