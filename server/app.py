"""The composition root: routes, middleware, lifespan; nothing else."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator
from types import ModuleType

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from server import (
    accounts,
    assets,
    desk,
    devices,
    escrow,
    files,
    health,
    held,
    instances,
    maps,
    openapi,
    pages,
    summaries,
    sync,
)
from server.database import Database
from server.failures import Failures
from server.feed_pages import Pages
from server.logs import RequestLog
from server.network import TrustedProxy
from server.refusals import Refusal
from server.scope import Seen
from server.security import BodyLimit, OwnPagesOnly, SecurityHeaders
from server.settings import Settings
from server.surveys import http as surveys_http
from server.surveys import publishing
from server.surveys.catalogue import Catalogue
from server.throttle import Throttle

#: The modules that bring routes, in the order they are asked.
AREAS: tuple[ModuleType, ...] = (
    accounts, escrow, devices, sync, held, desk, files, maps, instances, summaries, surveys_http, publishing, health, openapi, pages, assets,
)  # fmt: skip


log = logging.getLogger("shibu")


class UnsafeDatabase(Exception):
    """The database may lose what it has confirmed; phones would have forgotten it by then."""


def operations() -> dict[str, openapi.Operation]:
    """What the areas say of their routes, by "METHOD /path"."""
    return {key: operation for area in AREAS for key, operation in getattr(area, "docs", {}).items()}


async def open_database(settings: Settings) -> Database:
    """Open, migrated, and refused if it is set to forget."""
    database = await Database.open(
        settings.database_url, readers=settings.readers, pool_min=settings.pool_min, pool_max=settings.pool_max
    )
    try:
        await database.migrate()
        unsafe = await database.unsafe_settings()
        if unsafe:
            raise UnsafeDatabase(f"Switch on {', '.join(unsafe)} in the database; it might lose confirmed changes.")
    except BaseException:
        await database.close()
        raise
    return database


async def _tell_of_maps(settings: Settings, database: Database) -> None:
    """A map that phones cannot draw stops nothing, but whoever starts the server hears of it."""
    async with database.snapshot() as connection:
        towns = await maps.townships(connection)
    for served, sentence in await asyncio.to_thread(lambda: list(maps.look(settings.maps_folder, towns))):
        if not served:
            log.warning("Map: %s", sentence)


@contextlib.asynccontextmanager
async def lifespan(app: Starlette) -> AsyncIterator[None]:
    settings: Settings = app.state.settings
    database = await open_database(settings)
    try:
        app.state.database = database
        app.state.catalogue = await Catalogue.load(database, settings.surveys)
        # Packs every file once, now rather than under the first visitor.
        pages.release(assets.load(settings.pwa))
        await _tell_of_maps(settings, database)
        yield
    finally:
        await database.close()


async def _no_route(request: Request, exc: Exception) -> Response:
    """Starlette's own plain-text errors leave in our shape instead (failures.py)."""
    assert isinstance(exc, HTTPException)
    if exc.status_code == 405:
        routes: list[Route] = request.app.routes
        allowed = {m for r in routes if r.path_regex.match(request.url.path) for m in r.methods or ()}
        raise Refusal("method_not_allowed", allow=sorted(allowed))
    raise exc


def create_app(settings: Settings) -> Starlette:
    limits = {
        "/api/files/": files.PIECE,
        "/api/sync": settings.sync_body_mb * 2**20,
        "/api/unsent": settings.import_mb * 2**20,
        "/api/surveys/trials": settings.form_body_mb * 2**20,
    }
    app = Starlette(
        routes=[route for area in AREAS for route in area.routes],
        middleware=[
            Middleware(TrustedProxy, settings.trusted_proxy),
            Middleware(RequestLog),
            Middleware(SecurityHeaders),
            Middleware(Failures, pages.error_page),
            Middleware(OwnPagesOnly),
            Middleware(BodyLimit, settings.body_kb * 1024, limits),
        ],
        exception_handlers={HTTPException: _no_route},
        lifespan=lifespan,
    )
    # A redirect would repeat whatever Host header it was sent.
    app.router.redirect_slashes = False
    app.state.settings = settings
    app.state.throttle = Throttle()
    app.state.seen_scopes = Seen()
    app.state.feed_pages = Pages()
    app.state.summaries = summaries.Summaries()
    app.state.trying = asyncio.Semaphore(publishing.AT_ONCE)
    app.state.openapi = openapi.document(operations().values())
    return app
