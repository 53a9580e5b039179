"""How staff see one person: all that is known, and what can be done from there."""

from collections.abc import Collection
from html import escape

from delivery.chat import Button, ChatMessage
from handlers.telegram import buttons, note_screens
from handlers.telegram.card_lines import fitted
from handlers.telegram.labels import shorten
from handlers.telegram.people_screens import NAME_LENGTH, TITLE_LENGTH, past
from programme.people_desk import Card, Consent, Past, Way
from texts.dates import local_day
from texts.translator import Translator, mark

HISTORY_SHOWN = 8
UNITS_SHOWN, WAYS_SHOWN, NAMED_SHOWN, JOINED_SHOWN, CONSENTS_SHOWN = 4, 6, 4, 5, 2
OPENED = 3
WHY_LENGTH = 70
ON_BUTTON = 40
LANGUAGES = {"pl": mark("Polish"), "en": mark("English")}
DOORS = {
    "telegram": mark("in the chat"),
    "mail": mark("by e-mail"),
    "paper": mark("on paper"),
    "web": mark("on a page"),
}
NAMED = {
    "named": mark("asked, no answer yet"),
    "accepted": mark("agreed"),
    "declined": mark("said no"),
    "withdrawn": mark("withdrawn"),
    "replaced": mark("replaced by somebody else"),
    "expired": mark("no answer in time"),
}


def card(
    t: Translator, view: Card, *, zone: str, may: Collection[str], pages: bool, note: str = ""
) -> ChatMessage:
    """Show one person.

    `may` are the actions of staff that whoever looks may do; `pages` says whether a new e-mail
    address can be proved on a page.
    """
    blocks = [
        [note] if note else [],
        _head(t, view),
        _contacts(t, view, zone),
        _wishes(t, view),
        _consents(t, view, zone),
        _history(t, view),
        _nominations(t, view),
        _notes(t, view, zone),
    ]
    rows = _rows(t, view, may, pages=pages)
    return ChatMessage(fitted(t, [block for block in blocks if block]), rows)


def _head(t: Translator, view: Card) -> list[str]:
    role = (
        t("Works in the municipal office")
        if view.person.role == "clerk"
        else t("Represents an organisation (NGO)")
    )
    lines = [f"<b>{escape(shorten(view.person.name, NAME_LENGTH))}</b>"]
    for one in view.organisations[:UNITS_SHOWN]:
        name = escape(shorten(one.name, NAME_LENGTH))
        speaks = t("%(organisation)s – speaks for it", organisation=name)
        lines.append(speaks if one.speaks else name)
    if not view.organisations:
        lines.append(escape(shorten(view.person.organisation, NAME_LENGTH)) or role)
    else:
        lines.append(role)
    if view.joined:
        names = ", ".join(escape(shorten(name, 60)) for name in view.joined[:JOINED_SHOWN])
        lines.append(t("Also known in the list as: %(names)s", names=names))
    return lines


def _contacts(t: Translator, view: Card, zone: str) -> list[str]:
    lines = [_way(t, one, view, zone) for one in view.ways[:WAYS_SHOWN]]
    if view.phone:
        lines.append(t("Telephone: %(number)s", number=escape(shorten(view.phone, 50))))
    if view.used is None:
        nothing = t("We have no way to write to this person.")
        lines.append(f"<b>{nothing}</b>")
    return lines


def _way(t: Translator, one: Way, view: Card, zone: str) -> str:
    is_used = view.used is not None and view.used.id == one.id
    if one.channel == "telegram":
        words = (
            t("Telegram: yes")
            if one.unreachable_at is None
            else t("Telegram: closed by the person")
        )
    else:
        words = t("E-mail: %(address)s", address=escape(shorten(one.address, NAME_LENGTH)))
        words += f" – {_state(t, one, zone)}"
    here = t("(we write here)")
    return f"{words} {here}" if is_used else words


def _state(t: Translator, one: Way, zone: str) -> str:
    if one.unreachable_at is not None:
        day = f"{local_day(one.unreachable_at, zone):%d.%m.%Y}"
        why = escape(shorten(" ".join(one.why.split()), WHY_LENGTH))
        if not why:
            return t("e-mails come back since %(day)s", day=day)
        return t("e-mails come back since %(day)s: %(why)s", day=day, why=why)
    return t("not confirmed") if one.verified_at is None else t("address confirmed")


def _wishes(t: Translator, view: Card) -> list[str]:
    wants = t("Invitations: yes") if view.person.invitations else t("Invitations: no")
    language = t("Language: %(language)s", language=t(LANGUAGES.get(view.person.locale, "?")))
    return [f"{wants}. {language}."]


def _consents(t: Translator, view: Card, zone: str) -> list[str]:
    if not view.consents:
        return [t("Information about personal data: not confirmed.")]
    return [_consent(t, one, zone) for one in view.consents[:CONSENTS_SHOWN]]


def _consent(t: Translator, one: Consent, zone: str) -> str:
    return t(
        "Information about personal data: version %(version)s, confirmed %(day)s %(where)s.",
        version=one.version,
        day=f"{local_day(one.shown_at, zone):%d.%m.%Y}",
        where=t(DOORS[one.channel]) if one.channel in DOORS else escape(one.channel),
    )


