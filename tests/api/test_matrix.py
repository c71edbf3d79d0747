"""Every route under /api × every role, from one table; and no row of a foreign village in any answer to anybody.

Each village holds the same records, each with a marker that names the village and what it is. What a person may see is then a
set of markers, whatever the route. A new route without a row in the table fails.
"""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Awaitable, Callable
from typing import Any

import httpx2
import pytest
from starlette.applications import Starlette

from server import records
from server.app import operations
from server.records import Seed
from tests import cast
from tests.cast import BEIPO, CAST, LIUWAN, PASSWORD, SHIQIAO, VILLAGES, YUNLING
from tests.conftest import ClientOf

NDJSON = {"content-type": "application/x-ndjson"}
ROLES = ("visitor", "chen", "zhou", "leader", "outsider", "outleader", "admin")
HERE = (SHIQIAO, LIUWAN, YUNLING)

#: What each village holds. A marker is MARK-<village>-<what>.
WHAT = (
    "household", "person", "visit", "kept", "reported", "named", "teller", "namedteller", "removed",
    "project", "agreed", "meeting", "minutes",
)  # fmt: skip


#: What of them the township sees.
SHARED = ("reported", "named", "namedteller", "project", "agreed", "meeting")
MEETING_TITLE, MEETING_TEXT = "title", "discussion"


def record_id(village: str, what: str) -> str:
    return f"0192f000-0000-7000-9000-{village[-4:]}{WHAT.index(what):08d}"


def marker(village: str, what: str) -> str:
    return f"MARK-{village[-4:]}-{what}-"


def seeds(village: str) -> list[Seed]:
    """One of each; `removed` only where somebody of the cast can remove it. `kept` is a problem never reported; `named` one whose reporter agreed to be named."""

    def mark(what: str) -> str:
        return marker(village, what)

    household = record_id(village, "household")
    reported = {"status": "reported", "reported_on": "2026-11-02", "from_household": household}
    contents: dict[str, tuple[str, dict[str, Any]]] = {
        "household": ("household", {"head_name": mark("household")}),
        "person": ("person", {"name": mark("person"), "household": household}),
        "visit": ("visit", {"household": household, "facts": mark("visit")}),
        "kept": ("problem", {"content": mark("kept"), "status": "registered"}),
        "reported": ("problem", {"content": mark("reported"), "reporter_name": mark("teller"), **reported}),
        "named": (
            "problem",
            {"content": mark("named"), "reporter_name": mark("namedteller"), "share_reporter": "yes", **reported},
        ),
        "removed": ("problem", {"content": mark("removed"), **reported}),
        "project": ("project_plan", {"name": mark("project")}),
        "agreed": ("consensus_item", {"title": mark("agreed")}),
        "meeting": ("meeting", {"held_on": "2026-11-02", MEETING_TITLE: mark("meeting"), MEETING_TEXT: mark("minutes")}),
    }
    if village not in (SHIQIAO, BEIPO):
        del contents["removed"]
    by = CAST["outsider" if village == BEIPO else "chen"].id
    return [
        Seed(record_id(village, what), kind, answers, by, "2026-11-02T08:00:00+08:00")
        for what, (kind, answers) in contents.items()
    ]


def visible(role: str) -> set[str]:
    """The markers a person may ever see, but for the record that was removed."""
    person = CAST.get(role)
    if person is None or person.role == "county_admin":
        return set()
    if person.role == "township_leader":
        villages = HERE if person.township == cast.TOWNSHIP else (BEIPO,)
        return {marker(v, what) for v in villages for what in SHARED}
    assert person.village
    return {marker(person.village, what) for what in WHAT if what != "removed"}


def markers(text: str) -> set[str]:
    return set(re.findall(r"MARK-\d+-[a-z]+-", text))


