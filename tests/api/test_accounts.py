"""Signing in, sessions, devices and passwords, through the door a phone uses."""

from __future__ import annotations

from uuid import uuid4

import httpx2
import pytest
from argon2 import Parameters, PasswordHasher, extract_parameters
from starlette.applications import Starlette

from server.app import create_app
from server.clock import now
from server.database import Database
from server.settings import Settings
from server.throttle import Throttle
from tests import cast
from tests.cast import CAST, PASSWORD
from tests.conftest import BASE, ClientOf, one_engine


def sign_in_body(name: str, **changed: object) -> dict[str, object]:
    return {"account": name, "password": PASSWORD, "device": str(uuid4()), **changed}


async def test_signing_in_tells_who_where_and_since_when(visitor: httpx2.AsyncClient) -> None:
    device = str(uuid4())
    answer = await visitor.post("/api/session", json=sign_in_body("chen", device=device, label="红米 9A"))
    assert answer.status_code == 200
    body = answer.json()
    assert body["person"] == {"id": CAST["chen"].id, "account": "chen", "name": "陈志远"}
    assert body["device"] == device
    assert {v["id"]: v["role"] for v in body["scope"]["villages"]} == {
        cast.SHIQIAO: "cadre",
        cast.common_ground(cast.TOWNSHIP): "reader",
    }
    assert body["epoch"]
    assert (body.pop("escrow"), body["escrowed"], body["lease_days"], body["revoked"]) == (None, False, 30, None)
    assert (await visitor.get("/api/session")).json() == body


async def test_the_cookie_is_out_of_reach_of_scripts_and_the_token_is_not_stored(
    visitor: httpx2.AsyncClient, app: Starlette
) -> None:
    answer = await visitor.post("/api/session", json=sign_in_body("chen"))
    cookie = answer.headers["set-cookie"]
    assert cookie.startswith("shibu=")
    assert {"httponly", "path=/", "samesite=lax"} <= {part.strip().lower() for part in cookie.split(";")}
    assert "secure" not in cookie.lower()
    token = cookie.split("=", 1)[1].split(";")[0]
    assert len(token) >= 43
    async with app.state.database.snapshot() as connection:
        rows = await connection.all("SELECT * FROM session")
    assert rows and all(token not in str(row) for row in rows)


async def test_over_https_the_cookie_is_tied_to_the_host(app: Starlette) -> None:
    async with httpx2.AsyncClient(transport=httpx2.ASGITransport(app), base_url="https://shibu.example") as client:
        answer = await client.post("/api/session", json=sign_in_body("chen"))
        cookie = answer.headers["set-cookie"]
        assert cookie.startswith("__Host-shibu=")
        assert "secure" in cookie.lower() and "domain" not in cookie.lower()
        assert (await client.get("/api/session")).status_code == 200
        # The plain name is not taken there: a plain-HTTP page of the same host could have planted it.
        token = cookie.split("=", 1)[1].split(";")[0]
        client.cookies.clear()
        assert (await client.get("/api/session", headers={"cookie": f"shibu={token}"})).status_code == 401


async def test_no_password_over_plain_http_to_another_machine(app: Starlette) -> None:
    for host, status in (("192.168.1.9:8000", 403), ("shibu.example", 403), ("127.0.0.1:8000", 200), ("[::1]:8000", 200)):
        async with httpx2.AsyncClient(transport=httpx2.ASGITransport(app), base_url=f"http://{host}") as client:
            answer = await client.post("/api/session", json=sign_in_body("chen"))
            assert answer.status_code == status, (host, answer.text)


async def test_wrong_password_unknown_account_and_disabled_account_look_the_same(
    visitor: httpx2.AsyncClient, app: Starlette
) -> None:
    async with app.state.database.transaction() as connection:
        await connection.run("UPDATE account SET disabled = 1 WHERE login = 'zhang'")
    tries = (sign_in_body("chen", password="wrong"), sign_in_body("nobody"), sign_in_body("zhang"))
    answers = [await visitor.post("/api/session", json=body) for body in tries]
    assert {(a.status_code, a.text) for a in answers} == {(401, answers[0].text)}
    assert answers[0].json()["code"] == "wrong_password"


