"""Form engines side by side at six-fold throttling: until one can write, until an answer has settled, memory, bytes."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from playwright.sync_api import Browser, CDPSession, Error, Page, Playwright

from tests.bench import ground as townships
from tests.bench.engines.ground import Ground, served, transform
from tests.bench.installed import SLOW
from tests.bench.table import Figure, median, spread
from tests.tools import find_chromium

ROUNDS = 3
ENTRIES = 200
#: name in the table → page, query
ENGINES = {
    "ours, its first page": ("ours.html", ""),
    "ours, all on one page": ("ours.html", "&whole=1"),
    "ODK's engine, bare": ("theirs.html", ""),
    "Enketo": ("enketo.html", ""),
}
READY = "() => globalThis.began && globalThis.last()"
DRAWN = "() => new Promise((done) => requestAnimationFrame(() => setTimeout(() => done(performance.now()))))"
#: From the key to the frame that shows what follows from it: the text of the note that doubles the number.
ANSWER = """(value) => new Promise((resolve, refuse) => {
  const field = globalThis.field();
  const shows = () => document.body.textContent.includes(`两倍是${value * 2}`);
  if (shows()) return refuse(new Error('shown before it was asked for'));
  const start = performance.now();
  const late = setTimeout(() => refuse(new Error('it never showed')), 60000);
  const watcher = new MutationObserver(() => {
    if (!shows()) return;
    watcher.disconnect();
    clearTimeout(late);
    requestAnimationFrame(() => setTimeout(() => resolve(performance.now() - start)));
  });
  watcher.observe(document.body, { subtree: true, childList: true, characterData: true });
  field.value = String(value);
  // Enketo works on leaving the field, the others on each key.
  field.dispatchEvent(new Event('input', { bubbles: true }));
  field.dispatchEvent(new Event('change', { bubbles: true }));
})"""
ADD = """(wanted) => new Promise((resolve, refuse) => {
  const start = performance.now();
  const late = setTimeout(() => refuse(new Error(`${globalThis.rows()} entries`)), 60000);
  const done = () => {
    clearTimeout(late);
    requestAnimationFrame(() => setTimeout(() => resolve(performance.now() - start)));
  };
  const watcher = new MutationObserver(() => {
    if (globalThis.rows() < wanted) return;
    watcher.disconnect();
    done();
  });
  watcher.observe(document.body, { subtree: true, childList: true });
  globalThis.more(1);
})"""


@dataclass
class Taken:
    """Milliseconds and bytes of one engine with one form."""

    ready: list[float] = field(default_factory=list)
    settle: list[float] = field(default_factory=list)
    add: list[float] = field(default_factory=list)
    heap: list[float] = field(default_factory=list)
    code: int = 0
    form: int = 0
    fault: str = ""


def measure(playwright: Playwright, _: townships.Ground, scratch: Path) -> list[Figure]:
    found: dict[tuple[str, str], Taken] = {
        (form, engine): Taken() for form in ("small", "medium", "large", "repeat") for engine in ENGINES
    }
    with served() as ground:
        browser = playwright.chromium.launch(
            executable_path=find_chromium(),
            headless=True,
            args=["--no-sandbox", "--disable-gpu", "--enable-precise-memory-info"],
        )
        try:
            transform(ground, browser)
            for _round in range(ROUNDS + 1):
                for (form, engine), taken in found.items():
                    if not taken.fault and not (form == "repeat" and engine == "ours, all on one page"):
                        _once(browser, ground, form, engine, taken, counted=_round > 0)
        finally:
            browser.close()
    return _figures(found)


def _once(browser: Browser, ground: Ground, form: str, engine: str, taken: Taken, *, counted: bool) -> None:
    """One opening of one form. The first is not counted: the caches of the browser are empty then."""
    page_name, query = ENGINES[engine]
    page = browser.new_page(viewport={"width": 360, "height": 740})
    try:
        cdp = page.context.new_cdp_session(page)
        cdp.send("Emulation.setCPUThrottlingRate", {"rate": SLOW})
        ground.asked.clear()
        page.goto(f"{ground.url}/{page_name}?form={form}{query}", wait_until="commit")
        page.wait_for_function(READY, timeout=120_000)
        ready = page.evaluate(DRAWN)
        if not counted:
            taken.code = ground.packed()
            return
        taken.ready.append(ready)
        taken.heap.append(_heap(cdp))
        if form == "repeat":
            taken.add.append(_adding(page, cdp))
        else:
            taken.settle += [page.evaluate(ANSWER, 301 + 7 * n) for n in range(3)]
    except Error as fault:
        taken.fault = str(fault).splitlines()[0][:90]
    finally:
        with suppress(Error):
            page.close()


def _heap(cdp: CDPSession) -> float:
    cdp.send("HeapProfiler.collectGarbage")
    return float(cdp.send("Runtime.getHeapUsage")["usedSize"]) / 2**20


def _adding(page: Page, cdp: CDPSession) -> float:
    """The two hundredth entry, on top of those that were made before without a throttle."""
    cdp.send("Emulation.setCPUThrottlingRate", {"rate": 1})
    there = page.evaluate("() => globalThis.rows()")
    page.evaluate(f"() => void globalThis.more({ENTRIES - 1 - there})")
    page.wait_for_function(f"() => globalThis.rows() >= {ENTRIES - 1}", timeout=120_000)
    cdp.send("Emulation.setCPUThrottlingRate", {"rate": SLOW})
    return float(page.evaluate(ADD, ENTRIES))


def _figures(found: dict[tuple[str, str], Taken]) -> list[Figure]:
    names = {
        "small": "15 questions",
        "medium": "120 questions",
        "large": "1,000 questions",
        "repeat": f"{ENTRIES} entries",
    }
    rows = []
    for (form, engine), taken in found.items():
        if not taken.ready and not taken.fault:
            continue
        ours = engine.startswith("ours")
        budget, kept, parts = "", None, [taken.fault] if taken.fault else []
        if taken.ready:
            parts.append(f"ready {spread(taken.ready)} ms")
        if taken.settle:
            parts.append(f"settle {spread(taken.settle)} ms")
            if engine == "ours, its first page" and form == "large":
                budget, kept = "settle ≤ 50 ms", median(taken.settle) <= 50
        if taken.add:
            parts.append(f"one more {spread(taken.add)} ms")
            if ours:
                budget, kept = "one more ≤ 100 ms", median(taken.add) <= 100
        if taken.heap:
            parts.append(f"heap {median(taken.heap):.1f} MB, code {taken.code / 1024:.0f} KB")
        rows.append(
            Figure(
                f"{names[form]}: {engine}",
                ", ".join(parts),
                budget,
                kept,
                f"{SLOW}-fold, {ROUNDS} rounds in turn; code compressed",
            )
        )
    return rows
