"""One person's phone: a Chromium profile on disk that can be closed, reopened, cut from the network and looked at."""

from __future__ import annotations

import os
import re
import shutil
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from playwright.sync_api import BrowserContext, CDPSession, Error, Page, Playwright, expect

from tests.tools import find_chromium

ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
AXE = Path(__file__).parents[1] / "node_modules/axe-core/axe.min.js"
PASSWORD = "shibu-demo"
PIN = "246810"
#: The second time a new PIN is asked for.
AGAIN = re.compile("再输一遍|Once more")
#: Either the lock, or what it hides: not the words that stand there until the app draws.
DRAWN = "#app .screen h1"
#: What stands on everybody's first screen; an administrator has no tabs.
WITHIN = "nav, a[href='#/admin/phones']"


class Handset:
    """A phone of 360 × 740 with a touch screen. `open` starts the browser, `close` ends it; the profile stays."""

    def __init__(self, playwright: Playwright, profile: Path, url: str, *, language: str = "zh-CN") -> None:
        self.playwright, self.profile, self.url, self.language = playwright, profile, url, language
        self.context: BrowserContext | None = None
        self.page: Page = None  # type: ignore[assignment]  # set by open()
        self.complaints: list[str] = []
        #: Further arguments of the browser: pretended cameras and microphones.
        self.more: list[str] = []

    def open(self, path: str = "/", *, wait: bool = True, unlock: bool = True) -> Page:
        """Started at an address; where the lock shows, it is opened."""
        self.context = self.playwright.chromium.launch_persistent_context(
            str(self.profile),
            executable_path=find_chromium(),
            headless=True,
            args=[*ARGUMENTS, *self.more],
            viewport={"width": 360, "height": 740},
            device_scale_factor=2,
            is_mobile=True,
            has_touch=True,
            locale=self.language,
            timezone_id="Asia/Shanghai",
        )
        self.context.set_default_timeout(20_000)
        self.page = self.context.pages[0] if self.context.pages else self.context.new_page()
        self.page.on("console", self._console)
        self.page.on("pageerror", lambda error: self.complaints.append(f"pageerror: {error}"))
        self.page.goto(self.url + path, wait_until="domcontentloaded" if wait else "commit")
        if unlock and wait:
            self.unlock()
        return self.page

    def _console(self, message: Any) -> None:
        # A refused connection is what "the server is stopped" looks like; the browser prints it, the app handles it.
        if message.type == "error" and not re.search(r"net::ERR_|Failed to load resource", message.text):
            self.complaints.append(message.text)

    def close(self) -> None:
        if self.context is not None:
            self.context.close()
            self.context = None

    def kill(self) -> None:
        """Ends the browser as a phone without memory or battery does: at once, nothing is written any more."""
        assert self.context is not None
        # The profile's lock names the machine and the process that holds it.
        os.kill(int(os.readlink(self.profile / "SingletonLock").rpartition("-")[2]), signal.SIGKILL)
        with suppress(Error):
            self.context.close()
        self.context = None

    def offline(self, cut: bool) -> None:
        assert self.context is not None
        self.context.set_offline(cut)

    def cdp(self) -> CDPSession:
        assert self.context is not None
        return self.context.new_cdp_session(self.page)

    def go(self, address: str) -> None:
        """Show a screen by its address inside the app, as a tap on a link would."""
        self.page.evaluate("address => { location.hash = '#' + address }", address)

    def type_pin(self, pin: str = PIN) -> None:
        for digit in pin:
            self.page.locator(".keys").get_by_role("button", name=digit, exact=True).tap()

    def unlock(self, pin: str = PIN) -> None:
        """Types the PIN where the lock shows; nothing where the app, or another page of the server, does."""
        if not self.page.locator("#app").count():
            return
        self.page.locator(DRAWN).first.wait_for(state="attached")
        if self.page.locator(".keys").count():
            self.type_pin(pin)
            expect(self.page.locator(".keys")).to_have_count(0)

    def reload(self) -> None:
        """The page anew, and past the lock."""
        self.page.reload(wait_until="domcontentloaded")
        self.unlock()

    def sign_in(self, account: str, password: str = PASSWORD) -> None:
        """With a PIN chosen where there is none yet."""
        page = self.page
        page.locator("input[name=username]").fill(account)
        page.locator("input[name=password]").fill(password)
        page.locator("button[type=submit]").tap()
        expect(page.locator(f"{WITHIN}, .keys").first).to_be_visible()
        if page.locator(".keys").count():
            self.type_pin()
            expect(page.get_by_role("heading", name=AGAIN)).to_be_visible()
            self.type_pin()
        expect(page.locator(WITHIN).first).to_be_visible()

    def start(self, account: str) -> Page:
        """Opened, signed in, and everything of the first sync on the phone."""
        self.open()
        self.sign_in(account)
        self.all_checked()
        self.wait_for_packs()
        return self.page

    def all_checked(self) -> None:
        """Until Today says that what was written and what is read agree with the server."""
        self.go("/today")
        expect(self.page.locator(".sync")).to_contain_text("都已核对", timeout=30_000)

    def wait_for_packs(self) -> None:
        """Until what the first sync brings besides records (the letters of names, rare widgets) is on the phone."""
        script = """async () => {
            const wanted = JSON.parse(/^const PACKS = (.*);$/m.exec(await (await fetch('/sw.js')).text())[1]);
            const kept = new Set((await (await caches.open('packs')).keys()).map(({ url }) => new URL(url).pathname));
            return wanted.every((url) => kept.has(url));
        }"""
        deadline = time.monotonic() + 30
        # wait_for_function would take the promise itself for true.
        while not self.page.evaluate(script):
            assert time.monotonic() < deadline, "the packs did not come"
            self.page.wait_for_timeout(100)

    def axe(self) -> list[str]:
        """Names and places of accessibility violations on the present screen (axe-core under the page's own CSP)."""
        source = AXE.read_text("utf-8")
        self.page.evaluate("0")
        session = self.cdp()
        # Injected by the debugger, so that the page's strict policy stays as it is.
        session.send("Runtime.evaluate", {"expression": source})
        found = session.send(
            "Runtime.evaluate",
            {
                "expression": "axe.run(document, {resultTypes: ['violations']}).then(r => JSON.stringify("
                "r.violations.map(v => v.id + ': ' + v.nodes.map(n => n.target.join(' ')).slice(0, 3).join(' | '))))",
                "awaitPromise": True,
                "returnByValue": True,
            },
        )
        session.detach()
        import json

        return list(json.loads(found["result"]["value"]))

    def shot(self, folder: Path, name: str) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.page.screenshot(path=str(folder / f"{name}.png"))


@contextmanager
def phones(playwright: Playwright, folder: Path, url: str, *names: str) -> Iterator[tuple[Handset, ...]]:
    """Several people's phones, closed whatever happens."""
    handsets = tuple(Handset(playwright, folder / name, url) for name in names)
    try:
        yield handsets
    except BaseException:
        for handset in handsets:
            if handset.context is not None:
                handset.shot(Path(__file__).parent / "shots", f"failed-{handset.profile.name}")
        raise
    finally:
        for handset in handsets:
            handset.close()
            shutil.rmtree(handset.profile, ignore_errors=True)
