"""Any form on a phone: gone through page by page, killed, put aside, looked at, changed; only what an answer changes is drawn."""

from __future__ import annotations

import re
import statistics
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, Playwright, expect

from tests.browser.doing import save, sync_now
from tests.browser.handset import Handset, phones
from tests.browser.held import home_of, records, until
from tests.browser.surveys import SIDEWAYS, begin, later, remark, saved, surveyed, turn
from tests.serving import Server

#: Counts how often the component of each question is drawn.
COUNT_DRAWN = """async () => {
  const { options } = await import('preact');
  const before = options.__r;
  window.drawn = {};
  options.__r = (node) => {
    if (node.props?.path && node.props.around) window.drawn[node.props.path] = (window.drawn[node.props.path] ?? 0) + 1;
    before?.(node);
  };
}"""
#: Adds entries as a finger would, each written and closed; gives the milliseconds from the tap to the entry's page on the screen.
ADD_ENTRIES = """async ([from, to]) => {
  const soon = () => new Promise(done => setTimeout(done, 2));
  const painted = () => new Promise(done => requestAnimationFrame(() => setTimeout(done, 0)));
  const took = [];
  for (let n = from; n < to; n += 1) {
    const start = performance.now();
    document.querySelector('main .row.add').click();
    while (document.querySelectorAll('dialog input').length < 3) await soon();
    await painted();
    took.push(performance.now() - start);
    [`羊${n}`, '3', '40'].forEach((text, at) => {
      const field = document.querySelectorAll('dialog input')[at];
      field.value = text;
      field.dispatchEvent(new Event('input', { bubbles: true }));
    });
    document.querySelector('dialog .button.main').click();
    while (document.querySelector('dialog')) await soon();
    await painted();
  }
  return took;
}"""


@pytest.fixture
def server(township: Path, tmp_path: Path) -> Iterator[Server]:
    with surveyed(township, tmp_path) as running:
        yield running


def fill_canvass(page: Page) -> None:
    page.get_by_label("称呼", exact=False).fill("老杨")
    page.get_by_label("家里的情况").fill("两口人，都在家")
    page.get_by_label("电话").fill("13800002047")
    page.get_by_label("住房面积").fill("９６")
    page.get_by_label("一年收入").fill("1234567.5")
    page.get_by_role("button", name="多一个").tap()
    page.get_by_role("button", name="多一个").tap()
    expect(page.get_by_label("一年收入")).to_have_value("1,234,567.5")
    expect(page.get_by_text("平均每平方米 12860.08")).to_be_visible()
    remark(page, "q-basics-area", "两层 加起来")
    later(page, "q-basics-story")
    turn(page, "日子")
    page.get_by_label("哪天去的").fill("2026-11-20")
    page.get_by_label("哪年哪月搬来").fill("1998-03")
    page.get_by_label("哪年建的房").fill("1994")
    page.get_by_label("几点").fill("09:30")
    page.get_by_label("下次什么时候").fill("2026-12-01T08:00")
    turn(page, "选择")
    page.get_by_role("radio", name="能走", exact=True).tap()
    page.get_by_role("checkbox", name="通水").tap()
    page.get_by_role("button", name=re.compile("主要种什么.*选一个")).tap()
    page.get_by_role("searchbox").fill("第42")
    page.get_by_role("dialog").get_by_role("button", name="第42").tap()
    turn(page, "摸底")


