"""The households of one village: where they stand, who is in, how they live. Totals come out as the plan says."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from server.demo.dice import Dice, day
from server.demo.people import AT_HOME, AWAY, Member, describe, family, telephone
from server.demo.plan import WORKERS, Plan

CROPS = (("玉米", "亩"), ("水稻", "亩"), ("辣椒", "亩"), ("柑橘", "亩"), ("茶叶", "亩"), ("油菜", "亩"), ("魔芋", "亩"))
OUTSIDE_HELPERS = ("县农业农村局 秦志刚", "县林业局 何丽", "镇干部 谭勇")
LIVESTOCK = (("猪", "头"), ("土鸡", "只"), ("黄牛", "头"), ("山羊", "只"), ("蜂", "箱"))


@dataclass
class Home:
    """One household while the village is being made."""

    id: str
    group: int
    number: int
    presence: str
    members: list[Member]
    answers: dict[str, Any] = field(default_factory=dict)
    tags: set[str] = field(default_factory=set)
    #: told by a picture or refusing to talk: chance leaves it alone
    fixed: bool = False
    last_visit: str = ""

    @property
    def head(self) -> Member:
        return self.members[0]

    @property
    def lived_in(self) -> bool:
        return self.presence in ("resident", "seasonal")

    @property
    def in_now(self) -> list[Member]:
        return [member for member in self.members if member.home]


def homes(dice: Dice, plan: Plan, today: date, given: list[Home]) -> list[Home]:
    """All households in the order of groups and house numbers. `given` ones keep what they have."""
    taken = {(home.group, home.number) for home in given}
    found = list(given)
    for presence in _presences(dice, plan, given):
        group = _group(dice, plan, found)
        number = _free(taken, group)
        taken.add((group, number))
        away = presence in ("whole_away", "empty")
        kind = dice.weighted(AWAY if away else AT_HOME)
        found.append(Home(dice.id(), group, number, presence, family(dice, plan.name, kind, today, away)))
    _meet_totals(dice, plan, found, today)
    found.sort(key=lambda home: (home.group, home.number))
    return found


def _presences(dice: Dice, plan: Plan, given: list[Home]) -> list[str]:
    """Who is in, for the homes still to be made, so that the village has the plan's number of lived-in homes."""
    count = plan.households - len(given)
    resident = plan.resident - sum(home.presence == "resident" for home in given)
    empty = min(3 if plan.households > 60 else 1, count) - sum(home.presence == "empty" for home in given)
    seasonal = plan.households // 20
    found = ["resident"] * resident + ["empty"] * max(empty, 0) + ["seasonal"] * seasonal
    found = found[:count] + ["whole_away"] * (count - len(found))
    dice.shuffle(found)
    return found


def _group(dice: Dice, plan: Plan, found: list[Home]) -> int:
    """The emptiest group, with a little luck, so that groups differ a little."""
    sizes = [sum(home.group == group for home in found) for group in range(1, plan.groups + 1)]
    return min(range(1, plan.groups + 1), key=lambda group: sizes[group - 1] + dice.random() * 3)


def _free(taken: set[tuple[int, int]], group: int) -> int:
    number = 1
    while (group, number) in taken:
        number += 1
    return number


def _meet_totals(dice: Dice, plan: Plan, found: list[Home], today: date) -> None:
    """Children come or go until the village has the people the plan names, and come home or leave."""
    free = [home for home in found if not home.fixed]
    people = sum(len(home.members) for home in found)
    while plan.people is not None and people != plan.people:
        home = dice.choice(free)
        if people > plan.people and len(home.members) > 1:
            home.members.pop()
            people -= 1
        elif people < plan.people and len(home.members) < 7 and len(home.members) > 1:
            child = family(dice, plan.name, "young", today, not home.lived_in)[-1]
            child.name = home.head.name[0] + child.name[1:]
            child.relation = "grandson" if child.gender == "male" else "granddaughter"
            child.born = today.year - dice.randint(2, 17)
            home.members.append(child)
            people += 1
    lived_in = [home for home in free if home.presence == "resident"]
    residents = sum(len(home.in_now) for home in found if home.lived_in)
    for _ in range(100_000):
        if plan.people_resident is None or residents == plan.people_resident:
            return
        member = dice.choice(dice.choice(lived_in).members)
        if member.relation != "head" and member.home == (residents > plan.people_resident):
            member.home = not member.home
            residents += 1 if member.home else -1


