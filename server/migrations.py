"""The migration runner: numbered SQL files per dialect, each applied once, whole, with its version row in one transaction.

Tortoise's own migrations are not used: on SQLite they rebuild a table by dropping it, and the drop deletes child rows.
SQLite: foreign keys off, BEGIN EXCLUSIVE, statements, foreign_key_check, version row, COMMIT; a copy of the file first.
PostgreSQL: the same in one transaction under an advisory lock. A file changed after it was applied stops everything.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import asyncpg

if TYPE_CHECKING:
    from server.database import Connection

FOLDER = Path(__file__).parent / "sql"
WAIT_MS = 60_000
#: Any constant will do; it keeps two starting servers from migrating one PostgreSQL database together.
ADVISORY_KEY = 0x5368696275

VERSIONS = """CREATE TABLE IF NOT EXISTS schema_version (
  name TEXT NOT NULL PRIMARY KEY, checksum TEXT NOT NULL, applied_at TEXT NOT NULL)"""


class MigrationError(Exception):
    """The database and the migration files do not fit together; nothing was changed."""


@dataclass(frozen=True)
class Migration:
    name: str
    checksum: str
    sql: str


def available(dialect: str, folder: Path = FOLDER) -> list[Migration]:
    """All migrations of a dialect in order; a gap or a name out of pattern is a mistake of ours and stops the start."""
    found = []
    for number, path in enumerate(sorted(folder.glob(f"*.{dialect}.sql")), start=1):
        name = path.name.removesuffix(f".{dialect}.sql")
        if not re.fullmatch(r"\d{4}_[a-z0-9_]+", name) or int(name[:4]) != number:
            raise MigrationError(f"{path.name}: expected number {number:04d}")
        text = path.read_text("utf-8")
        found.append(Migration(name, hashlib.sha256(text.encode()).hexdigest(), text))
    return found


def outstanding(files: list[Migration], applied: dict[str, str]) -> list[Migration]:
    """What is still to be applied, after checking that what was applied is what we have."""
    names = [migration.name for migration in files]
    for name, checksum in applied.items():
        if name not in names:
            raise MigrationError(f"The database is newer than this program: it has {name}. Install the newer version.")
        if files[names.index(name)].checksum != checksum:
            raise MigrationError(f"{name} was changed after it had been applied. Restore the file; write a new migration.")
    if names[: len(applied)] != sorted(applied):
        raise MigrationError("Migrations were applied out of order.")
    return files[len(applied) :]


async def pending(connection: Connection, dialect: str) -> list[str]:
    """Names still to be applied, read without changing anything."""
    if dialect == "sqlite":
        sql = "SELECT count(*) AS n FROM sqlite_master WHERE name = 'schema_version'"
    else:
        sql = "SELECT count(to_regclass('schema_version')) AS n"
    rows = await connection.all("SELECT name, checksum FROM schema_version") if await connection.value(sql) else []
    return [m.name for m in outstanding(available(dialect), {row["name"]: row["checksum"] for row in rows})]


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def statements(sql: str) -> Iterator[str]:
    """Single statements of a SQLite script; a semicolon inside text or a trigger does not end one."""
    buffer = ""
    for line in sql.splitlines(keepends=True):
        if not buffer.strip() and line.strip().startswith("--"):
            continue
        buffer += line
        if sqlite3.complete_statement(buffer):
            yield buffer
            buffer = ""
    if buffer.strip():
        raise MigrationError(f"A statement does not end: {buffer.strip()[:80]}")


def migrate_sqlite(path: Path, folder: Path = FOLDER) -> list[str]:
    """Blocking; run it in a thread. Safe against another process doing the same."""
    files = available("sqlite", folder)
    done = []
    with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute(f"PRAGMA busy_timeout={WAIT_MS}")
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=FULL")
        # Only outside a transaction: with foreign keys on, dropping a table to rebuild it deletes its children.
        connection.execute("PRAGMA foreign_keys=OFF")
        connection.execute(VERSIONS)
        applied = dict(connection.execute("SELECT name, checksum FROM schema_version"))
        todo = outstanding(files, applied)
        if todo and applied:
            copy_before(connection, path, todo[0].name)
        for migration in todo:
            if _apply_sqlite(connection, migration):
                done.append(migration.name)
    return done


def _apply_sqlite(connection: sqlite3.Connection, migration: Migration) -> bool:
    connection.execute("BEGIN EXCLUSIVE")
    try:
        row = connection.execute("SELECT checksum FROM schema_version WHERE name = ?", (migration.name,)).fetchone()
        if row is not None:  # another process was faster
            connection.execute("ROLLBACK")
            return False
        for statement in statements(migration.sql):
            connection.execute(statement)
        orphans = connection.execute("PRAGMA foreign_key_check").fetchall()
        if orphans:
            raise MigrationError(f"{migration.name} would leave rows without their parent in {orphans[0][0]}")
        connection.execute(
            "INSERT INTO schema_version (name, checksum, applied_at) VALUES (?, ?, ?)",
            (migration.name, migration.checksum, _now()),
        )
        connection.execute("COMMIT")
    except BaseException:
        connection.rollback()
        raise
    return True


def copy_before(connection: sqlite3.Connection, path: Path, name: str) -> Path:
    """A whole, consistent copy beside the file. Copying the file itself would miss what is still in its log."""
    moment = datetime.now(UTC).strftime("%Y%m%dT%H%M%S.%fZ")
    target = path.with_name(f"{path.stem}.before-{name}-{moment}{path.suffix}")
    growing = target.with_name(target.name + ".tmp")
    connection.execute("VACUUM INTO ?", (str(growing),))
    with growing.open("rb+") as file:
        os.fsync(file.fileno())
    growing.rename(target)  # a copy cut short never bears the name of a whole one
    return target


async def migrate_postgres(target: dict[str, Any], folder: Path = FOLDER) -> list[str]:
    """On a connection of its own: a pooler in transaction mode cannot hold what this needs."""
    files = available("postgres", folder)
    done: list[str] = []
    connection = await asyncpg.connect(**target)
    try:
        while True:
            async with connection.transaction():
                await connection.execute("SELECT pg_advisory_xact_lock($1)", ADVISORY_KEY)
                await connection.execute(VERSIONS)
                rows = await connection.fetch("SELECT name, checksum FROM schema_version")
                todo = outstanding(files, {row["name"]: row["checksum"] for row in rows})
                if not todo:
                    return done
                await connection.execute(todo[0].sql)
                await connection.execute(
                    "INSERT INTO schema_version (name, checksum, applied_at) VALUES ($1, $2, $3)",
                    todo[0].name, todo[0].checksum, _now(),
                )  # fmt: skip
                done.append(todo[0].name)
    finally:
        await connection.close()
