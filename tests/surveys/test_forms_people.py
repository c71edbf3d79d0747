"""The forms about people, policies, service, party life and a team's own term: what they ask, what they check, what they keep
from leaving the phone; and the table that says where each step and mechanism is recorded."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from server.surveys import mapped
from server.surveys.catalogue import sources
from server.surveys.compile import Source, compile_form
from server.surveys.cost import seconds_of
from server.surveys.form import Form

SURVEYS = Path(__file__).parents[2] / "surveys"
NOW = datetime.fromisoformat("2026-11-23T11:20:00+08:00")
MINE = {
    "policy_check", "monitor_case", "agency_case", "talent", "training", "temp_post", "aid_pair", "household_union", "assignment",
    "person_note", "study_note", "model_case", "mobile_report", "post_duty", "pledge", "activity", "say_do_evaluate", "first_inquiry",
    "service_agent", "task", "step_item_state", "diary", "handover", "field_question", "suggestion",
}  # fmt: skip
ID = "0217476d-9bf9-767f-bb14-e93b62455af0"
PAGE = (SURVEYS / "README.md").read_text("utf-8")


def source_of(kind: str) -> Source:
    return next(source for source in sources(SURVEYS) if source.name == f"{kind}.md")


@pytest.fixture(scope="module")
def forms() -> dict[str, Form]:
    found = {}
    for source in sources(SURVEYS):
        if source.name.removesuffix(".md") in MINE | {"person", "household", "problem"}:
            outcome = compile_form(source)
            assert outcome.definition, [error.line() for error in outcome.errors]
            found[outcome.definition["kind"]] = Form(outcome.definition)
    return found


def flagged(form: Form, answers: dict[str, Any]) -> set[str]:
    assert form.shape(answers) == [], form.shape(answers)
    return {re.sub(r"\[.*?\]", "", flag["question"]) for flag in form.flags(answers, NOW)}


def test_nothing_has_to_be_answered_and_everything_has_a_name(forms: dict[str, Form]) -> None:
    for kind in MINE:
        assert not [question.path for question in forms[kind].questions if question.required], kind
        assert forms[kind].flags({}, NOW) == []
        assert "title" in forms[kind].definition["envelope"], kind
    undated = {kind for kind in MINE if "happened_on" not in forms[kind].definition["envelope"]}
    assert undated == {"service_agent"}, "whoever has a day says which"


def test_what_is_referred_to_is_a_kind(forms: dict[str, Form]) -> None:
    kinds = {source.name.removesuffix(".md") for source in sources(SURVEYS)} | {"colleague"}
    wanted = {question.refers for form in forms.values() for question in form.questions if question.refers}
    assert wanted <= kinds and {"contact", "agency_case", "training", "consensus_item", "household_union"} <= wanted


@pytest.mark.parametrize(
    "kind", ["policy_check", "first_inquiry", "task", "activity", "pledge", "mobile_report", "diary", "suggestion", "post_duty"]
)
def test_a_first_page_takes_a_minute_and_a_half_at_most(forms: dict[str, Form], kind: str) -> None:
    """What has a default costs nothing; groups, repeats and whatever comes after the first page's end are for later."""
    total = 0.0
    for question in forms[kind].questions:
        if question.type in ("group", "repeat") or "page" in question.appearance.split():
            break
        if question.default is None:
            total += seconds_of(forms[kind].definition["questions"][forms[kind].questions.index(question)])
    assert 0 < total <= 95


