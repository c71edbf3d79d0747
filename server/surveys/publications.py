"""Which version of each kind is live, in the database: trials, publications, taking back, and what versions were made from.

Promises: one transaction for each act, with its row in the access log; the live version of a kind is the last one an
administrator published, else what the surveys folder holds; `form_version.current` and the counter `forms` in `setting` say
so to every process; versions are never deleted, because records name them.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from server import access_log, clock
from server.database import Connection, Row
from server.refusals import Refusal
from server.surveys import builtin, media

TRIAL_DAYS = 30
COUNTER = "SELECT value FROM setting WHERE key = 'forms'"


@dataclass(frozen=True)
class Upload:
    """A form as it came: the spreadsheet, lists by name, pictures and sounds by name."""

    name: str
    data: bytes
    files: Mapping[str, str] = field(default_factory=dict)
    media: Mapping[str, bytes] = field(default_factory=dict)
    times_per_year: float | None = None


@dataclass(frozen=True)
class Made:
    """What a version was made from."""

    name: str
    body: bytes
    files: dict[str, str]
    times_per_year: float | None


def text_of(definition: Mapping[str, Any]) -> str:
    """A definition as it is stored and sent."""
    return json.dumps(definition, ensure_ascii=False, separators=(",", ":"))


async def put_version(
    connection: Connection, definition: Mapping[str, Any], xform: str, source: str, *, folder: bool
) -> None:
    """Stores a version. The same content from another source (a comment changed, a row moved) is the same version."""
    await connection.run(
        "INSERT INTO form_version (kind, hash, source_hash, definition, xform, created_at, current, folder)"
        " VALUES (?, ?, ?, ?, ?, ?, 0, ?) ON CONFLICT (hash) DO UPDATE"
        " SET source_hash = CASE WHEN excluded.folder = 1 THEN excluded.source_hash ELSE form_version.source_hash END,"
        " folder = CASE WHEN excluded.folder = 1 THEN 1 ELSE form_version.folder END",
        definition["kind"],
        definition["hash"],
        source,
        text_of(definition),
        xform,
        clock.now(),
        int(folder),
    )


async def put_source(connection: Connection, hash_: str, made: Made) -> None:
    """The last source of a version stands: it is what somebody would want to go on from."""
    await connection.run(
        "INSERT INTO form_source (hash, name, body, files, times_per_year) VALUES (?, ?, ?, ?, ?)"
        " ON CONFLICT (hash) DO UPDATE SET name = excluded.name, body = excluded.body, files = excluded.files,"
        " times_per_year = excluded.times_per_year",
        hash_,
        made.name,
        made.body,
        json.dumps(made.files, ensure_ascii=False),
        made.times_per_year,
    )


async def source(connection: Connection, hash_: str) -> Made | None:
    """Of a version or a trial."""
    row = await connection.one("SELECT * FROM form_source WHERE hash = ?", hash_)
    row = row or await connection.one("SELECT * FROM form_trial WHERE hash = ?", hash_)
    if row is None:
        return None
    return Made(row["name"], bytes(row["body"]), json.loads(row["files"]), row["times_per_year"])


async def settle(connection: Connection) -> None:
    """Works out which versions are live; every process hears of it when that has changed."""
    rows = await connection.all("SELECT kind, hash, current, folder FROM form_version")
    live = {row["kind"]: row["hash"] for row in rows if row["folder"]}
    live |= {row["kind"]: row["hash"] for row in await latest(connection) if row["pinned"]}
    changed = False
    for row in rows:
        current = int(live.get(row["kind"]) == row["hash"])
        if current != row["current"]:
            await connection.run("UPDATE form_version SET current = ? WHERE hash = ?", current, row["hash"])
            changed = True
    if changed:
        await connection.run(
            "UPDATE setting SET value = CAST(CAST(value AS BIGINT) + 1 AS TEXT) WHERE key = 'forms'"
        )


async def latest(connection: Connection) -> list[Row]:
    """The last publication of each kind."""
    return await connection.all(
        "SELECT p.* FROM publication p WHERE p.n = (SELECT max(n) FROM publication WHERE kind = p.kind)"
    )


async def live_hash(connection: Connection, kind: str) -> str | None:
    found = await connection.value("SELECT hash FROM form_version WHERE kind = ? AND current = 1", kind)
    return None if found is None else str(found)


# Trials


async def keep_trial(
    connection: Connection,
    definition: Mapping[str, Any],
    xform: str,
    warnings: list[dict[str, Any]],
    made: Made,
    account_id: str,
) -> None:
    """Stores what was uploaded; what has been tried and left for 30 days goes."""
    gone = await connection.run("DELETE FROM form_trial WHERE at < ?", clock.now(-timedelta(days=TRIAL_DAYS)))
    await connection.run(
        "INSERT INTO form_trial (hash, kind, definition, xform, warnings, name, body, files, times_per_year,"
        " account_id, at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (hash) DO UPDATE SET"
        " warnings = excluded.warnings, name = excluded.name, body = excluded.body, files = excluded.files,"
        " times_per_year = excluded.times_per_year, account_id = excluded.account_id, at = excluded.at",
        definition["hash"],
        definition["kind"],
        text_of(definition),
        xform,
        json.dumps(warnings, ensure_ascii=False),
        made.name,
        made.body,
        json.dumps(made.files, ensure_ascii=False),
        made.times_per_year,
        account_id,
        clock.now(),
    )
    if gone:
        await media.forget_unused(connection)


async def trial(connection: Connection, hash_: str) -> Row | None:
    """One that has not run out."""
    since = clock.now(-timedelta(days=TRIAL_DAYS))
    return await connection.one("SELECT * FROM form_trial WHERE hash = ? AND at >= ?", hash_, since)


# Publishing


async def publish(
    connection: Connection, kind: str, hash_: str, *, live: str | None, account_id: str, message: str
) -> None:
    """A trial becomes the live version. `live` is what its difference was shown against: if another one went live
    since, somebody must look again."""
    await _lock(connection)
    row = await trial(connection, hash_)
    if row is None or row["kind"] != kind:
        raise Refusal("unknown_form", hash=hash_[:64])
    if await live_hash(connection, kind) != live:
        raise Refusal("form_changed", kind=kind)
    await put_version(
        connection, json.loads(row["definition"]), row["xform"], f"upload:{hash_}", folder=False
    )
    made = Made(row["name"], bytes(row["body"]), json.loads(row["files"]), row["times_per_year"])
    await put_source(connection, hash_, made)
    await connection.run("DELETE FROM form_trial WHERE hash = ?", hash_)
    await _note(connection, kind, hash_, account_id, message, "form.publish")


async def roll_back(
    connection: Connection, kind: str, hash_: str | None, *, account_id: str, message: str
) -> str:
    """An earlier version becomes live again: the one named, else the one that was live before. Returns its hash."""
    await _lock(connection)
    live = await live_hash(connection, kind)
    target = hash_ or await _before(connection, kind, live)
    known = await connection.value("SELECT kind FROM form_version WHERE hash = ?", target or "")
    if target is None or known != kind:
        raise Refusal("unknown_form", hash=(target or "")[:64])
    if target != live:
        await _note(connection, kind, target, account_id, message, "form.roll_back")
    return target


async def _before(connection: Connection, kind: str, live: str | None) -> str | None:
    """What was live before the present version; before the first publication that was the folder's."""
    rows = await connection.all("SELECT hash FROM publication WHERE kind = ? ORDER BY n DESC", kind)
    for row in rows:
        if row["hash"] != live:
            return str(row["hash"])
    found = await connection.value(
        "SELECT hash FROM form_version WHERE kind = ? AND hash <> ? ORDER BY folder DESC, created_at DESC LIMIT 1",
        kind,
        live or "",
    )
    return None if found is None else str(found)


