"""What a phone's open store holds, read by the app's own modules inside its page: on the disk it is sealed."""

from __future__ import annotations

import json
from typing import Any

from playwright.sync_api import Page

_DRAFTS = """async () => {
  const { store } = await import('/a/store/store.js');
  const { placeOf, unseal } = await import('/a/store/db.js');
  if (!store.db) return [];
  const [keys, kept] = await Promise.all([store.db.getAllKeys('drafts'), store.db.getAll('drafts')]);
  return Promise.all(kept.map(({ body }, n) => unseal(store.db, placeOf('drafts', keys[n]), body)));
}"""
_ROWS = """async () => {
  const { store } = await import('/a/store/store.js');
  const { placeOf, unseal } = await import('/a/store/db.js');
  const { readAll } = await import('/a/store/outbox.js');
  if (!store.db) return {};
  const found = { outbox: await readAll(store.db) };
  for (const name of ['blocks', 'rec']) {
    const [keys, values] = await Promise.all([store.db.getAllKeys(name), store.db.getAll(name)]);
    found[name] = await Promise.all(values.map((value, n) => unseal(store.db, placeOf(name, keys[n]), value.body ?? value)));
  }
  return found;
}"""
#: Names of the databases of this address, and how many rows each store of them holds: for whoever has no key.
_COUNTS = """async () => {
  const told = {};
  for (const { name } of await indexedDB.databases()) {
    const db = await new Promise(done => { indexedDB.open(name).onsuccess = e => done(e.target.result) });
    for (const store of db.objectStoreNames) {
      const n = await new Promise(done => { db.transaction(store).objectStore(store).count().onsuccess = e => done(e.target.result) });
      told[store] = (told[store] ?? 0) + n;
    }
    db.close();
  }
  return told;
}"""


def drafts_on_disk(page: Page) -> str:
    """Every draft as it would be read after a restart."""
    return json.dumps(page.evaluate(_DRAFTS), ensure_ascii=False)


def rows_on_disk(page: Page, *names: str) -> str:
    """Outbox and downloaded rows of the open store; all of them, or the named stores alone."""
    found: dict[str, Any] = page.evaluate(_ROWS)
    return json.dumps({name: rows for name, rows in found.items() if not names or name in names}, ensure_ascii=False)


def counts_on_disk(page: Page) -> dict[str, int]:
    """How many rows each store holds, over all accounts, open or locked."""
    counts: dict[str, int] = page.evaluate(_COUNTS)
    return counts
