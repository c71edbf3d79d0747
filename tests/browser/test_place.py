"""Places on a phone: from the satellites, by hand, walked; refused, far from any signal; lists of places."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, Playwright, expect

from tests.browser.handset import Handset, phones
from tests.browser.surveys import turn
from tests.browser.test_screens import MODES, set_mode
from tests.browser.trial import answer, compiled, fill, sideways, small_targets
from tests.serving import Server

SHOTS = Path(__file__).parent / "shots" / "place"
FORM = """
| survey |
| | type | name | label::中文 (zh) | label::English (en) | hint::中文 (zh) | appearance | parameters |
| | begin group | first | 一 | One | | | |
| | geopoint | well | 水井在哪里 | Where is the well | 站在井边 | | |
| | geopoint | house | 房子在哪里 | Where is the house | | | capture-accuracy=3 |
| | geotrace | road | 要修的路 | The road to mend | | | |
| | geoshape | field | 撂荒的地 | The field left fallow | | | |
| | select_one spots | spot | 离哪个安置点近 | The shelter nearby | | map | |
| | end group | | | | | | |
| choices |
| | list_name | name | label::中文 (zh) | label::English (en) | geometry |
| | spots | school | 村小学 | School | 27.8512 104.7212 0 0 |
| | spots | yard | 晒坝 | Threshing yard | 27.8541 104.7250 0 0 |
| | spots | hall | 村委会 | Village hall | 27.8500 104.7180 0 0 |
| | spots | unknown | 还没量的 | Not measured | |
"""
PAGES = """
| survey |
| | type | name | label::中文 (zh) | label::English (en) |
| | begin group | first | 一 | One |
| | geopoint | well | 水井在哪里 | Where is the well |
| | end group | | | |
| | begin group | second | 二 | Two |
| | text | word | 还有什么 | Anything else |
| | end group | | | |
"""
CORNERS = [(27.8512, 104.7212), (27.8515, 104.7216), (27.8519, 104.7211)]
#: A phone whose satellites are told by the test: `window.told({latitude, …})`, `window.failed(code)`.
OWN_SATELLITES = """() => {
  const watches = new Map();
  let n = 0;
  window.watched = () => watches.size;
  window.told = (coords) => { for (const [done] of watches.values()) done({ timestamp: Date.now(), coords: { altitude: null, ...coords } }); };
  window.failed = (code) => { for (const [, error] of [...watches.values()]) error({ code, PERMISSION_DENIED: 1 }); };
  Object.defineProperty(navigator, 'geolocation', { configurable: true, value: {
    watchPosition: (done, error) => (watches.set(++n, [done, error]), n), clearWatch: (id) => watches.delete(id),
  } });
}"""


#: As in a village where nobody has yet stood before a house with the phone in the hand.
NOTHING_PLACED = """async () => {
  const { store } = await import('/a/store/store.js');
  await store.ready('all');
  for (const rec of store.list('household')) delete rec.answers.geo;
}"""


@contextmanager
def signed_in(playwright: Playwright, folder: Path, url: str) -> Iterator[Handset]:
    with phones(playwright, folder, url, "chen") as (chen,):
        chen.open()
        chen.sign_in("cadre1")
        chen.all_checked()
        chen.wait_for_packs()
        chen.page.evaluate(NOTHING_PLACED)
        yield chen


def stand(phone: Handset, place: tuple[float, float], accuracy: float = 8) -> None:
    """The phone is somewhere, as its satellites say."""
    assert phone.context is not None
    phone.context.set_geolocation({"latitude": place[0], "longitude": place[1], "accuracy": accuracy})
    phone.page.wait_for_timeout(250)


def allow(phone: Handset) -> None:
    assert phone.context is not None
    phone.context.grant_permissions(["geolocation"])


def question(page: Page, name: str) -> Locator:
    return page.locator(".asked").filter(has=page.locator(f"#q-first-{name}-label"))


def mistakes(phone: Handset, where: str) -> list[str]:
    found = [f"{where}: {violation}" for violation in phone.axe()]
    found += [f"{where}: small: {target}" for target in small_targets(phone.page)]
    return found + ([f"{where}: scrolls sideways"] if sideways(phone.page) else [])


@pytest.mark.timeout(300)
def test_places_in_every_mode_are_seen_whole_and_can_be_used_by_everyone(
    playwright: Playwright, server: Server, tmp_path: Path
) -> None:
    definition = compiled(FORM)
    line = ";".join(f"{lat} {lon} 0 8" for lat, lon in CORNERS)
    given = {
        "first/well": "27.8512 104.7212 812 12",
        "first/road": line,
        "first/field": f"{line};{line.split(';')[0]}",
    }
    found: list[str] = []

    def look(chen: Handset, mode: str, name: str) -> None:
        chen.page.wait_for_timeout(250)
        chen.shot(SHOTS / mode, name)
        found.extend(mistakes(chen, f"{mode} {name}"))

    with signed_in(playwright, tmp_path, server.url) as chen:
        allow(chen)
        stand(chen, CORNERS[0], 45)
        for mode in [*MODES, "dark"]:
            set_mode(chen, "zh" if mode == "dark" else mode)
            if mode == "dark":
                chen.page.evaluate("document.documentElement.dataset.theme = 'dark'")
            page = fill(chen, definition)
            look(chen, mode, "empty")
            question(page, "house").get_by_role("button").filter(has_text=re.compile("现在|where I am")).tap()
            expect(question(page, "house")).to_contain_text("45")
            look(chen, mode, "seeking")
            question(page, "house").get_by_role("button").filter(has_text=re.compile("停下|Stop")).tap()
            page = fill(chen, definition, given)
            page.set_viewport_size({"width": 360, "height": 1900})
            look(chen, mode, "answered")
            page.set_viewport_size({"width": 360, "height": 740})
            question(page, "well").get_by_role("button").filter(has_text=re.compile("用手|by hand")).tap()
            look(chen, mode, "by-hand")
            page.keyboard.press("Escape")
            page.locator("#q-first-field").tap()
            page.get_by_role("button", name=re.compile("用手在图上标|points by hand")).tap()
            look(chen, mode, "drawing")
            page.keyboard.press("Escape")
            page.locator("#q-first-spot").tap()
            page.get_by_role("radio").last.tap()
            expect(page.get_by_role("dialog")).to_contain_text(re.compile("离这里|from here"))
            look(chen, mode, "list")
            page.keyboard.press("Escape")
        found += chen.complaints
    assert not found, "\n".join(found)


def test_a_place_gets_better_is_taken_at_any_accuracy_and_is_never_asked_for_untapped(
    playwright: Playwright, server: Server, tmp_path: Path
) -> None:
    with signed_in(playwright, tmp_path, server.url) as chen:
        page = chen.page
        page.evaluate(OWN_SATELLITES)
        page = fill(chen, compiled(FORM))
        well = question(page, "well")
        hint, button = (
            well.get_by_text("站在井边").bounding_box(),
            well.get_by_role("button").first.bounding_box(),
        )
        assert hint and button and hint["y"] < button["y"], "what the form says is read first"
        page.wait_for_timeout(300)
        page.wait_for_function("() => window.watched() === 0", timeout=5_000)
        well.get_by_role("button", name="记下我现在的位置").tap()
        expect(well.get_by_role("status")).to_contain_text("正在找卫星")
        page.wait_for_function("() => window.watched() === 1", timeout=5_000)
        page.evaluate("window.told({ latitude: 27.8512, longitude: 104.7212, accuracy: 180 })")
        expect(well.get_by_role("status")).to_contain_text("差得多，可能偏 180 米")
        page.evaluate(
            "window.told({ latitude: 27.85121, longitude: 104.72121, accuracy: 12, altitude: 812.4 })"
        )
        expect(well.get_by_role("status")).to_contain_text("准到 12 米")
        # A worse one a moment later does not replace it.
        page.evaluate("window.told({ latitude: 27.9, longitude: 104.8, accuracy: 60 })")
        expect(well.get_by_role("status")).to_contain_text("准到 12 米")
        well.get_by_role("button", name="就记这个").tap()
        page.wait_for_function(
            "() => window.trial.interview.state('first/well').value === '27.85121 104.72121 812.4 12'",
            timeout=5_000,
        )
        page.wait_for_function("() => window.watched() === 0", timeout=5_000)
        expect(well).to_contain_text("准到 12 米")
        expect(well).to_contain_text("海拔 812 米")

        # Good enough takes itself, at the accuracy that the form names.
        house = question(page, "house")
        house.get_by_role("button", name="记下我现在的位置").tap()
        page.evaluate("window.told({ latitude: 27.8, longitude: 104.7, accuracy: 4 })")
        assert answer(page, "first/house") is None
        page.evaluate("window.told({ latitude: 27.8, longitude: 104.7, accuracy: 2.5 })")
        expect(house.get_by_role("button", name="再记一次")).to_be_focused()
        assert answer(page, "first/house") == "27.8 104.7 0 2.5"

        well.get_by_role("button", name="抹掉").tap()
        assert answer(page, "first/well") is None
        page.get_by_role("button", name="撤回").tap()
        page.wait_for_function(
            "() => window.trial.interview.state('first/well').value === '27.85121 104.72121 812.4 12'",
            timeout=5_000,
        )
        # Leaving the form while it looks stops the looking.
        well.get_by_role("button", name="再记一次").tap()
        page.wait_for_function("() => window.watched() === 1", timeout=5_000)
        chen.go("/me")
        page.evaluate("async () => (await import('preact')).render(null, document.getElementById('app'))")
        page.wait_for_function("() => window.watched() === 0", timeout=5_000)
        assert chen.complaints == []


def test_a_place_nobody_took_is_kept_by_turning_the_page_and_by_saving_and_not_once_it_was_stopped(
    playwright: Playwright, server: Server, tmp_path: Path
) -> None:
    with signed_in(playwright, tmp_path, server.url) as chen:
        page = chen.page
        page.evaluate(OWN_SATELLITES)
        page = fill(chen, compiled(PAGES))
        well = page.get_by_role("button", name="记下我现在的位置")
        well.tap()
        page.evaluate("window.told({ latitude: 27.8512, longitude: 104.7212, accuracy: 40 })")
        page.evaluate("window.told({ latitude: 27.85121, longitude: 104.72121, accuracy: 12 })")
        expect(page.get_by_role("status").first).to_contain_text("准到 12 米")
        turn(page, "二")
        # The page before is let go of when the next one stands.
        page.wait_for_function("() => window.trial.interview.state('first/well').value", timeout=3_000)
        assert answer(page, "first/well") == "27.85121 104.72121 0 12"
        page.wait_for_function("() => window.watched() === 0", timeout=5_000)

        page.get_by_role("button", name="上一页").tap()
        again = page.get_by_role("button", name="再记一次")
        again.tap()
        page.evaluate("window.told({ latitude: 27.9, longitude: 104.9, accuracy: 400 })")
        turn(page, "二")
        kept = "27.85121 104.72121 0 12"
        assert answer(page, "first/well") == kept, "a rough one takes the place of none"

        page.get_by_role("button", name="上一页").tap()
        again.tap()
        page.evaluate("window.told({ latitude: 27.9, longitude: 104.9, accuracy: 9 })")
        page.get_by_role("button", name="停下").tap()
        turn(page, "二")
        assert answer(page, "first/well") == kept, "it was stopped"

        page.get_by_role("button", name="上一页").tap()
        again.tap()
        page.evaluate("window.told({ latitude: 27.8, longitude: 104.7, accuracy: 9 })")
        saved = "import('/a/form/unfinished.js').then(({ finish }) => finish(window.trial.interview))"
        page.evaluate(saved)
        assert answer(page, "first/well") == "27.8 104.7 0 9"
        assert chen.complaints == []


def test_without_permission_or_signal_one_is_told_why_and_puts_the_place_by_hand(
    playwright: Playwright, server: Server, tmp_path: Path
) -> None:
    with signed_in(playwright, tmp_path, server.url) as chen:
        page = chen.page
        page.evaluate(OWN_SATELLITES)
        page = fill(chen, compiled(FORM))
        well = question(page, "well")
        well.get_by_role("button", name="记下我现在的位置").tap()
        page.evaluate("window.failed(3)")
        expect(well.get_by_role("status")).to_contain_text("还没有卫星信号")
        page.wait_for_function("() => window.watched() === 1", timeout=5_000)
        page.evaluate("window.failed(1)")
        expect(well.get_by_role("status")).to_contain_text("手机没让十步用位置")
        chen.shot(SHOTS / "zh", "refused")
        assert mistakes(chen, "refused") == []
        page.wait_for_function("() => window.watched() === 0", timeout=5_000)

        well.get_by_role("button", name="没信号？用手标").tap()
        dialog = page.get_by_role("dialog")
        expect(dialog).to_contain_text("画不出图")
        dialog.get_by_role("button", name="标在这里").tap()
        expect(dialog).to_contain_text("这两个数对不上一个地方")
        chen.shot(SHOTS / "zh", "by-hand-nothing-known")
        assert mistakes(chen, "by hand") == []
        dialog.get_by_label("纬度").fill("104.72")
        dialog.get_by_label("经度").fill("27.85")
        expect(dialog).to_contain_text("像是写反了")
        chen.shot(SHOTS / "zh", "by-hand-swapped")
        assert mistakes(chen, "swapped") == []
        dialog.get_by_role("button", name="对调").tap()
        expect(dialog.get_by_label("纬度")).to_have_value("27.850000")
        expect(dialog.get_by_label("经度")).to_have_value("104.720000")
        expect(dialog).not_to_contain_text("写反了")
        dialog.get_by_label("纬度").fill("北纬27°51′4″, 东经104°43′12″")
        expect(dialog.get_by_label("经度")).to_have_value("104.720000")
        expect(dialog.locator("svg.moving")).to_be_visible()
        dialog.get_by_role("button", name="标在这里").tap()
        # By hand nobody knows how good it is: no accuracy is claimed.
        assert answer(page, "first/well") == "27.851111 104.72"
        expect(well).to_contain_text("用手标的")

        # The next place is put beside the one that is known now, by finger and by keys.
        question(page, "house").get_by_role("button", name="没信号？用手标").tap()
        drawing = dialog.locator("svg.moving")
        expect(dialog.locator("svg text")).to_have_text("水井在哪里")
        before = float(dialog.get_by_label("经度").input_value())
        box = drawing.bounding_box()
        assert box
        page.mouse.move(box["x"] + 200, box["y"] + 100)
        page.mouse.down()
        page.mouse.move(box["x"] + 100, box["y"] + 100, steps=5)
        page.mouse.up()
        after = float(dialog.get_by_label("经度").input_value())
        assert after > before, "dragged to the left, the cross is farther east"
        drawing.focus()
        for key in ("ArrowLeft", "+", "ArrowUp"):
            page.keyboard.press(key)
        assert float(dialog.get_by_label("经度").input_value()) < after
        assert float(dialog.get_by_label("纬度").input_value()) > 27.851111
        dialog.get_by_role("button", name="标在这里").tap()
        lat, lon = (float(part) for part in answer(page, "first/house").split())
        assert 27.8511 < lat < 27.853 and before < lon < before + 0.01
        assert chen.complaints == []


def test_a_way_and_a_field_are_walked_point_by_point_and_the_field_closes_by_itself(
    playwright: Playwright, server: Server, tmp_path: Path
) -> None:
    with signed_in(playwright, tmp_path, server.url) as chen:
        allow(chen)
        stand(chen, CORNERS[0])
        page = fill(chen, compiled(FORM))
        page.locator("#q-first-field").tap()
        dialog = page.get_by_role("dialog")
        expect(dialog).to_contain_text("还没有点")
        for n, corner in enumerate(CORNERS, 1):
            stand(chen, corner)
            dialog.get_by_role("button", name="记这个点").tap()
            expect(dialog).to_contain_text(f"{n} 个点")
        expect(dialog).to_contain_text(re.compile("约 [0-9.]+ 亩"))
        first = "27.8512 104.7212 0 8"
        assert answer(page, "first/field") == f"{first};27.8515 104.7216 0 8;27.8519 104.7211 0 8;{first}"
        dialog.get_by_role("button", name="撤一个点").tap()
        expect(dialog).to_contain_text("再有 1 个点就成一块地")
        assert answer(page, "first/field") == f"{first};27.8515 104.7216 0 8;{first}"
        # The third by hand: the cross begins at the last point.
        dialog.get_by_role("button", name="用手在图上标").tap()
        dialog.locator("svg.moving").focus()
        for _ in range(5):
            page.keyboard.press("ArrowUp")
        dialog.get_by_role("button", name="把十字处加上").tap()
        points = str(answer(page, "first/field")).split(";")
        assert len(points) == 4 and points[-1] == first
        assert len(points[2].split()) == 2, "by hand claims no accuracy"
        dialog.get_by_text("所有的点").tap()
        dialog.get_by_role("button", name="去掉第 1 个点").tap()
        assert str(answer(page, "first/field")).startswith("27.8515 104.7216")
        dialog.get_by_role("button", name="写好").tap()
        expect(question(page, "field")).to_contain_text("2 个点")

        # By itself every five seconds, and never while one stands still.
        page.locator("#q-first-road").tap()
        stand(chen, CORNERS[0])
        dialog.get_by_role("radio", name="每 5 秒").tap()
        expect(dialog).to_contain_text("1 个点", timeout=9_000)
        stand(chen, CORNERS[2])
        expect(dialog).to_contain_text("2 个点", timeout=9_000)
        page.wait_for_timeout(5_500)
        assert len(str(answer(page, "first/road")).split(";")) == 2
        page.keyboard.press("Escape")
        expect(page.get_by_role("dialog")).to_have_count(0)
        expect(page.locator("#q-first-road")).to_be_focused()
        assert chen.complaints == []


def test_of_a_list_of_places_the_nearest_comes_first(
    playwright: Playwright, server: Server, tmp_path: Path
) -> None:
    with signed_in(playwright, tmp_path, server.url) as chen:
        allow(chen)
        stand(chen, (27.8540, 104.7249))
        page = fill(chen, compiled(FORM))
        page.locator("#q-first-spot").tap()
        dialog = page.get_by_role("dialog")
        rows = dialog.locator("ul.list > li")
        expect(rows).to_have_count(4)
        dialog.get_by_role("radio", name="近的在前").tap()
        expect(rows.nth(0)).to_contain_text(re.compile("晒坝.*离这里 1[0-9] 米", re.DOTALL))
        expect(rows.nth(1)).to_contain_text("村小学")
        expect(rows.nth(3)).to_contain_text("没记位置")
        # Touching its point on the drawing shows which it is; the button below takes it.
        dialog.locator("svg .spot circle").nth(2).tap()
        dialog.get_by_role("button", name="选“村委会”").tap()
        assert answer(page, "first/spot") == "hall"
        page.get_by_role("button", name="不选").tap()
        assert answer(page, "first/spot") is None
        assert chen.complaints == []
