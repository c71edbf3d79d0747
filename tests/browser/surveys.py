"""A server that also has the forms made for these tests: every plain sort of question, one short, one with many entries."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Page, expect

from tests.browser.handset import Handset
from tests.serving import ROOT, Server

FORMS = Path(__file__).parent / "forms"


@contextmanager
def surveyed(township: Path, folder: Path) -> Iterator[Server]:
    """`folder / "surveys"` holds the forms; who changes them there starts the server again."""
    shutil.copytree(township, folder / "data")
    shutil.copytree(ROOT / "surveys", folder / "surveys")
    for form in FORMS.glob("*.md"):
        shutil.copy(form, folder / "surveys" / "forms")
    running = Server(folder / "data", SHIBU_SURVEYS=str(folder / "surveys")).start()
    try:
        yield running
    finally:
        running.stop()


def begin(phone: Handset, kind: str, household: str = "") -> Page:
    """A new record's form, until it is drawn."""
    phone.go(f"/record/new/edit?new={kind}" + (f"&household={household}" if household else ""))
    expect(phone.page.locator(".asked").first).to_be_visible()
    return phone.page


def turn(page: Page, name: str) -> None:
    """To the next page, until it is there."""
    page.get_by_role("button", name="下一页").tap()
    expect(page.get_by_role("heading", level=1)).to_contain_text(name)


def later(page: Page, question: str) -> None:
    """Puts a question off. `question`: its id on the page."""
    page.locator(f"#{question}-marks").tap()
    page.get_by_role("dialog").get_by_role("button", name="回头再问").tap()
    expect(page.get_by_role("dialog")).to_have_count(0)


def remark(page: Page, question: str, text: str) -> None:
    page.locator(f"#{question}-marks").tap()
    page.get_by_role("dialog").get_by_role("button", name="写备注").tap()
    field = page.get_by_label("备注", exact=True)
    expect(field).to_be_focused()
    field.fill(text)


def saved(page: Page) -> None:
    """Until the form is left: only then may a test go elsewhere, as a finger could."""
    expect(page.get_by_text("已存手机").first).to_be_visible()
    expect(page.get_by_role("button", name="先放着")).to_have_count(0)


#: How wide the page is beside the screen: nothing may scroll sideways.
SIDEWAYS = "() => Math.max(...[document.documentElement, ...document.querySelectorAll('main, dialog, .scroll')].map(e => e.scrollWidth - e.clientWidth))"
