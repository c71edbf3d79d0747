"""Accounts at the door: sign-in, sessions, devices, password change.

A device belongs to one account; signing in again on it replaces its session. A new password ends every other session of the
account. A fresh sign-in is the one thing that releases the key a phone left here (escrow.py).
"""

from __future__ import annotations

import secrets
from datetime import timedelta
from typing import Annotated, Any, Literal
from uuid import UUID

import msgspec
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from server import escrow, passwords
from server.clock import now
from server.database import Connection, Row
from server.network import is_loopback
from server.openapi import Operation, by_key
from server.refusals import Refusal
from server.scope import Scope, administers, scope_of
from server.sessions import Actor as Actor
from server.sessions import address_of, cookie_name, token_hash
from server.sessions import current as current
from server.settings import Settings

Login = Annotated[str, msgspec.Meta(min_length=1, max_length=100)]
Password = Annotated[str, msgspec.Meta(min_length=1, max_length=passwords.MAXIMUM)]


class SignIn(msgspec.Struct):
    """What a phone sends to sign in. `device` is made by the phone, with its database."""

    account: Login
    password: Password
    device: UUID
    label: Annotated[str, msgspec.Meta(max_length=200)] = ""


class PasswordChange(msgspec.Struct):
    old: Password
    new: Password


class Person(msgspec.Struct):
    id: str
    account: str
    name: str


class ScopeVillage(msgspec.Struct):
    id: str
    name: str
    role: str
    view: str


class ScopeLines(msgspec.Struct):
    version: int
    villages: list[ScopeVillage]


class Session(msgspec.Struct):
    """Who is signed in, on which device, and what they hold."""

    person: Person
    device: str
    scope: ScopeLines
    epoch: str
    #: Days without the server after which this phone closes what it downloaded.
    lease_days: int
    #: Whether the server holds this device's key.
    escrowed: bool
    #: This device was shut out: what is unsent is still taken, into quarantine, then the phone deletes what it holds.
    revoked: Literal["left"] | None


class SignedIn(Session):
    """The answer to a password: with this device's key, where it left one."""

    escrow: str | None


def decoded(body: bytes, kind: type[Any]) -> Any:
    """A request's JSON as the struct it must be. Fields not asked for are ignored."""
    try:
        return msgspec.json.decode(body, type=kind)
    except RecursionError as exc:
        raise Refusal("malformed", reason="nested too deeply") from exc
    except (msgspec.DecodeError, UnicodeDecodeError) as exc:
        # msgspec names the place, never the value.
        raise Refusal("malformed", reason=str(exc)) from exc


async def sign_in(request: Request) -> Response:
    """POST /api/session"""
    asked: SignIn = decoded(await request.body(), SignIn)
    if request.url.scheme != "https" and not is_loopback(request.headers.get("host", "")):
        raise Refusal("needs_https")
    device = str(asked.device)
    login = asked.account.strip().casefold()
    if "\x00" in login or "\x00" in asked.label:
        raise Refusal("wrong_password")
    database, settings = request.app.state.database, request.app.state.settings
    async with database.snapshot() as connection:
        account = await connection.one("SELECT * FROM account WHERE login = ?", login)
        owner = await connection.one("SELECT * FROM device WHERE id = ?", device)
    await _check_password(request, login, asked.password, account, owner)
    assert account is not None
    if owner and owner["account_id"] != account["id"]:
        raise Refusal("device_taken")
    if owner and owner["revoked_as"] == "lost":
        raise Refusal("device_revoked", **{"as": "lost"})
    renewed = await passwords.hashed(asked.password) if passwords.outdated(account["password_hash"]) else None
    token = secrets.token_urlsafe(32)
    async with database.transaction() as connection:
        await _remember_device(connection, device, account["id"], asked.label, address_of(request))
        await _open_session(connection, request, token, account["id"], device)
        if renewed:
            await connection.run("UPDATE account SET password_hash = ? WHERE id = ?", renewed, account["id"])
        actor = Actor(account["id"], login, account["name"], device, (owner or {}).get("revoked_as") or "")
        body = await _session_body(connection, settings, actor)
        body["escrow"] = await escrow.release(connection, settings.data, actor.account_id, device)
    response = Response(msgspec.json.encode(body), media_type="application/json")
    _set_cookie(request, response, token)
    return response


async def _check_password(
    request: Request, login: str, password: str, account: Row | None, owner: Row | None
) -> None:
    """Throttled, and the same work for an account that does not exist or is disabled."""
    known = owner["id"] if owner and account and owner["account_id"] == account["id"] else None
    throttle = request.app.state.throttle
    keys = throttle.keys(login, address_of(request), known)
    wait = throttle.take(keys)
    if wait:
        raise Refusal("throttled", seconds=wait)
    usable = account["password_hash"] if account and not account["disabled"] else None
    if not await passwords.matches(usable, password):
        raise Refusal("wrong_password")
    throttle.give_back(keys)


async def _remember_device(connection: Connection, device: str, account_id: str, label: str, address: str) -> None:
    await connection.run(
        "INSERT INTO device (id, account_id, label, created_at, last_seen, last_ip) VALUES (?, ?, ?, ?, ?, ?)"
        " ON CONFLICT (id) DO NOTHING",
        device, account_id, label, now(), now(), address,
    )  # fmt: skip
    changed = await connection.run(
        "UPDATE device SET label = CASE WHEN ? = '' THEN label ELSE ? END, last_seen = ?, last_ip = ?"
        " WHERE id = ? AND account_id = ?",
        label, label, now(), address, device, account_id,
    )  # fmt: skip
    if not changed:  # another account's sign-in took the id a moment ago
        raise Refusal("device_taken")


