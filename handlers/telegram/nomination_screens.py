"""What contacts, and staff in their place, see of the people they name."""

from html import escape

from delivery.chat import Button, ChatMessage
from handlers.telegram import buttons
from handlers.telegram.labels import shorten
from programme.asking import Asked
from programme.nomination_steps import NONE
from programme.nomination_terms import Speaker
from programme.nomination_views import Choice, Nomination, NominationView, OrganisationPage
from programme.nominations import SELF, Naming
from texts.dates import days_line, until
from texts.translator import Translator, mark

ON_BUTTON = 40
NAME_LENGTH = 60
TITLE_LENGTH = 150
LISTED = 10
Row = tuple[Button, ...]
STATES = {
    "named": mark("waiting for an answer"),
    "accepted": mark("confirmed"),
    "declined": mark("declined"),
    "withdrawn": mark("taken back"),
    "replaced": mark("replaced by somebody else"),
    "expired": mark("no answer in time"),
}
# What is said of somebody who has confirmed and has no seat yet.
WITHOUT_SEAT = {
    "waiting": mark("confirmed, on the waiting list"),
    "applied": mark("confirmed, the office decides"),
}
SIGNS = {"named": "⏳", "accepted": "✅"}
BY = {
    "contact": mark("The organisation gave the answer."),
    "staff": mark("The office entered the answer."),
}


def choices(t: Translator, found: list[Choice]) -> ChatMessage:
    """Let a contact choose the event, and the organisation of those who speak for several."""
    if not found:
        text = t(
            "There is no event at the moment for which you can name people. To act for an "
            "organisation, please open the link from our letter to it, or call us."
        )
        return ChatMessage(text, (_home(t),))
    several = len({one.organisation.id for one in found}) > 1
    rows = tuple(
        (
            Button(
                shorten(_choice(one, several=several), ON_BUTTON),
                buttons.write(buttons.ORGANISATION, one.event.id, one.organisation.id),
            ),
        )
        for one in found[:LISTED]
    )
    return ChatMessage(t("For which event do you want to name people? Please press it."), rows)


def _choice(one: Choice, *, several: bool) -> str:
    return (
        f"{shorten(one.organisation.name, 15)}: {one.event.title}" if several else one.event.title
    )


def _home(t: Translator) -> Row:
    return (Button(t("All events"), buttons.write(buttons.LIST)),)


def page(t: Translator, view: OrganisationPage, *, at: int = 0, note: str = "") -> ChatMessage:
    """Show whom an organisation has named, with a button for each of them."""
    shown = view.open[at : at + LISTED]
    rows = [_person_row(t, one.name, one.id, one.state) for one in shown]
    rows += _pages(t, view, at)
    event_id, organisation_id = view.place.event.id, view.place.organisation.id
    if view.can_name:
        data = buttons.write(buttons.NAME, event_id, organisation_id)
        rows.append((Button(t("Name a person"), data),))
    if view.for_staff:
        rows += _staff_rows(t, view)
    else:
        rows.append(_home(t))
    text = "\n\n".join([*([note] if note else []), *_parts(t, view, at)])
    return ChatMessage(text, tuple(rows))


def _parts(t: Translator, view: OrganisationPage, at: int) -> list[str]:
    event, organisation = view.place.event, view.place.organisation
    head = [
        f"<b>{escape(shorten(organisation.name, TITLE_LENGTH))}</b>",
        escape(shorten(event.title, TITLE_LENGTH)),
        days_line(view.days, t.locale),
    ]
    if not view.open:
        listed = t("Nobody is named yet.")
    else:
        shown = view.open[at : at + LISTED]
        lines = [
            f"{number}. {escape(shorten(one.name, NAME_LENGTH))} – {_state(t, view, one)}"
            for number, one in enumerate(shown, at + 1)
        ]
        listed = "\n".join([t("Named:"), *lines])
    return ["\n".join(head), listed, _room(t, view)]


def _state(t: Translator, view: OrganisationPage, one: Nomination) -> str:
    if one.state == "accepted" and view.registered.get(one.id) in WITHOUT_SEAT:
        return t(WITHOUT_SEAT[view.registered[one.id]])
    return t(STATES[one.state])


def _room(t: Translator, view: OrganisationPage) -> str:
    terms, zone = view.terms, view.place.event.zone
    if terms.free is None:
        free = t("You may name as many people as you like.")
    elif terms.free == 0:
        free = t("All places of the organisation are used: %(n)s.", n=terms.seats)
    else:
        free = t.plural(
            "%(n)s more person may be named (of %(all)s).",
            "%(n)s more people may be named (of %(all)s).",
            terms.free,
            all=terms.seats,
        )
    day = until(terms.deadline_at, zone, t.locale)
    if view.is_late:
        return t("Their deadline was: %(day)s. The office may still change this.", day=day)
    if view.can_change:
        return "\n".join([free, t("Changes are possible until: %(day)s.", day=day)])
    return t("The time for changes ended on %(day)s. If you need one, please call us.", day=day)


