"""The people and units around a village: whom one asks for what. The village's own cadres are those of its page."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from server.demo.dice import Dice, day
from server.demo.extent import extent
from server.demo.names import OTHERS, given
from server.demo.plan import COUNTY, TOWNSHIP, Plan
from server.demo.writing import Moment, Written, write

#: Unit, what it is in charge of.
COUNTY_UNITS = (
    ("农业农村局", "产业、耕地、农机"), ("水务局", "饮水、河道、水库"), ("交通运输局", "通村通组路"), ("民政局", "低保、特困、临时救助"),
    ("人力资源和社会保障局", "务工、培训、公益岗"), ("住房和城乡建设局", "危房、农房鉴定"), ("林业局", "公益林、林权"), ("教育局", "资助、营养餐"),
    ("医疗保障局", "参保、慢病报销"), ("文化广播电视和旅游局", "文化活动、民宿"), ("残疾人联合会", "残疾证、辅具"), ("供销合作社", "农产品销售"),
    ("自然资源局", "宅基地、地灾"), ("发展和改革局", "以工代赈"),
)  # fmt: skip
DISPATCHING = ("审计局", "税务局", "市场监督管理局", "统计局", "气象局", "档案馆", "司法局")
STATIONS = (
    ("党政办公室", "日常联络、材料"), ("党建工作办公室", "党员、组织生活"), ("农业农村服务中心", "种养、补贴"), ("水利站", "饮水、山塘"), ("民政办", "低保、救助"),
    ("社会保障服务站", "参保、务工"), ("自然资源所", "建房、地灾"), ("林业站", "护林、林权"), ("综治中心", "调解、平安"), ("财政所", "惠农一卡通"),
    ("卫生院", "看病、慢病"), ("公路站", "路面、桥梁"), ("派出所", "户籍、治安"), ("供电所", "用电"),
)  # fmt: skip
PRODUCTS = ("柑橘", "茶叶", "辣椒", "土鸡", "魔芋", "中药材", "肉牛", "蜂蜜", "高山蔬菜", "油茶")
PLACES_OUTSIDE = ("东莞做五金", "温州开鞋厂", "县城开建材店", "省城当老师", "贵阳做餐饮", "佛山办家具厂", "昆山做物流")


@dataclass(frozen=True)
class Friend:
    """A contact, as others refer to it."""

    id: str
    name: str
    role: str
    post: str


@dataclass
class Circle:
    """Everybody and every unit, with their records."""

    friends: list[Friend] = field(default_factory=list)
    #: type → (id, name) of every unit
    units: dict[str, list[tuple[str, str]]] = field(default_factory=dict)
    written: list[Written] = field(default_factory=list)

    def of(self, *roles: str) -> list[Friend]:
        return [friend for friend in self.friends if friend.role in roles]

    def cadres(self) -> list[Friend]:
        """Those who take turns on duty and to whom things are given."""
        return self.of("village_secretary", "village_director", "village_member", "supervisor")

    def unit(self, kind: str, named: str = "") -> tuple[str, str] | None:
        """The first of its kind, or the first whose name ends so."""
        return next((one for one in self.units.get(kind, ()) if one[1].endswith(named)), None)

    def at(self, unit: str, roles: tuple[str, ...]) -> Friend | None:
        """Somebody of these roles, of that unit where one is known."""
        known = self.of(*roles)
        return next((friend for friend in known if unit and friend.post.startswith(unit)), next(iter(known), None))


@dataclass
class _Maker:
    dice: Dice
    plan: Plan
    moment: Moment
    circle: Circle = field(default_factory=Circle)

    def unit(self, kind: str, name: str, **answers: Any) -> str:
        known = next((id_ for id_, own in self.circle.units.get(kind, ()) if own == name), "")
        if known:
            return known
        on = day(self.moment.today, self.dice.randint(40, 330))
        record = write(self.dice, self.moment, "organisation", {"name": name, "type": kind} | answers, self.plan.authors[0], on)
        self.circle.units.setdefault(kind, []).append((record.id, name))
        self.circle.written.append(record)
        return record.id

    def friend(self, role: str, level: str, post: str, name: str = "", **answers: Any) -> None:
        dice = self.dice
        sex = "female" if dice.chance(30) else "male"
        name = name or _named(dice, sex)
        found = day(self.moment.today, dice.randint(20, 330))
        told: dict[str, Any] = {"name": name, "role": role, "level": level, "post": post} | answers
        if dice.chance(74):
            told["phone"] = f"1540000{dice.randrange(10_000):04d}"
        if dice.chance(66):
            told["first_contacted_on"] = found
        if role in ("village_secretary", "township_member", "county_portfolio") or dice.chance(8):
            told["is_key_node"] = "yes"
        record = write(dice, self.moment, "contact", told, self.plan.authors[0], found)
        self.circle.friends.append(Friend(record.id, name, role, post))
        self.circle.written.append(record)


def _named(dice: Dice, sex: str) -> str:
    for _ in range(8):
        name = dice.choice(OTHERS) + given(dice, sex, dice.randint(1966, 1994))
        if name not in dice.names:
            break
    dice.names.add(name)
    return name


def circle(dice: Dice, plan: Plan, page: dict[str, Any], moment: Moment) -> Circle:
    """`page` is the village's profile of this year: its cadres and heads of groups are among the contacts."""
    maker = _Maker(dice, plan, moment)
    size = extent(plan)
    _village_units(maker, size.units)
    _village_people(maker, page)
    _former(maker)
    _township(maker, size.contacts)
    _county(maker, size.contacts)
    _further(maker, size.contacts)
    return maker.circle


