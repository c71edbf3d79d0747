"""Expressions over all records of a village: raw tree + the forms of all kinds → the AST that is published.

The language is XLSForm's XPath, standing not in one form but in a village:
  instance('KIND')/root/item[…]   the living records of a kind; children are the answers by the paths of its form
  name, group/name, repeat/name   inside brackets: of the record (or the repeat's entry) the brackets look at
  current()/name                  of what stands outside the nearest brackets: joins such as [household = current()/_id]
  _id _created_on _changed_on _by of every record; `_id` alone is no answer of a form
  threshold('x')                  a number of thresholds.csv
  distinct-values(…), months(…)   each text once; each month (YYYY-MM) of dates once
  median-days(…/from, …/to)       days between two dates of each record that has both, the middle one
What nobody answered is not there: count(…/phone) counts telephones, sum() adds what is written. Of one record an answer
that is not there is ''.

The AST: ["records", kind] · ["rows", of, path] entries of a repeat · ["leaf", of, path] answers · ["here"] and ["outer"] the
record in brackets and the one outside · ["up", of] what an entry stands in · ["filter", of, condition…] · ["|", …] · ["num"],
["str"], operators and ["call", name, …] as in forms. Evaluated by village.py and pwa/domain/pack/village-compile.js.
Promises: what comes out names only kinds, answers and thresholds that there are; else Unresolved says which.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from server.surveys.expression import pattern
from server.surveys.expression.functions import FUNCTIONS
from server.surveys.expression.model import AST, Unresolved
from server.surveys.expression.parse import parse

#: Of every record, whatever its form asks.
OF_RECORDS = ("_id", "_created_on", "_changed_on", "_by")
#: Functions beside those of forms: fewest and most arguments.
OWN = {
    "if": (3, 3),
    "coalesce": (1, None),
    "count": (1, 1),
    "count-non-empty": (1, 1),
    "regex": (2, 2),
    "threshold": (1, 1),
    "distinct-values": (1, 1),
    "median-days": (2, 2),
    "months": (1, 1),
}
_OF_SETS = {"count", "count-non-empty", "distinct-values", "median-days", "months"}
#: A guide says the same every time it is read.
_CHANGING = {"random", "now"}
_COUNTS = {"count", "count-non-empty", "median-days", "sum", "boolean", "not", "number", "round", "threshold", "string-length"}
_SETS = {"records", "rows", "leaf", "filter", "|"}


@dataclass(frozen=True)
class Field:
    """One node of a kind's form: a group, a repeat or an answer."""

    type: str
    holds: str
    #: says nothing of a person
    open: bool = True


#: kind → path → what stands there
Schema = Mapping[str, Mapping[str, Field]]


@dataclass(frozen=True)
class _Place:
    """Records or entries (`tree`) of one kind; `prefix` is the group looked into, `repeat` the entries' path, '' of a record."""

    kind: str
    tree: AST
    repeat: str = ""
    prefix: str = ""

    def path(self, name: str) -> str:
        return "/".join(part for part in (self.repeat, self.prefix, name) if part)

    def within(self, name: str) -> str:
        return f"{self.prefix}/{name}" if self.prefix else name


