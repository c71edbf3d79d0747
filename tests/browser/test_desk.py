"""The administrator's two lists: phones, one of which is shut out, and what was sent and not taken."""

from __future__ import annotations

import json
import os
from pathlib import Path

import httpx2
from playwright.sync_api import Page, Playwright, expect

from tests.browser.doing import write_visit
from tests.browser.handset import PASSWORD, Handset, phones
from tests.browser.held import home_of, records
from tests.serving import Server

FACTS = "走之前最后一次走访"
SHOTS = Path(__file__).parent / "shots"


def administrator(phone: Handset) -> Page:
    phone.open()
    phone.sign_in("admin")
    page = phone.page
    expect(page.get_by_role("heading", name="在用的表")).to_be_visible()
    return page


def fine(phone: Handset, name: str) -> None:
    """No violation, nothing beyond the edge; looked at by people where asked for."""
    assert phone.axe() == []
    assert phone.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    if os.environ.get("SHOTS"):
        phone.shot(SHOTS, f"desk-{name}")


def test_a_phone_is_shut_out_hands_in_what_is_unsent_and_the_desk_takes_it(
    playwright: Playwright, server: Server, tmp_path: Path
) -> None:
    home = home_of(server, "杨德贵")["id"]
    with phones(playwright, tmp_path, server.url, "chen") as (chen,):
        chen.start("cadre1")
        chen.offline(True)
        write_visit(chen, home, FACTS)
        # The same desk by its addresses: two browsers at once are dear.
        with httpx2.Client(base_url=server.url) as desk:
            body = {"account": "admin", "password": PASSWORD, "device": "d0000000-0000-4000-8000-0000000002ff"}
            desk.post("/api/session", json=body).raise_for_status()
            (device,) = desk.get("/api/devices?account=cadre1").json()["devices"]
            assert desk.post(f"/api/devices/{device['id']}/revoke", json={"as": "left"}).status_code == 200
        chen.offline(False)
        chen.page.evaluate("dispatchEvent(new Event('online'))")
        expect(chen.page.locator("input[name=password]")).to_be_visible(timeout=30_000)
        expect(chen.page.locator("main")).to_contain_text("陈志远的资料已从这台手机上清除：管理员登记这台手机不再用于工作")
        kept = chen.page.evaluate("async () => JSON.stringify((await indexedDB.databases()).map(({ name }) => name))")
        assert json.loads(kept) == ["shibu"]
        fine(chen, "cleared")
        assert chen.complaints == []
    assert records(server, "visit", facts=FACTS) == []
    with phones(playwright, tmp_path, server.url, "admin") as (admin,):
        page = administrator(admin)
        page.get_by_role("link", name="没收下的内容").tap()
        expect(page.get_by_role("heading", level=1, name="没收下的内容")).to_be_visible()
        card = page.locator(".card", has_text="陈志远").first
        expect(card).to_contain_text("石桥村")
        card.get_by_role("button", name="看内容").tap()
        expect(card).to_contain_text(FACTS)
        fine(admin, "held")
        card.get_by_role("button", name="收下").tap()
        expect(page.get_by_text("没有待处理的内容")).to_be_visible()
        assert len(records(server, "visit", facts=FACTS)) == 1

        admin.go("/admin/phones")
        shut = page.locator(".card", has_text="陈志远").filter(has_text="不再使用")
        expect(shut).to_contain_text("资料已经清除")
        expect(shut).to_contain_text("石桥村")
        fine(admin, "phones")
        shut.get_by_role("button", name="登记丢失或不用").tap()
        sheet = page.get_by_role("dialog")
        sheet.get_by_role("button", name="丢了").tap()
        expect(sheet).to_contain_text("没送的内容就没有了")
        fine(admin, "shut")
        sheet.get_by_role("button", name="登记", exact=True).tap()
        expect(page.locator(".card", has_text="陈志远").filter(has_text="已丢失")).to_be_visible()
        assert admin.complaints == []
