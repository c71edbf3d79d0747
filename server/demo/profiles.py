"""The village on one page: figures counted from the homes just made, and what somebody wrote down; some of it is still missing."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from server.demo import ground
from server.demo.dice import Dice
from server.demo.homes import Home
from server.demo.names import SURNAMES, given
from server.demo.plan import COUNTY, Plan
from server.demo.problems import group_name
from server.demo.writing import Moment, Written, write

PLACES = (
    ("mountain", "云顶山", "海拔 1,186 米"), ("river", "清水河", "从三组边上过，汛期涨水快"), ("forest", "后山杉木林", "约 900 亩"),
    ("clinic", "村卫生室", "一名村医"), ("shop", "桥头小卖部", ""), ("landmark", "石拱桥", "清光绪年间修"),
    ("culture", "村文化广场", "晚上有人跳舞"), ("hazard", "学堂坡滑坡点", "有监测员"), ("shelter", "村小操场", "能容 300 人"),
)  # fmt: skip
#: Collective income in yuan of the years before, and so far this year, as the picture of 石桥村 has it.
INCOMES = (182_000, 216_000, 249_000, 203_000)


def profiles(dice: Dice, plan: Plan, homes: list[Home], moment: Moment) -> list[Written]:
    """This year's page, and for the first village those of the three years before."""
    year = moment.today.year
    found = [_page(dice, plan, homes, moment)]
    if plan.name == "石桥村":
        for back, income in zip((3, 2, 1), INCOMES, strict=False):
            on = moment.today - timedelta(days=365 * back - 20)
            answers = {"year": year - back, "name": plan.name} | _money(income)
            answers["population/households_resident"] = plan.resident + 3 * back
            found.append(write(dice, moment, "village_profile", answers, plan.authors[0], on.isoformat()))
    return found


def _page(dice: Dice, plan: Plan, homes: list[Home], moment: Moment) -> Written:
    answers: dict[str, Any] = {
        "year": moment.today.year, "name": plan.name, "code": plan.code, "township": plan.township, "county": COUNTY,
        "village_type": ["out_of_poverty"],
    }  # fmt: skip
    answers |= _counts(homes, moment)
    answers |= {
        "geography/area_km2": round(plan.households / 32, 2),
        "geography/distance_town": round(dice.uniform(1.5, 14), 1),
        "geography/distance_county": round(dice.uniform(22, 61), 1),
        "geography/road_to_township": "cement",
        "geography/road_into_village": dice.choice(("cement", "cement", "gravel")),
        "geography/road_hardened": "most",
        "geography/elevation_m": dice.randint(420, 1190),
        "groups": _groups(dice, plan, homes),
        "places": [_place(plan, dice.id(), *found) for found in PLACES[: 3 + plan.groups]],
        "no_places": ["pond"],
    }
    paddy, dry = plan.households * 0.9, plan.households * 2.6
    answers |= {"land/cultivated": round(paddy + dry, 1), "land/paddy": round(paddy, 1), "land/dry": round(dry, 1), "land/forest": plan.households * 9}
    income = INCOMES[-1] if plan.name == "石桥村" else dice.randrange(42_000, 260_000, 1000)
    answers |= _money(income) | {"income/per_capita": dice.randrange(11_800, 17_400, 100)}
    answers |= _organisation(dice, plan, homes) | _infrastructure(dice, plan, homes)
    answers |= {
        "history/org": f"{plan.name}由三个大队合并而来，现有{plan.groups}个村民小组。",
        "history/customs": "二月初二办老人会，冬月杀年猪请左邻右舍。",
        "industry/current": "玉米、辣椒为主，坡上有柑橘和茶叶。",
        "industry/cooperatives": dice.randint(1, 3),
        "needs": [{"id": dice.id(), "field": "infra", "text": "通组路还有一段没硬化", "estimate": dice.randrange(80_000, 400_000, 10_000)}],
    }
    on = moment.today - timedelta(days=dice.randint(1, 20))
    return write(dice, moment, "village_profile", answers, plan.authors[0], on.isoformat())


def _place(plan: Plan, id_: str, kind: str, name: str, note: str) -> dict[str, Any]:
    row = {"id": id_, "type": kind, "name": name} | ({"note": note} if note else {})
    at = ground.place(plan, row)
    return row | ({"geo": at} if at else {})


