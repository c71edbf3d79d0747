"""Small forms that use every way of merging, written by hand so that these tests do not follow the wording of surveys/."""

from __future__ import annotations

import json
from typing import Any

from server.surveys.builtin import DEFINITIONS
from server.surveys.catalogue import Catalogue
from server.surveys.form import definition_hash


def question(path: str, type_: str = "text", **more: Any) -> dict[str, Any]:
    repeat, _, name = path.rpartition("/")
    holds = {"integer": "number", "decimal": "number", "select_multiple": "list", "repeat": "entries"}.get(type_, "text")
    return {"path": path, "name": name, "type": type_, "holds": holds, "parent": repeat, "repeat": repeat} | more


def definition(kind: str, questions: list[dict[str, Any]], moves: list[tuple[str, str, str]] | None = None) -> dict[str, Any]:
    made = {
        "kind": kind,
        "title": {"zh": kind, "en": kind},
        "languages": ["zh", "en"],
        "questions": questions,
        "lists": {},
        "order": [q["path"] for q in questions if q.get("calculate") is not None],
        "dependents": {},
        "envelope": {q["envelope"]: q["path"] for q in questions if q.get("envelope")},
        "moves": [{"from": a, "to": b, "role": role} for a, b, roles in moves or () for role in roles.split()],
    }
    return made | {"hash": definition_hash(made)}


HOUSEHOLD = definition(
    "household",
    [
        question("head", required=True, envelope="title"),
        question("phone"),
        question("note"),
        question("people", "integer"),
        question("tags", "select_multiple", merge="set"),
        question("visits", "integer", merge="counter"),
        question("first_seen", "date", merge="once"),
        question("lat", "decimal", merge="group:place"),
        question("lon", "decimal", merge="group:place"),
        question("members", "repeat"),
        question("members/name"),
        question("members/age", "integer"),
        question("log", "repeat", merge="log"),
        question("log/text"),
        question("size", "integer", calculate=["call", "count", ["path", "members"]]),
        question("diary", sensitivity="local-only"),
    ],
)
PERSON = definition("person", [question("household", envelope="parent"), question("name", envelope="title")])
VISIT = definition(
    "visit",
    [
        question("household", required=True, envelope="parent"),
        question("on", "date", envelope="happened_on"),
        question("facts"),
        question("photo", "image"),
    ],
)
PROBLEM = definition(
    "problem",
    [
        question("content", required=True, envelope="title"),
        question("status", "select_one", envelope="status", writers="any"),
        question("reported_on", "date", envelope="reported_on"),
        question("due_on", "date", envelope="due_on", writers="any"),
        question("lead_unit", writers="leader"),
        question("reply", writers="leader"),
        question("reporter", township="shared"),
        question("share_reporter", "select_one"),
        question("remark", township="no"),
        question("actions", "repeat", merge="log", writers="any"),
        question("actions/text"),
        question("actions/private", township="no"),
        question("steps", "repeat"),
        question("steps/text"),
        question("steps/private", township="no"),
        question("plan", "repeat"),
        question("plan/text"),
    ],
    [
        ("", "registered", "cadre first_secretary"),
        ("", "reported", "cadre first_secretary"),
        ("registered", "reported", "cadre first_secretary"),
        ("returned", "reported", "cadre first_secretary"),
        ("reported", "assigned", "township_leader"),
        ("reported", "returned", "township_leader"),
        ("assigned", "handling", "cadre first_secretary"),
        ("handling", "done", "cadre first_secretary"),
    ],
)
#: Notes that never leave the phone, and records about a person who has to agree.
PERSON_NOTE = definition("person_note", [question("text", sensitivity="local-only"), question("on", "date")]) | {"local": True}
TALENT = definition(
    "talent", [question("name", envelope="title"), question("contact_ok", "select_one"), question("skills")]
) | {"consent": "contact_ok"}
#: The household form of an older app: it knows fewer questions.
OLD_HOUSEHOLD = definition("household", [question("head", required=True, envelope="title"), question("phone")])

CURRENT = {made["kind"]: made for made in (HOUSEHOLD, PERSON, VISIT, PROBLEM, PERSON_NOTE, TALENT, *DEFINITIONS.values())}


def catalogue() -> Catalogue:
    known = {made["hash"]: json.dumps(made) for made in (*CURRENT.values(), OLD_HOUSEHOLD)}
    return Catalogue({kind: made["hash"] for kind, made in CURRENT.items()}, known)


def hash_of(kind: str) -> str:
    return str(CURRENT[kind]["hash"])
