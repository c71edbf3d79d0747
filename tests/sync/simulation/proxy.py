"""What lies between phones and the server: it spoils what it is told to spoil, and reads every answer for what its phone may not know.

Each connection carries one request. A fault is ordered for a phone's next sync:

    lost            the request never arrives                  cut request  the server gets its first bytes only
    lost answer     the phone hears nothing                    cut answer   the phone hears the first bytes only
    twice           the request arrives twice at once          kept         the request is kept, to arrive again later
    killed          the server is killed once it has answered  portal       a page of HTML says 200
    401, 429, 503   another's refusal
"""

from __future__ import annotations

import asyncio
import contextlib
import gzip
import json
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

from tests.sync.simulation.served import HOST, Served

PORTAL = b"<!doctype html><title>WiFi</title>\n<p>{}</p>\n"
REFUSALS = {
    "401": (401, {"code": "sign_in", "zh": "请先登录。", "en": "Please sign in."}, {}),
    "429": (429, {"code": "throttled", "zh": "", "en": ""}, {"retry-after": "2"}),
    "503": (503, {"code": "busy", "zh": "", "en": ""}, {"retry-after": "3"}),
}
NDJSON = "application/x-ndjson"


@dataclass
class Message:
    """A request or an answer, whole."""

    first: str
    headers: dict[str, str]
    body: bytes
    cookies: list[str] = field(default_factory=list)

    @property
    def path(self) -> str:
        return self.first.split(" ")[1]

    @property
    def status(self) -> int:
        return int(self.first.split(" ")[1])

    def wire(self) -> bytes:
        headers = {**self.headers, "content-length": str(len(self.body)), "connection": "close"}
        lines = [self.first, *(f"{k}: {v}" for k, v in headers.items()), *(f"set-cookie: {c}" for c in self.cookies)]
        return "\r\n".join([*lines, "", ""]).encode("latin-1") + self.body


