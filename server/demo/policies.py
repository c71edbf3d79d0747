"""Policy checks household by household, and monitored homes from the clue to the risk gone."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from server.demo.homes import Home
from server.demo.scene import Scene

#: What is looked at in homes that get nothing special.
COMMON = (("medical_insurance", "receiving"), ("pension", "receiving"), ("grain", "receiving"), ("elderly", "not_eligible"), ("dibao", "not_eligible"), ("drinking", "receiving"))
DOUBTS = {"eligible": "够条件，还没申请", "applied": "材料交了，等批", "wrong": "家里买了车，要复核"}
CLUES = {
    "illness": "家里有人住院，自付花了三万多", "labour": "主要劳力伤了腰，干不了重活", "disability": "残疾加重，要人照看", "unemployment": "厂里裁人，回来半年没活干", "disaster": "猪圈被水冲了，损失一万多",
}  # fmt: skip
HELP = (("policy", "办了大病救助和慢病卡"), ("job", "安排了保洁公益岗"), ("industry", "给了鸡苗，合作社包收"), ("insurance", "续了防贫保"), ("care", "每月上门看一次"))


def checks(scene: Scene) -> None:
    """All that homes receive or might, most within half a year; the rest of the number in homes that get nothing special."""
    dice, plan = scene.dice, scene.plan
    total = round(plan.households * 2) if scene.rich else round(plan.households * 0.35)
    made = 0
    for home in scene.homes:
        if home.presence == "empty":
            continue
        for row in home.answers.get("policies", ()):
            made += 1
            _check(scene, home, row["policy"], row["state"], row.get("amount"), dice.randint(2, 175 if scene.rich else 300))
    plain = [home for home in scene.homes if home.presence != "empty"]
    for number in range(max(0, total - made)):
        home = plain[number % len(plain)]
        policy, state = COMMON[(number // len(plain) + home.number) % len(COMMON)]
        _check(scene, home, policy, state, None, dice.randint(2, min(360, scene.days)))


def _check(scene: Scene, home: Home, policy: str, state: str, amount: Any, ago: int) -> None:
    on = scene.ago(ago)
    answers: dict[str, Any] = {"household": home.id, "policy": policy, "state": state, "checked_on": on, "next": "none", "amount": amount}
    if state in ("eligible", "applied"):
        answers |= {"doubt": DOUBTS[state], "next": "apply" if state == "eligible" else "check", "follow_up_on": scene.ago(-scene.dice.randint(9, 30))}
    elif scene.dice.chance(0.6) and state == "receiving" and not home.fixed:
        answers |= {"state": "wrong", "doubt": DOUBTS["wrong"], "next": "check"}
    scene.put("policy_check", on, answers)


def monitoring(scene: Scene) -> None:
    """A case for each monitored home, one that went from clue to eliminated in seven months, and one that is only a clue."""
    dice = scene.dice
    for home in scene.homes:
        if "monitored" in home.answers["types"]:
            _case(scene, home, str(home.answers["monitor/status"]))
    if not scene.rich:
        return
    free = [home for home in scene.homes if home.lived_in and not home.fixed and "monitored" not in home.answers["types"] and "refuses" not in home.tags]
    told = dice.sample(free, min(3, len(free)))
    for home, kind in zip(told, ("seven", "clue", "rejected"), strict=False):
        _told(scene, home, kind)


def _case(scene: Scene, home: Home, status: str) -> None:
    dice = scene.dice
    since = date.fromisoformat(home.answers["monitor/since"])
    risks = home.answers.get("monitor/risks", ["illness"])
    answers = {"household": home.id, "category": home.answers["monitor/category"], "status": status, "reasons": risks, "clue": CLUES.get(risks[0], "收入比上年少了一半"),
               "clue_source": dice.weighted((("cadre", 60), ("self", 20), ("department", 20)))} | _steps(since - timedelta(days=13))  # fmt: skip
    answers |= {"responsible_name": home.answers.get("help/responsible", scene.cadres()[0])}
    measured = [scene.today - timedelta(days=dice.randint(5, 40)) if status == "active" else since + timedelta(days=30 + 40 * n) for n in range(2)]
    answers["measures"] = scene.rows(*({"kind": kind, "text": text, "on": min(on, scene.today).isoformat()} for (kind, text), on in zip(dice.sample(HELP, 2), measured, strict=True)))
    if status == "active":
        answers |= {"next_check_on": scene.ago(-dice.randint(9, 28)), "income_now": dice.randrange(8_800, 13_500, 100)}
    else:
        gone = min(since + timedelta(days=dice.randint(150, 260)), scene.today)
        answers |= {"eliminated_on": gone.isoformat(), "elimination": dice.weighted((("stable", 80), ("natural", 20))), "income_now": dice.randrange(14_000, 19_000, 100)}
    scene.put("monitor_case", max(since, scene.today - timedelta(days=40)).isoformat(), answers)


def _steps(clue: date) -> dict[str, Any]:
    """Clue, seen at home, talked over, publicised for six days, the township, the county: within fifteen days."""
    days = {"clue_on": 0, "checked_on": 2, "village_review_on": 4, "publicity_from": 4, "publicity_to": 10, "township_on": 11, "county_on": 13}
    return {path: (clue + timedelta(days=after)).isoformat() for path, after in days.items()}


def _told(scene: Scene, home: Home, kind: str) -> None:
    base: dict[str, Any] = {"household": home.id, "category": "sudden", "responsible_name": scene.cadres()[0], "clue_source": "cadre"}
    if kind == "seven":
        clue = scene.today - timedelta(days=290)
        rows = scene.rows(*({"kind": k, "text": text, "on": (clue + timedelta(days=20 + 45 * n)).isoformat()} for n, (k, text) in enumerate(HELP[:4])))
        scene.put("monitor_case", (clue + timedelta(days=213)).isoformat(), base | _steps(clue) | {
            "clue": "男主人车祸，三个月不能干活", "status": "eliminated", "reasons": ["accident", "labour"], "measures": rows,
            "eliminated_on": (clue + timedelta(days=213)).isoformat(), "elimination": "stable", "income_now": 15_600, "note": "能干活了，公益岗还在做。",
        })  # fmt: skip
    elif kind == "clue":
        scene.put("monitor_case", scene.ago(3), base | {"clue": "女主人查出病，下周住院", "status": "checking", "reasons": ["illness"], "clue_on": scene.ago(4), "checked_on": scene.ago(3),
                                                       "next_check_on": scene.ago(-9)})  # fmt: skip
    else:
        scene.put("monitor_case", scene.ago(70), base | {"clue": "说打工少了，要求帮扶", "status": "rejected", "reasons": ["unemployment"], "clue_on": scene.ago(84), "clue_source": "self",
                                                        "checked_on": scene.ago(80), "note": "收入够，讲清楚了。"})  # fmt: skip
