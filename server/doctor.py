"""`python -m server doctor`: what is well and what is not, each in one line, with what to do. Also prints the README's tables."""

from __future__ import annotations

import platform
import shutil
import sqlite3
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta

from server import __version__, access_log, maps, refusals, settings
from server.backup import make
from server.clock import now
from server.database import Busy, Connection, Database, without_password
from server.migrations import MigrationError
from server.settings import Settings
from server.surveys import publications
from server.surveys.catalogue import Catalogue

ROOM_MB = 500
#: A nightly backup that did not run shows the next morning.
BACKUP_HOURS = 26


@dataclass(frozen=True)
class Finding:
    well: bool
    what: str
    say: str


async def examine(chosen: Settings) -> AsyncIterator[Finding]:
    """Looks and changes nothing but the cache of compiled forms."""
    yield Finding(
        True,
        "Program",
        f"Shibu {__version__}, Python {platform.python_version()}, SQLite {sqlite3.sqlite_version}",
    )
    try:
        database = await Database.open(chosen.database_url, readers=1)
    except (Busy, OSError, ValueError) as exc:
        yield Finding(False, "Database", f"cannot open {without_password(chosen.database_url)}: {exc}")
        return
    try:
        yield Finding(True, "Database", f"{database.dialect}, {without_password(chosen.database_url)}")
        async for finding in _examine_database(database):
            yield finding
        if not await database.pending():
            yield await _forms(chosen, database)
            async with database.snapshot() as connection:
                towns = await maps.townships(connection)
            for finding in _maps(chosen, towns):
                yield finding
    except MigrationError as exc:
        yield Finding(False, "Migrations", str(exc))
    finally:
        await database.close()
    yield _disk(chosen)


async def _examine_database(database: Database) -> AsyncIterator[Finding]:
    pending = await database.pending()
    yield Finding(
        not pending,
        "Migrations",
        f"not applied yet: {', '.join(pending)}; run `migrate`" if pending else "all applied",
    )
    unsafe = await database.unsafe_settings()
    yield Finding(
        not unsafe,
        "Durability",
        f"unsafe setting of {', '.join(unsafe)}" if unsafe else "a confirmed change survives a power cut",
    )
    if pending:
        return
    async with database.snapshot() as connection:
        yield await _contents(connection)
        yield await _backup(connection)
        broken = await access_log.first_broken(connection)
        yield Finding(broken is None, "Access log", "whole" if broken is None else f"changed at row {broken}")


async def _contents(connection: Connection) -> Finding:
    counts = []
    for table in ("township", "village", "account", "device", "record"):
        counts.append(f"{await connection.value(f'SELECT count(*) AS n FROM {table}')} {table}s")  # noqa: S608
    held = await connection.value("SELECT count(*) AS n FROM quarantine WHERE state = 'held'")
    epoch = await connection.value("SELECT value FROM setting WHERE key = 'epoch'")
    return Finding(True, "Contents", f"{', '.join(counts)}; {held} changes in quarantine; epoch {epoch}")


async def _backup(connection: Connection) -> Finding:
    """When the last one was made. A server that holds nothing older than a night needs none yet."""
    made = await connection.value("SELECT value FROM setting WHERE key = ?", make.MADE)
    since = made or await connection.value("SELECT min(created_at) AS at FROM account")
    old = since is not None and since < now(-timedelta(hours=BACKUP_HOURS))
    if made is None:
        return Finding(not old, "Backup", "none yet; run `backup`" if old else "none yet")
    return Finding(not old, "Backup", f"the last one was made at {made}" + ("; run `backup`" if old else ""))


async def _forms(chosen: Settings, database: Database) -> Finding:
    try:
        catalogue = await Catalogue.load(database, chosen.surveys)
    except Exception as exc:  # whatever is wrong with a form, the doctor reports it and goes on
        return Finding(False, "Forms", f"{chosen.surveys}: {exc}")
    kinds = sorted(catalogue.hashes)
    async with database.snapshot() as connection:
        forms = publications.by_kind(await publications.versions(connection), catalogue)
    newer = [form["kind"] for form in forms if form["newer_built_in"] and form["live"]]
    more = f"; this program brings newer versions of {', '.join(newer)}: see `survey list`" if newer else ""
    return Finding(bool(kinds), "Forms", (", ".join(kinds) or f"none in {chosen.surveys}") + more)


def _maps(chosen: Settings, towns: list[maps.Township]) -> list[Finding]:
    """A township needs no map; a file that lies there for nothing is told."""
    folder = chosen.maps_folder
    if chosen.maps and not folder.is_dir():
        return [Finding(False, "Maps", f"there is no folder {folder}; make it or take SHIBU_MAPS away")]
    found = [Finding(served, "Maps", sentence) for served, sentence in maps.look(folder, towns)]
    return found or [Finding(True, "Maps", f"none in {folder}; places are drawn on plain ground")]


def _disk(chosen: Settings) -> Finding:
    folder = chosen.data if chosen.data.exists() else chosen.data.absolute().parent
    free = shutil.disk_usage(folder).free // 2**20
    return Finding(
        free >= ROOM_MB, "Disk", f"{free} MB free in {folder}" + ("" if free >= ROOM_MB else "; make room")
    )


async def report(chosen: Settings) -> bool:
    """Prints the findings; False if something is not well."""
    well = True
    async for finding in examine(chosen):
        well = well and finding.well
        print(f"{'ok  ' if finding.well else 'BAD '} {finding.what}: {finding.say}")
    return well


def settings_table() -> str:
    return settings.table()


def refusals_table() -> str:
    rows = ["| code | status | 中文 | English |", "| --- | --- | --- | --- |"]
    rows += [f"| `{k.code}` | {k.status} | {k.zh} | {k.en} |" for k in refusals.CATALOGUE.values()]
    return "\n".join(rows)