def test_every_plain_sort_of_answer_outlives_a_kill_in_the_middle_of_an_entry(
    playwright: Playwright, server: Server, tmp_path: Path
) -> None:
    home = home_of(server, "杨德贵")
    with phones(playwright, tmp_path, server.url, "chen") as (chen,):
        chen.start("cadre1")
        chen.close()
        page = chen.open()
        expect(page.locator(".sync")).to_contain_text("都已核对", timeout=30_000)
        chen.offline(True)
        begin(chen, "canvass", home["id"])
        expect(page.get_by_text("杨德贵，三组 17 号")).to_be_visible()
        turn(page, "基本情况")
        fill_canvass(page)
        page.get_by_role("button", name="添一个").tap()
        page.get_by_role("dialog").get_by_label("姓名").fill("杨小")
        remark(page, page.locator("dialog .tap.quiet").first.get_attribute("id")[: -len("-marks")], "小名")  # type: ignore[index]
        page.get_by_role("dialog").get_by_label("年龄").fill("4")
        page.wait_for_timeout(600)
        chen.kill()

        page = chen.open()
        page.get_by_role("link", name="没写完的 1 份").tap()
        page.get_by_role("button", name=re.compile("^老杨 · 摸底")).tap()
        expect(page.get_by_text("接着上次没写完的")).to_be_visible()
        page.get_by_role("button", name=re.compile("杨小")).tap()
        expect(page.get_by_role("dialog").get_by_label("年龄")).to_have_value("4")
        expect(page.get_by_role("dialog").get_by_text("小名")).to_be_visible()
        page.get_by_role("button", name="写好").tap()
        save(page)
        expect(page.get_by_text("已存手机").first).to_be_visible()
        chen.offline(False)
        until(server, lambda it: bool(records(it, "canvass")), "the record did not arrive")
        [record] = records(server, "canvass")
        wanted = {
            "household": home["id"],
            "basics/name": "老杨",
            "basics/story": "两口人，都在家",
            "basics/tel": "13800002047",
            "basics/area": 96,
            "basics/income": 1234567.5,
            "basics/pigs": 2,
            "basics/area#remark": "两层 加起来",
            "basics/story#later": "yes",
            "days/on": "2026-11-20",
            "days/moved": "1998-03-01",
            "days/built": "1994-01-01",
            "choices/road": "yes",
            "choices/needs": ["n1"],
            "choices/crop": "c42",
        }
        assert {key: record.get(key) for key in wanted} == wanted
        assert record["days/at"].startswith("09:30")
        assert record["days/next"].startswith("2026-12-01T08:00")
        people = [(one.get("who"), one.get("age"), one.get("who#remark")) for one in record["people"]]
        assert ("杨小", 4, "小名") in people
        assert len(record["plots"]) == 2
        assert chen.complaints == []


def test_a_record_is_looked_at_before_it_is_changed(
    playwright: Playwright, server: Server, tmp_path: Path
) -> None:
    home = home_of(server, "杨德贵")
    with phones(playwright, tmp_path, server.url, "chen") as (chen,):
        page = chen.start("cadre1")
        begin(chen, "canvass", home["id"])
        turn(page, "基本情况")
        fill_canvass(page)
        save(page)
        expect(page.get_by_text("已存手机").first).to_be_visible()
        until(server, lambda it: bool(records(it, "canvass")), "the record did not arrive")
        record = records(server, "canvass")[0]

        chen.go(f"/record/{record['id']}")
        expect(page.get_by_role("heading", level=1, name="老杨 · 摸底")).to_be_visible()
        for told in ("1,234,567.5 元", "1998年3月", "通水", "两层 加起来", "96 平方米"):
            expect(page.get_by_text(told, exact=True)).to_be_visible()
        assert chen.axe() == []
        assert page.evaluate(SIDEWAYS) <= 0
        # A row leads to its field, the first thing put off to its own.
        page.get_by_role("link", name=re.compile("哪年建的房")).tap()
        expect(page.get_by_label("哪年建的房")).to_be_focused()
        expect(page.get_by_role("heading", level=1)).to_contain_text("老杨 · 摸底")
        page.get_by_label("哪年建的房").fill("1995")
        save(page)
        expect(page.get_by_text("1995", exact=True)).to_be_visible()
        page.get_by_role("link", name="接着问").tap()
        expect(page.get_by_label("家里的情况")).to_be_focused()
        page.get_by_role("button", name="不用再问了").tap()
        page.get_by_role("button", name="1,234").first.wait_for(state="detached")
        save(page)
        expect(page.get_by_role("link", name="改一改")).to_be_visible()
        expect(page.get_by_text("回头再问")).to_have_count(0)
        page.get_by_role("link", name="谁改过什么").tap()
        expect(page.get_by_text("1994").first).to_be_visible()
        assert chen.complaints == []


