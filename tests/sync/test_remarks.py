"""Remarks beside answers and the mark to come back: they merge, are kept twice, and are shown and written as their question is."""

from __future__ import annotations

from typing import Any

import pytest

from tests.cast import SHIQIAO
from tests.sync.conftest import World
from tests.sync.test_conflicts import both_edit, pair, settle


async def test_two_remarks_on_one_answer_are_both_kept_and_settled(world: World) -> None:
    chen, zhang, record = await pair(world)
    conflict = await both_edit(chen, zhang, record, {"phone#remark": "打不通"}, {"phone#remark": "晚上打", "phone#later": "yes"})
    answers = conflict["answers"]
    assert (answers["question"], answers["mine"], answers["theirs"]) == ("phone#remark", "晚上打", "打不通")
    assert chen.records(SHIQIAO)[record]["answers"]["phone#later"] == "yes"
    settle(chen, conflict, "kept_mine")
    for phone in (chen, zhang):
        await phone.sync()
    for phone in (chen, zhang):
        assert phone.records(SHIQIAO)[record]["answers"]["phone#remark"] == "晚上打"
        assert phone.conflicts == []


async def test_a_remark_and_an_answer_do_not_meet(world: World) -> None:
    chen, zhang, record = await pair(world)
    chen.save(SHIQIAO, "household", {"phone": "2"}, record)
    zhang.save(SHIQIAO, "household", {"phone#remark": "女儿的号"}, record)
    for phone in (chen, zhang, chen):
        await phone.sync()
    answers = chen.records(SHIQIAO)[record]["answers"]
    assert (answers["phone"], answers["phone#remark"], chen.conflicts) == ("2", "女儿的号", [])
    assert chen.records(SHIQIAO)[record]["flags"] == []


REFUSED: list[tuple[dict[str, Any], str]] = [
    ({"phone#remark": "x" * 2_001}, "wrong_type"),
    ({"phone#remark": ["x"]}, "wrong_type"),
    ({"phone#later": "no"}, "wrong_type"),
    ({"unknown#remark": "x"}, "unknown_question"),
    ({"phone#other": "x"}, "unknown_question"),
    ({"members/name#remark": "x"}, "unknown_question"),
    ({"diary#remark": "x"}, "local_only"),
]


@pytest.mark.parametrize(("changes", "code"), REFUSED)
async def test_what_is_no_remark_is_refused(world: World, changes: dict[str, Any], code: str) -> None:
    chen, _, record = await pair(world)
    chen.save(SHIQIAO, "household", changes, record)
    await chen.sync()
    answer = chen.outbox[-1].answer
    assert (answer["result"], answer["code"]) == ("quarantined", code)


async def test_a_remark_in_an_entry_travels_with_it(world: World) -> None:
    chen, zhang, record = await pair(world)
    entries = chen.records(SHIQIAO)[record]["answers"]["members"]
    chen.save(SHIQIAO, "household", {"members": {"put": [entries[0] | {"name#remark": "小名", "name#later": "yes"}]}}, record)
    await chen.sync()
    await zhang.sync()
    assert zhang.records(SHIQIAO)[record]["answers"]["members"][0]["name#remark"] == "小名"


async def test_the_township_sees_and_writes_a_remark_only_where_it_does_the_question(world: World) -> None:
    chen, leader = await world.phone("chen"), await world.phone("leader")
    record = chen.save(
        SHIQIAO,
        "problem",
        {
            "content": "路断了", "content#remark": "雨后", "remark": "私", "remark#remark": "更私", "reporter#remark": "谁",
            "status": "reported", "reported_on": "2026-11-20",
        },
    )  # fmt: skip
    await chen.sync()
    await leader.sync()
    shown = leader.records(SHIQIAO)[record]["answers"]
    assert {path for path in shown if "#" in path} == {"content#remark"}
    leader.save(SHIQIAO, "problem", {"reply#remark": "已问过水利站"}, record)
    leader.save(SHIQIAO, "problem", {"content#remark": "不"}, record)
    await leader.sync()
    assert [change.answer["result"] for change in leader.outbox[-2:]] == ["ok", "quarantined"]
