"""A wire with a meter: passes bytes between browser and server and counts requests and bytes each way.

What it counts is what went over the wire: request line, headers and body. Cookie headers are left out of `up`.
"""

from __future__ import annotations

import re
import socket
import threading
from dataclasses import dataclass, field

_COOKIE = re.compile(rb"\r\ncookie:[^\r]*", re.IGNORECASE)
_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)


@dataclass
class Request:
    line: str
    head: int
    body: int

    @property
    def up(self) -> int:
        return self.head + self.body


@dataclass
class Meter:
    requests: list[Request] = field(default_factory=list)
    down: int = 0

    @property
    def up(self) -> int:
        return sum(request.up for request in self.requests)


class Relay:
    """Listens on a port of its own before a server's. `read` says what passed since it was last asked."""

    def __init__(self, port: int) -> None:
        self._target = port
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._listener.getsockname()[1])
        self.url = f"http://127.0.0.1:{self.port}"
        self._meter = Meter()
        self._lock = threading.Lock()
        threading.Thread(target=self._accept, daemon=True).start()

    def read(self) -> Meter:
        with self._lock:
            meter, self._meter = self._meter, Meter()
            return meter

    def close(self) -> None:
        self._listener.close()

    def _accept(self) -> None:
        while True:
            try:
                near, _ = self._listener.accept()
            except OSError:
                return
            far = socket.create_connection(("127.0.0.1", self._target))
            threading.Thread(target=self._up, args=(near, far), daemon=True).start()
            threading.Thread(target=self._down, args=(far, near), daemon=True).start()

    def _up(self, near: socket.socket, far: socket.socket) -> None:
        """Cuts the stream into requests; a browser sends a length with every body."""
        kept = b""
        missing = 0
        while piece := _received(near):
            _passed(far, piece)
            if missing:
                taken = min(missing, len(piece))
                missing, piece = missing - taken, piece[taken:]
            kept += piece
            while (end := kept.find(b"\r\n\r\n")) >= 0:
                head, kept = kept[: end + 4], kept[end + 4 :]
                length = _LENGTH.search(head)
                body = int(length.group(1)) if length else 0
                missing, kept = max(0, body - len(kept)), kept[body:]
                self._count(head, body)
        far.close()

    def _count(self, head: bytes, body: int) -> None:
        line = head.partition(b" HTTP/")[0].decode("ascii", "replace")
        with self._lock:
            self._meter.requests.append(Request(line, len(_COOKIE.sub(b"", head)), body))

    def _down(self, far: socket.socket, near: socket.socket) -> None:
        while piece := _received(far):
            with self._lock:
                self._meter.down += len(piece)
            _passed(near, piece)
        near.close()


def _received(side: socket.socket) -> bytes:
    try:
        return side.recv(1 << 16)
    except OSError:
        return b""


def _passed(side: socket.socket, piece: bytes) -> None:
    try:
        side.sendall(piece)
    except OSError:
        side.close()
