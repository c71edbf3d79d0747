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

from tests.browser.held import home_of, records, until
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