def _history(t: Translator, view: Card) -> list[str]:
    if not view.history:
        return [t("No registrations.")]
    lines = [t("Registrations:")]
    for one in view.history[:HISTORY_SHOWN]:
        lines.append(past(t, one))
        papers = view.papers.get(one.registration_id)
        if papers is not None:
            lines[-1] += ", " + t(
                "documents %(accepted)s of %(required)s",
                accepted=papers.accepted,
                required=papers.required,
            )
    if len(view.history) > HISTORY_SHOWN:
        lines.append(t("… and %(n)s earlier ones", n=len(view.history) - HISTORY_SHOWN))
    return lines


def _nominations(t: Translator, view: Card) -> list[str]:
    if not view.nominations:
        return []
    lines = [t("Named by organisations:")]
    lines += [
        f"– {escape(shorten(one.title, TITLE_LENGTH))}, "
        f"{escape(shorten(one.organisation, 60))}: {t(NAMED[one.state])}"
        for one in view.nominations[:NAMED_SHOWN]
    ]
    return lines


def _notes(t: Translator, view: Card, zone: str) -> list[str]:
    if not view.notes:
        return []
    return [
        t("Notes: %(n)s", n=view.notes_count),
        *(
            note_screens.line(t, one, zone=zone, limit=note_screens.NOTE_ON_CARD)
            for one in view.notes
        ),
    ]


def _rows(
    t: Translator, view: Card, may: Collection[str], *, pages: bool
) -> tuple[tuple[Button, ...], ...]:
    number = view.person.id
    messages = t("Every message (%(n)s)", n=view.messages)
    rows: list[tuple[Button, ...]] = [
        (Button(messages, buttons.write(buttons.MESSAGES, "p", number, 0)),)
    ]
    if view.history:
        data = buttons.write(buttons.LIST_REGISTRATIONS, 0, f"p{number}")
        rows.append((Button(t("Registrations (%(n)s)", n=len(view.history)), data),))
    rows += _opened(t, view, may)
    if view.notes_count > len(view.notes) or (view.notes and "notes" in may):
        words = t("Notes (%(n)s)", n=view.notes_count)
        rows.append((Button(words, buttons.write(buttons.NOTES, "p", number, 0)),))
    rows += [
        (
            Button(
                shorten(one.name, ON_BUTTON),
                buttons.write(buttons.ORGANISATION_CARD, one.organisation_id),
            ),
        )
        for one in view.organisations[:OPENED]
    ]
    rows += _deeds(t, view, may, pages=pages)
    rows.append((Button(t("Look for another person"), buttons.write(buttons.PEOPLE_FIND)),))
    return tuple(rows)


def _opened(t: Translator, view: Card, may: Collection[str]) -> list[tuple[Button, ...]]:
    """Lead to what can be decided about the registrations that are open."""
    standing = [one for one in view.history if one.state != "cancelled"][:OPENED]
    rows: list[tuple[Button, ...]] = [(_registration(t, one),) for one in standing]
    if "documents" in may:
        rows += [
            (
                Button(
                    shorten(t("Documents: %(title)s", title=one.title), ON_BUTTON),
                    buttons.write(buttons.PERSON_PAPERS, one.registration_id),
                ),
            )
            for one in standing
            if one.registration_id in view.papers
        ]
    return rows


def _registration(t: Translator, one: Past) -> Button:
    words = t("Registration: %(title)s", title=one.title)
    data = buttons.write(buttons.ONE_PERSON, one.registration_id)
    return Button(shorten(words, ON_BUTTON), data)


def _deeds(
    t: Translator, view: Card, may: Collection[str], *, pages: bool
) -> list[tuple[Button, ...]]:
    number = view.person.id
    rows: list[tuple[Button, ...]] = []
    if "invite" in may and view.used is not None:
        data = buttons.write(buttons.WRITE_TO, "p", number)
        rows.append((Button(t("Write to this person"), data),))
    if "registrations" in may:
        data = buttons.write(buttons.REGISTER_WHERE, number, 0)
        rows.append((Button(t("Register for an event…"), data),))
    if "notes" in may:
        data = buttons.write(buttons.NOTE_WRITE, "p", number)
        rows.append((Button(t("Write a note"), data),))
    if "people" not in may:
        return rows
    lost = [one for one in view.ways if one.channel == "mail" and one.unreachable_at is not None]
    rows += [
        (
            Button(
                shorten(t("Works again: %(address)s", address=one.address), ON_BUTTON),
                buttons.write(buttons.CONTACT_WORKS, "p", one.id),
            ),
        )
        for one in lost[:OPENED]
    ]
    phone = buttons.write(buttons.CONTACT_CORRECT, "p", number, "phone")
    mail = buttons.write(buttons.CONTACT_CORRECT, "p", number, "mail")
    rows.append((Button(t("Correct the telephone number"), phone),))
    if pages:
        rows.append((Button(t("Another e-mail address"), mail),))
    same = buttons.write(buttons.PEOPLE_FIND, number)
    rows.append((Button(t("This is the same person as…"), same),))
    return rows
