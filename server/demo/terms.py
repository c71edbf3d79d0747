"""A term in the village: who is and was here, what they set out to do, what they noted, asked and handed over."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

from server.demo.plan import WORKERS
from server.demo.scene import NAMES, Login, Scene
from server.demo.writing import Written

#: text, duty, state, levels
TASKS: tuple[tuple[str, str, str, list[str]], ...] = (
    ("每月开好主题党日", "party", "doing", []), ("培养两名后备干部", "party", "doing", ["heavy"]), ("柑橘园提质一百亩", "prosper", "doing", ["hard"]), ("村集体收入过二十万", "prosper", "doing", ["heavy"]),
    ("村规民约再议一遍", "govern", "todo", []), ("三务公开每季度上墙", "govern", "doing", []), ("把常住户走一遍", "serve", "done", []), ("慢病卡应办尽办", "serve", "doing", []), ("清水河汛期巡查排班", "serve", "done", ["risky", "urgent"]),
)  # fmt: skip
#: topic, text, kind, policies
NOTES: tuple[tuple[str, str, str, list[str]], ...] = (
    ("低保、特困、临时救助怎么区分", "看人均收入和财产；特困看无劳动能力、无生活来源、无法定赡养人；临时救助看突发。", "policy", ["dibao", "tekun", "temp_aid"]),
    ("残疾人两项补贴", "困难生活补贴看低保边缘，护理补贴看一二级。可以同时领。", "policy", ["disabled_living", "disabled_care"]), ("医保和慢病门诊", "慢病卡凭病历在卫生院办，报销比例高。", "policy", ["medical_insurance", "chronic_card", "medical_aid"]),
    ("教育资助和雨露计划", "从幼儿园到大学都有，职校学生还有雨露。", "policy", ["edu_aid", "rain_dew", "lunch"]), ("危房改造和饮水", "C、D 级才能改；饮水看水量、水质、取水时间。", "policy", ["house_renovation", "drinking"]),
    ("衔接资金能做什么", "产业优先，要有联农带农，资产要移交管护。", "policy", ["industry_award", "grain", "public_post", "microloan", "relocation", "consumption", "forest"]),
    ("村里产业的几条路", "柑橘提质、辣椒订单、林下养蜂，先做销路再扩面。", "countermeasure", []), ("向老支书学调解", "先各听一遍，不当场断对错，第二天再说。", "learn_from_old", []), ("下一步的打算", "先修路和水，再动产业，一件一件来。", "idea", []),
)  # fmt: skip
HIGHLIGHTS = ("早上起雾，路滑。", "傍晚和老支书坐了一会儿。", "中午在村部吃的饭。", "天晴，坡上都在收。", "下雨，走得慢。")


def terms(scene: Scene, visits: list[Written]) -> None:
    """Everything of the team's own; diaries are put together from visits there are."""
    before = _assignments(scene)
    _tasks(scene)
    _notes(scene)
    _steps(scene)
    if scene.rich:
        _diaries(scene, visits)
        _handover(scene, before)
        _suggestions(scene)
        if scene.main == "cadre1":
            _questions(scene)


def _assignments(scene: Scene) -> Written:
    """The one who left, then everybody who is here."""
    plan = scene.plan
    begun = min(scene.days, 400)
    first = scene.put("assignment", scene.ago(begun), {
        "person": "蒋国平", "post": "first_secretary", "unit_name": "县林业局", "unit_level": "county", "village_name": plan.name, "is_first_secretary": "yes", "start": scene.ago(begun + 760),
        "end": scene.ago(begun + 10), "successor_name": NAMES[scene.main], "political": "party_member",
    })  # fmt: skip
    for worker in WORKERS:
        if plan.name not in worker.villages:
            continue
        first_secretary = worker.role == "first_secretary"
        scene.put("assignment", scene.ago(begun), {
            "person": worker.name, "account": Login(worker.login), "post": "first_secretary" if first_secretary else "captain" if worker.login == scene.main else "member", "village_name": plan.name,
            "unit_name": "县农业农村局" if worker.login == scene.main else "县审计局", "unit_level": "county", "is_captain": "yes" if worker.login == scene.main else "no",
            "is_first_secretary": "yes" if first_secretary else "no", "start": scene.ago(begun), "end": scene.ago(begun - 730), "predecessor_name": "蒋国平", "political": "party_member",
        }, by=worker.login if worker.login in plan.authors else "")  # fmt: skip
    return first


def _tasks(scene: Scene) -> None:
    for number, (text, duty, state, levels) in enumerate(TASKS if scene.rich else TASKS[::2]):
        made = scene.ago(40 + 25 * number)
        answers: dict[str, Any] = {"text": text, "duty": duty, "state": state, "level": levels, "made_on": made, "from": "township" if levels else "self"}
        if state == "done":
            answers |= {"done_on": scene.ago(15 + number), "result": "办好了"}
        else:
            answers["due"] = scene.ago(-20 - 12 * number)
        scene.put("task", made, answers, by=scene.main)


