"""What the server did not take is put right on the phone: its answers in the form, the old one gone when the new one is kept."""

from __future__ import annotations

import re
from pathlib import Path

from playwright.sync_api import Playwright, expect

from tests.browser.doing import save
from tests.browser.handset import phones
from tests.browser.held import records, until
from tests.serving import Server

CONTENT = "后山的水管冻裂了，三户没水"
WRONG = "好多户"
#: As a phone with another version of the form could send it.
WRITE = """async ([content, wrong]) => {
  const { store } = await import('/a/store/store.js');
  await store.save({ kind: 'problem', set: { content, status: 'registered', affected_households: wrong } });
  await (await import('/a/sync/loop.js')).syncNow();
  return store.outbox.value.find((entry) => entry.state === 'quarantined')?.order;
}"""


HELD = """async () => {
  const { store } = await import('/a/store/store.js');
  return [store.outbox.value.filter((entry) => entry.state === 'quarantined').length, store.drafts().length];
}"""
SHOTS = Path(__file__).parent / "shots" / "zh"


def test_what_was_not_taken_is_put_right_and_the_old_one_goes_only_then(
    playwright: Playwright, server: Server, tmp_path: Path
) -> None:
    with phones(playwright, tmp_path, server.url, "chen") as (chen,):
        page = chen.start("cadre1")
        order = page.evaluate(WRITE, [CONTENT, WRONG])
        assert order is not None, "the server took it"
        chen.go(f"/me/refused/{order}")
        page.get_by_role("button", name="改好再发").tap()
        page.wait_for_url("**/record/new/edit**")
        field = page.get_by_role("textbox", name="涉及户数")
        expect(field).to_be_visible()
        chen.shot(SHOTS, "mending")
        # Put aside, it is a draft, and what was not taken is still there.
        page.get_by_role("button", name="先放着").tap()
        page.wait_for_url("**/me/refused/**")
        assert page.evaluate(HELD) == [1, 1]
        page.get_by_role("button", name="改好再发").tap()
        page.wait_for_url("**/record/new/edit**")
        expect(field).to_be_visible()
        field.fill("3")
        save(page)
        page.wait_for_url("**/me/refused/**")
        expect(page.get_by_text("这一条已经收下了")).to_be_visible()
        assert page.evaluate(HELD) == [0, 0]
        until(server, lambda it: bool(records(it, "problem", content=CONTENT, affected_households=3)), "it was not sent")
        [sent] = records(server, "problem", content=CONTENT)
        # Its own screens say where the latest writing is, from this phone to the server and back.
        chen.all_checked()
        for address in (f"/problem/{sent['id']}", f"/record/{sent['id']}?view=all"):
            chen.go(address)
            stations = page.locator(".own-receipt .receipt li")
            expect(stations).to_have_text([re.compile("^已存手机.*[0-9]:[0-9]"), re.compile("^已到服务器.*[0-9]:[0-9]"), re.compile("^已核对.*[0-9]:[0-9]")])
            chen.shot(SHOTS, f"own-receipt-{address[1:7]}")
            chen.go("/today")
            expect(stations).to_have_count(0)
        assert chen.complaints == []
