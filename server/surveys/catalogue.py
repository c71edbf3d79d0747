"""All forms: those in the surveys folder, compiled when they are new, and every version that was ever stored.

Promises: a form whose sources are unchanged is not compiled again; a version once stored stays, because records name it;
a folder that does not compile raises FormsProblem with every reason, and then nothing is stored. What an administrator
published (publications.py) stays live when the folder changes; `renew` brings what other processes published.
"""

from __future__ import annotations

import asyncio
import csv
import gzip
import hashlib
import io
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

from server.database import Connection, Database
from server.surveys import builtin, guide, media, publications, worker, workshop
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


def lists_of(folder: Path) -> dict[str, str]:
    """File name → text of every list in a folder."""
    return {
        path.name: path.read_text("utf-8-sig")
        for path in sorted(folder.glob("*"))
        if path.suffix.lower() in LIST_TYPES
    }


def sources(folder: Path) -> list[Source]:
    """Every form of a surveys folder with the lists and moves it names."""
    lists = lists_of(folder / "lists")
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


def pictures(folder: Path, source: Source) -> dict[str, bytes]:
    """What lies in `media/` and the form may name."""
    found = media.of_folders([folder / "media"])
    return {name: body for name, body in found.items() if _names(Path(source.name), source.data, name)}


def moves_of(path: Path) -> list[dict[str, str]]:
    """moves.csv: which role may move a record's status from where to where."""
    if not path.is_file():
        return []
    reader = csv.DictReader(io.StringIO(path.read_text("utf-8-sig")))
    return [{str(key).strip(): (value or "").strip() for key, value in row.items() if key} for row in reader]


def source_hash(source: Source, pictures: Mapping[str, bytes] | None = None) -> str:
    """Changes whenever compiling might give something else."""
    content: dict[str, Any] = {
        "compiler": [COMPILER_VERSION, version("pyxform")],
        "name": source.name,
        "data": hashlib.sha256(source.data).hexdigest(),
        "files": source.files,
        "moves": source.moves,
        "strict": source.strict,
    }
    if pictures:
        content["media"] = {name: hashlib.sha256(body).hexdigest() for name, body in pictures.items()}
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()


@dataclass(frozen=True)
class Found:
    """One form of the folder."""

    source: Source
    pictures: dict[str, bytes]
    digest: str


def found_in(folder: Path) -> list[Found]:
    """Every form of the folder with what it is made from."""
    found = []
    for source in sources(folder):
        shown = pictures(folder, source)
        found.append(Found(source, shown, source_hash(source, shown)))
    return found


class Catalogue:
    """Forms by kind (the current ones) and by hash (all)."""

    def __init__(self, current: Mapping[str, str], texts: Mapping[str, str]) -> None:
        self._current = dict(current)
        self._texts = dict(texts)
        self._forms: dict[str, Form] = {}
        self._packed: dict[str, bytes] = {}
        #: As the database's counter stood when it was read; None: of no database.
        self._counter: str | None = None
        self._reading = asyncio.Lock()

    @classmethod
    async def load(cls, database: Database, folder: Path) -> Catalogue:
        """Compiles what is new in the folder, stores it, and knows all stored versions."""
        found = await asyncio.to_thread(found_in, folder)
        async with database.snapshot() as connection:
            rows = await connection.all(
                "SELECT v.source_hash, v.folder, s.hash AS made FROM form_version v"
                " LEFT JOIN form_source s ON s.hash = v.hash"
            )
        known = {row["source_hash"] for row in rows}
        new = [one for one in found if one.digest not in known]
        compiled = await _compile(new)
        async with database.snapshot() as connection:
            led = await _guide(connection, folder, found, compiled)
        ours = [*builtin.DEFINITIONS.values(), led]
        built_in = {f"builtin:{definition['hash']}" for definition in ours}
        wanted = {one.digest for one in found} | built_in
        unmade = {row["source_hash"] for row in rows if row["made"] is None} & wanted - built_in
        if compiled or unmade or {row["source_hash"] for row in rows if row["folder"]} != wanted:
            async with database.transaction() as connection:
                await _store(connection, compiled, [one for one in found if one.digest in unmade], wanted, ours)
        return await cls.stored(database)

    @classmethod
    async def stored(cls, database: Database) -> Catalogue:
        """What the database holds; compiles nothing."""
        catalogue = cls({}, {})
        await catalogue._read(database)
        return catalogue

    async def renew(self, database: Database, counter: str | None) -> None:
        """Reads again if the database's counter is not the one known: somebody published."""
        if self._counter is None or counter == self._counter:
            return
        async with self._reading:
            if counter != self._counter:
                await self._read(database)

    async def _read(self, database: Database) -> None:
        async with database.snapshot() as connection:
            counter = await connection.value(publications.COUNTER)
            rows = await connection.all("SELECT kind, hash, current FROM form_version")
            # Versions never change: only those not seen yet are read, all of them at the start.
            new = [row["hash"] for row in rows if row["hash"] not in self._texts]
            which, args = ("", ()) if len(new) == len(rows) else (f"WHERE hash IN ({_marks(new)})", new)
            sql = f"SELECT hash, definition FROM form_version {which}"  # noqa: S608  placeholders only
            found = await connection.all(sql, *args) if new else []
            texts = {row["hash"]: row["definition"] for row in found}
        self._texts = self._texts | texts
        self._current = {row["kind"]: row["hash"] for row in rows if row["current"]}
        self._counter = str(counter)

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


