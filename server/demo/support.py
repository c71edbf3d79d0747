"""What was asked for outside the village, what came of it, and the deeds done for people inside."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from server.demo.circle import Circle, Friend
from server.demo.dice import Dice, day
from server.demo.extent import extent
from server.demo.homes import Home
from server.demo.plan import Plan
from server.demo.problems import group_name
from server.demo.support_words import CONSULTATIONS, DEEDS, SETTLED, SUPPORTS, Deed, Talk
from server.demo.writing import Moment, Written, write

#: level of a consultation → roles of whom one meets
_WHOM = {
    "county": ("county_portfolio",), "township": ("township_member", "township_secretary", "township_head"), "own_unit": ("former_first_secretary",),
    "dept": ("lead_dept", "handler"), "native": ("native_outside",), "society": ("enterprise", "native_outside"),
}  # fmt: skip
#: States of asks in turn, so that each is somewhere.
_STATES = ("promised", "arrived", "asked", "arrived", "refused", "promised", "not_needed", "arrived")


def consultations(dice: Dice, plan: Plan, circle: Circle, moment: Moment) -> list[Written]:
    """Talks at every level, the first weeks with most of them, and asks in every state."""
    total = max(2, extent(plan).consultations_a_year * plan.years)
    order = list(CONSULTATIONS) if extent(plan).whole else dice.sample(CONSULTATIONS, min(total, len(CONSULTATIONS)))
    found = []
    for number in range(total):
        talk = order[number % len(order)]
        ago = round((number + dice.random()) * 350 * plan.years / total) + 4
        found.append(_talk(dice, plan, circle, moment, talk, number, ago))
    return found


def _talk(dice: Dice, plan: Plan, circle: Circle, moment: Moment, talk: Talk, number: int, ago: int) -> Written:
    on = moment.today - timedelta(days=ago)
    key = "高山蔬菜冷库" if plan.name == "石桥村" else "加工点"
    answers: dict[str, Any] = {"summary": talk.summary.format(key=key), "level": talk.level, "met_on": on.isoformat()}
    met: Friend | None = circle.at(talk.unit, _WHOM[talk.level])
    if met:
        answers |= {"counterpart": met.id, "counterpart_name": met.name}
    if talk.level in ("native", "society"):
        answers["party"] = "native_outside" if talk.level == "society" else dice.choice(("native", "native_outside"))
    last = on
    if talk.asks:
        rows = []
        for place, (kind, field, text, amount) in enumerate(talk.asks):
            state = SETTLED.get(text, "") if plan.name == "石桥村" else ""
            state = state or _STATES[(number * 2 + place) % len(_STATES)]
            row, then = _ask(dice, moment.today, on, state, kind, field, text.format(key=key), amount)
            rows.append(row)
            last = max(last, then)
        answers["asks"] = rows
        answers["topics"] = sorted({row["field"] for row in rows})
    if dice.chance(66):
        answers["consistency"] = dice.weighted((("same", 50), ("mostly", 42), ("different", 8)))
        if answers["consistency"] != "same":
            answers["differences"] = dice.choice(("户数对不上，镇里按户籍，我们按常住。", "他们以为路已经硬化完了。", "产业面积报得比实际多。"))
    if dice.chance(60):
        answers["policy_fit"] = dice.weighted((("fits", 74), ("correct", 22), ("unfit", 4)))
        if answers["policy_fit"] != "fits":
            answers["corrections"] = dice.choice(("占基本农田的那块换地方。", "补到户的改成补到合作社，要先议。", "分两年做，先做水。"))
    if dice.chance(50):
        answers["suggestions"] = talk.advice
    if dice.chance(55):
        answers["next"] = dice.choice(("把材料补齐，下周再去。", "先开两委会议一次。", "等他们来现场看。", "按说的写申请。"))
    return write(dice, moment, "consultation", answers, dice.choice(plan.authors), last.isoformat())


def _ask(
    dice: Dice, today: date, on: date, state: str, kind: str, field: str, text: str, amount: int
) -> tuple[dict[str, Any], date]:
    row: dict[str, Any] = {"id": dice.id(), "kind": kind, "field": field, "text": text, "state": state}
    if amount:
        row["amount"] = amount
    if state in ("asked", "promised"):
        row["due"] = max(on + timedelta(days=40), today + timedelta(days=dice.randint(10, 50))).isoformat()
    if state == "arrived":
        last = min(on + timedelta(days=dice.randint(15, 90)), today)
        row["arrived_on"] = last.isoformat()
        if amount:
            row["amount_arrived"] = amount if dice.chance(60) else round(amount * 0.8)
        return row, last
    return row, on


def supports(dice: Dice, plan: Plan, circle: Circle, talks: list[Written], moment: Moment) -> list[Written]:
    """What came in: for each ask that arrived, and things nobody had asked for."""
    found = []
    for talk in talks:
        for row in talk.answers.get("asks", ()):
            if row["state"] == "arrived" and dice.chance(80):
                kind = {"expert": "technique", "force": "people", "resource": "goods"}.get(row["kind"], "funds")
                answers = {"what": row["text"][:60], "kind": kind, "received_on": row["arrived_on"], "consultation": talk.id}
                answers |= {"amount": row["amount_arrived"]} if row.get("amount_arrived") else {}
                found.append(_support(dice, plan, moment, answers | _giver(circle, talk)))
    for what, kind, amount, used in dice.sample(SUPPORTS, min(len(SUPPORTS), 5 if extent(plan).whole else 2)):
        answers = {"what": what, "kind": kind, "received_on": day(moment.today, dice.randint(10, 340)), "used_for": used}
        unit = circle.unit(dice.choice(("dispatch_unit", "aid_unit"))) or circle.unit("dispatch_unit")
        answers |= {"from": unit[0], "from_name": unit[1]} if unit else {}
        found.append(_support(dice, plan, moment, answers | ({"amount": amount} if amount else {})))
    return found


def _giver(circle: Circle, talk: Written) -> dict[str, str]:
    """The unit that was asked, or the person, where it was a person's own."""
    level = talk.answers["level"]
    unit = circle.unit("dispatch_unit") if level == "own_unit" else circle.unit("government", "镇人民政府") if level == "township" else None
    if unit:
        return {"from": unit[0], "from_name": unit[1]}
    name = talk.answers.get("counterpart_name", "")
    return {"from_name": f"{name}经手" if level in ("dept", "county") else name} if name else {}


