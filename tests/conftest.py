"""What all tests share: real databases of both kinds, the app over them, and the cast signed in.

Async tests and fixtures need no mark. A PostgreSQL that cannot be started is an error, never a skip.
"""

from __future__ import annotations

import inspect
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest

from server.database import Database
from tests import cast
from tests.databases import PostgresMaker, SqliteMaker


@pytest.hookimpl(tryfirst=True)
def pytest_pycollect_makeitem(collector: Any, name: str, obj: Any) -> None:
    if collector.istestfunction(obj, name) and inspect.iscoroutinefunction(getattr(obj, "hypothesis", obj)):
        pytest.mark.anyio(obj)
        pytest.mark.usefixtures("anyio_backend")(obj)


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(scope="session")
def sqlite_maker(tmp_path_factory: pytest.TempPathFactory) -> SqliteMaker:
    return SqliteMaker(tmp_path_factory.mktemp("template"))


@pytest.fixture(scope="session")
def postgres_maker() -> Iterator[PostgresMaker]:
    with PostgresMaker() as maker:
        yield maker


@pytest.fixture(params=["sqlite", "postgres"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Address of a fresh database, migrated and empty; each test runs once on each engine."""
    maker = request.getfixturevalue(f"{request.param}_maker")
    url = maker.make(tmp_path)
    yield url
    maker.drop(url)


@pytest.fixture
async def database(database_url: str, anyio_backend: str) -> AsyncIterator[Database]:
    """A fresh database, migrated and empty."""
    opened = await Database.open(database_url)
    try:
        yield opened
    finally:
        await opened.close()


@pytest.fixture
async def peopled(database: Database) -> Database:
    """The same with the cast's townships, villages, accounts and roles in it."""
    async with database.transaction() as connection:
        await cast.enter(connection)
    return database