class Proxy:
    """One for a test's whole run; `served` and `check` belong to the present example."""

    def __init__(self) -> None:
        self.served: Served | None = None
        #: Told (phone, path, request body, answer's status, type and body) of each answer, before the phone is.
        self.check: Callable[[str, str, bytes, int, str, bytes], None] = lambda *told: None
        self.began: Callable[[str], None] = lambda phone: None
        self.faults: dict[str, tuple[str, int]] = {}
        self.kept: list[tuple[str, Message]] = []
        self.done: Counter[str] = Counter()
        self.port = 0
        self._server: asyncio.Server | None = None
        self._restarting = asyncio.Lock()

    @property
    def base(self) -> str:
        return f"http://{HOST}:{self.port}"

    async def start(self) -> None:
        self._server = await asyncio.start_server(self._connection, HOST, 0, limit=1 << 24)
        self.port = self._server.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        if self._server is not None:
            self._server.close()

    def order(self, phone: str, kind: str, at: int = 0) -> None:
        self.faults[phone] = (kind, at)

    async def _connection(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            request = await _read(reader)
            if request is not None:
                await self._request(request, writer)
        except (OSError, asyncio.IncompleteReadError, ValueError):
            pass  # the phone died, or the server did
        finally:
            writer.close()
            with contextlib.suppress(OSError):
                await writer.wait_closed()

    async def _request(self, request: Message, writer: asyncio.StreamWriter) -> None:
        phone = request.headers.pop("x-phone", "")
        request.headers.pop("accept-encoding", None)
        kind, at = self.faults.pop(phone, ("", 0)) if request.path == "/api/sync" else ("", 0)
        if kind:
            self.done[kind] += 1
        if kind == "lost":
            return
        if kind == "portal":
            writer.write(Message("HTTP/1.1 200 OK", {"content-type": "text/html"}, PORTAL).wire())
            return await writer.drain()
        if kind in REFUSALS:
            status, said, headers = REFUSALS[kind]
            told = Message(f"HTTP/1.1 {status} No", {"content-type": "application/json", **headers}, json.dumps(said).encode())
            writer.write(told.wire())
            return await writer.drain()
        if kind == "cut request":
            await self._spoiled(request, at)
            return
        if kind == "kept":
            self.kept.append((phone, request))
            return
        again = asyncio.create_task(self.forward(phone, request)) if kind == "twice" else None
        answer = await self.forward(phone, request)
        if again is not None:
            await again
        if kind == "killed" and self.served is not None:
            self.served.kill()
            await self._alive()
        if answer is None or kind == "lost answer":
            return
        content = answer.wire()
        if kind == "cut answer":
            start = len(content) - len(answer.body)
            content = content[: start + min(at, max(0, len(answer.body) - 1))]
        writer.write(content)
        await writer.drain()

    async def again(self, which: int) -> None:
        """A request that was kept arrives after all; nobody hears the answer."""
        phone, request = self.kept.pop(which % len(self.kept))
        self.done["kept request arrives"] += 1
        await self.forward(phone, request)

    async def forward(self, phone: str, request: Message) -> Message | None:
        """The server's answer, None if it died over it."""
        self.began(phone)
        assert self.served is not None
        served = self.served
        try:
            reader, writer = await asyncio.open_connection(HOST, served.port, limit=1 << 24)
            try:
                writer.write(request.wire())
                await writer.drain()
                answer = await _read(reader)
            finally:
                writer.close()
        except (OSError, asyncio.IncompleteReadError):
            answer = None
        if answer is None:
            await self._alive()
            return None
        self.check(phone, request.path, request.body, answer.status, answer.headers.get("content-type", ""), answer.body)
        return answer

    async def _spoiled(self, request: Message, at: int) -> None:
        """The server gets the beginning and then nothing more."""
        assert self.served is not None
        with contextlib.suppress(OSError):
            _, writer = await asyncio.open_connection(HOST, self.served.port)
            content = request.wire()
            writer.write(content[: len(content) - len(request.body) + min(at, max(0, len(request.body) - 1))])
            await writer.drain()
            writer.close()
            await writer.wait_closed()

    async def _alive(self) -> None:
        """Whoever looks after the server starts it again."""
        async with self._restarting:
            served = self.served
            for _ in range(100):  # a connection breaks a moment before the process has ended
                if served is None or served.is_dead():
                    break
                await asyncio.sleep(0.005)
            if served is not None and served.is_dead():
                await asyncio.to_thread(served.ensure)


async def _read(reader: asyncio.StreamReader) -> Message | None:
    """One message; None where nothing came, IncompleteReadError where it broke off."""
    try:
        head = await reader.readuntil(b"\r\n\r\n")
    except asyncio.IncompleteReadError as exc:
        if exc.partial:
            raise
        return None
    first, *lines = head.decode("latin-1").rstrip("\r\n").split("\r\n")
    headers: dict[str, str] = {}
    cookies = []
    for line in lines:
        name, _, value = line.partition(": ")
        if name.lower() == "set-cookie":
            cookies.append(value)
        else:
            headers[name.lower()] = value
    if headers.pop("transfer-encoding", "") == "chunked":
        body = await _chunks(reader)
    else:
        body = await reader.readexactly(int(headers.get("content-length", "0")))
    headers.pop("content-length", None)
    headers.pop("connection", None)
    return Message(first, headers, body, cookies)


async def _chunks(reader: asyncio.StreamReader) -> bytes:
    parts = []
    while size := int((await reader.readuntil(b"\r\n")).split(b";")[0], 16):
        parts.append(await reader.readexactly(size))
        await reader.readexactly(2)
    await reader.readuntil(b"\r\n")
    return b"".join(parts)


def lines_of(body: bytes) -> list[dict[str, object]]:
    """The lines of a request or answer, as far as they are whole."""
    if body[:2] == b"\x1f\x8b":
        body = gzip.decompress(body)
    return [json.loads(line) for line in body.split(b"\n")[:-1] if line]
