"""A phone that dies at any moment: whatever its screen had called saved is there when it is switched on again, and reaches
the server exactly once. Ten deaths in `make test`, sixty in `make proof`; KILL_SEED chooses the moments."""

from __future__ import annotations

import os
import random
import re
import shutil
import time
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, Playwright, expect

from tests import serving
from tests.browser.doing import sync_now
from tests.browser.handset import Handset, phones
from tests.browser.held import home_of, records
from tests.serving import Server

SEED = int(os.environ.get("KILL_SEED", "20261123"))
KILLS = 60 if os.environ.get("PROOF") else 10
#: What the phone is busy with when it dies; every fifth dies while the app and its store are renewed.
WAYS = ("writing", "sending", "writing", "sending", "renewing")
#: Writes visits as a person does, one after another, and tells which the screen has called saved.
WRITE = """async ([home, name]) => {
  const until = async (is) => { for (let found; ; await new Promise(requestAnimationFrame)) if ((found = is())) return found };
  const heading = () => document.querySelector('.screen h1')?.textContent;
  for (let n = 1; !window.enough; n += 1) {
    location.hash = `#/visit?household=${home}`;
    const field = await until(() => heading() === '记走访' && document.querySelector('textarea'));
    const text = `${name} 第${n}次`;
    Object.getOwnPropertyDescriptor(HTMLTextAreaElement.prototype, 'value').set.call(field, text);
    field.dispatchEvent(new Event('input', { bubbles: true }));
    await until(() => field.value === text);
    tried(text);
    [...document.querySelectorAll('button')].find((one) => one.textContent.trim() === '保存').click();
    await until(() => heading() !== '记走访' && document.body.innerText.includes('走访已存手机'));
    shown(text);
  }
}"""
#: A month of work at once, so that much is under way when it dies.
MANY = """async ([home, name]) => {
  const { store } = await import('/a/store/store.js');
  const texts = Array.from({ length: 40 }, (_, n) => `${name} 一批${n}`);
  texts.forEach((text) => tried(text));
  await store.saveMany(texts.map((facts) => ({ kind: 'visit', set: { household: home, visited_on: '2026-11-20', facts } })));
  texts.forEach((text) => shown(text));
  const { syncNow } = await import('/a/sync/loop.js');
  for (;;) await syncNow();
}"""
HELD = """async () => {
  const { store } = await import('/a/store/store.js');
  await store.ready('all');
  const facts = store.places.value.flatMap(({ id }) => store.list('visit', id)).map((rec) => rec.answers.facts).filter(Boolean);
  return { facts, trouble: store.trouble.value?.code ?? null };
}"""
RENEWED = "async () => Boolean((await navigator.serviceWorker.getRegistration())?.waiting)"


