"""The demo's meetings, duties, decisions, projects and books: as many as a village has, and agreeing with themselves and each other."""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from server.demo.plan import plans
from server.surveys.form import Form
from tests.demo.test_demo import MOMENT, NOW, TODAY, made, of
from tests.surveys.test_forms import compiled
from tests.surveys.test_forms_work import KINDS

FULL = ("石桥村", "柳湾村", "云顶村")


@pytest.fixture(scope="module")
def our_forms() -> dict[str, Form]:
    return compiled()


def answers(village: str, kind: str) -> list[dict[str, Any]]:
    return [record.answers for record in of(village, kind)]


def test_full_villages_have_what_a_year_brings_and_small_ones_little() -> None:
    for village in FULL:
        found = Counter(record.kind for record in made(village))
        years = next(plan.years for plan in plans("default") if plan.name == village)
        assert found["contact"] == 61
        assert 52 * years <= found["meeting"] <= 70 * years
        assert found["duty"] == 365 * years + 8
        assert found["practical_deed"] == 25 * years
        assert found["policy"] == 26
        assert 15 * years <= found["consensus_item"] <= 25 * years
    assert 5 <= len(of("枫树村", "meeting")) <= 20 and len(of("枫树村", "contact")) <= 12
    large = Counter(record.kind for record in made("石桥村", "large"))
    assert large["contact"] == 111 and 500 < large["meeting"] < 640 and large["duty"] > 1800


def test_every_kind_of_this_work_is_there_in_a_small_demo_too() -> None:
    small = {record.kind for record in made("石桥村", "small")}
    assert small >= {
        "contact", "organisation", "meeting", "decision", "duty", "publicity", "consultation", "support_in", "consensus_item", "practical_deed",
        "project_plan", "village_plan", "industry_assessment", "org_item", "property_reform", "collective_income", "policy", "document", "fund_item",
    }  # fmt: skip


def test_the_project_of_the_picture() -> None:
    store = next(one for one in answers("石桥村", "project_plan") if one["name"] == "高山蔬菜冷库")
    assert len(of("石桥村", "project_plan")) == 5
    assert (store["stage"], store["is_key"], store["budget/total"]) == ("building", "yes", 860_000)
    assert [(row["source"], row["amount"], row["state"]) for row in store["funding"]] == [
        ("central_linkage", 516_000, "arrived"), ("county", 200_000, "granted"), ("collective", 144_000, "applying"),
    ]  # fmt: skip
    assert store["progress"][-1]["physical_pct"] == 60
    assert [row["name"] for row in store["milestones"] if "done_on" not in row] == ["安装调试", "验收"]
    assert (store["beneficiaries/households"], store["beneficiaries/monitored"]) == (112, 5)
    assert sum(path.startswith("direction_check/") for path in store) == 7
    assert len([path for path in answers("石桥村", "project_plan") if path["is_key"] == "yes"]) == 1


def test_projects_have_come_as_far_as_their_stage_says(our_forms: dict[str, Form]) -> None:
    stages = [row["name"] for row in our_forms["project_plan"].definition["lists"]["cl_project_stage"]]
    everywhere = [one for plan in plans("default") for one in answers(plan.name, "project_plan")]
    for one in everywhere:
        at = stages.index(one["stage"])
        assert ("start_on" in one) == (at >= stages.index("building"))
        assert ("acceptance/result" in one) == (at > stages.index("building"))
        assert ("asset/owner" in one) == (at >= stages.index("handover"))
        if "funding" in one:
            assert round(sum(row["amount"] for row in one["funding"]), 2) == one["budget/total"] == one["funding_total"]
            assert round(sum(row["amount"] for row in one["budget/lines"]), 2) == one["budget/total"]
        days = [row["on"] for row in one.get("approvals", ())] + [row["date"] for row in one.get("progress", ())]
        assert days == sorted(days) and all(day <= TODAY.isoformat() for day in days)
    for village in FULL:
        mine = answers(village, "project_plan")
        assert any(row["result"] == "rejected" for one in mine for row in one.get("approvals", ())), "one did not pass its argument"
        assert any("asset/owner" in one for one in mine), "one was accepted and handed over"


def test_one_decision_is_at_its_third_stage_and_states_are_what_the_form_works_out(our_forms: dict[str, Form]) -> None:
    for village in FULL:
        states = Counter(one["state"] for one in answers(village, "decision"))
        assert states["deliberate"] == 1 and states["done"] >= 2 and states["parked"] == 1
    for plan in plans("default"):
        for one in answers(plan.name, "decision"):
            assert our_forms["decision"].recalculate(one, NOW)["state"] == one["state"]


