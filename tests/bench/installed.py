"""A phone with the app installed and a large village on it, slowed down six-fold, and watches on what it draws."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, Playwright, expect

from tests.bench.ground import Ground
from tests.browser.handset import PIN, Handset

SLOW = 6
#: Long enough for a slowed phone to have read everything and to have fetched the next screens' modules.
SETTLE_MS = 6000
PULL_MS = 300_000

#: Says when something was first drawn: in the document, and a frame later on the glass; and when the worker that makes a key
#: of the PIN was asked and had answered. Slowing reaches the page alone, not its workers.
WATCH = """
(() => {
  const seen = {};
  globalThis.watched = seen;
  const marks = {
    modules: () => document.documentElement?.hasAttribute('data-started'),
    locked: () => document.querySelector('.screen .keys button'),
    frame: () => document.querySelector('.screen > main') && document.querySelector('.dock a, .dock button'),
    rows: () => document.querySelector('.screen > main .group .row'),
    whole: () => document.querySelectorAll('.screen > main .group').length > 1,
  };
  const look = () => {
    for (const [name, there] of Object.entries(marks)) {
      if (name in seen || !there()) continue;
      seen[name] = performance.now();
      requestAnimationFrame(() => setTimeout(() => { seen[`${name}Drawn`] = performance.now(); }));
    }
  };
  const { Worker: Real } = globalThis;
  globalThis.Worker = class extends Real {
    constructor(...how) {
      super(...how);
      if (!String(how[0]?.href ?? how[0]).includes('kdf')) return;
      seen.asked = performance.now();
      this.addEventListener('message', () => { seen.made ??= performance.now(); });
    }
  };
  new MutationObserver(look).observe(document, { subtree: true, childList: true, attributes: true, attributeFilter: ['data-started'] });
})();
"""

#: From a tap to the frame that shows what it led to. The tap itself is the browser's, its time the event's own.
TAPPED = """
(selector) => new Promise((resolve) => {
  let from = 0;
  const done = () => requestAnimationFrame(() => setTimeout(() => resolve(performance.now() - from)));
  addEventListener('click', (event) => { from = event.timeStamp; }, { capture: true, once: true });
  const watcher = new MutationObserver(() => {
    if (!from || !document.querySelector(selector)) return;
    watcher.disconnect();
    done();
  });
  watcher.observe(document, { subtree: true, childList: true });
}).then((ms) => { globalThis.tapped = ms; })
"""


class Installed:
    """The handset, its throttle and what it saw."""

    def __init__(self, handset: Handset) -> None:
        self.handset = handset
        self.cdp = handset.cdp()

    @property
    def page(self) -> Page:
        return self.handset.page

    def slow(self, rate: int = SLOW) -> None:
        self.cdp.send("Emulation.setCPUThrottlingRate", {"rate": rate})

    def started(self) -> dict[str, float]:
        """Opens the app anew, types the PIN, and says, in milliseconds since the navigation, when what was there."""
        self._locked()
        self.handset.type_pin()
        self.page.wait_for_function("() => globalThis.watched?.wholeDrawn", timeout=60_000)
        return dict(self.page.evaluate("() => globalThis.watched"))

    def start_cost(self) -> float:
        """Processor time of the page's main thread for one start, in milliseconds: a busy machine does not add to it.
        Until the keys are drawn, and from the last digit to usable Today; what happens while one types is not counted."""
        self._locked(counting=True)
        before = self._spent()
        self.handset.type_pin(PIN[:-1])
        self.settle(300)
        typed = self._spent()
        self.handset.type_pin(PIN[-1:])
        self.page.wait_for_function("() => globalThis.watched?.rowsDrawn", timeout=60_000)
        spent = self._spent()
        self.cdp.send("Performance.disable")
        return before + spent - typed

    def _locked(self, *, counting: bool = False) -> None:
        """Opened anew, the lock drawn."""
        self.page.goto("about:blank")
        if counting:
            self.cdp.send("Performance.enable", {"timeDomain": "threadTicks"})
        self.page.goto(self.handset.url + "/", wait_until="commit")
        self.page.wait_for_function("() => globalThis.watched?.lockedDrawn", timeout=60_000)

    def _spent(self) -> float:
        told = {metric["name"]: metric["value"] for metric in self.cdp.send("Performance.getMetrics")["metrics"]}
        return float(told["TaskDuration"] * 1000)

    def tap(self, link: str, shown: str) -> float:
        """From a tap on a link to the drawn screen that holds `shown`."""
        self.page.evaluate(f"() => {{ globalThis.tapped = 0; void ({TAPPED})({shown!r}); }}")
        self.page.locator(link).first.tap()
        self.page.wait_for_function("() => globalThis.tapped", timeout=30_000)
        return float(self.page.evaluate("() => globalThis.tapped"))

    def settle(self, ms: int = SETTLE_MS) -> None:
        self.page.wait_for_timeout(ms)

    def ask(self, script: str, *arguments: Any) -> Any:
        return self.page.evaluate(script, *arguments)


@contextmanager
def installed(playwright: Playwright, ground: Ground, scratch: Path, account: str) -> Iterator[Installed]:
    """Signed in, everything downloaded, the service worker in charge."""
    with ground.served("large", scratch) as server:
        handset = Handset(playwright, scratch / account, server.url)
        try:
            page = handset.open()
            handset.sign_in(account)
            if account.startswith("cadre"):
                expect(page.locator(".sync")).to_contain_text("都已核对", timeout=PULL_MS)
                handset.wait_for_packs()
            page.evaluate("async () => { await navigator.serviceWorker.ready; }")
            assert handset.context is not None
            handset.context.add_init_script(WATCH)
            yield Installed(handset)
        finally:
            handset.close()
