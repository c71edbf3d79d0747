"""Kinds that need no workbook: `conflict` and `colleague`, written by the server and read by phones like any other form.

Promises: `DEFINITIONS` holds compiled definitions with their hashes, in the shape of pwa/form/definition.js.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from server.surveys.form import Form, definition_hash
from server.surveys.metadata import DEFAULTS

CONFLICT = "conflict"
COLLEAGUE = "colleague"

_STATES = (
    ("open", "待处理", "Open"),
    ("kept_mine", "用了这一份", "Kept this version"),
    ("kept_theirs", "用了另一份", "Kept the other version"),
    ("written", "另写了一份", "Written anew"),
)
_ROLES = (
    ("cadre", "驻村干部", "Resident cadre"),
    ("first_secretary", "驻村第一书记", "First secretary"),
    ("township_leader", "乡镇领导", "Township leader"),
)


def _question(path: str, zh: str, en: str, type_: str = "text", **more: Any) -> dict[str, Any]:
    parent, _, name = path.rpartition("/")
    holds = {"integer": "number", "repeat": "entries"}.get(type_, "text")
    question: dict[str, Any] = {
        "path": path,
        "name": name,
        "type": type_,
        "holds": holds,
        "parent": parent,
        "repeat": parent,
        "appearance": "",
        "label": {"zh": zh, "en": en},
        "hint": {},
        "required": False,
        "required_message": {},
        "relevant": None,
        "constraint": None,
        "constraint_message": {},
        "calculate": None,
        "default": None,
        "read_only": True,
        "list": None,
        "choice_filter": None,
        "preload": None,
    }
    return question | DEFAULTS | {"writers": "any"} | more


def _definition(
    kind: str,
    title: dict[str, str],
    questions: Sequence[dict[str, Any]],
    lists: dict[str, Sequence[tuple[str, str, str]]],
) -> dict[str, Any]:
    definition: dict[str, Any] = {
        "kind": kind,
        "title": title,
        "languages": ["zh", "en"],
        "questions": list(questions),
        "lists": {
            name: [{"name": code, "label": {"zh": zh, "en": en}} for code, zh, en in rows]
            for name, rows in lists.items()
        },
        "order": [],
        "dependents": {},
        "envelope": {q["envelope"]: q["path"] for q in questions if q["envelope"]},
        "moves": [],
    }
    return definition | {"hash": definition_hash(definition)}


_CONFLICT = _definition(
    CONFLICT,
    {"zh": "不一致", "en": "Conflict"},
    [
        _question("record", "记录", "Record", envelope="parent"),
        _question("question", "问题项", "Question", envelope="title"),
        _question("base", "原来的内容", "What it was", sensitivity="personal"),
        _question("mine", "这一份", "This version", sensitivity="personal"),
        _question("theirs", "另一份", "The other version", sensitivity="personal"),
        _question("mine_by", "这一份的填写人", "This version by", refers="colleague"),
        _question("theirs_by", "另一份的填写人", "The other version by", refers="colleague"),
        _question("mine_at", "这一份的时间", "This version at"),
        _question("theirs_at", "另一份的时间", "The other version at"),
        _question("at_rev", "当时的修订号", "At revision", "integer"),
        _question(
            "state",
            "处理结果",
            "State",
            "select_one",
            list="conflict_state",
            envelope="status",
            read_only=False,
        ),
        _question("value", "另写的内容", "Written value", sensitivity="personal", read_only=False),
    ],
    {"conflict_state": _STATES},
)

_COLLEAGUE = _definition(
    COLLEAGUE,
    {"zh": "同事", "en": "Colleague"},
    [
        _question("name", "姓名", "Name", envelope="title"),
        _question("account", "账号", "Account"),
        _question("roles", "职责", "Roles", "repeat", holds="entries"),
        _question("roles/village", "村", "Village"),
        _question("roles/role", "角色", "Role", "select_one", list="role"),
    ],
    {"role": _ROLES},
)

#: Compiled from surveys/*.csv (guide.py); nobody fills one in.
GUIDE = "guide"

#: By kind.
DEFINITIONS: dict[str, dict[str, Any]] = {CONFLICT: _CONFLICT, COLLEAGUE: _COLLEAGUE}


#: Kinds that are no form's name.
RESERVED = {*DEFINITIONS, GUIDE}


class Builtin:
    """These kinds as a catalogue of their own, for what the server writes without a phone."""

    def __init__(self) -> None:
        self._forms = [Form(definition) for definition in DEFINITIONS.values()]

    def current(self, kind: str) -> Form | None:
        return next((form for form in self._forms if form.kind == kind), None)

    def by_hash(self, hash_: str) -> Form | None:
        return next((form for form in self._forms if form.hash == hash_), None)


BUILTIN = Builtin()
