"""Random expressions over a form, and random answers to it, from a fixed seed."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from server.surveys.expression.resolve import Unresolved
from server.surveys.form import Form
from tests.surveys.expressions import TABLE, compiled

T = TypeVar("T")
TEXTS = [
    "",
    "a",
    "石桥村",
    "𠮷",
    "12",
    "-3.5",
    " 7 ",
    "a b c",
    "2026-11-23",
    "2026-02-30",
    "1900-01-01",
    "true",
    "0",
    "x/y",
    "NaN",
]
TEXTS += [
    "2026-11-23T10:00:00.000+08:00",
    "1970-01-01T00:00Z",
    "10:30:00",
    "e",
    "1e5",
    "Ω",
    "\t",
    "water",
    "0.1",
    "99999999999999999999",
]
NUMBERS = [
    "0",
    "1",
    "2",
    "3",
    "10",
    "0.1",
    "2.5",
    "7.25",
    "1000000",
    "20780",
    "0.5",
    "365.25",
    "123456789012345",
    ".001",
]
PATTERNS = [r"^[0-9]+$", "a", r"\d{2,}", "^.$", r"[^a-c]", "(a|b)+", r"\bx", r"^\s*$", "石.村"]
FORMATS = ["%Y-%m-%d", "%a %b %e", "%H:%M:%S.%3", "%y%n", "%", "x"]
ALGORITHMS = ["MD5", "SHA-1", "SHA-256", "SHA-384", "SHA-512", "none"]

TEXT_CALLS = ["substring-before", "substring-after", "contains", "starts-with", "ends-with", "selected"]
ONE_CALLS = [
    "string-length",
    "normalize-space",
    "upper-case",
    "count-selected",
    "boolean",
    "not",
    "number",
    "string",
    "date",
]
ONE_CALLS += [
    "int",
    "round",
    "floor",
    "ceiling",
    "abs",
    "sqrt",
    "decimal-date-time",
    "decimal-time",
    "date-time",
    "boolean-from-string",
]
ONE_CALLS += ["sin", "cos", "atan", "exp", "log", "log10", "exp10", "tan", "asin", "acos"]


class Sentences:
    """Each method draws from one seeded source."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.paths: list[str] = []
        self.repeats: list[str] = []

    def pick(self, items: Sequence[T]) -> T:
        return self.random.choice(items)

    def compiled(self, form: Form, home: str) -> list[Any]:
        """Draws until one compiles: relative paths do not fit every home."""
        self.paths = [q.path for q in form.questions if q.type not in {"group", "repeat"}]
        self.repeats = [q.path for q in form.questions if q.type == "repeat"]
        while True:
            try:
                return compiled(self.expression(4), form, home)
            except Unresolved:
                continue

    # Answers

    def answers(self, form: Form) -> tuple[dict[str, Any], str, list[int]]:
        """Answers, a home in them, and the entries around that home."""
        found = self.holder(form, "")
        homes = [q.path for q in form.questions if q.type not in {"group", "repeat"}]
        self.random.shuffle(homes)
        for home in homes:
            at: list[int] = []
            holder: Any = found
            start = 0
            for repeat in form.index.chain(home):
                entries = holder.get(repeat[start:]) or []
                if not entries:
                    break
                at.append(self.random.randrange(len(entries)))
                holder = entries[at[-1]]
                start = len(repeat) + 1
            else:
                return found, home, at
        raise AssertionError("every form has a question outside repeats")

    def holder(self, form: Form, repeat: str) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for question in form.questions:
            if question.repeat != repeat or question.holds == "nothing" or self.random.random() < 0.3:
                continue
            key = question.path[len(repeat) + 1 :] if repeat else question.path
            if question.holds == "entries":
                count = self.random.randrange(4)
                found[key] = [{"id": str(n)} | self.holder(form, question.path) for n in range(count)]
            else:
                found[key] = self.value(question.holds, question.choices)
        return found

    def value(self, holds: str, choices: str | None) -> Any:
        names = [row["name"] for row in TABLE["lists"][choices]] if choices else ["a"]
        if holds == "list":
            return self.random.sample(names, self.random.randrange(1, len(names) + 1))
        if holds == "number":
            return self.pick([0, 1, -1, 2, 40, 3.5, -0.25, 1e21, 1e-7, 123456.789])
        return self.pick(names) if choices else self.pick(TEXTS[1:])

    # Expressions

    def expression(self, depth: int) -> str:
        if depth <= 0:
            return self.leaf()
        draws: list[Callable[[int], str]] = [
            self.binary,
            self.call,
            self.call,
            self.branch,
            self.nodes,
            self.negated,
        ]
        return self.pick(draws)(depth - 1)

    def leaf(self) -> str:
        return self.pick([self.literal, self.literal, self.path, self.number])()

    def number(self) -> str:
        return self.pick(NUMBERS)

    def literal(self) -> str:
        return f"'{self.pick(TEXTS)}'"

    def path(self) -> str:
        path = self.pick(self.paths)
        name = path.rpartition("/")[2]
        return self.pick(
            [
                f"/data/{path}",
                f"/data/{path}",
                f"//{name}",
                ".",
                f"../{name}",
                f"../../{name}",
                f"current()/../{name}",
            ]
        )

    def negated(self, depth: int) -> str:
        return f"-({self.expression(depth)})"

    def binary(self, depth: int) -> str:
        sign = self.pick(["+", "-", "*", "div", "mod", "=", "!=", "<", "<=", ">", ">=", "and", "or"])
        return f"({self.expression(depth)}) {sign} ({self.expression(depth)})"

    def branch(self, depth: int) -> str:
        a, b, c = (self.expression(depth) for _ in range(3))
        return self.pick([f"if({a}, {b}, {c})", f"coalesce({a}, {b})", f"once({a})"])

    def call(self, depth: int) -> str:
        a, b, c = (self.expression(depth) for _ in range(3))
        options = [
            f"{self.pick(ONE_CALLS)}({a})",
            f"{self.pick(TEXT_CALLS)}({a}, {b})",
            f"concat({a}, {b}, {c})",
            f"join({a}, {b}, {c})",
            f"substr({a}, {b}, {c})",
            f"substring({a}, {b}, {c})",
            f"translate({a}, {b}, {c})",
            f"round({a}, {b})",
            f"pow({a}, {b})",
            f"atan2({a}, {b})",
            f"{self.pick(['min', 'max'])}({a}, {b})",
            f"selected-at({a}, {b})",
            f"checklist({a}, {b}, {c})",
            f"weighted-checklist({a}, {b}, {c}, 2)",
            f"regex({a}, '{self.pick(PATTERNS)}')",
            f"format-date({a}, '{self.pick(FORMATS)}')",
            f"format-date-time({a}, '{self.pick(FORMATS)}')",
            f"digest({a}, '{self.pick(ALGORITHMS)}', '{self.pick(['hex', 'base64'])}')",
            f"pulldata('places', '{self.pick(['people', 'label'])}', 'name', {a})",
            f"{self.pick(['distance', 'area'])}({self.shape()}, {self.shape()})",
            f"geofence('{self.number()} {self.number()}', {self.shape()})",
            f"base64-decode({a})",
            f"date(today() + {self.number()})",
            f"intersects({self.shape()})",
            f"lang({a})",
            f"jr:itext('{self.pick(['plain', 'filled'])}')",
        ]
        return self.pick(options)

    def shape(self) -> str:
        """A few points around one place, now and then one that is none."""
        draw = self.random.uniform
        points = [f"{draw(29, 31):.6f} {draw(109, 111):.6f}" for _ in range(self.random.randrange(1, 5))]
        return f"'{'; '.join([*points, self.pick([points[0], points[0], '', '91 0', 'x'])])}'"

    def nodes(self, depth: int) -> str:
        nodes = self.node_set(depth)
        if self.random.random() < 0.4:
            return nodes
        if self.random.random() < 0.2:
            return f"join('', randomize({nodes}, {self.leaf()}))"
        call = self.pick(
            [
                *("count", "sum", "count-non-empty", "max", "min", "concat", "position"),
                *("string", "boolean", "name", "local-name"),
            ]
        )
        return f"{call}({nodes})"

    def node_set(self, depth: int) -> str:
        test = self.pick(
            [f"position() = {self.pick(['1', '2', 'last()'])}", f"({self.expression(depth)})", "2", ". != ''"]
        )
        if self.repeats and self.random.random() < 0.6:
            repeat = self.pick(self.repeats)
            inner = [path for path in self.paths if path.startswith(f"{repeat}/")]
            below = self.pick(inner)[len(repeat) + 1 :]
            return self.pick(
                [
                    f"/data/{repeat}",
                    f"/data/{repeat}[{test}]/{below}",
                    f"/data/{repeat}[{below} = {self.leaf()}]/{below}/..",
                ]
            )
        if self.random.random() < 0.5:
            test = self.pick(
                [
                    f"name = {self.leaf()}",
                    f"people > {self.number()}",
                    f"county = {self.leaf()} or {self.expression(depth)}",
                    "position() < 3",
                ]
            )
            return f"instance('places')/root/item[{test}]/{self.pick(['name', 'label', 'people'])}"
        return f"({self.path()} | {self.path()})[{test}]"
