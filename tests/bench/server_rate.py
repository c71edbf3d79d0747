"""Change-sets of ten records a second through POST /api/sync, against the same inserts with the bare driver, round by round.

Both servers run at once, each over a database of its own; they are loaded in turn, so that a busy machine is busy for both.
"""

from __future__ import annotations

import asyncio
import gzip
import json
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

import psutil

from tests.bench import rate_ground
from tests.bench.loopback import Connection
from tests.bench.rate_ground import SET, Writer
from tests.bench.table import Figure, median, spread
from tests.databases import PostgresMaker, SqliteMaker
from tests.serving import ROOT, Server, free_port

CLIENTS = 8
ROUNDS = 7
SECONDS = 3.0
WARM_SECONDS = 2.0
BUDGET = 50


@contextmanager
def floor(url: str, folder: Path, pattern: dict[str, list[dict[str, object]]]) -> Iterator[tuple[int, int]]:
    """The bare server: its port and its process."""
    file = folder / "pattern.json"
    file.write_text(json.dumps(pattern), "utf-8")
    port = free_port()
    process = subprocess.Popen([sys.executable, "-m", "tests.bench.floor", url, str(port), str(file)], cwd=ROOT)
    try:
        for _ in range(200):
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=2).close()
                break
            except OSError:
                time.sleep(0.05)
        yield port, process.pid
    finally:
        process.terminate()
        process.wait(10)


async def push(port: int, writer: Writer, until: float) -> int:
    """One phone sending set after set, at least one; says how many were taken."""
    sets = 0
    async with Connection(port, writer.token) as connection:
        while not sets or time.monotonic() < until:
            status, answer = await connection.post("/api/sync", writer.body())
            text = gzip.decompress(answer) if answer[:2] == b"\x1f\x8b" else answer
            assert status == 200 and text.endswith(b'{"t":"end"}\n'), (status, text[:500])
            assert text.count(b'"result":"ok"') == SET, text[:500]
            _keep_cursors(writer, text)
            sets += 1
    return sets


def _keep_cursors(writer: Writer, text: bytes) -> None:
    for line in text.splitlines():
        if line.startswith(b'{"t":"page"'):
            page = json.loads(line)
            writer.cursors[page["village"]] = page["next"]


class Side:
    """One of the two servers under load."""

    def __init__(self, port: int, pid: int, people: list[Writer], folder: str) -> None:
        self.port, self.people, self.pid, self.folder = port, people, pid, folder
        self.rates: list[float] = []
        #: Milliseconds of processor time a set, of the server's process and of the database's.
        self.costs: list[float] = []
        self.database: list[float] = []

    def _used(self) -> tuple[float, dict[int, float]]:
        return cpu(self.pid), {pid: cpu(pid) for pid in (backends(self.folder) if self.folder else [])}

    def round(self, seconds: float) -> None:
        asyncio.run(push(self.port, self.people[0], 0))  # connections of the pool are there before they are counted
        (used, before), start = self._used(), time.monotonic()

        async def all_of_them() -> int:
            until = start + seconds
            return sum(await asyncio.gather(*(push(self.port, writer, until) for writer in self.people)))

        sets = asyncio.run(all_of_them())
        self.rates.append(sets / (time.monotonic() - start))
        now, after = self._used()
        self.costs.append((now - used) / sets * 1000)
        self.database.append(sum(spent - before.get(pid, 0.0) for pid, spent in after.items()) / sets * 1000)


def cpu(pid: int) -> float:
    with suppress(psutil.NoSuchProcess):
        return float(sum(psutil.Process(pid).cpu_times()[:2]))
    return 0.0


def _of(url: str, floor_url: str, folder: Path, cluster: str = "") -> list[Figure]:
    """One database, ours against the floor; `cluster`: the folder of the PostgreSQL."""
    database = "PostgreSQL" if cluster else "SQLite"
    people = rate_ground.entered(url, CLIENTS)
    others = rate_ground.entered(floor_url, CLIENTS)
    server = Server(folder, url).start()
    try:
        asyncio.run(push(server.port, people[0], 0))
        pattern = asyncio.run(rate_ground.left(url))
        with floor(floor_url, folder, pattern) as (port, pid):
            asyncio.run(push(port, others[0], 0))
            assert_alike(url, floor_url)
            ours, bare = Side(server.port, server.pid, people, cluster), Side(port, pid, others, cluster)
            for side, its in ((ours, url), (bare, floor_url)):
                side.round(WARM_SECONDS)  # connections, statements, code paths
                if cluster:
                    asyncio.run(rate_ground.analysed(its))
                for kept in (side.rates, side.costs, side.database):
                    kept.clear()
            for number in range(ROUNDS):
                for side in (ours, bare) if number % 2 else (bare, ours):
                    side.round(SECONDS)
    finally:
        server.stop()
    return [_rate(ours, bare, database), _cost(ours, bare, database)]


def assert_alike(url: str, floor_url: str) -> None:
    """The floor writes what we write: as many rows, and as many bytes but for the width of a number."""
    ours, bare = asyncio.run(rate_ground.sizes(url)), asyncio.run(rate_ground.sizes(floor_url))
    for table, (rows, size) in ours.items():
        assert bare[table][0] == rows, (table, ours, bare)
        assert abs(bare[table][1] - size) <= 0.02 * size + 16, (table, ours, bare)


def backends(folder: str) -> list[int]:
    """The processes of the PostgreSQL over this folder; they come and go with connections."""
    for process in psutil.process_iter(["name", "cmdline"]):
        if process.info["name"] == "postgres" and folder in " ".join(process.info["cmdline"] or ()):
            return [process.pid, *(child.pid for child in process.children())]
    return []


def _rate(ours: Side, bare: Side, database: str) -> Figure:
    ratios = [100 * a / b for a, b in zip(ours.rates, bare.rates, strict=True)]
    return Figure(
        f"change-sets of {SET} on the server, {database}",
        f"{spread(ratios)} %",
        f"≥ {BUDGET} %",
        median(ratios) >= BUDGET,
        f"of the same inserts behind the same endpoint, {CLIENTS} clients, {ROUNDS} rounds:"
        f" {median(ours.rates):.0f} against {median(bare.rates):.0f} a second",
    )


def _cost(ours: Side, bare: Side, database: str) -> Figure:
    """What hardly moves with the machine's load, unlike the rates."""

    def said(side: Side) -> str:
        if database == "SQLite":
            return f"{median(side.costs):.2f} ms"
        return f"{median(side.costs):.2f} + {median(side.database):.2f} ms"

    total = [median(side.costs) + median(side.database) for side in (ours, bare)]
    return Figure(
        f"… processor time of one, {database}",
        said(ours),
        how=f"server{' + database' if database != 'SQLite' else ''}; the floor's {said(bare)}: by this measure {100 * total[1] / total[0]:.0f} %",
    )


def sqlite() -> list[Figure]:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "floor").mkdir()
        maker = SqliteMaker(folder)
        return _of(maker.make(folder), maker.make(folder / "floor"), folder)


def postgres() -> list[Figure]:
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        maker = stack.enter_context(PostgresMaker())
        return _of(maker.make(folder), maker.make(folder), folder, maker._folder)
