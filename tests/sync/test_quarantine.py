"""What was not taken is kept, and can be taken after all."""

from __future__ import annotations

import pytest

from server import records
from server.refusals import Refusal
from tests.cast import CAST, SHIQIAO
from tests.sync import forms
from tests.sync.conftest import World


async def test_an_entry_taken_after_all_reaches_the_phone_that_wrote_it(world: World) -> None:
    chen, zhang = await world.phone("chen"), await world.phone("zhang")
    record = chen.new_id()
    zhang.save(SHIQIAO, "visit", {"facts": "written by zhang"}, record, base=3)
    await zhang.sync()
    assert zhang.outbox[0].state == "quarantined"
    (held,) = await world.all("SELECT * FROM quarantine")
    with pytest.raises(Refusal) as refused:
        await records.take_after_all(world.database, forms.catalogue(), held["township_id"], held["id"])
    assert refused.value.kind.code == "unknown_record"
    assert (await world.all("SELECT state FROM quarantine"))[0]["state"] == "held"
    chen.save(SHIQIAO, "visit", {"household": "h"}, record)
    await chen.sync()
    await records.take_after_all(world.database, forms.catalogue(), held["township_id"], held["id"])
    with pytest.raises(Refusal):
        await records.take_after_all(world.database, forms.catalogue(), held["township_id"], held["id"])
    hello = (await zhang.once())[0]
    assert hello["ask"] == {SHIQIAO: [1]} and [entry.state for entry in zhang.outbox] == ["waiting"]
    lines = await zhang.sync()
    assert zhang.outbox[0].answer["result"] == "ok" and lines[0]["ask"] == {}
    await chen.sync()
    row = chen.records(SHIQIAO)[record]
    assert row["answers"] == {"facts": "written by zhang", "household": "h"} and row["by"] == CAST["zhang"].id
    assert (await zhang.client.get("/api/quarantine")).json() == {"entries": []}
    assert not zhang.mismatches and not chen.mismatches
    history = (await chen.client.get(f"/api/records/{record}/history")).json()["changes"]
    assert [(line["by"], line["origin"]) for line in history] == [(CAST["chen"].id, "device"), (CAST["zhang"].id, "quarantine")]


async def test_what_cannot_be_read_cannot_be_taken(world: World) -> None:
    chen = await world.phone("chen")
    chen.save(SHIQIAO, "visit", {"facts": "\ud800"})
    await chen.sync()
    assert chen.outbox[0].answer["code"] == "malformed_line"
    (held,) = await world.all("SELECT * FROM quarantine")
    with pytest.raises(Refusal):
        await records.take_after_all(world.database, forms.catalogue(), held["township_id"], held["id"])