def _village_units(maker: _Maker, most: int) -> None:
    dice, name = maker.dice, maker.plan.name
    short = name.removesuffix("村")
    maker.unit("village_party", f"{name}党支部", level="village")
    maker.unit("village_committee", f"{name}村民委员会", level="village", address=f"{name}村部")
    maker.unit("dispatch_unit", f"{COUNTY}{DISPATCHING[len(maker.plan.code) * int(maker.plan.code[-2:]) % len(DISPATCHING)]}", level="own_unit")
    maker.unit("supervisory", f"{name}村务监督委员会", level="village")
    maker.unit("coop_union", f"{name}股份经济合作社", level="village", members=maker.plan.households, products="场地出租、代收代销")
    product = dice.sample(PRODUCTS, 3)
    told: list[tuple[str, str, dict[str, Any]]] = [
        ("cooperative", f"{short}{product[0]}专业合作社", {"members": dice.randint(18, 86), "capital": dice.randrange(60_000, 600_000, 10_000), "products": product[0], "dividend": dice.randrange(8_000, 90_000, 1000)}),
        ("service_point", f"{name}便民服务点", {"level": "village", "address": f"{name}村部一楼"}),
        ("clinic", f"{name}卫生室", {"level": "village"}),
        ("aid_unit", f"{COUNTY}供电公司", {"level": "dept"}),
        ("volunteer", f"{name}党员志愿服务队", {"level": "village"}),
        ("demo_base", f"{short}{product[1]}示范基地", {"area": dice.randint(40, 320), "product": product[1], "households": dice.randint(15, 90), "level": "village"}),
        ("cooperative", f"{short}{product[2]}种养合作社", {"members": dice.randint(9, 40), "products": product[2]}),
        ("enterprise", f"{COUNTY}{short}{product[0]}加工厂", {"employees": dice.randint(8, 46), "has_party_org": "no", "instructor": _named(dice, "male")}),
        ("enterprise", f"{short}砂石有限公司", {"employees": dice.randint(50, 90), "party_members": dice.randint(3, 7), "has_party_org": "yes", "instructor": _named(dice, "female"), "secretary": _named(dice, "male"), "investor": _named(dice, "male")}),
        ("school", f"{TOWNSHIP}中心小学", {"level": "township"}),
        ("social", f"{name}红白理事会", {"level": "village"}),
        ("similar_system", f"{COUNTY}财政局", {"level": "dept"}),
    ]  # fmt: skip
    for kind, title, answers in told[: max(0, most - 5)]:
        maker.unit(kind, title, **answers)


