"""One shape for every no, in both languages, at every address."""

from __future__ import annotations

import re

import httpx2
from starlette.applications import Starlette
from starlette.routing import Route

from server.refusals import CATALOGUE, Refusal
from tests.conftest import ClientOf

SHAPE = {"code", "zh", "en", "detail"}


def test_every_refusal_has_both_sentences_with_the_same_details() -> None:
    for kind in CATALOGUE.values():
        assert re.fullmatch(r"[a-z]+(_[a-z]+)*", kind.code)
        assert 400 <= kind.status <= 599
        assert re.search(r"[\u4e00-\u9fff]", kind.zh) and not re.search(r"[\u4e00-\u9fff]", kind.en), kind.code
        names = [set(re.findall(r"{(\w+)}", text)) for text in (kind.zh, kind.en)]
        assert names[0] == names[1], kind.code


def test_a_detail_fills_its_place_and_a_missing_one_does_not_fail() -> None:
    assert Refusal("too_large", limit=5).body()["en"] == "The request is too large; at most 5 bytes."
    assert "…" in Refusal("too_large").body()["en"]
    assert "{x}" in Refusal("malformed", reason="{x}").body()["en"], "details are not formats"


async def test_unknown_addresses_and_methods_under_api(visitor: httpx2.AsyncClient, app: Starlette) -> None:
    for path in ("/api", "/api/", "/api/nothing", "/api/session/", "/api/session/x", "/api/%00", "/api/..%2f..%2fetc"):
        answer = await visitor.get(path)
        assert answer.status_code == 404, path
        assert set(answer.json()) == SHAPE and answer.json()["code"] == "not_found"
    for route in [r for r in app.routes if isinstance(r, Route) and r.path.startswith("/api/")]:
        path = re.sub(r"{[^}]*}", "x", route.path)
        answer = await visitor.request("TRACE", path)
        assert answer.status_code == 405 and set(answer.json()) == SHAPE
        allowed = {m for r in app.routes if isinstance(r, Route) and r.path == route.path for m in r.methods or ()}
        assert {m.strip() for m in answer.headers["allow"].split(",")} == allowed


async def test_every_route_that_needs_a_session_says_sign_in(visitor: httpx2.AsyncClient, app: Starlette) -> None:
    from server.app import operations

    asked = [operation for operation in operations().values() if operation.session]
    assert len(asked) >= 2
    for operation in asked:
        path = re.sub(r"{[^}]*}", "0192f000-0000-7000-8000-000000000999", operation.path)
        headers = {"content-type": operation.request_type}
        answer = await visitor.request(operation.method, path, headers=headers, content=b"{}" if operation.request else None)
        assert (answer.status_code, answer.json()["code"]) == (401, "sign_in"), operation.key
        assert set(answer.json()) == SHAPE


async def test_head_and_options_do_no_harm(client_of: ClientOf) -> None:
    chen = await client_of("chen")
    assert (await chen.head("/api/session")).status_code == 200
    assert (await chen.options("/api/session")).status_code == 405


async def test_a_person_who_mistyped_an_address_gets_a_page(visitor: httpx2.AsyncClient) -> None:
    browser = {"accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
    answer = await visitor.get("/nothing<script>", headers=browser)
    assert answer.status_code == 404 and answer.headers["content-type"].startswith("text/html")
    assert CATALOGUE["not_found"].zh in answer.text and CATALOGUE["not_found"].en in answer.text
    assert "<script>" not in answer.text
    for path in ("/api", "/api/nothing"):
        assert (await visitor.get(path, headers=browser)).json()["code"] == "not_found"
    assert (await visitor.get("/nothing")).json()["code"] == "not_found"
