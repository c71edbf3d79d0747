"""XForm → definition: the JSON that the phone shows and the server checks by. Runs in the worker process.

Promises: a definition that comes out names only what exists and uses only what we support; everything else is refused by
name, with sheet and row when the form came from a spreadsheet. All refusals of a form are collected, not only the first.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from server.surveys import graph, leaving
from server.surveys.actions import Actions
from server.surveys.asked import Asked
from server.surveys.choices import Choices
from server.surveys.convert import Converted, convert
from server.surveys.draft import Draft, Leaf
from server.surveys.entities import entities_of, ghosts
from server.surveys.expression.form_index import FormIndex
from server.surveys.expression.resolve import Model
from server.surveys.expressions import Expressions
from server.surveys.findings import Findings
from server.surveys.form import definition_hash
from server.surveys.metadata import move_lines
from server.surveys.questions import holds_of, type_of
from server.surveys.refusal import Refused
from server.surveys.words import Wording
from server.surveys.xform import read

COMPILER_VERSION = 3
AST = list[Any]


@dataclass
class Source:
    """Everything one form is made from."""

    name: str
    data: bytes
    #: file name → text of lists and other attachments
    files: dict[str, str] = field(default_factory=dict)
    #: rows of moves.csv; those of other kinds do not matter
    moves: list[dict[str, str]] = field(default_factory=list)
    #: ours: metadata on every question, nothing local-only
    strict: bool = True


@dataclass
class Compiled:
    definition: dict[str, Any] | None
    xform: str
    errors: list[Refused]
    warnings: list[str]
    #: the settings sheet's first row, keys in lower case
    settings: dict[str, str] = field(default_factory=dict)


def compile_form(source: Source) -> Compiled:
    """The definition of a form, or every reason why there is none."""
    try:
        if source.name.lower().endswith(".xml"):
            converted = Converted(source.data.decode("utf-8", "replace"), [])
        else:
            converted = convert(source.data, source.name)
        compiler = _Compiler(source, converted, read(converted.xform))
        definition = compiler.definition()
    except Refused as refused:
        return Compiled(None, "", [refused], [])
    if compiler.findings.errors:
        return Compiled(
            None, converted.xform, compiler.findings.errors, converted.warnings, converted.settings
        )
    return Compiled(definition, converted.xform, [], converted.warnings, converted.settings)


class _Compiler:
    def __init__(self, source: Source, converted: Converted, draft: Draft) -> None:
        self.source = source
        self.converted = converted
        self.draft = draft
        self.findings = Findings(converted)
        self.wording = Wording(draft)
        language = draft.default_language or self.wording.languages[0]
        self.choices = Choices(draft, self.wording, source.files, language, converted.external)
        self.outline = self.tree()
        for path, refused in self.choices.load():
            self.findings.refuse(refused, path or self.user_of(refused.name))
        self.expressions = Expressions(self.model(), self.findings, self.choices.failed)
        self.choices.settle(self.expressions.output(""))
        self.strict = source.strict or self.declares_metadata()
        if draft.public_key:
            # Whoever asks for sealed answers must not believe that they are.
            self.findings.refuse(Refused("unsupported_setting", "public_key", sheet="settings"))

    # The tree

    def tree(self) -> list[dict[str, Any]]:
        """Path, name, type, parents of every question; nothing of what they say yet."""
        found: list[dict[str, Any]] = []
        repeats = {"": ""}
        for leaf in self.draft.leaves.values():
            bind = self.draft.binds.get(leaf.path, {})
            kind = self.kind_of(leaf, bind)
            repeats[leaf.path] = leaf.path if kind == "repeat" else repeats[leaf.parent]
            name = leaf.path.rpartition("/")[2]
            if (leaf.parent == "" and name in {"deleted", "village"}) or (
                kind != "group" and name == "id" and repeats[leaf.parent]
            ):
                self.findings.refuse(Refused("reserved_name", name), leaf.path)
            if len(self.draft.entries.get(leaf.path, ())) > 1 and not repeats[leaf.path]:
                self.findings.refuse(Refused("duplicate_name", name), leaf.path)
            found.append(
                {
                    "path": leaf.path,
                    "name": name,
                    "type": kind,
                    "holds": holds_of(kind, bind.get("type", "")),
                    "parent": leaf.parent,
                    "repeat": repeats[leaf.parent],
                }
            )
        for path in self.draft.controls.keys() - self.draft.leaves.keys():
            self.findings.refuse(Refused("unknown_reference", path or f"/{self.draft.root}"), path)
        return found

    def kind_of(self, leaf: Leaf, bind: Mapping[str, str]) -> str:
        written = self.findings.written_type(leaf.path)
        try:
            return type_of(
                leaf, self.draft.controls.get(leaf.path), bind, leaf.path in self.draft.repeats, written
            )
        except Refused as refused:
            self.findings.refuse(refused, leaf.path)
            return "text"

    def user_of(self, list_file: str) -> str:
        """The first question that chooses from a list file or looks something up in it."""
        quoted = f"'{list_file.rpartition('.')[0]}'"
        looking_up = (
            path for path, bind in self.draft.binds.items() if any(quoted in text for text in bind.values())
        )
        return self.findings.user_of(list_file) or next(looking_up, "")

    def model(self) -> Model:
        hidden = ghosts(self.draft)
        model = Model(
            self.draft.root,
            FormIndex({"questions": [*self.outline, *hidden]}),
            self.choices.columns,
            ghosts={ghost["path"] for ghost in hidden},
            saved=self.choices.saved,
            attributes={"id": self.draft.form_id, "version": self.draft.version},
            choosers=self.choices.choosers(),
            words=lambda name, output: self.wording.of_id(name, "", output),
            growing=self.choices.datasets,
        )
        for question in self.outline:
            path = question["path"]
            model.index.list_of[path] = self.choices.list_of(path)
            if self.choices.refers(path):
                question["type"] = "text"
        return model

    def declares_metadata(self) -> bool:
        if {"shibu:sensitivity", leaving.LOCAL, leaving.CONSENT} & self.converted.settings.keys():
            return True
        return any(key.startswith("{https://shibu.") for bind in self.draft.binds.values() for key in bind)

    # The definition

    def definition(self) -> dict[str, Any]:
        asked = Asked(self.draft, self.wording, self.choices, self.expressions, self.findings, self.strict)
        questions = asked.all(self.outline)
        actions = Actions(self.draft, self.expressions, self.findings)
        actions.take({question["path"]: question for question in questions})
        definition = {
            "kind": self.kind(),
            "title": self.title(),
            "languages": self.wording.languages,
            "style": self.draft.style,
            "questions": questions,
            "lists": self.choices.lists,
            "order": self.order(questions),
            "dependents": graph.dependents(self.expressions.reads, [q["path"] for q in questions]),
            "actions": actions.list,
            "entities": entities_of(self.draft, self.outline, self.expressions, self.findings),
            "envelope": self.envelope(questions),
            "moves": self.moves(questions),
            "instance_name": self.instance_name(),
        }
        definition |= self.leaving(str(definition["kind"]), questions)
        return {"kind": definition["kind"], "hash": definition_hash(definition), **definition}

    def order(self, questions: Sequence[Mapping[str, Any]]) -> list[str]:
        try:
            return graph.order(questions, self.expressions.reads)
        except Refused as refused:
            self.findings.refuse(refused, refused.detail)
            return []

    def kind(self) -> str:
        kind = self.draft.form_id or re.sub(r"\.[^.]*$", "", self.source.name)
        if self.strict and not re.fullmatch(r"[a-z][a-z0-9_]{0,39}", kind):
            self.findings.refuse(Refused("bad_name", kind, sheet="settings"))
        return kind

    def leaving(self, kind: str, questions: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
        """What may leave the phone; a form that says nothing of it gets nothing more."""
        found, problems = leaving.said(kind, self.converted.settings, questions)
        for refused in problems:
            self.findings.refuse(refused, refused.name if refused.sheet is None else "")
        return found

    def title(self) -> dict[str, str]:
        """`走访 / Visit` gives both languages; one title stands for all."""
        first, _, second = self.draft.title.partition(" / ")
        languages = self.wording.languages
        if second and languages[:2] == ["zh", "en"]:
            return {"zh": first.strip(), "en": second.strip()}
        return dict.fromkeys(languages, self.draft.title)

    def envelope(self, questions: Sequence[Mapping[str, Any]]) -> dict[str, str]:
        found: dict[str, str] = {}
        for question in questions:
            column = question["envelope"]
            if column is None:
                continue
            if column in found or question["repeat"]:
                self.findings.refuse(Refused("duplicate_envelope", column), question["path"])
            found[column] = question["path"]
        return found

    def moves(self, questions: Sequence[Mapping[str, Any]]) -> list[dict[str, str]]:
        status = next((q for q in questions if q["envelope"] == "status"), None)
        rows = self.choices.lists.get(status["list"] or "", []) if status else []
        mine = [row for row in self.source.moves if row.get("kind") in {None, "", self.draft.form_id}]
        found, problems = move_lines(mine, {row["name"] for row in rows})
        for refused in problems:
            self.findings.refuse(refused)
        return found

    def instance_name(self) -> AST | None:
        bind = self.draft.binds.get("meta/instanceName", {})
        before = len(self.findings.errors)
        text = bind.get("calculate") if self.draft.instance_name else None
        found = self.expressions.optional(text, "", "")
        for refused in self.findings.errors[before:]:
            refused.sheet = "settings"
        return found
