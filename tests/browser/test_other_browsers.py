"""The main job without a network in the other engines people have: Firefox, and WebKit as an early warning of Safari.

Part of `make proof` alone: `python -m tests.tools other-browsers` brings them, and a missing one fails here.
"""

from __future__ import annotations

import os
import queue
import subprocess
import threading
from pathlib import Path

import pytest

from tests.browser.handset import PASSWORD
from tests.browser.held import home_of, records, until
from tests.browser.webkit import webkit
from tests.serving import Server
from tests.tools import find_firefox, node

JOB = Path(__file__).parent / "firefox" / "job.mjs"
#: Between two words of the job: a browser starts, or a first sync comes.
SILENCE_SECONDS = 120
FACTS = "火狐里记的：膝盖好些了，问低保什么时候出结果。"
SENTENCE = "火狐里记的：三组桥头护栏断了"


class Job:
    """The program that acts in Firefox; what it asks for is done for it."""

    def __init__(self, server: Server, profile: Path) -> None:
        self.server, self.steps = server, list[str]()
        environment = {**os.environ, "SHIBU_URL": server.url, "FIREFOX": find_firefox(), "PROFILE": str(profile)}
        self.process = subprocess.Popen(
            [*node(), str(JOB)], env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )
        self.lines: queue.Queue[str | None] = queue.Queue()
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.lines.put(line.strip())
        self.lines.put(None)

    def run(self) -> None:
        try:
            while (line := self.lines.get(timeout=SILENCE_SECONDS)) is not None:
                self.steps.append(line)
                if line.startswith("ask "):
                    {"stop": self.server.stop, "start": self.server.start}[line.removeprefix("ask ")]()
                    assert self.process.stdin is not None
                    self.process.stdin.write("done\n")
                    self.process.stdin.flush()
        except queue.Empty:
            pytest.fail("Firefox fell silent after:\n" + "\n".join(self.steps))
        finally:
            self.process.terminate()
            status = self.process.wait(20)
        assert status == 0 and self.steps[-1] == "step everything is on the server", "\n".join(self.steps)


@pytest.mark.timeout(900)
def test_firefox_does_a_day_without_a_network(server: Server, tmp_path: Path) -> None:
    home = home_of(server, "杨德贵")["id"]
    profile = tmp_path / "firefox"
    profile.mkdir()
    Job(server, profile).run()
    until(server, lambda there: bool(records(there, "problem", content=SENTENCE)), "the problem")
    assert home_of(server, "杨德贵")["phone"] == "13900001111"
    assert [one["household"] for one in records(server, "visit", facts=FACTS)] == [home]
    assert len(records(server, "problem", content=SENTENCE)) == 1


PACKS_KEPT = """return (async () => {
  const wanted = JSON.parse(/^const PACKS = (.*);$/m.exec(await (await fetch('/sw.js')).text())[1]);
  const kept = new Set((await (await caches.open('packs')).keys()).map(({ url }) => new URL(url).pathname));
  return wanted.every((url) => kept.has(url)) && navigator.serviceWorker.controller !== null;
})()"""
SAFARI_FACTS = "苹果手机里记的：屋后沟里的水漫到猪圈了。"


@pytest.mark.timeout(600)
def test_webkit_goes_through_the_same_hours_in_one_session(server: Server, tmp_path: Path) -> None:
    """No restart among them: an automated WebKitGTK forgets its profile when it ends."""
    with webkit(tmp_path, server.url) as page:
        page.open()
        page.fill("username", "cadre1")
        page.fill("password", PASSWORD)
        page.tap("button[type=submit]")
        page.unlock()
        page.unlock()
        page.sees("nav")
        page.go("/today")
        page.sees(".sync", "都已核对")
        page.wait(PACKS_KEPT)
        assert page.run("return typeof navigator.storage?.persist") in ("undefined", "function")
        server.stop()
        page.reload()
        page.unlock()
        page.sees("h1", "今日")
        page.go("/households")
        page.fill("找人家", "ydg")
        page.tap("main a", "杨德贵")
        page.tap("button", "更多")
        page.tap("a", "改户情")
        page.fill("联系电话", "13900002222")
        page.tap("button", "保存")
        page.tap("a", "记走访")
        page.fill("了解到什么", SAFARI_FACTS)
        page.tap("button", "保存")
        page.sees("main", SAFARI_FACTS)
        page.reload()
        page.unlock()
        page.go("/today")
        page.sees(".sync", "2 条待发")
        server.start()
        page.go("/me")
        page.tap("button", "现在就送|现在核对")
        page.go("/today")
        page.sees(".sync", "都已核对")
        page.go("/me/doctor")
        page.sees("h1", "手机体检")
    assert home_of(server, "杨德贵")["phone"] == "13900002222"
    assert len(records(server, "visit", facts=SAFARI_FACTS)) == 1
