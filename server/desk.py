"""What an administrator does about phones, in the browser and from the command line: `device`, `quarantine`, `import-unsent`, and
POST /api/unsent. The rules are devices.py's, held.py's and unsent.py's; here they are asked for and told.
"""

from __future__ import annotations

import argparse
import getpass
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Annotated, Any

import msgspec
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from server import devices, held, unsent
from server.accounts import administrator, decoded
from server.database import Database
from server.openapi import Operation, by_key
from server.refusals import Refusal
from server.settings import Settings
from server.surveys.catalogue import Catalogue

COMMANDS = ("device", "quarantine", "import-unsent")
_PASSPHRASE_BYTES = 4096


class Opening(msgspec.Struct):
    """The line before the file's bytes."""

    passphrase: Annotated[str, msgspec.Meta(max_length=1000)] = ""


async def take_file(request: Request) -> Response:
    """POST /api/unsent: one line of JSON with the passphrase, then the file as it is."""
    actor = await administrator(request)
    first, _, data = (await request.body()).partition(b"\n")
    if len(first) > _PASSPHRASE_BYTES:
        raise Refusal("unsent_file")
    opening: Opening = decoded(first, Opening)
    state = request.app.state
    found = await unsent.take(state.database, state.catalogue, state.settings, data, opening.passphrase, actor.account_id)
    return Response(msgspec.json.encode(found), media_type="application/json", headers={"Cache-Control": "no-store"})


routes = [Route("/api/unsent", take_file, methods=["POST"])]
docs = by_key(
    Operation(
        "POST", "/api/unsent",
        "Takes a phone's file of unsent changes: a line {\"passphrase\"}, then the file. For the county's administrator.",
        {200: unsent.Imported}, request={"type": "string", "format": "binary"}, request_type="application/octet-stream",
        refusals=("administrators_only", "unsent_file", "unsent_passphrase", "unsent_newer", "unsent_account", "device_taken"),
    ),
)  # fmt: skip


# The command line


def add_parsers(commands: Any) -> None:
    device = commands.add_parser("device", help="phones: whose, what lies on them; shut one out")
    does = device.add_subparsers(dest="action", required=True)
    listing = does.add_parser("list", help="all phones, last heard of first")
    for name in ("account", "village", "township"):
        listing.add_argument(f"--{name}", default="", help=f"only of this {name}")
    revoke = does.add_parser("revoke", help="shut a phone out and say what is lost with it")
    revoke.add_argument("id")
    revoke.add_argument("--as", dest="as_", choices=("left", "lost"), required=True, help="left: it may send what it holds; lost: it may not")
    revoke.add_argument("--reason", default="")
    quarantine = commands.add_parser("quarantine", help="what was sent and not taken: look, take it after all, put it away")
    does = quarantine.add_subparsers(dest="action", required=True)
    does.add_parser("list", help="what is held, newest first")
    for name, help_ in (("show", "one entry with its content"), ("apply", "take it as a change of its author"), ("drop", "put it away")):
        does.add_parser(name, help=help_).add_argument("id")
    take = commands.add_parser("import-unsent", help="take a phone's file of unsent changes; twice is harmless")
    take.add_argument("file", type=Path)
    way = take.add_mutually_exclusive_group()
    way.add_argument("--passphrase-file", type=Path, help="file whose first line opens it")
    way.add_argument("--passphrase-prompt", action="store_true", help="ask for the passphrase")
    for command in (device, quarantine, take):
        command.add_argument("--data", type=Path, help="folder of the database file")


Within = Callable[[Callable[[Database], Awaitable[None]]], Awaitable[None]]


async def run(args: argparse.Namespace, settings: Settings, with_database: Within) -> list[str]:
    """The lines to print."""
    told: list[str] = []
    doing = {"device": _device, "quarantine": _quarantine, "import-unsent": _import}[args.command]

    async def work(database: Database) -> None:
        told.extend(await doing(database, args, settings))

    await with_database(work)
    return told


