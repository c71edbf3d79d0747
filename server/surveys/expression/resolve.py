"""Raw tree + form → the AST that is published: every path found, every function known, reads listed.

Promises: what comes out can be evaluated without looking anything up that might be missing; what cannot is refused by
name with Unresolved. Paths are pure XPath: `/data/rep/x` means all entries; `../x` and `.` mean the own entry.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from server.surveys.expression import pattern
from server.surveys.expression.evaluate import SPECIAL
from server.surveys.expression.form_index import FormIndex
from server.surveys.expression.functions import FUNCTIONS
from server.surveys.expression.parse import SyntaxProblem, parse

AST = list[Any]

MAX_UNION = 400
#: In the ODK ecosystem, but not ours: named so that the refusal can say so instead of "unknown".
UNSUPPORTED = {"here", "lang", "id", "search", "intersects", "thousandsep", "jr:itext", "randomize"}


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

    def has(self, path: str) -> bool:
        return path in self.index.chains

    def depth(self, path: str) -> int:
        return len(self.index.chains[path])

    def children(self, path: str) -> list[str]:
        return self.index.children.get(path, [])


@dataclass
class _Place:
    """A set of form nodes with one path: plain (`tree` None) with `bound` repeats fixed, or what `tree` yields."""

    path: str
    bound: int
    tree: AST | None = None
    #: "path" from where evaluation stands now, "current" from where the whole expression stands
    start: str = "path"


@dataclass
class _Listed:
    """Rows of a list: how far `instance('x')/root/item/column` has been walked, and what the rows are."""

    name: str
    level: int
    tree: AST


@dataclass
class _Resolver:
    model: Model
    #: path of the question the expression belongs to
    home: str
    reads: set[str] = field(default_factory=set)
    #: what relative paths start from: a form path, or (inside a predicate on a list) the list's name
    context: str | None = None
    in_list: str | None = None
    in_predicate: bool = False

    def resolve(self, tree: AST) -> AST:
        kind = tree[0]
        if kind in {"num", "str"}:
            return tree
        if kind == "location":
            return self.location(tree)
        if kind == "from":
            return self.continued(tree)
        if kind == "call":
            return self.call(tree)
        if kind == "|":
            return ["|", *(self.node_set(part) for part in tree[1:])]
        return [kind, *(self.resolve(part) for part in tree[1:])]

    def node_set(self, tree: AST) -> AST:
        found = self.resolve(tree)
        if not is_node_set(found):
            raise Unresolved("not_a_node_set")
        return found

    # Paths

    def location(self, tree: AST) -> AST:
        _, absolute, steps = tree
        if absolute:
            steps = self.under_root(steps)
            return self.finish(self.walk([_Place("", 0)], steps))
        if self.in_list is not None:
            return self.in_row(steps)
        return self.finish(self.walk([self.here()], steps))

    def under_root(self, steps: list[AST]) -> list[AST]:
        """`/data/x`: the first step names the root itself."""
        if not steps or steps[0][0] == "descendant":
            return steps
        axis, name, predicates = steps[0]
        if axis != "child" or name not in {self.model.root, "*"} or predicates:
            raise Unresolved("unknown_reference", f"/{name}")
        return steps[1:]

    def here(self) -> _Place:
        path = self.home if self.context is None else self.context
        return _Place(path, self.model.depth(path))

    def in_row(self, steps: list[AST]) -> AST:
        """Relative to a list's row: a column of it."""
        names = [step[1] for step in steps if step[0] != "self"]
        if len(names) != 1 or any(step[0] not in {"self", "child"} or step[2] for step in steps):
            raise Unresolved("unsupported_path", "/".join(names) or ".")
        assert self.in_list is not None
        if names[0] not in self.model.columns.get(self.in_list, set()):
            raise Unresolved("unknown_column", f"{self.in_list}.{names[0]}")
        return ["field", names[0]]

    def walk(self, places: list[_Place], steps: list[AST]) -> list[_Place]:
        for step in steps:
            before, places = places, [found for place in places for found in self.step(place, step)]
            if not places:
                raise Unresolved("unknown_reference", f"{before[0].path}/{step[1]}".lstrip("/"))
            if len(places) > MAX_UNION:
                raise Unresolved("unsupported_path", step[1])
        return places

    def step(self, place: _Place, step: AST) -> list[_Place]:
        axis, name, predicates = step
        if axis == "self":
            found = [place] if name in {"*", place.path.rpartition("/")[2]} else []
        elif axis == "parent":
            found = [self.up(place)]
        elif axis == "child":
            found = [
                self.down(place, path) for path in self.model.children(place.path) if self.named(path, name)
            ]
        else:
            found = [self.down(place, path) for path in self.inside(place.path) if self.named(path, name)]
        return [self.filtered(place, predicates) for place in found] if predicates else found

    def named(self, path: str, name: str) -> bool:
        return name == "*" or path.rpartition("/")[2] == name

    def inside(self, path: str) -> list[str]:
        found: list[str] = []
        for child in self.model.children(path):
            found += [child, *self.inside(child)]
        return found

    def up(self, place: _Place) -> _Place:
        if place.path == "":
            raise Unresolved("unknown_reference", "..")
        parent = self.model.index.parents[place.path]
        if place.tree is not None:
            return _Place(parent, 0, ["above", place.tree, parent], place.start)
        return _Place(parent, min(place.bound, self.model.depth(parent)), None, place.start)

    def down(self, place: _Place, path: str) -> _Place:
        if place.tree is None:
            return _Place(path, place.bound, None, place.start)
        below = path[len(place.path) + 1 :] if place.path else path
        if place.tree[0] == "below":
            return _Place(path, 0, ["below", place.tree[1], f"{place.tree[2]}/{below}"], place.start)
        return _Place(path, 0, ["below", place.tree, below], place.start)

    def filtered(self, place: _Place, predicates: list[AST]) -> _Place:
        inner = _Resolver(self.model, self.home, self.reads, place.path, None, True)
        tree = self.finish([place])
        return _Place(place.path, 0, ["filter", tree, *(inner.resolve(p) for p in predicates)], place.start)

    def finish(self, places: list[_Place]) -> AST:
        trees: list[AST] = []
        for place in places:
            self.reads.add(place.path)
            if place.tree is not None:
                trees.append(place.tree)
                continue
            bound = min(place.bound, self.model.depth(place.path))
            trees.append([place.start, place.path, bound] if bound else [place.start, place.path])
        return trees[0] if len(trees) == 1 else ["|", *trees]

    # instance() and current()

    def continued(self, tree: AST) -> AST:
        _, primary, predicates, steps = tree
        if primary[:2] == ["call", "current"]:
            start = _Place(
                self.home, self.model.depth(self.home), None, "current" if self.in_predicate else "path"
            )
            if predicates:
                raise Unresolved("unsupported_path", "current()[…]")
            return self.finish(self.walk([start], steps))
        if primary[:2] == ["call", "instance"]:
            return self.listed(primary, predicates, steps)
        found = self.node_set(primary)
        if steps:
            raise Unresolved("unsupported_path", "(…)/")
        inner = _Resolver(self.model, self.home, self.reads, None, self.in_list, True)
        return ["filter", found, *(inner.resolve(p) for p in predicates)]

    def listed(self, call: AST, predicates: list[AST], steps: list[AST]) -> AST:
        if len(call) != 3 or call[2][0] != "str":
            raise Unresolved("unsupported_path", "instance()")
        name = call[2][1]
        if name not in self.model.columns:
            raise Unresolved("unknown_list", name)
        if predicates:
            raise Unresolved("unsupported_path", f"instance('{name}')[…]")
        found = _Listed(name, 0, ["items", name])
        for step in steps:
            found = self.list_step(found, step)
        if found.level < 2:
            raise Unresolved("unsupported_path", f"instance('{name}')")
        return found.tree

    def list_step(self, found: _Listed, step: AST) -> _Listed:
        axis, name, predicates = step
        if axis != "child" or (found.level == 0 and predicates) or found.level > 2:
            raise Unresolved("unsupported_path", f"instance('{found.name}')/…/{name}")
        tree = found.tree
        if found.level == 2:
            if name not in self.model.columns[found.name]:
                raise Unresolved("unknown_column", f"{found.name}.{name}")
            tree = ["column", tree, name]
        if predicates:
            inner = _Resolver(self.model, self.home, self.reads, None, found.name, True)
            tree = ["filter", tree, *(inner.resolve(p) for p in predicates)]
        return _Listed(found.name, found.level + 1, tree)

    # Functions

    def call(self, tree: AST) -> AST:
        name, args = tree[1], tree[2:]
        if name == "current" and not args:
            return self.continued(["from", tree, [], []])
        if name == "instance":
            return self.continued(["from", tree, [], []])
        if name in {"string", "number", "boolean", "string-length", "normalize-space"} and not args:
            args = [["location", False, [["self", "*", []]]]]
        special = _SPECIAL_ARGUMENTS.get(name)
        if special is not None:
            args = special(self, args)
        elif name in {"count", "count-non-empty"} and len(args) == 1:
            args = [self.node_set(args[0])]
        else:
            args = [self.resolve(arg) for arg in args]
        known = SPECIAL.get(name) or FUNCTIONS.get(name)
        if known is None:
            raise Unresolved(
                "unsupported_function" if name in UNSUPPORTED else "unknown_function", f"{name}()"
            )
        fewest, most = known[0], known[1]
        if len(args) < fewest or (most is not None and len(args) > most):
            raise Unresolved("wrong_arguments", f"{name}()")
        return ["call", name, *args]

    def once(self, args: list[AST]) -> list[AST]:
        """Reads the question's own value; that is no cycle."""
        bound = self.model.depth(self.home)
        own: AST = ["current" if self.in_predicate else "path", self.home]
        return [[*own, bound] if bound else own, *(self.resolve(arg) for arg in args)]

    def choice_name(self, args: list[AST]) -> list[AST]:
        """The second argument is a path written as a string; it becomes the question's path."""
        if len(args) != 2:
            raise Unresolved("wrong_arguments", "jr:choice-name()")
        target = args[1]
        if target[0] == "str":
            try:
                target = parse(target[1])
            except SyntaxProblem as exc:
                raise Unresolved("unknown_reference", str(args[1][1])) from exc
        if target[0] not in {"location", "from"}:
            raise Unresolved("unsupported_path", "jr:choice-name()")
        path = path_of(self.resolve(target))
        if path is None or not self.model.index.list_of.get(path):
            raise Unresolved("not_a_choice", str(path or args[1][1]))
        return [self.resolve(args[0]), ["str", path]]

    def pulldata(self, args: list[AST]) -> list[AST]:
        if len(args) != 4 or any(arg[0] != "str" for arg in args[:3]):
            raise Unresolved("wrong_arguments", "pulldata()")
        name = args[0][1].removesuffix(".csv")
        if name not in self.model.columns:
            raise Unresolved("unknown_list", name)
        for column in (args[1][1], args[2][1]):
            if column not in self.model.columns[name]:
                raise Unresolved("unknown_column", f"{name}.{column}")
        return [["str", name], args[1], args[2], self.resolve(args[3])]

    def indexed_repeat(self, args: list[AST]) -> list[AST]:
        if len(args) < 3 or len(args) % 2 == 0:
            raise Unresolved("wrong_arguments", "indexed-repeat()")
        found: list[AST] = []
        for place, arg in enumerate(args):
            if place > 0 and place % 2 == 0:
                found.append(self.resolve(arg))
                continue
            path = path_of(self.resolve(arg))
            if path is None or (place and self.model.index.types.get(path) != "repeat"):
                raise Unresolved("unsupported_path", "indexed-repeat()")
            found.append(["str", path])
        return found

    def regex(self, args: list[AST]) -> list[AST]:
        if len(args) != 2:
            raise Unresolved("wrong_arguments", "regex()")
        if args[1][0] != "str":
            raise Unresolved("unsupported_pattern", "regex()")
        try:
            program = pattern.read(args[1][1])
        except pattern.PatternProblem as exc:
            raise Unresolved("unsupported_pattern", f"{args[1][1]} ({exc})") from exc
        return [self.resolve(args[0]), ["prog", program]]


_SPECIAL_ARGUMENTS = {
    "once": _Resolver.once,
    "jr:choice-name": _Resolver.choice_name,
    "pulldata": _Resolver.pulldata,
    "indexed-repeat": _Resolver.indexed_repeat,
    "regex": _Resolver.regex,
}

_NODE_SETS = {"path", "current", "below", "above", "items", "column", "field", "filter", "|"}


def is_node_set(tree: AST) -> bool:
    return tree[0] in _NODE_SETS or tree[:2] == ["call", "indexed-repeat"]


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
    return None


def resolve(tree: AST, model: Model, home: str) -> tuple[AST, set[str]]:
    """The published AST and the paths it reads. `home` is the question whose expression it is."""
    resolver = _Resolver(model, home)
    return resolver.resolve(tree), resolver.reads


def resolve_filter(
    predicates: list[AST], model: Model, home: str, listed: str
) -> tuple[AST | None, set[str]]:
    """A choice filter: the predicates of `instance('list')/root/item[…]` as one condition on a row."""
    resolver = _Resolver(model, home, set(), None, listed, True)
    found = [resolver.resolve(predicate) for predicate in predicates]
    if not found:
        return None, resolver.reads
    return found[0] if len(found) == 1 else ["and", *found], resolver.reads
