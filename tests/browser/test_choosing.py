"""Two versions of an answer, changed once more before anyone chose: all three are shown, and the choice is the last word."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Playwright, expect

from tests.browser.handset import Handset, phones
from tests.browser.held import records, until
from tests.browser.test_main_job import (
    both_write_a_number,
    open_household,
    sync_now,
    write_phone_number,
)
from tests.serving import Server


def sent(phone: Handset) -> None:
    sync_now(phone)
    expect(phone.page.get_by_text("都已核对").first).to_be_visible(timeout=30_000)


def numbers(server: Server) -> list[str]:
    return [home.get("phone", "") for home in records(server, "household")]


@pytest.mark.parametrize(
    ("button", "number", "regretted"),
    [("用我的", "13900003333", True), ("用后来的", "13900003333", False), ("用张", "13900002222", False)],
)
def test_an_answer_changed_again_is_a_third_to_choose_and_no_choice_brings_the_task_back(
    playwright: Playwright, server: Server, tmp_path: Path, button: str, number: str, regretted: bool
) -> None:
    with phones(playwright, tmp_path, server.url, "chen", "zhang") as (chen, zhang):
        both_write_a_number(chen, zhang)
        for phone in (zhang, chen):
            phone.offline(False)
            sent(phone)
        sent(zhang)
        open_household(zhang, "ydg", "杨德贵")
        write_phone_number(zhang.page, "13900003333")
        sent(zhang)
        sent(chen)
        chen.go("/today")
        page = chen.page
        page.get_by_role("link", name="用哪个").first.tap()
        for end in ("1111", "2222", "3333"):
            expect(page.locator(".version", has_text=end)).to_be_visible()
        expect(page.locator(".version", has_text="后来又改成这个")).to_contain_text("3333")
        expect(page.locator(".version", has_text="现在用这个")).to_have_count(1)
        chen.shot(Path(__file__).parent / "shots" / "choosing", "three")
        page.get_by_role("button", name=button).tap()
        expect(page.get_by_role("heading", level=1, name="今日")).to_be_visible()
        if regretted:
            # What stood when one chose stands again; the choice itself stays made.
            page.get_by_role("button", name="撤回").tap()
            expect(page.get_by_role("button", name="撤回")).to_have_count(0)
        sent(chen)
        until(server, lambda s: number in numbers(s), "the choice never arrived")
        sent(zhang)
        for phone in (chen, zhang):
            phone.go("/today")
            expect(phone.page.get_by_role("link", name="用哪个")).to_have_count(0, timeout=30_000)
        assert number in numbers(server)
        assert chen.complaints == [] and zhang.complaints == []