async def test_an_unknown_account_costs_the_hash_that_a_wrong_password_costs(
    visitor: httpx2.AsyncClient, app: Starlette, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The hash is nearly all the time such an answer takes; the work is compared, as a clock here measures the machine."""
    spent: list[Parameters] = []
    verify = PasswordHasher.verify

    def counting(hasher: PasswordHasher, known: str, password: str) -> bool:
        spent.append(extract_parameters(known))
        return verify(hasher, known, password)

    async def cost(name: str) -> list[Parameters]:
        app.state.throttle = Throttle()
        spent.clear()
        assert (await visitor.post("/api/session", json=sign_in_body(name, password="wrong"))).status_code == 401
        return list(spent)

    monkeypatch.setattr(PasswordHasher, "verify", counting)
    known, unknown = await cost("chen"), await cost("nobody")
    assert len(known) == 1
    assert unknown == known


async def test_every_way_a_session_ends(client_of: ClientOf, app: Starlette) -> None:
    database: Database = app.state.database

    async def alive(client: httpx2.AsyncClient) -> bool:
        return (await client.get("/api/session")).status_code == 200

    client = await client_of("chen")
    cookies = dict(client.cookies)
    assert (await client.delete("/api/session")).status_code == 204
    assert (await client.delete("/api/session")).status_code == 204
    client.cookies.update(cookies)
    assert not await alive(client), "after sign-out"

    for why, sql in (
        ("expired", "UPDATE session SET expires_at = '2020-01-01T00:00:00.000Z'"),
        ("account disabled", "UPDATE account SET disabled = 1 WHERE login = 'chen'"),
        ("device revoked", "UPDATE device SET revoked_at = '2020-01-01T00:00:00.000Z', revoked_as = 'lost'"),
    ):
        client = await client_of("chen")
        assert await alive(client)
        async with database.transaction() as connection:
            await connection.run(sql)
        assert not await alive(client), why
        async with database.transaction() as connection:
            await connection.run("UPDATE account SET disabled = 0")
            await connection.run("UPDATE device SET revoked_at = NULL")


async def test_signing_in_again_on_a_device_replaces_its_session(client_of: ClientOf) -> None:
    first, second, other = await client_of("chen"), await client_of("chen"), await client_of("chen", device=str(uuid4()))
    assert [(await c.get("/api/session")).status_code for c in (first, second, other)] == [401, 200, 200]


async def test_a_token_chosen_before_signing_in_is_worth_nothing(visitor: httpx2.AsyncClient) -> None:
    visitor.cookies.set("shibu", "planted", domain="localhost")
    assert (await visitor.post("/api/session", json=sign_in_body("chen"))).status_code == 200
    answer = await visitor.get("/api/session", headers={"cookie": "shibu=planted"})
    assert answer.status_code == 401


async def test_a_device_belongs_to_one_account(visitor: httpx2.AsyncClient) -> None:
    answer = await visitor.post("/api/session", json=sign_in_body("zhang", device=CAST["chen"].device))
    assert (answer.status_code, answer.json()["code"]) == (409, "device_taken")
    # And that is told only to somebody who knows the password.
    answer = await visitor.post("/api/session", json=sign_in_body("zhang", device=CAST["chen"].device, password="x"))
    assert answer.json()["code"] == "wrong_password"


async def test_a_lost_device_cannot_sign_in(visitor: httpx2.AsyncClient, app: Starlette) -> None:
    async with app.state.database.transaction() as connection:
        await connection.run("UPDATE device SET revoked_at = ?, revoked_as = 'lost' WHERE id = ?", now(), CAST["chen"].device)
    answer = await visitor.post("/api/session", json=sign_in_body("chen", device=CAST["chen"].device))
    assert (answer.status_code, answer.json()["code"], answer.json()["detail"]) == (403, "device_revoked", {"as": "lost"})


async def test_a_new_password_ends_the_other_sessions(client_of: ClientOf, visitor: httpx2.AsyncClient) -> None:
    here, there = await client_of("chen"), await client_of("chen", device=str(uuid4()))
    answer = await here.post("/api/password", json={"old": "wrong", "new": "a-new-long-one-7"})
    assert (answer.status_code, answer.json()["code"]) == (403, "wrong_old_password")
    answer = await here.post("/api/password", json={"old": PASSWORD, "new": "a-new-long-one-7"})
    assert answer.status_code == 204
    assert (await here.get("/api/session")).status_code == 200
    assert (await there.get("/api/session")).status_code == 401
    assert (await visitor.post("/api/session", json=sign_in_body("chen"))).status_code == 401
    again = await visitor.post("/api/session", json=sign_in_body("chen", password="a-new-long-one-7"))
    assert again.status_code == 200


@one_engine
@pytest.mark.parametrize("weak", ["short1", "password", "Password123", "12345678", "aaaaaaaa", "zhang123", "chen2026", "x" * 257])
async def test_weak_passwords_are_refused(client_of: ClientOf, weak: str) -> None:
    chen = await client_of("chen")
    answer = await chen.post("/api/password", json={"old": PASSWORD, "new": weak})
    assert answer.status_code in (400, 422) and answer.json()["code"] in ("weak_password", "malformed")


@one_engine
@pytest.mark.parametrize(
    "body",
    [
        b"", b"{", b"[]", b"null", b'"x"', b"\xff\xfe", b'{"account":"chen"}',
        b'{"account":1,"password":"x","device":"d0000000-0000-4000-8000-000000000101"}',
        b'{"account":"chen","password":"x","device":"not-a-uuid"}',
        b'{"account":"\\ud800","password":"x","device":"d0000000-0000-4000-8000-000000000101"}',
        b'{"account":"chen","password":"x","device":"d0000000-0000-4000-8000-000000000101","label":"' + b"x" * 201 + b'"}',
        b"[" * 5000,
    ],
)  # fmt: skip
async def test_a_sign_in_that_cannot_be_read_is_refused(visitor: httpx2.AsyncClient, body: bytes) -> None:
    answer = await visitor.post("/api/session", content=body, headers={"content-type": "application/json"})
    assert (answer.status_code, answer.json()["code"]) == (400, "malformed")


async def test_odd_characters_in_a_sign_in_do_no_harm(visitor: httpx2.AsyncClient) -> None:
    for name in ("a\x00b", "' OR 1=1 --", "%", "名" * 100, "𠮷\u202e"):
        answer = await visitor.post("/api/session", json=sign_in_body(name, label="手机 𠮷\u202e"))
        assert (answer.status_code, answer.json()["code"]) == (401, "wrong_password"), name


async def test_fields_not_asked_for_change_nothing(visitor: httpx2.AsyncClient, app: Starlette) -> None:
    more = {"role": "county_admin", "village_id": cast.BEIPO, "id": "x", "scope_version": 9, "disabled": 1}
    assert (await visitor.post("/api/session", json=sign_in_body("chen", **more))).status_code == 200
    async with app.state.database.snapshot() as connection:
        account = await connection.one("SELECT * FROM account WHERE login = 'chen'")
        roles = await connection.all("SELECT role FROM membership WHERE account_id = ?", CAST["chen"].id)
    assert account["id"] == CAST["chen"].id and account["scope_version"] == 1 and not account["disabled"]
    assert roles == [{"role": "cadre"}]


async def test_a_session_slides_while_it_is_used(client_of: ClientOf, app: Starlette) -> None:
    chen = await client_of("chen")
    async with app.state.database.transaction() as connection:
        await connection.run("UPDATE session SET last_seen = '2026-01-01T00:00:00.000Z', expires_at = '2999-01-01'")
    assert (await chen.get("/api/session")).status_code == 200
    async with app.state.database.snapshot() as connection:
        row = await connection.one("SELECT last_seen, expires_at FROM session")
    assert row["last_seen"] > "2026-01-01T00:00:00.000Z" and row["expires_at"] < "2999"


async def test_guessing_is_slowed_and_the_right_password_works_again(app: Starlette) -> None:
    clock = [0.0]
    app.state.throttle = Throttle(lambda: clock[0])
    statuses = []
    for n in range(200):  # from 50 addresses
        transport = httpx2.ASGITransport(app, client=(f"10.0.0.{n % 50}", 1))
        async with httpx2.AsyncClient(transport=transport, base_url=BASE) as client:
            statuses.append((await client.post("/api/session", json=sign_in_body("chen", password=f"guess-{n}"))).status_code)
    assert set(statuses) == {401, 429} and statuses.count(401) == 40

    async with httpx2.AsyncClient(transport=httpx2.ASGITransport(app, client=("10.9.9.9", 1)), base_url=BASE) as client:
        stranger = await client.post("/api/session", json=sign_in_body("chen"))
        assert stranger.status_code == 429
        assert int(stranger.headers["retry-after"]) == stranger.json()["detail"]["seconds"] <= 15 * 60
        own_phone = await client.post("/api/session", json=sign_in_body("chen", device=CAST["chen"].device))
        assert own_phone.status_code == 200, "the owner's phone is not locked out by the guesser"
        clock[0] += stranger.json()["detail"]["seconds"]
        assert (await client.post("/api/session", json=sign_in_body("chen"))).status_code == 200


async def test_forwarded_headers_are_believed_from_the_named_proxy_only(peopled: Database, settings: Settings) -> None:
    import dataclasses

    forged = {"x-forwarded-for": "6.6.6.6, 7.7.7.7", "x-forwarded-proto": "https", "x-forwarded-host": "evil.example"}
    for trusted, cookie, address in (((), None, None), (("127.0.0.1",), "__Host-shibu=", "7.7.7.7")):
        made = create_app(dataclasses.replace(settings, trusted_proxy=trusted))
        async with made.router.lifespan_context(made):
            transport = httpx2.ASGITransport(made, client=("127.0.0.1", 5))
            async with httpx2.AsyncClient(transport=transport, base_url="http://shibu.example") as client:
                answer = await client.post("/api/session", json=sign_in_body("chen"), headers=forged)
                if cookie is None:
                    assert answer.json()["code"] == "needs_https"
                    continue
                assert answer.headers["set-cookie"].startswith(cookie)
                async with made.state.database.snapshot() as connection:
                    assert await connection.value("SELECT ip FROM session") == address
