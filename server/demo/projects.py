"""Projects of one village, each as far as it has come: days, money and what was approved agree with its stage."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from server.demo.circle import Circle
from server.demo.dice import Dice
from server.demo.extent import extent
from server.demo.meeting_words import CROPS
from server.demo.plan import COUNTY, Plan
from server.demo.problems import group_name
from server.demo.project_words import COLD_STORE, DOWNSTREAM, PARTNERS, SCHEMES, UPSTREAM, Scheme
from server.demo.writing import Moment, Written, write

_NINE = (
    "fit_national", "fit_county", "fit_wishes", "fit_traits", "fit_habits", "fit_reality", "has_mass_base", "has_tradition", "has_local_feature",
)  # fmt: skip
STAGES = (
    "idea", "village_apply", "township_review", "county_argue", "county_approve", "in_library", "funded", "plan", "bidding", "building", "acceptance",
    "reimbursed", "handover", "operating", "performance",
)  # fmt: skip
#: stage of an approval, days after the first, who
_STEPS = (("village_apply", 0, "村民代表会议"), ("township_review", 45, "镇人民政府"), ("county_argue", 70, f"{COUNTY}农业农村局"), ("county_approve", 95, f"{COUNTY}人民政府"))
#: Whose key project a picture of the interface shows.
MAIN = "石桥村"
_BEGUN = STAGES.index("building")


def projects(dice: Dice, plan: Plan, circle: Circle, moment: Moment) -> list[Written]:
    """In the main village five: one key project being built, one handed over, one turned down, two on their way."""
    size = extent(plan)
    order = dice.sample(SCHEMES, len(SCHEMES))
    stages: list[tuple[str, bool]] = [("building", False), ("operating", False), ("county_argue", True), ("village_apply", False), ("in_library", False)]
    if plan.households <= 60:
        stages = stages[: 3 if plan.households >= 15 else 1]
    elif not size.whole:
        stages = [dice.choice((("building", False), ("in_library", False), ("handover", False), ("idea", False)))]
    found = []
    for number, (stage, refused) in enumerate(stages):
        scheme = COLD_STORE if number == 0 and plan.name == MAIN else order[number % len(order)]
        if refused or stage == "operating":
            scheme = next(one for one in order if one.type in ("industry", "collective")) if refused else order[-1]
            stage = stage if scheme.type in ("industry", "collective") or refused else "handover"
        found.append(_project(dice, plan, circle, moment, scheme, stage, refused, number == 0 and size.whole))
    for number in range(size.finished_projects):
        ago = 200 + (number * 365 * plan.years) // max(1, size.finished_projects)
        found.append(_project(dice, plan, circle, moment, order[number % len(order)], "performance", False, False, ago))
    return found


def _project(
    dice: Dice, plan: Plan, circle: Circle, moment: Moment, scheme: Scheme, stage: str, refused: bool, key: bool, ago: int = 0
) -> Written:
    at = STAGES.index(stage)
    # So long ago the village met about it: building starts some 180 days later.
    ago = (ago + 330) if ago else 255 if at == _BEGUN else 430 if at > _BEGUN else 60 + 30 * max(at, 1)
    met = moment.today - timedelta(days=ago)
    words = {"g": group_name(dice.randint(1, plan.groups)), "c": dice.choice(CROPS)}
    owner = circle.unit("coop_union") or circle.unit("village_committee")
    person = dice.choice(circle.cadres() or circle.friends)
    answers: dict[str, Any] = {
        "name": scheme.name.format(**words), "type": scheme.type, "nature": scheme.nature, "stage": stage, "year": met.year, "is_key": "yes" if key else "no",
        "site": scheme.site.format(**words), "content": scheme.content, "scale": scheme.scale, "villages": plan.name, "reason": scheme.reason.format(**words),
        "responsible": person.id, "responsible_name": person.name, "owner_name": owner[1] if owner else plan.name,
    }  # fmt: skip
    if owner:
        answers["owner"] = owner[0]
    answers |= _money(dice, scheme, at, met, moment.today) if at > 0 else {}
    answers |= _market(dice, scheme, words) if scheme.type in ("industry", "collective") else {}
    answers |= _gain(dice, plan, scheme)
    last = met
    if at > 0:
        last, answers["approvals"] = _approvals(dice, plan, at, met, moment.today, refused)
    if at >= _BEGUN:
        last = _works(dice, answers, met, moment.today, at)
    if at > _BEGUN:
        last = _finished(dice, answers, plan, last, at, moment.today)
    return write(dice, moment, "project_plan", answers, dice.choice(plan.authors), min(last, moment.today).isoformat())


def _money(dice: Dice, scheme: Scheme, at: int, met: date, today: date) -> dict[str, Any]:
    lines: list[dict[str, Any]] = [
        {"id": dice.id(), "kind": kind, "name": name, "qty": qty, "unit": unit, "price": price, "amount": round(qty * price, 2)}
        for kind, name, qty, unit, price in scheme.lines
    ]
    total = round(sum(line["amount"] for line in lines), 2)
    if scheme is COLD_STORE:
        # The lines that are fixed leave the rest to the equipment, so that the sum is the picture's.
        lines[1]["price"] = round((860_000 - total + lines[1]["amount"]) / lines[1]["qty"], 2)
        lines[1]["amount"] = round(lines[1]["qty"] * lines[1]["price"], 2)
        lines[-1]["price"] = lines[-1]["amount"] = round(860_000 - sum(line["amount"] for line in lines[:-1]), 2)
        total = 860_000
        amounts = [516_000, 200_000, 144_000]
    else:
        amounts = [round(total * share / 100) for _, share in scheme.funds]
        amounts[-1] = round(total - sum(amounts[:-1]), 2)
    rows = []
    for place, ((source, _), amount) in enumerate(zip(scheme.funds, amounts, strict=True)):
        state = "arrived" if at > _BEGUN or (at == _BEGUN and place == 0) else "granted" if at == _BEGUN and place == 1 else "applying" if at > 3 else "intended"
        row: dict[str, Any] = {"id": dice.id(), "source": source, "amount": amount, "state": state}
        if state == "arrived":
            row["on"] = min(met + timedelta(days=181), today).isoformat()
        rows.append(row)
    return {"budget/lines": lines, "budget/total": total, "funding": rows, "funding_total": total}


def _market(dice: Dice, scheme: Scheme, words: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {
        "chain_upstream": [{"id": dice.id(), "link": link, "partner": who, "note": note} for link, who, note in dice.sample(UPSTREAM, 2)],
        "chain_downstream": [{"id": dice.id(), "link": link, "partner": who, "note": note} for link, who, note in (DOWNSTREAM[:2] if scheme is COLD_STORE else dice.sample(DOWNSTREAM, 2))],
    }  # fmt: skip
    if scheme.pros:
        found |= {"market_pros": scheme.pros, "market_cons": scheme.cons}
        row: dict[str, Any] = {"id": dice.id(), "risk": scheme.risk[0], "likelihood": "medium", "impact": "high"}
        found["market_risks"] = [row | ({"response": scheme.risk[1]} if scheme.risk[1] else {})]
        found["selling"] = [{"id": dice.id(), "channel": "order", "buyer": "县学校食堂", "contract": "yes"}, {"id": dice.id(), "channel": "wholesale", "buyer": "镇农贸市场"}]
    known = _NINE[:7] if scheme is COLD_STORE else dice.sample(_NINE, dice.randint(5, 9))
    found |= {f"direction_check/{question}": dice.weighted((("fits", 76), ("partly", 20), ("unfit", 4))) for question in known}
    return found


def _gain(dice: Dice, plan: Plan, scheme: Scheme) -> dict[str, Any]:
    homes = 112 if scheme is COLD_STORE and plan.households > 60 else max(3, plan.households * scheme.gain // 100)
    found: dict[str, Any] = {
        "beneficiaries/households": homes, "beneficiaries/people": round(homes * 3.1), "beneficiaries/monitored": min(homes, 5 if homes > 40 else 1),
        "beneficiaries/mechanism": list(scheme.mechanism), "lead_form": ["branch", "members"] if scheme.type != "industry" else ["branch", "cooperative"],
    }  # fmt: skip
    partners = dice.sample(PARTNERS, dice.randint(2, 3))
    found["supporters"] = [{"id": dice.id(), "level": level, "name": name, "what": what} for level, name, what in partners]
    if dice.chance(55):
        found["inputs"] = [{"id": dice.id(), "kind": "policy", "text": "产业奖补"}, {"id": dice.id(), "kind": "people", "text": "公益岗两人"}]
    return found


def _approvals(
    dice: Dice, plan: Plan, at: int, met: date, today: date, refused: bool
) -> tuple[date, list[dict[str, Any]]]:
    rows: list[dict[str, Any]] = []
    last = met
    for stage, after, by in _STEPS[: min(at, 4)]:
        on = met + timedelta(days=after)
        if on > today:
            break
        row: dict[str, Any] = {"id": dice.id(), "stage": stage, "by": by, "on": on.isoformat(), "result": "passed"}
        if dice.chance(85):
            row |= {"publicity_from": on.isoformat(), "publicity_to": (on + timedelta(days=10)).isoformat()}
        rows.append(row)
        last = on
    if refused and rows:
        rows[-1] |= {"result": "rejected", "opinion": "论证没有通过：租户没有落实，同类项目邻镇已有两个，建议先做销路。"}
    return last, rows


def _works(dice: Dice, answers: dict[str, Any], met: date, today: date, at: int) -> date:
    """From the first day of building to where it stands; what is finished took some four months."""
    begun = met + timedelta(days=181)
    ends = begun + timedelta(days=108 if at == _BEGUN else 130)
    answers |= {"start_on": begun.isoformat(), "finish_on": ends.isoformat(), "construction_unit": f"{COUNTY}第{dice.choice('一二三')}建筑公司"}
    names = (("开工", 0, 5), ("基础完成", 30, 25), ("主体完成", 74, 60), ("安装调试", 91, 90), ("验收", 101, 100))
    rows, progress = [], []
    last = begun
    for name, after, pct in names:
        plan_on = begun + timedelta(days=after)
        row: dict[str, Any] = {"id": dice.id(), "name": name, "plan_on": (plan_on + timedelta(days=17 if name == "主体完成" else 0)).isoformat(), "pct": pct}
        if plan_on <= today and (at > _BEGUN or pct < 90):
            row["done_on"] = plan_on.isoformat()
            progress.append({"id": dice.id(), "date": plan_on.isoformat(), "physical_pct": pct, "fund_paid": round(answers["budget/total"] * pct * 0.008), "text": f"{name}，{dice.choice(('比计划晚两天', '照计划', '等材料停了一天', '人手够'))}"})
            last = max(last, plan_on)
        rows.append(row)
    answers |= {"milestones": rows, "progress": progress}
    return last


def _finished(dice: Dice, answers: dict[str, Any], plan: Plan, last: date, at: int, today: date) -> date:
    """Accepted, handed over, kept up; the best of them measured."""
    total = answers["budget/total"]
    on = min(last + timedelta(days=9), today)
    answers |= {
        "acceptance/level": "county", "acceptance/on": on.isoformat(), "acceptance/by": "联合验收组", "acceptance/result": "passed",
        "acceptance/issues": dice.choice(("坡面两处补勾缝，已改。", "资料少一份检测报告，已补。", "没有")), "acceptance/asset_value": round(total * 0.93),
    }  # fmt: skip
    if at >= STAGES.index("handover"):
        answers |= {
            "asset/owner": f"{plan.name}股份经济合作社", "asset/place": answers["site"], "asset/value": round(total * 0.93), "asset/manager": "村集体，管护员一名",
            "asset/upkeep_fund": round(total * 0.012),
        }  # fmt: skip
        if answers["type"] in ("industry", "collective"):
            answers["asset/dividend_rule"] = "收益先提管护费，剩下的六成分给受益户，四成留作集体。"
    if at >= STAGES.index("performance"):
        answers |= {"performance/goal": "按期完工、群众受益", "performance/target": f"受益 {answers['beneficiaries/households']} 户", "performance/actual": f"受益 {answers['beneficiaries/households']} 户", "performance/satisfaction_pct": dice.randint(88, 99)}
    return on