@pytest.fixture
async def world(app: Starlette, client_of: ClientOf) -> Starlette:
    for village, (township, _) in VILLAGES.items():
        await records.load(app.state.database, township, village, seeds(village), app.state.catalogue)
    for name, village in (("chen", SHIQIAO), ("outsider", BEIPO)):
        client = await client_of(name)
        answer = await push(client, name, village, record_id(village, "removed"), "problem", {"deleted": True}, base=1)
        assert answer["result"] == "ok", answer
    return app


def hello(name: str, **more: Any) -> dict[str, Any]:
    return {
        "t": "hello", "proto": 1, "device": CAST[name].device, "app": "test", "epoch": None, "scope": 0,
        "cursors": {}, "first": {}, "limit": 5000, **more,
    }  # fmt: skip


async def sync(client: httpx2.AsyncClient, *lines: dict[str, Any]) -> httpx2.Response:
    return await client.post("/api/sync", content="\n".join(map(json.dumps, lines)), headers=NDJSON)


async def push(
    client: httpx2.AsyncClient, name: str, village: str, record: str, kind: str, set_: dict[str, Any], *, base: int = 0, n: int = 1
) -> dict[str, Any]:
    """Sends one change and returns the line that answers it."""
    change = {
        "t": "change", "village": village, "n": n, "record": record, "kind": kind, "form": "", "base": base, "set": set_,
        "at": "2026-11-20T10:00:00+08:00",
    }  # fmt: skip
    answer = await sync(client, hello(name), change)
    assert answer.status_code == 200, answer.text
    found = [line for line in map(json.loads, answer.text.splitlines()) if line["t"] == "answer"]
    assert len(found) == 1, answer.text
    return dict(found[0])


async def ask_trial(client: httpx2.AsyncClient, role: str, app: Starlette) -> httpx2.Response:
    return await client.post("/api/surveys/trials", json={"name": "x.md", "data": ""})


async def ask_workbook(client: httpx2.AsyncClient, role: str, app: Starlette) -> httpx2.Response:
    return await client.get(f"/api/surveys/visit/{app.state.catalogue.hashes['visit']}/workbook")


async def ask_summary(client: httpx2.AsyncClient, role: str, app: Starlette, village: str = SHIQIAO) -> httpx2.Response:
    return await client.get(f"/api/summaries/{village}")


Ask = Callable[[httpx2.AsyncClient, str, Starlette], Awaitable[httpx2.Response]]


async def ask_history(client: httpx2.AsyncClient, role: str, app: Starlette, record: str = "") -> httpx2.Response:
    return await client.get(f"/api/records/{record or record_id(SHIQIAO, 'reported')}/history")


async def ask_instance(client: httpx2.AsyncClient, role: str, app: Starlette, record: str = "") -> httpx2.Response:
    return await client.get(f"/api/records/{record or record_id(SHIQIAO, 'reported')}/instance")


async def ask_form(client: httpx2.AsyncClient, role: str, app: Starlette) -> httpx2.Response:
    return await client.get(f"/api/forms/{app.state.catalogue.hashes['household']}")


async def ask_sign_in(client: httpx2.AsyncClient, role: str, app: Starlette) -> httpx2.Response:
    person = CAST.get(role)
    body = {"account": role, "password": PASSWORD, "device": (person or CAST["chen"]).device}
    return await client.post("/api/session", json=body)


async def ask_password(client: httpx2.AsyncClient, role: str, app: Starlette) -> httpx2.Response:
    return await client.post("/api/password", json={"old": PASSWORD, "new": "another-long-password-9"})


async def ask_escrow(client: httpx2.AsyncClient, role: str, app: Starlette) -> httpx2.Response:
    return await client.put("/api/escrow", json={"key": base64.b64encode(bytes(32)).decode()})


async def ask_revoke(client: httpx2.AsyncClient, role: str, app: Starlette) -> httpx2.Response:
    """Whoever may do it hears that there is no such phone."""
    return await client.post("/api/devices/x/revoke", json={"as": "left"})


