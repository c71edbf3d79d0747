"""The township's leader looks at a village: four tabs, its numbers and steps, its projects; and again without a network."""

from __future__ import annotations

import re
from pathlib import Path

from playwright.sync_api import Page, Playwright, expect

from tests.browser.handset import phones
from tests.serving import Server


def figure(page: Page, name: str) -> str:
    """What stands at the end of a figure's row."""
    row = page.locator(".row", has=page.locator("b", has_text=re.compile(f"^{name}$")))
    expect(row.locator(".state")).to_be_visible()
    return row.locator(".state").inner_text()


def test_a_leader_reads_a_village_and_reads_it_again_without_a_network(playwright: Playwright, server: Server, tmp_path: Path) -> None:
    with phones(playwright, tmp_path, server.url, "zhou") as (zhou,):
        page = zhou.start("leader1")
        zhou.go("/leader/villages")
        expect(page.locator("nav.bar a")).to_have_text(["问题", "项目", "各村", "我的"])
        names = page.locator(".row b")
        expect(names).to_have_text(["柳湾村", "石桥村"])
        line = page.locator(".row", has_text="石桥村")
        expect(line).to_contain_text(re.compile("18\\s户"))

        line.tap()
        expect(page.locator("h1")).to_have_text("石桥村")
        homes = figure(page, "户籍户数")
        assert homes.replace("\u00a0", " ") == "18 户"
        page.get_by_text("全部数字", exact=True).tap()
        expect(page.locator("h2", has_text="基础设施")).to_be_visible()
        expect(page.locator(".row", has_text="村支书")).to_have_count(0)
        steps = page.locator("section.group", has=page.locator("h2", has_text="十步")).locator(".row")
        expect(steps).to_have_count(10)
        expect(steps.first).to_contain_text(re.compile(r"\d+ / \d+ 件"))

        zhou.offline(True)
        server.stop()
        zhou.reload()
        zhou.go("/leader/villages")
        expect(page.locator(".row", has_text="石桥村")).to_contain_text(re.compile("18\\s户"))
        page.locator(".row", has_text="石桥村").tap()
        expect(page.get_by_text("这是上次有网时取的")).to_be_visible()
        assert figure(page, "户籍户数") == homes
        page.get_by_role("button", name="看这个村的问题").tap()
        expect(page.locator("h1")).to_have_text("清溪镇")
        zhou.go("/leader/projects")
        page.locator(".row", has_text="石桥村").first.tap()
        expect(page.locator(".who h2")).to_be_visible()
        assert zhou.complaints == []
