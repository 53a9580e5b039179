"""What staff see when they call organisations and look after what these name."""

from collections.abc import Sequence
from html import escape

from delivery.chat import Button, ChatMessage
from handlers.telegram import buttons
from handlers.telegram.labels import shorten
from programme.asking import Asked
from programme.memberships import Member, Organisation
from programme.nomination_calls import Preview
from programme.nomination_views import Standing
from texts.dates import until
from texts.translator import Translator

NAMES_SHOWN = 15
NAME_LENGTH = 70
ON_BUTTON = 44
LISTED = 10
TITLE_LENGTH = 200
Row = tuple[Button, ...]


def preview(t: Translator, found: Preview) -> ChatMessage:
    """Show whom a call would reach, before anything is sent."""
    event = found.event
    parts = [f"<b>{escape(shorten(event.title, TITLE_LENGTH))}</b>"]
    if found.reached:
        asked = t.plural(
            "%(n)s organisation will be asked to name people.",
            "%(n)s organisations will be asked to name people.",
            found.reached,
        )
        parts.append(asked)
        parts += _listed(t, t("On Telegram:"), found.by_chat)
        parts += _listed(t, t("By e-mail:"), found.by_mail)
        parts.append(_terms(t, found))
    else:
        parts.append(t("There is no organisation left that we can write to."))
    if found.called:
        parts.append(t("Asked already: %(n)s. They get nothing again.", n=found.called))
    parts += _by_telephone(t, found.nowhere)
    parts += _listed(t, t("Left out, as they do not want invitations:"), found.unwanted)
    if found.reached:
        parts.append(t("Nothing has been sent yet."))
    rows: list[Row] = []
    if found.reached:
        rows.append((Button(t("Send now"), buttons.write(buttons.CALL_SURELY, event.id)),))
    rows += _around(t, event.id)
    return ChatMessage("\n\n".join(parts), tuple(rows))


def _around(t: Translator, event_id: int) -> list[Row]:
    return [
        (Button(t("All organisations"), buttons.write(buttons.ORGANISATIONS, event_id)),),
        (Button(t("Back to the event"), buttons.write(buttons.DESK, event_id)),),
    ]


def _terms(t: Translator, found: Preview) -> str:
    event = found.event
    day = until(found.deadline_at, event.zone, t.locale)
    by = t("Deadline: %(day)s.", day=day)
    if event.seats_per_organisation is None:
        return " ".join([t("Each may name as many people as it likes."), by])
    each = t.plural(
        "Each may name %(n)s person.", "Each may name %(n)s people.", event.seats_per_organisation
    )
    return f"{each} {by}"


def _listed(t: Translator, head: str, units: Sequence[Organisation]) -> list[str]:
    if not units:
        return []
    lines = [f"– {escape(shorten(one.name, NAME_LENGTH))}" for one in units[:NAMES_SHOWN]]
    return ["\n".join([head, *lines, *_more(t, units)])]


def _more(t: Translator, units: Sequence[Organisation]) -> list[str]:
    more = len(units) - NAMES_SHOWN
    return [t("… and %(n)s more", n=more)] if more > 0 else []


def _by_telephone(t: Translator, units: Sequence[Organisation]) -> list[str]:
    if not units:
        return []
    head = t("We know no address of these, please call them:")
    lines = [f"– {_with_phone(t, one)}" for one in units[:NAMES_SHOWN]]
    return ["\n".join([head, *lines, *_more(t, units)])]


def _with_phone(t: Translator, one: Organisation) -> str:
    name = escape(shorten(one.name, NAME_LENGTH))
    if not one.phone:
        return name
    phone = escape(shorten(one.phone, 30))
    return t("%(name)s, telephone: %(phone)s", name=name, phone=phone)


