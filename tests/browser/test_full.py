"""A phone that really fills up, with bytes no disk can press together: nothing typed is lost, the screen says what to do, and
with room made all goes on. Part of the proof: the browser counts room anew only twice a minute."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

import pytest
from playwright.sync_api import Playwright, expect

from tests.browser.doing import save, sync_now
from tests.browser.handset import phones
from tests.browser.held import home_of, records
from tests.browser.test_upgrade import another_window
from tests.serving import Server

FULL = "手机快满了"
#: Random bytes until not one more piece goes in, the pieces ever smaller. Says how much went in.
FILL = """async () => {
  const asked = (request) => new Promise((resolve, reject) => {
    request.onupgradeneeded = () => request.result.createObjectStore('bytes', { autoIncrement: true });
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
  const db = await asked(indexedDB.open('ballast'));
  let inside = 0;
  for (let size = 1 << 20; size >= 512; ) {
    const bytes = new Uint8Array(size);
    for (let at = 0; at < size; at += 65536) crypto.getRandomValues(bytes.subarray(at, at + 65536));
    const why = await new Promise((resolve) => {
      const tx = db.transaction('bytes', 'readwrite', { durability: 'strict' });
      tx.oncomplete = () => resolve(null);
      tx.onabort = () => resolve(tx.error?.name);
      tx.objectStore('bytes').put(bytes);
    });
    if (!why) inside += size;
    else if (why === 'QuotaExceededError') size /= 2;
    else throw new Error(why);
  }
  db.close();
  return inside;
}"""
EMPTY = "() => new Promise((resolve) => { indexedDB.deleteDatabase('ballast').onsuccess = () => resolve(null) })"
USED = "async () => (await navigator.storage.estimate()).usage"


@pytest.mark.skipif(not os.environ.get("PROOF"), reason="part of the proof")
@pytest.mark.timeout(400)
def test_what_is_typed_on_a_phone_that_fills_up_is_kept_until_there_is_room(
    playwright: Playwright, server: Server, tmp_path: Path
) -> None:
    home = home_of(server, "杨德贵")["id"]
    with phones(playwright, tmp_path, server.url, "chen") as (chen,):
        page = chen.start("cadre1")
        other = another_window(chen)
        session = chen.cdp()
        quota = other.evaluate(USED) + (24 << 20)
        session.send("Storage.overrideQuotaForOrigin", {"origin": chen.url, "quotaSize": quota})
        server.stop()
        assert other.evaluate(FILL) > 4 << 20
        page.bring_to_front()
        typed: list[str] = []
        for number in range(60):
            typed.append(f"第{number}次 {secrets.token_urlsafe(1500)}")
            chen.go(f"/visit?household={home}")
            page.get_by_role("textbox", name="了解到什么").fill(typed[-1])
            save(page)
            refused = page.get_by_text("没存下，字都还在这一页")
            left = page.get_by_role("heading", level=1, name="杨德贵")
            expect(refused.or_(left).first).to_be_visible()
            if refused.is_visible():
                break
            chen.go("/today")
            expect(page.get_by_role("heading", level=1, name="今日")).to_be_visible()
        else:
            raise AssertionError("it never was full")
        expect(page.get_by_role("textbox", name="了解到什么")).to_have_value(typed[-1])
        chen.go("/today")
        expect(page.get_by_text(FULL)).to_be_visible()
        other.evaluate(EMPTY)
        for _ in range(90):
            page.get_by_role("button", name="再存一次").tap()
            page.wait_for_timeout(1000)
            if not page.get_by_text(FULL).count():
                break
        expect(page.get_by_text(FULL)).to_have_count(0)
        expect(page.locator(".sync")).to_contain_text(f"{len(typed)} 条待发")
        session.send("Storage.overrideQuotaForOrigin", {"origin": chen.url})
        server.start()
        sync_now(chen)
        chen.all_checked()
        arrived = [one["facts"] for one in records(server, "visit") if one.get("facts") in typed]
        assert sorted(arrived) == sorted(typed)
        assert chen.complaints == []
