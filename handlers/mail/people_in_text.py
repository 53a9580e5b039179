"""Find names, addresses and telephones in a sentence, and bring the names to the nominative."""

import re
from dataclasses import dataclass
from typing import Literal

from handlers.mail import polish_names
from handlers.mail.polish_names import FirstName
from handlers.mail.wording_words import MONTHS, NEVER_A_NAME
from programme.importing.spelling import fold

Kind = Literal["P", "E", "T", "U"]
Reading = Literal["nominative", "declined", ""]
_URL = re.compile(r"(?:https?://|www\.)[^\s<>]{1,500}")
_EMAIL = re.compile(
    r"(?<![\w.+-])(?:mailto:)?([^\W_][\w.+-]{0,63}@[^\W_](?:[\w-]{0,62})(?:\.[^\W_][\w-]{0,62}){1,6})(?![\w@])"
)
_PHONE = re.compile(r"(?<![\w.@+-])(?:\+|\(|00)?\d[\d ()./-]{6,20}\d(?![\w@-])")
_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
# Cells of a pasted table may part a first name from a surname.
_GAP = re.compile(r"[ \t]{1,4}|[ \t]*[|;][ \t]*|[ \t]*\t[ \t]*")
_SHORTEST = 2
_POLISH_DIGITS = 9


@dataclass(frozen=True)
class Found:
    """Something found in a sentence: a Person, an E-mail address, a Telephone number, a URL."""

    kind: Kind
    start: int
    end: int
    value: str
    name: "WrittenName | None" = None


@dataclass(frozen=True)
class WrittenName:
    """A name as it was written: first names, which may be unknown ones, and a surname."""

    first: tuple[str, ...]
    surname: str
    is_known: bool = True
    # Which of two words is the surname is plain.
    is_ordered: bool = True

    def resolve(self, *, email: str = "", reading: Reading = "") -> tuple[str, bool]:
        """Give the name in the nominative, and whether it can only be this one.

        An address that has the name in it decides between several. So does the case that all
        other names of the mail stand in.
        """
        usual = self._readings(reading)
        if not usual:
            whole = [polish_names.titled(word) for word in (*self.first, self.surname)]
            return " ".join(whole), False
        if len(usual) > 1:
            by_mail = [name for name in usual if _is_in_address(name, email)]
            common = [name for name in usual if polish_names.is_common(name.split()[-1])]
            usual = by_mail if len(by_mail) == 1 else common if len(common) == 1 else usual
        return usual[0], len(usual) == 1 and self.is_ordered

    @property
    def case(self) -> Reading:
        """Tell the case it stands in, empty where it may be either."""
        cases = {form.case == "nominative" for _, form, is_usual in self._all() if is_usual}
        return "" if len(cases) != 1 else "nominative" if cases.pop() else "declined"

    def _readings(self, reading: Reading) -> list[str]:
        found = self._all()
        usual = [(name, form) for name, form, is_usual in found if is_usual]
        fitting = [name for name, form in usual if reading in {"", _reading_of(form)}]
        chosen = fitting or [name for name, _ in usual] or [name for name, _, _ in found]
        return list(dict.fromkeys(chosen))

    def _all(self) -> list[tuple[str, FirstName, bool]]:
        if not self.is_known:
            return []
        found = []
        for form in polish_names.first_names(self.first[0]):
            second = _second_name(self.first[1:], form)
            if second is None:
                continue
            for surname in polish_names.surnames(
                self.surname, is_woman=form.is_woman, case=form.case
            ):
                name = " ".join([form.name, *second, surname.name])
                found.append((name, form, surname.is_usual))
        return found


def find(text: str, *, unknown: bool = False) -> list[Found]:
    """List what a sentence holds, in its order; `unknown` takes two capitalised words as a name."""
    taken = [Found("U", one.start(), one.end(), one[0]) for one in _URL.finditer(text)]
    taken += [
        Found("E", one.start(), one.end(), one[1].lower().rstrip("."))
        for one in _EMAIL.finditer(text)
        if not _overlaps(one, taken)
    ]
    taken += [
        Found("T", one.start(), one.end(), number)
        for one in _PHONE.finditer(text)
        if (number := _phone(one[0])) and not _overlaps(one, taken)
    ]
    words = [one for one in _WORD.finditer(text) if not _overlaps(one, taken)]
    return sorted([*taken, *_names(text, words, unknown=unknown)], key=lambda one: one.start)


def _names(text: str, words: list[re.Match[str]], *, unknown: bool) -> list[Found]:
    found, place = [], 0
    while place < len(words):
        run = _run(text, words, place)
        name, length = _name(run, is_free=place == 0 or not _joined(text, words, place - 1))
        if name is None and unknown:
            name, length = _unknown(run)
        if name is not None:
            start, end = words[place].start(), words[place + length - 1].end()
            found.append(Found("P", start, end, text[start:end], name))
        place += length if name is not None else 1
    return found


