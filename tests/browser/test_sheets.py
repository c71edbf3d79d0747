"""What is said in a sheet over a problem: kept until it was saved, and no day of the past is taken."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Playwright, expect

from tests.browser.handset import phones
from tests.browser.held import records, until
from tests.browser.test_writing import draft_holds, started_again
from tests.serving import Server

WORDS = "水管接头换了两个，还差一截"


def test_words_in_a_sheet_outlive_its_closing_and_a_kill(
    playwright: Playwright, server: Server, tmp_path: Path
) -> None:
    problem = records(server, "problem", status="handling")[0]["id"]
    with phones(playwright, tmp_path, server.url, "chen") as (chen,):
        page = started_again(chen)
        chen.go(f"/problem/{problem}")
        page.get_by_role("button", name="写进展").tap()
        page.get_by_role("textbox", name="进展").fill(WORDS)
        page.keyboard.press("Escape")
        expect(page.get_by_role("dialog")).to_have_count(0)
        draft_holds(page, WORDS)

        chen.kill()
        page = chen.open()
        chen.go(f"/problem/{problem}")
        page.get_by_role("button", name="写进展").tap()
        expect(page.get_by_role("textbox", name="进展")).to_have_value(WORDS)
        page.get_by_role("dialog").get_by_role("button", name="保存").tap()
        expect(page.get_by_role("dialog")).to_have_count(0)
        expect(page.get_by_text(WORDS).first).to_be_visible()
        page.get_by_role("button", name="写进展").tap()
        expect(page.get_by_role("textbox", name="进展")).to_have_value("")
        until(server, lambda s: WORDS in str(records(s, "problem")), "the progress never arrived")


def test_a_leader_sets_no_day_of_the_past_and_can_change_the_day(
    playwright: Playwright, server: Server, tmp_path: Path
) -> None:
    problem = records(server, "problem", status="reported")[0]["id"]
    with phones(playwright, tmp_path, server.url, "zhou") as (zhou,):
        page = zhou.start("leader1")
        zhou.go(f"/leader/problem/{problem}")
        page.get_by_role("button", name="交办").tap()
        sheet = page.get_by_role("dialog")
        sheet.get_by_text("选日期").tap()
        sheet.locator("input[type=date]").fill("2020-01-01")
        expect(sheet.get_by_text("这一天已经过了").first).to_be_visible()
        sheet.get_by_role("button", name="交办").tap()
        expect(sheet).to_be_visible()
        sheet.get_by_text("7 天").tap()
        sheet.get_by_role("button", name="交办").tap()
        expect(page.get_by_text("交办了，已存手机").first).to_be_visible()

        page.get_by_role("button", name="改期限").tap()
        page.get_by_role("dialog").get_by_text("30 天").tap()
        page.get_by_role("dialog").get_by_role("button", name="保存").tap()
        expect(page.get_by_text("期限改了，已存手机").first).to_be_visible()
        page.wait_for_timeout(
            1_000
        )  # saving may go back to the screen before; what follows later is the person's own way
        page.evaluate("location.hash = '#/leader/villages'")
        expect(page.locator(".offer")).to_have_count(0)
        assert zhou.complaints == []
