"""The first pull of 10,000 records into the shipped store, against the floor of the same run; then what small exchanges cost.

Both run in the app's own page over the same server. Requests and bytes are counted on the wire, in rounds of their own.
"""

from __future__ import annotations

import uuid
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, Playwright

from tests.bench.ground import ROWS, Ground
from tests.bench.online import quiet
from tests.bench.relay import Meter, Relay
from tests.bench.table import Figure, median, spread
from tests.browser.handset import Handset

ROUNDS = 7
BUDGET = 1.3
SCRIPT = (Path(__file__).parent / "pulling.js").read_text("utf-8")

#: 1,000 visits saved in one transaction, then sent.
WRITE = """async (count) => {
  const { store } = (bench.held ??= await bench.fresh());
  const household = store.list('household')[0].id;
  await store.saveMany(Array.from({ length: count }, (_, at) => ({
    kind: 'visit', set: { household, visited_on: '2026-11-20', purpose: 'routine', facts: `第${at}次：老人身体还好，问了低保和医保的事，屋顶还漏，答应下周带人来看。` },
  })));
}"""
SYNC = """async () => {
  const { store, loop } = (bench.held ??= await bench.fresh());
  const start = performance.now();
  const state = await loop.syncNow();
  if (state.phase !== 'idle' || store.unsent.value.length) throw new Error(JSON.stringify(state));
  return performance.now() - start;
}"""
END = "async () => { bench.held.loop.stop(); clearTimeout(bench.held.loop.timer); await bench.forget(bench.held.store); bench.held = null; }"


def _ready(handset: Handset) -> Page:
    page = handset.open()
    page.locator("input[name=password]").wait_for()
    page.evaluate(SCRIPT, str(uuid.uuid4()))
    return page


def measure(playwright: Playwright, ground: Ground, scratch: Path) -> list[Figure]:
    with ground.served("ten-thousand", scratch) as server:
        handset = Handset(playwright, scratch / "puller", server.url)
        try:
            figures = _timed(_ready(handset))
        finally:
            handset.close()
        relay = Relay(server.port)
        handset = Handset(playwright, scratch / "counted", relay.url)
        try:
            figures += _counted(_ready(handset), relay)
        finally:
            handset.close()
            relay.close()
    return figures


def _timed(page: Page) -> list[Figure]:
    """Both once to warm, then in turn."""
    taken: dict[str, list[float]] = {"floor": [], "shipped": []}
    for number in range(ROUNDS + 1):
        for name in ("floor", "shipped") if number % 2 else ("shipped", "floor"):
            done: dict[str, Any] = page.evaluate(f"() => bench.{name}()")
            assert done["rows"] >= ROWS, done
            if number:
                taken[name].append(done["ms"])
    ratios = [a / b for a, b in zip(taken["shipped"], taken["floor"], strict=True)]
    return [
        Figure(
            f"first sync of {ROWS:,} records", f"{spread(ratios, 2)} ×", f"≤ {BUDGET} ×", median(ratios) <= BUDGET,
            f"of the same stream stored in blocks of 100, {ROUNDS} rounds in Chromium:"
            f" {median(taken['shipped']):.0f} ms against {median(taken['floor']):.0f} ms",
        )
    ]  # fmt: skip


def _counted(page: Page, relay: Relay) -> list[Figure]:
    page.evaluate("async () => { await navigator.serviceWorker.ready; }")
    quiet(relay)
    page.evaluate(SYNC)
    first = relay.read()
    page.evaluate(WRITE, 1000)
    relay.read()
    page.evaluate(SYNC)
    push = relay.read()
    # Another phone of the same village writes 100; this one then asks.
    page.evaluate("async () => { bench.reader = bench.held; bench.held = null; }")
    page.evaluate(OTHER, 100)
    relay.read()
    page.evaluate("async () => { bench.held = bench.reader; }")
    page.evaluate(SYNC)
    pull = relay.read()
    page.evaluate(END)
    return [
        Figure("… requests and bytes of it", _said(first), how="all the phone asks for in it: session, forms, records"),
        Figure("push of 1,000 changes", _said(push), how="visits of one household, with what comes back; after a start with 50 a request"),
        Figure("pull of 100 changed records", _said(pull), how="visits another phone wrote"),
    ]


#: The other phone is a plain client of the protocol: same session, a device id of its own.
OTHER = """async (count) => {
  const { store } = bench.reader;
  const village = store.village.value;
  const household = store.list('household')[1].id;
  const hello = { t: 'hello', proto: 1, device: crypto.randomUUID(), app: 'other', epoch: null, scope: store.server.scopeVersion, cursors: {}, first: {}, limit: 500 };
  const lines = Array.from({ length: count }, (_, at) => ({ t: 'change', village, n: at + 1, record: store.newId(), kind: 'visit',
    form: store.forms.current.value.visit, base: 0, at: new Date().toISOString(),
    set: { household, visited_on: '2026-11-21', purpose: 'routine', facts: `第${at}次：老人身体还好，问了低保和医保的事，屋顶还漏，答应下周带人来看。` } }));
  const answer = await fetch('/api/sync', { method: 'POST', headers: { 'content-type': 'application/x-ndjson' },
    body: [hello, ...lines].map((line) => JSON.stringify(line)).join('\\n') + '\\n' });
  const text = await answer.text();
  if (text.split('"result":"ok"').length !== count + 1) throw new Error(text.slice(0, 500));
}"""


def _said(meter: Meter) -> str:
    requests = len(meter.requests)
    return f"{requests} request{'s' if requests > 1 else ''}, {kilobytes(meter.up)} up, {kilobytes(meter.down)} down"


def kilobytes(size: int) -> str:
    return f"{size} B" if size < 10_000 else f"{size / 1024:.0f} KB"
