"""What lies behind a button: an action and its arguments in at most 64 bytes.

Nothing here is a right: whoever presses is checked by the use case, every time. Nor is anything
a secret, but for the token of a nomination's own link, which its card hands back to who opened it.
Buttons of a question carry the conversation's version, so that an old one is recognised.
"""

from dataclasses import dataclass

from telegram.constants import InlineKeyboardButtonLimit

from programme.asking import number

SEPARATOR = ":"
EVENT, REGISTER, LIST, MINE = "e", "r", "l", "m"
CANCEL, CANCEL_SURELY = "x", "xx"
HELP, LANGUAGE, ANSWER, RESULTS = "h", "g", "q", "w"
# An offer of a seat, by the number of the registration.
TAKE_OFFER, DECLINE_OFFER = "o", "od"
# Attendance: in links the code alone; then what staff do with an event's sessions.
ATTENDANCE, SESSIONS, SESSION, TICK_LIST, TICK = "a", "as", "an", "al", "at"
PAPER_LIST, SIGNING_LIST, CODE_PICTURE, CODE_SHEET = "aw", "ap", "ac", "af"
# What staff do with one event; what they change in it has a page of its own.
DESK_EVENTS, DESK, CHANGES = "s", "se", "sg"
CHANGE_CAPACITY, MOVE_SESSION, CHANGE_PLACE, CANCEL_EVENT, LET_IN = "sc", "sm", "sp", "sx", "sl"
# Events made by staff: a new one, the drafts, one as a card, change a field of it, copy it,
# publish it, throw it away (each asked once more), write the letter that invites to it.
NEW_EVENT, DRAFTS, EVENT_CARD, EVENT_FIELD = "zn", "zl", "zd", "zf"
COPY_EVENT, PUBLISH_EVENT, DISCARD_EVENT, INVITE_TO = "zc", "zp", "zx", "zi"
# Lists of an event's people for staff, a page each, and what is done with one of these people.
PARTICIPANTS, WAITING_LIST, APPLICATIONS, ONE_PERSON = "tp", "tw", "ta", "to"
GRANT, REFUSE, TAKE_OFF = "tg", "tn", "tx"
# An event's certificates: how they stand, issue them (asked once more), who is short, all, print.
CERTIFICATES, CERTIFICATES_ASK, CERTIFICATES_ISSUE = "c", "ci", "cii"
CERTIFICATES_SHORT, CERTIFICATES_LIST, CERTIFICATES_PRINT = "cn", "cl", "cp"
# One certificate: see it, revoke it or issue it anew (each asked once more), get one's own.
CERTIFICATE, CERTIFICATE_REVOKE_ASK, CERTIFICATE_REVOKE = "cc", "cr", "crr"
CERTIFICATE_ANEW_ASK, CERTIFICATE_ANEW, CERTIFICATE_FETCH = "ca", "caa", "cf"
# A person's calendar: take back a seat that it gave up; have one's dates by an address.
SEAT_BACK, FEED, FEED_MAKE, FEED_END = "cu", "cv", "cvn", "cve"
# Only in links: the code of a certificate that somebody wants to check.
CERTIFICATE_CODE = "v"

# Documents: a person's own, the blank of one, handing one in; and what staff do with them: all of
# an event, a list, one to check, the next one, accept, send back, one person's, paper is here.
DOCUMENTS, BLANK, HAND_IN = "d", "db", "dh"
DOCUMENT_DESK, DOCUMENT_LIST, CHECK, CHECK_NEXT = "ds", "dl", "dv", "dc"
ACCEPT, SEND_BACK, PERSON_PAPERS, PAPER_HERE = "dy", "dn", "du", "dp"

# Stands at a fair: what an organisation does with its own, and what staff do with all of them.
STAND, STAND_VIEW, STAND_EDIT, STAND_CANCEL, STAND_CANCEL_SURELY = "f", "fv", "fe", "fx", "fxx"
STANDS, STAND_DESK, STAND_ADD, STAND_DESK_EDIT, STAND_NUMBER = "fs", "fi", "fa", "fg", "fn"
STAND_DESK_CANCEL, STAND_DESK_CANCEL_SURELY = "fc", "fcc"
FAIR_PROGRAMME, FAIR_NEEDS, FAIR_LIST = "fp", "fo", "ft"

# People: staff find one, look at who may be in the list twice, join two or tell them apart.
PEOPLE_FIND, PERSON, DUPLICATES, PAIR = "ps", "pc", "pp", "pq"
MERGE_ASK, MERGE, TELL_APART = "pm", "pmm", "pn"
# Somebody without a registration stands at the door; lists to keep; the funder's figures.
WALK_IN, LISTS, INDICATORS, INDICATORS_FILE = "pw", "pe", "pi", "pix"
# One's own data, what is changed in it, and for which organisation one registers.
OWN_DATA, OWN_CHANGE, BEHALF = "pd", "pdc", "pk"
# How we write to somebody; and, only in links, the letter to one person that leads to the chat.
PREFER, PERSON_LINK = "pf", "p"

