"""A resident cadre's working day without a network, every tap and keystroke counted; in the evening a second phone knows it all.

Promises: the phone is offline from the first look to the last record; nothing is written but through the screens; the table of
taps and keys is printed, and the two that the design promises are held.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from playwright.sync_api import Locator, Page, Playwright, expect

from tests.browser.doing import sync_now
from tests.browser.handset import Handset, phones
from tests.serving import Server

SENTENCE = "三组桥头护栏断了，娃娃上学不安全"
WISH = "自来水断了三天"
AGREED = ("桥头护栏先拉警戒线", "查三组水管哪里断了")
ASKS = ("护栏材料", "派水管师傅")
#: What this day adds to the sixth and the seventh step.
GROWN = {"s6.leader.township": 1, "s7.consensus.items": 2}
#: What the guide says of the village, where this day must show.
READING = """async () => {
  const [{ store }, { guideOf }] = await Promise.all([import('/a/store/store.js'), import('/a/domain/pack/village-expression.js')]);
  await store.ready('all');
  await store.loadForm('guide');
  const reading = guideOf(store);
  return {
    problems: reading.indicators['work.problems_open'].value,
    steps: Object.fromEntries(Object.entries(reading.steps).map(([id, { done, all }]) => [id, [done, all]])),
    items: Object.fromEntries(Object.entries(reading.items).map(([id, { state, by, n }]) => [id, [state, by, n]])),
    indicators: Object.fromEntries(Object.entries(reading.indicators).map(([id, { value, from, n }]) => [id, [value, from, n]])),
    owners: store.list('contact').filter(({ answers }) => ['village_secretary', 'village_director', 'village_member', 'group_head'].includes(answers.role)).map(({ answers }) => answers.name),
    kinds: Object.fromEntries(['visit', 'problem', 'meeting', 'consensus_item', 'consultation', 'duty', 'practical_deed', 'policy_check'].map((kind) => [kind, store.list(kind).length])),
  };
}"""


@dataclass
class Cost:
    """What a task took."""

    what: str
    taps: int = 0
    keys: int = 0


@dataclass
class Hand:
    """One thumb on one phone; it counts what it does."""

    phone: Handset
    costs: list[Cost] = field(default_factory=list)

    @property
    def page(self) -> Page:
        return self.phone.page

    @contextmanager
    def task(self, what: str) -> Iterator[Cost]:
        cost = Cost(what)
        self.costs.append(cost)
        yield cost

    def tap(self, target: Locator) -> None:
        target.tap()
        self.costs[-1].taps += 1

    def type(self, target: Locator, text: str) -> None:
        """The tap into the field is counted too, unless the screen has put the cursor there."""
        if not target.evaluate("element => element === document.activeElement"):
            self.tap(target)
        target.fill(text)
        self.costs[-1].keys += len(text)

    def button(self, name: str) -> None:
        self.tap(self.page.get_by_role("button", name=name, exact=True).last)

    def link(self, name: str) -> None:
        self.tap(self.page.get_by_role("link", name=name).first)

    def title(self, name: str) -> None:
        expect(self.page.get_by_role("heading", level=1, name=name)).to_be_visible()

    def bar(self, name: str) -> None:
        """The bottom bar."""
        self.tap(self.page.locator("nav").get_by_role("link", name=name))

    def saved(self) -> None:
        expect(self.page.get_by_text("已存手机").first).to_be_visible()


def arrive(hand: Hand) -> None:
    with hand.task("arrive: what do I owe"):
        hand.title("今日")
        expect(hand.page.get_by_role("heading", name="要办的")).to_be_visible()
        expect(hand.page.get_by_text("带慢病门诊申请表")).to_be_visible()


def read_households(hand: Hand) -> None:
    for letters, name in (("ydg", "杨德贵"), ("lxl", "李秀兰"), ("cmj", "曹明久")):
        with hand.task("read a household"):
            hand.bar("农户")
            hand.type(hand.page.get_by_role("searchbox"), letters)
            hand.tap(hand.page.locator("main").get_by_role("link", name=name).first)
            hand.title(name)
        hand.page.go_back()
        hand.title("农户")
        hand.page.get_by_role("searchbox").fill("")
        hand.phone.go("/today")


def visit(hand: Hand, name: str, facts: str = "") -> Cost:
    """From Today: whom, and saved."""
    hand.phone.go("/today")
    hand.title("今日")
    with hand.task("visit" + (" with a sentence" if facts else "")) as cost:
        hand.link("记走访")
        hand.title("记走访")
        hand.tap(hand.page.locator("main").get_by_role("button", name=name).first)
        if facts:
            hand.type(hand.page.get_by_role("textbox", name="了解到什么"), facts)
        hand.button("保存")
        hand.saved()
        expect(hand.page.get_by_role("heading", level=1, name="记走访")).to_have_count(0)
    return cost


def visit_with_wish(hand: Hand, name: str) -> None:
    hand.phone.go("/today")
    hand.title("今日")
    with hand.task("visit with a wish that becomes a problem"):
        hand.link("记走访")
        hand.tap(hand.page.locator("main").get_by_role("button", name=name).first)
        hand.tap(hand.page.get_by_role("button", name="更多"))
        hand.type(hand.page.get_by_label("他提的难处"), WISH)
        hand.page.get_by_label("他提的难处").press("Enter")
        hand.costs[-1].keys += 1
        hand.button("转成问题")
        hand.button("保存")
        hand.saved()
        expect(hand.page.get_by_role("heading", level=1, name="记走访")).to_have_count(0)


def problem(hand: Hand) -> Cost:
    hand.phone.go("/today")
    hand.title("今日")
    with hand.task("problem: one sentence") as cost:
        hand.link("记问题")
        hand.type(hand.page.get_by_role("textbox", name="一句话说清楚"), SENTENCE)
        hand.button("保存")
        expect(hand.page.get_by_role("heading", level=1, name="记问题")).to_have_count(0)
    return cost


def new(hand: Hand, kind: str, title: str) -> None:
    """村情 › 记事和台账 › the kind › 记一条."""
    hand.bar("村情")
    hand.title("石桥村")
    hand.link("记事和台账")
    hand.tap(hand.page.locator(f"a[href='#/work/{kind}']").first)
    hand.title(title)
    hand.button("记一条")
    hand.title(f"添{title}")


def entry(hand: Hand, write: Callable[[], None]) -> None:
    hand.tap(hand.page.get_by_role("button", name="添一个").first)
    write()
    hand.button("写好")


def finish(hand: Hand) -> None:
    hand.button("保存")
    hand.saved()
    expect(hand.page.get_by_role("heading", level=1, name="添")).to_have_count(0)
    hand.phone.go("/today")
    hand.title("今日")


def name_only(hand: Hand, question: str, name: str) -> None:
    """Somebody who is in no list."""
    hand.tap(hand.page.get_by_role("button", name=f"{question}： 选一个"))
    hand.type(hand.page.get_by_role("searchbox"), name)
    hand.tap(hand.page.get_by_role("button", name=f"只写名字：{name}"))
    expect(hand.page.get_by_role("button", name=f"{question}： {name}")).to_be_visible()


def due_on(hand: Hand, name: str, due: str) -> None:
    hand.page.get_by_label(name).fill(due)
    hand.costs[-1].taps += 2  # the phone's own calendar: open, choose


def meeting(hand: Hand, due: str, owners: list[str]) -> None:
    page = hand.page
    with hand.task("meeting of the two committees, two agreed items"):
        new(hand, "meeting", "会议")
        hand.type(page.get_by_role("textbox", name="说了什么事"), "护栏和饮水")
        hand.button("下一页")
        for text, owner in zip(AGREED, owners, strict=False):

            def write(text: str = text, owner: str = owner) -> None:
                hand.type(page.get_by_role("textbox", name="议定什么"), text)
                hand.tap(page.get_by_role("button", name="谁来办： 选一个"))
                hand.tap(page.get_by_role("button", name=owner).first)
                due_on(hand, "哪天前办好", due)

            entry(hand, write)
        finish(hand)


def consultation(hand: Hand, due: str) -> None:
    page = hand.page
    with hand.task("consultation with two asks"):
        new(hand, "consultation", "汇报对接")
        hand.type(page.get_by_role("textbox", name="谈了什么"), "护栏和水管")
        name_only(hand, "对接谁", "周镇长")
        hand.button("下一页")
        for text in ASKS:

            def write(text: str = text) -> None:
                hand.type(page.get_by_role("textbox", name="争取什么"), text)
                due_on(hand, "哪天前", due)

            entry(hand, write)
        finish(hand)


def duty(hand: Hand) -> None:
    page = hand.page
    with hand.task("duty handed over"):
        new(hand, "duty", "值班")
        name_only(hand, "谁值班", "陈志远")
        hand.button("下一页")
        hand.button("下一页")
        hand.type(page.get_by_role("textbox", name="交接"), "李秀兰明早来拿证明")
        finish(hand)


def deed(hand: Hand) -> None:
    with hand.task("practical deed"):
        new(hand, "practical_deed", "实事")
        hand.type(hand.page.get_by_role("textbox", name="办了什么实事"), "给桥头拉了警戒线")
        finish(hand)


def policy_check(hand: Hand) -> None:
    page = hand.page
    with hand.task("policy check of one household"):
        new(hand, "policy_check", "政策核对")
        hand.tap(page.get_by_role("button", name="哪一户： 选一个"))
        hand.tap(page.get_by_role("button", name="李秀兰").first)
        hand.tap(page.get_by_role("button", name="政策： 选一个"))
        hand.tap(page.get_by_role("button", name="农村低保").first)
        finish(hand)


def table(costs: list[Cost]) -> str:
    lines = [f"{'task':<50} {'taps':>5} {'keys':>5}"]
    return "\n".join(lines + [f"{cost.what:<50} {cost.taps:>5} {cost.keys:>5}" for cost in costs])


def evening(phone: Handset, morning: dict[str, Any], written: dict[str, Any]) -> None:
    """The second phone: the same reading of the village as on the first, and the day on its screens."""
    page = phone.page
    main = page.locator("main")
    now: dict[str, Any] = page.evaluate(READING)
    for part in ("items", "indicators", "steps", "kinds"):
        assert now[part] == written[part], part
    grown = {kind: n - morning["kinds"][kind] for kind, n in now["kinds"].items()}
    assert grown == {"visit": 5, "problem": 2, "meeting": 1, "consensus_item": 2, "consultation": 1, "duty": 1, "practical_deed": 1, "policy_check": 1}  # fmt: skip
    for item, more in GROWN.items():
        assert now["items"][item][0] == "done", item
        assert now["items"][item][2] == morning["items"][item][2] + more, item
    assert now["problems"] == morning["problems"] + 2
    phone.go("/tasks")
    for due in (*AGREED, *ASKS):
        expect(main.get_by_role("link", name=due)).to_be_visible()
    phone.go("/problems")
    expect(page.get_by_text(SENTENCE)).to_be_visible()
    expect(page.get_by_text(WISH)).to_be_visible()
    phone.go("/village")
    main.get_by_role("link", name="急需和在办").tap()
    expect(main.get_by_role("link", name="没办结的问题").first).to_contain_text(re.compile(rf"(?<!\d){now['problems']}(?!\d)"))
    phone.go("/work/consultation")
    main.get_by_role("link", name="护栏和水管").first.tap()
    for ask in ASKS:
        expect(main.get_by_text(ask).first).to_be_visible()
    phone.go("/work/rota")
    expect(main.get_by_text("陈志远").first).to_be_visible()
    phone.go("/steps")
    done, _ = now["steps"]["s7"]
    expect(main.get_by_role("link", name="融进去、求共识、树典型")).to_contain_text(str(done))


def test_a_working_day_without_a_network_is_all_there_in_the_evening(
    playwright: Playwright, server: Server, tmp_path: Path
) -> None:
    due = (datetime.now(UTC) + timedelta(hours=8, days=2)).date().isoformat()
    with phones(playwright, tmp_path, server.url, "field", "desk") as (field_phone, desk_phone):
        field_phone.start("cadre1")
        morning = field_phone.page.evaluate(READING)
        field_phone.go("/today")
        field_phone.offline(True)
        hand = Hand(field_phone)
        arrive(hand)
        read_households(hand)
        visits = [visit(hand, name) for name in ("杨德贵", "曹明久", "罗德和")]
        visit(hand, "罗永福", "屋顶还漏，等天晴再看")
        visit_with_wish(hand, "李秀兰")
        told = problem(hand)
        meeting(hand, due, morning["owners"])
        consultation(hand, due)
        duty(hand)
        deed(hand)
        policy_check(hand)
        print(f"\n{table(hand.costs)}")
        assert all(cost.taps <= 3 for cost in visits), visits
        assert told.taps <= 4 and told.keys == len(SENTENCE), told
        expect(field_phone.page.locator(".sync")).to_contain_text("条待发")

        field_phone.offline(False)
        sync_now(field_phone)
        field_phone.all_checked()
        written = field_phone.page.evaluate(READING)
        assert field_phone.complaints == []
        field_phone.close()
        desk_phone.start("cadre1")
        evening(desk_phone, morning, written)
        assert desk_phone.complaints == []
