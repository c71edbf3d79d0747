"""A photo from one phone to another: written without a network, cut on its way, the server killed midway; checked, looked at,
and looked at again without a network. What each person is told of it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, Playwright, Route, expect

from tests.browser.doing import save, sync_now
from tests.browser.handset import Handset, phones
from tests.browser.held import records
from tests.browser.surveys import SIDEWAYS, begin, surveyed
from tests.serving import Server

SHOTS = Path(__file__).parent / "shots" / "files"
#: A picture that stays large when it is packed, as a file of the phone's gallery.
NOISE = """async ([width, height]) => {
  const canvas = new OffscreenCanvas(width, height);
  const pen = canvas.getContext('2d');
  const image = pen.createImageData(width, height);
  for (let at = 0; at < image.data.length; at += 65536) crypto.getRandomValues(image.data.subarray(at, Math.min(at + 65536, image.data.length)));
  for (let at = 3; at < image.data.length; at += 4) image.data[at] = 255;
  pen.putImageData(image, 0, 0);
  const bytes = new Uint8Array(await (await canvas.convertToBlob({ type: 'image/jpeg', quality: 0.9 })).arrayBuffer());
  let text = '';
  for (const byte of bytes) text += String.fromCharCode(byte);
  return btoa(text);
}"""
DRAWN = "() => { const image = document.querySelector('.thumb img'); return image?.complete ? image.naturalWidth : 0; }"
FILES = """async () => {
  const { store } = await import('/a/store/store.js');
  return [...store.files.marks.value.values()].map(({ hash, bytes, villages }) => [hash, bytes, Object.values(villages)[0]?.checkedAt ?? '']);
}"""

#: A sheet that is still fading in has no contrast yet.
STILL = "() => document.getAnimations().every((one) => one.playState !== 'running')"
SMALLS = """async () => {
  const { store } = await import('/a/store/store.js');
  const { heldSmalls } = await import('/a/store/smalls.js');
  return (await heldSmalls(store)).length;
}"""


@pytest.fixture
def surveys(township: Path, tmp_path: Path) -> Iterator[Server]:
    with surveyed(township, tmp_path) as running:
        yield running


def picture(phone: Handset, width: int = 1200, height: int = 900) -> bytes:
    import base64

    return base64.b64decode(phone.page.evaluate(NOISE, [width, height]))


def choose(page: Page, data: bytes) -> None:
    """From the gallery, until it stands in the form."""
    page.locator("input[type=file]").last.set_input_files({"name": "IMG_1.jpg", "mimeType": "image/jpeg", "buffer": data})
    expect(page.locator(".thumb img")).to_be_visible()


def written(phone: Handset, what: str) -> None:
    """A repair with a photo, saved."""
    data = picture(phone)
    page = begin(phone, "repair")
    page.get_by_role("textbox").first.fill(what)
    choose(page, data)
    save(page)
    expect(page.get_by_text("已存手机").first).to_be_visible()


def receipt(page: Page) -> Page:
    return page.get_by_role("list", name=re.compile("^照片"))  # type: ignore[return-value]


def test_a_photo_reaches_the_other_phone_although_network_and_server_go_midway(
    playwright: Playwright, surveys: Server, tmp_path: Path
) -> None:
    with phones(playwright, tmp_path, surveys.url, "chen", "zhang") as (chen, zhang):
        page = chen.start("cadre1")
        assert chen.context is not None
        chen.offline(True)
        written(chen, "村口路灯不亮")
        ((digest, size, checked),) = page.evaluate(FILES)
        assert size > 100_000 and not checked
        chen.go("/me/receipts")
        expect(receipt(page)).to_contain_text("文字先送")
        assert page.evaluate(SIDEWAYS) <= 0
        chen.shot(SHOTS, "waiting")
        chen.close()

        # The phone was switched off in between; the network goes with the first piece, the server with the second.
        page = chen.open("/#/me/receipts")
        pieces = 0

        def trouble(route: Route) -> None:
            nonlocal pieces
            if route.request.method == "PATCH":
                pieces += 1
                if pieces == 1:
                    return route.abort("connectionreset")
                if pieces == 3:
                    surveys.kill()
            return route.continue_()

        chen.context.route("**/api/files/**", trouble)
        chen.reload()
        expect(receipt(page)).to_contain_text("已存手机")
        for _ in range(100):
            if pieces >= 3:
                break
            page.wait_for_timeout(200)
        assert pieces >= 3, "three pieces were tried"
        page.wait_for_timeout(500)
        expect(receipt(page).locator("li.wait")).to_have_count(2)
        assert page.evaluate(FILES)[0][2] == ""
        surveys.start()
        expect(receipt(page).locator("li.wait")).to_have_count(0, timeout=40_000)
        expect(receipt(page)).to_contain_text("已核对")
        chen.shot(SHOTS, "checked")
        chen.all_checked()

        (record,) = records(surveys, "repair")
        zhang.start("cadre2")
        other = zhang.page
        zhang.go("/today")
        for _ in range(100):
            if other.evaluate(SMALLS):
                break
            other.wait_for_timeout(100)
        assert other.evaluate(SMALLS) and other.evaluate(FILES) == [], "only the small picture came with the sync"
        surveys.stop()
        zhang.close()
        other = zhang.open(f"/#/record/{record['id']}")
        expect(other.locator(".thumb img")).to_be_visible()
        assert 0 < other.evaluate(DRAWN) <= 320, "a colleague's photo shows without a network"
        assert other.evaluate(SIDEWAYS) <= 0
        zhang.shot(SHOTS, "small")
        surveys.start()
        sync_now(zhang)
        zhang.go(f"/record/{record['id']}")
        original = other.get_by_role("button", name=re.compile("^看原图，"))
        expect(original).to_have_text(re.compile(r"\d+ KB"))
        original.tap()
        expect(original).to_have_count(0)
        expect(other.locator(".thumb .where")).to_contain_text("已核对")
        assert other.evaluate(DRAWN) > 320
        zhang.shot(SHOTS, "looked-at")
        assert [one[:2] for one in other.evaluate(FILES)] == [[digest, size]], "to the last byte"
        assert chen.complaints == zhang.complaints == []


def test_wifi_only_waits_for_a_tap_and_leaving_names_and_keeps_the_photo(
    playwright: Playwright, surveys: Server, tmp_path: Path
) -> None:
    with phones(playwright, tmp_path, surveys.url, "chen") as (chen,):
        page = chen.start("cadre1")
        chen.go("/me")
        page.get_by_role("button", name="照片用什么网送").tap()
        sheet = page.get_by_role("dialog")
        expect(sheet).to_contain_text("说不出连的是不是 Wi-Fi")
        expect(sheet).to_contain_text("照片保留原图")
        page.wait_for_function(STILL)
        assert chen.axe() == []
        chen.shot(SHOTS, "network")
        sheet.get_by_text("只用 Wi-Fi").tap()
        expect(page.get_by_role("button", name="照片用什么网送")).to_contain_text("只用 Wi-Fi")
        written(chen, "桥栏杆松了")
        sync_now(chen)
        expect(page.locator("a.card").first).to_contain_text("1 个照片、文件没送")
        chen.shot(SHOTS, "me")
        page.get_by_role("button", name="退出登录").tap()
        dialog = page.get_by_role("dialog")
        expect(dialog).to_contain_text("桥栏杆松了")
        expect(dialog).to_contain_text("1 个照片和文件")
        chen.shot(SHOTS, "leaving")
        dialog.get_by_role("button", name="退出", exact=True).tap()
        chen.sign_in("cadre1")
        sync_now(chen)
        chen.go("/me/receipts")
        expect(receipt(page)).to_contain_text("等 Wi-Fi")
        assert page.evaluate(SIDEWAYS) <= 0
        assert chen.axe() == []
        chen.shot(SHOTS, "wifi")
        page.get_by_role("button", name="现在就送").tap()
        expect(receipt(page)).to_contain_text("已核对")
        assert chen.complaints == []


def test_much_data_is_asked_for_first_and_a_photo_says_where_it_is(playwright: Playwright, surveys: Server, tmp_path: Path) -> None:
    with phones(playwright, tmp_path, surveys.url, "chen", "zhang") as (chen, zhang):
        page = chen.start("cadre1")
        chen.go("/me")
        page.get_by_role("button", name="照片用什么网送").tap()
        page.get_by_role("dialog").get_by_text("照片保留原图").tap()
        expect(page.get_by_role("checkbox", name="照片保留原图")).to_be_checked()
        page.keyboard.press("Escape")
        expect(page.get_by_role("dialog")).to_have_count(0)
        large = picture(chen, 2000, 1500)
        assert len(large) > 2_000_000
        page = begin(chen, "repair")
        page.get_by_role("textbox").first.fill("塘坝渗水")
        choose(page, large)
        expect(page.locator(".told")).to_contain_text("原来")
        chen.shot(SHOTS, "original-kept")
        save(page)
        expect(page.get_by_text("已存手机").first).to_be_visible()
        sync_now(chen)
        chen.go("/me/receipts")
        expect(page.locator(".banner")).to_contain_text("要送 1 个照片、文件")
        assert page.evaluate(SIDEWAYS) <= 0 and chen.axe() == []
        chen.shot(SHOTS, "meter")

        (record,) = records(surveys, "repair")
        other = zhang.start("cadre2")
        zhang.go(f"/record/{record['id']}")
        expect(other.locator(".thumb")).to_contain_text("的手机上，没送到")
        assert other.evaluate(SIDEWAYS) <= 0 and zhang.axe() == []
        zhang.shot(SHOTS, "awaited")

        page.get_by_role("button", name="等 Wi-Fi").tap()
        expect(page.locator(".banner")).to_contain_text("等着 Wi-Fi")
        page.get_by_role("button", name="现在就送").tap()
        expect(receipt(page)).to_contain_text("已核对", timeout=40_000)
        other.get_by_role("button", name="再试").tap()
        expect(other.locator(".thumb img")).to_be_visible()
        expect(other.get_by_role("button", name=re.compile("^看原图，"))).to_contain_text("MB")
        zhang.shot(SHOTS, "small-online")
        chen.go("/me")
        page.get_by_role("button", name="照片用什么网送").tap()
        expect(page.get_by_role("dialog")).to_contain_text("这个月照片和文件送出")
        page.wait_for_function(STILL)
        assert chen.axe() == []
        chen.shot(SHOTS, "month")
        assert chen.complaints == zhang.complaints == []