def _marks(values: Sequence[Any]) -> str:
    return ", ".join("?" for _ in values)


async def _compile(new: Sequence[Found]) -> list[tuple[Found, worker.Outcome]]:
    """What came of each; raises with every reason when one is refused."""
    if not new:
        return []
    outcomes = await workshop.run_many([found.source for found in new])
    both = list(zip(new, outcomes, strict=True))
    problems = {found.source.name: outcome.errors for found, outcome in both if not outcome.ok}
    if problems:
        raise FormsProblem(problems)
    return both


async def _store(
    connection: Connection,
    compiled: Sequence[tuple[Found, worker.Outcome]],
    unmade: Sequence[Found],
    wanted: set[str],
    ours: Sequence[Mapping[str, Any]],
) -> None:
    for one, outcome in compiled:
        assert outcome.definition is not None
        definition, used, _ = media.attached(outcome.definition, one.pictures)
        await media.keep(connection, used)
        await publications.put_version(connection, definition, outcome.xform, one.digest, folder=True)
        times = times_per_year(outcome.settings)
        await publications.put_source(connection, definition["hash"], _made(one.source, times))
    for own in ours:
        await publications.put_version(connection, own, "", f"builtin:{own['hash']}", folder=True)
    rows = await connection.all("SELECT hash, source_hash, folder FROM form_version")
    by_source = {row["source_hash"]: row["hash"] for row in rows}
    for one in unmade:
        await publications.put_source(connection, by_source[one.digest], _made(one.source, None))
    for row in rows:
        if row["folder"] != int(row["source_hash"] in wanted):
            sql = "UPDATE form_version SET folder = ? WHERE hash = ?"
            await connection.run(sql, int(row["source_hash"] in wanted), row["hash"])
    await publications.settle(connection)


async def _guide(
    connection: Connection,
    folder: Path,
    found: Sequence[Found],
    compiled: Sequence[tuple[Found, worker.Outcome]],
) -> dict[str, Any]:
    """The guide against the folder's forms and what is live: an answer that only one of them asks may be looked at."""
    fresh = {one.digest: outcome.definition for one, outcome in compiled}
    rows = await connection.all("SELECT kind, source_hash, current, definition FROM form_version WHERE current = 1 OR folder = 1")
    texts = {row["source_hash"]: row["definition"] for row in rows}
    own = [fresh.get(one.digest) or json.loads(texts.get(one.digest) or "null") for one in found]
    live = [json.loads(row["definition"]) for row in rows if row["current"] and row["kind"] not in builtin.RESERVED]
    result = guide.compile_guide(guide.files_of(folder), [one for one in own if one] + live)
    if result.problems:
        raise FormsProblem(result.problems)
    return result.definition


def _made(source: Source, times: float | None) -> publications.Made:
    return publications.Made(source.name, source.data, dict(source.files), times)


def times_per_year(settings: Mapping[str, str]) -> float | None:
    """How often one is filled in, as the settings sheet says."""
    try:
        found = float(settings.get("shibu:times_per_year", ""))
    except ValueError:
        return None
    return found if 0 < found <= 10_000 else None
