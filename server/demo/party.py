"""Party life of a village: the roster, posts, pledges, what mobile members write home, activities, the monthly look back."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from server.demo.homes import Home
from server.demo.people import Member
from server.demo.scene import Scene

POSTS = (
    ("env", "每周看一遍组里的卫生，带头扫门前"), ("security", "晚上巡一圈，外来人员问一声"), ("mediation", "组里有口角先去劝"), ("policy", "新政策念给左邻右舍听"),
    ("care", "每月看两位独居老人"), ("wealth", "带三户种辣椒，管技术"), ("forest_water", "看山看水，防火期天天走"), ("finance_supervision", "每季度对一次村里的账"),
    ("civility", "红事白事劝从简"), ("info", "招工和行情转到群里"), ("tech", "试种新品种，成了再推"),
)  # fmt: skip
PROMISES = (
    "帮两户独居老人砍柴挑水", "带五户种辣椒，收购找好", "把自家门前水沟通了", "巡山一年不断", "组里红白事从简", "教三个人修果树", "每月陪老人去一次卫生院",
    "把闲置的地让出来修路", "管好组里的路灯", "调解三起口角", "打扫活动广场", "给学生辅导作业",
)  # fmt: skip
VOLUNTEER = (
    ("volunteer", "帮独居老人收玉米", "组里坡上", "收了四亩，背回家"), ("cleaning", "清洁日：清河道和垃圾池", "清水河边", "清了两车垃圾"),
    ("patrol", "夜里治安巡逻", "村部到三组", ""), ("cleaning", "清洁日：扫主路、清水沟", "主路", "水沟通了"), ("publicity", "防火防溺水宣传", "各组院坝", "发了明白纸"),
    ("volunteer", "给老人理发、量血压", "村文化广场", "来了三十几位"), ("culture", "广场舞和山歌会", "村文化广场", "邻村也来了人"), ("patrol", "汛期巡山塘", "山塘和河边", ""),
    ("sport", "篮球赛", "村小操场", "四个组组队"), ("volunteer", "帮缺劳力户修屋顶", "二组", "换了一百多块瓦"), ("publicity", "防电信诈骗宣传", "赶场路口", "当场劝住一位"),
    ("cleaning", "清洁日：拆旧圈、整房前屋后", "一组", "拆了两处旧圈"),
)  # fmt: skip
REPORTS = (
    "在厂里上班，支部的群天天看，会上的事知道了。", "加班多，学习跟得上，帮两个老乡找了活。", "想年底回来看看合作社，想入股。", "在工地当班长，安全的事抓得紧。",
    "参加了街道的党员活动，给老家捐了 300 元修路。",
)  # fmt: skip
SHORT = (
    ("通知慢，有的户没通知到", "群里发了再打一遍电话"), ("台账记得晚", "当天的事当天记"), ("跑得少，二组两个月没去", "下月把二组走一遍"), ("开会时间长", "一次只议三件事"),
    ("清洁日来的人少", "定在赶场天前一天"),
)  # fmt: skip
STUDIED = ("读了乡村振兴的文件，明白产业要先找销路。", "学了党章，党员要先做出样子。", "听了防汛的课，隐患要天天看。", "学了低保的规定，以后核得更细。")

#: With fewer there is nothing to show of party life.
FEW = 7


def roster(scene: Scene) -> None:
    """What the roll says of party members and of whom one goes to see first; the secretary is one of them."""
    dice, village = scene.dice, scene.plan.name
    _enough(scene)
    members = scene.members()
    able = [pair for pair in members if pair[1].home and 34 <= pair[1].age(scene.today) <= 64]
    if able:
        _secretary(scene, *able[0])
    for home, who in members:
        who.answers.setdefault("party/post", "none")
        who.answers |= {"party/branch": f"{village}党支部", "party/stage": "full", "party/stage_date": who.answers["party/join_date"]}
        if who.answers.get("party/mobile") == "yes":
            who.answers |= {"party/linked_by": scene.secretary(), "party/mobile_since": scene.ago(dice.randint(310, 1500))}
            who.answers |= {"party/contact": f"1540002{dice.randrange(10_000):04d}"} if dice.chance(80) else {}
            who.answers |= {"party/org_where": "流入地街道流动党员支部"} if dice.chance(40) else {}
        if who.home and dice.chance(12 if scene.rich else 25):
            home.answers |= {"remarks/demo": "yes", "remarks/led_households": dice.randint(3, 9)}
    _coming(scene)
    _tags(scene)


def _enough(scene: Scene) -> None:
    """A team that writes everything down has a branch to write about, also where few people live."""
    members = scene.members()
    if not scene.rich or len(members) >= FEW:
        return
    grown = [who for home, who in scene.people() if not home.fixed and 30 <= who.age(scene.today) <= 66 and "party/political" not in who.answers]
    home, away = [who for who in grown if who.home], [who for who in grown if not who.home]
    new, gone = home[: FEW - 2], away[:2]
    for who in (*new, *gone):
        who.answers |= {"party/political": "party_member", "party/join_date": f"{min(who.born + 27, scene.today.year - 2)}-07-01"}
        who.answers |= {"party/mobile": "yes", "party/where": who.answers.get("work/place", "广东")} if who in gone else {}
    scene.page["population/party_members"] = len(scene.members())
    scene.page["population/mobile_members"] = sum(who.answers.get("party/mobile") == "yes" for _, who in scene.members())


def _secretary(scene: Scene, home: Home, who: Member) -> None:
    row = scene.page["organisation/members"][0]
    row |= {"name": who.name, "birth_year": who.born, "gender": who.gender}
    who.answers |= {"party/post": "secretary", "party/since": f"{row['since']}-03-01", "party/types": ["service", "practical"]}


def _coming(scene: Scene) -> None:
    """Who wants to join, and how far they have come."""
    wanted = ("probationary", "candidate", "activist", "activist", "applicant", "applicant") if scene.rich else ("activist",)
    grown = [who for _, who in scene.people() if 20 <= who.age(scene.today) <= 48 and "party/political" not in who.answers and who.home]
    for stage, who in zip(wanted, scene.dice.sample(grown, min(len(grown), len(wanted))), strict=False):
        who.answers |= {"party/stage": stage, "party/stage_date": scene.ago(scene.dice.randint(305, 620))}
        who.answers |= {"party/political": "probationary"} if stage == "probationary" else {"more/target_groups": ["activist"]}


def _tags(scene: Scene) -> None:
    """A few of each kind that a cadre sees first."""
    dice, today = scene.dice, scene.today
    here = [who for _, who in scene.people() if who.home]
    old = [who for who in here if 62 <= who.age(today) <= 82]
    young = [who for who in here if 20 <= who.age(today) <= 36 and who.answers.get("work/kind") != "student"]
    able = [who for who in here if 32 <= who.age(today) <= 60 and who.answers.get("work/kind") in ("self_employed", "local_farm")]
    more = 3 if scene.rich and scene.plan.households > 100 else 1
    for tag, among, count in (
        ("retired_cadre", old, more + 1), ("old_doctor", old, 1), ("old_teacher", old, more), ("wealth_leader", able, more), ("arts_backbone", here, more),
        ("returned_youth", young, more), ("two_reps", able, more),
    ):  # fmt: skip
        grown = [who for who in among if who.age(today) >= 18]
        for who in dice.sample(grown, min(count, len(grown))):
            who.answers["more/target_groups"] = sorted({*who.answers.get("more/target_groups", ()), tag})


def life(scene: Scene) -> None:
    """The records of party life."""
    members = scene.members()
    _posts(scene, [who for _, who in members if who.home and who.age(scene.today) < 78])
    _pledges(scene, [who for _, who in members if who.home])
    _reports(scene, [who for _, who in members if who.answers.get("party/mobile") == "yes"])
    _activities(scene)
    _look_back(scene)


def _posts(scene: Scene, able: list[Member]) -> None:
    dice = scene.dice
    start = f"{scene.today.year}-01-1{dice.randint(0, 9)}"
    for number, who in enumerate(able):
        if dice.chance(18) and number > 1:
            continue
        post, duties = POSTS[number % len(POSTS)]
        answers: dict[str, Any] = {"member": who.id, "member_name": who.name, "post": post, "duties": duties, "active": "yes", "decided_on": start}
        if dice.chance(60):
            answers |= {"declared": "自己愿意", "recommended": dice.randint(8, 40), "announced_on": start}
        scene.put("post_duty", start, answers)


def _pledges(scene: Scene, home: list[Member]) -> None:
    dice, today = scene.dice, scene.today
    for year in (today.year - 1, today.year):
        made = f"{year}-01-2{dice.randint(0, 8)}"
        for number, who in enumerate(home):
            if made > today.isoformat() or (number and dice.chance(30)):
                continue
            kept = dice.weighted((("kept", 88), ("not_kept", 12))) if year < today.year else dice.weighted((("going", 60), ("kept", 40)))
            answers: dict[str, Any] = {"member": who.id, "member_name": who.name, "promise": PROMISES[(number + year) % len(PROMISES)], "kind": "member", "public": "yes",
                                       "made_on": made, "due": f"{year}-12-31", "kept": kept}  # fmt: skip
            if kept != "going":
                answers |= {"kept_note": "办到了，大家看得见" if kept == "kept" else "出门打工，没办成", "rated_by": "masses"}
            elif dice.chance(50):
                answers["checks"] = scene.rows({"date": scene.ago(dice.randint(20, 90)), "text": "办了一半"})
            scene.put("pledge", max(made, scene.ago(200)), answers)
    made = f"{today.year}-01-15"
    if made < today.isoformat():
        scene.put("pledge", made, {"member_name": scene.secretary(), "promise": "今年把通组路修通，村集体收入过二十万", "kind": "secretary", "public": "yes", "made_on": made,
                                   "due": f"{today.year}-12-31", "kept": "going", "publicity_from": made, "publicity_to": f"{today.year}-01-30"})  # fmt: skip


def quarter_of(day: date) -> str:
    return f"{day.year}Q{(day.month + 2) // 3}"


def _reports(scene: Scene, mobile: list[Member]) -> None:
    """Three quarters back; the first one has been silent for more than one."""
    dice = scene.dice
    for number, who in enumerate(mobile):
        for back in (3, 2, 1):
            if (number == 0 and back < 3) or dice.chance(8):
                continue
            on = scene.today - timedelta(days=92 * back - dice.randint(0, 20))
            scene.put("mobile_report", on.isoformat(), {"member": who.id, "member_name": who.name, "quarter": quarter_of(on), "received_on": on.isoformat(),
                                                        "channel": dice.weighted((("wechat", 80), ("phone", 20))), "summary": dice.choice(REPORTS)})  # fmt: skip


def _activities(scene: Scene) -> None:
    dice = scene.dice
    months = min(12 * scene.plan.years, 36) if scene.rich else 3
    for month in range(months):
        for number in range(2 if scene.rich else 1):
            kind, theme, place, result = VOLUNTEER[(month * 2 + number) % len(VOLUNTEER)]
            on = scene.ago(2 + 30 * month + dice.randint(0, 26))
            people = dice.randint(6, 28)
            answers: dict[str, Any] = {"kind": kind, "held_on": on, "theme": theme, "place": place, "participants": people, "result": result}
            if kind == "patrol":
                answers |= {"area": place, "findings": dice.choice(("没有异常", "山塘边有小孩玩水，劝回去了", "路灯灭了一盏")), "members": "、".join(scene.cadres()[:2])}
            elif dice.chance(60):
                answers |= {"beneficiaries": people * dice.randint(1, 4), "hours": people * dice.choice((2, 3))}
            scene.put("activity", on, answers)


def _look_back(scene: Scene) -> None:
    """Every month of the last year; what was short last month is still to be mended."""
    dice = scene.dice
    for back in range(12 if scene.rich else 2):
        held = scene.today - timedelta(days=6 + 30 * back)
        entries = []
        for speaker in dice.sample(scene.cadres(), 2):
            shortcoming, mend = dice.choice(SHORT)
            due = (held + timedelta(days=25)).isoformat()
            entries.append({"speaker": speaker, "experience": dice.choice(STUDIED), "shortcoming": shortcoming, "rectification": mend, "due": due, "done": "yes" if back else "no"})
        scene.put("say_do_evaluate", held.isoformat(), {
            "month": held.isoformat()[:7], "level": "village", "held_on": held.isoformat(), "host_name": scene.secretary(), "participants": dice.randint(7, 16),
            "entries": scene.rows(*entries), "month_summary": "路、水、补贴三件事往前走了。", "next_plan": "把冬季防火和参保缴费抓紧。", "measures": "两委分片，每片一人。",
        })  # fmt: skip
