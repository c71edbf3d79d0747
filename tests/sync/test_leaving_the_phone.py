"""What must stay on the phone is not taken and not kept, not even among what was not taken."""

from __future__ import annotations

import base64
from typing import Any

import pytest

from tests.cast import CAST, SHIQIAO
from tests.sync.conftest import World
from tests.sync.raw import answers, change, hello, new_id, send

DEVICE = CAST["chen"].device
WORDS = "private words"


async def held_bodies(world: World) -> str:
    rows = await world.all("SELECT body FROM quarantine")
    return "".join(base64.b64decode(row["body"]).decode() for row in rows)


@pytest.mark.parametrize(
    ("kind", "set_", "code"),
    [
        ("person_note", {"text": WORDS}, "local_only"),
        # Also what the form does not call local-only, also remarks: the whole kind stays.
        ("person_note", {"on": "2026-11-23", "text#remark": WORDS}, "local_only"),
        ("person_note", {WORDS: 1}, "local_only"),
        ("talent", {"name": WORDS}, "consent_needed"),
        ("talent", {"name": WORDS, "contact_ok": "no"}, "consent_needed"),
    ],
)
async def test_it_is_not_kept_anywhere(world: World, kind: str, set_: dict[str, Any], code: str) -> None:
    client = await world.client("chen")
    found = await send(client, hello(DEVICE), change(SHIQIAO, 1, set_, kind=kind), change(SHIQIAO, 2))
    assert answers(found) == [(1, "quarantined", code), (2, "ok", None)]
    assert WORDS not in await held_bodies(world)
    assert [row["kind"] for row in await world.all("SELECT kind FROM record")] == ["visit"]


async def test_who_agreed_may_be_listed_and_taken_off_again(world: World) -> None:
    client = await world.client("chen")
    record = new_id()
    listed = change(SHIQIAO, 1, {"name": "石匠老罗", "contact_ok": "yes"}, kind="talent", record=record)
    assert answers(await send(client, hello(DEVICE), listed)) == [(1, "ok", None)]
    more = change(SHIQIAO, 2, {"skills": "砌墙"}, kind="talent", record=record, base=1)
    assert answers(await send(client, hello(DEVICE), more)) == [(2, "ok", None)]
    withdrawn = change(SHIQIAO, 3, {"contact_ok": None}, kind="talent", record=record, base=2)
    assert answers(await send(client, hello(DEVICE), withdrawn)) == [(3, "quarantined", "consent_needed")]
    off = change(SHIQIAO, 4, {"deleted": True}, kind="talent", record=record, base=2)
    assert answers(await send(client, hello(DEVICE), off)) == [(4, "ok", None)]
    assert [row["deleted"] for row in await world.all("SELECT deleted FROM record")] == [1]


async def test_a_remark_beside_a_local_only_answer_is_not_kept_either(world: World) -> None:
    client = await world.client("chen")
    await send(client, hello(DEVICE), change(SHIQIAO, 1, {"diary#remark": WORDS, "head": "张"}, kind="household"))
    held = await held_bodies(world)
    assert WORDS not in held and "张" in held
