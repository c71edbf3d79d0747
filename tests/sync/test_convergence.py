"""Phones, faults, restores and changes of scope in any order: in the end all agree, and nothing that was written is lost.

A hypothesis state machine over the real server. Each bug it finds becomes a named case in the other files.
"""

from __future__ import annotations

import asyncio
import base64
import contextlib
import itertools
import json
import os
from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path
from typing import Any, TypeVar

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from server.app import create_app
from server.clock import now
from server.database import Database
from server.settings import Settings
from tests import cast
from tests.cast import CAST, LIUWAN, SHIQIAO
from tests.phone import Cut, Phone
from tests.sync import forms
from tests.sync.conftest import World
from tests.sync.test_feed import TABLES, recounted, restore

T = TypeVar("T")
PROOF = bool(os.environ.get("PROOF"))
#: (person, device, how wrong the clock is)
PHONES = (
    ("chen", CAST["chen"].device, timedelta()),
    ("zhang", CAST["zhang"].device, timedelta(days=-3650)),
    ("chen", "d0000000-0000-4000-8000-000000000301", timedelta(days=3650)),
    ("leader", CAST["leader"].device, timedelta()),
)
FIELD = st.sampled_from(("phone", "note", "visits", "tags", "place", "members", "drop member", "log", "first_seen"))