@pytest.mark.parametrize(
    ("kind", "path", "zh", "en"),
    [
        ("policy_check", "state", "情况", "State"),
        ("monitor_case", "clue_source", "线索来源", "Source of the clue"),
        ("agency_case", "promised_on", "承诺办结", "Promised for"),
        ("agency_case", "home_service", "上门服务(零距离)", "At their home (zero distance)"),
        ("agency_case", "ab_agent", "AB 岗代办员", "Deputy agent"),
        ("talent", "contact_ok", "本人同意登记", "Agreed to be listed"),
        ("temp_post", "batch", "批次", "Batch"),
        ("household_union", "agreement", "公约", "Agreement"),
        ("assignment", "is_first_secretary", "是否第一书记", "First secretary"),
        ("person_note", "stance", "态度", "Stance"),
        ("say_do_evaluate", "entries/rectification", "讲整改", "Rectification"),
        ("person", "party/stage", "发展阶段", "Stage of admission"),
        ("person", "party/org_where", "流入地党组织", "Party organisation there"),
        ("problem", "dispute/mediators", "调解人", "Mediators"),
        ("household", "remarks/demo", "党员示范户", "Demonstration household"),
    ],
)
def test_the_words_are_those_of_the_trade(forms: dict[str, Form], kind: str, path: str, zh: str, en: str) -> None:
    question = forms[kind].question(path)
    assert question is not None and question.label == {"zh": zh, "en": en}


@pytest.mark.parametrize(
    ("kind", "path", "names"),
    [
        ("agency_case", "state", "entrusted accepted submitted processing supplement done delivered archived visited rejected"),
        ("agency_case", "item", "social_security medical_insurance civil_affairs household_reg housing_land agriculture health_family disability labour"
                                " education business veterans certificate loan payment purchase other"),
        ("aid_pair", "kind", "one_on_one mentor_2_1 mentor_1_1 neighbour unit_village responsible agent_household"),
        ("talent", "categories", "wealth_leader veteran returned_student returned_migrant entrepreneur craftsman technician ecommerce arts doctor_teacher"
                                 " native_outside reserve_cadre student_official party_candidate"),
        ("post_duty", "post", "policy wealth tech info civility env security mediation finance_supervision matter_supervision care forest_water other"),
        ("policy_check", "next", "none apply check appeal stop"),
        ("monitor_case", "elimination", "stable natural back"),
        ("task", "duty", "party prosper govern serve other"),
        ("step_item_state", "state", "todo doing done na"),
        ("person", "party/stage", "applicant activist candidate probationary full"),
        ("problem", "dispute/result", "settled unsettled court"),
        ("problem", "handling_mode", "urgent hard family practical open"),
    ],
)  # fmt: skip
def test_choices_are_those_of_the_data_dictionary(forms: dict[str, Form], kind: str, path: str, names: str) -> None:
    question = forms[kind].question(path)
    assert question is not None and question.choices is not None
    assert [row["name"] for row in forms[kind].definition["lists"][question.choices]] == names.split()


@pytest.mark.parametrize(
    ("kind", "answers", "wrong"),
    [
        ("agency_case", {"fee_charged": 0}, set()),
        ("agency_case", {"fee_charged": 5}, {"fee_charged"}),
        ("agency_case", {"entrusted_on": "2026-11-20", "promised_on": "2026-11-19"}, {"promised_on"}),
        ("agency_case", {"statutory_fee": 10}, set()),
        ("agency_case", {"entrusted_on": "2026-11-20", "promised_on": "2029-12-01"}, {"promised_on"}),
        ("pledge", {"made_on": "2026-11-20", "due": "2029-12-01"}, {"due"}),
        ("policy_check", {"checked_on": "2026-11-20", "follow_up_on": "2029-12-01"}, {"follow_up_on"}),
        ("monitor_case", {"clue_on": "2026-11-20", "next_check_on": "2029-12-01"}, {"next_check_on"}),
        ("task", {"made_on": "2026-11-20", "due": "2029-12-01"}, {"due"}),
        ("monitor_case", {"publicity_from": "2026-11-01", "publicity_to": "2026-11-05"}, {"publicity_to"}),
        ("monitor_case", {"publicity_from": "2026-11-01", "publicity_to": "2026-11-06"}, set()),
        ("monitor_case", {"clue_on": "2026-10-01", "county_on": "2026-10-16"}, set()),
        ("monitor_case", {"clue_on": "2026-10-01", "county_on": "2026-10-17"}, {"county_on"}),
        ("policy_check", {"checked_on": "2026-12-01"}, {"checked_on"}),
        ("talent", {"name": "老罗", "contact_ok": "no"}, {"contact_ok"}),
        ("talent", {"name": "老罗", "contact_ok": "yes"}, set()),
        ("training", {"start": "2026-11-02", "end": "2026-11-01"}, {"end"}),
        ("mobile_report", {"quarter": "2026Q4"}, set()),
        ("mobile_report", {"quarter": "2026年四季度"}, {"quarter"}),
        ("say_do_evaluate", {"month": "2026-13"}, {"month"}),
        ("step_item_state", {"state": "na"}, {"state"}),
        ("step_item_state", {"state": "na", "na_reason": "村里没有老医生"}, set()),
        ("first_inquiry", {"received_at": "2026-11-20T09:00:00.000+08:00", "answered_on": "2026-11-19"}, {"answered_on"}),
        ("first_inquiry", {"received_at": "2026-11-20T09:00:00.000+08:00", "answered_on": "2026-11-20"}, set()),
        ("household_union", {"group_no": 0}, {"group_no"}),
        ("aid_pair", {"contacts": [{"id": ID, "date": "2026-12-09"}]}, {"contacts/date"}),
        ("person", {"health/state": "disabled", "health/disability": "visual", "health/disability_no": "99010119800101001411"}, set()),
        ("person", {"health/state": "disabled", "health/disability": "visual", "health/disability_no": "99010119800101001481"}, {"health/disability_no"}),
        ("problem", {"content": "…", "category": "land", "dispute/parties_count": -1}, {"dispute/parties_count"}),
        ("problem", {"content": "…", "category": "road", "dispute/parties_count": -1}, set()),
    ],
)  # fmt: skip
def test_what_cannot_be_is_marked(forms: dict[str, Form], kind: str, answers: dict[str, Any], wrong: set[str]) -> None:
    assert flagged(forms[kind], {"name": "x", "household": ID} | answers if kind == "person" else answers) == wrong