async def _lock(connection: Connection) -> None:
    """One act at a time."""
    await connection.one(COUNTER + connection.for_update)


async def _note(
    connection: Connection, kind: str, hash_: str, account_id: str, message: str, action: str
) -> None:
    folder = await connection.value("SELECT folder FROM form_version WHERE hash = ?", hash_)
    n = (await connection.value("SELECT max(n) FROM publication") or 0) + 1
    await connection.run(
        "INSERT INTO publication (n, kind, hash, pinned, account_id, message, at) VALUES (?, ?, ?, ?, ?, ?, ?)",
        n,
        kind,
        hash_,
        # Back to what the program brings: from now on the kind follows the program again.
        int(not (folder and action == "form.roll_back")),
        account_id,
        message,
        clock.now(),
    )
    await access_log.record(connection, account_id, action, {"kind": kind, "form": hash_})
    await settle(connection)


# What there is


async def versions(connection: Connection, kind: str | None = None) -> list[dict[str, Any]]:
    """Every version, the latest first of each kind, with when it went live and by whom."""
    where, args = ("WHERE v.kind = ?", (kind,)) if kind else ("", ())
    rows = await connection.all(
        "SELECT v.kind, v.hash, v.created_at, v.current, v.folder, s.name, s.files, s.times_per_year"  # noqa: S608
        f" FROM form_version v LEFT JOIN form_source s ON s.hash = v.hash {where}"
        " ORDER BY v.kind, v.current DESC, v.created_at DESC, v.hash",
        *args,
    )
    published = await connection.all(
        "SELECT p.*, a.login, a.name FROM publication p LEFT JOIN account a ON a.id = p.account_id ORDER BY p.n DESC"
    )
    return [_version(row, [one for one in published if one["hash"] == row["hash"]]) for row in rows]


def by_kind(found: list[dict[str, Any]], catalogue: Any) -> list[dict[str, Any]]:
    """Versions under their kinds, without those of the system's own kinds."""
    kinds: dict[str, list[dict[str, Any]]] = {}
    for version in found:
        if version["kind"] not in builtin.RESERVED:
            kinds.setdefault(version["kind"], []).append(version)
    listed = []
    for kind, versions_ in kinds.items():
        live = next((version["hash"] for version in versions_ if version["live"]), None)
        ours = next((version["hash"] for version in versions_ if version["built_in"]), None)
        listed.append(
            {
                "kind": kind,
                "title": catalogue.by_hash(live or versions_[0]["hash"]).title,
                "live": live,
                "newer_built_in": ours if ours != live else None,
                "versions": versions_,
            }
        )
    return listed


def _version(row: Row, published: list[Row]) -> dict[str, Any]:
    return {
        "kind": row["kind"],
        "hash": row["hash"],
        "at": row["created_at"],
        "live": bool(row["current"]),
        "built_in": bool(row["folder"]),
        "source": row["name"],
        "lists": sorted(json.loads(row["files"] or "{}")),
        "times_per_year": row["times_per_year"],
        "published": [
            {"at": one["at"], "by": one["login"] or "", "name": one["name"] or "", "message": one["message"]}
            for one in published
        ],
    }
