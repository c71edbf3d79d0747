"""The expression table of tests/cases, and the JavaScript evaluator run beside the Python one."""

from __future__ import annotations

import json
import math
import subprocess
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from server.surveys.compute import AnswerContext
from server.surveys.expression.evaluate import evaluate
from server.surveys.expression.form_index import FormIndex
from server.surveys.expression.parse import SyntaxProblem, parse
from server.surveys.expression.resolve import Model, Unresolved, resolve
from server.surveys.form import Form, definition_hash
from tests.tools import node

NOW = "2026-11-23T10:30:15.250+08:00"
HERE = Path(__file__).parent
TABLE: dict[str, Any] = json.loads((HERE.parent / "cases" / "expression.json").read_text("utf-8"))
HOLDS = {
    "integer": "number",
    "decimal": "number",
    "select_multiple": "list",
    "group": "nothing",
    "repeat": "entries",
}


def definition(form: str) -> dict[str, Any]:
    """A definition with the questions of one of the table's forms."""
    lines = TABLE["forms"][form]["questions"]
    types = {line[0]: line[1] for line in lines}
    questions = []
    for path, kind, *more in lines:
        parent, _, name = path.rpartition("/")
        around = parent
        while around and types[around] != "repeat":
            around = around.rpartition("/")[0]
        questions.append(
            {"path": path, "name": name, "type": kind, "holds": HOLDS.get(kind, "text"), "parent": parent}
            | {"repeat": around, "list": more[0] if more else None}
        )
    found = {
        "kind": form,
        "title": {},
        "languages": ["zh", "en"],
        "questions": questions,
        "lists": TABLE["lists"],
    }
    found |= {"order": [], "dependents": {}, "envelope": {}, "moves": []}
    return found | {"hash": definition_hash(found)}


FORMS = {name: Form(definition(name)) for name in TABLE["forms"]}


def words(name: str, compile_value: Callable[[str], list[Any]]) -> dict[str, Any]:
    """The table's itext, with the values inside it."""
    found = TABLE["itext"].get(name, {})
    return {
        language: [compile_value(part[0]) if isinstance(part, list) else part for part in parts]
        for language, parts in found.items()
    }


def model(form: Form) -> Model:
    columns = {name: {column for row in rows for column in row} for name, rows in TABLE["lists"].items()}
    return Model("data", FormIndex(form.definition), columns, words=words)


def compiled(text: str, form: Form, home: str) -> list[Any]:
    return resolve(parse(text), model(form), home)[0]


def refusal(text: str, form: Form) -> str | None:
    """The code an expression is refused with."""
    try:
        compiled(text, form, "name")
    except SyntaxProblem:
        return "broken_expression"
    except Unresolved as exc:
        return exc.code
    return None


def plain(value: Any) -> Any:
    """A value as the table writes it."""
    if isinstance(value, list):
        return {"nodes": [item.text for item in value]}
    if isinstance(value, (bool, str, dict)):
        return value
    value = float(value)
    if math.isnan(value):
        return {"number": "NaN"}
    if math.isinf(value):
        return {"number": "Infinity" if value > 0 else "-Infinity"}
    return 0 if value == 0 else int(value) if value == int(value) and abs(value) < 2**53 else value


def in_python(
    form: Form,
    tree: list[Any],
    answers: dict[str, Any],
    at: Sequence[int] = (),
    lang: str = "zh",
    last: Mapping[str, Any] | None = None,
) -> Any:
    return plain(evaluate(tree, AnswerContext(form, answers, NOW, lang=lang, last=last or {}), tuple(at)))


def in_javascript(jobs: Sequence[dict[str, Any]]) -> list[Any]:
    """Each job: {definition, tree, answers, at, lang}. Definitions are sent once each."""
    definitions = {job["definition"]["hash"]: job["definition"] for job in jobs}
    lines = [{**job, "definition": job["definition"]["hash"]} for job in jobs]
    return [
        plain(value)
        for value in run_node("twin.mjs", {"definitions": definitions, "jobs": lines, "now": NOW})
    ]


def run_node(script: str, request: Any) -> Any:
    """A script of this folder: JSON in, JSON out."""
    ran = subprocess.run(
        [*node(), str(HERE / script)],
        input=json.dumps(request).encode("utf-8", "surrogatepass"),
        capture_output=True,
        timeout=100,
    )
    assert ran.returncode == 0, ran.stderr.decode(errors="replace")[-3000:]
    return json.loads(ran.stdout)
