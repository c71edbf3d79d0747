"""One question of the definition from all that an XForm says of its node."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from server.surveys import defaults
from server.surveys.choices import Choices
from server.surveys.draft import JR, SHIBU, Control, Draft, itext_id
from server.surveys.expression.resolve import Unresolved
from server.surveys.expressions import Expressions
from server.surveys.findings import Findings
from server.surveys.leaving import is_local
from server.surveys.metadata import PLACE_INTO, Metadata, default_metadata
from server.surveys.own_value import reads_itself
from server.surveys.questions import parameters_of
from server.surveys.refusal import Refused
from server.surveys.words import Media, Wording

#: What or_other's text shares with the choice it belongs to.
_SHARED = ("sensitivity", "purpose", "retention", "township", "writers")
_OF_ALL = ("sensitivity", "purpose", "retention")


class Asked:
    """Builds questions; everything wrong goes to the findings. `strict`: metadata on every question."""

    def __init__(
        self,
        draft: Draft,
        wording: Wording,
        choices: Choices,
        expressions: Expressions,
        findings: Findings,
        strict: bool,
    ) -> None:
        self.draft = draft
        self.wording = wording
        self.choices = choices
        self.expressions = expressions
        self.findings = findings
        self.strict = strict

    def all(self, outline: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
        outlines = {one["path"]: one for one in outline}
        found = [self.question(one, outlines) for one in outline]
        self.pass_down(found)
        self.places(found)
        return found

    def places(self, questions: Sequence[dict[str, Any]]) -> None:
        """The question that takes where a photo was taken stands in the same group or repeat; only there is the place kept."""
        by_path = {question["path"]: question for question in questions}
        for path, question in by_path.items():
            name = self.draft.binds.get(path, {}).get(SHIBU + PLACE_INTO, "").strip()
            if not name:
                continue
            into = by_path.get(f"{question['parent']}/{name}".lstrip("/"))
            if question["type"] == "image" and into is not None and into["type"] == "geopoint":
                question["parameters"][PLACE_INTO] = into["path"]
            else:
                self.findings.refuse(Refused("bad_metadata", f"shibu:{PLACE_INTO}", name), path)

    def question(self, outline: dict[str, Any], outlines: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
        path = outline["path"]
        control = self.draft.controls.get(path)
        bind = self.draft.binds.get(path, {})
        expressions, wording = self.expressions, self.wording
        output = expressions.output(path)
        question = outline | {
            "appearance": self.appearance(path, control),
            "label": wording.of_element(control.label, output) if control else {},
            "media": self.media(control, path),
            "hint": wording.of_hint(control.hint, "", output) if control else {},
            "guidance": wording.of_hint(control.hint, "guidance", output) if control else {},
            "required": expressions.condition(bind, "required", path),
            "required_message": wording.of_message(bind.get(f"{JR}requiredMsg"), output),
            "relevant": expressions.relevance(bind, path),
            "constraint": expressions.optional(bind.get("constraint"), path, "constraint"),
            "constraint_message": wording.of_message(bind.get(f"{JR}constraintMsg"), output),
            "calculate": expressions.optional(bind.get("calculate"), path, "calculate"),
            "default": defaults.default(outline, self.default_text(outline), bind),
            "read_only": expressions.condition(bind, "readonly", path),
            "list": self.choices.list_of(path),
            "choice_filter": None,
            "randomize": False,
            "count": self.count(path),
            "parameters": parameters_of(control, bind),
            "preload": preload_of(bind) if outline["type"] == "meta" else None,
        }
        self.choices_of(question, path)
        if outline["holds"] == "entries":
            self.entries_of(question, path, outlines)
        question |= self.metadata(outline, bind)
        if self.choices.refers(path):
            question["refers"] = self.choices.refers(path)
        return question

    def default_text(self, outline: Mapping[str, Any]) -> str:
        """Without a template, what stands in the first entry of a repeat is that entry's alone."""
        leaf, repeat = self.draft.leaves[outline["path"]], outline["repeat"]
        return leaf.text if not repeat or self.draft.leaves[repeat].template else ""

    def entries_of(
        self, question: dict[str, Any], path: str, outlines: Mapping[str, Mapping[str, Any]]
    ) -> None:
        """ODK begins a repeat with one empty entry; our own lists of cards begin empty."""
        given = defaults.entries(self.draft, outlines, path)
        if given and not (self.strict and defaults.says_nothing(given)):
            question["entries"] = given
        if self.draft.repeats.get(path, {}).get(f"{JR}noAddRemove", "").replace(" ", "") in {
            "true()",
            "true",
        }:
            question["fixed"] = True

    def appearance(self, path: str, control: Control | None) -> str:
        found = [control.attributes.get("appearance", "") if control else ""]
        found.append(self.draft.repeats.get(path, {}).get("appearance", ""))
        return " ".join(part for part in found if part).strip()

    def media(self, control: Control | None, path: str) -> Media:
        ref = control.label.get("ref") if control is not None and control.label is not None else None
        name = itext_id(ref) if ref else None
        if name is None:
            return {}
        try:
            return self.wording.media_of_id(name)
        except Refused as refused:
            self.findings.refuse(refused, path)
            return {}

    def count(self, path: str) -> Any:
        repeat = self.draft.repeats.get(path)
        return self.expressions.optional(repeat.get(f"{JR}count"), path, "count") if repeat else None

    def choices_of(self, question: dict[str, Any], path: str) -> None:
        try:
            entries = self.choices.entries(path, self.expressions.model)
            if entries is not None:
                nodes, named, question["randomize"] = entries
                question["from"] = {"nodes": nodes, **named}
                return
            found, question["randomize"], reads = self.choices.source(path, self.expressions.model)
        except Unresolved as exc:
            if not self.expressions.has_failed(exc.name):
                self.findings.refuse(Refused(exc.code, exc.name), path)
            return
        question["choice_filter"] = found
        self.expressions.reads.add(path, "choice_filter", reads)

    def metadata(self, outline: Mapping[str, Any], bind: Mapping[str, str]) -> dict[str, Any]:
        if not self.strict:
            return default_metadata(outline)
        path = outline["path"]
        if path not in self.findings.converted.rows and path.endswith("_other"):
            chosen = self.draft.binds.get(path.removesuffix("_other"), {})
            bind = {key: value for key, value in chosen.items() if key.endswith(_SHARED)}
        local = is_local(self.findings.converted.settings)
        found = Metadata(outline, self.said_of_all(outline) | dict(bind), local)
        for refused in found.problems:
            self.findings.refuse(refused, path)
        return found.values

    def said_of_all(self, outline: Mapping[str, Any]) -> dict[str, str]:
        """What the settings sheet says of every question that does not say it itself."""
        if outline["holds"] in {"nothing", "entries"}:
            return {}
        settings = self.findings.converted.settings
        return {SHIBU + key: settings[f"shibu:{key}"] for key in _OF_ALL if settings.get(f"shibu:{key}")}

    def pass_down(self, questions: Sequence[dict[str, Any]]) -> None:
        """Read-only groups make what is inside read-only. What is calculated is never written by hand, but where the
        calculation keeps an answer that is there: then a person may give it."""
        by_path: dict[str, Any] = {"": False}
        reads = self.expressions.reads
        for question in questions:
            around, own = by_path[question["parent"]], question["read_only"]
            shown = question["calculate"] is not None and question["path"] in self.draft.controls
            if shown and reads_itself(question["calculate"], question["path"]):
                question["kept"] = True
            if around is True or own is True or (shown and not question.get("kept")):
                question["read_only"] = True
            elif around is not False:
                question["read_only"] = around if own is False else ["or", around, own]
                reads.add(question["path"], "readonly", reads.of(question["parent"], "readonly"))
            inner = question["holds"] in {"nothing", "entries"}
            by_path[question["path"]] = question["read_only"] if inner else False


def preload_of(bind: Mapping[str, str]) -> str | None:
    """start, end, today, deviceid, username …"""
    kind, params = bind.get(f"{JR}preload"), bind.get(f"{JR}preloadParams") or ""
    if kind is None:
        return None
    return "today" if kind == "date" else params or kind
