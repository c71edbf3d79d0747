"""What the pictures of the interface tell, made true: the homes of 石桥村 with their visits, and the township's problems."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from server.demo.dice import Dice, at, day
from server.demo.homes import Home
from server.demo.people import Member
from server.demo.problems import Telling
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


def homes(dice: Dice, today: date) -> dict[str, Home]:
    """The homes that are named in the pictures, by the name of their head."""

    def who(name: str, relation: str, gender: str, age: int, home: bool = True, **more: Any) -> Member:
        return _person(dice, today, name, relation, gender, age, home, **more)

    policies = [("dibao", "receiving"), ("lunch", "receiving"), ("chronic_card", "eligible")]
    degui = _home(
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
    xiulan = _home(
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
    found = [
        degui, xiulan,
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
    return {home.head.name: home for home in found}


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


def problems(dice: Dice, named: dict[str, Home], moment: Moment, reservoir_group: str) -> list[Written]:
    """Eight open ones, one watched for long, and one that went up, came back, went up again and was closed."""
    today = moment.today

    def ago(days: int) -> date:
        return today - timedelta(days=days)

    def start(found: int, title: str, content: str, category: str, level: str, by: str = C1, head: str = "", **more: Any) -> Telling:
        source = {"from_household": named[head].id, "reporter_name": head, "share_reporter": "no"} if head else {}
        told = {"title": title, "content": content, "category": category, "level": level, "source": "visit"}
        return Telling(dice, by, ago(found), told | source | more)

    light = start(26, "二组路灯坏了三盏", "二组桥头到晒坝的路灯坏了三盏，晚上看不见坎。", "streetlight", "village", C2, affected_households=22, severity="low")
    light.put("village_handling", due_on=ago(4).isoformat())
    light.did("progress", "电工来看了，要等电池板。", ago(15))

    pool = start(29, "三组蓄水池漏水", "池子底下渗水，夜里放空一半。", "water", "township", head="杨东光", affected_households=38, severity="medium", urgency="soon", scope="group", place=reservoir_group)
    pool.report(ago(29))
    pool.assign(ago(28), "water", ago(-1), person="何平", reply="先保用水，材料到了马上换。")
    pool.put("handling")
    pool.did("progress", "水管站来看过。要换底板止水带，材料已到镇上。", ago(8))

    border = start(33, "赵永芬家宅基地边界", "赵永芬家要砌围墙，邻居说占了他半尺。", "neighbour", "village", head="赵永芬", affected_households=2, severity="medium")
    border.put("village_handling", due_on=ago(-4).isoformat())
    border.did("progress", "请了组长和两位老人指认老界，约周五到现场。", ago(3))

    wall = start(1, "三组一户挡土墙开裂", "屋后挡土墙开裂，下雨往下掉石头。老两口已搬到前屋睡。村里请镇里派人看，可能要 1.2 万元。", "flood", "township", head="杨德贵", affected_households=1, affected_people=4, severity="high", urgency="urgent", scope="household", place="三组屋后坡")
    wall.report(today)

    card = start(18, "五组慢病卡办理", "五组有四位老人够慢病门诊条件，去县里不方便。", "medical", "village", head="李秀兰", affected_people=4, severity="low")
    card.put("village_handling", due_on=ago(-19).isoformat())
    card.did("progress", "名单列好了，等卫生院定下来村的日子。", ago(6))

    road = start(14, "一组通组路塌了一段", "下雨把一组通组路冲塌 6 米，只能走人。", "road", "township", C2, affected_households=31, severity="medium", scope="group")
    road.report(ago(13))
    road.assign(ago(11), "roads", ago(-12), reply="先放警示桩，再修。")

    grain = start(40, "耕地补贴两户没到账", "四组有两户今年耕地补贴没到，卡没换过。", "subsidy", "township", C2, affected_households=2, severity="medium")
    grain.report(ago(39))
    grain.assign(ago(37), "finance", ago(5), person="唐永红")
    grain.put("extended", extend_to=ago(-16).isoformat(), extend_reason="县里要等下一批统一补发", extend_by="周敏")
    grain.did("extend", "卡号错了一位，已改，等下一批。", ago(6), "leader1")

    roof = start(20, "杨仕林家漏雨", "杨仕林家堂屋漏雨，一个人爬不上去。", "housing", "village", head="杨仕林", affected_households=1, severity="medium")
    roof.put("village_handling", due_on=ago(-10).isoformat())
    roof.did("progress", "买了瓦，组里两个人上房翻的。", ago(2))
    roof.finish("翻了瓦，不漏了。", ago(1))

    wide = start(204, "村道要加宽", "村道只有三米五，会车要倒很远，群众都想加宽。", "road", "county", "secretary1", affected_households=412, severity="medium", scope="village", horizon="long_term")
    wide.put("shelved")
    wide.did("note", "县里今年没有这项钱，每季度问一次。", ago(190))
    wide.did("note", "问了交通局，明年上半年再报。", ago(96))
    return [one.written(moment) for one in (light, pool, border, card, road, grain, roof, wide, _chain(dice, start, ago))] + [_reported_today(dice, wall, moment)]  # fmt: skip


def _reported_today(dice: Dice, wall: Telling, moment: Moment) -> Written:
    written = wall.written(moment)
    written.at = at(moment.today.isoformat(), 9, 20, moment.now)
    return written


def _chain(dice: Dice, start: Any, ago: Any) -> Telling:
    """Reported, returned for papers, reported again, assigned, mended late, told, closed."""
    rail = start(168, "学堂坡路边没护栏", "学堂坡急弯外侧没有护栏，娃娃上学怕。", "road", "township", affected_households=46, severity="high", urgency="urgent", place="学堂坡")
    rail.report(ago(166))
    rail.send_back(ago(163), "材料少了照片和户数，补了再报。")
    rail.report(ago(158), "照片和户数都补上了。")
    rail.assign(ago(156), "roads", ago(126), person="谭勇")
    rail.put("handling")
    rail.did("progress", "放了警示桩，护栏等公司来装。", ago(140))
    rail.close("装了 24 米波形护栏。", ago(112), "satisfied", "说装得结实。")
    return rail  # type: ignore[no-any-return]


def elsewhere(dice: Dice, village: str, author: str, moment: Moment) -> list[Written]:
    """Problems of other villages that the township leader's pictures show."""
    today = moment.today

    def ago(days: int) -> date:
        return today - timedelta(days=days)

    def start(found: int, title: str, content: str, category: str, severity: str, homes: int, level: str = "township") -> Telling:
        told = {"title": title, "content": content, "category": category, "level": level, "severity": severity, "affected_households": homes}
        return Telling(dice, author, ago(found), told)

    def overdue(telling: Telling, unit: str, given: int, late: int, progress: str) -> Written:
        telling.report(telling.last)
        telling.assign(ago(given), unit, ago(late))
        telling.put("handling")
        telling.did("progress", progress, ago(late + 3))
        return telling.written(moment)

    def fresh(telling: Telling, days: int) -> Written:
        telling.report(ago(days))
        return telling.written(moment)

    match village:
        case "柳湾村":
            return [fresh(start(3, "两家争山林界", "老界石挪了，两家为后山一片杉木争起来，前天差点动手。村里调过一次没调下来。", "land", "high", 2), 1)]
        case "三岔河村":
            return [overdue(start(39, "便桥护栏缺 6 米", "去学校的便桥护栏缺了 6 米，涨水时娃娃不敢过。", "road", "high", 57), "roads", 36, 6, "公路站量了尺寸，钢管还没到。")]
        case "东坝村":
            return [overdue(start(34, "耕地补贴漏发 3 户", "三户面积没录进系统，今年补贴没发。", "subsidy", "medium", 3), "agriculture", 32, 2, "农业中心在补录，等县里开系统。")]
        case "云顶村":
            return [overdue(start(12, "停水 5 天", "主管爆了，二组三组停水 5 天，靠送水。", "water", "high", 64, "county"), "water", 11, 1, "县里退回，要补材料。")]
        case "竹溪村":
            return [fresh(start(0, "冷链车进不来", "产业路转弯太急，冷链车进不来，柑橘只能用三轮倒出去。", "road", "medium", 23), 0)]
        case "老街村":
            return [fresh(start(0, "小学早班车停了", "早班车从周一起停了，二十几个学生走四里路上学。", "education", "medium", 19), 0)]
    return []
