"""How staff see one organisation: all that is known, and what can be done from there."""

from collections.abc import Collection
from html import escape

from delivery.chat import Button, ChatMessage
from handlers.telegram import buttons, note_screens
from handlers.telegram.card_lines import fitted
from handlers.telegram.labels import shorten
from programme.organisation_desk import OrganisationCard
from texts.translator import Translator

NAME_LENGTH = 200
LINE_LENGTH = 120
PEOPLE_SHOWN, QUOTAS_SHOWN, AREAS_SHOWN, OPENED = 8, 5, 6, 3
ON_BUTTON = 40


def card(
    t: Translator, view: OrganisationCard, *, zone: str, may: Collection[str], note: str = ""
) -> ChatMessage:
    """Show one organisation; `may` are the actions that whoever looks may do."""
    blocks = [
        [note] if note else [],
        _head(t, view),
        _contacts(t, view),
        _people(t, view),
        _quotas(t, view),
        _notes(t, view, zone),
    ]
    return ChatMessage(fitted(t, [block for block in blocks if block]), _rows(t, view, may))


def _head(t: Translator, view: OrganisationCard) -> list[str]:
    unit = view.organisation
    kind = t("A unit of the office") if unit.kind == "office" else t("Organisation (NGO)")
    lines = [f"<b>{escape(shorten(unit.name, NAME_LENGTH))}</b>"]
    lines.append(", ".join(part for part in (kind, escape(shorten(unit.locality, 60))) if part))
    if unit.areas:
        areas = ", ".join(escape(shorten(area, 50)) for area in unit.areas[:AREAS_SHOWN])
        lines.append(t("Areas of activity: %(areas)s", areas=areas))
    return lines


def _contacts(t: Translator, view: OrganisationCard) -> list[str]:
    unit = view.organisation
    lines = []
    if not unit.email:
        lines.append(t("E-mail: none"))
    else:
        address = escape(shorten(unit.email, LINE_LENGTH))
        words = t("E-mail: %(address)s", address=address)
        back = t("e-mails come back")
        lines.append(words if unit.mailbox else f"{words} – {back}")
    if unit.phone:
        lines.append(t("Telephone: %(number)s", number=escape(shorten(unit.phone, 50))))
    if unit.postal_address:
        lines_of_it = [line.strip() for line in unit.postal_address.splitlines()]
        words = escape(shorten(", ".join(line for line in lines_of_it if line), LINE_LENGTH))
        lines.append(t("Address for letters on paper: %(address)s", address=words))
    wants = t("Invitations: yes") if unit.invitations else t("Invitations: no")
    return [*lines, f"{wants}."]


def _people(t: Translator, view: OrganisationCard) -> list[str]:
    if not view.members:
        return [t("We know nobody from this organisation yet.")]
    lines = [t.plural("%(n)s person:", "%(n)s people:", len(view.members))]
    first = sorted(view.members, key=lambda one: not one.speaks)[:PEOPLE_SHOWN]
    for one in first:
        name = escape(shorten(one.name, 70))
        speaks = t("%(name)s, speaks for it", name=name)
        lines.append(f"– {speaks if one.speaks else name}")
    if len(view.members) > len(first):
        lines.append(t("… and %(n)s more", n=len(view.members) - len(first)))
    if not view.speakers:
        lines.append(t("Nobody speaks for it yet."))
    return lines


def _quotas(t: Translator, view: OrganisationCard) -> list[str]:
    if not view.quotas:
        return []
    lines = [t("Asked to name people:")]
    for one in view.quotas[:QUOTAS_SHOWN]:
        title = escape(shorten(one.title, 90))
        named = t("named %(named)s", named=one.named)
        if one.seats is not None:
            named = t("named %(named)s of %(seats)s", named=one.named, seats=one.seats)
        lines.append(f"– {title}: {named}")
    return lines


def _notes(t: Translator, view: OrganisationCard, zone: str) -> list[str]:
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
    t: Translator, view: OrganisationCard, may: Collection[str]
) -> tuple[tuple[Button, ...], ...]:
    unit = view.organisation
    rows: list[tuple[Button, ...]] = []
    if view.members:
        data = buttons.write(buttons.LIST_PEOPLE, 0, f"o{unit.id}")
        rows.append((Button(t("Its people (%(n)s)", n=len(view.members)), data),))
    words = t("Messages to its e-mail address (%(n)s)", n=view.messages)
    rows.append((Button(words, buttons.write(buttons.MESSAGES, "o", unit.id, 0)),))
    if view.notes_count > len(view.notes) or (view.notes and "notes" in may):
        words = t("Notes (%(n)s)", n=view.notes_count)
        rows.append((Button(words, buttons.write(buttons.NOTES, "o", unit.id, 0)),))
    rows += _deeds(t, view, may)
    find = buttons.write(buttons.ORGANISATION_FIND)
    return (*rows, (Button(t("Look for another organisation"), find),))


def _deeds(t: Translator, view: OrganisationCard, may: Collection[str]) -> list[tuple[Button, ...]]:
    unit = view.organisation
    rows: list[tuple[Button, ...]] = []
    if "invite" in may and unit.mailbox:
        data = buttons.write(buttons.WRITE_TO, "o", unit.id)
        rows.append((Button(t("Write to this organisation"), data),))
    if "nominations" in may:
        rows += [
            (
                Button(
                    shorten(t("Whom it named: %(title)s", title=one.title), ON_BUTTON),
                    buttons.write(buttons.ORGANISATION, one.event_id, unit.id),
                ),
            )
            for one in view.quotas[:OPENED]
        ]
        rows += [
            (
                Button(
                    t("Who speaks for it"),
                    buttons.write(buttons.SPEAKERS, one.event_id, unit.id, 0),
                ),
            )
            for one in view.quotas[:1]
        ]
    if "notes" in may:
        data = buttons.write(buttons.NOTE_WRITE, "o", unit.id)
        rows.append((Button(t("Write a note"), data),))
    if "people" not in may:
        return rows
    if unit.email and not unit.mailbox:
        data = buttons.write(buttons.CONTACT_WORKS, "o", unit.id)
        rows.append((Button(t("The e-mail address works again"), data),))
    for what, words in (
        ("phone", t("Correct the telephone number")),
        ("mail", t("Correct the e-mail address")),
        ("postal", t("Correct the address for letters")),
    ):
        data = buttons.write(buttons.CONTACT_CORRECT, "o", unit.id, what)
        rows.append((Button(words, data),))
    return rows
