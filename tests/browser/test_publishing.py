"""A form's way: an administrator tries a file, looks at it, publishes it; a cadre fills it in without a network; it is taken back."""

from __future__ import annotations

import os
from pathlib import Path

from playwright.sync_api import Page, Playwright, expect

from tests.browser.doing import save, sync_now
from tests.browser.handset import Handset, phones
from tests.serving import Server
from tests.surveys.wells import BROKEN, CHANGED, PIXEL, TOOLS, WELLS

SHOTS = Path(__file__).parent / "shots"


def shot(phone: Handset, name: str) -> None:
    """Looked at by people; kept only where asked for."""
    if os.environ.get("SHOTS"):
        phone.shot(SHOTS, f"publishing-{name}")


def files(folder: Path, text: str) -> list[str]:
    """A form with what lies beside it."""
    folder.mkdir(exist_ok=True)
    (folder / "tools.csv").write_text(TOOLS, "utf-8")
    (folder / "well.png").write_bytes(PIXEL)
    (folder / "wells.md").write_text(text, "utf-8")
    return [str(folder / name) for name in ("tools.csv", "well.png", "wells.md")]


def choose(page: Page, paths: list[str]) -> None:
    page.locator("input[type=file]").set_input_files(paths)


def administrator(phone: Handset) -> Page:
    phone.open()
    phone.sign_in("admin")
    page = phone.page
    expect(page.get_by_role("heading", name="在用的表")).to_be_visible()
    return page


def fine(phone: Handset) -> None:
    """No violation, nothing beyond the edge."""
    assert phone.axe() == []
    assert phone.page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_a_form_is_tried_looked_at_published_filled_in_and_taken_back(
    playwright: Playwright, server: Server, tmp_path: Path
) -> None:
    with phones(playwright, tmp_path, server.url, "admin", "cadre1") as (desk, phone):
        page = administrator(desk)
        page.get_by_role("button", name="English").tap()
        expect(page.get_by_role("heading", name="Forms in use")).to_be_visible()
        page.get_by_role("button", name="中文").tap()
        expect(page.get_by_role("heading", name="在用的表")).to_be_visible()
        fine(desk)
        shot(desk, "home")
        choose(page, files(tmp_path / "f", BROKEN))
        expect(page.get_by_text("有 1 处要改，还不能发布")).to_be_visible(timeout=60_000)
        expect(page.get_by_text("survey 表第 6 行")).to_be_visible()
        fine(desk)
        shot(desk, "errors")
        page.get_by_role("button", name="再选文件").tap()

        choose(page, files(tmp_path / "f", WELLS))
        expect(page.get_by_text("可以发布")).to_be_visible(timeout=60_000)
        expect(page.get_by_text("× 一年 4 次")).to_be_visible()
        fine(desk)
        shot(desk, "trial-new")
        preview(desk)
        page.get_by_label("为什么改").fill("抗旱要用")
        page.get_by_role("button", name="发布", exact=True).tap()
        expect(page.get_by_text("抗旱要用")).to_be_visible()

        filled(phone)
        changed(desk, tmp_path)


def preview(desk: Handset) -> None:
    """Through the whole form; what was answered is shown and gone."""
    page = desk.page
    page.get_by_role("link", name="预览").tap()
    expect(page.get_by_text("预览：什么也不会存")).to_be_visible()
    expect(page.get_by_role("button", name="关掉预览")).to_be_visible()
    page.get_by_label("哪口井").fill("村口井")
    expect(page.locator("img.media")).to_be_visible()
    fine(desk)
    shot(desk, "preview")
    page.get_by_role("button", name="English").tap()
    expect(page.get_by_text("Preview: nothing is saved")).to_be_visible()
    expect(page.get_by_label("Which well")).to_have_value("村口井")
    shot(desk, "preview-en")
    page.get_by_role("button", name="中文").tap()
    while page.get_by_role("button", name="下一页").count():
        page.get_by_role("button", name="下一页").tap()
    save(page)
    expect(page.get_by_text('"well": "村口井"')).to_be_visible()
    fine(desk)
    shot(desk, "preview-answers")
    drafts = page.evaluate("import('/a/store/store.js').then(({store}) => store.drafts().length)")
    assert drafts == 0
    page.get_by_role("button", name="看完了").tap()
    expect(page.get_by_text("可以发布")).to_be_visible()


