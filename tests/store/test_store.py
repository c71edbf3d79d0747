"""The phone's store and sync: the shipped JavaScript under Node, over an IndexedDB in memory.

Most files talk to a far side that fails to order; `real.test.mjs` talks to the real server.
"""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from tests.serving import Server
from tests.tools import node

HERE = Path(__file__).parent
REAL = "real.test.mjs"
FILES = sorted(path.name for path in HERE.glob("*.test.mjs") if path.name != REAL)
PASSWORD = "correct-horse-十步"


def run(name: str, **environment: str) -> None:
    """Every test of one file; the report of Node is shown when one fails."""
    command = [*node(), "--import", "./register.mjs", "--test", "--test-reporter=spec", name]
    done = subprocess.run(
        command, cwd=HERE, env={**os.environ, **environment}, capture_output=True, text=True, timeout=110, check=False
    )
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"
    assert "ℹ pass 0" not in done.stdout, "no test ran"


@pytest.mark.parametrize("name", FILES)
def test_in_node(name: str) -> None:
    run(name)


def test_against_the_real_server(serve: Server) -> None:
    serve.command("migrate")
    serve.command("village", "add", "石桥村", "--township", "清溪镇", "--county", "云泽县")
    people = (
        ("cadre1", "陈志远", "cadre", ("--village", "石桥村")),
        ("cadre2", "张岚", "cadre", ("--village", "石桥村")),
        ("leader1", "周敏", "township_leader", ("--township", "清溪镇")),
    )
    for login, name, role, where in people:
        serve.command("user", "add", login, "--name", name, "--password", PASSWORD, "--role", role, *where)
    serve.start()
    run(REAL, SHIBU_TEST_URL=serve.url, SHIBU_TEST_PASSWORD=PASSWORD)
