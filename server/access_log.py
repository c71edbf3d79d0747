"""The access log: one row per act that must be answerable for. Each row's hash covers the row and the hash before it, so
that a row changed or taken out later shows."""

from __future__ import annotations

import hashlib
from typing import Any

import msgspec

from server.clock import now
from server.database import Connection

START = "0" * 64


def _hash(n: int, at: str, account_id: str, action: str, detail: str, previous: str) -> str:
    return hashlib.sha256(msgspec.json.encode([n, at, account_id, action, detail, previous])).hexdigest()


async def record(connection: Connection, account_id: str, action: str, detail: dict[str, Any]) -> None:
    """Adds a row inside the transaction of the act itself: neither happens without the other. `detail` holds ids, never
    answers; account '' is the command line."""
    # One writer at a time on PostgreSQL too: the chain has no branches.
    lock = "SELECT value FROM setting WHERE key = 'epoch'" + connection.for_update  # noqa: S608  a constant
    await connection.one(lock)
    last = await connection.one("SELECT n, hash FROM access_log ORDER BY n DESC LIMIT 1")
    n, previous = (last["n"] + 1, last["hash"]) if last else (1, START)
    at, text = now(), msgspec.json.encode(detail, order="sorted").decode()
    await connection.run(
        "INSERT INTO access_log (n, at, account_id, action, detail, previous_hash, hash) VALUES (?, ?, ?, ?, ?, ?, ?)",
        n, at, account_id, action, text, previous, _hash(n, at, account_id, action, text, previous),
    )  # fmt: skip


async def first_broken(connection: Connection) -> int | None:
    """The number of the first row that does not fit the chain, or None."""
    previous, expected = START, 1
    while True:
        rows = await connection.all("SELECT * FROM access_log WHERE n >= ? ORDER BY n LIMIT 1000", expected)
        for row in rows:
            content = (row["n"], row["at"], row["account_id"], row["action"], row["detail"], row["previous_hash"])
            if row["n"] != expected or row["previous_hash"] != previous or row["hash"] != _hash(*content):
                return expected
            previous, expected = row["hash"], expected + 1
        if len(rows) < 1000:
            return None
