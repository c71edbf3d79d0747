"""The date and time functions of the ODK specification. Twin: pwa/form/expression-functions.js."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence

from server.surveys.expression import values as v
from server.surveys.expression.context import Context
from server.surveys.expression.values import Value

_MONTHS_EN = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_DAYS_EN = ("Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat")
_DAYS_ZH = ("周日", "周一", "周二", "周三", "周四", "周五", "周六")
_UNPADDED = re.compile(r"([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})(T.*)?")


def _moment(ctx: Context, value: Value) -> tuple[int, int] | None:
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return v.moment_of_number(value)
    text = v.to_text(value)
    found = v.moment(text, ctx.offset)
    if found is None and (match := _UNPADDED.fullmatch(text)):
        year, month, day, rest = match.groups()
        found = v.moment(f"{year}-{month:0>2}-{day:0>2}{rest or ''}", ctx.offset)
    return found


def date(ctx: Context, args: Sequence[Value]) -> str:
    found = _moment(ctx, args[0])
    return v.date_text(found[0]) if found else ""


def date_time(ctx: Context, args: Sequence[Value]) -> str:
    found = _moment(ctx, args[0])
    return f"{v.date_text(found[0])}T{v.time_text(found[1])}{v.offset_text(ctx.offset)}" if found else ""


def decimal_date_time(ctx: Context, args: Sequence[Value]) -> float:
    found = _moment(ctx, args[0])
    return found[0] + found[1] / v.DAY_MS if found else math.nan


def decimal_time(ctx: Context, args: Sequence[Value]) -> float:
    fraction = v.day_fraction(v.to_text(args[0]), ctx.offset)
    return math.nan if fraction is None else fraction


def format_date(ctx: Context, args: Sequence[Value]) -> str:
    found = _moment(ctx, args[0])
    return _written(v.to_text(args[1]), _days(found[0], ctx.lang)) if found else ""


def format_date_time(ctx: Context, args: Sequence[Value]) -> str:
    found = _moment(ctx, args[0])
    return _written(v.to_text(args[1]), _days(found[0], ctx.lang) | _clock(found[1])) if found else ""


def _written(pattern: str, parts: dict[str, str]) -> str:
    return re.sub(r"%([YymnbdeaHhMS3])", lambda m: parts.get(m[1], m[0]), pattern)


def _days(days: int, lang: str) -> dict[str, str]:
    year, month, day = v.civil(days)
    chinese = lang.startswith("zh")
    weekday = (days + 4) % 7
    return {
        "Y": f"{year:04d}",
        "y": f"{year % 100:02d}",
        "m": f"{month:02d}",
        "n": str(month),
        "b": f"{month}月" if chinese else _MONTHS_EN[month - 1],
        "d": f"{day:02d}",
        "e": str(day),
        "a": _DAYS_ZH[weekday] if chinese else _DAYS_EN[weekday],
    }


def _clock(ms: int) -> dict[str, str]:
    clock = v.time_text(ms)
    return {"H": clock[:2], "h": str(int(clock[:2])), "M": clock[3:5], "S": clock[6:8], "3": clock[9:]}
