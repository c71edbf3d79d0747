"""The lists of a form and which question chooses from which."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any
from xml.etree.ElementTree import Element

from server.surveys import lists
from server.surveys.draft import Control, Draft, Itemset, file_name
from server.surveys.expression.parse import SyntaxProblem, parse
from server.surveys.expression.resolve import (
    Model,
    Unresolved,
    is_node_set,
    path_of,
    resolve,
    resolve_filter,
)
from server.surveys.expression.walk import placed, positional
from server.surveys.refusal import Refused
from server.surveys.words import Wording

AST = list[Any]
LAST_SAVED = "jr://instance/last-saved"
#: Before the name of a column whose text is the id of words.
WORDS_OF = "itext:"
#: After the name of a list of the sheet external_choices, where names may be those of other lists.
EXTERNAL = "#external"
#: The column of a row's place, and after the name of the list that has it.
NUMBERED = "#"


def pending(text: str) -> AST:
    """A value inside a choice's words, until `settle`."""
    return ["output", text]


def _settled(text: Any, compile_output: Callable[[str], AST]) -> Any:
    if not isinstance(text, list):
        return text
    return [part if isinstance(part, str) else compile_output(part[1]) for part in text]


class Choices:
    """`lists` as they go into the definition, `columns` for checking references, sources by question."""

    def __init__(
        self,
        draft: Draft,
        wording: Wording,
        files: Mapping[str, str],
        language: str,
        external: Mapping[str, list[dict[str, str]]],
    ) -> None:
        self.draft = draft
        self.wording = wording
        self.files = files
        self.language = language
        self.external = external
        self.lists: dict[str, list[dict[str, Any]]] = {}
        self.columns: dict[str, set[str]] = {}
        self._list_of: dict[str, str] = {}
        self._itemsets: dict[str, tuple[AST, AST | bool]] = {}
        #: lists that could not be read; who uses them is not refused a second time
        self.failed: set[str] = set()
        #: instances that are no list but the record saved before
        self.saved = {name for name, source in draft.sources.items() if source.startswith(LAST_SAVED)}
        #: lists that entities are kept in: their columns grow with the forms that fill them
        self.datasets = {entity.dataset for entity in draft.entities}
        #: of those the lists no file was given for: records of that kind are chosen instead
        self.records: set[str] = set()
        self._refers: dict[str, str] = {}
        self._entries: dict[str, tuple[AST, Itemset, AST | bool]] = {}

    def load(self) -> list[tuple[str, Refused]]:
        """Reads every list; what is wrong with them, with the question it matters to ("" for a list as such)."""
        problems: list[tuple[str, Refused]] = []
        for name, rows in self.draft.lists.items():
            try:
                self.add(name, [self.worded(row) for row in rows])
            except Refused as refused:
                self.fail(name, refused, problems)
        for name, source in self.draft.sources.items():
            try:
                rows = [] if name in self.saved else self.outside(name, source)
                if name not in self.saved | self.records:
                    self.add(name, rows)
            except Refused as refused:
                self.fail(name, refused, problems)
        for name, rows in self.external.items():
            self.add(f"{name}{EXTERNAL}", [lists.with_label(row, self.language) for row in rows])
        for path, control in self.draft.controls.items():
            itemset = control.itemset or _queried(control)
            try:
                if itemset is not None:
                    self.itemset(path, itemset)
                elif control.items:
                    self.add(f"#{path}", [self.inline(value, label) for value, label in control.items])
                    self._list_of[path] = f"#{path}"
            except Refused as refused:
                problems.append((path, refused))
        return problems

    def fail(self, name: str, refused: Refused, problems: list[tuple[str, Refused]]) -> None:
        problems.append(("", refused))
        self.failed.add(name)
        self.columns[name] = set()

    def add(self, name: str, rows: list[dict[str, Any]]) -> None:
        self.lists[name] = rows
        known = self.columns.get(name, set())
        self.columns[name] = known | {column for row in rows for column in row} | {"name", "label"}

    def worded(self, row: Mapping[str, str]) -> dict[str, Any]:
        """A row inside the form: its words come from itext or stand in the row."""
        found: dict[str, Any] = {key: value for key, value in row.items() if key not in {"itextId", "label"}}
        if "itextId" in row:
            found["label"] = self.wording.of_id(row["itextId"], "", pending)
            media = self.wording.media_of_id(row["itextId"])
            if media:
                found["media"] = media
        elif "label" in row:
            found["label"] = self.wording.plain([row["label"]], pending)
        return found

    def inline(self, value: str, label: Element | None) -> dict[str, Any]:
        return {"name": value, "label": self.wording.of_element(label, pending)}

    def outside(self, name: str, source: str) -> list[dict[str, Any]]:
        file = file_name(source)
        text = self.files.get(file)
        if text is None and name in self.datasets:
            self.records.add(name)
            return []
        if text is None:
            raise Refused("unknown_list", file)
        rows, columns = lists.from_file(file, text, self.language)
        self.columns[name] = columns
        return rows

    def itemset(self, path: str, itemset: Itemset) -> None:
        """`instance('x')/root/item[…]` or entries of a repeat, perhaps inside randomize()."""
        try:
            tree = parse(itemset.nodeset)
        except SyntaxProblem as exc:
            raise Refused("broken_expression", exc.near or itemset.nodeset[:60]) from exc
        randomize: AST | bool = False
        if tree[:2] == ["call", "randomize"] and len(tree) in {3, 4}:
            randomize = tree[3] if len(tree) == 4 else True
            tree = tree[2]
        name = _list_named(tree)
        if name is None and (tree[0] == "location" or (tree[0] == "from" and tree[1][1] != "instance")):
            self._entries[path] = (tree, itemset, randomize)
            return
        if name is None:
            raise Refused("unsupported_itemset", itemset.nodeset.strip()[:80])
        if f"{name}{EXTERNAL}" in self.lists and self.draft.controls[path].itemset is None:
            name = f"{name}{EXTERNAL}"
        if name in self.failed:
            return
        if name in self.records and not tree[3][1][2]:
            self._refers[path] = name
            return
        if name not in self.lists:
            raise Refused("unknown_list", name)
        self._list_of[path] = self.renamed(
            name, _column(itemset.value, "name"), _column(itemset.label, "label")
        )
        predicates = tree[3][1][2]
        if predicates and positional(predicates[0]):
            predicates = self.by_number(path, predicates)
        if any(positional(predicate) for predicate in predicates[1:]):
            raise Refused("unsupported_path", f"instance('{name}')/…[…][number]")
        self._itemsets[path] = (predicates, randomize)

    def renamed(self, name: str, value: str, label: str) -> str:
        """A list read through other columns than name and label becomes a list of its own."""
        if value == "name" and label == "label" and all("name" in row for row in self.lists[name]):
            return name
        other = f"{name}#{value}#{label}"
        if other not in self.lists:
            if value not in self.columns[name]:
                raise Refused("unknown_column", f"{name}.{value}")
            self.add(other, [self.seen_as(row, value, label) for row in self.lists[name]])
        return other

    def by_number(self, path: str, predicates: list[AST]) -> list[AST]:
        """A filter that asks for a row's place reads it from the row: filters look at rows one by one."""
        name = self._list_of[path]
        numbered, rows = name + NUMBERED, self.lists[name]
        if numbered not in self.lists:
            self.add(numbered, [row | {NUMBERED: str(place)} for place, row in enumerate(rows, 1)])
        self._list_of[path] = numbered
        place: AST = ["call", "number", ["field", NUMBERED]]
        return [placed(predicates[0], place, ["num", len(rows)]), *predicates[1:]]

    def seen_as(self, row: Mapping[str, Any], value: str, label: str) -> dict[str, Any]:
        if label.startswith(WORDS_OF):
            words: Any = self.wording.of_id(row.get(label.removeprefix(WORDS_OF), ""), "", pending)
        else:
            words = row.get(label, "")
        return {
            **row,
            "name": row.get(value, ""),
            "label": words if isinstance(words, dict) else {self.language: words},
        }

    def settle(self, compile_output: Callable[[str], AST]) -> None:
        """Compiles the values inside choices' words, now that the form's questions are known."""
        done: set[int] = set()
        for rows in self.lists.values():
            for row in rows:
                words = row.get("label")
                # Lists made from one another share their words.
                if isinstance(words, dict) and id(words) not in done:
                    done.add(id(words))
                    for language, text in words.items():
                        words[language] = _settled(text, compile_output)

    def refers(self, path: str) -> str | None:
        """The kind of record that is chosen, where the form chooses from a list of entities that are our records."""
        return self._refers.get(path)

    def list_of(self, path: str) -> str | None:
        return self._list_of.get(path)

    def choosers(self) -> dict[str, bool]:
        """Questions that choose from entries of a repeat, by whether a choice is called what it is."""
        return {
            path: _column(itemset.label, "label") == _column(itemset.value, "name")
            for path, (_, itemset, _) in self._entries.items()
        }

    def entries(self, path: str, model: Model) -> tuple[AST, dict[str, str], AST | bool] | None:
        """The repeat's entries the question chooses from: their nodes, value and label in them, and the randomization."""
        if path not in self._entries:
            return None
        tree, itemset, randomize = self._entries[path]
        nodes, _ = resolve(tree, model, path)
        start = path_of(nodes) if is_node_set(nodes) else None
        if start is None or not model.is_repeat(start):
            raise Unresolved("unsupported_itemset", itemset.nodeset.strip()[:80])
        found = {"value": _column(itemset.value, "name"), "label": _column(itemset.label, "label")}
        for below in found.values():
            if not model.has(f"{start}/{below}"):
                raise Unresolved("unknown_reference", f"{start}/{below}")
        if isinstance(randomize, list):
            randomize, _ = resolve(randomize, model, path)
        return nodes, found, randomize

    def source(self, path: str, model: Model) -> tuple[AST | None, AST | bool, set[str]]:
        """The question's choice filter and its randomization, and what both read."""
        if path not in self._itemsets:
            return None, False, set()
        predicates, randomize = self._itemsets[path]
        name = self._list_of[path]
        found, reads = resolve_filter(predicates, model, path, name)
        if isinstance(randomize, list):
            randomize, more = resolve(randomize, model, path)
            reads |= more
        return found, randomize, reads


def _queried(control: Control) -> Itemset | None:
    """select_one_external asks a list in an attribute."""
    query = control.attributes.get("query")
    return Itemset(query, "name", "label") if query else None


def _list_named(tree: AST) -> str | None:
    """`instance('x')/root/item[…]` → x."""
    if (
        tree[0] != "from"
        or tree[1][:2] != ["call", "instance"]
        or len(tree[1]) != 3
        or tree[1][2][0] != "str"
    ):
        return None
    steps = tree[3]
    fits = len(steps) == 2 and all(step[0] == "child" for step in steps) and not tree[2] and not steps[0][2]
    return str(tree[1][2][1]) if fits else None


def _column(ref: str, otherwise: str) -> str:
    """The column or answer a choice's value or label is; words named by `itextId` are in `label` already."""
    words = re.fullmatch(r"\s*jr:itext\(\s*([\w.-]+)\s*\)\s*", ref)
    if words is not None:
        return otherwise if words[1] == "itextId" else WORDS_OF + words[1]
    return ref.strip().removeprefix("./") or otherwise