# All that will be sent: a page; one line of it and whom it is for; what they would read; stop it,
# send it now, leave somebody out (each asked once more).
AGENDA, AGENDA_ONE, AGENDA_TEXT = "va", "vao", "vat"
AGENDA_STOP_ASK, AGENDA_STOP, AGENDA_NOW_ASK, AGENDA_NOW = "vas", "vass", "van", "vann"
AGENDA_LEAVE_ASK, AGENDA_LEAVE = "vaw", "vaww"
# A deed that waits half a minute is taken back.
DEED_UNDO = "vz"

# Lists of people, organisations and registrations, a page each; what narrows one, and where;
# what a search found; an organisation's card and the search for one.
LIST_PEOPLE, LIST_ORGANISATIONS, LIST_REGISTRATIONS = "wp", "wo", "wr"
LIST_FACETS, LIST_LOCALITIES, FOUND = "wf", "wl", "ws"
ORGANISATION_CARD, ORGANISATION_FIND = "wc", "wz"
# From a card: every message, the notes, write one, remove one; correct a contact, an address
# works again; register somebody: where, and at this event; write a letter to this one alone.
MESSAGES, NOTES, NOTE_WRITE, NOTE_REMOVE = "wm", "wn", "wna", "wnx"
CONTACT_CORRECT, CONTACT_WORKS = "wk", "wg"
REGISTER_WHERE, REGISTER_AT, WRITE_TO = "we", "wee", "wx"

# Nominations: the links' own letters; a contact's list and page, name, look at one, replace,
# withdraw, answer for somebody, a link to hand on; the person's own answers.
NOMINATED, CONTACT = "n", "k"
NAMING, ORGANISATION, NAME, NOMINATION, REPLACE, WITHDRAW = "nl", "np", "nn", "nv", "nr", "nw"
WITHDRAW_SURELY, ANSWER_FOR, ANSWER_FOR_SURELY, ANSWER_NO, HAND_ON = "nww", "nf", "nff", "nx", "nk"
ACCEPT_NOMINATION, DECLINE_NOMINATION, DECLINE_SURELY = "na", "nd", "ndd"
# What staff do with them: call (asked once more), all organisations, one's terms and contacts.
CALL, CALL_SURELY, ORGANISATIONS, QUOTA, NAMING_DEADLINE = "nc", "ncc", "no", "nq", "nt"
SPEAKERS, SPEAKER = "nm", "nmm"

# News of the week: all that wait, one of them, take it out, put it back; its whole text, for a
# reader; messages that did not arrive, and the summary of the day.
NEWS, NEWS_ONE, NEWS_WITHDRAW, NEWS_PUT_BACK, NEWS_WHOLE = "jl", "jw", "jww", "ju", "ja"
UNDELIVERED, SUMMARY = "jf", "js"

# What only a person of the office can do: the list, one task, done, back on the list, all that
# somebody wrote, a file that came with it.
TASKS, TASK, TASK_DONE, TASK_UNDO, TASK_TEXT, TASK_FILE = "ut", "uv", "ud", "uu", "ux", "uf"

# A letter that is written to many: the last look, another's proposal, confirm it, send it back;
# what was taken back becomes a draft; correct what was sent; and for its readers, the file of it,
# and a button of a test, which does nothing.
LETTER, LETTER_LOOK, LETTER_CONFIRM, LETTER_SEND_BACK = "i", "il", "ic", "ib"
LETTER_REOPEN, LETTER_CORRECT, LETTER_FILE, LETTER_NOTHING = "iu", "iw", "if", "it"

# A letter on its way to many: take it back, pause, go on, stop for good (asked once more).
BROADCAST_TAKE_BACK, BROADCAST_PAUSE, BROADCAST_GO_ON = "bz", "bp", "bg"
BROADCAST_ASK_STOP, BROADCAST_STOP = "bs", "bss"

# The team of staff: all, one of them, a new link, open links and an end of one, roles, a trainer's
# events, removal (asked once more); what everybody did; and, for a trainer, the own events.
TEAM, COLLEAGUE, STAFF_INVITE, STAFF_LINKS, STAFF_LINK_DROP = "ka", "kac", "kai", "kal", "kaw"
STAFF_ROLE, STAFF_ROLE_SET, TRAINER_EVENTS, TRAINER_EVENT = "kar", "kars", "kae", "kaet"
STAFF_REMOVE, STAFF_REMOVE_SURELY, AUDIT, AUDIT_OF = "kax", "kaxx", "kad", "kaf"
OWN_EVENTS = "kao"