def _person_row(t: Translator, name: str, number: int, state: str) -> Row:
    del t
    label = shorten(f"{SIGNS.get(state, '·')} {name}", ON_BUTTON)
    return (Button(label, buttons.write(buttons.NOMINATION, number)),)


def _pages(t: Translator, view: OrganisationPage, at: int) -> list[Row]:
    ids = (view.place.event.id, view.place.organisation.id)
    row = []
    if at > 0:
        row.append(
            Button(t("« Previous"), buttons.write(buttons.ORGANISATION, *ids, max(0, at - LISTED)))
        )
    if at + LISTED < len(view.open):
        row.append(Button(t("Next »"), buttons.write(buttons.ORGANISATION, *ids, at + LISTED)))
    return [tuple(row)] if row else []


def _staff_rows(t: Translator, view: OrganisationPage) -> list[Row]:
    ids = (view.place.event.id, view.place.organisation.id)
    return [
        (
            Button(t("Change the number"), buttons.write(buttons.QUOTA, *ids)),
            Button(t("Change the deadline"), buttons.write(buttons.NAMING_DEADLINE, *ids)),
        ),
        (Button(t("Who speaks for it"), buttons.write(buttons.SPEAKERS, *ids)),),
        (Button(t("All organisations"), buttons.write(buttons.ORGANISATIONS, ids[0])),),
    ]


def one(t: Translator, view: NominationView, *, note: str = "") -> ChatMessage:
    """Show one person named and what can be done."""
    named = view.nomination
    lines = [
        f"<b>{escape(shorten(named.name, 120))}</b>",
        escape(shorten(view.page.place.event.title, TITLE_LENGTH)),
        t("State: %(state)s", state=_state(t, view.page, named)),
    ]
    if named.state == "accepted" and named.answered_by in BY:
        lines.append(t(BY[named.answered_by]))
    if named.email:
        lines.append(t("E-mail: %(address)s", address=escape(named.email)))
    if named.phone:
        lines.append(t("Telephone: %(phone)s", phone=escape(named.phone)))
    if view.waits and not view.reached:
        lines += ["", _unreached(t)]
    text = "\n".join(lines)
    return ChatMessage(f"{note}\n\n{text}" if note else text, tuple(_one_rows(t, view)))


def _unreached(t: Translator) -> str:
    return t(
        "We cannot write to this person. Please hand the link on to them, or give their answer "
        "here when you have talked to them."
    )


def _one_rows(t: Translator, view: NominationView) -> list[Row]:
    named, page_of = view.nomination, view.page
    rows: list[Row] = []
    if view.waits and (page_of.for_staff or not view.reached):
        yes = buttons.write(buttons.ANSWER_FOR, named.id)
        rows.append((Button(t("Confirm for this person"), yes),))
    if view.waits and not view.reached:
        data = buttons.write(buttons.HAND_ON, named.id)
        rows.append((Button(t("Link to hand on"), data),))
    if page_of.for_staff and view.waits:
        data = buttons.write(buttons.ANSWER_NO, named.id)
        rows.append((Button(t("The person has declined"), data),))
    if page_of.can_change and named in page_of.open:
        swap = Button(t("Somebody else instead"), buttons.write(buttons.REPLACE, named.id))
        rows += [(swap,), (Button(t("Take back"), buttons.write(buttons.WITHDRAW, named.id)),)]
    ids = (named.event_id, named.organisation_id)
    rows.append((Button(t("All whom we named"), buttons.write(buttons.ORGANISATION, *ids)),))
    return rows


def surely_withdraw(t: Translator, view: NominationView) -> ChatMessage:
    """Ask once more before somebody is taken back."""
    named = view.nomination
    text = t(
        "Do you want to take back the nomination of %(name)s? We will tell the person, and the "
        "seat becomes free.",
        name=f"<b>{escape(shorten(named.name, 120))}</b>",
    )
    rows = (
        (Button(t("Yes, take back"), buttons.write(buttons.WITHDRAW_SURELY, named.id)),),
        (Button(t("No, leave it"), buttons.write(buttons.NOMINATION, named.id)),),
    )
    return ChatMessage(text, rows)


