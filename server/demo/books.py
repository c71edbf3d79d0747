"""The books of one village: disclosures, collective income, the activity fund, rules and papers, rights, directions, policies."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from server.demo.book_words import ANSWERS, DISCLOSED, DOCUMENTS, FUNDS, INDUSTRIES, ORG_ITEMS
from server.demo.circle import Circle
from server.demo.dice import Dice, day
from server.demo.extent import extent
from server.demo.plan import Plan
from server.demo.profiles import INCOMES
from server.demo.writing import Moment, Written, write
from server.policies import entries
from server.settings import Settings

_NINE = (
    "fit_national", "fit_county", "fit_wishes", "fit_traits", "fit_habits", "fit_reality", "has_mass_base", "has_tradition", "has_local_feature",
)  # fmt: skip


def books(dice: Dice, plan: Plan, circle: Circle, moment: Moment) -> list[Written]:
    found = disclosures(dice, plan, moment) + incomes(dice, plan, moment) + policies(dice, plan, moment)
    found += _org_items(dice, plan, circle, moment) + _reforms(dice, plan, moment)
    if extent(plan).whole:
        found += _funds(dice, plan, circle, moment) + _documents(dice, plan, moment) + _directions(dice, plan, moment)
    return found


def _quarter(on: date) -> str:
    return f"{on.year} 年{'一二三四'[(on.month - 1) // 3]}季度"


def disclosures(dice: Dice, plan: Plan, moment: Moment) -> list[Written]:
    """Each kind every quarter, finance every month where the books are full. In every fourth village one kind is overdue."""
    found = []
    late = "party" if int(plan.code[-2:]) % 4 == 0 else ""
    for kind, items in DISCLOSED.items():
        apart = 30 if kind == "finance" and extent(plan).whole else 85
        for number in range(365 * plan.years // apart if extent(plan).whole else 2):
            ago = number * apart + dice.randint(4, 24) + (110 if kind == late else 0)
            on = moment.today - timedelta(days=ago)
            answers: dict[str, Any] = {"kind": kind, "item": items[number % len(items)].format(q=_quarter(on) if apart > 30 else f"{on.year} 年 {on.month} 月"), "published_on": on.isoformat()}
            answers["channel"] = dice.weighted(((["board"], 50), (["board", "wechat"], 38), (["wechat"], 6), (["board", "broadcast"], 6)))
            if dice.chance(70):
                answers["period"] = _quarter(on) if apart > 30 else f"{on.year} 年 {on.month} 月"
            if dice.chance(9):
                answers |= {"objections": dice.randint(1, 3), "answers": dice.choice(ANSWERS)}
            elif dice.chance(50):
                answers["objections"] = 0
            found.append(write(dice, moment, "publicity", answers, plan.authors[0], on.isoformat()))
    return found


def incomes(dice: Dice, plan: Plan, moment: Moment) -> list[Written]:
    """Three years and what has come in so far; those of the first village are the figures of its page."""
    year = moment.today.year
    totals = list(INCOMES) if plan.name == "石桥村" else _growing(dice)
    found = []
    for back, total in zip((3, 2, 1, 0), totals, strict=True):
        if back == 0 and not extent(plan).whole:
            continue
        leasing, subsidy = round(total * 0.32), round(total * 0.18)
        answers: dict[str, Any] = {"year": year - back, "operating": total - leasing - subsidy, "leasing": leasing, "subsidy": subsidy, "total": total}
        answers["expense"] = round(total * dice.uniform(0.52, 0.86))
        if back == 0:
            answers["note"] = "到上个月的数。"
        on = f"{year - back + 1}-01-1{dice.randint(0, 9)}" if back else day(moment.today, dice.randint(3, 20))
        found.append(write(dice, moment, "collective_income", answers, plan.authors[0], min(on, moment.today.isoformat())))
    return found


def _growing(dice: Dice) -> list[int]:
    first = dice.randrange(30_000, 190_000, 1000)
    second = round(first * dice.uniform(0.9, 1.25), -3)
    third = round(second * dice.uniform(0.95, 1.3), -3)
    return [first, round(second), round(third), round(third * 0.82)]


def policies(dice: Dice, plan: Plan, moment: Moment) -> list[Written]:
    """What every village looks up; sums are the county's of the year, so none stands here."""
    year = moment.today.year
    found = []
    for entry in entries(Settings().surveys):
        answers: dict[str, Any] = entry | {"valid_from": f"{year}-01-01"}
        found.append(write(dice, moment, "policy", answers, plan.authors[0], day(moment.today, 300)))
    return found


