"""Choosing on a phone: rows, scales, orders, ranges, pictures, long lists; by finger, by keys, in both languages."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Page, Playwright, expect

from tests.browser.handset import Handset, phones
from tests.browser.test_screens import MODES, set_mode
from tests.browser.trial import answer, compiled, fill, sideways, small_targets
from tests.serving import Server

SHOTS = Path(__file__).parent / "shots" / "choices"
WIDGETS = """
| survey |
| | type | name | label::中文 (zh) | label::English (en) | hint::中文 (zh) | appearance | parameters | choice_filter |
| | begin group | first | 一 | One | | | | |
| | select_one kinds | rows | 是**哪一种** | Which **kind** | *只选一个* | | | |
| | select_one kinds | small | 收起来的 | Folded | | minimal | | |
| | select_multiple kinds | some | 有哪几种 | Which kinds | | | | |
| | select_one kinds | two | 两列 | In two columns | | columns-2 | | |
| | select_multiple kinds | packed | 能放几个放几个 | As they fit | | columns-pack | | |
| | select_one none | empty | 空的 | Empty | | | | up = ${rows} |
| | end group | | | | | | | |
| | begin group | second | 二 | Two | | | | |
| | select_one content | likert | 对村里办事满意吗 | Are you content with the village | | likert | | |
| | select_one level | level | 有多大用 | How useful | | likert | | |
| | select_one yes | head | 有没有 | Is there | | label | | |
| | select_one yes | tap | 自来水 | Tap water | | list-nolabel | | |
| | select_one yes | road | 硬化路 | Paved road | | list-nolabel | | |
| | select_multiple yes | bus | 班车 | Bus | | list | | |
| | rank kinds | order | 先办哪样 | What first | | | | |
| | end group | | | | | | | |
| | begin group | third | 三 | Three | | | | |
| | range | slide | 走路多少分钟 | Minutes on foot | | | start=0 end=60 step=5 | |
| | range | upright | 水缸多深 | Depth of the cistern | | vertical no-ticks | start=0 end=2 step=0.1 | |
| | range | stars | 打几颗星 | Stars | | rating | start=1 end=5 step=1 | |
| | range | picked | 几层 | Storeys | | picker | start=1 end=9 step=1 | |
| | select_one many | far | 哪个组 | Which group | | | | |
| | select_multiple many | farther | 哪几个组 | Which groups | | | | |
| | end group | | | | | | | |
| choices |
| | list_name | name | label::中文 (zh) | label::English (en) | up |
| | kinds | pig | 养猪 | Pigs | |
| | kinds | tea | 种茶 | Tea | |
| | kinds | work | 外出打工，过年才回来 | Works away and comes home for New Year only | |
| | kinds | shop | 小卖部 | Shop | |
| | kinds | none | 都没有 | None | |
| | none | x | 没有 | Nothing | nowhere |
| | content | 1 | 非常不满意 | Very dissatisfied | |
| | content | 2 | 不满意 | Dissatisfied | |
| | content | 3 | 一般 | Neutral | |
| | content | 4 | 满意 | Satisfied | |
| | content | 5 | 非常满意 | Very satisfied | |
| | level | 1 | 没用 | None | |
| | level | 2 | 一点 | Some | |
| | level | 3 | 有用 | Much | |
| | yes | yes | 有 | Yes | |
| | yes | no | 没有 | No | |
| | yes | soon | 正在修 | Being built | |
"""
NAMES = "石柳杨陈王李张刘周吴郑冯"
MANY = "".join(f"| | many | g{n} | {NAMES[n % 12]}家湾{n + 1}组 | Group {n + 1} | |\n" for n in range(412))
FORM = WIDGETS + MANY
QUICK = """
| survey |
| | type | name | label | appearance |
| | begin group | first | 先 | |
| | text | who | 谁说的 | |
| | select_one yes | sure | 算数吗 | quick |
| | end group | | | |
| | begin group | then | 后 | |
| | text | what | 说了什么 | |
| | text | why | 为什么 | |
| | text | how | 怎么办 | |
| | text | when | 什么时候 | |
| | text | where | 在哪里 | |
| | text | more | 还有 | |
| | text | last | 最后 | |
| | end group | | | |
| choices |
| | list_name | name | label |
| | yes | yes | 算 |
| | yes | no | 不算 |
| | yes | later | 再说 |
"""


@contextmanager
def signed_in(playwright: Playwright, folder: Path, url: str) -> Iterator[Handset]:
    with phones(playwright, folder, url, "chen") as (chen,):
        chen.open()
        chen.sign_in("cadre1")
        chen.all_checked()
        chen.wait_for_packs()
        yield chen


def on_page(page: Page, n: int) -> None:
    for _ in range(n):
        page.get_by_role("button", name=re.compile("^(下一页|Next)$")).tap()
    expect(page.locator(".coming")).to_have_count(0)


def mistakes(phone: Handset, where: str) -> list[str]:
    page = phone.page
    found = [f"{where}: {violation}" for violation in phone.axe()]
    found += [f"{where}: small: {target}" for target in small_targets(page)]
    return found + ([f"{where}: scrolls sideways"] if sideways(page) else [])


@pytest.mark.timeout(300)
def test_every_widget_in_every_mode_is_seen_whole_and_can_be_used_by_everyone(
    playwright: Playwright, server: Server, tmp_path: Path
) -> None:
    definition = compiled(FORM)
    given = {
        "first/rows": "work",
        "first/some": ["pig", "shop"],
        "first/two": "gone",
        "first/packed": ["tea"],
        "second/likert": "2",
        "second/tap": "soon",
        "second/bus": ["yes"],
        "second/order": ["shop", "pig", "tea", "work", "none"],
        "third/slide": 25,
        "third/stars": 3,
        "third/farther": ["g1", "g13", "gone"],
    }
    found = []
    with signed_in(playwright, tmp_path, server.url) as chen:
        for mode in [*MODES, "dark"]:
            set_mode(chen, "zh") if mode == "dark" else set_mode(chen, mode)
            if mode == "dark":
                chen.page.evaluate("document.documentElement.dataset.theme = 'dark'")
            for state, answers in (("empty", None), ("answered", given)):
                page = fill(chen, definition, answers)
                for n in range(3):
                    on_page(page, 1 if n else 0)
                    page.wait_for_timeout(150)
                    height = page.evaluate("document.querySelector('.screen > main').scrollHeight")
                    page.set_viewport_size({"width": 360, "height": height + 220})
                    chen.shot(SHOTS / mode, f"{state}-{n + 1}")
                    found += mistakes(chen, f"{mode} {state} {n + 1}")
                    page.set_viewport_size({"width": 360, "height": 740})
        found += chen.complaints
    assert not found, "\n".join(found)


def test_a_finger_chooses_takes_back_and_is_told_why_a_list_is_empty_and_what_left_it(
    playwright: Playwright, server: Server, tmp_path: Path
) -> None:
    with signed_in(playwright, tmp_path, server.url) as chen:
        page = fill(chen, compiled(FORM), {"first/two": "fish"})
        rows = page.get_by_role("radiogroup", name="是哪一种")
        empty = page.locator("#q-first-empty-label").locator("..")
        expect(empty).to_contain_text("先选上面的“是哪一种”，这里才有得选")
        rows.get_by_role("radio", name="种茶").tap()
        assert answer(page, "first/rows") == "tea"
        expect(empty).to_contain_text("照上面填的，这里没有可选的")
        rows.get_by_role("radio", name="种茶").tap()
        assert answer(page, "first/rows") is None

        two = page.get_by_role("radiogroup", name="两列")
        expect(two.get_by_role("radio", name="fish（现在的表里没有这一项）")).to_be_checked()
        two.get_by_role("radio", name="小卖部").tap()
        assert answer(page, "first/two") == "shop"
        expect(page.get_by_text("现在的表里没有这一项")).to_have_count(0)

        packed = page.get_by_role("group", name="能放几个放几个")
        packed.get_by_role("button", name="养猪").tap()
        packed.get_by_role("button", name="种茶").tap()
        assert answer(page, "first/packed") == ["pig", "tea"]

        page.get_by_role("button", name=re.compile("收起来的.*选一个")).tap()
        page.get_by_role("dialog").get_by_role("button", name="养猪").tap()
        assert answer(page, "first/small") == "pig"
        expect(page.get_by_role("button", name=re.compile("收起来的.*养猪"))).to_be_focused()
        assert chen.complaints == []


def test_a_list_of_hundreds_says_how_many_and_is_found_by_characters_and_letters(
    playwright: Playwright, server: Server, tmp_path: Path
) -> None:
    with signed_in(playwright, tmp_path, server.url) as chen:
        page = fill(chen, compiled(FORM))
        on_page(page, 2)
        chosen = page.get_by_role("button", name=re.compile("哪个组"))
        expect(chosen).to_contain_text("共 412 个")
        chosen.tap()
        dialog = page.get_by_role("dialog")
        expect(dialog).to_contain_text("412 项")
        expect(dialog.get_by_text("还有 352 个，往下翻，或写字来找")).to_be_attached()
        dialog.locator(".scroll").evaluate("e => e.scrollTo(0, e.scrollHeight)")
        expect(dialog.get_by_text("还有 292 个")).to_be_attached()
        chen.shot(SHOTS / "zh", "picker")
        assert mistakes(chen, "picker") == []
        search = dialog.get_by_role("searchbox")
        search.fill("yjw")
        expect(dialog).to_contain_text("35 项")
        expect(dialog.locator("mark.hit").first).to_have_text("杨家湾")
        search.fill("杨家湾15组")
        expect(dialog).to_contain_text("1 项")
        chen.shot(SHOTS / "zh", "picker-found")
        dialog.get_by_role("button", name="杨家湾15组").tap()
        assert answer(page, "third/far") == "g14"

        page.get_by_role("button", name=re.compile("哪几个组")).tap()
        search = page.get_by_role("searchbox")
        for word, name in (("刘家湾8", "刘家湾8组"), ("shijiawan", "石家湾13组")):
            search.fill(word)
            page.get_by_role("checkbox", name=name).tap()
        page.get_by_role("button", name="选好").tap()
        assert answer(page, "third/farther") == ["g7", "g12"]
        page.get_by_role("button", name=re.compile("去掉.*刘家湾8组")).tap()
        assert answer(page, "third/farther") == ["g12"]
        assert chen.complaints == []


def test_scales_orders_and_ranges_are_answered_by_finger(
    playwright: Playwright, server: Server, tmp_path: Path
) -> None:
    with signed_in(playwright, tmp_path, server.url) as chen:
        page = fill(chen, compiled(FORM))
        on_page(page, 1)
        # The words under a ring are as good a target as the ring.
        page.locator(".scale .words", has_text="非常").first.tap()
        assert answer(page, "second/likert") == "1"
        page.get_by_role("radiogroup", name="自来水").get_by_role("radio", name="正在修").tap()
        expect(page.get_by_text("选的是：正在修")).to_be_visible()
        page.get_by_role("group", name="班车").get_by_role("checkbox", name="没有").tap()
        assert (answer(page, "second/tap"), answer(page, "second/bus")) == ("soon", ["no"])
        assert answer(page, "second/order") is None
        page.get_by_role("button", name="“小卖部”往上移").tap()
        assert answer(page, "second/order") == ["pig", "tea", "shop", "work", "none"]
        expect(page.locator("#live")).to_have_text("“小卖部”现在排第 3，共 5 个")
        drag(page, "都没有", "养猪")
        assert answer(page, "second/order") == ["none", "pig", "tea", "shop", "work"]
        page.get_by_role("button", name="抹掉顺序").tap()
        page.get_by_role("button", name="就按这个顺序").tap()
        assert answer(page, "second/order") == ["pig", "tea", "work", "shop", "none"]

        on_page(page, 1)
        slide = page.locator("#q-third-slide").locator("xpath=ancestor::div[contains(@class, 'slider')]")
        expect(slide).to_contain_text("还没选")
        slide.get_by_role("button", name="大一点").tap()
        assert answer(page, "third/slide") == 0
        for _ in range(2):
            slide.get_by_role("button", name="大一点").tap()
        assert answer(page, "third/slide") == 10
        slide.get_by_role("button", name="小一点").tap()
        slide.get_by_role("slider").fill("45")
        assert answer(page, "third/slide") == 45
        slide.get_by_role("button", name="抹掉").tap()
        assert answer(page, "third/slide") is None
        # A tap where the slider stands anyway is an answer too.
        slide.get_by_role("slider").tap()
        assert answer(page, "third/slide") == 30
        page.get_by_role("radio", name="4 颗星，最多 5 颗").tap()
        page.get_by_role("combobox", name="几层").select_option("3")
        assert (answer(page, "third/stars"), answer(page, "third/picked")) == (4, 3)
        page.get_by_role("radio", name="4 颗星，最多 5 颗").tap()
        assert answer(page, "third/stars") is None
        assert chen.complaints == []


def drag(page: Page, name: str, onto: str) -> None:
    """Drags a choice by its number onto another's place."""

    def middle(text: str) -> tuple[float, float]:
        box = page.locator(".ranked", has_text=text).locator(".nth").bounding_box()
        assert box
        return box["x"] + box["width"] / 2, box["y"] + 4

    page.locator(".rank").evaluate("e => e.scrollIntoView({ block: 'center' })")
    start, goal = middle(name), middle(onto)
    page.mouse.move(*start)
    page.mouse.down()
    page.mouse.move(start[0], start[1] - 40, steps=4)
    page.mouse.move(*goal, steps=8)
    page.mouse.up()


