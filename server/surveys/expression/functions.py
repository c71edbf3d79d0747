"""The ODK function set. Twin: pwa/form/expression-functions.js. Functions that need the tree itself (position, once,
indexed-repeat, regex …) are in evaluate.py.

FUNCTIONS: name → (fewest arguments, most arguments or None, implementation). Implementations get evaluated values.
"""

from __future__ import annotations

import base64
import hashlib
import math
import re
from collections.abc import Callable, Sequence

from server.surveys.expression import places
from server.surveys.expression import values as v
from server.surveys.expression.context import Context
from server.surveys.expression.values import Value

Implementation = Callable[[Context, Sequence[Value]], Value]
_SPACE = re.compile(r"[ \t\r\n]+")
_MONTHS_EN = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_DAYS_EN = ("Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat")
_DAYS_ZH = ("周日", "周一", "周二", "周三", "周四", "周五", "周六")
_UNPADDED = re.compile(r"([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})(T.*)?")
_ROUND_LIMIT = 15
WHOLE_POWERS = 64


def precise(value: float) -> float:
    """Twelve digits: maths libraries differ in the last bit, between languages and between processors; this does not."""
    return float(f"{value:.11e}") if math.isfinite(value) else value


def words(text: str) -> list[str]:
    return [word for word in _SPACE.split(text) if word]


# Text -------------------------------------------------------------------------------------------------------------


def _texts(values: Sequence[Value]) -> list[str]:
    found: list[str] = []
    for value in values:
        if isinstance(value, (str, bool, int, float)):
            found.append(v.to_text(value))
        else:
            found.extend(node.text for node in value)
    return found


def _substring(text: str, start: float, length: float | None) -> str:
    """XPath 1.0's: counted from 1, fractions rounded, NaN takes nothing."""
    first = math.floor(start + 0.5) if math.isfinite(start) else start
    if length is None:
        last = math.inf
    else:
        last = first + (math.floor(length + 0.5) if math.isfinite(length) else length)
    return "".join(c for i, c in enumerate(text, 1) if i >= first and i < last)


def _substr(text: str, start: float, end: float | None) -> str:
    size = len(text)

    def place(value: float) -> int:
        if math.isnan(value):
            return 0
        whole = int(max(-1e9, min(1e9, value)))
        return max(0, min(size, whole + size if whole < 0 else whole))

    return text[place(start) : size if end is None else place(end)]


def _translate(text: str, old: str, new: str) -> str:
    table: dict[str, str] = {}
    for i, c in enumerate(old):
        table.setdefault(c, new[i] if i < len(new) else "")
    return "".join(table.get(c, c) for c in text)


_DIGESTS = {"MD5": "md5", "SHA-1": "sha1", "SHA-256": "sha256", "SHA-384": "sha384", "SHA-512": "sha512"}


def _digest(text: str, algorithm: str, encoding: str) -> str:
    name = _DIGESTS.get(algorithm.upper())
    if name is None:
        return ""
    raw = hashlib.new(name, text.encode("utf-8", "replace"), usedforsecurity=False)
    return raw.hexdigest() if encoding == "hex" else base64.b64encode(raw.digest()).decode()


def _decoded(text: str) -> str:
    """base64-decode(); what is no Base64 of UTF-8 comes out empty."""
    try:
        return base64.b64decode(text, validate=True).decode("utf-8")
    except (ValueError, UnicodeDecodeError):
        return ""


# Numbers ----------------------------------------------------------------------------------------------------------


def _round(value: float, decimals: float) -> float:
    if math.isnan(value) or math.isinf(value) or math.isnan(decimals):
        return value if not math.isnan(decimals) else math.nan
    places = int(max(-_ROUND_LIMIT, min(_ROUND_LIMIT, decimals)))
    power = float(10 ** abs(places))
    shifted = abs(value) * power if places >= 0 else abs(value) / power
    rounded = math.floor(shifted + 0.5) if shifted < 2**52 else shifted
    result = rounded / power if places >= 0 else rounded * power
    return -result if value < 0 else float(result)


