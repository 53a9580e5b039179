"""Read one table of a TOML file field by field; a fault is noted and reading goes on."""

import re
import unicodedata
from datetime import date, datetime, time
from typing import Any

from programme.importing import problems as faults
from programme.importing import working_days

KEY_LIMIT = 60
TEXT_LIMIT = 1500
FIRST_YEAR = 2000
LAST_YEAR = 2100
LAST_MINUTE = time(23, 59)
LARGEST = 10**12
_KEY = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_OFFSET = re.compile(r"[+-]\d{1,3}")
_TIME = re.compile(r"(\d{1,2}):(\d{2})")


class TomlTable:
    """A table with its place; every method reads one field and notes what is wrong with it."""

    def __init__(
        self, data: object, place: faults.Place, problems: list[faults.FileProblem]
    ) -> None:
        self.place = place
        self.problems = problems
        self._read: set[str] = set()
        self._data: dict[str, Any] = {}
        if isinstance(data, dict):
            self._data = data
        else:
            problems.append(faults.WrongType(place, "", "table"))

    def text(self, field: str, *, default: str | None = None, limit: int = TEXT_LIMIT) -> str:
        """Read a text; without a default it must be there and not be empty."""
        value = self._value(field, required=default is None)
        if value is None:
            return default or ""
        if not isinstance(value, str):
            self._note(faults.WrongType(self.place, field, "text"))
            return ""
        words: str = value.strip()
        if not words and default is None:
            self._note(faults.MissingField(self.place, field))
        if len(words) > limit:
            self._note(faults.TextTooLong(self.place, field, len(words), limit))
        if not is_showable(words):
            self._note(faults.BadText(self.place, field))
        return words

    def key(self, field: str = "key", *, limit: int = KEY_LIMIT) -> str:
        """Read a key: small letters, figures, hyphens."""
        value = self.text(field, limit=limit)
        if value and not _KEY.fullmatch(value):
            self._note(faults.BadKey(self.place, field, value))
        return value

    def choice(self, field: str, choices: tuple[str, ...], *, default: str | None = None) -> str:
        """Read one of a few words."""
        value = self.text(field, default=default)
        if value and value not in choices:
            self._note(faults.BadChoice(self.place, field, value, choices))
        return value or choices[0]

    def number(
        self, field: str, lowest: int, highest: int, *, required: bool = False
    ) -> int | None:
        """Read a whole number, or None when it may be left out and is."""
        value = self._value(field, required=required)
        if value is None:
            return None
        if not isinstance(value, int) or isinstance(value, bool):
            self._note(faults.WrongType(self.place, field, "number"))
            return None
        if not lowest <= value <= highest:
            self._note(faults.BadNumber(self.place, field, value, lowest, highest))
            return None
        return value

    def decimal(self, field: str) -> float | None:
        """Read a number that may have a point; None when it is left out."""
        value = self._value(field, required=False)
        if value is None:
            return None
        is_number = isinstance(value, int | float) and not isinstance(value, bool)
        if not is_number or not abs(value) < LARGEST:
            self._note(faults.WrongType(self.place, field, "number"))
            return None
        return float(value)

    def numbers(self, field: str, lowest: int, highest: int) -> tuple[int, ...]:
        """Read a list of whole numbers that may be left out or empty."""
        value = self._value(field, required=False)
        if value is None:
            return ()
        if not isinstance(value, list) or not all(type(each) is int for each in value):
            self._note(faults.WrongType(self.place, field, "list"))
            return ()
        for each in value:
            if not lowest <= each <= highest:
                self._note(faults.BadNumber(self.place, field, each, lowest, highest))
        return tuple(each for each in value if lowest <= each <= highest)

    def words(self, field: str, *, limit: int = KEY_LIMIT) -> tuple[str, ...]:
        """Read a list of short texts or whole numbers, which become texts."""
        value = self._data.get(field)
        if isinstance(value, list) and all(type(each) in (str, int) for each in value):
            self._data = {**self._data, field: [str(each) for each in value]}
        return self.texts(field, limit=limit)

    def yes_no(self, field: str, *, default: bool) -> bool:
        """Read true or false."""
        value = self._value(field, required=False)
        if value is None:
            return default
        if not isinstance(value, bool):
            self._note(faults.WrongType(self.place, field, "yes or no"))
            return default
        return value

    def texts(self, field: str, *, limit: int = KEY_LIMIT) -> tuple[str, ...]:
        """Read a list of short texts that must not be empty."""
        value = self._value(field, required=True)
        if value is None:
            return ()
        if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
            self._note(faults.WrongType(self.place, field, "list"))
            return ()
        if not value:
            self._note(faults.EmptyList(self.place, field))
        longest = max((len(each) for each in value), default=0)
        if longest > limit:
            self._note(faults.TextTooLong(self.place, field, longest, limit))
        return tuple(value)

    def part(self, field: str) -> "TomlTable":
        """Read a table that belongs to this one, with its place inside."""
        place = faults.Place(field, inside=self.place)
        return TomlTable(self._value(field, required=True), place, self.problems)

    def day(self, field: str, *, today: date) -> date | None:
        """Read a day: a date, or a number of working days from today such as "+10"."""
        value = self._value(field, required=True)
        found = _as_day(value, today)
        if found is None and value is not None:
            self._note(faults.BadDate(self.place, field, str(value)))
        return found

    def time_of_day(self, field: str, *, required: bool = True) -> time | None:
        """Read a time of day, "9:00" or 09:00:00."""
        value = self._value(field, required=required)
        found = _as_time(value)
        if found is None and value is not None:
            self._note(faults.BadTime(self.place, field, str(value)))
        return found

    def wall_time(
        self, field: str, *, today: date, alone: time = LAST_MINUTE, required: bool = False
    ) -> datetime | None:
        """Read a day with a time of day; a day alone means its last minute, or what is given."""
        value = self._value(field, required=required)
        found = _as_wall_time(value, today, alone)
        if found is None and value is not None:
            self._note(faults.BadTime(self.place, field, str(value)))
        return found

    def table(self, field: str) -> "TomlTable":
        """Read a table inside this one; a missing one is noted once and reads as empty."""
        value = self._value(field, required=True)
        problems = self.problems if value is not None else []
        return TomlTable({} if value is None else value, faults.Place(field), problems)

    def tables(self, field: str, name: str, *, required: bool = True) -> list["TomlTable"]:
        """Read a list of tables; each is called `name` with its number."""
        value = self._value(field, required=required)
        if value is None:
            return []
        if not isinstance(value, list):
            self._note(faults.WrongType(self.place, field, "list"))
            return []
        if not value:
            self._note(faults.EmptyList(self.place, field))
        inside = self.place if self.place.table != "file" else None
        return [
            TomlTable(each, faults.Place(name, number, _key_of(each), inside), self.problems)
            for number, each in enumerate(value, start=1)
        ]

    def is_list(self, field: str) -> bool:
        """Tell whether a list is written there."""
        return isinstance(self._data.get(field), list)

    def spot_of(self, field: str, name: str, spot: int) -> faults.Place:
        """Give the place of one of those tables of which a field has one or a list."""
        if self.is_list(field):
            return faults.Place(name, spot + 1, inside=self.place)
        return faults.Place(field, inside=self.place)

    def fields(self) -> tuple[str, ...]:
        """Name all fields that are written, where their names are the writer's own."""
        return tuple(self._data)

    def has(self, field: str) -> bool:
        """Tell whether the field is written at all."""
        return field in self._data

    def is_empty_list(self, field: str) -> bool:
        """Tell whether the field is a list without entries, and count it as read."""
        return bool(self._value(field, required=False) == [])

    def has_one_of(self, *choices: set[str]) -> bool:
        """Tell whether all fields of just one of the choices are written and no others of them."""
        written = {field for choice in choices for field in choice if self.has(field)}
        return written in choices

    def finish(self) -> None:
        """Note every field that nobody has read: it is a misspelling."""
        for field in self._data:
            if field not in self._read:
                self._note(faults.UnknownField(self.place, field))

    def _value(self, field: str, *, required: bool) -> Any:
        self._read.add(field)
        if required and field not in self._data:
            self._note(faults.MissingField(self.place, field))
        return self._data.get(field)

    def _note(self, problem: faults.FileProblem) -> None:
        self.problems.append(problem)


