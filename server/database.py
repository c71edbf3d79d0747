"""The database: what a transaction, a snapshot and their connection promise, whichever engine stands behind.

SQL is written once with `?` placeholders; a write transaction holds the write lock from its first moment on SQLite; a
snapshot never waits for a writer; whatever goes wrong below comes out as Busy, DiskFull or Duplicate. Connections are
Tortoise's own, so that models and plain SQL share one pool and, on SQLite, one lock.
"""

from __future__ import annotations

import contextlib
from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable, Iterable, Sequence
from typing import Any, ClassVar, Literal, TypeVar
from urllib.parse import urlsplit, urlunsplit

from tortoise.backends.base.client import BaseDBAsyncClient
from tortoise.context import TortoiseContext, get_current_context

Dialect = Literal["sqlite", "postgres"]
Row = dict[str, Any]
T = TypeVar("T")
#: A village: its township's id and its own.
Ground = tuple[str, str]

#: How long a caller waits for the writing lock or for a free connection before it hears Busy.
LOCK_SECONDS = 30.0


class Busy(Exception):
    """The database cannot be had just now: locked, restarting, or out of connections. Trying again may succeed."""


class DiskFull(Exception):
    """No room to write. Reading still works."""


class Duplicate(Exception):
    """A row with this key exists, or a row it refers to does not."""


class Connection(ABC):
    """What one transaction or snapshot may use; not valid after it. Never share it between tasks."""

    dialect: ClassVar[Dialect]
    #: Put behind a SELECT that reads what the transaction will write.
    for_update: ClassVar[str]

    @property
    @abstractmethod
    def orm(self) -> BaseDBAsyncClient:
        """For `using_db=` of a model's query; writing transactions only."""

    @abstractmethod
    async def all(self, sql: str, *args: Any) -> list[Row]: ...

    @abstractmethod
    async def run(self, sql: str, *args: Any) -> int:
        """Executes one statement and says how many rows it touched."""

    @abstractmethod
    async def many(self, sql: str, rows: Iterable[Sequence[Any]]) -> None: ...

    async def gather(self, *queries: tuple[Any, ...]) -> list[list[Row]]:
        """`all` of several queries, each (sql, *args), that do not wait for each other's answers: one way to the engine
        where that is dear. Those that lock (`for_update`) come first; the others see what was committed before the lock was had."""
        return [await self.all(sql, *args) for sql, *args in queries]

    async def batch(self, statements: Iterable[tuple[str, Sequence[Sequence[Any]]]]) -> None:
        """`many` of several statements that neither depend on each other nor touch a row twice."""
        for sql, rows in statements:
            await self.many(sql, rows)

    async def one(self, sql: str, *args: Any) -> Row | None:
        rows = await self.all(sql, *args)
        return rows[0] if rows else None

    async def value(self, sql: str, *args: Any) -> Any:
        row = await self.one(sql, *args)
        return None if row is None else next(iter(row.values()))


class Unasked(Connection):
    """For a reading that was foreseen: whatever it asks beyond that is a surprise."""

    dialect = "sqlite"
    for_update = ""

    class Surprise(Exception):
        """More has to be read than was foreseen."""

    @property
    def orm(self) -> Any:
        raise self.Surprise

    async def all(self, sql: str, *args: Any) -> list[Row]:
        raise self.Surprise

    async def run(self, sql: str, *args: Any) -> int:
        raise self.Surprise

    async def many(self, sql: str, rows: Iterable[Any]) -> None:
        raise self.Surprise


async def lock_village(connection: Connection, township_id: str, village_id: str) -> Row | None:
    """The village's row, held until the transaction ends, so that seq is taken by one writer at a time."""
    sql = "SELECT * FROM village WHERE township_id = ? AND id = ?" + connection.for_update  # noqa: S608  a constant
    return await connection.one(sql, township_id, village_id)


class Database(ABC):
    """One database and its connections. Open it by `Database.open(url)` and close it in `finally`: an open SQLite
    connection keeps the process alive."""

    dialect: ClassVar[Dialect]

    def __init__(self, url: str, context: TortoiseContext) -> None:
        self.url = url
        self._context = context

    @classmethod
    async def open(cls, url: str, *, readers: int = 4, pool_min: int = 1, pool_max: int = 10) -> Database:
        from server.postgres_engine import PostgresDatabase
        from server.sqlite_engine import SqliteDatabase

        scheme = urlsplit(url).scheme
        if scheme == "sqlite":
            return await SqliteDatabase.connect(url, readers)
        if scheme in ("postgres", "postgresql"):
            return await PostgresDatabase.connect(url, pool_min, pool_max)
        raise ValueError(f"SHIBU_DATABASE must begin with sqlite:/// or postgres://, not {scheme or 'nothing'}")

    @abstractmethod
    def transaction(self) -> contextlib.AbstractAsyncContextManager[Connection]:
        """One write transaction: SQLite BEGIN IMMEDIATE, PostgreSQL READ COMMITTED. Retrying is the caller's."""

    @abstractmethod
    def snapshot(self) -> contextlib.AbstractAsyncContextManager[Connection]:
        """One consistent, read-only view that does not wait for writers."""

    async def write(self, work: Callable[[Connection], Awaitable[T]], ground: Ground | None = None) -> T:
        """Runs `work` in a write transaction; what it returns is committed. It awaits nothing but its connection, and may be run
        in another thread, more than once, and share its commit with other works: what it does to the database is undone if it
        raises. `ground`: the only village whose rows it touches."""
        async with self.transaction() as connection:
            return await work(connection)

    async def read(self, work: Callable[[Connection], Awaitable[T]]) -> T:
        """Runs `work` in a snapshot, likewise."""
        async with self.snapshot() as connection:
            return await work(connection)

    async def look(self, sql: str, *args: Any) -> list[Row]:
        """One query: a snapshot by itself."""
        return await self.read(lambda connection: connection.all(sql, *args))

    async def look_all(self, *queries: tuple[Any, ...]) -> list[list[Row]]:
        """Several, each (sql, *args), of one snapshot."""
        return await self.read(lambda connection: connection.gather(*queries))

    @abstractmethod
    async def migrate(self) -> list[str]:
        """Applies what is new in server/sql and returns the names applied."""

    @abstractmethod
    async def pending(self) -> list[str]:
        """Names of migrations not applied yet."""

    @abstractmethod
    async def unsafe_settings(self) -> list[str]:
        """Settings of the database under which an acknowledged change could be lost."""

    async def close(self) -> None:
        await self._context.close_connections()


async def tortoise_for(engine: str, credentials: dict[str, Any]) -> tuple[TortoiseContext, BaseDBAsyncClient]:
    # Requests run in other tasks than the lifespan that opens the database: only a global context reaches them.
    alone = get_current_context() is None
    context = TortoiseContext()
    config = {
        "connections": {"default": {"engine": engine, "credentials": credentials}},
        "apps": {"models": {"models": ["server.models"], "default_connection": "default"}},
    }
    with context:
        await context.init(config, use_tz=False, _enable_global_fallback=alone)
    return context, context.db()


def without_password(url: str) -> str:
    """The address as it may be printed."""
    parts = urlsplit(url)
    if parts.password is None:
        return url
    return urlunsplit(parts._replace(netloc=parts.netloc.replace(f":{parts.password}@", ":***@")))