def test_agency_has_its_seven_steps_in_order(forms: dict[str, Form]) -> None:
    """委托、受理、办理、送达、归档、上报、回访: each with its day."""
    days = ["entrusted_on", "accepted_on", "submitted_on", "delivered_on", "archived_on", "reported_on", "visited_on"]
    paths = [question.path for question in forms["agency_case"].questions]
    assert [paths.index(day) for day in days] == sorted(paths.index(day) for day in days)


def test_health_money_and_specific_identity_are_sensitive(forms: dict[str, Form]) -> None:
    for kind, paths in {"policy_check": ("policy", "state", "amount"), "monitor_case": ("category", "reasons", "income_now"), "aid_pair": ("contacts/given",),
                        "agency_case": ("content", "materials/name", "materials/have", "result")}.items():
        for path in paths:
            question = forms[kind].question(path)
            assert question is not None and question.sensitivity == "sensitive" and question.purpose


# What stays on the phone


def refusals(source: Source, old: str, new: str) -> list[str]:
    assert source.data.count(old.encode()), old
    return [error.code for error in compile_form(replace(source, data=source.data.replace(old.encode(), new.encode()))).errors]


def test_private_notes_are_local_and_cannot_be_published_otherwise(forms: dict[str, Form]) -> None:
    definition = forms["person_note"].definition
    assert definition["local"] is True and "consent" not in definition
    assert [kind for kind, form in forms.items() if form.definition.get("local")] == ["person_note"]
    assert {problem.code for problem in forms["person_note"].shape({"text": "x", "stance": "cold"})} == {"local_only"}
    source = source_of("person_note")
    assert "kept_promise" in refusals(source, "| yes | shibu=", "| no | shibu=")
    assert refusals(source, "| local-only | on_roll | | title |", "| personal | on_roll | | title |") == ["not_local"]


def test_whoever_is_listed_as_a_talent_has_agreed(forms: dict[str, Form]) -> None:
    assert forms["talent"].definition["consent"] == "contact_ok"
    assert [kind for kind, form in forms.items() if "consent" in form.definition] == ["talent"]
    source = source_of("talent")
    assert refusals(source, "| contact_ok | shibu=", "| nobody | shibu=") == ["kept_promise", "unknown_reference"]
    assert refusals(source, "shibu:consent", "shibu:times_per_year") == ["kept_promise"]