def _money(total: int) -> dict[str, Any]:
    leasing, subsidy = round(total * 0.32), round(total * 0.18)
    return {
        "income/operating": total - leasing - subsidy, "income/leasing": leasing, "income/subsidy": subsidy, "income/expense": round(total * 0.71),
    }  # fmt: skip


def _counts(homes: list[Home], moment: Moment) -> dict[str, int]:
    people = [member for home in homes for member in home.members]

    def kinds(name: str) -> int:
        return sum(name in home.answers["types"] for home in homes)

    def groups(name: str) -> int:
        return sum(name in member.answers.get("more/special_groups", ()) for member in people)

    grown = [member for member in people if 18 <= member.age(moment.today) < 60]
    active = sum(home.answers.get("monitor/status") == "active" for home in homes)
    return {
        "population/households_registered": len(homes),
        "population/households_resident": sum(home.presence == "resident" for home in homes),
        "population/people_registered": len(people),
        "population/people_resident": sum(len(home.in_now) for home in homes if home.lived_in),
        "population/labour": len(grown),
        "population/migrant": sum(not member.home for member in grown),
        "population/party_members": sum(member.answers.get("party/political") == "party_member" for member in people),
        "population/mobile_members": sum(member.answers.get("party/mobile") == "yes" for member in people),
        "population/disabled_people": groups("disabled"),
        "population/left_children": groups("left_child"),
        "safeguard/out_of_poverty_households": kinds("out_of_poverty"),
        "safeguard/monitored_active": active,
        "safeguard/monitored_eliminated": kinds("monitored") - active,
        "safeguard/dibao_households": kinds("dibao"),
        "safeguard/tekun_households": kinds("tekun"),
    }


def _groups(dice: Dice, plan: Plan, homes: list[Home]) -> list[dict[str, Any]]:
    rows = []
    for number in range(1, plan.groups + 1):
        here = [home for home in homes if home.group == number]
        heads = [home.head.name for home in here if home.presence == "resident" and home.head.gender == "male"]
        rows.append(
            {"id": dice.id(), "group_no": number, "name": group_name(number), "households": len(here), "people": sum(len(home.members) for home in here)}
            | ({"head": dice.choice(heads)} if heads else {})
        )
    return rows


def _organisation(dice: Dice, plan: Plan, homes: list[Home]) -> dict[str, Any]:
    rows = []
    posts = ("secretary_director", "deputy", "member", "member", "supervisor")[: 3 + (plan.households > 200) * 2]
    for post in posts:
        born = dice.randint(1964, 1991)
        gender = "female" if dice.chance(28) else "male"
        name = dice.choice(SURNAMES[plan.name])[0] + given(dice, gender, born)
        rows.append({"id": dice.id(), "name": name, "post": post, "birth_year": born, "gender": gender, "since": dice.choice((2018, 2021, 2021, 2024))})
    surnames: dict[str, int] = {}
    for home in homes:
        surnames[home.head.name[0]] = surnames.get(home.head.name[0], 0) + 1
    common = sorted(surnames.items(), key=lambda item: -item[1])[:3]
    return {
        "organisation/party_org": "branch",
        "organisation/members": rows,
        "surnames": [{"id": dice.id(), "surname": name, "households": count} for name, count in common],
    }


def _infrastructure(dice: Dice, plan: Plan, homes: list[Home]) -> dict[str, Any]:
    """Eleven of fourteen are known; sewage, the 4G signal and the parcel point nobody has written down yet."""
    return {
        "infra/tap_water_households": sum(home.answers.get("house/water") == "tap" for home in homes),
        "infra/toilet_households": sum(home.answers.get("house/toilet") in ("flush", "dry_sanitary") for home in homes),
        "infra/power": "yes", "infra/broadband": "yes", "infra/garbage_point": "yes",
        "infra/streetlights": 46 if plan.name == "石桥村" else dice.randint(8, 60),
        "infra/activity_room_m2": 120 if plan.name == "石桥村" else dice.choice((60, 80, 100, 150)),
        "infra/clinic": "yes", "infra/kindergarten": "no", "infra/primary_school": dice.choice(("yes", "no")), "infra/bank_point": "yes",
    }  # fmt: skip
