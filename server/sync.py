"""HTTP of the one sync endpoint: lines in, lines out; no rule of its own. server/README.md describes the wire.

Promises: changes are taken while they arrive; nothing is answered before it is committed; an answer without its `end` line was
cut; whatever refuses the request as a whole does so before the first line of an answer.
"""

from __future__ import annotations

import zlib
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from server import history, quarantine, records
from server.accounts import Actor, current
from server.clock import now
from server.database import Connection, Database
from server.database import Row as Stored
from server.feed import ASKED, Feed, asked, hello_line
from server.lines import Hello, Incoming, read, read_hello
from server.openapi import Operation, by_key
from server.push import Push
from server.refusals import Refusal
from server.settings import Settings
from server.sitting import moment
from server.told import TOLD, Told
from server.unpacking import lines_of, unpacked

PROTO = 1
NDJSON = "application/x-ndjson"
#: Changes in one transaction, and bytes of them kept waiting for one.
BATCH = 200
BATCH_BYTES = 1 << 20
#: How old a device's last_seen may grow before it is written again.
TOUCH = timedelta(minutes=5)

_DEVICE = "SELECT * FROM device WHERE id = ?"


@dataclass
class Exchange:
    """One request and its answer."""

    database: Database
    forms: Any
    settings: Settings
    actor: Actor
    lines: AsyncIterator[bytes | Incoming]
    answers: list[str] = field(default_factory=list)
    hello: Hello = field(init=False)
    feed: Feed = field(init=False)

    async def take(self) -> None:
        """Reads the whole request, batch by batch."""
        self.hello = await self._hello()
        await self._own_device()
        push = Push(
            self.forms,
            self.actor.account_id,
            self.hello.device,
            scope=self.hello.scope,
            first=self.hello.first,
            grace=timedelta(days=self.settings.grace_days),
        )
        waiting: list[Incoming] = []
        size = 0
        async for line in self.lines:
            incoming = line if isinstance(line, Incoming) else read(line)
            waiting.append(incoming)
            size += len(incoming.raw)
            if len(waiting) >= BATCH or size >= BATCH_BYTES:
                self.answers += await records.accept(self.database, push, waiting)
                waiting, size = [], 0
        if waiting:
            self.answers += await records.accept(self.database, push, waiting)
        await records.finish(self.database, push)

    async def _hello(self) -> Hello:
        async for line in self.lines:
            hello = read_hello(line) if isinstance(line, bytes) else None
            if hello is None:
                break
            if hello.proto != PROTO:
                raise Refusal("unknown_protocol")
            return hello
        raise Refusal("hello_first")

    async def _own_device(self) -> None:
        """The session's own device was looked at with the session. A phone that took a new id enters it here; another
        account's id is nobody's."""
        hello = self.hello
        if hello.device == self.actor.device_id:
            return
        async with self.database.snapshot() as connection:
            known = await connection.one(_DEVICE, hello.device)
        if known is None:
            async with self.database.transaction() as connection:
                await connection.run(
                    "INSERT INTO device (id, account_id, created_at, last_seen, app) VALUES (?, ?, ?, ?, ?)"
                    " ON CONFLICT (id) DO NOTHING",
                    hello.device, self.actor.account_id, now(), now(), hello.app,
                )  # fmt: skip
                known = await connection.one(_DEVICE, hello.device)
        if known is None or known["account_id"] != self.actor.account_id:
            raise Refusal("device_taken")
        if known["revoked_at"] is not None:
            raise Refusal("device_revoked")

    async def begin(self) -> list[bytes]:
        """The answer up to the first pages, from one snapshot; what the device is told is written down before it hears it."""
        hello = self.hello
        self.feed = Feed(self.database, self.forms, self.actor.account_id, hello.cursors, hello.limit)
        queries = ((TOLD, hello.device), (ASKED, hello.device, hello.device), (_DEVICE, hello.device))
        while True:
            async with self.database.snapshot() as connection:
                told_rows, ask, device = await self.feed.open(connection, *queries)
                told = Told.of(hello.device, told_rows, self.feed.scope, hello.scope)
                seen = self._seen(device[0])
                if not told and not seen:
                    return await self._beginning(connection, ask)
            async with self.database.transaction() as connection:
                await told.write(connection)
                for sql, *args in seen:
                    await connection.run(sql, *args)

    def _seen(self, device: Stored) -> list[tuple[Any, ...]]:
        """What the phone says of itself, where that is news."""
        hello = self.hello
        if (hello.unsent, hello.app) == (device["unsent"], device["app"]) and device["last_seen"] >= now(-TOUCH):
            return []
        sql = "UPDATE device SET last_seen = ?, app = ?, unsent = ?, skew_ms = ? WHERE id = ?"
        return [(sql, now(), hello.app, hello.unsent, _skew(hello.now), hello.device)]

    async def _beginning(self, connection: Connection, ask: list[Stored]) -> list[bytes]:
        lines = [hello_line(self.feed, self.forms.hashes, asked(ask))]
        if self.answers:
            lines.append("\n".join(self.answers).encode() + b"\n")
        lines.append(await self.feed.fill(connection))
        return lines

    async def stream(self, beginning: list[bytes]) -> AsyncIterator[bytes]:
        yield b"".join(beginning)
        async for chunk in self.feed.rest():
            yield chunk
        yield b'{"t":"end"}\n'


def _skew(client_now: str | None) -> int | None:
    """How far the device's clock is off, to be shown."""
    said = moment(client_now) if client_now else None
    return None if said is None else round((said - datetime.now(UTC)).total_seconds() * 1000)


async def _zipped(chunks: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    """gzip, flushed with every page so that the phone can store while it receives."""
    zip_ = zlib.compressobj(6, zlib.DEFLATED, zlib.MAX_WBITS | 16)
    async for chunk in chunks:
        yield zip_.compress(chunk) + zip_.flush(zlib.Z_SYNC_FLUSH)
    yield zip_.flush()


async def sync(request: Request) -> Response:
    """POST /api/sync"""
    actor = await current(request)
    settings: Settings = request.app.state.settings
    encoding = request.headers.get("content-encoding", "").strip().lower()
    body = unpacked(request.stream(), encoding, settings.sync_unpacked_mb * 2**20)
    exchange = Exchange(
        request.app.state.database,
        request.app.state.catalogue,
        settings,
        actor,
        lines_of(body, settings.line_kb * 1024),
    )
    await exchange.take()
    chunks = exchange.stream(await exchange.begin())
    # no-transform: a proxy that gathers or rewrites the stream would hold the pages back.
    headers = {"Cache-Control": "no-store, no-transform", "X-Accel-Buffering": "no", "Vary": "Accept-Encoding"}
    if "gzip" in request.headers.get("accept-encoding", ""):
        return StreamingResponse(_zipped(chunks), media_type=NDJSON, headers=headers | {"Content-Encoding": "gzip"})
    return StreamingResponse(chunks, media_type=NDJSON, headers=headers)


routes = [Route("/api/sync", sync, methods=["POST"]), *history.routes, *quarantine.routes]

docs = {
    **by_key(
        Operation(
            "POST",
            "/api/sync",
            "Send changes and fetch what is new, in one round trip. One JSON object per line; server/README.md has every line.",
            {200: {"type": "string", "description": "hello, one answer per change, records and pages, end"}},
            request={"type": "string", "description": "a hello line, then changes in order; may be gzipped"},
            request_type=NDJSON,
            response_type=NDJSON,
            refusals=("hello_first", "unknown_protocol", "device_taken", "device_revoked"),
        )
    ),
    **history.docs,
    **quarantine.docs,
}
