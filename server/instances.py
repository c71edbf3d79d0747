"""GET /api/records/<id>/instance: one record as XForm instance XML, as the asker's view shows it."""

from __future__ import annotations

import msgspec
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from server.accounts import current
from server.database import Connection
from server.history import readable
from server.openapi import Operation, by_key
from server.refusals import Refusal
from server.scope import Sharing
from server.surveys.builtin import CONFLICT
from server.surveys.catalogue import Catalogue
from server.surveys.instance import Instances


async def instance_of(connection: Connection, catalogue: Catalogue, account_id: str, record_id: str) -> str:
    """In the form the record was written with; refused as unknown where the asker may not know that it exists."""
    record, masked = await readable(connection, account_id, record_id)
    if record["deleted"]:
        raise Refusal("unknown_record")
    form = catalogue.by_hash(record["form"]) or catalogue.current(record["kind"])
    if form is None:
        raise Refusal("unknown_form", hash=record["form"])
    xform = await connection.value("SELECT xform FROM form_version WHERE hash = ?", form.hash)
    answers = msgspec.json.decode(record["answers"])
    if masked and record["kind"] != CONFLICT:
        answers = Sharing(form, answers).answers(answers)
    return Instances(form, xform or "").write(answers, record_id)


async def show(request: Request) -> Response:
    actor = await current(request)
    async with request.app.state.database.snapshot() as connection:
        xml = await instance_of(
            connection, request.app.state.catalogue, actor.account_id, request.path_params["id"]
        )
    return Response(xml, media_type="application/xml", headers={"Cache-Control": "no-store"})


routes = [Route("/api/records/{id}/instance", show, methods=["GET"])]
docs = by_key(
    Operation(
        "GET",
        "/api/records/{id}/instance",
        "A record as XForm instance XML, in the form it was written with and masked as the asker's view is.",
        {200: None},
        response_type="application/xml",
        refusals=("unknown_record", "unknown_form"),
    ),
)
