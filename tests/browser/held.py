"""What the server holds, read straight from its database file while it runs."""

from __future__ import annotations

import json
import sqlite3
import time
from collections.abc import Callable
from typing import Any

from tests.serving import Server

PATIENCE_SECONDS = 20


def rows(server: Server, query: str, *values: Any) -> list[tuple[Any, ...]]:
    connection = sqlite3.connect(server.data / "shibu.sqlite3")
    try:
        return connection.execute(query, values).fetchall()
    finally:
        connection.close()


def records(server: Server, kind: str, **wanted: Any) -> list[dict[str, Any]]:
    """Answers of the living records of a kind that have the wanted answers; the newest first."""
    found = rows(
        server,
        "SELECT id, village_id, answers FROM record WHERE kind = ? AND NOT deleted ORDER BY seq DESC, id DESC",
        kind,
    )
    living = ({**json.loads(answers), "id": id_, "village": village} for id_, village, answers in found)
    return [one for one in living if all(one.get(key) == value for key, value in wanted.items())]


def home_of(server: Server, name: str) -> dict[str, Any]:
    return next(one for one in records(server, "household") if one["head_name"] == name)


def village_of(server: Server, name: str) -> str:
    return str(rows(server, "SELECT id FROM village WHERE name = ?", name)[0][0])


def until(server: Server, true: Callable[[Server], bool], what: str) -> None:
    """Waits for the server to hold something that a phone is sending."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not true(server):
        assert time.monotonic() < deadline, what
        time.sleep(0.05)
