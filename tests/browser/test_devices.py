"""Pictures, drawings, voices, films, files and codes on a real phone: small, clean, kept, had back, and never demanded."""

from __future__ import annotations

import itertools
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, Playwright, expect

from tests.browser.device_files import packet, photo
from tests.browser.handset import Handset, phones
from tests.browser.trial import answer, compiled, fill, sideways, small_targets
from tests.serving import Server

SHOTS = Path(__file__).parent / "shots" / "devices"
NUMBER = "6901234567892"
FORM = """
| survey |
| | type | name | label::中文 (zh) | label::English (en) | appearance | parameters |
| | begin group | first | 拍和画 | Pictures | field-list | |
| | image | photo | 照片 | Photo | | |
| | image | noted | 照片上画 | Photo to draw on | annotate | max-pixels=800 |
| | image | plan | 画个图 | Sketch | draw | |
| | image | name | 签名 | Signature | signature | |
| | end group | | | | | |
| | begin group | second | 录和认 | Sounds | field-list | |
| | audio | voice | 说一段 | Say it | | |
| | video | film | 录像 | Video | | |
| | file | paper | 文件 | Document | | |
| | barcode | code | 条码 | Code | | |
| | end group | | | | | |
"""
READ = """async (value) => {
  const { store } = await import('/a/store/store.js');
  const blob = await store.files.blob(value);
  const picture = await createImageBitmap(blob);
  const canvas = Object.assign(document.createElement('canvas'), { width: picture.width, height: picture.height });
  const pen = canvas.getContext('2d', { willReadFrequently: true });
  pen.drawImage(picture, 0, 0);
  const at = (x, y) => [...pen.getImageData(x * (picture.width - 1), y * (picture.height - 1), 1, 1).data.subarray(0, 3)];
  const all = pen.getImageData(0, 0, picture.width, picture.height).data;
  let dark = 0;
  for (let i = 0; i < all.length; i += 4) dark += all[i] < 80 && all[i + 1] < 80 ? 1 : 0;
  const text = new TextDecoder('latin1').decode(await blob.arrayBuffer());
  return { type: blob.type, bytes: blob.size, width: picture.width, height: picture.height, dark,
    left: at(0.05, 0.05), right: at(0.95, 0.05), clean: !text.includes('SpyPhone') && !text.includes('Exif') };
}"""


