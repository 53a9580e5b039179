"""The words of the lists that staff take away: headings, states, yes and no."""

from texts.translator import Translator, mark

WORDS = {
    "list_participants": mark("Participants"),
    "list_waiting": mark("People on the waiting list"),
    "list_attendance": mark("Attendance"),
    "list_documents": mark("Documents"),
    "list_nominations": mark("Nominations"),
    "list_indicators": mark("Indicators"),
    "column_number": mark("No."),
    "column_name": mark("First name and surname"),
    "column_organisation": mark("Organisation"),
    "column_role": mark("Whom for"),
    "column_mail": mark("E-mail"),
    "column_phone": mark("Telephone"),
    "column_telegram": mark("Uses Telegram"),
    "column_registered_at": mark("Registered on"),
    "column_door": mark("Way of registering"),
    "column_answered_by": mark("Whose word"),
    "column_calendar": mark("Answer in the calendar"),
    "column_note": mark("Note"),
    "column_standing": mark("Standing"),
    "column_offer_until": mark("Seat held until"),
    "column_present_count": mark("Present, number of times"),
    "column_missing_count": mark("Not accepted yet"),
    "column_nomination_state": mark("Answer given"),
    "column_named_at": mark("Named on"),
    "column_answered_at": mark("Answered on"),
    "role_ngo": mark("NGO"),
    "role_clerk": mark("office"),
    "yes": mark("yes"),
    "no": mark("no"),
    "door_telegram": mark("Telegram"),
    "door_mail": mark("e-mail"),
    "door_web": mark("page"),
    "door_staff": mark("office staff"),
    "door_import": mark("imported"),
    "answered_self": mark("own"),
    "answered_contact": mark("the organisation's contact"),
    "answered_staff": mark("office staff"),
    "calendar_none": mark("no answer"),
    "calendar_accepted": mark("accepted in the calendar"),
    "calendar_perhaps": mark("perhaps"),
    "calendar_some_declined": mark("some days declined"),
    "calendar_declined": mark("declined in the calendar"),
    "standing_line": mark("in line"),
    "standing_offer": mark("a seat is offered"),
    "standing_application": mark("application"),
    "document_missing": mark("not handed in"),
    "document_handed_in": mark("handed in"),
    "document_accepted": mark("accepted"),
    "document_returned": mark("sent back"),
    "nomination_named": mark("not answered"),
    "nomination_accepted": mark("agreed"),
    "nomination_declined": mark("declined"),
    "nomination_withdrawn": mark("withdrawn"),
    "nomination_replaced": mark("replaced"),
    "nomination_expired": mark("too late"),
    "figure_event": mark("Event"),
    "figure_first_day": mark("First day"),
    "figure_seats_held": mark("People with a seat"),
    "figure_people": mark("People who came"),
    "figure_clerks": mark("Of these from the office"),
    "figure_ngo_people": mark("Of these from NGOs"),
    "figure_ngos": mark("NGOs represented"),
    "figure_training_hours": mark("Hours of the event"),
    "figure_person_hours": mark("Hours attended, all people together"),
    "figure_certificates": mark("Certificates"),
    "total": mark("Together, everybody counted once"),
}


class Words:
    """Say a list's words in one language."""

    def __init__(self, t: Translator) -> None:
        self._t = t

    def __call__(self, key: str) -> str:
        """Give the word for a key; an unknown key raises KeyError."""
        return self._t(WORDS[key])