# Whom a letter is for: the choice as it stands, a tick, pages of localities, areas and events, one
# event, languages, words to add or leave somebody out, these people, the names, all ticks away,
# back to the letter.
AUDIENCE, AUDIENCE_TICK, AUDIENCE_VALUES, AUDIENCE_EVENTS = "y", "yk", "yl", "ye"
AUDIENCE_EVENT, AUDIENCE_LOCALES, AUDIENCE_FIND, AUDIENCE_SINGLES = "yv", "yg", "yf", "ys"
AUDIENCE_NAMES, AUDIENCE_CLEAR, AUDIENCE_DONE = "yn", "yc", "yz"
# What became of a letter to many: all of them, one, its recipients by group, the same as a file;
# a reminder to the silent; the printed letters, and that these were posted.
LETTERS, LETTER_REPORT, LETTER_GROUP, LETTER_EXCEL = "ym", "yr", "yp", "yx"
LETTER_REMIND, LETTER_PRINT, LETTER_POSTED = "yi", "yd", "yw"

# A survey as a member sees it: begin it or go on, by the number of its wave and, for one of several
# organisations, of that; all of one's own; a tick at the open question, by its version.
SURVEY, SURVEYS_MINE, SURVEY_TICK = "ga", "gl", "gt"

# A quick poll by buttons: vote, tick one of several answers, send the ticks; close it (asked once
# more).
POLL_VOTE, POLL_TICK, POLL_SEND = "hv", "hk", "hs"
POLL_CLOSE_ASK, POLL_CLOSE = "hc", "hcc"


# What staff do with surveys: all, one, one of its waves; open, close, remind (each asked once
# more), who has not answered, ask newcomers, plan a wave; surveys that come with the program;
# the poster of a public wave, and a sheet of codes on paper (asked once more).
SURVEY_DESK, SURVEY_ONE, SURVEY_WAVE = "qs", "qv", "qw"
WAVE_OPEN_ASK, WAVE_OPEN, WAVE_CLOSE_ASK, WAVE_CLOSE = "qo", "qoo", "qc", "qcc"
WAVE_REMIND_ASK, WAVE_REMIND, WAVE_MISSING = "qr", "qrr", "qm"
WAVE_NEWCOMERS, WAVE_PLAN, SURVEYS_READY, SURVEY_LOAD = "qn", "qp", "ql", "qll"
WAVE_POSTER, WAVE_CODES_ASK, WAVE_CODES = "qf", "qk", "qkk"

# Results of a survey: a question of a wave; questions that make groups, one question by group;
# waves to compare with, two waves; what people wrote, one answer, a tag on or off, a new tag.
SURVEY_RESULTS, RESULT_GROUPS, RESULT_GROUP = "ma", "mb", "mg"
RESULT_WAVES, RESULT_COMPARE = "mw", "mc"
OPEN_ANSWERS, OPEN_ANSWER, ANSWER_TAG, ANSWER_TAG_NEW = "mo", "moo", "mt", "mtn"
# Reports as a PDF: of a survey with all its waves, and of the whole programme.
SURVEY_REPORT, PROGRAMME_REPORT = "mr", "mrr"


@dataclass(frozen=True)
class Press:
    """A button that was pressed; `arguments` never contain the separator but in the last."""

    action: str
    arguments: tuple[str, ...] = ()

    def number(self, index: int = 0) -> int:
        """Read an argument as a number; -1, which nothing has, when it is none."""
        found = number(self.arguments[index]) if index < len(self.arguments) else None
        return -1 if found is None else found


def write(action: str, *arguments: int | str) -> str:
    """Write callback data; more than 64 bytes raises ValueError, because Telegram refuses it."""
    data = SEPARATOR.join((action, *map(str, arguments)))
    size = len(data.encode())
    if size > InlineKeyboardButtonLimit.MAX_CALLBACK_DATA:
        # The data themselves may hold a secret, which belongs in no log.
        raise ValueError(f"callback data of {size} bytes: {action}")
    return data


def read(data: str) -> Press:
    """Read callback data; anything unknown becomes an action that no handler has."""
    action, *arguments = data.split(SEPARATOR)
    return Press(action, tuple(arguments))


def answer(version: int, value: str) -> str:
    """Write the button of a question's option."""
    return write(ANSWER, version, value)


def read_answer(data: str) -> tuple[int, str]:
    """Read the button of a question's option: the conversation's version and the value."""
    _action, version, value, *_ = [*data.split(SEPARATOR, 2), "", ""]
    known = number(version)
    return -1 if known is None else known, value
