"""The command line: serve · demo · migrate · user · village · doctor · survey · suggestions · device ·
quarantine · import-unsent · backup · restore. `python -m server --help`."""

from __future__ import annotations

import argparse
import asyncio
import getpass
import os
import sys
from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import uvicorn

from server import __version__, demo, desk, doctor, logs, passwords, policies, roster, suggestions
from server.app import UnsafeDatabase, create_app, open_database
from server.backup import cli as backup_cli
from server.database import Busy, Connection, Database, DiskFull, without_password
from server.migrations import MigrationError
from server.refusals import Refusal
from server.settings import SettingError, Settings
from server.surveys import cli as surveys_cli
from server.surveys.catalogue import Catalogue

#: Requests in flight get this long after a stop signal.
GRACE_SECONDS = 8


def parser() -> argparse.ArgumentParser:
    top = argparse.ArgumentParser(prog="python -m server", description="Shibu 十步")
    top.add_argument("--version", action="version", version=f"Shibu {__version__}")
    commands = top.add_subparsers(dest="command", required=True)
    serve_ = commands.add_parser("serve", help="migrate the database and serve")
    demo_ = commands.add_parser("demo", help="the same with a demo township in an empty database")
    demo_.add_argument("--size", choices=("small", "default", "large"), default="default")
    migrate_ = commands.add_parser("migrate", help="bring the database up to date")
    doctor_ = commands.add_parser("doctor", help="say what is well and what is not")
    doctor_.add_argument(
        "--settings-table", action="store_true", help="print the table of settings as Markdown"
    )
    doctor_.add_argument(
        "--refusals-table", action="store_true", help="print the table of refusals as Markdown"
    )
    for command in (serve_, demo_, migrate_, doctor_):
        command.add_argument("--data", type=Path, help="folder of the database file")
    for command in (serve_, demo_):
        command.add_argument("--host", help="address to listen on")
        command.add_argument("--port", type=int, help="port to listen on")
    _user_parser(commands.add_parser("user", help="accounts and roles"))
    _village_parser(commands.add_parser("village", help="villages and townships"))
    surveys_cli.add_parser(commands)
    suggestions.add_parser(commands)
    desk.add_parsers(commands)
    backup_cli.add_parsers(commands)
    return top


def _user_parser(user: argparse.ArgumentParser) -> None:
    user.add_argument("--data", type=Path, help="folder of the database file")
    does = user.add_subparsers(dest="action", required=True)
    add = does.add_parser("add", help="a new account, with its first role if you name one")
    add.add_argument("login")
    add.add_argument("--name", required=True, help="the person's name")
    passwd = does.add_parser("passwd", help="set a password and end all sessions")
    passwd.add_argument("login")
    for command in (add, passwd):
        command.add_argument(
            "--password", help="without it, you are asked; without a terminal, one is made and printed"
        )
    grant = does.add_parser("grant", help="give a role")
    revoke = does.add_parser("revoke", help="take a role back")
    for command in (grant, revoke):
        command.add_argument("login")
    for command in (add, grant, revoke):
        command.add_argument("--role", required=command is not add, choices=roster.ROLES)
        command.add_argument("--village", help="name, code or id")
        command.add_argument("--township", help="name or id")
    for name, help_ in (("disable", "shut an account"), ("enable", "open it again")):
        does.add_parser(name, help=help_).add_argument("login")
    does.add_parser("list", help="all accounts")


def _village_parser(village: argparse.ArgumentParser) -> None:
    village.add_argument("--data", type=Path, help="folder of the database file")
    add = village.add_subparsers(dest="action", required=True).add_parser("add", help="a new village")
    add.add_argument("name")
    add.add_argument("--township", required=True, help="name or id; a new name makes a new township")
    add.add_argument("--county", default="", help="of a new township")
    add.add_argument("--code", default="", help="statistical code of the village")


async def with_database(settings: Settings, work: Callable[[Database], Awaitable[None]]) -> None:
    database = await open_database(settings)
    try:
        await work(database)
    finally:
        await database.close()


def serve(settings: Settings) -> int:
    logs.configure(settings.log_level)
    config = uvicorn.Config(
        create_app(settings),
        host=settings.host,
        port=settings.port,
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,  # network.py decides whom to believe
        timeout_graceful_shutdown=GRACE_SECONDS,
    )
    server = uvicorn.Server(config)
    server.run()
    return 0 if server.started else 1


async def load_demo(settings: Settings, size: str) -> None:
    """Fills an empty database and tells how to get in; a database with accounts is left as it is."""

    async def work(database: Database) -> None:
        async with database.snapshot() as connection:
            empty = not await connection.value("SELECT count(*) AS n FROM account")
            state = await connection.value("SELECT value FROM setting WHERE key = 'demo'")
        if state == "loading":
            raise ValueError(
                f"Loading the demo was cut short. Remove {without_password(settings.database_url)} and start again."
            )
        if empty:
            await _mark_demo(database, "loading")
            catalogue = await Catalogue.load(database, settings.surveys)
            await demo.load(database, catalogue, size, settings.demo_password)
            await _mark_demo(database, "loaded")
        async with database.transaction() as connection:
            lines = await roster.listed(connection, usable=True)
        print("\n".join(lines))
        print(f"password\t{settings.demo_password}")
        print(f"address\thttp://localhost:{settings.port}", flush=True)

    await with_database(settings, work)


