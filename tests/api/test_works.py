"""Works that share a way to the database: many to one commit, many rows and questions to one statement."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from server.database import Busy, Connection, Database, Duplicate, lock_village
from tests.cast import LIUWAN, SHIQIAO, TOWNSHIP

INSERT = "INSERT INTO township (township_id, name) VALUES (?, ?)"
NAMES = "SELECT township_id, name FROM township ORDER BY township_id"


def entering(key: str, fault: Exception | None = None) -> Callable[[Connection], Awaitable[str]]:
    async def work(connection: Connection) -> str:
        await connection.run(INSERT, key, "甲")
        if fault:
            raise fault
        return key

    return work


async def names(database: Database) -> list[str]:
    return [row["township_id"] for row in await database.look(NAMES)]


async def test_each_of_many_works_is_done_or_undone_by_itself(database: Database) -> None:
    works = [entering(f"{n:02}", RuntimeError("no") if n % 3 == 0 else None) for n in range(40)]
    told = await asyncio.gather(*(database.write(work) for work in works), return_exceptions=True)
    kept = [f"{n:02}" for n in range(40) if n % 3]
    assert [value for value in told if isinstance(value, str)] == kept
    assert sum(isinstance(value, RuntimeError) for value in told) == 14
    assert await names(database) == kept


async def test_a_second_row_of_a_key_fails_that_work_alone(database: Database) -> None:
    works = [entering("a"), entering("a"), entering("b")]
    told = await asyncio.gather(*(database.write(work) for work in works), return_exceptions=True)
    assert sum(isinstance(value, Duplicate) for value in told) == 1
    assert await names(database) == ["a", "b"]


async def test_works_and_transactions_take_turns(database: Database) -> None:
    async def counted(connection: Connection) -> None:
        found = await connection.all("SELECT name FROM township WHERE township_id = 'n'" + connection.for_update)
        await connection.run("UPDATE township SET name = ? WHERE township_id = 'n'", str(int(found[0]["name"]) + 1))

    async def alone() -> None:
        async with database.transaction() as connection:
            await counted(connection)

    await database.write(lambda connection: connection.run(INSERT, "n", "0"))
    await asyncio.gather(*(database.write(counted) if n % 2 else alone() for n in range(30)))
    assert (await database.look(NAMES))[0]["name"] == "30"


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_when_the_whole_transaction_is_gone_all_its_works_hear_it(database: Database) -> None:
    async def ruin(connection: Connection) -> None:
        await connection.run("ROLLBACK")  # what a full disk does by itself
        raise Busy("gone")

    works = [entering("a"), ruin, entering("b")]
    told = await asyncio.gather(*(database.write(work) for work in works), return_exceptions=True)
    assert [type(value) for value in told] == [Busy, Busy, Busy]
    assert await names(database) == []
    assert await database.write(entering("c")) == "c"


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_a_work_that_waits_for_something_else_is_undone(database: Database) -> None:
    async def sleepy(connection: Connection) -> None:
        await connection.run(INSERT, "a", "甲")
        await asyncio.sleep(0)

    with pytest.raises(RuntimeError, match="wait"):
        await database.write(sleepy)
    with pytest.raises(RuntimeError, match="wait"):
        await database.read(lambda connection: asyncio.sleep(0))
    assert await names(database) == []


async def test_a_work_whose_asker_went_away_holds_up_nobody(database: Database) -> None:
    asked = [asyncio.ensure_future(database.write(entering(str(n)))) for n in range(9)]
    await asyncio.sleep(0)
    asked[4].cancel()
    told = await asyncio.gather(*asked, return_exceptions=True)
    assert isinstance(told[4], asyncio.CancelledError)
    assert [value for n, value in enumerate(told) if n != 4] == [str(n) for n in range(9) if n != 4]
    kept = await names(database)
    assert set(kept) - {"4"} == {str(n) for n in range(9)} - {"4"}


async def test_a_batch_is_every_statement_for_every_row(database: Database) -> None:
    upsert = "INSERT INTO setting (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value"
    async with database.transaction() as connection:
        await connection.batch([(INSERT, [("a", "甲"), ("b", "it's ? 'so'"), ("c", "丙")]), (upsert, [("x", "1"), ("y", "2")])])
    async with database.transaction() as connection:
        await connection.batch(
            [
                ("UPDATE township SET name = ? WHERE township_id = ?", [("A", "a"), ("B", "b")]),
                ("DELETE FROM setting WHERE key = ?", [("x",)]),
                ("DELETE FROM township WHERE township_id = ? AND name <> ''", [("c",), ("nobody",)]),
                ("INSERT INTO setting (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value", [("y", "3")]),
            ]
        )
        await connection.batch([])
    assert await database.look(NAMES) == [{"township_id": "a", "name": "A"}, {"township_id": "b", "name": "B"}]
    assert await database.look("SELECT key, value FROM setting WHERE key IN ('x', 'y')") == [{"key": "y", "value": "3"}]


async def test_questions_asked_together_are_answered_as_if_alone(database: Database) -> None:
    rows = [("a", 'quoted "text" \\ \n 甲'), ("b", "")]
    async with database.transaction() as connection:
        await connection.many(INSERT, rows)
        await connection.run("UPDATE setting SET value = value WHERE key = ?", "epoch")
    queries = (
        ("SELECT * FROM township WHERE township_id IN (?, ?) ORDER BY township_id DESC", "a", "b"),
        ("SELECT count(*) AS n, NULL AS missing FROM township WHERE name <> '?'",),
        ("SELECT township_id FROM township WHERE name = ? LIMIT ?", "", 1),
        ("SELECT 1 AS one FROM township WHERE township_id = ?", "nobody"),
    )
    async with database.snapshot() as connection:
        alone = [await connection.all(sql, *args) for sql, *args in queries]
        assert await connection.gather(*queries) == alone
    assert await database.look_all(*queries) == alone
    assert alone[1] == [{"n": 2, "missing": None}] and len(alone[0]) == 2 and alone[3] == []
    async with database.transaction() as connection:
        locked = ("SELECT name FROM township WHERE township_id = ?" + connection.for_update, "a")
        assert await connection.gather(locked, *queries) == [[{"name": rows[0][1]}], *alone]


async def villages(database: Database, count: int) -> None:
    rows = [("t", f"v{n}", "村", "village", "2026-11-24T00:00:00.000Z") for n in range(count)]
    async with database.transaction() as connection:
        await connection.run(INSERT, "t", "镇")
        await connection.many("INSERT INTO village (township_id, id, name, kind, created_at) VALUES (?, ?, ?, ?, ?)", rows)


async def test_of_works_of_many_villages_each_is_done_or_undone_by_itself(database: Database) -> None:
    def entering_at_once(key: str) -> Callable[[Connection], Awaitable[str]]:
        async def work(connection: Connection) -> str:
            own = ("SELECT id FROM village WHERE township_id = 't' AND id = ?", f"v{int(key)}")
            assert await connection.gather(("SELECT 1 AS one",), own) == [[{"one": 1}], [{"id": own[1]}]]
            await connection.batch([(INSERT, [(key, "甲")])])
            if key in {"03", "11"}:
                raise RuntimeError("no")
            return key

        return work

    await villages(database, 22)
    asked = [database.write(entering_at_once(f"{n:02}"), ("t", f"v{n}")) for n in range(20)]
    twice = [database.write(entering_at_once("20"), ("t", "v20")), database.write(entering("20"), ("t", "v21"))]
    told = await asyncio.gather(*asked, *twice, return_exceptions=True)
    assert [value for value in told[:20] if isinstance(value, str)] == [f"{n:02}" for n in range(20) if n not in {3, 11}]
    assert sum(isinstance(value, str) for value in told[20:]) == 1
    assert await names(database) == [*(f"{n:02}" for n in range(21) if n not in {3, 11}), "t"]


async def test_works_of_one_village_see_what_the_one_before_did(peopled: Database) -> None:
    def counting(village: str) -> Callable[[Connection], Awaitable[int]]:
        async def work(connection: Connection) -> int:
            found = await lock_village(connection, TOWNSHIP, village)
            assert found is not None
            await connection.batch([("UPDATE village SET seq = ? WHERE township_id = ? AND id = ?", [(found["seq"] + 1, TOWNSHIP, village)])])
            return int(found["seq"]) + 1

        return work

    told = await asyncio.gather(*(peopled.write(counting(v), (TOWNSHIP, v)) for _ in range(10) for v in (SHIQIAO, LIUWAN)))
    assert told == [n for n in range(1, 11) for _ in range(2)]


@pytest.mark.parametrize("database_url", ["postgres"], indirect=True)
async def test_works_of_many_villages_share_commits(database: Database) -> None:
    async def work(connection: Connection) -> str:
        return str(await connection.value("SELECT pg_current_xact_id()::text AS id"))

    await villages(database, 32)
    told = await asyncio.gather(*(database.write(work, ("t", f"v{n}")) for n in range(32)))
    assert len(set(told)) <= 4
    # One whose village is held elsewhere holds up nobody.
    async with database.transaction() as holding:
        await lock_village(holding, "t", "v3")
        asked = [asyncio.ensure_future(database.write(work, ("t", f"v{n}"))) for n in range(8)]
        await asyncio.wait_for(asyncio.gather(*(one for n, one in enumerate(asked) if n != 3)), 20)
        assert not asked[3].done()
    assert await asyncio.wait_for(asked[3], 20) not in {one.result() for n, one in enumerate(asked) if n != 3}


@pytest.mark.parametrize("database_url", ["postgres"], indirect=True)
async def test_who_went_away_in_the_middle_leaves_no_connection_behind(database: Database) -> None:
    """Phones whose line breaks: more of them than there are connections, again and again, while they read and while they write."""

    async def slow(connection: Connection) -> None:
        await connection.all("SELECT pg_sleep(0.02)")
        await connection.run("UPDATE setting SET value = value WHERE key = 'epoch'")

    async def reading(connection: Connection) -> None:
        await connection.all("SELECT pg_sleep(0.02)")

    await villages(database, 12)
    for round_ in range(6):
        asked = [asyncio.ensure_future(database.write(slow, ("t", f"v{n}") if n % 2 else None)) for n in range(12)]
        asked += [asyncio.ensure_future(database.read(reading)) for _ in range(12)]
        await asyncio.sleep(0.004 * round_)
        for request in asked:
            request.cancel()
        await asyncio.gather(*asked, return_exceptions=True)
    async with asyncio.timeout(20):
        assert await database.write(entering("a"), ("t", "v1")) == "a"
        await asyncio.gather(*(database.read(reading) for _ in range(10)))
    # None is left in a transaction that nobody will end.
    sql = "SELECT count(*) AS n FROM pg_stat_activity WHERE datname = current_database() AND state LIKE 'idle in transaction%'"
    assert (await database.look(sql))[0]["n"] == 0
