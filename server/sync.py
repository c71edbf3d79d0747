"""HTTP of the one sync endpoint: lines in, lines out; no rule of its own. server/README.md describes the wire.

Promises: changes are taken while they arrive; nothing is answered before it is committed; an answer without its `end` line was
cut; whatever refuses the request as a whole does so before the first line of an answer.
"""

from __future__ import annotations

import struct
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
from server.database import Connection, Database, Unasked
from server.database import Row as Stored
from server.feed import ASKED, Feed, asked, hello_line
from server.feed_pages import HEAD, LAST, Pages, Piece, deflated
from server.lines import Hello, Incoming, read, read_hello
from server.numbering import Statement
from server.openapi import Operation, by_key
from server.push import Push
from server.refusals import Refusal
from server.scope import Seen
from server.settings import Settings
from server.sitting import moment
from server.told import TOLD, Told
from server.unpacking import lines_of, unpacked

PROTO = 1
NDJSON = "application/x-ndjson"
#: The last line of a whole answer.
END = b'{"t":"end"}\n'
#: Changes in one transaction, and bytes of them kept waiting for one.
BATCH = 200
BATCH_BYTES = 1 << 20
#: How old a device's last_seen may grow before it is written again.
TOUCH = timedelta(minutes=5)

#: What an answer is put together from.
Chunk = list[bytes | Piece]
#: An answer's beginning, or what is to be written down before it.
Beginning = tuple[Chunk, list[Statement]]

_DEVICE = "SELECT * FROM device WHERE id = ?"


