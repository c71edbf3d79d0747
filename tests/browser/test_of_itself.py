"""What a form does of itself on a real phone: records of other kinds, saved together, changed and not made twice when it is
saved again; and the place where it was written, asked for quietly and never waited for."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Playwright

from tests.browser.handset import Handset, phones
from tests.browser.trial import answer, compiled, fill
from tests.serving import Server

FORM = """
| survey |
| | type | name | label::中文 (zh) | save_to | calculation |
| | text | household | 哪一户 | | |
| | begin repeat | member | 家里人 | | |
| | text | called | 姓名 | | |
| | date | born | 出生 | birth_date | |
| | text | tel | 电话 | phone | |
| | calculate | home | | household | ${household} |
| | end repeat | | | | |

| entities |
| | list_name | label |
| | person | ${called} |
"""
WHERE = """
| survey |
| | type | name | label::中文 (zh) | trigger |
| | start-geopoint | begun_at | | |
| | text | said | 说了什么 | |
| | background-geopoint | said_at | | ${said} |
"""
SAVE = """async ([definition, household]) => {
  const [{ Session }, { store }] = await Promise.all([import('/a/form/session.js'), import('/a/store/store.js')]);
  const task = { kind: 'visit', key: 'new/made', href: '/today', prefill: {} };
  const first = new Session(task, definition);
  first.interview.set('household', household);
  const id = first.interview.add('member', '', { called: '杨小', born: '2019-05-01', tel: '1' });
  first.interview.add('member', '', { called: '杨大' });
  await first.save();
  const made = () => store.list('person').filter((rec) => rec.answers.household === household).map(({ id, answers }) => ({ id, answers }));
  const before = made();
  const rec = store.get(first.id);
  const second = new Session({ ...task, key: 'edit/made', rec }, definition);
  second.interview.set('member/tel', '2', id);
  await second.save();
  return { before, after: made(), written: store.outbox.peek().map(({ kind, set, base }) => ({ kind, set, base })) };
}"""
HOME = "0192f000-0000-7000-8000-00000000abcd"


@pytest.fixture
def chen(server: Server, playwright: Playwright, tmp_path: Path) -> Iterator[Handset]:
    with phones(playwright, tmp_path, server.url, "chen") as (phone,):
        phone.start("cadre1")
        yield phone


def test_each_entry_makes_a_person_once(chen: Handset) -> None:
    found: dict[str, Any] = chen.page.evaluate(SAVE, [compiled(FORM, kind="visit"), HOME])
    by_name = {one["answers"]["name"]: one for one in found["before"]}
    assert by_name["杨小"]["answers"] == {"name": "杨小", "birth_date": "2019-05-01", "phone": "1", "household": HOME}
    assert by_name["杨大"]["answers"] == {"name": "杨大", "household": HOME}
    assert len(found["after"]) == 2
    after = {one["id"]: one["answers"] for one in found["after"]}
    assert after[by_name["杨小"]["id"]]["phone"] == "2"
    assert [(one["kind"], one["set"]) for one in found["written"]][-1] == ("person", {"phone": "2"})


def test_where_a_form_was_written_is_noted_when_the_phone_may_tell(chen: Handset) -> None:
    assert chen.context is not None
    chen.context.grant_permissions(["geolocation"])
    chen.context.set_geolocation({"latitude": 27.5, "longitude": 109.25, "accuracy": 12})
    page = fill(chen, compiled(WHERE))
    page.wait_for_function("() => window.trial.interview.state('begun_at').value")
    assert answer(page, "begun_at") == "27.5 109.25 0 12"
    assert answer(page, "said_at") is None
    page.evaluate("() => window.trial.interview.set('said', '水管坏了')")
    page.wait_for_function("() => window.trial.interview.state('said_at').value")
    chen.context.clear_permissions()
    page = fill(chen, compiled(WHERE, kind="other"))
    page.evaluate("() => window.trial.interview.set('said', '水管坏了')")
    page.wait_for_timeout(500)
    assert answer(page, "begun_at") is None
