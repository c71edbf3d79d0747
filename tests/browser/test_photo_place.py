"""Where a photo was taken: gone with everything a camera notes, unless the form has a question of its own for it."""

from __future__ import annotations

import struct
from pathlib import Path

from playwright.sync_api import Page, Playwright, expect

from tests.browser.device_files import photo
from tests.browser.handset import phones
from tests.browser.test_devices import READ, pick, shot_of, until_answered
from tests.browser.trial import answer, compiled, fill
from tests.serving import Server

FORM = """
| survey |
| | type | name | label::中文 (zh) | label::English (en) | bind::shibu:sensitivity | bind::shibu:place_into |
| | begin group | seen | 看到的 | Seen | | |
| | image | photo | 照片 | Photo | internal | spot |
| | geopoint | spot | 在哪拍的 | Where | internal | |
| | image | other | 另一张 | Another | internal | |
| | end group | | | | | |

| settings |
| | form_title | form_id | version | default_language | namespaces |
| | 照片 / Photo | placed | 1 | 中文 (zh) | shibu="https://shibu.example/xforms" |
"""


def noted(body: bytes, north: float, east: float, order: str = ">") -> bytes:
    """As a camera with a receiver writes it: degrees, minutes, seconds as fractions, in either order of bytes."""

    def parts(degrees: float) -> bytes:
        whole = abs(degrees)
        minutes = (whole % 1) * 60
        return struct.pack(order + "6I", int(whole), 1, int(minutes), 1, round((minutes % 1) * 60 * 10_000), 10_000)

    def letter(tag: int, text: str) -> bytes:
        return struct.pack(order + "HHI4s", tag, 2, 2, text.encode() + b"\0\0\0")

    gps = 8 + 2 + 12 + 4
    after = gps + 2 + 12 * 4 + 4
    tiff = (b"MM" if order == ">" else b"II") + struct.pack(order + "HI", 42, 8)
    tiff += struct.pack(order + "HHHIII", 1, 0x8825, 4, 1, gps, 0)
    tiff += struct.pack(order + "H", 4) + letter(1, "N" if north >= 0 else "S") + struct.pack(order + "HHII", 2, 5, 3, after)
    tiff += letter(3, "E" if east >= 0 else "W") + struct.pack(order + "HHIII", 4, 5, 3, after + 24, 0)
    block = b"Exif\0\0" + tiff + parts(north) + parts(east)
    return body[:2] + b"\xff\xe1" + struct.pack(">H", len(block) + 2) + block + body[2:]


def plain(page: Page) -> bytes:
    """A photo without its camera's notes."""
    body = photo(page, 900, 600, 1)
    return body[:2] + body[4 + struct.unpack_from(">H", body, 4)[0] :]


def test_the_place_is_kept_only_where_a_question_asks_for_it(playwright: Playwright, server: Server, tmp_path: Path) -> None:
    with phones(playwright, tmp_path, server.url, "chen") as (chen,):
        chen.start("cadre1")
        page = fill(chen, compiled(FORM))
        body = plain(page)
        pick(page, "选一张", "另一张").set_input_files(shot_of(noted(body, 26.5, 107.5)))
        assert page.evaluate(READ, until_answered(page, "seen/other"))["clean"]
        assert answer(page, "seen/spot") is None, "nobody asked for it"

        pick(page, "选一张", "照片").set_input_files(shot_of(body))
        first = until_answered(page, "seen/photo")
        assert answer(page, "seen/spot") is None, "the camera wrote none"
        pick(page, "换一张", "照片").set_input_files(shot_of(noted(plain(page), 26.508333, 107.521667)))
        page.wait_for_function("before => window.trial.interview.state('seen/photo').value !== before", arg=first)
        assert answer(page, "seen/spot") == "26.508333 107.521667 0 0"
        kept = page.evaluate(READ, answer(page, "seen/photo"))
        assert kept["clean"], "the photo itself says nothing of it"
        expect(page.locator(".asked", has_text="在哪拍的")).to_contain_text("26.5")

        # Another photo, the other half of the earth, the other order of bytes.
        second = answer(page, "seen/photo")
        pick(page, "换一张", "照片").set_input_files(shot_of(noted(plain(page), -12.25, -77.5, "<")))
        page.wait_for_function("before => window.trial.interview.state('seen/photo').value !== before", arg=second)
        assert answer(page, "seen/spot") == "-12.250000 -77.500000 0 0"
        # What was put in by hand stays.
        page.evaluate("() => window.trial.interview.set('seen/spot', '26 107 0 0')")
        third = answer(page, "seen/photo")
        pick(page, "换一张", "照片").set_input_files(shot_of(noted(plain(page), 30, 110)))
        page.wait_for_function("before => window.trial.interview.state('seen/photo').value !== before", arg=third)
        assert answer(page, "seen/spot") == "26 107 0 0"
        assert chen.axe() == []
        chen.shot(Path(__file__).parent / "shots" / "devices", "photo-place")
        assert chen.complaints == []
