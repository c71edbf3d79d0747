"""Leaving and coming back: what is unsent stays with its person, nobody else sees it, and a village that is lost goes."""

from __future__ import annotations

import re
from pathlib import Path

from playwright.sync_api import Page, Playwright, expect

from tests.browser.doing import sync_now, write_visit
from tests.browser.handset import Handset, phones
from tests.browser.held import home_of, records, village_of
from tests.browser.opened import counts_on_disk, rows_on_disk
from tests.serving import Server

FACTS = "说下月初一要去县里看眼睛"
FRESH = "shi-bu-2026-fresh"


def sign_out(phone: Handset) -> None:
    phone.go("/me")
    phone.page.get_by_role("button", name="退出登录").tap()
    phone.page.get_by_role("dialog").get_by_role("button", name="退出", exact=True).tap()
    expect(phone.page.locator("input[name=password]")).to_be_visible()


def test_signing_out_names_what_is_unsent_and_the_same_person_sends_it_later(
    playwright: Playwright, server: Server, tmp_path: Path
) -> None:
    home = home_of(server, "杨德贵")["id"]
    neighbour = next(
        one["id"]
        for one in records(server, "household", village=village_of(server, "石桥村"))
        if one["id"] != home
    )
    with phones(playwright, tmp_path, server.url, "chen") as (chen,):
        page = chen.start("cadre1")
        chen.offline(True)
        write_visit(chen, home, FACTS)
        chen.go("/me")
        page.get_by_role("button", name="退出登录").tap()
        sheet = page.get_by_role("dialog")
        expect(sheet).to_contain_text("这 1 条还没送。退出后留在这台手机里，陈志远再登录就接着送。")
        expect(sheet).to_contain_text(re.compile(r"走访\s· 杨德贵"))
        sheet.get_by_role("button", name="取消").tap()
        expect(page.get_by_role("heading", level=1, name="陈志远")).to_be_visible()
        assert neighbour in rows_on_disk(page, "blocks", "rec"), "a row that was downloaded can be seen here"
        sign_out(chen)
        counts = counts_on_disk(page)
        assert counts["outbox"] == 1, "what is unsent stays on the phone"
        assert counts["blocks"] == counts["rec"] == 0, "what was downloaded goes"

        # Without a network nobody gets in, and nothing is lost by trying.
        page.locator("input[name=username]").fill("cadre1")
        page.locator("input[name=password]").fill("shibu-demo")
        page.locator("button[type=submit]").tap()
        expect(page.get_by_text("现在连不上服务器")).to_be_visible()
        chen.offline(False)
        expect(page.get_by_role("button", name=re.compile("陈志远.*1 条待发"))).to_be_visible()
        chen.sign_in("cadre1")
        chen.all_checked()
        assert len(records(server, "visit", facts=FACTS)) == 1
        assert chen.complaints == []


def test_another_account_on_the_same_phone_sees_none_of_it(
    playwright: Playwright, server: Server, tmp_path: Path
) -> None:
    home = home_of(server, "杨德贵")["id"]
    own = records(server, "household", village=village_of(server, "柳湾村"))[0]["head_name"]
    with phones(playwright, tmp_path, server.url, "phone") as (phone,):
        page = phone.start("cadre1")
        phone.offline(True)
        write_visit(phone, home, FACTS)
        sign_out(phone)
        phone.offline(False)
        phone.sign_in("cadre3")
        phone.all_checked()
        expect(page.locator(".head")).to_contain_text("柳湾村")
        assert records(server, "visit", facts=FACTS) == [], "it is not sent in another person's name"
        phone.go("/me/receipts")
        expect(page.get_by_text("今天还没写")).to_be_visible()
        for address in (f"/household/{home}", "/households", "/today", "/me"):
            phone.go(address)
            page.wait_for_timeout(300)
            expect(page.locator("body")).not_to_contain_text("杨德贵")
            expect(page.locator("body")).not_to_contain_text(FACTS)
        phone.go("/households")
        expect(page.locator("main")).to_contain_text(own)
        page.get_by_role("searchbox").fill("杨德贵")
        expect(page.locator("main").get_by_role("link", name="杨德贵")).to_have_count(0)
        page.get_by_role("searchbox").fill(own)
        expect(page.locator("main").get_by_role("link", name=own).first).to_be_visible()

        sign_out(phone)
        phone.sign_in("cadre1")
        phone.all_checked()
        assert len(records(server, "visit", facts=FACTS)) == 1
        assert phone.complaints == []


