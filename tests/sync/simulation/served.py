"""The product's server in a process of its own, forked from one that has imported everything: it starts in a moment, may be
killed at any statement, and starts again over the same data.

    raise   the k-th statement from now raises: what the transaction had done is rolled back, the phone hears of a fault
    busy    it finds the database busy once: nobody hears of it
    die     the process is killed there, as `kill -9` does; commits count as two statements, before and after
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import multiprocessing
import os
import signal
import socket
from collections.abc import Awaitable, Callable
from multiprocessing.connection import Connection as Pipe
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

import uvicorn
from asyncpg.transaction import Transaction

from server.app import create_app
from server.database import Busy, Database
from server.postgres_engine import PostgresConnection
from server.settings import Settings
from server.sqlite_engine import ImmediateTransaction, SqliteConnection
from tests.sync.simulation import township_forms

HOST = "127.0.0.1"
START_SECONDS = 30


class Ordered(Exception):
    """A fault that was ordered."""


class Faults:
    """Counts statements of this process down to the one that goes wrong."""

    def __init__(self) -> None:
        self.left = 0
        self.how = ""

    def arm(self, left: int, how: str) -> None:
        self.left, self.how = left, how

    def statement(self) -> None:
        if not self.left:
            return
        self.left -= 1
        if self.left:
            return
        if self.how == "die":
            os.kill(os.getpid(), signal.SIGKILL)
        raise Busy("ordered") if self.how == "busy" else Ordered(self.how)

    def commit(self) -> None:
        """Before and after a commit only a death is possible: what raises there is no statement."""
        if self.how == "die":
            self.statement()


def _hook(faults: Faults) -> None:
    """Puts the counting before every statement of both engines."""

    def direct(name: str) -> None:
        plain = getattr(SqliteConnection, name)

        def counted(self: Any, *given: Any) -> Any:
            faults.statement()
            return plain(self, *given)

        setattr(SqliteConnection, name, counted)

    def awaited(owner: type, name: str, before: Callable[[], None], after: Callable[[], None] = lambda: None) -> None:
        plain: Callable[..., Awaitable[Any]] = getattr(owner, name)

        async def counted(self: Any, *given: Any) -> Any:
            before()
            answer = await plain(self, *given)
            after()
            return answer

        setattr(owner, name, counted)

    for name in ("_all", "_run", "_many"):
        direct(name)
    for name in ("all", "run", "many"):
        awaited(PostgresConnection, name, faults.statement)
    for owner in (ImmediateTransaction, Transaction):
        awaited(owner, "commit", faults.commit, faults.commit)


def _process(url: str, data: str, newer: bool, pipe: Pipe) -> None:
    """Serves until it is told to end, or killed."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    logging.basicConfig(filename=Path(data) / "server.log", level=logging.WARNING)
    faults = Faults()
    _hook(faults)
    asyncio.run(_serve(url, Path(data), newer, pipe, faults))


async def _serve(url: str, data: Path, newer: bool, pipe: Pipe, faults: Faults) -> None:
    database = await Database.open(url, readers=3, pool_max=6)
    try:
        app = create_app(Settings(database=url, data=data))
        app.state.database, app.state.catalogue = database, township_forms.catalogue(newer)
        server = uvicorn.Server(uvicorn.Config(app, lifespan="off", log_config=None, access_log=False))
        listening = socket.create_server((HOST, 0), backlog=64)

        def told() -> None:
            with contextlib.suppress(EOFError, OSError):
                match pipe.recv():
                    case ("arm", left, how):
                        passed = bool(faults.how) and not faults.left
                        faults.arm(left, how)
                        pipe.send(passed)
                    case ("forms", in_use):
                        app.state.catalogue = township_forms.catalogue(in_use)
                        pipe.send("changed")
                    case _:
                        server.should_exit = True
                return
            server.should_exit = True  # whoever started us is gone

        asyncio.get_running_loop().add_reader(pipe.fileno(), told)
        pipe.send(listening.getsockname()[1])
        await server.serve(sockets=[listening])
    finally:
        await database.close()


class Served:
    """One server over one database; `port` changes when it starts again, which the proxy hides from phones."""

    def __init__(self, url: str, data: Path) -> None:
        self.url = url
        self.data = data
        self.newer = False
        self.port = 0
        self.kills = 0
        self._context = multiprocessing.get_context("forkserver")
        self._context.set_forkserver_preload(["tests.sync.simulation.served"])
        self._process: BaseProcess | None = None
        self._pipe: Pipe | None = None

    def start(self) -> None:
        ours, theirs = self._context.Pipe()
        process = self._context.Process(target=_process, args=(self.url, str(self.data), self.newer, theirs), daemon=True)
        process.start()
        theirs.close()
        self._process, self._pipe = process, ours
        if not ours.poll(START_SECONDS):
            raise AssertionError(f"the server did not start: {self.log()}")
        try:
            self.port = ours.recv()
        except EOFError as exc:
            raise AssertionError(f"the server did not start: {self.log()}") from exc

    def kill(self) -> None:
        """kill -9."""
        if self._process is not None:
            self._process.kill()
            self._end()

    def ensure(self) -> None:
        """Started again, if it has died."""
        if self._process is None or not self._process.is_alive():
            self._end()
            self.kills += 1
            self.start()

    def is_dead(self) -> bool:
        return self._process is None or not self._process.is_alive()

    def arm(self, left: int, how: str) -> bool:
        """Whether what was armed before has come to pass; a death shows otherwise."""
        return self._ask("arm", left, how) is True

    def use_forms(self, newer: bool) -> None:
        self.newer = newer
        self._ask("forms", newer)

    def _ask(self, *words: Any) -> Any:
        assert self._pipe is not None
        with contextlib.suppress(OSError, EOFError):  # it died of the fault that was armed before
            self._pipe.send(words)
            if self._pipe.poll(START_SECONDS):
                return self._pipe.recv()
        return None

    def log(self) -> str:
        """What it complained of."""
        path = self.data / "server.log"
        return path.read_text("utf-8")[-4000:] if path.exists() else ""

    def stop(self) -> None:
        if self._pipe is not None:
            with contextlib.suppress(OSError):
                self._pipe.send(("end",))
        if self._process is not None:
            self._process.join(3)
            if self._process.is_alive():
                self._process.kill()
        self._end()

    def _end(self) -> None:
        if self._process is not None:
            self._process.join(5)
        if self._pipe is not None:
            self._pipe.close()
        self._process = self._pipe = None
