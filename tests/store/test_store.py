"""The phone's store and sync: the shipped JavaScript under Node, over an IndexedDB in memory and a far side that fails to order."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from tests.tools import node

HERE = Path(__file__).parent
FILES = sorted(path.name for path in HERE.glob("*.test.mjs") if path.name != "real.test.mjs")


def run(name: str, **environment: str) -> None:
    """Every test of one file; the report of Node is shown when one fails."""
    import os

    command = [*node(), "--import", "./register.mjs", "--test", "--test-reporter=spec", name]
    done = subprocess.run(
        command, cwd=HERE, env={**os.environ, **environment}, capture_output=True, text=True, timeout=110, check=False
    )
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"
    assert "ℹ pass 0" not in done.stdout, "no test ran"


@pytest.mark.parametrize("name", FILES)
def test_in_node(name: str) -> None:
    run(name)
