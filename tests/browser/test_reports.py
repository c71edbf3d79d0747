"""The day's diary and the month's report, drafted from the records on the phone: changed, left, found again, saved without a network."""

from __future__ import annotations

import re
from pathlib import Path

from playwright.sync_api import Playwright, expect

from tests.browser.handset import phones
from tests.serving import Server

SHOTS = Path(__file__).parent / "shots" / "reports"
ADD = """async day => {
  const { store } = await import('/a/store/store.js');
  const home = store.list('household')[0];
  await store.save({ kind: 'visit', set: { household: home.id, visited_on: day, facts: '慢病药断了', promise: '带申请表' } });
  await store.save({ kind: 'practical_deed', set: { title: '修好二组水渠', done_on: day } });
  return home.answers.head_name;
}"""
TODAY = "async () => (await import('/a/ui/format.js')).today()"
DIARIES = """async () => {
  const { store } = await import('/a/store/store.js');
  return store.list('diary').filter(rec => rec.created_by === store.account.value.id && rec.answers.body.includes('慢病药断了')).map(rec => rec.answers.body);
}"""


def holding(words: str) -> re.Pattern[str]:
    return re.compile(re.escape(words))


def test_what_was_written_becomes_a_diary_and_a_report(playwright: Playwright, server: Server, tmp_path: Path) -> None:
    with phones(playwright, tmp_path, server.url, "chen") as (chen,):
        page = chen.start("cadre1")
        chen.all_checked()
        chen.wait_for_packs()
        chen.offline(True)
        name = page.evaluate(ADD, page.evaluate(TODAY))
        chen.go("/work")
        page.get_by_role("link", name="日记、月报、总结").tap()
        text = page.locator("#report-text")
        for words in (f"{name}家", "慢病药断了", "带申请表", "修好二组水渠"):
            expect(text).to_have_value(holding(words))
        chen.shot(SHOTS, "today")
        # The month names nobody; what is changed by hand is there again after leaving.
        page.get_by_role("radio", name="本月").tap()
        expect(text).to_have_value(holding("为民办事服务"))
        expect(text).to_have_value(holding("修好二组水渠"))
        expect(text).not_to_have_value(holding(name))
        chen.shot(SHOTS, "month")
        text.fill("本月改过的一句")
        page.get_by_role("radio", name="今天").tap()
        expect(text).to_have_value(holding("慢病药断了"))
        chen.go("/today")
        chen.go("/reports?period=month")
        expect(text).to_have_value("本月改过的一句")
        page.get_by_role("button", name="重新汇总").tap()
        expect(text).to_have_value(holding("为民办事服务"))
        assert chen.axe() == []
        page.emulate_media(media="print")
        expect(page.locator(".on-paper")).to_contain_text("修好二组水渠")
        expect(text).to_be_hidden()
        page.emulate_media(media="screen")
        # One tap keeps the day's diary, a second one changes it, and it can be taken back.
        page.get_by_role("radio", name="今天").tap()
        page.get_by_role("button", name="存成日记").tap()
        expect(page.get_by_text("已存手机")).to_be_visible()
        assert len(page.evaluate(DIARIES)) == 1
        text.fill(text.input_value() + "\n明天再去。")
        page.get_by_role("button", name="存成日记").tap()
        page.wait_for_function(f"async () => (await ({DIARIES})()).some(body => body.endsWith('明天再去。'))")
        assert len(page.evaluate(DIARIES)) == 1
        page.get_by_role("button", name="撤回").tap()
        page.wait_for_function(f"async () => (await ({DIARIES})()).every(body => !body.endsWith('明天再去。'))")
        assert chen.complaints == []
