"""The forms in surveys/: they compile as they are, speak both languages everywhere, and ask for no more than was agreed."""

from __future__ import annotations

import csv
import re
from collections import deque
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from server.surveys.catalogue import sources
from server.surveys.compile import compile_form
from server.surveys.form import Form

SURVEYS = Path(__file__).parents[2] / "surveys"
#: Every kind of domain.md 3.3 to 3.19.
KINDS = {
    "household", "person", "visit", "problem", "village_profile",
    "contact", "organisation", "meeting", "decision", "duty", "publicity", "consultation", "support_in", "consensus_item",
    "practical_deed", "project_plan", "village_plan", "industry_assessment", "org_item", "property_reform", "collective_income",
    "policy", "document", "fund_item",
    "policy_check", "monitor_case", "agency_case", "talent", "training", "temp_post", "aid_pair", "household_union", "assignment",
    "person_note", "study_note", "model_case", "mobile_report", "post_duty", "pledge", "activity", "say_do_evaluate",
    "first_inquiry", "service_agent", "task", "step_item_state", "diary", "handover", "field_question", "suggestion",
}  # fmt: skip
LISTS = sorted((SURVEYS / "lists").glob("*.csv"))
CHINESE = re.compile(r"[\u4e00-\u9fff]")
#: The only answers anybody has to give (design.md 8).
REQUIRED = {
    "household": {"head_name"},
    "person": {"name", "household"},
    "visit": {"household"},
    "problem": {"content"},
}
NOW = datetime.fromisoformat("2026-11-23T11:20:00+08:00")
A = "0217476d-9bf9-767f-bb14-e93b62455af0"


def compiled() -> dict[str, Form]:
    found = {}
    for source in sources(SURVEYS):
        outcome = compile_form(source)
        assert outcome.definition, [error.line() for error in outcome.errors]
        found[outcome.definition["kind"]] = Form(outcome.definition)
    return found


@pytest.fixture(scope="module")
def our_forms() -> dict[str, Form]:
    return compiled()


def words_of(form: Form) -> Iterator[tuple[str, dict[str, Any]]]:
    for question in form.questions:
        for field in ("label", "hint", "required_message", "constraint_message"):
            yield f"{form.kind} {question.path} {field}", getattr(question, field)
    for name, rows in form.definition["lists"].items():
        for row in rows:
            yield f"{form.kind} {name} {row['name']}", row["label"]


def test_every_kind_compiles_without_a_warning() -> None:
    outcomes = {source.name: compile_form(source) for source in sources(SURVEYS)}
    assert {name.removesuffix(".md") for name in outcomes} == KINDS
    assert {name: outcome.warnings for name, outcome in outcomes.items() if outcome.warnings} == {}


def test_every_word_is_in_both_languages(our_forms: dict[str, Form]) -> None:
    for form in our_forms.values():
        assert form.definition["languages"] == ["zh", "en"]
        assert set(form.title) == {"zh", "en"}
        for where, words in words_of(form):
            if words:
                assert set(words) == {"zh", "en"} and all(words.values()), where
                assert not CHINESE.search(words["en"]), where
    shown = [q for form in our_forms.values() for q in form.questions if q.type != "hidden"]
    assert all(question.label for question in shown), [q.path for q in shown if not q.label]


def test_a_condition_that_is_not_met_is_explained(our_forms: dict[str, Form]) -> None:
    for form in our_forms.values():
        for question in form.questions:
            assert bool(question.constraint) == bool(question.constraint_message), question.path
            assert bool(question.required) == bool(question.required_message), question.path


