"""Which records a new version touches: those that hold answers to questions that go or change, and choices that go.

Promises: counts only, village by village, never an answer; reads page by page, so that a county's records neither fill
memory nor hold anybody up.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any

import msgspec

from server import clock
from server.database import Database

PAGE = 2000
SEEN_DAYS = 90

_PAGE = (
    "SELECT id, village_id, answers FROM record WHERE township_id = ? AND kind = ? AND deleted = 0 AND id > ?"
    " ORDER BY id LIMIT ?"
)


def values(answers: Mapping[str, Any], path: str, repeats: list[str]) -> Iterator[Any]:
    """Every answer to one question, whichever entries it stands in. `repeats`: paths of the repeats around it, outermost
    first."""
    if not repeats:
        value = answers.get(path)
        if value not in (None, "", []):
            yield value
        return
    outer = repeats[0]
    entries = answers.get(outer)
    for entry in entries if isinstance(entries, list) else ():
        if isinstance(entry, Mapping):
            inner = [repeat.removeprefix(f"{outer}/") for repeat in repeats[1:]]
            yield from values(entry, path.removeprefix(f"{outer}/"), inner)


def around(definition: Mapping[str, Any], path: str) -> list[str]:
    """The repeats a question stands in, outermost first."""
    by_path = {question["path"]: question for question in definition["questions"]}
    found: list[str] = []
    repeat = by_path[path]["repeat"] if path in by_path else ""
    while repeat:
        found.insert(0, repeat)
        repeat = by_path[repeat]["repeat"]
    return found


class Tally:
    """Counts by village, of one kind's records."""

    def __init__(
        self, live: Mapping[str, Any], paths: Mapping[str, str], gone: Mapping[str, set[str]]
    ) -> None:
        self.chains = {path: around(live, path) for path in {*paths, *gone}}
        self.gone = gone
        self.records: Counter[str] = Counter()
        self.answered: dict[str, Counter[str]] = {path: Counter() for path in paths}
        self.chosen: dict[tuple[str, str], Counter[str]] = {
            (path, name): Counter() for path, names in gone.items() for name in sorted(names)
        }

    def take(self, village: str, text: str) -> None:
        """One record."""
        self.records[village] += 1
        answers = msgspec.json.decode(text) if self.chains else {}
        for path, chain in self.chains.items():
            found = list(values(answers, path, chain))
            if found and path in self.answered:
                self.answered[path][village] += 1
            for name in _names(found) & self.gone.get(path, set()):
                self.chosen[path, name][village] += 1


async def touched(
    database: Database,
    live: Mapping[str, Any],
    paths: Mapping[str, str],
    gone: Mapping[str, set[str]],
) -> dict[str, Any]:
    """Of the live version's records: how many there are, hold an answer to each of `paths`, and a choice of `gone`."""
    tally = Tally(live, paths, gone)
    villages = await _villages(database)
    for township in sorted({row["township_id"] for row in villages.values()}):
        after, full = "", True
        while full:
            async with database.snapshot() as connection:
                rows = await connection.all(_PAGE, township, live["kind"], after, PAGE)
            for row in rows:
                tally.take(row["village_id"], row["answers"])
            full = len(rows) == PAGE
            after = rows[-1]["id"] if rows else after
    return {
        "records": _counted(tally.records, villages),
        "questions": [
            {"path": path, "why": paths[path], **_counted(count, villages)}
            for path, count in tally.answered.items()
            if count
        ],
        "choices": [
            {"path": path, "name": name, **_counted(count, villages)}
            for (path, name), count in tally.chosen.items()
            if count
        ],
    }


def _names(found: list[Any]) -> set[str]:
    names: set[str] = set()
    for value in found:
        names |= {str(item) for item in value} if isinstance(value, list) else {str(value)}
    return names


async def _villages(database: Database) -> dict[str, dict[str, Any]]:
    async with database.snapshot() as connection:
        rows = await connection.all(
            "SELECT v.id, v.name, v.township_id, t.name AS township FROM village v"
            " JOIN township t ON t.township_id = v.township_id"
        )
    return {row["id"]: row for row in rows}


def _counted(count: Counter[str], villages: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    return {
        "total": count.total(),
        "villages": [
            {"id": id_, "name": villages[id_]["name"], "township": villages[id_]["township"], "records": n}
            for id_, n in sorted(count.items(), key=lambda item: (-item[1], item[0]))
            if id_ in villages
        ],
    }


async def subjects(database: Database) -> dict[str, int]:
    """How many households, people and villages there are, for the cost."""
    counts: Counter[str] = Counter()
    async with database.snapshot() as connection:
        for row in await connection.all("SELECT township_id FROM township ORDER BY township_id"):
            for kind in ("household", "person"):
                sql = "SELECT count(*) FROM record WHERE township_id = ? AND kind = ? AND deleted = 0"
                counts[kind] += int(await connection.value(sql, row["township_id"], kind))
            sql = "SELECT count(*) FROM village WHERE township_id = ? AND kind = 'village'"
            counts["village"] += int(await connection.value(sql, row["township_id"]))
    return dict(counts)


async def phones(database: Database) -> int:
    """Devices seen lately. What drafts they hold nobody but they know; a draft stays with the version it was begun in."""
    sql = "SELECT count(*) FROM device WHERE revoked_at IS NULL AND last_seen >= ?"
    async with database.snapshot() as connection:
        return int(await connection.value(sql, clock.now(-timedelta(days=SEEN_DAYS))))
