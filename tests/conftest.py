"""What all tests share: real databases of both kinds, the app over them, and the cast signed in.

Async tests and fixtures need no mark. A PostgreSQL that cannot be started is an error, never a skip.
"""

from __future__ import annotations

import asyncio
import contextlib
import inspect
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any, Protocol

import httpx2
import pytest
from hypothesis import settings as hypothesis_settings
from starlette.applications import Starlette

from server.app import create_app
from server.database import Connection, Database
from server.settings import Settings
from server.surveys.catalogue import Catalogue
from tests import cast
from tests.databases import PostgresMaker, SqliteMaker
from tests.serving import Server

BASE = "http://localhost"

# Hypothesis by itself fails an example that took 200 ms: a busy machine would then fail a test of values.
hypothesis_settings.register_profile("untimed", deadline=None)
hypothesis_settings.load_profile("untimed")


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


#: For tests whose subject is not the database: once is enough.
one_engine = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


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


@pytest.fixture(scope="session")
def forms(sqlite_maker: SqliteMaker, tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, Any]]:
    """The compiled forms of surveys/, as rows of form_version: compiled once, not for every test's database."""
    return asyncio.run(_compiled(sqlite_maker.make(tmp_path_factory.mktemp("forms"))))


async def _compiled(url: str) -> list[dict[str, Any]]:
    opened = await Database.open(url, readers=1)
    try:
        await Catalogue.load(opened, Settings().surveys)
        async with opened.snapshot() as connection:
            return await connection.all("SELECT * FROM form_version")
    finally:
        await opened.close()


async def _put_forms(connection: Connection, rows: list[dict[str, Any]]) -> None:
    names = list(rows[0])
    sql = f"INSERT INTO form_version ({', '.join(names)}) VALUES ({', '.join('?' * len(names))})"
    await connection.many(sql, [tuple(row.values()) for row in rows])


@pytest.fixture
async def catalogue(database: Database, forms: list[dict[str, Any]]) -> Catalogue:
    """All forms of surveys/, stored in the test's database."""
    async with database.transaction() as connection:
        await _put_forms(connection, forms)
    return await Catalogue.stored(database)


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
async def app(peopled: Database, catalogue: Catalogue, settings: Settings) -> AsyncIterator[Starlette]:
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


async def _fill(url: str, fill: Callable[[Connection], Awaitable[None]]) -> None:
    opened = await Database.open(url, readers=1)
    try:
        async with opened.transaction() as connection:
            await fill(connection)
    finally:
        await opened.close()


@pytest.fixture
def serve(database_url: str, tmp_path: Path, forms: list[dict[str, Any]]) -> Iterator[Server]:
    """A real server process over a fresh database that holds nothing but compiled forms; started by the test, which may
    stop, kill and start it again."""
    asyncio.run(_fill(database_url, lambda connection: _put_forms(connection, forms)))
    server = Server(tmp_path, database_url)
    try:
        yield server
    finally:
        server.kill()


@pytest.fixture
def served(serve: Server) -> Server:
    """The same with the cast in it, started."""
    asyncio.run(_fill(serve.database, cast.enter))
    return serve.start()
