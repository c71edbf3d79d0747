"""GET /api/forms/<hash> and /api/form-media/<sha256>: a form's definition, and what its labels show and play; the same for ever.

GET /api/forms gives many definitions in one answer, or of each only its head: what a phone files rows by.
"""

from __future__ import annotations

import asyncio
import functools
import gzip
import json
import re
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from server.accounts import current
from server.openapi import Operation, Parameter, by_key
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


#: More in one answer keeps a slow phone from drawing while it takes them.
MANY = 200
_HEAD = ("kind", "hash", "title", "envelope", "moves", "files", "local", "consent")


async def forms(request: Request) -> Response:
    """Those of the asked forms that there are, in the order asked."""
    await current(request)
    heads = "heads" in request.query_params
    asked = request.query_params.get("heads" if heads else "hashes", "").split(",")[:MANY]
    catalogue: Catalogue = request.app.state.catalogue
    texts = tuple(text for digest in asked if (text := catalogue.text(digest)) is not None)
    zipped = "gzip" in request.headers.get("accept-encoding", "")
    body = await asyncio.to_thread(_bundle, texts, heads, zipped)
    whole = len(texts) == len(asked)
    headers = {
        "Cache-Control": "private, max-age=31536000, immutable" if whole else "no-store",
        "Vary": "Accept-Encoding",
    }
    if zipped:
        headers["Content-Encoding"] = "gzip"
    return Response(body, media_type="application/json", headers=headers)


@functools.lru_cache(maxsize=32)  # every phone asks for the same ones
def _bundle(texts: tuple[str, ...], heads: bool, zipped: bool) -> bytes:
    parts = [json.dumps(_head(json.loads(text)), ensure_ascii=False) for text in texts] if heads else texts
    body = f"[{','.join(parts)}]".encode()
    return gzip.compress(body, 6, mtime=0) if zipped else body


def _head(definition: dict[str, Any]) -> dict[str, Any]:
    """What lists and rows need, and where a record lies; pwa/store/forms.js makes a shape of it."""
    places = [question for question in definition.get("questions", ()) if question["type"] == "geopoint"]
    head = {key: definition[key] for key in _HEAD if key in definition}
    return head | {"questions": [{key: place[key] for key in ("path", "type", "repeat")} for place in places]}


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
    Route("/api/forms", forms, methods=["GET"]),
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
        "/api/forms",
        "Several definitions at once, as far as they are known; with `heads` only kind, hash, title, envelope, moves and places",
        {200: {"type": "array", "items": {"type": "object", "required": ["kind", "hash"]}}},
        parameters=(
            Parameter("hashes", schema={"type": "string", "description": "hashes with commas between them"}),
            Parameter("heads", schema={"type": "string", "description": "the same, for heads"}),
        ),
        refusals=("sign_in",),
    ),
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