def test_an_answer_redraws_only_what_depends_on_it(
    playwright: Playwright, server: Server, tmp_path: Path
) -> None:
    with phones(playwright, tmp_path, server.url, "chen") as (chen,):
        page = chen.start("cadre1")
        begin(chen, "canvass")
        turn(page, "基本情况")
        page.get_by_label("一年收入").fill("1000")
        # What is left is drawn once more, to say what is wrong with it; that is not counted here.
        page.get_by_label("住房面积").focus()
        page.wait_for_timeout(600)
        page.evaluate(COUNT_DRAWN)
        page.get_by_label("住房面积").press_sequentially("10")
        expect(page.get_by_text("平均每平方米 100 元")).to_be_visible()
        drawn = page.evaluate("() => window.drawn")
        assert drawn.pop("basics/area") >= 2
        assert set(drawn) == {"basics/sum"}, drawn


def test_a_short_form_is_one_page_and_leads_to_the_first_problem(
    playwright: Playwright, server: Server, tmp_path: Path
) -> None:
    with phones(playwright, tmp_path, server.url, "chen") as (chen,):
        page = chen.start("cadre1")
        begin(chen, "slip")
        expect(page.get_by_role("button", name="下一页")).to_have_count(0)
        expect(page.get_by_role("heading", level=2, name="在哪")).to_be_visible()
        page.get_by_label("有几处").fill("多")
        page.get_by_label("地方").fill("村口")
        expect(page.get_by_text("这里要写数字。")).to_be_visible()
        later(page, "q-where-day")
        save(page)
        expect(page.get_by_text("还差 2 项，填上就能存")).to_be_visible()
        expect(page.get_by_text("回头再问的 1 项")).to_be_visible()
        page.get_by_role("button", name="去填第一项").tap()
        expect(page.get_by_label("说一句")).to_be_focused()
        page.get_by_label("说一句").fill("井")
        page.get_by_label("有几处").fill("3")
        expect(page.get_by_text("6", exact=True)).to_be_visible()
        save(page)
        saved(page)
        # The form asks for what was said the last time; put aside twice it is one draft still, and a drop can be taken back.
        begin(chen, "slip")
        expect(page.get_by_label("地方")).to_have_value("村口")
        page.get_by_label("说一句").fill("塘")
        page.get_by_role("button", name="先放着").tap()
        chen.go("/drafts")
        page.get_by_role("button", name=re.compile("不要这份")).tap()
        expect(page.get_by_text("没有没写完的")).to_be_visible()
        page.get_by_role("button", name="撤回").tap()
        page.get_by_role("button", name=re.compile("短表")).first.tap()
        expect(page.get_by_label("说一句")).to_have_value("塘")
        assert chen.complaints == []


def test_a_draft_and_a_record_keep_the_form_they_were_written_with(
    playwright: Playwright, server: Server, tmp_path: Path
) -> None:
    with phones(playwright, tmp_path, server.url, "chen") as (chen,):
        page = chen.start("cadre1")
        begin(chen, "slip").get_by_label("说一句").fill("旧的")
        save(page)
        saved(page)
        begin(chen, "slip").get_by_label("说一句").fill("草稿")
        page.get_by_role("button", name="先放着").tap()
        until(server, lambda it: bool(records(it, "slip")), "the record did not arrive")
        old = records(server, "slip")[0]
        server.stop()
        form = tmp_path / "surveys/forms/slip.md"
        form.write_text(form.read_text("utf-8").replace("说一句", "用一句话说清"), "utf-8")
        server.start()
        sync_now(chen)
        chen.all_checked()
        begin(chen, "slip")
        expect(page.get_by_label("说一句")).to_have_value("草稿")
        page.get_by_role("button", name="不要草稿").tap()
        expect(page.get_by_label("用一句话说清")).to_have_value("")
        chen.go(f"/record/{old['id']}/edit?at=where%2Fplace")
        expect(page.get_by_label("地方")).to_be_focused()
        page.get_by_label("地方").fill("井边")
        expect(page.get_by_label("说一句")).to_have_value("旧的")
        save(page)
        until(
            server,
            lambda it: records(it, "slip")[0].get("where/place") == "井边",
            "the change did not arrive",
        )
        assert chen.complaints == []


