"""Say in a letter, line by line, what became of each thing that a mail asked for."""

from collections.abc import Iterable, Mapping

from texts.dates import day
from texts.translator import Translator, mark

_SAID = {
    "registered": mark("%(name)s: registered, the seat is kept."),
    "waiting": mark("%(name)s: all seats are taken, so this is a place on the waiting list."),
    "applied": mark("%(name)s: the application was received; the office decides about it."),
    "cancelled": mark("%(name)s: the registration is cancelled."),
    "declined": mark("%(name)s: noted, no part is taken. Thank you for telling us."),
    "named": mark("%(who)s: named. We ask this person to confirm."),
    "named_untold": mark(
        "%(name)s: named. Without an e-mail address we cannot ask this person to confirm. Please"
        " answer for them on the page below, or call us."
    ),
    "named_to_call": mark(
        "%(name)s: named. Without an e-mail address we cannot ask this person to confirm. Please"
        " call us."
    ),
    "asked": mark("%(who)s: we have written to this person. The seat is theirs once they confirm."),
    "withdrawn": mark("%(name)s: no longer named."),
    "no_noted": mark("Noted: you do not take part. There is nothing else to do."),
    "nobody_noted": mark("Noted: nobody from your organisation takes part."),
    "stopped": mark(
        "You get no more invitations from us. What concerns a registration of yours still comes."
    ),
    "paper_taken": mark("%(name)s: received. Somebody from the office will check it."),
    "paper_with_staff": mark(
        "The file %(name)s: received. Somebody from the office will see what it belongs to."
    ),
    "has_seat": mark("%(name)s: has a seat already. There is nothing else to do."),
    "in_line": mark("%(name)s: is on the waiting list already."),
    "has_applied": mark("%(name)s: has applied already; the office decides about it."),
    "named_before": mark("%(name)s: has been named for this event already."),
    "event_over": mark("This event has begun or is over, so nothing could be done."),
    "event_cancelled": mark("This event was called off, so nothing could be done."),
    "deadline_passed": mark("The deadline has passed (%(day)s), so nothing could be done."),
    "entry_by_nomination": mark("Only people whom an organisation names can take part."),
    "not_in_audience": mark("This event is meant for others."),
    "event_full": mark("%(name)s: all seats are taken."),
    "seat_gone": mark("%(name)s: somebody else was faster. The place on the waiting list is kept."),
    "offer_over": mark("%(name)s: the seat is no longer held."),
    "quota_full": mark(
        "%(name)s: not named, because the organisation has no free places left (it may name"
        " %(detail)s)."
    ),
    "named_by_another": mark("%(name)s: has been named by another organisation."),
    "nomination_ended": mark("%(name)s: this nomination has been answered or taken back."),
    "names_not_wanted": mark("Organisations name nobody for this event."),
    "name_wrong": mark("%(name)s: this does not look like a name and surname."),
    "address_wrong": mark("%(name)s: the e-mail address cannot be right."),
    "paper_in_order": mark("%(name)s: this document has been accepted already."),
    "paper_too_big": mark("%(name)s: the file is too big; we take files of up to %(detail)s MB."),
    "paper_is_office": mark("%(name)s: please send this document as a PDF or as a photo."),
    "paper_is_archive": mark("%(name)s: please send the documents one by one, not packed."),
    "paper_refused": mark("%(name)s: we take documents as PDF files or photos only."),
    "letter_too_old": mark(
        "The message that you answered is too old, so your answer changes nothing."
    ),
    "not_possible": mark("%(name)s: this could not be done."),
    "needs_page": mark(
        "We understand that you want to take part. One step is missing: please open the page"
        " below, read how we use your data, and confirm."
    ),
    "needs_questions": mark(
        "We understand that you want to take part. One step is missing: the organisers have a few"
        " questions. Please answer them on the page below."
    ),
    "needs_office": mark(
        "We understand that you want to take part. Somebody from the office will settle the rest"
        " with you."
    ),
    "which_names": mark(
        "Please write who will take part: the name, the surname and the e-mail address of each"
        " person. It is enough to answer this message."
    ),
    "without_address": mark(
        "%(name)s: we have no e-mail address of this person. Somebody from the office will call."
    ),
    "with_staff": mark("Somebody from the office will read your message as well."),
    "read_yes": mark("Somebody will take part."),
    "read_no": mark("Somebody will not take part."),
    "read_stop": mark("You do not want invitations from us."),
    "read_person": mark("A person: %(who)s"),
    "read_nothing": mark("We could not tell what you would like to do."),
}
KNOWN = frozenset(_SAID)


# What the writer does next on the page, or by one more mail.
STEPS = frozenset({"needs_page", "needs_questions", "which_names", "named_untold"})
_NOT_READ = frozenset({"read_nothing", "letter_too_old"})


def sort_of(outcomes: Iterable[Mapping[str, str]]) -> dict[str, bool]:
    """Tell what kind of answer it is.

    `is_step` when the writer has one more thing to do, `is_read` when something was made out,
    `is_undone` when nothing at all was done, `is_old` when the letter answered is too old.
    """
    what = {one["what"] for one in outcomes}
    return {
        "is_step": bool(what & STEPS),
        "is_read": bool(what - _NOT_READ),
        "is_old": "letter_too_old" in what,
        "is_undone": all(one.startswith("read_") for one in what),
    }


def lines(outcomes: Iterable[Mapping[str, str]], zone: str, t: Translator) -> list[str]:
    """Word the outcomes in their order, each sentence once."""
    return list(dict.fromkeys(_line(one, zone, t) for one in outcomes))


def _line(outcome: Mapping[str, str], zone: str, t: Translator) -> str:
    what, name, detail = outcome["what"], outcome["name"], outcome["detail"]
    said = t(
        _SAID[what],
        name=name,
        detail=detail,
        who=f"{name} ({detail})" if detail else name,
        day=day(detail, zone, t.locale) if what == "deadline_passed" else "",
    )
    # What concerns nobody by name begins without one.
    return said if name else _capital(said.removeprefix(": "))


def _capital(sentence: str) -> str:
    return sentence[:1].upper() + sentence[1:]