def _safe(call: Callable[..., float], *numbers: float) -> float:
    try:
        result = call(*numbers)
    except (ValueError, OverflowError):
        return math.nan
    return precise(result) if isinstance(result, (int, float)) else math.nan


def _log(value: float, function: Callable[[float], float]) -> float:
    if value == 0:
        return -math.inf
    return _safe(function, value)


def _pow(base: float, exponent: float) -> float:
    if math.isnan(exponent) or (math.isinf(exponent) and abs(base) == 1):
        return math.nan
    whole = math.isfinite(exponent) and exponent == int(exponent)
    if whole and abs(exponent) <= WHOLE_POWERS:
        return _whole_power(base, int(exponent))
    odd = whole and int(exponent) % 2 == 1
    if base == 0 and exponent < 0:
        return math.copysign(math.inf, base) if odd else math.inf
    try:
        return precise(math.pow(base, exponent))
    except OverflowError:
        return -math.inf if base < 0 and odd else math.inf
    except ValueError:
        return math.nan


def _whole_power(base: float, exponent: int) -> float:
    """By multiplying, in an order of our own: exact where doubles are, and the same everywhere."""
    result, square, left = 1.0, base, abs(exponent)
    while left:
        if left % 2:
            result *= square
        square *= square
        left //= 2
    if exponent >= 0:
        return result
    return math.copysign(math.inf, result) if result == 0 else 1.0 / result


def _exp(value: float) -> float:
    try:
        return precise(math.exp(value))
    except OverflowError:
        return math.inf


def _int(value: float) -> float:
    return value if math.isnan(value) or math.isinf(value) else float(math.trunc(value))


def _numbers(ctx: Context, values: Sequence[Value]) -> list[float]:
    found: list[float] = []
    for value in values:
        if isinstance(value, (str, bool, int, float)):
            found.append(v.to_number(value, ctx.offset))
        else:
            found.extend(v.to_number(node.text, ctx.offset) for node in value)
    return found


def _extreme(ctx: Context, values: Sequence[Value], pick: Callable[[list[float]], float]) -> float:
    """Answers that are empty do not count; nothing at all gives NaN."""
    found = [v.to_number(text, ctx.offset) for text in _texts(values) if text != ""]
    return math.nan if not found or any(math.isnan(n) for n in found) else pick(found)


def _sum(ctx: Context, value: Value) -> float:
    total = 0.0
    for number in _numbers(ctx, [value]):
        total += number
    return total


# Choices ----------------------------------------------------------------------------------------------------------


def _selected_at(text: str, index: float) -> str:
    found = words(text)
    return found[int(index)] if not math.isnan(index) and 0 <= index < len(found) else ""


def _checklist(ctx: Context, values: Sequence[Value]) -> bool:
    fewest, most = (v.to_number(value, ctx.offset) for value in values[:2])
    return _between(fewest, most, sum(1 for n in _numbers(ctx, values[2:]) if n > 0))


def _weighted(ctx: Context, values: Sequence[Value]) -> bool:
    fewest, most = (v.to_number(value, ctx.offset) for value in values[:2])
    numbers = _numbers(ctx, values[2:])
    pairs = zip(numbers[::2], numbers[1::2], strict=False)
    return _between(fewest, most, sum(weight for n, weight in pairs if n > 0))


def _between(fewest: float, most: float, count: float) -> bool:
    return (fewest < 0 or count >= fewest) and (most < 0 or count <= most)


# Dates ------------------------------------------------------------------------------------------------------------


def _moment(ctx: Context, value: Value) -> tuple[int, int] | None:
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return v.moment_of_number(value)
    text = v.to_text(value)
    found = v.moment(text, ctx.offset)
    if found is None and (match := _UNPADDED.fullmatch(text)):
        year, month, day, rest = match.groups()
        found = v.moment(f"{year}-{month:0>2}-{day:0>2}{rest or ''}", ctx.offset)
    return found


