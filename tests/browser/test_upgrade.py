"""Stores of earlier apps on a phone: they move in whole, whoever has them open is asked to let go, and what the app waits for
is said in plain words."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from playwright.sync_api import Page, Playwright, expect

from tests.browser.doing import write_visit
from tests.browser.handset import AGAIN, Handset, phones
from tests.browser.held import home_of, records
from tests.browser.test_kills import RENEWED, house, release
from tests.serving import Server

__all__ = ["house"]
PROOF = os.environ.get("PROOF")
FACTS = "旧版里写的，还没送"
WAITS = "另一个窗口开着旧版"
#: What an earlier app would hold of the same work, as it lies in memory.
WORK = """async () => {
  const { store } = await import('/a/store/store.js');
  const meta = Object.fromEntries(await Promise.all((await store.db.getAllKeys('meta')).map(async (key) => [key, await store.db.get('meta', key)])));
  const told = Object.entries(meta).filter(([key, value]) => value?.sealed === undefined && !/^(pull|shape)/.test(key));
  return { me: store.account.value, device: store.device, entries: store.outbox.value, meta: Object.fromEntries(told),
    scope: { version: store.server.scopeVersion, villages: store.scope.value } };
}"""
#: Makes it one of theirs: nothing sealed, and a window that does not let go.
LAY = """async ([version, { me, device, entries, meta, scope }]) => {
  const asked = (request, upgrade) => new Promise((resolve, reject) => {
    request.onupgradeneeded = () => upgrade?.(request.result);
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
  await asked(indexedDB.deleteDatabase(`shibu-${me.id}-sealed`));
  const registry = await asked(indexedDB.open('shibu'));
  await asked(registry.transaction('accounts', 'readwrite').objectStore('accounts').put({ ...me, device, filled: true, unsent: entries.length }));
  registry.close();
  const stores = ['blocks', 'rec', 'outbox', 'drafts', 'meta', 'forms', 'files', 'bytes', 'private'].slice(0, [6, 8, 9][version - 1]);
  const keys = { outbox: ['device', 'village', 'n'], files: 'hash' };
  window.held = await asked(indexedDB.open(`shibu-${me.id}`, version), (db) => {
    for (const name of stores) db.createObjectStore(name, keys[name] ? { keyPath: keys[name] } : undefined);
  });
  const put = (store, value, key) => asked(held.transaction(store, 'readwrite').objectStore(store).put(value, key));
  for (const { device, village, n, order, over, state, bytes, ...body } of entries) {
    await put('outbox', { device, village, n, order, over, state, bytes, body: JSON.stringify(body) });
  }
  for (const [key, value] of Object.entries({ ...meta, scope })) await put('meta', value, key);
  await put('drafts', { at: '2026-11-23T08:00:00Z', body: JSON.stringify({ facts: '写到一半' }) }, 'visit/old');
}"""
FOUND = """async () => {
  const { store } = await import('/a/store/store.js');
  return { draft: store.draft('visit/old'), names: (await indexedDB.databases()).map(({ name }) => name.replace(/-[0-9a-f-]{36}/, '')).sort() };
}"""


def another_window(phone: Handset) -> Page:
    """Of the same address, with nothing of the app in it."""
    assert phone.context is not None
    page = phone.context.new_page()
    page.goto(f"{phone.url}/healthz")
    return page


@pytest.mark.parametrize("version", [1, *((2, 3) if PROOF else ())])
def test_an_open_store_moves_in_when_the_other_window_lets_go(
    playwright: Playwright, server: Server, tmp_path: Path, version: int
) -> None:
    home = home_of(server, "杨德贵")["id"]
    with phones(playwright, tmp_path, server.url, "chen") as (chen,):
        page = chen.start("cadre1")
        other = another_window(chen)
        chen.offline(True)
        write_visit(chen, home, FACTS)
        work = page.evaluate(WORK)
        assert [entry["state"] for entry in work["entries"]] == ["waiting"]
        page.goto("about:blank")
        other.evaluate(LAY, [version, work])
        page.bring_to_front()
        page.goto(chen.url)
        chen.type_pin()
        expect(page.get_by_role("heading", name=AGAIN)).to_be_visible()
        chen.type_pin()
        expect(page.get_by_text(WAITS)).to_be_visible()
        other.evaluate("() => held.close()")
        expect(page.locator("nav").first).to_be_visible()
        expect(page.get_by_text(WAITS)).to_have_count(0)
        expect(page.locator(".sync")).to_contain_text("1 条待发")
        assert page.evaluate(FOUND) == {"draft": {"facts": "写到一半"}, "names": ["shibu", "shibu-sealed"]}
        chen.offline(False)
        chen.all_checked()
        assert len(records(server, "visit", facts=FACTS)) == 1
        assert chen.complaints == []


@pytest.mark.skipif(not PROOF, reason="part of the proof")
def test_a_renewed_store_waits_for_a_window_that_does_not_let_go(
    playwright: Playwright, house: Path, server: Server, tmp_path: Path
) -> None:
    home = home_of(server, "杨德贵")["id"]
    with phones(playwright, tmp_path, server.url, "chen") as (chen,):
        page = chen.start("cadre1")
        write_visit(chen, home, FACTS)
        chen.all_checked()
        other = another_window(chen)
        other.evaluate("""async () => {
          const { name } = (await indexedDB.databases()).find(({ name }) => name.endsWith('-sealed'));
          window.held = await new Promise((resolve) => (indexedDB.open(name).onsuccess = (event) => resolve(event.target.result)));
        }""")
        page.bring_to_front()
        release(server, house, 1)
        page.evaluate("async () => void (await (await navigator.serviceWorker.getRegistration()).update())")
        for _ in range(100):
            if page.evaluate(RENEWED):
                break
            page.wait_for_timeout(100)
        chen.go("/today")
        page.get_by_role("button", name="现在换").tap()
        expect(page.locator(".keys")).to_be_visible()
        chen.type_pin()
        expect(page.get_by_text(WAITS)).to_be_visible()
        other.evaluate("() => held.close()")
        expect(page.locator("nav").first).to_contain_text("今日1")
        expect(page.get_by_text(WAITS)).to_have_count(0)
        chen.go(f"/household/{home}")
        expect(page.get_by_role("link", name=FACTS)).to_be_visible()
        assert chen.complaints == []
