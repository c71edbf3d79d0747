"""Many forms, one after the other, each in a process of its own within the worker's limits, without starting Python for each.

A workshop is a process that has loaded what compiling needs and then forks: what a form does to its child, it does to that
child alone. As a program (`python -m server.surveys.workshop`) it reads framed requests on stdin and answers on stdout.
"""

from __future__ import annotations

import asyncio
import contextlib
import gc
import json
import os
import select
import signal
import struct
import sys
import tempfile
import time
from collections.abc import Sequence
from typing import Any, BinaryIO

from server.surveys import worker
from server.surveys.compile import Source, compile_form
from server.surveys.refusal import Refused

MOST_WORKSHOPS = 4
_WARMING = b"| survey |\n| | type | name | label |\n| | text | a | A |\n"
_HEAD = struct.Struct(">qQ")


async def run_many(sources: Sequence[Source], limits: worker.Limits | None = None) -> list[worker.Outcome]:
    """What comes of each; as many at once as there are processors."""
    limits = limits or worker.Limits()
    if not hasattr(os, "fork") or len(sources) < 2:
        return [await worker.run(source, limits) for source in sources]
    found: list[worker.Outcome | None] = [None] * len(sources)
    waiting = list(enumerate(sources))[::-1]

    async def work() -> None:
        with tempfile.TemporaryDirectory(prefix="shibu-form-") as folder:
            shop = _Workshop(limits, folder)
            try:
                while waiting:
                    at, source = waiting.pop()
                    found[at] = await shop.compile(source)
            finally:
                await shop.close()

    count = max(1, min(MOST_WORKSHOPS, os.cpu_count() or 1, len(sources)))
    async with asyncio.TaskGroup() as group:
        for _ in range(count):
            group.create_task(work())
    return [outcome for outcome in found if outcome is not None]


class _Workshop:
    """The process, started when it is first needed and again when it has gone."""

    def __init__(self, limits: worker.Limits, folder: str) -> None:
        self.limits = limits
        self.folder = folder
        self.process: asyncio.subprocess.Process | None = None

    async def compile(self, source: Source) -> worker.Outcome:
        if len(source.data) > worker.MAX_SOURCE:
            return worker.refused(Refused("too_large", detail="4 MB"))
        try:
            # The workshop stops its child at the wall clock; the rest is for its own start on a busy machine.
            return await asyncio.wait_for(self._asked(source), self.limits.wall_seconds * 2 + 30)
        except (OSError, asyncio.IncompleteReadError, TimeoutError):
            await self.close()
            return worker.refused(Refused("crashed"))

    async def _asked(self, source: Source) -> worker.Outcome:
        process = self.process or await self._start()
        assert process.stdin is not None and process.stdout is not None
        request = worker.request(source)
        process.stdin.write(struct.pack(">Q", len(request)) + request)
        await process.stdin.drain()
        code, size = _HEAD.unpack(await process.stdout.readexactly(_HEAD.size))
        return worker.read(await process.stdout.readexactly(size), code)

    async def _start(self) -> asyncio.subprocess.Process:
        self.process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "server.surveys.workshop",
            str(self.limits.cpu_seconds),
            str(self.limits.memory_bytes),
            str(self.limits.wall_seconds),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
            cwd=worker.ROOT,
            env=worker.environment(self.folder),
            start_new_session=True,
            limit=worker.MAX_ANSWER,
        )
        return self.process

    async def close(self) -> None:
        process, self.process = self.process, None
        if process is None:
            return
        if process.returncode is None:
            # A child still at work belongs to the same session.
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
        await process.wait()


# Inside the workshop ----------------------------------------------------------------------------------------------


def _child(request: bytes, pipe: int, cpu_seconds: int, memory_bytes: int) -> None:
    worker.limit(cpu_seconds, memory_bytes)
    answer = worker.answer(json.loads(request))
    with os.fdopen(pipe, "wb") as out:
        out.write(answer)


def _one(request: bytes, cpu_seconds: int, memory_bytes: int, wall_seconds: float) -> tuple[int, bytes]:
    """(exit code or minus the signal, the answer) of one child."""
    reading, writing = os.pipe()
    pid = os.fork()
    if pid == 0:
        code = 1
        try:
            os.close(reading)
            _child(request, writing, cpu_seconds, memory_bytes)
            code = 0
        finally:
            # Whatever happens, the child must not come back into the workshop's own loop.
            os._exit(code)
    os.close(writing)
    answer, in_time = _read_all(reading, time.monotonic() + wall_seconds)
    os.close(reading)
    if not in_time:
        os.kill(pid, signal.SIGKILL)
    _, status = os.waitpid(pid, 0)
    return os.waitstatus_to_exitcode(status) if in_time else -signal.SIGALRM, answer


def _read_all(pipe: int, until: float) -> tuple[bytes, bool]:
    found: list[bytes] = []
    size = 0
    while True:
        left = until - time.monotonic()
        if left <= 0 or not select.select([pipe], [], [], left)[0]:
            return b"", False
        piece = os.read(pipe, 1 << 20)
        if not piece:
            return b"".join(found), True
        size += len(piece)
        if size <= worker.MAX_ANSWER + 1:
            found.append(piece)


def _requests(stream: BinaryIO) -> Any:
    while len(head := stream.read(8)) == 8:
        (size,) = struct.unpack(">Q", head)
        yield stream.read(size)


def main() -> None:
    cpu_seconds, memory_bytes, wall_seconds = int(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3])
    out = sys.stdout.buffer
    # pyxform prints now and then; only answers may stand on stdout.
    sys.stdout = sys.stderr
    compile_form(Source("warming.md", _WARMING, strict=False))
    gc.collect()
    gc.freeze()
    for request in _requests(sys.stdin.buffer):
        code, answer = _one(request, cpu_seconds, memory_bytes, wall_seconds)
        out.write(_HEAD.pack(code, len(answer)) + answer)
        out.flush()


if __name__ == "__main__":
    main()
