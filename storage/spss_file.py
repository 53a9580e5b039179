"""Write a table as an SPSS file (.sav): labels, values that mean no answer, days and moments."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

# SPSS counts seconds from the first day of the Gregorian calendar.
_FIRST = date(1582, 10, 14).toordinal()
_SECONDS_A_DAY = 86_400
# What the format itself can hold, in bytes; the text above ends in "…" instead.
_LONGEST_TEXT, _LONGEST_LABEL, _LONGEST_VALUE_LABEL = 32_767, 255, 120
_CUT = "…"

Value = float | str


@dataclass
class Variable:
    """One column: figures (None for none) or texts; `missing` are values that mean no answer.

    `shown` is an SPSS format, as F8.2; `measure` is nominal, ordinal or scale.
    """

    name: str
    label: str
    values: Sequence[float | None] | Sequence[str]
    is_text: bool = False
    labels: Mapping[Value, str] = field(default_factory=dict)
    missing: Sequence[Value] = ()
    shown: str = ""
    measure: str = "nominal"


def write(file: Path, *, title: str, variables: Sequence[Variable]) -> None:
    """Write the variables as a file; all have as many values."""
    import polars as pl  # noqa: PLC0415 -- 80 MB that only this file needs
    import pyreadstat  # noqa: PLC0415 -- as above

    frame = pl.DataFrame(
        [
            pl.Series(each.name, [_cut(one, _LONGEST_TEXT) for one in each.values], pl.String)
            if each.is_text
            else pl.Series(each.name, each.values, pl.Float64)
            for each in variables
        ]
    )
    labels: dict[str, Any] = {
        one.name: {
            value: _cut(label, _LONGEST_VALUE_LABEL) for value, label in one.labels.items() if label
        }
        for one in variables
        if any(one.labels.values())
    }
    pyreadstat.write_sav(
        frame,
        str(file),
        file_label=_cut(title, 60),
        row_compress=True,
        column_labels={one.name: _cut(one.label, _LONGEST_LABEL) for one in variables},
        variable_value_labels=labels,
        missing_ranges={one.name: list(one.missing) for one in variables if one.missing},
        variable_format={one.name: one.shown for one in variables if one.shown},
        variable_measure={one.name: one.measure for one in variables},
    )


def _cut(text: object, most: int) -> str:
    """Cut a text to so many bytes, between two signs."""
    whole = str(text)
    if len(whole.encode()) <= most:
        return whole
    return whole.encode()[: most - len(_CUT.encode())].decode(errors="ignore") + _CUT


def seconds_of_day(iso: str) -> float:
    """Give an ISO day as SPSS keeps it."""
    return float((date.fromisoformat(iso).toordinal() - _FIRST) * _SECONDS_A_DAY)


def seconds_of_moment(moment: datetime) -> float:
    """Give a moment as SPSS keeps it, in the moment's own zone."""
    since_midnight = moment.hour * 3600 + moment.minute * 60 + moment.second
    return seconds_of_day(moment.date().isoformat()) + since_midnight