class Machine(RuleBasedStateMachine):
    make: Callable[[], str]

    def __init__(self) -> None:
        super().__init__()
        self.runner = asyncio.Runner()
        self.stack = contextlib.AsyncExitStack()
        self.saved: dict[str, list[dict[str, Any]]] | None = None
        self.tokens = itertools.count()
        self.restored = False

    def run(self, work: Awaitable[T]) -> T:
        async def wrapped() -> T:
            return await work

        return self.runner.run(wrapped())

    @initialize()
    def begin(self) -> None:
        self.run(self._begin(self.make()))

    async def _begin(self, url: str) -> None:
        database = await Database.open(url, readers=2)
        self.stack.push_async_callback(database.close)
        async with database.transaction() as connection:
            await cast.enter(connection)
        app = create_app(Settings(database=url, data=Path("unused")))
        app.state.database, app.state.catalogue = database, forms.catalogue()
        self.world = World(app, database, self.stack)
        await self.world.grant("chen", LIUWAN)
        self.phones = []
        for number, (name, device, skew) in enumerate(PHONES):
            client = await self.world.client(name, device)
            phone = Phone(client, device=device, forms=forms.hash_of, skew=skew, limit=number + 1, seed=f"seed {number}")
            self.phones.append(phone)
        await self.phones[0].sync()
        for _ in range(2):
            self.phones[0].save(SHIQIAO, "household", {"head": self.token(), "phone": self.token(), "note": self.token()})
        self.phones[0].save(SHIQIAO, "problem", {"content": self.token(), "status": "registered"})
        for phone in self.phones:
            await phone.sync()

    def token(self) -> str:
        """A word nobody else writes."""
        return f"w{next(self.tokens)}."

    def known(self, phone: Phone, kind: str) -> list[tuple[str, str]]:
        """(village, record) the phone shows, its own unsent ones too, in an order that does not depend on ids made by the server."""
        held = {r: v for v in sorted(phone.villages) for r in phone.records(v, kind)}
        held |= {e.record: e.village for e in phone.waiting if e.kind == kind and "village" not in e.set and e.record not in held}
        return [(village, record) for record, village in sorted(held.items()) if phone.get(record) is not None]

    team = st.integers(0, 2)
    anyone = st.integers(0, 3)
    index = st.integers(0, 50)

    @rule(who=team, kind=st.sampled_from(("household", "visit")))
    def create(self, who: int, kind: str) -> None:
        answers = {"head": self.token(), "visits": {"add": 1}} if kind == "household" else {"facts": self.token()}
        self.phones[who].save(SHIQIAO, kind, answers)

    @rule(who=team, which=index, field=FIELD)
    def edit(self, who: int, which: int, field: str) -> None:
        phone = self.phones[who]
        known = self.known(phone, "household")
        if known:
            village, record = known[which % len(known)]
            phone.save(village, "household", self.changes(phone, record, field), record)

    def changes(self, phone: Phone, record: str, field: str) -> dict[str, Any]:
        shown = (phone.get(record) or {}).get("answers", {})
        members = [m for m in shown.get("members") or () if isinstance(m, dict)] if isinstance(shown.get("members"), list) else []
        if field == "visits":
            return {"visits": {"add": 1}}
        if field == "tags":
            return {"tags": {"put": [self.token()]}}
        if field == "place":
            return {"lat": next(self.tokens) + 0.5, "lon": next(self.tokens) + 0.5}
        if field == "members":
            entry = members[0] if members else {"id": phone.new_id()}
            return {"members": {"put": [entry | {"name": self.token()}]}}
        if field == "drop member":
            return {"members": {"drop": [m["id"] for m in members[:1]]}}
        if field == "log":
            return {"log": {"append": [{"id": phone.new_id(), "text": self.token()}]}}
        if field == "first_seen":
            number = next(self.tokens)
            return {"first_seen": f"{2000 + number // 300 % 90}-{number // 28 % 12 + 1:02d}-{number % 28 + 1:02d}"}
        return {field: self.token()}

    @rule(who=team, which=index, deleted=st.booleans())
    def delete(self, who: int, which: int, deleted: bool) -> None:
        phone = self.phones[who]
        known = self.known(phone, "household") or self.known(phone, "visit")
        if known:
            village, record = known[which % len(known)]
            kind = "household" if self.known(phone, "household") else "visit"
            phone.save(village, kind, {"deleted": deleted}, record)

    @rule(who=team, which=index, change=st.sampled_from(("content", "reported_on", "reporter", "yes", "no", "remark")))
    def problem(self, who: int, which: int, change: str) -> None:
        phone = self.phones[who]
        known = self.known(phone, "problem")
        if known:
            village, record = known[which % len(known)]
            changes = {"share_reporter": change} if change in ("yes", "no") else {change: self.token()}
            if change == "reported_on":
                changes = {"reported_on": "2026-11-23", "status": "reported"}
            phone.save(village, "problem", changes, record)

    @rule(which=index, status=st.sampled_from(("assigned", "returned")))
    def assign(self, which: int, status: str) -> None:
        leader = self.phones[3]
        known = self.known(leader, "problem")
        if known:
            village, record = known[which % len(known)]
            leader.save(village, "problem", {"status": status, "reply": self.token()}, record)

    @rule(who=st.sampled_from((0, 2)), which=index, kind=st.sampled_from(("household", "problem")))
    def move(self, who: int, which: int, kind: str) -> None:
        phone = self.phones[who]
        known = [k for k in self.known(phone, kind) if k[1] in phone.records(k[0])]
        if known:
            village, record = known[which % len(known)]
            phone.save(village, kind, {"village": LIUWAN if village == SHIQIAO else SHIQIAO}, record)

    @rule(who=team, which=index, state=st.sampled_from(("kept_mine", "kept_theirs", "written")))
    def settle(self, who: int, which: int, state: str) -> None:
        phone = self.phones[who]
        open_ = sorted(phone.conflicts, key=lambda c: json.dumps({k: v for k, v in c["answers"].items() if k != "at_rev"}, sort_keys=True))
        if open_:
            conflict = open_[which % len(open_)]
            question = conflict["answers"]["question"]
            changes: dict[str, Any] = {"state": state}
            if state == "written":
                simple = question in ("phone", "note", "head", "content", "reporter", "remark")
                changes |= {"value": self.token()} if simple else {"value": conflict["answers"].get("mine")}
            phone.save(conflict["village"], "conflict", changes, conflict["id"])

    @rule(who=anyone, fault=st.sampled_from(("none", "none", "lost", "cut", "cut late")), at=st.integers(0, 4000))
    def sync(self, who: int, fault: str, at: int) -> None:
        phone = self.phones[who]
        phone.lose_request = fault == "lost"
        phone.cut_after = {"cut": at, "cut late": 4000 + at * 3}.get(fault)
        with contextlib.suppress(Cut):
            self.run(phone.once(batch=3))

    @rule()
    def scope_changes(self) -> None:
        """The second cadre's other village comes and goes."""
        self.run(self._scope_changes())

    async def _scope_changes(self) -> None:
        held = await self.world.all(
            "SELECT 1 AS x FROM membership WHERE account_id = ? AND village_id = ? AND revoked_at IS NULL", CAST["zhang"].id, LIUWAN
        )
        if held:
            await self.world.revoke("zhang", LIUWAN, now())
        else:
            await self.world.run("DELETE FROM membership WHERE account_id = ? AND village_id = ?", CAST["zhang"].id, LIUWAN)
            await self.world.grant("zhang", LIUWAN)

    @rule()
    def backup(self) -> None:
        async def work() -> None:
            self.saved = {table: await self.world.all(f"SELECT * FROM {table}") for table in TABLES}

        self.run(work())

    @precondition(lambda self: self.saved is not None and not self.restored)
    @rule()
    def restore_backup(self) -> None:
        assert self.saved is not None
        self.restored = True
        self.run(restore(self.world, self.saved))

    @invariant()
    def counts_are_right(self) -> None:
        if hasattr(self, "world"):
            self.run(recounted(self.world))

    def teardown(self) -> None:
        try:
            if hasattr(self, "phones"):
                self.run(self._heal_and_check())
        finally:
            self.run(self.stack.aclose())
            self.runner.close()

    async def _heal_and_check(self) -> None:
        for _ in range(3):
            for phone in self.phones:
                await phone.sync()
        for phone in self.phones:
            assert not phone.mismatches, "count or checksum differed"
        await self.agreed()
        await self.nothing_lost()
        await self.counted_once()
        await self.conflicts_follow()

    async def agreed(self) -> None:
        stored = await self.world.all("SELECT id, village_id, kind, rev, answers, shared FROM record WHERE deleted = 0")
        for phone in self.phones:
            for village in phone.scope["villages"]:
                if village["view"] == "all.1":
                    continue
                expected = {
                    r["id"]: r["rev"] for r in stored
                    if r["village_id"] == village["id"] and (r["shared"] or village["view"] == "team.1")
                }  # fmt: skip
                assert {i: r["rev"] for i, r in phone.records(village["id"]).items()} == expected
                if village["view"] == "team.1":
                    answers = {r["id"]: json.loads(r["answers"]) for r in stored if r["id"] in expected}
                    assert {i: r["answers"] for i, r in phone.records(village["id"]).items()} == answers

    async def conflicts_follow(self) -> None:
        """A conflict lives and is shared exactly with its question."""
        rows = {r["id"]: r for r in await self.world.all("SELECT * FROM record")}
        for conflict in (r for r in rows.values() if r["kind"] == "conflict"):
            answers = json.loads(conflict["answers"])
            about = rows[answers["record"]]
            consent = json.loads(about["answers"]).get("share_reporter") == "yes"
            shown = answers["question"] != "remark" and (answers["question"] != "reporter" or consent)
            assert bool(conflict["shared"]) == bool(about["shared"] and shown)
            assert bool(conflict["deleted"]) == bool(about["deleted"] and answers["state"] == "open")
            assert conflict["village_id"] == about["village_id"]

    async def nothing_lost(self) -> None:
        """Every word ever written stands in a record, its history, a conflict or quarantine."""
        parts = [r["changed"] + (r["passed_over"] or "") for r in await self.world.all("SELECT changed, passed_over FROM change")]
        parts += [r["answers"] for r in await self.world.all("SELECT answers FROM record")]
        parts += [base64.b64decode(r["body"]).decode() for r in await self.world.all("SELECT body FROM quarantine")]
        everything = "\n".join(parts)
        for phone in self.phones:
            for entry in phone.outbox:
                for word in words(entry.set):
                    assert word in everything, f"{word} of {entry} is lost"

    async def counted_once(self) -> None:
        added: dict[str, int] = {}
        for phone in self.phones:
            for entry in phone.outbox:
                assert entry.state in ("covered", "acknowledged", "quarantined")
                if entry.state != "quarantined" and "visits" in entry.set:
                    added[entry.record] = added.get(entry.record, 0) + entry.set["visits"]["add"]
        for record, total in added.items():
            (row,) = await self.world.all("SELECT answers FROM record WHERE id = ?", record)
            assert json.loads(row["answers"])["visits"] == total


def words(value: Any) -> list[str]:
    """The tokens in a change."""
    if isinstance(value, dict):
        return [word for inner in value.values() for word in words(inner)]
    if isinstance(value, list):
        return [word for inner in value for word in words(inner)]
    return [value] if isinstance(value, str) and value.startswith("w") and value.endswith(".") else []


@pytest.mark.timeout(3600 if PROOF else 300)
@pytest.mark.parametrize(("engine", "examples"), [("sqlite", 14), ("postgres", 5)])
def test_all_phones_agree_and_nothing_is_lost(
    engine: str, examples: int, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    maker = request.getfixturevalue(f"{engine}_maker")
    folders = itertools.count()

    def make() -> str:
        folder = tmp_path / str(next(folders))
        folder.mkdir()
        return str(maker.make(folder))

    class Here(Machine):
        pass

    Here.make = staticmethod(make)  # type: ignore[assignment]
    run_state_machine_as_test(
        Here,
        settings=settings(
            max_examples=examples * (20 if PROOF else 1),
            stateful_step_count=30,
            # The same walks at every `make test`, new ones at every `make proof`.
            derandomize=not PROOF,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            database=None,
        ),
    )