def test_a_session_that_ended_asks_to_sign_in_and_loses_nothing(
    playwright: Playwright, server: Server, tmp_path: Path
) -> None:
    home = home_of(server, "杨德贵")["id"]
    with phones(playwright, tmp_path, server.url, "chen") as (chen,):
        page = chen.start("cadre1")
        server.command("user", "passwd", "cadre1", "--password", FRESH)
        write_visit(chen, home, FACTS)
        chen.go("/today")
        expect(page.locator(".sync")).to_contain_text("要重新登录才能送")
        expect(page.get_by_role("main")).to_contain_text("写的都在")
        # One goes on reading and writing meanwhile.
        chen.go(f"/visit?household={home}")
        page.get_by_role("textbox", name="了解到什么").fill("写了一半")
        expect(page.get_by_text("草稿已存")).to_be_visible()
        chen.go("/today")
        page.locator(".sync").tap()
        chen.sign_in("cadre1", FRESH)
        chen.all_checked()
        assert len(records(server, "visit", facts=FACTS)) == 1
        chen.go(f"/visit?household={home}")
        expect(page.get_by_role("textbox", name="了解到什么")).to_have_value("写了一半")
        assert chen.complaints == []


def test_the_language_changes_at_once_and_stays(
    playwright: Playwright, server: Server, tmp_path: Path
) -> None:
    with phones(playwright, tmp_path, server.url, "chen") as (chen,):
        page = chen.start("cadre1")
        page.evaluate("window.same = true")
        chen.offline(True)
        chen.go("/me")
        page.get_by_role("button", name="语言 Language").tap()
        page.get_by_role("dialog").get_by_role("radio", name="English").tap()
        expect(page.get_by_role("navigation").get_by_role("link", name="Today")).to_be_visible()
        expect(page.get_by_role("button", name="Sign out")).to_be_visible()
        expect(page.locator("html")).to_have_attribute("lang", "en")
        assert page.evaluate("window.same"), "without loading the page anew"
        chen.go("/visit")
        expect(page.get_by_role("heading", level=1, name="visit")).to_be_visible()
        chen.go("/problem-new")
        expect(page.get_by_role("radio", name="Roads")).to_be_visible()
        chen.close()
        page = chen.open()
        expect(page.get_by_role("heading", level=1, name="Today")).to_be_visible()
        chen.go("/me")
        page.get_by_role("button", name="语言 Language").tap()
        page.get_by_role("dialog").get_by_role("radio", name="中文").tap()
        expect(page.get_by_role("button", name="退出登录")).to_be_visible()
        assert chen.complaints == []


def test_a_second_village_is_switched_to_and_goes_when_it_is_lost(
    playwright: Playwright, server: Server, tmp_path: Path
) -> None:
    there = records(server, "household", village=village_of(server, "柳湾村"))[0]
    with phones(playwright, tmp_path, server.url, "chen") as (chen,):
        page = chen.start("cadre1")
        expect(page.get_by_role("button", name="石桥村")).to_have_count(0)
        server.command("user", "grant", "cadre1", "--role", "cadre", "--village", "柳湾村")
        sync_now(chen)
        chen.all_checked()
        choose_village(page, "石桥村", "柳湾村")
        chen.go("/households")
        expect(page.locator("main")).to_contain_text(there["head_name"])
        expect(page.locator("main")).not_to_contain_text("杨德贵")
        write_visit(chen, there["id"], FACTS)
        chen.all_checked()
        assert there["id"] in rows_on_disk(page, "blocks", "rec")
        assert records(server, "visit", facts=FACTS)[0]["village"] == there["village"]
        choose_village(page, "柳湾村", "石桥村")
        chen.go("/households")
        expect(page.locator("main")).to_contain_text("杨德贵")
        chen.go("/today")
        choose_village(page, "石桥村", "柳湾村")

        server.command("user", "revoke", "cadre1", "--role", "cadre", "--village", "柳湾村")
        sync_now(chen)
        chen.all_checked()
        expect(page.locator(".head")).to_contain_text("石桥村")
        expect(page.get_by_role("button", name="石桥村")).to_have_count(0)
        chen.go(f"/household/{there['id']}")
        expect(page.get_by_text("这一户不在手机里")).to_be_visible()
        assert there["id"] not in rows_on_disk(page, "blocks", "rec"), "nothing of the lost village stays but one's own receipts"
        assert chen.complaints == []


def choose_village(page: Page, now: str, wanted: str) -> None:
    page.get_by_role("button", name=now).tap()
    page.get_by_role("dialog").get_by_role("button", name=wanted).tap()
    expect(page.get_by_role("button", name=wanted)).to_be_visible()
