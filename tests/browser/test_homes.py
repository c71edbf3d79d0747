"""Households and people as a cadre works with them: filtered, found by a slip, split, mourned, merged across two phones, noted in private, printed."""

from __future__ import annotations

import gzip
import re
import zlib
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, Playwright, Request, expect

from tests.browser.doing import save, saved_visit, sync_now, write_visit
from tests.browser.handset import Handset, phones
from tests.serving import Server

SECRET = "嘴上应付心里不服"
LATE = "张岚写的这一次不知道已经合并"
IDS = """async () => {
    const { store } = await import('/a/store/store.js');
    await store.ready('all');
    const home = store.list('household').find((one) => one.answers.head_name === '杨德贵');
    return { home: home.id, people: Object.fromEntries(store.of(home.id, 'person').map((one) => [one.answers.name, one.id])) };
}"""
WAITING = "() => import('/a/store/store.js').then(({ store }) => store.unsent.value.length)"
COUNTS = """() => Promise.all([import('/a/store/store.js'), import('/a/store/private.js')])
    .then(([{ store }, { privateCounts }]) => privateCounts(store))"""
HOMES = "() => import('/a/store/store.js').then(({ store }) => store.list('household').length)"
UNSENT_FILE = """() => Promise.all([import('/a/store/store.js'), import('/a/store/unsent.js')])
    .then(async ([{ store }, { linesOf, unsentEntries }]) => {
        let text = '';
        for await (const bytes of linesOf(store, {}, unsentEntries(store), [])) text += new TextDecoder().decode(bytes);
        return text;
    })"""


def heading(page: Page, name: str) -> None:
    expect(page.get_by_role("heading", level=1, name=name)).to_be_visible()


def settled(phone: Handset) -> None:
    """Until everything written here is on the server and what others wrote is here."""
    sync_now(phone)
    phone.all_checked()


def clean(phone: Handset) -> None:
    """Nothing axe complains of, once nothing moves: colours are not their own while a sheet rises."""
    phone.page.evaluate("() => Promise.all(document.getAnimations().map((one) => one.finished.catch(() => undefined)))")
    assert not phone.axe()


def sent_words(request: Request) -> str:
    """What a request carries, as text, whether packed or not."""
    body = request.post_data_buffer or b""
    if body[:1] == b"\x78":
        body = zlib.decompress(body)
    elif body[:2] == b"\x1f\x8b":
        body = gzip.decompress(body)
    return request.url + body.decode("utf-8", "replace")


def filter_and_find(phone: Handset) -> None:
    page = phone.page
    phone.go("/households")
    rows = page.locator("main .lazy-rows > li")
    everyone: int = page.evaluate(HOMES)
    expect(rows).to_have_count(everyone)
    page.get_by_role("button", name="筛选").tap()
    page.get_by_role("button", name=re.compile("^监测户")).tap()
    page.get_by_role("button", name=re.compile("^三组")).tap()
    clean(phone)
    page.get_by_role("button", name=re.compile("^看这")).tap()
    expect(page.get_by_text("筛出 1 户")).to_be_visible()
    expect(page.locator("main").get_by_role("link", name="杨德贵")).to_be_visible()
    phone.reload()
    expect(page.get_by_text("筛出 1 户")).to_be_visible()
    page.get_by_role("button", name="不按“三组”筛").tap()
    expect(page.get_by_text("筛出 2 户")).to_be_visible()
    page.get_by_role("button", name="筛选").tap()
    page.get_by_role("button", name="清掉").tap()
    page.get_by_role("button", name=re.compile("^看这")).tap()
    expect(rows).to_have_count(everyone)
    search = page.get_by_role("searchbox")
    search.fill("yangdegiu")
    expect(page.get_by_role("heading", name="写法接近的")).to_be_visible()
    page.locator("main").get_by_role("link", name="杨德贵").tap()
    heading(page, "杨德贵")
    phone.go("/households")
    search.fill("")


