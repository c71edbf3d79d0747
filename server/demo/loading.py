"""Brings the demo into a database: townships, villages, accounts, then the records village by village."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from server import passwords, records, roster
from server.database import Connection, Database
from server.demo.dice import CHINA
from server.demo.plan import COUNTY, TOWNSHIP, WORKERS, Plan, Worker, plans
from server.demo.scene import Login
from server.demo.village import records as records_of
from server.demo.writing import Moment
from server.sitting import FormsLike


class DemoRefused(roster.RosterError):
    """The demo goes only into a database that holds nothing yet."""


@dataclass(frozen=True)
class Account:
    """A way in, as it is told to whoever starts the demo."""

    login: str
    name: str
    role: str
    place: str
    password: str


@dataclass(frozen=True)
class Ground:
    """A village of the plan as the database knows it."""

    plan: Plan
    township_id: str
    village_id: str


async def load(
    database: Database,
    catalogue: FormsLike,
    size: str,
    password: str,
    *,
    now: datetime | None = None,
    say: Callable[[str], None] = print,
) -> list[Account]:
    """Fills an empty database; says what it does in plain words; returns the accounts to sign in with."""
    moment = Moment(now or datetime.now(CHINA))
    todo = plans(size)
    hashed = await passwords.hashed(password)
    async with database.transaction() as connection:
        if await connection.value("SELECT count(*) FROM account") or await connection.value("SELECT count(*) FROM village"):
            raise DemoRefused("This database already holds data; the demo goes only into an empty one.")
        grounds = [await _ground(connection, plan) for plan in todo]
        people = await _workers(connection, grounds, hashed)
    started, total = time.monotonic(), 0
    for ground in grounds:
        seeds = [
            records.Seed(record.id, record.kind, named(record.answers, people), people[record.by], record.at)
            for record in records_of(ground.plan, moment)
        ]
        await records.load(database, ground.township_id, ground.village_id, seeds, catalogue)
        total += len(seeds)
        say(f"{ground.plan.township} {ground.plan.name}: {ground.plan.households} households, {len(seeds)} records")
    say(f"{total} records in {time.monotonic() - started:.1f} s")
    return [_account(worker, password) for worker in WORKERS if worker.known]


def named(answers: Any, people: dict[str, str]) -> Any:
    """The same with the ids of the accounts it names."""
    if isinstance(answers, Login):
        return people[answers]
    if isinstance(answers, dict):
        return {key: named(value, people) for key, value in answers.items()}
    return [named(value, people) for value in answers] if isinstance(answers, list) else answers


async def _ground(connection: Connection, plan: Plan) -> Ground:
    village_id = await roster.add_village(connection, plan.name, plan.township, COUNTY, plan.code)
    township_id = await connection.value("SELECT township_id FROM village WHERE id = ?", village_id)
    return Ground(plan, township_id, village_id)


async def _workers(connection: Connection, grounds: list[Ground], hashed: str) -> dict[str, str]:
    """Accounts with their roles; login → id. Colleagues who are only authors cannot sign in."""
    found = {}
    here = {ground.plan.name for ground in grounds}
    for worker in WORKERS:
        villages = [name for name in worker.villages if name in here]
        if worker.villages and not villages:
            continue
        found[worker.login] = await roster.add(connection, worker.login, worker.name, hashed)
        for village in villages or [""]:
            township = worker.township or (TOWNSHIP if village else "")
            place = await roster.post(connection, worker.role, village or None, township or None)
            await roster.grant(connection, found[worker.login], place)
        if not worker.known:
            await roster.set_disabled(connection, worker.login, True)
    return found


def _account(worker: Worker, password: str) -> Account:
    return Account(worker.login, worker.name, worker.role, "、".join(worker.villages) or worker.township, password)