def _village_people(maker: _Maker, page: dict[str, Any]) -> None:
    party, committee = maker.circle.unit("village_party"), maker.circle.unit("village_committee")
    assert party and committee
    roles = {"secretary_director": ("village_secretary", "书记兼主任"), "secretary": ("village_secretary", "书记"), "director": ("village_director", "主任"),
             "supervisor": ("supervisor", "监委会主任")}  # fmt: skip
    for place, member in enumerate(page["organisation/members"]):
        role, post = roles.get(member["post"], ("village_member", "两委委员"))
        duties = "全面、项目" if place == 0 else "监督、财务公开" if role == "supervisor" else ("产业、林业", "民政、低保", "综治、调解")[(place - 1) % 3]
        maker.friend(role, "village", post, member["name"], org=party[0] if role == "village_secretary" else committee[0], in_charge_of=duties)
    for group in page["groups"]:
        if group.get("head") and (len(maker.circle.friends) < 9 or extent(maker.plan).whole):
            maker.friend("group_head", "village", f"{group['name']}组长", group["head"], org=committee[0])


def _former(maker: _Maker) -> None:
    """Who was here before is the first to ask."""
    past = maker.moment.today - timedelta(days=400)
    name = maker.plan.name
    maker.friend("former_first_secretary", "own_unit", "前任第一书记", valid_until=past.isoformat(), note="任上修了村部到二组的路，户情熟。" if maker.dice.chance(50) else f"在{name}两年多，问什么都肯说。")
    maker.friend("township_member", "township", "镇党委委员、包村领导", in_charge_of=f"包{name}", org=maker.unit("government", f"{maker.plan.township}人民政府", level="township"))


def _township(maker: _Maker, most: int) -> None:
    town = maker.plan.township
    office = maker.unit("government", f"{town}人民政府", level="township")
    for role, post in (("township_secretary", "镇党委书记"), ("township_head", "镇长")):
        if len(maker.circle.friends) < most - 2:
            maker.friend(role, "township", post, org=office)
    for station, duties in STATIONS:
        if len(maker.circle.friends) >= most - (3 if most < 20 else 14):
            return
        maker.friend("township_dept", "township", f"{station}负责人", in_charge_of=duties, org_name=f"{town}{station}")


def _county(maker: _Maker, most: int) -> None:
    maker.friend("county_portfolio", "county", "副县长", in_charge_of="农业农村、乡村振兴")
    for unit, duties in COUNTY_UNITS:
        if len(maker.circle.friends) >= most:
            return
        role, post = maker.dice.choice((("lead_dept", "副局长"), ("handler", "股长"), ("handler", "干部")))
        post = post if unit.endswith("局") else "负责人"
        answers: dict[str, Any] = {"org": maker.unit("government", f"{COUNTY}{unit}", level="county")} if most > 20 else {"org_name": f"{COUNTY}{unit}"}
        maker.friend(role, "dept", f"{unit}{post}", in_charge_of=duties, **answers)


def _further(maker: _Maker, most: int) -> None:
    """Natives outside, representatives, grid workers, experts: until the number is reached."""
    dice = maker.dice
    while len(maker.circle.friends) < most:
        role = dice.weighted((("representative", 30), ("native_outside", 22), ("grid", 14), ("villager", 14), ("agent", 8), ("expert", 6), ("enterprise", 6)))
        group = f"{'一二三四五六七八九十'[dice.randrange(min(maker.plan.groups, 10))]}组"
        post, level = {
            "representative": (f"{group}村民代表", "village"), "grid": (f"{group}网格员", "village"), "villager": (f"{group}热心人", "village"),
            "agent": (f"{group}代办员", "village"), "native_outside": (dice.choice(PLACES_OUTSIDE), "society"),
            "expert": (dice.choice(("县农技推广站农艺师", "市职业学院老师", "县畜牧站兽医师")), "dept"), "enterprise": ("加工厂负责人", "society"),
        }[role]  # fmt: skip
        maker.friend(role, level, post)
