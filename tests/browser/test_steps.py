"""The ten steps on a phone without a network: what is there and why, what does not apply, what a village adds, the next record."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, Playwright, expect

from tests.browser.handset import Handset, phones
from tests.browser.test_screens import MODES, SHOTS, faults, set_mode
from tests.serving import Server

#: What anybody's form would save or take away; here it is only about what the steps make of it.
NO_MODELS = """async () => {
  const { store } = await import('/a/store/store.js');
  for (const { id } of [...store.list('model_case')]) await store.remove(id);
}"""
A_MODEL = """async () => {
  const { store } = await import('/a/store/store.js');
  await store.save({ kind: 'model_case', set: { kind: 'advanced', subject: '王大姐' } });
}"""


@pytest.fixture
def chen(server: Server, playwright: Playwright, tmp_path: Path) -> Iterator[Handset]:
    with phones(playwright, tmp_path, server.url, "chen") as (phone,):
        phone.start("cadre1")
        yield phone


def tap(page: Page, words: str) -> None:
    page.get_by_role("button", name=words, exact=True).or_(page.get_by_role("link", name=words, exact=True)).first.tap()


def row(page: Page, words: str) -> Locator:
    return page.locator(".row").filter(has=page.locator("b", has_text=re.compile(f"^{words}$")))


def of(page: Page) -> list[int]:
    """"31 项有 20 项" in the head, as numbers."""
    shown = page.locator(".head .state")
    expect(shown).to_contain_text("项有")
    return [int(one) for one in re.findall(r"[0-9]+", shown.inner_text())]


@pytest.mark.timeout(300)
def test_the_steps_show_what_is_there_and_lead_to_the_next(chen: Handset) -> None:
    page = chen.page
    chen.offline(True)
    chen.go("/steps")
    expect(page.locator(".steprow")).to_have_count(10)
    expect(page.locator(".dock .button")).to_contain_text("接着走")
    chen.shot(SHOTS / "zh", "steps")
    page.locator(".steprow", has_text="勘地情").tap()
    expect(page.locator("h2.question")).to_have_text("勘地情、读史情、摸人情")
    chen.shot(SHOTS / "zh", "step")
    does_not_apply(chen)
    adds_its_own(chen)
    leads_to_evidence(chen)
    follows_the_records(chen)
    chen.offline(False)
    in_every_mode(chen)


def follows_the_records(chen: Handset) -> None:
    """What is written counts at once, and the button begins the next with what is known of it."""
    page = chen.page
    chen.go("/steps/7/s7.model.find")
    expect(page.locator("h2.question")).to_have_text("善于发现先进典型")
    page.evaluate(NO_MODELS)
    expect(page.locator(".card .state")).to_have_text("还没有")
    page.evaluate(A_MODEL)
    expect(page.locator(".card .state")).to_have_text("有了")
    expect(page.locator(".group", has_text="从这些记录看出来")).to_contain_text("王大姐")
    page.locator(".dock .button").tap()
    expect(page).to_have_url(re.compile("new=model_case&p.kind=advanced"))
    expect(page.locator(".screen h1").first).to_be_visible()


def does_not_apply(chen: Handset) -> None:
    """An item is taken out of the count with a reason, and put back."""
    page = chen.page
    every, done = of(page)
    row(page, "名人").tap()
    expect(page.locator("h2.question")).to_have_text("名人")
    chen.shot(SHOTS / "zh", "step-item")
    row(page, "这里不适用").tap()
    tap(page, "保存")
    expect(page.locator("dialog .wrong").first).to_contain_text("写一句原因")
    page.locator("dialog textarea").fill("问过几位老人，没有")
    tap(page, "保存")
    expect(page.locator(".card .state")).to_have_text("不适用")
    expect(page.locator(".card")).to_contain_text("问过几位老人，没有")
    page.go_back()
    expect(page.locator(".head .state")).to_have_text(f"{every - 1} 项有 {done} 项")
    expect(row(page, "名人")).to_contain_text("问过几位老人，没有")
    row(page, "名人").tap()
    row(page, "撤掉自己说的").tap()
    expect(page.locator(".card .state")).to_have_text("还没有")
    page.go_back()
    expect(page.locator(".head .state")).to_have_text(f"{every} 项有 {done} 项")


def adds_its_own(chen: Handset) -> None:
    """A village's own item: added, done by hand, called otherwise, taken away, brought back."""
    page = chen.page
    every, done = of(page)
    tap(page, "加一项村里自己的")
    page.locator("dialog input").fill("看过古井")
    tap(page, "保存")
    expect(page.locator(".head .state")).to_have_text(f"{every + 1} 项有 {done} 项")
    row(page, "看过古井").tap()
    row(page, "已经做了").tap()
    page.locator("dialog textarea").fill("和村一起去看的")
    tap(page, "保存")
    expect(page.locator(".card .state")).to_have_text("有了")
    row(page, "改名字").tap()
    page.locator("dialog input").fill("看古井、问来历")
    tap(page, "保存")
    expect(page.locator("h2.question")).to_have_text("看古井、问来历")
    row(page, "去掉这一项").tap()
    expect(page.locator(".head .state")).to_have_text(f"{every} 项有 {done} 项")
    tap(page, "撤回")
    expect(page.locator(".head .state")).to_have_text(f"{every + 1} 项有 {done + 1} 项")


def leads_to_evidence(chen: Handset) -> None:
    page = chen.page
    chen.go("/steps/3/s3.people.natives_visit")
    group = page.locator(".group", has_text="从这些记录看出来")
    expect(group.locator(".row").first).to_be_visible()
    group.locator(".row").first.tap()
    expect(page).to_have_url(re.compile("#/record/"))
    page.go_back()
    expect(page.locator("h2.question")).to_contain_text("走访原住居民")


def in_every_mode(chen: Handset) -> None:
    screens = {"steps": "/steps", "step-first": "/steps/1", "step": "/steps/3", "step-item": "/steps/3/s3.people.natives_visit"}
    found: list[str] = []
    for mode in MODES:
        set_mode(chen, mode)
        for name, address in screens.items():
            chen.go(address)
            expect(chen.page.locator(".steprow, h2.question").first).to_be_visible()
            found += faults(chen, name, mode)
            chen.shot(SHOTS / mode, name)
    found += [f"console: {line}" for line in chen.complaints]
    assert not found, "\n".join(found)
