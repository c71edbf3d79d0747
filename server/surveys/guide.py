"""The guide: the ten steps, the mechanisms, the indicators of a village, compiled from surveys/*.csv against all forms.

`guide` is a definition like a form's (stored, named by its hash, held by phones offline), but nobody fills it in. Its shape:
  steps       [{id, number, phase, title, purpose, tips, reference, items: [{id, group, title, hint, make, rule, evidence, must}]}]
              make: {kind, prefill, screen} | null, the shortest way to the next record; rule: AST | null (only by hand)
  indicators  [{id, section, title, unit, value: AST | null, evidence, question: path in village_profile | null, ledger, open}]
              open: says nothing of a person, so the township may read it
  mechanisms  [{id, area, title, kinds: [{kind, where, prefill, cadence, title}], cadence, screen,
              figures: [{id, title, unit, value}], tips}]
              cadence: of all kinds together, '' where each kind has its own; a kind's title: its choice, else its form's
  thresholds  {name: number}, with their words in `threshold_words`
  kinds       {kind: {day, title}}: the answer that says when such a record happened, and the one that names it
  reads       {kind: [path]}: every answer the guide looks at
evidence is [{kind, where: AST | null}]; titles, hints, tips are {zh, en}. The language: expression/village_resolve.py.
Thresholds are this folder's: a host changes them in its own thresholds.csv (SHIBU_SURVEYS names the folder).
Promises: a file that does not compile is refused with row and column, all reasons at once; ids are unique; the same files
and forms give the same hash.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from server.surveys.builtin import GUIDE
from server.surveys.expression.village_resolve import Field, Schema, VillageResolver
from server.surveys.form import definition_hash
from server.surveys.guide_rows import Cells, pieces, table_of
from server.surveys.refusal import Refused

PROFILE = "village_profile"
FILES = ("thresholds.csv", "steps.csv", "indicators.csv", "mechanisms.csv", "figures.csv")
_STEP = re.compile(r"s([0-9]{1,2})")
_TIP = re.compile(r"(s[0-9]{1,2})\.tip\.[0-9]+")
_ITEM = re.compile(r"(s[0-9]{1,2})\.([a-z0-9_]+)(?:\.[a-z0-9_]+)?")
YES = {"yes", "true", "1", "must"}
#: What the rules of 1.11 need, should a folder bring no thresholds of its own.
DEFAULTS = {"step_done_share": 0.8}


@dataclass
class Compiled:
    """The definition, and every reason by file why it must not be used; what could not be read is left out of it."""

    definition: dict[str, Any]
    problems: dict[str, list[dict[str, Any]]] = field(default_factory=dict)


def schema_of(definitions: Iterable[Mapping[str, Any]]) -> dict[str, dict[str, Field]]:
    """What all these forms ask, by kind; of several versions of a kind everything any of them asks."""
    found: dict[str, dict[str, Field]] = {}
    for definition in definitions:
        paths = found.setdefault(definition["kind"], {})
        for question in definition["questions"]:
            paths[question["path"]] = Field(
                question["type"], question["holds"], question["sensitivity"] in {"public", "internal"}
            )
    return found


def files_of(folder: Path) -> dict[str, str]:
    """The guide's tables that a folder has."""
    return {name: (folder / name).read_text("utf-8-sig") for name in FILES if (folder / name).is_file()}


def compile_guide(files: Mapping[str, str], definitions: Iterable[Mapping[str, Any]]) -> Compiled:
    """Compiles what files there are; a folder without any has an empty guide."""
    forms = list(definitions)
    return _Compiler(files, schema_of(forms), forms).compiled()