@pytest.mark.parametrize(
    ("kind", "path", "zh", "en"),
    [
        ("household", "head_name", "户主姓名", "Head of household"),
        ("household", "group_no", "村民小组", "Group"),
        ("household", "types", "农户类别", "Types"),
        ("household", "policies", "享受政策", "Policies"),
        ("household", "remarks/wishes", "意愿诉求", "Wishes"),
        ("person", "relation", "与户主关系", "Relation to the head"),
        ("person", "party/political", "政治面貌", "Political status"),
        ("visit", "visited_on", "走访日期", "Date"),
        ("visit", "opinions", "意见建议", "Opinions, suggestions"),
        ("visit", "policy_explained", "宣传政策", "Policies explained"),
        ("problem", "content", "具体问题", "Content"),
        ("problem", "found_on", "发现(受理)日期", "Found on"),
        ("problem", "lead_unit", "牵头单位", "Lead unit"),
        ("problem", "due_on", "整改时限", "Due"),
        ("problem", "actions", "办理经过", "What was done"),
        ("problem", "close_evidence", "销号依据", "Why it may close"),
        ("village_profile", "surnames", "宗族(姓氏)分布", "Surnames"),
        ("village_profile", "income/per_capita", "人均纯(可支配)收入", "Income per head"),
        ("village_profile", "needs", "急需事项", "Urgent needs"),
    ],
)
def test_the_words_are_those_of_the_trade(
    our_forms: dict[str, Form], kind: str, path: str, zh: str, en: str
) -> None:
    question = our_forms[kind].question(path)
    assert question is not None and question.label == {"zh": zh, "en": en}


@pytest.mark.parametrize(
    ("kind", "path", "name", "zh"),
    [
        ("household", "types", "tekun", "特困供养户"),
        ("household", "presence", "empty", "空挂户"),
        ("household", "monitor/category", "marginal", "边缘易致贫户"),
        ("household", "monitor/status", "active", "风险未消除"),
        ("household", "policies/policy", "chronic_card", "慢病门诊"),
        ("person", "relation", "mother_in_law", "婆婆/岳母"),
        ("visit", "mode", "home", "入户"),
        ("visit", "result", "refused", "不愿谈"),
        ("problem", "category", "flood", "防汛地质灾害"),
        ("problem", "status", "village_handling", "村级办理中"),
        ("problem", "status", "closed", "已销号"),
        ("problem", "lead_unit", "emergency", "应急管理站"),
    ],
)
def test_choices_are_those_of_the_trade(
    our_forms: dict[str, Form], kind: str, path: str, name: str, zh: str
) -> None:
    question = our_forms[kind].question(path)
    assert question is not None and question.choices is not None
    rows = {row["name"]: row["label"]["zh"] for row in our_forms[kind].definition["lists"][question.choices]}
    assert rows[name] == zh


def test_hardly_anything_is_required(our_forms: dict[str, Form]) -> None:
    for kind, form in our_forms.items():
        assert {question.path for question in form.questions if question.required} == REQUIRED.get(kind, set())


def test_a_visit_wants_its_household_or_somebody_else(our_forms: dict[str, Form]) -> None:
    visit = our_forms["visit"]
    assert visit.flags({}, NOW) == [{"code": "required", "question": "household"}]
    assert visit.flags({"contact": "镇农业中心 秦志刚"}, NOW) == []
    assert visit.flags({"household": A}, NOW) == []


def test_one_sentence_is_a_whole_problem(our_forms: dict[str, Form]) -> None:
    problem = our_forms["problem"]
    assert problem.flags({"content": "二组水沟堵了"}, NOW) == []
    assert problem.flags({}, NOW) == [{"code": "required", "question": "content"}]


