"""Facts for looking at letters before anybody gets one: of nobody, about nothing that is planned.

Each fact has one value here, whichever notice asks for it. A notice takes what it needs and what
it may have, so that the picture shows the letter with everything that can stand in it.
"""

from typing import Any

from delivery.compose_notices import NOTICES, Notice
from programme.letter_doors import OUT, PAGE, REGISTER, REPLY, purposes

# As long as true ones, and of letters that none of them has.
_DOORS = {
    REPLY: "odpowiedzodpowiedzodpowied",
    PAGE: "stronastronastronastronast",
    OUT: "wypiszwypiszwypiszwypiszwy",
    REGISTER: "zapiszapiszapiszapiszapisz",
}
PERSONS = ("sample", "longest", "empty")
_ZONE = "Europe/Warsaw"
_PLACE = "Gminny Ośrodek Kultury, ul. Przykładowa 1"
_LONG = "Stowarzyszenie Miłośników Ziemi, Wody i Dobrego Sąsiedztwa w Przykładowie Dolnym"
_SESSION = {
    "starts_at": "2027-01-15T08:00:00+00:00",
    "ends_at": "2027-01-15T14:00:00+00:00",
    "zone": _ZONE,
    "place": _PLACE,
}
_BEFORE = _SESSION | {
    "starts_at": "2027-01-13T08:00:00+00:00",
    "ends_at": "2027-01-13T14:00:00+00:00",
}
_EVENT = {
    "id": 1,
    "title": "Jak napisać wniosek o dotację",
    "kind": "training",
    "place": _PLACE,
    "sessions": [_SESSION],
}
_PROGRAMME = {
    "title": "Akademia Współpracy",
    "funder_line": "Projekt współfinansowany ze środków Unii Europejskiej "
    "w ramach Europejskiego Funduszu Społecznego",
    "organiser": "Urząd Gminy Przykładowo",
    "contact": "Sekretarz Gminy, tel. 87 555 01 00, sekretarz@example.org",
}
_CALENDAR = {"uid": "0123456789abcdef0123456789abcdef@example.org", "sequence": 0}
_FACTS: dict[str, Any] = {
    "programme": _PROGRAMME,
    "person": {"name": "Anna Zielińska"},
    "event": _EVENT,
    "session_number": 1,
    "session": _SESSION,
    "calendar": _CALENDAR | {"method": "REQUEST"},
    "calendar_entries": [_CALENDAR],
    "registration_id": 41,
    "documents": ["Karta zgłoszenia uczestnika", "Oświadczenie uczestnika projektu"],
    "document": "Oświadczenie uczestnika projektu",
    "required_document_id": 5,
    "position": 3,
    "offers": True,
    "offer": {"expires_at": "2027-01-13T11:00:00+00:00", "zone": _ZONE, "holds_seat": True},
    "reason": "Na drugiej stronie brakuje podpisu.",
    "withdrawn_by": "",
    "old": {"place": _PLACE, "sessions": [_BEFORE]},
    "naming": "",
    "former_title": "Jak napisać wniosek",
    "days_left": 1,
    "exhibitor_id": 17,
    "stand": {
        "organisation": "Koło Gospodyń Wiejskich w Przykładowie",
        "number": 3,
        "for_residents": "Degustacja kartaczy i pokaz wyrobu serów.",
        "for_office": "Możemy poprowadzić warsztaty kulinarne w świetlicach.",
        "tables": 2,
        "power": True,
        "needs": "cień i miejsce na samochód",
    },
    "case_number": "SK.523.3.2027",
    "subject": "Zaproszenie na szkolenie 15 stycznia",
    "body": "Szanowni Państwo,\n\nzapraszamy organizacje pozarządowe z naszej gminy na bezpłatne "
    "szkolenie. Pokażemy krok po kroku, jak napisać wniosek o dotację.\n\n"
    "Kawa i herbata będą na miejscu.",
    "dated": "2027-01-04",
    "signature": "Wójt Gminy Przykładowo",
    "file": {
        "stored": "0" * 40,
        "filename": "Program szkolenia.pdf",
        "content_type": "application/pdf",
        "size": 184_320,
    },
    "placeholders": {},
    "letter": 3,
    "link": "https://t.me/przyklad_bot?start=e1",
    "deadline": "2027-01-12T22:59:00+00:00",
    "code": "482915",
    "minutes": 15,
    "hours": 24,
    "question": "Czy szkolenie przyda się w Państwa pracy?",
    "options": ["Tak", "Raczej tak", "Raczej nie", "Nie"],
    "survey_key": "po-szkoleniu",
    "wave_id": 3,
    "owner": "person:9",
    "title": "Jak oceniają Państwo szkolenie?",
    "privacy": "anonymous",
    "closes_at": "2027-01-29T22:59:00+00:00",
    "zone": _ZONE,
    "multiple": False,
    "buttons_of": None,
    "anonymous": False,
    "closes": {"at": "2027-01-18T19:00:00+00:00", "zone": _ZONE},
    "certificate": {
        "number": "AW/2027/0007",
        "code": "7K2M-QX4T-9HBN",
        "link": "https://t.me/przyklad_bot?start=z",
        "name": "Anna Zielińska",
        "locale": "pl",
        "issued_at": "2027-01-15T14:30:00+00:00",
        "zone": _ZONE,
        "event": _EVENT,
        "programme": _PROGRAMME,
    },
    "organisation": {"id": 7, "name": "Koło Gospodyń Wiejskich w Przykładowie"},
    "seats": 2,
    "nomination_id": 12,
    "named": "Jan Kowalski",
    "answer": "accepted",
    "may_name": True,
    "registered": "active",
    "undo": {"until": "2027-01-12T19:00:00+00:00", "zone": _ZONE},
    "declined": _SESSION,
    "about": "nomination_call",
    "outcomes": [
        {"what": "named", "name": "Jan Kowalski", "detail": "jan@example.org"},
        {"what": "quota_full", "name": "Ewa Nowak", "detail": "2"},
    ],
    "trouble": {"channel": "mail", "cause": "broken"},
    "announcements": [
        {
            "id": 4,
            "case_number": "SK.523.4.2027",
            "dated": "2027-01-04",
            "subject": "Nabór wniosków do małych grantów",
            "body": "Szanowni Państwo,\n\nod 1 lutego przyjmujemy wnioski o małe granty. Wzór "
            "wniosku jest do odebrania w pokoju 12.",
            "signature": "Wójt Gminy Przykładowo",
            "event": None,
            "deadline": None,
            "placeholders": {},
        },
        {
            "id": 5,
            "case_number": "",
            "dated": None,
            "subject": "Dyżur doradcy w sprawie wniosków",
            "body": "Doradca odpowie na pytania o wnioski.",
            "signature": "",
            "event": _EVENT,
            "deadline": "2027-01-12T22:59:00+00:00",
            "placeholders": {},
        },
    ],
    "rights": {"role": "viewer"},
}
# What a notice may have, and only where something else is true.
_LEFT_OUT = {
    "event_moved": {"exhibitor_id", "offer", "naming"},
    "registration_cancelled": {"reason", "withdrawn_by"},
}
_CANCELS = frozenset(
    {"registration_cancelled", "registration_joined", "event_cancelled", "seat_given_up"}
)
# What is another thing in one kind of letter than in all others.
_OWN: dict[str, dict[str, Any]] = {
    "address_check": {"link": "https://akademia.example.org/a/adresadresadresadresadresa"},
    "mail_unclear": {
        "about": "nominated",
        "outcomes": [{"what": "read_yes", "name": "", "detail": ""}],
    },
}
# Whoever writes these gives them doors of what they are about.
_DOORS_OF_ANOTHER = {
    "registration_asked": (REPLY, REGISTER),
    "mail_understood": (REPLY, PAGE),
    "mail_unclear": (REPLY, PAGE),
}


