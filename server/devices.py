"""Phones as the administrator sees them: whose, when last heard of, what they hold and what they had not sent; and shutting one out.

Promises: shutting out says before all else what is lost by it; a device shut out is told so by whatever it asks next; `left` lets
it send what it holds, into quarantine, and `lost` nothing; a lost one is never taken back, nor turned into one that left.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

import msgspec
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from server import access_log, escrow
from server.accounts import administrator, decoded
from server.clock import now
from server.database import Connection, Row
from server.openapi import Operation, Parameter, by_key
from server.refusals import Refusal
from server.scope import TEAM
from server.sitting import HOUSEHOLDS, PEOPLE

As = Literal["left", "lost"]


class HeldVillage(msgspec.Struct):
    """A village that lies on a phone, and how many people are in what lies there: none where the township's view shows none."""

    id: str
    name: str
    view: str
    households: int
    persons: int


class Device(msgspec.Struct):
    """One installation of the app for one account. `unsent` is what it last said it had not sent."""

    id: str
    label: str
    account: str
    login: str
    name: str
    created_at: str
    last_seen: str
    unsent: int | None
    skew_ms: int | None
    app: str
    escrowed: bool
    villages: list[HeldVillage]
    revoked_at: str | None
    revoked_as: As | None
    wiped_at: str | None

    @property
    def households(self) -> int:
        return sum(village.households for village in self.villages)

    @property
    def persons(self) -> int:
        return sum(village.persons for village in self.villages)


class Devices(msgspec.Struct):
    """Last heard of first."""

    devices: list[Device]


class Revocation(msgspec.Struct, rename={"as_": "as"}):
    """`left`: the person gives the phone back or works elsewhere; `lost`: it is in nobody's hands we know."""

    as_: As
    reason: Annotated[str, msgspec.Meta(max_length=500, pattern=r"^[^\x00]*$")] = ""


_DEVICES = """SELECT d.*, a.login, a.name, (SELECT count(*) FROM escrow e WHERE e.device_id = d.id) AS escrowed
FROM device d JOIN account a ON a.id = d.account_id"""
_HELD = """SELECT s.device_id, s.township_id, s.village_id, s.view, v.name
FROM device_scope s JOIN village v ON v.township_id = s.township_id AND v.id = s.village_id
WHERE v.kind = 'village' AND s.lost_told_at IS NULL ORDER BY v.name"""
#: By the index of first pulls.
_PEOPLE = f"""SELECT township_id, village_id, tier, count(*) AS n FROM record
WHERE deleted = 0 AND tier IN ({HOUSEHOLDS}, {PEOPLE}) GROUP BY township_id, village_id, tier"""  # noqa: S608  constants


async def listed(
    connection: Connection, *, account: str = "", village: str = "", township: str = "", device: str = ""
) -> list[Device]:
    """All devices, or those of an account, or on which a village or any of a township lies; by login, name, code or id."""
    people = {(r["township_id"], r["village_id"], r["tier"]): r["n"] for r in await connection.all(_PEOPLE)}
    places = await _places(connection, village, township) if village or township else None
    held: dict[str, list[HeldVillage]] = {}
    there: set[str] = set()
    for row in await connection.all(_HELD):
        key = (row["township_id"], row["village_id"])
        households, persons = (people.get((*key, tier), 0) if row["view"] == TEAM else 0 for tier in (HOUSEHOLDS, PEOPLE))
        lies = HeldVillage(row["village_id"], row["name"], row["view"], households, persons)
        held.setdefault(row["device_id"], []).append(lies)
        if places is None or key in places:
            there.add(row["device_id"])
    rows = await connection.all(_DEVICES + " ORDER BY d.last_seen DESC, d.id")
    return [
        _device(row, held.get(row["id"], []))
        for row in rows
        if (places is None or row["id"] in there)
        and (not account or account.casefold() in (row["login"], row["account_id"]))
        and device in ("", row["id"])
    ]


async def _places(connection: Connection, village: str, township: str) -> set[tuple[str, str]]:
    sql = (
        "SELECT v.township_id, v.id FROM village v JOIN township t ON t.township_id = v.township_id WHERE v.kind = 'village'"
        " AND (? = '' OR ? IN (v.id, v.name, v.code)) AND (? = '' OR ? IN (t.township_id, t.name))"
    )
    return {(row["township_id"], row["id"]) for row in await connection.all(sql, village, village, township, township)}


def _device(row: Row, villages: list[HeldVillage]) -> Device:
    return Device(
        row["id"], row["label"], row["account_id"], row["login"], row["name"], row["created_at"], row["last_seen"], row["unsent"],
        row["skew_ms"], row["app"], bool(row["escrowed"]), villages, row["revoked_at"], row["revoked_as"], row["wiped_at"],
    )  # fmt: skip


async def revoke(connection: Connection, device_id: str, as_: As, by: str, reason: str = "") -> Device:
    """Shuts a device out, in the caller's transaction; says what stood of it. Once more as the same changes nothing."""
    row = await connection.one("SELECT * FROM device WHERE id = ?" + connection.for_update, device_id)  # noqa: S608  a constant
    if row is None:
        raise Refusal("unknown_device")
    if row["revoked_as"] == "lost" and as_ == "left":
        raise Refusal("device_lost")
    if row["revoked_as"] != as_:
        await connection.run("UPDATE device SET revoked_at = ?, revoked_as = ? WHERE id = ?", now(), as_, device_id)
        # Its session stays: it opens nothing any more, and tells the phone what became of it.
        await escrow.forget(connection, device_id)
        detail: dict[str, Any] = {"account": row["account_id"], "device": device_id, "as": as_, "reason": reason, "unsent": row["unsent"]}
        await access_log.record(connection, by, "device.revoke", detail)
    (device,) = await listed(connection, device=device_id)
    return device


async def show(request: Request) -> Response:
    """GET /api/devices"""
    await administrator(request)
    asked = {name: request.query_params.get(name, "") for name in ("account", "village", "township")}
    if any("\x00" in text for text in asked.values()):
        raise Refusal("malformed", reason="query")
    async with request.app.state.database.snapshot() as connection:
        found = await listed(connection, **asked)
    return _answer(Devices(found))


async def shut_out(request: Request) -> Response:
    """POST /api/devices/{id}/revoke"""
    actor = await administrator(request)
    asked: Revocation = decoded(await request.body(), Revocation)
    device_id = request.path_params["id"]
    if "\x00" in device_id:
        raise Refusal("unknown_device")
    async with request.app.state.database.transaction() as connection:
        device = await revoke(connection, device_id, asked.as_, actor.account_id, asked.reason)
    return _answer(device)


def _answer(body: Any) -> Response:
    return Response(msgspec.json.encode(body), media_type="application/json", headers={"Cache-Control": "no-store"})


routes = [
    Route("/api/devices", show, methods=["GET"]),
    Route("/api/devices/{id}/revoke", shut_out, methods=["POST"]),
]

docs = by_key(
    Operation(
        "GET", "/api/devices", "All phones: whose, last contact, unsent changes, what lies on them. For the county's administrator.",
        {200: Devices},
        parameters=tuple(Parameter(name, description=f"only of this {name}") for name in ("account", "village", "township")),
        refusals=("administrators_only",),
    ),
    Operation(
        "POST", "/api/devices/{id}/revoke", "Shuts a phone out, as left or as lost, and says what stood of it. For the county's administrator.",
        {200: Device}, request=Revocation, refusals=("administrators_only", "unknown_device", "device_lost"),
    ),
)  # fmt: skip
