"""Bring Polish names back to the nominative: "Jana Kowalskiego" to "Jan Kowalski".

First names come from a table, because only it tells men from women ("Kamila" is a woman, or Kamil
in the accusative). A surname's endings then say what it may have been; where they leave more than
one surname, all are given.
"""

import re
from collections import defaultdict
from dataclasses import dataclass, replace
from functools import cache
from typing import Literal

from handlers.mail.polish_name_table import (
    CHANGING_SURNAMES,
    MEN,
    MEN_OF_OWN_FORMS,
    WOMEN,
    WOMEN_OF_ONE_FORM,
)
from programme.importing.spelling import fold

Case = Literal["nominative", "genitive", "accusative"]
_VOWELS = "aąeęioóuy"
_VOICED = frozenset({"b", "d", "dz", "g", "ł", "w", "z", "ż", "rz", "r", "l"})
_SHORTEST = 2
_DIGRAPHS = ("sz", "cz", "rz", "dz", "dź", "dż", "ch")


@dataclass(frozen=True)
class FirstName:
    """What a written form of a first name may be."""

    name: str
    is_woman: bool
    case: Case


@dataclass(frozen=True)
class Surname:
    """A surname in the nominative; `is_usual` is False for what hardly anybody is called."""

    name: str
    is_usual: bool = True


def first_names(written: str) -> tuple[FirstName, ...]:
    """List what a word may be as a first name; none when it is not in the table."""
    found = _forms().get(fold(written), ())
    exact = tuple(one for spelled, one in found if spelled == written.lower())
    # Whoever writes "Zofie" for "Zofię" writes no Polish letters at all.
    return tuple(dict.fromkeys(exact or (one for _, one in found)))


def declined(name: str, *, is_woman: bool, case: Case) -> tuple[str, ...]:
    """Give the forms of a first name in a case."""
    if case == "nominative" or name in WOMEN_OF_ONE_FORM:
        return (name,)
    if is_woman or name.endswith("a"):
        return (name[:-1] + "ę",) if case == "accusative" else (_genitive_of_a(name),)
    return _man_declined(name)


def is_common(surname: str) -> bool:
    """Tell whether this is a common surname that changes within when it is declined."""
    return surname.lower() in CHANGING_SURNAMES


def surnames(written: str, *, is_woman: bool, case: Case) -> tuple[Surname, ...]:
    """List the surnames that a word may be, said of a man or a woman in a case.

    Both halves of a double surname are declined, or only the last.
    """
    if "-" in written:
        halves = [surnames(half, is_woman=is_woman, case=case) for half in written.split("-")]
        if not all(halves):
            return ()
        names = "-".join(half[0].name for half in halves)
        return (Surname(names, all(half[0].is_usual and len(half) == 1 for half in halves)),)
    small = written.lower()
    if case == "nominative":
        found = _nominative(small, is_woman=is_woman)
    elif is_woman:
        found = _of_woman(small, case)
    else:
        found = _of_man(small, case)
    return tuple(Surname(_cased(one.name, written), one.is_usual) for one in found)


def titled(written: str) -> str:
    """Write a name with capitals where they belong, whatever case it was typed in."""
    if not (written.isupper() or written.islower()):
        return written
    return "-".join(half[:1].upper() + half[1:].lower() for half in written.split("-"))


def _cased(name: str, written: str) -> str:
    """Keep capitals within a surname (McDonald); otherwise write it as names are written."""
    inner = written[1:]
    if inner.islower() or written.isupper() or written.islower() or not inner:
        return titled(name.lower())
    return written[: len(name)] if written.lower().startswith(name) else titled(name)


@cache
def _forms() -> dict[str, tuple[tuple[str, FirstName], ...]]:
    found: dict[str, list[tuple[str, FirstName]]] = defaultdict(list)
    cases: tuple[Case, ...] = ("nominative", "genitive", "accusative")
    everybody = [(name, True) for name in (*WOMEN, *WOMEN_OF_ONE_FORM)]
    for name, is_woman in [*everybody, *((name, False) for name in MEN)]:
        for case in cases:
            for form in declined(name, is_woman=is_woman, case=case):
                found[fold(form)].append((form.lower(), FirstName(name, is_woman, case)))
    return {form: tuple(names) for form, names in found.items()}