def test_a_form_cannot_hold_what_stays_on_the_phone_without_saying_so() -> None:
    source = source_of("diary")
    assert refusals(source, "| personal | 3y | title |", "| local-only | 3y | title |") == ["local_only"]


# Numbers of identity cards


def id_row() -> str:
    expression = re.search(r"```text\n(regex\(\., '\^\[1-9\].*)\n```", PAGE)
    assert expression
    return expression[1]


def test_a_township_may_have_identity_numbers_checked_without_a_network() -> None:
    head = ["type", "name", "label::中文 (zh)", "label::English (en)", "constraint", "constraint_message::中文 (zh)", "constraint_message::English (en)"]
    cells = ["text", "id_no", "身份证号", "Identity number", id_row(), "和身份证上的对一遍，共 18 位。", "Compare it with the card: 18 characters."]
    meta = {"bind::shibu:sensitivity": "sensitive", "bind::shibu:retention": "on_roll", "bind::shibu:purpose": "核对参保"}
    text = "\n".join(
        ["| survey |", f"| | {' | '.join([*head, *meta])} |", f"| | {' | '.join([*cells, *meta.values()])} |",
         "| | text | gender | 性别 | Gender | | | | personal | on_roll | |", "| settings |",
         "| | form_title | form_id | default_language | namespaces |", '| | 证 / Card | card | 中文 (zh) | shibu="https://shibu.example/xforms" |', ""]
    )  # fmt: skip
    outcome = compile_form(Source("card.md", text.encode()))
    assert outcome.definition, [error.line() for error in outcome.errors]
    form = Form(outcome.definition)
    cases = json.loads((SURVEYS.parent / "tests/cases/identity.json").read_text("utf-8"))["id_no"]
    plain = [case for case in cases if re.fullmatch(r"[0-9X]+", case["text"]) and len(case["text"]) != 15]
    assert len(plain) >= 6 and {case["code"] for case in plain} >= {"", "id_checksum", "id_date", "id_form"}
    for case in plain:
        assert (form.flags({"id_no": case["text"]}, NOW) == []) == case["ok"], case
        for gender in ("male", "female", "unknown"):
            fits = case["ok"] and gender in (case["gender"], "unknown")
            assert (form.flags({"id_no": case["text"], "gender": gender}, NOW) == []) == fits, (case, gender)


# Where each step and mechanism is recorded


def test_every_id_of_the_domain_is_recorded_somewhere_or_says_why_not() -> None:
    wanted = (SURVEYS.parent / "tests/surveys/domain_ids.txt").read_text("utf-8").split()
    found = {id_: (forms_, said) for id_, forms_, said in mapped.ids(SURVEYS)}
    assert len(wanted) == len(set(wanted)) == 172 + 89
    assert set(wanted) - set(found) == set(), "missing from steps.csv or mechanisms.csv"
    kinds = {source.name.removesuffix(".md") for source in sources(SURVEYS)}
    for id_, (forms_, said) in found.items():
        named = set(re.findall(r"`([a-z_]+)`", forms_))
        assert named <= kinds, id_
        assert named or "有意不" in said, f"{id_}: recorded nowhere, and nothing says why"


def test_the_page_has_the_table_as_it_is() -> None:
    made = mapped.table(SURVEYS)
    assert mapped.written(PAGE, made) == PAGE, "run: python -m server survey map --write surveys/README.md"
    assert len(re.findall(r"^\| [sm][a-z0-9]*\.", made, re.MULTILINE)) == 172 + 89


def test_the_screens_in_the_table_are_screens() -> None:
    routes = re.findall(r"\['(/[^']*)'", (SURVEYS.parent / "pwa/routes.js").read_text("utf-8"))
    patterns = [re.compile(re.sub(r":[a-z]+", "[^/]+", route)) for route in routes]
    for line in mapped.table(SURVEYS).splitlines():
        cells = [cell.strip() for cell in re.split(r"(?<!\\)\|", line)]
        if re.match(r"[sm][a-z0-9]*\.", cells[1] if len(cells) > 1 else "") and cells[4] != "—":
            screen = cells[4].partition("?")[0]
            assert any(pattern.fullmatch(screen) for pattern in patterns), cells[1:5]