def _notes(scene: Scene) -> None:
    for number, (topic, text, kind, policies) in enumerate(NOTES if scene.rich else NOTES[:2]):
        on = scene.ago(20 + 30 * number)
        scene.put("study_note", on, {"topic": topic, "text": text, "kind": kind, "policy": policies, "on": on})


def _steps(scene: Scene) -> None:
    """One item that does not apply here, with the reason; one marked by hand; one of the village's own."""
    begun = scene.ago(min(scene.days, 380))
    scene.put("step_item_state", begun, {"item_id": "s1.role.mindset", "step": 1, "state": "done", "note": "住下来了，和老支书吃了头一顿饭。", "updated_on": begun})
    scene.put("step_item_state", scene.ago(120), {"item_id": "s4.mass.doctors", "step": 4, "state": "na", "na_reason": "村里的老医生都不在了", "updated_on": scene.ago(120)})
    if scene.rich:
        scene.put("step_item_state", scene.ago(60), {"item_id": f"s8.local.{scene.dice.id()}", "step": 8, "title": "给十二户老人装扶手", "state": "doing", "note": "装了七户", "updated_on": scene.ago(60)})


def _diaries(scene: Scene, visits: list[Written]) -> None:
    """The last days on which who writes most went out."""
    named = {home.id: home.head.name for home in scene.homes}
    days: dict[str, list[Written]] = {}
    for visit in visits:
        if visit.by == scene.main and visit.answers.get("household") in named and visit.answers["visited_on"] < scene.ago(0):
            days.setdefault(visit.answers["visited_on"], []).append(visit)
    for on in sorted(days, reverse=True)[: 40 if scene.plan.households > 60 else 6]:
        lines = [f"走访{named[one.answers['household']]}家。{one.answers.get('facts', '')}" for one in days[on]]
        title = f"{date.fromisoformat(on).month}月{date.fromisoformat(on).day}日 走访{len(lines)}户"
        scene.put("diary", on, {"diary_date": on, "title": title, "body": "\n".join([*lines, scene.dice.choice(HIGHLIGHTS)])}, by=scene.main)


def _handover(scene: Scene, before: Written) -> None:
    """What the one before left, as the phone writes it: one part a line."""
    homes = [home for home in scene.homes if {"monitored", "tekun"} & set(home.answers["types"])][:6]
    parts = [
        {"part": "monitored", "items": [{"id": home.id, "text": home.head.name, "meta": f"{home.group} 组"} for home in homes], "more": 0, "note": "这几户每月要去。"},
        {"part": "agreed", "items": [{"id": "", "text": "三组蓄水池要修，钱没落实", "meta": "水利站"}], "more": 0, "note": ""},
        {"part": "contacts", "items": [{"id": "", "text": scene.secretary(), "meta": "村支书，村里的事先问他"}], "more": 0, "note": ""},
    ]  # fmt: skip
    on = str(before.answers["end"])
    scene.put("handover", on, {"assignment": before.id, "made_on": on, "to_name": NAMES[scene.main], "note": "慢慢来，先把路走熟。有事打电话。",
                               "parts": "\n".join(json.dumps(part, ensure_ascii=False) for part in parts if part["items"])}, by=scene.main)  # fmt: skip


def _suggestions(scene: Scene) -> None:
    scene.put("suggestion", scene.ago(33), {"text": "走访记录里想加一个“顺路看看”的去向。", "kind": "suggestion", "about": "这个应用", "made_on": scene.ago(33), "state": "passed_on"}, by=scene.main)
    scene.put("suggestion", scene.ago(6), {"text": "镇里同一张表一个月要了三次，能不能从这里直接取。", "kind": "complaint", "about": "报表", "made_on": scene.ago(6), "state": "open"}, by=scene.main)


def _questions(scene: Scene) -> None:
    """The first secretary asks: one has an answer to look at, one is settled, one waits."""
    homes = [home for home in scene.homes if home.lived_in and not home.fixed][:40]
    for home, path, about, text, answer, state in zip(
        scene.dice.sample(homes, min(3, len(homes))),
        ("income/year_total", "people_count", "house/water"),
        ("年收入", "家庭人口", "饮水来源"),
        ("年收入这个数是怎么算的？", "人口和派出所的对得上吗？", "枯水期也够用吗？"),
        ("务工加上土鸡，去年的。", "对过了，一样。", ""),
        ("answered", "closed", "open"),
        strict=False,
    ):
        asked = 12 if state == "closed" else 2
        first = {"text": answer, "by": Login("cadre1"), "at": f"{scene.ago(asked - 1)}T20:10:00.000+08:00"}
        scene.put("field_question", scene.ago(asked), {
            "record": home.id, "kind": "household", "question": path, "about": f"{home.head.name} · {about}", "asked_text": text, "asked_of": Login("cadre1"), "asked_on": scene.ago(asked), "state": state,
            "messages": scene.rows(first) if answer else [],
        }, by="secretary1")  # fmt: skip
