"""The forms of a cadre's work: words and codes are those of the trade, what cannot be right is marked, totals add themselves up."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from server.surveys.form import Form
from tests.surveys.test_forms import SURVEYS, compiled

NOW = datetime.fromisoformat("2026-11-23T11:20:00+08:00")
KINDS = (
    "contact", "organisation", "meeting", "decision", "duty", "publicity", "consultation", "support_in", "consensus_item",
    "practical_deed", "project_plan", "village_plan", "industry_assessment", "org_item", "property_reform", "collective_income",
    "policy", "document", "fund_item",
)  # fmt: skip
A = "0217476d-9bf9-767f-bb14-e93b62455af0"

#: As the reference has them: (kind, question, code and word of every choice).
CODES = [
    ("organisation", "type", "village_party 村党组织 · village_committee 村委会 · supervisory 村务监督委员会 · coop_union 村集体经济合作社 · cooperative 农民专业合作社 · enterprise 企业 · aid_unit 帮扶单位 · dispatch_unit 派出单位 · own_system 本系统基层单位 · similar_system 相近系统单位 · government 政府部门 · service_centre 便民服务中心 · service_point 村级服务点 · school 学校 · clinic 卫生室 · social 社会组织 · volunteer 志愿服务队 · demo_base 示范基地 · other 其他"),
    ("contact", "role", "county_main 县主要领导 · county_portfolio 县分管领导 · lead_dept 牵头部门 · handler 具体经办 · township_secretary 乡镇党委书记 · township_head 乡镇长 · township_member 班子成员 · township_dept 站所/科室 · village_secretary 村党组织书记 · village_director 村委会主任 · village_member 两委委员 · group_head 村民小组长 · representative 村民代表 · supervisor 监委会主任 · grid 网格员 · former_resident 前任驻村干部 · former_first_secretary 前任第一书记 · team_member 工作队员 · agent 代办员 · expert 专家 · enterprise 企业负责人 · native_outside 在外乡贤 · villager 群众骨干 · other 其他"),
    ("meeting", "kind", "branch_congress 支部党员大会 · branch_committee 支部委员会 · party_group 党小组会 · party_class 党课 · theme_day 主题党日 · two_committees 两委会 · villagers_reps 村民代表会议 · villagers_meeting 村民会议 · party_assembly 党员议事会 · say_do_evaluate 讲做评 · central_group 中心组学习 · work 驻村例会 · courtyard 院坝会 · forum 村官论坛 · exchange 交流会 · training 培训会 · other 其他"),
    ("duty", "state", "planned 已排 · done 已值 · swapped 换班 · missed 缺岗"),
    ("practical_deed", "kind", "policy 政策落实 · publicity 政策宣传 · care 关爱慰问 · infrastructure 设施改善 · service 便民服务 · funds 争取资金 · job 就业帮扶 · education 教育帮扶 · medical 医疗帮扶 · tour 组织考察 · mediation 化解矛盾 · environment 环境整治 · other 其他"),
    ("project_plan", "type", "industry 产业发展 · infrastructure 基础设施(乡村建设行动) · livelihood 巩固三保障 · employment 就业 · environment 人居环境 · culture 公共文化 · governance 治理 · collective 新型农村集体经济 · other 其他"),
    ("project_plan", "stage", "idea 谋划 · village_apply 村级申报 · township_review 乡镇审核 · county_argue 县主管部门论证 · county_approve 县级审定 · in_library 已入库 · funded 资金下达 · plan 实施方案 · bidding 招投标/采购 · building 施工/实施 · acceptance 验收 · reimbursed 报账结算 · handover 资产移交管护 · operating 运营分红 · performance 绩效评价 · cancelled 取消"),
    ("project_plan", "funding/source", "central_linkage 中央衔接资金 · provincial_linkage 省级衔接资金 · municipal 市级 · county 县级配套 · east_west 东西部协作 · central_unit 中央单位定点帮扶 · dispatch_unit 派出(帮扶)单位 · integrated 统筹整合涉农资金 · industry_dept 行业部门资金 · collective 村集体自筹 · villagers 群众筹资投劳 · social 社会捐赠 · enterprise 企业投资 · loan 贷款 · other 其他"),
    ("project_plan", "budget/lines/kind", "civil 土建 · equipment 设备 · seedling 种苗种畜 · materials 材料 · labour 用工 · land 流转租金 · design 勘察设计监理 · training 培训 · marketing 营销 · management 项目管理费 · reserve 预备费 · other 其他"),
    ("project_plan", "beneficiaries/mechanism", "wage 务工就业 · dividend 分红 · order 订单收购 · land_rent 土地流转 · shares 资产入股 · training 技术培训 · service 生产服务 · public 公共受益"),
    ("consensus_item", "state", "proposed 拟议 · agreed 已议定 · started 已开始 · done 已完成 · parked 暂缓 · dropped 放弃"),
    ("consultation", "asks/kind", "policy 政策 · resource 资源 · force 力量 · funds 资金 · project 项目 · expert 技术"),
    ("consultation", "asks/state", "asked 提出 · promised 答应 · arrived 到位 · refused 未果 · not_needed 不需要"),
    ("decision", "state", "propose 提议 · consult 商议 · deliberate 审议 · resolve 决议 · publish_resolution 决议公开 · implement 实施 · publish_result 结果公开 · done 完成 · parked 搁置"),
    ("org_item", "kind", "leader 选带头人 · rule 定规矩 · skill 长本领 · autonomy 村民自治 · credit 信用机制 · contract 契约意识 · property_reform 产权改革 · resp 责任清单"),
    ("property_reform", "kind", "land 土地承包经营权 · forest 林权 · homestead 宅基地 · collective 集体经营性资产"),
]  # fmt: skip


@pytest.fixture(scope="module")
def our_forms() -> dict[str, Form]:
    return {kind: form for kind, form in compiled().items() if kind in KINDS}


@pytest.mark.parametrize(
    ("kind", "path", "zh", "en"),
    [
        ("contact", "in_charge_of", "分管什么", "In charge of"),
        ("organisation", "uscc", "统一社会信用代码", "Unified social credit code"),
        ("organisation", "instructor", "党建指导员", "Party-building instructor"),
        ("meeting", "present", "实到", "Present"),
        ("meeting", "sit_in", "列席人员", "Sitting in"),
        ("meeting", "resolutions", "决议", "Resolutions"),
        ("decision", "propose", "党支部会提议", "1 Proposal by the Party branch"),
        ("decision", "consult", '"两委"会商议', "2 Consultation of the two committees"),
        ("decision", "deliberate", "党员大会审议", "3 Deliberation by all Party members"),
        ("decision", "resolve", "村民会议或村民代表会议决议", "4 Resolution by the villagers or their representatives"),
        ("decision", "publish_resolution", "决议公开", "5 Resolution made public"),
        ("decision", "publish_result", "实施结果公开", "6 Result made public"),
        ("decision", "publish_result/supervision_opinion", "村务监督委员会意见", "Opinion of the supervisory committee"),
        ("project_plan", "name", "项目名称", "Name"),
        ("project_plan", "budget", "投资概算", "Budget"),
        ("project_plan", "funding", "资金来源", "Funding"),
        ("project_plan", "chain_upstream", "上游链条", "Upstream"),
        ("project_plan", "direction_check", "产业方向九问", "Nine questions of direction"),
        ("project_plan", "beneficiaries/mechanism", "联农带农机制", "How people gain"),
        ("project_plan", "milestones", "进度节点", "Milestones"),
        ("project_plan", "asset", "资产移交管护", "Assets and upkeep"),
        ("collective_income", "leasing", "发包及上交收入", "Leasing and contracts"),
        ("village_plan", "overall_idea", "总体思路", "Overall idea"),
    ],
)  # fmt: skip
def test_the_words_are_those_of_the_trade(our_forms: dict[str, Form], kind: str, path: str, zh: str, en: str) -> None:
    question = our_forms[kind].question(path)
    assert question is not None and question.label == {"zh": zh, "en": en}


@pytest.mark.parametrize(("kind", "path", "codes"), CODES, ids=lambda value: value if len(value) < 30 else "")
def test_the_codes_are_those_of_the_reference(our_forms: dict[str, Form], kind: str, path: str, codes: str) -> None:
    question = our_forms[kind].question(path)
    assert question is not None and question.choices is not None
    rows = our_forms[kind].definition["lists"][question.choices]
    assert [f"{row['name']} {row['label']['zh']}" for row in rows] == codes.split(" · ")


def test_one_list_serves_every_question_of_its_kind(our_forms: dict[str, Form]) -> None:
    """A fund, a level, a stage means the same wherever it stands."""

    def lists(*places: tuple[str, str]) -> set[Any]:
        return {getattr(our_forms[kind].question(path), "choices") for kind, path in places}  # noqa: B009  mypy: may be None

    assert lists(("practical_deed", "source"), ("project_plan", "funding/source")) == {"cl_fund"}
    assert lists(("project_plan", "stage"), ("project_plan", "approvals/stage")) == {"cl_project_stage"}
    nine = [q for q in our_forms["industry_assessment"].questions if q.choices == "cl_fit"]
    asked = [q.path.rpartition("/")[2] for q in our_forms["project_plan"].questions if q.choices == "cl_fit"]
    assert len(asked) == 9 and [q.path for q in nine] == asked


@pytest.mark.parametrize(
    ("kind", "answers", "flagged"),
    [
        ("contact", {"name": "秦志刚", "phone": "15400002047"}, []),
        ("contact", {"name": "秦志刚", "phone": "0855-8223344"}, []),
        ("contact", {"name": "秦志刚", "phone": "823344"}, ["phone"]),
        ("contact", {"valid_from": "2025-03-01", "valid_until": "2024-03-01"}, ["valid_until"]),
        # The example of the standard GB 32100-2015, then one with two digits the wrong way round.
        ("organisation", {"uscc": "91350100M000100Y43"}, []),
        ("organisation", {"uscc": "91350100M000100Y34"}, ["uscc"]),
        ("organisation", {"uscc": "91350100M000100Y4"}, ["uscc"]),
        ("organisation", {"type": "enterprise", "employees": 12, "party_members": 13}, ["party_members"]),
        ("organisation", {"type": "cooperative", "capital": -1}, ["capital"]),
        ("meeting", {"held_on": "2026-11-23", "due": 40, "present": 36}, []),
        ("meeting", {"due": 40, "present": 41}, ["present"]),
        ("meeting", {"present": 41}, []),
        ("meeting", {"held_on": "2026-11-25"}, ["held_on"]),
        ("meeting", {"held_on": "2026-11-20", "next_on": "2026-11-20"}, ["next_on"]),
        ("meeting", {"held_on": "2026-11-20", "resolutions": [{"id": A, "text": "修沟", "due": "2026-11-01"}]}, ["resolutions/due"]),
        ("meeting", {"held_on": "2026-11-20", "resolutions": [{"id": A, "text": "修沟", "due": "2029-12-01"}]}, ["resolutions/due"]),
        ("consensus_item", {"agreed_on": "2026-11-01", "due": "2026-12-01"}, []),
        ("consensus_item", {"agreed_on": "2026-11-01", "due": "2026-10-01"}, ["due"]),
        ("consensus_item", {"state": "done", "needs_four_two": "yes"}, ["state"]),
        ("consensus_item", {"state": "done", "needs_four_two": "yes", "decision": A}, []),
        ("consensus_item", {"state": "done", "needs_four_two": "no"}, []),
        ("duty", {"date": "2026-12-05", "state": "planned"}, []),
        ("duty", {"start": "14:00:00.000+08:00", "end": "09:00:00.000+08:00"}, ["end"]),
        ("duty", {"start": "08:30:00.000+08:00", "end": "17:30:00.000+08:00"}, []),
        ("consultation", {"met_on": "2026-11-02", "asks": [{"id": A, "state": "arrived", "arrived_on": "2026-11-01"}]}, ["asks/arrived_on"]),
        ("practical_deed", {"started_on": "2026-11-02", "done_on": "2026-11-01"}, ["started_on"]),
        ("practical_deed", {"money": 10_000_000_001}, ["money"]),
        ("property_reform", {"area_total": 900.5, "area_done": 901}, ["area_done"]),
        ("property_reform", {"area_total": 900.5, "area_done": 900.5}, []),
        ("collective_income", {"year": 26}, ["year"]),
        ("project_plan", {"start_on": "2026-03-01", "finish_on": "2026-02-01"}, ["finish_on"]),
        ("project_plan", {"start_on": "2026-03-01", "acceptance/on": "2026-02-01"}, ["acceptance/on"]),
        ("project_plan", {"performance/satisfaction_pct": 101}, ["performance/satisfaction_pct"]),
        ("project_plan", {"beneficiaries/households": 30, "beneficiaries/monitored": 31}, ["beneficiaries/monitored"]),
        ("project_plan", {"approvals": [{"id": A, "publicity_from": "2026-03-08", "publicity_to": "2026-03-01"}]}, ["approvals/publicity_to"]),
    ],
)  # fmt: skip
def test_what_cannot_be_right_is_marked(our_forms: dict[str, Form], kind: str, answers: dict[str, Any], flagged: list[str]) -> None:
    assert marked(our_forms[kind], answers) == flagged


def marked(form: Form, answers: dict[str, Any]) -> list[str]:
    """The questions whose constraint is not met; an entry's question without the entry."""
    assert form.shape(answers) == []
    flags = form.flags(form.recalculate(answers, NOW), NOW)
    return [re.sub(r"\[[^]]*]|/[0-9a-f]{8}-[0-9a-f-]{27}", "", flag["question"]) for flag in flags if flag["code"] == "constraint"]


