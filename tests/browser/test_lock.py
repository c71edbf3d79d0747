"""The lock: what opens it and what does not, what shuts it, and that nothing readable lies behind it."""

from __future__ import annotations

import re
from pathlib import Path

from playwright.sync_api import Page, Playwright, expect

from tests.browser.doing import save, saved_visit, write_visit
from tests.browser.handset import Handset, phones
from tests.browser.held import home_of, records
from tests.serving import Server

SHOTS = Path(__file__).parent / "shots/lock"
HOME = "杨德贵"
FACTS = "鸱吻掉了一只"
HALF = "龑字辈的谱还没"
WRONG = "135790"
HIDE = """hidden => {
  Object.defineProperty(document, 'visibilityState', { configurable: true, get: () => (hidden ? 'hidden' : 'visible') });
  document.dispatchEvent(new Event('visibilitychange'));
}"""
MINUTE = 60_000


def is_shut(phone: Handset) -> None:
    """The lock shows, whatever the address; no name of the village's people is in the page."""
    expect(phone.page.locator(".keys")).to_be_visible()
    body = phone.page.evaluate("() => document.documentElement.outerHTML + document.title")
    assert HOME not in body and FACTS not in body and HALF not in body


def try_wrong(phone: Handset, left: int) -> None:
    phone.type_pin(WRONG)
    expect(phone.page.get_by_text(f"还可以试 {left} 次")).to_be_visible()


def test_it_shuts_by_itself_keeps_what_is_half_written_and_opens_where_one_was(
    playwright: Playwright, server: Server, tmp_path: Path
) -> None:
    home = home_of(server, HOME)["id"]
    with phones(playwright, tmp_path, server.url, "chen") as (chen,):
        page = chen.start("cadre1")
        chen.offline(True)
        chen.go(f"/household/{home}")
        expect(page.get_by_role("heading", level=1, name=HOME)).to_be_visible()
        page.clock.install()
        chen.reload()
        expect(page.get_by_role("heading", level=1, name=HOME)).to_be_visible()
        assert HOME not in page.title() and HOME not in page.url
        # Idle for five minutes, in the middle of a word.
        chen.go(f"/visit?household={home}")
        page.get_by_role("textbox", name="了解到什么").fill(HALF)
        page.clock.run_for(4 * MINUTE)
        expect(page.get_by_role("textbox", name="了解到什么")).to_have_value(HALF)
        page.clock.run_for(MINUTE + 1000)
        is_shut(chen)
        page.go_back()
        is_shut(chen)
        page.go_forward()
        assert chen.axe() == []
        chen.unlock()
        expect(page.get_by_role("textbox", name="了解到什么")).to_have_value(HALF)
        # Put away for two minutes.
        page.evaluate(HIDE, True)
        page.clock.run_for(2 * MINUTE + 1000)
        page.evaluate(HIDE, False)
        is_shut(chen)
        chen.unlock()
        expect(page.get_by_role("textbox", name="了解到什么")).to_have_value(HALF)
        save(page)
        saved_visit(page)
        assert chen.complaints == []


def test_a_sentence_written_at_the_lock_becomes_a_problem(
    playwright: Playwright, server: Server, tmp_path: Path
) -> None:
    with phones(playwright, tmp_path, server.url, "chen") as (chen,):
        page = chen.start("cadre1")
        chen.offline(True)
        chen.go("/me")
        page.get_by_role("button", name="现在锁上").tap()
        page.get_by_role("button", name="先记一句").tap()
        page.get_by_role("textbox", name="记什么").fill(FACTS)
        page.get_by_role("button", name="存下").tap()
        expect(page.get_by_text("已存手机，开锁后")).to_be_visible()
        page.get_by_role("button", name="回去").tap()
        chen.unlock()
        chen.go("/today")
        page.get_by_role("link", name="锁着时记的 1 句").tap()
        page.get_by_role("button", name="记成问题").tap()
        expect(page.get_by_label("一句话说清楚")).to_have_value(FACTS)
        page.get_by_role("button", name="保存").tap()
        expect(page.get_by_text("已存手机").first).to_be_visible()
        chen.offline(False)
        chen.all_checked()
        assert len(records(server, "problem", content=FACTS)) == 1
        expect(page.get_by_text("锁着时记的")).to_have_count(0)
        assert chen.complaints == []


