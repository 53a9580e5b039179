"""What people see of certificates in a chat: their own, a checked one, and the desk of staff."""

from html import escape

from delivery.chat import Button, ChatFile, ChatMessage
from handlers.telegram import buttons
from handlers.telegram.labels import shorten
from programme.certificate_check import Checked
from programme.certificate_lists import Kept
from programme.certificates import Candidate, Certificate, Standing
from texts.dates import days_line
from texts.translator import Translator, mark

LISTED = 15
OWN_LISTED = 20
ON_BUTTON = 40
NAME_LENGTH = 80
TITLE_LENGTH = 200
TITLE_IN_LIST = 120
STATES = {
    "valid": mark("This certificate is valid."),
    "revoked": mark("This certificate was revoked and is not valid."),
    "replaced": mark("This certificate was replaced by a newer one and is not valid."),
}
Rows = tuple[tuple[Button, ...], ...]


def own_list(t: Translator, own: list[Certificate]) -> ChatMessage:
    """Offer a person their certificates, the newest first."""
    shown = own[:OWN_LISTED]
    lines = [
        f"<b>{escape(one.number)}</b> {escape(shorten(one.facts['event']['title'], TITLE_IN_LIST))}"
        for one in shown
    ]
    rows = [
        (
            t("Get the certificate %(number)s", number=one.number),
            buttons.write(buttons.CERTIFICATE_FETCH, one.id),
        )
        for one in shown
    ]
    head = t("Your certificates. To get one, press its button:")
    return ChatMessage("\n".join([head, "", *lines]), _rows(rows))


def own_file(t: Translator, one: Certificate, file: ChatFile) -> ChatMessage:
    """Give a person their certificate."""
    title = escape(shorten(one.facts["event"]["title"], TITLE_LENGTH))
    number = t("Number: %(number)s", number=escape(one.number))
    return ChatMessage(f"<b>{t('Your certificate')}</b>\n{title}\n{number}", document=file)


def how_to_check(t: Translator) -> ChatMessage:
    """Say how a code is written."""
    text = t(
        "To check a certificate, please write /sprawdz and the code that stands at the bottom of "
        "the paper, for example: /sprawdz K7MF-2QXA-9P."
    )
    return ChatMessage(text)


def checked(t: Translator, found: Checked) -> ChatMessage:
    """Say what a certificate's code tells to anybody."""
    issued = [{"starts_at": found.issued_at.isoformat(), "zone": found.zone}]
    lines = [
        f"<b>{t(STATES[found.state])}</b>",
        "",
        t("Number: %(number)s", number=escape(found.number)),
        t("For (initials): %(initials)s", initials=escape(found.initials)),
        t("Event: %(title)s", title=escape(shorten(found.event_title, TITLE_LENGTH))),
        t("Attended on: %(days)s", days=days_line(found.sessions, t.locale)),
        t("Issued on: %(day)s", day=days_line(issued, t.locale)),
        "",
        t("Please compare this with the paper. We show only the initials, to protect the person."),
    ]
    return ChatMessage("\n".join(lines))


def standing(t: Translator, found: Standing, *, unreached: int, note: str = "") -> ChatMessage:
    """Show staff how an event's certificates stand."""
    event_id = found.event.id
    lines = [
        *([note, ""] if note else []),
        f"<b>{escape(shorten(found.event.title, TITLE_LENGTH))}</b>",
        t("Needed: %(needed)s of %(held)s sessions.", needed=found.needed, held=found.held),
        t("Certificates issued: %(count)s", count=len(found.issued)),
        t("Attended enough and have none yet: %(count)s", count=len(found.due)),
        t("Attended too little: %(count)s", count=len(found.not_enough)),
    ]
    if unreached:
        lines.append(t("To be handed over on paper: %(count)s", count=unreached))
    rows: list[tuple[str, str]] = []
    if found.due:
        label = t("Issue and send (%(count)s)", count=len(found.due))
        rows.append((label, buttons.write(buttons.CERTIFICATES_ASK, event_id)))
    if found.issued:
        rows += [
            (t("Issued certificates"), buttons.write(buttons.CERTIFICATES_LIST, event_id, 0)),
            (
                t("Certificates to print (PDF)"),
                buttons.write(buttons.CERTIFICATES_PRINT, event_id),
            ),
        ]
    if unreached:
        label = t("Print only those without chat and e-mail (PDF)")
        rows.append((label, buttons.write(buttons.CERTIFICATES_PRINT, event_id, 1)))
    if found.not_enough:
        label = t("Who attended too little")
        rows.append((label, buttons.write(buttons.CERTIFICATES_SHORT, event_id, 0)))
    rows.append((t("Back to the event"), buttons.write(buttons.DESK, event_id)))
    return ChatMessage("\n".join(lines), _rows(rows))


def _rows(rows: list[tuple[str, str]]) -> Rows:
    return tuple((Button(label, data),) for label, data in rows)


def surely_issue(t: Translator, found: Standing) -> ChatMessage:
    """Ask once more before certificates are issued."""
    event_id = found.event.id
    if not found.due:
        text = t("Everybody who attended enough has a certificate already.")
        return ChatMessage(text, _back(t, event_id))
    question = t.plural(
        "Issue and send %(n)s certificate now? The names are printed as they are written here:",
        "Issue and send %(n)s certificates now? The names are printed as they are written here:",
        len(found.due),
    )
    names = [f"– {_name(one)}" for one in found.due[:LISTED]]
    if len(found.due) > LISTED:
        names.append(t("… and %(n)s more", n=len(found.due) - LISTED))
    yes = Button(t("Yes, issue and send"), buttons.write(buttons.CERTIFICATES_ISSUE, event_id))
    return ChatMessage("\n".join([question, "", *names]), ((yes,), *_back(t, event_id)))


