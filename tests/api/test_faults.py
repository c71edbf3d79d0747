"""What goes wrong below: a locked file, a full disk, a PostgreSQL that goes away or forgets, a stop in the middle of work."""

from __future__ import annotations

import asyncio
import json
import sqlite3
import subprocess
import sys
import threading
import time
from pathlib import Path
from urllib.parse import urlsplit
from uuid import uuid4

import asyncpg
import httpx2
import pytest

from server import sqlite_engine
from server.app import UnsafeDatabase, create_app, open_database
from server.database import Busy, Database, DiskFull
from server.postgres_engine import asyncpg_target
from server.settings import Settings
from tests import cast
from tests.cast import CAST, PASSWORD
from tests.conftest import BASE
from tests.databases import PostgresMaker, SqliteMaker
from tests.serving import ROOT, Server

SIGN_IN = {"account": "chen", "password": PASSWORD, "device": CAST["chen"].device}


@pytest.fixture
def sqlite_file(sqlite_maker: SqliteMaker, tmp_path: Path) -> str:
    return sqlite_maker.make(tmp_path)


def path_of(url: str) -> str:
    return urlsplit(url).path[1:]


async def test_a_file_locked_by_another_program_is_waited_for_and_then_busy(
    sqlite_file: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sqlite_engine.PRAGMAS, "busy_timeout", 1500)
    database = await Database.open(sqlite_file)
    other = sqlite3.connect(path_of(sqlite_file), isolation_level=None, check_same_thread=False)
    try:
        other.execute("BEGIN IMMEDIATE")
        beats, gap = [time.perf_counter()], 0.0

        async def heart() -> None:
            nonlocal gap
            while True:
                await asyncio.sleep(0.01)
                gap = max(gap, time.perf_counter() - beats[-1])
                beats.append(time.perf_counter())

        task = asyncio.create_task(heart())
        with pytest.raises(Busy):
            async with database.transaction():
                raise AssertionError("it had the lock")
        task.cancel()
        assert gap < 1, "waiting for the lock holds nobody else up"
        async with database.snapshot() as connection:
            assert await connection.value("SELECT count(*) AS n FROM township") == 0
        # Given back in time, it is had.
        threading.Timer(0.1, lambda: other.execute("ROLLBACK")).start()
        async with database.transaction() as connection:
            await connection.run("INSERT INTO township (township_id, name) VALUES ('a', '甲')")
    finally:
        other.close()
        await database.close()


async def test_a_full_disk_refuses_writing_and_goes_on_reading(sqlite_file: str) -> None:
    made = create_app(Settings(database=sqlite_file))
    async with made.router.lifespan_context(made):
        database: Database = made.state.database
        async with database.transaction() as connection:
            await cast.enter(connection)
        transport = httpx2.ASGITransport(made)
        async with httpx2.AsyncClient(transport=transport, base_url=BASE) as client:
            assert (await client.post("/api/session", json=SIGN_IN)).status_code == 200
            async with database.transaction() as connection:
                full = await connection.value("PRAGMA page_count")
                await connection.value(f"PRAGMA max_page_count = {full}")
            with pytest.raises(DiskFull):
                async with database.transaction() as connection:
                    await connection.run("INSERT INTO setting (key, value) VALUES ('large', ?)", "x" * 1_000_000)
            statuses = set()
            for _ in range(200):  # sessions of new devices, until the last page is full
                body = {**SIGN_IN, "device": str(uuid4()), "label": "x" * 200}
                answer = await client.post("/api/session", json=body)
                statuses.add((answer.status_code, answer.json().get("code")))
                if answer.status_code != 200:
                    break
            assert (507, "disk_full") in statuses
            assert (await client.get("/healthz")).status_code == 200
            async with database.transaction() as connection:
                await connection.value("PRAGMA max_page_count = 1000000")
            assert (await client.post("/api/session", json=SIGN_IN)).status_code == 200


