"""The shipped ways of writing dates and of finding one's way, under Node, with the clock in several zones."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from tests.tools import node

HERE = Path(__file__).parent


@pytest.mark.parametrize("zone", ["Asia/Shanghai", "Asia/Urumqi", "UTC", "America/New_York"])
@pytest.mark.parametrize("name", sorted(path.name for path in HERE.glob("*.test.mjs")))
def test_in_node(name: str, zone: str) -> None:
    done = subprocess.run(
        [*node(), "--import", "./register.mjs", "--test", "--test-reporter=spec", name],
        cwd=HERE,
        env={**os.environ, "TZ": zone},
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"
    assert "ℹ pass 0" not in done.stdout, "no test ran"
