"""One device's numbering of its changes in one village: what was answered before, what comes next, what is missing.

Promises: a number is taken once; a repeat gets the very answer it got first, whatever became of scope or record since; the same
number with another content means a copied phone, and nothing more of it is taken in that request.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import msgspec

from server.database import Row

#: Where numbers of villages are kept that the sender knows nothing about.
NOWHERE = ""

Statement = tuple[str, list[tuple[Any, ...]]]


@dataclass
class Numbering:
    township_id: str
    village_id: str
    device_id: str
    last: int = 0
    holes: list[list[int]] = field(default_factory=list)
    answered: dict[int, tuple[str, str]] = field(default_factory=dict)
    fresh: list[tuple[int, str, str]] = field(default_factory=list)
    fetched: list[int] = field(default_factory=list)
    moved: bool = False
    _asked: set[int] = field(default_factory=set)

    @staticmethod
    def queries(township_id: str, village_id: str, device_id: str, lowest: int, highest: int) -> list[tuple[Any, ...]]:
        """What `of` needs: how far the numbering has come, and the answers given between two numbers."""
        # A village that was unknown to the sender once may have come into its scope since.
        key = (township_id, NOWHERE, village_id, device_id)
        return [
            ("SELECT last_n, holes FROM device_stream WHERE township_id IN (?, ?) AND village_id = ? AND device_id = ?", *key),
            (
                "SELECT n, hash, answer, asked FROM mutation"
                " WHERE township_id IN (?, ?) AND village_id = ? AND device_id = ? AND n >= ? AND n <= ?",
                *key,
                lowest,
                highest,
            ),
        ]

    @classmethod
    def of(cls, township_id: str, village_id: str, device_id: str, streams: list[Row], answered: list[Row]) -> Numbering:
        numbering = cls(township_id, village_id, device_id)
        for row in streams:
            numbering.last = max(numbering.last, row["last_n"])
            numbering.holes += msgspec.json.decode(row["holes"]) if row["holes"] else []
        for row in answered:
            numbering.answered[row["n"]] = (row["hash"], row["answer"])
            if row["asked"]:
                numbering._asked.add(row["n"])
        return numbering

    @property
    def expected(self) -> int:
        return self.last + 1

    def skip_to(self, first: int) -> None:
        """After a restore the phone no longer holds what lies below `first`: go on from there and remember the hole."""
        if first > self.expected:
            self.holes.append([self.expected, first - 1])
            self.last = first - 1
            self.moved = True

    def repeat(self, n: int, hash_: str) -> str | None:
        """The answer given before; None if that number was used for something else."""
        stored = self.answered.get(n)
        if stored is None or stored[0] != hash_:
            return None
        if n in self._asked:
            self.fetched.append(n)
        return stored[1]

    def answer(self, n: int, hash_: str, answer: dict[str, Any]) -> str:
        """Takes the next number and keeps its answer."""
        assert n == self.expected, "numbers are taken in order"
        text = line(self.village_id, n, answer)
        self.answered[n] = (hash_, text)
        self.fresh.append((n, hash_, text))
        self.last = n
        self.moved = True
        return text

    def statements(self, at: str) -> list[Statement]:
        """What is to be written."""
        key = (self.township_id, self.village_id, self.device_id)
        found: list[Statement] = []
        if self.fresh:
            sql = "INSERT INTO mutation (township_id, village_id, device_id, n, hash, answer, at) VALUES (?, ?, ?, ?, ?, ?, ?)"
            found.append((sql, [(*key, *row, at) for row in self.fresh]))
        if self.moved:
            holes = msgspec.json.encode(self.holes).decode() if self.holes else None
            sql = (
                "INSERT INTO device_stream (township_id, village_id, device_id, last_n, holes) VALUES (?, ?, ?, ?, ?)"
                " ON CONFLICT (township_id, village_id, device_id) DO UPDATE SET last_n = excluded.last_n, holes = excluded.holes"
            )
            found.append((sql, [(*key, self.last, holes)]))
        if self.fetched:
            # Also what was answered before the village came into its sender's scope.
            sql = "UPDATE mutation SET asked = 0 WHERE township_id IN (?, '') AND village_id = ? AND device_id = ? AND n = ?"
            found.append((sql, [(*key, n) for n in self.fetched]))
        return found


def line(village_id: str, n: int, answer: dict[str, Any]) -> str:
    """An answer as the wire carries it."""
    return msgspec.json.encode({"t": "answer", "village": village_id, "n": n, **answer}).decode()
