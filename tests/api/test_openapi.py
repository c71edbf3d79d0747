"""The OpenAPI document is true: every route under /api is in it, and a server asked at random answers only as it says."""

from __future__ import annotations

import contextlib
import json
import re
from typing import Any

import httpx2
import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)
from starlette.routing import Route

from server.app import AREAS, create_app, operations
from server.openapi import document
from server.refusals import CATALOGUE
from server.settings import Settings
from tests.cast import CAST, PASSWORD
from tests.serving import Server

CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]


NDJSON = "application/x-ndjson"
HELLO = {"t": "hello", "proto": 1, "device": CAST["chen"].device, "app": "0", "epoch": None, "scope": 0, "cursors": {}}


@schemathesis.serializer(NDJSON)
def as_lines(_context: Any, value: Any) -> bytes:
    """Made-up text as the lines after a good hello or, every third time, without one."""
    text = value if isinstance(value, str) else json.dumps(value)
    hello = "" if len(text) % 3 == 1 else json.dumps({**HELLO, "first": {}, "limit": 50}) + "\n"
    return (hello + text).encode("utf-8", "surrogatepass")


@schemathesis.deserializer(NDJSON)
def from_lines(_context: Any, answer: Any) -> str:
    return str(answer.content.decode())


def routed() -> set[str]:
    """`GET /api/session` for each route under /api that the app serves; HEAD comes with GET."""
    return {
        f"{method} {re.sub(r':[a-z]+}', '}', route.path)}"
        for route in create_app(Settings()).routes
        if isinstance(route, Route) and route.path.startswith("/api/")
        for method in (route.methods or set()) - {"HEAD"}
    }


def test_every_route_under_api_is_documented_and_nothing_else_is() -> None:
    assert set(operations()) == routed()
    assert len(routed()) >= 5


def test_all_under_api_is_routed_explicitly() -> None:
    """A mount or a catch-all under /api would escape the document and the matrix."""
    for area in AREAS:
        for route in area.routes:
            assert isinstance(route, Route) or not route.path.startswith("/api"), route


def test_references_lead_somewhere_and_refusals_are_known() -> None:
    made = document(operations().values())
    names = set(re.findall(r"#/components/schemas/(\w+)", str(made)))
    assert names and names <= set(made["components"]["schemas"])
    for operation in operations().values():
        assert set(operation.refusals) <= set(CATALOGUE), operation.key
        assert operation.summary


async def test_it_is_served_to_anybody(visitor: httpx2.AsyncClient) -> None:
    made = (await visitor.get("/api/openapi.json")).json()
    assert made["openapi"].startswith("3.1")
    assert made["paths"]["/api/session"]["post"]["requestBody"]["required"] is True


def attack(operation: Any, mode: GenerationMode, cookies: dict[str, str]) -> int:
    """A number of made-up requests at one operation; each answer must be as documented, and never a 5xx."""
    asked = 0

    @given(case=operation.as_strategy(generation_mode=mode))
    @settings(
        max_examples=20,
        deadline=None,
        database=None,
        derandomize=True,
        phases=(Phase.generate,),
        suppress_health_check=list(HealthCheck),
    )
    def ask(case: Any) -> None:
        nonlocal asked
        asked += 1
        answer = case.call(cookies=cookies, timeout=30)
        case.validate_response(answer, checks=CHECKS)

    ask()
    return asked


@pytest.mark.filterwarnings("ignore")  # of the tool's own making
def test_random_requests_get_documented_answers(served: Server) -> None:
    schema = schemathesis.openapi.from_url(f"{served.url}/api/openapi.json")
    found = [result.ok() for result in schema.get_all_operations()]
    # The tool leaves out the address it read the document from.
    assert {f"{o.method.upper()} {o.path}" for o in found} == routed() - {"GET /api/openapi.json"}
    for operation in found:
        # Signed in anew each time, and apart where wrong passwords are sent: one operation signs out, one is throttled.
        person = CAST["zhang" if operation.path == "/api/password" else "chen"]
        body = {"account": person.login, "password": PASSWORD, "device": person.device}
        answer = httpx2.post(f"{served.url}/api/session", json=body)
        assert answer.status_code == 200
        cookies = dict(answer.cookies)
        assert attack(operation, GenerationMode.POSITIVE, cookies) > 0
        with contextlib.suppress(Unsatisfiable):  # what takes nothing cannot be sent wrong things
            attack(operation, GenerationMode.NEGATIVE, cookies)
    assert "Traceback" not in served.log.read_text("utf-8")
