"""Everything a cadre records besides homes and problems: found, written, read and moved on, on one phone without a network."""

from __future__ import annotations

import re
import shutil
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, Playwright, expect

from tests.browser.doing import save
from tests.browser.handset import Handset, phones
from tests.browser.test_screens import faults
from tests.serving import Server

SHOTS = Path(__file__).parent / "shots" / "work"
PAIR = ("吴主任", "周支书")
#: The app's own modules, as its pages load them.
APP = """async path => import(JSON.parse(document.querySelector('script[type=importmap]').textContent).imports['/a/' + path])"""
SAVE = f"""async ([kind, set]) => {{
  const {{ store }} = await ({APP})('store/store.js');
  return (await store.save({{ kind, set }})).id;
}}"""
LIST = f"""async kind => {{
  const {{ store }} = await ({APP})('store/store.js');
  await store.ready('all');
  return store.list(kind).map(({{ id, answers }}) => ({{ id, ...answers }}));
}}"""
SPEAK = f"async lang => {{ const {{ setLang }} = await ({APP})('i18n.js'); await setLang(lang); }}"
KINDS = f"""async () => {{
  const {{ store }} = await ({APP})('store/store.js');
  const {{ HIDDEN }} = await ({APP})('domain/pack/areas.js');
  return Promise.all(Object.keys(store.forms.current.value).filter(kind => !HIDDEN.has(kind)).sort().map(async kind => {{
    const form = await store.loadForm(kind);
    const open = form.questions.filter(({{ repeat, refers, read_only: still, calculate }}) => !repeat && !refers && !still && !calculate);
    const title = open.find(({{ path, type }}) => path === form.envelope.title && type === 'text');
    const chosen = open.find(({{ type, list }}) => type === 'select_one' && form.lists[list]?.length);
    const {{ consent }} = store.forms.shape(kind);
    const agreed = consent ? {{ [consent]: 'yes' }} : {{}};
    return {{ kind, set: {{ ...agreed, ...(title ? {{ [title.path]: `试一试 ${{kind}}` }} : chosen ? {{ [chosen.path]: form.lists[chosen.list][0].name }} : {{ [open.find(({{ holds }}) => holds === 'number').path]: 2026 }}) }} }};
  }}));
}}"""


class Cadre:
    """One phone, cut from the network, and what its owner does with it."""

    def __init__(self, phone: Handset) -> None:
        self.phone, self.page = phone, phone.page

    def saved(self, kind: str, **answers: object) -> str:
        """A record written by the app's own store: what stands before the story begins."""
        return str(self.page.evaluate(SAVE, [kind, answers]))

    def held(self, kind: str) -> list[dict]:
        found: list[dict] = self.page.evaluate(LIST, kind)
        return found

    def opened(self, address: str, heading: str | re.Pattern[str]) -> Page:
        self.phone.go(address)
        expect(self.page.get_by_role("heading", level=1, name=heading)).to_be_attached()
        return self.page

    def until(self, kind: str, n: int) -> None:
        """Until the phone holds so many of a kind: what a tap writes is not there at once."""
        deadline = time.monotonic() + 10
        while len(self.held(kind)) != n:
            assert time.monotonic() < deadline, f"{kind}: {len(self.held(kind))}, not {n}"
            self.page.wait_for_timeout(50)

    def act(self, name: str) -> None:
        """One tap, told in the bar that offers to take it back."""
        self.page.get_by_role("button", name=name, exact=True).tap()
        expect(self.page.locator(".offer")).to_contain_text(name)


@pytest.fixture(scope="module")
def cadre(playwright: Playwright, township: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cadre]:
    folder = tmp_path_factory.mktemp("work")
    shutil.copytree(township, folder / "data")
    server = Server(folder / "data").start()
    try:
        with phones(playwright, folder, server.url, "chen") as (chen,):
            chen.start("cadre1")
            chen.offline(True)
            yield Cadre(chen)
            assert chen.complaints == []
    finally:
        server.stop()


