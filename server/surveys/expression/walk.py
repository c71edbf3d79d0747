"""Location paths: step by step from the nodes an expression stands at to those it names, and predicates on the way.

Promises: a predicate's position counts as XPath counts it, among the nodes one step finds from one node; what cannot be
told from the form's tree alone is refused by name.
"""

from __future__ import annotations

from typing import Protocol

from server.surveys.expression.model import AST, Model, Place, Unresolved

MAX_UNION = 400
_UPWARD = {"self", "parent", "ancestor", "ancestor-or-self"}
_NUMBERS = {"num", "+", "-", "*", "div", "mod", "neg"}
_NUMBER_FUNCTIONS = set(
    [
        "number",
        "int",
        "round",
        "floor",
        "ceiling",
        "abs",
        "pow",
        "sqrt",
        "exp",
        "exp10",
        "log",
        "log10",
        "sin",
        "cos",
        "tan",
        "asin",
        "acos",
        "atan",
        "atan2",
        "pi",
        "random",
        "sum",
        "min",
        "max",
        "count",
        "count-non-empty",
        "count-selected",
        "position",
        "last",
        "string-length",
        "decimal-date-time",
        "decimal-time",
        "distance",
        "area",
    ]
)


class Predicates(Protocol):
    """Resolves a predicate as seen from a node with this path."""

    def __call__(self, predicates: list[AST], path: str) -> list[AST]: ...


class Walker:
    """Walks in one form's tree. `nested`: inside a predicate, where the own entry of the whole expression is not at hand."""

    def __init__(self, model: Model, predicates: Predicates, nested: bool, reads: set[str]) -> None:
        self.model = model
        #: nodes whose number decides what is found, added to what the expression reads
        self.reads = reads
        self.predicates = predicates
        self.nested = nested

    def walk(self, places: list[Place], steps: list[AST]) -> list[Place]:
        for step in steps:
            before, places = places, [found for place in places for found in self.step(place, step)]
            if not places:
                around = "" if before[0].path in self.model.ghosts else before[0].path
                raise Unresolved("unknown_reference", f"{around}/{step[1]}".lstrip("/"))
            if len(places) > MAX_UNION:
                raise Unresolved("unsupported_path", step[1])
        return places

    def written(self, place: Place) -> AST:
        return place.written(self.model.depth(place.path))

    # Axes: the places in the order in which positions count

    def step(self, place: Place, step: AST) -> list[Place]:
        axis, name, predicates = step
        if axis == "attribute":
            raise Unresolved("unsupported_path", f"@{name}")
        found = [one for one in self.along(axis, place) if name in {"*", self.model.name(one.path)}]
        return self.kept(place, axis, found, predicates) if predicates else found

    def along(self, axis: str, place: Place) -> list[Place]:
        if axis in _UPWARD:
            found = [place] if axis in {"self", "ancestor-or-self"} else []
            while axis != "self" and place.path:
                place = self.up(place)
                found.append(place)
                if axis == "parent":
                    break
            if axis == "parent" and not found:
                raise Unresolved("unknown_reference", "..")
            return found
        if axis == "child":
            return [self.down(place, path) for path in self.model.children(place.path)]
        if axis in {"following-sibling", "preceding-sibling"}:
            return self.siblings(place, axis == "following-sibling")
        own = [place] if axis == "descendant-or-self" else []
        return own + [self.down(place, path) for path in self.model.inside(place.path)]

    def up(self, place: Place) -> Place:
        parent = self.model.parent(place.path)
        if place.tree is not None:
            return Place(parent, 0, ["above", place.tree, parent], place.start)
        return Place(parent, min(place.bound, self.model.depth(parent)), None, place.start)

    def down(self, place: Place, path: str) -> Place:
        if place.tree is None:
            return Place(path, place.bound, None, place.start)
        below = path[len(place.path) + 1 :] if place.path else path
        if place.tree[0] == "below":
            return Place(path, 0, ["below", place.tree[1], f"{place.tree[2]}/{below}"], place.start)
        return Place(path, 0, ["below", place.tree, below], place.start)

    def siblings(self, place: Place, after: bool) -> list[Place]:
        """Those that follow in order; those that precede nearest first."""
        if not place.path:
            return []
        around = self.up(place)
        children = self.model.children(around.path)
        at = children.index(place.path) if place.path in children else len(children)
        others = [self.down(around, path) for path in (children[at + 1 :] if after else children[:at][::-1])]
        own = [self.entries_beside(place, after)] if self.model.is_repeat(place.path) else []
        return own + others

    def entries_beside(self, place: Place, after: bool) -> Place:
        """Entries of the same repeat before or after the own one."""
        depth = self.model.depth(place.path)
        if place.tree is not None or place.bound < depth or (self.nested and place.start == "path"):
            raise Unresolved("unsupported_path", f"sibling::{self.model.name(place.path)}")
        self.reads.add(place.path)
        all_of_them = Place(place.path, depth - 1, None, place.start).written(depth)
        own: AST = ["call", "position", ["current", place.path, depth]]
        beside: AST = [">" if after else "<", ["call", "position"], own]
        return Place(place.path, 0, ["filter", all_of_them, beside], place.start)

    # Predicates

    def kept(self, place: Place, axis: str, found: list[Place], predicates: list[AST]) -> list[Place]:
        single = place.tree is None and place.bound >= self.model.depth(place.path)
        if len(found) > 1 and axis != "//":
            picked = self.picked(axis, found, predicates[0])
            if picked is not None:
                return self.kept(place, "self", picked, predicates[1:]) if predicates[1:] else picked
            if any(positional(predicate) for predicate in predicates):
                raise Unresolved("unsupported_path", f"{axis}::*[…]")
        return [self.filtered(one, axis, single, predicates) for one in found]

    def picked(self, axis: str, found: list[Place], predicate: AST) -> list[Place] | None:
        """The n-th of several different nodes, when n is written out and no repeat could stand between."""
        several = axis not in _UPWARD and any(self.model.is_repeat(place.path) for place in found)
        if predicate[0] != "num" or several:
            return None
        at = predicate[1]
        return [found[int(at) - 1]] if at == int(at) and 1 <= at <= len(found) else []

    def filtered(self, place: Place, axis: str, single: bool, predicates: list[AST]) -> Place:
        self.reads.add(place.path)
        depth = self.model.depth(place.path)
        alone = axis in _UPWARD or not self.model.is_repeat(place.path)
        if alone and axis not in {"descendant", "descendant-or-self"}:
            predicates = [placed(predicate, ["num", 1], ["num", 1]) for predicate in predicates]
        elif axis == "preceding-sibling" and single:
            predicates = [placed(predicate, _FROM_THE_END, ["call", "last"]) for predicate in predicates]
        elif not single or axis == "//":
            # Several nodes, each with its own first, second, last: an entry's own number tells which it is.
            own, all_of_them = ["path", place.path, depth], Place(place.path, depth - 1).written(depth)
            told = predicates[1:] if axis in {"child", "//"} else predicates
            if any(positional(predicate) for predicate in told):
                raise Unresolved("unsupported_path", f"{self.model.name(place.path)}[…]")
            first = placed(predicates[0], ["call", "position", own], ["call", "count", all_of_them])
            predicates = [first, *predicates[1:]]
        tree = ["filter", self.written(place), *self.predicates(predicates, place.path)]
        return Place(place.path, 0, tree, place.start)


