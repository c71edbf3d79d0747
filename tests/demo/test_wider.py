"""What the demo's teams wrote beside visits and problems: every kind is somewhere, as much as a village has, and it hangs together."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from typing import Any

from server.demo.plan import WORKERS, plans
from server.demo.scene import Login
from server.demo.village import records
from server.demo.writing import Written
from tests.demo.test_demo import MOMENT, TODAY, made, of
from tests.surveys.test_forms_people import MINE

FULL = ("石桥村", "柳湾村", "云顶村")


def ago(days: int) -> str:
    return (TODAY - timedelta(days=days)).isoformat()


def everywhere(kind: str) -> list[dict[str, Any]]:
    return [record.answers for plan in plans("default") for record in of(plan.name, kind)]


def test_every_kind_is_in_the_demo_but_private_notes() -> None:
    for size in ("small", "default"):
        main = {record.kind for record in records(plans(size)[0], MOMENT)}
        assert set(MINE) - main == {"person_note"}, size
    assert not everywhere("person_note")


def test_full_villages_have_what_a_year_brings_and_small_ones_little() -> None:
    for plan in plans("default"):
        found = Counter(record.kind for record in made(plan.name))
        if plan.name in FULL:
            assert found["agency_case"] == 150 * plan.years
            assert plan.households * 1.5 < found["policy_check"] < plan.households * 3
            assert found["household_union"] > 12 and found["say_do_evaluate"] == 12
        elif plan.households < 200:
            assert found["policy_check"] < plan.households and found["agency_case"] <= 8


def test_the_same_village_is_the_same_again() -> None:
    plan = plans("small")[0]
    assert records(plan, MOMENT) == records(plan, MOMENT)


def test_ids_that_records_name_are_there() -> None:
    for village in ("石桥村", "竹溪村"):
        ids = {record.id: record.kind for record in made(village)}
        wanted = {"household": "household", "helped": "household", "member": "person", "head": "person", "agent": "service_agent", "helped_talent": "talent", "applicant": "person"}
        for record in made(village):
            if record.kind in MINE:
                for path, kind in wanted.items():
                    assert ids.get(record.answers.get(path, ""), kind) == kind, (record.kind, path)
                    assert path not in record.answers or record.answers[path] in ids, (record.kind, path)
        for home in of(village, "household"):
            assert ids.get(home.answers.get("remarks/union_id", ""), "household_union") == "household_union"


def test_one_case_went_from_clue_to_eliminated_in_seven_months() -> None:
    for village in FULL:
        cases = [case.answers for case in of(village, "monitor_case")]
        months = [(date.fromisoformat(c["eliminated_on"]) - date.fromisoformat(c["clue_on"])).days / 30.4 for c in cases if c.get("elimination") == "stable"]
        assert any(6.9 < month < 7.1 for month in months)
        assert {"active", "eliminated", "checking", "rejected"} <= {case["status"] for case in cases}
        watched = {home.id for home in of(village, "household") if "monitored" in home.answers["types"]}
        assert watched <= {case["household"] for case in cases}


def test_agency_has_every_open_state_nobody_paid_and_one_group_lacks_an_agent() -> None:
    cases = [case.answers for case in of("石桥村", "agency_case")]
    assert {case["state"] for case in cases} == {"entrusted", "accepted", "supplement", "submitted", "processing", "done", "visited"}
    assert {case["fee_charged"] for case in everywhere("agency_case")} == {0}
    groups = {agent.answers.get("group_no") for agent in of("石桥村", "service_agent")}
    assert {1, 2, 3, 4, 5, 6} <= groups and 7 not in groups
    unanswered = [one for one in of("石桥村", "first_inquiry") if "answered_on" not in one.answers]
    assert [one.answers["handled"] for one in unanswered] == ["handed_on", "handed_on"]


def test_pairs_are_in_touch_but_a_few_and_one_union_has_no_head() -> None:
    pairs = [pair.answers for pair in of("石桥村", "aid_pair")]
    last = {number: max(row["date"] for row in pair["contacts"]) for number, pair in enumerate(pairs) if pair["state"] == "active"}
    stale = [day for day in last.values() if day < ago(45)]
    assert 2 <= len(stale) < len(last) / 2
    assert {"mentor_2_1", "neighbour", "one_on_one", "responsible", "unit_village"} <= {pair["kind"] for pair in pairs}
    unions = [union.answers for union in of("石桥村", "household_union")]
    assert sum("head" not in union for union in unions) == 1
    assert all(6 <= len(union["members"]) <= 15 for union in unions)


def test_party_life_has_its_rhythm_and_one_mobile_member_is_silent() -> None:
    people = [person.answers for person in of("石桥村", "person")]
    secretaries = [person["name"] for person in people if person.get("party/post") == "secretary"]
    page = next(page.answers for page in of("石桥村", "village_profile") if page.answers["year"] == TODAY.year)
    assert secretaries == [page["organisation/members"][0]["name"]]
    assert {"applicant", "activist", "candidate", "probationary", "full"} <= {person.get("party/stage") for person in people}
    mobile = {person.id for person in of("石桥村", "person") if person.answers.get("party/mobile") == "yes"}
    heard = {one.answers["member"] for one in of("石桥村", "mobile_report") if one.answers["received_on"] >= ago(184)}
    assert heard and mobile - heard, "one at least has not written for more than a quarter"
    assert {"volunteer", "cleaning", "patrol", "culture"} <= {one.answers["kind"] for one in of("石桥村", "activity")}


def test_whoever_is_listed_agreed() -> None:
    assert {talent["contact_ok"] for talent in everywhere("talent")} == {"yes"}
    assert {"reserve_cadre", "student_official", "native_outside"} <= {name for talent in everywhere("talent") for name in talent["categories"]}


def test_a_term_has_its_beginning_its_four_duties_and_what_the_one_before_left() -> None:
    posts = [one.answers for one in of("石桥村", "assignment")]
    here = {worker.name for worker in WORKERS if "石桥村" in worker.villages}
    assert {one["person"] for one in posts if one["end"] > TODAY.isoformat()} == here
    assert [one["person"] for one in posts if one["end"] < TODAY.isoformat()] == ["蒋国平"]
    assert {one.answers["duty"] for one in of("石桥村", "task")} == {"party", "prosper", "govern", "serve"}
    states = [one.answers for one in of("石桥村", "step_item_state")]
    assert any(one["state"] == "na" and one["na_reason"] for one in states)
    assert any(one["item_id"].startswith("s8.local.") and one["title"] for one in states)
    handed = of("石桥村", "handover")
    assert len(handed) == 1 and "\n" in handed[0].answers["parts"]
    assert {one.answers["state"] for one in of("石桥村", "field_question")} == {"open", "answered", "closed"}
    assert all(isinstance(one.answers["asked_of"], Login) for one in of("石桥村", "field_question"))


def test_a_diary_is_put_together_from_the_days_visits() -> None:
    visits: dict[str, list[Written]] = {}
    for visit in of("石桥村", "visit"):
        visits.setdefault(visit.answers["visited_on"], []).append(visit)
    for diary in of("石桥村", "diary"):
        mine = [one for one in visits[diary.answers["diary_date"]] if one.by == diary.by and "household" in one.answers]
        assert mine and diary.answers["title"].endswith(f"走访{len(mine)}户")
        assert all(one.answers.get("facts", "") in diary.answers["body"] for one in mine)
