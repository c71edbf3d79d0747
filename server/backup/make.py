"""Making a backup while the server runs: a consistent copy of the database first, then the files it names.

Promises: writers are not stopped; the copy is checked before it is called a backup; when it was begun is noted in the database,
so that the doctor can say when the last one was too long ago, and phones keep what no backup holds yet. One that lacks a file is
not noted. The key that opens the phones' escrow lies beside the database and is in none.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import shutil
import sqlite3
import subprocess
import tempfile
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import asyncpg

from server import __version__
from server.attachments import Disk, Key
from server.backup import pack
from server.clock import now
from server.database import Database
from server.feed import BACKUP
from server.postgres_engine import asyncpg_target
from server.settings import Settings
from server.sqlite_engine import SqliteDatabase

#: Counted in the copy and again after a restore.
TABLES = ("township", "village", "account", "device", "form_version", "record", "change", "mutation", "quarantine", "attachment")
#: The setting that says when the newest good one was made; phones are told it.
MADE = BACKUP


@dataclass(frozen=True)
class Made:
    """A backup that was written: where, what is in it."""

    path: Path
    manifest: pack.Manifest


@dataclass(frozen=True)
class Contents:
    """What a copy of the database says of itself."""

    schema: list[str]
    settings: dict[str, str]
    counts: dict[str, int]
    files: list[tuple[Key, int]]


async def make(settings: Settings, folder: Path, passphrase: str | None) -> Made:
    """One backup into `folder`, named by its time."""
    await asyncio.to_thread(folder.mkdir, parents=True, exist_ok=True)
    database = await Database.open(settings.database_url, readers=1)
    staging = Path(tempfile.mkdtemp(prefix=".backup-", dir=folder))
    try:
        made_at = now()
        copy = staging / pack.DATABASES[database.dialect]
        contents = await (_copy_sqlite(database, copy) if isinstance(database, SqliteDatabase) else _copy_postgres(settings, copy))
        made = await asyncio.to_thread(_write, settings, database.dialect, folder, copy, contents, made_at, passphrase)
        if made.manifest.missing:  # not one that phones may rely on
            return made
        async with database.transaction() as connection:
            await connection.run(
                "INSERT INTO setting (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value", MADE, made_at
            )
        return made
    finally:
        await database.close()
        shutil.rmtree(staging, ignore_errors=True)


def _write(settings: Settings, dialect: str, folder: Path, copy: Path, contents: Contents, made_at: str, passphrase: str | None) -> Made:
    disk = Disk(settings.data / "files")
    sources = {copy.name: copy}
    members = [pack.Member(copy.name, pack.hash_of(copy), copy.stat().st_size)]
    missing = []
    for key, size in contents.files:
        path = disk.whole(key)
        name = f"files/{path.relative_to(disk.root).as_posix()}"
        # By its content, not by its name alone: a disk that spoils files must show here and not on the day of need.
        if not disk.holds(key, size) or pack.hash_of(path) != key.hash:
            missing.append(name)
            continue
        sources[name] = path
        members.append(pack.Member(name, key.hash, size))
    manifest = pack.Manifest(
        made_at, __version__, dialect, contents.schema, contents.settings.get("epoch", ""),
        int(contents.settings.get("restore_ordinal") or 0), contents.counts, members, missing,
    )  # fmt: skip
    moment = datetime.now(UTC).strftime("%Y%m%dT%H%M%SZ")
    target = folder / f"shibu-{moment}.tar.gz{'.enc' if passphrase else ''}"
    pack.write(target, manifest, sources, passphrase)
    return Made(target, manifest)


# SQLite


async def _copy_sqlite(database: SqliteDatabase, target: Path) -> Contents:
    return await asyncio.to_thread(_vacuum, Path(database.path), target)


def _vacuum(source: Path, target: Path) -> Contents:
    """Copying the file itself would miss what still lies in its log."""
    with contextlib.closing(sqlite3.connect(source, isolation_level=None)) as connection:
        connection.execute("PRAGMA busy_timeout=60000")
        connection.execute("VACUUM INTO ?", (str(target),))
    with target.open("rb+") as file:
        os.fsync(file.fileno())
    return sqlite_contents(target)


def sqlite_contents(path: Path) -> Contents:
    """Reads a copy and refuses one that is not whole."""
    with contextlib.closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as connection:
        if [row[0] for row in connection.execute("PRAGMA integrity_check")] != ["ok"]:
            raise pack.PackError("The copy of the database is not whole. Check the disk.")
        return Contents(
            [row[0] for row in connection.execute("SELECT name FROM schema_version ORDER BY name")],
            dict(connection.execute("SELECT key, value FROM setting")),
            {table: connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0] for table in TABLES},  # noqa: S608
            [(Key(t, v, h), n) for t, v, h, n in connection.execute("SELECT township_id, village_id, hash, bytes FROM attachment")],
        )


# PostgreSQL


async def _copy_postgres(settings: Settings, target: Path) -> Contents:
    """Counts and dump see the same moment: the dump reads the snapshot that this transaction exports."""
    connection = await asyncpg.connect(**asyncpg_target(settings.database_url))
    try:
        async with connection.transaction(isolation="repeatable_read", readonly=True):
            snapshot = await connection.fetchval("SELECT pg_export_snapshot()")
            contents = await postgres_contents(connection)
            arguments = ("--format=custom", "--no-owner", "--no-privileges", f"--snapshot={snapshot}", f"--file={target}")
            await asyncio.to_thread(run_tool, settings, "pg_dump", *arguments)
    finally:
        await connection.close()
    return contents


async def postgres_contents(connection: Any) -> Contents:
    return Contents(
        [row["name"] for row in await connection.fetch("SELECT name FROM schema_version ORDER BY name")],
        {row["key"]: row["value"] for row in await connection.fetch("SELECT key, value FROM setting")},
        {table: await connection.fetchval(f"SELECT count(*) FROM {table}") for table in TABLES},  # noqa: S608
        [(Key(r["township_id"], r["village_id"], r["hash"]), r["bytes"]) for r in await connection.fetch("SELECT township_id, village_id, hash, bytes FROM attachment")],
    )  # fmt: skip


def run_tool(settings: Settings, name: str, *arguments: str, database: str | None = None) -> None:
    """A program of PostgreSQL; where to connect goes by variables, for arguments show in the list of processes."""
    program = shutil.which(name, path=settings.pg_bin or None)
    if program is None:
        raise pack.PackError(f"{name} is not installed; it comes with PostgreSQL. SHIBU_PG_BIN may name its folder.")
    target = asyncpg_target(settings.database_url)
    variables = {"PGHOST": target["host"], "PGPORT": target["port"], "PGUSER": target["user"], "PGPASSWORD": target["password"]}
    variables["PGDATABASE"] = database or target["database"]
    if "ssl" in target:
        variables["PGSSLMODE"] = target["ssl"]
    environment = {"LC_ALL": "C"} | {key: str(value) for key, value in variables.items() if value}
    done = subprocess.run([program, *arguments], env=environment, capture_output=True, text=True, check=False)  # noqa: S603
    if done.returncode:
        raise pack.PackError(f"{name}: {done.stderr.strip()[:500]}")
