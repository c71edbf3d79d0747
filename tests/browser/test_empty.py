"""A village in which nothing is written yet: every screen says what belongs there and, where one can act, how to begin."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Playwright, expect

from tests.browser.handset import PASSWORD, phones
from tests.serving import Server

#: What a screen says that begins empty.
SAYS = {
    "/today": "今天没有到期的事",
    "/households": "记一户，往后走访、问题都挂在它下面。",
    "/problems": "听到什么，一句话就能记。",
    "/village": "看变了什么、缺什么",
    "/village/places": "看过，没有",
    "/steps": "先记一次走访，或者先记下村里和镇里的人。",
    "/steps/1": "进村之前弄清楚来做什么、待多久、有哪些政策可用。",
    "/work/network": "把这 12 个位置上的人找到，事情就知道找谁。",
    "/work/rota": "选几个人和一个月，一次排好，可以撤销。",
    "/review": "还没看过",
    "/tasks": "答应的事、要回的话、轮到的值班，到日子会列在这里。",
    "/handover": "要换人时做一份就行，随时能重做。",
    "/voice": "没有网也能写，有网自己送。",
    **{f"/work/{kind}": "想起来就记，一句话也行。没有网照常记。" for kind in ("meeting", "duty", "contact", "project_plan")},
}
#: Nothing is to be done on these.
TELLS = {
    "/drafts": "先放着的都会在这里，点开接着写。",
    "/me/receipts": "写了什么，这里能看到它走到哪了。",
    "/me/refused": "写的都收下了。",
    "/me/conflicts": "大家写的都合得上。",
}
ACTS = ".screen > main :is(button, a[href], input), .dock :is(button, a[href])"


def test_no_screen_of_a_village_without_records_is_empty(playwright: Playwright, server: Server, tmp_path: Path) -> None:
    server.command("village", "add", "新坪村", "--township", "清溪镇")
    server.command("user", "add", "--name", "周新", "--role", "cadre", "--village", "新坪村", "--password", PASSWORD, "newcomer")
    with phones(playwright, tmp_path, server.url, "newcomer") as (phone,):
        page = phone.start("newcomer")
        for address, sentence in {**SAYS, **TELLS}.items():
            phone.go(address)
            expect(page.locator(".screen > main")).to_contain_text(sentence, timeout=20_000)
            if address in SAYS:
                expect(page.locator(ACTS).first).to_be_visible()
        assert phone.complaints == []
