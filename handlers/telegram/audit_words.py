"""A sentence for everything that staff do, as the record of it shows them.

In Polish the sentences are in the present tense: a name does not tell how to say "did".
"""

from collections.abc import Mapping
from html import escape
from typing import Any

from handlers.telegram.labels import shorten
from handlers.telegram.team_screens import role_word
from programme.audit_trail import ABOUT, Line
from texts.translator import Translator, mark

LENGTH = 80
UNKNOWN = "…"
# A record says "staff" and "invitation" where a sentence says whom and what it means.
WRITTEN = {"staff": "colleague", "invitation": "letter"}
# For each action, what is said of it. Names stand in “…” and are cut.
DEEDS: Mapping[str, str] = {
    "accept": mark("%(who)s opened their link and joined the team as: %(role)s."),
    "remove": mark("%(who)s was removed from the team at the command line."),
    "staff_invite": mark("%(who)s invited %(name)s to the team as: %(role)s."),
    "staff_link_withdrawn": mark("%(who)s withdrew the link for %(name)s."),
    "staff_role": mark("%(who)s gave %(colleague)s another role: %(role)s."),
    "staff_remove": mark("%(who)s removed %(colleague)s from the team."),
    "trainer_event": mark("%(who)s entrusted the event “%(event)s” to %(colleague)s."),
    "trainer_event_taken": mark("%(who)s took the event “%(event)s” from %(colleague)s."),
    "invite": mark("%(who)s confirmed a letter to many: “%(broadcast)s”."),
    "poll": mark("%(who)s asked a quick question: “%(broadcast)s”."),
    "answer tagged": mark("%(who)s tagged an open answer: “%(tag)s”."),
    "tag removed": mark("%(who)s took a tag off an open answer: “%(tag)s”."),
    "survey codes": mark("%(who)s printed codes for a public survey."),
    "survey loaded": mark("%(who)s loaded the survey “%(survey)s”, version %(version)s."),
    "survey register": mark(
        "%(who)s changed %(organisation)s in the register to what they said: from “%(before)s” to "
        "“%(after)s”."
    ),
    "survey planned": mark("%(who)s planned the survey “%(survey)s”."),
    "survey opened": mark("%(who)s opened the survey “%(survey)s”."),
    "survey closed": mark("%(who)s closed the survey “%(survey)s”."),
    "survey newcomers": mark("%(who)s let newcomers be asked in the survey “%(survey)s”."),
    "survey reminded": mark("%(who)s reminded of the survey “%(survey)s”; messages: %(count)s."),
    "close poll": mark("%(who)s closed the quick question “%(broadcast)s”."),
    "broadcast control": mark("%(who)s held, continued or stopped the letter “%(broadcast)s”."),
    "letter proposed": mark("%(who)s asked for a second look at the letter “%(letter)s”."),
    "letter taken back": mark("%(who)s took the letter “%(letter)s” back before it was sent."),
    "letter sent back": mark("%(who)s sent the letter “%(letter)s” back to its author."),
    "letter confirmed": mark("%(who)s confirmed the letter “%(letter)s” of somebody else."),
    "letter given up": mark("%(who)s threw the draft “%(letter)s” away."),
    "letter test": mark("%(who)s sent the letter “%(letter)s” to themselves to try it."),
    "announcements": mark("%(who)s changed the news of the week: “%(letter)s”."),
    "draft_event": mark("%(who)s began a new event: “%(event)s”."),
    "change_draft": mark("%(who)s changed the draft of “%(event)s”."),
    "publish_event": mark("%(who)s published the event “%(event)s”."),
    "discard_event": mark("%(who)s threw the draft of an event away: “%(title)s”."),
    "edit_event": mark("%(who)s changed “%(event)s”: from “%(old)s” to “%(new)s”."),
    "cancel_event": mark("%(who)s called the event “%(event)s” off; people told: %(people)s."),
    "move_session": mark(
        "%(who)s moved the event “%(event)s” from %(before)s to %(after)s; people told: %(people)s."
    ),
    "capacity": mark(
        "%(who)s changed the number of seats at “%(event)s” from %(before)s to %(after)s."
    ),
    "approve": mark("%(who)s accepted the application of %(registration)s to “%(event)s”."),
    "refuse": mark("%(who)s refused the application of %(registration)s to “%(event)s”."),
    "let_in": mark("%(who)s let %(registration)s in to “%(event)s”."),
    "take_off": mark("%(who)s took %(registration)s off the list of “%(event)s”."),
    "walk_in": mark("%(who)s gave %(registration)s a seat at the door of “%(event)s”."),
    "attendance": mark("%(who)s noted the attendance of %(registration)s at “%(event)s”."),
    "documents": mark("%(who)s checked a document of %(registration)s for “%(event)s”."),
    "certificates": mark("%(who)s issued certificates of “%(event)s”: %(certificates)s."),
    "certificate revoked": mark("%(who)s revoked the certificate %(certificate)s."),
    "nomination_call": mark(
        "%(who)s asked organisations to name people for “%(event)s”: %(organisations)s."
    ),
    "nominate": mark("%(who)s named %(nomination)s for %(organisation)s at “%(event)s”."),
    "withdraw_nomination": mark("%(who)s withdrew the naming of %(nomination)s at “%(event)s”."),
    "answer_nomination": mark("%(who)s answered for %(nomination)s at “%(event)s”."),
    "nomination_terms": mark(
        "%(who)s changed what %(organisation)s may name for “%(event)s”, or until when."
    ),
    "contact": mark("%(who)s changed whether %(person)s speaks for %(organisation)s."),
    "merge": mark("%(who)s joined two entries of one person: %(kept)s."),
    "not_duplicate": mark("%(who)s told two people with like names apart."),
    "note": mark("%(who)s wrote a note about %(whom)s."),
    "note removed": mark("%(who)s removed a note about %(whom)s."),
    "exhibit": mark("%(who)s registered a stand of %(exhibitor)s at “%(event)s”."),
    "exhibit_cancel": mark("%(who)s cancelled the stand of %(exhibitor)s at “%(event)s”."),
    "exhibit_change": mark("%(who)s changed the stand of %(exhibitor)s at “%(event)s”."),
    "exhibit_number": mark(
        "%(who)s gave the stand of %(exhibitor)s at “%(event)s” the number %(stand)s."
    ),
    "contact corrected": mark("%(who)s corrected how we reach: %(whom)s."),
    "address works": mark("%(who)s noted that an address works again. About: %(whom)s."),
    "report file": mark("%(who)s took the report on the letter “%(broadcast)s” as a file."),
    "letters printed": mark("%(who)s had the letter “%(broadcast)s” printed for those by post."),
    "letters posted": mark("%(who)s noted that the letter “%(broadcast)s” went by post."),
    "lists": mark("%(who)s took the lists of “%(event)s” as a file."),
    "agenda change": mark("%(who)s changed what is about to be sent."),
    "task done": mark("%(who)s noted a thing to do as done."),
    "task reopened": mark("%(who)s put a thing to do back on the list."),
    "deed": mark("%(who)s confirmed: %(deed)s. It waited half a minute."),
    "deed taken back": mark("%(who)s took back in time: %(deed)s."),
    "deed refused": mark("What %(who)s had confirmed could not be done: %(deed)s."),
    "outbox again": mark("%(who)s had a message that failed sent again."),
    "outbox drop": mark("%(who)s dropped a message that failed."),
}
# What a deed that waits would do.
WAITING: Mapping[str, str] = {
    "cancel_event": mark("call an event off"),
    "move_sessions": mark("move an event"),
    "nomination_call": mark("ask organisations to name people"),
    "merge": mark("join two entries of a person"),
    "certificates": mark("issue certificates"),
    "certificate_revoke": mark("revoke a certificate"),
    "certificate_reissue": mark("issue a certificate anew"),
    "take_off": mark("take somebody off a list"),
    "refuse_application": mark("refuse an application"),
    "cancel_stand": mark("cancel a stand"),
    "capacity": mark("change the number of seats"),
    "agenda_now": mark("send something now instead of at its time"),
    "survey_open": mark("open a survey"),
    "survey_close": mark("close a survey"),
    "survey_remind": mark("remind of a survey"),
}
# What somebody tried to do who may not, by the right that it needs.
TRIED: Mapping[str, str] = {
    "accept": mark("open a link that does not work"),
    "invite": mark("write to many people"),
    "poll": mark("ask a quick question"),
    "results": mark("see the answers"),
    "report": mark("see a report"),
    "desk": mark("see the events of staff"),
    "registrations": mark("change registrations"),
    "nominations": mark("act for an organisation"),
    "documents": mark("check documents"),
    "attendance": mark("note attendance"),
    "own events": mark("see a trainer's events"),
    "certificates": mark("issue certificates"),
    "people": mark("look at people"),
    "fair": mark("change the stands of a fair"),
    "task list": mark("see what is to be done"),
    "tasks": mark("note a thing to do as done"),
    "second look": mark("confirm a letter of somebody else"),
    "broadcasts": mark("see the letters to many"),
    "broadcast control": mark("hold or stop a letter"),
    "announcements": mark("write news of the week"),
    "events": mark("create or change events"),
    "agenda": mark("see what will be sent"),
    "agenda change": mark("change what will be sent"),
    "search": mark("search people and organisations"),
    "notes": mark("write notes"),
    "staff": mark("look after the team"),
    "audit": mark("read who did what"),
    "summary": mark("see the summary of the day"),
    "surveys": mark("load, open or close surveys"),
    "survey results": mark("see the results of a survey"),
    "survey answers": mark("read what people wrote in a survey"),
}