def test_a_meeting_makes_its_contact_and_its_agreed_items_in_one_saving(cadre: Cadre) -> None:
    page = cadre.opened("/record/new/edit?new=meeting&p.kind=two_committees", "会议")
    expect(page.get_by_text("两委会")).to_be_visible()
    page.get_by_label("说了什么事").fill("商量修路和修渠")
    page.get_by_role("button", name="下一页").tap()
    for n, (text, owner) in enumerate([("二组路面硬化", "new"), ("三组渠道清淤", "there")]):
        page.get_by_role("button", name="添一个").first.tap()
        entry = page.get_by_role("dialog")
        entry.get_by_label("议定什么").fill(text)
        entry.get_by_role("button", name=re.compile("谁来办：")).tap()
        picker = page.get_by_role("dialog").last
        picker.get_by_role("searchbox").fill("吴主任" if owner == "new" else "wzr")
        hit = f"记一个新的：{PAIR[0]}" if owner == "new" else PAIR[0]
        picker.get_by_role("button", name=hit).first.tap()
        expect(entry.get_by_role("button", name=re.compile(f"谁来办：.*{PAIR[0]}"))).to_be_visible()
        expect(entry.get_by_label("谁来办(写名字)")).to_have_count(0)
        entry.get_by_role("button", name="写好").tap()
        expect(page.get_by_role("button", name=re.compile(text))).to_be_visible()
        assert n < 2
    save(page)
    expect(page.locator(".offer")).to_contain_text("已存手机")
    items = [one for one in cadre.held("consensus_item") if one["title"] in ("二组路面硬化", "三组渠道清淤")]
    [contact] = [one for one in cadre.held("contact") if one["name"] == PAIR[0]]
    [meeting] = [one for one in cadre.held("meeting") if one["title"] == "商量修路和修渠"]
    assert {(one["owner"], one["owner_name"]) for one in items} == {(contact["id"], PAIR[0])} and len(items) == 2
    assert {one["meeting"] for one in items} == {meeting["id"]}
    assert {entry["consensus"] for entry in meeting["resolutions"]} == {one["id"] for one in items}

    # The list shows them with who has them; the record names the meeting, the meeting names them.
    page = cadre.opened("/work/consensus_item", "议定事项")
    page.get_by_role("link", name=re.compile("二组路面硬化.*吴主任")).tap()
    cadre.act("开始办了")
    cadre.act("办好了")
    [item] = [one for one in cadre.held("consensus_item") if one["title"] == "二组路面硬化"]
    assert item["state"] == "done" and len(item["progress"]) == 2
    page.get_by_role("link", name=re.compile("商量修路和修渠")).first.tap()
    expect(page.get_by_role("link", name=re.compile("三组渠道清淤")).last).to_be_visible()


def test_people_are_picked_together_and_proposed_again_next_time(cadre: Cadre) -> None:
    someone = cadre.held("person")[0]["name"]
    page = cadre.opened("/record/new/edit?new=meeting&p.kind=villagers_meeting&p.title=商量防火", "会议")
    page.get_by_role("button", name=re.compile("页，去别的页")).tap()
    page.get_by_role("button", name=re.compile("^到会")).tap()
    page.get_by_role("textbox", name="应到").fill("45")
    page.get_by_role("button", name=re.compile("参会人员：")).tap()
    picker = page.get_by_role("dialog").last
    search = picker.get_by_role("searchbox")
    search.fill(someone)
    picker.get_by_role("checkbox", name=re.compile(someone)).first.tap()
    search.fill("外村来的老钱")
    picker.get_by_role("button", name="只写名字：外村来的老钱").tap()
    picker.get_by_role("button", name=re.compile("选好")).tap()
    save(page)
    expect(page.locator(".offer")).to_contain_text("已存手机")
    [held] = [one for one in cadre.held("meeting") if one["title"] == "商量防火"]
    assert [bool(entry.get("person")) for entry in held["attendees"]] == [True, False]

    page = cadre.opened("/record/new/edit?new=meeting&p.kind=villagers_meeting&p.title=商量防汛", "会议")
    page.get_by_role("button", name=re.compile("页，去别的页")).tap()
    page.get_by_role("button", name=re.compile("^到会")).tap()
    expect(page.get_by_role("textbox", name="应到")).to_have_value("45")
    for name in (someone, "外村来的老钱"):
        expect(page.get_by_role("button", name=f"去掉 {name}")).to_be_visible()

    # An account is chosen by its person's name, never by an id.
    page = cadre.opened("/record/new/edit?new=assignment&p.person=陈志远", "驻村任职")
    page.get_by_role("button", name="下一页").tap()
    page.get_by_role("button", name=re.compile("用哪个账号：")).tap()
    page.get_by_role("dialog").get_by_role("button", name="张岚").tap()
    expect(page.get_by_role("button", name=re.compile("用哪个账号：.*张岚"))).to_be_visible()