def write_it_twice(phone: Handset) -> str:
    """A household that is there already: the hint is no obstacle. Gives its id."""
    page = phone.page
    phone.go("/record/new/edit?new=household")
    page.get_by_label("户主姓名").fill("杨德贵")
    page.get_by_label("村民小组").fill("3")
    save(page)
    expect(page.get_by_role("heading", name="这一户是不是已经有了？")).to_be_visible()
    expect(page.get_by_role("dialog").get_by_role("button", name=re.compile("杨德贵，三组 17 号.*姓名一样"))).to_be_visible()
    clean(phone)
    page.get_by_role("button", name="不是，存下").tap()
    heading(page, "杨德贵")
    page.wait_for_function("() => /^#\\/household\\//.test(location.hash)")
    return str(page.evaluate("() => location.hash.split('/')[2]"))


def merge(phone: Handset, twin: str) -> None:
    page = phone.page
    phone.go(f"/household/{twin}")
    page.get_by_role("button", name="更多").tap()
    page.get_by_role("link", name="和另一户是同一户").tap()
    page.get_by_role("button", name=re.compile("杨德贵，三组 17 号")).tap()
    page.get_by_role("radio", name="杨德贵，三组 17 号").tap()
    expect(page.get_by_text("跟着过来的：1 条走访。")).to_be_visible()
    clean(phone)
    page.get_by_role("button", name="合在一起").tap()
    expect(page.get_by_text("已并进来：杨德贵")).to_be_visible()


def split_off(phone: Handset, home: str) -> None:
    page = phone.page
    phone.go(f"/homes/roll/{home}?what=split")
    save(page)
    expect(page.get_by_text("哪些人分出去？").last).to_be_visible()
    page.get_by_role("checkbox", name=re.compile("杨建军")).tap()
    page.get_by_role("checkbox", name=re.compile("杨小雨")).tap()
    page.get_by_role("radio", name=re.compile("杨建军")).tap()
    page.get_by_label("门牌或住址").fill("18")
    clean(phone)
    save(page)
    heading(page, "杨建军")
    expect(page.get_by_role("link", name="从杨德贵，三组 17 号分出来")).to_be_visible()
    expect(page.get_by_role("link", name=re.compile("杨小雨 女"))).to_be_visible()


def mourn(phone: Handset, home: str, head: str) -> None:
    """The head dies, the widow takes the place; it can be taken back."""
    page = phone.page
    phone.go(f"/homes/roll/{home}?what=left&person={head}")
    save(page)
    heading(page, "王桂芳")
    expect(page.get_by_role("link", name=re.compile("王桂芳 户主"))).to_be_visible()
    expect(page.get_by_role("link", name=re.compile("杨德贵 配偶.*已去世"))).to_be_visible()
    page.get_by_role("button", name="撤回").tap()
    heading(page, "杨德贵")


def note_in_private(phone: Handset, person: str) -> None:
    page = phone.page
    phone.go(f"/homes/notes/{person}")
    expect(page.get_by_text("只在这部手机里，只给你自己看")).to_be_visible()
    page.get_by_role("button", name="写一条").tap()
    page.get_by_label("记下什么").fill(SECRET)
    page.get_by_role("radio", name="冷眼旁观").tap()
    clean(phone)
    page.get_by_role("button", name="写好了").tap()
    expect(page.get_by_role("button", name=re.compile(SECRET))).to_be_visible()
    counts: dict[str, Any] = page.evaluate(COUNTS)
    assert (counts["notes"], counts["cold"], counts["forward"]) == (1, 1, 0)
    assert SECRET not in page.evaluate(UNSENT_FILE)


def erase_note(phone: Handset, person: str) -> None:
    page = phone.page
    phone.go(f"/homes/notes/{person}")
    page.get_by_role("button", name=re.compile(SECRET)).tap()
    page.get_by_role("button", name="删掉这一条").tap()
    expect(page.get_by_text("还没有写过")).to_be_visible()
    assert page.evaluate(COUNTS)["notes"] == 0


def print_sheet(phone: Handset, home: str) -> None:
    page = phone.page
    phone.go(f"/homes/sheet/{home}")
    sheet = page.locator(".check-sheet")
    expect(sheet).to_contain_text("本户信息核对单")
    expect(sheet).to_contain_text(re.compile(r"\d{3} \*{4} \d{4}"))
    for held in ("王桂芳", "高血压", LATE):
        expect(sheet).to_contain_text(held)
    clean(phone)
    page.get_by_role("button", name="号码写全").tap()
    expect(sheet).not_to_contain_text("****")
    page.evaluate("() => { window.print = () => { window.printed = true; }; }")
    page.get_by_role("button", name="打印").tap()
    page.wait_for_function("() => window.printed === true")
    page.emulate_media(media="print")
    expect(page.locator(".screen > header")).to_be_hidden()
    expect(sheet).to_be_visible()
    page.emulate_media(media="screen")


