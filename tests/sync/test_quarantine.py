"""What was not taken is kept, and can be taken after all."""

from __future__ import annotations

import base64

import pytest

from server import records
from server.refusals import Refusal
from tests.cast import CAST, SHIQIAO
from tests.sync import forms
from tests.sync.conftest import World


async def test_an_edit_that_came_before_its_record_is_taken_when_the_record_comes_and_its_phone_hears_of_it(world: World) -> None:
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
    (kept,) = await world.all("SELECT * FROM quarantine")
    assert (kept["state"], kept["decided_by"]) == ("applied", "") and kept["decided_at"] > held["at"]
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


async def test_an_administrator_takes_what_came_too_late_also_of_an_account_that_is_shut(world: World) -> None:
    chen, zhang = await world.phone("chen"), await world.phone("zhang")
    record = chen.save(SHIQIAO, "visit", {"household": "h"})
    await chen.sync()
    await zhang.sync()
    await world.revoke("zhang", SHIQIAO, "2026-01-01T00:00:00.000Z")
    zhang.save(SHIQIAO, "visit", {"facts": "late"}, record)
    await zhang.sync()
    assert zhang.outbox[0].answer["code"] == "village_left"
    await world.run("UPDATE account SET disabled = 1 WHERE id = ?", CAST["zhang"].id)
    (held,) = await world.all("SELECT * FROM quarantine WHERE state = 'held'")
    answer, device = await records.take_after_all(
        world.database, forms.catalogue(), held["township_id"], held["id"], CAST["admin"].id
    )
    assert '"result":"ok"' in answer and device == CAST["zhang"].device
    await chen.sync()
    assert chen.records(SHIQIAO)[record]["answers"] == {"household": "h", "facts": "late"}
    (log,) = await world.all("SELECT * FROM access_log WHERE action = 'quarantine.applied'")
    assert log["account_id"] == CAST["admin"].id and held["id"] in log["detail"]


async def test_answers_that_must_stay_on_the_phone_are_not_kept_whatever_else_is_wrong(world: World) -> None:
    """A village that was left is looked at before the form; what is local must not be kept for that."""
    zhang = await world.phone("zhang")
    await zhang.sync()
    await world.revoke("zhang", SHIQIAO, "2026-01-01T00:00:00.000Z")
    zhang.save(SHIQIAO, "household", {"head": "may be kept", "diary": "must not"})
    zhang.save(SHIQIAO, "visit", {"facts": "whole"})
    zhang.outbox[-1].kind = "nothing_known"
    await zhang.sync()
    assert [entry.answer["code"] for entry in zhang.outbox] == ["village_left", "village_left"]
    kept = [base64.b64decode(row["body"]).decode() for row in await world.all("SELECT body FROM quarantine ORDER BY n")]
    assert "may be kept" in kept[0] and "must not" not in kept[0] and "whole" in kept[1]
