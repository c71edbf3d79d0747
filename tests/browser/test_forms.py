"""Writing on a phone: nothing typed is lost, nothing is held up that need not be, and what was saved can be taken back."""

from __future__ import annotations

import json
import re
import sqlite3
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, Playwright, expect

from tests.browser.handset import Handset, phones
from tests.serving import Server


def records(server: Server, kind: str) -> list[dict[str, Any]]:
    """The newest first."""
    connection = sqlite3.connect(server.data / "shibu.sqlite3")
    try:
        rows = connection.execute(
            "SELECT id, answers, deleted, flags FROM record WHERE kind = ? ORDER BY updated_at DESC, seq DESC",
            (kind,),
        ).fetchall()
        return [
            {"id": id_, **json.loads(answers), "deleted": bool(deleted), "flags": json.loads(flags)}
            for id_, answers, deleted, flags in rows
        ]
    finally:
        connection.close()


def home_of(server: Server, name: str) -> dict[str, Any]:
    return next(one for one in records(server, "household") if one["head_name"] == name)


def signed_in(phone: Handset) -> Page:
    page = phone.open()
    phone.sign_in("cadre1")
    expect(page.locator(".sync")).to_contain_text("都已核对", timeout=30_000)
    return page


def all_checked(phone: Handset) -> None:
    phone.go("/today")
    expect(phone.page.locator(".sync")).to_contain_text("都已核对", timeout=30_000)


def save(page: Page) -> None:
    page.get_by_role("button", name="保存", exact=True).tap()


def fill_visit(page: Page) -> None:
    page.get_by_role("button", name="更多").tap()
    page.get_by_label("答应了什么").fill("问低保结果，打电话告诉他")
    page.get_by_role("radio", name="7 天", exact=True).tap()
    page.get_by_role("button", name="改一项").tap()
    page.get_by_role("dialog").get_by_role("button", name="饮水安全").tap()
    page.get_by_role("dialog").get_by_role("radio", name="无保障").tap()
    page.get_by_role("button", name="改好").tap()
    page.get_by_label("他提的难处").fill("自来水断了三天")
    page.get_by_label("他提的难处").press("Enter")
    page.get_by_role("button", name="转成问题").tap()
    page.get_by_label("他提的难处").fill("还没写完的一")


def test_a_visit_outlives_a_kill_and_is_one_saving_with_all_that_belongs_to_it(
    playwright: Playwright, server: Server, tmp_path: Path
) -> None:
    home = home_of(server, "杨德贵")
    with phones(playwright, tmp_path, server.url, "chen") as (chen,):
        page = signed_in(chen)
        chen.wait_for_packs()
        chen.offline(True)
        chen.go(f"/visit?household={home['id']}")
        expect(page.get_by_role("radio", name="回访")).to_be_checked()
        fill_visit(page)
        # A write that is not done within 300 ms says so.
        page.wait_for_timeout(400)
        expect(page.get_by_text("草稿已存")).to_be_visible()
        chen.close()

        page = chen.open(f"/#/visit?household={home['id']}")
        expect(page.get_by_text("接着上次没写完的")).to_be_visible(timeout=20_000)
        expect(page.get_by_label("答应了什么")).to_have_value("问低保结果，打电话告诉他")
        expect(page.get_by_text("有风险 → 无保障")).to_be_visible()
        save(page)
        expect(page.get_by_text("走访已存手机").first).to_be_visible()
        chen.offline(False)
        all_checked(chen)

        visit, problem = records(server, "visit")[0], records(server, "problem")[0]
        assert visit["promise"] == "问低保结果，打电话告诉他"
        assert [wish["text"] for wish in visit["wishes"]] == ["自来水断了三天", "还没写完的一"]
        assert visit["wishes"][0]["problem"] == problem["id"]
        assert (problem["content"], problem["category"], problem["visit"]) == (
            "自来水断了三天",
            "water",
            visit["id"],
        )
        assert home_of(server, "杨德贵")["safeguards/water"] == "lack"
        assert chen.complaints == []


def test_undo_takes_back_the_visit_the_change_and_the_problem(
    playwright: Playwright, server: Server, tmp_path: Path
) -> None:
    home = home_of(server, "杨德贵")
    with phones(playwright, tmp_path, server.url, "chen") as (chen,):
        page = signed_in(chen)
        chen.go(f"/visit?household={home['id']}")
        fill_visit(page)
        save(page)
        page.get_by_role("button", name="撤回").tap()
        expect(page.get_by_text("无保障")).to_have_count(0)
        all_checked(chen)
        assert records(server, "visit")[0]["deleted"] and records(server, "problem")[0]["deleted"]
        assert home_of(server, "杨德贵")["safeguards/water"] == home["safeguards/water"]


def test_a_form_says_what_cannot_be_right_and_holds_up_only_what_must_be_there(
    playwright: Playwright, server: Server, tmp_path: Path
) -> None:
    home = home_of(server, "杨德贵")
    with phones(playwright, tmp_path, server.url, "chen") as (chen,):
        page = signed_in(chen)
        chen.go(f"/household/{home['id']}/edit?at=house/built_year")
        year = page.get_by_label("建房年份")
        expect(year).to_be_focused()
        year.fill("2094")
        expect(page.get_by_text("是 1994 吗")).to_have_count(0)
        year.blur()
        expect(page.get_by_text("是 1994 吗")).to_be_visible()
        page.get_by_role("button", name="改成 1994").tap()
        expect(year).to_have_value("1994")
        page.get_by_label("住房面积").fill("九十六")

        page.get_by_role("button", name="去别的页").tap()
        page.get_by_role("dialog").get_by_role("button", name="农户").tap()
        page.get_by_label("户主姓名").fill("")
        save(page)
        expect(page.get_by_text("还差 2 项")).to_be_visible()
        page.get_by_role("button", name=re.compile("^住房面积")).tap()
        area = page.get_by_label("住房面积")
        expect(area).to_be_focused()
        expect(area).to_have_value("九十六")
        area.fill("１０２．５")
        save(page)
        page.get_by_role("button", name=re.compile("^户主姓名")).tap()
        page.get_by_label("户主姓名").fill("杨德贵")
        save(page)
        expect(page.get_by_text("已存手机").first).to_be_visible()
        all_checked(chen)
        now = home_of(server, "杨德贵")
        assert now["house/area"] == 102.5
        assert {key: value for key, value in now.items() if key != "house/area"} == {
            key: value for key, value in home.items() if key != "house/area"
        }
        assert chen.complaints == []


