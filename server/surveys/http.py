"""GET /api/forms/<hash>: a form's definition, the same for ever under its hash."""

from __future__ import annotations

import asyncio

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from server.accounts import current
from server.openapi import Operation, by_key
from server.refusals import Refusal
from server.surveys.catalogue import Catalogue


async def form(request: Request) -> Response:
    await current(request)
    catalogue: Catalogue = request.app.state.catalogue
    digest = request.path_params["hash"]
    text = catalogue.text(digest)
    if text is None:
        raise Refusal("unknown_form", hash=digest[:64])
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


routes = [Route("/api/forms/{hash}", form, methods=["GET"])]

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
    )
)
