"""The village on one page, its places, and the first secretary's review: on two phones, one of them without a network."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, Playwright, expect

from tests.browser.doing import sync_now
from tests.browser.handset import Handset, phones
from tests.browser.held import home_of, records, rows, until, village_of
from tests.browser.surveys import SIDEWAYS
from tests.browser.test_screens import set_mode
from tests.maps import archive, tiles_around
from tests.serving import Server

SHOTS = Path(__file__).parent / "shots" / "village"
#: The newest version of the household was written by 张岚; the first secretary asks about its telephone.
HOME = "杨德贵"


@pytest.fixture(scope="module")
def server(township: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """One server for the file: its tests stand beside each other and look at different things."""
    folder = tmp_path_factory.mktemp("village") / "data"
    shutil.copytree(township, folder)
    running = Server(folder).start()
    try:
        yield running
    finally:
        running.stop()


@pytest.fixture(scope="module")
def secretary(
    playwright: Playwright, server: Server, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Handset]:
    with phones(playwright, tmp_path_factory.mktemp("phones"), server.url, "zhao") as (zhao,):
        zhao.start("secretary1")
        yield zhao


def title(page: Page, text: str) -> None:
    expect(page.get_by_role("heading", level=1)).to_contain_text(text)


def test_a_section_names_what_is_missing_first_and_leads_to_its_question(secretary: Handset) -> None:
    page = secretary.page
    secretary.go("/village")
    row = page.get_by_role("link", name=re.compile("区位和交通.*9 项记了 7 项")).first
    expect(row).to_be_visible()
    row.tap()
    title(page, "区位和交通")
    expect(page.get_by_role("heading", level=2).first).to_have_text("还没记")
    page.get_by_role("link", name="年降水 记").tap()
    expect(page.locator("[id='q-geography-rainfall_mm']")).to_be_in_viewport()


def test_a_figure_says_where_it_comes_from_and_opens_its_records(secretary: Handset, server: Server) -> None:
    page = secretary.page
    homes = records(server, "household", village=village_of(server, "石桥村"), presence="resident")
    secretary.go("/village?section=population")
    figure = page.get_by_role("link", name=re.compile(f"常住户数.*从 {len(homes)} 条记录算.*比一年前少 3 户"))
    expect(figure).to_be_visible()
    figure.tap()
    title(page, "常住户数")
    expect(page.locator(".figures dd").first).to_have_text(f"{len(homes)} 户")
    expect(page.get_by_text(f"{home_year(server)} 年村情表", exact=True)).to_be_visible()
    expect(page.locator("a[href^='#/household/']")).to_have_count(len(homes))
    page.get_by_role("link", name=re.compile(HOME)).tap()
    title(page, HOME)


def home_year(server: Server) -> int:
    """The year before the latest profile of 石桥村."""
    years = [one["year"] for one in records(server, "village_profile", village=village_of(server, "石桥村"))]
    return int(sorted(years)[-2])


def test_an_earlier_day_is_told_with_the_profile_of_its_year_and_prints_without_the_app_around_it(
    secretary: Handset, server: Server
) -> None:
    page = secretary.page
    year = home_year(server)
    secretary.go(f"/village/sheet?on={year}-06-30")
    sheet = page.locator(".sheet-page")
    expect(sheet).to_contain_text(f"{year} 年 6 月 30 日")
    expect(sheet).to_contain_text(f"村情表是 {year} 年的")
    expect(sheet).to_contain_text("按现在记着的往回算")
    homes = sheet.get_by_role("row").filter(has_text="常住户数")
    expect(homes).to_contain_text("17 户20 户", use_inner_text=False)
    income = sheet.get_by_role("row").filter(has_text="村集体收入合计")
    expect(income).to_contain_text("249,000 元216,000 元", use_inner_text=False)
    page.emulate_media(media="print")
    try:
        expect(page.locator("footer").first).to_be_hidden()
        expect(page.locator(".no-print")).to_be_hidden()
    finally:
        page.emulate_media(media="null")
    assert len(re.findall(rb"/Type\s*/Page\b", page.pdf(prefer_css_page_size=True))) == 1
    page.get_by_role("radio", name="今天").tap()
    expect(sheet).not_to_contain_text("按现在记着的往回算")


def test_a_place_is_added_in_two_taps_and_what_is_not_there_in_one(
    secretary: Handset, server: Server
) -> None:
    page = secretary.page
    secretary.go("/village/places")
    page.get_by_role("button", name=re.compile("消防设施.*记")).tap()
    page.get_by_role("button", name="保存").tap()
    expect(page.get_by_role("heading", name=re.compile("消防设施"))).to_be_visible()
    page.get_by_role("button", name="道路：看过，没有").tap()
    expect(page.get_by_role("button", name="道路：看过，没有")).to_have_count(0)
    expect(page.get_by_role("heading", name="村里没有的")).to_be_visible()

    def arrived(held: Server) -> bool:
        profile = max(
            records(held, "village_profile", village=village_of(held, "石桥村")), key=lambda one: one["year"]
        )
        return "road" in profile["no_places"] and any(one["type"] == "fire" for one in profile["places"])

    until(server, arrived, "the place and the road that is not there")


#: Where a finger touches the first of the places.
A_PLACE = """() => {
  const box = document.querySelector('.ground .spot.place circle').getBoundingClientRect();
  return [box.left + box.width / 2, box.top + box.height / 2];
}"""


def test_the_sketch_shows_homes_and_places_without_a_network_and_opens_what_is_tapped(
    secretary: Handset, server: Server
) -> None:
    page = secretary.page
    placed = [
        one for one in records(server, "household", village=village_of(server, "石桥村")) if one.get("geo")
    ]
    secretary.offline(True)
    try:
        secretary.go("/village/places?view=map")
        expect(page.locator(".ground .spot.home")).to_have_count(len(placed))
        before = page.locator(".ground .bar-of").inner_text()
        page.get_by_role("button", name="放大").tap()
        expect(page.locator(".ground .bar-of")).not_to_have_text(before)
        page.get_by_role("button", name="看全村").tap()
        expect(page.locator(".ground .bar-of")).to_have_text(before)
        page.get_by_role("radio", name="不看户").tap()
        expect(page.locator(".ground .spot.home")).to_have_count(0)
        page.locator(".ground .spot.place circle").first.scroll_into_view_if_needed()
        x, y = page.evaluate(A_PLACE)
        page.touchscreen.tap(x, y)
        expect(page.get_by_role("heading", name="图上点的")).to_be_visible()
        expect(page.locator("main a[href*='at=places%2Fname']")).to_have_count(1)
    finally:
        secretary.offline(False)


#: Every place of the sketch lies on a picture that the browser could draw.
ON_PICTURES = """async () => {
  const tiles = [...document.querySelectorAll('.ground image.tile')];
  const drawn = await Promise.all(tiles.map(async (tile) => {
    const picture = new Image();
    picture.src = tile.getAttribute('href');
    return picture.decode().then(() => picture.naturalWidth === 32, () => false);
  }));
  const grounds = tiles.map((tile) => tile.getBoundingClientRect());
  const places = [...document.querySelectorAll('.ground .spot.place circle')].map((one) => one.getBoundingClientRect());
  const under = ({ left, right, top, bottom }) => grounds.some((ground) => {
    const [x, y] = [(left + right) / 2, (top + bottom) / 2];
    return ground.left <= x && ground.right >= x && ground.top <= y && ground.bottom >= y;
  });
  const spots = [...document.querySelectorAll('.ground .spot')];
  const below = tiles.every((tile) => spots.every((spot) => tile.compareDocumentPosition(spot) & Node.DOCUMENT_POSITION_FOLLOWING));
  return below && tiles.length > 0 && drawn.every(Boolean) && places.length > 0 && places.every(under);
}"""


def test_the_townships_map_lies_under_the_places_also_without_a_network_and_goes_with_its_file(
    secretary: Handset, server: Server
) -> None:
    page = secretary.page
    place = pointed(server)
    name = rows(server, "SELECT name FROM township ORDER BY name LIMIT 1")[0][0]
    file = server.data / "maps" / f"{name}.pmtiles"
    file.parent.mkdir()
    zooms = ((12, 2), (13, 3), (14, 5), (15, 8))
    tiles = [tile for zoom, reach in zooms for tile in tiles_around(*place, zoom, reach)]
    picture = page.locator(".ground image.tile").first

    def shows(there: bool) -> None:
        secretary.go("/village")
        expect(page.locator(".ground")).to_have_count(0)
        secretary.go("/village/places?view=map")
        expect(page.locator(".ground .spot.place").first).to_be_visible()
        expect(picture).to_have_count(int(there))

    file.write_bytes(archive(tiles))
    shows(True)
    assert page.evaluate(ON_PICTURES)
    secretary.offline(True)
    try:
        secretary.reload()
        expect(picture).to_have_count(1, timeout=15_000)
        assert page.evaluate(ON_PICTURES)
    finally:
        secretary.offline(False)
    file.unlink()
    shows(False)
    file.write_bytes(archive(tiles))
    shows(True)


def pointed(server: Server) -> tuple[float, float]:
    """Where one of the homes of 石桥村 stands."""
    homes = records(server, "household", village=village_of(server, "石桥村"))
    lat, lon = next(str(one["geo"]).split()[:2] for one in homes if one.get("geo"))
    return float(lat), float(lon)


def test_a_question_is_asked_answered_without_a_network_and_closed_by_who_asked(
    playwright: Playwright, server: Server, secretary: Handset, tmp_path: Path
) -> None:
    home = home_of(server, HOME)
    author = rows(
        server, "SELECT account_id FROM change WHERE record_id = ? ORDER BY rev DESC LIMIT 1", home["id"]
    )[0][0]
    login = rows(server, "SELECT login FROM account WHERE id = ?", author)[0][0]
    page = secretary.page
    visit = records(server, "visit", household=home["id"])[0]
    secretary.go(f"/record/{visit['id']}")
    expect(page.get_by_role("link", name="问一句")).to_be_visible()
    # A long press, as Chromium tells it.
    page.locator("a.row[href*='at=visited_on']").dispatch_event("contextmenu")
    expect(page.get_by_label("问什么")).to_be_visible()
    expect(page.get_by_role("main")).to_contain_text("走访日期")
    secretary.go(f"/household/{home['id']}")
    page.get_by_role("button", name=re.compile("更多|别的")).first.tap()
    page.get_by_role("link", name="问一句").tap()
    page.get_by_role("button", name=re.compile("联系电话")).tap()
    page.get_by_label("问什么").fill("这个号打得通吗？")
    page.get_by_role("button", name="问", exact=True).tap()
    until(server, lambda held: bool(records(held, "field_question", question="phone")), "the question")

    with phones(playwright, tmp_path, server.url, "author") as (other,):
        there = other.start(login)
        other.offline(True)
        other.go(f"/household/{home['id']}")
        there.get_by_role("link", name=re.compile("这个号打得通吗.*联系电话.*等人答")).tap()
        field = there.get_by_role("link", name=re.compile("联系电话"))
        expect(field).to_have_attribute("href", re.compile(f"household/{home['id']}/edit\\?at=phone"))
        there.get_by_label("你答什么").fill("换号了，明天去问新的。")
        there.get_by_role("button", name="答", exact=True).tap()
        expect(there.get_by_text("问的人会看到").first).to_be_visible()
        other.offline(False)
        sync_now(other)
        until(server, lambda held: bool(records(held, "field_question", state="answered")), "the answer")

    sync_now(secretary)
    secretary.go("/review")
    page.get_by_role("link", name=re.compile("这个号打得通吗.*答了，看看")).tap()
    expect(page.get_by_text("换号了，明天去问新的。")).to_be_visible()
    page.get_by_role("button", name="清楚了").tap()
    title(page, "看变化")
    expect(page.get_by_role("link", name=re.compile("这个号打得通吗"))).to_have_count(0)
    until(server, lambda held: bool(records(held, "field_question", state="closed")), "the closing")


def test_what_others_changed_is_told_until_one_says_it_was_looked_at(secretary: Handset) -> None:
    page = secretary.page
    secretary.go("/review")
    expect(page.get_by_role("heading", name=re.compile("陈志远写的、改的"))).to_be_visible()
    gap = page.get_by_role("link", name=re.compile("没记房屋等级"))
    expect(gap).to_be_visible()
    page.get_by_role("button", name="都看过了").tap()
    expect(page.get_by_text("这段时间别人没有写")).to_be_visible()
    page.get_by_role("button", name="撤回").tap()
    expect(page.get_by_role("heading", name=re.compile("陈志远写的、改的"))).to_be_visible()
    gap.tap()
    expect(page.locator("main a[href*='at=house%2Fgrade']").first).to_be_visible()


def test_the_screens_can_be_used_by_everyone_in_the_plainest_and_the_hardest_mode(
    secretary: Handset, server: Server
) -> None:
    home = home_of(server, HOME)
    screens = {
        "village": "/village",
        "section": "/village?section=population",
        "figure": "/village?indicator=population.people_registered",
        "sheet": "/village/sheet",
        "places": "/village/places",
        "map": "/village/places?view=map",
        "review": "/review",
        "which": f"/question/new?record={home['id']}",
        "ask": f"/question/new?record={home['id']}&path=phone",
    }
    found: list[str] = []
    # The two between them stand in test_screens for the village's own page.
    for mode in ("zh", "dark-en-elder"):
        set_mode(secretary, mode)
        for name, address in screens.items():
            secretary.go(address)
            drawn = (
                ".ground svg"
                if name == "map"
                else ".sheet-page table"
                if name == "sheet"
                else "main .row, main textarea, main .card"
            )
            expect(secretary.page.locator(drawn).first).to_be_visible()
            found += [f"{name} ({mode}): {violation}" for violation in secretary.axe()]
            if secretary.page.evaluate(SIDEWAYS) > 0:
                found.append(f"{name} ({mode}): scrolls sideways")
            secretary.shot(SHOTS / mode, name)
    assert not found + secretary.complaints