async def ask_unsent(client: httpx2.AsyncClient, role: str, app: Starlette) -> httpx2.Response:
    """Whoever may do it hears that this is no such file."""
    return await client.post("/api/unsent", content=b"{}\nx", headers={"content-type": "application/octet-stream"})


def ask_entry(act: str) -> Ask:
    async def ask(client: httpx2.AsyncClient, role: str, app: Starlette) -> httpx2.Response:
        return await client.post(f"/api/quarantine/x/{act}", json={})

    return ask


def ask_file(method: str) -> Ask:
    async def ask(client: httpx2.AsyncClient, role: str, app: Starlette) -> httpx2.Response:
        headers = {"content-type": "application/octet-stream", "upload-offset": "0", "upload-length": "1"}
        path = f"/api/files/{'0' * 64}?record={record_id(SHIQIAO, 'reported')}"
        return await client.request(method, path, content=b"x" if method == "PATCH" else None, headers=headers)

    return ask


def plain(method: str, path: str) -> Ask:
    async def ask(client: httpx2.AsyncClient, role: str, app: Starlette) -> httpx2.Response:
        return await client.request(method, path)

    return ask


def no_form(act: str) -> Ask:
    """Whoever may do it hears that there is no such version."""

    async def ask(client: httpx2.AsyncClient, role: str, app: Starlette) -> httpx2.Response:
        return await client.post(f"/api/surveys/visit/{act}", json={"hash": "00", "live": None})

    return ask


async def ask_sync(client: httpx2.AsyncClient, role: str, app: Starlette) -> httpx2.Response:
    return await sync(client, hello(role if role in CAST else "chen"))