def organisations(t: Translator, event_id: int, found: list[Standing], at: int) -> ChatMessage:
    """List the organisations of an event with what they have named, a page at a time."""
    shown = found[at : at + LISTED]
    rows: list[Row] = [
        (
            Button(
                shorten(f"{_figures(one)} {one.organisation.name}", ON_BUTTON),
                buttons.write(buttons.ORGANISATION, event_id, one.organisation.id),
            ),
        )
        for one in shown
    ]
    turn = []
    if at > 0:
        back = buttons.write(buttons.ORGANISATIONS, event_id, max(0, at - LISTED))
        turn.append(Button(t("« Previous"), back))
    if at + LISTED < len(found):
        turn.append(
            Button(t("Next »"), buttons.write(buttons.ORGANISATIONS, event_id, at + LISTED))
        )
    rows += [tuple(turn)] if turn else []
    rows.append((Button(t("Back to the event"), buttons.write(buttons.DESK, event_id)),))
    named, accepted = sum(one.named for one in found), sum(one.accepted for one in found)
    lines = [
        t("Organisations: %(all)s, asked: %(asked)s.", all=len(found), asked=_asked(found)),
        t("People named: %(named)s, confirmed: %(accepted)s.", named=named, accepted=accepted),
        t("Before each name: how many people it has named, of how many. Please press one."),
    ]
    return ChatMessage("\n".join(lines), tuple(rows))


def _asked(found: list[Standing]) -> int:
    return sum(one.called for one in found)


def _figures(one: Standing) -> str:
    return str(one.named) if one.seats is None else f"{one.named}/{one.seats}"


def speakers(
    t: Translator,
    event_id: int,
    organisation: Organisation,
    members: list[Member],
    at: int = 0,
) -> ChatMessage:
    """Show who may name people on behalf of an organisation, these first; a press changes it."""
    ids = (event_id, organisation.id)
    ordered = sorted(members, key=lambda one: not one.speaks)
    rows: list[Row] = [
        (
            Button(
                shorten(f"{'✓' if one.speaks else '–'} {one.name}", ON_BUTTON),
                buttons.write(buttons.SPEAKER, *ids, one.person_id, int(not one.speaks)),
            ),
        )
        for one in ordered[at : at + NAMES_SHOWN]
    ]
    turn = []
    if at > 0:
        back = max(0, at - NAMES_SHOWN)
        turn.append(Button(t("« Previous"), buttons.write(buttons.SPEAKERS, *ids, back)))
    if at + NAMES_SHOWN < len(ordered):
        further = buttons.write(buttons.SPEAKERS, *ids, at + NAMES_SHOWN)
        turn.append(Button(t("Next »"), further))
    rows += [tuple(turn)] if turn else []
    rows.append((Button(t("Back"), buttons.write(buttons.ORGANISATION, *ids)),))
    name = f"<b>{escape(shorten(organisation.name, TITLE_LENGTH))}</b>"
    if not members:
        words = t("We know nobody from this organisation yet.")
        return ChatMessage(f"{name}\n\n{words}", tuple(rows))
    words = t(
        "These people come from this organisation. Those with a ✓ may name people on its behalf. "
        "To change this, press a name. Whoever reads the organisation’s own mailbox always may."
    )
    return ChatMessage(f"{name}\n\n{words}", tuple(rows))


def question(t: Translator, asked: Asked) -> ChatMessage:
    """Ask for an organisation’s own number of people, or its own deadline."""
    facts = asked.facts
    name = f"<b>{escape(shorten(facts['organisation'], TITLE_LENGTH))}</b>"
    if asked.question == "nomination_seats":
        now = t("as many as it likes") if facts["seats"] is None else str(facts["seats"])
        words = t(
            "How many people may this organisation name? Now: %(now)s, named: %(named)s. Please "
            "write a number below. To stop: /anuluj",
            now=now,
            named=facts["named"],
        )
    else:
        words = t(
            "Until when may this organisation name people and change them? Now: %(now)s. Please "
            "write a day below, for example 8.01.2027. To stop: /anuluj",
            now=until(facts["deadline"], facts["zone"], t.locale),
        )
    return ChatMessage(f"{name}\n\n{words}")
