"""PostgreSQL through asyncpg's pool: for a county that outgrew one file.

What costs here is the way there and back, so `gather` and `batch` each go it once, whatever they hold; statements are prepared
once a connection. Behind a PgBouncer that keeps no prepared statements, the URL says `statement_cache_size=0`.
"""

from __future__ import annotations

import asyncio
import contextlib
import re
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Iterator, Sequence
from functools import lru_cache
from typing import Any, TypeVar, cast
from urllib.parse import parse_qsl, urlsplit

import asyncpg
import msgspec
from tortoise.backends.asyncpg.client import TransactionWrapper
from tortoise.backends.base.client import BaseDBAsyncClient
from tortoise.context import TortoiseContext
from tortoise.exceptions import DBConnectionError

from server import migrations
from server.database import (
    LOCK_SECONDS,
    Busy,
    Connection,
    Database,
    DiskFull,
    Duplicate,
    Ground,
    Row,
    tortoise_for,
)
from server.shared_commit import LEFT_OUT, Joint, Queue, Work

T = TypeVar("T")

_PASSING = (
    asyncpg.PostgresConnectionError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,  # what a connection cut between two statements answers to the second
    asyncpg.exceptions.OperatorInterventionError,
    asyncpg.exceptions.InsufficientResourcesError,
    asyncpg.exceptions.TransactionRollbackError,
    asyncpg.exceptions.LockNotAvailableError,
    asyncpg.exceptions.InvalidCachedStatementError,  # a table was changed under what was prepared for it
    DBConnectionError,
    OSError,
    TimeoutError,
)


@contextlib.contextmanager
def translated() -> Iterator[None]:
    """Turns what asyncpg raises into the errors callers know; faults in our own SQL pass as they are."""
    try:
        yield
    except asyncpg.IntegrityConstraintViolationError as exc:
        raise Duplicate(str(exc)) from exc
    except asyncpg.exceptions.DiskFullError as exc:
        raise DiskFull(str(exc)) from exc
    except _PASSING as exc:
        raise Busy(str(exc) or type(exc).__name__) from exc


@lru_cache(maxsize=2048)
def numbered(sql: str, mark: str = "$", after: int = 0) -> str:
    """`?` becomes `$1`, `$2` …, except inside quoted text."""
    parts: list[str] = []
    n = after
    quoted = False
    for char in sql:
        if char == "'":
            quoted = not quoted
        if char == "?" and not quoted:
            n += 1
            parts.append(f"{mark}{n}")
        else:
            parts.append(char)
    return "".join(parts)


@lru_cache(maxsize=512)
def together(queries: tuple[tuple[str, int], ...]) -> str:
    """Several queries, each with its number of arguments, as one: a column each, its rows as JSON."""
    columns, after = [], 0
    for sql, count in queries:
        columns.append(f"(SELECT coalesce(json_agg(q), '[]')::text FROM ({numbered(sql, after=after)}) q)")  # noqa: S608
        after += count
    return f"SELECT {', '.join(columns)}"


_VALUES = re.compile(r"(INSERT INTO \w+ \([^)]*\)) VALUES \([?, ]+\)(.*)", re.DOTALL)
_WHERE = re.compile(r"(UPDATE|DELETE FROM) (\w+ .*?)\bWHERE (.*)", re.DOTALL)


def of_many(sql: str, types: Sequence[str], after: int) -> str:
    """A statement of one row as one of many rows, that come as an array a column; '' for one that is not told apart."""
    arrays = ", ".join(f"${after + at}::{kind}[]" for at, kind in enumerate(types, 1))
    rows = f"unnest({arrays}) AS u({', '.join(f'c{at}' for at in range(1, len(types) + 1))})"
    if insert := _VALUES.fullmatch(sql.strip()):
        return f"{insert[1]} SELECT * FROM {rows}{insert[2]}"  # noqa: S608  our own statement
    if changing := _WHERE.fullmatch(numbered(sql.strip(), "u.c")):
        joined = "FROM" if changing[1] == "UPDATE" else "USING"
        return f"{changing[1]} {changing[2]}{joined} {rows} WHERE {changing[3]}"
    return ""


