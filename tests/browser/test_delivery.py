"""How the app reaches a phone and changes there: opens without a server, asks before it changes, never changes by halves,
keeps only code, and says so where the browser is too old or not the phone's own."""

from __future__ import annotations

import json
import re
import shutil
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, Playwright, expect

from tests import serving
from tests.browser.handset import AGAIN, ARGUMENTS, PIN, Handset, phones
from tests.serving import Server
from tests.tools import find_chromium

SHARED = ("server", "pwa", "surveys")
WECHAT = (
    "Mozilla/5.0 (Linux; Android 13; V2203A) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/116.0 "
    "Mobile Safari/537.36 MicroMessenger/8.0.44"
)
OLD = "Mozilla/5.0 (Linux; Android 7.0) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/70.0.3538.110 Mobile Safari/537.36"
#: What a release whose files have not all arrived looks like from outside.
HALF = """

def _half(self, folder, whole=Assets.__init__):
    whole(self, folder)
    del self.by_url[self.url("screens/me.js")]


Assets.__init__ = _half
"""
WORKER = "server/pages.py"
BROKEN_WORKER = {
    "error": 'async def worker(request: Request) -> Response:\n    return Response("gone wrong", 500)\n',
    "portal": 'async def worker(request: Request) -> Response:\n    return Response("<html>welcome</html>", media_type="text/html")\n',
    "missing": 'async def worker(request: Request) -> Response:\n    return Response("", 404)\n',
}


@pytest.fixture
def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the program that a test may release anew; the server fixture starts it."""
    copy = tmp_path / "house"
    for name in SHARED:
        shutil.copytree(serving.ROOT / name, copy / name, ignore=shutil.ignore_patterns("__pycache__"))
    monkeypatch.setattr(serving, "ROOT", copy)
    return copy


@pytest.fixture
def phone(house: Path, server: Server, playwright: Playwright, tmp_path: Path) -> Iterator[Handset]:
    """Chen's phone, signed in, with the app installed on it."""
    with phones(playwright, tmp_path, server.url, "chen") as (handset,):
        handset.open()
        handset.sign_in("cadre1")
        handset.wait_for_packs()
        yield handset


def release(server: Server, house: Path, word: str = "今日新") -> None:
    """Serves a version whose first tab has another name."""
    server.stop()
    server._settings["SHIBU_LOG_LEVEL"] = "info"
    texts = house / "pwa/i18n/zh.json"
    texts.write_text(
        re.sub(r'"tab.today": "[^"]+"', f'"tab.today": "{word}"', texts.read_text("utf-8")), "utf-8"
    )
    server.start()


def until(page: Page, script: str) -> None:
    """Waits for a promise to give something true; `wait_for_function` would take the promise itself for true."""
    deadline = time.monotonic() + 30
    while not page.evaluate(script):
        assert time.monotonic() < deadline, script
        page.wait_for_timeout(100)


WAITING = "async () => Boolean((await navigator.serviceWorker.getRegistration())?.waiting)"
ONE_VERSION = "async () => (await caches.keys()).filter(name => name.startsWith('code-')).length === 1"


def asked_for(server: Server) -> list[str]:
    """The files that this server was asked for since it last started, by its own log."""
    lines = [json.loads(line) for line in server.log.read_text("utf-8").splitlines() if line.startswith("{")]
    starts = [at for at, line in enumerate(lines) if "Started server process" in line.get("text", "")]
    paths = {line.get("path", "") for line in lines[starts[-1] :]}
    return sorted(path for path in paths if path.startswith("/a/") and "/icons/" not in path)


def version(page: Page) -> str:
    return str(page.evaluate("document.documentElement.dataset.version"))


def code_caches(page: Page) -> list[str]:
    return list(page.evaluate("async () => (await caches.keys()).filter(name => name.startsWith('code-'))"))


def again(phone: Handset) -> Page:
    """The app closed and opened."""
    phone.page.goto("about:blank")
    phone.page.goto(phone.url, wait_until="domcontentloaded")
    phone.unlock()
    expect(phone.page.locator(".bar")).to_be_visible(timeout=20_000)
    return phone.page