def settle(dice: Dice, plan: Plan, home: Home, today: date) -> None:
    """The answers of a household and its people."""
    for member in home.members:
        if not member.answers:
            describe(dice, member, home.id, today)
    answers: dict[str, Any] = {"head_name": home.head.name, "group_no": home.group, "house_no": str(home.number)}
    if dice.chance(4):
        answers["house_no"] = dice.choice(("晒坝上头第二家", "老磨坊旁边", "村小后面", "桥头第一家", "大柏树下面"))
    if dice.chance(78):
        answers["phone"] = telephone(dice)
    elif dice.chance(20):
        answers["no_phone"] = "yes"
    answers["presence"] = home.presence
    answers["people_count"] = len(home.members)
    if home.lived_in or dice.chance(60):
        answers["resident_count"] = len(home.in_now)
    answers["types"] = _types(dice, home, today)
    if home.presence != "empty":
        answers |= _living(dice, home, today)
    if dice.chance(0.6) and len(home.members) > 1:
        answers["resident_count"] = len(home.members) + 1  # someone counted a guest: the form flags it
    home.answers = answers | home.answers
    home.tags |= _tags(home, today)


def _types(dice: Dice, home: Home, today: date) -> list[str]:
    old_alone = len(home.members) == 1 and home.head.age(today) >= 62
    ill = any(member.answers.get("health/state") in ("serious", "disabled") for member in home.members)
    found = []
    if old_alone and dice.chance(8):
        return ["tekun"]
    if dice.chance(11):
        found.append("out_of_poverty")
    if dice.chance(14 if ill or old_alone else 2):
        found.append("dibao")
    return found or ["general"]


def _living(dice: Dice, home: Home, today: date) -> dict[str, Any]:
    found: dict[str, Any] = {}
    if dice.chance(84):
        built = dice.randint(1978, 2021)
        found["house/structure"] = "brick_concrete" if built > 2003 else dice.choice(("brick_wood", "brick_wood", "wood", "earth_wood"))
        found["house/built_year"] = built
        found["house/grade"] = dice.weighted((("A", 55), ("B", 38), ("C", 2), ("unknown", 5)) if built > 1995 else (("A", 14), ("B", 66), ("C", 8), ("unknown", 12)))  # fmt: skip
        if dice.chance(70):
            found["house/area"] = dice.choice((68, 76, 84, 92, 96, 108, 120, 136, 150))
        if dice.chance(5):
            found["house/source"] = "renovated"
    if dice.chance(90):
        found["house/water"] = dice.weighted((("tap", 72), ("spring", 20), ("well", 6), ("cistern", 2)))
        if found["house/water"] == "spring" and dice.chance(30):
            found["house/water_note"] = dice.choice(("枯水期断过", "下大雨水浑", "和隔壁两家共用一根管", "冬天管子冻过"))
    if dice.chance(76):
        found["house/toilet"] = dice.weighted((("flush", 68), ("dry_sanitary", 14), ("ordinary", 18)))
        found["house/power_ok"] = "yes"
        found["house/internet"] = "yes" if dice.chance(58) else "no"
    if dice.chance(60):
        found["house/fuel"] = dice.weighted((("electricity", 52), ("firewood", 32), ("gas", 14), ("coal", 2)))
    if dice.chance(70):
        found["land/cultivated"] = round(dice.uniform(0.6, 7.5), 1)
        if dice.chance(60):
            found["land/forest"] = round(dice.uniform(0.8, 22), 1)
        if dice.chance(18):
            found["land/transferred"] = round(dice.uniform(0.4, 3), 1)
    if home.lived_in and dice.chance(62):
        found["crops_livestock"] = _farming(dice)
    return found


def _farming(dice: Dice) -> list[dict[str, Any]]:
    rows = []
    for kind, unit in dice.sample(CROPS, dice.randint(1, 2)):
        rows.append({"id": dice.id(), "kind": kind, "quantity": round(dice.uniform(0.5, 4), 1), "unit": unit})
    if dice.chance(48):
        kind, unit = dice.choice(LIVESTOCK)
        quantity = dice.randint(8, 45) if unit == "只" else dice.randint(1, 6)
        rows.append({"id": dice.id(), "kind": kind, "quantity": quantity, "unit": unit})
    return rows


