"""Headers, the origin check, body limits and odd requests: threats 36, 57, 58 and 71 of the reliability reference."""

from __future__ import annotations

import asyncio
import gzip
import json
import logging
from collections.abc import AsyncIterator, Iterator

import httpx2
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from server.database import Busy, Database, DiskFull
from server.logs import JsonFormatter, blotted
from server.network import is_loopback
from server.refusals import CATALOGUE, Refusal
from server.security import content_security_policy
from tests.cast import CAST, PASSWORD
from tests.conftest import BASE, ClientOf, one_engine

SIGN_IN = {"account": "chen", "password": PASSWORD, "device": CAST["chen"].device}


@one_engine
async def test_every_answer_carries_the_headers(visitor: httpx2.AsyncClient) -> None:
    for method, path in (
        ("GET", "/healthz"), ("GET", "/api/session"), ("GET", "/api/openapi.json"), ("GET", "/api/nothing"),
        ("PUT", "/api/session"), ("GET", "/nothing"), ("POST", "/api/session"),
    ):  # fmt: skip
        headers = (await visitor.request(method, path)).headers
        assert headers["x-content-type-options"] == "nosniff", path
        assert headers["referrer-policy"] == "no-referrer"
        assert "frame-ancestors 'none'" in headers["content-security-policy"]
        assert "camera=(self)" in headers["permissions-policy"]
        assert headers["cross-origin-opener-policy"] == "same-origin"
        assert "strict-transport-security" not in headers
        assert "server" not in headers
        if path.startswith("/api/"):
            assert headers["cache-control"] == "no-store", path
            assert headers["content-security-policy"].startswith("default-src 'none'")


@one_engine
async def test_https_is_remembered_by_the_browser(app: Starlette) -> None:
    async with httpx2.AsyncClient(transport=httpx2.ASGITransport(app), base_url="https://shibu.example") as client:
        assert "max-age=31536000" in (await client.get("/healthz")).headers["strict-transport-security"]


def test_the_policy_of_pages_names_hashes_and_allows_nothing_inline() -> None:
    policy = dict(part.split(" ", 1) for part in content_security_policy(["sha256-a="], ["sha256-b="]).split("; "))
    assert policy["script-src"] == "'self' 'wasm-unsafe-eval' 'sha256-a='"
    assert policy["style-src"] == "'self' 'sha256-b='"
    assert policy["require-trusted-types-for"] == "'script'"
    assert "unsafe-inline" not in str(policy) and "'unsafe-eval'" not in str(policy) and "http" not in str(policy)


@one_engine
@pytest.mark.parametrize(
    ("headers", "code"),
    [
        ({}, None),  # a program
        ({"origin": BASE}, None),  # a WebView without Sec-Fetch-*
        ({"sec-fetch-site": "same-origin", "origin": BASE}, None),
        ({"sec-fetch-site": "same-origin", "origin": "null"}, None),  # a form under no-referrer
        ({"sec-fetch-site": "cross-site"}, "foreign_origin"),
        ({"sec-fetch-site": "cross-site", "origin": BASE}, "foreign_origin"),
        ({"sec-fetch-site": "same-site", "origin": "http://evil.localhost"}, "foreign_origin"),
        ({"sec-fetch-site": "same-origin", "origin": "https://evil.example"}, "foreign_origin"),
        ({"origin": "https://evil.example"}, "foreign_origin"),
        ({"origin": "https://localhost"}, "foreign_origin"),
        ({"origin": "http://localhost:81"}, "foreign_origin"),
        ({"origin": "http://localhost.evil.example"}, "foreign_origin"),
        ({"origin": "null"}, "foreign_origin"),
        ({"origin": ""}, "foreign_origin"),
        ({"origin": BASE, "content-type": "text/plain"}, "unsupported_type"),
        ({"origin": BASE, "content-type": "application/x-www-form-urlencoded"}, "unsupported_type"),
        ({"origin": BASE, "content-type": "multipart/form-data; boundary=x"}, "unsupported_type"),
        ({"content-type": ""}, "unsupported_type"),
        ({"origin": BASE, "content-type": "application/json; charset=utf-8"}, None),
    ],
)
async def test_changes_come_from_our_own_pages_or_from_programs(
    visitor: httpx2.AsyncClient, headers: dict[str, str], code: str | None
) -> None:
    sent = {"content-type": "application/json", **headers}
    answer = await visitor.post("/api/session", content=json.dumps(SIGN_IN), headers=sent)
    if code is None:
        assert answer.status_code == 200, answer.text
    else:
        assert (answer.status_code, answer.json()["code"]) == (CATALOGUE[code].status, code)
        assert "set-cookie" not in answer.headers
        assert (await visitor.get("/api/session")).status_code == 401


@one_engine
async def test_reading_is_not_asked_where_it_comes_from(client_of: ClientOf) -> None:
    chen = await client_of("chen")
    for headers in ({"sec-fetch-site": "cross-site"}, {"origin": "https://evil.example"}):
        answer = await chen.get("/api/session", headers=headers)
        assert answer.status_code == 200
        assert "access-control-allow-origin" not in answer.headers
        assert answer.headers["cross-origin-resource-policy"] == "same-origin"


@one_engine
async def test_a_body_over_the_limit_is_refused_declared_or_streamed(visitor: httpx2.AsyncClient) -> None:
    async def stream() -> AsyncIterator[bytes]:
        for _ in range(100):
            yield b" " * 1024

    for content in (b" " * (64 * 1024 + 1), stream()):
        answer = await visitor.post("/api/session", content=content, headers={"content-type": "application/json"})
        assert (answer.status_code, answer.json()["code"]) == (413, "too_large")
        assert answer.json()["detail"] == {"limit": 64 * 1024}
    exact = json.dumps(SIGN_IN).encode().ljust(64 * 1024)
    assert (await visitor.post("/api/session", content=exact, headers={"content-type": "application/json"})).status_code == 200


