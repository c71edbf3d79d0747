"""Records that come without a phone: in bulk, and people's names from grants."""

from __future__ import annotations

import json
import random
import time
import uuid
from datetime import UTC, datetime, timedelta

from server import records
from server.records import Seed
from tests.cast import CAST, LIUWAN, SHIQIAO, TOWNSHIP, YUNLING, common_ground
from tests.phone import checked
from tests.sync import forms
from tests.sync.conftest import World


def seeds(count: int) -> list[Seed]:
    rng = random.Random(1)
    start = datetime(2026, 1, 1, tzinfo=UTC)
    made = []
    for n in range(count):
        at = (start + timedelta(minutes=7 * n)).isoformat()
        answers = {"content": f"路灯 {n}", "status": "registered"} | ({"reported_on": "2026-05-01"} if n % 10 == 0 else {})
        made.append(Seed(str(uuid.UUID(int=rng.getrandbits(128))), "problem", answers, CAST["chen"].id, at))
    rng.shuffle(made)
    return made


async def test_what_is_loaded_is_pulled_like_anything_else(world: World) -> None:
    loaded = seeds(300)
    assert await records.load(world.database, TOWNSHIP, SHIQIAO, loaded, forms.catalogue()) == 300
    chen, leader = await world.phone("chen", limit=70), await world.phone("leader")
    await chen.sync()
    await leader.sync()
    assert set(chen.records(SHIQIAO)) == {seed.id for seed in loaded}
    assert len(leader.records(SHIQIAO)) == 30 and not chen.mismatches and not leader.mismatches
    rows = sorted(chen.records(SHIQIAO).values(), key=lambda row: row["seq"])
    assert [row["seq"] for row in rows] == list(range(1, 301))
    assert [row["created_at"] for row in rows] == sorted(row["created_at"] for row in rows)
    first = min(loaded, key=lambda seed: seed.at)
    assert rows[0]["id"] == first.id and rows[0]["at"] == "2026-01-01T00:00:00.000Z" and rows[0]["by"] == CAST["chen"].id
    history = (await chen.client.get(f"/api/records/{first.id}/history")).json()["changes"]
    assert [(line["rev"], line["origin"], line["set"]) for line in history] == [(1, "load", first.answers)]
    # Written on like any record, after what is there already.
    chen.save(SHIQIAO, "problem", {"content": "neu"}, first.id)
    await chen.sync()
    assert chen.outbox[-1].answer == chen.outbox[-1].answer | {"result": "ok", "rev": 2, "seq": 301}
    assert await records.load(world.database, TOWNSHIP, SHIQIAO, seeds(310)[:0], forms.catalogue()) == 0
    assert await records.load(world.database, TOWNSHIP, YUNLING, [], forms.catalogue()) == 0


async def test_thirty_thousand_records_load_in_seconds(world: World) -> None:
    loaded = seeds(30_000)
    begun = time.process_time()
    for place, part in ((SHIQIAO, loaded[:15_000]), (LIUWAN, loaded[15_000:])):
        await records.load(world.database, TOWNSHIP, place, part, forms.catalogue())
    assert time.process_time() - begun < 15
    for view in await world.all("SELECT * FROM village_view WHERE view = 'team.1'"):
        rows = await world.all("SELECT id, rev FROM record WHERE village_id = ?", view["village_id"])
        assert (view["count"], view["checksum"]) == checked(rows)


async def test_a_persons_name_and_roles_reach_every_phone_of_the_township(world: World) -> None:
    person = CAST["chen"]
    ground = common_ground(TOWNSHIP)
    async with world.database.transaction() as connection:
        account = await connection.one("SELECT * FROM account WHERE id = ?", person.id)
        assert account is not None
        await records.put_colleague(connection, account)
        await records.put_colleague(connection, account)
    leader, outsider = await world.phone("leader"), await world.phone("outsider")
    for phone in (leader, outsider):
        await phone.sync()
    row = leader.records(ground, "colleague")[person.id]
    assert row["rev"] == 1 and row["answers"]["name"] == "陈志远" and row["answers"]["account"] == "chen"
    assert [(role["village"], role["role"]) for role in row["answers"]["roles"]] == [(SHIQIAO, "cadre")]
    assert person.id not in json.dumps(outsider.villages, default=vars)
    await world.revoke("chen", SHIQIAO, "2026-11-23T00:00:00.000Z")
    async with world.database.transaction() as connection:
        await records.put_colleague(connection, account | {"name": "陈远"})
    await leader.sync()
    row = leader.records(ground, "colleague")[person.id]
    assert row["answers"]["roles"] == [] and row["answers"]["name"] == "陈远" and not leader.mismatches