def test_keys_alone_answer_scales_orders_ranges_and_stars(
    playwright: Playwright, server: Server, tmp_path: Path
) -> None:
    with signed_in(playwright, tmp_path, server.url) as chen:
        page = fill(chen, compiled(FORM))
        on_page(page, 1)
        keys = page.keyboard
        page.get_by_role("radiogroup", name="对村里办事满意吗").get_by_role("radio").first.focus()
        for key in ("ArrowRight", "ArrowRight", "End", "ArrowLeft"):
            keys.press(key)
        assert answer(page, "second/likert") == "4"
        expect(page.get_by_role("radio", name="满意", exact=True)).to_be_focused()
        keys.press("Tab")
        expect(page.locator("#q-second-likert-marks, [role=radio]:focus").first).to_be_visible()
        page.get_by_role("button", name="“外出打工，过年才回来”往上移").focus()
        keys.press("Enter")
        keys.press("Enter")
        assert answer(page, "second/order")[0] == "work"
        # At the top the way up is gone: the finger is on the way down of the same choice.
        expect(page.get_by_role("button", name="“外出打工，过年才回来”往下移")).to_be_focused()
        keys.press("Space")
        assert answer(page, "second/order")[:2] == ["pig", "work"]
        on_page(page, 1)
        page.get_by_role("slider", name="走路多少分钟").focus()
        keys.press("ArrowRight")
        assert answer(page, "third/slide") == 35
        keys.press("Home")
        assert answer(page, "third/slide") == 0
        page.get_by_role("slider", name="水缸多深").focus()
        keys.press("ArrowUp")
        assert answer(page, "third/upright") == 1.1
        page.get_by_role("radiogroup", name="打几颗星").get_by_role("radio").first.focus()
        keys.press("ArrowRight")
        keys.press("ArrowRight")
        assert answer(page, "third/stars") == 3
        assert chen.complaints == []


def test_a_quick_choice_turns_the_page_when_nothing_else_is_open_on_it_and_never_for_an_arrow_key(
    playwright: Playwright, server: Server, tmp_path: Path
) -> None:
    with signed_in(playwright, tmp_path, server.url) as chen:
        page = fill(chen, compiled(QUICK))
        heading = page.get_by_role("heading", level=1)
        page.get_by_role("radio", name="再说").tap()
        page.wait_for_timeout(500)
        expect(heading).to_contain_text("先")
        page.get_by_label("谁说的").fill("杨德贵")
        page.get_by_role("radio", name="再说").focus()
        page.keyboard.press("Home")
        page.wait_for_timeout(500)
        assert answer(page, "first/sure") == "yes"
        expect(heading).to_contain_text("先")
        page.get_by_role("radio", name="不算").tap()
        expect(heading).to_contain_text("后")
        assert answer(page, "first/sure") == "no"
        assert chen.complaints == []
