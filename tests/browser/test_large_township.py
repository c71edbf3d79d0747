"""A whole township on one phone, far more than anyone is given by default: read within a fixed heap. Part of `make proof`."""

from __future__ import annotations

import asyncio
import os
import shutil
import uuid
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from playwright.sync_api import Playwright, expect

from server import records
from server.database import Database
from server.records import Seed
from server.surveys.catalogue import Catalogue
from tests.browser.handset import phones
from tests.browser.held import rows
from tests.serving import Server

pytestmark = pytest.mark.skipif(not os.environ.get("PROOF"), reason="minutes long; part of make proof")
VILLAGES = 20
EACH = 8500
HEAP_MB = 1024
COUNT = """async () => {
  const { store } = await import('/a/store/store.js');
  await store.ready('all');
  return store.places.value.reduce((sum, { id }) => sum + store.list('visit', id).length, 0);
}"""
WORDS = "老人在家，身体好，药按时吃，问低保什么时候出结果。" * 4


async def fill(url: str) -> None:
    """Villages of one cadre, with visits of years."""
    database = await Database.open(url)
    try:
        catalogue = await Catalogue.stored(database)
        async with database.transaction() as connection:
            account = await connection.one("SELECT id FROM account WHERE login = 'cadre1'")
            place = await connection.one("SELECT township_id FROM village WHERE name = '石桥村'")
            assert account and place
            township, person = place["township_id"], account["id"]
            villages = [str(uuid.UUID(int=number + 1)) for number in range(VILLAGES)]
            for number, village in enumerate(villages):
                await connection.run(
                    "INSERT INTO village (township_id, id, name, kind, created_at) VALUES (?, ?, ?, 'village', '2026-01-01T00:00:00.000Z')",
                    township, village, f"第{number}村",
                )  # fmt: skip
                await connection.run(
                    "INSERT INTO membership (township_id, id, account_id, village_id, role, granted_at)"
                    " VALUES (?, ?, ?, ?, 'cadre', '2026-01-01T00:00:00.000Z')",
                    township, f"m-{village}", person, village,
                )  # fmt: skip
            await connection.run("UPDATE account SET scope_version = scope_version + 1 WHERE id = ?", person)
        for number, village in enumerate(villages):
            at = "2025-03-01T08:00:00.000Z"
            made = [
                Seed(str(uuid.UUID(int=(number + 1) << 64 | n)), "visit", {"visited_on": "2025-03-01", "facts": f"{n} {WORDS}"}, person, at)
                for n in range(EACH)
            ]
            await records.load(database, township, village, made, catalogue)
    finally:
        await database.close()


@pytest.mark.timeout(1500)
def test_a_whole_township_is_read_under_a_fixed_heap(playwright: Playwright, township: Path, tmp_path: Path) -> None:
    shutil.copytree(township, tmp_path / "data")
    server = Server(tmp_path / "data")
    with ThreadPoolExecutor(1) as thread:
        thread.submit(asyncio.run, fill(server.database)).result()
    server.start()
    try:
        own = int(rows(server, "SELECT COUNT(*) FROM record r JOIN village v ON v.id = r.village_id WHERE v.name = '石桥村' AND r.kind = 'visit' AND NOT r.deleted")[0][0])
        with phones(playwright, tmp_path, server.url, "chen") as (chen,):
            chen.more = [f"--js-flags=--max-old-space-size={HEAP_MB}"]
            page = chen.open()
            chen.sign_in("cadre1")
            chen.go("/today")
            expect(page.locator(".sync")).to_contain_text("都已核对", timeout=600_000)
            assert page.evaluate(COUNT) == VILLAGES * EACH + own
            chen.close()
            # And opened again over what lies on the disk.
            page = chen.open()
            chen.go("/today")
            expect(page.locator(".sync")).to_contain_text("都已核对", timeout=300_000)
            assert page.evaluate(COUNT) == VILLAGES * EACH + own
            assert chen.complaints == []
    finally:
        server.stop()