async def test_a_postgresql_that_cuts_its_connections_is_had_again(postgres_maker: PostgresMaker, tmp_path: Path) -> None:
    url = await asyncio.to_thread(postgres_maker.make, tmp_path)
    database = await Database.open(url, pool_min=2)
    admin = await asyncpg.connect(**asyncpg_target(url))
    cut = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
    try:
        with pytest.raises(Busy):
            async with database.transaction() as connection:
                await connection.run("INSERT INTO township (township_id, name) VALUES ('a', '甲')")
                await admin.fetch(cut)
                await connection.run("INSERT INTO township (township_id, name) VALUES ('b', '乙')")
        for _ in range(3):
            async with database.transaction() as connection:
                assert await connection.value("SELECT count(*) AS n FROM township") == 0
            await admin.fetch(cut)
            await asyncio.sleep(0.05)
    finally:
        await admin.close()
        await database.close()


@pytest.mark.parametrize("setting", ["synchronous_commit"])
async def test_a_postgresql_set_to_forget_is_refused(postgres_maker: PostgresMaker, tmp_path: Path, setting: str) -> None:
    url = await asyncio.to_thread(postgres_maker.make, tmp_path)
    admin = await asyncpg.connect(**asyncpg_target(url))
    try:
        await (await open_database(Settings(database=url))).close()
        await admin.execute(f'ALTER DATABASE "{urlsplit(url).path[1:]}" SET {setting} = off')
        with pytest.raises(UnsafeDatabase, match=setting):
            await open_database(Settings(database=url))
    finally:
        await admin.close()


async def test_sqlite_is_set_to_remember(sqlite_file: str) -> None:
    database = await Database.open(sqlite_file)
    try:
        async with database.transaction() as connection:
            settings = [await connection.value(f"PRAGMA {n}") for n in ("synchronous", "journal_mode", "foreign_keys", "busy_timeout")]
        assert settings == [2, "wal", 1, 5000]
        assert await database.unsafe_settings() == []
    finally:
        await database.close()


WRITER = """
import asyncio, sys
from server.database import Database
async def main():
    database = await Database.open(sys.argv[1])
    for n in range(100000):
        async with database.transaction() as connection:
            await connection.run("INSERT INTO setting (key, value) VALUES (?, '')", f"{sys.argv[2]}-{n}")
        print(n, flush=True)
asyncio.run(main())
"""


def test_what_was_committed_survives_a_kill(sqlite_file: str) -> None:
    for attempt in range(5):
        process = subprocess.Popen(
            [sys.executable, "-c", WRITER, sqlite_file, str(attempt)], cwd=ROOT, stdout=subprocess.PIPE, text=True
        )
        try:
            assert process.stdout is not None
            told = [int(process.stdout.readline()) for _ in range(20 + attempt)]
        finally:
            process.kill()
            process.communicate()
        connection = sqlite3.connect(path_of(sqlite_file))
        try:
            kept = {row[0] for row in connection.execute("SELECT key FROM setting")}
            assert {f"{attempt}-{n}" for n in told} <= kept
            assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        finally:
            connection.close()


def test_a_request_in_flight_is_answered_before_the_server_stops(served: Server) -> None:
    """A slow sender begins, the stop comes, the sender ends: it gets its answer."""
    import socket

    body = json.dumps(SIGN_IN).encode()
    head = (
        f"POST /api/session HTTP/1.1\r\nHost: 127.0.0.1:{served.port}\r\nContent-Type: application/json\r\n"
        f"Content-Length: {len(body)}\r\n\r\n"
    ).encode()
    with socket.create_connection(("127.0.0.1", served.port), timeout=20) as line:
        line.sendall(head + body[:10])
        time.sleep(0.3)
        stopping = threading.Thread(target=served.stop)
        stopping.start()
        time.sleep(0.5)
        line.sendall(body[10:])
        answer = line.recv(100)
        stopping.join(15)
    assert answer.startswith(b"HTTP/1.1 200"), answer
    assert not stopping.is_alive()