@pytest.mark.timeout(240)
def test_the_two_hundredth_entry_is_added_as_fast_as_the_third(
    playwright: Playwright, server: Server, tmp_path: Path
) -> None:
    with phones(playwright, tmp_path, server.url, "chen") as (chen,):
        page = chen.start("cadre1")
        begin(chen, "flock")
        first = page.evaluate(ADD_ENTRIES, [0, 12])
        page.evaluate(ADD_ENTRIES, [12, 190])
        last = page.evaluate(ADD_ENTRIES, [190, 200])
        # Measured beside each other on a busy machine: what grew with the number of entries would be many times as slow.
        assert statistics.median(last) < 2.5 * statistics.median(first[2:]), (first, last)
        expect(page.get_by_text("一共 8000 公斤")).to_be_visible()
        expect(page.get_by_role("button", name=re.compile("^羊199"))).to_be_visible()
        page.get_by_role("button", name="前面 160 条").tap()
        page.get_by_role("button", name="前面 60 条").tap()
        expect(page.get_by_role("button", name=re.compile("^羊0"))).to_have_count(1)
        page.get_by_role("button", name=re.compile("^羊100")).tap()
        page.get_by_role("button", name="删掉").tap()
        expect(page.get_by_text("一共 7960 公斤")).to_be_visible()
        page.get_by_role("button", name="撤回").tap()
        expect(page.get_by_text("一共 8000 公斤")).to_be_visible()
        save(page)
        until(server, lambda it: bool(records(it, "flock")), "the record did not arrive")
        sheep = records(server, "flock")[0]["sheep"]
        assert [one["who"] for one in sheep] == [f"羊{n}" for n in range(200)]


@pytest.mark.parametrize(("language", "size"), [("zh", "standard"), ("en", "elder"), ("zh", "elder")])
def test_every_page_fits_a_small_screen_and_speaks_to_every_reader(
    playwright: Playwright, server: Server, tmp_path: Path, language: str, size: str
) -> None:
    chen = Handset(playwright, tmp_path / "chen", server.url)
    try:
        page = chen.open()
        page.evaluate(f"() => localStorage.setItem('shibu.lang', '{language}')")
        page.reload()
        chen.sign_in("cadre1")
        expect(page.locator(".sync")).to_contain_text(re.compile("都已核对|All checked"), timeout=30_000)
        page.evaluate(f"() => {{ document.documentElement.dataset.size = '{size}' }}")
        begin(chen, "canvass")
        for _ in range(5):
            assert page.evaluate(SIDEWAYS) <= 0
            assert chen.axe() == []
            last = page.locator(".dock .button").last
            if last.inner_text() in ("保存", "Save"):
                break
            last.tap()
            page.wait_for_timeout(100)
        page.locator(".pages").tap()
        expect(page.get_by_role("dialog")).to_be_visible()
        page.wait_for_timeout(400)
        assert page.evaluate(SIDEWAYS) <= 0
        assert chen.axe() == []
    finally:
        chen.close()


def test_what_is_missing_of_the_village_leads_to_the_first_gap(
    playwright: Playwright, server: Server, tmp_path: Path
) -> None:
    with phones(playwright, tmp_path, server.url, "chen") as (chen,):
        page = chen.start("cadre1")
        chen.go("/village")
        row = page.get_by_role("link", name=re.compile("补记"))
        expect(row).to_be_visible()
        path = re.search(r"at=([^&]+)", row.get_attribute("href") or "")
        assert path, "the row leads to a question"
        row.tap()
        question = path.group(1).replace("%2F", "-")
        field = page.locator(f"[id='q-{question}'], [id='q-{question}-label']").first
        expect(field).to_be_in_viewport()
        expect(page.get_by_role("heading", level=1)).to_contain_text("石桥村")