def test_a_name_alone_stands_in_the_question_it_answers(cadre: Cadre) -> None:
    item = cadre.saved("consensus_item", title="修桥面", owner_name="外村李木匠")
    page = cadre.opened(f"/record/{item}", re.compile("修桥面"))
    page.get_by_role("link", name=re.compile("^谁来办.*外村李木匠")).tap()
    expect(page.get_by_role("button", name=re.compile("谁来办：.*外村李木匠"))).to_be_visible()
    expect(page.get_by_label("谁来办(写名字)")).to_have_count(0)
    page.get_by_role("button", name=re.compile("谁来办：.*外村李木匠")).tap()
    page.get_by_role("dialog").get_by_role("button", name="不选", exact=True).tap()
    expect(page.get_by_role("button", name=re.compile("谁来办：.*选一个"))).to_be_visible()


def test_a_case_is_carried_through_its_seven_steps_and_one_is_taken_back(cadre: Cadre) -> None:
    case = cadre.saved("agency_case", content="代办高龄津贴", item="civil_affairs", state="entrusted", entrusted_on="2026-11-01")
    page = cadre.opened(f"/record/{case}", re.compile("代办高龄津贴"))
    for act in ["受理了", "递交了", "办好了", "送到了", "归档了", "上报了", "回访了"]:
        cadre.act(act)
    [held] = [one for one in cadre.held("agency_case") if one["id"] == case]
    assert held["state"] == "visited"
    assert all(held[f"{day}_on"] for day in ("accepted", "submitted", "done", "delivered", "archived", "reported", "visited"))
    expect(page.locator(".timeline li")).to_have_count(7)
    expect(page.locator(".timeline li.next, .timeline li.now")).to_have_count(0)
    page.locator(".offer").get_by_role("button").tap()
    expect(page.get_by_role("button", name="回访了", exact=True)).to_be_visible()
    [held] = [one for one in cadre.held("agency_case") if one["id"] == case]
    assert held["state"] == "archived" and not held.get("visited_on")


def test_a_question_at_the_door_becomes_a_case_with_one_tap(cadre: Cadre) -> None:
    asked = cadre.saved("first_inquiry", matter="问医保怎么报销", asker="石老伯", handled="handed_on", received_at="2026-11-20T09:00:00.000+08:00")
    page = cadre.opened(f"/record/{asked}", re.compile("问医保"))
    page.get_by_role("button", name="转成代办", exact=True).tap()
    expect(page.get_by_role("button", name="转成代办", exact=True)).to_have_count(0)
    [inquiry] = [one for one in cadre.held("first_inquiry") if one["id"] == asked]
    [case] = [one for one in cadre.held("agency_case") if one["id"] == inquiry["case"]]
    assert (case["content"], case["applicant_name"], case["first_inquiry"]) == ("问医保怎么报销", "石老伯", "yes")


def test_what_was_asked_for_is_promised_and_arrives(cadre: Cadre) -> None:
    asks = {"put": [{"id": "7b1f4ad0-1111-4222-8333-444455556666", "text": "修渠资金", "amount": 50000, "state": "asked"}]}
    talk = cadre.saved("consultation", summary="向镇里汇报修渠", level="township", met_on="2026-11-02", asks=asks)
    cadre.opened(f"/record/{talk}", re.compile("向镇里汇报修渠"))
    cadre.act("答应了")
    cadre.act("到位了")
    [held] = [one for one in cadre.held("consultation") if one["id"] == talk]
    [ask] = held["asks"]
    assert (ask["state"], ask["amount_arrived"]) == ("arrived", 50000) and ask["arrived_on"]


