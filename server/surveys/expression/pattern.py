"""The regular expressions of regex(): read at compile time into a small program, run in time linear in the text.

Twin of the runner: pwa/form/expression-pattern.js. One engine of our own for both languages, because Python's and
JavaScript's differ in detail and both can be made to run for minutes by a careless pattern.

A program is a list of instructions, the first one first:
  ["set", negated, [[low, high]…], next]   one character (code points)
  ["fork", a, b]    ["begin", next]    ["end", next]    ["edge", is_boundary, next]    ["match"]
"""

from __future__ import annotations

from typing import Any

Program = list[list[Any]]
Ranges = list[list[int]]

MAX_PROGRAM = 4_000
MAX_REPEAT = 1_000
LAST = 0x10FFFF
_DIGIT: Ranges = [[48, 57]]
_WORD: Ranges = [[48, 57], [65, 90], [95, 95], [97, 122]]
_BLANK: Ranges = [
    *([9, 13], [32, 32], [160, 160], [0x1680, 0x1680], [0x2000, 0x200A], [0x2028, 0x2029]),
    *([0x202F, 0x202F], [0x205F, 0x205F], [0x3000, 0x3000], [0xFEFF, 0xFEFF]),
]
_NEWLINES: Ranges = [[10, 10], [13, 13], [0x2028, 0x2029]]
_CONTROL = {"n": 10, "r": 13, "t": 9, "f": 12, "v": 11, "0": 0}


class PatternProblem(Exception):
    """A pattern we cannot run: broken, too large, or using look-around or back-references."""


def _inverse(ranges: Ranges) -> Ranges:
    found, start = [], 0
    for low, high in sorted(ranges):
        if low > start:
            found.append([start, low - 1])
        start = max(start, high + 1)
    if start <= LAST:
        found.append([start, LAST])
    return found


_CLASSES = {
    "d": _DIGIT,
    "w": _WORD,
    "s": _BLANK,
    "D": _inverse(_DIGIT),
    "W": _inverse(_WORD),
    "S": _inverse(_BLANK),
}


class _Reader:
    """Pattern → nested lists: ("cat", …) ("alt", …) ("repeat", node, low, high) ("set", negated, ranges) …"""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.depth = 0

    def peek(self) -> str:
        return self.text[self.at] if self.at < len(self.text) else ""

    def take(self) -> str:
        char = self.peek()
        if not char:
            raise PatternProblem("unexpected end")
        self.at += 1
        return char

    def alternatives(self) -> tuple[Any, ...]:
        self.depth += 1
        if self.depth > 50:
            raise PatternProblem("too deep")
        branches = [self.sequence()]
        while self.peek() == "|":
            self.at += 1
            branches.append(self.sequence())
        self.depth -= 1
        return branches[0] if len(branches) == 1 else ("alt", *branches)

    def sequence(self) -> tuple[Any, ...]:
        parts: list[tuple[Any, ...]] = []
        while self.peek() not in {"", "|", ")"}:
            parts.append(self.repeated(self.atom()))
        return ("cat", *parts)

    def repeated(self, node: tuple[Any, ...]) -> tuple[Any, ...]:
        while self.peek() and self.peek() in "*+?{":
            bounds = self.bounds()
            if bounds is None:
                return node
            if node[0] in {"begin", "end", "edge", "repeat"}:
                raise PatternProblem("nothing to repeat")
            node = ("repeat", node, *bounds)
            if self.peek() == "?":  # lazy: the same texts match
                self.at += 1
        return node

    def bounds(self) -> tuple[int, int | None] | None:
        char = self.take()
        if char != "{":
            return {"*": (0, None), "+": (1, None), "?": (0, 1)}[char]
        end = self.text.find("}", self.at)
        body = self.text[self.at : end] if end >= 0 else ""
        low, comma, high = body.partition(",")
        if not (low.isascii() and low.isdigit()) or (high and not (high.isascii() and high.isdigit())):
            raise PatternProblem("a { that counts nothing")
        self.at = end + 1
        first, last = int(low), (int(high) if high else None) if comma else int(low)
        if first > MAX_REPEAT or (last is not None and (last > MAX_REPEAT or last < first)):
            raise PatternProblem("counts out of range")
        return first, last

    def atom(self) -> tuple[Any, ...]:
        char = self.take()
        if char == "(":
            if self.peek() == "?":
                if self.text[self.at : self.at + 2] != "?:":
                    raise PatternProblem("look-around")
                self.at += 2
            inner = self.alternatives()
            if self.take() != ")":
                raise PatternProblem("a ( that is not closed")
            return ("group", inner)
        if char == "[":
            return self.char_set()
        if char == ".":
            return ("set", 1, _NEWLINES)
        if char == "^":
            return ("begin",)
        if char == "$":
            return ("end",)
        if char == "\\":
            return self.escaped()
        if char in "*+?{":
            raise PatternProblem("nothing to repeat")
        return ("set", 0, [[ord(char), ord(char)]])

    def escaped(self) -> tuple[Any, ...]:
        char = self.peek()
        if char in {"b", "B"}:
            self.at += 1
            return ("edge", 1 if char == "b" else 0)
        return ("set", 0, self.escape())

    def escape(self) -> Ranges:
        """What stands after a backslash."""
        char = self.take()
        if char in _CLASSES:
            return _CLASSES[char]
        if char in _CONTROL:
            return [[_CONTROL[char]] * 2]
        if char in {"x", "u"}:
            digits = self.text[self.at : self.at + (2 if char == "x" else 4)]
            self.at += len(digits)
            try:
                code = int(digits, 16)
            except ValueError as exc:
                raise PatternProblem("a code that is none") from exc
            return [[code, code]]
        if char.isascii() and char.isalnum():
            raise PatternProblem(f"\\{char}")
        return [[ord(char), ord(char)]]

    def char_set(self) -> tuple[Any, ...]:
        negated = self.peek() == "^"
        self.at += negated
        ranges: Ranges = []
        while self.peek() != "]":
            low = self.set_member()
            if self.peek() == "-" and self.text[self.at + 1 : self.at + 2] not in {"", "]"}:
                self.at += 1
                high = self.set_member()
                if len(low) != 1 or len(high) != 1 or low[0][0] != low[0][1] or high[0][0] < low[0][0]:
                    raise PatternProblem("a range out of order")
                low = [[low[0][0], high[0][1]]]
            ranges.extend(low)
        self.at += 1
        return ("set", 1 if negated else 0, ranges)

    def set_member(self) -> Ranges:
        char = self.take()
        if char == "\\":
            return [[8, 8]] if self.peek() == "b" and self.take() else self.escape()
        return [[ord(char), ord(char)]]