def test_milestones_stand_in_the_order_of_their_days(our_forms: dict[str, Form]) -> None:
    def planned(*days: str) -> list[str]:
        rows = [{"id": A[:-1] + str(n), "name": f"第 {n} 步", "plan_on": day} for n, day in enumerate(days)]
        return marked(our_forms["project_plan"], {"milestones": rows})

    assert planned("2026-03-01", "2026-04-01", "2026-04-01") == []
    assert planned("2026-03-01", "2026-05-01", "2026-04-01") == ["milestones/plan_on"]


@pytest.mark.parametrize(
    ("stage", "counts", "flagged"),
    [
        ("deliberate", {"due": 42, "present": 28, "agree": 22}, []),
        ("deliberate", {"due": 42, "present": 27, "agree": 22}, ["deliberate/present"]),
        ("deliberate", {"due": 42, "present": 40, "agree": 21}, ["deliberate/agree"]),
        ("deliberate", {"due": 42, "present": 30, "agree": 31}, ["deliberate/agree"]),
        ("deliberate", {"present": 30, "agree": 30}, []),
        ("resolve", {"due": 45, "present": 30, "agree": 16}, []),
        ("resolve", {"due": 45, "present": 30, "agree": 15}, ["resolve/agree"]),
        ("resolve", {"due": 45, "present": 46, "agree": 40}, ["resolve/present"]),
    ],
)
def test_a_count_that_cannot_decide_is_marked_and_kept(our_forms: dict[str, Form], stage: str, counts: dict[str, int], flagged: list[str]) -> None:
    answers: dict[str, Any] = {f"{stage}/{name}": value for name, value in counts.items()}
    assert marked(our_forms["decision"], answers) == flagged


