"""Going back to a backup: unpacked and checked beside the live data, then swapped in, under a new epoch.

Promises: nothing live is touched before the whole backup was unpacked, checked and brought up to date; what was live is put
aside under another name, never deleted; a server that runs stops the restore; revisions start above everything the lost days
used (sync.md 3.5), so that phones pull anew and offer again what the server no longer knows.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import shutil
import sqlite3
import tempfile
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import asyncpg

from server import migrations
from server.attachments import sync_folder
from server.backup import pack
from server.backup.make import Contents, postgres_contents, run_tool, sqlite_contents
from server.clock import now
from server.database import Database
from server.postgres_engine import asyncpg_target
from server.settings import Settings

#: Beside the data: each restore, so that an ordinal is never used twice, even when the live database is lost.
LOG = "restores.txt"


@dataclass(frozen=True)
class Restored:
    """A restore that was done: what the backup held, the new epoch, and where the data before it lies."""

    manifest: pack.Manifest
    epoch: str
    ordinal: int
    aside: str


def _moment() -> str:
    return datetime.now(UTC).strftime("%Y%m%dT%H%M%SZ")


async def restore(settings: Settings, source: Path, passphrase: str | None) -> Restored:
    settings.data.mkdir(parents=True, exist_ok=True)
    staging = Path(tempfile.mkdtemp(prefix=".restore-", dir=settings.data))
    try:
        manifest = await asyncio.to_thread(pack.unpack, source, staging, passphrase)
        dialect = "sqlite" if settings.database_url.startswith("sqlite:") else "postgres"
        if manifest.dialect != dialect:
            raise pack.PackError(f"The backup is of a {manifest.dialect} database; SHIBU_DATABASE names {dialect}.")
        known = [migration.name for migration in migrations.available(dialect)]
        newer = [name for name in manifest.schema if name not in known]
        if newer:
            raise pack.PackError(f"The backup is newer than this program: it has {newer[0]}. Install {manifest.program} first.")
        swap = _restore_sqlite if dialect == "sqlite" else _restore_postgres
        epoch, ordinal, aside = await swap(settings, staging, manifest)
        return Restored(manifest, epoch, ordinal, aside)
    finally:
        shutil.rmtree(staging, ignore_errors=True)


def _matches(manifest: pack.Manifest, found: Contents) -> None:
    wrong = [table for table, n in manifest.counts.items() if found.counts.get(table) != n]
    if wrong:
        raise pack.PackError(f"The backup's {wrong[0]} has not as many rows as its manifest says. Use another copy.")


def _used(settings: Settings) -> int:
    """The highest ordinal any restore into this folder used."""
    with contextlib.suppress(OSError, ValueError):
        return max(int(line.split("\t")[1]) for line in (settings.data / LOG).read_text("utf-8").splitlines())
    return 0


def _note(settings: Settings, manifest: pack.Manifest, ordinal: int, epoch: str) -> None:
    """Before the swap: an ordinal noted and not used does no harm."""
    with (settings.data / LOG).open("a", encoding="utf-8") as file:
        file.write(f"{now()}\t{ordinal}\t{epoch}\tbackup of {manifest.made_at}\n")
        file.flush()
        os.fsync(file.fileno())


def _put_files(settings: Settings, staging: Path) -> None:
    """Files are named by their content: what is there already is the same."""
    for path in sorted((staging / "files").rglob("*")):
        target = settings.data / path.relative_to(staging)
        if not path.is_file():
            continue
        if not target.exists() or pack.hash_of(target) != path.name:
            target.parent.mkdir(parents=True, exist_ok=True)
            path.replace(target)


#: Sign-ins ended since the backup must not live again, and what was told to a device may have been forgotten.
_ANEW = (
    ("UPDATE setting SET value = {} WHERE key = 'epoch'", "epoch"),
    ("UPDATE setting SET value = {} WHERE key = 'restore_ordinal'", "ordinal"),
    ("DELETE FROM session", ""),
    # The newest backup is now the one that was gone back to: what came after it is in none.
    ("DELETE FROM setting WHERE key = 'backup_made_at'", ""),
    ("INSERT INTO setting (key, value) VALUES ('backup_made_at', {})", "made"),
)


# SQLite


async def _restore_sqlite(settings: Settings, staging: Path, manifest: pack.Manifest) -> tuple[str, int, str]:
    return await asyncio.to_thread(_swap_sqlite, settings, staging, manifest)


def _swap_sqlite(settings: Settings, staging: Path, manifest: pack.Manifest) -> tuple[str, int, str]:
    live = Path(settings.database_url.removeprefix("sqlite:///"))
    copy = staging / pack.DATABASES["sqlite"]
    _matches(manifest, sqlite_contents(copy))
    migrations.migrate_sqlite(copy)
    ordinal = max(manifest.restore_ordinal, _ordinal_of(live), _used(settings)) + 1
    epoch = str(uuid.uuid4())
    _begin_anew(copy, {"epoch": epoch, "ordinal": str(ordinal), "made": manifest.made_at})
    aside = _put_aside(live)
    _note(settings, manifest, ordinal, epoch)
    _put_files(settings, staging)
    live.parent.mkdir(parents=True, exist_ok=True)
    # The database may lie on another disk than the data folder: only a rename within one is all or nothing.
    beside = live.with_name(f".{live.name}.restoring")
    shutil.move(copy, beside)
    with beside.open("rb+") as file:
        os.fsync(file.fileno())
    os.replace(beside, live)
    sync_folder(live.parent)
    return epoch, ordinal, str(aside or "")


def _begin_anew(copy: Path, values: dict[str, str]) -> None:
    with contextlib.closing(sqlite3.connect(copy, isolation_level=None)) as connection:
        connection.execute("BEGIN IMMEDIATE")
        for sql, name in _ANEW:
            connection.execute(sql.format("?"), (values[name],) if name else ())
        connection.execute("COMMIT")
        # The file must be whole by itself when it is swapped in.
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        connection.execute("PRAGMA journal_mode=DELETE")
    with copy.open("rb+") as file:
        os.fsync(file.fileno())


def _ordinal_of(live: Path) -> int:
    """0 where there is no live database, or it cannot be read any more: the reason for a restore."""
    if not live.exists():
        return 0
    with contextlib.suppress(sqlite3.Error), contextlib.closing(sqlite3.connect(f"file:{live}?mode=ro", uri=True)) as connection:
        row = connection.execute("SELECT value FROM setting WHERE key = 'restore_ordinal'").fetchone()
        return int(row[0] or 0) if row else 0
    return 0


def _put_aside(live: Path) -> Path | None:
    """The live file under another name as well, with its log in it; refused while anybody uses it."""
    if not live.exists():
        return None
    aside = live.with_name(f"{live.stem}.before-restore-{_moment()}{live.suffix}")
    logs = [live.with_name(live.name + ending) for ending in ("-wal", "-shm")]
    try:
        with contextlib.closing(sqlite3.connect(live, isolation_level=None, timeout=1)) as connection:
            connection.execute("PRAGMA locking_mode=EXCLUSIVE")
            connection.execute("BEGIN EXCLUSIVE")
            connection.execute("COMMIT")
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    except sqlite3.DatabaseError as exc:
        if isinstance(exc, sqlite3.OperationalError) and ("locked" in str(exc) or "busy" in str(exc)):
            raise pack.PackError("The server is running on this database. Stop it, then restore.") from exc
        # Damaged: it is put aside as it is, log and all.
        for log in logs:
            if log.exists():
                shutil.copyfile(log, aside.with_name(aside.name + log.name.removeprefix(live.name)))
    os.link(live, aside)
    for log in logs:
        log.unlink(missing_ok=True)
    return aside


# PostgreSQL


async def _restore_postgres(settings: Settings, staging: Path, manifest: pack.Manifest) -> tuple[str, int, str]:
    target = asyncpg_target(settings.database_url)
    live = target["database"]
    moment = _moment()
    beside, aside = f"{live}_restore_{moment}", f"{live}_before_restore_{moment}"
    admin = await asyncpg.connect(**(target | {"database": "postgres"}))
    try:
        # Again below: one that is started meanwhile is refused as well, only later.
        await _refuse_while_used(admin, live)
        await admin.execute(f'CREATE DATABASE "{beside}"')
        try:
            epoch, ordinal = await _fill_beside(settings, staging, manifest, target, beside)
            await _refuse_while_used(admin, live)
            _note(settings, manifest, ordinal, epoch)
            await asyncio.to_thread(_put_files, settings, staging)
            there = await admin.fetchval("SELECT 1 FROM pg_database WHERE datname = $1", live)
            async with admin.transaction():
                if there:
                    await admin.execute(f'ALTER DATABASE "{live}" RENAME TO "{aside}"')
                await admin.execute(f'ALTER DATABASE "{beside}" RENAME TO "{live}"')
        except BaseException:
            await admin.execute(f'DROP DATABASE IF EXISTS "{beside}" WITH (FORCE)')
            raise
    finally:
        await admin.close()
    return epoch, ordinal, aside if there else ""


async def _fill_beside(settings: Settings, staging: Path, manifest: pack.Manifest, target: dict[str, Any], beside: str) -> tuple[str, int]:
    dump = staging / pack.DATABASES["postgres"]
    # One commit, not one a statement: each waits for the disk.
    arguments = ("--no-owner", "--no-privileges", "--exit-on-error", "--single-transaction", f"--dbname={beside}", str(dump))
    await asyncio.to_thread(run_tool, settings, "pg_restore", *arguments, database=beside)
    connection = await asyncpg.connect(**(target | {"database": beside}))
    try:
        _matches(manifest, await postgres_contents(connection))
    finally:
        await connection.close()
    await migrations.migrate_postgres(target | {"database": beside})
    ordinal = max(manifest.restore_ordinal, await _live_ordinal(settings), _used(settings)) + 1
    epoch = str(uuid.uuid4())
    values = {"epoch": epoch, "ordinal": str(ordinal), "made": manifest.made_at}
    connection = await asyncpg.connect(**(target | {"database": beside}))
    try:
        async with connection.transaction():
            for sql, name in _ANEW:
                await connection.execute(sql.format("$1"), *([values[name]] if name else []))
    finally:
        await connection.close()
    return epoch, ordinal


async def _live_ordinal(settings: Settings) -> int:
    with contextlib.suppress(Exception):  # whatever is wrong with the live database is why there is a restore
        database = await Database.open(settings.database_url, pool_max=1)
        try:
            async with database.snapshot() as connection:
                return int(await connection.value("SELECT value FROM setting WHERE key = 'restore_ordinal'") or 0)
        finally:
            await database.close()
    return 0


async def _refuse_while_used(admin: Any, live: str) -> None:
    used = "SELECT count(*) FROM pg_stat_activity WHERE datname = $1 AND backend_type = 'client backend'"
    for _ in range(30):
        if not await admin.fetchval(used, live):
            return
        await asyncio.sleep(0.1)  # of a server that was killed a moment ago, PostgreSQL has not heard yet
    raise pack.PackError("The server is running on this database. Stop it, then restore.")
