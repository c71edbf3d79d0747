"""What evaluation needs to know of a form: which repeats stand around each path, and the lists."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


class FormIndex:
    """Chains of repeats by path, lists by name. Built once per form."""

    def __init__(self, definition: Mapping[str, Any]) -> None:
        self.lists: dict[str, list[dict[str, Any]]] = definition.get("lists", {})
        self.list_of: dict[str, str | None] = {}
        #: questions whose choices are entries of a repeat
        self.from_of: dict[str, Mapping[str, Any]] = {}
        self.types: dict[str, str] = {}
        self.parents: dict[str, str] = {}
        self.chains: dict[str, tuple[str, ...]] = {"": ()}
        self.children: dict[str, list[str]] = {"": []}
        self._rows: dict[tuple[str, str], dict[str, dict[str, Any]]] = {}
        for question in definition.get("questions", []):
            path, parent, kind = question["path"], question.get("parent", ""), question["type"]
            around = self.chains[parent]
            self.chains[path] = (*around, path) if kind == "repeat" else around
            self.parents[path] = parent
            self.types[path] = kind
            self.list_of[path] = question.get("list")
            if question.get("from"):
                self.from_of[path] = question["from"]
            self.children.setdefault(path, [])
            self.children[parent].append(path)

    def chain(self, path: str) -> tuple[str, ...]:
        """Repeats around the path, outermost first; a repeat's own path is the last of its chain."""
        return self.chains[path]

    def row(self, name: str, value: str, column: str = "name") -> dict[str, Any] | None:
        """The first row of a list whose column holds the value."""
        by_value = self._rows.get((name, column))
        if by_value is None:
            by_value = {}
            for row in self.lists.get(name, []):
                by_value.setdefault(str(row.get(column, "")), row)
            self._rows[name, column] = by_value
        return by_value.get(value)