@pytest.mark.parametrize(
    ("kind", "answers", "flagged"),
    [
        ("household", {"phone": "15400002047"}, []),
        ("household", {"phone": "+86 154 0000 2047"}, []),
        ("household", {"phone": "0855-8223344"}, []),
        ("household", {"phone": "1540000204"}, ["phone"]),
        ("household", {"phone": "没有"}, ["phone"]),
        ("household", {"phone": "没有", "no_phone": "yes"}, []),
        ("household", {"people_count": 3, "resident_count": 4}, ["resident_count"]),
        ("household", {"resident_count": 4}, []),
        ("household", {"house/built_year": 2094}, ["house/built_year"]),
        ("household", {"house/built_year": 2026}, []),
        ("person", {"birth_date": "2026-11-24"}, []),
        ("person", {"birth_date": "2026-11-26"}, ["birth_date"]),
        ("person", {"birth_year": 1890}, ["birth_year"]),
        ("visit", {"household": A, "visited_on": "2026-11-23"}, []),
        ("visit", {"household": A, "visited_on": "2026-12-01"}, ["visited_on"]),
        (
            "visit",
            {"household": A, "visited_on": "2026-11-23", "follow_up_on": "2026-11-20"},
            ["follow_up_on"],
        ),
        ("problem", {"content": "…", "found_on": "2026-11-20", "due_on": "2026-11-19"}, ["due_on"]),
        ("problem", {"content": "…", "found_on": "2026-11-20", "closed_on": "2026-11-19"}, ["closed_on"]),
        ("problem", {"content": "…", "found_on": "2026-11-20", "due_on": "2029-11-20", "extend_to": "2029-11-20"}, []),
        ("problem", {"content": "…", "found_on": "2026-11-20", "due_on": "2029-11-21"}, ["due_on"]),
        ("problem", {"content": "…", "found_on": "2026-11-20", "extend_to": "2030-01-01"}, ["extend_to"]),
        ("visit", {"household": A, "visited_on": "2026-11-23", "follow_up_on": "2029-12-01"}, ["follow_up_on"]),
        ("village_profile", {"land/paddy": 400.0, "land/dry": 1000.0, "land/cultivated": 1400.0}, []),
        (
            "village_profile",
            {"land/paddy": 400.0, "land/dry": 1000.0, "land/cultivated": 1500.0},
            ["land/cultivated"],
        ),
        ("village_profile", {"code": "990123101201"}, []),
        ("village_profile", {"code": "99012310"}, ["code"]),
    ],
)
def test_what_cannot_be_is_flagged(
    our_forms: dict[str, Form], kind: str, answers: dict[str, Any], flagged: list[str]
) -> None:
    form = our_forms[kind]
    assert form.shape(answers) == []
    flags = form.flags(answers, NOW)
    assert [flag["question"] for flag in flags if flag["code"] == "constraint"] == flagged


def test_collective_income_is_added_up(our_forms: dict[str, Form]) -> None:
    answers = {"income/operating": 100_000, "income/leasing": 82_000}
    assert our_forms["village_profile"].recalculate(answers, NOW)["income/total"] == 182_000


def test_every_answer_says_how_sensitive_it_is_and_for_how_long_it_stays(our_forms: dict[str, Form]) -> None:
    for form in our_forms.values():
        for question in form.questions:
            if question.holds in ("nothing", "entries"):
                continue
            kept_here = ("local-only",) if form.definition.get("local") else ()
            assert question.sensitivity in ("public", "internal", "personal", "sensitive", *kept_here), question.path
            assert question.retention in ("on_roll", "3y", "5y", "permanent"), question.path
            if question.sensitivity == "sensitive":
                assert CHINESE.search(question.purpose), question.path


def test_what_must_not_be_collected_is_not_asked(our_forms: dict[str, Form]) -> None:
    """Identity numbers are off by default; bank accounts, faces and religion are never asked (domain.md 3.5, 4.2)."""
    for form in our_forms.values():
        for question in form.questions:
            assert not re.search(r"id_no|bank_account|religion|fingerprint|face$|private", question.path), (
                question.path
            )


def test_photos_voices_and_places_are_offered_where_the_domain_names_them_and_never_wanted(our_forms: dict[str, Form]) -> None:
    """domain.md 3.4, 3.6, 3.7 and rule D2 of 4.2: optional, taken by a tap, nothing depends on them."""
    device = {"image", "audio", "video", "file", "barcode", "geopoint", "geotrace", "geoshape"}
    asked = {(kind, q.path): q for kind, form in our_forms.items() for q in form.questions if q.type in device}
    assert set(asked) == {
        ("household", "geo"), ("visit", "photo"), ("visit", "voice"), ("visit", "location"),
        ("problem", "photo"), ("problem", "attachment"),
        ("project_plan", "files/file"), ("document", "file"), ("village_profile", "places/geo"),
    }  # fmt: skip
    for (kind, path), question in asked.items():
        assert question.required is False and question.constraint is None, path
        assert not our_forms[kind].definition["dependents"].get(path), path
        assert not our_forms[kind].definition["actions"], kind