@pytest.fixture(scope="module")
def desk(township: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """One server for all: nothing here is sent to it but a sign-in."""
    folder = tmp_path_factory.mktemp("devices")
    shutil.copytree(township, folder / "data")
    running = Server(folder / "data").start()
    try:
        yield running
    finally:
        running.stop()


@pytest.fixture(scope="module")
def phone(
    desk: Server, playwright: Playwright, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Handset]:
    with phones(playwright, tmp_path_factory.mktemp("phone"), desk.url, "chen") as (chen,):
        chen.more = ["--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream"]
        chen.start("cadre1")
        yield chen


@pytest.fixture
def chen(phone: Handset) -> Handset:
    """As it is after a start, with no words of an earlier test."""
    phone.page.goto(phone.url)
    phone.unlock()
    phone.all_checked()
    phone.complaints.clear()
    return phone


KINDS = itertools.count()


def form() -> dict[str, Any]:
    """Each time another kind, so that no test takes up the draft of one before it."""
    return compiled(FORM, kind=f"trial{next(KINDS)}")


def pick(page: Page, words: str, label: str) -> Locator:
    return page.locator(f'input[type=file][aria-label="{words}，{label}"]')


def shot_of(body: bytes, name: str = "IMG_1.jpg", kind: str = "image/jpeg") -> Any:
    return {"name": name, "mimeType": kind, "buffer": body}


def until_answered(page: Page, path: str) -> str:
    page.wait_for_function("path => window.trial.interview.state(path).value", arg=path)
    return str(answer(page, path))


def scribble(page: Page) -> None:
    """A wave with the finger in the middle of the paper."""
    box = page.locator("canvas.paper").bounding_box()
    assert box
    x, y = box["x"] + box["width"] / 4, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    for step in range(24):
        page.mouse.move(x + step * 6, y + (step % 6 - 3) * 12)
    page.mouse.up()


def open_second(page: Page) -> None:
    page.get_by_role("button", name="下一页").tap()
    expect(page.get_by_role("button", name="录音", exact=True)).to_be_visible()


def test_a_photo_is_small_upright_and_says_nothing_of_where_it_was_taken(chen: Handset) -> None:
    page = fill(chen, form())
    body = photo(page)
    assert len(body) > 2_000_000 and b"SpyPhone" in body
    pick(page, "选一张", "照片").set_input_files(shot_of(body))
    kept = page.evaluate(READ, until_answered(page, "first/photo"))
    assert (kept["type"], kept["width"], kept["height"]) == ("image/jpeg", 1200, 1600)
    assert kept["bytes"] <= 300 * 1024
    assert kept["clean"]
    red, ground = kept["right"], kept["left"]
    assert red[0] > 170 and red[1] < 60, "turned as the camera said"
    assert ground[0] < 170 or ground[1] > 60

    pick(page, "选一张", "照片上画").set_input_files(shot_of(body))
    assert page.evaluate(READ, until_answered(page, "first/noted"))["height"] == 800

    page.get_by_role("button", name="照片，放大看").tap()
    expect(page.get_by_role("dialog", name="照片").get_by_role("img")).to_be_visible()
    assert chen.axe() == []
    page.keyboard.press("Escape")
    first = answer(page, "first/photo")
    pick(page, "换一张", "照片").set_input_files(shot_of(photo(page, 900, 600, 1)))
    expect(page.get_by_text("换上了新的").first).to_be_visible()
    second = answer(page, "first/photo")
    assert second != first
    assert page.evaluate(READ, second)["width"] == 900, "a small one is not blown up"
    page.get_by_role("button", name="删掉").first.tap()
    expect(pick(page, "拍一张", "照片")).to_have_attribute("capture", "environment")
    assert answer(page, "first/photo") is None
    page.get_by_role("button", name="撤回").tap()
    expect(page.get_by_role("button", name="照片，放大看")).to_be_visible()
    assert answer(page, "first/photo") == second
    assert chen.complaints == []


def test_what_cannot_be_a_photo_is_said_in_words_and_takes_nothing_away(chen: Handset) -> None:
    page = fill(chen, form())
    pick(page, "选一张", "照片").set_input_files(shot_of(b"ftypheic" * 400, "IMG_2.HEIC", "image/heic"))
    expect(page.get_by_text("HEIC 照片这里打不开")).to_be_visible()
    pick(page, "选一张", "照片").set_input_files(shot_of(b"no picture", "IMG_3.jpg"))
    expect(page.get_by_text("这张图打不开")).to_be_visible()
    assert answer(page, "first/photo") is None
    pick(page, "选一张", "照片").set_input_files(shot_of(photo(page, 400, 300)))
    until_answered(page, "first/photo")
    expect(page.get_by_text("这张图打不开")).to_have_count(0)


def test_a_full_phone_keeps_no_photo_and_says_so(chen: Handset) -> None:
    page = fill(chen, form())
    body = photo(page)
    page.evaluate("() => { navigator.storage.estimate = async () => ({ usage: 9e8, quota: 9e8 + 1e5 }); }")
    pick(page, "选一张", "照片").set_input_files(shot_of(body))
    expect(page.get_by_text("手机快满了")).to_be_visible()
    assert answer(page, "first/photo") is None
    page.evaluate("() => { delete navigator.storage.estimate; }")
    pick(page, "选一张", "照片").set_input_files(shot_of(body))
    until_answered(page, "first/photo")
    expect(page.get_by_text("手机快满了")).to_have_count(0)


def test_one_draws_on_a_photo_on_paper_and_signs(chen: Handset) -> None:
    page = fill(chen, form())
    pick(page, "选一张", "照片上画").set_input_files(shot_of(photo(page, 1200, 900, 1)))
    plain = until_answered(page, "first/noted")
    before = page.evaluate(READ, plain)
    page.get_by_role("button", name="在上面画").tap()
    paper = page.get_by_role("img", name=re.compile("^照片，用手指在上面画"))
    expect(paper).to_be_visible()
    page.get_by_role("radio", name="蓝").tap()
    scribble(page)
    expect(page.get_by_role("img", name=re.compile("画了 1 笔"))).to_be_visible()
    scribble(page)
    page.get_by_role("button", name="退一笔").tap()
    expect(page.get_by_role("img", name=re.compile("画了 1 笔"))).to_be_visible()
    page.get_by_role("button", name="清空").tap()
    expect(page.get_by_role("img", name=re.compile("画了 0 笔"))).to_be_visible()
    page.get_by_role("button", name="退一笔").tap()
    assert chen.axe() == []
    page.get_by_role("button", name="画好").tap()
    page.wait_for_function("plain => window.trial.interview.state('first/noted').value !== plain", arg=plain)
    drawn = page.evaluate(READ, answer(page, "first/noted"))
    assert (drawn["type"], drawn["width"], drawn["height"]) == (
        "image/jpeg",
        before["width"],
        before["height"],
    )

    page.get_by_role("button", name="画一张").tap()
    expect(page.get_by_role("radio", name="黑")).to_be_checked()
    scribble(page)
    # Leaving is always safe: what is drawn is the answer.
    page.keyboard.press("Escape")
    plan = page.evaluate(READ, until_answered(page, "first/plan"))
    assert plan["type"] == "image/png" and plan["dark"] > 300
    assert plan["left"] == [255, 255, 255]

    page.get_by_role("button", name="签个名").tap()
    scribble(page)
    page.get_by_role("button", name="签好").tap()
    signed = until_answered(page, "first/name")
    cut = page.evaluate(READ, signed)
    assert cut["type"] == "image/png" and cut["left"] == [255, 255, 255]
    assert cut["height"] < plan["height"] / 2, "without the empty paper around it"

    page.get_by_role("button", name="重签").tap()
    page.get_by_role("button", name="打名字").tap()
    page.get_by_label("姓名").fill("杨德贵")
    page.get_by_role("button", name="签好").tap()
    page.wait_for_function(
        "signed => window.trial.interview.state('first/name').value !== signed", arg=signed
    )
    typed = page.evaluate(READ, answer(page, "first/name"))
    assert typed["type"] == "image/png" and typed["dark"] > 300
    assert chen.complaints == []


def test_a_voice_is_recorded_paused_and_kept_whatever_ends_it(chen: Handset) -> None:
    page = fill(chen, form())
    open_second(page)
    page.get_by_role("button", name="录音", exact=True).tap()
    group = page.get_by_role("group", name="正在录音，说一段")
    expect(group).to_contain_text("最长 5 分钟")
    page.wait_for_timeout(900)
    assert chen.axe() == []
    group.get_by_role("button", name="停一下").tap()
    expect(group).to_contain_text("停着")
    held = group.locator("b").inner_text()
    page.wait_for_timeout(1200)
    assert group.locator("b").inner_text() == held, "a pause does not count"
    group.get_by_role("button", name="接着录").tap()
    page.wait_for_timeout(700)
    group.get_by_role("button", name="录好").tap()
    first = until_answered(page, "second/voice")
    assert first.endswith(".webm")
    sound = page.locator("audio")
    expect(sound).to_be_visible()
    page.wait_for_function("() => Number.isFinite(document.querySelector('audio').duration)")
    assert 1 < page.evaluate("() => document.querySelector('audio').duration") < 4
    assert chen.axe() == []

    page.get_by_role("button", name="重录").tap()
    page.wait_for_timeout(600)
    page.evaluate(
        "async () => { window.left = window.trial.save(); await window.left.catch(() => undefined); }"
    )
    second = answer(page, "second/voice")
    assert second not in (None, first)
    expect(page.get_by_role("group", name="正在录音，说一段")).to_have_count(0)


def test_leaving_the_page_keeps_what_was_said(chen: Handset) -> None:
    page = fill(chen, form())
    open_second(page)
    page.get_by_role("button", name="录音", exact=True).tap()
    expect(page.get_by_role("group", name="正在录音，说一段")).to_be_visible()
    page.wait_for_timeout(600)
    page.get_by_role("button", name="上一页").tap()
    assert until_answered(page, "second/voice").endswith(".webm")


def test_a_microphone_that_is_not_given_says_how_to_give_it(chen: Handset) -> None:
    page = fill(chen, form())
    open_second(page)
    page.evaluate(
        "() => { navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException('no', 'NotAllowedError')); }"
    )
    page.get_by_role("button", name="录音", exact=True).tap()
    expect(page.get_by_text("把麦克风改成“允许”")).to_be_visible()
    pick(page, "选一段录音", "说一段").set_input_files(shot_of(b"RIFF" * 90, "talk.wav", "audio/wav"))
    assert until_answered(page, "second/voice").endswith(".wav")
    page.get_by_role("button", name="扫一扫").tap()
    expect(page.get_by_text("把相机改成“允许”")).to_be_visible()
    page.get_by_role("button", name="自己打").tap()
    page.get_by_role("textbox", name="条码").fill(NUMBER)
    page.get_by_role("textbox", name="条码").blur()
    assert answer(page, "second/code") == NUMBER


def test_a_file_keeps_its_name_and_what_is_too_large_says_how_large_it_may_be(
    chen: Handset, tmp_path: Path
) -> None:
    large, film = tmp_path / "plan.pdf", tmp_path / "long.mp4"
    large.write_bytes(b"x" * (11 << 20))
    film.write_bytes(b"x" * (26 << 20))
    page = fill(chen, form())
    open_second(page)
    pick(page, "选一个文件", "文件").set_input_files(
        shot_of(b"%PDF-1.7 " * 400, "合同 2026.pdf", "application/pdf")
    )
    value = until_answered(page, "second/paper")
    assert value.endswith(".pdf")
    link = page.get_by_role("link", name=re.compile("合同 2026.pdf"))
    expect(link).to_have_attribute("download", "合同 2026.pdf")
    pick(page, "换一个", "文件").set_input_files(large)
    expect(page.get_by_text("最多 10 MB")).to_be_visible()
    assert answer(page, "second/paper") == value
    pick(page, "选一段", "录像").set_input_files(film)
    expect(page.get_by_text("26 MB 太大了，最多 25 MB")).to_be_visible()
    pick(page, "换一个", "文件").set_input_files(shot_of(b"MZ", "game.exe", "application/x-msdownload"))
    expect(page.get_by_text("这种文件收不了")).to_be_visible()
    assert answer(page, "second/film") is None
    assert chen.complaints == []


def test_a_code_is_read_from_a_picture_and_by_the_camera_without_a_network(
    server: Server, playwright: Playwright, tmp_path: Path
) -> None:
    with phones(playwright, tmp_path, server.url, "chen") as (chen,):
        chen.start("cadre1")
        body = packet(chen.page, NUMBER)
        film = tmp_path / "packet.mjpeg"
        film.write_bytes(body * 8)
        chen.close()
        chen.more = [
            "--use-fake-device-for-media-stream",
            "--use-fake-ui-for-media-stream",
            f"--use-file-for-fake-video-capture={film}",
        ]
        chen.open()
        chen.all_checked()
        server.stop()
        chen.offline(True)
        page = fill(chen, form())
        assert page.evaluate("() => !('BarcodeDetector' in window)"), "it is WebAssembly that reads"
        open_second(page)
        # Every widget came without a network, and so does what reads codes.
        page.get_by_role("button", name="扫一扫").tap()
        expect(page.get_by_role("textbox", name="条码")).to_have_value(NUMBER, timeout=30_000)
        assert answer(page, "second/code") == NUMBER

        page.get_by_role("textbox", name="条码").fill("")
        # The camera sees nothing more, so it is the photo that is read.
        page.evaluate("() => { navigator.mediaDevices.getUserMedia = () => new Promise(() => undefined); }")
        page.get_by_role("button", name="扫一扫").tap()
        dialog = page.get_by_role("dialog")
        dialog.locator("input[type=file]").set_input_files(shot_of(photo(page, 800, 600)))
        expect(dialog.get_by_text("没认出条码")).to_be_visible(timeout=30_000)
        assert chen.axe() == []
        dialog.locator("input[type=file]").set_input_files(shot_of(body))
        expect(page.get_by_role("textbox", name="条码")).to_have_value(NUMBER, timeout=30_000)
        page.get_by_role("button", name="上一页").tap()
        pick(page, "选一张", "照片").set_input_files(shot_of(photo(page, 1800, 1200)))
        until_answered(page, "first/photo")
        page.get_by_role("button", name="签个名").tap()
        expect(page.locator("canvas.paper")).to_be_visible()
        assert chen.complaints == []


def test_widgets_fit_in_both_languages_large_text_and_the_dark(chen: Handset) -> None:
    page = chen.page
    for language, size, theme in (("zh", "", ""), ("zh", "elder", ""), ("en", "elder", "dark"), ("en", "", "")):
        page.evaluate(
            "async ([language, size, theme]) => { await (await import('/a/i18n.js')).setLang(language); Object.assign(document.documentElement.dataset, { size, theme }); }",
            [language, size, theme],
        )
        fill(chen, form())
        name = f"{language}-{size or 'plain'}-{theme or 'light'}"
        page.locator("input[type=file]").nth(1).set_input_files(shot_of(photo(page, 900, 1200, 1)))
        until_answered(page, "first/photo")
        expect(page.locator(".thumb img")).to_be_visible()
        chen.shot(SHOTS, f"{name}-pictures")
        assert not sideways(page) and small_targets(page) == [] and chen.axe() == []
        page.locator(".picks > .button").last.tap()
        expect(page.locator("canvas.paper")).to_be_visible()
        chen.shot(SHOTS, f"{name}-sign")
        assert chen.axe() == []
        page.keyboard.press("Escape")
        page.locator(".dock .button").last.tap()
        expect(page.locator("input[accept='audio/*']")).to_have_count(1)
        chen.shot(SHOTS, f"{name}-sounds")
        assert not sideways(page) and small_targets(page) == [] and chen.axe() == []
