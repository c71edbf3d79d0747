"""GET /api/records/<id>/history: every change of one record, as the asker's view shows it."""

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
    for row in await connection.all(sql, record["township_id"], record_id):
        changed, before = msgspec.json.decode(row["changed"]), msgspec.json.decode(row["before"])
        if sharing:
            changed, before = sharing.answers(changed), sharing.answers(before)
            if not changed:
                continue
        lines.append(
            HistoryLine(
                row["rev"], row["seq"], row["account_id"], row["device_id"] or None, row["at"], row["client_at"],
                changed, before, row["origin"],
            )
        )  # fmt: skip
    return History(lines)


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
