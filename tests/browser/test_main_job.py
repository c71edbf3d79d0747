"""The main job, on two phones: written without a network, it reaches the township leader, and the answer comes back."""

from __future__ import annotations

import re
from pathlib import Path

from playwright.sync_api import Page, Playwright, expect

from tests.browser.handset import Handset, phones
from tests.serving import Server

SENTENCE = "三组桥头护栏断了，娃娃上学不安全"
FACTS = "膝盖好些了，问低保什么时候出结果。"


def open_household(phone: Handset, letters: str, name: str) -> None:
    """Finds a home the way a cadre does: the letters of its head's name."""
    page = phone.page
    phone.go("/households")
    page.get_by_role("searchbox").fill(letters)
    page.locator("main").get_by_role("link", name=name).first.tap()
    expect(page.get_by_role("heading", level=1, name=name)).to_be_visible()


def write_phone_number(page: Page, number: str) -> None:
    page.get_by_role("button", name="更多").tap()
    page.get_by_role("link", name="改户情").tap()
    page.get_by_label("联系电话").fill(number)
    page.get_by_role("button", name="保存", exact=True).tap()


def write_visit(page: Page) -> None:
    page.get_by_role("link", name="记走访").tap()
    page.get_by_role("textbox", name="了解到什么").fill(FACTS)
    page.get_by_role("button", name="保存", exact=True).tap()


def write_problem(page: Page) -> None:
    page.get_by_role("link", name="记问题").tap()
    page.get_by_role("textbox", name="一句话说清楚").fill(SENTENCE)
    page.get_by_role("radio", name="要报镇里").tap()
    page.get_by_role("button", name="存下报镇里").tap()


def sync_now(phone: Handset) -> None:
    phone.go("/me")
    phone.page.get_by_role("button", name=re.compile("现在(核对一次|就送)")).tap()


def all_checked(phone: Handset) -> None:
    phone.go("/today")
    expect(phone.page.locator(".sync")).to_contain_text("都已核对", timeout=30_000)


def test_a_visit_written_without_a_network_reaches_the_township_leader(
    playwright: Playwright, server: Server, tmp_path: Path
) -> None:
    with phones(playwright, tmp_path, server.url, "chen", "zhou") as (chen, zhou):
        chen.open()
        chen.sign_in("cadre1")
        all_checked(chen)
        chen.wait_for_packs()

        # No network, no server, and the phone was restarted in between.
        chen.offline(True)
        server.stop()
        chen.close()
        page = chen.open()
        expect(page.get_by_role("heading", level=1, name="今日")).to_be_visible()

        open_household(chen, "ydg", "杨德贵")
        write_phone_number(page, "13900001111")
        expect(page.get_by_role("heading", level=1, name="杨德贵")).to_be_visible()
        write_visit(page)
        expect(page.get_by_role("heading", level=1, name="杨德贵")).to_be_visible()
        expect(page.get_by_text(FACTS)).to_be_visible()
        write_problem(page)
        chen.go("/today")
        expect(page.locator(".sync")).to_contain_text("3 条待发")
        chen.go("/me/receipts")
        expect(page.get_by_text("已存手机").first).to_be_visible()

        # Still there after another restart without a network.
        chen.close()
        page = chen.open()
        expect(page.locator(".sync")).to_contain_text("3 条待发")

        server.start()
        sync_now(chen)
        all_checked(chen)

        zhou.open()
        zhou.sign_in("leader1")
        leader = zhou.page
        expect(leader.get_by_text(SENTENCE)).to_be_visible(timeout=30_000)
        leader.get_by_text(SENTENCE).first.tap()
        expect(leader.locator("body")).not_to_contain_text("杨德贵")
        leader.get_by_role("button", name="交办").last.tap()
        sheet = leader.get_by_role("dialog")
        sheet.get_by_role("radiogroup").first.get_by_role("radio").first.tap()
        sheet.get_by_role("radio", name="3 天").tap()
        sheet.get_by_role("textbox").last.fill("先拉警戒线")
        sheet.get_by_role("button", name="交办").tap()
        expect(leader.get_by_text("先拉警戒线").first).to_be_visible()
        sync_now(zhou)
        leader.wait_for_timeout(500)
        expect(leader.get_by_text("都已核对").first).to_be_visible(timeout=30_000)

        sync_now(chen)
        chen.go("/problems")
        page.get_by_role("radio", name="镇里在办").tap()
        page.get_by_text(SENTENCE).first.tap()
        expect(page.get_by_text("先拉警戒线").first).to_be_visible(timeout=30_000)
        assert chen.complaints == [] and zhou.complaints == []


def both_write_a_number(chen: Handset, zhang: Handset) -> None:
    """Two people, each without a network, give one household another telephone number."""
    for phone, account, number in ((chen, "cadre1", "13900001111"), (zhang, "cadre2", "13900002222")):
        phone.open()
        phone.sign_in(account)
        all_checked(phone)
        phone.wait_for_packs()
        phone.offline(True)
        open_household(phone, "ydg", "杨德贵")
        write_phone_number(phone.page, number)
        expect(phone.page.get_by_role("heading", level=1, name="杨德贵")).to_be_visible()


def test_two_people_who_change_the_same_number_both_see_both_and_one_tap_settles_it(
    playwright: Playwright, server: Server, tmp_path: Path
) -> None:
    with phones(playwright, tmp_path, server.url, "chen", "zhang") as (chen, zhang):
        both_write_a_number(chen, zhang)
        for phone in (zhang, chen):
            phone.offline(False)
            sync_now(phone)
            expect(phone.page.get_by_text("都已核对").first).to_be_visible(timeout=30_000)
        sync_now(zhang)
        for phone in (chen, zhang):
            phone.go("/today")
            phone.page.get_by_role("link", name="用哪个").first.tap()
            expect(phone.page.get_by_text("1111")).to_be_visible()
            expect(phone.page.get_by_text("2222")).to_be_visible()
        chen.page.get_by_role("button", name="用我的").tap()
        expect(chen.page.get_by_role("heading", level=1, name="今日")).to_be_visible()
        sync_now(chen)
        expect(chen.page.get_by_text("都已核对").first).to_be_visible(timeout=30_000)
        chen.go("/me/receipts")
        chen.page.locator(".card.leads", has_text="改农户").first.tap()
        expect(chen.page.get_by_role("heading", level=1, name="杨德贵")).to_be_visible()
        sync_now(zhang)
        zhang.go("/today")
        expect(zhang.page.get_by_role("link", name="用哪个")).to_have_count(0, timeout=30_000)
        open_household(zhang, "ydg", "杨德贵")
        zhang.page.get_by_role("button", name="联系电话").tap()
        expect(zhang.page.get_by_text("13900001111")).to_be_visible()
        assert chen.complaints == [] and zhang.complaints == []
