"""Phones that are shut out, the shipped store against the real server."""

from __future__ import annotations

from pathlib import Path

from tests import cast
from tests.serving import Server
from tests.store.test_store import people, run


async def test_a_phone_that_was_shut_out(tmp_path: Path, anyio_backend: str) -> None:
    server = Server(tmp_path)
    await people(server.database)
    try:
        server.start()
        run("revoked_real.mjs", SHIBU_TEST_URL=server.url, SHIBU_TEST_PASSWORD=cast.PASSWORD)
    finally:
        server.kill()
