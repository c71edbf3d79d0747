"""The functions of XPath 1.0 and of the ODK XForms specification that need no more than their arguments' values.

Twin: pwa/form/expression-functions.js. Those that need the tree itself are in tree_functions.py.
FUNCTIONS: name → (fewest arguments, most arguments or None, implementation). Implementations get evaluated values.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

from server.surveys.expression import dates, numbers, places, texts
from server.surveys.expression import values as v
from server.surveys.expression.context import Context
from server.surveys.expression.values import Value

Implementation = Callable[[Context, Sequence[Value]], Value]
Entry = tuple[int, int | None, Implementation]


def _text(fewest: int, most: int | None, call: Callable[..., Value]) -> Entry:
    """All arguments as text."""
    return fewest, most, lambda ctx, args: call(*(v.to_text(a) for a in args))


def _number(fewest: int, most: int, call: Callable[..., Value]) -> Entry:
    """All arguments as numbers."""
    return fewest, most, lambda ctx, args: call(*(v.to_number(a, ctx.offset) for a in args))


def _n(ctx: Context, args: Sequence[Value], place: int) -> float | None:
    return v.to_number(args[place], ctx.offset) if len(args) > place else None


_BOOLEANS: dict[str, Entry] = {
    "true": (0, 0, lambda ctx, args: True),
    "false": (0, 0, lambda ctx, args: False),
    "boolean": (1, 1, lambda ctx, args: v.to_boolean(args[0])),
    "not": (1, 1, lambda ctx, args: not v.to_boolean(args[0])),
    "boolean-from-string": _text(1, 1, lambda text: text in {"true", "1"}),
    "checklist": (2, None, numbers.checklist),
    "weighted-checklist": (2, None, numbers.weighted_checklist),
}

_TEXTS: dict[str, Entry] = {
    "string": (1, 1, lambda ctx, args: v.to_text(args[0])),
    "concat": (0, None, lambda ctx, args: "".join(texts.texts(args))),
    "join": (1, None, lambda ctx, args: v.to_text(args[0]).join(texts.texts(args[1:]))),
    "substr": (2, 3, lambda ctx, a: texts.substr(v.to_text(a[0]), _n(ctx, a, 1) or 0.0, _n(ctx, a, 2))),
    "substring": (
        2,
        3,
        lambda ctx, a: texts.substring(v.to_text(a[0]), v.to_number(a[1], ctx.offset), _n(ctx, a, 2)),
    ),
    "substring-before": _text(2, 2, texts.before),
    "substring-after": _text(2, 2, texts.after),
    "translate": _text(3, 3, texts.translate),
    "string-length": _text(1, 1, lambda a: float(len(a))),
    "normalize-space": _text(1, 1, lambda a: " ".join(texts.words(a))),
    "contains": _text(2, 2, lambda a, b: b in a),
    "starts-with": _text(2, 2, lambda a, b: a.startswith(b)),
    "ends-with": _text(2, 2, lambda a, b: a.endswith(b)),
    "upper-case": _text(1, 1, lambda a: a.upper()),
    "lower-case": _text(1, 1, lambda a: a.lower()),
    "digest": _text(2, 3, texts.digest),
    "base64-decode": _text(1, 1, texts.decoded),
    "selected": _text(2, 2, texts.selected),
    "selected-at": (
        2,
        2,
        lambda ctx, a: texts.selected_at(v.to_text(a[0]), v.to_number(a[1], ctx.offset)),
    ),
    "count-selected": _text(1, 1, lambda a: float(len(texts.words(a)))),
}

_NUMBERS: dict[str, Entry] = {
    "number": (1, 1, lambda ctx, args: v.to_number(args[0], ctx.offset)),
    "int": _number(1, 1, numbers.whole),
    "round": _number(1, 2, numbers.rounded),
    "floor": _number(1, 1, lambda a: float(math.floor(a)) if math.isfinite(a) else a),
    "ceiling": _number(1, 1, lambda a: float(math.ceil(a)) if math.isfinite(a) else a),
    "abs": _number(1, 1, abs),
    "pow": _number(2, 2, numbers.power),
    "sqrt": _number(1, 1, lambda a: math.nan if a < 0 else math.sqrt(a)),
    "exp": _number(1, 1, numbers.exponential),
    "exp10": _number(1, 1, lambda a: numbers.power(10.0, a)),
    "log": _number(1, 1, lambda a: numbers.logarithm(a, math.log)),
    "log10": _number(1, 1, lambda a: numbers.logarithm(a, math.log10)),
    "sin": _number(1, 1, lambda a: numbers.safe(math.sin, a)),
    "cos": _number(1, 1, lambda a: numbers.safe(math.cos, a)),
    "tan": _number(1, 1, lambda a: numbers.safe(math.tan, a)),
    "asin": _number(1, 1, lambda a: numbers.safe(math.asin, a)),
    "acos": _number(1, 1, lambda a: numbers.safe(math.acos, a)),
    "atan": _number(1, 1, lambda a: numbers.safe(math.atan, a)),
    "atan2": _number(2, 2, lambda a, b: numbers.safe(math.atan2, a, b)),
    "pi": (0, 0, lambda ctx, args: math.pi),
    "random": (0, 0, lambda ctx, args: ctx.random()),
    "sum": (1, 1, lambda ctx, args: numbers.total(ctx, args[0])),
    "min": (1, None, lambda ctx, args: numbers.extreme(ctx, args, min)),
    "max": (1, None, lambda ctx, args: numbers.extreme(ctx, args, max)),
}

_DATES: dict[str, Entry] = {
    "today": (0, 0, lambda ctx, args: ctx.today),
    "now": (0, 0, lambda ctx, args: ctx.now),
    "date": (1, 1, dates.date),
    "date-time": (1, 1, dates.date_time),
    "decimal-date-time": (1, 1, dates.decimal_date_time),
    "decimal-time": (1, 1, dates.decimal_time),
    "format-date": (2, 2, dates.format_date),
    "format-date-time": (2, 2, dates.format_date_time),
}

_PLACES: dict[str, Entry] = {
    "distance": (1, None, lambda ctx, args: places.distance(texts.texts(args))),
    "area": (1, None, lambda ctx, args: places.area(texts.texts(args))),
    "geofence": _text(2, 2, places.geofence),
    "intersects": _text(1, 1, places.intersects),
}

FUNCTIONS: dict[str, Entry] = _BOOLEANS | _TEXTS | _NUMBERS | _DATES | _PLACES
