"""The phone works out only what an answer touches; the server works everything out from the beginning. They must agree on every
node of every form: whether it is asked, its value, its words, whether it must be there, whether it holds, what may be chosen.
"""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from server.surveys.compile import Source, compile_form
from server.surveys.form import Form
from server.surveys.report import report
from tests.conformance.forms import entries
from tests.tools import node

HERE = Path(__file__).parent
NOW = "2026-11-23T10:00:00.000+08:00"
RECORD = "0198a1b2-0000-7000-8000-000000000001"
PROOF = bool(os.environ.get("PROOF"))
#: Fillings of the form of every construct and of every other form, and the most steps of one.
MANY, FEW, STEPS = (5_000, 100, 60) if PROOF else (120, 2, 60)

pytestmark = pytest.mark.timeout(3_600 if PROOF else 120)

#: Parts of the form of every construct that some filling must have reached, or it would prove nothing about them.
REACHED = {
    "towns", "order", "kind_other", "place/small", "member/illness/cost", "member/visit/on", "room/window/glass",
    "speaker", "why", "stamp",
}  # fmt: skip


def construct() -> dict[str, Any]:
    found = compile_form(
        Source("every_construct.md", (HERE / "every_construct.md").read_bytes(), strict=False)
    )
    assert found.definition is not None, [error.line() for error in found.errors]
    return found.definition


def others() -> list[dict[str, Any]]:
    return [
        {"name": entry.name, "definition": entry.definition}
        for entry in entries()
        if entry.definition is not None
    ]


def fillings(forms: list[dict[str, Any]], many: int, folder: Path) -> Iterator[dict[str, Any]]:
    """What the phone makes of random fillings."""
    job = folder / "job.json"
    job.write_text(
        json.dumps({"forms": forms, "from": 0, "to": many, "steps": STEPS}, ensure_ascii=False), "utf-8"
    )
    done = subprocess.run(
        [*node(), "--import", "../domain/register.mjs", "twins.mjs", str(job), str(folder / "made.jsonl")],
        cwd=HERE, capture_output=True, text=True, timeout=3_000 if PROOF else 100, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-3_000:]
    with (folder / "made.jsonl").open(encoding="utf-8") as lines:
        yield from map(json.loads, lines)


def agree(form: Form, filled: dict[str, Any]) -> None:
    name, answers = f"{filled['name']} seed {filled['seed']}", filled["answers"]
    assert form.recalculate(answers, NOW) == answers, name
    theirs = report(form, answers, NOW, lang=filled["lang"], record=RECORD)
    assert filled["report"].keys() == theirs.keys(), name
    for path, found in theirs.items():
        assert filled["report"][path] == found, f"{name}: {path}"
    # Of a kind that stays on the phone the server takes nothing at all, whatever its shape.
    wrong = form.shape(filled["changes"])
    assert not wrong or (form.definition.get("local") and {one.code for one in wrong} == {"local_only"}), name


def test_every_construct_comes_out_alike(tmp_path: Path) -> None:
    definition = construct()
    form = Form(definition)
    reached: set[str] = set()
    wrong: set[str] = set()
    for filled in fillings([{"name": "every_construct", "definition": definition}], MANY, tmp_path):
        agree(form, filled)
        for path, found in filled["report"].items():
            bare = "/".join(part.split("[")[0] for part in path.split("/"))
            if found["relevant"] and (
                found.get("value") is not None or found.get("choices") or "value" not in found
            ):
                reached.add(bare)
            wrong.update({bare} if found.get("valid") is False else ())
    assert reached >= REACHED
    assert {"head", "people", "member/age", "why"} <= wrong


def test_every_form_comes_out_alike(tmp_path: Path) -> None:
    """Ours, and those others wrote where they are at hand."""
    forms = others()
    by_name = {one["name"]: Form(one["definition"]) for one in forms}
    assert len(by_name) >= 5
    told = 0
    for filled in fillings(forms, FEW, tmp_path):
        agree(by_name[filled["name"]], filled)
        told += len(filled["report"])
    assert told > len(forms)


@pytest.mark.parametrize("moment", ["2026-11-22T16:30:00Z", "2026-11-23T01:30:00.000+09:00"])
def test_both_mean_the_day_in_china(moment: str) -> None:
    """A phone set to another zone writes the day that the server means."""
    definition = {
        "kind": "day", "hash": "day", "title": {"zh": "日"}, "languages": ["zh"], "lists": {}, "order": ["d"], "dependents": {},
        "questions": [{"path": "d", "name": "d", "type": "calculate", "holds": "text", "parent": "", "repeat": "", "calculate": ["call", "today"]}],
        "envelope": {}, "moves": [],
    }  # fmt: skip
    script = (
        "import { Interview } from '../../pwa/form/interview.js';"
        f"const one = new Interview({json.dumps(definition)}, {{}}, {{ now: '{moment}', fresh: true }});"
        "console.log(JSON.stringify(one.tree.all))"
    )
    done = subprocess.run(
        [*node(), "--import", "../domain/register.mjs", "--input-type=module", "-e", script],
        cwd=HERE, capture_output=True, text=True, timeout=60, check=True,
    )  # fmt: skip
    assert json.loads(done.stdout) == Form(definition).recalculate({}, moment) == {"d": "2026-11-23"}