def _genitive_of_a(name: str) -> str:
    stem = name[:-1]
    if stem.endswith(("k", "g")):
        return stem + "i"
    if stem.endswith("j"):
        before = stem[:-1]
        # Maja: Mai; Alicja: Alicji.
        return (before if before[-1:] in _VOWELS else stem) + "i"
    if stem.endswith("i"):
        # Kasia: Kasi, but Maria: Marii and Julia: Julii.
        soft = stem.endswith(("si", "zi", "ci", "ani", "oni", "eni", "uni", "śni"))
        foreign = name in {"Stefania", "Melania", "Sonia", "Eugenia", "Ksenia", "Apolonia"}
        return stem + ("" if soft and not foreign else "i")
    return stem + ("i" if stem.endswith("l") else "y")


def _man_declined(name: str) -> tuple[str, ...]:
    if name in MEN_OF_OWN_FORMS:
        return MEN_OF_OWN_FORMS[name]
    if name.endswith("y"):
        return (name[:-1] + "ego",)
    if name.endswith("i"):
        return (name + "ego",)
    if name.endswith("ek"):
        return (name[:-2] + "ka",)
    if name.endswith("o"):
        return (name[:-1] + "a",)
    return (name + "a",)


def _nominative(small: str, *, is_woman: bool) -> list[Surname]:
    if small.endswith(("ego", "ą", "ę")):
        return []
    if is_woman:
        # No woman is called Nowaka, and Kowalski only by mistake.
        odd = re.search(r"([aiyu]ka|[^aąeęioóuy]cza|arza|ski|cki|dzki)$", small)
        return [Surname(small, is_usual=odd is None)]
    return [Surname(small, is_usual=re.search(r"(ska|cka|dzka|owa|ówna)$", small) is None)]


def _of_woman(small: str, case: Case) -> list[Surname]:
    if small.endswith("ą"):
        return [Surname(small[:-1] + "a")]
    if small.endswith("ę"):
        return [Surname(small[:-1] + "a")]
    if re.search(r"(sk|ck|dzk)iej$", small):
        return [Surname(small[:-3] + "a")]
    if small.endswith("owej"):
        return [Surname(small[:-2] + "a")]
    if case == "genitive" and small.endswith("ówny"):
        return [Surname(small[:-1] + "a")]
    if case == "genitive" and small.endswith("ej"):
        bare = small[:-3] if small.endswith(("kiej", "giej")) else small[:-2]
        return [Surname(bare + "a"), Surname(small)]
    if case == "genitive" and small.endswith(("y", "i")):
        soft = small.endswith("i") and not small.endswith(("ki", "gi"))
        return [
            Surname(small[:-1] + ("ia" if soft and not small.endswith("li") else "a")),
            Surname(small),
        ]
    if case == "accusative" and small.endswith("e"):
        # "Zarebe" for "Zarębę", or a surname like Linde, which a woman keeps.
        return [Surname(small[:-1] + "a"), Surname(small)]
    return [Surname(small, is_usual=re.search(r"(sk|ck|dzk)i$", small) is None)]


def _of_man(small: str, case: Case) -> list[Surname]:
    if small.endswith("iego"):
        return [Surname(small[:-3])]
    if small.endswith("ego"):
        # Rudego is Rudy, and Lindego is Linde.
        both = small.endswith(("dego", "tego"))
        return [Surname(small[:-3] + "y"), *([Surname(small[:-3] + "e")] if both else [])]
    if case == "accusative" and small.endswith("ę"):
        stem = small[:-1]
        # Matejko, Jagiełło and Kryszko share these endings with Matejka and Zagłoba's kind.
        both = stem.endswith(("k", "ł"))
        return [Surname(stem + "a"), *([Surname(stem + "o")] if both else [])]
    if case == "genitive" and small.endswith(("y", "i")) and not re.search(r"[scz]ki$", small):
        stem = small[:-1]
        both = stem.endswith(("k", "ł"))
        return [Surname(stem + "a"), *([Surname(stem + "o")] if both else [])]
    if small.endswith("a"):
        # Kowalska is a woman; few men are called Tusk.
        is_usual = re.search(r"(sk|ck|dzk|ow|ówn)a$", small) is None
        return [replace(one, is_usual=is_usual) for one in _of_consonant(small[:-1])]
    if small.endswith("e"):
        return [Surname(small[:-1] + "a"), Surname(small)]
    # Left in the nominative, as many do with the names of others.
    return [Surname(small, is_usual=False)]


