"""Backing up a server that runs, losing it, and going back: nothing that phones still hold is lost."""

from __future__ import annotations

import asyncio
import hashlib
import json
import sqlite3
import subprocess
import tarfile
from pathlib import Path
from typing import Any

import httpx2
import pytest

from server.backup import cli, pack
from server.database import Database
from server.settings import Settings
from tests.cast import CAST, PASSWORD, SHIQIAO
from tests.conftest import one_engine
from tests.databases import programs
from tests.phone import Phone
from tests.pictures import png
from tests.serving import Server

PASSPHRASE = "柳湾 seven wells"
PICTURE = png(40, 30)
HASH = hashlib.sha256(PICTURE).hexdigest()


async def signed_in(server: Server, name: str, client: httpx2.AsyncClient) -> None:
    body = {"account": CAST[name].login, "password": PASSWORD, "device": CAST[name].device}
    answer = await client.post("/api/session", json=body)
    assert answer.status_code == 200, answer.text


async def counted(server: Server, sql: str) -> Any:
    database = await Database.open(server.database, pool_max=1)
    try:
        async with database.snapshot() as connection:
            return await connection.value(sql)
    finally:
        await database.close()


@pytest.fixture
def with_tools(served: Server, tmp_path: Path) -> Server:
    served._settings["SHIBU_PG_BIN"] = str(programs())
    (tmp_path / "passphrase").write_text(f"{PASSPHRASE}\n", "utf-8")
    return served


async def test_a_drill_back_up_take_more_lose_all_restore_and_let_the_phones_heal_it(with_tools: Server, tmp_path: Path) -> None:
    server, safe = with_tools, tmp_path / "safe"
    async with httpx2.AsyncClient(base_url=server.url, timeout=60) as a, httpx2.AsyncClient(base_url=server.url, timeout=60) as b:
        await signed_in(server, "chen", a)
        await signed_in(server, "zhang", b)
        chen, zhang = Phone(a, device=CAST["chen"].device), Phone(b, device=CAST["zhang"].device)
        home = chen.save(SHIQIAO, "household", {"head_name": "杨德贵"})
        problem = chen.save(SHIQIAO, "problem", {"content": "路灯不亮", "photo": f"{HASH}.png"})
        await chen.sync()
        headers = {"content-type": "application/octet-stream", "upload-offset": "0", "upload-length": str(len(PICTURE))}
        sent = await a.patch(f"/api/files/{HASH}?record={problem}", content=PICTURE, headers=headers)
        assert sent.json()["complete"] is True, sent.text

        told = await asyncio.to_thread(server.command, "backup", "--to", str(safe), "--passphrase-file", str(tmp_path / "passphrase"))
        (made,) = safe.iterdir()
        lines = await chen.once()
        watermark = lines[0]["backup"]
        assert watermark is not None and str(made) in told and made.name.endswith(".tar.gz.enc") and b"\xe6\x9d\xa8" not in made.read_bytes()

        chen.save(SHIQIAO, "household", {"head_name": "杨德贵", "phone": "13900000000"}, home)
        late = chen.save(SHIQIAO, "visit", {"household": home, "facts": "备份以后写的"})
        await chen.sync()
        await zhang.sync()
        zhang.save(SHIQIAO, "visit", {"opinions": "编辑比新建先到"}, late)
        await zhang.sync()
        await chen.sync()
        epoch = chen.epoch
        with pytest.raises(AssertionError, match="Stop it"):
            await asyncio.to_thread(server.command, "restore", str(made), "--passphrase-file", str(tmp_path / "passphrase"))

        server.kill()
        for path in (server.data / "files").rglob(HASH):
            path.unlink()
        told = await asyncio.to_thread(server.command, "restore", str(made), "--passphrase-file", str(tmp_path / "passphrase"))
        assert "2 records" in told and "ordinal 1" in told
        server.start()
        assert await counted(server, "SELECT count(*) AS n FROM record") == 2
        assert (await a.get("/api/session")).status_code == 401, "sign-ins of before do not live again"
        await signed_in(server, "chen", a)
        await signed_in(server, "zhang", b)
        # The edit comes before the record it is of: it is held, and taken when the record comes.
        await zhang.sync()
        assert await counted(server, "SELECT count(*) AS n FROM quarantine WHERE state = 'held' AND code = 'unknown_record'") == 1
        for phone in (chen, zhang, chen, zhang):
            lines = await phone.sync()
            assert lines[0]["backup"] == watermark, "what came after the backup that was gone back to is in none"
        assert chen.epoch not in (None, epoch)
        for phone in (chen, zhang):
            assert phone.records(SHIQIAO)[late]["answers"]["facts"] == "备份以后写的"
            assert phone.records(SHIQIAO)[home]["answers"]["phone"] == "13900000000"
            assert phone.records(SHIQIAO)[late]["answers"]["opinions"] == "编辑比新建先到"
            assert not phone.mismatches
        assert [entry.answer["result"] for entry in zhang.outbox] == ["ok"], "its phone has heard"
        back = await b.get(f"/api/files/{HASH}?record={problem}")
        assert back.content == PICTURE
        assert not await counted(server, "SELECT count(*) AS n FROM quarantine WHERE state = 'held'")
        # Once more from the same backup: revisions must start above those of the days after the first restore.
        server.stop()
        assert "ordinal 2" in await asyncio.to_thread(
            server.command, "restore", str(made), "--passphrase-file", str(tmp_path / "passphrase")
        )


def backed_up(server: Server, tmp_path: Path, *more: str) -> Path:
    server.command("backup", "--to", str(tmp_path / "safe"), *more)
    (made,) = (tmp_path / "safe").iterdir()
    return made