@dataclass
class VillageResolver:
    """Resolves one guide's expressions; `reads` collects the answers they look at, by kind."""

    schema: Schema
    thresholds: Collection[str] = ()
    reads: dict[str, set[str]] = field(default_factory=dict)

    def expression(self, text: str) -> AST:
        return self._resolve(parse(text), None, None)

    def condition(self, kind: str, text: str) -> AST | None:
        """What stands in brackets behind a kind; several brackets must all be true."""
        if kind not in self.schema:
            raise Unresolved("unknown_kind", kind)
        self.reads.setdefault(kind, set())
        if not text.strip():
            return None
        found = self.expression(f"instance('{kind}')/root/item{text}")
        if found[0] != "filter" or any(part[0] == "num" for part in found[2:]):
            raise Unresolved("unsupported_path", text[:60])
        return found[2] if len(found) == 3 else ["and", *found[2:]]

    def is_number(self, tree: AST) -> bool:
        """Is it answers of a question for numbers?"""
        if tree[0] != "leaf":
            return False
        kind, repeat = _origin(tree[1])
        path = f"{repeat}/{tree[2]}" if repeat else tree[2]
        known = self.schema[kind].get(path)
        return known is not None and known.holds == "number"

    def is_open(self, tree: AST) -> bool:
        """Could its value say more of a person than a number does? Counts and sums are numbers of many."""
        if tree[0] == "call":
            return tree[1] in _COUNTS or all(self.is_open(part) for part in tree[2:] if isinstance(part, list))
        if tree[0] in {"num", "str", "=", "!=", "<", "<=", ">", ">=", "and", "or", "div", "mod", "+", "-", "*", "neg"}:
            return True
        if tree[0] != "leaf":
            return all(self.is_open(part) for part in tree[1:] if isinstance(part, list)) and tree[0] == "|"
        kind, repeat = _origin(tree[1])
        path = f"{repeat}/{tree[2]}" if repeat else tree[2]
        known = self.schema[kind].get(path)
        return known is not None and known.open

    # Trees

    def _resolve(self, tree: AST, here: _Place | None, outer: _Place | None) -> AST:
        kind = tree[0]
        if kind in {"num", "str"}:
            return tree
        if kind == "location":
            if tree[1]:
                raise Unresolved("unsupported_path", "/")
            if here is None:
                raise Unresolved("unknown_reference", _written(tree[2]))
            return self._walk(_Place(here.kind, ["here"], here.repeat), tree[2], here)
        if kind == "from":
            return self._from(tree, here, outer)
        if kind == "call":
            return self._call(tree, here, outer)
        if kind == "|":
            return ["|", *(self._set(part, here, outer) for part in tree[1:])]
        return [kind, *(self._resolve(part, here, outer) for part in tree[1:])]

    def _set(self, tree: AST, here: _Place | None, outer: _Place | None) -> AST:
        found = self._resolve(tree, here, outer)
        if found[0] not in _SETS and not (found[0] == "call" and found[1] in {"distinct-values", "months"}):
            raise Unresolved("not_a_node_set")
        return found

    def _from(self, tree: AST, here: _Place | None, outer: _Place | None) -> AST:
        _, primary, predicates, steps = tree
        if predicates:
            raise Unresolved("unsupported_path", "(…)[…]")
        if primary[:2] == ["call", "current"] and len(primary) == 2:
            if outer is None:
                raise Unresolved("unsupported_path", "current()")
            return self._walk(_Place(outer.kind, ["outer"], outer.repeat), steps, here)
        if primary[:2] != ["call", "instance"]:
            raise Unresolved("unsupported_path", _written(steps))
        if len(primary) != 3 or primary[2][0] != "str":
            raise Unresolved("unsupported_path", "instance()")
        kind = primary[2][1]
        if kind not in self.schema:
            raise Unresolved("unknown_kind", kind)
        self.reads.setdefault(kind, set())
        if [step[:2] for step in steps[:2]] != [["child", "root"], ["child", "item"]] or steps[0][2]:
            raise Unresolved("unsupported_path", f"instance('{kind}')/{_written(steps)}")
        place = self._filtered(_Place(kind, ["records", kind]), steps[1][2], here)
        return self._walk(place, steps[2:], here)

    def _walk(self, place: _Place, steps: list[AST], here: _Place | None) -> AST:
        for at, step in enumerate(steps):
            axis, name, predicates = step
            if axis == "self" and not predicates:
                continue
            if axis == "parent" and not predicates:
                place = self._up(place)
                continue
            if axis != "child" or name == "*":
                raise Unresolved("unsupported_path", _written(steps))
            if self._is_leaf(place, name):
                if predicates or steps[at + 1 :]:
                    raise Unresolved("unsupported_path", _written(steps))
                return ["leaf", place.tree, place.within(name)]
            place = self._filtered(self._down(place, name), predicates, here)
        if place.prefix or place.tree[0] not in _SETS:
            raise Unresolved("unsupported_path", _written(steps))
        return place.tree

    def _is_leaf(self, place: _Place, name: str) -> bool:
        path = place.path(name)
        if path in OF_RECORDS and place.path("") == "":
            return True
        known = self.schema[place.kind].get(path)
        if known is None:
            raise Unresolved("unknown_answer", f"{place.kind}/{path}")
        if known.type in {"group", "repeat"}:
            return False
        self.reads.setdefault(place.kind, set()).add(path)
        return True

    def _down(self, place: _Place, name: str) -> _Place:
        path = place.path(name)
        if self.schema[place.kind][path].type == "group":
            return _Place(place.kind, place.tree, place.repeat, place.within(name))
        self.reads.setdefault(place.kind, set()).add(path)
        return _Place(place.kind, ["rows", place.tree, place.within(name)], path)

    def _up(self, place: _Place) -> _Place:
        if place.prefix:
            return _Place(place.kind, place.tree, place.repeat, place.prefix.rpartition("/")[0])
        if not place.repeat:
            raise Unresolved("unknown_reference", "..")
        parent = place.repeat.rpartition("/")[0]
        around = parent
        while around and self.schema[place.kind][around].type != "repeat":
            around = around.rpartition("/")[0]
        return _Place(place.kind, ["up", place.tree], around, parent[len(around) :].lstrip("/"))

    def _filtered(self, place: _Place, predicates: list[AST], here: _Place | None) -> _Place:
        if not predicates:
            return place
        if place.prefix:
            raise Unresolved("unsupported_path", f"{place.prefix}[…]")
        inside = _Place(place.kind, ["here"], place.repeat)
        conditions = [self._resolve(predicate, inside, here) for predicate in predicates]
        return _Place(place.kind, ["filter", place.tree, *conditions], place.repeat)

    # Functions

    def _call(self, tree: AST, here: _Place | None, outer: _Place | None) -> AST:
        name, args = tree[1], tree[2:]
        if name in {"instance", "current"}:
            return self._from(["from", tree, [], []], here, outer)
        if name == "threshold":
            return ["call", name, self._threshold(args)]
        if name in {"position", "last"}:
            raise Unresolved("unsupported_function", f"{name}()")
        known = OWN.get(name) or (FUNCTIONS[name][:2] if name in FUNCTIONS else None)
        if known is None or name in _CHANGING:
            raise Unresolved("unsupported_function" if known else "unknown_function", f"{name}()")
        if len(args) < known[0] or (known[1] is not None and len(args) > known[1]):
            raise Unresolved("wrong_arguments", f"{name}()")
        if name == "regex":
            return ["call", name, self._resolve(args[0], here, outer), _pattern(args[1])]
        resolve = self._set if name in _OF_SETS else self._resolve
        return ["call", name, *(resolve(arg, here, outer) for arg in args)]

    def _threshold(self, args: list[AST]) -> AST:
        if len(args) != 1 or args[0][0] != "str":
            raise Unresolved("wrong_arguments", "threshold()")
        if args[0][1] not in self.thresholds:
            raise Unresolved("unknown_threshold", args[0][1])
        return args[0]


def _pattern(argument: AST) -> AST:
    if argument[0] != "str":
        raise Unresolved("unsupported_pattern", "regex()")
    try:
        return ["prog", pattern.read(argument[1])]
    except pattern.PatternProblem as exc:
        raise Unresolved("unsupported_pattern", f"{argument[1]} ({exc})") from exc


def _origin(tree: AST) -> tuple[str, str]:
    """Kind and repeat of records or entries that no brackets stand around."""
    if tree[0] == "records":
        return tree[1], ""
    if tree[0] == "rows":
        kind, repeat = _origin(tree[1])
        return kind, f"{repeat}/{tree[2]}".lstrip("/")
    return _origin(tree[1])


def _written(steps: list[AST]) -> str:
    return "/".join("." if step[0] == "self" else ".." if step[0] == "parent" else step[1] for step in steps) or "."
