"""The phone's store and sync: the shipped JavaScript under Node, over an IndexedDB in memory.

Most files talk to a far side that fails to order; those of REAL talk to the real server.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from server.database import Database
from server.records import put_colleague
from tests import cast
from tests.pictures import photo
from tests.serving import ROOT, Server
from tests.tools import node

HERE = Path(__file__).parent
REAL = ("real.test.mjs", "real_files.test.mjs")
FILES = sorted(path.name for path in HERE.glob("*.test.mjs") if path.name not in REAL)
#: Ours ask for no picture.
REPAIR = ROOT / "tests/browser/forms/repair.md"


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


@pytest.mark.parametrize("name", REAL)
async def test_against_the_real_server(tmp_path: Path, anyio_backend: str, name: str) -> None:
    surveys = tmp_path / "surveys"
    shutil.copytree(ROOT / "surveys", surveys)
    shutil.copy(REPAIR, surveys / "forms")
    server = Server(tmp_path, SHIBU_SURVEYS=str(surveys))
    await people(server.database)
    try:
        server.start()
        for seed, (width, height) in enumerate(((1600, 1200), (200, 160), (800, 600), (801, 600))):
            (tmp_path / f"{seed}.jpg").write_bytes(photo(width, height, seed=seed, quality=97))
        run(name, SHIBU_TEST_PHOTOS=str(tmp_path), SHIBU_TEST_URL=server.url, SHIBU_TEST_PASSWORD=cast.PASSWORD)
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