def _run(text: str, words: list[re.Match[str]], place: int) -> list[str]:
    """Give the next words, up to five, that stand beside each other."""
    end = place
    while end + 1 < len(words) and end - place < 4 and _joined(text, words, end):  # noqa: PLR2004 – no name here is longer
        end += 1
    return [one[0] for one in words[place : end + 1]]


def _joined(text: str, words: list[re.Match[str]], place: int) -> bool:
    return _GAP.fullmatch(text, words[place].end(), words[place + 1].start()) is not None


def _name(run: list[str], *, is_free: bool) -> tuple[WrittenName | None, int]:
    """Read a name at the beginning of a run: first names and a surname, or the other way round."""
    length = 0
    while length < min(3, len(run)) and _is_first(run[length]):
        length += 1
    if length and length < len(run) and _may_be_surname(run[length], run[0]):
        return WrittenName(tuple(run[:length]), run[length]), length + 1
    if length > 1:
        # Jan Adam: one of the two is the surname, and nothing says which.
        return WrittenName(tuple(run[: length - 1]), run[length - 1], is_ordered=False), length
    is_reversed = (
        len(run) > 1
        and not length
        and is_free
        and _is_first(run[1])
        and _may_be_surname(run[0], run[1])
        and not (len(run) > 2 and _may_be_surname(run[2], run[1]))  # noqa: PLR2004 – a third word
    )
    if is_reversed:
        return WrittenName((run[1],), run[0]), 2
    return None, 1


def _unknown(run: list[str]) -> tuple[WrittenName | None, int]:
    pair = run[:2]
    if len(pair) > 1 and all(_is_capitalised(word) and _is_nameable(word) for word in pair):
        return WrittenName((pair[0],), pair[1], is_known=False), 2
    return None, 1


def _is_first(word: str) -> bool:
    return bool(polish_names.first_names(word)) and fold(word) not in {"i", "a", "ale", "rut"}


def _may_be_surname(word: str, beside: str) -> bool:
    # Whoever types no capitals types none in either word.
    return _is_nameable(word) and (word[:1].isupper() or beside.islower())


def _is_nameable(word: str) -> bool:
    return len(word) >= _SHORTEST and fold(word) not in NEVER_A_NAME


def _is_capitalised(word: str) -> bool:
    return word[:1].isupper() and fold(word) not in MONTHS


def _second_name(written: tuple[str, ...], form: FirstName) -> list[str] | None:
    """Bring further first names to the nominative; None when they do not fit the first."""
    out = []
    for word in written:
        fitting = [
            one
            for one in polish_names.first_names(word)
            if one.case == form.case and one.is_woman == form.is_woman
        ]
        # Men bear Maria as a second name.
        fitting = fitting or [
            one
            for one in polish_names.first_names(word)
            if one.case == form.case and one.name == "Maria"
        ]
        if not fitting:
            return None
        out.append(fitting[0].name)
    return out


def _reading_of(form: FirstName) -> Reading:
    return "nominative" if form.case == "nominative" else "declined"


def _is_in_address(name: str, email: str) -> bool:
    """Tell whether an address is made of a name: jan.kowalski, kowalskij, j_kowalski."""
    local = fold(email.partition("@")[0])
    parts = [part for part in re.split(r"[\s\d]+", local) if part]
    words = fold(name).split()
    first, last = words[0], words[-1]
    whole = "".join(parts)
    return last in parts or whole in {
        *(first + last, last + first, first[0] + last, last + first[0], last),
    }


def _phone(written: str) -> str:
    """Give a telephone number with single blanks; empty for dates, PESEL and accounts."""
    digits = re.sub(r"\D", "", written)
    has_code = written.lstrip(" (").startswith(("+", "00"))
    if re.fullmatch(r"\d{4}[-./]\d{2}[-./]\d{2}.*|\d{1,2}[-./]\d{1,2}[-./]\d{4}.*", written):
        return ""
    is_polish = len(digits) == _POLISH_DIGITS or (
        len(digits) == _POLISH_DIGITS + 1 and digits.startswith("0")
    )
    # A PESEL of somebody born in 1948 begins like the code of Poland.
    is_coded = has_code and 9 <= len(digits) <= 15  # noqa: PLR2004 – lengths of E.164
    is_spaced = re.fullmatch(r"48[ -]\d{3}[ -]?\d{3}[ -]?\d{3}", written.strip()) is not None
    return " ".join(written.split()) if is_polish or is_coded or is_spaced else ""


def _overlaps(one: re.Match[str], taken: list[Found]) -> bool:
    return any(one.start() < other.end and other.start < one.end() for other in taken)
