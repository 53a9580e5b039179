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

# Nominations: the links' own letters; a contact's list and page, name, look at one, replace,
# withdraw, answer for somebody, a link to hand on; the person's own answers.
NOMINATED, CONTACT = "n", "k"
NAMING, ORGANISATION, NAME, NOMINATION, REPLACE, WITHDRAW = "nl", "np", "nn", "nv", "nr", "nw"
WITHDRAW_SURELY, ANSWER_FOR, ANSWER_FOR_SURELY, ANSWER_NO, HAND_ON = "nww", "nf", "nff", "nx", "nk"
ACCEPT_NOMINATION, DECLINE_NOMINATION, DECLINE_SURELY = "na", "nd", "ndd"
# What staff do with them: call (asked once more), all organisations, one's terms and contacts.
CALL, CALL_SURELY, ORGANISATIONS, QUOTA, NAMING_DEADLINE = "nc", "ncc", "no", "nq", "nt"
SPEAKERS, SPEAKER = "nm", "nmm"

# What only a person of the office can do: the list, one task, done, back on the list, all that
# somebody wrote, a file that came with it.
TASKS, TASK, TASK_DONE, TASK_UNDO, TASK_TEXT, TASK_FILE = "ut", "uv", "ud", "uu", "ux", "uf"


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
