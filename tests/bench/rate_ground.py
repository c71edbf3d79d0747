"""What the rate of change-sets is measured on: a township of several villages, one signed-in cadre in each, and what they send."""

from __future__ import annotations

import asyncio
import gzip
import json
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import cycle
from pathlib import Path
from typing import Any

import asyncpg

from server.clock import now
from server.database import Connection, Database
from server.demo.plan import plans
from server.demo.village import records as demo_records
from server.demo.writing import Moment
from server.postgres_engine import asyncpg_target
from server.sessions import token_hash
from server.surveys.catalogue import Catalogue

SURVEYS = Path(__file__).parents[2] / "surveys"
TOWNSHIP = "0192f000-0000-7000-8000-00000000b000"
SET = 10


@dataclass
class Writer:
    """One cadre on one phone who writes visits of one village, ten to a change-set."""

    village: str
    account: str
    device: str
    token: str
    form: str
    answers: Iterator[dict[str, Any]]
    n: int = 0
    #: Of every village in scope, as a phone keeps them.
    cursors: dict[str, str] = field(default_factory=dict)
    sent: int = field(default=0)

    def body(self) -> bytes:
        """The next change-set as a phone sends it."""
        lines: list[dict[str, Any]] = [
            {"t": "hello", "proto": 1, "device": self.device, "app": "0.1.0", "epoch": None, "scope": 1, "cursors": self.cursors,
             "first": {self.village: self.n + 1}, "limit": 500, "unsent": SET, "now": _moment()}
        ]  # fmt: skip
        for _ in range(SET):
            self.n += 1
            lines.append(
                {"t": "change", "village": self.village, "n": self.n, "record": str(uuid.uuid4()), "kind": "visit",
                 "form": self.form, "base": 0, "set": next(self.answers), "at": _moment()}
            )  # fmt: skip
        self.sent += SET
        text = "\n".join(json.dumps(line, ensure_ascii=False, separators=(",", ":")) for line in lines) + "\n"
        return gzip.compress(text.encode(), 1)


def _moment() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds")


def writers(count: int, form: str) -> list[Writer]:
    """Fixed ids, so that two databases hold the same people."""
    visits = [r.answers for r in demo_records(plans("small")[0], Moment(datetime.now(UTC))) if r.kind == "visit"]
    found = []
    for number in range(1, count + 1):
        here, who, phone = (str(uuid.uuid5(uuid.NAMESPACE_URL, f"bench/{part}/{number}")) for part in ("v", "a", "d"))
        found.append(Writer(here, who, phone, f"bench-{number}", form, cycle(visits)))
    return found


async def enter(url: str, count: int) -> list[Writer]:
    """Writes forms, township, villages, accounts and sessions into a migrated database."""
    database = await Database.open(url, readers=1)
    try:
        catalogue = await Catalogue.load(database, SURVEYS)
        form = catalogue.current("visit")
        assert form is not None
        people = writers(count, form.hash)
        async with database.transaction() as connection:
            await _put(connection, people)
        return people
    finally:
        await database.close()


async def _put(connection: Connection, people: list[Writer]) -> None:
    at = now()
    await connection.run("INSERT INTO township (township_id, name) VALUES (?, '清溪镇')", TOWNSHIP)
    villages = [(TOWNSHIP, f"township:{TOWNSHIP}", "清溪镇", "township", at)]
    villages += [(TOWNSHIP, w.village, f"{i}号村", "village", at) for i, w in enumerate(people)]
    await connection.many("INSERT INTO village (township_id, id, name, kind, created_at) VALUES (?, ?, ?, ?, ?)", villages)
    await connection.many(
        "INSERT INTO account (id, login, name, password_hash, created_at) VALUES (?, ?, '陈志远', '', ?)",
        [(w.account, w.token, at) for w in people],
    )
    await connection.many(
        "INSERT INTO membership (township_id, id, account_id, village_id, role, granted_at) VALUES (?, ?, ?, ?, 'cadre', ?)",
        [(TOWNSHIP, f"m-{w.account}", w.account, w.village, at) for w in people],
    )
    await connection.many(
        "INSERT INTO device (id, account_id, created_at, last_seen) VALUES (?, ?, ?, ?)",
        [(w.device, w.account, at, at) for w in people],
    )
    await connection.many(
        "INSERT INTO session (token_hash, account_id, device_id, created_at, last_seen, expires_at)"
        " VALUES (?, ?, ?, ?, ?, '2999-01-01T00:00:00.000Z')",
        [(token_hash(w.token), w.account, w.device, at, at) for w in people],
    )


#: What a change-set leaves behind, table by table.
TABLES = ("record", "change", "mutation", "device_stream", "village_view")


async def left(url: str) -> dict[str, list[dict[str, Any]]]:
    """Every row of the tables that change-sets fill."""
    database = await Database.open(url, readers=1)
    try:
        async with database.snapshot() as connection:
            return {table: await connection.all(f"SELECT * FROM {table} WHERE township_id = ?", TOWNSHIP) for table in TABLES}
    finally:
        await database.close()


async def analysed(url: str) -> None:
    """What PostgreSQL does by itself within a minute of the first rows; without it its planner reads whole townships."""
    raw = await asyncpg.connect(**asyncpg_target(url))
    try:
        await raw.execute("ANALYZE")
    finally:
        await raw.close()


async def sizes(url: str) -> dict[str, tuple[int, int]]:
    """Rows and bytes of values, by table: the two sides of the comparison must agree."""
    found = {}
    for table, rows in (await left(url)).items():
        found[table] = (len(rows), sum(len(str(v).encode()) for row in rows for v in row.values() if v is not None))
    return found


def entered(url: str, count: int) -> list[Writer]:
    return asyncio.run(enter(url, count))
