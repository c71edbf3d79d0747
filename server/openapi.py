"""The OpenAPI document, made from what each module says of its own routes (`docs`), so that it stays true.

Schemas are msgspec types or plain JSON Schema. A route under /api without an Operation fails a test.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

import msgspec
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from server import __version__
from server.refusals import CATALOGUE

#: A msgspec type, a JSON Schema, or None for an empty body.
Schema: TypeAlias = Any


class RefusalBody(msgspec.Struct):
    """Every answer that is a "no"."""

    code: str
    zh: str
    en: str
    detail: dict[str, Any]


@dataclass(frozen=True)
class Parameter:
    """One query or header parameter; path parameters are read off the path."""

    name: str
    where: str = "query"
    schema: Mapping[str, Any] = field(default_factory=lambda: {"type": "string"})
    required: bool = False
    description: str = ""


@dataclass(frozen=True)
class Operation:
    """What one route takes and gives. Refusals are named by code and bring their statuses along."""

    method: str
    path: str
    summary: str
    responses: Mapping[int, Schema]
    request: Schema = None
    request_type: str = "application/json"
    response_type: str = "application/json"
    parameters: Sequence[Parameter] = ()
    refusals: Sequence[str] = ()
    session: bool = True

    @property
    def key(self) -> str:
        return f"{self.method} {self.path}"


def by_key(*operations: Operation) -> dict[str, Operation]:
    """`docs` of a module: "GET /api/session" → its operation."""
    return {operation.key: operation for operation in operations}


#: Any route may answer these.
ALWAYS = ("malformed", "not_found", "busy", "server_error")
#: Any route that takes a body, too.
WITH_BODY = ("too_large", "unsupported_type", "foreign_origin", "disk_full")


def document(operations: Iterable[Operation]) -> dict[str, Any]:
    """The whole document, OpenAPI 3.1."""
    listed = list(operations)
    types = _types(listed)
    schemas, components = msgspec.json.schema_components(types, ref_template="#/components/schemas/{name}")
    found = dict(zip([id(t) for t in types], schemas, strict=True))
    paths: dict[str, dict[str, Any]] = {}
    for operation in listed:
        paths.setdefault(operation.path, {})[operation.method.lower()] = _operation(operation, found)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Shibu",
            "version": __version__,
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
            "description": "Every answer that is a no has the shape of RefusalBody. The sync protocol: server/README.md.",
        },
        "paths": paths,
        "components": {
            "schemas": components,
            "securitySchemes": {"session": {"type": "apiKey", "in": "cookie", "name": "__Host-shibu"}},
        },
    }


def _types(operations: Iterable[Operation]) -> list[Any]:
    found: list[Any] = [RefusalBody]
    for operation in operations:
        for schema in (operation.request, *operation.responses.values()):
            if schema is not None and not isinstance(schema, dict) and schema not in found:
                found.append(schema)
    return found


def _operation(operation: Operation, found: Mapping[int, Any]) -> dict[str, Any]:
    def schema_of(schema: Schema) -> Any:
        return schema if isinstance(schema, dict) else found[id(schema)]

    responses: dict[str, Any] = {}
    for status, schema in operation.responses.items():
        responses[str(status)] = {"description": "OK"}
        if schema is not None:
            responses[str(status)]["content"] = {operation.response_type: {"schema": schema_of(schema)}}
    for status, codes in _statuses(operation).items():
        responses.setdefault(
            str(status),
            {
                "description": "; ".join(f"{code}: {CATALOGUE[code].en}" for code in codes),
                "content": {"application/json": {"schema": found[id(RefusalBody)]}},
            },
        )
    result: dict[str, Any] = {
        "summary": operation.summary,
        "operationId": re.sub(r"\W+", "_", operation.key).strip("_").lower(),
        "responses": responses,
        "security": [{"session": []}] if operation.session else [],
    }
    names = re.findall(r"{(\w+)(?::\w+)?}", operation.path)
    parameters = [{"name": n, "in": "path", "required": True, "schema": {"type": "string"}} for n in names]
    parameters += [
        {"name": p.name, "in": p.where, "required": p.required, "schema": dict(p.schema), "description": p.description}
        for p in operation.parameters
    ]
    if parameters:
        result["parameters"] = parameters
    if operation.request is not None:
        content = {operation.request_type: {"schema": schema_of(operation.request)}}
        result["requestBody"] = {"required": True, "content": content}
    return result


def _statuses(operation: Operation) -> dict[int, list[str]]:
    codes = [*operation.refusals, *ALWAYS]
    if operation.session:
        codes += ["sign_in", "device_revoked"]
    if operation.method not in ("GET", "HEAD"):
        codes += WITH_BODY
    statuses: dict[int, list[str]] = {}
    for code in dict.fromkeys(codes):
        statuses.setdefault(CATALOGUE[code].status, []).append(code)
    return statuses


async def show(request: Request) -> Response:
    return Response(msgspec.json.encode(request.app.state.openapi), media_type="application/json")


routes = [Route("/api/openapi.json", show)]
docs = by_key(
    Operation("GET", "/api/openapi.json", "This document.", {200: {"type": "object"}}, session=False),
)
