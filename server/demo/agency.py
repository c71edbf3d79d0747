"""The agency service: who runs errands in which group, the cases in their seven steps, and what was asked at the door."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from server.demo.homes import Home
from server.demo.people import telephone
from server.demo.plan import TOWNSHIP
from server.demo.problems import group_name
from server.demo.scene import Scene
from server.demo.writing import Written

#: item, what is to be done, papers, office, days it takes
ERRANDS = (
    ("medical_insurance", "代缴城乡居民医保", ("身份证",), "社会保障服务站", 2), ("medical_insurance", "代报住院费用", ("发票", "出院小结"), "医疗保障窗口", 12),
    ("social_security", "老人养老金认证", ("身份证",), "社会保障服务站", 1), ("civil_affairs", "代交临时救助申请", ("申请书", "收入说明"), "民政办", 15),
    ("household_reg", "新生儿上户", ("出生证明", "户口簿"), "派出所", 5), ("household_reg", "补办身份证", ("照片",), "派出所", 20), ("agriculture", "代办粮食补贴面积更正", ("土地证",), "农业农村服务中心", 10),
    ("disability", "残疾证到期换证", ("照片", "旧证"), "残联窗口", 18), ("education", "助学金申请", ("学校证明",), "教育窗口", 14), ("housing_land", "建房申请", ("户口簿", "四邻意见"), "自然资源所", 26),
    ("certificate", "开务工证明", (), "村部", 1), ("payment", "代交电费", (), "供电所", 1), ("purchase", "代购种子化肥", (), "供销社", 3), ("labour", "代办就业登记", ("身份证",), "社会保障服务站", 3),
    ("veterans", "退役军人优待证", ("退伍证", "照片"), "退役军人服务站", 16), ("loan", "小额信贷续贷", ("合同",), "信用社", 9), ("health_family", "慢病门诊卡", ("病历",), "卫生院", 11),
)  # fmt: skip
#: Far enough in the seven steps, in turn, so that each state is somewhere.
OPEN = ("entrusted", "accepted", "supplement", "submitted", "processing", "done")
INQUIRIES = (
    ("医保今年交多少", "answered", "四百元，二十五号前交"), ("建房要哪些材料", "guided", "给了一张单子，让他去自然资源所问小李"), ("低保怎么申请", "answered", "讲了条件，给了申请表"),
    ("孩子转学找哪里", "guided", "给了学校电话"), ("路灯什么时候修", "handed_on", "转给管路灯的干部"), ("残疾证过期了怎么办", "answered", "登记了代办"), ("地界吵起来了", "handed_on", "转给调解员"),
    ("养老金没到账", "handed_on", "转给社保站"), ("公益岗还招人吗", "answered", "今年满了，年后再报"), ("核桃苗去哪里领", "answered", "合作社领，签个字"),
)  # fmt: skip


def service(scene: Scene) -> None:
    """Agents first: cases name them."""
    agents = _agents(scene)
    total = round((150 if scene.plan.households < 1000 else 420) * scene.plan.years) if scene.rich else 8
    total = total if scene.plan.households > 60 else min(total, 24)
    homes = [home for home in scene.homes if home.presence != "empty"]
    for number in range(total):
        state = OPEN[number] if number < (len(OPEN) if scene.rich else 2) else "visited"
        _case(scene, agents, scene.dice.choice(homes), state)
    for number in range(24 if scene.rich else 3):
        _inquiry(scene, homes, number)


def _agents(scene: Scene) -> list[Written]:
    """One group has nobody yet."""
    dice, plan = scene.dice, scene.plan
    items = sorted({errand[0] for errand in ERRANDS})
    cadres = scene.cadres()
    on = scene.ago(dice.randint(120, 340))
    found = [scene.put("service_agent", on, {"name": cadres[1], "level": "village", "area": plan.name, "items": items, "phone": _whole(telephone(dice)), "active": "yes", "ab_backup": cadres[-1]})]
    if scene.rich:
        found.append(scene.put("service_agent", on, {"name": "谭勇", "level": "township", "area": TOWNSHIP, "items": items, "active": "yes"}))
    for group in range(1, plan.groups if plan.groups > 1 else 2):
        near = [who for home, who in scene.people() if home.group == group and who.home and 26 <= who.age(scene.today) <= 66]
        if near:
            who = dice.choice(near)
            found.append(scene.put("service_agent", on, {"name": who.name, "person": who.id, "level": "group", "group_no": group, "area": group_name(group), "items": dice.sample(items, 5),
                                                         "phone": _whole(who.answers.get("phone", "")), "active": "yes"}))  # fmt: skip
    return [agent for agent in found if agent.answers["level"] != "township"]


def _whole(number: str) -> str:
    """Some numbers on the roll lack a digit; nobody gives such a one for the service."""
    return number if len(number) == 11 else ""


def _case(scene: Scene, agents: list[Written], home: Home, state: str) -> None:
    dice = scene.dice
    item, what, papers, office, days = dice.choice(ERRANDS)
    begun = scene.today - timedelta(days=dice.randint(1, 8) if state != "visited" else dice.randint(days + 12, scene.days))
    groups = [agent for agent in agents if agent.answers.get("group_no") == home.group]
    agent = groups[0] if groups else agents[0]
    who = dice.choice(home.members) if dice.chance(35) else home.head
    answers: dict[str, Any] = {
        "item": item, "content": what, "household": home.id, "applicant": who.id, "applicant_name": who.name, "entrusted_on": begun.isoformat(), "state": state, "agent": agent.id,
        "agent_name": agent.answers["name"], "home_service": "yes" if dice.chance(68) else "no", "fee_charged": 0, "no": f"DB{begun:%Y%m%d}-{dice.randrange(16**4):04x}",
        "promised_on": (begun + timedelta(days=days + 3 if state == "visited" else days + 12)).isoformat(),
        "materials": scene.rows(*({"name": paper, "have": "no" if state == "supplement" and n == 0 else "yes"} for n, paper in enumerate(papers or ("身份证",)))),
    }  # fmt: skip
    last = begun
    if dice.chance(14):
        answers["statutory_fee"] = dice.choice((5, 10, 20))
    if state != "entrusted":
        last = _handled(scene, answers, begun, office, state)
    if state in ("done", "visited"):
        done = begun + timedelta(days=max(1, days + (dice.randint(4, 9) if dice.chance(7) else dice.randint(-2, 2)) if state == "visited" else 1))
        last = _finished(scene, answers, min(done, scene.today), state)
    scene.put("agency_case", last.isoformat(), answers)


def _handled(scene: Scene, answers: dict[str, Any], begun: date, office: str, state: str) -> date:
    accepted = min(begun + timedelta(days=scene.dice.randint(0, 1)), scene.today)
    answers["accepted_on"] = accepted.isoformat()
    answers["handling_mode"] = scene.dice.choice(("urgent", "hard", "family", "practical", "open"))
    if state == "supplement":
        answers["supplement"] = scene.rows({"date": accepted.isoformat(), "text": "还差一份，请家里人补来"})
    elif state != "accepted":
        answers |= {"submitted_to_name": f"{TOWNSHIP}{office}" if office != "村部" else office, "submitted_on": accepted.isoformat()}
    return accepted


def _finished(scene: Scene, answers: dict[str, Any], done: date, state: str) -> date:
    answers |= {"done_on": done.isoformat(), "result": "办好了"}
    if state == "done":
        return done
    told = min(done + timedelta(days=1), scene.today)
    asked = min(done + timedelta(days=scene.dice.randint(3, 10)), scene.today)
    answers |= {"delivered_on": told.isoformat(), "delivered_by": answers["agent_name"], "archived_on": told.isoformat(), "reported_on": told.isoformat(), "visited_on": asked.isoformat(),
                "satisfaction": scene.dice.weighted((("satisfied", 80), ("basic", 16), ("unsatisfied", 1), ("not_asked", 3)))}  # fmt: skip
    return asked


def _inquiry(scene: Scene, homes: list[Home], number: int) -> None:
    """The two newest were handed on and nobody has answered yet."""
    dice = scene.dice
    matter, handled, answer = INQUIRIES[4 + number * 3 if number < 2 else number % len(INQUIRIES)]
    on = scene.ago(1 + number if number < 2 else dice.randint(4, 350))
    home = dice.choice(homes)
    answers: dict[str, Any] = {"matter": matter, "handled": handled, "received_at": f"{on}T{dice.randint(8, 17):02d}:{dice.randint(0, 59):02d}:00.000+08:00", "received_by_name": dice.choice(scene.cadres()),
                               "handed_to_name": answer[2:] if handled == "handed_on" else ""}  # fmt: skip
    if dice.chance(70):
        answers |= {"asker": home.head.name, "household": home.id}
    if number >= 2:
        answers |= {"answered_on": on, "answer": answer}
    scene.put("first_inquiry", on, answers)
