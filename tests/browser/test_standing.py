"""What was put off, looks wrong or was put aside: named where one looks for it, and in nobody's way."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Playwright, expect

from tests.browser.doing import save
from tests.browser.handset import phones
from tests.browser.held import records, until
from tests.browser.surveys import begin, later, saved, surveyed, turn
from tests.serving import Server


@pytest.fixture
def server(township: Path, tmp_path: Path) -> Iterator[Server]:
    with surveyed(township, tmp_path) as running:
        yield running


def test_what_cannot_be_right_is_marked_in_a_list_and_in_the_saved_record(
    playwright: Playwright, server: Server, tmp_path: Path
) -> None:
    with phones(playwright, tmp_path, server.url, "chen") as (chen,):
        page = chen.start("cadre1")
        begin(chen, "canvass")
        turn(page, "基本情况")
        page.get_by_label("称呼", exact=False).fill("老杨")
        page.get_by_label("住房面积").fill("9600")
        page.get_by_role("button", name="下一页").tap()
        page.get_by_role("button", name="下一页").tap()
        page.get_by_role("button", name="下一页").tap()
        odd = page.get_by_role("button", name="有不太对的")
        for who, age in (("杨大", "200"), ("杨小", "4")):
            page.get_by_role("button", name="添一个").tap()
            page.get_by_role("dialog").get_by_label("姓名").fill(who)
            page.get_by_role("dialog").get_by_label("年龄").fill(age)
            page.get_by_role("button", name="写好").tap()
            expect(odd).to_have_count(1)
        expect(odd).to_contain_text("杨大")
        save(page)
        saved(page)
        until(server, lambda it: bool(records(it, "canvass")), "the record did not arrive")
        chen.go(f"/record/{records(server, 'canvass')[0]['id']}")
        expect(page.get_by_role("link", name=re.compile("住房面积"))).to_contain_text("9600")
        expect(page.locator("main .wrong")).to_have_text(["这里不太对，再看一眼？"])
        # An entry is one row here too, and opens.
        expect(odd).to_contain_text("杨大")
        odd.tap()
        expect(page.get_by_role("link", name=re.compile("年龄 200 岁"))).to_be_visible()
        expect(page.locator("main .wrong")).to_have_text(["这里不太对，再看一眼？"] * 2)
        assert chen.axe() == []
        assert chen.complaints == []


def test_a_required_question_that_was_put_off_is_saved_and_named_once(
    playwright: Playwright, server: Server, tmp_path: Path
) -> None:
    with phones(playwright, tmp_path, server.url, "chen") as (chen,):
        page = chen.start("cadre1")
        begin(chen, "slip")
        page.get_by_label("有几处").fill("多")
        save(page)
        expect(page.get_by_text("还差 2 项，填上就能存")).to_be_visible()
        page.get_by_role("button", name="回表单").tap()
        later(page, "q-what")
        save(page)
        expect(page.get_by_text("还差 1 项，填上就能存")).to_be_visible()
        expect(page.locator("main").get_by_role("button", name="说一句")).to_have_count(1)
        page.get_by_role("button", name="去填第一项").tap()
        page.get_by_label("有几处").fill("3")
        save(page)
        saved(page)
        until(server, lambda it: bool(records(it, "slip")), "the record did not arrive")
        record = records(server, "slip")[0]
        assert (record["what#later"], record["count"]) == ("yes", 3)
        chen.go(f"/record/{record['id']}")
        expect(page.locator("main .row", has_text="两倍")).to_contain_text("6")
        assert chen.complaints == []


def test_another_survey_is_begun_without_throwing_a_draft_away(
    playwright: Playwright, server: Server, tmp_path: Path
) -> None:
    with phones(playwright, tmp_path, server.url, "chen") as (chen,):
        page = chen.start("cadre1")
        for n, said in enumerate(("井", "塘"), start=1):
            chen.go("/work/slip")
            page.get_by_role("button", name="记一条").tap()
            expect(page.get_by_label("说一句")).to_have_value("")
            page.get_by_label("说一句").fill(said)
            page.get_by_role("button", name="先放着").tap()
            expect(page.get_by_role("heading", name=f"没写完的 {n} 份")).to_be_visible()
        # The form names no title: the first words written do.
        expect(page.locator("main .kept .row b")).to_have_text(["塘 · 短表", "井 · 短表"])
        page.locator("main .kept .row").last.tap()
        expect(page.get_by_text("接着上次没写完的")).to_be_visible()
        expect(page.get_by_label("说一句")).to_have_value("井")
        save(page)
        saved(page)
        expect(page.get_by_role("heading", name="没写完的 1 份")).to_be_visible()
        expect(page.locator("main a.row b")).to_have_text(["井"])
        assert chen.complaints == []
