"""The composition root: routes, middleware, lifespan; nothing else."""

from __future__ import annotations

import contextlib
import importlib
import importlib.util
from collections.abc import AsyncIterator
from types import ModuleType

from starlette.applications import Starlette
from starlette.routing import BaseRoute

from server import openapi
from server.database import Database
from server.settings import Settings

AREAS = ("accounts", "sync", "surveys.http", "health", "openapi", "pages", "assets")


def areas() -> list[ModuleType]:
    """The modules that bring routes, in the order they are asked."""
    found = []
    for area in AREAS:
        name = f"server.{area}"
        parent = name.rpartition(".")[0]
        if importlib.util.find_spec(parent) and importlib.util.find_spec(name):
            found.append(importlib.import_module(name))
    return found


def create_app(settings: Settings) -> Starlette:
    routes: list[BaseRoute] = []
    operations: dict[str, openapi.Operation] = {}
    for area in areas():
        routes += area.routes
        operations |= getattr(area, "docs", {})

    @contextlib.asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        database = await Database.open(
            settings.database_url,
            readers=settings.readers,
            pool_min=settings.pool_min,
            pool_max=settings.pool_max,
        )
        app.state.database = database
        try:
            yield
        finally:
            await database.close()

    app = Starlette(routes=routes, lifespan=lifespan)
    app.state.settings = settings
    app.state.openapi = openapi.document(operations.values())
    return app
