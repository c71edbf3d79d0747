"""The phone in Python may stand beside the shipped one for volume because both pass this table, tests/cases/phone.json."""

from __future__ import annotations

import contextlib
import json
from pathlib import Path
from typing import Any, Protocol

import pytest

from tests.cast import CAST, SHIQIAO
from tests.databases import SqliteMaker
from tests.phone import Cut
from tests.sync.simulation.ground import BROKEN, WELL, Ground, Handset
from tests.sync.simulation.phones import PhoneOverHttp
from tests.sync.simulation.steps import SPARE_DEVICE
from tests.sync.simulation.walking import Bench

CASES: list[dict[str, Any]] = json.loads((Path(__file__).parent.parent / "cases" / "phone.json").read_text("utf-8"))["cases"]
BECAME = {"waiting": "waiting", "sent": "waiting", "acknowledged": "taken", "covered": "taken", "checked": "taken", "quarantined": "refused"}
Seen = dict[str, Any]


class Walker(Protocol):
    """A phone under the table's words."""

    name: str

    async def save(self, record: str, set_: dict[str, Any]) -> None: ...

    async def sync(self) -> None: ...

    async def seen(self, record: str) -> Seen: ...


class Shipped:
    def __init__(self, ground: Ground, handset: Handset) -> None:
        self.ground, self.handset, self.name = ground, handset, handset.name

    async def save(self, record: str, set_: dict[str, Any]) -> None:
        await self.handset.do("save", savings=[{"kind": "household", "id": record, "village": SHIQIAO, "set": set_}])

    async def sync(self) -> None:
        await self.ground.sync(self.handset)

    async def seen(self, record: str) -> Seen:
        all_ = await self.handset.see()
        shown = [one["answers"] for one in all_["shown"] if one["id"] == record and not one["deleted"]]
        open_ = [one["answers"] for one in all_["shown"] if one["kind"] == "conflict"]
        changes = [entry["state"] for entry in sorted(all_["outbox"], key=lambda entry: int(entry["order"])) if entry["record"] == record]
        return _seen(shown[0] if shown else None, changes, open_, record)


class InPython:
    def __init__(self, phone: PhoneOverHttp) -> None:
        self.phone, self.name = phone, phone.name

    async def save(self, record: str, set_: dict[str, Any]) -> None:
        self.phone.save(SHIQIAO, "household", set_, record)

    async def sync(self) -> None:
        with contextlib.suppress(Cut):
            await self.phone.once()

    async def seen(self, record: str) -> Seen:
        assert not self.phone.mismatches
        shown = self.phone.get(record)
        changes = [entry.state for entry in self.phone.outbox if entry.record == record]
        return _seen(shown and shown["answers"], changes, [one["answers"] for one in self.phone.conflicts], record)


def _seen(shown: dict[str, Any] | None, states: list[str], conflicts: list[dict[str, Any]], record: str) -> Seen:
    about = [one for one in conflicts if one["record"] == record and one["state"] == "open"]
    return {"shown": shown, "changes": [BECAME[state] for state in states], "conflicts": len(about)}


class Walk:
    """Both phones go the same way, each with a record of its own."""

    def __init__(self, ground: Ground, walkers: list[Walker], other: PhoneOverHttp) -> None:
        self.ground, self.walkers, self.other = ground, walkers, other
        self.saved: Any = None

    async def step(self, records: dict[str, str], word: str, given: Any = None) -> None:
        ground = self.ground
        match word:
            case "save":
                for walker in self.walkers:
                    await walker.save(records[walker.name], given)
            case "sync":
                for walker in self.walkers:
                    await self._sync(walker, given)
            case "other":
                await self.other.sync()
                for record in records.values():
                    self.other.save(SHIQIAO, "household", given, record)
                await self.other.sync()
            case "lose" | "regain":
                for login in ("chen", "zhou"):
                    await ground.membership(login, SHIQIAO, word == "regain", CAST[login].role)
                await ground.read_scope()
            case "back up":
                self.saved = await ground.copied()
            case "restore":
                await ground.put_back(self.saved)
            case _:
                raise AssertionError(f"no such step: {word}")

    async def _sync(self, walker: Walker, fault: str) -> None:
        ground = self.ground
        if fault:
            # Of an answer that is cut, its first line comes and no more.
            ground.proxy.order(walker.name, fault, 40)
        ground.ordered = BROKEN if fault == "killed" else WELL
        await walker.sync()
        ground.ordered = WELL
        ground.proxy.faults.pop(walker.name, None)

    async def case(self, case: dict[str, Any]) -> None:
        records = {walker.name: self.ground.new_id() for walker in self.walkers}
        for step in case["steps"]:
            await self.step(records, *step)
        for walker in self.walkers:
            seen = await walker.seen(records[walker.name])
            if case["shown"] is not None and seen["shown"] is not None:
                seen["shown"] = {question: seen["shown"].get(question) for question in case["shown"]}
            wanted = {key: case[key] for key in ("shown", "changes", "conflicts")}
            assert seen == wanted, f"{case['name']}: {type(walker).__name__}"
        for step in case.get("after", [["sync", ""]]):
            await self.step(records, *step)


@pytest.mark.timeout(300)
def test_both_phones_pass_the_same_cases(sqlite_maker: SqliteMaker, tmp_path: Path) -> None:
    with Bench(sqlite_maker, tmp_path) as bench:
        ground = Ground(bench)

        async def walk() -> None:
            await ground.begin(1, 1, True)
            other = await ground.python_phone("zhou", SPARE_DEVICE, "python raw")
            walkers: list[Walker] = [Shipped(ground, ground.handsets[0]), InPython(ground.python)]
            through = Walk(ground, walkers, other)
            for case in CASES:
                await through.case(case)
            ground.no_findings()

        try:
            bench.run(walk())
        finally:
            bench.run(ground.end())
            ground.clear()