def _org_items(dice: Dice, plan: Plan, circle: Circle, moment: Moment) -> list[Written]:
    found = []
    for title, kind, text in ORG_ITEMS if extent(plan).whole else dice.sample(ORG_ITEMS, 2):
        on = moment.today - timedelta(days=dice.randint(10, 320))
        owner = dice.choice(circle.cadres() or circle.friends)
        state = dice.weighted((("done", 45), ("doing", 42), ("todo", 13)))
        answers: dict[str, Any] = {"title": title, "kind": kind, "since": on.isoformat(), "state": state, "owner": owner.id, "owner_name": owner.name}
        if dice.chance(80):
            answers["text"] = text
        if state != "done" and dice.chance(70):
            answers["due"] = (moment.today + timedelta(days=dice.randint(15, 120))).isoformat()
        found.append(write(dice, moment, "org_item", answers, dice.choice(plan.authors), on.isoformat()))
    return found


def _reforms(dice: Dice, plan: Plan, moment: Moment) -> list[Written]:
    found = []
    for kind, of_a_home, share in (("land", 3.4, 0.97), ("forest", 8.6, 0.9), ("homestead", 0.3, 0.62), ("collective", 0.4, 1.0))[: 4 if extent(plan).whole else 2]:
        total = round(plan.households * of_a_home * dice.uniform(0.9, 1.1), 1)
        done = total if share == 1 else round(total * dice.uniform(share - 0.08, share), 1)
        on = day(moment.today, dice.randint(20, 300))
        answers: dict[str, Any] = {"kind": kind, "area_total": total, "area_done": min(done, total), "as_of": on, "state": "done" if done == total else "doing"}
        if dice.chance(80):
            answers |= {"households_done": round(plan.households * done / total), "disputes": 0 if done == total else dice.randint(0, 4)}
        if answers.get("disputes"):
            answers["note"] = dice.choice(("两家地界说法不一，等自然资源所来量。", "早年口头换地，要补协议。", "老人去世，继承人都在外面。"))
        found.append(write(dice, moment, "property_reform", answers, plan.authors[0], on))
    return found


def _funds(dice: Dice, plan: Plan, circle: Circle, moment: Moment) -> list[Written]:
    found = []
    for number in range((9 if plan.households > 60 else 4) * plan.years):
        purpose, direction, (low, high) = FUNDS[number % len(FUNDS)]
        on = day(moment.today, number * 40 % (365 * plan.years) + dice.randint(1, 30))
        answers = {"purpose": purpose, "direction": direction, "money": dice.randrange(low, high, 10), "on": on}
        if dice.chance(60):
            answers["handled_by"] = dice.choice(circle.cadres() or circle.friends).name
        found.append(write(dice, moment, "fund_item", answers, plan.authors[0], on))
    return found


def _documents(dice: Dice, plan: Plan, moment: Moment) -> list[Written]:
    found = []
    for title, number, note in DOCUMENTS:
        on = day(moment.today, dice.randint(60, 700))
        answers = {"title": title, "note": note, "issued_on": on} | ({"no": number} if number else {})
        found.append(write(dice, moment, "document", answers, plan.authors[0], on))
    return found


def _directions(dice: Dice, plan: Plan, moment: Moment) -> list[Written]:
    """One industry to go for, one to try, one that does not suit: each with its nine answers, some not known yet."""
    found = []
    wanted = [dice.choice([one for one in INDUSTRIES if one[1] == kind]) for kind in ("develop", "trial", "unfit")]
    for industry, conclusion, why, asked in wanted[: 3 if plan.households > 60 else 1]:
        on = day(moment.today, dice.randint(40, 260))
        weights = {"develop": (("fits", 78), ("partly", 16), ("unknown", 6)), "trial": (("fits", 42), ("partly", 44), ("unknown", 14)), "unfit": (("partly", 40), ("unfit", 45), ("unknown", 15))}[conclusion]
        answers: dict[str, Any] = {"industry": industry, "conclusion": conclusion, "consulted_households": asked, "assessed_on": on}
        answers |= {question: dice.weighted(weights) for question in _NINE}
        if answers["fit_reality"] != "unknown":
            answers["fit_reality_note"] = why
        found.append(write(dice, moment, "industry_assessment", answers, plan.authors[0], on))
    return found
