"""Meetings of one village, what was resolved in them, and the village's plan of the year."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from server.demo.circle import Circle
from server.demo.dice import Dice
from server.demo.extent import extent
from server.demo.homes import Home
from server.demo.meeting_words import ACTIVITIES, AGREED, CROPS, GOALS, IDEAS, MEETINGS, PLACES, SHARES
from server.demo.plan import Plan
from server.demo.problems import group_name
from server.demo.writing import Moment, Written, write

#: Those in which the Party's members meet; the rest are the village's or its people's.
OF_MEMBERS = {"theme_day", "branch_congress", "party_class", "party_assembly"}
OF_FEW = {"branch_committee": 5, "two_committees": 7, "work": 4, "party_group": 9, "say_do_evaluate": 8, "central_group": 15}
TOPICS = (["charter"], ["speeches"], ["policies"], ["skills_wealth"], ["charter", "policies"], ["policies", "skills_wealth"])
#: Held on about the same day of every month.
MONTHLY = {"theme_day": 5, "branch_committee": 20}


def meetings(dice: Dice, plan: Plan, homes: list[Home], circle: Circle, moment: Moment) -> list[Written]:
    """All meetings of the years the village keeps, the rare kinds too; the monthly ones every month."""
    a_year = extent(plan).meetings_a_year
    days = 365 * plan.years
    members = [member.name for home in homes for member in home.members if member.answers.get("party/political") == "party_member"]
    found = []
    for kind, share in SHARES:
        count = round(a_year * plan.years * share / sum(weight for _, weight in SHARES) + dice.random() * 0.8)
        if extent(plan).whole and kind in ("theme_day", "branch_committee", "party_class", "branch_congress", "villagers_reps"):
            count = max(count, 1)
        if kind in MONTHLY and extent(plan).whole and count >= 6:
            agos = _months(dice, kind, count, days, moment.today)
        else:
            agos = [max(1, round((number + 0.15 + dice.random() * 0.7) * days / count)) for number in range(count)]
        found += [_meeting(dice, plan, circle, moment, kind, number, ago, members) for number, ago in enumerate(agos)]
    return found


def _months(dice: Dice, kind: str, count: int, days: int, today: date) -> list[int]:
    """Days ago of a meeting a month; now and then a month is left out, and larger villages have some in between."""
    found: list[int] = []
    month = today.replace(day=1)
    while len(found) < count and (today - month).days < days:
        on = month.replace(day=MONTHLY[kind] + dice.randint(0, 4))
        if on < today and (dice.chance(94) or not found):
            found.append((today - on).days)
        month = (month - timedelta(days=1)).replace(day=1)
    return found + [dice.randint(8, days) for _ in range(count - len(found))]


def _meeting(
    dice: Dice, plan: Plan, circle: Circle, moment: Moment, kind: str, number: int, ago: int, members: list[str]
) -> Written:
    on = moment.today - timedelta(days=ago)
    words = {"m": on.month, "g": group_name(dice.randint(1, plan.groups)), "c": dice.choice(CROPS)}
    told = MEETINGS[kind]
    which = (number + len(plan.name) + plan.groups) % len(told)
    title, said = told[which]
    answers: dict[str, Any] = {"kind": kind, "held_on": on.isoformat(), "level": "township" if kind == "central_group" else "village"}
    if dice.chance(96):
        answers["title"] = title.format(**words)
    if dice.chance(80):
        answers["discussion"] = said.format(**words)
    answers |= _present(dice, kind, members) if dice.chance(88) else {}
    host = dice.choice(circle.of("village_secretary") or circle.friends)
    if dice.chance(82):
        answers |= {"host": host.id} if kind not in ("party_class", "central_group") else {"host_name": dice.choice(("周敏", host.name))}
    if dice.chance(45):
        answers["recorder_name"] = dice.choice(circle.cadres() or circle.friends).name
    if dice.chance(60):
        answers["place"] = dice.choice(PLACES).format(**words)
    return write(dice, moment, "meeting", answers | _content(dice, plan, kind, which, on, circle, words), dice.choice(plan.authors), on.isoformat())


def _present(dice: Dice, kind: str, members: list[str]) -> dict[str, Any]:
    if kind in OF_MEMBERS:
        due = max(7, len(members))
    else:
        due = OF_FEW.get(kind, 0) or (dice.randint(24, 42) if kind in ("villagers_reps", "villagers_meeting") else dice.randint(9, 31))
    present = max(3, due - dice.randint(0, max(1, due // 4)))
    found: dict[str, Any] = {"due": due, "present": min(due, present)}
    if present < due and dice.chance(30):
        found["absent"] = f"{due - present} 人请假，多是在外务工" if due - present > 2 else "一人看病，请了假"
    return found


def _content(
    dice: Dice, plan: Plan, kind: str, which: int, on: date, circle: Circle, words: dict[str, Any]
) -> dict[str, Any]:
    """What only some kinds have, and some of what was resolved."""
    found: dict[str, Any] = {}
    studied = kind in {"branch_congress", "party_class", "party_group", "training", "central_group"} or (kind == "theme_day" and ACTIVITIES[which] in ("study", "dues", "tour"))
    if studied and dice.chance(80):
        found["topics"] = dice.choice(TOPICS)
    if kind == "theme_day":
        found |= {"activity": ACTIVITIES[which], "theme": MEETINGS[kind][which][0].partition("：")[2].format(**words)}
    if kind == "party_class" and dice.chance(70):
        names = dice.sample([friend.name for friend in circle.friends], min(2, len(circle.friends)))
        found["talks"] = [{"id": dice.id(), "name": name, "on": on.isoformat()} for name in names]
    if kind == "forum":
        found["suggestions"] = [{"id": dice.id(), "text": "村部装无线网，周末给孩子用", "adopted": "yes"}, {"id": dice.id(), "text": "快递进村每天一趟"}]
    if kind in ("two_committees", "villagers_reps", "branch_committee", "work") and dice.chance(45):
        thing = dice.choice(AGREED)
        owner = dice.choice(circle.cadres() or circle.friends)
        row = {"id": dice.id(), "text": thing.title.format(**words), "owner": owner.id}
        if dice.chance(75):
            row["due"] = (on + timedelta(days=dice.randint(10, 60))).isoformat()
        found["resolutions"] = [row]
    if kind == "two_committees" and dice.chance(25):
        found["sit_in"] = [{"id": dice.id(), "name": dice.choice(("陈志远", "张岚", "包村干部")) if plan.name == "石桥村" else "驻村干部"}]
    if dice.chance(14):
        found["agenda"] = [{"id": dice.id(), "text": text} for text in ("通报上次议定的事", "今天要定的事", "其他")]
    return found


def plans_of_years(dice: Dice, plan: Plan, found: list[Written], moment: Moment) -> list[Written]:
    """What the village wants to become, agreed in a meeting where there was one."""
    if not extent(plan).whole:
        return []
    crop = dice.choice(CROPS)
    on = (moment.today - timedelta(days=dice.randint(200, 280))).isoformat()
    meetings_then = [record for record in found if record.kind == "meeting" and record.answers["kind"] == "villagers_reps"]
    goals = [
        {"id": dice.id(), "text": text.format(c=crop), "measure": how, "due": f"{moment.today.year}-12-31"}
        for text, how in dice.sample(GOALS, 3)
    ]
    answers: dict[str, Any] = {"year": moment.today.year, "overall_idea": dice.choice(IDEAS).format(c=crop), "goals": goals}
    if meetings_then:
        answers["agreed_in"] = meetings_then[0].id
    return [write(dice, moment, "village_plan", answers, plan.authors[-1], on)]
