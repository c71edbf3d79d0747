"""Requests written by hand, for what no well-behaved phone would send."""

from __future__ import annotations

import json
import uuid
from typing import Any

import httpx2

from tests.sync import forms

NDJSON = {"content-type": "application/x-ndjson"}


def new_id() -> str:
    return str(uuid.uuid4())


def hello(device: str, **more: Any) -> dict[str, Any]:
    return {"t": "hello", "proto": 1, "device": device, "app": "t", "epoch": None, "scope": None, "cursors": {}} | more


def change(village: str, n: int, changes: dict[str, Any] | None = None, **more: Any) -> dict[str, Any]:
    kind = more.get("kind", "visit")
    given = {
        "t": "change", "village": village, "n": n, "record": new_id(), "kind": kind,
        "form": forms.hash_of(kind) if kind in forms.CURRENT else "", "base": 0,
        "set": {"facts": "x"} if changes is None else changes, "at": "2026-11-23T10:00:00+08:00",
    }  # fmt: skip
    return given | more


def body(*lines: dict[str, Any] | bytes | str) -> bytes:
    encoded = []
    for line in lines:
        if isinstance(line, dict):
            line = json.dumps(line, ensure_ascii=False)
        encoded.append(line.encode() if isinstance(line, str) else line)
    return b"\n".join(encoded) + b"\n"


async def send(client: httpx2.AsyncClient, *lines: dict[str, Any] | bytes | str, **headers: str) -> list[dict[str, Any]]:
    response = await client.post("/api/sync", content=body(*lines), headers=NDJSON | headers)
    assert response.status_code == 200, response.text
    found = [json.loads(line) for line in response.content.splitlines()]
    assert found[0]["t"] == "hello" and found[-1] == {"t": "end"}
    return found


def answers(lines: list[dict[str, Any]]) -> list[tuple[Any, ...]]:
    """(n, result, code) in the order they came."""
    return [(line["n"], line["result"], line.get("code")) for line in lines if line["t"] == "answer"]


def rows(lines: list[dict[str, Any]], kind: str | None = None) -> list[dict[str, Any]]:
    return [line for line in lines if line["t"] == "record" and kind in (None, line["kind"])]