def _date(ctx: Context, value: Value) -> str:
    found = _moment(ctx, value)
    return v.date_text(found[0]) if found else ""


def _date_time(ctx: Context, value: Value) -> str:
    found = _moment(ctx, value)
    return f"{v.date_text(found[0])}T{v.time_text(found[1])}{v.offset_text(ctx.offset)}" if found else ""


def _decimal(ctx: Context, value: Value) -> float:
    found = _moment(ctx, value)
    return found[0] + found[1] / v.DAY_MS if found else math.nan


def _format(ctx: Context, value: Value, pattern: str, with_time: bool) -> str:
    found = _moment(ctx, value)
    if found is None:
        return ""
    days, ms = found
    year, month, day = v.civil(days)
    chinese = ctx.lang.startswith("zh")
    weekday = (days + 4) % 7
    parts = {
        "Y": f"{year:04d}",
        "y": f"{year % 100:02d}",
        "m": f"{month:02d}",
        "n": str(month),
        "b": f"{month}月" if chinese else _MONTHS_EN[month - 1],
        "d": f"{day:02d}",
        "e": str(day),
        "a": _DAYS_ZH[weekday] if chinese else _DAYS_EN[weekday],
    }
    if with_time:
        clock = v.time_text(ms)
        parts |= {"H": clock[:2], "h": str(int(clock[:2])), "M": clock[3:5], "S": clock[6:8], "3": clock[9:]}
    return re.sub(r"%([YymnbdeaHhMS3])", lambda m: parts.get(m[1], m[0]), pattern)


# The table --------------------------------------------------------------------------------------------------------


def _text(
    fewest: int, most: int | None, call: Callable[..., Value]
) -> tuple[int, int | None, Implementation]:
    """All arguments as text."""
    return fewest, most, lambda ctx, args: call(*(v.to_text(a) for a in args))


def _number(fewest: int, most: int, call: Callable[..., Value]) -> tuple[int, int | None, Implementation]:
    """All arguments as numbers."""
    return fewest, most, lambda ctx, args: call(*(v.to_number(a, ctx.offset) for a in args))


def _n(ctx: Context, args: Sequence[Value], place: int) -> float | None:
    return v.to_number(args[place], ctx.offset) if len(args) > place else None