def _tags(home: Home, today: date) -> set[str]:
    """What the notes about this home may speak of."""
    inside = home.in_now
    found = {"any"}
    if inside and min(member.age(today) for member in inside) >= 60:
        found |= {"old"} | ({"alone"} if len(inside) == 1 else {"couple"})
    for member in home.members:
        if member.relation in ("son", "daughter", "daughter_in_law") and not member.home and member.age(today) > 20:
            found.add("child_away")
        if member.home and member.answers.get("school/in_school") == "yes":
            found.add("pupil")
        if member.home and member.answers.get("health/state") in ("chronic", "serious"):
            found.add("ill")
        if member.answers.get("health/state") == "disabled":
            found.add("disabled")
        if member.answers.get("party/political") == "party_member":
            found.add("party")
    kinds = {row["kind"] for row in home.answers.get("crops_livestock", ())}
    found |= {"crop"} if kinds & {name for name, _ in CROPS} else set()
    found |= {"stock"} if kinds & {name for name, _ in LIVESTOCK} else set()
    found |= {"spring"} if home.answers.get("house/water") in ("spring", "cistern", "well") else set()
    found |= {"old_house"} if home.answers.get("house/built_year", 2020) < 1996 else set()
    found |= set(home.answers["types"])
    return found


def support(dice: Dice, plan: Plan, all_homes: list[Home], today: date) -> None:
    """Who is monitored and who gets what: as many monitored homes as the table of village sizes has."""
    wanted = max(2, plan.households // 58) - sum("monitored" in home.answers["types"] for home in all_homes)
    candidates = [home for home in all_homes if home.lived_in and not home.fixed and "ill" in home.tags]
    for home in dice.sample(candidates, min(max(wanted, 0), len(candidates))):
        home.answers["types"] = [kind for kind in home.answers["types"] if kind != "general"] + ["monitored"]
        home.tags.add("monitored")
        home.answers |= {
            "monitor/category": dice.weighted((("unstable", 45), ("marginal", 40), ("sudden", 15))),
            "monitor/status": "active" if dice.chance(70) else "eliminated",
            "monitor/risks": dice.choice((["illness"], ["illness", "labour"], ["disability"], ["unemployment"], ["disaster"])),
            "monitor/since": day(today, dice.randint(40, 620)),
            "safeguards/housing": "ok",
            "safeguards/medical": dice.choice(("ok", "ok", "risk")),
            "safeguards/water": "risk" if home.answers.get("house/water") == "spring" else "ok",
        }
    _out_of_poverty(dice, plan, all_homes)
    helpers = [worker.name for worker in WORKERS if plan.name in worker.villages]
    for home in all_homes:
        if not home.fixed:
            _policies(dice, home, helpers, today)


def _out_of_poverty(dice: Dice, plan: Plan, all_homes: list[Home]) -> None:
    """45 of 412, and the same share elsewhere."""
    wanted = round(plan.households * 0.109)
    held = [home for home in all_homes if "out_of_poverty" in home.answers["types"]]
    plain = [home for home in all_homes if home.answers["types"] == ["general"] and not home.fixed]
    for home in dice.sample(plain, max(wanted - len(held), 0)):
        home.answers["types"] = ["out_of_poverty"]
        home.tags = home.tags - {"general"} | {"out_of_poverty"}
    spare = [home for home in held if not home.fixed and home.answers["types"] == ["out_of_poverty"]]
    for home in dice.sample(spare, min(max(len(held) - wanted, 0), len(spare))):
        home.answers["types"] = ["general"]
        home.tags = home.tags - {"out_of_poverty"} | {"general"}


def _policies(dice: Dice, home: Home, helpers: list[str], today: date) -> None:
    types = set(home.answers["types"])
    found: list[tuple[str, str]] = []
    if "dibao" in types:
        found.append(("dibao", "receiving"))
    if "tekun" in types:
        found.append(("tekun", "receiving"))
    if "ill" in home.tags and dice.chance(40):
        found.append(("chronic_card", dice.weighted((("receiving", 55), ("eligible", 30), ("applied", 15)))))
    if "disabled" in home.tags and dice.chance(60):
        found.append(("disabled_living", "receiving"))
    if "pupil" in home.tags and dice.chance(40):
        found.append(("lunch", "receiving"))
    if "crop" in home.tags and dice.chance(50):
        found.append(("grain", "receiving"))
    if types & {"out_of_poverty", "monitored"} and dice.chance(22):
        found.append((dice.choice(("public_post", "microloan", "industry_award", "rain_dew")), "receiving"))
    if found:
        home.answers["policies"] = [_policy(dice, name, state, today) for name, state in found]
    if types & {"out_of_poverty", "monitored"} and "help/responsible" not in home.answers:
        home.answers["help/responsible"] = dice.choice((*helpers, *OUTSIDE_HELPERS))
        if dice.chance(50):
            home.answers["income/year_total"] = dice.randrange(14_000, 68_000, 500)


def _policy(dice: Dice, name: str, state: str, today: date) -> dict[str, Any]:
    row: dict[str, Any] = {"id": dice.id(), "policy": name, "state": state}
    if state == "receiving" and dice.chance(45):
        row["since"] = day(today, dice.randint(120, 1500))
    return row
