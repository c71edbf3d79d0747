"""Which answers depend on which: the order calculations are worked out in, and whether they go in a circle."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from server.surveys.refusal import Refused

#: Expressions that settle an answer's value or whether it is there at all; only these can make a circle.
VALUE_FIELDS = ("calculate", "relevant", "count")
#: The field under which a question notes itself when it reads what it says in other entries.
OTHER_ENTRIES = "other entries"


@dataclass
class Reads:
    """By question path: field ("relevant", "constraint" …) → paths its expression reads."""

    by_path: dict[str, dict[str, set[str]]] = field(default_factory=dict)

    def add(self, path: str, name: str, reads: Iterable[str]) -> None:
        self.by_path.setdefault(path, {}).setdefault(name, set()).update(reads)

    def of(self, path: str, name: str) -> set[str]:
        return self.by_path.get(path, {}).get(name, set())


def dependents(reads: Reads, paths: Sequence[str]) -> dict[str, list[str]]:
    """Path → the questions with an expression that reads it, in the order of the form."""
    found: dict[str, list[str]] = {}
    for path in paths:
        for read in sorted(set().union(*reads.by_path.get(path, {}).values())):
            if read != path or reads.of(path, OTHER_ENTRIES):
                found.setdefault(read, []).append(path)
    return found


def order(questions: Sequence[Mapping[str, Any]], reads: Reads) -> list[str]:
    """Paths with a calculation or a relevance of their own, each after everything it needs. Refuses circles.

    A question's value also depends on whether the groups around it are relevant, so those count as read.
    """
    parents = {q["path"]: q["parent"] for q in questions}
    settled = [q["path"] for q in questions if any(q.get(name) is not None for name in VALUE_FIELDS)]
    members = set(settled)
    counted: set[tuple[str, str]] = set()
    needs: dict[str, list[str]] = {}
    for path in settled:
        fields = {name: _wanted(parents, path, reads.of(path, name)) for name in VALUE_FIELDS}
        firm = {**dict.fromkeys(_around(parents, path)), **fields["relevant"], **fields["calculate"]}
        counted |= {(path, wanted) for wanted in fields["count"] if wanted not in firm}
        needs[path] = [wanted for wanted in {**firm, **fields["count"]} if wanted in members]
    return _sorted(settled, needs, counted)


def _wanted(parents: Mapping[str, str], path: str, direct: Iterable[str]) -> dict[str, None]:
    """What is read, and the groups around it."""
    wanted: dict[str, None] = {}
    for read in sorted(direct):
        wanted[read] = None
        for around in _around(parents, read):
            # `../x` inside a group needs no more of the group than the reader itself does.
            if not path.startswith(f"{around}/"):
                wanted[around] = None
    return wanted


def _around(parents: Mapping[str, str], path: str) -> list[str]:
    found: list[str] = []
    parent = parents.get(path, "")
    while parent:
        found.append(parent)
        parent = parents.get(parent, "")
    return found


def _sorted(paths: Sequence[str], needs: dict[str, list[str]], counted: set[tuple[str, str]]) -> list[str]:
    """`counted`: needs that only say how many entries there are. A repeat may grow with the answers in it (one more while
    the last says so), so a circle is cut there."""
    while True:
        found, circle = _tried(paths, needs)
        if not circle:
            return found
        soft = next((pair for pair in pairwise(circle) if pair in counted), None)
        if soft is None:
            raise Refused("cycle", " → ".join(circle[:8]), detail=circle[-1])
        needs[soft[0]].remove(soft[1])


def _tried(paths: Sequence[str], needs: Mapping[str, Sequence[str]]) -> tuple[list[str], list[str]]:
    """All in order, or a circle: a path, what it needs, and so on back to the path."""
    done: dict[str, None] = {}
    for start in paths:
        if start in done:
            continue
        stack: list[tuple[str, int]] = [(start, 0)]
        open_ = {start: None}
        while stack:
            path, place = stack[-1]
            if place < len(needs[path]):
                stack[-1] = (path, place + 1)
                wanted = needs[path][place]
                if wanted in open_:
                    trail = list(open_)
                    return [], [*trail[trail.index(wanted) :], wanted]
                if wanted not in done:
                    stack.append((wanted, 0))
                    open_[wanted] = None
            else:
                stack.pop()
                open_.pop(path)
                done[path] = None
    return list(done), []
