"""GET /healthz: for reverse proxies, watchdogs and the phone's doctor page."""

from __future__ import annotations

import msgspec
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from server import __version__


async def healthz(request: Request) -> Response:
    """200 if the database answers; whatever else goes wrong leaves as 503 busy."""
    async with request.app.state.database.snapshot() as connection:
        await connection.value("SELECT value FROM setting WHERE key = 'epoch'")
    body = msgspec.json.encode({"status": "ok", "version": __version__})
    return Response(body, media_type="application/json", headers={"Cache-Control": "no-store"})


routes = [Route("/healthz", healthz)]