async def _mark_demo(database: Database, state: str) -> None:
    async with database.transaction() as connection:
        await connection.run(
            "INSERT INTO setting (key, value) VALUES ('demo', ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value",
            state,
        )


async def migrate(settings: Settings) -> None:
    database = await Database.open(settings.database_url, readers=1)
    try:
        applied = await database.migrate()
    finally:
        await database.close()
    where = without_password(settings.database_url)
    print(f"{where}: applied {', '.join(applied)}" if applied else f"{where}: up to date")


def _chosen_password(given: str | None, login: str) -> tuple[str, bool]:
    """The password and whether it was made here and must be shown."""
    if given is None and sys.stdin.isatty():
        given = getpass.getpass("Password (empty: make one): ")
    if given:
        passwords.check_new(given, login)
        return given, False
    return passwords.random_password(), True


async def user(settings: Settings, args: argparse.Namespace) -> None:
    made = ""
    hashed = ""
    if args.action in ("add", "passwd"):
        password, shown = _chosen_password(args.password, args.login)
        made = password if shown else ""
        hashed = await passwords.hashed(password)

    async def work(database: Database) -> None:
        async with database.transaction() as connection:
            await _user_action(connection, args, hashed)

    await with_database(settings, work)
    if made:
        print(f"Password: {made}")


async def _user_action(connection: Connection, args: argparse.Namespace, hashed: str) -> None:
    if args.action == "add":
        account_id = await roster.add(connection, args.login, args.name, hashed)
        if args.role:
            await roster.grant(
                connection, account_id, await roster.post(connection, args.role, args.village, args.township)
            )
    elif args.action == "passwd":
        await roster.set_password(connection, args.login, hashed)
    elif args.action in ("grant", "revoke"):
        account = await roster.account_of(connection, args.login)
        place = await roster.post(connection, args.role, args.village, args.township)
        await (roster.grant if args.action == "grant" else roster.revoke)(connection, account["id"], place)
    elif args.action in ("disable", "enable"):
        await roster.set_disabled(connection, args.login, args.action == "disable")
    elif args.action == "list":
        print("\n".join(await roster.listed(connection)))


async def village(settings: Settings, args: argparse.Namespace) -> None:
    async def work(database: Database) -> None:
        catalogue = await Catalogue.load(database, settings.surveys)
        async with database.transaction() as connection:
            made = await roster.add_village(connection, args.name, args.township, args.county, args.code)
            township = await connection.value("SELECT township_id FROM village WHERE id = ?", made)
        await policies.give(database, catalogue, settings.surveys, township, made)
        print(made)

    await with_database(settings, work)


async def told(settings: Settings, args: argparse.Namespace) -> None:
    async def work(database: Database) -> None:
        print(await suggestions.report(database, only_open=args.open))

    await with_database(settings, work)


async def examine(settings: Settings, args: argparse.Namespace) -> int:
    if args.settings_table or args.refusals_table:
        print(doctor.settings_table() if args.settings_table else doctor.refusals_table())
        return 0
    return 0 if await doctor.report(settings) else 1


def run(args: argparse.Namespace) -> int:
    given: dict[str, Any] = {name: getattr(args, name, None) for name in ("data", "host", "port")}
    settings = Settings.read(os.environ, **given)
    match args.command:
        case "serve":
            return serve(settings)
        case "demo":
            asyncio.run(load_demo(settings, args.size))
            return serve(settings)
        case "migrate":
            asyncio.run(migrate(settings))
        case "user":
            asyncio.run(user(settings, args))
        case "village":
            asyncio.run(village(settings, args))
        case "doctor":
            return asyncio.run(examine(settings, args))
        case "suggestions":
            asyncio.run(told(settings, args))
        case "device" | "quarantine" | "import-unsent":
            print("\n".join(asyncio.run(desk.run(args, settings, partial(with_database, settings)))))
        case "backup" | "restore":
            return backup_cli.run(args, settings)
        case _:
            return surveys_cli.run(args, settings, partial(with_database, settings))
    return 0


def main(argv: Sequence[str] | None = None) -> int:
    args = parser().parse_args(argv)
    try:
        return run(args)
    except Refusal as exc:
        print(exc.body()["en"], file=sys.stderr)
    except (
        SettingError,
        MigrationError,
        UnsafeDatabase,
        roster.RosterError,
        Busy,
        DiskFull,
        ValueError,
    ) as exc:
        print(exc, file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
