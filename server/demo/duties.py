"""Who was on duty in the village's rooms, day by day, and what people came for."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from server.demo.circle import Circle, Friend
from server.demo.dice import Dice
from server.demo.extent import extent
from server.demo.plan import Plan
from server.demo.writing import Moment, Written, write

MATTERS = (
    ("policy", "问高龄津贴从几岁起"), ("policy", "问今年医保缴多少"), ("policy", "问耕地补贴打了没有"), ("agency", "代缴医保"), ("agency", "代办老年优待证"),
    ("agency", "帮老人做养老认证"), ("agency", "帮填小额信贷表"), ("problem", "说路灯又不亮了"), ("problem", "说水小，一天只来两小时"), ("problem", "说沟堵了，水往院里流"),
    ("dispute", "两家为排水沟争了几句"), ("dispute", "牛吃了菜，来评理"), ("certificate", "开户口证明"), ("certificate", "盖贫困学生认定表"), ("safety", "雨大，去三个点看了一圈"),
    ("safety", "看坟山有没有人烧纸"), ("other", "来拿快递"), ("other", "借村部桌椅办酒"), ("other", "问培训哪天开始"), ("policy", "问慢病门诊要什么材料"),
)  # fmt: skip
HANDOVERS = ("钥匙在抽屉里", "镇里来电，明天要报缴费数", "打印机缺墨", "有份材料等老杨来签", "雨大，夜里留意三组", "没有别的事")
AHEAD_DAYS = 7


def duties(dice: Dice, plan: Plan, circle: Circle, moment: Moment) -> list[Written]:
    """Every day of the years the village keeps, and the week to come."""
    people = circle.cadres() or circle.friends
    found = []
    for ago in range(extent(plan).duty_days, -AHEAD_DAYS - 1, -1):
        person = people[(moment.today - timedelta(days=ago)).toordinal() % len(people)]
        found.append(_duty(dice, plan, person, people, moment, ago))
    return found


def _duty(dice: Dice, plan: Plan, person: Friend, people: list[Friend], moment: Moment, ago: int) -> Written:
    on = moment.today - timedelta(days=ago)
    state = "planned" if ago <= 0 else dice.weighted((("done", 94), ("swapped", 4), ("missed", 2)))
    answers: dict[str, Any] = {"date": on.isoformat(), "person": person.id, "person_name": person.name, "state": state}
    others = [one for one in people if one.id != person.id]
    if state == "swapped" and others:
        answers["swap_with"] = dice.choice(others).id
    if state in ("done", "swapped") and dice.chance(24):
        answers["matters"] = [_matter(dice) for _ in range(dice.weighted(((1, 70), (2, 24), (3, 6))))]
    if state == "done" and dice.chance(9):
        answers["handover"] = dice.choice(HANDOVERS)
    if state == "done" and dice.chance(12):
        answers |= {"start": "08:30:00.000+08:00", "end": "17:30:00.000+08:00"}
    # The rota is made a week or so before.
    written = on if state != "planned" else moment.today - timedelta(days=1)
    return write(dice, moment, "duty", answers, plan.authors[0], written.isoformat())


def _matter(dice: Dice) -> dict[str, Any]:
    kind, text = dice.choice(MATTERS)
    row: dict[str, Any] = {"id": dice.id(), "kind": kind, "text": text, "done": "yes" if dice.chance(82) else "no"}
    if dice.chance(55):
        row["first_inquiry"] = "yes"
    if row["done"] == "no":
        row["handed_to"] = dice.choice(("镇社保站", "组长", "驻村干部", "镇民政办"))
    return row
