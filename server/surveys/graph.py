"""Which answers depend on which: the order calculations are worked out in, and whether they go in a circle."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
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
    needs: dict[str, list[str]] = {}
    for path in settled:
        direct: set[str] = set()
        for name in VALUE_FIELDS:
            direct |= reads.by_path.get(path, {}).get(name, set())
        wanted: dict[str, None] = {}
        for around in _around(parents, path):
            wanted[around] = None
        for read in sorted(direct):
            wanted[read] = None
            for around in _around(parents, read):
                # `../x` inside a group needs no more of the group than the reader itself does.
                if not path.startswith(f"{around}/"):
                    wanted[around] = None
        needs[path] = [w for w in wanted if w in members]
    return _sorted(settled, needs)


def _around(parents: Mapping[str, str], path: str) -> list[str]:
    found: list[str] = []
    parent = parents.get(path, "")
    while parent:
        found.append(parent)
        parent = parents.get(parent, "")
    return found


def _sorted(paths: Sequence[str], needs: Mapping[str, Sequence[str]]) -> list[str]:
    done: dict[str, None] = {}
    open_: list[str] = []
    for start in paths:
        if start in done:
            continue
        stack: list[tuple[str, int]] = [(start, 0)]
        open_ = [start]
        while stack:
            path, place = stack[-1]
            if place < len(needs[path]):
                stack[-1] = (path, place + 1)
                wanted = needs[path][place]
                if wanted in open_:
                    circle = [*open_[open_.index(wanted) :], wanted]
                    raise Refused("cycle", " → ".join(circle[:8]), detail=wanted)
                if wanted not in done:
                    stack.append((wanted, 0))
                    open_.append(wanted)
            else:
                stack.pop()
                open_.pop()
                done[path] = None
    return list(done)