#: route → how it is asked, and the status for each of ROLES in order.
TABLE: dict[str, tuple[Ask, tuple[int, ...]]] = {
    # role:                                                         visitor chen zhou leader outsider outleader admin
    "POST /api/session": (ask_sign_in,                                 (401, 200, 200, 200, 200, 200, 200)),
    "GET /api/session": (plain("GET", "/api/session"),                 (401, 200, 200, 200, 200, 200, 200)),
    "PUT /api/escrow": (ask_escrow,                                    (401, 204, 204, 204, 204, 204, 204)),
    "GET /api/devices": (plain("GET", "/api/devices"),                 (401, 403, 403, 403, 403, 403, 200)),
    "POST /api/devices/{id}/revoke": (ask_revoke,                      (401, 403, 403, 403, 403, 403, 404)),
    "POST /api/password": (ask_password,                               (401, 204, 204, 204, 204, 204, 204)),
    "GET /api/openapi.json": (plain("GET", "/api/openapi.json"),       (200, 200, 200, 200, 200, 200, 200)),
    "GET /api/forms": (plain("GET", "/api/forms?hashes=00"),           (401, 200, 200, 200, 200, 200, 200)),
    "GET /api/forms/{hash}": (ask_form,                                (401, 200, 200, 200, 200, 200, 200)),
    "GET /api/form-media/{sha256}": (plain("GET", "/api/form-media/00"), (401, 404, 404, 404, 404, 404, 404)),
    "GET /api/surveys": (plain("GET", "/api/surveys"),                 (401, 403, 403, 403, 403, 403, 200)),
    "POST /api/surveys/trials": (ask_trial,                            (401, 403, 403, 403, 403, 403, 200)),
    "GET /api/surveys/trials/{hash}": (plain("GET", "/api/surveys/trials/00"), (401, 403, 403, 403, 403, 403, 404)),
    "POST /api/surveys/{kind}/publish": (no_form("publish"),           (401, 403, 403, 403, 403, 403, 404)),
    "POST /api/surveys/{kind}/rollback": (no_form("rollback"),         (401, 403, 403, 403, 403, 403, 404)),
    "GET /api/surveys/{kind}/{hash}/workbook": (ask_workbook,          (401, 403, 403, 403, 403, 403, 200)),
    "GET /api/surveys/{kind}/{hash}/lists/{name}": (
        plain("GET", "/api/surveys/visit/00/lists/x.csv"),             (401, 403, 403, 403, 403, 403, 404)),
    "POST /api/sync": (ask_sync,                                       (401, 200, 200, 200, 200, 200, 200)),
    "GET /api/summaries": (plain("GET", "/api/summaries"),             (401, 200, 200, 200, 200, 200, 200)),
    # 石桥村: its own people and its township's leader.
    "GET /api/summaries/{village}": (ask_summary,                      (401, 200, 200, 200, 404, 404, 404)),
    "GET /api/quarantine": (plain("GET", "/api/quarantine"),           (401, 200, 200, 200, 200, 200, 200)),
    "GET /api/quarantine/all": (plain("GET", "/api/quarantine/all"),   (401, 403, 403, 403, 403, 403, 200)),
    "GET /api/quarantine/{id}": (plain("GET", "/api/quarantine/x"),    (401, 403, 403, 403, 403, 403, 404)),
    "POST /api/quarantine/{id}/apply": (ask_entry("apply"),            (401, 403, 403, 403, 403, 403, 404)),
    "POST /api/quarantine/{id}/drop": (ask_entry("drop"),              (401, 403, 403, 403, 403, 403, 404)),
    "POST /api/unsent": (ask_unsent,                                   (401, 403, 403, 403, 403, 403, 422)),
    # A problem reported from 石桥村: for the others it does not exist.
    "GET /api/records/{id}/history": (ask_history,                     (401, 200, 200, 200, 404, 404, 404)),
    "GET /api/records/{id}/instance": (ask_instance,                   (401, 200, 200, 200, 404, 404, 404)),
    # A file that no record names does not exist; test_files.py has those that do.
    "GET /api/files/{hash}": (ask_file("GET"),                         (401, 404, 404, 404, 404, 404, 404)),
    "PATCH /api/files/{hash}": (ask_file("PATCH"),                     (401, 404, 404, 404, 404, 404, 404)),
    # The township of 石桥村: its villages' people and its leader; it has no map here, which is an empty answer.
    "GET /api/maps/{township}": (plain("GET", f"/api/maps/{cast.TOWNSHIP}"), (401, 204, 204, 204, 404, 404, 404)),
    "DELETE /api/session": (plain("DELETE", "/api/session"),           (204, 204, 204, 204, 204, 204, 204)),
}  # fmt: skip


def test_every_route_has_its_row() -> None:
    assert set(TABLE) == set(operations())


@pytest.mark.parametrize("role", ROLES)
async def test_each_role_gets_what_the_table_says_and_sees_no_foreign_row(
    world: Starlette, visitor: httpx2.AsyncClient, client_of: ClientOf, role: str
) -> None:
    client = visitor if role == "visitor" else await client_of(role)
    allowed = visible(role)
    seen: set[str] = set()
    for key, (ask, statuses) in TABLE.items():
        answer = await ask(client, role, world)
        assert answer.status_code == statuses[ROLES.index(role)], f"{role} {key}: {answer.text[:300]}"
        found = markers(answer.text + str(answer.headers))
        assert found <= allowed, f"{role} {key} shows {found - allowed}"
        seen |= found
    assert seen == allowed, f"{role} does not see {allowed - seen}"


#: what → who may read the history of it in 石桥村; `None` is a record that never was.
HISTORY: dict[str | None, set[str]] = {
    "household": {"chen", "zhou"},
    "person": {"chen", "zhou"},
    "visit": {"chen", "zhou"},
    "kept": {"chen", "zhou"},
    "reported": {"chen", "zhou", "leader"},
    "named": {"chen", "zhou", "leader"},
    # The leader had it; who had a record may ask what became of it.
    "removed": {"chen", "zhou", "leader"},
    None: set(),
}