def test_what_was_agreed_is_given_to_somebody_and_stands_everywhere_it_can_stand() -> None:
    for village in FULL:
        states: Counter[str] = Counter()
        late = 0
        people = {record.id for record in of(village, "contact")}
        for one in answers(village, "consensus_item"):
            states[one["state"]] += 1
            assert one["owner_name"] and (one["state"] == "parked" or one["owner"] in people)
            late += one["state"] in ("agreed", "started") and one["due"] < TODAY.isoformat()
            for row in one.get("progress", ()):
                assert one["agreed_on"] <= row["date"] <= TODAY.isoformat()
        assert states["done"] > states["started"] > 0 and states["agreed"] and states["parked"] == 2 and late == 1
    everywhere = {one["state"] for plan in plans("default") for one in answers(plan.name, "consensus_item")}
    assert everywhere >= {"agreed", "started", "done", "parked", "dropped"}


def test_asks_are_in_every_state_and_what_arrived_came_in() -> None:
    for village in FULL:
        asks = [row for one in answers(village, "consultation") for row in one.get("asks", ())]
        assert {row["state"] for row in asks} == {"asked", "promised", "arrived", "refused", "not_needed"}
        assert {one["level"] for one in answers(village, "consultation")} >= {"county", "township", "own_unit", "dept", "native"}
        talks = {record.id for record in of(village, "consultation")}
        came = [one for one in answers(village, "support_in") if "consultation" in one]
        assert came and {one["consultation"] for one in came} <= talks


def test_somebody_is_on_duty_every_day_of_the_year() -> None:
    days = Counter(one["date"] for one in answers("石桥村", "duty"))
    year = {(TODAY - timedelta(days=ago)).isoformat() for ago in range(-7, 366)}
    assert set(days) == year and set(days.values()) == {1}
    for one in answers("石桥村", "duty"):
        assert (one["state"] == "planned") == (one["date"] >= TODAY.isoformat())


def test_three_years_of_collective_income_are_those_of_the_village_page() -> None:
    told = {one["year"]: one["total"] for one in answers("石桥村", "collective_income")}
    assert told == {2023: 182_000, 2024: 216_000, 2025: 249_000, 2026: 203_000}
    for plan in plans("default"):
        for one in answers(plan.name, "collective_income"):
            assert one["operating"] + one["leasing"] + one["subsidy"] == one["total"]
        assert len(of(plan.name, "collective_income")) >= 3


def test_disclosures_of_all_three_kinds_are_due_in_time_but_for_one_village() -> None:
    def last(village: str, kind: str) -> date:
        return max(date.fromisoformat(one["published_on"]) for one in answers(village, "publicity") if one["kind"] == kind)

    assert all((TODAY - last("石桥村", kind)).days <= 90 for kind in ("party", "village", "finance"))
    assert [plan.name for plan in plans("default") if (TODAY - last(plan.name, "party")).days > 95]


def test_everything_that_refers_to_a_record_finds_it(our_forms: dict[str, Form]) -> None:
    """Of every village, every answer that holds an id: the record is there and of the kind the form names."""
    for plan in plans("default"):
        kinds = {record.id: record.kind for record in made(plan.name)}
        for record in made(plan.name):
            for question in our_forms[record.kind].questions if record.kind in KINDS else ():
                if not question.refers:
                    continue
                outer, _, inner = question.path.rpartition("/")
                held = [row.get(inner) for row in record.answers.get(outer, ())] if question.repeat else [record.answers.get(question.path)]
                for value in held:
                    assert not value or kinds.get(value) == question.refers, (record.kind, question.path)


def test_texts_are_not_all_the_same() -> None:
    for village in FULL:
        titles = Counter(one["title"] for one in answers(village, "meeting") if "title" in one)
        assert len(titles) > 30 and titles.most_common(1)[0][1] <= 6
        assert len({one["title"] for one in answers(village, "practical_deed")}) >= 20
        assert 0 < sum("title" not in one for one in answers(village, "meeting")) < 12, "some have none, as it happens"


def test_no_name_of_a_home_goes_up_with_what_the_township_sees() -> None:
    for plan in plans("default"):
        heads = {one["head_name"] for one in answers(plan.name, "household") if len(one["head_name"]) > 2}
        for kind, paths in (("meeting", ("title",)), ("consensus_item", ("title", "detail", "result")), ("project_plan", ("name", "content", "reason"))):
            for one in answers(plan.name, kind):
                text = "".join(str(one.get(path, "")) for path in paths)
                assert not [name for name in heads if name in text]


def test_nothing_was_written_after_the_moment_of_the_demo() -> None:
    for village in FULL:
        assert all(datetime.fromisoformat(record.at) < NOW for record in made(village))
    assert MOMENT.today == TODAY


def test_no_blank_stays_unfilled() -> None:
    def texts(value: Any) -> list[str]:
        if isinstance(value, dict):
            return [text for inner in value.values() for text in texts(inner)]
        return [text for inner in value for text in texts(inner)] if isinstance(value, list) else [str(value)]

    for plan in plans("default"):
        for record in made(plan.name):
            if record.kind in KINDS:
                assert not [text for text in texts(record.answers) if "{" in text or "}" in text or "None" in text], record