class _Writer:
    def __init__(self) -> None:
        self.program: Program = []

    def add(self, *instruction: Any) -> int:
        if len(self.program) >= MAX_PROGRAM:
            raise PatternProblem("too large")
        self.program.append(list(instruction))
        return len(self.program) - 1

    def write(self, node: tuple[Any, ...], then: int) -> int:
        """Writes a node that goes on at `then`; returns where it starts. Written back to front."""
        kind = node[0]
        if kind == "cat":
            for part in reversed(node[1:]):
                then = self.write(part, then)
            return then
        if kind == "group":
            return self.write(node[1], then)
        if kind == "alt":
            start = self.write(node[-1], then)
            for branch in reversed(node[1:-1]):
                start = self.add("fork", self.write(branch, then), start)
            return start
        if kind == "repeat":
            return self.repeat(node[1], node[2], node[3], then)
        if kind == "set":
            return self.add("set", node[1], node[2], then)
        if kind == "edge":
            return self.add("edge", node[1], then)
        return self.add(kind, then)

    def repeat(self, node: tuple[Any, ...], low: int, high: int | None, then: int) -> int:
        if high is None:
            loop = self.add("fork", 0, then)
            self.program[loop][1] = self.write(node, loop)
            then = loop
        else:
            for _ in range(high - low):
                then = self.add("fork", self.write(node, then), then)
        for _ in range(low):
            then = self.write(node, then)
        return then


def read(text: str) -> Program:
    """The program of a pattern; raises PatternProblem."""
    reader = _Reader(text)
    tree = reader.alternatives()
    if reader.peek():
        raise PatternProblem("a ) too many")
    writer = _Writer()
    start = writer.write(tree, writer.add("match"))
    return [["fork", start + 1, start + 1], *(_shifted(i) for i in writer.program)]


def _shifted(instruction: list[Any]) -> list[Any]:
    """Everything moves down by one, for the entry point in front."""
    kind = instruction[0]
    if kind == "set":
        return [kind, instruction[1], instruction[2], instruction[3] + 1]
    if kind == "fork":
        return [kind, instruction[1] + 1, instruction[2] + 1]
    if kind == "edge":
        return [kind, instruction[1], instruction[2] + 1]
    return [kind] if kind == "match" else [kind, instruction[1] + 1]


def _in(ranges: Ranges, code: int) -> bool:
    return any(low <= code <= high for low, high in ranges)


def search(program: Program, text: str) -> bool:
    """Does the pattern match anywhere in the text?"""
    codes = [ord(char) for char in text]
    waiting: set[int] = set()
    for place in range(len(codes) + 1):
        reached: set[int] = set()
        if _follow(program, [0, *waiting], reached, codes, place):
            return True
        waiting = set()
        for at in reached if place < len(codes) else ():
            step = program[at]
            if step[0] == "set" and _in(step[2], codes[place]) != bool(step[1]):
                waiting.add(step[3])
    return False


def _follow(program: Program, start: list[int], seen: set[int], codes: list[int], place: int) -> bool:
    """Collects what can be reached without reading a character; true when that is the end of the pattern."""
    stack = start
    while stack:
        at = stack.pop()
        if at in seen:
            continue
        seen.add(at)
        step = program[at]
        kind = step[0]
        if kind == "match":
            return True
        if kind == "fork":
            stack += step[1:3]
        elif (kind == "begin" and place == 0) or (kind == "end" and place == len(codes)):
            stack.append(step[1])
        elif kind == "edge":
            before = place > 0 and _in(_WORD, codes[place - 1])
            after = place < len(codes) and _in(_WORD, codes[place])
            if (before != after) == bool(step[1]):
                stack.append(step[2])
    return False
