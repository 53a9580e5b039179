"""The sentence for every refusal about people: joining them, walking in, their own data, lists."""

from programme import people_refusals as why
from programme.refusals import Refusal
from texts.translator import mark

SENTENCES: dict[type[Refusal], str] = {
    why.SamePerson: mark(
        "This is one and the same entry, so there is nothing to join. Please choose another person."
    ),
    why.AlreadyMerged: mark(
        "The entry “%(name)s” was joined with another one a while ago. Please look for the "
        "person once more: /osoby."
    ),
    why.PeopleChanged: mark(
        "Something about one of these people changed a moment ago, so nothing was done. Please "
        "try again."
    ),
    why.PersonNotFound: mark("There is no such person (any more). Please look once more: /osoby."),
    why.SeatsAllTaken: mark(
        "All %(capacity)s seats are taken. To let this person in all the same, please press "
        "“Seat anyway”."
    ),
    why.NothingToExport: mark("There is nobody to put on a list yet. Please try again later."),
    why.ExportNeedsEvent: mark("A list in CSV is of one event. Please choose one."),
    why.LastOrganisation: mark(
        "This is your only organisation. To change it, please press “Change my organisation”."
    ),
    why.OrganisationHeldAlready: mark(
        "You belong to this organisation already. Please choose another one."
    ),
}
