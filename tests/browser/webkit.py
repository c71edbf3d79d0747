"""WebKitGTK's small browser on a screen in memory, driven by the wire of WebDriver: an early warning of Safari, no proof."""

from __future__ import annotations

import json
import os
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.serving import free_port
from tests.tools import find_webkit

PATIENCE_SECONDS = 30
PIN = "246810"
START_SECONDS = 60
ELEMENT = "element-6066-11e4-a52e-4f735466cecf"
#: The visible elements of a selector that hold the words, or some of those between bars; fields also by what they are called.
FIND = """
const [css, words] = arguments;
const callings = (one) => [one.name, one.ariaLabel, one.textContent, ...[...(one.labels ?? [])].map((label) => label.textContent),
  ...(one.getAttribute('aria-labelledby') ?? '').split(' ').map((id) => document.getElementById(id)?.textContent)];
return [...document.querySelectorAll(css)].filter((one) => one.getClientRects().length && callings(one).some((word) => words.split('|').some((wanted) => word?.includes(wanted)))).at(-1) ?? null;
"""
WHERE = "const { x, y } = arguments[0].getBoundingClientRect(); return [x, y];"


class WebKit:
    """One page; it acts as a finger would and waits for what the screen says."""

    def __init__(self, address: str, url: str) -> None:
        self.address, self.url = address, url
        options = {"binary": find_webkit().browser, "args": ["--automation"]}
        wanted = {"alwaysMatch": {"webkitgtk:browserOptions": options}}
        self.session = self._send("POST", "/session", {"capabilities": wanted})["sessionId"]

    def _send(self, method: str, path: str, body: dict[str, Any] | None = None) -> Any:
        content = None if method == "GET" else json.dumps(body or {}).encode()
        request = urllib.request.Request(self.address + path, content, {"content-type": "application/json"}, method=method)
        try:
            with urllib.request.urlopen(request, timeout=START_SECONDS) as answer:
                return json.loads(answer.read())["value"]
        except urllib.error.HTTPError as refused:
            raise AssertionError(f"{method} {path}: {refused.read().decode()}") from None

    def ask(self, path: str, body: dict[str, Any] | None = None, method: str = "POST") -> Any:
        return self._send(method, f"/session/{self.session}{path}", body)

    def open(self, path: str = "/") -> None:
        self.ask("/url", {"url": self.url + path})

    def reload(self) -> None:
        self.ask("/refresh")

    def run(self, script: str, *values: Any) -> Any:
        """What a script returns."""
        return self.ask("/execute/sync", {"script": script, "args": list(values)})

    def wait(self, script: str, *values: Any) -> Any:
        """Until a script returns something true, or a promise of it."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while not (found := self.run(script, *values)):
            assert time.monotonic() < deadline, f"{values or script} at {self.run('return location.href + document.body.innerText')}"
            time.sleep(0.1)
        return found

    def go(self, address: str) -> None:
        self.run("location.hash = '#' + arguments[0]", address)

    def sees(self, css: str, words: str = "") -> str:
        """The element's id on the wire."""
        return str(self.wait(FIND, css, words)[ELEMENT])

    def tap(self, css: str, words: str = "") -> None:
        element, before, now = self.sees(css, words), None, None
        # A sheet that is still rising, or rows that come before it, would take the finger elsewhere.
        while before is None or now != before:
            before, now = now, self.run(WHERE, {ELEMENT: element})
            time.sleep(0.1)
        self.ask(f"/element/{element}/click")

    def fill(self, name: str, text: str) -> None:
        element = self.sees("input, textarea", name)
        self.ask(f"/element/{element}/clear")
        self.ask(f"/element/{element}/value", {"text": text})

    def unlock(self) -> None:
        """Types the PIN where the lock shows."""
        self.sees("nav, .keys")
        heading = "return document.querySelector('h1')?.textContent"
        keys = "return document.querySelector('.keys') !== null"
        if self.run(keys):
            before = self.run(heading)
            for digit in PIN:
                self.tap(".keys button", digit)
            self.wait(f"return !(() => {{ {keys} }})() || (() => {{ {heading} }})() !== arguments[0]", before)

    def close(self) -> None:
        self.ask("", method="DELETE")


def _answers(address: str) -> bool:
    try:
        with urllib.request.urlopen(f"{address}/status", timeout=2):
            return True
    except OSError:
        return False


@contextmanager
def webkit(folder: Path, url: str) -> Iterator[WebKit]:
    """With a home of its own, and everything that was started ended by its number."""
    found, port = find_webkit(), free_port()
    display = f":{free_port() % 20_000 + 100}"
    address = f"http://127.0.0.1:{port}"
    for name in ("home", "run"):
        (folder / name).mkdir(mode=0o700)
    environment = {
        **os.environ, "DISPLAY": display, "HOME": str(folder / "home"), "XDG_RUNTIME_DIR": str(folder / "run"),
        "LIBGL_ALWAYS_SOFTWARE": "1", "WEBKIT_DISABLE_DMABUF_RENDERER": "1", "LANG": "zh_CN.UTF-8", "TZ": "Asia/Shanghai",
        "NO_AT_BRIDGE": "1", "WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS": "1",
    }  # fmt: skip
    started: list[subprocess.Popen[bytes]] = []
    try:
        with (folder / "webkit.log").open("ab") as log:
            screen = [found.screen, display, "-screen", "0", "800x900x24", "-nolisten", "tcp"]
            for command in (screen, [found.driver, f"--port={port}"]):
                started.append(subprocess.Popen(command, env=environment, stdout=log, stderr=log, start_new_session=True))
        deadline = time.monotonic() + START_SECONDS
        while not _answers(address):
            assert time.monotonic() < deadline, (folder / "webkit.log").read_text("utf-8", "replace")
            time.sleep(0.1)
        page = WebKit(address, url)
        try:
            yield page
        finally:
            page.close()
    finally:
        for process in reversed(started):
            process.terminate()
            process.wait(20)
