"""What sealing costs: the app with the large village as it ships, and with a cipher that does nothing, in turn in one browser.

The two are told apart by the name the server is called by, so that each has its own store, worker and caches. The cipher that
does nothing is put into the page by the browser before the app starts; nothing of it ships.
"""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Playwright, expect

from tests.bench import find
from tests.bench.ground import Ground
from tests.bench.installed import PULL_MS, SLOW, WATCH, Installed
from tests.bench.table import Figure, median, spread
from tests.browser.handset import Handset

ROUNDS = 7

#: In place of the browser's own, for what is sealed; the making of keys stays.
IDENTITY = """
(() => {
  if (location.hostname !== 'localhost') return;
  const { subtle } = crypto;
  const same = (bytes) => (ArrayBuffer.isView(bytes) ? bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength) : bytes.slice(0));
  for (const name of ['encrypt', 'decrypt']) {
    const real = subtle[name].bind(subtle);
    subtle[name] = async (how, key, bytes) => (how.name === 'AES-GCM' ? same(bytes) : real(how, key, bytes));
  }
})();
"""
#: All there is of the coldest tier, which nothing has asked for yet.
OLD = """async () => {
  const { store } = await import('/a/store/store.js');
  await store.ready('recent');
  const start = performance.now();
  await store.ready('all');
  return performance.now() - start;
}"""


def measure(playwright: Playwright, ground: Ground, scratch: Path) -> list[Figure]:
    with ground.served("large", scratch) as server:
        handset = Handset(playwright, scratch / "both", "about:blank")
        handset.url = ""
        try:
            handset.open("about:blank", unlock=False)
            assert handset.context is not None
            for script in (IDENTITY, WATCH):
                handset.context.add_init_script(script)
            doors = {"sealed": f"http://127.0.0.1:{server.port}", "open": f"http://localhost:{server.port}"}
            for door in doors.values():
                _filled(handset, door)
            return _compared(Installed(handset), doors)
        finally:
            handset.close()


def _filled(handset: Handset, door: str) -> None:
    """Signed in and everything downloaded at one of the two."""
    handset.url = door
    handset.page.goto(door + "/")
    handset.sign_in("cadre1")
    expect(handset.page.locator(".sync")).to_contain_text("都已核对", timeout=PULL_MS)
    handset.wait_for_packs()
    handset.page.evaluate("async () => { await navigator.serviceWorker.ready; }")


def _compared(phone: Installed, doors: dict[str, str]) -> list[Figure]:
    """Both once to warm, then in turn."""
    taken: dict[str, dict[str, list[float]]] = {}
    for number in range(ROUNDS + 1):
        for name in ("sealed", "open") if number % 2 else ("open", "sealed"):
            phone.handset.url = doors[name]
            told = _round(phone)
            for work, ms in told.items() if number else ():
                taken.setdefault(work, {}).setdefault(name, []).append(ms)
    return [_figure(work, its["sealed"], its["open"]) for work, its in taken.items()]


def _round(phone: Installed) -> dict[str, float]:
    phone.slow()
    start = phone.started()
    old = phone.ask(OLD)
    phone.settle(1500)
    phone.page.locator('.dock a[href="#/visit"]').first.wait_for()
    form = phone.tap('.dock a[href="#/visit"]', "main .asked")
    phone.handset.go("/today")
    phone.page.locator('.tabs a[href="#/households"], nav a[href="#/households"]').first.wait_for()
    phone.settle(500)
    listed = phone.tap('nav a[href="#/households"]', "main .row")
    phone.page.get_by_role("searchbox").tap()
    phone.settle(1500)
    search = median([phone.ask(find.SEARCH, query)["ms"] for query in find.QUERIES])
    phone.slow(1)
    return {
        "from the key to usable Today": start["rowsDrawn"] - start["made"],
        "from the key to all of Today": start["wholeDrawn"] - start["made"],
        "reading everything older than 90 days": old,
        "tap → visit form": form,
        "tap → list of homes": listed,
        "find by three letters": search,
    }


def _figure(work: str, sealed: list[float], plain: list[float]) -> Figure:
    ratios = [a / b for a, b in zip(sealed, plain, strict=True) if b]
    how = f"{SLOW}-fold, {len(sealed)} rounds in turn: {spread(sealed)} ms against {spread(plain)} ms with a cipher that does nothing"
    return Figure(f"sealed: {work}", f"{median(sealed) / max(median(plain), 0.1):.2f} × (round by round {spread(ratios, 2)})", how=how)