def filled(phone: Handset) -> None:
    """By a cadre, without a network; then it goes by itself."""
    page = phone.start("cadre1")
    phone.go("/village")
    page.get_by_role("link", name="记事和台账").tap()
    page.get_by_role("link", name="水井").tap()
    expect(page.get_by_text("还没有记过")).to_be_visible()
    fine(phone)
    shot(phone, "surveys-empty")
    phone.offline(True)
    page.get_by_role("button", name="记一条").tap()
    page.get_by_label("哪口井").fill("东沟井")
    shot(phone, "filling")
    while page.get_by_role("button", name="下一页").count():
        page.get_by_role("button", name="下一页").tap()
    save(page)
    expect(page.get_by_role("link", name="东沟井")).to_be_visible()
    fine(phone)
    shot(phone, "surveys")
    phone.offline(False)
    sync_now(phone)
    phone.go("/work/well_check")
    page.get_by_role("link", name="东沟井").tap()
    expect(page.get_by_role("heading", level=1)).to_contain_text("水井")
    shot(phone, "record")


def changed(desk: Handset, tmp_path: Path) -> None:
    page = desk.page
    desk.go("/admin")
    choose(page, files(tmp_path / "f", CHANGED))
    expect(page.get_by_text("去掉的题 · depth")).to_be_visible(timeout=60_000)
    expect(page.get_by_text("题目：哪口井 → 井名")).to_be_visible()
    expect(page.get_by_text("已有 1 条记录照旧")).to_be_visible()
    fine(desk)
    shot(desk, "trial-changed")
    assert desk.context is not None
    page.set_viewport_size({"width": 1280, "height": 800})
    shot(desk, "trial-wide")
    page.set_viewport_size({"width": 360, "height": 740})
    page.get_by_role("button", name="发布", exact=True).tap()
    expect(page.get_by_text("2 版")).to_be_visible()
    fine(desk)
    shot(desk, "versions")
    page.get_by_role("button", name="换回这一版").tap()
    sheet = page.get_by_role("dialog", name="换回这一版？")
    expect(sheet.get_by_text("回来 1 题：水深")).to_be_visible()
    page.evaluate("Promise.all(document.getAnimations().map((moving) => moving.finished))")
    fine(desk)
    shot(desk, "take-back")
    assert page.locator("article").filter(has_text="抗旱要用").get_by_text("在用").count() == 0, "asked first"
    sheet.get_by_label("为什么改").fill("还是要量水深")
    sheet.get_by_role("button", name="换回", exact=True).tap()
    expect(page.locator("article").filter(has_text="还是要量水深").get_by_text("在用")).to_be_visible()
    with page.expect_download() as download:
        page.get_by_role("link", name="下载表格").first.tap()
    assert download.value.suggested_filename == "well_check.xlsx"
    assert not desk.complaints, desk.complaints


def test_what_a_later_version_no_longer_asks_still_stands_in_the_record(
    playwright: Playwright, server: Server, tmp_path: Path
) -> None:
    paths = files(tmp_path / "f", WELLS)
    server.command("survey", "publish", paths[-1], "--yes", "--data", str(server.data))
    with phones(playwright, tmp_path, server.url, "cadre1", "cadre2") as (phone, other):
        phone.start("cadre1")
        record = phone.page.evaluate(
            """async () => {
                const { store } = await import('/a/store/store.js');
                const set = { well: '西井', state: 'clear', depth: 7 };
                const saved = await store.saveMany([{ kind: 'well_check', id: store.newId(), village: store.village.peek(), set, form: store.forms.current.value.well_check }]);
                return saved[0].record ?? saved[0].id;
            }"""
        )
        sync_now(phone)
        files(tmp_path / "f", CHANGED)
        server.command("survey", "publish", paths[-1], "--yes", "--data", str(server.data))
        # A phone that has only the later version writes into the record.
        other.start("cadre2")
        other.page.evaluate(
            """async (id) => {
                const { store } = await import('/a/store/store.js');
                await store.ready('all');
                const rec = store.get(id);
                await store.saveMany([{ kind: 'well_check', id, village: rec.village, set: { level: 2 }, form: store.forms.current.value.well_check, base: rec.rev }]);
            }""",
            record,
        )
        sync_now(other)
        sync_now(phone)
        for handset in (phone, other):
            handset.go(f"/record/{record}")
            expect(handset.page.get_by_text("以前问过的")).to_be_visible()
            expect(handset.page.locator(".row", has_text="水深")).to_contain_text("7")
            fine(handset)
            shot(handset, f"former-{handset.profile.name}")