#: Position counted backwards, in the words of position counted forwards.
_FROM_THE_END: AST = ["+", ["-", ["call", "last"], ["call", "position"]], ["num", 1]]


def is_relative(tree: AST) -> bool:
    """Does it name nodes as seen from where it stands?"""
    if tree[0] == "location":
        return not tree[1]
    if tree[0] in {"num", "str", "resolved"}:
        return False
    start = 2 if tree[0] == "call" else 1
    return any(
        is_relative(part)
        for part in tree[start:]
        if isinstance(part, list) and part and isinstance(part[0], str)
    )


def positional(predicate: AST) -> bool:
    """Does it ask for a node's place among others?"""
    return is_number(predicate) or _asks(predicate)


def is_number(tree: AST) -> bool:
    """A predicate that is a number means that position."""
    if tree[0] == "call" and tree[1] == "if" and len(tree) == 5:
        return is_number(tree[3]) or is_number(tree[4])
    return tree[0] in _NUMBERS or (tree[0] == "call" and tree[1] in _NUMBER_FUNCTIONS)


def _asks(tree: AST) -> bool:
    if tree[0] == "call":
        return (tree[1] in {"position", "last"} and len(tree) == 2) or any(_asks(part) for part in tree[2:])
    if tree[0] in {"num", "str", "location", "resolved"}:
        return False
    return _asks(tree[1]) if tree[0] == "from" else any(_asks(part) for part in tree[1:])


def placed(predicate: AST, position: AST, last: AST) -> AST:
    """The predicate with position() and last() replaced by what they come to; nested predicates count for themselves."""
    replaced = _replaced(predicate, ["resolved", position], ["resolved", last])
    return ["=", replaced, ["resolved", position]] if is_number(predicate) else replaced


def _replaced(tree: AST, position: AST, last: AST) -> AST:
    if tree == ["call", "position"]:
        return position
    if tree == ["call", "last"]:
        return last
    if tree[0] in {"num", "str", "location", "resolved"}:
        return tree
    start = 2 if tree[0] == "call" else 1
    if tree[0] == "from":
        return [tree[0], _replaced(tree[1], position, last), *tree[2:]]
    return [*tree[:start], *(_replaced(part, position, last) for part in tree[start:])]
