"""Today beyond promises: done, put off, put away; a handover and whom it reaches; complaints and suggestions, signed in or not."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Locator, Page, Playwright, expect

from tests.browser.doing import sync_now
from tests.browser.handset import Handset, phones
from tests.serving import Server

SHOTS = Path(__file__).parent / "shots" / "today"
PROMISE = "带慢病门诊申请表"
SECRET = "他和书记有旧怨，不可外传"
ADD = """async ([due, secret]) => {
  const { store } = await import('/a/store/store.js');
  await store.save({ kind: 'task', set: { text: '交三季度报表', due, state: 'todo' } });
  await store.save({ kind: 'duty', set: { date: due, person_name: store.account.value.name, state: 'planned' } });
  const { keepNote } = await import('/a/store/private.js');
  await keepNote(store, { about: store.list('person')[0].id, answers: { text: secret } });
}"""
TODAY = "() => { const now = new Date(); return [now.getFullYear(), String(now.getMonth() + 1).padStart(2, '0'), String(now.getDate()).padStart(2, '0')].join('-'); }"


def row(page: Page, words: str) -> Locator:
    return page.locator("main li", has=page.get_by_role("link", name=words))


def choose(page: Page, words: str, act: str) -> None:
    row(page, words).get_by_role("button", name="怎么办").tap()
    page.get_by_role("dialog").get_by_role("button", name=act).tap()
    expect(page.get_by_role("dialog")).to_have_count(0)


def gone(page: Page, words: str) -> None:
    expect(page.get_by_role("link", name=words)).to_have_count(0)


def look(phone: Handset, name: str) -> None:
    """Everything fits, nothing is hard to read or without a name, nothing fell over."""
    assert phone.page.evaluate("document.documentElement.scrollWidth <= 360")
    assert phone.axe() == [], name
    phone.shot(SHOTS, name)


def in_other_looks(phone: Handset, name: str) -> None:
    page = phone.page
    for look_, attribute, value in (("dark", "theme", "dark"), ("elder", "size", "elder")):
        page.evaluate("([key, value]) => { document.documentElement.dataset[key] = value; }", [attribute, value])
        look(phone, f"{name}-{look_}")
        page.evaluate("key => { delete document.documentElement.dataset[key]; }", attribute)


def put_off(phone: Handset) -> None:
    page = phone.page
    expect(page.get_by_role("link", name="交三季度报表")).to_be_visible()
    expect(page.get_by_role("link", name="轮到你值班")).to_be_visible()
    look(phone, "today")
    in_other_looks(phone, "today")
    # Put off, taken back at once, put off again; it outlives the page.
    choose(page, PROMISE, "明天再说")
    gone(page, PROMISE)
    page.get_by_role("button", name="撤回").tap()
    expect(page.get_by_role("link", name=PROMISE)).to_be_visible()
    choose(page, PROMISE, "下周再说")
    gone(page, PROMISE)
    choose(page, "轮到你值班", "不用再提")
    gone(page, "轮到你值班")
    choose(page, "交三季度报表", "已经办好")
    gone(page, "交三季度报表")
    phone.reload()
    expect(page.get_by_role("heading", name="要办的")).to_be_visible()
    page.get_by_role("link", name="放到以后的 2 件").tap()
    look(phone, "tasks")
    expect(page.get_by_text("不再提").first).to_be_visible()
    page.get_by_role("button", name=PROMISE).tap()
    phone.go("/today")
    expect(page.get_by_role("link", name=PROMISE)).to_be_visible()
    gone(page, "轮到你值班")


def week(phone: Handset) -> None:
    """Off until it is asked for; then one line, which goes with one tap."""
    page = phone.page
    expect(page.get_by_text("上周你走访了")).to_have_count(0)
    phone.go("/tasks")
    page.get_by_role("button", name="要上周小结").tap()
    phone.go("/today")
    expect(page.get_by_text("上周你走访了")).to_be_visible()
    page.get_by_role("button", name="收起小结").tap()
    expect(page.get_by_text("上周你走访了")).to_have_count(0)


def hand_over(phone: Handset) -> None:
    page = phone.page
    phone.go("/me")
    page.get_by_role("link", name="交接").tap()
    look(phone, "handover")
    page.get_by_role("button", name="做交接包").tap()
    expect(page.get_by_role("heading", name="答应过的事")).to_be_visible()
    expect(page.get_by_text(PROMISE).first).to_be_visible()
    expect(page.get_by_role("heading", name="十步走到哪里")).to_be_visible()
    page.get_by_role("textbox", name="交给谁").fill("张岚")
    page.get_by_role("textbox", name="嘱咐几句").fill("先去李秀兰家")
    page.get_by_role("heading", name="交接").first.tap()
    part = page.locator("section.pack-part").first
    part.get_by_role("button", name="加句说明").tap()
    part.get_by_role("textbox").fill("表在村委会抽屉里")
    page.get_by_role("heading", name="交接").first.tap()
    expect(part.get_by_text("表在村委会抽屉里")).to_be_visible()
    look(phone, "pack")
    page.emulate_media(media="print")
    expect(page.get_by_text("石桥村驻村工作交接包")).to_be_visible()
    expect(page.get_by_role("button", name="打印")).to_have_count(0)
    page.emulate_media(media="screen")
    text = page.evaluate(
        "async () => { const { store } = await import('/a/store/store.js'); return JSON.stringify(store.list('handover')); }"
    )
    assert SECRET not in text and PROMISE in text


def take_over(phone: Handset) -> None:
    """The successor's Today begins with it."""
    page = phone.page
    first = page.get_by_role("link", name="交接：")
    expect(first).to_be_visible()
    first.tap()
    expect(page.get_by_text("先去李秀兰家")).to_be_visible()
    expect(page.get_by_text("表在村委会抽屉里")).to_be_visible()
    tick = page.get_by_role("button", name=f"看过了：{PROMISE}")
    tick.tap()
    expect(tick).to_have_attribute("aria-pressed", "true")
    look(phone, "pack-successor")
    page.get_by_role("button", name="不用再提").tap()
    expect(page.get_by_role("heading", level=1, name="今日")).to_be_visible()
    gone(page, "交接：")