class PostgresConnection(Connection):
    dialect = "postgres"
    for_update = " FOR UPDATE"

    def __init__(self, raw: Any, orm: BaseDBAsyncClient) -> None:
        self._raw = raw
        self._orm = orm

    @property
    def orm(self) -> BaseDBAsyncClient:
        return self._orm

    async def all(self, sql: str, *args: Any) -> list[Row]:
        with translated():
            return [dict(row) for row in await self._raw.fetch(numbered(sql), *args)]

    async def run(self, sql: str, *args: Any) -> int:
        with translated():
            tag: str = await self._raw.execute(numbered(sql), *args)
            last = tag.rsplit(" ", 1)[-1]
            return int(last) if last.isdigit() else 0

    async def many(self, sql: str, rows: Iterable[Sequence[Any]]) -> None:
        with translated():
            await self._raw.executemany(numbered(sql), rows)

    async def gather(self, *queries: tuple[Any, ...]) -> list[list[Row]]:
        # What waits for a lock sees its own rows as they are then, but all else as it was before: that is read afterwards.
        locked: list[list[Row]] = []
        while len(locked) < len(queries) and queries[len(locked)][0].endswith(self.for_update):
            sql, *args = queries[len(locked)]
            locked.append(await self.all(sql, *args))
        rest = queries[len(locked) :]
        if len(rest) < 2:
            return locked + [await self.all(sql, *args) for sql, *args in rest]
        return locked + await self._joined(rest)

    async def _joined(self, queries: Sequence[tuple[Any, ...]]) -> list[list[Row]]:
        sql = together(tuple((sql, len(args)) for sql, *args in queries))
        with translated():
            found = await self._raw.fetchrow(sql, *(arg for _, *args in queries for arg in args))
        return [msgspec.json.decode(column) for column in found]

    async def batch(self, statements: Iterable[tuple[str, Sequence[Sequence[Any]]]]) -> None:
        """One statement of them all. They must not depend on each other nor touch a row twice."""
        parts: list[str] = []
        arrays: list[Any] = []
        statements = list(statements)
        for sql, rows in statements:
            part = of_many(sql, await self._types(sql), len(arrays))
            if not part:
                return await super().batch(statements)
            parts.append(part)
            arrays += zip(*rows, strict=True)
        if parts:
            named = ", ".join(f"s{at} AS ({part})" for at, part in enumerate(parts[:-1]))
            with translated():
                await self._raw.execute(f"WITH {named} {parts[-1]}" if named else parts[-1], *arrays)

    async def _types(self, sql: str) -> Sequence[str]:
        """Of a statement's parameters, asked once."""
        if sql not in _TYPES:
            with translated():
                statement = await self._raw.prepare(numbered(sql))
            _TYPES[sql] = tuple(parameter.name for parameter in statement.get_parameters())
        return _TYPES[sql]


class SharedConnection(PostgresConnection):
    """One work's view of a transaction that several share. Their villages are locked already, so nothing waits for a lock."""

    def __init__(self, raw: Any, orm: BaseDBAsyncClient, joint: Joint) -> None:
        super().__init__(raw, orm)
        self._joint = joint

    async def all(self, sql: str, *args: Any) -> list[Row]:
        async with self._joint.turn:
            return await super().all(sql, *args)

    async def run(self, sql: str, *args: Any) -> int:
        async with self._joint.turn:
            return await super().run(sql, *args)

    async def many(self, sql: str, rows: Iterable[Sequence[Any]]) -> None:
        async with self._joint.turn:
            await super().many(sql, rows)

    async def gather(self, *queries: tuple[Any, ...]) -> list[list[Row]]:
        if len(queries) < 2:
            return [await self.all(sql, *args) for sql, *args in queries]
        return await self._joint.ask(queries)

    async def batch(self, statements: Iterable[tuple[str, Sequence[Sequence[Any]]]]) -> None:
        await self._joint.write(list(statements))


#: Parameter types by statement; they are those of columns, which no migration changes.
_TYPES: dict[str, Sequence[str]] = {}


_LOCK_FREE = """SELECT township_id, id FROM village WHERE (township_id, id) IN (SELECT * FROM unnest(?::text[], ?::text[]))
FOR UPDATE OF village SKIP LOCKED"""


async def _patient(connection: Any) -> None:
    """Once a connection: who waits for a lock hears Busy, as where there is one lock for the whole file."""
    await connection.execute(f"SET lock_timeout = '{LOCK_SECONDS:.0f}s'")


async def _as_it_is(connection: Any) -> None:
    """Nothing of ours outlives a transaction, so a connection goes back to the pool without another way to the engine."""


