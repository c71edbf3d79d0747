"""Me: where the writing is, why it waits, when the next try is, what to do; and that the day's work is safe."""

from __future__ import annotations

import re
from pathlib import Path

from playwright.sync_api import Playwright, expect

from tests.browser.doing import write_visit
from tests.browser.handset import Handset, phones
from tests.browser.held import home_of
from tests.serving import Server

SHOTS = Path(__file__).parent / "shots"
LANGUAGE = "async (code) => { await (await import('/a/i18n.js')).setLang(code) }"


def both(phone: Handset, name: str, zh: str, en: str) -> None:
    """The first card in both languages."""
    card = phone.page.locator("a.card").first
    for code, words in (("en", en), ("zh", zh)):
        phone.page.evaluate(LANGUAGE, code)
        expect(card).to_have_text(re.compile(words, re.DOTALL))
        assert phone.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        phone.shot(SHOTS / code, f"me-{name}")
    assert phone.axe() == []


def test_me_says_what_waits_why_until_when_and_that_the_day_is_safe(playwright: Playwright, server: Server, tmp_path: Path) -> None:
    home = home_of(server, "杨德贵")["id"]
    with phones(playwright, tmp_path, server.url, "chen") as (chen,):
        page = chen.start("cadre1")
        chen.go("/me")
        both(chen, "empty", "都已核对", "checked")
        chen.offline(True)
        write_visit(chen, home, "第一次没有网")
        chen.go("/me")
        both(chen, "offline", "1 条还在手机里.*没有网。有网会自己送，你不用管", "1 still on this phone.*No network")
        expect(page.get_by_role("button", name=re.compile("存成文件"))).to_be_visible()
        chen.go("/me/receipts")
        expect(page.locator("main")).to_contain_text("有网会自己送")
        server.stop()
        chen.offline(False)
        page.evaluate("dispatchEvent(new Event('online'))")
        chen.go("/me")
        both(chen, "server", "1 条还在手机里.*(服务器歇了|没有网).*[0-9]:[0-9][0-9]", "1 still on this phone.*[0-9]:[0-9][0-9]")
        chen.go("/me/receipts")
        expect(page.locator("main")).to_contain_text(re.compile("[0-9]:[0-9][0-9].*再试"))
        chen.shot(SHOTS / "zh", "receipts-server")
        server.start()
        page.evaluate("async () => (await import('/a/sync/loop.js')).syncNow()")
        chen.all_checked()
        chen.go("/me")
        both(chen, "safe", "今天写的 1 条都已核对.*[0-9]:[0-9]", "1.*today.*[0-9]:[0-9]|today.*1.*[0-9]:[0-9]")
        assert chen.complaints == []
