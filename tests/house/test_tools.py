"""The set-up of `make test` says plainly what is missing, and finds Node in its wheel when the system has none."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests import tools


def test_a_wrong_chromium_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CHROMIUM", "/nowhere/chromium")
    with pytest.raises(tools.Missing, match="/nowhere/chromium"):
        tools.chromium()


def test_a_chosen_chromium_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CHROMIUM", sys.executable)
    assert tools.find_chromium() == sys.executable


def test_node_and_npm_come_from_the_wheel_when_the_system_has_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tools.shutil, "which", lambda name: None)
    for command in (tools.node(), tools.npm()):
        told = subprocess.run([*command, "--version"], capture_output=True, text=True, check=False)
        assert told.returncode == 0 and told.stdout.strip(), told.stderr
    monkeypatch.setattr(tools, "_node_wheel", lambda name: None)
    for find in (tools.node, tools.npm):
        with pytest.raises(tools.Missing, match="uv sync"):
            find()


def test_a_missing_piece_is_one_line_and_a_failure(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tests.tools", "set-up"],
        cwd=tools.ROOT, env={"CHROMIUM": "/nowhere/chromium", "PATH": str(tmp_path)}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode != 0
    assert done.stderr.strip() == "make test cannot run: CHROMIUM names /nowhere/chromium, which does not exist."
