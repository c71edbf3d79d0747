"""Visits of one village: who was seen when, what was said, what was promised and whether it was kept."""

from __future__ import annotations

from datetime import date
from typing import Any

from server.demo import visit_words as words
from server.demo.dice import Dice, day
from server.demo.homes import Home
from server.demo.people import CITIES, Member
from server.demo.plan import Plan
from server.demo.writing import Moment, Written, write

#: group → names of the heads who live there
Near = dict[int, list[str]]
#: A home not seen for longer counts as long unseen on Today.
LONG = 60
_RELATIVES = {
    "spouse": "老伴", "son": "儿子", "daughter": "女儿", "daughter_in_law": "儿媳", "grandson": "孙子", "granddaughter": "孙女",
    "mother": "老母亲", "father": "老父亲",
}  # fmt: skip


def visits(dice: Dice, plan: Plan, all_homes: list[Home], moment: Moment) -> list[Written]:
    """As many as the plan has; each home was last seen as the plan wants it."""
    free = [home for home in all_homes if home.lived_in and not home.fixed]
    diary = _diary(dice, plan, all_homes, free)
    near: Near = {}
    for home in all_homes:
        if home.lived_in:
            near.setdefault(home.group, []).append(home.head.name)
    found = [record for home in free for record in _visited(dice, plan, home, near, diary[home.id], moment)]
    for home in all_homes:
        if home.presence == "whole_away" and not home.fixed and dice.chance(22):
            found.append(_call(dice, plan, home, near, dice.randint(2, min(365 * plan.years, 320)), moment))
    return found


def _diary(dice: Dice, plan: Plan, all_homes: list[Home], free: list[Home]) -> dict[str, list[int]]:
    """Home → how many days ago it was visited, the last time first."""
    unseen = _unseen(dice, plan, all_homes, free)
    days = 365 * plan.years
    found = {
        home.id: [dice.randint(*unseen.get(home.id, (1, LONG - 2)))] for home in free
    }
    more = max(plan.visits_a_year * plan.years - len(free), 0)
    weights = [3.0 if home.tags & {"monitored", "dibao", "tekun"} else 1.0 for home in free]
    for home in dice.choices(free, weights, k=more):
        found[home.id].append(dice.randint(max(found[home.id][0], LONG) + 1, days))
    return found


def _visited(
    dice: Dice, plan: Plan, home: Home, near: Near, days: list[int], moment: Moment
) -> list[Written]:
    """All visits of one home in their order: it is met for the first time once, and hardly says the same twice."""
    said: set[str] = set()
    found = []
    for number, ago in enumerate(sorted(set(days), reverse=True)):
        found.append(_visit(dice, plan, home, near, ago, moment, said, first=number == 0))
    return found


def _unseen(dice: Dice, plan: Plan, all_homes: list[Home], free: list[Home]) -> dict[str, tuple[int, int]]:
    """Homes nobody has been to for long, and between how many days ago it was; besides those the pictures name, which have
    two more, seen a little later, beside them."""
    told = [home for home in all_homes if home.fixed and "unseen" in home.tags]
    groups = [home.group for home in told]
    way = max(groups, key=groups.count, default=0)
    near = [home for home in free if home.group == way][:2]
    rest = [home for home in free if home.group != way]
    wanted = max(plan.unseen - len(told) - len(near), 0)
    far = dice.sample(rest, min(wanted, len(rest)))
    return {home.id: (LONG + 1, 170) for home in far} | {home.id: (LONG + 1, LONG + 9) for home in near}


def _visit(
    dice: Dice, plan: Plan, home: Home, near: Near, ago: int, moment: Moment, said: set[str], first: bool
) -> Written:
    on = day(moment.today, ago)
    home.last_visit = max(home.last_visit, on)
    answers: dict[str, Any] = {"household": home.id, "visited_on": on, "mode": "home"}
    slots = _slots(dice, home, near, date.fromisoformat(on))
    if "refuses" in home.tags:
        answers |= {"purpose": "routine", "result": "refused", "facts": dice.choice(words.REFUSED)}
    elif dice.chance(7):
        text = dice.choice(words.ABSENT).format(**slots)
        answers |= {"purpose": "routine", "result": "absent"} | ({"facts": text} if text else {})
    else:
        answers |= _talk(dice, home, slots, int(on[5:7]), said, first)
        _extras(dice, plan, answers, on, moment)
    # Whoever kept the promise wrote so, on that day.
    return write(dice, moment, "visit", answers, dice.choice(plan.authors), answers.get("promise_done_on", on))


