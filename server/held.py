"""Quarantine as the administrator sees it: what is held, whose and why; taking an entry after all, or putting it away for good.

Promises: an entry is shown whole to the county's administrator alone, and each look at one is a row of the access log; what is put
away stays in the database, only the lists leave it out. Taking is records.py's; here is no rule of it.
"""

from __future__ import annotations

import base64
from typing import Any

import msgspec
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from server import access_log, quarantine, records
from server.accounts import administrator
from server.database import Connection, Database, Row
from server.lines import read
from server.openapi import Operation, by_key
from server.refusals import CATALOGUE, Refusal
from server.sitting import FormsLike

SHOWN = 500


class Line(msgspec.Struct):
    """One entry in a list: who, where, which record, why; nothing of its content."""

    id: str
    at: str
    account: str
    login: str
    name: str
    device: str
    village: str
    village_name: str
    n: int | None
    kind: str | None
    record: str | None
    code: str
    zh: str
    en: str
    readable: bool


class Lines(msgspec.Struct):
    """Newest first, at most 500; `count` is how many there are."""

    count: int
    entries: list[Line]


class Whole(Line):
    """One entry with the line as it came, unreadable bytes replaced."""

    body: str


class Taken(msgspec.Struct):
    """What became of an entry that was taken: the answer its phone will fetch."""

    result: str


_HELD = """SELECT q.*, a.login, a.name,
  (SELECT max(v.name) FROM village v WHERE v.id = q.village_id) AS village_name
FROM quarantine q JOIN account a ON a.id = q.account_id WHERE q.state = 'held'"""


async def held(connection: Connection) -> Lines:
    count = int(await connection.value("SELECT count(*) AS n FROM quarantine WHERE state = 'held'"))
    rows = await connection.all(f"{_HELD} ORDER BY q.at DESC, q.id DESC LIMIT ?", SHOWN)
    return Lines(count, [Line(**_said(row)) for row in rows])


async def one(connection: Connection, entry_id: str, by: str) -> Whole:
    """Looking at what somebody wrote is written down."""
    row = await _entry(connection, entry_id)
    await access_log.record(connection, by, "quarantine.read", {"entry": entry_id, "account": row["account_id"]})
    return Whole(**_said(row), body=base64.b64decode(row["body"]).decode(errors="replace"))


def _said(row: Row) -> dict[str, Any]:
    detail = msgspec.json.decode(row["detail"])
    said = Refusal(row["code"], **detail).body() if row["code"] in CATALOGUE else {"zh": "", "en": ""}
    change = read(base64.b64decode(row["body"])).change
    return {
        "id": row["id"], "at": row["at"], "account": row["account_id"], "login": row["login"], "name": row["name"],
        "device": row["device_id"], "village": row["village_id"], "village_name": row["village_name"] or "", "n": row["n"],
        "kind": change.kind if change else None, "record": change.record if change else None,
        "code": row["code"], "zh": said["zh"], "en": said["en"], "readable": change is not None,
    }  # fmt: skip


async def _entry(connection: Connection, entry_id: str) -> Row:
    row = None if "\x00" in entry_id else await connection.one(f"{_HELD} AND q.id = ?", entry_id)
    if row is None:
        raise Refusal("unknown_entry")
    return row


async def apply(database: Database, forms: FormsLike, entry_id: str, by: str) -> Taken:
    async with database.snapshot() as connection:
        row = await _entry(connection, entry_id)
    answer, _ = await records.take_after_all(database, forms, row["township_id"], entry_id, by)
    return Taken(msgspec.json.decode(answer)["result"])


async def drop(database: Database, entry_id: str, by: str) -> None:
    async with database.transaction() as connection:
        await quarantine.decide(connection, await _entry(connection, entry_id), "dropped", by)


async def show(request: Request) -> Response:
    """GET /api/quarantine/all"""
    await administrator(request)
    async with request.app.state.database.snapshot() as connection:
        found = await held(connection)
    return _answer(found)


async def look(request: Request) -> Response:
    """GET /api/quarantine/{id}"""
    actor = await administrator(request)
    async with request.app.state.database.transaction() as connection:
        found = await one(connection, request.path_params["id"], actor.account_id)
    return _answer(found)


async def take(request: Request) -> Response:
    """POST /api/quarantine/{id}/apply"""
    actor = await administrator(request)
    state = request.app.state
    return _answer(await apply(state.database, state.catalogue, request.path_params["id"], actor.account_id))


async def put_away(request: Request) -> Response:
    """POST /api/quarantine/{id}/drop"""
    actor = await administrator(request)
    await drop(request.app.state.database, request.path_params["id"], actor.account_id)
    return Response(status_code=204)


def _answer(body: Any) -> Response:
    return Response(msgspec.json.encode(body), media_type="application/json", headers={"Cache-Control": "no-store"})


routes = [
    Route("/api/quarantine/all", show, methods=["GET"]),
    Route("/api/quarantine/{id}", look, methods=["GET"]),
    Route("/api/quarantine/{id}/apply", take, methods=["POST"]),
    Route("/api/quarantine/{id}/drop", put_away, methods=["POST"]),
]

#: An entry taken after all may be refused as any change may.
_AS_ANY_CHANGE = (
    "unknown_village", "village_read_only", "unknown_kind", "unknown_record", "unknown_question", "wrong_type", "local_only",
    "consent_needed", "move_not_allowed", "answer_not_yours", "malformed_line",
)  # fmt: skip
docs = by_key(
    Operation(
        "GET", "/api/quarantine/all", "What of everybody's was not taken, without its content. For the county's administrator.",
        {200: Lines}, refusals=("administrators_only",),
    ),
    Operation(
        "GET", "/api/quarantine/{id}", "One entry whole; the look is logged. For the county's administrator.",
        {200: Whole}, refusals=("administrators_only", "unknown_entry"),
    ),
    Operation(
        "POST", "/api/quarantine/{id}/apply", "Takes an entry as a change of its author after all. For the county's administrator.",
        {200: Taken}, request={"type": "object"}, refusals=("administrators_only", "unknown_entry", *_AS_ANY_CHANGE),
    ),
    Operation(
        "POST", "/api/quarantine/{id}/drop", "Puts an entry away: it is kept, and no list shows it. For the county's administrator.",
        {204: None}, request={"type": "object"}, refusals=("administrators_only", "unknown_entry"),
    ),
)  # fmt: skip