async def _open_session(
    connection: Connection, request: Request, token: str, account_id: str, device: str
) -> None:
    days = request.app.state.settings.session_days
    await connection.run("DELETE FROM session WHERE device_id = ? OR expires_at <= ?", device, now())
    await connection.run(
        "INSERT INTO session (token_hash, account_id, device_id, created_at, last_seen, expires_at, ip)"
        " VALUES (?, ?, ?, ?, ?, ?, ?)",
        token_hash(token), account_id, device, now(), now(), now(timedelta(days=days)), address_of(request),
    )  # fmt: skip


async def _session_body(connection: Connection, settings: Settings, actor: Actor) -> dict[str, Any]:
    scope = await scope_of(connection, actor.account_id)
    if actor.revoked:
        scope = Scope(scope.version, {})
    return {
        "person": {"id": actor.account_id, "account": actor.login, "name": actor.name},
        "device": actor.device_id,
        "scope": scope.lines(),
        "epoch": await connection.value("SELECT value FROM setting WHERE key = 'epoch'"),
        "lease_days": settings.lease_days,
        "escrowed": await escrow.kept(connection, settings.data, actor.account_id, actor.device_id) is not None,
        "revoked": actor.revoked or None,
    }


def _set_cookie(request: Request, response: Response, token: str) -> None:
    days = request.app.state.settings.session_days
    response.set_cookie(
        cookie_name(request), token, max_age=days * 86400, path="/", httponly=True, samesite="lax",
        secure=request.url.scheme == "https",
    )  # fmt: skip


async def show_session(request: Request) -> Response:
    """GET /api/session"""
    actor = await current(request, leaving=True)
    async with request.app.state.database.snapshot() as connection:
        body = await _session_body(connection, request.app.state.settings, actor)
    return Response(msgspec.json.encode(body), media_type="application/json")


async def sign_out(request: Request) -> Response:
    """DELETE /api/session; doing it twice is no error. A device that was shut out says by it that it holds nothing any more."""
    token = request.cookies.get(cookie_name(request), "")
    if token:
        async with request.app.state.database.transaction() as connection:
            await connection.run(
                "UPDATE device SET wiped_at = ? WHERE revoked_at IS NOT NULL AND wiped_at IS NULL"
                " AND id IN (SELECT device_id FROM session WHERE token_hash = ?)",
                now(), token_hash(token),
            )  # fmt: skip
            await connection.run("DELETE FROM session WHERE token_hash = ?", token_hash(token))
    response = Response(status_code=204)
    response.delete_cookie(
        cookie_name(request), path="/", httponly=True, samesite="lax", secure=request.url.scheme == "https"
    )
    return response


async def administrator(request: Request) -> Actor:
    """Who asks, if that is the county's administrator."""
    actor = await current(request)
    async with request.app.state.database.snapshot() as connection:
        if not await administers(connection, actor.account_id):
            raise Refusal("administrators_only")
    return actor


async def change_password(request: Request) -> Response:
    """POST /api/password"""
    actor = await current(request)
    asked: PasswordChange = decoded(await request.body(), PasswordChange)
    database = request.app.state.database
    throttle = request.app.state.throttle
    keys = throttle.keys(actor.login, address_of(request), actor.device_id)
    wait = throttle.take(keys)
    if wait:
        raise Refusal("throttled", seconds=wait)
    async with database.snapshot() as connection:
        stored = await connection.value("SELECT password_hash FROM account WHERE id = ?", actor.account_id)
    if not await passwords.matches(stored, asked.old):
        raise Refusal("wrong_old_password")
    throttle.give_back(keys)
    passwords.check_new(asked.new, actor.login)
    renewed = await passwords.hashed(asked.new)
    mine = token_hash(request.cookies[cookie_name(request)])
    async with database.transaction() as connection:
        await connection.run("UPDATE account SET password_hash = ? WHERE id = ?", renewed, actor.account_id)
        await connection.run(
            "DELETE FROM session WHERE account_id = ? AND token_hash <> ?", actor.account_id, mine
        )
    return Response(status_code=204)


routes = [
    Route("/api/session", sign_in, methods=["POST"]),
    Route("/api/session", show_session, methods=["GET"]),
    Route("/api/session", sign_out, methods=["DELETE"]),
    Route("/api/password", change_password, methods=["POST"]),
]

docs = by_key(
    Operation(
        "POST", "/api/session", "Sign in on a device; sets the session cookie.", {200: SignedIn}, request=SignIn,
        refusals=("wrong_password", "throttled", "device_taken", "device_revoked", "needs_https"), session=False,
    ),
    Operation("GET", "/api/session", "Who is signed in here.", {200: Session}),
    Operation("DELETE", "/api/session", "Sign out on this device.", {204: None}, session=False),
    Operation(
        "POST", "/api/password", "Change one's own password; ends all other sessions.", {204: None},
        request=PasswordChange, refusals=("wrong_old_password", "weak_password", "throttled"),
    ),
)  # fmt: skip