def test_a_major_decision_leads_to_its_next_stage_and_says_what_is_short(cadre: Cadre) -> None:
    matter = cadre.saved(
        "decision", matter="集体林地发包", motive="cadre", started_on="2026-11-01",
        **{"propose/held_on": "2026-11-01", "deliberate/held_on": "2026-11-05", "deliberate/due": 30, "deliberate/present": 19, "deliberate/agree": 16},
    )  # fmt: skip
    page = cadre.opened(f"/record/{matter}", "集体林地发包")
    expect(page.get_by_text(re.compile("还缺：.两委.会商议"))).to_be_visible()
    expect(page.get_by_text("还不够").first).to_be_visible()
    page.get_by_role("link", name="写这一步").tap()
    field = page.get_by_role("textbox", name="应到")
    field.fill("60")
    save(page)
    expect(page.get_by_role("heading", level=1, name="集体林地发包")).to_be_visible()
    expect(page.get_by_role("link", name="写这一步")).to_be_visible()
    [held] = [one for one in cadre.held("decision") if one["id"] == matter]
    assert held["resolve/due"] == 60


def test_a_month_of_duty_is_planned_at_once_and_undone_at_once(cadre: Cadre) -> None:
    before = len(cadre.held("duty"))
    for name in PAIR:
        cadre.saved("contact", name=name, role="village_member", level="village", phone="13812340000")
    page = cadre.opened("/work/rota", re.compile("排班"))
    page.get_by_role("button", name="排班").tap()
    page.get_by_role("radio").nth(1).tap()  # the month after: all of it is to come
    page.get_by_role("button", name="选人").tap()
    picker = page.get_by_role("dialog").last
    for name in PAIR:
        picker.get_by_role("checkbox", name=re.compile(name)).first.tap()
    picker.get_by_role("button", name=re.compile("选好")).tap()
    expect(page.get_by_text(re.compile(r"排 \d+ 天"))).to_be_visible()
    page.get_by_role("button", name="排好").tap()
    expect(page.locator(".offer")).to_contain_text("排好了")
    planned = [one for one in cadre.held("duty") if one["state"] == "planned"]
    assert len(cadre.held("duty")) - before >= 20 and {one["person_name"] for one in planned} >= set(PAIR)
    page.locator(".offer").get_by_role("button").tap()
    cadre.until("duty", before)


def test_the_network_says_who_is_missing_and_who_was_spoken_with(cadre: Cadre) -> None:
    cadre.saved("contact", name="贺书记", role="township_secretary", level="township", is_key_node="yes", phone="138 1234 0001")
    page = cadre.opened("/work/network", "联络网")
    expect(page.get_by_role("link", name=re.compile("贺书记.*还没联系"))).to_be_visible()
    expect(page.get_by_role("link", name="给贺书记打电话")).to_have_attribute("href", "tel:13812340001")
    expect(page.get_by_role("button", name=re.compile("县主要领导"))).to_be_visible()
    page.get_by_role("button", name="今天和贺书记联系过").tap()
    expect(page.get_by_role("link", name=re.compile("贺书记.*今天联系过"))).to_be_visible()
    page.get_by_role("button", name=re.compile("县主要领导")).tap()
    expect(page.get_by_role("heading", level=1, name=re.compile("联系人"))).to_be_visible()
    expect(page.get_by_role("button", name=re.compile("县主要领导"))).to_be_visible()


def project(cadre: Cadre) -> str:
    def entries(*some: dict) -> dict:
        return {"put": [{"id": f"0a1f4ad0-1111-4222-8333-44445555666{n}", **one} for n, one in enumerate(some)]}

    return cadre.saved(
        "project_plan", name="高山蔬菜冷库", type="industry", stage="building", year=2026, is_key="yes", site="二组晒坝旁", content="新建 300 立方米",
        **{"budget/total": 860000, "beneficiaries/households": 112, "beneficiaries/monitored": 5, "beneficiaries/mechanism": {"put": ["order", "wage", "dividend"]}, "direction_check/fit_county": "fits"},
        funding=entries({"source": "central_linkage", "amount": 516000, "state": "arrived"}, {"source": "county", "amount": 200000, "state": "granted"}, {"source": "collective", "amount": 144000, "state": "intended"}),
        approvals=entries({"stage": "village_apply", "on": "2026-03-05", "publicity_from": "2026-03-06", "publicity_to": "2026-03-12"}),
        milestones=entries({"name": "开工", "done_on": "2026-09-10"}, {"name": "库体保温", "plan_on": "2026-12-10"}),
        chain_downstream=entries({"link": "镇农贸"}),
    )  # fmt: skip


