"""The phone's store and sync: the shipped JavaScript under Node, over an IndexedDB in memory.

Most files talk to a far side that fails to order; `real.test.mjs` talks to the real server.
"""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from server.database import Database
from server.records import put_colleague
from tests import cast
from tests.serving import Server
from tests.tools import node

HERE = Path(__file__).parent
REAL = "real.test.mjs"
FILES = sorted(path.name for path in HERE.glob("*.test.mjs") if path.name != REAL)


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


async def test_against_the_real_server(tmp_path: Path, anyio_backend: str) -> None:
    server = Server(tmp_path)
    await people(server.database)
    try:
        server.start()
        run(REAL, SHIBU_TEST_URL=server.url, SHIBU_TEST_PASSWORD=cast.PASSWORD)
    finally:
        server.kill()


async def people(url: str) -> None:
    """The cast, with the records that name them to one another."""
    database = await Database.open(url)
    try:
        await database.migrate()
        async with database.transaction() as connection:
            await cast.enter(connection)
            for person in cast.CAST.values():
                await put_colleague(connection, {"id": person.id, "name": person.name, "login": person.login})
    finally:
        await database.close()