def _talk(
    dice: Dice, home: Home, slots: dict[str, Any], month: int, said: set[str], first: bool
) -> dict[str, Any]:
    known = [line for line in words.FACTS if line.needs in home.tags and line.fits(month)]
    lines = [line for line in known if line.text not in said]
    if first and dice.chance(35):
        lines = [line for line in lines if line.purpose == "first"]
    else:
        lines = [line for line in lines if line.purpose != "first"] or known
    # What only this home can say is said more often than what any home could.
    line = dice.weighted([(line, 1.0 if line.needs == "any" else 3.0) for line in lines])
    said.add(line.text)
    found: dict[str, Any] = {"purpose": line.purpose, "result": "met" if dice.chance(82) else "family_met"}
    if line.purpose == "first" or dice.chance(84):
        found["facts"] = line.text.format(**slots)
    if line.topics:
        found["topics"] = list(line.topics)
    if line.purpose == "field":
        found["purpose"], found["mode"] = "routine", "field"
    return found


def _extras(dice: Dice, plan: Plan, answers: dict[str, Any], on: str, moment: Moment) -> None:
    if dice.chance(9):
        answers["opinions"] = dice.choice(words.OPINIONS)
    if dice.chance(7):
        answers["wishes"] = [{"id": dice.id(), "text": dice.choice(words.WISHES)}]
    if dice.chance(5):
        answers["done_on_site"] = dice.choice(words.DONE)
    if dice.chance(6):
        what, days = dice.choice(words.PROMISES)
        _promise(dice, plan, answers, what, on, days, moment)


def _promise(
    dice: Dice, plan: Plan, answers: dict[str, Any], what: str, on: str, days: int, moment: Moment
) -> None:
    """Kept when its day has come; the main village owes nothing this week but what the pictures tell."""
    due = date.fromisoformat(on).toordinal() + days
    today = moment.today.toordinal()
    if today < due <= today + 7 and plan.name == "石桥村":
        return
    answers["promise"], answers["follow_up_on"] = what, date.fromordinal(due).isoformat()
    if due <= today:
        kept = min(today, due + dice.randint(-2, 3))
        answers["promise_done_on"] = date.fromordinal(max(kept, due - days)).isoformat()


def _call(dice: Dice, plan: Plan, home: Home, near: Near, ago: int, moment: Moment) -> Written:
    on = day(moment.today, ago)
    home.last_visit = max(home.last_visit, on)
    facts = dice.choice(words.PHONED).format(**_slots(dice, home, near, date.fromisoformat(on)))
    answers = {
        "household": home.id, "visited_on": on, "mode": "phone", "purpose": "routine", "result": "phone_ok", "facts": facts,
    }  # fmt: skip
    return write(dice, moment, "visit", answers, dice.choice(plan.authors), on)


def _slots(dice: Dice, home: Home, near: Near, on: date) -> dict[str, Any]:
    rows = home.answers.get("crops_livestock", ())
    crops = [row["kind"] for row in rows if row["unit"] == "亩"]
    stock = [f"{row['quantity']}{row['unit']}{row['kind']}" for row in rows if row["unit"] != "亩"]
    other = _neighbour(dice, home, near)
    away = next((m for m in home.members if not m.home and m.relation in ("son", "daughter", "daughter_in_law")), None)
    pupil = next((m for m in home.members if m.home and m.answers.get("school/in_school") == "yes"), None)
    return {
        "call": called(home.head, on),
        "ill": _ill(home, on),
        "child": _RELATIVES[away.relation] if away else "孩子",
        "city": away.answers.get("work/place", "外省") if away else dice.choice(CITIES),
        "kid": _kid(home, pupil) if pupil else "娃娃",
        "crop": dice.choice(crops) if crops else "庄稼",
        "stock": dice.choice(stock) if stock else "牲口",
        "other": other,
        "other_family": other[0],
        "n": dice.choice("两三四五六"),
        "month": f"{(on.month - dice.randint(2, 4)) % 12 + 1}月",
        "next": f"{on.month % 12 + 1}月",
    }


def _neighbour(dice: Dice, home: Home, near: Near) -> str:
    others = [name for name in near.get(home.group, ()) if name != home.head.name]
    return dice.choice(others) if others else "邻居"


def called(head: Member, today: date) -> str:
    """How a cadre writes of the head of a home: 老杨, 李奶奶, or by name."""
    age = head.age(today)
    if age < 58:
        return head.name
    if head.gender == "male":
        return f"老{head.name[0]}"
    return f"{head.name[0]}{'奶奶' if age >= 70 else '大姐'}"


def _ill(home: Home, today: date) -> str:
    for member in home.members:
        note = member.answers.get("health/note")
        if member.home and note:
            who = called(member, today) if member.relation == "head" else _RELATIVES.get(member.relation, member.name)
            return f"{who}{note}"
    return f"{called(home.head, today)}有慢性病"


def _kid(home: Home, pupil: Member) -> str:
    relation = pupil.relation if home.head.relation == "head" else "grandson"
    return f"{_RELATIVES.get(relation, '')}{pupil.name[1:] if len(pupil.name) > 2 else pupil.name}"
