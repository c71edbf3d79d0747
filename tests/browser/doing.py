"""What a person does on a phone in many tests, each until the screen shows that it is done."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from tests.browser.handset import Handset


def save(page: Page) -> None:
    page.get_by_role("button", name="保存", exact=True).tap()


def saved_visit(page: Page) -> None:
    """Until the form is left: only then may a test go elsewhere, as a finger could."""
    expect(page.get_by_text("走访已存手机").first).to_be_visible()
    expect(page.get_by_role("heading", level=1, name="记走访")).to_have_count(0)


def write_visit(phone: Handset, household: str, facts: str) -> None:
    phone.go(f"/visit?household={household}")
    phone.page.get_by_role("textbox", name="了解到什么").fill(facts)
    save(phone.page)
    saved_visit(phone.page)


def sync_now(phone: Handset) -> None:
    phone.go("/me")
    phone.page.get_by_role("button", name=re.compile("现在(核对一次|就送)")).tap()
    phone.page.wait_for_timeout(300)