def test_every_screen_opens_with_the_server_stopped(phone: Handset, server: Server) -> None:
    server.stop()
    page = again(phone)
    expect(page.locator("h1")).to_have_text("今日")
    for address in (
        "/households",
        "/problems",
        "/village",
        "/me",
        "/visit",
        "/problem-new",
        "/me/receipts",
        "/me/doctor",
        "/install",
    ):
        phone.go(address)
        expect(page).to_have_title(re.compile("· 十步$"))
        expect(page.locator(".screen h1")).not_to_have_text("这一屏没有打开")
        page.wait_for_function(f"location.hash === '#{address}' && document.querySelector('.screen h1')")
    assert phone.complaints == []


def test_a_new_version_is_offered_between_tasks_and_changes_only_when_asked(
    phone: Handset, server: Server, house: Path
) -> None:
    page = phone.page
    before = version(page)
    phone.go("/problem-new")
    page.locator("textarea").first.fill("桥头路灯不亮")
    release(server, house)
    phone.reload()
    expect(page.locator("textarea").first).to_have_value("桥头路灯不亮")
    until(page, WAITING)
    expect(page.locator("h1")).to_have_text("记问题")
    expect(page.get_by_text("有新版本")).to_have_count(0)
    fetched = asked_for(server)
    assert len(fetched) == 1 and fetched[0].startswith("/a/i18n/zh."), "only what changed travels"
    phone.go("/today")
    expect(page.get_by_text("有新版本")).to_be_visible()
    assert version(page) == before
    with page.expect_navigation():
        page.get_by_role("button", name="现在换").tap()
    phone.unlock()
    expect(page.locator("h1")).to_have_text("今日新")
    assert version(page) != before
    until(page, ONE_VERSION)
    phone.go("/problem-new")
    expect(page.locator("textarea").first).to_have_value("桥头路灯不亮")
    assert phone.complaints == []


def test_put_off_it_does_not_ask_twice_in_a_day(phone: Handset, server: Server, house: Path) -> None:
    release(server, house)
    page = again(phone)
    expect(page.get_by_text("有新版本")).to_be_visible()
    page.get_by_role("button", name="下次再说").tap()
    expect(page.get_by_text("有新版本")).to_have_count(0)
    # Closed and opened it would change by itself: nothing is being written then.
    phone.reload()
    expect(page.locator(".bar")).to_be_visible()
    until(page, WAITING)
    page.wait_for_timeout(500)
    expect(page.get_by_text("有新版本")).to_have_count(0)
    expect(page.locator("h1")).to_have_text("今日")


def test_half_a_release_leaves_the_old_version_whole(phone: Handset, server: Server, house: Path) -> None:
    before = version(phone.page)
    server.stop()
    screen = house / "pwa/screens/me.js"
    screen.write_text(screen.read_text("utf-8") + "\nexport const renewed = true;\n", "utf-8")
    assets = house / "server/assets.py"
    whole = assets.read_text("utf-8")
    assets.write_text(whole + HALF, "utf-8")
    server.start()
    page = again(phone)
    expect(page.get_by_text("新版本没有下载完")).to_be_visible()
    assert version(page) == before
    assert len(code_caches(page)) == 1
    phone.go("/me")
    expect(page.locator("h1")).to_have_text("陈志远")
    server.stop()
    assets.write_text(whole, "utf-8")
    server.start()
    page = again(phone)
    expect(page.get_by_role("button", name="现在换")).to_be_visible()


@pytest.mark.parametrize("fault", BROKEN_WORKER)
def test_a_worker_that_cannot_be_fetched_leaves_the_old_one(
    phone: Handset, server: Server, house: Path, fault: str
) -> None:
    server.stop()
    pages = house / WORKER
    text = re.sub(
        r"async def worker\(.*?\n\n\n",
        BROKEN_WORKER[fault] + "\n\n",
        pages.read_text("utf-8"),
        flags=re.DOTALL,
    )
    pages.write_text(text, "utf-8")
    server.start()
    page = again(phone)
    page.evaluate(
        "async () => { try { await (await navigator.serviceWorker.getRegistration()).update() } catch {} }"
    )
    assert len(code_caches(page)) == 1
    server.stop()
    page = again(phone)
    expect(page.locator("h1")).to_have_text("今日")


