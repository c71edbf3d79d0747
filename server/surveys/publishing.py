"""HTTP of publishing: try a form, see what it changes and costs, publish it, take it back, download any version.

Promises: only the county's administrator; nothing goes live but by `publish` and `rollback`, each one transaction with who,
when and why; a trial that has errors is an answer, not a refusal.
"""

from __future__ import annotations

import asyncio
import json
from typing import Annotated, Any
from urllib.parse import quote

import msgspec
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from server.accounts import administrator, decoded
from server.openapi import Operation, by_key
from server.refusals import Refusal
from server.surveys import cost, media, publications, publish, workbook
from server.surveys.catalogue import LIST_TYPES, Catalogue
from server.surveys.grouped import grouped
from server.surveys.publications import Made, Upload

#: Workers compiling uploads at one time; each may take a processor and 768 MB.
AT_ONCE = 2
JSON = "application/json"

FileName = Annotated[str, msgspec.Meta(min_length=1, max_length=200, pattern=r"^[^/\\\x00-\x1f]+$")]
Said = Annotated[str, msgspec.Meta(max_length=500, pattern=r"^[^\x00]*$")]
Hash = Annotated[str, msgspec.Meta(max_length=64, pattern=r"^[0-9a-f]*$")]


class Attachment(msgspec.Struct):
    """A list (.csv .geojson .xml), a picture or a sound that the form names."""

    name: FileName
    data: bytes


class TrialRequest(msgspec.Struct):
    """A form: .xlsx .xls .csv or .md, with what lies beside it. `data` is base64."""

    name: FileName
    data: bytes
    files: Annotated[list[Attachment], msgspec.Meta(max_length=200)] = []
    times_per_year: Annotated[float, msgspec.Meta(gt=0, le=10_000)] | None = None


class PublishRequest(msgspec.Struct):
    """`live` is the live version the difference was shown against, null where there was none."""

    hash: Hash
    live: Hash | None
    message: Said = ""


class RollbackRequest(msgspec.Struct):
    """Without a hash: to the version that was live before."""

    hash: Hash | None = None
    message: Said = ""


class Published(msgspec.Struct):
    kind: str
    hash: str


def answer(body: Any) -> Response:
    return Response(msgspec.json.encode(body), media_type=JSON, headers={"Cache-Control": "no-store"})


async def try_out(request: Request) -> Response:
    """POST /api/surveys/trials"""
    actor = await administrator(request)
    asked: TrialRequest = decoded(await request.body(), TrialRequest)
    state = request.app.state
    async with state.trying:
        found = await publish.try_form(
            state.database, state.catalogue, state.settings.surveys, _upload(asked), actor.account_id
        )
    return answer(found)


def _upload(asked: TrialRequest) -> Upload:
    lists, pictures = {}, {}
    for file in asked.files:
        if media.type_of(file.name):
            pictures[file.name] = file.data
        elif any(file.name.lower().endswith(suffix) for suffix in LIST_TYPES):
            lists[file.name] = file.data.decode("utf-8-sig", "replace").replace("\x00", "")
    return Upload(asked.name, asked.data, lists, pictures, asked.times_per_year)


async def show_trial(request: Request) -> Response:
    """GET /api/surveys/trials/{hash}"""
    await administrator(request)
    state = request.app.state
    async with state.database.snapshot() as connection:
        row = await publications.trial(connection, _path(request, "hash"))
    if row is None:
        raise Refusal("unknown_form", hash=_path(request, "hash"))
    definition = json.loads(row["definition"])
    found = await publish.compared(state.database, state.catalogue, definition, row["times_per_year"])
    # What the upload itself was warned of; the rest may have changed since.
    own = [line for line in json.loads(row["warnings"]) if line["code"] in {"note", "missing_media"}]
    return answer(
        {
            "ok": True,
            "kind": row["kind"],
            "title": definition["title"],
            "questions": cost.asked(definition),
            "file": row["name"],
            "errors": [],
            "hash": row["hash"],
            **found,
            "warnings": grouped(own + found["warnings"]),
        }
    )