def is_showable(text: str) -> bool:
    """Tell whether a text has no control characters but line ends and tabs."""
    return not any(
        unicodedata.category(letter) in {"Cc", "Cs"} and letter not in "\n\r\t" for letter in text
    )


def _key_of(data: object) -> str:
    key = data.get("key", "") if isinstance(data, dict) else ""
    return key if isinstance(key, str) else ""


def _as_day(value: object, today: date) -> date | None:
    if isinstance(value, str):
        value = value.strip()
        if _OFFSET.fullmatch(value):
            return working_days.shift(today, int(value))
        try:
            value = datetime.strptime(value, "%Y-%m-%d").date()  # noqa: DTZ007 - a wall date
        except ValueError:
            return None
    if not isinstance(value, date) or isinstance(value, datetime):
        return None
    return value if FIRST_YEAR <= value.year <= LAST_YEAR else None


def _as_time(value: object) -> time | None:
    if isinstance(value, str):
        parts = _TIME.fullmatch(value.strip())
        try:
            return time(int(parts[1]), int(parts[2])) if parts else None
        except ValueError:
            return None
    return value.replace(second=0, microsecond=0) if isinstance(value, time) else None


def _as_wall_time(value: object, today: date, alone: time) -> datetime | None:
    if isinstance(value, datetime):
        if value.tzinfo is not None:
            return None
        day, at = _as_day(value.date(), today), _as_time(value.time())
    elif isinstance(value, str) and " " in value.strip():
        first, last = value.split(maxsplit=1)
        day, at = _as_day(first, today), _as_time(last)
    else:
        day, at = _as_day(value, today), alone
    return datetime.combine(day, at) if day and at else None
