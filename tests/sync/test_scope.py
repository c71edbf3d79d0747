"""Who gets which row: no foreign one ever, the township only what was shared with it, the rest of a lost village in time."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest

from server.clock import now
from tests.cast import BEIPO, CAST, LIUWAN, SHIQIAO, TOWNSHIP, YUNLING, common_ground
from tests.phone import Phone
from tests.sync.conftest import World
from tests.sync.raw import answers, change, hello, new_id, rows, send


async def problem(phone: Phone, **more: Any) -> str:
    record = phone.save(SHIQIAO, "problem", {"content": "路灯坏了", "status": "registered"} | more)
    await phone.sync()
    return record


async def report(phone: Phone, record: str, **more: Any) -> None:
    phone.save(SHIQIAO, "problem", {"status": "reported", "reported_on": "2026-11-23"} | more, record)
    await phone.sync()


async def test_no_row_of_a_foreign_village_in_any_answer(world: World) -> None:
    people = {"chen": SHIQIAO, "liu": LIUWAN, "outsider": BEIPO}
    secrets = {}
    for name, village in people.items():
        phone = await world.phone(name)
        secrets[name] = phone.save(village, "household", {"head": f"secret of {name}"})
        phone.save(village, "problem", {"content": f"secret of {name}", "status": "reported", "reported_on": "2026-01-01"})
        await phone.sync()
    for name in (*people, "zhang", "leader", "outleader", "admin"):
        client = await world.client(name)
        person = CAST[name]
        cursors = {village: "" for village in (SHIQIAO, LIUWAN, YUNLING, BEIPO, common_ground(TOWNSHIP))}
        text = json.dumps(await send(client, hello(person.device, cursors=cursors)), ensure_ascii=False)
        allowed = {n for n, v in people.items() if v == person.village or (n != "outsider" and name == "leader") or (n == "outsider" and name == "outleader")}
        for other in people:
            assert (f"secret of {other}" in text) == (other in allowed), (name, other)
        for owner, record in secrets.items():
            history = await client.get(f"/api/records/{record}/history")
            expected = 200 if people[owner] == person.village else 404
            assert history.status_code == expected, (name, owner)


async def test_the_township_sees_a_problem_from_its_report_on(world: World) -> None:
    chen, leader = await world.phone("chen"), await world.phone("leader")
    record = await problem(chen)
    await leader.sync()
    assert record not in leader.records(SHIQIAO)
    await report(chen, record)
    await leader.sync()
    assert leader.records(SHIQIAO)[record]["answers"]["content"] == "路灯坏了"
    leader.save(SHIQIAO, "problem", {"status": "returned", "reply": "补充材料"}, record)
    await leader.sync()
    await chen.sync()
    assert chen.records(SHIQIAO)[record]["answers"]["status"] == "returned"
    assert record in leader.records(SHIQIAO) and not leader.mismatches and not chen.mismatches


async def test_the_township_holds_no_household_person_or_visit(world: World) -> None:
    chen, leader = await world.phone("chen"), await world.phone("leader")
    household = chen.save(SHIQIAO, "household", {"head": "张"})
    chen.save(SHIQIAO, "visit", {"household": household})
    chen.save(SHIQIAO, "person", {"household": household, "name": "王"})
    await chen.sync()
    await leader.sync()
    assert leader.records(SHIQIAO) == {} and set(leader.villages) == {SHIQIAO, LIUWAN, YUNLING, common_ground(TOWNSHIP)}


async def test_masking(world: World) -> None:
    chen, leader = await world.phone("chen"), await world.phone("leader")
    action = {"id": new_id(), "text": "看过", "private": "不外传"}
    record = await problem(chen, reporter="李四", remark="内部", actions={"append": [action]})
    await report(chen, record)
    await leader.sync()
    seen = leader.records(SHIQIAO)[record]["answers"]
    assert "reporter" not in seen and "remark" not in seen and seen["actions"] == [{"id": action["id"], "text": "看过"}]
    chen.save(SHIQIAO, "problem", {"share_reporter": "yes"}, record)
    await chen.sync()
    await leader.sync()
    assert leader.records(SHIQIAO)[record]["answers"]["reporter"] == "李四"
    history = (await leader.client.get(f"/api/records/{record}/history")).json()["changes"]
    text = json.dumps(history, ensure_ascii=False)
    assert "李四" in text and "内部" not in text and "不外传" not in text
    chen.save(SHIQIAO, "problem", {"share_reporter": "no"}, record)
    await chen.sync()
    await leader.sync()
    assert "reporter" not in leader.records(SHIQIAO)[record]["answers"]
    history = (await leader.client.get(f"/api/records/{record}/history")).json()["changes"]
    assert "李四" not in json.dumps(history, ensure_ascii=False) and len(history) >= 2
    assert "内部" in (await chen.client.get(f"/api/records/{record}/history")).text


async def conflicting(world: World, path: str, **more: Any) -> tuple[Phone, Phone, str]:
    chen, zhang = await world.phone("chen"), await world.phone("zhang")
    record = await problem(chen, **more)
    await zhang.sync()
    chen.save(SHIQIAO, "problem", {path: "one"}, record)
    zhang.save(SHIQIAO, "problem", {path: "two"}, record)
    for phone in (chen, zhang, chen):
        await phone.sync()
    return chen, zhang, record


async def test_conflicts_are_seen_exactly_where_their_question_is(world: World) -> None:
    leader = await world.phone("leader")
    chen, zhang, record = await conflicting(world, "content")
    await leader.sync()
    assert not leader.conflicts
    await report(chen, record)
    await leader.sync()
    assert [c["answers"]["question"] for c in leader.conflicts] == ["content"] and not leader.mismatches
    for phone, value in ((chen, "one"), (zhang, "two")):
        phone.save(SHIQIAO, "problem", {"remark": value}, record, base=2)
        await phone.sync()
    await leader.sync()
    assert [c["answers"]["question"] for c in leader.conflicts] == ["content"] and not leader.mismatches
    assert len(zhang.conflicts) == 2


async def test_a_conflict_comes_and_goes_with_the_villagers_consent(world: World) -> None:
    leader = await world.phone("leader")
    chen, zhang, record = await conflicting(world, "reporter")
    await report(chen, record)
    await leader.sync()
    assert not leader.conflicts
    for consent, seen in (("yes", 1), ("no", 0), ("yes", 1)):
        chen.save(SHIQIAO, "problem", {"share_reporter": consent}, record)
        await chen.sync()
        lines = await leader.sync()
        assert len(leader.conflicts) == seen and not leader.mismatches, consent
        assert ("gone" in {line["t"] for line in lines}) == (consent == "no")
    await zhang.sync()
    assert len(zhang.conflicts) == 1 and not zhang.mismatches


async def test_a_conflict_about_an_entry_is_shared_only_if_all_of_the_entry_is(world: World) -> None:
    chen, zhang, leader = await world.phone("chen"), await world.phone("zhang"), await world.phone("leader")
    ids = {path: new_id() for path in ("steps", "plan")}
    record = await problem(chen, **{path: {"put": [{"id": i, "text": "a"}]} for path, i in ids.items()})
    await report(chen, record)
    await zhang.sync()
    for phone, text in ((chen, "b"), (zhang, "c")):
        phone.save(SHIQIAO, "problem", {path: {"put": [{"id": i, "text": text}]} for path, i in ids.items()}, record)
        await phone.sync()
    await leader.sync()
    assert len(zhang.conflicts) == 2 and not leader.mismatches
    assert [c["answers"]["question"] for c in leader.conflicts] == [f"plan/{ids['plan']}"]


async def test_a_deleted_problem_is_gone_for_those_who_had_it(world: World) -> None:
    chen, leader = await world.phone("chen"), await world.phone("leader")
    hidden, shown = await problem(chen), await problem(chen)
    await report(chen, shown)
    await leader.sync()
    for record in (hidden, shown):
        chen.save(SHIQIAO, "problem", {"deleted": True}, record)
    await chen.sync()
    lines = await leader.sync()
    assert [line["id"] for line in lines if line["t"] == "gone"] == [shown]
    assert not leader.records(SHIQIAO) and not leader.mismatches


# Writing


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"content": "anders"}, "answer_not_yours"),
        ({"reporter": "x"}, "answer_not_yours"),
        ({"deleted": True}, "answer_not_yours"),
        ({"status": "done"}, "move_not_allowed"),
        ({"status": "assigned", "lead_unit": "水利站", "due_on": "2026-12-31"}, None),
        ({"status": "returned", "reply": "x"}, None),
        ({"actions": {"append": [{"id": "0192f000-0000-7000-8000-00000000aaaa", "text": "x"}]}}, None),
        ({"content": "路灯坏了", "lead_unit": "y"}, None),
    ],
)
async def test_what_a_leader_may_write(world: World, changes: dict[str, Any], code: str | None) -> None:
    chen, leader = await world.phone("chen"), await world.phone("leader")
    record = await problem(chen)
    await report(chen, record)
    await leader.sync()
    leader.save(SHIQIAO, "problem", changes, record)
    await leader.sync()
    assert leader.outbox[-1].answer.get("code") == code
    await chen.sync()
    row = chen.records(SHIQIAO)[record]
    assert (row["rev"] == 2) == (code is not None)


async def test_a_leader_makes_no_records_and_finds_no_hidden_ones(world: World) -> None:
    chen, leader = await world.phone("chen"), await world.phone("leader")
    hidden = await problem(chen)
    await leader.sync()
    leader.save(SHIQIAO, "problem", {"content": "neu", "status": "reported"})
    leader.save(SHIQIAO, "problem", {"lead_unit": "x"}, hidden, base=1)
    leader.save(SHIQIAO, "household", {"head": "x"})
    await leader.sync()
    assert [entry.answer["code"] for entry in leader.outbox] == ["unknown_record"] * 3


@pytest.mark.parametrize(
    ("start", "changes", "code"),
    [
        ({"status": "registered"}, {"status": "reported"}, None),
        ({"status": "registered"}, {"status": "assigned"}, "move_not_allowed"),
        ({"status": "registered"}, {"status": None}, "move_not_allowed"),
        ({"status": "registered"}, {"lead_unit": "x"}, "answer_not_yours"),
        ({"status": "reported", "reported_on": "2026-11-01"}, {"status": "handling"}, "move_not_allowed"),
    ],
)
async def test_moves_of_a_cadre(world: World, start: dict[str, Any], changes: dict[str, Any], code: str | None) -> None:
    chen = await world.phone("chen")
    record = await problem(chen, **start)
    chen.save(SHIQIAO, "problem", changes, record)
    await chen.sync()
    assert chen.outbox[-1].answer.get("code") == code


async def test_a_new_problem_starts_where_its_role_may_begin(world: World) -> None:
    chen = await world.phone("chen")
    for status, code in (("reported", None), ("done", "move_not_allowed"), ("registered", None)):
        chen.save(SHIQIAO, "problem", {"content": "x", "status": status})
        await chen.sync()
        assert chen.outbox[-1].answer.get("code") == code


async def test_two_moves_from_one_state_clash_and_both_are_kept(world: World) -> None:
    chen, leader = await world.phone("chen"), await world.phone("leader")
    record = await problem(chen)
    await report(chen, record)
    await leader.sync()
    other = await world.phone("leader", device=new_id())
    await other.sync()
    leader.save(SHIQIAO, "problem", {"status": "assigned"}, record)
    other.save(SHIQIAO, "problem", {"status": "returned"}, record)
    await leader.sync()
    await other.sync()
    assert other.outbox[-1].answer["result"] == "conflict"
    await chen.sync()
    assert chen.records(SHIQIAO)[record]["answers"]["status"] == "assigned"
    assert chen.conflicts[0]["answers"]["mine"] == "returned"


# A village lost


async def test_what_was_written_before_the_loss_was_known_is_taken(world: World) -> None:
    chen = await world.phone("chen")
    await chen.sync()
    chen.save(SHIQIAO, "visit", {"facts": "before I knew"})
    await world.revoke("chen", SHIQIAO, now())
    lines = await chen.sync()
    assert [line["result"] for line in lines if line["t"] == "answer"] == ["ok"]
    assert not rows(lines, "visit") and SHIQIAO not in {v["id"] for v in chen.scope["villages"]}
    assert SHIQIAO not in chen.villages
    chen.save(SHIQIAO, "visit", {"facts": "after I knew"})
    await chen.sync()
    assert chen.outbox[-1].answer["code"] == "village_left"
    assert (await chen.client.get("/api/quarantine")).json()["entries"][0]["code"] == "village_left"


async def test_a_phone_may_send_the_rest_under_the_scope_it_knew(world: World) -> None:
    client = await world.client("chen")
    device = CAST["chen"].device
    version = (await send(client, hello(device)))[0]["scope"]["version"]
    await world.revoke("chen", SHIQIAO, now())
    for n in (1, 2, 3):
        assert answers(await send(client, hello(device, scope=version), change(SHIQIAO, n)))[0][1] == "ok"
    assert answers(await send(client, hello(device, scope=version + 1), change(SHIQIAO, 4))) == [(4, "quarantined", "village_left")]
    assert answers(await send(client, hello(device, scope=version), change(SHIQIAO, 5))) == [(5, "quarantined", "village_left")]


@pytest.mark.parametrize("days", [13, 15])
async def test_the_days_of_grace_end(world: World, days: int) -> None:
    client = await world.client("chen")
    device = CAST["chen"].device
    version = (await send(client, hello(device)))[0]["scope"]["version"]
    await world.revoke("chen", SHIQIAO, now(-timedelta(days=days)))
    expected = (1, "ok", None) if days < 14 else (1, "quarantined", "village_left")
    assert answers(await send(client, hello(device, scope=version), change(SHIQIAO, 1))) == [expected]


async def test_a_device_that_never_held_it_has_no_grace(world: World) -> None:
    client = await world.client("chen", device=new_id())
    await world.revoke("chen", SHIQIAO, now())
    found = await send(client, hello(new_id(), scope=1), change(SHIQIAO, 1))
    assert answers(found) == [(1, "quarantined", "village_left")]


async def test_a_village_gained_comes_whole_and_its_numbers_go_on(world: World) -> None:
    chen, liu = await world.phone("chen"), await world.phone("liu")
    liu.save(LIUWAN, "household", {"head": "柳"})
    await liu.sync()
    chen.save(LIUWAN, "visit", {"facts": "too early"})
    await chen.sync()
    assert chen.outbox[-1].answer["code"] == "unknown_village" and LIUWAN not in chen.villages
    await world.grant("chen", LIUWAN)
    chen.save(LIUWAN, "visit", {"facts": "now"})
    await chen.sync()
    assert chen.outbox[-1].answer["result"] == "ok"
    assert {r["kind"] for r in chen.records(LIUWAN).values()} == {"household", "visit"} and not chen.mismatches


async def test_lost_and_regained_while_offline_changes_nothing(world: World) -> None:
    chen = await world.phone("chen")
    chen.save(SHIQIAO, "visit", {"facts": "x"})
    await chen.sync()
    chen.save(SHIQIAO, "visit", {"facts": "offline"})
    await world.revoke("chen", SHIQIAO, now())
    await world.grant("chen", SHIQIAO)
    await chen.sync()
    assert len(chen.records(SHIQIAO, "visit")) == 2 and not chen.mismatches


async def test_a_changed_role_changes_the_view_and_pulls_anew(world: World) -> None:
    chen = await world.phone("chen")
    visit = chen.save(SHIQIAO, "visit", {"facts": "x"})
    shown = chen.save(SHIQIAO, "problem", {"content": "p", "status": "reported", "reported_on": "2026-11-01"})
    await chen.sync()
    await world.run("UPDATE membership SET village_id = NULL, role = 'township_leader' WHERE account_id = ?", CAST["chen"].id)
    await world.run("UPDATE account SET scope_version = scope_version + 1 WHERE id = ?", CAST["chen"].id)
    lines = await chen.sync()
    assert any(line.get("start") for line in lines if line["t"] == "page" and line["village"] == SHIQIAO)
    assert set(chen.records(SHIQIAO)) == {shown} and visit not in chen.records(SHIQIAO) and not chen.mismatches


# Moving between villages


async def test_a_record_moves_with_its_conflicts_and_everyone_sees_it_where_it_is(world: World) -> None:
    await world.grant("chen", LIUWAN)
    leader, liu = await world.phone("leader"), await world.phone("liu")
    chen, zhang, record = await conflicting(world, "content", status="reported", reported_on="2026-11-01")
    for phone in (leader, liu):
        await phone.sync()
    assert leader.conflicts and not liu.records(LIUWAN)
    chen.save(SHIQIAO, "problem", {"village": LIUWAN, "due_on": "2026-12-01"}, record)
    await chen.sync()
    assert chen.outbox[-1].answer["result"] == "ok"
    for phone in (chen, zhang, leader, liu):
        await phone.sync()
        assert not phone.mismatches
    assert not zhang.records(SHIQIAO) and not zhang.conflicts
    for phone in (chen, leader, liu):
        assert record in phone.records(LIUWAN) and record not in phone.records(SHIQIAO)
        assert phone.get(record)["answers"]["due_on"] == "2026-12-01" and len(phone.conflicts) == 1
    assert (await zhang.client.get(f"/api/records/{record}/history")).status_code == 404
    chen.save(LIUWAN, "problem", {"village": SHIQIAO}, record)
    await chen.sync()
    for phone in (chen, zhang, leader, liu):
        await phone.sync()
        assert not phone.mismatches
    assert record in zhang.records(SHIQIAO) and record not in liu.records(LIUWAN)
    fresh = await world.phone("zhang", device=new_id())
    await fresh.sync()
    assert fresh.records(SHIQIAO) == zhang.records(SHIQIAO)


@pytest.mark.parametrize("target", [LIUWAN, BEIPO, "nowhere", common_ground(TOWNSHIP)])
async def test_moving_needs_scope_in_both_villages(world: World, target: str) -> None:
    chen = await world.phone("chen")
    record = await problem(chen)
    chen.save(SHIQIAO, "problem", {"village": target}, record)
    await chen.sync()
    assert chen.outbox[-1].answer["code"] == "unknown_village"
    assert (await world.all("SELECT village_id FROM record"))[0]["village_id"] == SHIQIAO


async def test_edits_of_a_record_that_has_moved_are_kept_in_quarantine(world: World) -> None:
    await world.grant("chen", LIUWAN)
    chen, zhang = await world.phone("chen"), await world.phone("zhang")
    record = await problem(chen)
    await zhang.sync()
    chen.save(SHIQIAO, "problem", {"village": LIUWAN}, record)
    await chen.sync()
    zhang.save(SHIQIAO, "problem", {"content": "edit"}, record)
    await zhang.sync()
    assert zhang.outbox[-1].answer["code"] == "unknown_record" and not zhang.records(SHIQIAO)


# What only its author may see


async def test_quarantine_and_history_are_private(world: World) -> None:
    chen, zhang = await world.client("chen"), await world.client("zhang")
    await send(chen, hello(CAST["chen"].device), change(SHIQIAO, 1, {"nonsense": "mine alone"}))
    assert "mine alone" in (await chen.get("/api/quarantine")).text
    assert (await zhang.get("/api/quarantine")).json() == {"entries": []}
    for path in (new_id(), "x", "%00", "..", "1' OR '1'='1"):
        assert (await chen.get(f"/api/records/{path}/history")).status_code == 404