def surely_answer(t: Translator, view: NominationView) -> ChatMessage:
    """Let somebody say that the person knows, before they answer for them."""
    named = view.nomination
    name = f"<b>{escape(shorten(named.name, 120))}</b>"
    if view.page.for_staff:
        text = t(
            "Has %(name)s told the office, on paper or by telephone, that they will take part? "
            "Your name is recorded with the answer.",
            name=name,
        )
    else:
        text = t(
            "Have you talked to %(name)s? The person must know that we keep their name and want "
            "to take part. Your name is recorded with the answer.",
            name=name,
        )
    rows = (
        (Button(t("Yes, the person agrees"), buttons.write(buttons.ANSWER_FOR_SURELY, named.id)),),
        (Button(t("Not yet"), buttons.write(buttons.NOMINATION, named.id)),),
    )
    return ChatMessage(text, rows)


def on_whose_word(t: Translator, speaker: Speaker) -> str:
    """Say, for staff to read, how somebody has agreed who did not answer by themselves."""
    if speaker.member is not None:
        return t("The answer came on paper or by telephone.")
    return t("The organisation has confirmed that the person knows and agrees.")


def hand_on(t: Translator, name: str, link: str) -> ChatMessage:
    """Give the link that somebody without an address gets from their organisation."""
    return ChatMessage(
        t(
            "Please hand this link on to %(name)s and to nobody else. It opens in Telegram:\n"
            "%(link)s",
            name=f"<b>{escape(shorten(name, 120))}</b>",
            link=escape(link),
        )
    )


def done(t: Translator, naming: Naming) -> str:
    """Say what follows after somebody was named."""
    name = f"<b>{escape(shorten(naming.name, 120))}</b>"
    if naming.channel == "telegram":
        return t("%(name)s is named. We ask the person on Telegram.", name=name)
    if naming.channel == "mail":
        return t("%(name)s is named. We ask the person by e-mail.", name=name)
    if naming.channel == SELF:
        return t("You have named yourself. Please answer right away:")
    return t(
        "%(name)s is named, but we cannot write to this person. Please hand the link above on to "
        "them. When you have talked to them, you can also press the name below and confirm.",
        name=name,
    )


Screen = tuple[str, list[tuple[str, str]]]


def question(t: Translator, asked: Asked) -> ChatMessage:
    """Ask the open question of the dialogue in which somebody is named."""
    text, options = _SCREENS[asked.question](t, asked)
    version = asked.conversation.version
    rows = tuple(
        (Button(shorten(label, 60), buttons.answer(version, value)),) for label, value in options
    )
    return ChatMessage(text, rows)


def _who(t: Translator, asked: Asked) -> Screen:
    facts = asked.facts
    title = escape(shorten(facts["title"], 100))
    if facts["old"]:
        old = f"<b>{escape(shorten(facts['old'], 120))}</b>"
        head = t("Who takes part in “%(title)s” instead of %(old)s?", title=title, old=old)
    else:
        head = t("Whom do you name for “%(title)s”?", title=title)
    people = [(one.name, f"person:{one.person_id}") for one in facts["members"]]
    how = (
        t("Please press a name, or write another first name and surname below. To stop: /anuluj")
        if people
        else t("Please write the first name and surname below. To stop: /anuluj")
    )
    return f"{head} {how}", people


def _mail(t: Translator, asked: Asked) -> Screen:
    text = t(
        "What is the e-mail address of %(name)s? We ask the person there whether they will take "
        "part. If there is none, press the button.",
        name=escape(asked.facts["answers"]["name"]),
    )
    return text, [(t("No e-mail address"), NONE)]


def _phone(t: Translator, asked: Asked) -> Screen:
    text = t(
        "What is the telephone number of %(name)s? The office calls only if something changes.",
        name=escape(asked.facts["answers"]["name"]),
    )
    return text, [(t("No telephone number"), NONE)]


def _confirm(t: Translator, asked: Asked) -> Screen:
    facts, answers = asked.facts, asked.facts["answers"]
    lines = [
        f"<b>{escape(answers['name'])}</b>",
        t("Event: %(title)s", title=escape(shorten(facts["title"], TITLE_LENGTH))),
        t("On behalf of: %(name)s", name=escape(shorten(facts["organisation"], TITLE_LENGTH))),
    ]
    if answers["email"]:
        lines.append(t("E-mail: %(address)s", address=escape(answers["email"])))
    if answers["phone"]:
        lines.append(t("Telephone: %(phone)s", phone=escape(answers["phone"])))
    if facts["old"]:
        lines.append(t("Instead of: %(old)s", old=escape(shorten(facts["old"], 120))))
    lines += ["", t("Is this right? Nothing has been sent yet.")]
    options = [(t("Yes, name this person"), "send"), (t("Write it again"), "again")]
    return "\n".join(lines), options


_SCREENS = {
    "nomination_who": _who,
    "nomination_mail": _mail,
    "nomination_phone": _phone,
    "nomination_confirm": _confirm,
}
