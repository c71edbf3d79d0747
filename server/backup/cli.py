"""`python -m server backup` and `python -m server restore`."""

from __future__ import annotations

import argparse
import asyncio
import sqlite3
import sys
from pathlib import Path
from typing import Any

import asyncpg

from server.backup.make import Made, make
from server.backup.pack import PackError
from server.backup.restore import Restored, restore
from server.settings import Settings

COMMANDS = ("backup", "restore")


def add_parsers(commands: Any) -> None:
    backup = commands.add_parser("backup", help="copy the database and all files into one file, while the server runs")
    backup.add_argument("--to", type=Path, help="folder to write into; without it `backups` in the data folder")
    back = commands.add_parser("restore", help="go back to a backup; the server must be stopped")
    back.add_argument("file", type=Path, help="what `backup` wrote")
    for command in (backup, back):
        command.add_argument("--data", type=Path, help="folder of the database file")
        command.add_argument("--passphrase-file", type=Path, help="file whose first line encrypts and opens the backup")


def run(args: argparse.Namespace, settings: Settings) -> int:
    try:
        passphrase = _passphrase(args.passphrase_file)
        if args.command == "backup":
            return _told_made(asyncio.run(make(settings, args.to or settings.data / "backups", passphrase)), passphrase)
        return _told_restored(asyncio.run(restore(settings, args.file, passphrase)))
    except (PackError, OSError, sqlite3.Error, asyncpg.PostgresError) as exc:
        print(exc, file=sys.stderr)
        return 1


def _passphrase(file: Path | None) -> str | None:
    if file is None:
        return None
    lines = file.read_text("utf-8").splitlines()
    if not lines or not lines[0].strip():
        raise PackError(f"{file} holds no passphrase in its first line.")
    return lines[0].strip()


def _told_made(made: Made, passphrase: str | None) -> int:
    manifest = made.manifest
    print(f"{made.path}\t{made.path.stat().st_size} bytes\t{manifest.counts['record']} records\t{len(manifest.members) - 1} files")
    if passphrase is None:
        print("Not encrypted: it holds personal data. Keep it where only you can read it, or use --passphrase-file.", file=sys.stderr)
    for name in manifest.missing:
        print(f"Not on the disk, or spoilt: {name}", file=sys.stderr)
    return 1 if manifest.missing else 0


def _told_restored(done: Restored) -> int:
    print(f"Back at {done.manifest.made_at}: {done.manifest.counts['record']} records. Epoch {done.epoch}, ordinal {done.ordinal}.")
    if done.aside:
        print(f"What was there before lies in {done.aside}; delete it when nothing is missed.")
    print("Everybody signs in once more; phones then offer again what they wrote since the backup. Look through the accounts and")
    print("devices that were shut since then: they are open again.")
    return 0
