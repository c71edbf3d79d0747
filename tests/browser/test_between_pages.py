"""What of the sync only a real browser can show: what stands on the screen while rows come, two pages of one phone, a first
sync that dies on its way, a slow network that keeps going away. tests/sync/README.md says which invariant each holds."""

from __future__ import annotations

import os
import random
import time
from pathlib import Path

from playwright.sync_api import CDPSession, Page, Playwright, expect

from tests.browser.doing import sync_now
from tests.browser.handset import Handset, phones
from tests.browser.held import home_of, records, village_of
from tests.serving import Server

PROOF = bool(os.environ.get("PROOF"))
SAVE = """async (savings) => {
  const { store } = await import('/a/store/store.js');
  await store.saveMany(savings);
}"""
WATCH = """() => {
  const heading = () => document.querySelector('.screen h1')?.textContent;
  window.seen = new Set([heading()]);
  new MutationObserver(() => window.seen.add(heading())).observe(document.body, { subtree: true, childList: true, characterData: true });
}"""
SYNC = "async () => (await (await import('/a/sync/loop.js')).syncNow()).phase"
UNSENT = "async () => (await import('/a/store/store.js')).store.unsent.value.length"
HOMES = """async () => {
  const { store } = await import('/a/store/store.js');
  const village = store.village.value;
  return { complete: store.pulls.value.get(village)?.complete ?? false, homes: store.list('household', village).length };
}"""


def test_ones_own_edit_is_never_seen_older_while_it_is_sent(playwright: Playwright, server: Server, tmp_path: Path) -> None:
    home = home_of(server, "杨德贵")["id"]
    with phones(playwright, tmp_path, server.url, "chen", "zhang") as (chen, zhang):
        page = chen.start("cadre1")
        zhang.start("cadre2")
        chen.offline(True)
        page.evaluate(SAVE, [{"kind": "household", "id": home, "set": {"head_name": "杨德贵（改）"}}])
        chen.go(f"/household/{home}")
        expect(page.get_by_role("heading", level=1, name="杨德贵（改）")).to_be_visible()
        page.evaluate(WATCH)
        # Rows that are newer than what the phone has, and do not know of the edit.
        for number in range(3):
            zhang.page.evaluate(SAVE, [{"kind": "household", "id": home, "set": {"phone": f"1390000000{number}"}}])
            assert zhang.page.evaluate(SYNC) == "idle"
        chen.offline(False)
        assert page.evaluate(SYNC) == "idle"
        assert page.evaluate(UNSENT) == 0
        zhang.page.evaluate(SAVE, [{"kind": "household", "id": home, "set": {"phone": "13900000009"}}])
        assert zhang.page.evaluate(SYNC) == "idle"
        assert page.evaluate(SYNC) == "idle"
        assert page.evaluate("[...seen]") == ["杨德贵（改）"]
        assert home_of(server, "杨德贵（改）")["phone"] == "13900000009"


def test_a_page_that_hangs_while_it_sends_is_taken_over_from(playwright: Playwright, server: Server, tmp_path: Path) -> None:
    home = home_of(server, "杨德贵")["id"]
    with phones(playwright, tmp_path, server.url, "chen") as (chen,):
        first = chen.start("cadre1")
        asked: list[str] = []
        # Never answered: it holds the lock until it ends.
        first.route("**/api/sync", lambda route: asked.append(route.request.url))
        first.evaluate(SAVE, [{"kind": "visit", "set": {"household": home, "visited_on": "2026-11-20", "facts": "头一页写的"}}])
        deadline = time.monotonic() + 20
        while not asked:
            assert time.monotonic() < deadline
            first.wait_for_timeout(50)
        assert chen.context is not None
        second = chen.context.new_page()
        chen.page = second
        second.goto(server.url, wait_until="domcontentloaded")
        unlocked(chen)
        expect(second.locator("nav").first).to_be_visible()
        second.evaluate(SAVE, [{"kind": "visit", "set": {"household": home, "visited_on": "2026-11-20", "facts": "第二页写的"}}])
        assert second.evaluate(UNSENT) == 2
        first.close()
        # By itself, nobody tapping anything.
        second.wait_for_function("() => document.querySelector('.sync')?.textContent.includes('都已核对')", timeout=40_000)
        assert len(records(server, "visit", facts="头一页写的")) == len(records(server, "visit", facts="第二页写的")) == 1


def unlocked(phone: Handset) -> None:
    """A further page of an open phone, opened as its person would."""
    unlock = getattr(phone, "unlock", None)
    if unlock:
        unlock()


def test_a_first_sync_killed_on_its_way_is_never_shown_as_whole(playwright: Playwright, server: Server, tmp_path: Path) -> None:
    expected = len(records(server, "household", village=village_of(server, "石桥村")))
    chance = random.Random(20261123)
    with phones(playwright, tmp_path, server.url, "chen") as (chen,):
        chen.open()
        assert chen.context is not None
        chen.context.route("**/api/sync", lambda route: route.abort())
        chen.sign_in("cadre1")
        chen.close()
        for _ in range(12 if PROOF else 3):
            page = chen.open()
            slow(chen.cdp())
            page.wait_for_timeout(chance.randrange(900))
            told = page.evaluate(HOMES)
            assert told["homes"] == expected or not told["complete"], told
            chen.kill()
        page = chen.open()
        sync_now(chen)
        chen.all_checked()
        assert page.evaluate(HOMES) == {"complete": True, "homes": expected}


def slow(session: CDPSession, cut: bool = False) -> None:
    """A slow 3G, or nothing at all; by one session, since any that says offline is believed."""
    conditions = {"offline": cut, "latency": 400, "downloadThroughput": 50_000, "uploadThroughput": 50_000}
    session.send("Network.emulateNetworkConditions", conditions)


def test_a_month_of_work_gets_through_a_slow_network_that_keeps_going_away(
    playwright: Playwright, server: Server, tmp_path: Path
) -> None:
    home, count, pieces = home_of(server, "杨德贵")["id"], 2000 if PROOF else 200, 20_000 if PROOF else 1500
    with phones(playwright, tmp_path, server.url, "chen") as (chen,):
        page = chen.start("cadre1")
        session = chen.cdp()
        slow(session, cut=True)
        facts = [f"这个月的第{n}件：老人在家，身体好，药按时吃，问低保什么时候出结果" for n in range(count)]
        saving = [{"kind": "visit", "set": {"household": home, "visited_on": "2026-11-01", "facts": one}} for one in facts]
        page.evaluate(SAVE, saving)
        left = through_cuts(session, page, pieces)
        assert left == 0
        slow(session)
        sync_now(chen)
        chen.all_checked()
        arrived = [one["facts"] for one in records(server, "visit") if one.get("facts", "").startswith("这个月的第")]
        assert sorted(arrived) == sorted(facts)


def through_cuts(session: CDPSession, page: Page, ms: int) -> int:
    """Network for so long, then none, again and again until all is sent; says what is left."""
    left = page.evaluate(UNSENT)
    for _ in range(60):
        slow(session)
        page.evaluate("async () => void (await import('/a/sync/loop.js')).syncNow()")
        page.wait_for_timeout(ms)
        slow(session, cut=True)
        page.wait_for_timeout(200)
        now = page.evaluate(UNSENT)
        assert now <= left
        left = now
        if not left:
            break
    return int(left)
