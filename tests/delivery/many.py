"""One notice for many people: the agreed facts, with whatever a person may bring along."""

import json
from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from hypothesis import strategies as st

from delivery.compose_notices import NOTICES
from delivery.stencils import DIFFICULT_NAMES, DOOR_GAPS, NAME_GAP, UID_GAP, Stencils
from programme.letter_doors import purposes

CASES: dict[str, dict[str, Any]] = json.loads(
    (Path(__file__).parent / "golden" / "facts.json").read_text("utf-8")
)
NOW = datetime(2026, 12, 1, 10, 0, tzinfo=UTC)
LOCALES = st.sampled_from(["pl", "en"])
MOMENTS = st.integers(1_577_836_800, 2_208_988_800).map(lambda at: datetime.fromtimestamp(at, UTC))
NAMES = st.one_of(
    st.sampled_from(
        [
            "Anna Nowak",
            "Żaneta Świątek",
            "",
            " ",
            *DIFFICULT_NAMES,
            "Ż" * 500,
            "x" * 501,
            NAME_GAP,
            f"{NAME_GAP}{NAME_GAP[:2]}",
            "a \u202a",
            "\u202a a",
            'Jan "Wariat" <jan@example.org>',
            "Ewa\r\nBcc: x@example.org",
            "=?utf-8?q?Jan?=",
        ]
    ),
    st.text(),
    st.text(alphabet=st.characters(), max_size=40),
    st.text(st.sampled_from("aż<>&'\"\\;,: \t\r\n\u2028\ud83d😀^n%{}"), max_size=600),
)
UIDS = st.one_of(
    st.uuids().map(lambda each: f"{each.hex}@example.org"),
    st.sampled_from(["", UID_GAP, "a;b,c\\d", "ż" * 90, "x" * 200]),
    st.text(max_size=90),
)
SEQUENCES = st.one_of(st.integers(0, 9), st.integers())
TOKENS = {
    "reply": "odpowiedzodpowiedzodpowied",
    "page": "stronastronastronastronast",
    "out": "wypiszwypiszwypiszwypiszwy",
}
TOKEN_TEXTS = st.one_of(
    st.text("abcdefghijklmnopqrstuvwxyz234567", min_size=26, max_size=26),
    st.sampled_from([*DOOR_GAPS.values(), "a", "a" * 64, "", "a b", "x\r\nBcc: y", "ż"]),
)
REGISTRATIONS = st.one_of(st.none(), st.integers())


@dataclass(frozen=True)
class Own:
    """What one person brings into the facts of a notice."""

    name: str = "Anna Nowak"
    uid: str = "0a@example.org"
    sequence: int = 0
    registration_id: int | None = 41
    tokens: tuple[str, str, str] = (TOKENS["reply"], TOKENS["page"], TOKENS["out"])


PLAIN = Own()
PEOPLE = st.builds(
    Own,
    name=NAMES,
    uid=UIDS,
    sequence=SEQUENCES,
    registration_id=REGISTRATIONS,
    tokens=st.tuples(TOKEN_TEXTS, TOKEN_TEXTS, TOKEN_TEXTS),
)


def kind_of(case: str) -> str:
    return case.split("-", maxsplit=1)[0]


def cases_of(channel: str) -> list[str]:
    return [name for name in CASES if NOTICES[kind_of(name)].carries(channel)]


def facts_for(case: str, own: Own) -> dict[str, Any]:
    facts = deepcopy(CASES[case])
    facts["person"]["name"] = own.name
    if facts.get("registration_id") is not None:
        facts["registration_id"] = own.registration_id
    tokens = dict(zip(("reply", "page", "out"), own.tokens, strict=True))
    facts["doors"] = {purpose: tokens[purpose] for purpose in purposes(kind_of(case))}
    entries = [*(facts.get("calendar_entries") or ()), facts.get("calendar") or {}]
    for number, entry in enumerate(entries):
        entry |= {"uid": f"{own.uid}{number or ''}", "sequence": own.sequence}
    return facts


def outcome(call: Callable[[], Any]) -> Any:
    """Give what a call returns, or its error, so that both can be compared."""
    try:
        return call()
    except ValueError as error:
        return type(error), str(error)


def made(stencils: Stencils[Any]) -> list[bool]:
    """Tell of all notices that were said twice whether they made a stencil."""
    return [each.stencil is not None for each in stencils._places.values() if each.tried]
