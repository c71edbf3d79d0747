"""Quarantine: what was sent and could not be taken, kept whole, shown to its author, and taken after all when a person decides so.

Promises: nothing in it is lost or shown to anyone else of the team; taking an entry rewrites the stored answer and asks the
phone to fetch it again. Answers that must not leave the phone are the one thing it does not keep, whatever else was wrong.
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

from server import access_log
from server.clock import now
from server.database import Connection, Row
from server.ids import new_id
from server.lines import Incoming
from server.numbering import Statement
from server.openapi import Operation, by_key
from server.refusals import CATALOGUE, Refusal
from server.sessions import current
from server.sitting import Sitting, evened
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
    record_id: str | None = None


_HOLD = """INSERT INTO quarantine (township_id, id, village_id, device_id, account_id, n, body, code, detail, at, record_id)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (township_id, id) DO NOTHING"""


def statements(at: str, held: Sequence[Held]) -> list[Statement]:
    """What keeps the lines; one that is kept already under its id is left as it is."""
    rows = [
        (
            h.township_id, h.id or new_id(), h.village_id, h.device_id, h.account_id, h.n,
            base64.b64encode(h.body).decode(), h.refusal.kind.code, msgspec.json.encode(h.refusal.detail).decode(), at,
            h.record_id,
        )
        for h in held
    ]  # fmt: skip
    return [(_HOLD, rows)] if rows else []


async def decide(connection: Connection, entry: Row, state: str, by: str) -> None:
    """Ends the holding of an entry; `by` '' is the command line, or the server itself."""
    await connection.run(
        "UPDATE quarantine SET state = ?, decided_at = ?, decided_by = ? WHERE township_id = ? AND id = ?",
        state, now(), by, entry["township_id"], entry["id"],
    )  # fmt: skip
    detail = {"entry": entry["id"], "account": entry["account_id"], "village": entry["village_id"], "record": entry["record_id"]}
    await access_log.record(connection, by, f"quarantine.{state}", detail)


def waiting_for(village_id: str, records: Sequence[str]) -> tuple[Any, ...]:
    """Asks what is held because these records were not here yet, in the order it came."""
    ids = evened(sorted(set(records)) or [""])
    sql = (
        f"SELECT township_id, id, record_id FROM quarantine WHERE record_id IN ({', '.join('?' * len(ids))})"  # noqa: S608  placeholders
        " AND state = 'held' AND code = 'unknown_record' AND village_id = ? ORDER BY at, n"
    )
    return sql, *ids, village_id


def body_of(sitting: Sitting, incoming: Incoming, refusal: Refusal) -> bytes:
    """The line as it came, but without answers that must not leave the phone: those say so themselves, whatever the refusal."""
    change = incoming.change
    if change is None:
        return incoming.raw
    try:
        forms = [sitting.form_for(change.kind, change.form)]
    except Refusal:  # of a kind nobody here knows, nothing says what must not be kept
        return incoming.raw
    today = sitting.forms.current(change.kind)
    if today is not None and today is not forms[0]:
        forms.append(today)
    whole = refusal.kind.code == "consent_needed" or any(form.definition.get("local") for form in forms)
    kept = {} if whole else {p: value for p, value in change.set.items() if not any(_stays(form, p) for form in forms)}
    if len(kept) == len(change.set):
        return incoming.raw
    return msgspec.json.encode(msgspec.structs.replace(change, set=kept))


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
