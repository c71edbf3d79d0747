"""The lists of a form and which question chooses from which."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any
from xml.etree.ElementTree import Element

from server.surveys import lists
from server.surveys.expression.parse import SyntaxProblem, parse
from server.surveys.expression.resolve import Model, Unresolved, resolve, resolve_filter
from server.surveys.refusal import Refused
from server.surveys.words import Wording
from server.surveys.xform import Draft

AST = list[Any]


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
    ) -> None:
        self.draft = draft
        self.wording = wording
        self.files = files
        self.language = language
        self.lists: dict[str, list[dict[str, Any]]] = {}
        self.columns: dict[str, set[str]] = {}
        self._list_of: dict[str, str] = {}
        self._itemsets: dict[str, tuple[AST, AST | bool]] = {}
        #: lists that could not be read; who uses them is not refused a second time
        self.failed: set[str] = set()

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
                self.add(name, self.outside(name, source))
            except Refused as refused:
                self.fail(name, refused, problems)
        for path, control in self.draft.controls.items():
            try:
                if control.itemset is not None:
                    self.itemset(path)
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
        self.columns[name] = {column for row in rows for column in row} | {"name", "label"}

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
        file = lists.file_name(source)
        if source.startswith("jr://instance/last-saved"):
            raise Refused("unsupported_itemset", "last-saved")
        text = self.files.get(file)
        if text is None:
            raise Refused("unknown_list", file)
        return lists.from_file(file, text, self.language)

    def itemset(self, path: str) -> None:
        """`instance('x')/root/item[…]`, perhaps inside randomize()."""
        itemset = self.draft.controls[path].itemset
        assert itemset is not None
        try:
            tree = parse(itemset.nodeset)
        except SyntaxProblem as exc:
            raise Refused("broken_expression", exc.near or itemset.nodeset[:60]) from exc
        randomize: AST | bool = False
        if tree[:2] == ["call", "randomize"] and len(tree) in {3, 4}:
            randomize = tree[3] if len(tree) == 4 else True
            tree = tree[2]
        if (
            tree[0] != "from"
            or tree[1][:2] != ["call", "instance"]
            or len(tree[3]) != 2
            or tree[1][2][0] != "str"
        ):
            raise Refused("unsupported_itemset", itemset.nodeset.strip()[:80])
        name = tree[1][2][1]
        if name in self.failed:
            return
        if name not in self.lists:
            raise Refused("unknown_list", name)
        self._list_of[path] = self.renamed(name, itemset.value or "name", itemset.label)
        self._itemsets[path] = (tree[3][1][2], randomize)

    def renamed(self, name: str, value: str, label: str) -> str:
        """A list read through other columns than name and label becomes a list of its own."""
        label = "label" if "itext" in label or not label else label
        if value == "name" and label == "label" and all("name" in row for row in self.lists[name]):
            return name
        other = f"{name}#{value}#{label}"
        if other not in self.lists:
            if not any(value in row for row in self.lists[name]) and self.lists[name]:
                raise Refused("unknown_column", f"{name}.{value}")
            self.add(other, [self.seen_as(row, value, label) for row in self.lists[name]])
        return other

    def seen_as(self, row: Mapping[str, Any], value: str, label: str) -> dict[str, Any]:
        words = row.get(label, "")
        return {
            **row,
            "name": row.get(value, ""),
            "label": words if isinstance(words, dict) else {self.language: words},
        }

    def settle(self, compile_output: Callable[[str], AST]) -> None:
        """Compiles the values inside choices' words, now that the form's questions are known."""
        for rows in self.lists.values():
            for row in rows:
                words = row.get("label")
                if isinstance(words, dict):
                    for language, text in words.items():
                        words[language] = _settled(text, compile_output)

    def list_of(self, path: str) -> str | None:
        return self._list_of.get(path)

    def source(self, path: str, model: Model) -> tuple[AST | None, AST | bool, set[str]]:
        """The question's choice filter and its randomization, and what both read."""
        if path not in self._itemsets:
            return None, False, set()
        predicates, randomize = self._itemsets[path]
        name = self._list_of[path]
        if any(predicate[0] == "num" for predicate in predicates):
            raise Unresolved("unsupported_path", f"instance('{name}')[number]")
        found, reads = resolve_filter(predicates, model, path, name)
        if isinstance(randomize, list):
            randomize, more = resolve(randomize, model, path)
            reads |= more
        return found, randomize, reads
