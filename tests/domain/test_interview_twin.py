"""The phone recomputes only what an answer touches; the server works everything out from the beginning. They must agree."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest

from server.surveys.compute import AnswerContext, named
from server.surveys.form import Form
from tests.surveys.test_compile import compiled
from tests.tools import node

HERE = Path(__file__).parent
NOW = "2026-11-23T10:00:00.000+08:00"
SEEDS = 5000 if os.environ.get("PROOF") else 300


@pytest.fixture(scope="module")
def form() -> Form:
    return Form(compiled((HERE / "interview_form.md").read_text("utf-8")))


@pytest.fixture(scope="module")
def filled(form: Form, tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, Any]]:
    """What the phone's interview made of each random filling."""
    path = tmp_path_factory.mktemp("trial") / "trial.json"
    path.write_text(json.dumps(form.definition, ensure_ascii=False), "utf-8")
    command = [*node(), "--import", "./register.mjs", "filler.mjs", str(path), "0", str(SEEDS)]
    done = subprocess.run(
        command, cwd=HERE, capture_output=True, text=True, timeout=110 if SEEDS < 1000 else 1500, check=False
    )
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


def relevance(form: Form, answers: dict[str, Any]) -> dict[str, bool]:
    context = AnswerContext(form, answers, NOW)
    return {
        named(context, question.path, at): context.relevant(question.path, at)
        for question in form.questions
        for at in context.places(question.path)
    }


def test_values_relevance_and_validity_are_the_servers(form: Form, filled: list[dict[str, Any]]) -> None:
    assert len(filled) == SEEDS
    for one in filled:
        answers = one["answers"]
        assert form.recalculate(answers, NOW) == answers, f"seed {one['seed']}"
        assert relevance(form, answers) == one["relevant"], f"seed {one['seed']}"
        flags = sorted(form.flags(answers, NOW), key=json.dumps)
        assert sorted(one["flags"], key=json.dumps) == flags, f"seed {one['seed']}"


def test_what_is_saved_can_be_stored(form: Form, filled: list[dict[str, Any]]) -> None:
    for one in filled:
        assert form.shape(one["changes"]) == [], f"seed {one['seed']}"


def test_fillings_reach_every_part(filled: list[dict[str, Any]]) -> None:
    """A filler that never opened an inner entry would prove nothing about it."""
    reached = {path for one in filled for path, is_there in one["relevant"].items() if is_there}
    bare = {"/".join(part.split("[")[0] for part in path.split("/")) for path in reached}
    assert {"town", "poor/why", "plots/worth", "plots/helpers/days", "spend", "rich", "visits/on"} <= bare
    assert any(one["answers"].get("all_days") for one in filled)
    assert any(
        flag["code"] == "constraint" and "[" in flag["question"] for one in filled for flag in one["flags"]
    )
