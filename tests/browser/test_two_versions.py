"""Two versions of one entry: seen side by side, a third written with the form's own fields; and where one's writing is, on rows and
screens of households and visits."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import httpx2
from playwright.sync_api import Playwright, expect

from tests.browser.doing import write_visit
from tests.browser.handset import PASSWORD, Handset, phones
from tests.browser.held import home_of, records, rows, until
from tests.serving import Server

SHOTS = Path(__file__).parent / "shots"
ENTRY = "b0000000-0000-4000-8000-00000000e001"
FACTS = "水管又漏了"
SAVE = """async ([id, set]) => {
  const { store } = await import('/a/store/store.js');
  await store.save({ kind: 'household', id, set });
}"""
AMOUNTS = """async (id) => {
  const { store } = await import('/a/store/store.js');
  return (store.get(id)?.answers.policies ?? []).map(({ amount }) => amount).filter((one) => one === 100);
}"""
#: As after a copy of this phone was noticed: what is unanswered is counted anew, what was answered keeps its old number.
NEW_NUMBER = """async () => {
  const { store } = await import('/a/store/store.js');
  const before = store.device;
  await (await import('/a/sync/session.js')).newDevice(store, crypto.randomUUID());
  return before !== store.device;
}"""
#: What looks like a code rather than a word, in what a history says: in English only with an underline.
CODES = """(language) => {
  const code = language === 'zh' ? /[a-z]{3,}/ : /[a-z]_[a-z]|[0-9a-f]{8}-[0-9a-f]{4}/;
  return [...document.querySelectorAll('article.card h2, article.card dt, article.card dd, article.card .by')].map((one) => one.textContent).filter((text) => code.test(text));
}"""
STATIONS = [re.compile("^已存手机.*[0-9]:[0-9]"), re.compile("^已到服务器.*[0-9]:[0-9]"), re.compile("^已核对.*[0-9]:[0-9]")]
WAITING = [re.compile("^已存手机.*[0-9]:[0-9]"), re.compile("^到服务器.*网"), re.compile("^核对")]


class Colleague:
    """Another person's phone, as it speaks."""

    def __init__(self, server: Server, account: str) -> None:
        self.http = httpx2.Client(base_url=server.url)
        self.device, self.n = "d0000000-0000-4000-8000-0000000003ff", 0
        self.http.post("/api/session", json={"account": account, "password": PASSWORD, "device": self.device}).raise_for_status()

    def save(self, home: dict[str, Any], rev: int, form: str, answers: dict[str, Any]) -> dict[str, Any]:
        self.n += 1
        hello = {"t": "hello", "proto": 1, "device": self.device, "epoch": None, "scope": 1, "cursors": {}, "first": {}}
        change = {
            "t": "change", "village": home["village"], "n": self.n, "record": home["id"], "kind": "household", "form": form,
            "base": rev, "set": answers, "at": "2026-11-23T10:00:00+08:00",
        }  # fmt: skip
        body = "\n".join(map(json.dumps, (hello, change))) + "\n"
        told = self.http.post("/api/sync", content=body, headers={"content-type": "application/x-ndjson"})
        told.raise_for_status()
        return next(line for line in map(json.loads, told.text.splitlines()) if line["t"] == "answer")


def both(phone: Handset, name: str) -> None:
    """Looked at in both languages; nothing beyond the edge, nothing that hides from a reader."""
    for language, folder in (("en", "en"), ("zh", "zh")):
        phone.page.evaluate("async (code) => { (await import('/a/i18n.js')).setLang?.(code) }", language)
        assert phone.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        phone.shot(SHOTS / folder, name)
    assert phone.axe() == []


def histories(phone: Handset, server: Server) -> None:
    """Every kind's history says its choices in words, in both languages."""
    page = phone.page
    for kind in ("person", "visit", "problem", "project_plan", "village_profile"):
        one = records(server, kind)[0]["id"]
        for language in ("en", "zh"):
            page.evaluate("async (code) => { await (await import('/a/i18n.js')).setLang(code) }", language)
            phone.go(f"/record/{one}?view=history")
            expect(page.locator("article.card dd").first).to_be_visible()
            expect(page.locator(".by").first).to_contain_text(re.compile("[0-9]"))
            codes = page.evaluate(CODES, "zh" if language == "zh" else "en")
            assert codes == [], (kind, language, codes)
            phone.shot(SHOTS / language, f"history-{kind}")
            phone.go("/today")
            expect(page.locator("article.card")).to_have_count(0)


