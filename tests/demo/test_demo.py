"""The demo township: always the same, as large as promised, and nothing in it that the forms would not take."""

from __future__ import annotations

import time
from collections import Counter
from dataclasses import replace
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any

import pytest

from server import demo, roster
from server.database import Database
from server.demo import visit_words
from server.demo.dice import CHINA
from server.demo.plan import WORKERS, plans
from server.demo.village import records
from server.demo.writing import Moment, Written
from server.records import Seed, load
from server.surveys.catalogue import Catalogue
from server.surveys.form import Form
from tests.surveys.test_forms import compiled

NOW = datetime(2026, 11, 23, 11, 20, tzinfo=CHINA)
MOMENT = Moment(NOW)
TODAY = NOW.date()
OPEN = {"village_handling", "handling", "assigned", "reported", "extended", "done", "feedback", "verified", "registered", "returned"}


@cache
def made(village: str, size: str = "default") -> list[Written]:
    return records(next(plan for plan in plans(size) if plan.name == village), MOMENT)


def of(village: str, kind: str) -> list[Written]:
    return [record for record in made(village) if record.kind == kind]


def by_name(village: str) -> dict[str, Written]:
    return {record.answers["head_name"]: record for record in of(village, "household")}


@pytest.fixture(scope="module")
def our_forms() -> dict[str, Form]:
    return compiled()


def test_the_same_plan_on_the_same_day_gives_the_same_records() -> None:
    plan = plans("default")[3]
    assert records(plan, MOMENT) == records(plan, MOMENT)
    assert records(plan, MOMENT) == made(plan.name)


def test_ids_are_uuids_of_version_7_and_unlike_each_other() -> None:
    ids = [record.id for plan in plans("default") for record in made(plan.name)]
    assert len(set(ids)) == len(ids)
    assert {(id_[14], id_[19] in "89ab") for id_ in ids} == {("7", True)}
    tomorrow = Moment(NOW + timedelta(days=1))
    plan = plans("small")[2]
    homes = [[r.id for r in records(plan, moment) if r.kind == "household"] for moment in (MOMENT, tomorrow)]
    assert homes[0] == homes[1]


def test_the_main_village_has_the_figures_of_the_pictures() -> None:
    homes = of("石桥村", "household")
    assert len(homes) == 412 and len(of("石桥村", "person")) == 1437
    assert sum(home.answers["presence"] == "resident" for home in homes) == 283
    assert sum(home.answers["presence"] == "empty" for home in homes) == 3
    assert sum("monitored" in home.answers["types"] for home in homes) == 7
    assert sum("out_of_poverty" in home.answers["types"] for home in homes) == 45
    page = next(r.answers for r in of("石桥村", "village_profile") if r.answers["year"] == 2026)
    assert page["population/people_resident"] == 902
    status = Counter(problem.answers["status"] for problem in of("石桥村", "problem"))
    assert status["closed"] == 63 and status["shelved"] == 1
    assert sum(status[name] for name in OPEN) == 8


def test_twelve_villages_and_one_next_door() -> None:
    names = [plan.name for plan in plans("default") if plan.township == "清溪镇"]
    assert names[:3] == ["石桥村", "柳湾村", "云顶村"]
    assert set(names[3:]) == {"梨树坪村", "三岔河村", "枫树村", "白岩村", "竹溪村", "东坝村", "老街村", "杨家沟村", "望月村"}
    assert len({plan.code for plan in plans("default")}) == 13
    with pytest.raises(ValueError, match="small, default, large"):
        plans("huge")


def test_the_large_village_has_about_32_000_records_of_its_homes_and_problems() -> None:
    found = Counter(record.kind for record in made("石桥村", "large"))
    assert (found["household"], found["person"]) == (1100, 3500)
    assert 31_000 < sum(found[kind] for kind in ("household", "person", "visit", "problem", "village_profile")) < 33_000
    days = [record.answers["visited_on"] for record in made("石桥村", "large") if record.kind == "visit"]
    assert 4.5 < (TODAY - date.fromisoformat(min(days))).days / 365 <= 5