class PostgresDatabase(Database):
    dialect = "postgres"

    def __init__(self, url: str, context: TortoiseContext, client: Any, target: dict[str, Any]) -> None:
        super().__init__(url, context)
        self._client = client
        self._target = target
        self._writing = Queue(self._together, super().write)

    @classmethod
    async def connect(cls, url: str, pool_min: int, pool_max: int) -> PostgresDatabase:
        target = asyncpg_target(url)
        context, client = await tortoise_for(
            "tortoise.backends.asyncpg",
            {**target, "minsize": pool_min, "maxsize": pool_max, "init": _patient, "reset": _as_it_is},
        )
        database = cls(url, context, client, target)
        try:
            with translated():
                await client.create_connection(with_db=True)
        except BaseException:
            await database.close()
            raise
        return database

    async def _begun(self, **options: Any) -> TransactionWrapper:
        """A connection in a new transaction. One that broke while it lay in the pool shows only now: nothing was done on
        it yet, so the next is tried."""
        pool = self._client._pool
        for left in range(pool.get_max_size(), -1, -1):
            raw = await pool.acquire(timeout=LOCK_SECONDS)
            try:
                orm = TransactionWrapper(self._client)
                orm._connection = raw
                orm.transaction = raw.transaction(**options)
                await orm.transaction.start()
                return orm
            except BaseException as exc:
                await pool.release(raw)
                if not left or not isinstance(exc, _PASSING):
                    raise
        raise AssertionError("the loop returns or raises")

    @contextlib.asynccontextmanager
    async def _within(self, **options: Any) -> AsyncIterator[Connection]:
        with translated():
            orm = await self._begun(**options)
        transaction = orm.transaction
        assert transaction is not None
        try:
            try:
                yield PostgresConnection(orm._connection, orm)
            except BaseException:
                # On a connection that broke there is nothing to undo, and the first error is the one to hear of.
                with contextlib.suppress(asyncpg.PostgresError, *_PASSING):
                    await asyncio.shield(transaction.rollback())
                raise
            with translated():
                await transaction.commit()
        finally:
            await self._client._pool.release(orm._connection)

    def transaction(self) -> contextlib.AbstractAsyncContextManager[Connection]:
        return self._within(isolation="read_committed")

    def snapshot(self) -> contextlib.AbstractAsyncContextManager[Connection]:
        return self._within(isolation="repeatable_read", readonly=True)

    async def write(self, work: Callable[[Connection], Awaitable[T]], ground: Ground | None = None) -> T:
        return cast(T, await self._writing.put(work, ground))

    async def _together(self, grounds: Sequence[Ground], works: Sequence[Work]) -> list[Any]:
        """One commit for works of these villages. Raises what went wrong with the first that failed; then nothing was done."""
        async with self.transaction() as connection:
            own = cast(PostgresConnection, connection)
            free = {(row["township_id"], row["id"]) for row in await own.all(_LOCK_FREE, *zip(*grounds, strict=True))}
            joint = Joint(own._joined, own.batch, len(free))
            running = [
                joint.run(work(SharedConnection(own._raw, own._orm, joint)))
                for ground, work in zip(grounds, works, strict=True)
                if ground in free
            ]
            values = await asyncio.gather(*running, return_exceptions=True)
            for value in values:
                if isinstance(value, BaseException):
                    raise value
        done = iter(values)
        return [next(done) if ground in free else LEFT_OUT for ground in grounds]

    async def read(self, work: Callable[[Connection], Awaitable[T]]) -> T:
        # In a task of its own: of who went away in the middle, the connection need not be mended.
        return await asyncio.shield(asyncio.ensure_future(super().read(work)))

    async def look(self, sql: str, *args: Any) -> list[Row]:
        return (await self.look_all((sql, *args)))[0]

    async def look_all(self, *queries: tuple[Any, ...]) -> list[list[Row]]:
        # One statement, so a snapshot without a transaction around it.
        pool = self._client._pool
        with translated():
            for left in range(pool.get_max_size(), -1, -1):
                async with pool.acquire(timeout=LOCK_SECONDS) as raw:
                    try:
                        return await PostgresConnection(raw, self._client).gather(*queries)
                    except Busy:  # as in `_begun`
                        if not left:
                            raise
        raise AssertionError("the loop returns or raises")

    async def migrate(self) -> list[str]:
        with translated():
            return await migrations.migrate_postgres(self._target)

    async def pending(self) -> list[str]:
        async with self.snapshot() as connection:
            return await migrations.pending(connection, self.dialect)

    async def unsafe_settings(self) -> list[str]:
        async with self.snapshot() as connection:
            names = ("fsync", "synchronous_commit", "full_page_writes")
            return [name for name in names if await connection.value(f"SHOW {name}") == "off"]


def asyncpg_target(url: str) -> dict[str, Any]:
    """The parts of a PostgreSQL URL under the names asyncpg gives them; the query may name its other options."""
    parts = urlsplit(url)
    query = dict(parse_qsl(parts.query))
    target: dict[str, Any] = {"database": parts.path.removeprefix("/") or None}
    for name in ("statement_cache_size", "command_timeout"):
        if name in query:
            target[name] = int(query.pop(name))
    target["host"] = query.pop("host", None) or parts.hostname
    target["port"] = int(query.pop("port", 0) or parts.port or 5432)
    target["user"] = parts.username
    target["password"] = parts.password
    if "sslmode" in query:
        target["ssl"] = query.pop("sslmode")
    if query:
        raise ValueError(f"SHIBU_DATABASE holds options not known here: {', '.join(sorted(query))}")
    return target
