"""The sentence for every refusal around the cards of people and organisations."""

from programme import directory_refusals as why
from programme.refusals import Refusal
from texts.translator import mark

SENTENCES: dict[type[Refusal], str] = {
    why.OrganisationNotFound: mark(
        "There is no such organisation (any more). Please look once more: /organizacje."
    ),
    why.NoteGone: mark("Somebody has removed this note already, so nothing was changed."),
    why.NoteOfAnother: mark(
        "Only the colleague who wrote this note and a coordinator can remove it. Nothing was "
        "changed."
    ),
    why.WayWorks: mark(
        "Nothing is known against this address: we write to it. So nothing was changed."
    ),
    why.PagesMissing: mark(
        "A new e-mail address is confirmed on a page, and this installation has no pages. Please "
        "ask the person to give the address in the chat: /dane."
    ),
    why.NotAPhone: mark(
        "We see no telephone number here. Please write it in figures, for example 600 100 200."
    ),
}