async def _device(database: Database, args: argparse.Namespace, settings: Settings) -> list[str]:
    if args.action == "list":
        async with database.snapshot() as connection:
            found = await devices.listed(connection, account=args.account, village=args.village, township=args.township)
        return [device_line(device) for device in found]
    async with database.transaction() as connection:
        device = await devices.revoke(connection, args.id, args.as_, "", args.reason)
    return farewell(device)


def device_line(device: devices.Device) -> str:
    """For the terminal: id, person, last contact, unsent, clock, app, what lies on it, how it was shut out."""
    clock = "" if device.skew_ms is None or abs(device.skew_ms) < 60_000 else f"clock {device.skew_ms / 60_000:+.0f} min"
    lies = ", ".join(f"{v.name} ({v.households} households, {v.persons} persons)" for v in device.villages)
    out = f"revoked as {device.revoked_as} {device.revoked_at}" if device.revoked_as else ""
    out += f", wiped {device.wiped_at}" if device.wiped_at else ""
    unsent_ = "unsent ?" if device.unsent is None else f"unsent {device.unsent}"
    said = (device.id, device.login, device.name, device.label, device.last_seen, unsent_, clock, device.app, lies, out)
    return "\t".join(said).rstrip()


def farewell(device: devices.Device) -> list[str]:
    """What shutting it out means, in plain words."""
    told = "It never said how much it had not sent." if device.unsent is None else (
        f"At its last contact, {device.last_seen}, it had {device.unsent} changes that it had not sent."
    )  # fmt: skip
    lost = device.revoked_as == "lost"
    lines = [
        f"{device.id} of {device.name} ({device.login}) is shut out as {device.revoked_as}.",
        told + (" These are lost, with whatever was written on it since." if lost else " It may still send them; they go to quarantine."),
    ]
    for village in device.villages:
        lines.append(f"On it lies {village.name}: {village.households} households, {village.persons} persons.")
    if not device.villages:
        lines.append("No village lies on it.")
    if device.wiped_at:
        lines.append(f"It said at {device.wiped_at} that it deleted what it held.")
    else:
        lines.append("It deletes what it holds at its next contact; one that never comes back cannot be deleted from here.")
    return lines


async def _quarantine(database: Database, args: argparse.Namespace, settings: Settings) -> list[str]:
    if args.action == "list":
        async with database.snapshot() as connection:
            found = await held.held(connection)
        lines = [
            "\t".join((e.id, e.at, e.login, e.name, e.village_name or e.village, e.kind or "", e.code)) for e in found.entries
        ]
        return [*lines, f"{found.count} held"]
    if args.action == "show":
        async with database.transaction() as connection:
            entry = await held.one(connection, args.id, "")
        return [f"{entry.at}\t{entry.login}\t{entry.name}\t{entry.village_name or entry.village}\t{entry.code}: {entry.en}", entry.body]
    if args.action == "apply":
        catalogue = await Catalogue.load(database, settings.surveys)
        return [(await held.apply(database, catalogue, args.id, "")).result]
    await held.drop(database, args.id, "")
    return []


async def _import(database: Database, args: argparse.Namespace, settings: Settings) -> list[str]:
    passphrase = None
    if args.passphrase_file:
        passphrase = (args.passphrase_file.read_text("utf-8").splitlines() or [""])[0].strip()
    elif args.passphrase_prompt:
        passphrase = getpass.getpass("Passphrase: ")
    catalogue = await Catalogue.load(database, settings.surveys)
    done = await unsent.take(database, catalogue, settings, args.file.read_bytes(), passphrase, "")
    lines = [
        f"{done.name} ({done.login}): {done.taken} taken, {done.known} already there, {done.held} held in quarantine",
        f"files: {done.files} stored, {done.files_known} already there, {done.files_waiting} that nothing taken names",
    ]
    if done.files_waiting:
        lines.append("Take the changes they belong to out of quarantine, then import this file once more.")
    return lines
