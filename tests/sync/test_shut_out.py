"""Phones that are shut out: what each hears, what is still taken, and what the administrator is told is lost."""

from __future__ import annotations

import base64

import pytest

from server import access_log, devices
from server.desk import device_line, farewell
from server.refusals import Refusal
from tests.cast import CAST, SHIQIAO
from tests.sync.conftest import World

CHEN = CAST["chen"].device


async def shut(world: World, as_: devices.As, device: str = CHEN) -> devices.Device:
    async with world.database.transaction() as connection:
        return await devices.revoke(connection, device, as_, CAST["admin"].id, "test")


async def test_one_that_left_sends_what_it_holds_into_quarantine_and_is_shown_nothing(world: World) -> None:
    chen, zhang = await world.phone("chen"), await world.phone("zhang")
    home = chen.save(SHIQIAO, "household", {"head": "杨德贵"})
    await chen.sync()
    late = chen.save(SHIQIAO, "visit", {"household": home, "facts": "written before the phone was given back"})
    chen.online = False
    told = await shut(world, "left")
    assert (told.revoked_as, told.unsent, told.households, [v.name for v in told.villages]) == ("left", 0, 1, ["石桥村"])
    chen.online = True
    lines = await chen.sync()
    hello = next(line for line in lines if line["t"] == "hello")
    assert hello["revoked"] == "left" and hello["scope"]["villages"] == []
    assert not [line for line in lines if line["t"] in ("record", "page", "gone")]
    assert chen.outbox[-1].answer["code"] == "device_left"
    # Once more the same answer; other addresses are closed; who is asked by GET /api/session says so too.
    chen.outbox[-1].state = "waiting"
    await chen.sync()
    assert chen.outbox[-1].answer["code"] == "device_left"
    session = (await chen.client.get("/api/session")).json()
    assert (session["revoked"], session["scope"]["villages"], session["escrowed"]) == ("left", [], False)
    refused = await chen.client.get(f"/api/records/{home}/history")
    assert (refused.status_code, refused.json()["code"], refused.json()["detail"]) == (403, "device_revoked", {"as": "left"})
    # The phone says it has deleted what it held; it stays on the list of what lay where.
    assert (await chen.client.delete("/api/session")).status_code == 204
    assert (await chen.client.get("/api/session")).status_code == 401
    async with world.database.snapshot() as connection:
        (device,) = await devices.listed(connection, device=CHEN)
        assert await access_log.first_broken(connection) is None
    assert device.wiped_at and "wiped" in device_line(device) and [v.name for v in device.villages] == ["石桥村"]
    # What it sent is not lost: an administrator takes it.
    admin = await world.client("admin")
    (entry,) = (await admin.get("/api/quarantine/all")).json()["entries"]
    assert (entry["name"], entry["village_name"], entry["code"], entry["record"]) == ("陈志远", "石桥村", "device_left", late)
    whole = (await admin.get(f"/api/quarantine/{entry['id']}")).json()
    assert "given back" in whole["body"]
    assert (await admin.post(f"/api/quarantine/{entry['id']}/apply", json={})).json() == {"result": "ok"}
    await zhang.sync()
    assert zhang.records(SHIQIAO)[late]["by"] == CAST["chen"].id
    assert (await admin.post(f"/api/quarantine/{entry['id']}/drop", json={})).status_code == 404


async def test_one_that_left_is_heard_also_when_the_account_is_shut_and_under_a_new_id(world: World) -> None:
    chen = await world.phone("chen")
    await chen.sync()
    chen.save(SHIQIAO, "visit", {"facts": "one"})
    await shut(world, "left")
    await world.run("UPDATE account SET disabled = 1 WHERE id = ?", CAST["chen"].id)
    await chen.sync()
    assert chen.outbox[-1].answer["code"] == "device_left"
    chen.device = "d0000000-0000-4000-8000-00000000abcd"
    for entry in chen.outbox:
        entry.device, entry.state = chen.device, "waiting"
    await chen.sync()
    assert chen.outbox[-1].answer["code"] == "device_left", "an id taken after being shut out is shut out with its session"
    (first, second) = await world.all("SELECT body FROM quarantine ORDER BY at")
    assert b"one" in base64.b64decode(first["body"]) and b"one" in base64.b64decode(second["body"])


async def test_one_that_is_lost_hears_it_at_every_address_and_nothing_of_it_is_taken(world: World) -> None:
    chen = await world.phone("chen")
    chen.save(SHIQIAO, "household", {"head": "杨"})
    await chen.sync()
    chen.save(SHIQIAO, "visit", {"facts": "by whoever found it"})
    told = await shut(world, "lost")
    assert any("lost" in line for line in farewell(told))
    with pytest.raises(AssertionError, match=r'403.*device_revoked.*"as":"lost"'):
        await chen.sync()
    for address in ("/api/session", "/api/quarantine", "/api/forms?hashes=00"):
        answer = await chen.client.get(address)
        assert (answer.status_code, answer.json()["detail"]) == (403, {"as": "lost"}), address
        assert "clear-site-data" not in answer.headers, "it would delete what others on this phone have not sent"
    assert await world.all("SELECT * FROM quarantine") == []
    with pytest.raises(Refusal) as refused:
        await shut(world, "left")
    assert refused.value.kind.code == "device_lost"
    assert (await chen.client.delete("/api/session")).status_code == 204


async def test_left_may_become_lost_and_a_phone_nobody_knows_cannot_be_shut_out(world: World) -> None:
    await shut(world, "left")
    assert (await shut(world, "lost")).revoked_as == "lost"
    assert len(await world.all("SELECT * FROM access_log WHERE action = 'device.revoke'")) == 2
    await shut(world, "lost")
    assert len(await world.all("SELECT * FROM access_log WHERE action = 'device.revoke'")) == 2, "once is enough"
    with pytest.raises(Refusal):
        await shut(world, "lost", "nobody")


async def test_the_list_says_whose_how_much_and_where(world: World) -> None:
    chen, leader = await world.phone("chen"), await world.phone("leader")
    for _ in range(3):
        chen.save(SHIQIAO, "household", {"head": "户"})
    await chen.sync()
    await leader.sync()
    admin = await world.client("admin")

    async def asked(query: str = "") -> dict[str, dict[str, object]]:
        answer = await admin.get(f"/api/devices{query}")
        assert answer.status_code == 200, answer.text
        return {device["login"]: device for device in answer.json()["devices"]}

    all_ = await asked()
    assert set(all_) == set(CAST)
    mine, theirs = all_["chen"], all_["leader"]
    assert (mine["unsent"], mine["app"]) == (0, "test"), "what was sent just now is not unsent"
    assert [(v["name"], v["households"]) for v in mine["villages"]] == [("石桥村", 3)]  # type: ignore[attr-defined]
    assert {v["households"] for v in theirs["villages"]} == {0}, "the township's view holds no household"  # type: ignore[attr-defined]
    assert set(await asked("?account=CHEN")) == {"chen"}
    assert set(await asked("?village=石桥村")) == {"chen", "leader"}
    assert set(await asked("?township=白云镇")) == set()