def _name(candidate: Candidate) -> str:
    return escape(shorten(candidate.attendee.name, NAME_LENGTH))


def _back(t: Translator, event_id: int) -> Rows:
    return ((Button(t("Back"), buttons.write(buttons.CERTIFICATES, event_id)),),)


def not_enough(t: Translator, found: Standing, *, page: int) -> ChatMessage:
    """List who was there too little, with how often they were there."""
    first = max(0, page) * LISTED
    shown = found.not_enough[first : first + LISTED]
    lines = [
        f"– {_name(one)}: "
        + t("%(were)s of %(needed)s needed", were=len(one.sessions), needed=found.needed)
        for one in shown
    ]
    head = t("Attended too little for a certificate (sessions attended):")
    if not shown:
        lines = [t("Nobody.")]
    turning = _turning(t, buttons.CERTIFICATES_SHORT, found.event.id, page, len(found.not_enough))
    return ChatMessage("\n".join([head, "", *lines]), (*turning, *_back(t, found.event.id)))


def _turning(t: Translator, action: str, event_id: int, page: int, count: int) -> Rows:
    page = max(0, page)
    row = []
    if page:
        row.append(Button(t("Previous page"), buttons.write(action, event_id, page - 1)))
    if (page + 1) * LISTED < count:
        row.append(Button(t("Next page"), buttons.write(action, event_id, page + 1)))
    return (tuple(row),) if row else ()


def issued_list(
    t: Translator, found: list[Certificate], event_id: int, *, page: int
) -> ChatMessage:
    """List an event's certificates, a button each."""
    first = max(0, page) * LISTED
    rows = [
        (
            shorten(f"{one.number} – {one.facts['name']}", ON_BUTTON),
            buttons.write(buttons.CERTIFICATE, one.id),
        )
        for one in found[first : first + LISTED]
    ]
    head = t("Issued certificates. To see one or to correct it, press its button:")
    if not rows:
        head = t("There are no certificates here.")
    turning = _turning(t, buttons.CERTIFICATES_LIST, event_id, page, len(found))
    return ChatMessage(head, (*_rows(rows), *turning, *_back(t, event_id)))


def one(t: Translator, kept: Kept, *, note: str = "") -> ChatMessage:
    """Show staff one certificate and what can be done with it."""
    found = kept.certificate
    state = STATES["valid" if kept.stands else "revoked"]
    lines = [
        *([note, ""] if note else []),
        f"<b>{escape(shorten(found.facts['name'], NAME_LENGTH))}</b>",
        t("Number: %(number)s", number=escape(found.number)),
        t("Code: %(code)s", code=found.code),
        t(state),
    ]
    rows: list[tuple[str, str]] = []
    if kept.last:
        rows.append((t("Issue anew"), buttons.write(buttons.CERTIFICATE_ANEW_ASK, found.id)))
    if kept.stands:
        rows.append((t("Revoke"), buttons.write(buttons.CERTIFICATE_REVOKE_ASK, found.id)))
    return ChatMessage("\n".join(lines), (*_rows(rows), *_back(t, kept.event_id)))


def surely_change(t: Translator, kept: Kept, action: str) -> ChatMessage:
    """Ask once more before a certificate is revoked or issued anew."""
    found = kept.certificate
    if action == buttons.CERTIFICATE_REVOKE_ASK:
        question = t(
            "Revoke certificate %(number)s? Whoever checks its code will read that it is not "
            "valid. The person is not told by us; please tell them.",
            number=escape(found.number),
        )
        yes, data = t("Yes, revoke"), buttons.CERTIFICATE_REVOKE
    else:
        question = t(
            "Issue a new certificate instead of %(number)s? It will bear the name “%(name)s”, a "
            "new number and a new code, and is sent to this person. The old one is no longer "
            "valid.",
            number=escape(found.number),
            name=escape(shorten(kept.name_today, NAME_LENGTH)),
        )
        yes, data = t("Yes, issue anew"), buttons.CERTIFICATE_ANEW
    no = Button(t("No, leave it"), buttons.write(buttons.CERTIFICATE, found.id))
    return ChatMessage(question, ((Button(yes, buttons.write(data, found.id)),), (no,)))


def nothing_to_print(t: Translator, event_id: int) -> ChatMessage:
    """Say that there is nothing to print."""
    return ChatMessage(t("There are no certificates here."), _back(t, event_id))


def printed(t: Translator, count: int, event_id: int, file: ChatFile) -> ChatMessage:
    """Give the certificates of an event for the printer."""
    text = t.plural(
        "%(n)s certificate, ready to be printed on A4.",
        "%(n)s certificates, a page each, ready to be printed on A4.",
        count,
    )
    return ChatMessage(text, _back(t, event_id), document=file)


def file_name(t: Translator) -> str:
    """Name the file with all certificates of an event."""
    # Translators: name of a file; keep it in plain letters and keep ".pdf".
    return t("certificates.pdf")
