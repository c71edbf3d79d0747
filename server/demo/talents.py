"""Able people who agreed to be listed, those who are brought on, what was taught, and who serves as an example."""

from __future__ import annotations

from typing import Any

from server.demo.people import Member
from server.demo.scene import Scene
from server.demo.writing import Written

#: categories, source, what they can do, trade
ABLE = (
    (["wealth_leader"], "entrepreneur", "种柑橘三十亩，带人嫁接", "柑橘"), (["wealth_leader", "technician"], "local", "养蜂，一年四十箱", "养蜂"), (["craftsman"], "local", "石匠、砌墙", "建房"),
    (["veteran"], "veteran", "当过工兵，懂机械", "挖机"), (["returned_student"], "returned_student", "学会计的，愿意帮村里记账", "会计"), (["returned_migrant", "ecommerce"], "returned_migrant", "在网上卖辣椒", "电商"),
    (["entrepreneur"], "entrepreneur", "办加工厂，十几个人", "加工"), (["arts"], "local", "山歌、花灯", "文艺"), (["technician"], "local", "农机修理", "农机"), (["craftsman"], "local", "木匠，会修老屋", "木工"),
    (["doctor_teacher"], "local", "退休老师，会写会算", ""), (["party_candidate"], "returned_migrant", "组里人服他", ""),
)  # fmt: skip
TRAININGS = (
    ("支部学习：党章", "branch_study", ["charter"], ["member"], 2), ("柑橘修剪和病虫害", "technique", ["technique", "skills_wealth"], ["villager"], 6), ("远程教育：惠农政策", "distance", ["policies"], ["member"], 2),
    ("学系列讲话", "branch_study", ["speeches"], ["member"], 2), ("到邻县看合作社", "study_tour", ["new_countryside", "skills_wealth"], ["secretary", "member"], 8), ("村级财务管理", "camp", ["village_finance", "rural_law"], ["secretary"], 8),
    ("怎么当好村干部", "camp", ["good_cadre", "new_countryside", "technique"], ["secretary", "student_official"], 16), ("廉政提醒会", "clean_gov", ["clean_gov"], ["secretary"], 2), ("党务知识", "party_affairs", ["party_affairs"], ["secretary", "member"], 4),
    ("岗位职责", "post_duty", ["post_duty"], ["secretary"], 3), ("辣椒加工", "skills_wealth", ["skills_wealth"], ["villager", "member"], 6), ("中心组学习", "central_group", ["speeches", "policies"], ["secretary"], 3),
    ("非公企业党建指导员会", "other", ["party_affairs"], ["nonpublic"], 3),
)  # fmt: skip
APPLIED = ("回来把老果园剪了", "合作社的账理清了", "照着办了公约", "修了烘干房")


def taught(scene: Scene) -> None:
    """Who came before the term began was trained first; then a training every few weeks."""
    dice = scene.dice
    begun = min(scene.days, 700)
    scene.put("training", scene.ago(begun - 20), {"title": "驻村干部岗前培训", "kind": "pre_job", "start": scene.ago(begun - 20), "end": scene.ago(begun - 26), "hours": 40, "attendees_count": 46,
                                                  "organiser": "县委组织部", "topics": ["policies", "good_cadre"], "teams": ["resident", "first_secretary"], "applied": "先把户名单理了一遍"})  # fmt: skip
    for number in range(len(TRAININGS) if scene.rich else 2):
        title, kind, topics, teams, hours = TRAININGS[number]
        on = 8 + 25 * number + dice.randint(0, 12)
        answers: dict[str, Any] = {"title": title, "kind": kind, "start": scene.ago(on), "end": scene.ago(on - (1 if hours > 8 else 0)), "hours": hours, "attendees_count": dice.randint(8, 34),
                                   "topics": topics, "teams": teams, "organiser": f"{scene.plan.name}党支部" if kind == "branch_study" else "镇党建办"}  # fmt: skip
        if "nonpublic" in teams:
            answers["nonpublic_teams"] = ["instructor"]
        if dice.chance(40):
            answers["applied"] = dice.choice(APPLIED)
        scene.put("training", scene.ago(on), answers)


