"""Cells of the guide's tables: evidence, prefills, cadences, numbers. Everything wrong is collected with row and column.

Promises: after `problems` is empty, what was read names only kinds, answers and thresholds that there are.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from server.surveys.expression.model import AST, Unresolved
from server.surveys.expression.parse import SyntaxProblem
from server.surveys.expression.village_resolve import VillageResolver
from server.surveys.refusal import Refused

CADENCES = {"day", "week", "month", "quarter", "half", "year"}
_EVERY = re.compile(r"days:([1-9][0-9]{0,3})")
_EVIDENCE = re.compile(r"\s*([a-z][a-z0-9_]*)\s*(\[.*\])?\s*", re.DOTALL)


def table_of(text: str) -> list[dict[str, str]]:
    """The rows of a file, each with its line's number under `#`; empty lines do not count, but are counted."""
    reader = csv.DictReader(io.StringIO(text.removeprefix("\ufeff")))
    found = []
    for row in reader:
        line = {str(key).strip(): (value or "").strip() for key, value in row.items() if key and not isinstance(value, list)}
        if any(line.values()):
            found.append(line | {"#": str(reader.line_num)})
    return found


def pieces(text: str, mark: str) -> list[str]:
    """Parts of a cell between marks, but not where a mark stands in brackets or quotes."""
    found, depth, quote, begun = [], 0, "", 0
    for place, char in enumerate(text):
        if quote:
            quote = "" if char == quote else quote
        elif char in "'\"":
            quote = char
        elif char in "[(":
            depth += 1
        elif char in "])":
            depth -= 1
        elif char == mark and depth == 0:
            found.append(text[begun:place])
            begun = place + 1
    return [part.strip() for part in (*found, text[begun:]) if part.strip()]


@dataclass
class Cells:
    """Reads the cells of one file's rows."""

    file: str
    resolver: VillageResolver
    problems: list[dict[str, Any]] = field(default_factory=list)
    seen: set[str] = field(default_factory=set)

    def refuse(self, row: Mapping[str, str], column: str, refused: Refused) -> None:
        refused.sheet, refused.row = column, int(row["#"])
        self.problems.append(refused.line())

    def words(self, row: Mapping[str, str], zh: str = "zh", en: str = "en") -> dict[str, str]:
        """A title in both languages."""
        for column in (zh, en):
            if not row.get(column):
                self.refuse(row, column, Refused("missing_words", row.get("id", "")))
        return {"zh": row.get(zh, ""), "en": row.get(en, "")}

    def hint(self, row: Mapping[str, str], zh: str, en: str) -> dict[str, str]:
        """Words that may be missing, but then in both languages."""
        if not row.get(zh) and not row.get(en):
            return {}
        return self.words(row, zh, en)

    def new(self, row: Mapping[str, str], name: str) -> None:
        """Ids never change and are used once."""
        if name in self.seen:
            self.refuse(row, "id", Refused("duplicate_name", name))
        self.seen.add(name)

    def expression(self, row: Mapping[str, str], column: str) -> AST | None:
        text = row.get(column, "")
        if not text:
            return None
        try:
            return self.resolver.expression(text)
        except (SyntaxProblem, Unresolved) as exc:
            self.refuse(row, column, refusal_of(exc, text))
            return None

    def number(self, row: Mapping[str, str], column: str) -> AST | None:
        """An expression whose value is shown: answers of a question for numbers come out as a number."""
        tree = self.expression(row, column)
        return ["call", "number", tree] if tree is not None and self.resolver.is_number(tree) else tree

    def evidence(self, row: Mapping[str, str], column: str) -> list[dict[str, Any]]:
        """`kind[predicate]; kind` → [{kind, where}]"""
        found = []
        for piece in pieces(row.get(column, ""), ";"):
            match = _EVIDENCE.fullmatch(piece)
            if match is None:
                self.refuse(row, column, Refused("broken_expression", piece[:60]))
                continue
            try:
                where = self.resolver.condition(match[1], match[2] or "")
            except (SyntaxProblem, Unresolved) as exc:
                self.refuse(row, column, refusal_of(exc, piece))
                continue
            found.append({"kind": match[1], "where": where})
        return found

    def prefill(self, row: Mapping[str, str], column: str, kind: str, text: str | None = None) -> dict[str, str]:
        """`path=value & path=value` (or with `;`), answers of the kind."""
        found = {}
        given = row.get(column, "") if text is None else text
        for piece in [one for part in pieces(given, ";") for one in pieces(part, "&")]:
            path, sign, value = piece.partition("=")
            path, value = path.strip(), value.strip().strip("'\"")
            known = self.resolver.schema.get(kind, {}).get(path)
            if not sign or not value or known is None or known.type in {"group", "repeat"}:
                self.refuse(row, column, Refused("unknown_answer", f"{kind}/{path}"))
                continue
            found[path] = value
        return found

    def kind(self, row: Mapping[str, str], column: str) -> str:
        name = row.get(column, "")
        if name and name not in self.resolver.schema:
            self.refuse(row, column, Refused("unknown_kind", name))
        return name

    def cadences(self, row: Mapping[str, str], column: str, kinds: int) -> tuple[str, list[str]]:
        """The one of all kinds together, or one of each kind (`month; ;year`, in the order of the kinds); '' where none is said."""
        parts = [part.strip() for part in row.get(column, "").split(";")]
        terms = [self.cadence(row, column, part) for part in parts]
        if len(terms) == 1:
            return terms[0], [""] * kinds
        if len(terms) != kinds:
            self.refuse(row, column, Refused("bad_cell", row.get(column, ""), "; ".join(["month"] * kinds)))
            return "", [""] * kinds
        return "", terms

    def cadence(self, row: Mapping[str, str], column: str, text: str) -> str:
        if text and text not in CADENCES and not _EVERY.fullmatch(text):
            self.refuse(row, column, Refused("bad_cell", text, ", ".join((*sorted(CADENCES), "days:N"))))
        return text


def refusal_of(exc: SyntaxProblem | Unresolved, text: str) -> Refused:
    if isinstance(exc, SyntaxProblem):
        return Refused("broken_expression", exc.near or text[:60], exc.reason)
    return Refused(exc.code, exc.name, text[:120])
