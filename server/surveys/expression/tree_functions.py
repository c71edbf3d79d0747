"""Functions that need the tree itself: where a node stands, which question is meant, what is not evaluated at all.

Twin: pwa/form/expression-tree.js. SPECIAL: name → (fewest arguments, most or None, implementation).
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import Any

from server.surveys.expression import pattern, shuffle
from server.surveys.expression.context import At
from server.surveys.expression.nodes import Focus, Operation, cell, node_set, nodes_at
from server.surveys.expression.values import Node, Value, to_boolean, to_number, to_text

AST = list[Any]


def _number(focus: Focus, tree: AST) -> float:
    return to_number(focus.run(focus, tree), focus.ctx.offset)


def _text(focus: Focus, tree: AST) -> str:
    return to_text(focus.run(focus, tree))


def _if(focus: Focus, args: AST) -> Value:
    return focus.run(focus, args[1] if to_boolean(focus.run(focus, args[0])) else args[2])


def _coalesce(focus: Focus, args: AST) -> Value:
    for arg in args:
        if text := _text(focus, arg):
            return text
    return ""


def _once(focus: Focus, args: AST) -> Value:
    return _text(focus, args[0]) or focus.run(focus, args[1])


def _position(focus: Focus, args: AST) -> Value:
    if not args:
        return float(focus.position)
    found = node_set(focus, args[0])
    node = found[0] if found else None
    if not isinstance(node, Node):
        return math.nan
    chain = focus.ctx.index.chain(node.path)
    return float(node.at[-1] + 1) if chain and chain[-1] == node.path else 1.0


def _count_non_empty(focus: Focus, args: AST) -> Value:
    return float(sum(1 for node in node_set(focus, args[0]) if node.text != ""))


def _regex(focus: Focus, args: AST) -> Value:
    return pattern.search(args[1][1], _text(focus, args[0]))


def _choice_name(focus: Focus, args: AST) -> Value:
    """What the choice is called; of choices that are entries of a repeat, in the entry that has the value."""
    value, source = _text(focus, args[0]), focus.ctx.index.from_of.get(args[1][1])
    if source is not None:
        return _name_of_entry(focus, source, value)
    name = focus.ctx.index.list_of.get(args[1][1])
    row = focus.ctx.index.row(name, value) if name else None
    return cell(row, "label", focus) if row else ""


def _name_of_entry(focus: Focus, source: Mapping[str, Any], value: str) -> str:
    outside = Focus(focus.ctx, focus.run, focus.origin, focus.origin)
    for node in node_set(outside, source["nodes"]) if value else ():
        if isinstance(node, Node) and _beside(focus, node, source["value"]) == value:
            return _beside(focus, node, source["label"])
    return ""


def _beside(focus: Focus, entry: Node, path: str) -> str:
    return to_text(list(nodes_at(f"{entry.path}/{path}", entry.at, focus.ctx)))


def _pulldata(focus: Focus, args: AST) -> Value:
    name, wanted, column = args[0][1], args[1][1], args[2][1]
    row = focus.ctx.index.row(name, _text(focus, args[3]), column)
    return cell(row, wanted, focus) if row else ""


def _indexed_repeat(focus: Focus, args: AST) -> Value:
    target, given = args[0][1], {args[i][1]: _number(focus, args[i + 1]) for i in range(1, len(args), 2)}
    return list(_indexed(focus, target, given, ()))


def _indexed(focus: Focus, target: str, given: dict[str, float], at: At) -> Iterator[Node]:
    chain = focus.ctx.index.chain(target)
    if len(at) == len(chain):
        yield from nodes_at(target, at, focus.ctx)
        return
    count = focus.ctx.count(chain[len(at)], at)
    wanted = given.get(chain[len(at)])
    for place in range(count):
        if wanted is None or wanted == place + 1:
            yield from _indexed(focus, target, given, (*at, place))


def _randomize(focus: Focus, args: AST) -> Value:
    seed = shuffle.seed_of(focus.run(focus, args[1]), focus.ctx.offset) if len(args) > 1 else None
    return shuffle.shuffled(node_set(focus, args[0]), seed, focus.ctx.random)


def _uuid(focus: Focus, args: AST) -> Value:
    text = focus.ctx.uuid()
    if not args:
        return text
    size = _number(focus, args[0])
    length = int(max(0, min(size, 256))) if not math.isnan(size) else 0
    while len(text) < length:
        text += focus.ctx.uuid()
    return text[:length]


def _name(focus: Focus, args: AST) -> Value:
    """Of the first node; the rows of a list have names of no meaning."""
    found = node_set(focus, args[0])
    node = found[0] if found else None
    return node.path.rpartition("/")[2] if isinstance(node, Node) else ""


def _lang(focus: Focus, args: AST) -> Value:
    wanted, own = _text(focus, args[0]).lower(), focus.ctx.lang.lower()
    return own == wanted or own.startswith(f"{wanted}-")


SPECIAL: dict[str, tuple[int, int | None, Operation]] = {
    "if": (3, 3, _if),
    "coalesce": (1, None, _coalesce),
    "once": (2, 2, _once),
    "position": (0, 1, _position),
    "last": (0, 0, lambda focus, args: float(focus.size)),
    "count": (1, 1, lambda focus, args: float(len(node_set(focus, args[0])))),
    "count-non-empty": (1, 1, _count_non_empty),
    "regex": (2, 2, _regex),
    "jr:choice-name": (2, 2, _choice_name),
    "pulldata": (4, 4, _pulldata),
    "indexed-repeat": (3, None, _indexed_repeat),
    "randomize": (1, 2, _randomize),
    "uuid": (0, 1, _uuid),
    "property": (1, 1, lambda focus, args: focus.ctx.property(_text(focus, args[0]))),
    "version": (0, 0, lambda focus, args: focus.ctx.property("version")),
    "name": (1, 1, _name),
    "local-name": (1, 1, _name),
    "namespace-uri": (1, 1, lambda focus, args: ""),
    "lang": (1, 1, _lang),
}