def test_entries_of_a_repeat_are_added_dropped_and_put_back(
    playwright: Playwright, server: Server, tmp_path: Path
) -> None:
    home = home_of(server, "杨德贵")
    with phones(playwright, tmp_path, server.url, "chen") as (chen,):
        page = signed_in(chen)
        chen.go(f"/household/{home['id']}/edit?at=policies")
        page.get_by_role("button", name="添一个").tap()
        entry = page.get_by_role("dialog")
        entry.get_by_role("button", name=re.compile("政策.*选一个")).tap()
        page.get_by_role("searchbox").fill("补")
        page.get_by_role("button", name="耕地地力").tap()
        page.get_by_role("radio", name="享受中").tap()
        page.get_by_role("button", name="写好").tap()
        expect(page.get_by_role("button", name="耕地地力")).to_contain_text("享受中")

        page.get_by_role("button", name="农村低保").tap()
        page.get_by_role("button", name="删掉").tap()
        expect(page.get_by_role("button", name="农村低保")).to_have_count(0)
        page.get_by_role("button", name="撤回").tap()
        expect(page.get_by_role("button", name="农村低保")).to_be_visible()

        # An entry in which nothing was written is no entry.
        page.get_by_role("button", name="添一个").tap()
        page.get_by_role("button", name="写好").tap()
        save(page)
        expect(page.get_by_text("已存手机").first).to_be_visible()
        all_checked(chen)
        policies = [entry["policy"] for entry in home_of(server, "杨德贵")["policies"]]
        assert policies == [entry["policy"] for entry in home["policies"]] + ["grain"]


def test_a_problem_guesses_its_kind_and_goes_up_without_a_name(
    playwright: Playwright, server: Server, tmp_path: Path
) -> None:
    home = home_of(server, "杨德贵")
    with phones(playwright, tmp_path, server.url, "chen") as (chen,):
        page = signed_in(chen)
        chen.go(f"/problem-new?household={home['id']}")
        sentence = page.get_by_label("一句话说清楚")
        expect(sentence).to_be_focused()
        save(page)
        expect(page.get_by_text("写一句话就行")).to_be_visible()
        sentence.fill("屋后挡土墙开裂，下雨往下掉石头")
        expect(page.get_by_role("radio", name="防汛地灾")).to_be_checked()
        sentence.fill("路灯坏了三盏")
        expect(page.get_by_role("radio", name="路灯")).to_be_checked()
        # Chosen by hand, it follows the sentence no more.
        page.get_by_role("radio", name="道路桥梁").tap()
        sentence.fill("屋后挡土墙开裂，下雨往下掉石头")
        expect(page.get_by_role("radio", name="道路桥梁")).to_be_checked()
        expect(page.get_by_role("button", name="存下报镇里")).to_have_count(0)
        page.get_by_role("radio", name="要报镇里").tap()
        expect(page.get_by_text("只留在村里，镇里看不到名字")).to_be_visible()
        page.get_by_role("button", name="存下报镇里").tap()
        expect(page.get_by_text("有网就报到镇里").first).to_be_visible()
        all_checked(chen)
        problem = records(server, "problem")[0]
        assert (problem["category"], problem["status"], problem["share_reporter"]) == (
            "road",
            "reported",
            "no",
        )
        assert problem["reported_on"] == problem["found_on"]
        assert chen.complaints == []


def test_closing_puts_aside_and_dropping_a_draft_starts_over(
    playwright: Playwright, server: Server, tmp_path: Path
) -> None:
    home = home_of(server, "杨德贵")
    with phones(playwright, tmp_path, server.url, "chen") as (chen,):
        page = signed_in(chen)
        chen.go(f"/record/new/edit?new=person&household={home['id']}")
        page.get_by_label("姓名").fill("杨小宝")
        page.get_by_role("button", name="先放着").tap()
        # Only once one is away is the same address a new opening.
        page.wait_for_function("() => !location.hash.includes('/edit')")
        expect(page.get_by_label("姓名")).to_have_count(0)
        chen.go(f"/record/new/edit?new=person&household={home['id']}")
        expect(page.get_by_label("姓名")).to_have_value("杨小宝")
        page.get_by_role("button", name="不要草稿").tap()
        expect(page.get_by_label("姓名")).to_have_value("")
        page.get_by_role("button", name="撤回").tap()
        expect(page.get_by_text("接着上次没写完的")).to_be_visible()
        expect(page.get_by_label("姓名")).to_have_value("杨小宝")
        page.get_by_role("button", name="不要草稿").tap()
        expect(page.get_by_label("姓名")).to_have_value("")
        chen.go("/today")
        chen.go(f"/record/new/edit?new=person&household={home['id']}")
        expect(page.get_by_text("接着上次没写完的")).to_have_count(0)
        page.get_by_label("姓名").fill("杨小满")
        save(page)
        expect(page.get_by_text("已存手机").first).to_be_visible()
        all_checked(chen)
        assert records(server, "person")[0]["name"] == "杨小满"
