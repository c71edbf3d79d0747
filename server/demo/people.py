"""Who lives in a household: families as they are found in hill villages, old people at home and their children away."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from server.demo.dice import Dice
from server.demo.names import given, surname

ILLNESSES = (
    "高血压", "膝关节病", "糖尿病", "慢性支气管炎", "腰椎间盘突出", "风湿", "胃病", "冠心病", "脑梗恢复期", "白内障", "尘肺病", "痛风",
)  # fmt: skip
SERIOUS = ("尿毒症透析", "肺癌术后", "脑出血后偏瘫", "乳腺癌化疗", "肝硬化")
CITIES = (
    "广东东莞", "广东佛山", "浙江温州", "浙江宁波", "福建泉州", "江苏昆山", "广东深圳", "浙江义乌", "江苏苏州", "福建晋江",
)  # fmt: skip
JOBS = ("五金厂", "鞋厂", "电子厂", "建筑工地", "服装厂", "家具厂", "快递站", "物流园", "餐馆", "玩具厂")
#: relation, sex, years younger than the head (from, to), percent at home
Sketch = tuple[str, str, tuple[int, int], int]
FAMILIES: dict[str, tuple[tuple[int, int], tuple[Sketch, ...]]] = {
    "old_couple": ((62, 84), (("spouse", "", (-2, 5), 96), ("son", "male", (22, 30), 4), ("daughter_in_law", "female", (24, 32), 6), ("grandchild", "", (46, 54), 60))),
    "alone": ((66, 88), ()),
    "elder": ((63, 82), (("spouse", "", (-2, 5), 95), ("son", "male", (22, 30), 12))),
    "grandparents": ((56, 70), (("spouse", "", (-1, 5), 95), ("daughter_in_law", "female", (24, 30), 15), ("grandchild", "", (46, 52), 96), ("grandchild", "", (49, 55), 96))),
    "three": ((46, 60), (("spouse", "", (-2, 4), 90), ("parent", "", (-26, -20), 99), ("son", "male", (21, 26), 25), ("daughter_in_law", "female", (22, 28), 35), ("grandchild", "", (45, 52), 80))),
    "middle": ((38, 56), (("spouse", "", (-2, 4), 88), ("son", "male", (20, 26), 55), ("daughter", "female", (22, 30), 60))),
    "young": ((28, 42), (("spouse", "", (-1, 4), 80), ("daughter", "female", (22, 30), 95), ("son", "male", (24, 32), 96))),
    "single": ((38, 66), ()),
    "single_parent": ((33, 48), (("son", "male", (21, 28), 92), ("parent", "", (-28, -20), 97))),
}  # fmt: skip
AT_HOME = (("old_couple", 26), ("alone", 12), ("elder", 12), ("grandparents", 13), ("three", 14), ("middle", 12), ("young", 5), ("single", 4), ("single_parent", 2))  # fmt: skip
AWAY = (("young", 44), ("middle", 34), ("three", 16), ("single", 6))


@dataclass
class Member:
    """One person while the village is being made."""

    id: str
    name: str
    relation: str
    gender: str
    born: int
    home: bool
    answers: dict[str, Any] = field(default_factory=dict)

    def age(self, today: date) -> int:
        return today.year - self.born


def family(dice: Dice, village: str, kind: str, today: date, away: bool) -> list[Member]:
    """The people of one household, its head first."""
    ages, sketches = FAMILIES[kind]
    head_gender = "female" if dice.chance(34 if kind in ("alone", "single_parent") else 7) else "male"
    born = today.year - dice.randint(*ages)
    name = surname(dice, village)
    head = Member(dice.id(), named(dice, name, head_gender, born), "head", head_gender, born, not away)
    found = [head]
    for relation, sex, (low, high), at_home in sketches:
        if relation != "spouse" and dice.chance(16):
            continue
        child_born = born + dice.randint(low, high)
        if child_born > today.year - 1:
            continue
        found.append(_relative(dice, village, name, head, relation, sex, child_born, not away and dice.chance(at_home)))
    return found


def _relative(
    dice: Dice, village: str, name: str, head: Member, relation: str, sex: str, born: int, home: bool
) -> Member:
    if relation == "spouse":
        sex = "male" if head.gender == "female" else "female"
    elif relation == "parent":
        sex = "female" if dice.chance(64) else "male"
        relation = "mother" if sex == "female" else "father"
    elif relation == "grandchild":
        sex = "female" if dice.chance(47) else "male"
        relation = "granddaughter" if sex == "female" else "grandson"
    married_in = relation in ("spouse", "daughter_in_law", "mother")
    own = surname(dice, "") if married_in or dice.chance(2) else name
    return Member(dice.id(), named(dice, own, sex, born), relation, sex, born, home)


def named(dice: Dice, own: str, sex: str, born: int) -> str:
    """A name that nobody in the village has yet; after some tries the same one again, as it happens."""
    for _ in range(8):
        name = own + given(dice, sex, born)
        if name not in dice.names:
            break
    dice.names.add(name)
    return name


def describe(dice: Dice, member: Member, household: str, today: date) -> None:
    """The answers of a person, as uneven as a real roll: missing births, telephones, schools."""
    age = member.age(today)
    answers: dict[str, Any] = {
        "name": member.name,
        "household": household,
        "relation": member.relation,
        "gender": member.gender,
    }
    known = dice.random()
    if known < 0.80:
        answers["birth_date"] = f"{member.born}-{dice.randint(1, 10):02d}-{dice.randint(1, 28):02d}"
    elif known < 0.93:
        answers["birth_year"] = member.born
    in_school = 6 <= age <= 18 and dice.chance(94)
    answers["at_home"] = "home" if member.home else "school" if in_school else "away"
    if dice.chance(86):
        answers |= _health(dice, age)
    answers |= _schooling(dice, age) if in_school else _work(dice, member, age)
    if dice.chance(78):
        answers["insurance/medical"] = "insured" if dice.chance(95) else "not_insured"
        if age >= 60:
            answers["insurance/pension"] = "insured"
            if dice.chance(60):
                answers["insurance/pension_amount"] = dice.choice((143, 158, 163, 176, 188, 205))
    if age >= 24 and dice.chance(3.4):
        answers |= _party(dice, member, today)
    answers["more/ethnicity"] = "han" if dice.chance(72) else dice.choice(("tujia", "miao", "gelao", "dong"))
    groups = _groups(member, answers, age, in_school)
    if groups:
        answers["more/special_groups"] = groups
    if age >= 20 and dice.chance(22):
        answers["phone"] = telephone(dice)
    member.answers = answers


def telephone(dice: Dice) -> str:
    """A number nobody has: 154 is given to no network. A few are a digit short, as in any roll; the form flags them."""
    number = f"1540000{dice.randrange(10_000):04d}"
    return number[:-1] if dice.chance(0.7) else number


def _health(dice: Dice, age: int) -> dict[str, Any]:
    risk = 3 if age < 40 else 14 if age < 60 else 46
    if dice.chance(risk):
        return {"health/state": "chronic"} | ({"health/note": dice.choice(ILLNESSES)} if dice.chance(80) else {})
    if dice.chance(1.4 if age > 35 else 0.3):
        return {"health/state": "serious", "health/note": dice.choice(SERIOUS)}
    if dice.chance(4):
        kind = dice.weighted((("physical", 50), ("hearing", 18), ("visual", 14), ("intellectual", 10), ("mental", 8)))
        return {
            "health/state": "disabled",
            "health/disability": kind,
            "health/disability_level": str(dice.randint(1, 4)),
        }
    return {"health/state": "healthy"}


def _schooling(dice: Dice, age: int) -> dict[str, Any]:
    if age <= 12:
        level, name, grade = "in_school_primary", dice.choice(("清溪镇中心小学", "村小", "县城一小")), max(1, age - 6)
        words = f"{'一二三四五六'[min(grade, 6) - 1]}年级"
    elif age <= 15:
        level, name, words = "in_school_junior", "清溪中学", f"初{'一二三'[age - 13]}"
    else:
        level, name = dice.choice((("in_school_senior", "云泽县一中"), ("in_school_vocational", "云泽县职校")))
        words = f"{'高' if level == 'in_school_senior' else '职'}{'一二三'[age - 16]}"
    if age >= 11 and dice.chance(60):
        words += "住校"
    answers: dict[str, Any] = {"school/education": level, "school/in_school": "yes", "school/grade": words}
    if dice.chance(70):
        answers["school/name"] = name
    return answers | {"work/labour": "none", "work/kind": "student"}


def _work(dice: Dice, member: Member, age: int) -> dict[str, Any]:
    if age < 7:
        return {"school/education": "preschool", "work/labour": "none"}
    education = dice.weighted(
        (("illiterate", 30), ("primary", 52), ("junior", 16), ("senior", 2)) if age >= 58
        else (("primary", 28), ("junior", 52), ("senior", 14), ("college", 5), ("bachelor", 1)) if age >= 36
        else (("junior", 40), ("senior", 30), ("college", 20), ("bachelor", 10))
    )  # fmt: skip
    answers: dict[str, Any] = {"school/education": education} if dice.chance(85) else {}
    if age >= 74:
        return answers | {"work/labour": "none", "work/kind": "none"}
    answers["work/labour"] = "weak" if age >= 62 else "skilled" if dice.chance(18) else "ordinary"
    if member.home:
        answers["work/kind"] = dice.weighted(
            (("local_farm", 72), ("local_job", 13), ("public_post", 6), ("self_employed", 6), ("none", 3))
        )
        return answers
    answers["work/kind"] = dice.weighted((("out_province", 66), ("in_province", 14), ("in_county", 18), ("self_employed", 2)))
    if answers["work/kind"] == "out_province" and dice.chance(75):
        answers["work/place"], answers["work/employer"] = dice.choice(CITIES), dice.choice(JOBS)
    if dice.chance(30):
        answers["work/wage_month"] = dice.choice((3200, 3800, 4200, 4500, 5000, 5500, 6000, 7200))
    return answers


def _party(dice: Dice, member: Member, today: date) -> dict[str, Any]:
    joined = min(member.born + dice.randint(21, 38), today.year - 1)
    answers: dict[str, Any] = {"party/political": "party_member", "party/join_date": f"{joined}-07-01"}
    if not member.home:
        answers |= {"party/mobile": "yes", "party/where": answers.get("work/place", "广东")}
    return answers


def _groups(member: Member, answers: dict[str, Any], age: int, in_school: bool) -> list[str]:
    found = []
    if answers.get("health/state") == "disabled":
        found.append("disabled")
    if answers.get("health/state") == "serious":
        found.append("serious_illness")
    if age <= 15 and member.relation in ("grandson", "granddaughter") and in_school:
        found.append("left_child")
    return found
