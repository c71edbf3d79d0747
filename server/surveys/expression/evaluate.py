"""Resolved expression + context → value. Twin: pwa/form/expression.js.

Promises: never raises for any answers; reads them only through the context, so that whoever supplies it sees every read.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from server.surveys.expression import pattern
from server.surveys.expression.context import At, Context
from server.surveys.expression.functions import FUNCTIONS
from server.surveys.expression.values import (
    Node,
    NodeSet,
    Row,
    Value,
    number_text,
    to_boolean,
    to_number,
    to_text,
)

AST = list[Any]


class _Focus:
    """Where inside an expression we are: the expression's own place, and inside a predicate the node looked at."""

    __slots__ = ("at", "ctx", "origin", "position", "row", "size")

    def __init__(
        self,
        ctx: Context,
        origin: At,
        at: At,
        row: dict[str, Any] | None = None,
        position: int = 1,
        size: int = 1,
    ) -> None:
        self.ctx = ctx
        self.origin = origin
        self.at = at
        self.row = row
        self.position = position
        self.size = size


def stored_text(value: Any) -> str:
    """The text XPath sees of a stored answer."""
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, float)):
        return number_text(float(value))
    if isinstance(value, list):
        return " ".join(item for item in value if isinstance(item, str))
    return ""


def _nodes(path: str, at: At, ctx: Context) -> Iterator[Node]:
    """The path's nodes in document order; `at` binds its outermost repeats, the rest range over their entries."""
    chain = ctx.index.chain(path)
    if len(at) < len(chain):
        for place in range(ctx.count(chain[len(at)], at)):
            yield from _nodes(path, (*at, place), ctx)
        return
    kind = ctx.index.types.get(path, "group")
    leaf = kind not in {"group", "repeat"}
    yield Node(path, at, stored_text(ctx.value(path, at)) if leaf else "", leaf)


def _path(focus: _Focus, tree: AST) -> NodeSet:
    bound = tree[2] if len(tree) > 2 else 0
    return list(_nodes(tree[1], focus.at[:bound], focus.ctx))


def _current(focus: _Focus, tree: AST) -> NodeSet:
    bound = tree[2] if len(tree) > 2 else 0
    return list(_nodes(tree[1], focus.origin[:bound], focus.ctx))


def _below(focus: _Focus, tree: AST) -> NodeSet:
    found: list[Node | Row] = []
    for node in _node_set(focus, tree[1]):
        if isinstance(node, Node):
            path = f"{node.path}/{tree[2]}" if node.path else tree[2]
            found.extend(_nodes(path, node.at, focus.ctx))
    return found


def _above(focus: _Focus, tree: AST) -> NodeSet:
    depth = len(focus.ctx.index.chain(tree[2]))
    places: dict[At, None] = {}
    for node in _node_set(focus, tree[1]):
        if isinstance(node, Node):
            places[node.at[:depth]] = None
    return [Node(tree[2], at, "", False) for at in places]


def _items(focus: _Focus, tree: AST) -> NodeSet:
    return [Row(row, "") for row in focus.ctx.index.lists.get(tree[1], [])]


def _column(focus: _Focus, tree: AST) -> NodeSet:
    return [
        Row(node.row, cell(node.row, tree[2], focus.ctx), True)
        for node in _node_set(focus, tree[1])
        if isinstance(node, Row) and tree[2] in node.row
    ]


def _field(focus: _Focus, tree: AST) -> NodeSet:
    row = focus.row
    return [] if row is None or tree[1] not in row else [Row(row, cell(row, tree[1], focus.ctx), True)]


def cell(row: dict[str, Any], column: str, ctx: Context) -> str:
    """A row's column as text; words in the language of the context, or in whatever language there is."""
    value = row.get(column, "")
    if isinstance(value, dict):
        words = value.get(ctx.lang) or next(iter(value.values()), "")
        return (
            "".join(part for part in words if isinstance(part, str))
            if isinstance(words, list)
            else str(words)
        )
    return value if isinstance(value, str) else stored_text(value)


def _filter(focus: _Focus, tree: AST) -> NodeSet:
    found: NodeSet = _node_set(focus, tree[1])
    for predicate in tree[2:]:
        kept: list[Node | Row] = []
        size = len(found)
        for position, node in enumerate(found, 1):
            at, row = (node.at, None) if isinstance(node, Node) else (focus.at, node.row)
            inner = _Focus(focus.ctx, focus.origin, at, row, position, size)
            value = _run(inner, predicate)
            if isinstance(value, (int, float)) and not isinstance(value, bool):
                keep = value == position
            else:
                keep = to_boolean(value)
            if keep:
                kept.append(node)
        found = kept
    return found


def _union(focus: _Focus, tree: AST) -> NodeSet:
    found: dict[Any, Node | Row] = {}
    for part in tree[1:]:
        for node in _node_set(focus, part):
            found.setdefault(
                (node.path, node.at) if isinstance(node, Node) else (id(node.row), node.text), node
            )
    return list(found.values())


def _node_set(focus: _Focus, tree: AST) -> NodeSet:
    value = _run(focus, tree)
    return value if isinstance(value, list) else []


# Operators --------------------------------------------------------------------------------------------------------


def _number(focus: _Focus, tree: AST) -> float:
    return to_number(_run(focus, tree), focus.ctx.offset)


def _plus(focus: _Focus, tree: AST) -> float:
    total = _number(focus, tree[1])
    for part in tree[2:]:
        total += _number(focus, part)
    return total


def _times(focus: _Focus, tree: AST) -> float:
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


def _compare(focus: _Focus, tree: AST) -> bool:
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