@one_engine
async def test_a_slow_body_stops_nobody(visitor: httpx2.AsyncClient) -> None:
    answered = asyncio.Event()

    async def slow() -> AsyncIterator[bytes]:
        yield b"{"
        await answered.wait()
        yield b"}"

    task = asyncio.create_task(
        visitor.post("/api/session", content=slow(), headers={"content-type": "application/json"})
    )
    await asyncio.sleep(0.01)
    assert (await visitor.get("/healthz")).status_code == 200
    answered.set()
    assert (await task).status_code == 400


@one_engine
@pytest.mark.parametrize(
    ("body", "headers"),
    [
        (b"\xef\xbb\xbf{}", {}),
        (b'{"account": NaN}', {}),
        (b'{"account": 1e400}', {}),
        (b"[" * 60_000, {}),
        (b'{"a":' * 10_000, {}),
        (gzip.compress(b" " * 5_000_000), {"content-encoding": "gzip"}),
    ],
)
async def test_hostile_json_is_a_quick_no(visitor: httpx2.AsyncClient, body: bytes, headers: dict[str, str]) -> None:
    async with asyncio.timeout(10):
        answer = await visitor.post("/api/session", content=body, headers={"content-type": "application/json", **headers})
    assert answer.status_code == 400 and answer.json()["code"] == "malformed"


@pytest.fixture
def failing(app: Starlette) -> Iterator[Starlette]:
    """The app with one more route that fails as told."""
    errors = {
        "secret": RuntimeError("password='hunter2' 411303197001011234 13812345678"),
        "busy": Busy("locked"),
        "full": DiskFull("full"),
        "refused": Refusal("unknown_record"),
    }

    async def fail(request: Request) -> Response:
        raise errors[request.query_params["how"]]

    route = Route("/api/fail", fail)
    app.router.routes.append(route)
    yield app
    app.router.routes.remove(route)


@one_engine
async def test_failures_leave_in_one_shape_without_a_trace(failing: Starlette, caplog: pytest.LogCaptureFixture) -> None:
    async with httpx2.AsyncClient(transport=httpx2.ASGITransport(failing), base_url=BASE) as client:
        for how, code in (("secret", "server_error"), ("busy", "busy"), ("full", "disk_full"), ("refused", "unknown_record")):
            answer = await client.get(f"/api/fail?how={how}")
            assert answer.status_code == CATALOGUE[code].status
            assert set(answer.json()) == {"code", "zh", "en", "detail"} and answer.json()["code"] == code
            assert "hunter2" not in answer.text and "Traceback" not in answer.text
        assert (await client.get("/api/fail?how=busy")).headers["retry-after"]
    lines = [JsonFormatter().format(record) for record in caplog.records if record.name.startswith("shibu")]
    assert any("Traceback" in line for line in lines), "the operator does get the trace"
    assert all("hunter2" not in line and "197001011234" not in line and "13812345678" not in line for line in lines)


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("11010519491231002X", "[id number]"),
        ("tel 138 1234 5678.", "tel [telephone]."),
        ('{"password": "a\\"b", "x": 1}', '{"password": [blotted], "x": 1}'),
        ("cookie __Host-shibu=abc-DEF_1; x", "cookie __Host-shibu=[blotted]; x"),
        ("postgres://u:secret@h/db", "postgres://u:[blotted]@h/db"),
        ("record 0192f000-0000-7000-8000-000000000011 at 2026-11-23T10:00:00", "record 0192f000-0000-7000-8000-000000000011 at 2026-11-23T10:00:00"),
    ],
)  # fmt: skip
def test_logs_blot_out_what_they_must_not_hold(text: str, kept: str) -> None:
    assert blotted(text) == kept


@one_engine
async def test_no_log_line_of_a_sign_in_holds_the_password_or_token(
    visitor: httpx2.AsyncClient, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    answer = await visitor.post("/api/session", json=SIGN_IN)
    await visitor.post("/api/session", json={**SIGN_IN, "password": "wrong-secret-word"})
    token = answer.headers["set-cookie"].split("=", 1)[1].split(";")[0]
    ours = [JsonFormatter().format(record) for record in caplog.records if record.name.startswith("shibu")]
    assert ours
    for line in ours:
        assert PASSWORD not in line and "wrong-secret-word" not in line and token not in line


async def test_a_broken_database_is_a_503_and_healthz_says_so(app: Starlette, visitor: httpx2.AsyncClient) -> None:
    database: Database = app.state.database
    assert (await visitor.get("/healthz")).json()["status"] == "ok"
    await database.close()
    app.state.database = _Gone()
    for path in ("/healthz", "/api/session"):
        answer = await visitor.get(path, headers={"cookie": "shibu=x"})
        assert (answer.status_code, answer.json()["code"]) == (503, "busy"), path
        assert answer.headers["retry-after"]


class _Gone:
    """A database that cannot be reached, and closes twice without complaint."""

    def snapshot(self) -> object:
        raise Busy("gone")

    async def look(self, *_: object) -> object:
        raise Busy("gone")

    async def close(self) -> None:
        pass


def test_loopback_is_told_by_the_address_alone() -> None:
    for host in ("localhost", "localhost:8000", "127.0.0.1:1", "127.8.8.8", "[::1]:80", "a.localhost"):
        assert is_loopback(host), host
    for host in ("", "example.com", "localhost.example.com", "128.0.0.1", "0.0.0.0", "127.0.0.1.example.com", "[::2]"):
        assert not is_loopback(host), host
