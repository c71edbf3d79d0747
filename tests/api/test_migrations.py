"""Migrations on both engines: with data, killed midway, tampered with, raced, and against the models."""

from __future__ import annotations

import asyncio
import re
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import asyncpg
import pytest
from tortoise.models import Model

from server import models
from server.database import Database
from server.migrations import (
    MigrationError,
    available,
    migrate_postgres,
    migrate_sqlite,
    outstanding,
    statements,
)
from server.postgres_engine import asyncpg_target
from tests.databases import PostgresMaker
from tests.serving import ROOT

#: Tables every township reads and none owns; all others are a township's.
SHARED = {"account", "device", "session", "form_version", "access_log", "setting", "schema_version"}
SHARED |= {"form_source", "form_trial", "form_media", "publication", "escrow"}

REBUILD = """CREATE TABLE parent_new (id TEXT PRIMARY KEY, name TEXT NOT NULL, note TEXT);
INSERT INTO parent_new (id, name) SELECT id, name FROM parent;
DROP TABLE parent;
ALTER TABLE parent_new RENAME TO parent;
"""


def folder_of(tmp_path: Path, *files: str) -> Path:
    """Migration files of both dialects with the same SQL."""
    folder = tmp_path / "sql"
    folder.mkdir(exist_ok=True)
    for number, sql in enumerate(files, start=1):
        for dialect in ("sqlite", "postgres"):
            (folder / f"{number:04d}_step.{dialect}.sql").write_text(sql, "utf-8")
    return folder


FAMILY = """CREATE TABLE parent (id TEXT PRIMARY KEY, name TEXT NOT NULL);
CREATE TABLE child (id TEXT PRIMARY KEY, parent_id TEXT NOT NULL REFERENCES parent (id) ON DELETE CASCADE);
CREATE INDEX child_by_parent ON child (parent_id);
INSERT INTO parent VALUES ('a', '甲; -- not a comment'), ('b', '乙');
INSERT INTO child VALUES ('1', 'a'), ('2', 'a'), ('3', 'b');
"""


def test_rebuilding_a_parent_keeps_its_children_and_their_index(tmp_path: Path) -> None:
    path = tmp_path / "x.sqlite3"
    assert migrate_sqlite(path, folder_of(tmp_path, FAMILY)) == ["0001_step"]
    assert migrate_sqlite(path, folder_of(tmp_path, FAMILY, REBUILD)) == ["0002_step"]
    assert migrate_sqlite(path, folder_of(tmp_path, FAMILY, REBUILD)) == []
    with sqlite3.connect(path) as connection:
        assert connection.execute("SELECT count(*) FROM child").fetchone() == (3,)
        assert connection.execute("SELECT name FROM parent WHERE id = 'a'").fetchone() == ("甲; -- not a comment",)
        assert connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'child_by_parent'").fetchone()
    connection.close()


def test_a_copy_of_the_file_is_made_first_and_holds_what_is_in_the_log(tmp_path: Path) -> None:
    path = tmp_path / "x.sqlite3"
    migrate_sqlite(path, folder_of(tmp_path, FAMILY))
    assert not list(tmp_path.glob("*.before-*")), "an empty database needs none"
    writer = sqlite3.connect(path, isolation_level=None)
    try:
        writer.execute("INSERT INTO child VALUES ('4', 'b')")
        migrate_sqlite(path, folder_of(tmp_path, FAMILY, "DELETE FROM child;"))
    finally:
        writer.close()
    (copy,) = tmp_path.glob("x.before-0002_step-*.sqlite3")
    kept = sqlite3.connect(copy)
    try:
        assert kept.execute("SELECT count(*) FROM child").fetchone() == (4,)
        assert kept.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    finally:
        kept.close()


def test_a_migration_that_orphans_rows_is_refused_whole(tmp_path: Path) -> None:
    path = tmp_path / "x.sqlite3"
    migrate_sqlite(path, folder_of(tmp_path, FAMILY))
    with pytest.raises(MigrationError, match="without their parent in child"):
        migrate_sqlite(path, folder_of(tmp_path, FAMILY, "CREATE TABLE extra (id TEXT);\nDELETE FROM parent WHERE id = 'a';"))
    connection = sqlite3.connect(path)
    try:
        assert connection.execute("SELECT count(*) FROM parent").fetchone() == (2,)
        assert not connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'extra'").fetchone()
        assert connection.execute("SELECT name FROM schema_version").fetchall() == [("0001_step",)]
    finally:
        connection.close()


