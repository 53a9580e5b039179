"""Understand a reply in plain Polish or English; what is not understood is left to staff.

A sentence is understood as a whole or not at all. That costs some answers that a person would
have understood, and keeps "tak, ale…" and "nie rezygnuję" from doing anything.
"""

import re
from dataclasses import dataclass, field, replace
from unicodedata import category

from handlers.mail import named_people, people_in_text, wording_phrases, wording_units
from handlers.mail.named_people import NamedPerson
from handlers.mail.people_in_text import Found
from handlers.mail.wording_units import Unit
from handlers.mail.wording_words import LABELS, ROLES, SAYING
from programme.importing.spelling import fold
from programme.mail_wishes import Answer, Wish, WrittenPerson

LONGEST = 20_000
MOST_PEOPLE = 60
_ANSWERED = re.compile(
    r"(?:\s*(?:re|odp|odpowiedź|pd|fw|fwd|aw|sv|wg)\s*(?:\[\d+\])?\s*:)+", re.IGNORECASE
)
_MARKS = frozenset("PETU")
# Labels of a form that say that a name is meant as one.
_FIELDS = frozenset({"imie", "nazwisko", "uczestnik", "uczestniczka", "name"})
# What is longer is no sentence that could be understood.
_LONGEST_SENTENCE = 2000
_CLAUSES = re.compile(r"\s*[,;:–—]\s*|\s+-\s+|\s+(?:i|oraz|and)\s+|[.!]+\s*")
_SOME_NAME = re.compile(
    r"(?<!^)(?<![.!?] )\b[A-ZĄĆĘŁŃÓŚŹŻ][a-ząćęłńóśźż]{2,} [A-ZĄĆĘŁŃÓŚŹŻ][a-ząćęłńóśźż]{2,}"
)

_KINDS: tuple[tuple[Answer, re.Pattern[str]], ...] = (
    ("stop", wording_phrases.STOP),
    ("no", wording_phrases.NO),
    ("yes", wording_phrases.YES),
)


@dataclass
class _State:
    units: list[Unit]
    people: list[NamedPerson] = field(default_factory=list)
    # What each unit answers by itself, and which ones nobody understood.
    answers: dict[int, Answer] = field(default_factory=dict)
    rest: set[int] = field(default_factory=set)
    # Whether an answer is asked for, which whoever does something gets anyhow.
    is_answer_wanted: bool = False
    # What the list that is being read says of those in it; None outside of a list.
    list_answer: Answer | None = None
    is_list_unknown: bool = False
    # The line above a list, until somebody stands below it.
    waiting: int | None = None


def understand(words: str, subject: str) -> Wish:
    """Give what a mail asks for; `subject` counts where the writer has put it there themselves."""
    own = "" if _ANSWERED.match(subject) else subject.strip()
    said = _understood(words)
    if not own or fold(own) == fold(words):
        return said
    above = _understood(own)
    if not words.strip():
        return above
    if above.answer and not above.rest and not above.people:
        return _with_subject(said, above.answer, own, words)
    return said


def _with_subject(said: Wish, answer: Answer, subject: str, words: str) -> Wish:
    if said.answer == answer:
        return said
    if said.answer:
        return Wish(rest=f"{subject}\n{words.strip()[:LONGEST]}")
    if said.people or wording_phrases.CONDITION.search(fold(said.rest)):
        return replace(said, rest=f"{subject}\n{said.rest}".strip())
    return replace(said, answer=answer)


def _understood(words: str) -> Wish:
    all_units = wording_units.split(words[:LONGEST])
    state = _State(all_units[: wording_units.MOST_UNITS])
    for place, unit in enumerate(state.units):
        _read(state, place, unit)
    _end_waiting(state)
    wish = _wish(state, whole=words.strip()[:LONGEST], too_much=_too_much(words, all_units))
    if wish == Wish() and (state.is_answer_wanted or _is_picture(words)):
        return Wish(rest=words.strip()[:LONGEST], is_nod=not state.is_answer_wanted)
    return wish


def _is_picture(words: str) -> bool:
    """Tell a thumb, a heart or another small picture that stands alone."""
    return any(category(sign) == "So" for sign in words) and not any(map(str.isalnum, words))


def _too_much(words: str, units: list[Unit]) -> str:
    is_cut = len(words) > LONGEST or len(units) > wording_units.MOST_UNITS
    return "…" if is_cut else ""


