"""One change's way: from a phone to its colleagues' and the township's."""

from __future__ import annotations

from tests.cast import LIUWAN, SHIQIAO, TOWNSHIP, common_ground
from tests.sync.conftest import World
from tests.sync.forms import catalogue


async def test_a_visit_reaches_the_colleague_and_nobody_else(world: World) -> None:
    chen, zhang, liu = await world.phone("chen"), await world.phone("zhang"), await world.phone("liu")
    household = chen.save(SHIQIAO, "household", {"head": "张大山", "phone": "13900000000"})
    visit = chen.save(SHIQIAO, "visit", {"household": household, "facts": "屋顶漏雨"})
    lines = await chen.sync()
    assert [line["result"] for line in lines if line["t"] == "answer"] == ["ok", "ok"]
    for other in (zhang, liu):
        await other.sync()
    assert zhang.records(SHIQIAO)[visit]["answers"] == {"household": household, "facts": "屋顶漏雨"}
    assert zhang.records(SHIQIAO)[household]["by"] == chen.records(SHIQIAO)[household]["by"]
    assert visit not in liu.records(LIUWAN) and SHIQIAO not in liu.villages
    assert not (chen.mismatches or zhang.mismatches or liu.mismatches)
    assert [entry.state for entry in chen.outbox] == ["covered", "covered"]


async def test_hello_names_scope_forms_and_epoch(world: World) -> None:
    chen = await world.phone("chen")
    hello = (await chen.sync())[0]
    villages = {v["id"]: (v["role"], v["view"]) for v in hello["scope"]["villages"]}
    assert villages == {SHIQIAO: ("cadre", "team.1"), common_ground(TOWNSHIP): ("reader", "all.1")}
    assert hello["forms"] == catalogue().hashes
    assert hello["epoch"] and hello["proto"] == 1 and hello["ask"] == {} and hello["now"].endswith("Z")
