"""XPath values and how one becomes another. Twin: pwa/form/expression-values.js.

A value is float, str, bool or a node set (list of Node or Row). Dates are strings, as in the ODK XForms specification; as numbers
they count days since 1970-01-01 in the calendar of the form's zone, so that a date is a whole number, a difference of
dates is exact, and a date and a time of the same day compare as people expect. (The specification counts in UTC, which
only shifts the origin.)
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate
from typing import Any

DAY_MS = 86_400_000
_NUMBER = re.compile(r"[ \t\r\n]*-?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)[ \t\r\n]*")
_MOMENT = re.compile(
    r"([0-9]{4})-([0-9]{2})-([0-9]{2})"
    r"(?:T([0-9]{2}):([0-9]{2})(?::([0-9]{2})(?:\.([0-9]+))?)?(Z|[-+][0-9]{2}:[0-9]{2})?)?"
)
_TIME = re.compile(r"([0-9]{2}):([0-9]{2})(?::([0-9]{2})(?:\.([0-9]+))?)?(Z|[-+][0-9]{2}:[0-9]{2})?")
_MONTH_DAYS = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
_DAYS_BEFORE = (0, *accumulate(_MONTH_DAYS))


@dataclass(frozen=True, slots=True)
class Node:
    """A place in the answers: a question's path and the entry of each repeat around it. `text` is its string value."""

    path: str
    at: tuple[int, ...]
    text: str
    #: groups and repeat entries are there whether or not anything in them is answered
    leaf: bool


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a list, or (with a column named) one field of it."""

    row: dict[str, Any]
    text: str
    leaf: bool = False


NodeSet = Sequence[Node | Row]
Value = float | str | bool | NodeSet


def to_text(value: Value) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, float)):
        return number_text(value)
    return value[0].text if value else ""


def to_number(value: Value, offset: int) -> float:
    if isinstance(value, bool):
        return 1.0 if value else 0.0
    if isinstance(value, (int, float)):
        return float(value)
    text = value if isinstance(value, str) else to_text(value)
    if _NUMBER.fullmatch(text):
        return float(text)
    days = days_of(text, offset)
    return math.nan if days is None else days


def to_boolean(value: Value) -> bool:
    """A question that is not answered counts as false, as in JavaRosa; XPath alone would ask whether its node exists."""
    if isinstance(value, bool):
        return value
    if isinstance(value, (int, float)):
        return not (value == 0 or math.isnan(value))
    if isinstance(value, str):
        return value != ""
    return any(not node.leaf or node.text != "" for node in value)


def number_text(value: float) -> str:
    """As XPath writes numbers: no exponent, no trailing `.0`; NaN is a word."""
    if math.isnan(value):
        return "NaN"
    if math.isinf(value):
        return "Infinity" if value > 0 else "-Infinity"
    if value == 0:
        return "0"
    if value == int(value) and abs(value) < 1e15:
        return str(int(value))
    text = repr(float(value))
    mantissa, _, exponent = text.partition("e")
    if not exponent:
        return mantissa.removesuffix(".0")
    sign = "-" if mantissa.startswith("-") else ""
    whole, _, fraction = mantissa.lstrip("-").partition(".")
    fraction = "" if fraction == "0" else fraction
    shift = int(exponent)
    if shift < 0:
        return f"{sign}0.{'0' * (-shift - 1)}{whole}{fraction}"
    return f"{sign}{whole}{fraction.ljust(shift, '0')}"


# Dates ------------------------------------------------------------------------------------------------------------


def is_leap(year: int) -> bool:
    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)


def days_in_month(year: int, month: int) -> int:
    return 29 if month == 2 and is_leap(year) else _MONTH_DAYS[month - 1]


def day_number(year: int, month: int, day: int) -> int | None:
    """Days since 1970-01-01 of a real calendar day, else None."""
    if not (1 <= month <= 12 and 1 <= day <= days_in_month(year, month)) or year < 1:
        return None
    before = year - 1
    leap_days = before // 4 - before // 100 + before // 400
    in_year = _DAYS_BEFORE[month - 1] + (month > 2 and is_leap(year)) + day
    return before * 365 + leap_days + in_year - 719163


def civil(days: int) -> tuple[int, int, int]:
    """Year, month, day of a day number."""
    shifted = days + 719468
    era = shifted // 146097
    of_era = shifted - era * 146097
    year_of_era = (of_era - of_era // 1460 + of_era // 36524 - of_era // 146096) // 365
    of_year = of_era - (365 * year_of_era + year_of_era // 4 - year_of_era // 100)
    shifted_month = (5 * of_year + 2) // 153
    day = of_year - (153 * shifted_month + 2) // 5 + 1
    month = shifted_month + 3 if shifted_month < 10 else shifted_month - 9
    return year_of_era + era * 400 + (1 if month <= 2 else 0), month, day


def _clock(hour: str, minute: str, second: str | None, fraction: str | None) -> int | None:
    """Milliseconds since midnight."""
    h, m, s = int(hour), int(minute), int(second or 0)
    if h > 23 or m > 59 or s > 59:
        return None
    return ((h * 60 + m) * 60 + s) * 1000 + int(((fraction or "") + "000")[:3])


def _zone(zone: str | None, offset: int) -> int | None:
    """Minutes east of UTC."""
    if not zone:
        return offset
    if zone == "Z":
        return 0
    hours, minutes = int(zone[1:3]), int(zone[4:6])
    if hours > 23 or minutes > 59:
        return None
    return (hours * 60 + minutes) * (-1 if zone[0] == "-" else 1)


def moment(text: str, offset: int) -> tuple[int, int] | None:
    """A date or dateTime → (day number, milliseconds of that day) in the form's zone."""
    # A form compares the same few days again and again; only what is short enough to be one is kept.
    return _moment(text, offset) if len(text) < 40 else _moment.__wrapped__(text, offset)


