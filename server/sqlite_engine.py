"""SQLite: one writing connection with one lock, and a few read-only ones so that reads do not wait for it.

Transactions take the write lock at once (BEGIN IMMEDIATE): one begun as a reader cannot be upgraded while another process
writes, SQLite then answers "database is locked" without waiting. Tortoise picks its schema editor by the engine module's
name, which is why this name holds the word sqlite.
"""

from __future__ import annotations

import asyncio
import contextlib
import sqlite3
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, TypeVar, cast
from urllib.parse import urlsplit

import aiosqlite
from tortoise.backends.base.client import BaseDBAsyncClient, TransactionalDBClient, TransactionContext
from tortoise.backends.sqlite.client import SqliteClient, SqliteTransactionContext, SqliteTransactionWrapper
from tortoise.connection import get_connections
from tortoise.context import TortoiseContext
from tortoise.exceptions import TransactionManagementError

from server import group_commit, migrations
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

BUSY_MS = 5000
T = TypeVar("T")

PRAGMAS = {
    "journal_mode": "WAL",
    # FULL: a phone forgets a change after our answer, so a power cut must not take it back.
    "synchronous": "FULL",
    "foreign_keys": "ON",
    "busy_timeout": BUSY_MS,
}


@contextlib.contextmanager
def translated() -> Iterator[None]:
    """Turns what sqlite3 raises into the errors callers know; faults in our own SQL pass as they are."""
    try:
        yield
    except sqlite3.IntegrityError as exc:
        raise Duplicate(str(exc)) from exc
    except (sqlite3.OperationalError, TransactionManagementError) as exc:
        text = str(exc)
        if "full" in text:
            raise DiskFull(text) from exc
        if "locked" in text or "busy" in text or "unable to open" in text:
            raise Busy(text) from exc
        raise
    except TimeoutError as exc:
        raise Busy("no connection in time") from exc


class ImmediateTransaction(SqliteTransactionWrapper):
    """One write transaction on the process's one writing connection."""

    async def begin(self) -> None:
        try:
            await self._connection.execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError as exc:
            raise TransactionManagementError(exc) from exc


class ImmediateContext(SqliteTransactionContext):
    """Gives the connection's lock back when BEGIN itself fails; Tortoise's own context would keep it for ever."""

    async def __aenter__(self) -> TransactionalDBClient:
        await self._trxlock.acquire()
        token = None
        try:
            await self.ensure_connection()
            token = get_connections().set(self.connection_name, self.connection)
            await self.connection.begin()
        except BaseException:
            get_connections().reset(token)
            self._trxlock.release()
            raise
        self.token = token
        return self.connection  # type: ignore[no-any-return]


class ImmediateClient(SqliteClient):
    """The process's one writing connection and the lock around it."""

    def _in_transaction(self) -> TransactionContext:
        return ImmediateContext(ImmediateTransaction(self), self._lock)


client_class = ImmediateClient


class SqliteConnection(Connection):
    dialect = "sqlite"
    for_update = ""  # BEGIN IMMEDIATE holds the whole file already

    def __init__(self, raw: aiosqlite.Connection, orm: BaseDBAsyncClient | None) -> None:
        self._raw = raw
        self._orm = orm

    @property
    def orm(self) -> BaseDBAsyncClient:
        assert self._orm is not None, "a snapshot has no models"
        return self._orm

    # Each method is one call into the connection's thread: aiosqlite's own execute, fetch and close would be three.
    async def all(self, sql: str, *args: Any) -> list[Row]:
        with translated():
            return cast("list[Row]", await self._in_thread(self._all, sql, args))

    async def run(self, sql: str, *args: Any) -> int:
        with translated():
            return cast(int, await self._in_thread(self._run, sql, args))

    async def many(self, sql: str, rows: Iterable[Sequence[Any]]) -> None:
        with translated():
            await self._in_thread(self._many, sql, rows)

    async def gather(self, *queries: tuple[Any, ...]) -> list[list[Row]]:
        with translated():
            return cast("list[list[Row]]", await self._in_thread(self._gather, queries))

    async def batch(self, statements: Iterable[tuple[str, Sequence[Sequence[Any]]]]) -> None:
        with translated():
            await self._in_thread(self._batch, statements)

    async def _in_thread(self, function: Any, *args: Any) -> Any:
        return await self._raw._execute(function, *args)  # type: ignore[no-untyped-call]

    def _all(self, sql: str, args: Sequence[Any]) -> list[Row]:
        if not self._raw._conn.in_transaction:
            self._raw._conn.execute("BEGIN")  # a snapshot begins with what it reads first, on the same way
        cursor = self._raw._conn.execute(sql, args)
        return [dict(row) for row in cursor]

    def _gather(self, queries: Sequence[tuple[Any, ...]]) -> list[list[Row]]:
        return [self._all(sql, args) for sql, *args in queries]

    def _batch(self, statements: Iterable[tuple[str, Sequence[Sequence[Any]]]]) -> None:
        for sql, rows in statements:
            self._many(sql, rows)

    def _run(self, sql: str, args: Sequence[Any]) -> int:
        return self._raw._conn.execute(sql, args).rowcount

    def _many(self, sql: str, rows: Iterable[Sequence[Any]]) -> None:
        self._raw._conn.executemany(sql, rows)