async def publish_trial(request: Request) -> Response:
    """POST /api/surveys/{kind}/publish"""
    actor = await administrator(request)
    asked: PublishRequest = decoded(await request.body(), PublishRequest)
    kind = _path(request, "kind")
    async with request.app.state.database.transaction() as connection:
        await publications.publish(
            connection, kind, asked.hash, live=asked.live, account_id=actor.account_id, message=asked.message
        )
    await _renew(request)
    return answer(Published(kind, asked.hash))


async def roll_back(request: Request) -> Response:
    """POST /api/surveys/{kind}/rollback"""
    actor = await administrator(request)
    asked: RollbackRequest = decoded(await request.body(), RollbackRequest)
    kind = _path(request, "kind")
    async with request.app.state.database.transaction() as connection:
        hash_ = await publications.roll_back(
            connection, kind, asked.hash or None, account_id=actor.account_id, message=asked.message
        )
    await _renew(request)
    return answer(Published(kind, hash_))


async def _renew(request: Request) -> None:
    """This process knows at once; the others with their next request."""
    database = request.app.state.database
    async with database.snapshot() as connection:
        counter = await connection.value(publications.COUNTER)
    await request.app.state.catalogue.renew(database, counter)


async def listing(request: Request) -> Response:
    """GET /api/surveys"""
    await administrator(request)
    catalogue: Catalogue = request.app.state.catalogue
    async with request.app.state.database.snapshot() as connection:
        versions = await publications.versions(connection)
    return answer({"forms": publications.by_kind(versions, catalogue)})


async def download(request: Request) -> Response:
    """GET /api/surveys/{kind}/{hash}/workbook"""
    made = await _made(request)
    try:
        body = await asyncio.to_thread(workbook.workbook, made)
    except workbook.NoWorkbook as exc:
        raise Refusal("no_workbook") from exc
    name = quote(f"{_path(request, 'kind')}.xlsx")
    headers = {"Cache-Control": "no-store", "Content-Disposition": f"attachment; filename*=UTF-8''{name}"}
    return Response(body, media_type=workbook.TYPE, headers=headers)


async def download_list(request: Request) -> Response:
    """GET /api/surveys/{kind}/{hash}/lists/{name}"""
    made = await _made(request)
    name = request.path_params["name"]
    text = made.files.get(name)
    if text is None:
        raise Refusal("not_found")
    headers = {
        "Cache-Control": "no-store",
        "Content-Disposition": f"attachment; filename*=UTF-8''{quote(name)}",
    }
    return Response(text, media_type="text/plain; charset=utf-8", headers=headers)


async def _made(request: Request) -> Made:
    """What a stored version of the kind was made from."""
    await administrator(request)
    kind, hash_ = _path(request, "kind"), _path(request, "hash")
    async with request.app.state.database.snapshot() as connection:
        known = await connection.value("SELECT kind FROM form_version WHERE hash = ?", hash_)
        if known is None or known != kind:
            raise Refusal("unknown_form", hash=hash_)
        made = await publications.source(connection, hash_)
    if made is None:
        raise Refusal("no_workbook")
    return made


def _path(request: Request, name: str) -> str:
    """A part of the address, safe to ask the database for."""
    return str(request.path_params[name]).replace("\x00", "")[:64].encode(errors="replace").decode()


routes = [
    Route("/api/surveys", listing, methods=["GET"]),
    Route("/api/surveys/trials", try_out, methods=["POST"]),
    Route("/api/surveys/trials/{hash}", show_trial, methods=["GET"]),
    Route("/api/surveys/{kind}/publish", publish_trial, methods=["POST"]),
    Route("/api/surveys/{kind}/rollback", roll_back, methods=["POST"]),
    Route("/api/surveys/{kind}/{hash}/workbook", download, methods=["GET"]),
    Route("/api/surveys/{kind}/{hash}/lists/{name}", download_list, methods=["GET"]),
]

