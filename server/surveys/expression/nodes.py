"""Node sets: the answers and list rows that a resolved expression names. Twin: pwa/form/expression-nodes.js.

`OPERATIONS` are the evaluator's for the parts of the AST that are node sets. Promises: nodes come in document order, once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from server.surveys.expression.context import At, Context
from server.surveys.expression.values import Node, NodeSet, Row, Value, number_text, to_boolean, to_text

AST = list[Any]


class Focus:
    """Where inside an expression we are: the expression's own place, and inside a predicate the node looked at.

    `run` evaluates a part of the expression as seen from a focus."""

    __slots__ = ("at", "ctx", "origin", "position", "row", "run", "size")

    def __init__(
        self,
        ctx: Context,
        run: Callable[[Focus, AST], Value],
        origin: At,
        at: At,
        row: dict[str, Any] | None = None,
        position: int = 1,
        size: int = 1,
    ) -> None:
        self.ctx = ctx
        self.run = run
        self.origin = origin
        self.at = at
        self.row = row
        self.position = position
        self.size = size


Operation = Callable[[Focus, AST], Value]


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


def node_set(focus: Focus, tree: AST) -> NodeSet:
    value = focus.run(focus, tree)
    return value if isinstance(value, list) else []


def nodes_at(path: str, at: At, ctx: Context) -> Iterator[Node]:
    """The path's nodes in document order; `at` binds its outermost repeats, the rest range over their entries."""
    chain = ctx.index.chain(path)
    if len(at) < len(chain):
        for place in range(ctx.count(chain[len(at)], at)):
            yield from nodes_at(path, (*at, place), ctx)
        return
    kind = ctx.index.types.get(path, "group")
    leaf = kind not in {"group", "repeat"}
    yield Node(path, at, stored_text(ctx.value(path, at)) if leaf else "", leaf)


def words_in(words: dict[str, Any], focus: Focus) -> str:
    """Words in the language of the context, or in whatever language there is, with their values filled in."""
    text = words.get(focus.ctx.lang) or next(iter(words.values()), "")
    if not isinstance(text, list):
        return str(text)
    return "".join(part if isinstance(part, str) else to_text(focus.run(focus, part)) for part in text)


def cell(row: dict[str, Any], column: str, focus: Focus) -> str:
    """A row's column as text."""
    value = row.get(column, "")
    if isinstance(value, dict):
        # What stands in a list's words is worked out outside all repeats, as the words of a list belong to none.
        return words_in(value, Focus(focus.ctx, focus.run, (), ()))
    return value if isinstance(value, str) else stored_text(value)


def _path(focus: Focus, tree: AST) -> NodeSet:
    bound = tree[2] if len(tree) > 2 else 0
    return list(nodes_at(tree[1], focus.at[:bound], focus.ctx))


def _current(focus: Focus, tree: AST) -> NodeSet:
    bound = tree[2] if len(tree) > 2 else 0
    return list(nodes_at(tree[1], focus.origin[:bound], focus.ctx))


def _last(focus: Focus, tree: AST) -> NodeSet:
    path, ctx = tree[1], focus.ctx
    around = [repeat for repeat in ctx.index.chain(path) if repeat != path]
    if not around:
        return [Node(path, (), stored_text(ctx.last(path)), True)]
    entries, start = _entries([ctx.last(around[0])]), len(around[0]) + 1
    for repeat in around[1:]:
        entries, start = _entries([entry.get(repeat[start:]) for entry in entries]), len(repeat) + 1
    return [Node(path, (), stored_text(entry.get(path[start:])), True) for entry in entries]


def _entries(values: list[Any]) -> list[dict[str, Any]]:
    """All entries of repeats, as they lie in a saved record."""
    lists = [value for value in values if isinstance(value, list)]
    return [entry for entries in lists for entry in entries if isinstance(entry, dict)]


def _below(focus: Focus, tree: AST) -> NodeSet:
    found: list[Node | Row] = []
    for node in node_set(focus, tree[1]):
        if isinstance(node, Node):
            path = f"{node.path}/{tree[2]}" if node.path else tree[2]
            found.extend(nodes_at(path, node.at, focus.ctx))
    return found


def _above(focus: Focus, tree: AST) -> NodeSet:
    depth = len(focus.ctx.index.chain(tree[2]))
    places: dict[At, None] = {}
    for node in node_set(focus, tree[1]):
        if isinstance(node, Node):
            places[node.at[:depth]] = None
    return [Node(tree[2], at, "", False) for at in places]


def _items(focus: Focus, tree: AST) -> NodeSet:
    return [Row(row, "") for row in focus.ctx.index.lists.get(tree[1], [])]


def _column(focus: Focus, tree: AST) -> NodeSet:
    return [
        Row(node.row, cell(node.row, tree[2], focus), True)
        for node in node_set(focus, tree[1])
        if isinstance(node, Row) and tree[2] in node.row
    ]


def _field(focus: Focus, tree: AST) -> NodeSet:
    row = focus.row
    return [] if row is None or tree[1] not in row else [Row(row, cell(row, tree[1], focus), True)]


def _filter(focus: Focus, tree: AST) -> NodeSet:
    found: NodeSet = node_set(focus, tree[1])
    for predicate in tree[2:]:
        kept: list[Node | Row] = []
        size = len(found)
        for position, node in enumerate(found, 1):
            at, row = (node.at, None) if isinstance(node, Node) else (focus.at, node.row)
            inner = Focus(focus.ctx, focus.run, focus.origin, at, row, position, size)
            value = focus.run(inner, predicate)
            if isinstance(value, (int, float)) and not isinstance(value, bool):
                keep = value == position
            else:
                keep = to_boolean(value)
            if keep:
                kept.append(node)
        found = kept
    return found


def _union(focus: Focus, tree: AST) -> NodeSet:
    found: dict[Any, Node | Row] = {}
    for part in tree[1:]:
        for node in node_set(focus, part):
            found.setdefault(
                (node.path, node.at) if isinstance(node, Node) else (id(node.row), node.text), node
            )
    return list(found.values())


OPERATIONS: dict[str, Operation] = {
    "path": _path,
    "current": _current,
    "last": _last,
    "below": _below,
    "above": _above,
    "items": _items,
    "column": _column,
    "field": _field,
    "filter": _filter,
    "|": _union,
    "words": lambda focus, tree: words_in(tree[1], focus),
}
