"""Text of an XPath expression → raw tree. Knows the grammar and nothing of any form.

The tree is the AST of pwa/form/definition.js except for location paths, which `resolve` replaces:
  ["location", absolute, [step…]]     ["from", expression, [predicate…], [step…]]
  step = [axis, name, [predicate…]]   axis: one of XPath's, or "//"; name "*" is any
Promises: SyntaxProblem and nothing else is raised, whatever the text; nesting is limited.
"""

from __future__ import annotations

import re
from typing import Any

MAX_LENGTH = 20_000
MAX_DEPTH = 60

AST = list[Any]


class SyntaxProblem(Exception):
    """The text is no expression we can read. `near` is where."""

    def __init__(self, reason: str, near: str = "") -> None:
        super().__init__(f"{reason}: {near}" if near else reason)
        self.reason = reason
        self.near = near


_NAME = r"[^\W\d][\w.\-·]*"
_TOKENS = re.compile(
    rf"""\s*(?:
    (?P<number>\d+(?:\.\d*)?|\.\d+)
  | (?P<string>"[^"]*"|'[^']*')
  | (?P<axis>{_NAME}\s*::)
  | (?P<name>{_NAME}(?::{_NAME}|:\*)?)
  | (?P<symbol>//|\.\.|!=|<=|>=|[()\[\]/.,@*+\-=<>|])
  | (?P<end>$)
  )""",
    re.VERBOSE,
)
_WORDS = {"and", "or", "div", "mod"}
_LEVELS: list[set[str]] = [
    {"or"},
    {"and"},
    {"=", "!="},
    {"<", "<=", ">", ">="},
    {"+", "-"},
    {"*", "div", "mod"},
]
#: Chains of these become one node of many operands, so that a sum of 500 terms is not 500 levels deep.
_LONG = {"or", "and", "+", "*"}
_AXES = {
    "child",
    "parent",
    "self",
    "descendant",
    "descendant-or-self",
    "ancestor",
    "ancestor-or-self",
    "following-sibling",
    "preceding-sibling",
    "attribute",
}
#: A name or a sign after one of these is an operand, so `*` is a wildcard and `div` a name (XPath 1.0, 3.7).
_BEFORE_OPERAND = {"@", "::", "(", "[", ",", "and", "or", "div", "mod", "*op", "/", "//", "|", "+", "-"} | {
    "=",
    "!=",
    "<",
    "<=",
    ">",
    ">=",
}

Token = tuple[str, str, int]


def tokens(text: str) -> list[Token]:
    """(kind, value, place) with operators told apart from names; ends with ("end", "", place)."""
    found: list[Token] = []
    place = 0
    previous = ""
    while True:
        match = _TOKENS.match(text, place)
        if match is None:
            raise SyntaxProblem("unexpected_character", text[place : place + 20].strip())
        kind = str(match.lastgroup)
        value = match.group(kind)
        start, place = match.start(kind), match.end()
        operand_before = bool(previous) and previous not in _BEFORE_OPERAND
        if kind == "name" and value in _WORDS and operand_before:
            kind = "operator"
        elif kind == "symbol" and value == "*" and operand_before:
            kind, previous = "operator", "*op"
        elif kind == "symbol" and value in {"+", "-", "=", "!=", "<", "<=", ">", ">=", "|"}:
            kind = "operator"
        found.append((kind, value, start))
        if kind == "end":
            return found
        previous = _previous(kind, value)


def _previous(kind: str, value: str) -> str:
    if kind == "operator":
        return "*op" if value == "*" else value
    if kind == "axis":
        return "::"
    if kind == "symbol":
        return value if value != "*" else "name"
    return kind


