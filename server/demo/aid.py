"""Who helps whom, and the unions of about ten households with the head they elected."""

from __future__ import annotations

from typing import Any

from server.demo.homes import Home
from server.demo.problems import group_name
from server.demo.scene import Scene
from server.demo.writing import Written

DONE = (
    "坐了一会儿，问了身体", "帮着交了医保", "送了两袋化肥", "陪去镇里办卡", "一起掰玉米", "教孩子写作业", "电话问了务工的事", "看了屋顶，答应找人来修", "讲了合作社怎么入股", "带了药，量了血压",
)  # fmt: skip
EFFECTS = ("慢病卡办下来了", "今年辣椒卖了三千多", "孩子成绩上来了", "屋顶修好了")
NOTES = ("路边干净了，两户门前还堆柴", "夜里轮流巡了两回", "一起把水沟通了", "三户合种辣椒", "劝好一起口角", "独居老人有人送饭")
AGREEMENT = "门前三包，红白事从简，谁家有难一起帮，外人进组问一声。"


def pairs(scene: Scene) -> None:
    """Monitored, dibao and tekun homes each have somebody; most were seen this month, some not for long."""
    dice = scene.dice
    needy = [home for home in scene.homes if set(home.answers["types"]) & {"monitored", "tekun", "dibao"} and home.presence != "empty"]
    for number, home in enumerate(needy):
        kind = "responsible" if "monitored" in home.answers["types"] else "one_on_one"
        helper = home.answers.get("help/responsible") or dice.choice(scene.cadres())
        _pair(scene, kind, helper, stale=number % 6 == 4, helped=home)
    if not scene.rich:
        return
    _others(scene)


def _pair(scene: Scene, kind: str, helper: str, *, stale: bool, helped: Home | None = None, state: str = "active", **answers: Any) -> Written:
    dice = scene.dice
    since = dice.randint(200, max(201, min(700, scene.days)))
    last = dice.randint(52, 120) if stale else dice.randint(2, 38)
    days = sorted({last, *(last + 31 * n + dice.randint(0, 9) for n in range(1, min(10, (since - last) // 34)))}, reverse=True)
    rows = scene.rows(*(
        {"date": scene.ago(ago), "mode": dice.weighted((("visit", 60), ("phone", 22), ("work", 10), ("wechat", 8))), "content": dice.choice(DONE),
         "given": dice.choice((50, 120, 200)) if dice.chance(9) else None}
        for ago in days
    ))  # fmt: skip
    told: dict[str, Any] = {"kind": kind, "helper1_name": helper, "start": scene.ago(since), "state": state, "contacts": rows, "helped": helped.id if helped else None}
    if helped and dice.chance(60):
        told |= {"reason": "有病人，缺劳力" if "ill" in helped.tags else "老人在家，子女在外", "plan": scene.rows({"text": dice.choice(("把慢病卡办好", "养两头猪", "修好屋顶", "子女外出务工")), "due": scene.ago(-dice.randint(30, 120))})}
    if dice.chance(35):
        told["effect"] = dice.choice(EFFECTS)
    return scene.put("aid_pair", scene.ago(days[-1]), told | answers)


def _others(scene: Scene) -> None:
    """Neighbours, a unit with the village, an agent's homes, a young official with two mentors; one pair has ended."""
    dice = scene.dice
    free = [home for home in scene.homes if home.lived_in and not home.fixed]
    old = [home for home in free if {"old", "alone"} & home.tags] or free
    for number in range(4):
        near = dice.choice(old)
        beside = [home.head.name for home in free if home.group == near.group and home is not near]
        _pair(scene, "neighbour", dice.choice(beside or scene.cadres()), stale=number == 0, helped=near)
    _pair(scene, "unit_village", "县供电公司", stale=False, helped_name=scene.plan.name, reason="派出单位帮村")
    _pair(scene, "agent_household", scene.cadres()[1], stale=False, helped=dice.choice(old))
    _pair(scene, "mentor_1_1", scene.cadres()[0], stale=False, helped_name="后备干部")
    done = _pair(scene, "one_on_one", scene.cadres()[-1], stale=True, helped=dice.choice(free), state="completed")
    done.answers |= {"end": done.answers["contacts"][-1]["date"], "effect": "儿子有了稳定工作，不用再帮"}


def unions(scene: Scene) -> None:
    """Homes of the first groups, ten by ten; one union has no head yet."""
    covered = max(1, scene.plan.groups * 2 // 3) if scene.rich else 1
    made = 0
    for group in range(1, covered + 1):
        here = [home for home in scene.homes if home.group == group and home.presence == "resident"]
        for number, start in enumerate(range(0, len(here), 10)):
            some = here[start : start + 10]
            if len(some) < 6 and (start or not scene.rich):
                continue
            made += 1
            _union(scene, group, number, some, headless=scene.rich and made == 3)
            if not scene.rich and made == 2:
                return


def _union(scene: Scene, group: int, number: int, some: list[Home], *, headless: bool) -> None:
    dice = scene.dice
    since = scene.ago(dice.randint(150, 340))
    able = [who for home in some for who in home.in_now if 30 <= who.age(scene.today) <= 68] or [some[0].head]
    answers: dict[str, Any] = {
        "name": f"{group_name(group)}第{'一二三四五六七八九十'[number % 10]}单元", "group_no": group, "members": scene.rows(*({"household": home.id} for home in some)), "since": since,
        "matters": dice.sample(("environment", "security", "industry", "filial", "policy", "mutual_aid"), 3), "agreement": AGREEMENT,
    }  # fmt: skip
    if not headless:
        head = dice.choice(able)
        answers |= {"head": head.id, "head_name": head.name, "party_member": "yes" if head.answers.get("party/political") == "party_member" else "no"}
        months = [scene.ago(10 + 30 * back)[:7] for back in range(4)]
        answers["assessments"] = scene.rows(*({"month": month, "matter": "environment", "note": dice.choice(NOTES)} for month in months))
    union = scene.put("household_union", scene.ago(dice.randint(2, 25)), answers)
    for home in some:
        home.answers["remarks/union_id"] = union.id
