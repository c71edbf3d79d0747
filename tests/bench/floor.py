"""The floor of the server: the same request and the same inserts, and nothing else, behind an endpoint equally thin.

No session, no scope, no numbering, no merge, no history read, no feed: it unpacks the body, parses its lines, writes the rows
a change-set leaves behind in one transaction with plain sqlite3 or asyncpg, and answers one line a change.

    python -m tests.bench.floor DATABASE PORT PATTERN    PATTERN: a file with the rows of one real change-set
"""

from __future__ import annotations

import asyncio
import contextlib
import gzip
import json
import sqlite3
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import asyncpg
import msgspec
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from server.postgres_engine import asyncpg_target, numbered
from server.sqlite_engine import PRAGMAS

Statements = list[tuple[str, list[tuple[Any, ...]]]]
Write = Callable[[Statements], Awaitable[None]]
KEYS = {
    "device_stream": "township_id, village_id, device_id",
    "village_view": "township_id, village_id, view",
}
SEQ = "UPDATE village SET seq = ? WHERE township_id = ? AND id = ?"


class Pattern:
    """The rows of one real change-set, to be written again with the ids, answers and numbers of others."""

    def __init__(self, rows: dict[str, list[dict[str, Any]]]) -> None:
        self.rows = rows
        self.township = rows["record"][0]["township_id"]
        self.sql = {table: _insert(table, list(found[0])) for table, found in rows.items()}
        self.seqs: dict[str, int] = {}

    def statements(self, hello: dict[str, Any], lines: list[dict[str, Any]]) -> tuple[Statements, list[str]]:
        village, device = lines[0]["village"], hello["device"]
        place = {"village_id": village, "device_id": device}
        seq = self.seqs[village] = self.seqs.get(village, 0) + 1
        found: dict[str, list[tuple[Any, ...]]] = {table: [] for table in self.rows}
        answers = []
        for at, line in enumerate(lines):
            text = msgspec.json.encode(line["set"]).decode()
            answer = self.rows["mutation"][at]["answer"]
            answers.append(answer)
            its = {**place, "seq": seq, "n": line["n"], "client_at": line["at"]}
            found["record"].append(self._row("record", at, {**its, "id": line["record"], "answers": text}))
            found["change"].append(self._row("change", at, {**its, "record_id": line["record"], "changed": text}))
            found["mutation"].append(self._row("mutation", at, its))
        for table, named in (("device_stream", {"last_n": lines[-1]["n"]}), ("village_view", {"count": lines[-1]["n"]})):
            found[table] = [self._row(table, at, {**place, **named}) for at in range(len(self.rows[table]))]
        wanted: Statements = [(self.sql[table], rows) for table, rows in found.items()]
        return [*wanted, (SEQ, [(seq, self.township, village)])], answers

    def _row(self, table: str, at: int, changed: dict[str, Any]) -> tuple[Any, ...]:
        return tuple(changed.get(column, value) for column, value in self.rows[table][at].items())


def _insert(table: str, columns: list[str]) -> str:
    marks = ", ".join("?" for _ in columns)
    sql = f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({marks})"
    if table not in KEYS:
        return sql
    sets = ", ".join(f"{c} = excluded.{c}" for c in columns if c not in KEYS[table].split(", "))
    return f"{sql} ON CONFLICT ({KEYS[table]}) DO UPDATE SET {sets}"


def _sqlite(path: str) -> Write:
    """One connection in one thread, so that the loop goes on reading while the disk is waited for."""
    raw = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    for name, value in PRAGMAS.items():
        raw.execute(f"PRAGMA {name}={value}")
    thread = ThreadPoolExecutor(1)

    def transaction(statements: Statements) -> None:
        raw.execute("BEGIN IMMEDIATE")
        for sql, rows in statements:
            raw.executemany(sql, rows)
        raw.execute("COMMIT")

    async def write(statements: Statements) -> None:
        await asyncio.get_running_loop().run_in_executor(thread, transaction, statements)

    return write


async def _postgres(url: str) -> Write:
    pool = await asyncpg.create_pool(**asyncpg_target(url), min_size=1, max_size=10)

    async def write(statements: Statements) -> None:
        async with pool.acquire() as raw, raw.transaction():
            for sql, rows in statements:
                await raw.executemany(numbered(sql), rows)

    return write


def app(url: str, pattern: Pattern) -> Starlette:
    made: dict[str, Write] = {}

    @contextlib.asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        made["write"] = _sqlite(urlsplit(url).path[1:]) if url.startswith("sqlite") else await _postgres(url)
        yield

    async def sync(request: Request) -> Response:
        hello, *lines = [msgspec.json.decode(line) for line in gzip.decompress(await request.body()).splitlines()]
        statements, answers = pattern.statements(hello, lines)
        await made["write"](statements)
        return Response("\n".join([*answers, '{"t":"end"}\n']), media_type="application/x-ndjson")

    async def health(_: Request) -> Response:
        return PlainTextResponse("ok")

    return Starlette(routes=[Route("/api/sync", sync, methods=["POST"]), Route("/healthz", health)], lifespan=lifespan)


def main(url: str, port: str, pattern: str) -> None:
    rows = json.loads(Path(pattern).read_text("utf-8"))
    uvicorn.run(app(url, Pattern(rows)), port=int(port), log_level="warning", access_log=False, server_header=False, proxy_headers=False)


if __name__ == "__main__":
    main(*sys.argv[1:4])
