"""Quarantine: what was sent and could not be taken, kept whole, shown to its author, and taken after all when a person decides so.

Promises: nothing in it is lost or shown to anyone else of the team; taking an entry rewrites the stored answer and asks the
phone to fetch it again. Local-only answers are the one thing it does not keep.
"""

from __future__ import annotations

import base64
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import msgspec
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from server.database import Connection, Row
from server.ids import new_id
from server.lines import Incoming
from server.numbering import Statement
from server.openapi import Operation, by_key
from server.refusals import CATALOGUE, Refusal
from server.sessions import current
from server.sitting import Sitting
from server.surveys.remarks import marked

LOCAL_ONLY = "local-only"
#: Most entries shown at once.
SHOWN = 500


@dataclass(slots=True)
class Held:
    """One line on its way into quarantine."""

    township_id: str
    village_id: str
    device_id: str
    account_id: str
    n: int | None
    body: bytes
    refusal: Refusal
    id: str = ""


_HOLD = """INSERT INTO quarantine (township_id, id, village_id, device_id, account_id, n, body, code, detail, at)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (township_id, id) DO NOTHING"""


def statements(at: str, held: Sequence[Held]) -> list[Statement]:
    """What keeps the lines; one that is kept already under its id is left as it is."""
    rows = [
        (
            h.township_id, h.id or new_id(), h.village_id, h.device_id, h.account_id, h.n,
            base64.b64encode(h.body).decode(), h.refusal.kind.code, msgspec.json.encode(h.refusal.detail).decode(), at,
        )
        for h in held
    ]  # fmt: skip
    return [(_HOLD, rows)] if rows else []


def body_of(sitting: Sitting, incoming: Incoming, refusal: Refusal) -> bytes:
    """The line as it came, but without answers that must not leave the phone."""
    if refusal.kind.code not in {"local_only", "consent_needed"} or incoming.change is None:
        return incoming.raw
    form = sitting.form_for(incoming.change.kind, incoming.change.form)
    whole = form.definition.get("local") or refusal.kind.code == "consent_needed"
    kept = {} if whole else {path: value for path, value in incoming.change.set.items() if not _stays(form, path)}
    return msgspec.json.encode(msgspec.structs.replace(incoming.change, set=kept))


def _stays(form: Any, path: str) -> bool:
    asked, _ = marked(path)
    questions = [q for q in form.questions if q.path == asked or q.path.startswith(f"{asked}/")]
    return any(q.sensitivity == LOCAL_ONLY for q in questions)


class HeldLine(msgspec.Struct):
    """One entry as its author sees it. `body` is the line as it came, unreadable bytes replaced."""

    id: str
    village: str
    device: str
    n: int | None
    code: str
    zh: str
    en: str
    detail: dict[str, Any]
    body: str
    at: str


class HeldLines(msgspec.Struct):
    """Newest first."""

    entries: list[HeldLine]


async def held_by(connection: Connection, account_id: str) -> HeldLines:
    sql = "SELECT * FROM quarantine WHERE account_id = ? AND state = 'held' ORDER BY at DESC, id DESC LIMIT ?"
    return HeldLines([_shown(row) for row in await connection.all(sql, account_id, SHOWN)])


def _shown(row: Row) -> HeldLine:
    detail = msgspec.json.decode(row["detail"])
    said = Refusal(row["code"], **detail).body() if row["code"] in CATALOGUE else {"zh": "", "en": ""}
    body = base64.b64decode(row["body"]).decode(errors="replace")
    return HeldLine(
        row["id"], row["village_id"], row["device_id"], row["n"], row["code"], said["zh"], said["en"], detail, body, row["at"]
    )


async def show(request: Request) -> Response:
    actor = await current(request)
    async with request.app.state.database.snapshot() as connection:
        found = await held_by(connection, actor.account_id)
    return Response(msgspec.json.encode(found), media_type="application/json", headers={"Cache-Control": "no-store"})


routes = [Route("/api/quarantine", show, methods=["GET"])]
docs = by_key(Operation("GET", "/api/quarantine", "What of one's own was not taken, newest first.", {200: HeldLines}))
