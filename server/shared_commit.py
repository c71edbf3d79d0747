"""PostgreSQL's writing, works of several villages to one commit: their villages are locked together, then the works run side by
side over one connection, and what they write goes there as one statement.

Promises: a work is done as if it were alone, and told as done only after the commit. Villages are locked before anything is
read, two works of one village never share, and no group waits for a lock: whose village is held elsewhere goes by itself.
Where anything goes wrong in a group, all of it is undone and each of its works is run again by itself, so a work may be run more
than once. Who asked and went away cuts no statement short: what was begun is ended in its own time.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Coroutine, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from server.database import Connection, Ground

T = TypeVar("T")
Work = Callable[[Connection], Awaitable[Any]]
Statements = Sequence[tuple[str, Sequence[Sequence[Any]]]]
#: So many works at most share a commit.
MOST = 16
#: What a group says of a work whose village it did not get.
LEFT_OUT: Any = object()


Queries = tuple[tuple[Any, ...], ...]
Rows = list[list[dict[str, Any]]]


class Joint:
    """One transaction's connection for several works at a time. What they ask and write waits until each of them waits for that
    or has ended, and then goes together; what only one can be waiting for goes at once."""

    def __init__(self, gather: Callable[[Sequence[tuple[Any, ...]]], Awaitable[Rows]], batch: Callable[[Statements], Awaitable[None]], works: int) -> None:
        self.turn = asyncio.Lock()
        self._gather, self._batch = gather, batch
        self._at_work = works
        self._asking: list[tuple[Queries, asyncio.Future[Rows]]] = []
        self._writing: list[tuple[Statements, asyncio.Future[None]]] = []
        self._going: set[asyncio.Task[None]] = set()

    async def run(self, work: Awaitable[T]) -> T:
        try:
            return await work
        finally:
            self._at_work -= 1
            self._look()

    async def ask(self, queries: Queries) -> Rows:
        answered: asyncio.Future[Rows] = asyncio.get_running_loop().create_future()
        self._asking.append((queries, answered))
        self._look()
        return await answered

    async def write(self, statements: Statements) -> None:
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._writing.append((statements, done))
        self._look()
        await done

    def _look(self) -> None:
        if not self._at_work or len(self._asking) + len(self._writing) < self._at_work:
            return
        if self._asking:
            asking, self._asking = self._asking, []
            going = self._read_all(asking)
        else:
            writing, self._writing = self._writing, []
            going = self._write_all(writing)
        task = asyncio.create_task(going)
        self._going.add(task)
        task.add_done_callback(self._going.discard)

    async def _read_all(self, asking: list[tuple[Queries, asyncio.Future[Rows]]]) -> None:
        """Those that ask the same of other rows by one statement: of others together there would be too many to prepare."""
        alike: dict[tuple[str, ...], list[tuple[Queries, asyncio.Future[Rows]]]] = {}
        for one in asking:
            alike.setdefault(tuple(sql for sql, *_ in one[0]), []).append(one)
        for some in alike.values():
            with told([answered for _, answered in some]):
                async with self.turn:
                    found = await self._gather([query for queries, _ in some for query in queries])
                for at, (queries, answered) in enumerate(some):
                    if not answered.done():
                        answered.set_result(found[at * len(queries) : (at + 1) * len(queries)])

    async def _write_all(self, writing: list[tuple[Statements, asyncio.Future[None]]]) -> None:
        with told([done for _, done in writing]):
            async with self.turn:
                await self._batch(joined(statements for statements, _ in writing))
            for _, done in writing:
                if not done.done():
                    done.set_result(None)


@contextlib.contextmanager
def told(waiting: Sequence[asyncio.Future[Any]]) -> Iterator[None]:
    """What goes wrong within is heard by whoever waits."""
    try:
        yield
    except BaseException as error:
        for future in waiting:
            if not future.done():
                future.set_exception(error if isinstance(error, Exception) else asyncio.CancelledError())
        if not isinstance(error, Exception):
            raise


def joined(works: Iterable[Statements]) -> Statements:
    """The statements of several works, each once with the rows of all; always in the same order, so that few different ones are
    prepared."""
    found: dict[str, list[Sequence[Any]]] = {}
    for statements in works:
        for sql, rows in statements:
            found.setdefault(sql, []).extend(rows)
    return sorted(found.items())


@dataclass(eq=False)
class Waiting:
    """A work, the village it is about, and who waits for it."""

    work: Work
    ground: Ground
    done: asyncio.Future[Any]

    def tell(self, outcome: Any) -> None:
        if self.done.done():
            return
        if isinstance(outcome, BaseException):
            self.done.set_exception(outcome)
        else:
            self.done.set_result(outcome)


class Queue:
    """Works in the order they came, and the one task that runs groups of them."""

    def __init__(
        self,
        together: Callable[[Sequence[Ground], Sequence[Work]], Awaitable[list[Any]]],
        alone: Callable[[Work], Coroutine[Any, Any, Any]],
    ) -> None:
        self._together, self._alone = together, alone
        self._waiting: list[Waiting] = []
        self._running: asyncio.Task[None] | None = None
        self._by_themselves: set[asyncio.Task[None]] = set()

    async def put(self, work: Work, ground: Ground | None) -> Any:
        """What the work returned, once it is committed."""
        if ground is None:
            return await asyncio.shield(asyncio.ensure_future(self._alone(work)))
        waiting = Waiting(work, ground, asyncio.get_running_loop().create_future())
        self._waiting.append(waiting)
        if self._running is None:
            self._running = asyncio.create_task(self._all())
        return await waiting.done

    def _next(self) -> list[Waiting]:
        members: dict[Ground, Waiting] = {}
        left: list[Waiting] = []
        for waiting in self._waiting:
            if waiting.done.cancelled():
                continue
            if waiting.ground in members or len(members) >= MOST:
                left.append(waiting)
            else:
                members[waiting.ground] = waiting
        self._waiting = left
        return list(members.values())

    async def _all(self) -> None:
        try:
            while members := self._next():
                try:
                    await self._group(members)
                except BaseException:  # the loop is closing
                    for member in members:
                        member.done.cancel()
                    raise
        finally:
            self._running = None

    async def _group(self, members: list[Waiting]) -> None:
        try:
            values = await self._together([member.ground for member in members], [member.work for member in members])
        except Exception as error:
            values = [error] if len(members) == 1 else [LEFT_OUT] * len(members)
        for member, value in zip(members, values, strict=True):
            if value is LEFT_OUT:
                task = asyncio.create_task(self._by_itself(member))
                self._by_themselves.add(task)
                task.add_done_callback(self._by_themselves.discard)
            else:
                member.tell(value)

    async def _by_itself(self, member: Waiting) -> None:
        try:
            member.tell(await self._alone(member.work))
        except Exception as error:
            member.tell(error)
        except BaseException:
            member.done.cancel()
            raise