def test_ten_wrong_ones_erase_the_key_and_signing_in_brings_all_back(
    playwright: Playwright, server: Server, tmp_path: Path
) -> None:
    home = home_of(server, HOME)["id"]
    with phones(playwright, tmp_path, server.url, "chen") as (chen,):
        page = chen.start("cadre1")
        chen.offline(True)
        write_visit(chen, home, FACTS)
        expect(page.get_by_text("走访已存手机").first).to_be_visible()
        chen.go("/me")
        page.get_by_role("button", name="现在锁上").tap()
        expect(page.get_by_text("手机里有 1 条待发，都在")).to_be_visible()
        page.clock.install()
        for left in (9, 8, 7, 6):
            try_wrong(chen, left)
        for _ in range(5):
            chen.type_pin(WRONG)
            expect(page.get_by_text(re.compile("过 .*再试"))).to_be_visible()
            chen.type_pin()
            expect(page.locator(".keys")).to_be_visible()
            page.clock.fast_forward(61 * MINUTE)
            expect(page.get_by_text(re.compile("过 .*再试"))).to_have_count(0)
        chen.type_pin(WRONG)
        expect(page.get_by_text("试了十次都不对")).to_be_visible()
        expect(page.locator(".keys")).to_have_count(0)
        page.clock.resume()
        chen.offline(False)
        page.get_by_role("button", name="重新登录").tap()
        page.locator("input[name=username]").fill("cadre1")
        page.locator("input[name=password]").fill("shibu-demo")
        page.locator("button[type=submit]").tap()
        expect(page.locator(".keys")).to_be_visible()
        chen.type_pin()
        expect(page.get_by_role("heading", name="再输一遍")).to_be_visible()
        chen.type_pin()
        chen.all_checked()
        assert len(records(server, "visit", facts=FACTS)) == 1
        assert chen.complaints == []


def test_another_secret_is_chosen_only_by_who_knows_the_present_one(
    playwright: Playwright, server: Server, tmp_path: Path
) -> None:
    with phones(playwright, tmp_path, server.url, "chen") as (chen,):
        page = chen.start("cadre1")
        chen.offline(True)
        chen.go("/me/lock")
        page.get_by_role("button", name="换密码锁").tap()
        expect(page.get_by_role("heading", name="先输入现在的密码锁")).to_be_visible()
        try_wrong(chen, 9)
        chen.shot(SHOTS, "present-wrong")
        chen.type_pin()
        expect(page.get_by_role("heading", name="换个密码锁")).to_be_visible()
        page.get_by_role("button", name="用长密码").tap()
        for field in ("长密码", "再写一遍"):
            page.get_by_role("textbox", name=field, exact=True).fill("石桥村的老槐树下")
        page.get_by_role("button", name="存下").tap()
        expect(page.get_by_text("密码锁换好了").first).to_be_visible()
        page.get_by_role("button", name="换密码锁").tap()
        expect(page.get_by_role("heading", name="先写现在的长密码")).to_be_visible()
        page.get_by_role("button", name="回去").tap()
        page.get_by_role("button", name="现在锁上").tap()
        page.get_by_role("textbox", name="长密码").fill("石桥村的老槐树下")
        page.get_by_role("button", name="打开", exact=True).tap()
        expect(page.get_by_role("button", name="换密码锁")).to_be_visible()
        assert chen.complaints == []


def test_another_person_of_this_phone_sees_nothing_of_the_first(
    playwright: Playwright, server: Server, tmp_path: Path
) -> None:
    with phones(playwright, tmp_path, server.url, "phone") as (phone,):
        page = phone.start("cadre1")
        lock(page)
        page.get_by_role("button", name="换一个人").tap()
        page.get_by_role("button", name="别的账号登录").tap()
        expect(page.locator("input[name=username]")).to_be_visible()
        phone.sign_in("cadre3")
        phone.all_checked()
        phone.go("/households")
        expect(page.locator("main")).not_to_contain_text(HOME)
        lock(page)
        page.get_by_role("button", name="换一个人").tap()
        page.get_by_role("button", name="陈志远").tap()
        expect(page.get_by_role("heading", name="陈志远，请输入密码锁")).to_be_visible()
        phone.offline(True)
        phone.unlock()
        phone.go("/households")
        expect(page.locator("main")).to_contain_text(HOME)
        assert phone.complaints == []


def lock(page: Page) -> None:
    page.evaluate("() => { location.hash = '#/me' }")
    page.get_by_role("button", name="现在锁上").tap()
    expect(page.locator(".keys")).to_be_visible()


def marks(server: Server) -> list[str]:
    """What is rare enough not to lie in a browser by itself: names, identity and telephone numbers, what is typed."""
    people = records(server, "person")
    numbers = {str(one[key])[:6 if key == "phone" else 10] for one in people for key in ("id_number", "phone") if one.get(key)}
    return [HOME, FACTS[:2], HALF[:2], *sorted(number for number in numbers if len(number) >= 10)]


def test_no_file_of_the_browser_names_anybody(playwright: Playwright, server: Server, tmp_path: Path) -> None:
    home = home_of(server, HOME)["id"]
    with phones(playwright, tmp_path, server.url, "chen") as (chen,):
        page = chen.start("cadre1")
        chen.offline(True)
        write_visit(chen, home, FACTS)
        expect(page.get_by_text("走访已存手机").first).to_be_visible()
        chen.go(f"/visit?household={home}")
        page.get_by_role("textbox", name="了解到什么").fill(HALF)
        expect(page.get_by_text("草稿已存")).to_be_visible()
        chen.go("/households")
        page.get_by_role("searchbox").fill(HOME)
        lock(page)
        chen.close()
        found = []
        for file in chen.profile.rglob("*"):
            if not file.is_file():
                continue
            body = file.read_bytes()
            found += [
                f"{mark} as {code} in {file.relative_to(chen.profile)}"
                for mark in marks(server)
                for code in ("utf-8", "utf-16-le")
                if mark.encode(code) in body
            ]
        assert found == []