_WORDS = {"type": "object", "properties": {"zh": {"type": "string"}, "en": {"type": "string"}}}
_LINES = {
    "type": "array",
    "items": {
        "type": "object",
        "required": ["code", "sheet", "row", "zh", "en"],
        "properties": {
            "code": {"type": "string"},
            "sheet": {"type": ["string", "null"]},
            "row": {"type": ["integer", "null"]},
            "count": {"type": "integer", "description": "of a line that says the same of many places"},
            "zh": {"type": "string"},
            "en": {"type": "string"},
        },
    },
}
_QUESTIONS = {
    "type": "array",
    "items": {
        "type": "object",
        "required": ["path", "type", "label"],
        "properties": {"path": {"type": "string"}, "type": {"type": "string"}, "label": _WORDS},
    },
}
TRIAL_SCHEMA = {
    "type": "object",
    "description": "What came of an upload. hash, live, difference, touches and cost only where ok.",
    "required": ["ok", "kind", "questions", "file", "errors", "warnings"],
    "properties": {
        "ok": {"type": "boolean"},
        "kind": {"type": ["string", "null"]},
        "title": {"type": "object", "additionalProperties": {"type": "string"}},
        "questions": {
            "type": "integer",
            "description": "that a person is asked: no notes, groups, calculations",
        },
        "file": {"type": "string", "description": "as it was uploaded"},
        "errors": _LINES,
        "warnings": _LINES,
        "hash": {"type": "string", "description": "of the trial: #/preview/<hash>, GET /api/forms/<hash>"},
        "live": {"type": ["string", "null"]},
        "difference": {
            "type": "object",
            "required": ["new", "same", "added", "removed", "changed", "reordered", "choices"],
            "properties": {"added": _QUESTIONS, "removed": _QUESTIONS, "changed": _QUESTIONS},
        },
        "touches": {
            "type": "object",
            "description": "records, answers to questions that go or change, choices that go: totals and by village;"
            " phones: devices that synced in the last 90 days, whatever drafts they hold",
            "required": ["records", "questions", "choices", "phones"],
        },
        "cost": {"type": "object", "required": ["seconds", "times_per_year", "count", "hours", "zh", "en"]},
    },
}
LIST_SCHEMA = {
    "type": "object",
    "required": ["forms"],
    "properties": {
        "forms": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["kind", "title", "live", "newer_built_in", "versions"],
                "properties": {
                    "kind": {"type": "string"},
                    "title": {"type": "object", "additionalProperties": {"type": "string"}},
                    "live": {"type": ["string", "null"]},
                    "newer_built_in": {
                        "type": ["string", "null"],
                        "description": "the program brings another version than the one that was published here",
                    },
                    "versions": {"type": "array", "items": {"type": "object"}},
                },
            },
        }
    },
}

docs = by_key(
    Operation(
        "GET", "/api/surveys", "Every kind with its versions: when each went live, by whom and why",
        {200: LIST_SCHEMA}, refusals=("administrators_only",),
    ),
    Operation(
        "POST", "/api/surveys/trials", "Try a form: errors by row, warnings, difference, records touched, cost; kept for 30 days",
        {200: TRIAL_SCHEMA}, request=TrialRequest, refusals=("administrators_only",),
    ),
    Operation(
        "GET", "/api/surveys/trials/{hash}", "The same of a trial that is kept, against what is live now",
        {200: TRIAL_SCHEMA}, refusals=("administrators_only", "unknown_form"),
    ),
    Operation(
        "POST", "/api/surveys/{kind}/publish", "A trial becomes the live version of its kind",
        {200: Published}, request=PublishRequest, refusals=("administrators_only", "unknown_form", "form_changed"),
    ),
    Operation(
        "POST", "/api/surveys/{kind}/rollback", "An earlier version becomes live again",
        {200: Published}, request=RollbackRequest, refusals=("administrators_only", "unknown_form"),
    ),
    Operation(
        "GET", "/api/surveys/{kind}/{hash}/workbook", "Any version as an Excel workbook",
        {200: {"type": "string", "format": "binary"}}, response_type=workbook.TYPE,
        refusals=("administrators_only", "unknown_form", "no_workbook"),
    ),
    Operation(
        "GET", "/api/surveys/{kind}/{hash}/lists/{name}", "A list that came with a version",
        {200: {"type": "string"}}, response_type="text/plain",
        refusals=("administrators_only", "unknown_form", "no_workbook"),
    ),
)  # fmt: skip
