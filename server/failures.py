"""How failures leave the house: to a browser that asks for a page as a page, to all others, and everywhere under /api, in the
one shape of refusals; never with a stack trace."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable

from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from server.database import Busy, DiskFull
from server.refusals import Refusal
from server.security import refused

log = logging.getLogger("shibu")

ErrorPage = Callable[[Request, Refusal], Awaitable[Response]]


def as_refusal(exc: Exception) -> Refusal:
    """What a person is told of an exception."""
    if isinstance(exc, Refusal):
        return exc
    if isinstance(exc, Busy):
        return Refusal("busy")
    if isinstance(exc, DiskFull):
        return Refusal("disk_full")
    if isinstance(exc, HTTPException):
        codes = {404: "not_found", 405: "method_not_allowed", 413: "too_large"}
        if exc.status_code in codes:
            return Refusal(codes[exc.status_code])
        if exc.status_code < 500:
            return Refusal("malformed", reason=exc.detail)
    return Refusal("server_error")


class Failures:
    """ASGI middleware, inside the security headers: whatever escapes below becomes an answer, if none has begun."""

    def __init__(self, app: ASGIApp, error_page: ErrorPage) -> None:
        self.app = app
        self.error_page = error_page

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return await self.app(scope, receive, send)
        begun = False

        async def noting(message: Message) -> None:
            nonlocal begun
            begun = begun or message["type"] == "http.response.start"
            await send(message)

        try:
            await self.app(scope, receive, noting)
        except ClientDisconnect:
            log.info("the client went away", extra={"path": scope["path"]})
        except Exception as exc:
            refusal = as_refusal(exc)
            if refusal.kind.status >= 500:
                log.error("%s %s failed", scope["method"], scope["path"], exc_info=exc)
            if begun:
                # The client sees a cut stream and acknowledges nothing; a tidy end would be a lie.
                raise
            response = await self._response(Request(scope), refusal)
            await response(scope, receive, send)

    async def _response(self, request: Request, refusal: Refusal) -> Response:
        path = request.url.path
        if path != "/api" and not path.startswith("/api/") and "text/html" in request.headers.get("accept", ""):
            return await self.error_page(request, refusal)
        return refused(refusal)
