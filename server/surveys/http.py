"""GET /api/forms/<hash> and /api/form-media/<sha256>: a form's definition, and what its labels show and play; the same for ever."""

from __future__ import annotations

import asyncio
import re

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from server.accounts import current
from server.openapi import Operation, by_key
from server.refusals import Refusal
from server.scope import administers
from server.surveys import publications
from server.surveys.catalogue import Catalogue


async def form(request: Request) -> Response:
    actor = await current(request)
    catalogue: Catalogue = request.app.state.catalogue
    digest = request.path_params["hash"]
    text = catalogue.text(digest)
    if text is None:
        return await _trial(request, actor.account_id, digest)
    headers = {
        # private: a form is shown to people who are signed in, and proxies must not hand it to others.
        "Cache-Control": "private, max-age=31536000, immutable",
        "ETag": f'"{digest}"',
        "Vary": "Accept-Encoding",
    }
    if "gzip" not in request.headers.get("accept-encoding", ""):
        return Response(text, media_type="application/json", headers=headers)
    packed = await asyncio.to_thread(catalogue.packed, digest)
    return Response(packed, media_type="application/json", headers=headers | {"Content-Encoding": "gzip"})


async def _trial(request: Request, account_id: str, digest: str) -> Response:
    """What is only being tried is there for the administrator alone, who looks at it in the preview."""
    async with request.app.state.database.snapshot() as connection:
        known = re.fullmatch("[0-9a-f]{1,64}", digest) and await administers(connection, account_id)
        row = await publications.trial(connection, digest) if known else None
    if row is None:
        raise Refusal("unknown_form", hash=digest[:64])
    return Response(row["definition"], media_type="application/json", headers={"Cache-Control": "no-store"})


async def form_media(request: Request) -> Response:
    await current(request)
    digest = request.path_params["sha256"]
    row = None
    if re.fullmatch("[0-9a-f]{64}", digest):
        async with request.app.state.database.snapshot() as connection:
            row = await connection.one("SELECT type, body FROM form_media WHERE sha256 = ?", digest)
    if row is None:
        raise Refusal("not_found")
    headers = {"Cache-Control": "private, max-age=31536000, immutable", "ETag": f'"{digest}"'}
    return Response(bytes(row["body"]), media_type=row["type"], headers=headers)


routes = [
    Route("/api/forms/{hash}", form, methods=["GET"]),
    Route("/api/form-media/{sha256}", form_media, methods=["GET"]),
]

DEFINITION_SCHEMA = {
    "type": "object",
    "description": "A compiled form; pwa/form/definition.js describes every property.",
    "required": [
        "kind",
        "hash",
        "title",
        "languages",
        "questions",
        "lists",
        "order",
        "dependents",
        "envelope",
        "moves",
    ],
    "properties": {
        "kind": {"type": "string"},
        "hash": {"type": "string"},
        "title": {"type": "object", "additionalProperties": {"type": "string"}},
        "languages": {"type": "array", "items": {"type": "string"}},
        "questions": {
            "type": "array",
            "items": {"type": "object", "required": ["path", "name", "type", "holds"]},
        },
        "lists": {"type": "object", "additionalProperties": {"type": "array", "items": {"type": "object"}}},
        "order": {"type": "array", "items": {"type": "string"}},
        "dependents": {
            "type": "object",
            "additionalProperties": {"type": "array", "items": {"type": "string"}},
        },
        "envelope": {"type": "object", "additionalProperties": {"type": "string"}},
        "moves": {"type": "array", "items": {"type": "object"}},
    },
}

docs = by_key(
    Operation(
        "GET",
        "/api/forms/{hash}",
        "A form's definition with its lists; never changes under its hash",
        {200: DEFINITION_SCHEMA},
        refusals=("sign_in", "unknown_form"),
    ),
    Operation(
        "GET",
        "/api/form-media/{sha256}",
        "A picture or sound of a form, as definition.files names it; never changes",
        {200: {"type": "string", "format": "binary"}},
        response_type="*/*",
        refusals=("sign_in",),
    ),
)