@pytest.fixture
def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the program that the test releases anew; the server fixture starts it."""
    copy = tmp_path / "house"
    for name in ("server", "pwa", "surveys"):
        shutil.copytree(serving.ROOT / name, copy / name, ignore=shutil.ignore_patterns("__pycache__"))
    monkeypatch.setattr(serving, "ROOT", copy)
    return copy


def release(server: Server, house: Path, number: int) -> None:
    """A version whose store has one more place and whose first tab has another name."""
    server.stop()
    schema = house / "pwa/store/db.js"
    text = re.sub(r"const VERSION = (\d+);", lambda found: f"const VERSION = {int(found[1]) + 1};", schema.read_text("utf-8"))
    schema.write_text(re.sub(r"(const STORES = \[)", rf"\1'later{number}', ", text), "utf-8")
    texts = house / "pwa/i18n/zh.json"
    texts.write_text(re.sub(r'"tab.today": "[^"]+"', f'"tab.today": "今日{number}"', texts.read_text("utf-8")), "utf-8")
    server.start()


class Deaths:
    """One phone through all its deaths, and what its screen had said before each."""

    def __init__(self, phone: Handset, server: Server, house: Path, home: str) -> None:
        self.phone, self.server, self.house, self.home = phone, server, house, home
        self.tried: list[str] = []
        self.shown: list[str] = []

    def one(self, number: int) -> None:
        chance = random.Random(f"{SEED}/{number}")
        way = WAYS[number % len(WAYS)]
        name = f"{way} {SEED}/{number}"
        page = self.switched_on(name)
        getattr(self, f"_{way}")(page, name, number)
        if way == "renewing" or chance.random() < 0.5:
            page.wait_for_timeout(chance.randrange(1200))
        else:
            self._saving(page, chance.randint(1, 4))
            page.wait_for_timeout(chance.randrange(60))
        self.phone.kill()

    def _saving(self, page: Page, times: int) -> None:
        """Until the finger is on the button for the so-manieth time."""
        enough = len(self.tried) + times
        deadline = time.monotonic() + 20
        while len(self.tried) < enough:
            assert time.monotonic() < deadline, "nothing is being written"
            page.wait_for_timeout(5)

    def switched_on(self, name: str) -> Page:
        """Open again, with everything that was ever shown as saved."""
        page = self.phone.open()
        assert self.phone.context is not None
        page.expose_function("tried", lambda text: self.tried.append(text))
        page.expose_function("shown", lambda text: self.shown.append(text))
        opened = page.locator("nav").first
        opened.or_(page.locator("input[name=password]")).first.wait_for(timeout=30_000)
        assert opened.is_visible(), f"before {name}: it did not open: {self.phone.complaints}"
        self.whole(page, name)
        return page

    def whole(self, page: Page, name: str) -> None:
        held: dict[str, Any] = page.evaluate(HELD)
        lost = set(self.shown) - set(held["facts"])
        assert not lost, f"before {name}: shown as saved and gone: {sorted(lost)}"
        assert held["trouble"] is None, f"before {name}: {held['trouble']}"
        twice = {text for text in self.tried if held["facts"].count(text) > 1}
        assert not twice, f"before {name}: there twice: {sorted(twice)}"

    def _writing(self, page: Page, name: str, number: int) -> None:
        self.phone.offline(True)
        self._begin(page, WRITE, name)

    def _sending(self, page: Page, name: str, number: int) -> None:
        self._begin(page, MANY if number % 2 else WRITE, name)

    def _renewing(self, page: Page, name: str, number: int) -> None:
        """Written with the old version, the new one taken with a tap, its store being renewed."""
        release(self.server, self.house, number)
        page.evaluate("async () => void (await (await navigator.serviceWorker.getRegistration()).update())")
        self._begin(page, WRITE, name)
        deadline = time.monotonic() + 20
        while not page.evaluate(RENEWED):
            assert time.monotonic() < deadline, "the new version did not come"
            page.wait_for_timeout(100)
        page.evaluate("() => { window.enough = true }")
        expect(page.get_by_role("heading", level=1, name="记走访")).to_have_count(0)
        self.phone.go("/today")
        page.get_by_role("button", name="现在换").tap()

    def _begin(self, page: Page, script: str, name: str) -> None:
        # Runs on by itself: no answer is waited for.
        page.evaluate(f"(given) => void ({script})(given).catch(() => undefined)", [self.home, name])


@pytest.mark.timeout(1500)
def test_what_was_shown_as_saved_outlives_every_death(playwright: Playwright, house: Path, server: Server, tmp_path: Path) -> None:
    home = home_of(server, "杨德贵")["id"]
    with phones(playwright, tmp_path, server.url, "chen") as (chen,):
        chen.start("cadre1")
        chen.close()
        deaths = Deaths(chen, server, house, home)
        for number in range(KILLS):
            deaths.one(number)
        page = deaths.switched_on("the end")
        sync_now(chen)
        chen.go("/today")
        expect(page.locator(".sync")).to_contain_text("都已核对", timeout=60_000)
        deaths.whole(page, "the end")
        arrived = [one.get("facts") for one in records(server, "visit")]
        assert {text: arrived.count(text) for text in deaths.shown if arrived.count(text) != 1} == {}
        assert {text for text in deaths.tried if arrived.count(text) > 1} == set()
        print(f"{KILLS} deaths, {len(deaths.shown)} shown as saved, {len(set(deaths.tried) - set(deaths.shown))} cut short")
        assert len(deaths.shown) > KILLS and chen.complaints == []