class NearConnection(SqliteConnection):
    """The same from within the connection's own thread: nothing is waited for."""

    async def _in_thread(self, function: Any, *args: Any) -> Any:
        return function(*args)


class SqliteDatabase(Database):
    dialect = "sqlite"

    def __init__(self, url: str, context: TortoiseContext, client: ImmediateClient, path: Path) -> None:
        super().__init__(url, context)
        self.path = path
        self._client = client
        self._readers: asyncio.Queue[aiosqlite.Connection] = asyncio.Queue()
        self._all_readers: list[aiosqlite.Connection] = []
        self._writing = group_commit.Queue(self._commit)

    @classmethod
    async def connect(cls, url: str, readers: int) -> SqliteDatabase:
        path = Path(urlsplit(url).path[1:])
        await asyncio.to_thread(path.parent.mkdir, parents=True, exist_ok=True)
        context, client = await tortoise_for("server.sqlite_engine", {"file_path": str(path), **PRAGMAS})
        database = cls(url, context, cast(ImmediateClient, client), path)
        try:
            with translated():
                await client.create_connection(with_db=True)
                for _ in range(readers):
                    await database._add_reader()
        except BaseException:
            await database.close()
            raise
        return database

    async def _add_reader(self) -> None:
        raw = await aiosqlite.connect(f"{self.path.absolute().as_uri()}?mode=ro", uri=True, isolation_level=None)
        self._all_readers.append(raw)
        raw.row_factory = sqlite3.Row
        await raw.execute(f"PRAGMA busy_timeout={BUSY_MS}")
        await raw.execute("PRAGMA query_only=ON")
        self._readers.put_nowait(raw)

    async def close(self) -> None:
        for raw in self._all_readers:
            await raw.close()
        self._all_readers.clear()
        await super().close()

    async def write(self, work: Callable[[Connection], Awaitable[T]], ground: Ground | None = None) -> T:
        return cast(T, await self._writing.put(work))

    async def _commit(self, group: group_commit.Group) -> None:
        lock = await self._locked()
        raw = cast(aiosqlite.Connection, self._client._connection)
        running = asyncio.ensure_future(raw._execute(lambda: group.run(raw._conn, NearConnection(raw, None))))  # type: ignore[no-untyped-call]
        # Also where this task is ended: what runs in the thread runs on, and nobody else may enter meanwhile.
        running.add_done_callback(lambda _: lock.release())
        with translated():
            await asyncio.shield(running)

    async def read(self, work: Callable[[Connection], Awaitable[T]]) -> T:
        with translated():
            async with asyncio.timeout(LOCK_SECONDS):
                raw = await self._readers.get()

        def whole() -> T:
            try:
                return group_commit.driven(work(NearConnection(raw, None)))
            finally:
                raw._conn.rollback()

        running = asyncio.ensure_future(raw._execute(whole))  # type: ignore[no-untyped-call]
        running.add_done_callback(lambda _: self._readers.put_nowait(raw))
        return cast(T, await asyncio.shield(running))

    async def _locked(self) -> asyncio.Lock:
        lock: asyncio.Lock = self._client._lock
        # Not wait_for: before Python 3.12 it may swallow a cancellation that comes as the lock does.
        with translated():
            async with asyncio.timeout(LOCK_SECONDS):
                await lock.acquire()
        return lock

    @contextlib.asynccontextmanager
    async def transaction(self) -> AsyncIterator[Connection]:
        lock = await self._locked()
        try:
            inner = ImmediateTransaction(self._client)
            try:
                with translated():
                    await inner.begin()
                yield SqliteConnection(inner._connection, inner)
                with translated():
                    await inner.commit()
            except BaseException:
                # Queued behind whatever still runs in the connection's thread, so it also undoes a cancelled BEGIN.
                await asyncio.shield(inner.rollback())
                raise
        finally:
            lock.release()

    @contextlib.asynccontextmanager
    async def snapshot(self) -> AsyncIterator[Connection]:
        with translated():
            async with asyncio.timeout(LOCK_SECONDS):
                raw = await self._readers.get()
        try:
            yield SqliteConnection(raw, None)
        finally:
            undo = asyncio.ensure_future(raw.rollback())
            # Only then: a task that is ready already would begin on it before the rollback reaches its thread.
            undo.add_done_callback(lambda _: self._readers.put_nowait(raw))
            await asyncio.shield(undo)

    async def migrate(self) -> list[str]:
        with translated():
            return await asyncio.to_thread(migrations.migrate_sqlite, self.path)

    async def pending(self) -> list[str]:
        async with self.snapshot() as connection:
            return await migrations.pending(connection, self.dialect)

    async def unsafe_settings(self) -> list[str]:
        found = []
        async with self.transaction() as connection:
            if await connection.value("PRAGMA synchronous") != 2:
                found.append("synchronous")
            if str(await connection.value("PRAGMA journal_mode")).lower() != "wal":
                found.append("journal_mode")
        return found
