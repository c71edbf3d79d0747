"""The guide put to both evaluators: Python's at hand, the phone's in Node."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from server.surveys.guide_reading import Reading
from tests.tools import node

HERE = Path(__file__).parent
TABLE = json.loads((HERE.parent / "cases" / "guide.json").read_text("utf-8"))
HOLDS = {"group": "nothing", "repeat": "entries", "integer": "number", "decimal": "number", "select_multiple": "list"}

Kinds = Mapping[str, Sequence[Mapping[str, Any]]]


class Held:
    """Records by kind, as a village holds them."""

    def __init__(self, kinds: Kinds) -> None:
        self.kinds = kinds

    def list(self, kind: str) -> Sequence[Mapping[str, Any]]:
        return self.kinds.get(kind, ())


def form(kind: str, questions: Mapping[str, str], envelope: Mapping[str, str] | None = None) -> dict[str, Any]:
    """As much of a definition as the guide looks at."""
    return {
        "kind": kind,
        "envelope": dict(envelope or {}),
        "questions": [
            {"path": path, "type": type_, "holds": HOLDS.get(type_, "text"), "sensitivity": "internal"}
            for path, type_ in questions.items()
        ],
    }


def forms() -> list[dict[str, Any]]:
    """Those of the table; a visit happens on a day."""
    days = {"visit": {"happened_on": "visited_on"}}
    return [form(kind, questions, days.get(kind)) for kind, questions in TABLE["forms"].items()]


def in_javascript(guide: Mapping[str, Any], villages: Sequence[Kinds], today: str, on: str = "", **more: Any) -> dict[str, Any]:
    """{villages: what the phone says of each, periods}"""
    request = {"guide": guide, "villages": villages, "today": today, "on": on, **more}
    ran = subprocess.run(
        [*node(), str(HERE / "guide.mjs")], input=json.dumps(request).encode(), capture_output=True, timeout=300
    )
    assert ran.returncode == 0, ran.stderr.decode(errors="replace")[-3000:]
    found: dict[str, Any] = json.loads(ran.stdout)
    return found


def in_python(guide: Mapping[str, Any], kinds: Kinds, today: str, on: str = "") -> dict[str, Any]:
    """The same, of one village, with the ids of each item's evidence."""
    reading = Reading(guide, Held(kinds), today, on)
    ids = {
        item["id"]: sorted({row.record["id"] for row in reading.evidence(item["evidence"])}, reverse=True)
        for step in guide["steps"]
        for item in step["items"]
    }
    return {**reading.told(), "ids": ids}


def differing(ours: Mapping[str, Any], theirs: Mapping[str, Any]) -> list[str]:
    """Where the phone says something else than the server."""
    found = []
    for part, names in ours.items():
        for name, told in names.items():
            other = theirs[part].get(name)
            pairs = told.items() if isinstance(told, dict) else [("", told)]
            for key, value in pairs:
                there = other if key == "" else (other or {}).get(key)
                if json.dumps(value) != json.dumps(there):
                    found.append(f"{part} {name} {key}: server {value!r}, phone {there!r}")
    return found