def sentence(t: Translator, line: Line) -> str:
    """Say what somebody did, or tried to do."""
    known = line.recorded
    if not known.allowed:
        what = t(TRIED.get(known.action, known.action))
        return t("%(who)s tried without the right to it: %(what)s.", who=_who(t, line), what=what)
    words = DEEDS.get(known.action)
    if words is None:
        return f"{_who(t, line)}: {escape(known.action)}"
    return t(words, **_values(t, line))


def _who(t: Translator, line: Line) -> str:
    known = line.recorded
    if known.staff_id is not None:
        return f"<b>{_cut(known.who)}</b>"
    if known.chat_id is not None:
        return t("Somebody who is not in the team")
    return t("The operator of the server")


def _cut(words: object) -> str:
    return escape(shorten(" ".join(str(words).split()), LENGTH))


def _values(t: Translator, line: Line) -> dict[str, str]:
    """Gather what a sentence can ask for; what is gone, or was not recorded, is “…”."""
    detail: dict[str, Any] = line.recorded.detail
    known = {
        word: _cut(value)
        for word, value in detail.items()
        if isinstance(value, str | int) and not isinstance(value, bool)
    }
    for word in ABOUT:
        # The number of something says nothing to anybody.
        known.pop(word, None)
    for word, names in line.about.items():
        if names["event"]:
            known["event"] = _cut(names["event"])
        known[WRITTEN.get(word, word)] = _cut(names["name"])
    known["whom"] = known.get("person") or known.get("organisation") or UNKNOWN
    known["who"] = _who(t, line)
    known["role"] = role_word(t, str(detail.get("role", "")))
    known["deed"] = t(WAITING.get(str(detail.get("action")), UNKNOWN))
    return {word: known.get(word, UNKNOWN) for word in ASKED}


ASKED = frozenset(
    word.partition(")")[0] for words in DEEDS.values() for word in words.split("%(")[1:]
)