def test_today_has_what_the_picture_has() -> None:
    homes = {home.id: name for name, home in by_name("石桥村").items()}
    owed = {
        (homes[visit.answers["household"]], visit.answers["promise"], visit.answers["follow_up_on"])
        for visit in of("石桥村", "visit")
        if visit.answers.get("promise") and not visit.answers.get("promise_done_on")
        and visit.answers["follow_up_on"] <= (TODAY + timedelta(days=7)).isoformat()
    }  # fmt: skip
    assert owed == {("李秀兰", "带慢病门诊申请表", "2026-11-21"), ("杨德贵", "问低保复核结果", "2026-11-23")}
    pool = next(p.answers for p in of("石桥村", "problem") if p.answers["title"] == "三组蓄水池漏水")
    assert (pool["status"], pool["due_on"], pool["lead_unit"], pool["responsible_person"]) == ("handling", "2026-11-24", "water", "何平")


def test_twelve_homes_were_not_seen_for_long_four_of_them_in_group_three() -> None:
    last: dict[str, str] = {}
    for visit in of("石桥村", "visit"):
        home = visit.answers["household"]
        last[home] = max(last.get(home, ""), visit.answers["visited_on"])
    limit = (TODAY - timedelta(days=60)).isoformat()
    lived_in = [home for home in of("石桥村", "household") if home.answers["presence"] in ("resident", "seasonal")]
    unseen = [home for home in lived_in if last.get(home.id, "") < limit]
    assert len(unseen) == 12
    assert sum(home.answers["group_no"] == 3 for home in unseen) == 4


def test_the_household_of_the_pictures() -> None:
    home = by_name("石桥村")["杨德贵"]
    assert (home.answers["group_no"], home.answers["house_no"]) == (3, "17")
    people = [p.answers for p in of("石桥村", "person") if p.answers["household"] == home.id]
    assert [(p["name"], p["relation"], 2026 - int(p["birth_date"][:4])) for p in people] == [
        ("杨德贵", "head", 71), ("王桂芳", "spouse", 68), ("杨建军", "son", 43), ("杨小雨", "granddaughter", 12),
    ]  # fmt: skip
    last = max((v for v in of("石桥村", "visit") if v.answers["household"] == home.id), key=lambda v: v.answers["visited_on"])
    assert last.answers["visited_on"] == (TODAY - timedelta(days=52)).isoformat()
    assert last.by == "cadre1"


def test_the_leader_finds_the_problems_of_the_pictures() -> None:
    everywhere = [(plan.name, problem.answers) for plan in plans("default")[:-1] for problem in _problems(plan.name)]
    new = {(village, p["title"]) for village, p in everywhere if p["status"] == "reported"}
    assert new == {
        ("石桥村", "三组一户挡土墙开裂"), ("柳湾村", "两家争山林界"), ("竹溪村", "冷链车进不来"), ("老街村", "小学早班车停了"),
    }  # fmt: skip
    late = {
        (village, p["title"], (TODAY - date.fromisoformat(p.get("extend_to") or p["due_on"])).days)
        for village, p in everywhere
        if p.get("reported_on") and p["status"] in OPEN - {"done", "feedback", "verified"}
        and (p.get("extend_to") or p.get("due_on", "9999")) < TODAY.isoformat()
    }  # fmt: skip
    assert late == {("三岔河村", "便桥护栏缺 6 米", 6), ("东坝村", "耕地补贴漏发 3 户", 2), ("云顶村", "停水 5 天", 1)}


def _problems(village: str) -> list[Written]:
    return of(village, "problem")


def test_every_status_is_somewhere_and_one_came_back_before_it_was_closed(our_forms: dict[str, Form]) -> None:
    everywhere = [problem.answers for plan in plans("default") for problem in _problems(plan.name)]
    assert {p["status"] for p in everywhere} == {row["name"] for row in our_forms["problem"].definition["lists"]["cl_problem_status"]}
    chain = next(p for p in everywhere if p["title"] == "学堂坡路边没护栏" and p["found_on"] == "2026-06-08")
    assert [action["kind"] for action in chain["actions"]] == [
        "register", "report", "return", "report", "assign", "progress", "done", "feedback", "close",
    ]  # fmt: skip
    common = Counter(p["category"] for p in everywhere)
    assert {"road", "water", "subsidy", "neighbour"} <= {name for name, _ in common.most_common(6)}


