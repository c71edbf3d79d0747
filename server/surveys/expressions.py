"""The expressions of a form: each parsed, resolved against the form, and what it reads noted for the order of work."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from server.surveys import graph
from server.surveys.expression.parse import SyntaxProblem, parse
from server.surveys.expression.resolve import Model, Unresolved, resolve
from server.surveys.findings import Findings
from server.surveys.own_value import reads_elsewhere, reads_of_others, reads_other_entries
from server.surveys.refusal import Refused

AST = list[Any]
KNOWN = {"true()": True, "false()": False, "yes": True, "no": False}


class Expressions:
    """Compiles texts at their questions. What is wrong goes to the findings, once for each list that failed."""

    def __init__(self, model: Model, findings: Findings, failed_lists: set[str]) -> None:
        self.model = model
        self.findings = findings
        self.failed_lists = failed_lists
        self.reads = graph.Reads()

    def compile(self, text: str, path: str, name: str) -> AST | None:
        """The expression of the question at `path`; what it reads is noted under the field `name`, "" notes nothing."""
        try:
            tree, reads = resolve(parse(text), self.model, path)
        except SyntaxProblem as exc:
            near = exc.near or text.strip()[:60]
            self.findings.refuse(Refused("broken_expression", near, exc.reason), path)
            return None
        except Unresolved as exc:
            if exc.code not in {"unknown_list", "unknown_column"} or not self.has_failed(exc.name):
                self.findings.refuse(Refused(exc.code, exc.name, text.strip()[:120]), path)
            return None
        if name == "calculate":
            if path in reads and reads_other_entries(tree, path):
                self.reads.add(path, graph.OTHER_ENTRIES, {path})
            reads = reads_of_others(tree, reads, path, self.model.depth(path))
        elif name and path in reads and reads_elsewhere(tree, path, self.model.depth(path)):
            self.reads.add(path, graph.OTHER_ENTRIES, {path})
        if name:
            self.reads.add(path, name, reads)
        return tree

    def has_failed(self, name: str) -> bool:
        """Is it about a list that was refused already?"""
        return name.partition(".")[0] in self.failed_lists

    def output(self, path: str) -> Any:
        """Compiles a value inside words of the question at `path`."""
        return lambda text: self.compile(text, path, "label") or ["str", ""]

    def optional(self, text: str | None, path: str, name: str) -> AST | None:
        text = (text or "").strip()
        return self.compile(text, path, name) if text else None

    def condition(self, bind: Mapping[str, str], key: str, path: str) -> AST | bool:
        text = (bind.get(key) or "").strip()
        if not text:
            return False
        known = KNOWN.get(text.replace(" ", "").lower())
        return known if known is not None else (self.compile(text, path, key) or False)

    def relevance(self, bind: Mapping[str, str], path: str) -> AST | None:
        text = (bind.get("relevant") or "").strip()
        if not text or KNOWN.get(text.replace(" ", "").lower()) is True:
            return None
        return self.compile(text, path, "relevant")
