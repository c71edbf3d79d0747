"""What guards every request and answer: security headers, the check that a request comes from our own pages, body limits.

Pure ASGI, so that streamed bodies pass through. Refusals leave in the shape of all refusals.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TypeVar
from urllib.parse import urlsplit

import msgspec
from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from server.refusals import Refusal

Value = TypeVar("Value")
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
JSON = "application/json"
LINES = "application/x-ndjson"
BYTES = "application/octet-stream"
#: Where a body is not JSON: an address, or with a slash at its end all addresses below it.
BODIES = {"/api/sync": LINES, "/api/files/": BYTES, "/api/unsent": BYTES}

PERMISSIONS = ", ".join(
    f"{feature}=()"
    for feature in ("accelerometer", "gyroscope", "magnetometer", "midi", "payment", "usb", "serial")
)
PERMISSIONS += ", camera=(self), geolocation=(self), microphone=(self)"

#: For answers that are data and never a page.
DATA_POLICY = "default-src 'none'; frame-ancestors 'none'; sandbox"


def content_security_policy(script_hashes: Sequence[str] = (), style_hashes: Sequence[str] = ()) -> str:
    """The policy of a page. Hashes ("sha256-…", without quotes) name what is inlined: the import map and the start style."""

    def hashes(names: Sequence[str]) -> str:
        return "".join(f" '{name}'" for name in names)

    return "; ".join(
        (
            "default-src 'self'",
            # Argon2 is WebAssembly; nothing evaluates text.
            f"script-src 'self' 'wasm-unsafe-eval'{hashes(script_hashes)}",
            f"style-src 'self'{hashes(style_hashes)}",
            "img-src 'self' blob: data:",
            "media-src 'self' blob:",
            "connect-src 'self'",
            "worker-src 'self'",
            "object-src 'none'",
            "base-uri 'none'",
            "form-action 'self'",
            "frame-ancestors 'none'",
            "require-trusted-types-for 'script'",
            "trusted-types shibu",
        )
    )


def refused(refusal: Refusal) -> Response:
    """A refusal as an answer."""
    headers = {"Cache-Control": "no-store"}
    if "seconds" in refusal.detail:
        headers["Retry-After"] = str(refusal.detail["seconds"])
    elif "allow" in refusal.detail:
        headers["Allow"] = ", ".join(refusal.detail["allow"])
    elif refusal.kind.code == "busy":
        headers["Retry-After"] = "5"
    return Response(msgspec.json.encode(refusal.body()), refusal.kind.status, headers, JSON)


class SecurityHeaders:
    """Every answer carries them, errors included; a page that set its own policy keeps it."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return await self.app(scope, receive, send)
        data = scope["path"].startswith("/api/")

        async def guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers.setdefault("Content-Security-Policy", DATA_POLICY if data else content_security_policy())
                headers["X-Content-Type-Options"] = "nosniff"
                headers["X-Frame-Options"] = "DENY"
                headers["Referrer-Policy"] = "no-referrer"
                headers["Permissions-Policy"] = PERMISSIONS
                headers["Cross-Origin-Opener-Policy"] = "same-origin"
                headers["Cross-Origin-Resource-Policy"] = "same-origin"
                if data:
                    headers.setdefault("Cache-Control", "no-store")
                if scope["scheme"] == "https":
                    headers["Strict-Transport-Security"] = "max-age=31536000"
            await send(message)

        await self.app(scope, receive, guarded)


def of_address(table: Mapping[str, Value], path: str, otherwise: Value) -> Value:
    """What a table says of an address itself, or of the part of the house it lies in."""
    return table.get(path, table.get(path.rpartition("/")[0] + "/", otherwise))


class OwnPagesOnly:
    """Changes are taken from our own pages and from programs, not from other sites' pages, and under /api in one type only.

    A browser says where a request comes from in Sec-Fetch-Site or, an older one, in Origin. A program says neither; it
    carries no cookie it was not given. A form on another site cannot send these types.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["method"] not in SAFE:
            refusal = self._refusal(scope)
            if refusal:
                return await refused(refusal)(scope, receive, send)
        await self.app(scope, receive, send)

    def _refusal(self, scope: Scope) -> Refusal | None:
        headers = Headers(scope=scope)
        site, origin = headers.get("sec-fetch-site"), headers.get("origin")
        if site is not None and site not in ("same-origin", "none"):
            return Refusal("foreign_origin")
        if origin is not None and not (origin == "null" and site == "same-origin"):
            sent = urlsplit(origin)
            if sent.scheme != scope["scheme"] or sent.netloc.lower() != headers.get("host", "").lower():
                return Refusal("foreign_origin")
        if scope["path"].startswith("/api/") and scope["method"] in ("POST", "PUT", "PATCH"):
            expected = of_address(BODIES, scope["path"], JSON)
            if headers.get("content-type", "").partition(";")[0].strip().lower() != expected:
                return Refusal("unsupported_type", expected=expected)
        return None


class BodyLimit:
    """Stops bodies over the limit of their address: by their declared length at once, by their bytes as they come."""

    def __init__(self, app: ASGIApp, limit: int, limits: dict[str, int]) -> None:
        self.app = app
        self.limit = limit
        self.limits = limits

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return await self.app(scope, receive, send)
        limit = of_address(self.limits, scope["path"], self.limit)
        refusal = Refusal("too_large", limit=limit)
        declared = Headers(scope=scope).get("content-length", "")
        if declared.isdigit() and int(declared) > limit:
            return await refused(refusal)(scope, receive, send)
        seen = 0

        async def counted() -> Message:
            nonlocal seen
            message = await receive()
            if message["type"] == "http.request":
                seen += len(message.get("body", b""))
                if seen > limit:
                    raise refusal
            return message

        await self.app(scope, counted, send)