def _read(state: _State, place: int, unit: Unit) -> None:
    if len(unit.text) > _LONGEST_SENTENCE:
        state.rest.add(place)
        return
    listed = unit.is_listed or state.list_answer is not None
    found = people_in_text.find(unit.text, unknown=listed)
    told = _told(unit.text, found)
    if not found and wording_phrases.HINTS_ACCUSATIVE.fullmatch(told):
        # A naming sentence with a name from another country.
        found = people_in_text.find(unit.text, unknown=True)
        told = _told(unit.text, found)
    if not told:
        return
    if _is_entry(told):
        _take_entry(state, place, unit, found)
        return
    if unit.is_listed and _take_listed(state, place, found):
        return
    state.list_answer, state.is_list_unknown = None, False
    if unit.is_question or wording_phrases.QUESTION.fullmatch(told):
        state.rest.add(place)
    elif wording_phrases.ANSWER_WANTED.fullmatch(bare := _without_courtesy(told)):
        state.is_answer_wanted = True
    elif bare:
        _read_sentence(state, place, bare, found)


def _read_sentence(state: _State, place: int, bare: str, found: list[Found]) -> None:
    unit = state.units[place]
    if "P" in bare.split():
        _take_sentence(state, place, bare, found)
    elif unit.is_heading and _take_heading(state, place, bare):
        return
    elif (answer := _answer(unit.text, bare)) and not (_MARKS & set(bare.split())):
        state.answers[place] = answer
    elif not _take_heading(state, place, bare):
        state.rest.add(place)
        state.is_list_unknown = unit.is_heading


def _told(text: str, found: list[Found]) -> str:
    """Write a sentence folded, with P, E and T for names, addresses and telephones."""
    out, end = [], 0
    for one in found:
        out += [fold(text[end : one.start]), "" if one.kind == "U" else one.kind]
        end = one.end
    return " ".join(" ".join([*out, fold(text[end:])]).split())


def _is_entry(told: str) -> bool:
    """Tell a line that holds names, addresses and telephones, and their labels, alone."""
    words = told.split()
    others = [
        word
        for word in words
        if word not in _MARKS and word not in LABELS and word not in ROLES and not word.isdigit()
    ]
    if others:
        return False
    # The head row of a table has labels only; "to" and "i" alone are no line of a table.
    is_head = bool(set(words) & {"imie", "nazwisko", "lp", "email", "telefon"})
    return bool(_MARKS & set(words)) or is_head


def _take_entry(state: _State, place: int, unit: Unit, found: list[Found]) -> None:
    if state.is_list_unknown or unit.is_question:
        state.rest.add(place)
        return
    if any(one.kind == "P" for one in found):
        state.waiting = None
    is_named = bool(_FIELDS & set(fold(unit.text).split()))
    is_bare = state.list_answer is None and not unit.is_listed and not is_named
    named_people.add(state.people, place, found, answer=state.list_answer or "", is_bare=is_bare)
    if not named_people.attach(state.people, place, found, alone=True):
        state.rest.add(place)


def _take_listed(state: _State, place: int, found: list[Found]) -> bool:
    """Take a row of a list that says more than a name; a person reads what that was."""
    if not any(one.kind == "P" for one in found):
        return False
    state.rest.add(place)
    state.waiting = None
    if state.is_list_unknown or state.list_answer == "no":
        return True
    before = len(state.people)
    named_people.add(state.people, place, found, answer=state.list_answer or "", is_bare=False)
    for person in state.people[before:]:
        person.is_doubtful = True
    named_people.attach(state.people, place, found, alone=False)
    return True


def _without_courtesy(told: str) -> str:
    """Take greetings and thanks from the beginning of a sentence."""
    words = told.split()
    while length := _courtesy(words):
        words = words[length:]
        if words[:1] in (["i"], ["oraz"], ["and"]):
            words = words[1:]
    return " ".join(words)


def _courtesy(words: list[str]) -> int:
    """Count the words of the greeting or thanks that a sentence begins with."""
    for length in range(min(len(words), 9), 0, -1):
        head = " ".join(words[:length])
        if wording_phrases.THANKS.fullmatch(head):
            return length
        # A greeting takes a name after it, but no word that says something.
        says = any(word in SAYING for word in words[2:length])
        if wording_phrases.GREETING.fullmatch(head) and not says:
            return length
    return 0


def _take_sentence(state: _State, place: int, bare: str, found: list[Found]) -> None:
    core = " ".join(word for word in _without_contacts(bare))
    answer: Answer = ""
    if wording_phrases.NAMING.fullmatch(core):
        answer = "yes"
    elif wording_phrases.UNNAMING.fullmatch(core):
        answer = "no"
    if answer:
        named_people.add(state.people, place, found, answer=answer, is_bare=False)
        if not named_people.attach(state.people, place, found, alone=False):
            state.rest.add(place)
        return
    state.rest.add(place)
    if wording_phrases.HAS_VERB.fullmatch(core) and not wording_phrases.DOUBT.search(core):
        # "Zgłaszam Annę Nowak z naszego chóru": who is clear, what else is said is not.
        before = len(state.people)
        named_people.add(state.people, place, found, answer="yes", is_bare=False)
        for person in state.people[before:]:
            person.is_doubtful = True
        named_people.attach(state.people, place, found, alone=False)


