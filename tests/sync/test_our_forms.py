"""The main job on the forms of surveys/: a cadre's visit and problem, the township's assignment, one conflict."""

from __future__ import annotations

from starlette.applications import Starlette

from tests.cast import CAST, SHIQIAO
from tests.conftest import ClientOf, one_engine
from tests.phone import Phone


async def phone(app: Starlette, client_of: ClientOf, name: str) -> Phone:
    hashes = app.state.catalogue.hashes
    return Phone(await client_of(name), device=CAST[name].device, forms=lambda kind: hashes.get(kind, ""))


async def test_the_main_job(app: Starlette, client_of: ClientOf) -> None:
    chen, zhang, leader = [await phone(app, client_of, name) for name in ("chen", "zhang", "leader")]
    household = chen.save(SHIQIAO, "household", {"head_name": "张大山", "phone": "13900000000"})
    chen.save(SHIQIAO, "person", {"household": household, "name": "李小梅"})
    await chen.sync()
    await zhang.sync()
    chen.online = zhang.online = False
    chen.save(SHIQIAO, "household", {"phone": "13911111111"}, household)
    visit = chen.save(SHIQIAO, "visit", {"household": household, "visited_on": "2026-11-23", "facts": "屋顶漏雨"})
    problem = chen.save(
        SHIQIAO,
        "problem",
        {"content": "村口路灯不亮", "from_household": household, "reporter_name": "张大山", "status": "registered", "found_on": "2026-11-23"},
    )
    chen.save(SHIQIAO, "problem", {"status": "reported", "reported_on": "2026-11-23"}, problem)
    zhang.save(SHIQIAO, "household", {"phone": "13922222222"}, household)
    chen.online = zhang.online = True
    await chen.sync()
    assert {entry.answer["result"] for entry in chen.outbox} == {"ok"}, [entry.answer for entry in chen.outbox]
    await leader.sync()
    seen = leader.records(SHIQIAO)[problem]["answers"]
    assert set(leader.records(SHIQIAO)) == {problem}
    assert seen["content"] == "村口路灯不亮" and not {"reporter_name", "from_household"} & seen.keys()
    assigned = {"status": "assigned", "responsible_person": "刘站长", "due_on": "2026-12-20", "assigned_on": "2026-11-23"}
    leader.save(SHIQIAO, "problem", assigned, problem)
    await leader.sync()
    assert leader.outbox[-1].answer["result"] == "ok", leader.outbox[-1].answer
    await zhang.sync()
    await chen.sync()
    assert chen.records(SHIQIAO)[problem]["answers"] | assigned == chen.records(SHIQIAO)[problem]["answers"]
    assert chen.records(SHIQIAO)[visit]["answers"]["facts"] == "屋顶漏雨"
    for one in (chen, zhang):
        (conflict,) = one.conflicts
        assert {conflict["answers"]["mine"], conflict["answers"]["theirs"]} == {"13911111111", "13922222222"}
    chen.save(SHIQIAO, "conflict", {"state": "kept_mine"}, chen.conflicts[0]["id"])
    await chen.sync()
    await zhang.sync()
    assert zhang.records(SHIQIAO)[household]["answers"]["phone"] == "13922222222" and not zhang.conflicts
    assert not (chen.mismatches or zhang.mismatches or leader.mismatches)


@one_engine
async def test_the_township_sees_projects_agreed_items_and_what_meetings_were_about(app: Starlette, client_of: ClientOf) -> None:
    """And nothing else of the team's work: no people of a meeting, no contact, no consultation, no duty."""
    chen, leader = [await phone(app, client_of, name) for name in ("chen", "leader")]
    contact = chen.save(SHIQIAO, "contact", {"name": "罗文兵", "role": "village_secretary"})
    answers = {"kind": "two_committees", "title": "商量冷库租金", "held_on": "2026-11-20", "level": "village", "discussion": "罗文兵说先问邻村", "host": contact}
    meeting = chen.save(SHIQIAO, "meeting", answers)
    project = chen.save(SHIQIAO, "project_plan", {"name": "高山蔬菜冷库", "stage": "idea", "responsible": contact, "responsible_name": "罗文兵"})
    agreed = chen.save(SHIQIAO, "consensus_item", {"title": "修便道", "owner_name": "罗文兵", "agreed_on": "2026-11-20", "meeting": meeting})
    chen.save(SHIQIAO, "consultation", {"summary": "找水务局看断水", "met_on": "2026-11-20"})
    chen.save(SHIQIAO, "duty", {"date": "2026-11-20", "person": contact})
    await chen.sync()
    assert {entry.answer["result"] for entry in chen.outbox} == {"ok"}, [entry.answer for entry in chen.outbox]
    await leader.sync()
    seen = {id_: record["answers"] for id_, record in leader.records(SHIQIAO).items()}
    assert set(seen) == {meeting, project, agreed}
    assert seen[meeting] == {"kind": "two_committees", "title": "商量冷库租金", "held_on": "2026-11-20", "level": "village"}
    assert seen[project] == {"name": "高山蔬菜冷库", "stage": "idea", "responsible_name": "罗文兵"}
    assert seen[agreed] == {"title": "修便道", "owner_name": "罗文兵", "agreed_on": "2026-11-20"}
    leader.save(SHIQIAO, "project_plan", {"stage": "in_library"}, project)
    await leader.sync()
    assert leader.outbox[-1].answer["result"] == "quarantined", "the township reads these; the village writes them"
    assert not (chen.mismatches or leader.mismatches)
