"""All forms: those in the surveys folder, compiled when they are new, and every version that was ever stored.

Promises: a form whose sources are unchanged is not compiled again; a version once stored stays, because records name it;
a folder that does not compile raises FormsProblem with every reason, and then nothing is stored.
"""

from __future__ import annotations

import asyncio
import csv
import gzip
import hashlib
import io
import json
import os
from collections.abc import Mapping, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

from server import clock
from server.database import Connection, Database
from server.surveys import builtin, worker
from server.surveys.compile import COMPILER_VERSION, Source
from server.surveys.form import Form

FORM_TYPES = {".md", ".xlsx", ".xls"}
LIST_TYPES = {".csv", ".geojson", ".xml"}


class FormsProblem(ValueError):
    """Forms in the folder that cannot be published: file name → refusals."""

    def __init__(self, problems: Mapping[str, Sequence[Mapping[str, Any]]]) -> None:
        super().__init__("\n".join(_line(file, line) for file, found in problems.items() for line in found))
        self.problems = problems


def _line(file: str, line: Mapping[str, Any]) -> str:
    place = " ".join(str(part) for part in (line["sheet"], line["row"]) if part)
    return f"{file}{f' ({place})' if place else ''}: {line['en']} {line['zh']}"


def sources(folder: Path) -> list[Source]:
    """Every form of a surveys folder with the lists and moves it names."""
    lists = {
        path.name: path.read_text("utf-8-sig")
        for path in sorted((folder / "lists").glob("*"))
        if path.suffix.lower() in LIST_TYPES
    }
    moves = moves_of(folder / "moves.csv")
    found = []
    for path in sorted((folder / "forms").glob("*")):
        if path.suffix.lower() not in FORM_TYPES or path.name.startswith((".", "~")):
            continue
        data = path.read_bytes()
        named = {name: text for name, text in lists.items() if _names(path, data, name)}
        found.append(Source(path.name, data, named, [row for row in moves if row.get("kind") == path.stem]))
    return found


def _names(path: Path, data: bytes, name: str) -> bool:
    """Does the form use the list? Inside a zipped workbook that cannot be seen, so it gets all of them."""
    return path.suffix.lower() != ".md" or name.rpartition(".")[0].encode() in data


def moves_of(path: Path) -> list[dict[str, str]]:
    """moves.csv: which role may move a record's status from where to where."""
    if not path.is_file():
        return []
    reader = csv.DictReader(io.StringIO(path.read_text("utf-8-sig")))
    return [{str(key).strip(): (value or "").strip() for key, value in row.items() if key} for row in reader]


def source_hash(source: Source) -> str:
    """Changes whenever compiling might give something else."""
    content = {
        "compiler": [COMPILER_VERSION, version("pyxform")],
        "name": source.name,
        "data": hashlib.sha256(source.data).hexdigest(),
        "files": source.files,
        "moves": source.moves,
        "strict": source.strict,
    }
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()


class Catalogue:
    """Forms by kind (the current ones) and by hash (all)."""

    def __init__(self, current: Mapping[str, str], texts: Mapping[str, str]) -> None:
        self._current = dict(current)
        self._texts = dict(texts)
        self._forms: dict[str, Form] = {}
        self._packed: dict[str, bytes] = {}

    @classmethod
    async def load(cls, database: Database, folder: Path) -> Catalogue:
        """Compiles what is new in the folder, stores it, and knows all stored versions."""
        found = await asyncio.to_thread(sources, folder)
        hashes = [source_hash(source) for source in found]
        async with database.snapshot() as connection:
            rows = await connection.all("SELECT source_hash, definition, current FROM form_version")
        known = {row["source_hash"] for row in rows}
        new = [(source, digest) for source, digest in zip(found, hashes, strict=True) if digest not in known]
        compiled = await _compile(new)
        wanted = set(hashes) | {
            f"builtin:{definition['hash']}" for definition in builtin.DEFINITIONS.values()
        }
        live = {row["source_hash"] for row in rows if row["current"]}
        if compiled or live != wanted or not wanted <= known:
            async with database.transaction() as connection:
                await _store(connection, compiled, wanted)
        return await cls.stored(database)

    @classmethod
    async def stored(cls, database: Database) -> Catalogue:
        """What the database holds; compiles nothing."""
        async with database.snapshot() as connection:
            rows = await connection.all(
                "SELECT kind, hash, definition, current FROM form_version ORDER BY created_at, hash"
            )
        current = {row["kind"]: row["hash"] for row in rows if row["current"]}
        return cls(current, {row["hash"]: row["definition"] for row in rows})

    def current(self, kind: str) -> Form | None:
        digest = self._current.get(kind)
        return None if digest is None else self.by_hash(digest)

    def by_hash(self, digest: str) -> Form | None:
        form = self._forms.get(digest)
        if form is None and (text := self._texts.get(digest)) is not None:
            form = self._forms[digest] = Form(json.loads(text))
        return form

    def text(self, digest: str) -> str | None:
        """The definition as stored, for sending."""
        return self._texts.get(digest)

    def packed(self, digest: str) -> bytes:
        """The same compressed, once: a definition is ten times its size on the wire, and every phone fetches each."""
        packed = self._packed.get(digest)
        if packed is None:
            packed = self._packed[digest] = gzip.compress(self._texts[digest].encode(), 9, mtime=0)
        return packed

    @property
    def hashes(self) -> dict[str, str]:
        """Kind → hash of its current form."""
        return dict(self._current)


async def _compile(new: Sequence[tuple[Source, str]]) -> list[tuple[str, worker.Outcome]]:
    """(source hash, outcome) of each; as many at once as there are processors."""
    gate = asyncio.Semaphore(max(1, min(4, os.cpu_count() or 1)))

    async def one(source: Source) -> worker.Outcome:
        async with gate:
            return await worker.run(source)

    outcomes = await asyncio.gather(*(one(source) for source, _ in new))
    problems = {
        s.name: outcome.errors for (s, _), outcome in zip(new, outcomes, strict=True) if not outcome.ok
    }
    if problems:
        raise FormsProblem(problems)
    return [(digest, outcome) for (_, digest), outcome in zip(new, outcomes, strict=True)]


async def _store(
    connection: Connection, compiled: Sequence[tuple[str, worker.Outcome]], wanted: set[str]
) -> None:
    now = clock.now()
    for digest, outcome in compiled:
        assert outcome.definition is not None
        await _put(connection, outcome.definition, outcome.xform, digest, now)
    for definition in builtin.DEFINITIONS.values():
        await _put(connection, definition, "", f"builtin:{definition['hash']}", now)
    for row in await connection.all("SELECT hash, source_hash, current FROM form_version"):
        current = int(row["source_hash"] in wanted)
        if current != row["current"]:
            await connection.run("UPDATE form_version SET current = ? WHERE hash = ?", current, row["hash"])


async def _put(
    connection: Connection, definition: Mapping[str, Any], xform: str, source: str, now: str
) -> None:
    text = json.dumps(definition, ensure_ascii=False, separators=(",", ":"))
    await connection.run(
        "INSERT INTO form_version (kind, hash, source_hash, definition, xform, created_at, current)"
        " VALUES (?, ?, ?, ?, ?, ?, 1)"
        # The same content from another source: a comment changed, a row moved.
        " ON CONFLICT (hash) DO UPDATE SET source_hash = excluded.source_hash, current = 1",
        definition["kind"],
        definition["hash"],
        source,
        text,
        xform,
        now,
    )
