"""A hundred phones that sync for the first time at once, 5,000 records each, from one server: seconds, memory, and who was refused.

Villages have five phones each, as they do; every phone reads its whole answer as it comes and counts its records.
"""

from __future__ import annotations

import asyncio
import json
import tempfile
import threading
import time
import uuid
import zlib
from datetime import UTC, datetime
from itertools import cycle, islice
from pathlib import Path

import psutil

from server import records
from server.clock import now
from server.database import Database
from server.sessions import token_hash
from server.surveys.catalogue import Catalogue
from tests.bench import rate_ground
from tests.bench.loopback import Connection
from tests.bench.rate_ground import TOWNSHIP, Writer
from tests.bench.table import Figure
from tests.databases import SqliteMaker
from tests.serving import Server

VILLAGES, PHONES, RECORDS = 20, 5, 5_000
SECONDS, MEGABYTES = 30, 400


async def fill(url: str, villages: int, phones: int, rows: int) -> list[tuple[str, str]]:
    """Villages with their records; says each phone's device and token."""
    people = await rate_ground.enter(url, villages)
    database = await Database.open(url, readers=1)
    try:
        catalogue = await Catalogue.load(database, rate_ground.SURVEYS)
        answers = list(islice(people[0].answers, 200))
        for person in people:
            at = datetime.now(UTC).isoformat()
            seeds = [
                records.Seed(str(uuid.uuid4()), "visit", said, person.account, at)
                for said in islice(cycle(answers), rows)
            ]
            await records.load(database, TOWNSHIP, person.village, seeds, catalogue)
        return await _phones(database, people, phones)
    finally:
        await database.close()


async def _phones(database: Database, people: list[Writer], phones: int) -> list[tuple[str, str]]:
    found = [(str(uuid.uuid4()), f"{person.token}-{n}", person.account) for person in people for n in range(phones)]
    at = now()
    async with database.transaction() as connection:
        await connection.many(
            "INSERT INTO device (id, account_id, created_at, last_seen) VALUES (?, ?, ?, ?)",
            [(device, account, at, at) for device, _, account in found],
        )
        await connection.many(
            "INSERT INTO session (token_hash, account_id, device_id, created_at, last_seen, expires_at)"
            " VALUES (?, ?, ?, ?, ?, '2999-01-01T00:00:00.000Z')",
            [(token_hash(token), account, device, at, at) for device, token, account in found],
        )
    return [(device, token) for device, token, _ in found]


async def pull(port: int, device: str, token: str) -> tuple[int, int]:
    """One phone's first sync: status and records."""
    hello = {
        "t": "hello", "proto": 1, "device": device, "app": "bench", "epoch": None, "scope": None, "cursors": {}, "first": {}, "limit": 500,
    }  # fmt: skip
    zip_ = zlib.compressobj(1, zlib.DEFLATED, zlib.MAX_WBITS | 16)
    body = zip_.compress(json.dumps(hello).encode() + b"\n") + zip_.flush()
    async with Connection(port, token) as connection:
        status, answer = await connection.post("/api/sync", body)
    text = zlib.decompress(answer, zlib.MAX_WBITS | 16) if answer[:2] == b"\x1f\x8b" else answer
    return status, text.count(b'{"t":"record"') if text.endswith(b'{"t":"end"}\n') else -1


class Peak:
    """The most memory a process held, looked at every 50 ms."""

    def __init__(self, pid: int) -> None:
        self.bytes, self._process, self._ended = 0, psutil.Process(pid), threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)

    def __enter__(self) -> Peak:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._ended.wait(0.05):
            self.bytes = max(self.bytes, self._process.memory_info().rss)


def run(folder: Path, villages: int, phones: int, rows: int) -> tuple[float, float, list[tuple[int, int]]]:
    """Seconds, megabytes, and what each phone got."""
    url = SqliteMaker(folder).make(folder)
    found = asyncio.run(fill(url, villages, phones, rows))
    server = Server(folder, url).start()
    try:
        with Peak(server.pid) as peak:
            began = time.monotonic()

            async def all_of_them() -> list[tuple[int, int]]:
                return await asyncio.gather(*(pull(server.port, *phone) for phone in found))

            got = asyncio.run(all_of_them())
            took = time.monotonic() - began
    finally:
        server.stop()
    return took, peak.bytes / 2**20, got


def measure() -> list[Figure]:
    with tempfile.TemporaryDirectory() as name:
        took, memory, got = run(Path(name), VILLAGES, PHONES, RECORDS)
    whole = sum(status == 200 and count == RECORDS for status, count in got)
    said = f"{VILLAGES} villages, {PHONES} phones each, {RECORDS:,} records a phone, one server process"
    return [
        Figure(f"{len(got)} phones' first sync together", f"{took:.1f} s", f"≤ {SECONDS} s", took <= SECONDS, said),
        Figure("… phones that got everything", f"{whole}", f"{len(got)}", whole == len(got), f"answers of 5xx: {sum(s >= 500 for s, _ in got)}"),
        Figure("… memory of the server at its most", f"{memory:.0f} MB", f"≤ {MEGABYTES} MB", memory <= MEGABYTES, "resident, looked at every 50 ms"),
    ]  # fmt: skip