@one_engine
def test_stock_tools_open_it(with_tools: Server, tmp_path: Path) -> None:
    made = backed_up(with_tools, tmp_path, "--passphrase-file", str(tmp_path / "passphrase"))
    opened = subprocess.run(
        ["openssl", "enc", "-d", "-aes-256-cbc", "-pbkdf2", "-iter", "600000", "-in", made, "-pass", f"pass:{PASSPHRASE}"],
        capture_output=True, check=True,
    )  # fmt: skip
    (tmp_path / "plain.tar.gz").write_bytes(opened.stdout)
    subprocess.run(["tar", "-xzf", tmp_path / "plain.tar.gz", "-C", tmp_path, "manifest.json", "database.sqlite3"], check=True)
    manifest = json.loads((tmp_path / "manifest.json").read_text("utf-8"))
    with sqlite3.connect(tmp_path / "database.sqlite3") as connection:
        assert connection.execute("SELECT count(*) FROM account").fetchone()[0] == manifest["counts"]["account"] > 0


@one_engine
def test_what_is_cut_changed_foreign_or_newer_is_refused_and_nothing_live_is_touched(
    with_tools: Server, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    server = with_tools
    sealed = backed_up(server, tmp_path, "--passphrase-file", str(tmp_path / "passphrase"))
    plain = backed_up(server, tmp_path / "plain")
    server.stop()
    live = server.data / "shibu.sqlite3"
    before = live.read_bytes()

    def tried(file: Path, *more: str) -> str:
        from server.__main__ import main

        environment = pytest.MonkeyPatch()
        with environment.context() as patched:
            patched.setenv("SHIBU_DATABASE", server.database)
            assert main(["restore", str(file), "--data", str(server.data), *more]) == 1
        return capsys.readouterr().err

    wrong = tmp_path / "wrong"
    wrong.write_text("another", "utf-8")
    assert "passphrase" in tried(sealed)
    assert "passphrase right" in tried(sealed, "--passphrase-file", str(wrong))
    for part in (0, 10, 5000, plain.stat().st_size // 2):
        (tmp_path / "cut").write_bytes(plain.read_bytes()[:part])
        assert "cut short" in tried(tmp_path / "cut") or "holds no backup" in tried(tmp_path / "cut"), part
    for name, change, says in (
        ("database.sqlite3", lambda data: data[:-1] + bytes([data[-1] ^ 1]), "is not what its manifest says"),
        ("manifest.json", lambda data: data.replace(b'"0003_attachments"', b'"0099_tomorrow"'), "newer than this program"),
        ("manifest.json", lambda data: data.replace(b'"format":1', b'"format": 9').replace(b'"format": 1', b'"format": 9'), "newer program"),
        ("../outside", lambda data: b"x", "does not name"),
    ):  # fmt: skip
        assert says in tried(altered(plain, tmp_path / "altered", name, change)), name
    assert live.read_bytes() == before
    assert not [path for path in server.data.iterdir() if path.name.startswith(".restore")]
    assert not (tmp_path / "outside").exists() and not (server.data.parent / "outside").exists()


def altered(source: Path, target: Path, name: str, change: Any) -> Path:
    """The same backup with one member changed, or one more."""
    import io

    with tarfile.open(source) as old, tarfile.open(target, "w:gz") as new:
        members = old.getmembers()
        for info in members:
            file = old.extractfile(info)
            assert file is not None
            data = change(file.read()) if info.name == name else file.read()
            info.size = len(data)
            new.addfile(info, io.BytesIO(data))
        if name not in {info.name for info in members}:
            info = tarfile.TarInfo(name)
            info.size = 1
            new.addfile(info, io.BytesIO(b"x"))
    return target


@one_engine
def test_a_copy_of_the_main_file_alone_or_a_spoilt_photo_is_told(with_tools: Server, tmp_path: Path) -> None:
    server = with_tools
    made = backed_up(server, tmp_path)
    with pytest.raises(pack.PackError, match="cannot be read"):
        pack.unpack(server.data / "shibu.sqlite3", tmp_path / "x", None)
    with sqlite3.connect(server.data / "shibu.sqlite3") as connection:
        connection.execute(
            "INSERT INTO attachment (township_id, village_id, hash, bytes, type, record_id, account_id, device_id, created_at)"
            " VALUES ('t', 'v', ?, 5, 'image/png', 'r', 'a', 'd', '2026')",
            (HASH,),
        )
    made.unlink()
    with pytest.raises(AssertionError, match="Not on the disk"):
        server.command("backup", "--to", str(tmp_path / "safe"))
    (made,) = (tmp_path / "safe").iterdir()
    assert pack.unpack(made, tmp_path / "there", None).missing == [f"files/t/v/{HASH[:2]}/{HASH}"]


@one_engine
async def test_a_live_database_that_cannot_be_read_is_no_hindrance(with_tools: Server, tmp_path: Path) -> None:
    server = with_tools
    made = backed_up(server, tmp_path)
    server.kill()
    (server.data / "shibu.sqlite3").write_bytes(b"no database at all" * 500)
    assert "Back at" in server.command("restore", str(made))
    assert len(list(server.data.glob("shibu.before-restore-*.sqlite3"))) == 1
    server.start()
    assert await counted(server, "SELECT count(*) AS n FROM account") == len(CAST)


def test_an_empty_passphrase_is_none(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "empty").write_text("\n", "utf-8")
    import argparse

    args = argparse.Namespace(command="backup", to=tmp_path, passphrase_file=tmp_path / "empty")
    assert cli.run(args, Settings(data=tmp_path)) == 1
    assert "no passphrase" in capsys.readouterr().err and [path.name for path in tmp_path.iterdir()] == ["empty"]