class _Compiler:
    def __init__(self, files: Mapping[str, str], schema: Schema, forms: list[Mapping[str, Any]]) -> None:
        self.tables = {name: table_of(files.get(name, "")) for name in FILES}
        self.forms = forms
        self.resolver = VillageResolver(schema)
        self.cells = {name: Cells(name, self.resolver) for name in FILES}

    def compiled(self) -> Compiled:
        thresholds, threshold_words = self.thresholds()
        self.resolver.thresholds = set(thresholds)
        definition: dict[str, Any] = {
            "kind": GUIDE,
            "title": {"zh": "指引", "en": "Guide"},
            "languages": ["zh", "en"],
            "questions": [],
            "lists": {},
            "order": [],
            "dependents": {},
            "envelope": {},
            "moves": [],
            "steps": self.steps(),
            "indicators": self.indicators(),
            "mechanisms": self.mechanisms(),
            "thresholds": thresholds,
            "threshold_words": threshold_words,
        }
        definition["reads"] = {kind: sorted(paths) for kind, paths in sorted(self.resolver.reads.items())}
        definition["kinds"] = self.kinds(definition["reads"])
        problems = {name: cells.problems for name, cells in self.cells.items() if cells.problems}
        definition["hash"] = definition_hash(definition)
        return Compiled(definition, problems)

    def thresholds(self) -> tuple[dict[str, float], dict[str, dict[str, str]]]:
        cells, found, words = self.cells["thresholds.csv"], dict(DEFAULTS), {}
        for row in self.tables["thresholds.csv"]:
            name = row.get("name", "")
            cells.new(row, name)
            words[name] = cells.words(row)
            try:
                number = float(row.get("value", ""))
                found[name] = int(number) if number == int(number) else number
            except (ValueError, OverflowError):
                cells.refuse(row, "value", Refused("bad_cell", row.get("value", ""), "1, 0.8"))
        return found, words

    # Steps

    def steps(self) -> list[dict[str, Any]]:
        cells = self.cells["steps.csv"]
        found: dict[str, dict[str, Any]] = {}
        rows = self.tables["steps.csv"]
        for row in rows:
            name = row.get("id", "")
            cells.new(row, name)
            if match := _STEP.fullmatch(name):
                found[name] = {
                    "id": name,
                    "number": int(match[1]),
                    "phase": row.get("phase", ""),
                    "title": cells.words(row),
                    "purpose": cells.hint(row, "hint_zh", "hint_en"),
                    "tips": [],
                    "reference": row.get("reference", "").lower() in YES,
                    "items": [],
                }
        for row in rows:
            self.in_step(row, found)
        return sorted(found.values(), key=lambda step: int(step["number"]))

    def in_step(self, row: dict[str, str], steps: dict[str, dict[str, Any]]) -> None:
        cells, name = self.cells["steps.csv"], row.get("id", "")
        tip, item = _TIP.fullmatch(name), _ITEM.fullmatch(name)
        own = tip or item
        if _STEP.fullmatch(name):
            return
        if own is None or own[1] not in steps:
            cells.refuse(row, "id", Refused("bad_name", name))
        elif tip:
            steps[tip[1]]["tips"].append(cells.words(row))
        else:
            steps[own[1]]["items"].append(self.item(row, row.get("group") or own[2]))

    def item(self, row: dict[str, str], group: str) -> dict[str, Any]:
        cells = self.cells["steps.csv"]
        kind = cells.kind(row, "make_kind")
        make = None
        if kind or row.get("make_screen"):
            make = {
                "kind": kind,
                "prefill": cells.prefill(row, "make_prefill", kind),
                "screen": row.get("make_screen", ""),
            }
        return {
            "id": row["id"],
            "group": group,
            "title": cells.words(row),
            "hint": cells.hint(row, "hint_zh", "hint_en"),
            "make": make,
            "rule": cells.expression(row, "rule"),
            "evidence": cells.evidence(row, "evidence"),
            "must": row.get("must", "").lower() in YES,
        }

    # The village's numbers

    def indicators(self) -> list[dict[str, Any]]:
        cells, found = self.cells["indicators.csv"], []
        for row in self.tables["indicators.csv"]:
            cells.new(row, row.get("id", ""))
            question = row.get("question") or None
            if question and question not in self.resolver.schema.get(PROFILE, {}):
                cells.refuse(row, "question", Refused("unknown_answer", f"{PROFILE}/{question}"))
            elif question:
                self.resolver.reads.setdefault(PROFILE, set()).update((question, "year"))
            value = cells.number(row, "value")
            asked = self.resolver.schema.get(PROFILE, {}).get(question or "")
            found.append(
                {
                    "id": row.get("id", ""),
                    "section": row.get("section", ""),
                    "title": cells.words(row),
                    "unit": row.get("unit", ""),
                    "value": value,
                    "evidence": cells.evidence(row, "evidence"),
                    "question": question,
                    "ledger": row.get("ledger", ""),
                    "open": (value is None or self.resolver.is_open(value)) and (asked is None or asked.open),
                }
            )
        return found

    # Mechanisms

    def mechanisms(self) -> list[dict[str, Any]]:
        cells = self.cells["mechanisms.csv"]
        found: dict[str, dict[str, Any]] = {}
        for row in self.tables["mechanisms.csv"]:
            name = row.get("id", "")
            cells.new(row, name)
            kinds = cells.evidence(row, "kinds")
            prefills = row.get("prefill", "").split("|")
            cadence, own = cells.cadences(row, "cadence", len(kinds))
            for kind, prefill, term in zip(kinds, [*prefills, *[""] * len(kinds)], own, strict=False):
                kind["prefill"] = cells.prefill(row, "prefill", kind["kind"], prefill)
                kind |= {"cadence": term, "title": self.called(kind["kind"], kind["prefill"])}
            tip = cells.hint(row, "tip_zh", "tip_en")
            found[name] = {
                "id": name,
                "area": row.get("area", ""),
                "title": cells.words(row),
                "kinds": kinds,
                "cadence": cadence,
                "screen": row.get("screen", ""),
                "figures": [],
                "tips": [tip] if tip else [],
            }
        self.figures(found)
        return list(found.values())

    def called(self, kind: str, prefill: Mapping[str, str]) -> dict[str, str]:
        """What one part of a mechanism is called: the choice its records begin with, else what its form is called."""
        form = next((one for one in reversed(self.forms) if one["kind"] == kind), None)
        if form is None:
            return {}
        path = form["envelope"].get("category")
        of = next((question.get("list") for question in form["questions"] if question["path"] == path), None)
        choices = form.get("lists", {}).get(of, []) if path in prefill else []
        label = next((choice["label"] for choice in choices if choice["name"] == prefill[path]), None)
        return dict(label or form.get("title", {}))

    def figures(self, mechanisms: dict[str, dict[str, Any]]) -> None:
        cells = self.cells["figures.csv"]
        for row in self.tables["figures.csv"]:
            cells.new(row, row.get("id", ""))
            if row.get("mechanism") not in mechanisms:
                cells.refuse(row, "mechanism", Refused("unknown_reference", row.get("mechanism", "")))
                continue
            mechanisms[row["mechanism"]]["figures"].append(
                {
                    "id": row.get("id", ""),
                    "title": cells.words(row),
                    "unit": row.get("unit", ""),
                    "value": cells.number(row, "value"),
                }
            )

    def kinds(self, reads: Mapping[str, Any]) -> dict[str, dict[str, str | None]]:
        """When a record of a kind happened, and what it is called: as the last of its forms says."""
        found: dict[str, dict[str, str | None]] = {}
        for form in self.forms:
            if form["kind"] in reads or form["kind"] == "step_item_state":
                envelope = form["envelope"]
                found[form["kind"]] = {"day": envelope.get("happened_on"), "title": envelope.get("title")}
        return dict(sorted(found.items()))


def unread(definition: Mapping[str, Any], form: Mapping[str, Any]) -> list[str]:
    """Answers the guide looks at that a new version of a form does not ask any more."""
    asked = {question["path"] for question in form["questions"]}
    return [path for path in definition.get("reads", {}).get(form["kind"], ()) if path not in asked]


__all__ = ["FILES", "GUIDE", "Compiled", "compile_guide", "files_of", "pieces", "schema_of", "unread"]
