"""The key of a phone's store, kept for the day its PIN is forgotten: sealed at rest, given back to a fresh sign-in alone.

Promises: the database and its backups hold only what a key beside the database opens; a row sealed by another such key counts as
none, so that the phone leaves its key anew; each keeping and each release is a row of the access log; a device that is shut
out has none. The server holds the same records the phone does: this protects the phone's copy, not the records from the server.
"""

from __future__ import annotations

import asyncio
import base64
import contextlib
import os
import secrets
from pathlib import Path
from typing import Annotated

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from server import access_log
from server.clock import now
from server.database import Connection
from server.openapi import Operation, by_key
from server.refusals import Refusal
from server.sessions import current

#: In the data folder, beside the database and in no backup.
KEY_FILE = "escrow.key"
KEY_BYTES = 32
_NONCE = 12


class Escrow(msgspec.Struct):
    """The phone's key, base64 of 32 bytes."""

    key: Annotated[str, msgspec.Meta(min_length=44, max_length=44, pattern=r"^[0-9A-Za-z+/]{43}=$")]


def server_key(data: Path) -> bytes:
    """The server's own key; made at its first use. Of two processes that make it together one wins, and both use that one."""
    path = data / KEY_FILE
    with contextlib.suppress(FileNotFoundError):
        return _checked(path)
    data.mkdir(parents=True, exist_ok=True)
    growing = data / f".{KEY_FILE}-{secrets.token_hex(8)}"
    file = os.open(growing, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        os.write(file, AESGCM.generate_key(KEY_BYTES * 8))
        os.fsync(file)
    finally:
        os.close(file)
    try:
        with contextlib.suppress(FileExistsError):
            os.link(growing, path)
    finally:
        growing.unlink()
    folder = os.open(data, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
    return _checked(path)


def _checked(path: Path) -> bytes:
    key = path.read_bytes()
    if len(key) != KEY_BYTES:
        raise ValueError(f"{path} is not {KEY_BYTES} bytes. Put the right file back, or remove it: phones then leave their keys anew.")
    return key


def _about(account_id: str, device_id: str) -> bytes:
    """What a sealed key is bound to: a row copied to another device opens nothing."""
    return f"escrow|1|{account_id}|{device_id}".encode()


def seal(data: Path, account_id: str, device_id: str, key: bytes) -> str:
    nonce = secrets.token_bytes(_NONCE)
    sealed = AESGCM(server_key(data)).encrypt(nonce, key, _about(account_id, device_id))
    return base64.b64encode(nonce + sealed).decode()


def unseal(data: Path, account_id: str, device_id: str, sealed: str) -> bytes | None:
    """None where another server's key sealed it: after a restore without the file of the key."""
    raw = base64.b64decode(sealed)
    try:
        return AESGCM(server_key(data)).decrypt(raw[:_NONCE], raw[_NONCE:], _about(account_id, device_id))
    except InvalidTag:
        return None


async def kept(connection: Connection, data: Path, account_id: str, device_id: str) -> bytes | None:
    """The key of this account's device, if there is one that opens."""
    sql = "SELECT sealed FROM escrow WHERE device_id = ? AND account_id = ?"
    sealed = await connection.value(sql, device_id, account_id)
    return await asyncio.to_thread(unseal, data, account_id, device_id, sealed) if sealed else None


async def release(connection: Connection, data: Path, account_id: str, device_id: str) -> str | None:
    """For a sign-in by password, in its transaction."""
    key = await kept(connection, data, account_id, device_id)
    if key is None:
        return None
    await access_log.record(connection, account_id, "escrow.release", {"account": account_id, "device": device_id})
    return base64.b64encode(key).decode()


async def forget(connection: Connection, device_id: str) -> None:
    await connection.run("DELETE FROM escrow WHERE device_id = ?", device_id)


async def keep(request: Request) -> Response:
    """PUT /api/escrow: of the device that is signed in here, no other's."""
    actor = await current(request)
    asked = _decoded(await request.body())
    data = request.app.state.settings.data
    sealed = await asyncio.to_thread(seal, data, actor.account_id, actor.device_id, base64.b64decode(asked.key))
    async with request.app.state.database.transaction() as connection:
        known = await connection.one(
            "SELECT revoked_as FROM device WHERE id = ?" + connection.for_update,  # noqa: S608  a constant
            actor.device_id,
        )
        if known is None or known["revoked_as"]:  # shut out a moment ago
            raise Refusal("device_revoked", **{"as": known["revoked_as"] if known else None})
        await connection.run(
            "INSERT INTO escrow (device_id, account_id, sealed, at) VALUES (?, ?, ?, ?)"
            " ON CONFLICT (device_id) DO UPDATE SET account_id = excluded.account_id, sealed = excluded.sealed, at = excluded.at",
            actor.device_id, actor.account_id, sealed, now(),
        )  # fmt: skip
        detail = {"account": actor.account_id, "device": actor.device_id}
        await access_log.record(connection, actor.account_id, "escrow.keep", detail)
    return Response(status_code=204)


def _decoded(body: bytes) -> Escrow:
    try:
        asked = msgspec.json.decode(body, type=Escrow)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as exc:
        raise Refusal("malformed", reason="key") from exc
    if len(base64.b64decode(asked.key)) != KEY_BYTES:
        raise Refusal("malformed", reason="key")
    return asked


routes = [Route("/api/escrow", keep, methods=["PUT"])]
docs = by_key(
    Operation(
        "PUT", "/api/escrow", "Leave this phone's key with the server, for the day its PIN is forgotten; replaces the one before.",
        {204: None}, request=Escrow,
    ),
)  # fmt: skip