FUNCTIONS: dict[str, tuple[int, int | None, Implementation]] = {
    "true": (0, 0, lambda ctx, args: True),
    "false": (0, 0, lambda ctx, args: False),
    "boolean": (1, 1, lambda ctx, args: v.to_boolean(args[0])),
    "not": (1, 1, lambda ctx, args: not v.to_boolean(args[0])),
    "boolean-from-string": _text(1, 1, lambda text: text in {"true", "1"}),
    "string": (1, 1, lambda ctx, args: v.to_text(args[0])),
    "concat": (0, None, lambda ctx, args: "".join(_texts(args))),
    "join": (1, None, lambda ctx, args: v.to_text(args[0]).join(_texts(args[1:]))),
    "substr": (2, 3, lambda ctx, a: _substr(v.to_text(a[0]), _n(ctx, a, 1) or 0.0, _n(ctx, a, 2))),
    "substring": (
        2,
        3,
        lambda ctx, a: _substring(v.to_text(a[0]), v.to_number(a[1], ctx.offset), _n(ctx, a, 2)),
    ),
    "substring-before": _text(2, 2, lambda a, b: a.partition(b)[0] if b and b in a else ""),
    "substring-after": _text(2, 2, lambda a, b: a.partition(b)[2] if b else a),
    "translate": _text(3, 3, _translate),
    "string-length": _text(1, 1, lambda a: float(len(a))),
    "normalize-space": _text(1, 1, lambda a: " ".join(words(a))),
    "contains": _text(2, 2, lambda a, b: b in a),
    "starts-with": _text(2, 2, lambda a, b: a.startswith(b)),
    "ends-with": _text(2, 2, lambda a, b: a.endswith(b)),
    "upper-case": _text(1, 1, lambda a: a.upper()),
    "lower-case": _text(1, 1, lambda a: a.lower()),
    "digest": _text(2, 3, lambda a, b, c="base64": _digest(a, b, c)),
    "base64-decode": _text(1, 1, _decoded),
    "distance": (1, None, lambda ctx, args: places.distance(_texts(args))),
    "area": (1, None, lambda ctx, args: places.area(_texts(args))),
    "geofence": _text(2, 2, places.geofence),
    "number": (1, 1, lambda ctx, args: v.to_number(args[0], ctx.offset)),
    "int": _number(1, 1, _int),
    "round": _number(1, 2, lambda a, b=0.0: _round(a, b)),
    "floor": _number(1, 1, lambda a: float(math.floor(a)) if math.isfinite(a) else a),
    "ceiling": _number(1, 1, lambda a: float(math.ceil(a)) if math.isfinite(a) else a),
    "abs": _number(1, 1, abs),
    "pow": _number(2, 2, _pow),
    "sqrt": _number(1, 1, lambda a: math.nan if a < 0 else math.sqrt(a)),
    "exp": _number(1, 1, _exp),
    "exp10": _number(1, 1, lambda a: _pow(10.0, a)),
    "log": _number(1, 1, lambda a: _log(a, math.log)),
    "log10": _number(1, 1, lambda a: _log(a, math.log10)),
    "sin": _number(1, 1, lambda a: _safe(math.sin, a)),
    "cos": _number(1, 1, lambda a: _safe(math.cos, a)),
    "tan": _number(1, 1, lambda a: _safe(math.tan, a)),
    "asin": _number(1, 1, lambda a: _safe(math.asin, a)),
    "acos": _number(1, 1, lambda a: _safe(math.acos, a)),
    "atan": _number(1, 1, lambda a: _safe(math.atan, a)),
    "atan2": _number(2, 2, lambda a, b: _safe(math.atan2, a, b)),
    "pi": (0, 0, lambda ctx, args: math.pi),
    "random": (0, 0, lambda ctx, args: ctx.random()),
    "sum": (1, 1, lambda ctx, args: _sum(ctx, args[0])),
    "min": (1, None, lambda ctx, args: _extreme(ctx, args, min)),
    "max": (1, None, lambda ctx, args: _extreme(ctx, args, max)),
    "selected": _text(2, 2, lambda a, b: b.strip(" \t\r\n") in words(a)),
    "selected-at": (2, 2, lambda ctx, a: _selected_at(v.to_text(a[0]), v.to_number(a[1], ctx.offset))),
    "count-selected": _text(1, 1, lambda a: float(len(words(a)))),
    "checklist": (2, None, _checklist),
    "weighted-checklist": (2, None, _weighted),
    "today": (0, 0, lambda ctx, args: ctx.today),
    "now": (0, 0, lambda ctx, args: ctx.now),
    "date": (1, 1, lambda ctx, args: _date(ctx, args[0])),
    "date-time": (1, 1, lambda ctx, args: _date_time(ctx, args[0])),
    "decimal-date-time": (1, 1, lambda ctx, args: _decimal(ctx, args[0])),
    "format-date": (2, 2, lambda ctx, args: _format(ctx, args[0], v.to_text(args[1]), False)),
    "format-date-time": (2, 2, lambda ctx, args: _format(ctx, args[0], v.to_text(args[1]), True)),
}


def _decimal_time(ctx: Context, args: Sequence[Value]) -> float:
    fraction = v.day_fraction(v.to_text(args[0]), ctx.offset)
    return math.nan if fraction is None else fraction


FUNCTIONS["decimal-time"] = (1, 1, _decimal_time)
