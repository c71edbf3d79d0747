"""Who asks: the session behind a request's cookie.

A session is an opaque random token; the database holds only its hash. Its use moves its end on. A device that was shut out is told
so by its session, which is good for nothing else but, of one shut out as left, a last push.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import timedelta

from starlette.requests import Request

from server.clock import now
from server.refusals import Refusal

#: A session's last use is written at most this often, so that reading costs no write.
TOUCH = timedelta(minutes=10)


@dataclass(frozen=True)
class Actor:
    """Who asks."""

    account_id: str
    login: str
    name: str
    device_id: str
    #: How this device was shut out: '' or 'left'; one that is lost gets no further than `current`.
    revoked: str = ""


def cookie_name(request: Request) -> str:
    """`__Host-` ties the cookie to HTTPS and to this very host; a browser takes it on loopback HTTP from nobody."""
    return "__Host-shibu" if request.url.scheme == "https" else "shibu"


def token_hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def address_of(request: Request) -> str:
    return request.client.host if request.client else ""


_CURRENT = """
SELECT s.account_id, s.device_id, s.last_seen, s.expires_at, a.login, a.name, a.disabled, d.revoked_as,
  (SELECT value FROM setting WHERE key = 'forms') AS forms
FROM session s JOIN account a ON a.id = s.account_id JOIN device d ON d.id = s.device_id
WHERE s.token_hash = ?"""


async def current(request: Request, *, leaving: bool = False) -> Actor:
    """Who asks, or the refusal `sign_in`, or `device_revoked`. `leaving`: this route serves a device shut out as left too, also
    when its account is shut: what is still on it is not lost with the account."""
    token = request.cookies.get(cookie_name(request), "")
    if not token:
        raise Refusal("sign_in")
    database = request.app.state.database
    found = await database.look(_CURRENT, token_hash(token))
    row = found[0] if found else None
    if row is None or row["expires_at"] <= now():
        raise Refusal("sign_in")
    if row["revoked_as"] == "lost" or (row["revoked_as"] and not leaving):
        raise Refusal("device_revoked", **{"as": row["revoked_as"]})
    if row["disabled"] and not row["revoked_as"]:
        raise Refusal("sign_in")
    # Another process may have published a form; every request brings the answer along.
    await request.app.state.catalogue.renew(database, row["forms"])
    if row["last_seen"] < now(-TOUCH):
        await _touch(request, token, row["device_id"])
    return Actor(row["account_id"], row["login"], row["name"], row["device_id"], row["revoked_as"] or "")


async def _touch(request: Request, token: str, device_id: str) -> None:
    days = request.app.state.settings.session_days
    async with request.app.state.database.transaction() as connection:
        await connection.run(
            "UPDATE session SET last_seen = ?, expires_at = ?, ip = ? WHERE token_hash = ?",
            now(), now(timedelta(days=days)), address_of(request), token_hash(token),
        )  # fmt: skip
        await connection.run(
            "UPDATE device SET last_seen = ?, last_ip = ? WHERE id = ?", now(), address_of(request), device_id
        )
