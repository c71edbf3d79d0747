"""Transactions and snapshots on both engines."""

from __future__ import annotations

import asyncio

import pytest

from server.database import Database, Duplicate, lock_village
from server.postgres_engine import numbered
from tests import cast

INSERT = "INSERT INTO township (township_id, name) VALUES (?, ?)"
COUNT = "SELECT count(*) AS n FROM township"


async def test_a_transaction_commits_whole_or_not_at_all(database: Database) -> None:
    async with database.transaction() as connection:
        await connection.run(INSERT, "a", "甲")
    with pytest.raises(RuntimeError):
        async with database.transaction() as connection:
            await connection.run(INSERT, "b", "乙")
            raise RuntimeError
    async with database.snapshot() as connection:
        assert await connection.all("SELECT township_id, name FROM township") == [{"township_id": "a", "name": "甲"}]


async def test_run_says_how_many_rows(database: Database) -> None:
    async with database.transaction() as connection:
        await connection.many(INSERT, [(str(n), "甲") for n in range(5)])
        assert await connection.run("UPDATE township SET name = ? WHERE township_id < ?", "乙", "3") == 3
        assert await connection.run("DELETE FROM township WHERE township_id = ?", "nobody") == 0
        assert await connection.value(COUNT) == 5
        assert await connection.one("SELECT name FROM township WHERE township_id = ?", "nobody") is None


async def test_a_second_row_of_one_key_is_a_duplicate(database: Database) -> None:
    with pytest.raises(Duplicate):
        async with database.transaction() as connection:
            await connection.run(INSERT, "a", "甲")
            await connection.run(INSERT, "a", "甲")
    async with database.transaction() as connection:
        assert await connection.value(COUNT) == 0


async def test_a_snapshot_does_not_wait_for_a_writer_nor_see_it(database: Database) -> None:
    async with database.transaction() as writer:
        await writer.run(INSERT, "a", "甲")
        async with asyncio.timeout(2), database.snapshot() as reader:
            assert await reader.value(COUNT) == 0
    async with database.snapshot() as reader:
        assert await reader.value(COUNT) == 1
        async with database.transaction() as writer:
            await writer.run(INSERT, "b", "乙")
        assert await reader.value(COUNT) == 1


async def test_a_snapshot_cannot_write(database: Database) -> None:
    with pytest.raises(Exception, match=r"readonly|read-only"):
        async with database.snapshot() as connection:
            await connection.run(INSERT, "a", "甲")
    async with database.snapshot() as connection:
        assert await connection.value(COUNT) == 0


async def test_writers_take_turns_at_a_village(peopled: Database) -> None:
    async def take() -> int:
        async with peopled.transaction() as connection:
            village = await lock_village(connection, cast.TOWNSHIP, cast.SHIQIAO)
            assert village is not None
            await asyncio.sleep(0)
            await connection.run(
                "UPDATE village SET seq = ? WHERE township_id = ? AND id = ?",
                village["seq"] + 1, cast.TOWNSHIP, cast.SHIQIAO,
            )  # fmt: skip
            return int(village["seq"]) + 1

    assert sorted(await asyncio.gather(*(take() for _ in range(20)))) == list(range(1, 21))


@pytest.mark.parametrize("after", [0, 0.0005, 0.002, 0.01])
async def test_a_cancelled_transaction_leaves_nothing_and_blocks_nobody(database: Database, after: float) -> None:
    async def write() -> None:
        async with database.transaction() as connection:
            for n in range(200):
                await connection.run(INSERT, str(n), "甲")
            await asyncio.sleep(10)

    task = asyncio.create_task(write())
    await asyncio.sleep(after)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    async with asyncio.timeout(5), database.transaction() as connection:
        assert await connection.value(COUNT) == 0


async def test_models_see_the_transaction_they_are_given(peopled: Database) -> None:
    from server.models import Village

    async with peopled.transaction() as connection:
        await connection.run("UPDATE village SET name = '新名' WHERE township_id = ? AND id = ?", cast.TOWNSHIP, cast.SHIQIAO)
        found = await Village.filter(township_id=cast.TOWNSHIP, id=cast.SHIQIAO).using_db(connection.orm)
        assert [village.name for village in found] == ["新名"]


def test_placeholders_are_numbered_outside_quoted_text() -> None:
    assert numbered("a = ? AND b = '?' AND c = ?") == "a = $1 AND b = '?' AND c = $2"
    assert numbered("a = 'it''s ?' AND b = ?") == "a = 'it''s ?' AND b = $1"
