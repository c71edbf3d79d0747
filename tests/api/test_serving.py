"""The real process: it starts, answers, stops in time, survives a kill, and its command line works on the same data."""

from __future__ import annotations

import json
import time
import urllib.request
from pathlib import Path

from tests.serving import Server


def fetch(url: str) -> dict[str, object]:
    with urllib.request.urlopen(url, timeout=5) as answer:
        return dict(json.loads(answer.read()))


def test_it_starts_stops_and_comes_back_at_the_same_address(serve: Server) -> None:
    serve.start()
    assert fetch(f"{serve.url}/healthz")["status"] == "ok"
    serve.kill()
    serve.start()
    assert fetch(f"{serve.url}/healthz")["status"] == "ok"
    started = time.monotonic()
    serve.stop()
    assert time.monotonic() - started < 10
    assert not (serve.data / "shibu.sqlite3-wal").exists(), "the log is folded into the file"


def test_a_first_start_on_nothing_makes_everything(tmp_path: Path) -> None:
    server = Server(tmp_path)
    try:
        server.start()
        assert fetch(f"{server.url}/healthz")["status"] == "ok"
        assert fetch(f"{server.url}/api/openapi.json")["openapi"] == "3.1.0"
    finally:
        server.stop()
    assert "BAD" not in server.command("doctor")
