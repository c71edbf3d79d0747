"""Finding a home among a large village's by three letters on a slow phone: the search itself, and until the hits are drawn."""

from __future__ import annotations

from tests.bench.installed import SLOW, Installed
from tests.bench.table import Figure, median, milliseconds, spread

#: Whole names with a letter swapped, missing or wrong: the other search runs as well.
SLIPS = ("yangdegiu", "wnagjianhua", "zhangguiyin", "luomincai")
#: Initials of names that are common in the demo, and two that hardly anyone has.
QUERIES = ("ydg", "zgq", "lxm", "wjh", "zmf", "tgf", "lcy", "xgh", "chy", "lgz", "yxl", "mch")

SEARCH = """async (query) => {
  const { find } = await import('/a/screens/parts/finding.js');
  const start = performance.now();
  const { homes, people, near } = find(query);
  return { ms: performance.now() - start, hits: homes.length + people.length + near.length };
}"""
TYPE = """async (text) => {
  const field = document.querySelector('input[type=search]');
  const start = performance.now();
  field.value = text;
  field.dispatchEvent(new Event('input', { bubbles: true }));
  await new Promise((drawn) => requestAnimationFrame(() => setTimeout(drawn)));
  return performance.now() - start;
}"""
HOMES = "async () => { const { store } = await import('/a/store/store.js'); return store.list('household').length; }"


def measure(phone: Installed) -> list[Figure]:
    phone.slow(1)
    phone.started()
    phone.handset.go("/households")
    phone.page.get_by_role("searchbox").tap()
    phone.settle(3000)
    homes = phone.ask(HOMES)
    assert phone.ask(SEARCH, "ydg")["hits"], "the letters of names did not come"
    phone.slow()
    search, drawn, hits = [], [], []
    for query in QUERIES:
        found = phone.ask(SEARCH, query)
        search.append(found["ms"])
        hits.append(found["hits"])
        phone.ask(TYPE, query[:2])
        phone.settle(700)
        drawn.append(phone.ask(TYPE, query))
        phone.settle(300)
        phone.ask(TYPE, "")
        phone.settle(700)
    slipped = [phone.ask(SEARCH, query)["ms"] for query in SLIPS]
    phone.slow(1)
    return [
        milliseconds(
            f"find among {homes:,} homes by three letters, {SLOW}-fold", search, 50,
            f"the search itself, {len(QUERIES)} words, {median(hits):.0f} hits (homes, then people of others)",
        ),
        milliseconds(f"find a name typed with one slip, {SLOW}-fold", slipped, 50, f"{len(SLIPS)} words, homes and people"),
        Figure("… until the hits are drawn", f"{spread(drawn)} ms", how="from the third letter to the frame that shows the rows"),
    ]  # fmt: skip
