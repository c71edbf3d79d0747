"""GET /api/records/<id>/history: every change of one record, as the asker's view shows it.

Promises: a device is named by the person who wrote and a number, never by what its browser says of it or by its id alone;
what a change could not bring about is told beside what it did.
"""

from __future__ import annotations

import re
from typing import Any

import msgspec
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from server.accounts import current
from server.database import Connection, Row
from server.lines import UUID
from server.openapi import Operation, by_key
from server.refusals import Refusal
from server.scope import TOWNSHIP, Sharing, scope_of
from server.sitting import FormsLike, marks
from server.surveys.builtin import CONFLICT


class HistoryLine(msgspec.Struct):
    """One revision: what was set, and what stood there before."""

    rev: int
    seq: int
    by: str
    device: str | None
    at: str
    client_at: str | None
    set: dict[str, Any]
    before: dict[str, Any]
    origin: str
    #: Which of its writer's phones: 1 is the one that signed in first. Absent where a person has only one, or none wrote.
    phone: int | None = None
    #: What was written and did not come to stand: a second answer to what is answered once.
    passed_over: dict[str, Any] | None = None


class History(msgspec.Struct):
    """Oldest first."""

    changes: list[HistoryLine]


async def history_of(connection: Connection, forms: FormsLike, account_id: str, record_id: str) -> History:
    """Refused as unknown where the asker may not know that the record exists."""
    record, masked = await readable(connection, account_id, record_id)
    sharing = None
    if masked and record["kind"] != CONFLICT:
        form = forms.current(record["kind"]) or forms.by_hash(record["form"])
        sharing = Sharing(form, msgspec.json.decode(record["answers"]))
    sql = "SELECT * FROM change WHERE township_id = ? AND record_id = ? ORDER BY rev"
    lines = []
    rows = await connection.all(sql, record["township_id"], record_id)
    phones = await _phones(connection, {row["account_id"] for row in rows})
    for row in rows:
        changed, before = msgspec.json.decode(row["changed"]), msgspec.json.decode(row["before"])
        over = msgspec.json.decode(row["passed_over"]) if row["passed_over"] else {}
        if sharing:
            changed, before, over = sharing.answers(changed), sharing.answers(before), sharing.answers(over)
            if not changed and not over:
                continue
        lines.append(
            HistoryLine(
                row["rev"], row["seq"], row["account_id"], row["device_id"] or None, row["at"], row["client_at"],
                changed, before, row["origin"], phones.get(row["device_id"] or ""), over or None,
            )
        )  # fmt: skip
    return History(lines)


async def _phones(connection: Connection, accounts: set[str]) -> dict[str, int]:
    """The number of each phone among those of its person, for people who have several."""
    if not accounts:
        return {}
    sql = f"SELECT id, account_id FROM device WHERE account_id IN ({marks(sorted(accounts))}) ORDER BY created_at, id"  # noqa: S608  placeholders only
    held: dict[str, list[str]] = {}
    for row in await connection.all(sql, *sorted(accounts)):
        held.setdefault(row["account_id"], []).append(row["id"])
    return {device: n for devices in held.values() if len(devices) > 1 for n, device in enumerate(devices, 1)}


async def readable(connection: Connection, account_id: str, record_id: str) -> tuple[Row, bool]:
    """The record, and whether its view masks it."""
    scope = await scope_of(connection, account_id)
    townships = sorted({place.township_id for place in scope.places.values()})
    if re.match(UUID, record_id) and townships:
        sql = f"SELECT * FROM record WHERE township_id IN ({marks(townships)}) AND id = ?"  # noqa: S608  placeholders only
        for record in await connection.all(sql, *townships, record_id):
            place = scope.places.get(record["village_id"])
            if place is None or place.township_id != record["township_id"]:
                continue
            if place.view != TOWNSHIP or record["shared"]:
                return record, place.view == TOWNSHIP
    raise Refusal("unknown_record")


async def show(request: Request) -> Response:
    actor = await current(request)
    async with request.app.state.database.snapshot() as connection:
        found = await history_of(
            connection, request.app.state.catalogue, actor.account_id, request.path_params["id"]
        )
    return Response(
        msgspec.json.encode(found), media_type="application/json", headers={"Cache-Control": "no-store"}
    )


routes = [Route("/api/records/{id}/history", show, methods=["GET"])]
docs = by_key(
    Operation(
        "GET",
        "/api/records/{id}/history",
        "Every change of a record, oldest first, masked as the asker's view is.",
        {200: History},
        refusals=("unknown_record",),
    ),
)