class _Parser:
    def __init__(self, text: str) -> None:
        self.text = text
        self.tokens = tokens(text)
        self.at = 0
        self.depth = 0

    @property
    def token(self) -> Token:
        return self.tokens[self.at]

    def problem(self, reason: str = "unexpected") -> SyntaxProblem:
        kind, _, place = self.token
        return SyntaxProblem(
            "unexpected_end" if kind == "end" else reason, self.text[place : place + 30].strip()
        )

    def take(self, value: str) -> bool:
        kind, found, _ = self.token
        if found == value and kind in {"symbol", "operator"}:
            self.at += 1
            return True
        return False

    def expect(self, value: str) -> None:
        if not self.take(value):
            raise self.problem()

    def expression(self, level: int = 0) -> AST:
        if level == len(_LEVELS):
            return self.unary()
        if level == 0:
            self.depth += 1
            if self.depth > MAX_DEPTH:
                raise SyntaxProblem("too_deep")
        left = self.expression(level + 1)
        count, joined = 0, ""
        while self.token[0] == "operator" and self.token[1] in _LEVELS[level]:
            operator = self.token[1]
            self.at += 1
            right = self.expression(level + 1)
            if operator in _LONG and operator == joined:
                left.append(right)
                continue
            left, joined = [operator, left, right], operator
            count += 1
            if count > MAX_DEPTH:
                raise SyntaxProblem("too_deep")
        if level == 0:
            self.depth -= 1
        return left

    def unary(self) -> AST:
        minus = 0
        while self.take("-"):
            minus += 1
        tree = self.union()
        if minus == 0:
            return tree
        return ["neg", tree] if minus % 2 else ["neg", ["neg", tree]]

    def union(self) -> AST:
        left = self.path()
        if self.token[1] != "|":
            return left
        union: AST = ["|", left]
        while self.take("|"):
            union.append(self.path())
        return union

    def path(self) -> AST:
        kind, value, _ = self.token
        if kind == "symbol" and value in {"/", "//", ".", "..", "@", "*"}:
            return self.location()
        if kind == "axis":
            return self.location()
        if kind == "name" and self.tokens[self.at + 1][1] != "(":
            return self.location()
        primary = self.primary()
        predicates = self.predicates()
        steps = self.steps_after()
        if predicates or steps:
            return ["from", primary, predicates, steps]
        return primary

    def primary(self) -> AST:
        kind, value, _ = self.token
        if kind == "number":
            self.at += 1
            return ["num", _number(value)]
        if kind == "string":
            self.at += 1
            return ["str", value[1:-1]]
        if self.take("("):
            tree = self.expression()
            self.expect(")")
            return tree
        if kind == "name":
            self.at += 1
            self.expect("(")
            return ["call", value, *self.arguments()]
        raise self.problem()

    def arguments(self) -> list[AST]:
        found: list[AST] = []
        if self.take(")"):
            return found
        while True:
            found.append(self.expression())
            if self.take(")"):
                return found
            self.expect(",")

    def location(self) -> AST:
        steps: list[AST] = []
        absolute = False
        if self.take("//"):
            absolute = True
            steps.append(self.step(descendant=True))
        elif self.take("/"):
            absolute = True
            if not self.step_follows():
                return ["location", True, []]
            steps.append(self.step())
        else:
            steps.append(self.step())
        return ["location", absolute, steps + self.steps_after()]

    def steps_after(self) -> list[AST]:
        steps: list[AST] = []
        while True:
            if self.take("//"):
                steps.append(self.step(descendant=True))
            elif self.take("/"):
                steps.append(self.step())
            else:
                return steps

    def step_follows(self) -> bool:
        kind, value, _ = self.token
        return kind in {"name", "axis"} or (kind == "symbol" and value in {".", "..", "@", "*"})

    def step(self, descendant: bool = False) -> AST:
        if self.take(".."):
            return ["parent", "*", self.predicates()]
        if self.take("."):
            return ["self", "*", self.predicates()]
        axis = "//" if descendant else "child"
        kind, value, _ = self.token
        if kind == "axis":
            name = value[:-2].strip()
            if name not in _AXES or (descendant and name != "child"):
                raise SyntaxProblem("unsupported_axis", name)
            axis = axis if descendant else name
            self.at += 1
            kind, value, _ = self.token
        elif kind == "symbol" and value == "@":
            if descendant:
                raise SyntaxProblem("unsupported_axis", "//@")
            axis = "attribute"
            self.at += 1
            kind, value, _ = self.token
        if kind == "symbol" and value == "*":
            self.at += 1
            return [axis, "*", self.predicates()]
        if kind != "name":
            raise self.problem()
        self.at += 1
        if self.token[1] == "(" and self.token[0] == "symbol":
            self.at += 1
            self.expect(")")
            if value != "node":
                raise SyntaxProblem("unsupported_axis", f"{value}()")
            value = "*"
        # Names are told apart by what follows a prefix: the tree of a form is of one vocabulary.
        return [axis, value.rpartition(":")[2], self.predicates()]

    def predicates(self) -> list[AST]:
        found: list[AST] = []
        while self.take("["):
            found.append(self.expression())
            self.expect("]")
        return found


def _number(text: str) -> int | float:
    value = float(text)
    if value == float("inf"):
        raise SyntaxProblem("too_long", text[:20])
    return int(value) if value == int(value) and abs(value) < 2**53 else value


def parse(text: str) -> AST:
    """The raw tree of an expression."""
    if len(text) > MAX_LENGTH:
        raise SyntaxProblem("too_long")
    if not text.strip():
        raise SyntaxProblem("unexpected_end")
    parser = _Parser(text)
    tree = parser.expression()
    if parser.token[0] != "end":
        raise parser.problem()
    return tree