class SampleMissing(Exception):
    """There is no sample of a fact that the notice needs."""

    def __init__(self, kind: str, fact: str) -> None:
        super().__init__(f"{kind}: {fact}")


def by_mail() -> list[str]:
    """List the kinds of notices that leave by mail."""
    return [kind for kind, notice in NOTICES.items() if notice.carries("mail")]


def sample(kind: str, person: str = "sample") -> dict[str, Any]:
    """Give all facts that a notice by mail can have; raises SampleMissing."""
    notice = NOTICES[kind]
    names = sorted({name.partition(".")[0] for name in notice.required("mail")} | _more(notice))
    missing = [name for name in names if name not in _FACTS]
    if missing:
        raise SampleMissing(kind, missing[0])
    facts = {name: _FACTS[name] for name in names if name not in _LEFT_OUT.get(kind, ())}
    if kind in _CANCELS and "calendar" in facts:
        facts["calendar"] = _CALENDAR | {"sequence": 1, "method": "CANCEL"}
    facts |= _OWN.get(kind, {})
    given = _DOORS_OF_ANOTHER.get(kind) or purposes(kind)
    facts["doors"] = {purpose: _DOORS[purpose] for purpose in given}
    return facts | _of_person(person, facts)


def _more(notice: Notice) -> set[str]:
    return {*notice.may_be_null, *notice.optional} - {"calendar_entries"}


def _of_person(person: str, facts: dict[str, Any]) -> dict[str, Any]:
    """Give the facts that are longest, or empty, in the letters that people really get."""
    if person == "empty":
        return {
            "person": {"name": ""},
            "programme": _PROGRAMME | {"contact": "", "funder_line": ""},
        }
    if person != "longest":
        return {}
    several = [_SESSION, _SESSION | {"starts_at": "2027-01-16T08:00:00+00:00", "place": _LONG}]
    several[1]["ends_at"] = "2027-01-16T14:00:00+00:00"
    long = {
        "person": {"name": "Maria Magdalena Brzęczyszczykiewicz-Konstantynopolitańczykowianecka"},
        "organisation": {"id": 7, "name": f"{_LONG} imienia Osoby Bardzo Zasłużonej"},
        "event": _EVENT
        | {"title": f"{_LONG} – szkolenie z prowadzenia dokumentacji", "sessions": several},
        "link": "https://example.org/" + "bardzo-dlugi-adres-strony/" * 6,
    }
    return {name: fact for name, fact in long.items() if name in facts}
