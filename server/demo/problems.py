"""Problems of one village: what is told, who mends it, how far it has come. Days and deeds of one problem always agree."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from server.demo.dice import Dice
from server.demo.homes import Home
from server.demo.plan import TOWNSHIP, WORKERS, Plan
from server.demo.problem_words import CAUSES, COMMENTS, PLACES, RETURNS, STORIES, Story
from server.demo.writing import Moment, Written, write

NUMERALS = "零一二三四五六七八九十"
#: What is told most: road, water, subsidy, dispute (domain.md 6.2).
WEIGHTS = {
    "road": 4, "water": 4, "subsidy": 4, "neighbour": 4, "homestead": 3, "land": 3, "streetlight": 2, "flood": 2, "housing": 2,
}  # fmt: skip
#: States of what is still open, in turn, so that each is somewhere.
OPEN_STATES = (
    "village_handling", "handling", "assigned", "registered", "extended", "village_handling", "done", "returned", "feedback",
    "handling", "verified", "shelved", "reopened", "rejected", "accepted_up", "draft",
)  # fmt: skip
TOWNSHIP_STATES = {"handling", "assigned", "extended", "returned", "accepted_up"}
LEADER = "leader1"
NAMES = {worker.login: worker.name for worker in WORKERS}


def group_name(number: int) -> str:
    """三组."""
    return f"{NUMERALS[number] if number <= 10 else '十' + NUMERALS[number - 10]}组"


class Telling:
    """One problem while it is being told: its answers and the log of what was done."""

    def __init__(self, dice: Dice, author: str, found: date, answers: dict[str, Any]) -> None:
        self.dice = dice
        self.author = author
        self.last = found
        self.answers = {"found_on": found.isoformat(), "status": "registered"} | answers
        self.log: list[dict[str, Any]] = []
        self.did("register", answers["content"], found)

    def did(self, kind: str, text: str, on: date, by: str = "") -> None:
        self.last = max(self.last, on)
        entry = {"id": self.dice.id(), "on": on.isoformat(), "by": NAMES[by or self.author], "kind": kind}
        self.log.append(entry | ({"text": text} if text else {}))

    def put(self, status: str, **answers: Any) -> None:
        self.answers |= {"status": status} | answers

    def report(self, on: date, text: str = "") -> None:
        self.put("reported", reported_on=on.isoformat(), reported_to=TOWNSHIP)
        self.did("report", text, on)

    def send_back(self, on: date, why: str) -> None:
        self.put("returned", return_reason=why)
        self.did("return", why, on, LEADER)

    def assign(self, on: date, unit: str, due: date, person: str = "", reply: str = "") -> None:
        self.put("assigned", lead_unit=unit, assigned_on=on.isoformat(), due_on=due.isoformat())
        self.answers |= {key: value for key, value in (("responsible_person", person), ("reply", reply)) if value}
        self.did("assign", reply, on, LEADER)

    def close(self, result: str, done: date, satisfied: str, comment: str) -> None:
        self.finish(result, done)
        told, closed = done + timedelta(days=1), done + timedelta(days=self.dice.randint(2, 6))
        self.tell(told, satisfied, comment)
        self.put("closed", closed_on=closed.isoformat(), close_evidence="现场看过，反映人认可")
        self.did("close", "", closed)

    def finish(self, result: str, done: date, kind: str = "solved") -> None:
        self.put("done", result=result, result_kind=kind, done_on=done.isoformat())
        self.did("done", result, done)

    def tell(self, on: date, satisfied: str, comment: str = "") -> None:
        way = self.dice.weighted((("face", 68), ("phone", 24), ("wechat", 8)))
        self.put("feedback", feedback_on=on.isoformat(), feedback_way=way, satisfaction=satisfied)
        if comment:
            self.answers["comment"] = comment
        self.did("feedback", "", on)

    def written(self, moment: Moment) -> Written:
        answers = self.answers | {"actions": self.log}
        on = min(self.last, moment.today).isoformat()
        return write(self.dice, moment, "problem", answers, self.author, on)


def problems(dice: Dice, plan: Plan, all_homes: list[Home], moment: Moment, told: int, all_closed: bool) -> list[Written]:
    """The plan's number of problems less those `told` elsewhere; of older ones nearly all are closed."""
    total = max(plan.problems_a_year * plan.years - told, 0)
    stories = [story for story in STORIES if plan.township == TOWNSHIP or story.level == "village"]
    still = 0 if all_closed else min(len(OPEN_STATES), max(2, plan.problems_a_year // 5))
    found: list[Written] = []
    for number in range(total):
        story = dice.weighted([(story, WEIGHTS.get(story.category, 1)) for story in stories])
        state = "closed"
        if number < still:
            state = OPEN_STATES[(number + len(plan.name) * 3 + plan.groups) % len(OPEN_STATES)]
            if plan.township != TOWNSHIP and state in TOWNSHIP_STATES:
                state = "village_handling"
            levels = ("township", "county") if state in TOWNSHIP_STATES else ("village",)
            story = dice.choice([story for story in stories if story.level in levels])
        ago = dice.randint(3, 26) if state != "closed" else dice.randint(70, 365 * plan.years)
        telling = tell(dice, plan, all_homes, story, moment.today - timedelta(days=ago))
        advance(dice, telling, story, state, moment.today)
        found.append(telling.written(moment))
    return found


def tell(dice: Dice, plan: Plan, all_homes: list[Home], story: Story, found: date) -> Telling:
    home = dice.choice([home for home in all_homes if home.lived_in] or all_homes)
    slots = _slots(dice, home, story)
    answers: dict[str, Any] = {
        "content": story.content.format(**slots),
        "title": story.title.format(**slots),
        "category": story.category,
        "level": story.level,
        "source": dice.weighted((("visit", 60), ("reception", 20), ("phone", 12), ("meeting", 8))),
        "horizon": "now" if story.level == "village" and story.severity == "low" else "planned",
    }
    if dice.chance(80):
        answers["severity"] = story.severity
    if dice.chance(70):
        answers["affected_households"] = dice.randint(*story.homes)
        answers["scope"] = "household" if story.homes[1] <= 3 else "group" if story.homes[1] <= 60 else "village"
    if story.severity == "high":
        answers["urgency"] = dice.choice(("soon", "urgent"))
    if dice.chance(72):
        answers |= {"from_household": home.id, "reporter_name": home.head.name}
        answers["share_reporter"] = "yes" if dice.chance(18) else "no"
    if dice.chance(22):
        answers["cause_note"] = dice.choice(CAUSES)
    return Telling(dice, dice.choice(plan.authors), found, answers | {"place": slots["place"]} if "{place}" in story.content else answers)


def _slots(dice: Dice, home: Home, story: Story) -> dict[str, Any]:
    """What goes up to the township names no household."""
    group, own = group_name(home.group), story.level == "village"
    return {
        "g": group, "n": dice.randint(2, 6), "place": dice.choice(PLACES),
        "home": f"{home.head.name}家" if own else f"{group}一户", "name": home.head.name if own else "一户村民",
    }  # fmt: skip


def advance(dice: Dice, telling: Telling, story: Story, state: str, today: date) -> None:
    """Takes a problem from the day it was found as far as `state`."""
    found = telling.last
    words = {"n": dice.randint(2, 6), "name": telling.answers.get("reporter_name", "本人"), "home": "这一户"}
    progress, result = story.progress.format(**words), story.result.format(**words)
    if story.level == "village" or not story.unit:
        _in_village(dice, telling, state, today, progress, result)
        return
    reported = found + timedelta(days=dice.randint(0, 2))
    telling.report(reported)
    assigned = min(reported + timedelta(days=dice.randint(1, 3)), today)
    if state == "returned":
        telling.send_back(assigned, dice.choice(RETURNS))
        telling.answers["due_on"] = (today + timedelta(days=dice.randint(4, 20))).isoformat()
        return
    if state == "accepted_up":
        telling.put("accepted_up", due_on=(today + timedelta(days=30)).isoformat())
        telling.did("progress", "县里收下了，排在下半年。", assigned)
        return
    due = assigned + timedelta(days=30) if state == "closed" else today + timedelta(days=dice.randint(9, 28))
    telling.assign(assigned, story.unit, due, reply=dice.choice(("", "先到现场看，三天内给个说法。", "按轻重排，先保安全。")))
    _with_township(dice, telling, state, today, assigned, progress, result)


def _in_village(dice: Dice, telling: Telling, state: str, today: date, progress: str, result: str) -> None:
    found = telling.last
    if state in ("registered", "draft"):
        telling.put(state)
        return
    if state == "shelved":
        telling.put("shelved", horizon="long_term")
        telling.did("note", "眼下没有办法，每个季度看一次。", found + timedelta(days=1))
        return
    if state == "rejected":
        telling.put("rejected", result="政策不允许，当面解释过了。", result_kind="explained", horizon="cannot")
        telling.did("note", "讲清楚为什么办不了，本人听了。", found + timedelta(days=2))
        return
    due = today + timedelta(days=dice.randint(8, 30)) if state == "village_handling" else found + timedelta(days=30)
    telling.put("village_handling", due_on=due.isoformat())
    telling.did("progress", progress, found + timedelta(days=1))
    if state == "closed":
        telling.close(result, found + timedelta(days=dice.randint(3, 32)), _satisfied(dice), _comment(dice))
    elif state != "village_handling":
        _toward_end(dice, telling, state, result, found + timedelta(days=2), today)


def _with_township(
    dice: Dice, telling: Telling, state: str, today: date, assigned: date, progress: str, result: str
) -> None:
    if state == "assigned":
        return
    seen = min(assigned + timedelta(days=dice.randint(2, 9)), today)
    telling.put("handling")
    telling.did("progress", progress, seen)
    if state == "extended":
        later = (today + timedelta(days=dice.randint(20, 40))).isoformat()
        telling.put("extended", extend_to=later, extend_reason="等材料和天气", extend_by="周敏")
        telling.did("extend", "等材料，延到下个月。", seen, LEADER)
    elif state == "closed":
        telling.close(result, seen + timedelta(days=dice.randint(4, 24)), _satisfied(dice), _comment(dice))
    elif state != "handling":
        _toward_end(dice, telling, state, result, seen, today)


def _toward_end(dice: Dice, telling: Telling, state: str, result: str, done: date, today: date) -> None:
    """done, feedback, verified, or opened again after it had been closed."""
    done = min(done, today)
    telling.finish(result, done)
    if state == "done":
        return
    on = min(done + timedelta(days=1), today)
    telling.tell(on, "satisfied" if state != "reopened" else "unsatisfied", _comment(dice))
    if state == "feedback":
        return
    telling.put(state)
    if state == "reopened":
        telling.answers["closed_on"] = on.isoformat()
        telling.did("reopen", "过了几天又坏了，重新打开。", today)


def _satisfied(dice: Dice) -> str:
    return dice.weighted((("satisfied", 72), ("basic", 18), ("not_asked", 8), ("unsatisfied", 2)))


def _comment(dice: Dice) -> str:
    return dice.choice(COMMENTS) if dice.chance(22) else ""