@pytest.mark.parametrize("role", ROLES[1:])
async def test_history_is_for_those_who_may_know_the_record(world: Starlette, client_of: ClientOf, role: str) -> None:
    client = await client_of(role)
    bodies = set()
    for what, readers in HISTORY.items():
        record = record_id(SHIQIAO, what) if what else "0192f000-0000-7000-9000-999999999999"
        answer = await ask_history(client, role, world, record)
        assert answer.status_code == (200 if role in readers else 404), f"{role} {what}: {answer.text[:200]}"
        if answer.status_code == 404:
            bodies.add(answer.text)
        assert markers(answer.text) <= visible(role) | {marker(SHIQIAO, "removed")}
        instance = await ask_instance(client, role, world, record)
        assert instance.status_code == (200 if role in readers and what != "removed" else 404), f"{role} {what}"
        assert markers(instance.text) <= visible(role)
    assert len(bodies) <= 1, "what may not be known looks like what does not exist"
    for odd in ("x", "%00", "..%2f..", "'", "%F0%A0%AE%B7", "a" * 2000):
        answer = await client.get(f"/api/records/{odd}/history")
        assert answer.status_code == 404, odd


@pytest.mark.parametrize("role", ROLES[1:])
async def test_only_the_team_writes_and_only_in_its_own_village(world: Starlette, client_of: ClientOf, role: str) -> None:
    client = await client_of(role)
    own = CAST[role].village
    for number, village in enumerate((*VILLAGES, "0192f000-0000-7000-8000-00000000ffff", cast.common_ground(cast.TOWNSHIP))):
        record = f"0192f000-0000-7000-a000-{number:012d}"
        n = 2 if role in ("chen", "outsider") and village == own else 1  # their first was to remove one
        answer = await push(client, role, village, record, "household", {"head_name": "新户"}, n=n)
        expected = "ok" if village == own else "quarantined"
        assert answer["result"] == expected, (role, village, answer)
        if expected == "quarantined" and (own or CAST[role].role == "county_admin"):
            common = village == cast.common_ground(CAST[role].township)
            assert answer["code"] == "unknown_village" or common, (village, answer)
        async with world.state.database.snapshot() as connection:
            written = await connection.value("SELECT count(*) AS n FROM record WHERE id = ?", record)
        assert written == (expected == "ok")
    held = (await client.get("/api/quarantine")).json()["entries"]
    assert len(held) == len(VILLAGES) + 2 - (1 if own else 0), "what was not taken is kept for its author"


async def test_a_record_of_another_village_cannot_be_drawn_into_ones_own(world: Starlette, client_of: ClientOf) -> None:
    """Naming one's own village with another's record id must not reveal, move or change it."""
    client = await client_of("outsider")
    record = record_id(SHIQIAO, "household")
    answer = await push(client, "outsider", BEIPO, record, "household", {"head_name": "改名"}, base=1, n=2)
    assert (answer["result"], answer["code"]) == ("quarantined", "unknown_record"), answer
    async with world.state.database.snapshot() as connection:
        rows = await connection.all("SELECT village_id, answers FROM record WHERE id = ?", record)
    assert [row["village_id"] for row in rows] == [SHIQIAO] and marker(SHIQIAO, "household") in rows[0]["answers"]


async def test_a_forged_cursor_shows_nothing_foreign(world: Starlette, client_of: ClientOf) -> None:
    chen, leader = await client_of("chen"), await client_of("leader")
    pages = [json.loads(line) for line in (await ask_sync(leader, "leader", world)).text.splitlines()]
    cursors = {line["village"]: line["next"] for line in pages if line["t"] == "page"}
    assert set(HERE) <= set(cursors)
    for forged in (cursors, {BEIPO: cursors[SHIQIAO]}, {SHIQIAO: "x", BEIPO: ""}, {SHIQIAO: "A" * 5000}):
        answer = await sync(chen, hello("chen", cursors=forged, scope=99))
        assert answer.status_code in (200, 400, 409), answer.text
        assert markers(answer.text) <= visible("chen")
