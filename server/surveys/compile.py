"""XForm → definition: the JSON that the phone shows and the server checks by. Runs in the worker process.

Promises: a definition that comes out names only what exists and uses only what we support; everything else is refused by
name, with sheet and row when the form came from a spreadsheet. All refusals of a form are collected, not only the first.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from server.surveys import graph
from server.surveys.choices import Choices
from server.surveys.convert import Converted, convert
from server.surveys.expression.form_index import FormIndex
from server.surveys.expression.parse import SyntaxProblem, parse
from server.surveys.expression.resolve import Model, Unresolved, resolve
from server.surveys.form import definition_hash
from server.surveys.metadata import Metadata, default_metadata, move_lines
from server.surveys.questions import holds_of, parameters_of, type_of
from server.surveys.refusal import Refused
from server.surveys.words import Wording
from server.surveys.xform import JR, SHIBU, Control, Draft, read

COMPILER_VERSION = 1
AST = list[Any]
EMPTY_EXPRESSIONS = {"true()": True, "false()": False, "yes": True, "no": False}


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
    if compiler.errors:
        return Compiled(None, converted.xform, compiler.errors, converted.warnings, converted.settings)
    return Compiled(definition, converted.xform, [], converted.warnings, converted.settings)


class _Compiler:
    def __init__(self, source: Source, converted: Converted, draft: Draft) -> None:
        self.source = source
        self.converted = converted
        self.draft = draft
        self.errors: list[Refused] = []
        self.wording = Wording(draft)
        self.reads = graph.Reads()
        language = draft.default_language or self.wording.languages[0]
        self.choices = Choices(draft, self.wording, source.files, language)
        self.outline = self.tree()
        for path, refused in self.choices.load():
            self.refuse(refused, path or self.user_of(refused.name))
        self.model = Model(draft.root, FormIndex({"questions": self.outline}), self.choices.columns)
        for question in self.outline:
            self.model.index.list_of[question["path"]] = self.choices.list_of(question["path"])
        self.choices.settle(lambda text: self.expression(text, "", "label") or ["str", ""])
        self.strict = source.strict or self.declares_metadata()

    # Refusals

    def refuse(self, refused: Refused, path: str = "") -> None:
        if refused.row is None and refused.sheet is None and path:
            row = self.row_of(path)
            if row is not None:
                refused.sheet, refused.row = "survey", row
        if len(self.errors) < 100:
            self.errors.append(refused)

    def row_of(self, path: str) -> int | None:
        rows = self.converted.rows
        found = rows.get(path) or rows.get(path.removesuffix("_other"))
        while found is None and path:
            path = path.rpartition("/")[0]
            found = rows.get(path)
        return found[0] if found else None

    def user_of(self, list_file: str) -> str:
        """The first question that chooses from a list file."""
        named = (
            path for path, (_, kind) in self.converted.rows.items() if list_file and list_file.lower() in kind
        )
        return next(named, "")

    def written_type(self, path: str) -> str:
        return self.converted.rows.get(path, (0, ""))[1]

    # The tree

    def tree(self) -> list[dict[str, Any]]:
        """Path, name, type, parents of every question; nothing of what they say yet."""
        found: list[dict[str, Any]] = []
        repeats = {"": ""}
        for leaf in self.draft.leaves.values():
            control = self.draft.controls.get(leaf.path)
            bind = self.draft.binds.get(leaf.path, {})
            try:
                kind = type_of(
                    leaf, control, bind, leaf.path in self.draft.repeats, self.written_type(leaf.path)
                )
            except Refused as refused:
                self.refuse(refused, leaf.path)
                kind = "text"
            repeats[leaf.path] = leaf.path if kind == "repeat" else repeats[leaf.parent]
            name = leaf.path.rpartition("/")[2]
            if (leaf.parent == "" and name in {"deleted", "village"}) or (
                kind != "group" and name == "id" and repeats[leaf.parent]
            ):
                self.refuse(Refused("reserved_name", name), leaf.path)
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
        return found

    def declares_metadata(self) -> bool:
        if "shibu:sensitivity" in self.converted.settings:
            return True
        return any(key.startswith("{https://shibu.") for bind in self.draft.binds.values() for key in bind)

    # Expressions

    def expression(self, text: str, path: str, name: str) -> AST | None:
        """A compiled expression of the question at `path`; what it reads is noted under the field `name`."""
        try:
            tree, reads = resolve(parse(text), self.model, path)
        except SyntaxProblem as exc:
            self.refuse(Refused("broken_expression", exc.near or text.strip()[:60], exc.reason), path)
            return None
        except Unresolved as exc:
            if exc.code not in {"unknown_list", "unknown_column"} or not self.names_failed(exc.name):
                self.refuse(Refused(exc.code, exc.name, text.strip()[:120]), path)
            return None
        self.reads.add(path, name, reads)
        return tree

    def names_failed(self, name: str) -> bool:
        """Is it about a list that was refused already?"""
        return name.partition(".")[0] in self.choices.failed

    def condition(self, bind: Mapping[str, str], key: str, path: str) -> AST | bool:
        text = (bind.get(key) or "").strip()
        if not text:
            return False
        known = EMPTY_EXPRESSIONS.get(text.replace(" ", "").lower())
        return known if known is not None else (self.expression(text, path, key) or False)

    def optional(self, text: str | None, path: str, name: str) -> AST | None:
        text = (text or "").strip()
        return self.expression(text, path, name) if text else None

    def relevance(self, bind: Mapping[str, str], path: str) -> AST | None:
        text = (bind.get("relevant") or "").strip()
        if not text or EMPTY_EXPRESSIONS.get(text.replace(" ", "").lower()) is True:
            return None
        return self.expression(text, path, "relevant")

    # Questions

    def definition(self) -> dict[str, Any]:
        questions = [self.question(outline) for outline in self.outline]
        self.pass_down(questions)
        self.actions(questions)
        try:
            order = graph.order(questions, self.reads)
        except Refused as refused:
            self.refuse(refused, refused.detail)
            order = []
        definition = {
            "kind": self.kind(),
            "title": self.title(),
            "languages": self.wording.languages,
            "style": self.draft.style,
            "questions": questions,
            "lists": self.choices.lists,
            "order": order,
            "dependents": graph.dependents(self.reads, [q["path"] for q in questions]),
            "envelope": self.envelope(questions),
            "moves": self.moves(questions),
            "instance_name": self.instance_name(),
        }
        return {"kind": definition["kind"], "hash": definition_hash(definition), **definition}

    def kind(self) -> str:
        kind = self.draft.form_id or re.sub(r"\.[^.]*$", "", self.source.name)
        if self.strict and not re.fullmatch(r"[a-z][a-z0-9_]{0,39}", kind):
            self.refuse(Refused("bad_name", kind, sheet="settings"))
        return kind

    def title(self) -> dict[str, str]:
        """`走访 / Visit` gives both languages; one title stands for all."""
        first, _, second = self.draft.title.partition(" / ")
        languages = self.wording.languages
        if second and languages[:2] == ["zh", "en"]:
            return {"zh": first.strip(), "en": second.strip()}
        return dict.fromkeys(languages, self.draft.title)

    def question(self, outline: dict[str, Any]) -> dict[str, Any]:
        path = outline["path"]
        control = self.draft.controls.get(path)
        bind = self.draft.binds.get(path, {})

        def output(text: str) -> AST:
            return self.expression(text, path, "label") or ["str", ""]

        question = outline | {
            "appearance": self.appearance(path, control),
            "label": self.wording.of_element(control.label, output) if control else {},
            "media": self.media(control),
            "hint": self.wording.of_hint(control.hint, "", output) if control else {},
            "guidance": self.wording.of_hint(control.hint, "guidance", output) if control else {},
            "required": self.condition(bind, "required", path),
            "required_message": self.wording.of_message(bind.get(f"{JR}requiredMsg"), output),
            "relevant": self.relevance(bind, path),
            "constraint": self.optional(bind.get("constraint"), path, "constraint"),
            "constraint_message": self.wording.of_message(bind.get(f"{JR}constraintMsg"), output),
            "calculate": self.optional(bind.get("calculate"), path, "calculate"),
            "default": self.default(outline, bind),
            "read_only": self.condition(bind, "readonly", path),
            "list": self.choices.list_of(path),
            "choice_filter": None,
            "randomize": False,
            "count": self.count(path),
            "parameters": parameters_of(control, bind),
            "preload": preload_of(bind),
        }
        if question["list"] is not None:
            self.choice_source(question, path)
        question |= self.metadata(outline, bind)
        return question

    def pass_down(self, questions: Sequence[dict[str, Any]]) -> None:
        """Read-only groups make what is inside read-only; what is calculated is never written by hand."""
        by_path: dict[str, Any] = {"": False}
        for question in questions:
            around, own = by_path[question["parent"]], question["read_only"]
            if (
                around is True
                or own is True
                or (question["calculate"] is not None and question["path"] in self.draft.controls)
            ):
                question["read_only"] = True
            elif around is not False:
                question["read_only"] = around if own is False else ["or", around, own]
                self.reads.add(question["path"], "readonly", self.reads.of(question["parent"], "readonly"))
            by_path[question["path"]] = (
                question["read_only"] if question["holds"] in {"nothing", "entries"} else False
            )

    def appearance(self, path: str, control: Control | None) -> str:
        found = [control.attributes.get("appearance", "") if control else ""]
        found.append(self.draft.repeats.get(path, {}).get("appearance", ""))
        return " ".join(part for part in found if part).strip()

    def media(self, control: Control | None) -> dict[str, str]:
        if control is None or control.label is None:
            return {}
        match = re.search(r"jr:itext\('([^']*)'\)", control.label.get("ref") or "")
        return self.wording.media_of_id(match[1]) if match else {}

    def default(self, outline: Mapping[str, Any], bind: Mapping[str, str]) -> AST | None:
        text = self.draft.leaves[outline["path"]].text
        if not text or outline["holds"] in {"nothing", "entries"} or bind.get("calculate"):
            return None
        if outline["holds"] == "number" and re.fullmatch(r"-?\d+(\.\d+)?", text):
            number = float(text)
            return ["num", int(number) if number == int(number) else number]
        return ["str", text]

    def count(self, path: str) -> AST | None:
        repeat = self.draft.repeats.get(path)
        return self.optional(repeat.get(f"{JR}count"), path, "count") if repeat else None

    def choice_source(self, question: dict[str, Any], path: str) -> None:
        try:
            found, randomize, reads = self.choices.source(path, self.model)
        except Unresolved as exc:
            self.refuse(Refused(exc.code, exc.name), path)
            return
        question["choice_filter"] = found
        question["randomize"] = randomize
        self.reads.add(path, "choice_filter", reads)

    def metadata(self, outline: Mapping[str, Any], bind: Mapping[str, str]) -> dict[str, Any]:
        if not self.strict:
            return default_metadata(outline)
        path = outline["path"]
        if path not in self.converted.rows and path.endswith("_other"):
            # The text that or_other adds is as sensitive as the choice it belongs to.
            chosen = self.draft.binds.get(path.removesuffix("_other"), {})
            bind = {
                key: value
                for key, value in chosen.items()
                if key.endswith(("sensitivity", "purpose", "retention", "township", "writers"))
            }
        found = Metadata(outline, self.said_of_all(outline) | dict(bind))
        for refused in found.problems:
            self.refuse(refused, outline["path"])
        return found.values

    def said_of_all(self, outline: Mapping[str, Any]) -> dict[str, str]:
        """What the settings sheet says of every question that does not say it itself."""
        if outline["holds"] in {"nothing", "entries"}:
            return {}
        keys = ("sensitivity", "purpose", "retention")
        settings = self.converted.settings
        return {SHIBU + key: settings[f"shibu:{key}"] for key in keys if settings.get(f"shibu:{key}")}

    def actions(self, questions: Sequence[dict[str, Any]]) -> None:
        """setvalue at first load and for a new entry is a default worked out; others wait for a change of answers."""
        by_path = {question["path"]: question for question in questions}
        for action in self.draft.actions:
            question = by_path.get(action.ref)
            if question is None and action.ref.startswith("meta/"):
                self.refuse(Refused("unsupported_action", "entities", sheet="entities"))
            elif question is None:
                self.refuse(Refused("unknown_reference", action.ref))
            elif action.events <= {"odk-instance-first-load", "odk-new-repeat", "odk-instance-load"}:
                question["default"] = self.optional(action.value, action.ref, "default")
            else:
                self.refuse(Refused("unsupported_action", "trigger"), action.ref)

    def envelope(self, questions: Sequence[Mapping[str, Any]]) -> dict[str, str]:
        found: dict[str, str] = {}
        for question in questions:
            column = question["envelope"]
            if column is None:
                continue
            if column in found or question["repeat"]:
                self.refuse(Refused("duplicate_envelope", column), question["path"])
            found[column] = question["path"]
        return found

    def moves(self, questions: Sequence[Mapping[str, Any]]) -> list[dict[str, str]]:
        status = next((q for q in questions if q["envelope"] == "status"), None)
        rows = self.choices.lists.get(status["list"] or "", []) if status else []
        mine = [row for row in self.source.moves if row.get("kind") in {None, "", self.draft.form_id}]
        found, problems = move_lines(mine, {row["name"] for row in rows})
        for refused in problems:
            self.refuse(refused)
        return found

    def instance_name(self) -> AST | None:
        bind = self.draft.binds.get("meta/instanceName", {})
        before = len(self.errors)
        found = self.optional(bind.get("calculate"), "", "") if self.draft.instance_name else None
        for refused in self.errors[before:]:
            refused.sheet = "settings"
        return found


def preload_of(bind: Mapping[str, str]) -> str | None:
    """start, end, today, deviceid, username …"""
    kind, params = bind.get(f"{JR}preload"), bind.get(f"{JR}preloadParams") or ""
    if kind is None:
        return None
    return "today" if kind == "date" else params or kind