@pytest.mark.parametrize(
    ("answers", "state"),
    [
        ({}, "propose"),
        ({"propose/held_on": "2026-10-01", "consult/held_on": "2026-10-05"}, "consult"),
        ({"propose/held_on": "2026-10-01", "deliberate/held_on": "2026-10-12"}, "deliberate"),
        ({"resolve/held_on": "2026-10-20", "publish_resolution/from": "2026-10-21"}, "publish_resolution"),
        ({"implement/started_on": "2026-11-01"}, "implement"),
        ({"publish_result/from": "2026-11-20", "publish_result/to": "2026-11-27"}, "publish_result"),
        ({"publish_result/from": "2026-11-10", "publish_result/to": "2026-11-17"}, "done"),
        ({"resolve/held_on": "2026-10-20", "parked": "yes"}, "parked"),
    ],
)
def test_a_decision_knows_how_far_it_has_come(our_forms: dict[str, Form], answers: dict[str, Any], state: str) -> None:
    assert our_forms["decision"].recalculate(answers, NOW)["state"] == state


def test_a_budget_adds_itself_up_and_funding_is_held_against_it(our_forms: dict[str, Form]) -> None:
    project = our_forms["project_plan"]
    lines = [
        {"id": A, "name": "主管道", "qty": 1200, "unit": "米", "price": 18.5},
        {"id": A[:-1] + "1", "name": "勘察设计", "amount": 9000},
    ]
    funds = [{"id": A, "source": "county", "amount": 30_000}, {"id": A[:-1] + "1", "source": "collective", "amount": 1200}]
    found = project.recalculate({"budget/lines": lines, "funding": funds}, NOW)
    assert [line["amount"] for line in found["budget/lines"]] == [22_200, 9000]
    assert (found["budget/total"], found["funding_total"]) == (31_200, 31_200)
    assert marked(project, {"budget/lines": lines, "funding": funds}) == []
    assert marked(project, {"budget/lines": lines, "funding": funds[:1]}) == ["funding_total"]
    assert project.recalculate({"budget/total": 50_000}, NOW)["budget/total"] == 50_000


