"""What the two committees agreed on and gave to somebody, and the major matters that go through four discussions and two notices."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from server.demo.circle import Circle
from server.demo.dice import Dice, day
from server.demo.extent import extent
from server.demo.meeting_words import AGREED, CROPS, PARKED, Agreed
from server.demo.plan import Plan
from server.demo.problems import group_name
from server.demo.writing import Moment, Written, write


def agreed(
    dice: Dice, plan: Plan, circle: Circle, meetings: list[Written], major: list[Written], moment: Moment
) -> list[Written]:
    """Most are done; some are under way; in larger villages one is overdue and one or two are parked."""
    size = extent(plan)
    total = size.agreed_a_year * plan.years
    open_ones = ["agreed", "started", "late", "started", "agreed"][: max(1, total // 3)] if size.whole else ["started"]
    held = [record for record in meetings if record.answers["kind"] in ("two_committees", "villagers_reps")]
    order = dice.sample(AGREED, len(AGREED))
    found = []
    for number in range(total):
        state = open_ones[number] if number < len(open_ones) else "done" if dice.chance(92) else "dropped"
        ago = dice.randint(6, 32) if number < len(open_ones) else dice.randint(60, max(70, 360 * plan.years))
        ago = dice.randint(48, 70) if state == "late" else ago
        found.append(_item(dice, plan, circle, held, moment, order[number % len(order)], state, ago))
        _go_through(found[-1], order[number % len(order)], major)
    return found + (_parked(dice, plan, circle, moment) if size.whole else [])


def _item(
    dice: Dice, plan: Plan, circle: Circle, held: list[Written], moment: Moment, thing: Agreed, state: str, ago: int
) -> Written:
    on = moment.today - timedelta(days=ago)
    words = {"g": group_name(dice.randint(1, plan.groups)), "c": dice.choice(CROPS)}
    owner = dice.choice(circle.cadres() or circle.friends)
    due = on + timedelta(days=dice.randint(25, 60))
    if state == "late":
        due, state = moment.today - timedelta(days=dice.randint(5, 12)), "started"
    elif state in ("agreed", "started"):
        due = moment.today + timedelta(days=dice.randint(12, 40))
    answers: dict[str, Any] = {
        "title": thing.title.format(**words), "agreed_on": on.isoformat(), "owner": owner.id, "owner_name": owner.name, "due": due.isoformat(), "state": state,
        "detail": thing.detail, "ease": thing.ease, "agreement": dice.weighted((("all", 70), ("most", 30))),
    }  # fmt: skip
    near = [record for record in held if 0 <= (on - date.fromisoformat(record.answers["held_on"])).days <= 20]
    if near:
        answers["meeting"] = dice.choice(near).id
    last = on
    if state != "agreed":
        last, answers["progress"] = _progress(dice, thing, on, min(due, moment.today), state == "done")
    if state == "done":
        answers["result"] = thing.result
    if dice.chance(60):
        answers["parties"] = [{"id": dice.id(), "contact": friend.id} for friend in circle.cadres()[: dice.randint(2, 4)]]
    return write(dice, moment, "consensus_item", answers, dice.choice(plan.authors), last.isoformat())


def _go_through(item: Written, thing: Agreed, major: list[Written]) -> None:
    """A major matter is tied to its decision; without one it is not done yet."""
    decision = next((one for one in major if one.answers["matter"] == thing.matter), None)
    if decision:
        item.answers |= {"needs_four_two": "yes", "decision": decision.id}
    elif thing.matter and item.answers["state"] != "done":
        item.answers["needs_four_two"] = "yes"


def _progress(dice: Dice, thing: Agreed, on: date, until: date, done: bool) -> tuple[date, list[dict[str, Any]]]:
    rows, steps = [], [*thing.steps, thing.result] if done else list(thing.steps[:1])
    last, span = on, max(1, (until - on).days)
    for number, text in enumerate(steps):
        last = on + timedelta(days=min(span, 1 + span * (number + 1) // (len(steps) + 1)))
        rows.append({"id": dice.id(), "date": last.isoformat(), "text": text})
    return last, rows


def _parked(dice: Dice, plan: Plan, circle: Circle, moment: Moment) -> list[Written]:
    found = []
    for title, why in dice.sample(PARKED, 2 if plan.households > 300 else 1):
        on = day(moment.today, dice.randint(50, 260))
        owner = dice.choice(circle.cadres() or circle.friends)
        answers = {"title": title, "detail": why, "agreed_on": on, "state": "parked", "ease": "hard", "agreement": "parked", "owner_name": owner.name}
        found.append(write(dice, moment, "consensus_item", answers, dice.choice(plan.authors), on))
    return found


#: matter, who raised it, what was thought of it at the first stage
MATTERS = (
    ("村集体冷库对外出租", "cadres", "租给谁、租几年，要有保底。"),
    ("自来水水费收取办法", "people", "不收水费，管水的人就留不住。"),
    ("旧校舍租给合作社", "cadres", "空着也是坏，租金先付。"),
    ("村规民约修改", "people", "酒席一条群众提得多。"),
    ("集体林地防火道用工", "superior", "镇里要求年前砍通。"),
    ("公益性岗位人选", "superior", "三个岗，按缺劳力优先。"),
)  # fmt: skip
#: stage, days after the first, share of those due who come
STAGES = (("propose", 0, 5), ("consult", 3, 7), ("deliberate", 8, 0), ("resolve", 12, 0))


def decisions(dice: Dice, plan: Plan, homes: int, moment: Moment) -> list[Written]:
    """One at its third stage where the team is strong, others carried through, one set aside."""
    if not extent(plan).whole:
        return []
    found = [_decision(dice, plan, homes, moment, 0, 13, 3)]
    if plan.households > 60:
        found.append(_decision(dice, plan, homes, moment, 2, 40, 5))
        found.append(_decision(dice, plan, homes, moment, 4, 21, 2, parked=True))
    for number in range(plan.years * (2 if plan.households > 300 else 1)):
        found.append(_decision(dice, plan, homes, moment, (1, 3, 5)[number % 3], 120 + number * 130, 8))
    return found


def _decision(
    dice: Dice, plan: Plan, homes: int, moment: Moment, which: int, ago: int, steps: int, parked: bool = False
) -> Written:
    """`steps` of: four discussions, notice, carrying out, notice of the result, done."""
    matter, motive, first = MATTERS[which]
    began = moment.today - timedelta(days=ago)
    answers: dict[str, Any] = {"matter": matter, "motive": motive, "started_on": began.isoformat(), "parked": "yes" if parked else "no"}
    last = began
    for stage, after, due in STAGES[: min(steps, 4)]:
        last = began + timedelta(days=after)
        people = due or (max(9, homes // 12) if stage == "deliberate" else max(15, homes // 10))
        present = people - dice.randint(0, people // 6)
        answers |= {f"{stage}/held_on": last.isoformat(), f"{stage}/due": people, f"{stage}/present": present, f"{stage}/agree": present - dice.randint(0, min(2, present // 8))}
        answers[f"{stage}/opinions"] = first if stage == "propose" else dice.choice(("同意，账目要公开。", "同意，先做出样子。", "同意，问清楚谁来管。", "一人弃权，别的同意。"))
    if steps > 4:
        last = began + timedelta(days=13)
        answers |= {"publish_resolution/from": last.isoformat(), "publish_resolution/to": (last + timedelta(days=7)).isoformat(), "publish_resolution/channel": ["board", "wechat"], "publish_resolution/supervision_opinion": "程序到位，没有异议。"}
        last = last + timedelta(days=7)
    if steps > 5:
        done = last + timedelta(days=30)
        answers |= {"implement/started_on": last.isoformat(), "implement/done_on": done.isoformat(), "implement/result": "照议定的办了。"}
        last = done + timedelta(days=2)
        answers |= {"publish_result/from": last.isoformat(), "publish_result/to": (last + timedelta(days=7)).isoformat(), "publish_result/channel": ["board"], "publish_result/opinions": "没有异议"}
        last = last + timedelta(days=8)
    answers["state"] = "parked" if parked else "done" if steps > 5 else "publish_resolution" if steps > 4 else STAGES[steps - 1][0]
    return write(dice, moment, "decision", answers, plan.authors[0], min(last, moment.today).isoformat())
