"""Expressions over a village's records → values. Twin: pwa/domain/pack/village-compile.js.

Promises: the same expression over the same records gives the same value on a phone; nothing raises for any answers; what
does not depend on a record in brackets is worked out once; an equality in brackets is looked up, not searched for.
"""

from __future__ import annotations

import json
import math
import operator
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import reduce
from typing import Any, NamedTuple

from server.surveys.expression import pattern
from server.surveys.expression.context import At, Context
from server.surveys.expression.evaluate import divide, modulo
from server.surveys.expression.form_index import FormIndex
from server.surveys.expression.functions import FUNCTIONS
from server.surveys.expression.values import to_boolean, to_number, to_text
from server.surveys.expression.village_rows import Leaf, Row, Table, Tables

AST = list[Any]
Value = float | str | bool | Sequence[Any]
Run = Callable[[Row | None, Row | None], Value]
_ORDERS: dict[str, Callable[[float, float], bool]] = {"<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge}
_SINGLE = {"here", "outer", "up"}
#: Minutes ahead of UTC.
_CHINA = 480
#: Their arguments are sets also where one record's answer stands.
_OF_SETS = {"count", "count-non-empty", "distinct-values", "median-days", "months", "sum", "min", "max", "join"}


class Node(NamedTuple):
    """A part of an expression: how it is worked out, and whether that looks at the record in or outside brackets."""

    run: Run
    here: bool = False
    outer: bool = False


class _Day(Context):
    def value(self, path: str, at: At) -> Any:
        return None

    def count(self, path: str, at: At) -> int:
        return 0


class Village:
    """One village on one day."""

    def __init__(self, tables: Tables, thresholds: Mapping[str, float], today: str) -> None:
        self.tables = tables
        self.thresholds = thresholds
        self.ctx = _Day(FormIndex({}), today=today, now=f"{today}T00:00:00.000+08:00")
        self._nodes: dict[str, Node] = {}
        self._numbers: dict[str, float] = {}

    def value(self, tree: AST) -> Value:
        return self.node(tree).run(None, None)

    def where(self, kind: str, condition: AST | None) -> list[Row]:
        tree: AST = ["records", kind] if condition is None else ["filter", ["records", kind], condition]
        found = self.node(tree).run(None, None)
        return found if isinstance(found, list) else []

    def number(self, value: Value) -> float:
        if not isinstance(value, str):
            if isinstance(value, (bool, int, float)):
                return float(value)
            value = to_text(value)
        known = self._numbers.get(value)
        if known is None:
            known = self._numbers[value] = to_number(value, self.ctx.offset)
        return known

    # Compiling

    def node(self, tree: AST, of_set: bool = False) -> Node:
        """The same part of two expressions is one node, worked out once where no brackets stand around it."""
        key = ("*" if of_set else "") + json.dumps(tree, ensure_ascii=False)
        node = self._nodes.get(key)
        if node is None:
            node = self._compiled(tree, of_set)
            if not node.here and not node.outer and tree[0] not in {"num", "str"}:
                node = Node(_once(node.run))
            self._nodes[key] = node
        return node

    def _compiled(self, tree: AST, of_set: bool) -> Node:
        kind = tree[0]
        if kind == "num":
            number = float(tree[1])
            return Node(lambda here, outer: number)
        if kind == "str":
            text = str(tree[1])
            return Node(lambda here, outer: text)
        if kind == "records":
            return Node(lambda here, outer: self.tables.table(tree[1]).rows)
        if kind == "here":
            return Node(lambda here, outer: [here], here=True)
        if kind == "outer":
            return Node(lambda here, outer: [outer], outer=True)
        if kind in {"rows", "up"}:
            return self._rows(tree)
        if kind == "leaf":
            return self._leaf(tree, of_set)
        if kind == "filter":
            return self._filter(tree)
        if kind == "|":
            return self._union(tree)
        return self._call(tree) if kind == "call" else self._operator(tree)

    def _rows(self, tree: AST) -> Node:
        base = self.node(tree[1])
        if tree[0] == "up":
            return base._replace(run=lambda here, outer: _apart(row.up for row in _rows_of(base.run(here, outer)) if row.up))
        path = tree[2]
        return base._replace(
            run=lambda here, outer: [entry for row in _rows_of(base.run(here, outer)) for entry in row.entries(path)]
        )

    def _leaf(self, tree: AST, of_set: bool) -> Node:
        _, of, path = tree
        if of[0] == "here" and not of_set:
            return Node(lambda here, outer: here.text_of(path) if here else "", here=True)
        if of[0] == "outer" and not of_set:
            return Node(lambda here, outer: outer.text_of(path) if outer else "", outer=True)
        base = self.node(of)
        if of[0] in _SINGLE and not of_set:
            return base._replace(run=lambda here, outer: "".join(row.text_of(path) for row in _rows_of(base.run(here, outer))))

        def leaves(here: Row | None, outer: Row | None) -> Value:
            read = ((row, row.text_of(path)) for row in _rows_of(base.run(here, outer)))
            return [Leaf(row, text) for row, text in read if text != ""]

        return base._replace(run=leaves)

    def _union(self, tree: AST) -> Node:
        parts = [self.node(part, True) for part in tree[1:]]
        return _joined(lambda here, outer: _apart(node for part in parts for node in _rows_of(part.run(here, outer))), parts)

    def _filter(self, tree: AST) -> Node:
        base, kept = tree[1], tree[2:]
        nodes = self.node(base)
        conditions = [part for one in kept for part in (one[1:] if one[0] == "and" else [one])]
        needs = [self.node(part) for part in conditions]
        if len(kept) > 1 and not nodes.here and not nodes.outer and not any(node.outer for node in needs):
            # What nothing outside decides is found bracket by bracket: expressions often begin alike.
            return self.node(["filter", ["filter", base, *kept[:-1]], kept[-1]])
        looked_up = self._looked_up(base, conditions) if not any(part[0] == "num" for part in kept) else None
        tests = [(part, self.node(part)) for part in (looked_up[1] if looked_up else kept)]

        def run(here: Row | None, outer: Row | None) -> Value:
            found = looked_up[0](here, outer) if looked_up else _rows_of(nodes.run(here, outer))
            for part, test in tests:
                if part[0] == "num":
                    found = [row for place, row in enumerate(found, 1) if place == part[1]]
                else:
                    work = test.run
                    found = [row for row in found if to_boolean(work(row, here))]
            return found if isinstance(found, list) else list(found)

        return Node(run, nodes.here or any(node.outer for node in needs), nodes.outer)

    def _looked_up(self, base: AST, conditions: list[AST]) -> tuple[Callable[[Row | None, Row | None], list[Row]], list[AST]] | None:
        """Rows by an equality (or a choice) among the conditions, and the conditions that are left."""
        if base[0] != "records":
            return None
        for place, part in enumerate(conditions):
            sought = _sought(part)
            if sought is None or self.node(sought[1]).here:
                continue
            path, other, words = sought
            node, rest, test = self.node(other), conditions[:place] + conditions[place + 1 :], self.node(part)

            def rows(here: Row | None, outer: Row | None) -> list[Row]:
                # Inside the brackets `here` is each record and `outer` what is `here` now.
                value, table = node.run(None, here), self.tables.table(base[1])  # noqa: B023  returned at once
                found = _found(table, path, words, value)  # noqa: B023
                if found is None:
                    return [row for row in table.rows if to_boolean(test.run(row, here))]  # noqa: B023
                return found

            return rows, rest
        return None

    def _operator(self, tree: AST) -> Node:
        work, parts = _OPERATIONS[tree[0]], [self.node(part) for part in tree[1:]]
        runs = [part.run for part in parts]
        return _joined(lambda here, outer: work(self, runs, here, outer), parts)

    def compare(self, sign: str, left: Value, right: Value) -> bool:
        for a in _singles(left, right):
            for b in _singles(right, left):
                if sign in _ORDERS:
                    if _ORDERS[sign](self.number(a), self.number(b)):
                        return True
                elif self._equal(a, b) == (sign == "="):
                    return True
        return False

    def _equal(self, a: Value, b: Value) -> bool:
        if isinstance(a, bool) or isinstance(b, bool):
            return to_boolean(a) == to_boolean(b)
        if isinstance(a, str) and isinstance(b, str):
            return a == b
        return self.number(a) == self.number(b)

    def _call(self, tree: AST) -> Node:
        name, args = tree[1], tree[2:]
        if name == "threshold":
            number = float(self.thresholds.get(args[0][1], 0))
            return Node(lambda here, outer: number)
        if name == "regex":
            text = self.node(args[0])
            return text._replace(run=lambda here, outer: pattern.search(args[1][1], to_text(text.run(here, outer))))
        parts = [self.node(arg, name in _OF_SETS) for arg in args]
        runs = [part.run for part in parts]
        own = _OWN.get(name)
        if own is not None:
            return _joined(lambda here, outer: own(runs, here, outer), parts)
        call = FUNCTIONS[name][2]
        return _joined(lambda here, outer: call(self.ctx, [one(here, outer) for one in runs]), parts)


def _if(runs: list[Run], here: Row | None, outer: Row | None) -> Value:
    return runs[1 if to_boolean(runs[0](here, outer)) else 2](here, outer)


def _coalesce(runs: list[Run], here: Row | None, outer: Row | None) -> Value:
    return next((text for one in runs if (text := to_text(one(here, outer))) != ""), "")


def _count(runs: list[Run], here: Row | None, outer: Row | None) -> Value:
    return float(len(_rows_of(runs[0](here, outer))))


def _distinct(runs: list[Run], here: Row | None, outer: Row | None) -> Value:
    found: dict[str, Any] = {}
    for node in _rows_of(runs[0](here, outer)):
        found.setdefault(node.text, node)
    return list(found.values())


def _months(runs: list[Run], here: Row | None, outer: Row | None) -> Value:
    return [Leaf(None, month) for month in dict.fromkeys(node.text[:7] for node in _rows_of(runs[0](here, outer)))]


def _median_days(runs: list[Run], here: Row | None, outer: Row | None) -> Value:
    """Between two dates of each record that has both; where two stand in the middle, half way."""
    begun = {id(node.row): to_number(node.text, _CHINA) for node in _rows_of(runs[0](here, outer))}
    ended = ((id(node.row), to_number(node.text, _CHINA)) for node in _rows_of(runs[1](here, outer)))
    took = sorted(day - begun[row] for row, day in ended if row in begun and not math.isnan(day - begun[row]))
    return (took[(len(took) - 1) // 2] + took[len(took) // 2]) / 2 if took else math.nan


_OWN: dict[str, Callable[[list[Run], Row | None, Row | None], Value]] = {
    "if": _if,
    "coalesce": _coalesce,
    "count": _count,
    "count-non-empty": _count,
    "distinct-values": _distinct,
    "median-days": _median_days,
    "months": _months,
}


def _orders(sign: str) -> Callable[[Village, list[Run], Row | None, Row | None], Value]:
    return lambda village, runs, here, outer: village.compare(sign, runs[0](here, outer), runs[1](here, outer))


def _sums(work: Callable[[float, float], float]) -> Callable[[Village, list[Run], Row | None, Row | None], Value]:
    """The numbers of all operands, joined from the left."""
    return lambda village, runs, here, outer: reduce(work, [village.number(one(here, outer)) for one in runs])


_OPERATIONS: dict[str, Callable[[Village, list[Run], Row | None, Row | None], Value]] = {
    "or": lambda village, runs, here, outer: any(to_boolean(one(here, outer)) for one in runs),
    "and": lambda village, runs, here, outer: all(to_boolean(one(here, outer)) for one in runs),
    "neg": lambda village, runs, here, outer: -village.number(runs[0](here, outer)),
    "+": _sums(operator.add),
    "-": _sums(operator.sub),
    "*": _sums(operator.mul),
    "div": _sums(divide),
    "mod": _sums(modulo),
    **{sign: _orders(sign) for sign in ("=", "!=", "<", "<=", ">", ">=")},
}


def _once(run: Run) -> Run:
    known: list[Value] = []

    def kept(here: Row | None, outer: Row | None) -> Value:
        if not known:
            known.append(run(None, None))
        return known[0]

    return kept


def _joined(run: Run, parts: Iterable[Node]) -> Node:
    every = list(parts)
    return Node(run, any(part.here for part in every), any(part.outer for part in every))


def _rows_of(value: Value) -> list[Any]:
    return value if isinstance(value, list) else []


def _apart(nodes: Iterable[Any]) -> list[Any]:
    """Records and entries once; answers each."""
    return list({node if isinstance(node, Row) else (id(node.row), node.text): node for node in nodes}.values())


def _singles(value: Value, other: Value) -> Sequence[Any]:
    if not isinstance(value, list):
        return (value,)
    return (to_boolean(value),) if isinstance(other, bool) else [node.text for node in value]


def _sought(part: AST) -> tuple[str, AST, bool] | None:
    """(path, what it must be, whether it is one of several words) of a condition that can be looked up."""
    if part[0] == "=":
        for one, other in ((part[1], part[2]), (part[2], part[1])):
            if one[:2] == ["leaf", ["here"]]:
                return one[2], other, False
    if part[:2] == ["call", "selected"] and part[2][:2] == ["leaf", ["here"]]:
        return part[2][2], part[3], True
    return None


def _found(table: Table, path: str, words: bool, value: Value) -> list[Row] | None:
    """None where an index by text cannot tell: numbers, booleans, several values at once, nothing chosen."""
    if isinstance(value, list):
        texts = {node.text for node in value}
        value = texts.pop() if len(texts) == 1 else 0.0
    return table.having(path, value, words) if isinstance(value, str) and (value or not words) else None
