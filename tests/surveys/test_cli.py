"""`python -m server survey …`: one JSON object each, exit 0 or 1."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.surveys.test_compile import BILINGUAL

ROOT = Path(__file__).parents[2]


def survey(*arguments: object) -> tuple[int, Any]:
    command = [sys.executable, "-m", "server", "survey", *map(str, arguments)]
    ran = subprocess.run(command, cwd=ROOT, capture_output=True, timeout=90)
    assert not ran.stderr, ran.stderr.decode()
    return ran.returncode, json.loads(ran.stdout)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "house.md"
    path.write_text(BILINGUAL, "utf-8")
    return path


def test_check_says_what_there_is(file: Path) -> None:
    code, found = survey("check", file)
    assert code == 0
    assert (found["ok"], found["kind"], found["questions"], found["errors"]) == (True, "house", 9, [])
    assert set(found) == {"ok", "kind", "questions", "errors", "warnings"}


def test_check_says_what_is_wrong(file: Path, tmp_path: Path) -> None:
    file.write_text(BILINGUAL.replace("${rooms} > 0", "${room} > 0"), "utf-8")
    code, found = survey("check", file)
    assert code == 1 and found["ok"] is False
    assert found["errors"] == [
        {
            "code": "unknown_reference",
            "sheet": "survey",
            "row": 12,
            "zh": "引用了不存在的题目“room”",
            "en": "There is no question “room”",
        }
    ]
    code, found = survey("compile", tmp_path / "nowhere.md")
    assert code == 1 and found["errors"][0]["code"] == "unreadable"


def test_compile_prints_the_definition(file: Path) -> None:
    code, found = survey("compile", file)
    assert code == 0
    assert found["questions"][0]["path"] == "who"


def test_evaluate_prints_relevance_values_and_validity(file: Path, tmp_path: Path) -> None:
    answers = tmp_path / "answers.json"
    answers.write_text(json.dumps({"who": "张", "rooms": 3, "place/size": 20.5}), "utf-8")
    code, found = survey("evaluate", file, answers, "--now", "2026-11-23T10:00:00+08:00", "--lang", "en")
    assert code == 0
    assert found["who"] == {
        "relevant": True,
        "label": "Head",
        "hint": "身份证上的名字",
        "value": "张",
        "required": True,
        "read_only": False,
        "valid": False,
        "problem": "constraint",
    }
    assert found["place/size"]["value"] == 20.5
    assert found["grade"]["choices"] == ["a", "b"]


def test_answers_go_out_as_an_instance_and_come_back(file: Path, tmp_path: Path) -> None:
    answers, instance = tmp_path / "answers.json", tmp_path / "instance.xml"
    answers.write_text(json.dumps({"who": "张", "needs": ["a", "b"], "place/size": 20.5}), "utf-8")
    command = [sys.executable, "-m", "server", "survey", "instance", str(file), str(answers)]
    instance.write_bytes(subprocess.run(command, capture_output=True, check=True, timeout=60).stdout)
    assert "<needs>a b</needs>" in instance.read_text("utf-8")
    assert survey("answers", file, instance) == (0, {"who": "张", "needs": ["a", "b"], "place/size": 20.5})
    instance.write_text("<other/>", "utf-8")
    code, found = survey("answers", file, instance)
    assert (code, found["code"]) == (1, "bad_instance")
