"""The homes of 石桥村 that the pictures of the interface name, with their people and the visits paid to them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from server.demo.dice import Dice, day
from server.demo.homes import Home
from server.demo.people import Member
from server.demo.writing import Moment, Written, write

C1, C2 = "cadre1", "cadre2"


def _person(
    dice: Dice, today: date, name: str, relation: str, gender: str, age: int, home: bool = True, **more: Any
) -> Member:
    dice.names.add(name)
    member = Member(dice.id(), name, relation, gender, today.year - age, home)
    answers = {"name": name, "relation": relation, "gender": gender, "at_home": "home" if home else "away"}
    # Already born this year by January, so that the age is the one told.
    member.answers = answers | {"birth_date": f"{today.year - age}-01-0{1 + age % 9}"} | {
        key.replace("__", "/"): value for key, value in more.items()
    }
    return member


def _home(
    dice: Dice, group: int, number: int, presence: str, members: list[Member], tags: str = "", **answers: Any
) -> Home:
    home = Home(dice.id(), group, number, presence, members, fixed=True, tags=set(tags.split()))
    for member in members:
        member.answers["household"] = home.id
    told = {key.replace("__", "/"): value for key, value in answers.items()}
    home.answers = {
        "head_name": members[0].name, "group_no": group, "house_no": str(number), "presence": presence,
        "people_count": len(members), "resident_count": len(home.in_now) if presence != "empty" else 0, "types": ["general"],
    } | told  # fmt: skip
    return home


Who = Callable[..., Member]


def homes(dice: Dice, today: date) -> dict[str, Home]:
    """The homes that are named in the pictures, by the name of their head."""

    def who(name: str, relation: str, gender: str, age: int, home: bool = True, **more: Any) -> Member:
        return _person(dice, today, name, relation, gender, age, home, **more)

    found = [_degui(dice, today, who), _xiulan(dice, today, who), *_others(dice, who)]
    return {home.head.name: home for home in found}


def _degui(dice: Dice, today: date, who: Who) -> Home:
    policies = [("dibao", "receiving"), ("lunch", "receiving"), ("chronic_card", "eligible")]
    return _home(
        dice, 3, 17, "resident",
        [
            who("杨德贵", "head", "male", 71, health__state="chronic", health__note="膝关节病", work__kind="local_farm"),
            who("王桂芳", "spouse", "female", 68, health__state="chronic", health__note="高血压"),
            who("杨建军", "son", "male", 43, False, work__kind="out_province", work__place="广东东莞", work__employer="五金厂"),
            who("杨小雨", "granddaughter", "female", 12, False, at_home="school", school__in_school="yes", school__name="清溪镇中心小学", school__grade="六年级住校", school__education="in_school_primary", more__special_groups=["left_child"]),
        ],
        phone="15400002047", types=["out_of_poverty", "monitored"],
        monitor__category="unstable", monitor__status="active", monitor__risks=["illness", "labour"], monitor__since=day(today, 310),
        house__structure="brick_wood", house__grade="B", house__built_year=1994, house__water="spring", house__water_note="枯水期断过",
        house__area=96, house__source="self_built", house__toilet="dry_sanitary", house__fuel="firewood", house__power_ok="yes", house__internet="no",
        safeguards__food="ok", safeguards__clothing="ok", safeguards__education="ok", safeguards__medical="ok", safeguards__housing="ok", safeguards__water="risk",
        land__cultivated=3.2, land__forest=6.5, help__responsible="陈志远", income__year_total=31500,
        policies=[{"id": dice.id(), "policy": policy, "state": state} for policy, state in policies],
        crops_livestock=[{"id": dice.id(), "kind": "玉米", "quantity": 1.5, "unit": "亩"}, {"id": dice.id(), "kind": "土鸡", "quantity": 12, "unit": "只"}],
    )  # fmt: skip


def _xiulan(dice: Dice, today: date, who: Who) -> Home:
    return _home(
        dice, 5, 9, "resident",
        [
            who("李秀兰", "head", "female", 66, health__state="chronic", health__note="糖尿病"),
            who("杨代军", "son", "male", 41, False, work__kind="in_county"),
            who("杨欣怡", "granddaughter", "female", 9, school__in_school="yes", school__grade="三年级"),
        ],
        phone="15400003318", types=["monitored"], monitor__category="marginal", monitor__status="active", monitor__risks=["illness"],
        monitor__since=day(today, 14), house__structure="brick_concrete", house__built_year=2006, house__grade="A", house__water="tap",
        safeguards__housing="ok", safeguards__water="ok", safeguards__medical="risk", help__responsible="张岚",
        policies=[{"id": dice.id(), "policy": "chronic_card", "state": "eligible"}, {"id": dice.id(), "policy": "lunch", "state": "receiving"}],
    )  # fmt: skip


def _others(dice: Dice, who: Who) -> list[Home]:
    return [
        _home(dice, 3, 21, "resident", [who("杨东光", "head", "male", 64, work__kind="local_farm"), who("罗玉珍", "spouse", "female", 61, work__kind="local_farm")],
              "unseen", phone="15400001126", house__water="spring", house__water_note="靠三组蓄水池"),
        _home(dice, 3, 24, "resident", [who("杨昌明", "head", "male", 58, work__kind="local_farm"), who("赵国秀", "spouse", "female", 57)], "unseen"),
        _home(dice, 1, 1, "resident", [who("罗明才", "head", "male", 63), who("杨素珍", "spouse", "female", 62), who("罗建", "son", "male", 38, work__kind="local_job"),
                                       who("何春燕", "daughter_in_law", "female", 36), who("罗子轩", "grandson", "male", 10, school__in_school="yes", school__grade="四年级")], phone="15400001001"),
        _home(dice, 1, 2, "resident", [who("杨仕林", "head", "male", 77)], types=["tekun"], no_phone="yes", house__structure="wood", house__built_year=1983, house__grade="B",
              policies=[{"id": dice.id(), "policy": "tekun", "state": "receiving"}]),
        _home(dice, 1, 4, "resident", [who("赵永芬", "head", "female", 52), who("杨永刚", "spouse", "male", 55, False, work__kind="out_province"), who("杨倩", "daughter", "female", 20, False, work__kind="student")], "unseen", phone="15400001404"),
        _home(dice, 1, 7, "empty", [who("杨昌盛", "head", "male", 49, False, work__kind="out_province"), who("陈丽", "spouse", "female", 47, False)]),
        _home(dice, 2, 3, "resident", [who("罗永福", "head", "male", 67), who("杨秀英", "spouse", "female", 65), who("罗勇", "son", "male", 42, work__kind="self_employed"),
                                       who("杨代桂", "daughter_in_law", "female", 40), who("罗雨欣", "granddaughter", "female", 16, False, at_home="school", school__in_school="yes", school__grade="高一住校"),
                                       who("罗浩", "grandson", "male", 8, school__in_school="yes", school__grade="二年级")], phone="15400002103"),
        _home(dice, 5, 6, "whole_away", [who("杨大刚", "head", "male", 45, False, work__kind="out_province", work__place="浙江温州"), who("冉红梅", "spouse", "female", 43, False), who("杨浩", "son", "male", 17, False)], phone="15400005606"),
    ]  # fmt: skip


def visits(dice: Dice, named: dict[str, Home], moment: Moment) -> list[Written]:
    """The visits the pictures know of."""

    def visit(head: str, ago: int, facts: str, by: str = C1, **more: Any) -> Written:
        home = named[head]
        on = day(moment.today, ago)
        home.last_visit = max(home.last_visit, on)
        answers = {"household": home.id, "visited_on": on, "mode": "home", "purpose": "routine", "result": "met", "facts": facts}
        return write(dice, moment, "visit", answers | more, by, on)

    return [
        visit("杨德贵", 230, "第一次去。认了门，老两口在家，留了电话。", purpose="first"),
        visit("杨德贵", 164, "监测户月访：医保报销到了，儿子寄回八千。", purpose="monitor", topics=["medical"]),
        visit("杨德贵", 96, "小雨放暑假在家，作业有人管。问了营养午餐，在享受。", C2, topics=["education"]),
        visit("杨德贵", 52, "说膝盖疼，坡上地种不动了", topics=["medical", "industry"], promise="问低保复核结果", follow_up_on=day(moment.today, 0)),
        visit("李秀兰", 61, "血糖高，药一个月三百多，孙女跟着她。", C2, purpose="monitor", topics=["medical"]),
        visit("李秀兰", 12, "够慢病门诊条件，还不会办。申请表下次带来。", purpose="policy", topics=["medical", "policy"], promise="带慢病门诊申请表", follow_up_on=day(moment.today, 2)),
        visit("杨东光", 74, "说三组水池渗水，夜里要放空一半。", topics=["water"]),
        visit("杨昌明", 72, "收玉米，没多说。", C2),
        visit("罗明才", 8, "一家人都好，孙子成绩进步了。", C2),
        visit("杨仕林", 20, "堂屋漏雨，屋角放了盆。一个人，精神还好。", topics=["housing"]),
        visit("赵永芬", 66, "要砌围墙，和隔壁为半尺地说不拢。", topics=["dispute"]),
        visit("罗永福", 1, "罗勇的车修好了，说二组水沟堵了，下雨漫到路上。", topics=["other"]),
        visit("杨大刚", 7, "微信视频，全家在温州，过年回来。", mode="video", result="phone_ok"),
    ]  # fmt: skip
