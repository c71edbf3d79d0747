"""PostgreSQL's writing, works of several villages to one commit: their villages are locked together, then the works run side by
side over one connection, and what they write goes there as one statement.

Promises: a work is done as if it were alone, and told as done only after the commit. Villages are locked before anything is
read, two works of one village never share, and no group waits for a lock: whose village is held elsewhere goes by itself.
Where anything goes wrong in a group, all of it is undone and each of its works is run again by itself, so a work may be run more
than once. Who asked and went away cuts no statement short: what was begun is ended in its own time.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Iterable, Sequence
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


class Joint:
    """One transaction's connection for several works at a time: what they read goes one after the other, what they write
    waits until each of them waits for that or has ended."""

    def __init__(self, batch: Callable[[Statements], Awaitable[None]], works: int) -> None:
        self.turn = asyncio.Lock()
        self._batch = batch
        self._at_work = works
        self._waiting: list[tuple[Statements, asyncio.Future[None]]] = []
        self._writing: asyncio.Task[None] | None = None

    async def run(self, work: Awaitable[T]) -> T:
        try:
            return await work
        finally:
            self._at_work -= 1
            self._look()

    async def write(self, statements: Statements) -> None:
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append((statements, done))
        self._look()
        await done

    def _look(self) -> None:
        if self._waiting and len(self._waiting) == self._at_work:
            waiting, self._waiting = self._waiting, []
            self._writing = asyncio.create_task(self._write(waiting))

    async def _write(self, waiting: list[tuple[Statements, asyncio.Future[None]]]) -> None:
        try:
            async with self.turn:
                await self._batch(joined(statements for statements, _ in waiting))
        except BaseException as error:
            for _, done in waiting:
                if not done.done():
                    done.set_exception(error if isinstance(error, Exception) else asyncio.CancelledError())
        else:
            for _, done in waiting:
                if not done.done():
                    done.set_result(None)


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
