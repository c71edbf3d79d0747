"""The main job on the forms of surveys/: a cadre's visit and problem, the township's assignment, one conflict."""

from __future__ import annotations

from starlette.applications import Starlette

from tests.cast import CAST, SHIQIAO
from tests.conftest import ClientOf
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
