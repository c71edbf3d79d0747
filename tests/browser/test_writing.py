"""Writing on a phone: few taps, kept without a network and through a kill, and what was done can be taken back."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Page, Playwright, expect

from tests.browser.doing import save, saved_visit, write_visit
from tests.browser.handset import Handset, phones
from tests.browser.held import home_of, records, until
from tests.browser.opened import drafts_on_disk
from tests.serving import Server

SENTENCE = "路灯坏了三盏，晚上看不见路"
FACTS = "腿好些了，问低保什么时候出结果"
#: Fingers put down on the screen, whatever they touch; typing is not counted.
COUNT_TAPS = "addEventListener('pointerdown', () => { window.taps = (window.taps ?? 0) + 1 }, true)"


def started_again(phone: Handset) -> Page:
    """Signed in and closed once: the browser writes cookies down late, and a kill before that would end the session."""
    phone.start("cadre1")
    phone.close()
    page = phone.open()
    expect(page.locator(".sync")).to_contain_text("都已核对", timeout=30_000)
    return page


def draft_holds(page: Page, text: str) -> None:
    """Until the words are in the phone's database: what is killed after this may not lose them."""
    for _ in range(100):
        if text in drafts_on_disk(page):
            return
        page.wait_for_timeout(50)
    raise AssertionError(f"no draft holds {text}")


def test_a_visit_takes_three_taps_and_a_problem_four_and_a_sentence_with_no_network(
    playwright: Playwright, server: Server, tmp_path: Path
) -> None:
    before = {one["id"] for one in records(server, "visit")}
    with phones(playwright, tmp_path, server.url, "chen") as (chen,):
        page = started_again(chen)
        chen.offline(True)
        server.stop()
        page.evaluate(COUNT_TAPS)

        page.get_by_role("link", name="记走访").tap()
        page.get_by_role("dialog").get_by_role("button", name="杨德贵").tap()
        save(page)
        saved_visit(page)
        assert page.evaluate("taps") == 3
        expect(page.locator(".sync")).to_contain_text("1 条待发")

        page.evaluate("taps = 0")
        page.get_by_role("link", name="记问题").tap()
        expect(page.get_by_label("一句话说清楚")).to_be_focused()
        page.keyboard.insert_text(SENTENCE)
        page.get_by_role("radio", name="要报镇里").tap()
        page.get_by_role("button", name="存下报镇里").tap()
        expect(page.get_by_text("已存手机，有网就报到镇里").first).to_be_visible()
        assert page.evaluate("taps") <= 4

        chen.kill()
        page = chen.open()
        expect(page.locator(".sync")).to_contain_text("2 条待发")
        server.start()
        chen.all_checked()
        visits = [one for one in records(server, "visit") if one["id"] not in before]
        assert [one["household"] for one in visits] == [home_of(server, "杨德贵")["id"]]
        assert len(records(server, "problem", content=SENTENCE, status="reported")) == 1
        assert chen.complaints == []


def test_undo_takes_back_what_the_server_already_has(
    playwright: Playwright, server: Server, tmp_path: Path
) -> None:
    home = home_of(server, "杨德贵")["id"]
    with phones(playwright, tmp_path, server.url, "chen") as (chen,):
        page = chen.start("cadre1")
        chen.go(f"/household/{home}")
        page.get_by_role("link", name="记走访").tap()
        page.get_by_role("textbox", name="了解到什么").fill(FACTS)
        save(page)
        expect(page.get_by_role("link", name=FACTS)).to_be_visible()
        until(server, lambda it: len(records(it, "visit", facts=FACTS)) == 1, "the visit did not arrive")

        page.get_by_role("button", name="撤回").tap()
        expect(page.get_by_role("link", name=FACTS)).to_have_count(0)
        until(server, lambda it: records(it, "visit", facts=FACTS) == [], "the visit was not taken back")
        chen.all_checked()
        chen.go(f"/household/{home}")
        expect(page.get_by_role("heading", level=1, name="杨德贵")).to_be_visible()
        expect(page.get_by_text(FACTS)).to_have_count(0)
        assert chen.complaints == []


