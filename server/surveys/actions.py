"""What a form writes by itself: defaults worked out when a record or an entry is made, and actions for all else."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from server.surveys.draft import Action, Draft
from server.surveys.expressions import Expressions
from server.surveys.findings import Findings
from server.surveys.refusal import Refused

AST = list[Any]
#: XForms' events → ours. xforms-ready is the old name of odk-instance-first-load.
EVENTS = {
    "odk-instance-first-load": "first-load",
    "xforms-ready": "first-load",
    "odk-instance-load": "load",
    "odk-new-repeat": "new-repeat",
    "xforms-value-changed": "value-changed",
}
ORDER = ("first-load", "load", "new-repeat", "value-changed")


class Actions:
    """Sorts the actions of a form: `default` of questions, and `list` of the rest in the order of the form."""

    def __init__(self, draft: Draft, expressions: Expressions, findings: Findings) -> None:
        self.draft = draft
        self.expressions = expressions
        self.findings = findings
        self.list: list[dict[str, Any]] = []
        self._worked_out: set[str] = set()

    def take(self, by_path: Mapping[str, dict[str, Any]]) -> None:
        entities = {entity.path for entity in self.draft.entities}
        for action in _joined(self.draft):
            if action.ref.rpartition("/")[0] not in entities:
                self.add(action, by_path)

    def add(self, action: Action, by_path: Mapping[str, dict[str, Any]]) -> None:
        refused = self.fault(action, by_path)
        if refused is not None:
            self.findings.refuse(refused, action.ref or action.within)
            return
        question = by_path[action.ref]
        on = {EVENTS[event] for event in action.events}
        if self.is_default(action, on, question):
            self._worked_out.add(action.ref)
            question["default"] = self.value(action, "default")
            return
        found = {
            "on": [event for event in ORDER if event in on],
            "from": action.within,
            "ref": action.ref,
            "value": None if action.kind == "setgeopoint" else self.value(action, ""),
        }
        self.list.append(found | {"geopoint": True} if action.kind == "setgeopoint" else found)

    def fault(self, action: Action, by_path: Mapping[str, Mapping[str, Any]]) -> Refused | None:
        if action.kind == "recordaudio":
            return Refused("unsupported_type", "background-audio")
        if "[" in action.ref:
            return Refused("unsupported_path", action.ref)
        if action.ref not in by_path:
            return Refused("unknown_reference", action.ref)
        if by_path[action.ref]["holds"] in {"nothing", "entries"}:
            return Refused("unsupported_action", f"{action.kind} {action.ref}")
        unknown = sorted(action.events - EVENTS.keys())
        if unknown or not action.events:
            return Refused("unsupported_action", " ".join([action.kind, *unknown]))
        return None

    def is_default(self, action: Action, on: set[str], question: Mapping[str, Any]) -> bool:
        """Made with the record, or with every entry of the repeat the question is in."""
        if action.kind != "setvalue" or action.ref in self._worked_out:
            return False
        if any(action.ref == earlier["ref"] for earlier in self.list):
            return False
        if question["repeat"]:
            return on == {"first-load", "new-repeat"} and action.within == question["repeat"]
        return on == {"first-load"}

    def value(self, action: Action, name: str) -> AST | None:
        """Seen from the question that is written, as XForms has it."""
        if action.literal:
            return ["str", action.value] if action.value else None
        found = self.expressions.optional(action.value, action.ref, name)
        return None if found == ["str", ""] else found


def _joined(draft: Draft) -> list[Action]:
    """pyxform writes a default inside a repeat as two actions, one for the record and one for each new entry."""
    found: list[Action] = []
    for action in draft.actions:
        twin = next((early for early in found if _same(early, action)), None)
        if twin is None or action.within not in draft.repeats:
            found.append(action)
            continue
        found[found.index(twin)] = replace(action, events=twin.events | action.events)
    return found


def _same(early: Action, action: Action) -> bool:
    return (
        early.within == ""
        and early.events == {"odk-instance-first-load"}
        and action.events == {"odk-new-repeat"}
        and (early.kind, early.ref, early.value, early.literal)
        == (action.kind, action.ref, action.value, action.literal)
    )
