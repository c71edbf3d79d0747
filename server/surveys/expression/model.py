"""What expressions may name in a form: its tree, its lists, the record saved before. And how a place in it is written."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from server.surveys.expression.form_index import FormIndex

AST = list[Any]


class Unresolved(Exception):
    """An expression that names something the form does not have, or uses what we do not support."""

    def __init__(self, code: str, name: str = "") -> None:
        super().__init__(f"{code}: {name}")
        self.code = code
        self.name = name


@dataclass
class Model:
    """The form's tree as far as paths go: its root's name, its questions, the columns of its lists."""

    root: str
    index: FormIndex
    columns: dict[str, set[str]]
    #: nodes that expressions stand in but nothing asks for or names (entities in a meta block)
    ghosts: set[str] = field(default_factory=set)
    #: instances that are the record saved before
    saved: set[str] = field(default_factory=set)
    #: lists whose columns need not be there yet
    growing: set[str] = field(default_factory=set)
    #: of the root: id, version
    attributes: dict[str, str] = field(default_factory=dict)
    #: questions that choose from entries of a repeat, by whether a choice is called what it is
    choosers: dict[str, bool] = field(default_factory=dict)
    #: itext: words by id in each language, with the values inside them compiled by what is given
    words: Callable[[str, Callable[[str], AST]], dict[str, Any]] | None = None
    #: those of them that are being resolved, so that words which hold themselves are noticed
    saying: set[str] = field(default_factory=set)

    def has(self, path: str) -> bool:
        return path in self.index.chains

    def has_column(self, name: str, column: str) -> bool:
        return name in self.growing or column in self.columns.get(name, set())

    def depth(self, path: str) -> int:
        return len(self.index.chains[path])

    def is_repeat(self, path: str) -> bool:
        return self.index.types.get(path) == "repeat"

    def parent(self, path: str) -> str:
        return self.index.parents[path]

    def children(self, path: str) -> list[str]:
        found = self.index.children.get(path, [])
        return [child for child in found if child not in self.ghosts] if self.ghosts else found

    def inside(self, path: str) -> list[str]:
        """Everything below, in the order of the form."""
        found: list[str] = []
        waiting = self.children(path)[::-1]
        while waiting:
            child = waiting.pop()
            found.append(child)
            waiting += self.children(child)[::-1]
        return found

    def name(self, path: str) -> str:
        return path.rpartition("/")[2] if path else self.root


@dataclass
class Place:
    """A set of form nodes with one path: plain (`tree` None) with `bound` repeats fixed, or what `tree` yields."""

    path: str
    bound: int
    tree: AST | None = None
    #: "path" from where evaluation stands now, "current" from where the whole expression stands
    start: str = "path"

    def written(self, depth: int) -> AST:
        """As the AST of a node set; `depth` is the path's number of repeats."""
        if self.tree is not None:
            return self.tree
        bound = min(self.bound, depth)
        return [self.start, self.path, bound] if bound else [self.start, self.path]


_NODE_SETS = {"path", "current", "below", "above", "items", "column", "field", "filter", "|", "last"}
_SET_FUNCTIONS = {"indexed-repeat", "randomize"}


def is_node_set(tree: AST) -> bool:
    return tree[0] in _NODE_SETS or (tree[0] == "call" and tree[1] in _SET_FUNCTIONS)


def path_of(tree: AST) -> str | None:
    """The question path of a resolved node set, None when it is a list's or several."""
    if tree[0] in {"path", "current"}:
        return str(tree[1])
    if tree[0] == "filter":
        return path_of(tree[1])
    if tree[0] == "above":
        return str(tree[2])
    if tree[0] == "below":
        start = path_of(tree[1])
        return None if start is None else f"{start}/{tree[2]}".lstrip("/")
    if tree[:2] == ["call", "indexed-repeat"]:
        return str(tree[2][1])
    return path_of(tree[2]) if tree[:2] == ["call", "randomize"] else None


def list_in(tree: AST) -> str | None:
    """The list whose rows (not columns) a resolved node set is."""
    if tree[0] == "items":
        return str(tree[1])
    if tree[0] == "filter":
        return list_in(tree[1])
    return list_in(tree[2]) if tree[:2] == ["call", "randomize"] else None