# Functions that need the tree -------------------------------------------------------------------------------------


def _if(focus: _Focus, args: AST) -> Value:
    return _run(focus, args[1] if to_boolean(_run(focus, args[0])) else args[2])


def _coalesce(focus: _Focus, args: AST) -> Value:
    for arg in args:
        if text := to_text(_run(focus, arg)):
            return text
    return ""


def _once(focus: _Focus, args: AST) -> Value:
    return to_text(_run(focus, args[0])) or _run(focus, args[1])


def _position(focus: _Focus, args: AST) -> Value:
    if not args:
        return float(focus.position)
    found = _node_set(focus, args[0])
    node = found[0] if found else None
    if not isinstance(node, Node):
        return math.nan
    chain = focus.ctx.index.chain(node.path)
    return float(node.at[-1] + 1) if chain and chain[-1] == node.path else 1.0


def _count_non_empty(focus: _Focus, args: AST) -> Value:
    return float(sum(1 for node in _node_set(focus, args[0]) if node.text != ""))


def _regex(focus: _Focus, args: AST) -> Value:
    return pattern.search(args[1][1], to_text(_run(focus, args[0])))


def _choice_name(focus: _Focus, args: AST) -> Value:
    name = focus.ctx.index.list_of.get(args[1][1])
    row = focus.ctx.index.row(name, to_text(_run(focus, args[0]))) if name else None
    return cell(row, "label", focus.ctx) if row else ""


def _pulldata(focus: _Focus, args: AST) -> Value:
    name, wanted, column = args[0][1], args[1][1], args[2][1]
    row = focus.ctx.index.row(name, to_text(_run(focus, args[3])), column)
    return cell(row, wanted, focus.ctx) if row else ""


def _indexed_repeat(focus: _Focus, args: AST) -> Value:
    target, given = args[0][1], {args[i][1]: _number(focus, args[i + 1]) for i in range(1, len(args), 2)}
    return [node for node in _indexed(focus, target, given, ())]


def _indexed(focus: _Focus, target: str, given: dict[str, float], at: At) -> Iterator[Node]:
    chain = focus.ctx.index.chain(target)
    if len(at) == len(chain):
        yield from _nodes(target, at, focus.ctx)
        return
    count = focus.ctx.count(chain[len(at)], at)
    wanted = given.get(chain[len(at)])
    for place in range(count):
        if wanted is None or wanted == place + 1:
            yield from _indexed(focus, target, given, (*at, place))


def _uuid(focus: _Focus, args: AST) -> Value:
    text = focus.ctx.uuid()
    if not args:
        return text
    size = _number(focus, args[0])
    length = int(max(0, min(size, 256))) if not math.isnan(size) else 0
    while len(text) < length:
        text += focus.ctx.uuid()
    return text[:length]


_Special = Callable[[_Focus, AST], Value]
SPECIAL: dict[str, tuple[int, int | None, _Special]] = {
    "if": (3, 3, _if),
    "coalesce": (1, None, _coalesce),
    "once": (2, 2, _once),
    "position": (0, 1, _position),
    "last": (0, 0, lambda focus, args: float(focus.size)),
    "count": (1, 1, lambda focus, args: float(len(_node_set(focus, args[0])))),
    "count-non-empty": (1, 1, _count_non_empty),
    "regex": (2, 2, _regex),
    "jr:choice-name": (2, 2, _choice_name),
    "pulldata": (4, 4, _pulldata),
    "indexed-repeat": (3, None, _indexed_repeat),
    "uuid": (0, 1, _uuid),
    "property": (1, 1, lambda focus, args: focus.ctx.property(to_text(_run(focus, args[0])))),
}


def _call(focus: _Focus, tree: AST) -> Value:
    special = SPECIAL.get(tree[1])
    if special is not None:
        return special[2](focus, tree[2:])
    return FUNCTIONS[tree[1]][2](focus.ctx, [_run(focus, arg) for arg in tree[2:]])


_OPERATIONS: dict[str, _Special] = dict.fromkeys(("=", "!=", "<", "<=", ">", ">="), _compare) | {
    "num": lambda focus, tree: float(tree[1]),
    "str": lambda focus, tree: str(tree[1]),
    "path": _path,
    "current": _current,
    "below": _below,
    "above": _above,
    "items": _items,
    "column": _column,
    "field": _field,
    "filter": _filter,
    "|": _union,
    "or": lambda focus, tree: any(to_boolean(_run(focus, part)) for part in tree[1:]),
    "and": lambda focus, tree: all(to_boolean(_run(focus, part)) for part in tree[1:]),
    "+": _plus,
    "*": _times,
    "-": lambda focus, tree: _number(focus, tree[1]) - _number(focus, tree[2]),
    "div": lambda focus, tree: divide(_number(focus, tree[1]), _number(focus, tree[2])),
    "mod": lambda focus, tree: modulo(_number(focus, tree[1]), _number(focus, tree[2])),
    "neg": lambda focus, tree: -_number(focus, tree[1]),
    "call": _call,
}


def _run(focus: _Focus, tree: AST) -> Value:
    return _OPERATIONS[tree[0]](focus, tree)


def evaluate(tree: AST, ctx: Context, at: At = (), row: dict[str, Any] | None = None) -> Value:
    """The value of an expression standing in the given entries; with `row`, of a choice filter for that row."""
    return _run(_Focus(ctx, at, at, row), tree)


def is_true(tree: AST, ctx: Context, at: At = (), row: dict[str, Any] | None = None) -> bool:
    return to_boolean(evaluate(tree, ctx, at, row))
