"""The key of a phone's store: kept sealed, given back to a fresh password alone, gone with the device."""

from __future__ import annotations

import base64
import os
import stat
from typing import Any

import httpx2
from starlette.applications import Starlette

from server import access_log, escrow
from tests.cast import CAST, PASSWORD
from tests.conftest import ClientOf

KEY = base64.b64encode(bytes(range(32))).decode()


async def sign_in(client: httpx2.AsyncClient, name: str, password: str = PASSWORD) -> httpx2.Response:
    body = {"account": name, "password": password, "device": CAST[name].device}
    return await client.post("/api/session", json=body)


async def rows(app: Starlette, sql: str) -> list[dict[str, Any]]:
    async with app.state.database.snapshot() as connection:
        assert await access_log.first_broken(connection) is None
        return await connection.all(sql)


async def test_a_key_comes_back_with_a_password_and_with_nothing_less(
    app: Starlette, client_of: ClientOf, visitor: httpx2.AsyncClient
) -> None:
    chen = await client_of("chen")
    assert (await chen.get("/api/session")).json()["escrowed"] is False
    assert (await chen.put("/api/escrow", json={"key": KEY})).status_code == 204
    told = await chen.get("/api/session")
    assert told.json()["escrowed"] is True and KEY not in told.text
    assert await rows(app, "SELECT * FROM access_log WHERE action = 'escrow.release'") == []
    assert (await sign_in(visitor, "chen", "wrong")).status_code == 401
    assert (await sign_in(visitor, "chen")).json()["escrow"] == KEY
    (log,) = await rows(app, "SELECT * FROM access_log WHERE action = 'escrow.release'")
    assert log["account_id"] == CAST["chen"].id and CAST["chen"].device in log["detail"] and KEY not in log["detail"]
    # Another device of the same person, another person: nothing.
    other = await client_of("chen", device="d0000000-0000-4000-8000-000000000999")
    assert (await other.get("/api/session")).json()["escrowed"] is False
    assert (await sign_in(visitor, "zhang")).json()["escrow"] is None


async def test_at_rest_it_is_sealed_by_a_key_that_is_not_in_the_database(
    app: Starlette, client_of: ClientOf, visitor: httpx2.AsyncClient
) -> None:
    chen = await client_of("chen")
    await chen.put("/api/escrow", json={"key": KEY})
    (kept,) = await rows(app, "SELECT * FROM escrow")
    assert base64.b64decode(KEY) not in base64.b64decode(kept["sealed"]) and KEY not in kept["sealed"]
    file = app.state.settings.data / escrow.KEY_FILE
    assert stat.S_IMODE(os.stat(file).st_mode) == 0o600 and len(file.read_bytes()) == 32
    key = file.read_bytes()
    # A row moved to another device opens nothing there.
    async with app.state.database.transaction() as connection:
        await connection.run(
            "INSERT INTO escrow (device_id, account_id, sealed, at) VALUES (?, ?, ?, '2026')",
            CAST["zhang"].device, CAST["zhang"].id, kept["sealed"],
        )  # fmt: skip
    assert (await sign_in(visitor, "zhang")).json()["escrow"] is None
    # Restored without the file: the phone leaves its key anew; with it all is as before.
    file.unlink()
    session = (await sign_in(chen, "chen")).json()
    assert (session["escrow"], session["escrowed"]) == (None, False)
    assert file.read_bytes() != key
    file.write_bytes(key)
    assert (await sign_in(chen, "chen")).json()["escrow"] == KEY
    again = base64.b64encode(bytes(32)).decode()
    assert (await chen.put("/api/escrow", json={"key": again})).status_code == 204
    assert (await sign_in(chen, "chen")).json()["escrow"] == again


async def test_only_a_key_is_taken(client_of: ClientOf) -> None:
    chen = await client_of("chen")
    for key in ("", "x", KEY[:-4], KEY + "AAAA", "!" * 44, None, 5, base64.b64encode(bytes(31)).decode(), "A" * 44):
        answer = await chen.put("/api/escrow", json={"key": key})
        assert (answer.status_code, answer.json()["code"]) == (400, "malformed"), key
        assert not key or str(key) not in answer.text
    assert (await chen.get("/api/session")).json()["escrowed"] is False


async def test_trying_passwords_for_a_key_is_slowed_down(client_of: ClientOf, visitor: httpx2.AsyncClient) -> None:
    chen = await client_of("chen")
    await chen.put("/api/escrow", json={"key": KEY})
    statuses = [(await sign_in(visitor, "chen", f"wrong {n}")).status_code for n in range(12)]
    assert statuses[-1] == 429 and (await sign_in(visitor, "chen")).status_code == 429


async def test_it_goes_with_the_device(app: Starlette, client_of: ClientOf, visitor: httpx2.AsyncClient) -> None:
    chen, admin = await client_of("chen"), await client_of("admin")
    await chen.put("/api/escrow", json={"key": KEY})
    answer = await admin.post(f"/api/devices/{CAST['chen'].device}/revoke", json={"as": "left"})
    assert answer.status_code == 200
    assert await rows(app, "SELECT * FROM escrow") == []
    refused = await chen.put("/api/escrow", json={"key": KEY})
    assert (refused.status_code, refused.json()["detail"]) == (403, {"as": "left"})
    assert (await sign_in(visitor, "chen")).json()["escrow"] is None


def test_two_processes_make_one_key(tmp_path: Any) -> None:
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(8) as pool:
        keys = set(pool.map(lambda _: escrow.server_key(tmp_path / "new"), range(8)))
    assert len(keys) == 1 and [path.name for path in (tmp_path / "new").iterdir()] == [escrow.KEY_FILE]
    (tmp_path / "new" / escrow.KEY_FILE).write_bytes(b"cut")
    try:
        escrow.server_key(tmp_path / "new")
    except ValueError as exc:
        assert "not 32 bytes" in str(exc)
    else:
        raise AssertionError("a damaged key must not pass for one")
