"""A phone whose storage was damaged or taken away behind the app's back: never an empty page, never a deletion sent to the
server, and everything the server has is had again."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Playwright, expect

from tests.browser.doing import write_visit
from tests.browser.handset import Handset, phones
from tests.browser.held import home_of, records, rows
from tests.serving import Server

FACTS = "存储坏掉以前写的"


def taken_away(folder: Path) -> None:
    shutil.rmtree(folder)


def cut_short(folder: Path) -> None:
    """As a phone leaves it whose battery ends while its disk is full."""
    pieces = [path for path in folder.rglob("*") if path.suffix in (".log", ".ldb")]
    assert pieces
    for path in pieces:
        with path.open("r+b") as file:
            file.truncate(path.stat().st_size // 2)


def without_its_table(folder: Path) -> None:
    """The file that names the others is gone."""
    tables = [path for path in folder.rglob("CURRENT")]
    assert tables
    for path in tables:
        path.unlink()


def living(server: Server) -> int:
    return int(rows(server, "SELECT COUNT(*) FROM record WHERE NOT deleted")[0][0])


def again(phone: Handset) -> None:
    """Opened: on its first screen, asking who it belongs to, or saying that what its PIN opened is gone."""
    page = phone.open()
    password, gone = page.locator("input[name=password]"), page.get_by_role("button", name="重新登录", exact=True)
    page.locator("nav").first.or_(password).or_(gone).first.wait_for(timeout=30_000)
    if gone.is_visible():
        gone.tap()
        expect(password).to_be_visible()
    if password.is_visible():
        phone.sign_in("cadre1")
    phone.all_checked()


@pytest.mark.parametrize("harm", [cut_short, *((taken_away, without_its_table) if os.environ.get("PROOF") else ())])
def test_a_damaged_store_is_had_again_and_deletes_nothing(
    playwright: Playwright, server: Server, tmp_path: Path, harm: Callable[[Path], None]
) -> None:
    home = home_of(server, "杨德贵")["id"]
    with phones(playwright, tmp_path, server.url, "chen") as (chen,):
        chen.start("cadre1")
        write_visit(chen, home, FACTS)
        chen.all_checked()
        before = living(server)
        chen.close()
        harm(chen.profile / "Default" / "IndexedDB")
        again(chen)
        chen.go(f"/household/{home}")
        expect(chen.page.get_by_role("link", name=FACTS)).to_be_visible()
        # Numbers that were used are not used again: what is written now arrives as something new.
        write_visit(chen, home, f"{FACTS}，又写的")
        chen.all_checked()
        assert living(server) == before + 1
        assert len(records(server, "visit", facts=FACTS)) == len(records(server, "visit", facts=f"{FACTS}，又写的")) == 1
        chen.close()
        taken_away(chen.profile / "Default" / "IndexedDB")
        page = chen.open()
        expect(page.get_by_text("这台手机里的资料被浏览器清掉了")).to_be_visible()
        expect(page.locator("input[name=password]")).to_be_visible()
        expect(page.get_by_text("还没送出去的没能留住")).to_be_visible()
