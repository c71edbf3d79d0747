"""The number functions of the ODK specification. Twin: pwa/form/expression-functions.js."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

from server.surveys.expression import values as v
from server.surveys.expression.context import Context
from server.surveys.expression.values import Value

_ROUND_LIMIT = 15
WHOLE_POWERS = 64


def precise(value: float) -> float:
    """Twelve digits: maths libraries differ in the last bit, between languages and between processors; this does not."""
    return float(f"{value:.11e}") if math.isfinite(value) else value


def numbers(ctx: Context, values: Sequence[Value]) -> list[float]:
    """Of all values, and of every node of a node set."""
    found: list[float] = []
    for value in values:
        if isinstance(value, (str, bool, int, float)):
            found.append(v.to_number(value, ctx.offset))
        else:
            found.extend(v.to_number(node.text, ctx.offset) for node in value)
    return found


def rounded(value: float, decimals: float = 0.0) -> float:
    if math.isnan(value) or math.isinf(value) or math.isnan(decimals):
        return value if not math.isnan(decimals) else math.nan
    places = int(max(-_ROUND_LIMIT, min(_ROUND_LIMIT, decimals)))
    power = float(10 ** abs(places))
    shifted = abs(value) * power if places >= 0 else abs(value) / power
    nearest = math.floor(shifted + 0.5) if shifted < 2**52 else shifted
    result = nearest / power if places >= 0 else nearest * power
    return -result if value < 0 else float(result)


def safe(call: Callable[..., float], *given: float) -> float:
    try:
        result = call(*given)
    except (ValueError, OverflowError):
        return math.nan
    return precise(result) if isinstance(result, (int, float)) else math.nan


def logarithm(value: float, function: Callable[[float], float]) -> float:
    if value == 0:
        return -math.inf
    return safe(function, value)


def power(base: float, exponent: float) -> float:
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


def exponential(value: float) -> float:
    try:
        return precise(math.exp(value))
    except OverflowError:
        return math.inf


def whole(value: float) -> float:
    return value if math.isnan(value) or math.isinf(value) else float(math.trunc(value))


def total(ctx: Context, value: Value) -> float:
    found = 0.0
    for number in numbers(ctx, [value]):
        found += number
    return found


def extreme(ctx: Context, values: Sequence[Value], pick: Callable[[list[float]], float]) -> float:
    """NaN when nothing is given or anything is no number, as in XPath 3.0; an answer that is empty is none."""
    found = numbers(ctx, values)
    return math.nan if not found or any(math.isnan(n) for n in found) else pick(found)


def checklist(ctx: Context, values: Sequence[Value]) -> bool:
    fewest, most = (v.to_number(value, ctx.offset) for value in values[:2])
    return _between(fewest, most, sum(1 for n in numbers(ctx, values[2:]) if n > 0))


def weighted_checklist(ctx: Context, values: Sequence[Value]) -> bool:
    fewest, most = (v.to_number(value, ctx.offset) for value in values[:2])
    found = numbers(ctx, values[2:])
    pairs = zip(found[::2], found[1::2], strict=False)
    return _between(fewest, most, sum(weight for n, weight in pairs if n > 0))


def _between(fewest: float, most: float, count: float) -> bool:
    return (fewest < 0 or count >= fewest) and (most < 0 or count <= most)
