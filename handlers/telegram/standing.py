"""How a person stands at an event, in words, and the buttons for what they can do next."""

from delivery.chat import Button
from handlers.telegram import buttons
from handlers.telegram.document_screens import papers_line, papers_rows
from programme.listing import EventView
from texts.dates import until
from texts.translator import Translator

Rows = tuple[tuple[Button, ...], ...]


def seats(t: Translator, view: EventView) -> str:
    """Say how the person stands, or whether there is room for them."""
    if view.mine is not None:
        return "\n".join(filter(None, (_mine(t, view), papers_line(t, view))))
    if not view.open_now:
        return t("Registration is closed.")
    if view.meant_for_others:
        return t("This event is meant for other participants.")
    if view.by_nomination:
        return t("Organisations name who takes part in this event.")
    return _room(t, view)


def _mine(t: Translator, view: EventView) -> str:
    if view.applied:
        return t("Your application is with the office. We write to you when there is a decision.")
    if view.offer is not None:
        day = until(view.offer.expires_at, view.zone, t.locale)
        if view.offer.holds_seat:
            return t("There is a seat for you. We hold it until: %(day)s.", day=day)
        return t("A seat is free. Whoever answers first has it, until: %(day)s.", day=day)
    if view.position is not None:
        return t("You are number %(position)s on the waiting list.", position=view.position)
    return t("You have a seat.")


def _room(t: Translator, view: EventView) -> str:
    if view.late:
        return t(
            "The deadline has passed, but you can still put your name down. We will write at once "
            "whether there is a seat."
        )
    if view.needs_approval:
        return t("The office chooses who takes part. You can send an application.")
    if view.free is None:
        return t("There is room for everyone.")
    if view.free and not view.waiting:
        return t.plural("There is %(n)s free seat.", "There are %(n)s free seats.", view.free)
    return t("All seats are taken; there is a waiting list.")


def choices(t: Translator, view: EventView) -> Rows:
    """Offer what the person can do at the event now."""
    if view.state == "cancelled" or view.over:
        return ()
    if view.mine is not None:
        return (*papers_rows(t, view), *own_choices(t, view, view.mine.id))
    if not view.can_register:
        return ()
    full = view.free == 0 or (view.free is not None and view.waiting > 0)
    label = t("Join the waiting list") if full else t("Register me")
    if view.needs_approval:
        label = t("Send an application")
    return ((Button(label, buttons.write(buttons.REGISTER, view.event_id)),),)


def own_choices(t: Translator, view: EventView, number: int) -> Rows:
    """Offer what can be done with one's own registration; a place in line is left by one tap."""
    if view.offer is not None:
        return offer_rows(t, number)
    if view.applied:
        label, action = t("Withdraw my application"), buttons.CANCEL_SURELY
    elif view.mine is not None and view.mine.state == "waiting":
        label, action = t("Leave the waiting list"), buttons.CANCEL_SURELY
    else:
        label, action = t("I cannot come"), buttons.CANCEL
    return ((Button(label, buttons.write(action, number)),),)


def offer_rows(t: Translator, number: int) -> Rows:
    """Offer the two answers to an offer of a seat."""
    return (
        (Button(t("I take this seat"), buttons.write(buttons.TAKE_OFFER, number)),),
        (Button(t("No, thank you"), buttons.write(buttons.DECLINE_OFFER, number)),),
    )