def test_ones_own_record_can_be_removed_and_put_back_and_another_persons_cannot(
    playwright: Playwright, server: Server, tmp_path: Path
) -> None:
    home = home_of(server, "杨德贵")["id"]
    with phones(playwright, tmp_path, server.url, "chen", "zhang") as (chen, zhang):
        page = chen.start("cadre1")
        write_visit(chen, home, FACTS)
        until(server, lambda it: len(records(it, "visit", facts=FACTS)) == 1, "the visit did not arrive")
        visit = records(server, "visit", facts=FACTS)[0]["id"]
        chen.all_checked()
        chen.go(f"/household/{home}")
        page.get_by_role("link", name=FACTS).tap()
        expect(page.get_by_role("heading", level=1, name="杨德贵 · 走访")).to_be_visible()
        page.get_by_role("link", name="改一改").tap()
        remove_record(page)
        expect(page.get_by_role("heading", level=1, name="杨德贵")).to_be_visible()
        expect(page.get_by_role("link", name=FACTS)).to_have_count(0)
        until(server, lambda it: records(it, "visit", facts=FACTS) == [], "the visit was not removed")
        page.get_by_role("button", name="撤回").tap()
        expect(page.get_by_role("link", name=FACTS)).to_be_visible()
        until(server, lambda it: len(records(it, "visit", facts=FACTS)) == 1, "the visit did not come back")
        chen.close()

        other = zhang.start("cadre2")
        zhang.go(f"/record/{visit}/edit")
        last_page(other)
        expect(other.get_by_role("button", name="删掉这条记录")).to_have_count(0)
        assert chen.complaints == [] and zhang.complaints == []


def last_page(page: Page) -> None:
    page.get_by_role("button", name="去别的页").tap()
    page.get_by_role("dialog").get_by_role("button").last.tap()


def remove_record(page: Page) -> None:
    last_page(page)
    page.get_by_role("button", name="删掉这条记录").tap()


def test_half_written_forms_survive_a_killed_browser_and_are_offered_again(
    playwright: Playwright, server: Server, tmp_path: Path
) -> None:
    home = home_of(server, "杨德贵")
    with phones(playwright, tmp_path, server.url, "chen") as (chen,):
        page = started_again(chen)
        chen.offline(True)
        chen.go(f"/visit?household={home['id']}")
        page.get_by_role("textbox", name="了解到什么").fill(FACTS)
        draft_holds(page, FACTS)
        chen.kill()

        page = chen.open(f"/#/household/{home['id']}/edit")
        chen.offline(True)
        page.get_by_label("联系电话").fill("1390000")
        draft_holds(page, "1390000")
        chen.kill()

        page = chen.open(f"/#/visit?household={home['id']}")
        chen.offline(True)
        expect(page.get_by_text("接着上次没写完的")).to_be_visible()
        expect(page.get_by_role("textbox", name="了解到什么")).to_have_value(FACTS)
        save(page)
        saved_visit(page)
        chen.go(f"/household/{home['id']}/edit")
        expect(page.get_by_text("接着上次没写完的")).to_be_visible()
        expect(page.get_by_label("联系电话")).to_have_value("1390000")
        expect(page.get_by_text("原来是 脱贫户、监测户")).to_have_count(0)
        page.get_by_label("联系电话").fill("13900003333")
        save(page)
        expect(page.get_by_role("heading", level=1, name="杨德贵")).to_be_visible()
        chen.go(f"/visit?household={home['id']}")
        expect(page.get_by_role("heading", level=1, name="记走访")).to_be_visible()
        expect(page.get_by_role("button", name="保存", exact=True)).to_be_visible()
        expect(page.get_by_text("接着上次没写完的")).to_have_count(0)
        chen.offline(False)
        chen.all_checked()
        assert len(records(server, "visit", facts=FACTS)) == 1
        assert home_of(server, "杨德贵")["phone"] == "13900003333"
        assert chen.complaints == []


def test_a_number_that_changed_is_written_into_the_home_from_the_visit(
    playwright: Playwright, server: Server, tmp_path: Path
) -> None:
    home = home_of(server, "杨德贵")
    with phones(playwright, tmp_path, server.url, "chen") as (chen,):
        page = chen.start("cadre1")
        chen.offline(True)
        chen.go(f"/visit?household={home['id']}")
        page.get_by_role("textbox", name="了解到什么").fill(FACTS)
        page.get_by_role("button", name="更多").tap()
        page.get_by_role("button", name="改一项").tap()
        page.get_by_role("dialog").get_by_role("button", name="联系电话").tap()
        page.get_by_role("dialog").get_by_label("联系电话").fill("13900004444")
        page.get_by_role("button", name="改好").tap()
        save(page)
        saved_visit(page)
        chen.go(f"/household/{home['id']}")
        page.get_by_role("button", name="联系电话").tap()
        expect(page.get_by_text("13900004444")).to_be_visible()
        chen.offline(False)
        chen.all_checked()
        now = home_of(server, "杨德贵")
        assert now["phone"] == "13900004444"
        assert {**now, "phone": home["phone"]} == home, "nothing else of the home was touched"
        assert "13900004444" not in str(records(server, "visit", facts=FACTS)), "it is written down once"
        assert chen.complaints == []