def test_the_caches_hold_code_and_nothing_else(phone: Handset) -> None:
    page = phone.page
    for address in ("/households", "/problems", "/me/receipts"):
        phone.go(address)
        page.wait_for_timeout(300)
    kept: dict[str, str] = page.evaluate(
        """async () => {
          const found = {};
          for (const name of await caches.keys()) {
            const cache = await caches.open(name);
            for (const request of await cache.keys()) found[new URL(request.url).pathname] = await (await cache.match(request)).text();
          }
          return found;
        }"""
    )
    assert "/" in kept and len(kept) > 50
    assert not [path for path in kept if path != "/" and not path.startswith("/a/")]
    for secret in ("杨德贵", "cadre1", "石桥村"):
        assert not [path for path, body in kept.items() if secret in body], secret


def visit(playwright: Playwright, url: str, **options: Any) -> Iterator[tuple[BrowserContext, Page]]:
    browser = playwright.chromium.launch(executable_path=find_chromium(), headless=True, args=ARGUMENTS)
    try:
        context = browser.new_context(viewport={"width": 360, "height": 740}, locale="zh-CN", **options)
        page = context.new_page()
        yield context, page
    finally:
        browser.close()


def sign_in(page: Page) -> None:
    """As on a computer: the password by the keyboard, the PIN by the pointer."""
    page.locator("#account").fill("cadre1")
    page.locator("#password").fill("shibu-demo")
    page.keyboard.press("Enter")
    expect(page.locator(".keys")).to_be_visible()
    for heading in ("给手机设个密码锁", AGAIN):
        expect(page.get_by_role("heading", name=heading)).to_be_visible()
        for digit in PIN:
            page.locator(".keys").get_by_role("button", name=digit, exact=True).click()
    expect(page.locator("h1")).to_have_text("今日")


def test_inside_another_app_it_says_so_and_how_to_get_out(server: Server, playwright: Playwright) -> None:
    for _, page in visit(playwright, server.url, user_agent=WECHAT):
        page.goto(server.url)
        expect(page.get_by_text("这是别的应用里的浏览器")).to_be_visible()
        page.get_by_role("link", name="怎么做").click()
        expect(page.locator("main")).to_contain_text("微信")
        expect(page.locator("main")).to_contain_text("在浏览器打开")
        expect(page.locator("code")).to_have_text(server.url)
        page.go_back()
        sign_in(page)
        expect(page.get_by_text("这是别的应用里的浏览器")).to_be_visible()


def test_a_browser_too_old_gets_one_plain_page_in_both_languages(
    server: Server, playwright: Playwright
) -> None:
    for context, page in visit(playwright, server.url, user_agent=OLD):
        context.add_init_script("delete HTMLScriptElement.supports")
        page.goto(server.url)
        expect(page.get_by_text("这个浏览器太旧")).to_be_visible()
        expect(page.get_by_text("This browser is too old for Shibu")).to_be_visible()
        expect(page.locator("#app")).to_have_count(0)


def test_a_download_cut_off_says_so_and_opens_again(server: Server, playwright: Playwright) -> None:
    for _, page in visit(playwright, server.url, service_workers="block"):
        page.route("**/a/ui/parts.*.js", lambda route: route.abort())
        page.goto(server.url)
        expect(page.get_by_text("没有下载完")).to_be_visible()
        page.unroute("**/a/ui/parts.*.js")
        page.get_by_text("再打开一次").click()
        expect(page.locator("#account")).to_be_visible()


def test_the_pages_break_no_rule_of_their_own_policy(server: Server, playwright: Playwright) -> None:
    for context, page in visit(playwright, server.url):
        context.add_init_script(
            "window.broken = []; document.addEventListener('securitypolicyviolation', e => broken.push(e.violatedDirective + ' ' + e.blockedURI))"
        )
        page.goto(server.url)
        sign_in(page)
        until(page, "() => navigator.serviceWorker.controller !== null")
        for address in ("/households", "/problem-new", "/visit", "/me", "/village/profile"):
            page.evaluate("address => { location.hash = '#' + address }", address)
            page.wait_for_timeout(400)
        assert page.evaluate("broken") == []
        refused = page.evaluate(
            "(() => { try { document.body.innerHTML = '<b>x</b>'; return false } catch { return true } })()"
        )
        assert refused, "text must not become markup"
