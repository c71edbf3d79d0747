"""The cast's township over the hand-written forms, and phones signed in to it."""

from __future__ import annotations

import contextlib
import secrets
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import httpx2
import pytest
from starlette.applications import Starlette

from server.app import create_app
from server.clock import now
from server.database import Connection, Database
from server.sessions import token_hash
from server.settings import Settings
from tests import cast
from tests.phone import Phone
from tests.sync import forms

BASE = "http://localhost:8000"


async def signed_in(connection: Connection, account_id: str, device: str, token: str) -> None:
    """A session as signing in leaves it, without the work of checking a password."""
    await connection.run(
        "INSERT INTO device (id, account_id, created_at, last_seen) VALUES (?, ?, ?, ?) ON CONFLICT (id) DO NOTHING",
        device, account_id, now(), now(),
    )  # fmt: skip
    await connection.run(
        "INSERT INTO session (token_hash, account_id, device_id, created_at, last_seen, expires_at) VALUES (?, ?, ?, ?, ?, ?)",
        token_hash(token), account_id, device, now(), now(), now(timedelta(days=1)),
    )  # fmt: skip


class World:
    """One server, and everyone's phones."""

    def __init__(self, app: Starlette, database: Database, stack: contextlib.AsyncExitStack) -> None:
        self.app = app
        self.database = database
        self._stack = stack

    async def client(self, name: str, device: str | None = None) -> httpx2.AsyncClient:
        client = httpx2.AsyncClient(transport=httpx2.ASGITransport(self.app), base_url=BASE)
        await self._stack.enter_async_context(client)
        token = secrets.token_urlsafe(32)
        async with self.database.transaction() as connection:
            await signed_in(connection, cast.CAST[name].id, device or cast.CAST[name].device, token)
        client.cookies.set("shibu", token)
        return client

    async def phone(self, name: str, device: str | None = None, skew: timedelta = timedelta(), limit: int = 500) -> Phone:
        client = await self.client(name, device)
        return Phone(client, device=device or cast.CAST[name].device, forms=forms.hash_of, skew=skew, limit=limit)

    async def all(self, sql: str, *args: Any) -> list[dict[str, Any]]:
        async with self.database.snapshot() as connection:
            return await connection.all(sql, *args)

    async def run(self, sql: str, *args: Any) -> None:
        async with self.database.transaction() as connection:
            await connection.run(sql, *args)

    async def revoke(self, name: str, village: str, at: str) -> None:
        person = cast.CAST[name]
        await self.run("UPDATE membership SET revoked_at = ? WHERE account_id = ? AND village_id = ?", at, person.id, village)
        await self.run("UPDATE account SET scope_version = scope_version + 1 WHERE id = ?", person.id)

    async def grant(self, name: str, village: str, role: str = "cadre") -> None:
        person = cast.CAST[name]
        await self.run(
            "INSERT INTO membership (township_id, id, account_id, village_id, role, granted_at) VALUES (?, ?, ?, ?, ?, ?)",
            cast.VILLAGES[village][0], f"m-{person.id}-{village}", person.id, village, role, cast.AT,
        )  # fmt: skip
        await self.run("UPDATE account SET scope_version = scope_version + 1 WHERE id = ?", person.id)


@pytest.fixture
async def world(peopled: Database, settings: Settings) -> AsyncIterator[World]:
    app = create_app(settings)
    app.state.database = peopled
    app.state.catalogue = forms.catalogue()
    async with contextlib.AsyncExitStack() as stack:
        yield World(app, peopled, stack)