def _of_consonant(stem: str) -> list[Surname]:
    """List what a surname was before -a was put to it: Nowak(a), Kup(ie)c(a), Mr(ó)z(a)."""
    if len(stem) < 2 or (stem[-1] in _VOWELS and stem[-1] != "i"):  # noqa: PLR2004 – one letter is no name
        return [Surname(stem + "a", is_usual=False)]
    last, before = _last_two(stem)
    if stem[-1] == "i":
        found = _soft(stem)
    elif before not in _VOWELS:
        found = [*_with_e(stem[: -len(last)], last), stem]
    else:
        found = _with_other_vowel(stem[: -len(last) - 1], before, last)
    return [Surname(one) for one in dict.fromkeys(found)]


def _soft(stem: str) -> list[str]:
    """List what ends softly: Kmieci(a) is Kmieć, Stępni(a) is Stępień, Gołębi(a) is Gołąb."""
    ending = {"ni": "ń", "si": "ś", "ci": "ć", "zi": "ź"}.get(stem[-2:], stem[-2])
    head, before = stem[:-2], stem[-3:-2]
    if before not in _VOWELS:
        return [f"{_hard(head)}ie{ending}", f"{head}e{ending}", head + ending]
    if ending in {"b", "w", "p"}:
        # Gołębia is Gołąb far more often than Gołęb.
        return _with_other_vowel(head[:-1], before, ending)[::-1]
    return [head + ending]


def _with_other_vowel(head: str, before: str, last: str) -> list[str]:
    """List both vowels where one may have changed: Mroza is Mróz or Mroz."""
    if before == "ę" and last in _VOICED:
        return [head + "ę" + last, head + "ą" + last]
    if before == "o" and last in _VOICED:
        return [head + "o" + last, head + "ó" + last]
    return [head + before + last]


def _with_e(head: str, last: str) -> list[str]:
    """Put back the e that was lost: Jurka to Jurek, Kupca to Kupiec, Wróbla to Wróbel."""
    if last not in {"k", "ł", "l", "r", "c", "n", "s", "t", "w", "m"} or len(head) < _SHORTEST:
        return []
    if last in "łc" and head.endswith("r"):
        return [f"{head[:-1]}rze{last}"]
    if last == "ł" and head.endswith("z"):
        return [head + "ioł"]
    if last == "c" and not head.endswith(("l", "j")):
        return [f"{_hard(head)}ie{last}"]
    if head[-1] in "śćźńkg":
        return [f"{_hard(head)}ie{last}"]
    # Natural clusters, in which nothing was lost: Rembert, Bernard, Wałęst.
    if last in {"t", "s", "n", "m", "w"} and head[-1] in "rlnłsm":
        return []
    return [head + "e" + last]


def _hard(head: str) -> str:
    """Write the consonant before a returning e as it was: Września has ś, Wrzesień has s."""
    return head[:-1] + {"ń": "n", "ś": "s", "ć": "c", "ź": "z", "t": "c"}.get(head[-1], head[-1])


def _last_two(stem: str) -> tuple[str, str]:
    """Part a stem's last consonant, of one letter or two, from the letter before it."""
    for pair in _DIGRAPHS:
        if stem.endswith(pair) and len(stem) > len(pair):
            return pair, stem[-len(pair) - 1]
    return stem[-1], stem[-2]
