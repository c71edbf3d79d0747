"""What all tests share: real databases of both kinds, the app over them, and the cast signed in.

Async tests and fixtures need no mark. A PostgreSQL that cannot be started is an error, never a skip.
"""

from __future__ import annotations

import asyncio
import contextlib
import inspect
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any, Protocol

import httpx2
import pytest
from starlette.applications import Starlette

from server.app import create_app
from server.database import Database
from server.settings import Settings
from tests import cast
from tests.databases import PostgresMaker, SqliteMaker
from tests.serving import Server

BASE = "http://localhost"


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


@pytest.fixture
def settings(database_url: str, tmp_path: Path) -> Settings:
    return Settings(database=database_url, data=tmp_path)


@pytest.fixture
async def app(peopled: Database, settings: Settings) -> AsyncIterator[Starlette]:
    """The whole app over the cast's database, its lifespan running."""
    made = create_app(settings)
    async with made.router.lifespan_context(made):
        yield made


class ClientOf(Protocol):
    async def __call__(self, name: str, *, device: str | None = None) -> httpx2.AsyncClient: ...


@pytest.fixture
async def visitor(app: Starlette) -> AsyncIterator[httpx2.AsyncClient]:
    """A client that is not signed in."""
    async with httpx2.AsyncClient(transport=httpx2.ASGITransport(app), base_url=BASE) as client:
        yield client


@pytest.fixture
async def client_of(app: Starlette) -> AsyncIterator[ClientOf]:
    """`await client_of("chen")`: a client signed in as one of the cast, on that person's device or a given one."""
    async with contextlib.AsyncExitStack() as stack:

        async def signed_in(name: str, *, device: str | None = None) -> httpx2.AsyncClient:
            client = httpx2.AsyncClient(transport=httpx2.ASGITransport(app), base_url=BASE)
            await stack.enter_async_context(client)
            person = cast.CAST[name]
            body = {"account": person.login, "password": cast.PASSWORD, "device": device or person.device}
            answer = await client.post("/api/session", json=body)
            assert answer.status_code == 200, answer.text
            return client

        yield signed_in


async def _enter_cast(url: str) -> None:
    opened = await Database.open(url, readers=1)
    try:
        async with opened.transaction() as connection:
            await cast.enter(connection)
    finally:
        await opened.close()


@pytest.fixture
def served(serve: Server) -> Server:
    """The same with the cast in it, started."""
    asyncio.run(_enter_cast(serve.database))
    return serve.start()


@pytest.fixture
def serve(database_url: str, tmp_path: Path) -> Iterator[Server]:
    """A real server process over a fresh, empty database; started by the test, which may stop, kill and start it again."""
    server = Server(tmp_path, database_url)
    try:
        yield server
    finally:
        server.kill()