def test_what_was_done_follows_in_order_and_agrees_with_the_answers() -> None:
    for plan in plans("default"):
        for problem in _problems(plan.name):
            answers = problem.answers
            days = [action["on"] for action in answers["actions"]]
            assert days == sorted(days) and days[0] == answers["found_on"] and days[-1] <= TODAY.isoformat()
            order = [answers[path] for path in ("found_on", "reported_on", "assigned_on", "done_on", "feedback_on", "closed_on") if path in answers]
            assert order == sorted(order), answers
            assert (answers["status"] == "closed") == ("closed_on" in answers) or answers["status"] == "reopened"
            if answers["status"] in ("assigned", "handling", "extended") and answers["level"] != "village":
                assert answers["lead_unit"] and answers["due_on"]


def test_nothing_that_goes_up_names_a_household() -> None:
    """The township reads title and content; a name stands there only if the villager agreed, and here nobody was asked."""
    for plan in plans("default"):
        heads = {name for name in by_name(plan.name) if len(name) > 2}
        for problem in _problems(plan.name):
            if problem.answers.get("reported_on"):
                text = problem.answers["title"] + problem.answers["content"]
                assert not [name for name in heads if name in text]


def test_the_forms_take_everything_and_flag_what_is_wrong_on_purpose(our_forms: dict[str, Form]) -> None:
    flagged: Counter[tuple[str, str]] = Counter()
    for plan in plans("default"):
        # The forms are slow enough that every second record of the larger villages must do.
        for record in made(plan.name)[:: 2 if plan.households > 200 else 1]:
            form = our_forms[record.kind]
            assert form.shape(record.answers) == [], record
            for flag in form.flags(record.answers, datetime.fromisoformat(record.at)):
                flagged[record.kind, flag["question"]] += 1
    assert set(flagged) == {("household", "phone"), ("household", "resident_count"), ("person", "phone")}
    assert 10 < sum(flagged.values()) < 80


def test_choices_exist_in_the_lists(our_forms: dict[str, Form]) -> None:
    for village in ("石桥村", "云顶村"):
        for record in made(village):
            _check_choices(our_forms[record.kind], record.answers, "")


def _check_choices(form: Form, answers: dict[str, Any], prefix: str) -> None:
    for key, value in answers.items():
        question = form.question(prefix + key)
        if isinstance(value, list) and value and isinstance(value[0], dict):
            for entry in value:
                _check_choices(form, {name: one for name, one in entry.items() if name != "id"}, f"{prefix}{key}/")
        elif question is not None and question.choices:
            names = {row["name"] for row in form.definition["lists"][question.choices]}
            assert set(value if isinstance(value, list) else [value]) <= names, (question.path, value)


def test_records_point_at_households_that_are_there() -> None:
    for plan in plans("default"):
        homes = {record.id for record in of(plan.name, "household")}
        for record in made(plan.name):
            for path in ("household", "from_household"):
                assert record.answers.get(path, None) is None or record.answers[path] in homes


def test_the_roll_is_uneven_as_real_ones_are() -> None:
    homes = [home.answers for home in of("石桥村", "household")]
    people = [person.answers for person in of("石桥村", "person")]
    assert 40 < sum("phone" not in home for home in homes) < 160
    assert 40 < sum("birth_date" not in p and "birth_year" not in p for p in people) < 200
    families = Counter(home["head_name"][0] for home in homes)
    assert families.most_common(1)[0][0] == "杨" and 0.5 < families["杨"] / len(homes) < 0.7
    refused = {v.answers["household"] for v in of("石桥村", "visit") if v.answers["result"] == "refused"}
    assert len(refused) == 2
    silent = sum("facts" not in v.answers for v in of("石桥村", "visit")) / len(of("石桥村", "visit"))
    assert 0.05 < silent < 0.35


def test_no_number_could_be_somebodys() -> None:
    for plan in plans("default"):
        for record in made(plan.name):
            assert str(record.answers.get("phone", "1540000")).startswith("1540000")
            assert not {"id_no", "bank_account"} & record.answers.keys()


def test_the_notes_are_many_and_leave_no_blank_unfilled() -> None:
    texts = {line.text for line in visit_words.FACTS}
    assert len(texts) == len(visit_words.FACTS) >= 60
    said = [v.answers["facts"] for plan in plans("default") for v in of(plan.name, "visit") if "facts" in v.answers]
    said += [p.answers[path] for plan in plans("default") for p in _problems(plan.name) for path in ("title", "content")]
    assert not [text for text in said if "{" in text or "}" in text or "None" in text]
    homes: dict[str, list[str]] = {}
    for visit in of("石桥村", "visit"):
        if visit.answers["result"] == "met" and "facts" in visit.answers:
            homes.setdefault(visit.answers["household"], []).append(visit.answers["facts"])
    assert all(len(set(texts)) == len(texts) for texts in homes.values())