def _support(dice: Dice, plan: Plan, moment: Moment, answers: dict[str, Any]) -> Written:
    return write(dice, moment, "support_in", answers, dice.choice(plan.authors), answers["received_on"])


def deeds(dice: Dice, plan: Plan, homes: list[Home], circle: Circle, problems: list[Written], moment: Moment) -> list[Written]:
    """Practical things, spread over the years; some named after the problem they grew from."""
    total = extent(plan).deeds_a_year * plan.years
    lived = [home for home in homes if home.lived_in] or homes
    closed = [record for record in problems if record.answers.get("status") == "closed"]
    order = dice.sample(DEEDS, len(DEEDS))
    found = []
    for number in range(total):
        ago = round((number + 0.1 + dice.random() * 0.8) * 360 * plan.years / total) + 1
        found.append(_deed(dice, plan, lived, circle, closed, moment, order[number % len(order)], ago))
    return found


def _deed(
    dice: Dice, plan: Plan, lived: list[Home], circle: Circle, closed: list[Written], moment: Moment, deed: Deed, ago: int
) -> Written:
    on = moment.today - timedelta(days=ago)
    words: dict[str, Any] = {"g": group_name(dice.randint(1, plan.groups)), "n": dice.randint(*deed.homes)}
    answers: dict[str, Any] = {"title": deed.title.format(**words), "kind": deed.kind, "done_on": on.isoformat()}
    if dice.chance(82):
        answers["field"] = deed.field
    if dice.chance(84):
        answers["beneficiary_households"] = words["n"]
        if dice.chance(70):
            answers["people"] = round(words["n"] * dice.uniform(2.1, 3.6))
    if words["n"] <= 3 and dice.chance(70):
        answers["households"] = [{"id": dice.id(), "household": home.id} for home in dice.sample(lived, min(words["n"], len(lived)))]
    if deed.money and dice.chance(80):
        answers |= {"money": dice.randrange(*deed.money, 100), "source": deed.source}
    if dice.chance(72):
        answers["result"] = deed.result
    answers["villager_confirmed"] = dice.weighted((("yes", 74), ("not_asked", 23), ("no", 3)))
    if dice.chance(40):
        answers["started_on"] = (on - timedelta(days=dice.randint(1, 30))).isoformat()
    if dice.chance(30):
        answers["with"] = [{"id": dice.id(), "contact": dice.choice(circle.friends).id}]
    if closed and dice.chance(25):
        answers["linked_problem"] = dice.choice(closed).id
    return write(dice, moment, "practical_deed", answers, dice.choice(plan.authors), on.isoformat())
