"""A phone's surroundings at their worst: a portal that answers for the server, storage that was cleared, storage that is full."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Page, Playwright, Route, expect

from tests.browser.doing import save, saved_visit, sync_now, write_visit
from tests.browser.handset import Handset, phones
from tests.browser.held import home_of, records, rows
from tests.serving import Server

FACTS = "屋后沟里的水又漫到猪圈了"
PORTAL = "<!doctype html><title>欢迎上网</title><form>手机号 <input></form>"
WIPE = """async () => {
  for (const { name } of await indexedDB.databases()) {
    if (name.startsWith('shibu-')) await new Promise(done => { indexedDB.deleteDatabase(name).onsuccess = done });
  }
  return (await indexedDB.databases()).map(({ name }) => name);
}"""


def portal(route: Route) -> None:
    route.fulfill(status=200, content_type="text/html; charset=utf-8", body=PORTAL)


def test_a_portal_that_answers_in_the_servers_place_is_believed_in_nothing(
    playwright: Playwright, server: Server, tmp_path: Path
) -> None:
    home = home_of(server, "杨德贵")["id"]
    with phones(playwright, tmp_path, server.url, "chen") as (chen,):
        page = chen.start("cadre1")
        answered: list[str] = []
        assert chen.context is not None
        chen.context.route("**/api/**", lambda route: (answered.append(route.request.url), portal(route)))
        write_visit(chen, home, FACTS)
        sync_now(chen)
        chen.go("/today")
        expect(page.locator(".sync")).to_contain_text("1 条待发")
        expect(page.get_by_role("main")).to_contain_text("没有网，照常用")
        chen.go("/me/receipts")
        expect(page.get_by_text("没有网，1 条在手机里")).to_be_visible()
        expect(page.get_by_text("已到服务器")).to_have_count(0)
        assert any(url.endswith("/api/sync") for url in answered), "the portal did answer a sync"

        # A restart into the portal: still the person's own screen, still honest.
        chen.reload()
        chen.go("/today")
        expect(page.locator(".sync")).to_contain_text("1 条待发")
        expect(page.get_by_role("main")).to_contain_text("没有网，照常用")
        assert records(server, "visit", facts=FACTS) == []
        chen.context.unroute("**/api/**")
        sync_now(chen)
        chen.all_checked()
        assert len(records(server, "visit", facts=FACTS)) == 1
        assert chen.complaints == []


def test_a_cleared_phone_says_so_and_fetches_everything_again(
    playwright: Playwright, server: Server, tmp_path: Path
) -> None:
    home = home_of(server, "杨德贵")["id"]
    with phones(playwright, tmp_path, server.url, "chen") as (chen,):
        page = chen.start("cadre1")
        write_visit(chen, home, FACTS)
        chen.all_checked()
        page.goto(f"{server.url}/healthz")
        assert page.evaluate(WIPE) == ["shibu"], "only the account's database is gone"

        chen.offline(True)
        page.goto(server.url)
        chen.unlock()
        expect(page.get_by_text("手机里的数据被清掉了")).to_be_visible()
        expect(page.get_by_text("管理员的工作")).to_have_count(0)
        chen.offline(False)
        page.get_by_role("button", name="现在就送").tap()
        expect(page.get_by_role("heading", level=1, name="今日")).to_be_visible(timeout=20_000)
        chen.all_checked()
        expect(page.get_by_text("已到服务器的都找回来了")).to_be_visible()
        page.get_by_role("button", name="知道了").tap()
        expect(page.get_by_text("手机里的数据被清掉了")).to_have_count(0)
        chen.go(f"/household/{home}")
        expect(page.get_by_role("heading", level=1, name="杨德贵")).to_be_visible()
        expect(page.get_by_role("link", name=FACTS)).to_be_visible()
        # The old numbers are not used again: what is written now arrives as something new.
        write_visit(chen, home, f"{FACTS}，又去看了")
        chen.all_checked()
        assert len(records(server, "visit", facts=FACTS)) == 1
        assert len(records(server, "visit", facts=f"{FACTS}，又去看了")) == 1
        devices = rows(
            server,
            "SELECT COUNT(*) FROM device d JOIN account a ON a.id = d.account_id WHERE a.login = 'cadre1'",
        )
        assert devices[0][0] == 2
        assert chen.complaints == []


def test_a_full_phone_says_so_and_keeps_the_words_until_there_is_room(
    playwright: Playwright, server: Server, tmp_path: Path
) -> None:
    home = home_of(server, "杨德贵")["id"]
    with phones(playwright, tmp_path, server.url, "chen") as (chen,):
        chen.start("cadre1")
        with no_room(chen, server) as page:
            chen.go(f"/visit?household={home}")
            page.get_by_role("textbox", name="了解到什么").fill(FACTS)
            expect(page.get_by_text("草稿没存下")).to_be_visible()
            save(page)
            expect(page.get_by_text("没存下，字都还在这一页")).to_be_visible()
            expect(page.get_by_role("textbox", name="了解到什么")).to_have_value(FACTS)
            expect(page.get_by_text("走访已存手机")).to_have_count(0)
        save(page)
        saved_visit(page)
        chen.go("/today")
        expect(page.locator(".sync")).to_contain_text("1 条待发")
        expect(page.get_by_text("手机快满了")).to_have_count(0)
        server.start()
        sync_now(chen)
        chen.all_checked()
        assert len(records(server, "visit", facts=FACTS)) == 1


def test_what_did_not_fit_is_offered_on_today_until_it_fits(
    playwright: Playwright, server: Server, tmp_path: Path
) -> None:
    home = home_of(server, "杨德贵")["id"]
    with phones(playwright, tmp_path, server.url, "chen") as (chen,):
        chen.start("cadre1")
        with no_room(chen, server) as page:
            chen.go(f"/visit?household={home}")
            page.get_by_role("textbox", name="了解到什么").fill(FACTS)
            save(page)
            expect(page.get_by_text("没存下，字都还在这一页")).to_be_visible()
            chen.go("/today")
            expect(page.get_by_text("手机快满了")).to_be_visible()
            page.get_by_role("button", name="再存一次").tap()
            page.wait_for_timeout(500)
            expect(page.get_by_text("手机快满了")).to_be_visible()
            chen.go(f"/visit?household={home}")
            page.get_by_role("textbox", name="了解到什么").fill(f"{FACTS}，后来退了")
            expect(page.get_by_text("草稿没存下")).to_be_visible()
            chen.go("/today")
        page.get_by_role("button", name="再存一次").tap()
        expect(page.locator(".sync")).to_contain_text("1 条待发")
        expect(page.get_by_text("手机快满了")).to_have_count(0)
        # What was written after the failed saving is not taken away by the late one.
        chen.go(f"/visit?household={home}")
        expect(page.get_by_role("textbox", name="了解到什么")).to_have_value(f"{FACTS}，后来退了")
        server.start()
        sync_now(chen)
        chen.all_checked()
        assert len(records(server, "visit", facts=FACTS)) == 1


@contextmanager
def no_room(phone: Handset, server: Server) -> Iterator[Page]:
    """The phone opened anew, the server stopped, and the browser gives this address not a byte more."""
    phone.close()
    # Before anything of this address is opened: for half a minute the browser believes what it last heard to be free.
    page = phone.open("/healthz")
    session = phone.cdp()
    session.send("Storage.overrideQuotaForOrigin", {"origin": phone.url, "quotaSize": 1})
    server.stop()
    page.goto(phone.url)
    phone.unlock()
    expect(page.locator(".sync")).to_contain_text("没有网")
    try:
        yield page
    finally:
        session.send("Storage.overrideQuotaForOrigin", {"origin": phone.url})
