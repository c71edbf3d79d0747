"""A phone in Python: a client of the sync protocol that keeps the phone's rules, with an offline switch and a clock of its own.

It stores answers before rows, a page's rows with its cursor, ignores rows that are no newer, shows its unanswered changes over
what it downloaded, checks count and checksum, and drops nothing that no stored page covers. `Cut` stands for a lost connection.
It and the shipped phone pass the same table, tests/cases/phone.json; it keeps nothing over a restart and knows no files, drafts or locks.
"""

from __future__ import annotations

import gzip
import itertools
import json
import random
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx2

from server import checksums

Record = dict[str, Any]
#: Two phones never make the same ids, two runs of a test do.
_NUMBERS = itertools.count()


class Offline(Exception):
    """There is no network."""


class Cut(Exception):
    """The connection broke; whether the server heard the request is unknown."""


@dataclass
class Entry:
    """One change in the outbox."""

    village: str
    n: int
    record: str
    kind: str
    form: str
    base: int
    set: dict[str, Any]
    at: str
    device: str
    state: str = "waiting"
    answer: dict[str, Any] = field(default_factory=dict)

    def line(self) -> dict[str, Any]:
        return {
            "t": "change", "village": self.village, "n": self.n, "record": self.record, "kind": self.kind,
            "form": self.form, "base": self.base, "set": self.set, "at": self.at,
        }  # fmt: skip


@dataclass
class Village:
    """What is downloaded of one village."""

    view: str = ""
    cursor: str | None = None
    rows: dict[str, Record] = field(default_factory=dict)
    #: Rows of a first pull under way, which replace `rows` when it is whole.
    filling: dict[str, Record] | None = None
    seq: int = 0
    whole: bool = False