def able(scene: Scene) -> None:
    """Each agreed. Two are in the reserve, one is a student official who had a post in the town."""
    dice = scene.dice
    grown = [who for home, who in scene.people() if 24 <= who.age(scene.today) <= 66 and who.home and "refuses" not in home.tags]
    some = dice.sample(grown, min(len(grown), (len(ABLE) + 2) if scene.rich else 2))
    listed = [_talent(scene, who, *ABLE[number]) for number, who in enumerate(some[: len(ABLE)])]
    outside = [who for _, who in scene.people() if not who.home and 30 <= who.age(scene.today) <= 58]
    for who in dice.sample(outside, min(len(outside), 3 if scene.rich else 0)):
        listed.append(_talent(scene, who, ["native_outside"], "native_outside", "在外面办厂，愿意牵线", "五金"))
    for number, who in enumerate(some[len(ABLE) :]):
        reserve = {"reserve_status": ("pooled", "inspected")[number % 2], "recommended_by": scene.secretary(), "recommended_on": scene.ago(190), "inspected_on": scene.ago(150)}
        _talent(scene, who, ["reserve_cadre"], "local", "会写材料，组里人服", "", **reserve)
    if scene.rich:
        _official(scene)
        _example(scene, listed)


def _talent(scene: Scene, who: Member, categories: list[str], source: str, skills: str, trade: str, **more: Any) -> Written:
    dice = scene.dice
    since = dice.randint(20, 330)
    answers: dict[str, Any] = {"name": who.name, "person": who.id, "categories": categories, "contact_ok": "yes", "source": source, "skills": skills, "industry": trade, "since": scene.ago(since)}
    if "wealth_leader" in categories or "entrepreneur" in categories:
        answers["led_households"] = dice.randint(3, 18)
    if dice.chance(40):
        answers["growth"] = scene.rows({"date": scene.ago(dice.randint(2, since)), "text": dice.choice(("带出两个徒弟", "规模扩了一倍", "拿了县里的技能证"))})
    courses = [one.id for one in scene.of("training") if one.answers["kind"] in ("technique", "skills_wealth", "study_tour")]
    if courses and dice.chance(70):
        answers["trainings"] = scene.rows({"training": dice.choice(courses)})
    return scene.put("talent", scene.ago(since), answers | more)


def _official(scene: Scene) -> None:
    """A student official with two mentors, sent to the town for half a year."""
    name, since = "安小雪", scene.ago(340)
    talent = scene.put("talent", since, {"name": name, "categories": ["student_official"], "contact_ok": "yes", "source": "selected", "skills": "会做表格和视频", "since": since, "hired_on": None,
                                         "official/hired_on": scene.ago(420), "official/post": "村党支部书记助理", "official/committee": ["party", "cooperative"]})  # fmt: skip
    rows = scene.rows(*({"date": scene.ago(12 + 30 * n), "mode": "work", "content": text} for n, text in enumerate(("一起走了五户", "教她写议定事项", "带她开了组里的会"))))
    scene.put("aid_pair", scene.ago(12), {"kind": "mentor_2_1", "helper1_name": "镇党委委员", "helper2_name": scene.secretary(), "helped_name": name, "helped_talent": talent.id, "start": scene.ago(300),
                                          "state": "active", "contacts": rows, "plan": scene.rows({"text": "一年内独立主持一次院坝会", "due": scene.ago(-60)})})  # fmt: skip
    scene.put("temp_post", scene.ago(60), {"person": talent.id, "person_name": name, "kind": "temp_post", "post": "镇党建办跟班", "host_name": "镇党建办", "batch": f"{scene.today.year} 年第一批",
                                           "start": scene.ago(240), "end": scene.ago(60), "appraisal": "qualified",
                                           "tasks": scene.rows({"text": "防汛值班", "level": ["urgent"]}, {"text": "整理党员档案", "level": ["heavy"]})})  # fmt: skip
    scene.put("temp_post", scene.ago(20), {"person": talent.id, "person_name": name, "kind": "village_exchange", "post": "异村交流", "host_name": "邻村村委会", "start": scene.ago(20), "end": scene.ago(-70)})


def _example(scene: Scene, listed: list[Written]) -> None:
    one = listed[0].answers
    scene.put("model_case", scene.ago(75), {"kind": "advanced", "subject": f"{one['name']}：{one['skills']}", "person": one["person"], "story": "自己先种成了，再一户一户教，收购也联系好。", "spread": ["internet", "meeting"],
                                            "on": scene.ago(75)})  # fmt: skip
    scene.put("model_case", scene.ago(40), {"kind": "laggard", "subject": "二组环境从末尾赶上来", "story": "组长带头，每周三大扫除，三个月变了样。", "spread": ["radio"], "on": scene.ago(40)})