@lru_cache(maxsize=2048)
def _moment(text: str, offset: int) -> tuple[int, int] | None:
    match = _MOMENT.fullmatch(text)
    if match is None:
        return None
    year, month, day, hour, minute, second, fraction, zone = match.groups()
    days = day_number(int(year), int(month), int(day))
    if days is None or hour is None:
        return None if days is None else (days, 0)
    clock, minutes = _clock(hour, minute, second, fraction), _zone(zone, offset)
    if clock is None or minutes is None:
        return None
    total = days * DAY_MS + clock + (offset - minutes) * 60_000
    return total // DAY_MS, total % DAY_MS


def days_of(text: str, offset: int) -> float | None:
    found = moment(text, offset)
    return None if found is None else found[0] + found[1] / DAY_MS


def moment_of_number(days: float) -> tuple[int, int] | None:
    if math.isnan(days) or abs(days) > 3_000_000:
        return None
    total = math.floor(days * DAY_MS + 0.5)
    if not -719162 * DAY_MS <= total < 2932897 * DAY_MS:
        return None
    return total // DAY_MS, total % DAY_MS


def day_fraction(text: str, offset: int) -> float | None:
    """A time of day → fraction of the day, in the form's zone."""
    match = _TIME.fullmatch(text)
    if match is None:
        return None
    clock, minutes = _clock(*match.groups()[:4]), _zone(match.group(5), offset)
    if clock is None or minutes is None:
        return None
    return ((clock + (offset - minutes) * 60_000) % DAY_MS) / DAY_MS


def date_text(days: int) -> str:
    year, month, day = civil(days)
    return f"{year:04d}-{month:02d}-{day:02d}"


def time_text(milliseconds: int) -> str:
    seconds, ms = divmod(milliseconds, 1000)
    minutes, s = divmod(seconds, 60)
    return f"{minutes // 60:02d}:{minutes % 60:02d}:{s:02d}.{ms:03d}"


def offset_text(offset: int) -> str:
    return f"{'-' if offset < 0 else '+'}{abs(offset) // 60:02d}:{abs(offset) % 60:02d}"
