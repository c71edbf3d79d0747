"""A new version while one works: asked about on Today only, taken on a tap, and with nothing of a villager in any cache."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest
from playwright.sync_api import Page, Playwright, expect

from tests import serving
from tests.browser.doing import save, saved_visit, sync_now, write_visit
from tests.browser.handset import phones
from tests.browser.held import home_of, records
from tests.serving import Server

FACTS = "核桃今年收了六百斤"
LOOK_FOR_A_NEW_VERSION = (
    "async () => { try { await (await navigator.serviceWorker.getRegistration()).update() } catch {} }"
)
WAITING = "async () => Boolean((await navigator.serviceWorker.getRegistration()).waiting)"
VERSIONS = "async () => (await caches.keys()).filter(name => name.startsWith('code-')).length"
BODIES = """async () => {
  const found = {};
  for (const name of await caches.keys()) {
    const cache = await caches.open(name);
    for (const request of await cache.keys()) found[request.url] = await (await cache.match(request)).text();
  }
  return found;
}"""


@pytest.fixture
def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the program for the server fixture to run, which a test may change."""
    copy = tmp_path / "house"
    for name in ("server", "pwa", "surveys"):
        shutil.copytree(serving.ROOT / name, copy / name, ignore=shutil.ignore_patterns("__pycache__"))
    monkeypatch.setattr(serving, "ROOT", copy)
    return copy


def change(server: Server, file: Path, pattern: str, by: str) -> None:
    """Another release at the same address."""
    server.stop()
    text, times = re.subn(pattern, by, file.read_text("utf-8"), count=1, flags=re.DOTALL)
    assert times == 1, f"{file.name} has changed; this test changes it no more"
    file.write_text(text, "utf-8")
    server.start()


def version(page: Page) -> str:
    return str(page.evaluate("document.documentElement.dataset.version"))


def test_a_version_that_comes_while_one_writes_waits_for_today_and_for_a_tap(
    house: Path, server: Server, playwright: Playwright, tmp_path: Path
) -> None:
    home = home_of(server, "杨德贵")["id"]
    with phones(playwright, tmp_path, server.url, "chen") as (chen,):
        page = chen.start("cadre1")
        before = version(page)
        chen.go(f"/visit?household={home}")
        page.get_by_role("textbox", name="了解到什么").fill(FACTS)
        change(server, house / "pwa/i18n/zh.json", '"tab.today": "[^"]+"', '"tab.today": "今日新"')
        page.evaluate(LOOK_FOR_A_NEW_VERSION)
        for _ in range(100):
            if page.evaluate(WAITING):
                break
            page.wait_for_timeout(100)
        assert page.evaluate(WAITING)
        for address in (
            "/households",
            "/problems",
            "/village",
            "/me",
            f"/household/{home}",
            f"/visit?household={home}",
        ):
            chen.go(address)
            page.wait_for_timeout(300)
            expect(page.get_by_text("有新版本")).to_have_count(0)
        expect(page.get_by_role("textbox", name="了解到什么")).to_have_value(FACTS)
        chen.offline(True)
        save(page)
        saved_visit(page)
        chen.offline(False)
        chen.all_checked()
        assert version(page) == before, "nothing changed by itself"
        assert page.evaluate(WAITING) and page.evaluate(VERSIONS) == 2, "the old code is whole until the tap"
        expect(page.get_by_text("有新版本")).to_be_visible()
        with page.expect_navigation():
            page.get_by_role("button", name="现在换").tap()
        chen.unlock()
        expect(page.get_by_role("heading", level=1, name="今日新")).to_be_visible(timeout=20_000)
        assert version(page) != before
        assert len(records(server, "visit", facts=FACTS)) == 1
        assert chen.complaints == []


@pytest.mark.parametrize("status", [404, 500])
def test_with_no_worker_to_fetch_the_version_on_the_phone_goes_on_writing_and_sending(
    house: Path, server: Server, playwright: Playwright, tmp_path: Path, status: int
) -> None:
    home = home_of(server, "杨德贵")["id"]
    with phones(playwright, tmp_path, server.url, "chen") as (chen,):
        page = chen.start("cadre1")
        gone = f'async def worker(request: Request) -> Response:\n    return Response("gone", {status})\n\n\n'
        change(server, house / "server/pages.py", r"async def worker\(.*?\n\n\n", gone)
        chen.reload()
        page.evaluate(LOOK_FOR_A_NEW_VERSION)
        chen.close()
        server.stop()
        page = chen.open()
        expect(page.get_by_role("heading", level=1, name="今日")).to_be_visible()
        write_visit(chen, home, FACTS)
        server.start()
        sync_now(chen)
        chen.all_checked()
        expect(page.get_by_text("新版本")).to_have_count(0)
        assert len(records(server, "visit", facts=FACTS)) == 1


def test_no_cache_of_the_browser_holds_a_villager(
    server: Server, playwright: Playwright, tmp_path: Path
) -> None:
    home = home_of(server, "杨德贵")
    with phones(playwright, tmp_path, server.url, "chen") as (chen,):
        page = chen.start("cadre1")
        write_visit(chen, home["id"], FACTS)
        chen.all_checked()
        for address in (
            "/households",
            f"/household/{home['id']}",
            f"/household/{home['id']}?view=history",
            "/problems",
            "/village",
        ):
            chen.go(address)
            page.wait_for_timeout(400)
        bodies: dict[str, str] = page.evaluate(BODIES)
        assert f"{server.url}/" in bodies and len(bodies) > 50, "the code is there"
        assert any("pinyin" in url for url in bodies), "and the packs"
        secrets = ("杨德贵", home["phone"], home["id"], FACTS, "陈志远", "石桥村")
        assert [(url, secret) for url, body in bodies.items() for secret in secrets if secret in body] == []
        assert not [url for url in bodies if "/api/" in url]