def test_one_meets_a_home_for_the_first_time_only_once() -> None:
    first: dict[str, str] = {}
    for visit in sorted(of("石桥村", "visit"), key=lambda v: v.answers["visited_on"]):
        if visit.answers["purpose"] == "first":
            assert visit.answers["household"] not in first
        first.setdefault(visit.answers["household"], visit.answers["visited_on"])


@pytest.mark.parametrize("hour", [0, 9, 23])
def test_nothing_is_written_in_the_future_at_any_hour(hour: int) -> None:
    now = datetime(2026, 3, 1, hour, 1, tzinfo=CHINA)
    for record in records(plans("small")[0], Moment(now)):
        assert datetime.fromisoformat(record.at) < now


# In a database


async def test_it_loads_and_says_so_and_only_once(database: Database, catalogue: Catalogue) -> None:
    said: list[str] = []
    accounts = await demo.load(database, catalogue, "small", "shibu-demo", now=NOW, say=said.append)
    with pytest.raises(roster.RosterError, match="already holds data"):
        await demo.load(database, catalogue, "small", "shibu-demo", now=NOW, say=said.append)
    async with database.snapshot() as connection:
        found = await connection.all(
            "SELECT v.name, r.kind, count(*) AS n FROM record r JOIN village v"
            " ON v.township_id = r.township_id AND v.id = r.village_id GROUP BY v.name, r.kind ORDER BY v.name, r.kind"
        )
        authors = await connection.all("SELECT DISTINCT a.login FROM record r JOIN account a ON a.id = r.created_by")
    assert [account.login for account in accounts] == ["cadre1", "cadre2", "cadre3", "secretary1", "leader1", "admin", "outsider"]
    assert {account.password for account in accounts} == {"shibu-demo"}
    here = {(row["name"], row["kind"]): row["n"] for row in found}
    for plan in plans("small"):
        wanted = Counter(record.kind for record in made(plan.name, "small"))
        assert {kind: n for (name, kind), n in here.items() if name == plan.name} == dict(wanted)
    assert here["清溪镇", "colleague"] == 5 and here["黑石镇", "colleague"] == 1
    assert {row["login"] for row in authors} >= {"cadre1", "cadre2", "cadre3", "outsider"}
    assert any("石桥村" in line for line in said) and "records in" in said[-1]


async def test_colleagues_who_only_wrote_cannot_sign_in(
    database: Database, catalogue: Catalogue, monkeypatch: pytest.MonkeyPatch
) -> None:
    tiny = [replace(plan, households=12, resident=9, visits_a_year=9, people=None, people_resident=None) for plan in plans("default")]
    monkeypatch.setattr("server.demo.loading.plans", lambda size: tiny)
    await demo.load(database, catalogue, "default", "shibu-demo", now=NOW, say=lambda _: None)
    async with database.snapshot() as connection:
        found = await connection.all("SELECT login, disabled FROM account ORDER BY login")
    assert {row["login"]: bool(row["disabled"]) for row in found} == {worker.login: not worker.known for worker in WORKERS}


async def test_the_bulk_way_costs_little_beside_the_bare_inserts(database: Database, catalogue: Catalogue) -> None:
    """A ratio within one run: 16,000 records must load in the twenty seconds that `make run` has, on a slow machine too."""
    homes = [record for record in made("石桥村") if record.kind == "visit"][:600]
    place = await demo_ground(database)
    seeds = [Seed(r.id, r.kind, r.answers, "somebody", r.at) for r in homes]
    started = time.process_time()
    form = catalogue.current("visit")
    assert form is not None
    for seed in seeds:
        form.flags(form.recalculate(seed.answers, NOW), NOW)
    checking = time.process_time() - started
    started = time.process_time()
    await load(database, *place, seeds, catalogue)
    assert time.process_time() - started < 6 * checking + 0.5


async def demo_ground(database: Database) -> tuple[str, str]:
    async with database.transaction() as connection:
        village = await roster.add_village(connection, "望月村", "清溪镇")
        return await connection.value("SELECT township_id FROM village WHERE id = ?", village), village
