"""Resolved expression + context → value. Twin: pwa/form/expression.js.

Promises: never raises for any answers; reads them only through the context, so that whoever supplies it sees every read.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from server.surveys.expression import nodes
from server.surveys.expression.context import At, Context
from server.surveys.expression.functions import FUNCTIONS
from server.surveys.expression.nodes import Focus, Operation, stored_text
from server.surveys.expression.tree_functions import SPECIAL
from server.surveys.expression.values import Value, to_boolean, to_number

AST = list[Any]

__all__ = ["SPECIAL", "evaluate", "is_true", "stored_text"]


def _number(focus: Focus, tree: AST) -> float:
    return to_number(_run(focus, tree), focus.ctx.offset)


def _plus(focus: Focus, tree: AST) -> float:
    total = _number(focus, tree[1])
    for part in tree[2:]:
        total += _number(focus, part)
    return total


def _times(focus: Focus, tree: AST) -> float:
    total = _number(focus, tree[1])
    for part in tree[2:]:
        total *= _number(focus, part)
    return total


def divide(a: float, b: float) -> float:
    if b == 0:
        if a == 0 or math.isnan(a):
            return math.nan
        return math.copysign(math.inf, a) * math.copysign(1.0, b)
    return a / b


def modulo(a: float, b: float) -> float:
    if b == 0 or math.isinf(a) or math.isnan(a) or math.isnan(b):
        return math.nan
    return math.fmod(a, b)


def _order(sign: str, a: float, b: float) -> bool:
    if sign == "<":
        return a < b
    if sign == "<=":
        return a <= b
    return a > b if sign == ">" else a >= b


def _compare(focus: Focus, tree: AST) -> bool:
    sign, offset = tree[0], focus.ctx.offset
    left, right = _run(focus, tree[1]), _run(focus, tree[2])
    for a in _singles(left, right):
        for b in _singles(right, left):
            if sign in {"=", "!="}:
                if _equal(a, b, offset) == (sign == "="):
                    return True
            elif _order(sign, to_number(a, offset), to_number(b, offset)):
                return True
    return False


def _singles(value: Value, other: Value) -> Sequence[float | str | bool]:
    """A node set compares by any of its nodes, but with a boolean as a whole (XPath 1.0, 3.4)."""
    if not isinstance(value, list):
        return [value]  # type: ignore[list-item]
    return [to_boolean(value)] if isinstance(other, bool) else [node.text for node in value]


def _equal(a: float | str | bool, b: float | str | bool, offset: int) -> bool:
    if isinstance(a, bool) or isinstance(b, bool):
        return to_boolean(a) == to_boolean(b)
    if isinstance(a, str) and isinstance(b, str):
        return a == b
    return to_number(a, offset) == to_number(b, offset)


def _call(focus: Focus, tree: AST) -> Value:
    special = SPECIAL.get(tree[1])
    if special is not None:
        return special[2](focus, tree[2:])
    return FUNCTIONS[tree[1]][2](focus.ctx, [_run(focus, arg) for arg in tree[2:]])


_OPERATIONS: dict[str, Operation] = dict.fromkeys(("=", "!=", "<", "<=", ">", ">="), _compare) | {
    "num": lambda focus, tree: float(tree[1]),
    "str": lambda focus, tree: str(tree[1]),
    "or": lambda focus, tree: any(to_boolean(_run(focus, part)) for part in tree[1:]),
    "and": lambda focus, tree: all(to_boolean(_run(focus, part)) for part in tree[1:]),
    "+": _plus,
    "*": _times,
    "-": lambda focus, tree: _number(focus, tree[1]) - _number(focus, tree[2]),
    "div": lambda focus, tree: divide(_number(focus, tree[1]), _number(focus, tree[2])),
    "mod": lambda focus, tree: modulo(_number(focus, tree[1]), _number(focus, tree[2])),
    "neg": lambda focus, tree: -_number(focus, tree[1]),
    "call": _call,
    **nodes.OPERATIONS,
}


def _run(focus: Focus, tree: AST) -> Value:
    return _OPERATIONS[tree[0]](focus, tree)


def evaluate(tree: AST, ctx: Context, at: At = (), row: dict[str, Any] | None = None) -> Value:
    """The value of an expression standing in the given entries; with `row`, of a choice filter for that row."""
    return _run(Focus(ctx, _run, at, at, row), tree)


def is_true(tree: AST, ctx: Context, at: At = (), row: dict[str, Any] | None = None) -> bool:
    return to_boolean(evaluate(tree, ctx, at, row))