def tell_it_all_once(phone: Handset, home: str, wife: str) -> None:
    """One visit: who was met, what changed in a person, a trouble, what was solved; all of it in one saving."""
    page = phone.page
    before = page.evaluate(WAITING)
    phone.go(f"/visit?household={home}")
    page.get_by_role("button", name="更多").tap()
    page.get_by_role("button", name="王桂芳").tap()
    page.get_by_role("button", name="改一项").tap()
    page.get_by_role("searchbox").fill("王桂芳")
    page.get_by_role("dialog").get_by_role("button", name=re.compile("在家情况")).tap()
    page.get_by_role("radio", name="外出").tap()
    page.get_by_role("button", name="改好").tap()
    expect(page.get_by_role("button", name=re.compile("王桂芳 · 在家情况.*在家 → 外出"))).to_be_visible()
    page.get_by_role("button", name="当场解决").tap()
    page.get_by_label("当场解决").fill("帮着交了医保费。")
    clean(phone)
    save(page)
    saved_visit(page)
    assert page.evaluate(WAITING) == before + 3
    written = page.evaluate(
        """(wife) => import('/a/store/store.js').then(({ store }) => {
            const [visit] = store.list('visit').filter(({ answers }) => answers.done_on_site);
            const deed = store.get(visit.answers.deed);
            return [store.get(wife).answers.at_home, visit.answers.met.map(({ person }) => person), deed.answers.title, deed.answers.households[0].household];
        })""",
        wife,
    )
    assert written == ["away", [wife], "帮着交了医保费", home]


def stands_merged(phone: Handset, home: str, twin: str) -> None:
    """The old link leads to the living household, which has what both phones wrote under the other one."""
    page = phone.page
    phone.go(f"/household/{twin}")
    expect(page.get_by_text("已并进来：杨德贵")).to_be_visible()
    expect(page.get_by_text(LATE)).to_be_visible()
    expect(page.get_by_text("三组 17 号").first).to_be_visible()
    found = page.evaluate(
        """(twin) => import('/a/store/store.js').then(({ store }) => [store.get(twin)?.id, store.list('household').some(({ id }) => id === twin)])""",
        twin,
    )
    assert found == [home, False]


def test_households_change_on_two_phones_and_what_is_private_stays(playwright: Playwright, server: Server, tmp_path: Path) -> None:
    with phones(playwright, tmp_path, server.url, "chen", "zhang") as (chen, zhang):
        page = chen.start("cadre1")
        zhang.start("cadre2")
        sent: list[str] = []
        assert chen.context is not None
        chen.context.on("request", lambda request: sent.append(sent_words(request)))
        ids = page.evaluate(IDS)
        home, people = ids["home"], ids["people"]

        chen.offline(True)
        filter_and_find(chen)
        twin = write_it_twice(chen)
        write_visit(chen, twin, "到门口看了一眼")
        tell_it_all_once(chen, home, people["王桂芳"])
        note_in_private(chen, people["王桂芳"])
        chen.offline(False)
        settled(chen)
        settled(zhang)

        zhang.offline(True)
        write_visit(zhang, twin, LATE)
        chen.offline(True)
        merge(chen, twin)
        page.get_by_role("button", name="撤回").tap()
        expect(page.get_by_text("已并进来：杨德贵")).to_have_count(0)
        merge(chen, twin)
        split_off(chen, home)
        mourn(chen, home, people["杨德贵"])
        assert page.evaluate(WAITING) > 0
        chen.offline(False)
        settled(chen)
        zhang.offline(False)
        settled(zhang)
        settled(chen)

        for phone in (chen, zhang):
            stands_merged(phone, home, twin)
        print_sheet(chen, home)
        erase_note(chen, people["王桂芳"])
        assert any(twin in words for words in sent), "what requests carry was read"
        assert not [words for words in sent if SECRET in words]
        assert not chen.complaints and not zhang.complaints
