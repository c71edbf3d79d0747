"""Problems that the pictures of the interface tell, made true: those of 石桥村 and what the township leader finds elsewhere."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from server.demo.dice import Dice, at
from server.demo.homes import Home
from server.demo.problems import Telling
from server.demo.writing import Moment, Written

C1, C2 = "cadre1", "cadre2"


@dataclass(frozen=True)
class Teller:
    """Begins problems of 石桥村 so many days before today."""

    dice: Dice
    named: dict[str, Home]
    today: date

    def ago(self, days: int) -> date:
        return self.today - timedelta(days=days)

    def start(
        self, found: int, title: str, content: str, category: str, level: str, by: str = C1, head: str = "", **more: Any
    ) -> Telling:
        """`head` is whose household told it."""
        source = {"from_household": self.named[head].id, "reporter_name": head, "share_reporter": "no"} if head else {}
        told = {"title": title, "content": content, "category": category, "level": level, "source": "visit"}
        return Telling(self.dice, by, self.ago(found), told | source | more)


def problems(dice: Dice, named: dict[str, Home], moment: Moment) -> list[Written]:
    """Eight open ones, one watched for long, and one that went up, came back, went up again and was closed."""
    teller = Teller(dice, named, moment.today)
    told = [*_in_the_village(teller), *_with_the_township(teller), _watched(teller), _chain(teller)]
    return [*(one.written(moment) for one in told), _reported_today(teller, moment)]


def _in_the_village(teller: Teller) -> list[Telling]:
    light = teller.start(26, "二组路灯坏了三盏", "二组桥头到晒坝的路灯坏了三盏，晚上看不见坎。", "streetlight", "village", C2, affected_households=22, severity="low")
    light.put("village_handling", due_on=teller.ago(4).isoformat())
    light.did("progress", "电工来看了，要等电池板。", teller.ago(15))

    border = teller.start(33, "赵永芬家宅基地边界", "赵永芬家要砌围墙，邻居说占了他半尺。", "neighbour", "village", head="赵永芬", affected_households=2, severity="medium")
    border.put("village_handling", due_on=teller.ago(-4).isoformat())
    border.did("progress", "请了组长和两位老人指认老界，约好这几天到现场。", teller.ago(3))

    card = teller.start(18, "五组慢病卡办理", "五组有四位老人够慢病门诊条件，去县里不方便。", "medical", "village", head="李秀兰", affected_people=4, severity="low")
    card.put("village_handling", due_on=teller.ago(-19).isoformat())
    card.did("progress", "名单列好了，等卫生院定下来村的日子。", teller.ago(6))

    roof = teller.start(20, "杨仕林家漏雨", "杨仕林家堂屋漏雨，一个人爬不上去。", "housing", "village", head="杨仕林", affected_households=1, severity="medium")
    roof.put("village_handling", due_on=teller.ago(-10).isoformat())
    roof.did("progress", "买了瓦，组里两个人上房翻的。", teller.ago(2))
    roof.finish("翻了瓦，不漏了。", teller.ago(1))
    return [light, border, card, roof]


def _with_the_township(teller: Teller) -> list[Telling]:
    pool = teller.start(29, "三组蓄水池漏水", "池子底下渗水，夜里放空一半。", "water", "township", head="杨东光", affected_households=38, severity="medium", urgency="soon", scope="group", place="三组水池")
    pool.report(teller.ago(29))
    pool.assign(teller.ago(28), "water", teller.ago(-1), person="何平", reply="先保用水，材料到了马上换。")
    pool.put("handling")
    pool.did("progress", "水管站来看过。要换底板止水带，材料已到镇上。", teller.ago(8))

    road = teller.start(14, "一组通组路塌了一段", "下雨把一组通组路冲塌 6 米，只能走人。", "road", "township", C2, affected_households=31, severity="medium", scope="group")
    road.report(teller.ago(13))
    road.assign(teller.ago(11), "roads", teller.ago(-12), reply="先放警示桩，再修。")

    grain = teller.start(40, "耕地补贴两户没到账", "四组有两户今年耕地补贴没到，卡没换过。", "subsidy", "township", C2, affected_households=2, severity="medium")
    grain.report(teller.ago(39))
    grain.assign(teller.ago(37), "finance", teller.ago(5), person="唐永红")
    grain.put("extended", extend_to=teller.ago(-16).isoformat(), extend_reason="县里要等下一批统一补发", extend_by="周敏")
    grain.did("extend", "卡号错了一位，已改，等下一批。", teller.ago(6), "leader1")
    return [pool, road, grain]


def _watched(teller: Teller) -> Telling:
    wide = teller.start(204, "村道要加宽", "村道只有三米五，会车要倒很远，群众都想加宽。", "road", "county", "secretary1", affected_households=412, severity="medium", scope="village", horizon="long_term")
    wide.put("shelved")
    wide.did("note", "县里今年没有这项钱，每季度问一次。", teller.ago(190))
    wide.did("note", "问了交通局，明年上半年再报。", teller.ago(96))
    return wide


def _reported_today(teller: Teller, moment: Moment) -> Written:
    wall = teller.start(1, "三组一户挡土墙开裂", "屋后挡土墙开裂，下雨往下掉石头。老两口已搬到前屋睡。村里请镇里派人看，可能要 1.2 万元。", "flood", "township", head="杨德贵", affected_households=1, affected_people=4, severity="high", urgency="urgent", scope="household", place="三组屋后坡")
    wall.report(moment.today)
    written = wall.written(moment)
    written.at = at(moment.today.isoformat(), 9, 20, moment.now)
    return written


def _chain(teller: Teller) -> Telling:
    """Reported, returned for papers, reported again, assigned, mended late, told, closed."""
    rail = teller.start(168, "学堂坡路边没护栏", "学堂坡急弯外侧没有护栏，娃娃上学怕。", "road", "township", affected_households=46, severity="high", urgency="urgent", place="学堂坡")
    rail.report(teller.ago(166))
    rail.send_back(teller.ago(163), "材料少了照片和户数，补了再报。")
    rail.report(teller.ago(158), "照片和户数都补上了。")
    rail.assign(teller.ago(156), "roads", teller.ago(126), person="谭勇")
    rail.put("handling")
    rail.did("progress", "放了警示桩，护栏等公司来装。", teller.ago(140))
    rail.close("装了 24 米波形护栏。", teller.ago(112), "satisfied", "说装得结实。")
    return rail


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
            return [fresh(start(0, "小学早班车停了", "早班车这个星期停了，二十几个学生走四里路上学。", "education", "medium", 19), 0)]
    return []
