"""The townships that the phone is measured in, built once and kept in a folder: the large demo, and one of 10,000 records."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Awaitable, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from server import demo, passwords, records, roster
from server.app import open_database
from server.database import Database
from server.demo.dice import CHINA
from server.demo.plan import plans
from server.demo.village import records as demo_records
from server.demo.writing import Moment, Written
from server.settings import Settings
from server.surveys.catalogue import Catalogue
from tests.browser.handset import PASSWORD
from tests.serving import Server

ROWS = 10_000
Fill = Callable[[Database, Catalogue], Awaitable[object]]


class Ground:
    """Databases by name, each made when it is first asked for."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @contextmanager
    def served(self, name: str, scratch: Path) -> Iterator[Server]:
        """A server over a copy: `large` or `ten-thousand`."""
        data = scratch / name
        data.mkdir()
        shutil.copyfile(self._made(name), data / "shibu.sqlite3")
        server = Server(data).start()
        try:
            yield server
        finally:
            server.stop()

    def _made(self, name: str) -> Path:
        file = self.folder / f"{name}.sqlite3"
        if not file.exists():
            print(f"making {name} …", flush=True)
            half = file.with_suffix(".half")
            half.unlink(missing_ok=True)
            with ThreadPoolExecutor(1) as thread:  # Playwright may hold this thread's loop
                thread.submit(asyncio.run, _fill(half, FILLS[name])).result()
            half.rename(file)
        return file


async def _fill(file: Path, fill: Fill) -> None:
    settings = Settings.read({"SHIBU_DATABASE": f"sqlite:///{file}"})
    database = await open_database(settings)
    try:
        await fill(database, await Catalogue.load(database, settings.surveys))
    finally:
        await database.close()


async def _large(database: Database, catalogue: Catalogue) -> None:
    await demo.load(database, catalogue, "large", PASSWORD, say=lambda line: None)


async def _ten_thousand(database: Database, catalogue: Catalogue) -> None:
    """One village and one cadre: all homes and people of the large demo's, and as many visits as fit."""
    plan = plans("large")[0]
    told = demo_records(plan, Moment(datetime.now(CHINA)))
    lasting = [record for record in told if record.kind != "visit"]
    visits = [record for record in told if record.kind == "visit"]
    hashed = await passwords.hashed(PASSWORD)
    async with database.transaction() as connection:
        village = await roster.add_village(connection, plan.name, plan.township, "云泽县", plan.code)
        township = await connection.value("SELECT township_id FROM village WHERE id = ?", village)
        account = await roster.add(connection, "cadre1", "陈志远", hashed)
        await roster.grant(connection, account, await roster.post(connection, "cadre", village, None))
    seeds = [_seed(record, account) for record in [*lasting, *visits][:ROWS]]
    await records.load(database, township, village, seeds, catalogue)


def _seed(record: Written, account: str) -> records.Seed:
    return records.Seed(record.id, record.kind, record.answers, account, record.at)


FILLS: dict[str, Fill] = {"large": _large, "ten-thousand": _ten_thousand}