def test_envelopes_name_what_lists_are_made_of(our_forms: dict[str, Form]) -> None:
    assert {kind: our_forms[kind].definition["envelope"] for kind in ("visit", "problem")} == {
        "visit": {
            "parent": "household", "happened_on": "visited_on", "category": "purpose", "status": "result", "title": "facts",
            "due_on": "follow_up_on",
        },
        "problem": {
            "title": "content", "category": "category", "level": "level", "happened_on": "found_on", "parent": "from_household",
            "severity": "severity", "status": "status", "due_on": "due_on", "reported_on": "reported_on",
        },
    }  # fmt: skip
    assert our_forms["person"].definition["envelope"]["parent"] == "household"


def test_the_township_sees_who_told_only_when_that_is_shared(our_forms: dict[str, Form]) -> None:
    problem = our_forms["problem"]
    shared = {q.path for q in problem.questions if q.township == "shared"}
    assert shared == {"from_household", "from_person", "reporter_name", "feedback_to"}
    assert problem.question("share_reporter") is not None


def test_who_may_write_what_of_a_problem(our_forms: dict[str, Form]) -> None:
    hands: dict[str, set[str]] = {"leader": set(), "any": set()}
    for question in our_forms["problem"].questions:
        if question.writers != "team":
            hands[question.writers].add(question.path)
    assert hands["leader"] == {
        "lead_unit", "responsible_person", "responsible_leader", "assist_units", "assigned_on", "assign_no", "reply",
        "return_reason",
    }  # fmt: skip
    assert {path for path in hands["any"] if "/" not in path} == {"status", "due_on", "actions"}


def moves() -> list[dict[str, str]]:
    with (SURVEYS / "moves.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_every_status_can_be_reached_and_left(our_forms: dict[str, Form]) -> None:
    question = our_forms["problem"].question("status")
    assert question is not None and question.choices is not None
    statuses = {row["name"] for row in our_forms["problem"].definition["lists"][question.choices]}
    assert {row["to"] for row in moves() if not row["from"]} == {
        "draft",
        "registered",
        "village_handling",
        "reported",
    }
    reached, todo = set(), deque([""])
    while todo:
        here = todo.popleft()
        for row in moves():
            if row["from"] == here and row["to"] not in reached:
                reached.add(row["to"])
                todo.append(row["to"])
    assert reached == statuses
    assert statuses - {row["from"] for row in moves()} == set()


def test_the_leader_only_assigns_and_returns() -> None:
    assert {(row["from"], row["to"]) for row in moves() if "township_leader" in row["roles"].split()} == {
        ("reported", "assigned"),
        ("reported", "returned"),
    }
    team = {(row["from"], row["to"]) for row in moves() if "cadre" in row["roles"].split()}
    assert not team & {("reported", "assigned"), ("reported", "returned")}
    assert {("returned", "reported"), ("assigned", "handling"), ("handling", "done")} <= team
    assert all(("cadre" in row["roles"]) == ("first_secretary" in row["roles"]) for row in moves())


@pytest.mark.parametrize("path", LISTS, ids=lambda path: path.stem)
def test_a_list_names_each_thing_once(path: Path) -> None:
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    names = [row["name"] for row in rows]
    assert names and len(set(names)) == len(names)
    assert all(re.fullmatch(r"[A-Za-z0-9_]+", name) for name in names)
    labels = [row["label"] for row in rows]
    assert len(set(labels)) == len(labels) and all(row["en"] for row in rows)


def test_every_list_is_used(our_forms: dict[str, Form]) -> None:
    used = {name for form in our_forms.values() for name in form.definition["lists"]}
    assert {path.stem for path in LISTS} == used


def test_categories_stand_in_two_levels_and_units_know_theirs(our_forms: dict[str, Form]) -> None:
    lists = our_forms["problem"].definition["lists"]
    categories = {row["name"]: row for row in lists["cl_problem_category"]}
    assert len({row["group"] for row in categories.values()}) == 11
    assert all(row["group_label"] and row["group_en"] for row in categories.values())
    known = [name for unit in lists["units"] for name in unit["categories"].split(";")]
    assert set(known) <= set(categories)
    assert set(categories) - set(known) == set(), "nobody is offered for these"