async def test_a_failing_migration_leaves_nothing_on_postgresql(tmp_path: Path, postgres_maker: PostgresMaker) -> None:
    target = asyncpg_target(await asyncio.to_thread(postgres_maker.make_empty))
    assert await migrate_postgres(target, folder_of(tmp_path, FAMILY)) == ["0001_step"]
    broken = folder_of(tmp_path, FAMILY, "CREATE TABLE extra (id TEXT);\nINSERT INTO child VALUES ('9', 'nobody');")
    with pytest.raises(asyncpg.ForeignKeyViolationError):
        await migrate_postgres(target, broken)
    connection = await asyncpg.connect(**target)
    try:
        assert await connection.fetchval("SELECT to_regclass('extra')") is None
        assert await connection.fetchval("SELECT count(*) FROM child") == 3
        assert await migrate_postgres(target, folder_of(tmp_path, FAMILY, "ALTER TABLE parent ADD COLUMN note TEXT;")) == ["0002_step"]
    finally:
        await connection.close()


async def test_two_servers_starting_together_apply_each_migration_once(tmp_path: Path, postgres_maker: PostgresMaker) -> None:
    folder = folder_of(tmp_path, FAMILY, "ALTER TABLE parent ADD COLUMN note TEXT;")
    target = asyncpg_target(await asyncio.to_thread(postgres_maker.make_empty))
    done = await asyncio.gather(*(migrate_postgres(target, folder) for _ in range(4)))
    assert sorted(name for names in done for name in names) == ["0001_step", "0002_step"]
    path = tmp_path / "x.sqlite3"
    done = await asyncio.gather(*(asyncio.to_thread(migrate_sqlite, path, folder) for _ in range(4)))
    assert sorted(name for names in done for name in names) == ["0001_step", "0002_step"]


KILLED = """
import sqlite3, sys
from pathlib import Path
from server import migrations
real = migrations.statements
def slow(sql):
    for number, statement in enumerate(real(sql)):
        if number == int(sys.argv[3]):
            print("here", flush=True)
            sys.stdin.read()
        yield statement
migrations.statements = slow
migrations.migrate_sqlite(Path(sys.argv[1]), Path(sys.argv[2]))
"""


@pytest.mark.parametrize("at", [0, 2, 3])
def test_killed_midway_the_next_start_completes(tmp_path: Path, at: int) -> None:
    path = tmp_path / "x.sqlite3"
    migrate_sqlite(path, folder_of(tmp_path, FAMILY))
    folder = folder_of(tmp_path, FAMILY, REBUILD)
    process = subprocess.Popen(
        [sys.executable, "-c", KILLED, str(path), str(folder), str(at)],
        cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
    )  # fmt: skip
    try:
        assert process.stdout is not None and process.stdout.readline() == b"here\n"
    finally:
        process.kill()
        process.communicate()
    assert migrate_sqlite(path, folder) == ["0002_step"]
    connection = sqlite3.connect(path)
    try:
        assert connection.execute("SELECT count(*) FROM child").fetchone() == (3,)
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    finally:
        connection.close()


async def test_killed_midway_on_postgresql_the_next_start_completes(tmp_path: Path, postgres_maker: PostgresMaker) -> None:
    target = asyncpg_target(await asyncio.to_thread(postgres_maker.make_empty))
    slow = folder_of(tmp_path, FAMILY + "SELECT pg_sleep(30);")
    task = asyncio.create_task(migrate_postgres(target, slow))
    connection = await asyncpg.connect(**target)
    try:
        deadline = time.monotonic() + 20
        while not await connection.fetchval(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE '%pg_sleep(30)%'"
            " AND pid <> pg_backend_pid() AND datname = current_database() AND wait_event = 'PgSleep'"
        ):
            assert time.monotonic() < deadline
            await asyncio.sleep(0.05)
        with pytest.raises((asyncpg.PostgresError, asyncpg.InterfaceError, ConnectionError)):
            await task
        assert await connection.fetchval("SELECT to_regclass('parent')") is None
        assert await migrate_postgres(target, folder_of(tmp_path, FAMILY)) == ["0001_step"]
    finally:
        await connection.close()


def test_a_file_changed_after_it_was_applied_stops_the_start(tmp_path: Path) -> None:
    path = tmp_path / "x.sqlite3"
    migrate_sqlite(path, folder_of(tmp_path, FAMILY))
    with pytest.raises(MigrationError, match="changed after"):
        migrate_sqlite(path, folder_of(tmp_path, FAMILY + "-- later\n"))


def test_an_older_program_refuses_a_newer_database(tmp_path: Path) -> None:
    files = available("sqlite", folder_of(tmp_path, FAMILY))
    with pytest.raises(MigrationError, match="newer than this program"):
        outstanding(files, {"0001_step": files[0].checksum, "0002_future": "x"})


def test_a_gap_in_the_numbers_is_found(tmp_path: Path) -> None:
    folder = folder_of(tmp_path, FAMILY)
    (folder / "0003_step.sqlite.sql").write_text("SELECT 1;", "utf-8")
    with pytest.raises(MigrationError, match="0002"):
        available("sqlite", folder)