def speak_up(phone: Handset) -> None:
    page = phone.page
    phone.go("/voice")
    page.get_by_role("button", name="投诉").tap()
    page.get_by_role("button", name="保存").tap()
    expect(page.get_by_text("先写一句想说的")).to_be_visible()
    page.get_by_role("textbox", name="想说什么").fill("同一张表报了三次")
    page.get_by_role("button", name="保存").tap()
    mine = page.get_by_role("link", name="同一张表报了三次")
    expect(mine).to_contain_text("在手机里")
    expect(page.get_by_role("textbox", name="想说什么")).to_have_value("")
    look(phone, "voice")
    phone.offline(False)
    sync_now(phone)
    phone.go("/voice")
    expect(mine).to_contain_text("已到服务器", timeout=30_000)


def speak_up_unknown(phone: Handset) -> None:
    """Nobody signed in: what is written becomes a text file."""
    page = phone.open()
    page.get_by_role("link", name="投诉建议").tap()
    page.get_by_role("textbox", name="想说什么").fill("登录不了，没人管")
    look(phone, "voice-unknown")
    page.evaluate("() => { Object.defineProperty(navigator, 'share', { value: undefined, configurable: true }); }")
    with page.expect_download() as given:
        page.get_by_role("button", name="存成文字发出去").tap()
    assert "登录不了，没人管" in Path(given.value.path()).read_text("utf-8")
    page.get_by_role("button", name="返回").tap()
    expect(page.locator("input[name=username]")).to_be_visible()


def test_what_is_due_is_done_put_off_or_put_away_and_a_village_is_handed_over(
    playwright: Playwright, server: Server, tmp_path: Path
) -> None:
    with phones(playwright, tmp_path, server.url, "chen", "zhang") as (chen, zhang):
        speak_up_unknown(chen)
        chen.sign_in("cadre1")
        chen.all_checked()
        chen.wait_for_packs()
        chen.page.evaluate(ADD, [chen.page.evaluate(TODAY), SECRET])
        chen.offline(True)
        put_off(chen)
        week(chen)
        hand_over(chen)
        speak_up(chen)
        chen.all_checked()
        assert chen.complaints == []
        chen.close()
        assert "同一张表报了三次" in server.command("suggestions", "--data", str(server.data))
        zhang.start("cadre2")
        take_over(zhang)
        assert zhang.complaints == []