def write_third(phone: Handset, server: Server, home: str) -> None:
    """From the list of what is open to a value of one's own."""
    page = phone.page
    phone.go("/me/conflicts")
    row = page.locator("a.row", has_text="杨德贵")
    expect(row).to_contain_text("享受政策")
    both(phone, "conflicts-open")
    row.tap()
    expect(page.locator(".version")).to_have_count(2)
    both(phone, "conflict-entry")
    page.get_by_role("button", name="都不对，另写一个").tap()
    sheet = page.get_by_role("dialog")
    amount = sheet.get_by_role("textbox", name="金额")
    expect(amount).to_have_value("200")
    both(phone, "conflict-entry-written")
    amount.fill("250")
    sheet.get_by_role("button", name="用这个").tap()
    expect(page.get_by_text("大家写的都合得上")).to_be_visible()
    until(server, lambda it: any(entry.get("amount") == 250 for entry in home_of(it, "杨德贵")["policies"]), "it was not sent")
    [settled] = records(server, "conflict", record=home)
    assert (settled["state"], settled["value"]["amount"], settled["mine"]["amount"]) == ("written", 250, 300)


def test_a_third_value_of_an_entry_is_written_with_the_forms_own_fields_and_receipts_stand_where_one_looks(
    playwright: Playwright, server: Server, tmp_path: Path
) -> None:
    home = home_of(server, "杨德贵")
    with phones(playwright, tmp_path, server.url, "chen") as (chen,):
        page = chen.start("cadre1")
        rev, form = rows(server, "SELECT rev, form FROM record WHERE id = ?", home["id"])[0]
        zhang = Colleague(server, "cadre2")
        one = {"id": ENTRY, "policy": "dibao", "amount": 100}
        assert zhang.save(home, rev, form, {"policies": {"put": [one]}})["result"] == "ok"
        chen.all_checked()
        page.evaluate("async () => (await import('/a/sync/loop.js')).syncNow()")
        until(server, lambda _: page.evaluate(AMOUNTS, home["id"]) == [100], "it did not come")
        chen.offline(True)
        write_visit(chen, home["id"], FACTS)
        page.evaluate(SAVE, [home["id"], {"policies": {"put": [{**one, "amount": 300}]}}])
        chen.go(f"/household/{home['id']}")
        stations = page.locator(".own-receipt .receipt li")
        expect(stations).to_have_text(WAITING)
        visit = page.locator("a.row", has_text=FACTS)
        expect(visit).to_contain_text("已存手机")
        page.locator(".own-receipt").scroll_into_view_if_needed()
        both(chen, "household-receipt-waiting")
        chen.go("/households")
        expect(page.locator("a.row", has_text="杨德贵").first).to_contain_text("已存手机")
        rev = rows(server, "SELECT rev FROM record WHERE id = ?", home["id"])[0][0]
        assert zhang.save(home, rev, form, {"policies": {"put": [{**one, "amount": 200}]}})["result"] == "ok"

        # A copy of the phone was noticed: what waits has another number now, and still says that it waits.
        assert page.evaluate(NEW_NUMBER)
        chen.go(f"/household/{home['id']}")
        expect(stations).to_have_text(WAITING)
        chen.offline(False)
        page.evaluate("dispatchEvent(new Event('online'))")
        chen.all_checked()
        assert page.evaluate(NEW_NUMBER)
        chen.go(f"/household/{home['id']}")
        expect(stations).to_have_text(STATIONS)
        expect(page.locator("a.row", has_text=FACTS)).to_contain_text("已核对")
        page.locator(".own-receipt").scroll_into_view_if_needed()
        both(chen, "household-receipt-checked")

        write_third(chen, server, home["id"])

        # Both that were not chosen can be read in the record's history, in words.
        chen.all_checked()
        chen.go(f"/household/{home['id']}?view=history")
        expect(page.locator("article.card").first).to_contain_text("250")
        changed = page.locator("article.card", has_text="享受政策")
        expect(changed).to_have_count(5)  # with what the household was begun with
        expect(changed.nth(0)).to_have_text(re.compile("你改了.*农村低保 · 200 → 农村低保 · 250.*手机 ."))
        expect(changed.nth(1)).to_have_text(re.compile("你写的，没有用上.*农村低保 · 300"))
        expect(changed.nth(2)).to_have_text(re.compile("张岚改了.*农村低保 · 100 → 农村低保 · 200"))
        both(chen, "household-history-words")
        histories(chen, server)
        assert chen.complaints == []