def test_statements_end_where_sqlite_says() -> None:
    sql = "-- a comment; with a semicolon\nINSERT INTO a VALUES ('x;y');\nCREATE TRIGGER t AFTER INSERT ON a BEGIN\n SELECT 1;\nEND;\n"
    assert len(list(statements(sql))) == 2
    with pytest.raises(MigrationError, match="does not end"):
        list(statements("SELECT 1"))


def test_both_dialects_have_the_same_migrations() -> None:
    assert [m.name for m in available("sqlite")] == [m.name for m in available("postgres")]


async def _columns(database: Database) -> dict[str, dict[str, bool]]:
    """table → column → may it be null."""
    async with database.snapshot() as connection:
        if database.dialect == "postgres":
            rows = await connection.all(
                "SELECT table_name, column_name, is_nullable = 'YES' AS nullable FROM information_schema.columns"
                " WHERE table_schema = 'public'"
            )
        else:
            rows = await connection.all(
                "SELECT m.name AS table_name, c.name AS column_name, c.\"notnull\" = 0 AS nullable"
                " FROM sqlite_master m, pragma_table_info(m.name) c WHERE m.type = 'table'"
            )
    found: dict[str, dict[str, bool]] = {}
    for row in rows:
        found.setdefault(row["table_name"], {})[row["column_name"]] = bool(row["nullable"])
    return found


async def test_every_column_of_a_model_exists_and_both_agree_on_null(database: Database) -> None:
    columns = await _columns(database)
    named = [m for m in vars(models).values() if isinstance(m, type) and issubclass(m, Model) and m is not Model]
    assert len(named) >= 5
    for model in named:
        table = columns[model._meta.db_table]
        for field, column in model._meta.fields_db_projection.items():
            assert column in table, f"{model.__name__}.{field}"
            assert table[column] == model._meta.fields_map[field].null, f"{model.__name__}.{field} null"


async def test_both_engines_have_the_same_tables_and_columns(
    sqlite_maker: object, postgres_maker: PostgresMaker, tmp_path: Path
) -> None:
    shapes = []
    for maker in (sqlite_maker, postgres_maker):
        url = await asyncio.to_thread(maker.make, tmp_path)  # type: ignore[attr-defined]
        database = await Database.open(url)
        try:
            shapes.append(await _columns(database))
        finally:
            await database.close()
    assert shapes[0] == shapes[1]


async def test_every_tenant_key_begins_with_the_township(
    sqlite_maker: object, postgres_maker: PostgresMaker, tmp_path: Path
) -> None:
    """What a distributed PostgreSQL asks of the schema, held on a plain one: reference stack.md 4.1."""
    connection = await asyncpg.connect(**asyncpg_target(await asyncio.to_thread(postgres_maker.make, tmp_path)))
    try:
        tables = {r[0] for r in await connection.fetch("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")}
        keys = await connection.fetch(
            "SELECT i.indrelid::regclass::text AS tab, i.indisprimary AS main, array_agg(a.attname::text) AS cols"
            " FROM pg_index i JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = ANY (i.indkey)"
            " JOIN pg_class c ON c.oid = i.indrelid WHERE i.indisunique AND c.relnamespace = 'public'::regnamespace"
            " GROUP BY i.indexrelid, i.indrelid, i.indisprimary"
        )
        foreign = await connection.fetch(
            "SELECT conrelid::regclass::text AS tab, confrelid::regclass::text AS other FROM pg_constraint WHERE contype = 'f'"
        )
        sequences = await connection.fetch("SELECT 1 FROM pg_class WHERE relkind = 'S' AND relnamespace = 'public'::regnamespace")
    finally:
        await connection.close()
    assert tables >= SHARED and len(tables - SHARED) >= 10
    assert {r["tab"] for r in keys if r["main"]} == tables, "every table has a primary key"
    for row in keys:
        if row["tab"] not in SHARED:
            assert "township_id" in row["cols"], f"{row['tab']}: {row['cols']}"
    for row in foreign:
        assert row["tab"] in SHARED and row["other"] in SHARED, f"{row['tab']} refers to {row['other']}"
    assert not sequences, "ids are made by clients"


def test_migrations_are_additive() -> None:
    """A phone may be a release behind, and a restore may need the release before: columns are never taken away."""
    for dialect in ("sqlite", "postgres"):
        for migration in available(dialect)[1:]:
            assert not re.search(r"\bDROP\s+(COLUMN|TABLE)\b", migration.sql, re.I) or "_new" in migration.sql


async def test_pending_names_what_is_not_applied(database: Database, tmp_path: Path) -> None:
    assert await database.pending() == []
    async with database.transaction() as connection:
        last = str(await connection.value("SELECT max(name) FROM schema_version"))
        await connection.run("DELETE FROM schema_version WHERE name = ?", last)
    assert await database.pending() == [last]
    async with database.transaction() as connection:
        await connection.run("DROP TABLE schema_version")
    assert (await database.pending())[0] == "0001_initial"