@dataclass
class Exchange:
    """One request and its answer."""

    database: Database
    forms: Any
    settings: Settings
    actor: Actor
    lines: AsyncIterator[bytes | Incoming]
    seen: Seen
    pages: Pages
    answers: list[str] = field(default_factory=list)
    #: The device was shut out as left: this is its last push.
    left: bool = False
    hello: Hello = field(init=False)
    feed: Feed = field(init=False)

    async def take(self) -> None:
        """Reads the whole request, batch by batch."""
        self.hello = await self._hello()
        self.left = self.actor.revoked == "left"
        await self._own_device()
        push = Push(
            self.forms,
            self.actor.account_id,
            self.hello.device,
            scope=self.hello.scope,
            first=self.hello.first,
            grace=timedelta(days=self.settings.grace_days),
            refused="device_left" if self.left else "",
            seen=self.seen,
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
        if known["revoked_as"] == "lost":
            raise Refusal("device_revoked", **{"as": "lost"})
        self.left = self.left or known["revoked_as"] == "left"

    async def begin(self) -> Chunk:
        """The answer up to the first pages, from one snapshot; what the device is told is written down before it hears it."""
        while True:
            found = await self._at_once()
            if found is None:
                found = await self.database.read(self._read)
            lines, statements = found
            if not statements:
                return lines
            await self.database.write(lambda connection, new=statements: connection.batch(new))  # type: ignore[misc]

    def _queries(self) -> list[tuple[Any, ...]]:
        device = self.hello.device
        self.feed = Feed(
            self.database, self.forms, self.actor.account_id, self.hello.cursors, self.hello.limit, self.left,
            self.pages, self.forms.hashes,
        )  # fmt: skip
        return [*self.feed.queries(), (TOLD, device), (ASKED, device, device), (_DEVICE, device)]

    async def _at_once(self) -> Beginning | None:
        """From a single query, where an earlier request's scope says what there will be to read; None where that was not all."""
        queries = self._queries()
        scope = self.seen.of(self.actor.account_id)
        ahead = self.feed.ahead(scope)
        if scope is None or not ahead:
            return None
        found = await self.database.look_all(*queries, *ahead)
        self.feed.foresee(scope, found[len(queries) :])
        try:
            return await self._opened(Unasked(), found[: len(queries)])
        except Unasked.Surprise:
            return None

    async def _read(self, connection: Connection) -> Beginning:
        return await self._opened(connection, await connection.gather(*self._queries()))

    async def _opened(self, connection: Connection, found: list[list[Stored]]) -> Beginning:
        """The lines, or what has to be written down before they are sent."""
        scope, server, told_rows, ask, device = found
        self.feed.opened(scope, server)
        # What a device that was shut out holds stays on its list until it says that it deleted it.
        told = Told(self.hello.device) if self.left else Told.of(self.hello.device, told_rows, self.feed.scope, self.hello.scope)
        if statements := [*told.statements(), *self._seen(device[0])]:
            return [], statements
        return await self._beginning(connection, ask), []

    def _seen(self, device: Stored) -> list[Statement]:
        """What the phone says of itself, where that is news. What it sent just now is not unsent any more."""
        hello = self.hello
        unsent = max(0, (hello.unsent or 0) - len(self.answers))
        app = hello.app or device["app"]
        if (unsent, app) == (device["unsent"], device["app"]) and device["last_seen"] >= now(-TOUCH):
            return []
        sql = "UPDATE device SET last_seen = ?, app = ?, unsent = ?, skew_ms = COALESCE(?, skew_ms) WHERE id = ?"
        return [(sql, [(now(), app, unsent, _skew(hello.now), hello.device)])]

    async def _beginning(self, connection: Connection, ask: list[Stored]) -> Chunk:
        lines: Chunk = [hello_line(self.feed, self.forms.hashes, asked(ask), self.settings.lease_days)]
        if self.answers:
            lines.append("\n".join(self.answers).encode() + b"\n")
        if not self.feed.starting:
            lines += await self.feed.fill(connection)
        return lines

    async def stream(self, beginning: Chunk) -> AsyncIterator[Chunk]:
        yield beginning
        async for chunk in self.feed.rest():
            yield chunk
        yield [END]


def _skew(client_now: str | None) -> int | None:
    """How far the device's clock is off, to be shown."""
    said = moment(client_now) if client_now else None
    return None if said is None else round((said - datetime.now(UTC)).total_seconds() * 1000)


def _gzipped(whole: bytes) -> bytes:
    zip_ = zlib.compressobj(6, zlib.DEFLATED, zlib.MAX_WBITS | 16)
    return zip_.compress(whole) + zip_.flush()


def _plain(chunk: Chunk) -> bytes:
    return b"".join(part.raw() if isinstance(part, Piece) else part for part in chunk)


async def _unzipped(chunks: AsyncIterator[Chunk]) -> AsyncIterator[bytes]:
    async for chunk in chunks:
        yield _plain(chunk)


async def _zipped(chunks: AsyncIterator[Chunk]) -> AsyncIterator[bytes]:
    """gzip, whole to the byte after every page so that the phone can store while it receives; what is packed stays so."""
    packed = [HEAD]
    sum_ = length = 0
    async for chunk in chunks:
        for part in chunk:
            if isinstance(part, Piece):
                packed.append(part.packed)
                sum_, length = part.sum_after(sum_), length + part.length
            else:
                packed.append(deflated(part))
                sum_, length = zlib.crc32(part, sum_), length + len(part)
        yield b"".join(packed)
        packed = []
    yield LAST + struct.pack("<II", sum_, length & 0xFFFFFFFF)


async def sync(request: Request) -> Response:
    """POST /api/sync"""
    actor = await current(request, leaving=True)
    settings: Settings = request.app.state.settings
    encoding = request.headers.get("content-encoding", "").strip().lower()
    body = unpacked(request.stream(), encoding, settings.sync_unpacked_mb * 2**20)
    exchange = Exchange(
        request.app.state.database,
        request.app.state.catalogue,
        settings,
        actor,
        lines_of(body, settings.line_kb * 1024),
        request.app.state.seen_scopes,
        request.app.state.feed_pages,
    )
    await exchange.take()
    beginning = await exchange.begin()
    # no-transform: a proxy that gathers or rewrites the stream would hold the pages back.
    headers = {"Cache-Control": "no-store, no-transform", "X-Accel-Buffering": "no", "Vary": "Accept-Encoding"}
    zipping = "gzip" in request.headers.get("accept-encoding", "")
    if zipping:
        headers["Content-Encoding"] = "gzip"
    if exchange.feed.done:
        # Nothing follows: one answer of a known length costs less than a stream.
        whole = _plain([*beginning, END])
        return Response(_gzipped(whole) if zipping else whole, media_type=NDJSON, headers=headers)
    chunks = exchange.stream(beginning)
    return StreamingResponse(_zipped(chunks) if zipping else _unzipped(chunks), media_type=NDJSON, headers=headers)


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
