"""Raw tree + form → the AST that is published: every path found, every function known, reads listed.

Promises: what comes out can be evaluated without looking anything up that might be missing; what cannot is refused by
name with Unresolved. Paths are pure XPath: `/data/rep/x` means all entries; `../x` and `.` mean the own entry.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from server.surveys.expression.arguments import SPECIAL_ARGUMENTS, Asker
from server.surveys.expression.evaluate import SPECIAL
from server.surveys.expression.functions import FUNCTIONS
from server.surveys.expression.model import AST, Model, Place, Unresolved, is_node_set, list_in, path_of
from server.surveys.expression.parse import parse
from server.surveys.expression.walk import Walker, is_relative, placed

#: In the ODK ecosystem, but not ours: named so that the refusal can say so instead of "unknown".
UNSUPPORTED = {"here", "id", "search", "thousandsep"}
_OF_NODES = {"count", "count-non-empty", "randomize", "name", "local-name", "namespace-uri"}
#: Without an argument they speak of the node they stand in.
_OF_ITSELF = {
    "string",
    "number",
    "boolean",
    "string-length",
    "normalize-space",
    "name",
    "local-name",
    "namespace-uri",
}
_META = ["meta", "instanceID"]


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
        if kind == "resolved":
            return list(tree[1])
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

    def predicates(self, predicates: list[AST], path: str) -> list[AST]:
        inner = _Resolver(self.model, self.home, self.reads, path, None, True)
        return [inner.resolve(predicate) for predicate in predicates]

    # Paths

    def location(self, tree: AST) -> AST:
        _, absolute, steps = tree
        if absolute and steps[:1] != [] and steps[0][0] == "child":
            known = self.of_the_record(steps)
            if known is not None:
                return known
        if absolute:
            return self.walked(*self.under_root(steps))
        if self.in_list is not None:
            return self.in_row(steps)
        return self.walked([self.here()], steps)

    def of_the_record(self, steps: list[AST]) -> AST | None:
        """`/data/meta/instanceID`, `/data/@version`: not answers, but there."""
        names = [step[1] for step in steps[1:]]
        if names == _META and not self.model.has("meta/instanceID"):
            return ["call", "property", ["str", "instanceid"]]
        if len(steps) == 2 and steps[1][0] == "attribute" and names[0] in self.model.attributes:
            return ["str", self.model.attributes[names[0]]]
        return None

    def walked(self, places: list[Place], steps: list[AST]) -> AST:
        walker = Walker(self.model, self.predicates, self.in_predicate, self.reads)
        trees: list[AST] = []
        for place in walker.walk(places, steps):
            self.reads.add(place.path)
            trees.append(walker.written(place))
        return trees[0] if len(trees) == 1 else ["|", *trees]

    def under_root(self, steps: list[AST]) -> tuple[list[Place], list[AST]]:
        """`/data/x`: the first step names the root itself."""
        root = Place("", 0)
        if not steps:
            return [root], []
        axis, name, predicates = steps[0]
        if axis == "//" and name == self.model.root and not predicates:
            return [root], steps[1:]
        if axis == "//":
            return [root], steps
        if axis != "child" or name not in {self.model.root, "*"}:
            raise Unresolved("unknown_reference", f"/{name}")
        # The root is one of one.
        kept = [placed(predicate, ["num", 1], ["num", 1]) for predicate in predicates]
        if not kept:
            return [root], steps[1:]
        tree = ["filter", ["path", ""], *self.predicates(kept, "")]
        return [Place("", 0, tree)], steps[1:]

    def here(self) -> Place:
        path = self.home if self.context is None else self.context
        return Place(path, self.model.depth(path))

    def in_row(self, steps: list[AST]) -> AST:
        """Relative to a list's row: a column of it."""
        names = [step[1] for step in steps if step[0] != "self"]
        if len(names) != 1 or any(step[0] not in {"self", "child"} or step[2] for step in steps):
            raise Unresolved("unsupported_path", "/".join(names) or ".")
        assert self.in_list is not None
        if not self.model.has_column(self.in_list, names[0]):
            raise Unresolved("unknown_column", f"{self.in_list}.{names[0]}")
        return ["field", names[0]]

    # instance(), current() and what stands in brackets

    def continued(self, tree: AST) -> AST:
        _, primary, predicates, steps = tree
        if primary[:2] == ["call", "current"]:
            if predicates:
                raise Unresolved("unsupported_path", "current()[…]")
            start = "current" if self.in_predicate else "path"
            return self.walked([Place(self.home, self.model.depth(self.home), None, start)], steps)
        if primary[:2] == ["call", "instance"]:
            return self.listed(primary, predicates, steps)
        found = self.node_set(primary)
        rows = list_in(found)
        if rows is not None:
            return self.of_rows(_Listed(rows, 2, self.rows_kept(rows, found, predicates)), steps).tree
        path = path_of(found)
        if path is None and (steps or any(is_relative(predicate) for predicate in predicates)):
            raise Unresolved("unsupported_path", "(… | …)[…]")
        if predicates:
            found = ["filter", found, *self.predicates(predicates, path or "")]
        return self.walked([Place(path or "", 0, found)], steps) if steps else found

    def listed(self, call: AST, predicates: list[AST], steps: list[AST]) -> AST:
        if len(call) != 3 or call[2][0] != "str":
            raise Unresolved("unsupported_path", "instance()")
        name = call[2][1]
        if name in self.model.saved:
            return self.last_saved(predicates, steps)
        if name not in self.model.columns:
            raise Unresolved("unknown_list", name)
        if predicates:
            raise Unresolved("unsupported_path", f"instance('{name}')[…]")
        found = self.of_rows(_Listed(name, 0, ["items", name]), steps)
        if found.level < 2:
            raise Unresolved("unsupported_path", f"instance('{name}')")
        return found.tree

    def last_saved(self, predicates: list[AST], steps: list[AST]) -> AST:
        """The record saved before has the form's own tree; what it held changes nothing while this one is filled in."""
        if predicates or any(step[0] != "child" or step[2] for step in steps):
            raise Unresolved("unsupported_path", "last-saved[…]")
        path = "/".join(step[1] for step in steps[1:])
        if not steps or steps[0][1] != self.model.root or not path or not self.model.has(path):
            raise Unresolved("unknown_reference", f"last-saved#{path}")
        return ["last", path]

    def of_rows(self, found: _Listed, steps: list[AST]) -> _Listed:
        for step in steps:
            found = self.list_step(found, step)
        return found

    def rows_kept(self, name: str, tree: AST, predicates: list[AST]) -> AST:
        if not predicates:
            return tree
        inner = _Resolver(self.model, self.home, self.reads, None, name, True)
        return ["filter", tree, *(inner.resolve(p) for p in predicates)]

    def list_step(self, found: _Listed, step: AST) -> _Listed:
        axis, name, predicates = step
        if axis == "//" and found.level == 0 and name == "item":
            return _Listed(found.name, 2, self.rows_kept(found.name, found.tree, predicates))
        if axis != "child" or (found.level == 0 and predicates) or found.level > 2:
            raise Unresolved("unsupported_path", f"instance('{found.name}')/…/{name}")
        tree = found.tree
        if found.level == 2:
            if not self.model.has_column(found.name, name):
                raise Unresolved("unknown_column", f"{found.name}.{name}")
            tree = ["column", tree, name]
            # A row has each column once.
            predicates = [placed(predicate, ["num", 1], ["num", 1]) for predicate in predicates]
        return _Listed(found.name, found.level + 1, self.rows_kept(found.name, tree, predicates))

    # Functions

    def call(self, tree: AST) -> AST:
        name, args = tree[1], tree[2:]
        if name in {"current", "instance"} and (name == "instance" or not args):
            return self.continued(["from", tree, [], []])
        if name == "jr:itext":
            return self.itext(args)
        if name in _OF_ITSELF and not args:
            args = [["location", False, [["self", "*", []]]]]
        special = SPECIAL_ARGUMENTS.get(name)
        if special is not None:
            args = special(Asker(self.model, self.home, self.in_predicate, self.resolve), args)
        elif name in _OF_NODES and args:
            args = [self.node_set(args[0]), *(self.resolve(arg) for arg in args[1:])]
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

    def itext(self, args: list[AST]) -> AST:
        """jr:itext('id'): the words themselves, in each language."""
        if len(args) != 1:
            raise Unresolved("wrong_arguments", "jr:itext()")
        if args[0][0] != "str":
            raise Unresolved("unsupported_path", "jr:itext(…)")
        name = args[0][1]
        if name in self.model.saying:
            raise Unresolved("cycle", f"jr:itext('{name}')")
        self.model.saying.add(name)
        try:
            words = self.model.words(name, self.within) if self.model.words else {}
        finally:
            self.model.saying.discard(name)
        if not words:
            raise Unresolved("unknown_reference", f"jr:itext('{name}')")
        return ["words", words]

    def within(self, text: str) -> AST:
        """A value inside words."""
        return self.resolve(parse(text))


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


__all__ = ["AST", "Model", "Unresolved", "is_node_set", "path_of", "resolve", "resolve_filter"]