def _without_contacts(bare: str) -> list[str]:
    """Leave out addresses, telephones, their labels and people's titles around names."""
    words = bare.split()
    kept: list[str] = []
    for place, word in enumerate(words):
        if word in {"E", "T"} or word in ROLES:
            continue
        near = words[max(0, place - 3) : place] + words[place + 1 : place + 4]
        is_label = word in LABELS - {"i", "oraz", "and", "a", "o", "na", "to"}
        if is_label and ({"E", "T"} & set(near)):
            continue
        kept.append(word)
    return kept


def _take_heading(state: _State, place: int, bare: str) -> bool:
    """Take a line that says what the names below it are for."""
    _end_waiting(state)
    core = " ".join(word for word in bare.split() if word not in ROLES)
    if wording_phrases.NAMING_HEAD.fullmatch(core):
        state.list_answer = "yes"
    elif wording_phrases.UNNAMING_HEAD.fullmatch(core) and state.units[place].is_heading:
        state.list_answer = "no"
    else:
        return False
    state.waiting = place
    return True


def _end_waiting(state: _State) -> None:
    """Leave to staff the line above a list in which nobody was found."""
    if state.waiting is not None:
        state.rest.add(state.waiting)
        state.waiting = None


def _kind(told: str) -> Answer:
    return next((answer for answer, pattern in _KINDS if pattern.fullmatch(told)), "")


def _answer(text: str, bare: str) -> Answer:
    """Give what a sentence answers: as a whole, or each of its clauses alike."""
    if _SOME_NAME.search(text) and _names_somebody(text):
        return ""
    if whole := _kind(bare):
        return whole
    found: set[Answer] = set()
    for clause in _CLAUSES.split(text):
        told = _without_courtesy(fold(clause))
        if not told:
            continue
        answer = _kind(told)
        if not answer:
            return ""
        found.add(answer)
    return found.pop() if len(found) == 1 else ""


def _names_somebody(text: str) -> bool:
    return any(one.kind == "P" for one in people_in_text.find(text))


def _wish(state: _State, *, whole: str, too_much: str) -> Wish:
    said = set(state.answers.values()) | {person.answer for person in state.people if person.answer}
    if len(said) > 1:
        if said == {"no", "stop"}:
            # The seat is given back; that nothing more is wanted a person must see to.
            stopping = {place for place, answer in state.answers.items() if answer == "stop"}
            state.rest |= stopping
            said = {"no"}
        else:
            return Wish(rest=whole)
    answer = said.pop() if said else ""
    rest = "\n".join(
        [state.units[place].text for place in sorted(state.rest)] + [too_much] * bool(too_much)
    )
    if _is_conditional(state):
        doubtful = tuple(replace(person, is_sure=False) for person in _people(state))
        return Wish(people=doubtful, rest=whole)
    if len(state.people) > MOST_PEOPLE:
        return Wish(rest=whole)
    is_nod = bool(rest) and not answer and not state.people and _is_nod(state)
    return Wish(answer=answer, people=_people(state), rest=rest, is_nod=is_nod)


def _is_nod(state: _State) -> bool:
    """Tell whether all that was left over agrees without saying to what."""
    left = [state.units[place] for place in state.rest]
    clauses = [_without_courtesy(fold(one)) for unit in left for one in _CLAUSES.split(unit.text)]
    return not any(unit.is_question for unit in left) and all(
        wording_phrases.NOD.fullmatch(one) for one in clauses if one
    )


def _is_conditional(state: _State) -> bool:
    """Tell whether something that was not understood may take back what was."""
    gives = any(person.answer != "no" for person in state.people) or "yes" in state.answers.values()
    taking_back = wording_phrases.DOUBT if gives else wording_phrases.CONDITION
    for place in state.rest:
        unit = state.units[place]
        told = fold(unit.text)
        begins = re.match(
            r"(?:a |no |i )?(?:ale|chyba|jesli|jezeli|o ile|tylko|but|unless|if)\b", told
        )
        if begins or (not unit.is_question and taking_back.search(told)):
            return True
    return False


def _people(state: _State) -> tuple[WrittenPerson, ...]:
    rest = [fold(state.units[place].text) for place in state.rest]
    return named_people.written(
        state.people,
        is_answered=bool(state.answers),
        is_doubted=any(map(wording_phrases.DOUBT.search, rest)),
    )
