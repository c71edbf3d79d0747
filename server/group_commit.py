"""SQLite's writing, many works to one commit: what waits is run one after the other in the connection's own thread, each behind
a savepoint, and committed together.

Promises: a work is done as if it were alone: undone as a whole if it raises, told as done only after the commit; if the commit
or the whole transaction fails, each of them hears it. A work is a coroutine that awaits nothing but its connection, which never
lets it wait: the disk is asked once a group, and no work goes back and forth between threads.
"""

from __future__ import annotations

import asyncio
import contextlib
import sqlite3
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar, cast

from server.database import Connection

T = TypeVar("T")
Work = Callable[[Connection], Awaitable[Any]]
#: So many at most share a commit, so that the first is not kept waiting for the last.
MOST = 32


def driven(coroutine: Awaitable[T]) -> T:
    """Runs a coroutine that never has to wait, here and now."""
    running = cast(Coroutine[Any, Any, T], coroutine)
    try:
        running.send(None)
    except StopIteration as done:
        return cast(T, done.value)
    running.close()
    raise RuntimeError("a work may wait for nothing but its connection")


@dataclass(eq=False)
class Waiting:
    """A work, and who waits for it."""

    work: Work
    done: asyncio.Future[Any]
    value: Any = None
    error: BaseException | None = None


@dataclass
class Group:
    """Works of one transaction."""

    members: Sequence[Waiting]
    ran: list[Waiting] = field(default_factory=list)

    def run(self, raw: sqlite3.Connection, connection: Connection) -> None:
        """In the connection's thread. Raises what befell them all; what befell one is its own."""
        raw.execute("BEGIN IMMEDIATE")
        try:
            for member in self.members:
                # Who asked went away before it was begun.
                if not member.done.cancelled():
                    self._one(raw, connection, member)
            raw.execute("COMMIT")
        except BaseException:
            with contextlib.suppress(sqlite3.Error):
                raw.rollback()
            raise

    def _one(self, raw: sqlite3.Connection, connection: Connection, member: Waiting) -> None:
        raw.execute("SAVEPOINT work")
        try:
            member.value = driven(member.work(connection))
        except Exception as error:
            # A full disk undoes everything at once: the works before this one as well.
            if not raw.in_transaction:
                raise
            member.error = error
            raw.execute("ROLLBACK TO work")
        raw.execute("RELEASE work")
        self.ran.append(member)

    def tell(self) -> None:
        """After the commit, in the loop's thread."""
        for member in self.ran:
            if member.done.done():
                continue
            if member.error is None:
                member.done.set_result(member.value)
            else:
                member.done.set_exception(member.error)

    def failed(self, error: BaseException) -> None:
        for member in self.members:
            if not member.done.done():
                member.done.set_exception(error)


class Queue:
    """Works in the order they came, and the one task that runs them."""

    def __init__(self, run: Callable[[Group], Awaitable[None]]) -> None:
        self._run = run
        self._waiting: list[Waiting] = []
        self._running: asyncio.Task[None] | None = None

    async def put(self, work: Work) -> Any:
        """What the work returned, once it is committed."""
        waiting = Waiting(work, asyncio.get_running_loop().create_future())
        self._waiting.append(waiting)
        if self._running is None:
            self._running = asyncio.create_task(self._all())
        return await waiting.done

    async def _all(self) -> None:
        try:
            while self._waiting:
                group = Group(self._waiting[:MOST])
                del self._waiting[:MOST]
                try:
                    await self._run(group)
                except Exception as error:
                    group.failed(error)
                except BaseException as error:  # the loop is closing
                    group.failed(asyncio.CancelledError())
                    raise error
                else:
                    group.tell()
        finally:
            self._running = None
