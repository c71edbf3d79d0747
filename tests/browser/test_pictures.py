"""Pictures and sounds of questions and choices: they come with the form, stay without a network, and go with it."""

from __future__ import annotations

import shutil
import struct
import zlib
from pathlib import Path

from playwright.sync_api import Playwright, expect

from tests.browser.surveys import begin
from tests.browser.test_choices import SHOTS, mistakes, signed_in
from tests.serving import ROOT, Server

PICTURED = """
| survey |
|        | type | name | label::中文 (zh) | label::English (en) | media::image | media::audio | appearance | bind::shibu:sensitivity |
|        | select_one roofs | roof | 屋顶像哪一个 | Which roof | house.png | say.wav | columns-2 no-buttons | internal |
|        | select_multiple roofs | also | 还有哪些 | Which others | gone.png | | | internal |

| choices |
|         | list_name | name | label::中文 (zh) | label::English (en) | media::image | media::audio |
|         | roofs | tile | 瓦顶 | Tiles | tile.png | say.wav |
|         | roofs | tin | 铁皮 | Tin | tin.png | |
|         | roofs | straw | 草顶 | Straw | gone.png | |

| settings |
|          | form_title | form_id | version | default_language | namespaces |
|          | 屋顶 / Roofs | roofs | 1 | 中文 (zh) | shibu="https://shibu.example/xforms" |
"""


def png(colour: bytes, side: int = 64) -> bytes:
    """A plain picture of one colour."""

    def chunk(name: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))

    rows = (b"\0" + colour * side) * side
    head = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", head)
        + chunk(b"IDAT", zlib.compress(rows))
        + chunk(b"IEND", b"")
    )


def wav(samples: int = 800) -> bytes:
    body = b"\x80" * samples
    shape = struct.pack("<4sIHHIIHH", b"fmt ", 16, 1, 1, 8000, 8000, 1, 8)
    return (
        b"RIFF"
        + struct.pack("<I", 36 + samples)
        + b"WAVE"
        + shape
        + b"data"
        + struct.pack("<I", samples)
        + body
    )


def test_pictures_and_sounds_of_a_form_come_with_it_and_are_there_without_a_network(
    playwright: Playwright, township: Path, tmp_path: Path
) -> None:
    shutil.copytree(township, tmp_path / "data")
    shutil.copytree(ROOT / "surveys", tmp_path / "surveys")
    (tmp_path / "surveys/forms/roofs.md").write_text(PICTURED, "utf-8")
    media = tmp_path / "surveys/media"
    media.mkdir(exist_ok=True)
    for name, body in (
        ("house.png", png(b"\x80\x50\x30")),
        ("tile.png", png(b"\x40\x48\x50")),
        ("tin.png", png(b"\x90\xa0\xb0")),
        ("say.wav", wav()),
    ):
        (media / name).write_bytes(body)
    server = Server(tmp_path / "data", SHIBU_SURVEYS=str(tmp_path / "surveys")).start()
    try:
        with signed_in(playwright, tmp_path, server.url) as chen:
            chen.offline(True)
            page = begin(chen, "roofs")
            group = page.get_by_role("radiogroup", name="屋顶像哪一个")
            # The picture of the question, and one of each of two choices.
            seen = "() => [...document.querySelectorAll('#q-roof-label ~ * img, #q-roof-label ~ img')].filter((one) => one.complete && one.naturalWidth === 64).length"
            # The picture that nobody gave: the words stand in its place.
            expect(group.get_by_role("radio", name="草顶")).to_contain_text("没有图")
            expect(page.get_by_text("表里没有附上“gone.png”")).to_be_visible()
            page.wait_for_function(f"() => ({seen})() === 3")
            expect(page.get_by_role("img", name="屋顶像哪一个")).to_be_visible()
            page.wait_for_function(
                "() => [...document.querySelectorAll('audio')].every((one) => one.duration > 0) && document.querySelector('audio')"
            )
            group.get_by_role("radio", name="铁皮").tap()
            expect(group.get_by_role("radio", name="铁皮")).to_be_checked()
            also = page.get_by_role("group", name="还有哪些")
            also.get_by_role("checkbox", name="草顶").tap()
            expect(also.get_by_role("checkbox", name="草顶")).to_be_checked()
            chen.shot(SHOTS / "zh", "pictures")
            assert mistakes(chen, "pictures") == []

            # Signing out takes them along with the forms.
            chen.offline(False)
            kept = "async () => { const { store } = await import('/a/store/store.js'); return (await store.db.getAllKeys('forms')).filter((key) => key.startsWith('media/')).length; }"
            assert page.evaluate(kept) == 4
            page.evaluate(
                "async () => { const { store } = await import('/a/store/store.js'); window.db = `shibu-${store.account.value.id}-sealed`; await store.signOut(); }"
            )
            left = page.evaluate(
                """() => new Promise((done) => { const asked = indexedDB.open(window.db); asked.onsuccess = () => {
                  const keys = asked.result.transaction('forms').objectStore('forms').getAllKeys(); keys.onsuccess = () => done(keys.result); }; })"""
            )
            assert left == []
            assert chen.complaints == []
    finally:
        server.stop()