class Phone:
    """One installation for one account. `exchange` sends a body and returns the answer's bytes, or raises Cut."""

    def __init__(
        self,
        client: httpx2.AsyncClient,
        *,
        device: str,
        forms: Callable[[str], str] = lambda kind: "",
        skew: timedelta = timedelta(),
        limit: int = 500,
        seed: str = "",
    ) -> None:
        self.client = client
        self.device = device
        self.forms = forms
        self.skew = skew
        self.limit = limit
        self.online = True
        self.outbox: list[Entry] = []
        self.villages: dict[str, Village] = {}
        self.scope: dict[str, Any] = {"version": None, "villages": []}
        self.known_scope: int | None = None
        self.epoch: str | None = None
        self.last: dict[str, int] = {}
        self.received: list[dict[str, Any]] = []
        self.mismatches: list[str] = []
        self.rng = random.Random(seed or f"{device} {next(_NUMBERS)}")
        #: Faults of the next exchange: lose the request, or cut the answer after so many bytes.
        self.lose_request = False
        self.cut_after: int | None = None

    # Writing

    def now(self) -> str:
        return (datetime.now(UTC) + self.skew).isoformat(timespec="milliseconds")

    def new_id(self) -> str:
        return str(uuid.UUID(int=self.rng.getrandbits(128), version=4))

    def save(self, village: str, kind: str, changes: dict[str, Any], record: str | None = None, base: int | None = None) -> str:
        """Writes into the outbox; what the phone saw is the base."""
        record = record or self.new_id()
        if base is None:
            held = self.villages.get(village, Village()).rows.get(record)
            base = held["rev"] if held and not held.get("gone") else 0
            if base == 0:
                answered = [e.answer["rev"] for e in self.outbox if e.record == record and "rev" in e.answer]
                base = max(answered, default=0)
        n = self.last[village] = self.last.get(village, 0) + 1
        self.outbox.append(
            Entry(village, n, record, kind, self.forms(kind), base, changes, self.now(), self.device)
        )
        return record

    # Reading

    def get(self, record: str) -> Record | None:
        """As the screen shows it: downloaded, with what is not covered yet laid over."""
        found: Record | None = None
        for village in self.villages.values():
            row = village.rows.get(record)
            if row and (found is None or row["rev"] > found["rev"]):
                found = row
        if found and found.get("gone"):
            found = None
        answers = dict(found["answers"]) if found else {}
        deleted = found is None
        for entry in self.outbox:
            if entry.record != record or entry.state not in ("waiting", "acknowledged"):
                continue
            deleted = bool(entry.set.get("deleted", False))
            answers |= {k: v for k, v in entry.set.items() if k not in ("deleted", "village") and not isinstance(v, dict)}
        return None if deleted else {**(found or {}), "answers": {k: v for k, v in answers.items() if v is not None}}

    def records(self, village: str, kind: str | None = None) -> dict[str, Record]:
        """Downloaded living rows of a village."""
        rows = self.villages.get(village, Village()).rows.values()
        return {r["id"]: r for r in rows if not r.get("gone") and kind in (None, r["kind"])}

    @property
    def waiting(self) -> list[Entry]:
        return [entry for entry in self.outbox if entry.state == "waiting"]

    @property
    def conflicts(self) -> list[Record]:
        return [r for v in self.villages for r in self.records(v, "conflict").values() if r["answers"]["state"] == "open"]

    # Syncing

    async def sync(self, batch: int = 1000) -> list[dict[str, Any]]:
        """Until nothing waits. Says every line received."""
        everything: list[dict[str, Any]] = []
        for _ in range(50):
            lines = await self.once(batch)
            everything += lines
            if not self.waiting:
                return everything
        raise AssertionError(f"the outbox does not empty: {self.waiting[:3]}")

    async def once(self, batch: int = 1000) -> list[dict[str, Any]]:
        """One request and its answer."""
        entries = [entry for entry in self.outbox if entry.state == "waiting"][:batch]
        body = "\n".join(json.dumps(line) for line in [self.hello(), *(e.line() for e in entries)])
        answer, whole = await self._exchange(body.encode() + b"\n")
        lines = [json.loads(line) for line in answer.split(b"\n")[:-1] if line]
        for line in lines:
            self.take(line)
        if not whole or not lines or lines[-1]["t"] != "end":
            raise Cut
        return lines

    def hello(self) -> dict[str, Any]:
        first: dict[str, int] = {}
        for entry in self.outbox:
            if entry.device == self.device:
                first[entry.village] = min(first.get(entry.village, entry.n), entry.n)
        return {
            "t": "hello", "proto": 1, "device": self.device, "app": "test", "epoch": self.epoch,
            "scope": self.known_scope, "first": first, "limit": self.limit, "unsent": len(self.waiting),
            "cursors": {i: v.cursor for i, v in self.villages.items() if v.cursor}, "now": self.now(),
        }  # fmt: skip

    async def _exchange(self, body: bytes) -> tuple[bytes, bool]:
        if not self.online:
            raise Offline
        lose, cut = self.lose_request, self.cut_after
        self.lose_request, self.cut_after = False, None
        if lose:
            raise Cut
        headers = {"content-type": "application/x-ndjson", "content-encoding": "gzip", "accept-encoding": "gzip"}
        response = await self.client.post("/api/sync", content=gzip.compress(body), headers=headers)
        if response.status_code != 200:
            raise AssertionError(f"{response.status_code} {response.text}")
        assert response.headers["content-type"].startswith("application/x-ndjson")
        content = response.content
        if cut is not None and cut < len(content):
            return content[:cut], False
        return content, True

    # Taking one line of the answer

    def take(self, line: dict[str, Any]) -> None:
        getattr(self, f"_{line['t']}")(line)

    def _hello(self, line: dict[str, Any]) -> None:
        if self.epoch is not None and self.epoch != line["epoch"]:
            self._restored()
        self.epoch = line["epoch"]
        self.scope = line["scope"]
        held = {village["id"]: village["view"] for village in line["scope"]["villages"]}
        for village_id, view in held.items():
            village = self.villages.setdefault(village_id, Village(view))
            village.view = view
        for village_id, numbers in line["ask"].items():
            for entry in self.outbox:
                if entry.village == village_id and entry.n in numbers and entry.device == self.device:
                    entry.state = "waiting"
        self.received = []

    def _restored(self) -> None:
        """What is downloaded comes anew, and everything still held is offered again."""
        for village in self.villages.values():
            village.cursor = None
        for entry in self.outbox:
            if entry.device == self.device:
                entry.state = "waiting"

    def _answer(self, line: dict[str, Any]) -> None:
        if line["result"] == "new_device":
            self._renew_device()
            return
        if line["result"] == "gap":
            for entry in self.outbox:
                if entry.village == line["village"] and entry.n >= line["expected"] and entry.device == self.device:
                    entry.state = "waiting"
            return
        for entry in self.outbox:
            if (entry.village, entry.n, entry.device) == (line["village"], line["n"], self.device):
                entry.answer = line
                entry.state = "quarantined" if line["result"] == "quarantined" else "acknowledged"

    def _renew_device(self) -> None:
        self.device = self.new_id()
        self.last = {}
        for entry in self.outbox:
            if entry.state == "waiting":
                entry.device = self.device
                entry.n = self.last[entry.village] = self.last.get(entry.village, 0) + 1

    def _record(self, line: dict[str, Any]) -> None:
        self.received.append(line)

    def _gone(self, line: dict[str, Any]) -> None:
        self.received.append(line | {"gone": True})

    def _page(self, line: dict[str, Any]) -> None:
        """Rows and cursor together."""
        rows, self.received = [r for r in self.received if r["village"] == line["village"]], []
        village = self.villages.setdefault(line["village"], Village())
        if line.get("start"):
            village.filling = {}
        target = village.rows if village.filling is None else village.filling
        for row in rows:
            known = target.get(row["id"])
            if known is None or row["rev"] > known["rev"]:
                target[row["id"]] = row
        village.cursor = line["next"]
        if line["more"]:
            return
        if village.filling is not None:
            village.rows, village.filling = village.filling, None
        village.seq, village.whole = line["seq"], True
        for entry in self.outbox:
            if entry.village == line["village"] and entry.state == "acknowledged" and entry.answer["seq"] <= village.seq:
                entry.state = "covered"
        if checked(self.records(line["village"]).values()) != (line["count"], line["check"]):
            self.mismatches.append(line["village"])
            village.cursor = None

    def _end(self, line: dict[str, Any]) -> None:
        """A lost village goes once nothing of it waits; until then the rest is sent under the scope that still held it."""
        held = {village["id"] for village in self.scope["villages"]}
        for village_id in self.villages.keys() - held:
            if any(e.village == village_id for e in self.waiting):
                return
            del self.villages[village_id]
            # No row of it will come to lie under what was taken.
            for entry in self.outbox:
                if entry.village == village_id and entry.state == "acknowledged":
                    entry.state = "covered"
        self.known_scope = self.scope["version"]


def checked(rows: Any) -> tuple[int, str]:
    """Count and checksum of living rows."""
    count, total = 0, 0
    for row in rows:
        count += 1
        total ^= checksums.of_row(row["id"], row["rev"])
    return count, checksums.written(total)
