"""A push of 200 changes cut at many points, against a real server process: each change once, and nothing half-written."""

from __future__ import annotations

import asyncio
import json
import random
import urllib.request
from typing import Any

import pytest

from server.database import Database
from tests.cast import CAST, PASSWORD, SHIQIAO
from tests.serving import Server
from tests.sync.raw import body, change, hello

CHANGES = 200
DEVICE = CAST["chen"].device


def signed_in(server: Server) -> str:
    """A session's cookie."""
    request = urllib.request.Request(
        f"{server.url}/api/session",
        json.dumps({"account": "chen", "password": PASSWORD, "device": DEVICE}).encode(),
        {"content-type": "application/json"},
    )
    with urllib.request.urlopen(request, timeout=30) as answer:
        return str(answer.headers["set-cookie"]).split(";")[0]


def request_of(server: Server, cookie: str, content: bytes) -> bytes:
    head = (
        f"POST /api/sync HTTP/1.1\r\nHost: 127.0.0.1:{server.port}\r\nCookie: {cookie}\r\n"
        f"Content-Type: application/x-ndjson\r\nContent-Length: {len(content)}\r\nConnection: close\r\n\r\n"
    )
    return head.encode() + content


async def cut_push(server: Server, request: bytes, sent: int, pause: float, read: int) -> None:
    """Sends the first bytes of a request, reads some of the answer, and hangs up."""
    reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
    try:
        writer.write(request[:sent])
        await writer.drain()
        await asyncio.sleep(pause)
        if read and sent >= len(request):
            await reader.read(read)
    finally:
        writer.transport.abort()


async def whole_push(server: Server, request: bytes) -> list[dict[str, Any]]:
    reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
    writer.write(request)
    answer = await asyncio.wait_for(reader.read(), 60)
    writer.close()
    head, _, content = answer.partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 200"), answer[:500]
    # What is more than one page comes in chunks.
    content = unchunked(content) if b"transfer-encoding: chunked" in head.lower() else content
    return [json.loads(line) for line in content.splitlines()]


def unchunked(content: bytes) -> bytes:
    found = b""
    while content:
        size, _, content = content.partition(b"\r\n")
        length = int(size, 16)
        found, content = found + content[:length], content[length + 2 :]
    return found


def the_changes(server: Server) -> list[dict[str, Any]]:
    """Twenty households, each edited nine times: order matters, and every repetition would show in a counter-like history."""
    households = [change(SHIQIAO, n + 1, {"head_name": f"户 {n}"}, kind="household", form="") for n in range(20)]
    edits = []
    for n in range(20, CHANGES):
        record = households[n % 20]["record"]
        edits.append(change(SHIQIAO, n + 1, {"head_name": f"户 {n}"}, kind="household", form="", record=record))
    return households + edits


async def check_state(server: Server, upto: int | None) -> int:
    """Whatever was taken is a beginning of the list, whole; says how many."""
    database = await Database.open(server.database)
    try:
        async with database.snapshot() as connection:
            taken = await connection.all("SELECT n, answer FROM mutation ORDER BY n")
            history = await connection.all("SELECT record_id, rev, n FROM change ORDER BY n")
            stored = await connection.all("SELECT id, rev, answers FROM record WHERE kind = 'household'")
            last = await connection.value("SELECT last_n FROM device_stream") or 0
    finally:
        await database.close()
    assert [row["n"] for row in taken] == list(range(1, last + 1)) == [row["n"] for row in history]
    assert len({(row["record_id"], row["rev"]) for row in history}) == len(history)
    assert sum(row["rev"] for row in stored) == len(history), "a change was applied without its history, or twice"
    if upto is not None:
        assert last == upto
    return int(last)


async def test_each_change_once_wherever_the_connection_is_cut(served: Server) -> None:
    cookie = signed_in(served)
    changes = the_changes(served)
    request = request_of(served, cookie, body(hello(DEVICE), *changes))
    rng = random.Random(20261123)
    points = [1, 200, 400, len(request) - 1, len(request)]
    points += [rng.randrange(len(request)) for _ in range(25)] + [len(request)] * 12
    reached = 0
    for point in points:
        await cut_push(served, request, point, rng.choice([0, 0, 0.005, 0.02]), rng.choice([0, 1, 500, 20000]))
        now = await check_state(served, None)
        assert now >= reached
        reached = now
    lines = await whole_push(served, request)
    told = [line for line in lines if line["t"] == "answer"]
    assert [(line["n"], line["result"]) for line in told] == [(n, "ok") for n in range(1, CHANGES + 1)]
    assert lines[-1] == {"t": "end"}
    await check_state(served, CHANGES)
    rows = {line["id"]: line for line in lines if line["t"] == "record" and line["kind"] == "household"}
    assert sorted(row["rev"] for row in rows.values()) == [10] * 20
    assert all(rows[c["record"]]["answers"]["head_name"] for c in changes)


@pytest.mark.parametrize("moments", [6])
async def test_each_change_once_when_the_server_is_killed(served: Server, moments: int) -> None:
    cookie = signed_in(served)
    changes = the_changes(served)
    request = request_of(served, cookie, body(hello(DEVICE), *changes))
    slices = [body(hello(DEVICE), *changes[: n + 40]) for n in range(0, CHANGES, 40)]
    rng = random.Random(7)
    reached = 0
    for _ in range(moments):
        pushing = asyncio.create_task(push_slices(served, cookie, slices))
        await asyncio.sleep(rng.uniform(0, 0.15))
        served.kill()
        await asyncio.gather(pushing, return_exceptions=True)
        now = await check_state(served, None)
        assert now >= reached, "an acknowledged change was lost"
        reached = now
        served.start()
    lines = await whole_push(served, request)
    assert [line["n"] for line in lines if line["t"] == "answer"] == list(range(1, CHANGES + 1))
    await check_state(served, CHANGES)


async def push_slices(server: Server, cookie: str, slices: list[bytes]) -> None:
    for content in slices:
        await whole_push(server, request_of(server, cookie, content))
