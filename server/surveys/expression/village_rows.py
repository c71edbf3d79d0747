"""A village's records as expressions read them: rows in the order of their ids, answers as text, found by what they say.

Twin: pwa/domain/pack/village-rows.js. Promises: a record made (or happening) after the day that is asked about is left out.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from functools import lru_cache
from typing import Any, Protocol

from server.surveys.expression import texts
from server.surveys.expression.nodes import stored_text

CHINA = timezone(timedelta(hours=8))


@lru_cache(maxsize=100_000)
def day_of(moment: str) -> str:
    """The calendar day of a moment where the villages are; '' when it is none."""
    try:
        return datetime.fromisoformat(moment).astimezone(CHINA).date().isoformat()
    except ValueError:
        return ""


class Records(Protocol):
    """All living records of one village; each a mapping with id, answers, by, at, created_at."""

    def list(self, kind: str) -> Iterable[Mapping[str, Any]]: ...


class Row:
    """One record, or one entry of a repeat in it."""

    __slots__ = ("answers", "record", "texts", "up")
    text = ""
    leaf = False

    def __init__(self, answers: Mapping[str, Any], record: Mapping[str, Any], up: Row | None = None) -> None:
        self.answers = answers
        self.record = record
        self.up = up

    def text_of(self, path: str) -> str:
        if path[0] == "_" and self.up is None:
            return _of_record(self.record, path)
        return stored_text(self.answers.get(path))

    def entries(self, path: str) -> list[Row]:
        found = self.answers.get(path)
        if not isinstance(found, list):
            return []
        return [Row(entry, self.record, self) for entry in found if isinstance(entry, dict)]


@dataclass(frozen=True, slots=True, eq=False)
class Leaf:
    """An answer somebody gave."""

    row: Row | None
    text: str
    leaf = True


def _of_record(record: Mapping[str, Any], name: str) -> str:
    if name == "_id":
        return str(record["id"])
    if name == "_by":
        return str(record.get("by") or "")
    return day_of(str(record.get("created_at" if name == "_created_on" else "at") or ""))


class Table:
    """The records of one kind."""

    def __init__(self, rows: list[Row]) -> None:
        self.rows = rows
        self._indexes: dict[tuple[str, bool], dict[str, list[Row]]] = {}

    def having(self, path: str, text: str, words: bool) -> list[Row]:
        """Rows whose answer is this text, or (`words`) has it among several chosen."""
        index = self._indexes.get((path, words))
        if index is None:
            index = self._indexes[path, words] = {}
            for row in self.rows:
                own = row.text_of(path)
                for key in dict.fromkeys(texts.words(own)) if words else (own,):
                    index.setdefault(key, []).append(row)
        return index.get(text, [])


class Tables:
    """All kinds, each read when it is first asked for. `days`: the answer that says when a record of a kind happened."""

    def __init__(self, records: Records, on: str = "", days: Mapping[str, str | None] | None = None) -> None:
        self._records = records
        self._on = on
        self._days = days or {}
        self._tables: dict[str, Table] = {}

    def table(self, kind: str) -> Table:
        known = self._tables.get(kind)
        if known is None:
            found = sorted(self._records.list(kind), key=lambda record: str(record["id"]))
            rows = [Row(record["answers"], record) for record in found if self.was_there(kind, record)]
            known = self._tables[kind] = Table(rows)
        return known

    def day(self, kind: str, record: Mapping[str, Any]) -> str:
        """The day a record is about: what it says of itself, else when it was written."""
        path = self._days.get(kind)
        told = record["answers"].get(path) if path else None
        return told[:10] if isinstance(told, str) and told else _of_record(record, "_created_on")

    def was_there(self, kind: str, record: Mapping[str, Any]) -> bool:
        """On the day asked about; what was written down later about an earlier day was."""
        if not self._on:
            return True
        return _of_record(record, "_created_on") <= self._on or self.day(kind, record) <= self._on