def test_what_was_promised_and_what_came_are_added_up(our_forms: dict[str, Form]) -> None:
    asks = [
        {"id": A, "state": "promised", "amount": 50_000},
        {"id": A[:-1] + "1", "state": "arrived", "amount": 30_000, "amount_arrived": 28_000},
        {"id": A[:-1] + "2", "state": "refused", "amount": 90_000},
    ]
    found = our_forms["consultation"].recalculate({"asks": asks}, NOW)
    assert (found["promised_total"], found["arrived_total"]) == (80_000, 28_000)
    assert "promised_total" not in our_forms["consultation"].recalculate({"asks": asks[2:]}, NOW)
    year = our_forms["collective_income"].recalculate({"operating": 120_000, "subsidy": 30_000.5}, NOW)
    assert year["total"] == 150_000.5


def test_a_kind_of_organisation_is_asked_only_its_own(our_forms: dict[str, Form], tmp_path: Path) -> None:
    """Through the command, as somebody who changes a form tries it."""
    answers = tmp_path / "answers.json"
    answers.write_text(json.dumps({"name": "清水河脐橙合作社", "type": "cooperative", "uscc": "91350100M000100Y34"}), "utf-8")
    command = [sys.executable, "-m", "server", "survey", "evaluate", str(SURVEYS / "forms/organisation.md"), str(answers)]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60)
    found = json.loads(done.stdout)
    assert found["members"]["relevant"] and found["dividend"]["relevant"]
    assert found["investor"]["relevant"] and not found["area"]["relevant"]
    assert found["uscc"]["problem"] == "constraint" and found["name"]["valid"]