def test_a_project_is_read_on_one_page_and_told_how_it_goes_on(cadre: Cadre) -> None:
    page = cadre.opened(f"/record/{project(cadre)}", "工作")
    for text in ["概算 86.0 万元", "51.6", "已批未到，县级配套", "112 户，其中监测户 5 户", "9 问答了 1 问"]:
        expect(page.get_by_text(text)).to_be_visible()
    page.get_by_role("button", name="写进展").tap()
    page.get_by_role("textbox", name="做到哪里").fill("库体保温")
    page.get_by_role("textbox", name=re.compile("形象进度")).fill("60")
    page.get_by_role("dialog").get_by_role("button", name="保存").tap()
    expect(page.locator(".timeline [aria-current=step]")).to_contain_text("库体保温、完成 60%")


@pytest.mark.timeout(180)
def test_every_kind_is_listed_begun_read_and_changed_in_both_languages(cadre: Cadre) -> None:
    page, lost = cadre.page, []
    kinds = page.evaluate(KINDS)
    assert len(kinds) >= 40
    for language in ("zh", "en"):
        page.evaluate(SPEAK, language)
        for kind in kinds:
            name = kind["kind"]
            id_ = kind["id"] = kind.get("id") or cadre.saved(name, **kind["set"])
            addresses = [f"/work/{name}", f"/record/{id_}"] if language == "zh" else [f"/record/new/edit?new={name}", f"/record/{id_}/edit"]
            for address in addresses:
                cadre.phone.go(address)
                try:
                    page.wait_for_function("address => location.hash === '#' + address && document.querySelector('.screen h1')?.innerText.trim() && !document.querySelector('.screen main [role=status].quiet')", arg=address, timeout=15_000)
                except Exception as error:  # every kind that does not open is told, not only the first
                    lost.append(f"{address}: {error}")
                if page.locator("main .blank").count():
                    lost.append(f"{address}: {page.locator('main .blank').inner_text()}")
    page.evaluate(SPEAK, "zh")
    assert not lost, "\n".join(lost)
    assert cadre.phone.complaints == []


@pytest.mark.timeout(180)
def test_the_work_screens_can_be_used_by_everyone_in_every_mode(cadre: Cadre) -> None:
    page, found = cadre.page, []
    [plan, *_] = [one["id"] for one in cadre.held("project_plan") if one["name"] == "高山蔬菜冷库"] or [project(cadre)]
    case = cadre.held("agency_case")[0]["id"]
    matter = cadre.held("decision")[0]["id"]
    screens = {"hub": "/work", "mechanism": "/work/m/m.three_meetings", "list": "/work/meeting", "view": f"/record/{case}", "project": f"/record/{plan}", "decision": f"/record/{matter}", "network": "/work/network", "rota": "/work/rota"}  # fmt: skip
    for mode, (language, theme, size) in {"zh": ("zh", "", ""), "dark-en-elder": ("en", "dark", "elder")}.items():
        page.evaluate(SPEAK, language)
        page.evaluate("([theme, size]) => { const it = document.documentElement; if (theme) it.dataset.theme = theme; else delete it.dataset.theme; if (size) it.dataset.size = size; else delete it.dataset.size; }", [theme, size])
        for name, address in screens.items():
            cadre.phone.go(address)
            page.wait_for_function("address => location.hash === '#' + address && document.querySelector('.screen main')?.children.length > 0 && !document.querySelector('.screen main [role=status].quiet')", arg=address)
            found += faults(cadre.phone, name, mode)
            cadre.phone.shot(SHOTS / mode, name)
    page.evaluate(SPEAK, "zh")
    assert not found, "\n".join(found)
