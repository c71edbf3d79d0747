"""One form: a compiled definition and what it says about answers.

Promises: a Form never changes; it does no I/O; it never raises for whatever stands in the answers, it says what is
wrong with them. The definition is the JSON the phone gets (documented in pwa/form/definition.js).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any, Literal

import msgspec

from server.surveys.compute import flags, lasts, recalculate, speaks
from server.surveys.expression.form_index import FormIndex
from server.surveys.validate import shape

Holds = Literal["text", "number", "list", "entries", "nothing"]
Words = dict[str, Any]

HASH_LENGTH = 16


def definition_hash(definition: Mapping[str, Any]) -> str:
    """Names a definition by its content; `hash` itself is left out. The same content has the same name everywhere."""
    content = {key: value for key, value in definition.items() if key != "hash"}
    text = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()[:HASH_LENGTH]


class Question(msgspec.Struct, frozen=True, kw_only=True):
    """One question, group or repeat. Words and expressions stay as the JSON they came as."""

    path: str
    name: str
    type: str
    holds: Holds
    parent: str = ""
    #: path of the innermost repeat around it, not itself
    repeat: str = ""
    appearance: str = ""
    label: Words = {}
    hint: Words = {}
    required: Any = False
    required_message: Words = {}
    relevant: Any = None
    constraint: Any = None
    constraint_message: Words = {}
    calculate: Any = None
    default: Any = None
    read_only: Any = False
    kept: bool = False
    choices: str | None = msgspec.field(default=None, name="list")
    choice_filter: Any = None
    #: choices that are entries of a repeat: {nodes, value, label}
    source: dict[str, Any] | None = msgspec.field(default=None, name="from")
    randomize: Any = False
    preload: str | None = None
    sensitivity: str = "internal"
    purpose: str = ""
    retention: str = ""
    merge: str = "plain"
    envelope: str | None = None
    refers: str | None = None
    township: str = "yes"
    writers: str = "team"


@dataclass(frozen=True, slots=True)
class Problem:
    """Why one change cannot be taken: wrong_type, unknown_question or local_only."""

    code: str
    path: str
    detail: str = ""


class Form:
    """A definition with its questions by path."""

    def __init__(self, definition: Mapping[str, Any]) -> None:
        self.definition: dict[str, Any] = dict(definition)
        self.kind: str = definition["kind"]
        self.hash: str = definition["hash"]
        self.title: dict[str, str] = definition["title"]
        self.languages: list[str] = definition.get("languages", [])
        self.questions: list[Question] = msgspec.convert(definition["questions"], list[Question])
        self._by_path = {question.path: question for question in self.questions}

    def question(self, path: str) -> Question | None:
        """By its whole path (`members/name` inside the repeat `members`)."""
        return self._by_path.get(path)

    @cached_property
    def index(self) -> FormIndex:
        return FormIndex(self.definition)

    @cached_property
    def conditional(self) -> list[Question]:
        """Questions whose answers may be wanting or wrong."""
        return [
            q
            for q in self.questions
            if q.holds != "nothing" and (q.required is not False or q.constraint is not None)
        ]

    @cached_property
    def calculated(self) -> frozenset[str]:
        """Paths the server works out itself; a change to them is taken and never conflicts."""
        return frozenset(q.path for q in self.questions if q.calculate is not None or q.type == "meta")

    @cached_property
    def lasting(self) -> frozenset[str]:
        """Calculations whose value only the phone could know (a chance, its clock, its user, its last record) or that are made
        once: what is there stays."""
        return frozenset(q.path for q in self.questions if q.calculate is not None and lasts(q.calculate))

    @cached_property
    def speaking(self) -> frozenset[str]:
        """Calculations that come out differently in another language."""
        return frozenset(q.path for q in self.questions if speaks(q.calculate))

    def envelope(self, answers: Mapping[str, Any]) -> dict[str, Any]:
        """Envelope column → value, None where the answer is empty; only the columns this form fills."""
        return {column: answers.get(path) for column, path in self.definition["envelope"].items()}

    def shape(self, changes: Mapping[str, Any]) -> list[Problem]:
        """What in `set` cannot be stored. `deleted` and `village` are the caller's and must be taken out before."""
        return [Problem(code, path, detail) for code, path, detail in shape(self, changes)]

    def recalculate(self, answers: Mapping[str, Any], now: datetime | str | None = None) -> dict[str, Any]:
        """A copy of the answers with every calculation filled in (or taken out where it comes out empty)."""
        return recalculate(self, answers, now)

    def flags(self, answers: Mapping[str, Any], now: datetime | str | None = None) -> list[dict[str, str]]:
        """Unmet `required` and `constraint` of relevant questions, in the order of the form.

        Inside a repeat the question is named with the entry's id: `members[<id>]/name`.
        """
        return flags(self, answers, now)