def test_the_township_sees_what_a_meeting_was_about_and_no_more(our_forms: dict[str, Form]) -> None:
    seen = {q.path for q in our_forms["meeting"].questions if q.township == "yes" and q.holds != "nothing"}
    assert seen == {"title", "kind", "held_on", "level"}
    agreed = {q.path for q in our_forms["consensus_item"].questions if q.township != "yes" and q.holds != "nothing"}
    assert agreed == {"parties", "parties/contact", "parties/name", "meeting", "decision"}
    hidden = {q.path for q in our_forms["project_plan"].questions if q.township != "yes"}
    assert hidden == {"linked_problem", "owner", "responsible", "supporters/organisation"}


def test_nothing_of_these_has_to_be_answered_and_nothing_sensitive_is_asked(our_forms: dict[str, Form]) -> None:
    for kind in KINDS:
        for question in our_forms[kind].questions:
            assert question.required is False, f"{kind} {question.path}"
            assert question.sensitivity != "sensitive", f"{kind} {question.path}"


def test_lists_know_what_to_call_a_record_and_when_it_was(our_forms: dict[str, Form]) -> None:
    dated = {"meeting": "held_on", "duty": "date", "publicity": "published_on", "consultation": "met_on", "support_in": "received_on",
             "consensus_item": "agreed_on", "practical_deed": "done_on", "decision": "started_on", "fund_item": "on"}  # fmt: skip
    for kind in KINDS:
        assert "title" in our_forms[kind].definition["envelope"], kind
    for kind, path in dated.items():
        question = our_forms[kind].question(path)
        assert our_forms[kind].definition["envelope"]["happened_on"] == path
        assert question is not None and question.default is not None, "today stands there already"
    assert our_forms["consensus_item"].definition["envelope"]["due_on"] == "due"
    assert our_forms["project_plan"].definition["envelope"]["status"] == "stage"


def test_what_refers_to_a_record_names_a_kind_there_is(our_forms: dict[str, Form]) -> None:
    kinds = {path.stem for path in (SURVEYS / "forms").glob("*.md")}
    refers = {(kind, q.path): q.refers for kind in KINDS for q in our_forms[kind].questions if q.refers}
    assert set(refers.values()) <= kinds
    assert refers["consensus_item", "owner"] == "contact" and refers["meeting", "resolutions/consensus"] == "consensus_item"
    for (kind, path), target in refers.items():
        if target == "contact" and "/" not in path:
            assert our_forms[kind].question(f"{path}_name"), f"{kind} {path}: somebody outside the list has no place"
