"""`python -m server survey …`: forms on the command line. `check`, `compile`, `evaluate` and `answers` print one JSON object
each, `instance` one XML document; `publish`, `list`, `rollback` and `download` work on the database and print lines for
people."""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
import uuid
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from server import roster, summaries
from server.database import Database
from server.refusals import Refusal
from server.scope import administers
from server.settings import Settings
from server.surveys import cost, guide_lines, mapped, media, publications, publish, terminal, workbook, worker
from server.surveys.builtin import GUIDE
from server.surveys.catalogue import LIST_TYPES, Catalogue, moves_of
from server.surveys.compile import Source
from server.surveys.form import Form
from server.surveys.grouped import shown
from server.surveys.guide_reading import Reading
from server.surveys.instance import Instances
from server.surveys.publications import Upload
from server.surveys.refusal import Refused
from server.surveys.report import report

Opened = Callable[[Callable[[Database], Awaitable[None]]], Awaitable[None]]


def add_parser(commands: Any) -> None:
    """Puts `survey` into the command line of `python -m server`."""
    parser = commands.add_parser("survey", help="check, try out, publish and download forms")
    actions = parser.add_subparsers(dest="action", required=True)
    for name, text in (
        ("check", "say what is wrong with a form; exit 1 when something is"),
        ("compile", "print the definition the phone gets"),
        ("evaluate", "print relevance, values and validity for given answers"),
        ("instance", "print given answers as XForm instance XML"),
        ("answers", "print the answers of an XForm instance"),
        ("publish", "show what a form changes and costs, and make it the live one"),
    ):
        action = actions.add_parser(name, help=text)
        action.add_argument("file", type=Path, help="an XLSForm (.md .xlsx .xls .csv) or an XForm (.xml)")
        action.add_argument(
            "--lists", type=Path, action="append", default=[], help="a folder with list files"
        )
        if name in {"evaluate", "instance"}:
            action.add_argument("answers", type=Path, help="a JSON object, question path → answer")
        if name == "answers":
            action.add_argument("instance", type=Path, help="the XML of one filled form")
        if name == "evaluate":
            action.add_argument("--now", default=None, help="the moment today() and now() mean, ISO 8601")
            action.add_argument("--lang", default="zh", help="language of labels")
        if name == "check":
            action.add_argument(
                "--strict",
                action="store_true",
                help="as publishing does: every question says how sensitive it is",
            )
        if name == "publish":
            _acting(action)
            action.add_argument("--times", type=float, help="how often a year it is filled in")
            action.add_argument("--yes", action="store_true", help="publish without asking")
    _add_kinds(actions)


def _add_kinds(actions: Any) -> None:
    """What works on versions that are there."""
    guide = actions.add_parser(
        "guide", help="check the tables of the ten steps and indicators; with a village, what they come to there"
    )
    guide.add_argument("--village", metavar="NAME")
    guide.add_argument("--on", metavar="DAY", default="", help="as of this day, 2026-06-30")
    guide.add_argument("--data", type=Path, help="folder of the database file")
    mapping = actions.add_parser("map", help="print which form, screen and rule stands behind each item and mechanism")
    mapping.add_argument("--write", type=Path, metavar="PAGE", help="put it between the marks of this page")
    listing = actions.add_parser("list", help="every kind with its versions")
    back = actions.add_parser("rollback", help="make an earlier version live again")
    back.add_argument("kind")
    back.add_argument("hash", nargs="?", help="of the version; without it, the one that was live before")
    _acting(back)
    download = actions.add_parser(
        "download", help="any version as an Excel workbook, with the lists that came with it"
    )
    download.add_argument("kind")
    download.add_argument("--version", metavar="HASH", help="without it, the live one")
    download.add_argument("file", type=Path, help="the .xlsx to write")
    for action in (listing, download):
        action.add_argument("--data", type=Path, help="folder of the database file")


def _acting(action: argparse.ArgumentParser) -> None:
    action.add_argument("--data", type=Path, help="folder of the database file")
    action.add_argument("--by", metavar="LOGIN", help="the county's administrator who does it")
    action.add_argument("--message", default="", help="why, for the list of versions")


def source_of(file: Path, folders: list[Path]) -> Source:
    """A form with the lists that lie beside it, in the folder `lists` next to its own, or in the folders named."""
    files: dict[str, str] = {}
    for folder in (file.parent, file.parent.parent / "lists", *folders):
        for path in sorted(folder.glob("*")) if folder.is_dir() else ():
            if path.suffix.lower() in LIST_TYPES and path != file and path.stat().st_size < worker.MAX_SOURCE:
                files[path.name] = path.read_text("utf-8-sig", errors="replace")
    moves = [row for row in moves_of(file.parent.parent / "moves.csv") if row.get("kind") == file.stem]
    return Source(file.name, file.read_bytes(), files, moves, strict=False)


def pictures_of(file: Path, folders: list[Path]) -> Mapping[str, bytes]:
    """Pictures and sounds beside a form, in `media` beside it or beside its folder, or in the folders named."""
    around = (file.parent, file.parent / "media", file.parent.parent / "media")
    return media.Folders([*folders, *around])


def check(outcome: worker.Outcome) -> dict[str, Any]:
    """{ok, kind, questions, errors, warnings} of what came of a form."""
    definition = outcome.definition
    return {
        "ok": outcome.ok,
        "kind": definition["kind"] if definition else None,
        "questions": cost.asked(definition) if definition else 0,
        "errors": [shown(line) for line in outcome.errors],
        "warnings": outcome.warnings,
    }


def run(args: argparse.Namespace, settings: Settings, opened: Opened) -> int:
    """`opened` lends the database to what needs one."""
    if args.action == "guide" and not args.village:
        return _check_guide(settings.surveys)
    if args.action == "map":
        return _map(args.write, settings.surveys)
    if args.action in {"check", "compile", "evaluate", "instance", "answers"}:
        return _tell(args)
    does = {"publish": _publish, "list": _list, "rollback": _roll_back, "download": _download, "guide": _guide}[args.action]
    code = 0

    async def work(database: Database) -> None:
        nonlocal code
        code = await does(args, settings, database)

    asyncio.run(_within(opened, work))
    return code


def _map(page: Path | None, folder: Path) -> int:
    made = mapped.table(folder)
    if page is None:
        print(made)
    else:
        page.write_text(mapped.written(page.read_text("utf-8"), made), "utf-8")
    return 0


async def _within(opened: Opened, work: Callable[[Database], Awaitable[None]]) -> None:
    await opened(work)


def _tell(args: argparse.Namespace) -> int:
    try:
        source = replace(source_of(args.file, args.lists), strict=getattr(args, "strict", False))
        pictures = pictures_of(args.file, args.lists)
    except OSError as exc:
        outcome = worker.Outcome(errors=[Refused("unreadable", detail=exc.strerror or str(exc)).line()])
    else:
        outcome = asyncio.run(worker.run(source))
    if outcome.definition is not None:
        outcome.definition, _, missing = media.attached(outcome.definition, pictures)
        outcome.warnings += [f"{line['zh']} {line['en']}" for line in _missing(missing)]
    if args.action == "check" or outcome.definition is None:
        return _print(check(outcome), outcome.ok)
    if args.action == "compile":
        return _print(outcome.definition, True)
    form = Form(outcome.definition)
    if args.action == "answers":
        return _read(args.instance, Instances(form, outcome.xform))
    try:
        answers = json.loads(args.answers.read_text("utf-8"))
    except (OSError, ValueError) as exc:
        print(f"{args.answers}: {exc}", file=sys.stderr)
        return 1
    if args.action == "instance":
        print(Instances(form, outcome.xform).write(answers, str(uuid.uuid4())))
        return 0
    return _print(report(form, answers, args.now, args.lang), True)


def _read(file: Path, instances: Instances) -> int:
    try:
        return _print(instances.read(file.read_bytes()).answers, True)
    except OSError as exc:
        print(f"{file}: {exc}", file=sys.stderr)
    except Refused as refused:
        _print(refused.line(), False)
    return 1


def _missing(names: list[str]) -> list[dict[str, Any]]:
    return [Refused("missing_media", name).line() for name in names]


def _print(value: Any, ok: bool) -> int:
    json.dump(value, sys.stdout, ensure_ascii=False, indent=2)
    print()
    return 0 if ok else 1


# On the database


def _check_guide(folder: Path) -> int:
    problems, held = guide_lines.checked(folder)
    print("\n".join([*problems, held]))
    return 1 if problems else 0


async def _guide(args: argparse.Namespace, settings: Settings, database: Database) -> int:
    """What the folder's guide comes to in one village."""
    code = await asyncio.to_thread(_check_guide, settings.surveys)
    catalogue = await Catalogue.load(database, settings.surveys)
    form = catalogue.current(GUIDE)
    assert form is not None
    async with database.snapshot() as connection:
        place = await connection.one("SELECT township_id, id FROM village WHERE name = ?", args.village)
        if place is None:
            raise Refusal("unknown_village")
        rows = await summaries.rows_of(connection, form.definition, place["township_id"], place["id"])
    reading = Reading(form.definition, summaries.Living(rows), summaries.today(), args.on)
    print("\n".join(guide_lines.told(reading)))
    return code


async def _publish(args: argparse.Namespace, settings: Settings, database: Database) -> int:
    try:
        source = source_of(args.file, args.lists)
        upload = Upload(
            source.name, source.data, source.files, pictures_of(args.file, args.lists), args.times
        )
    except OSError as exc:
        raise ValueError(f"{args.file}: {exc.strerror or exc}") from exc
    account = await _account(database, args.by)
    catalogue = await Catalogue.load(database, settings.surveys)
    found = await publish.try_form(database, catalogue, settings.surveys, upload, account)
    print("\n".join(terminal.lines(found)))
    if not found["ok"]:
        return 1
    print(f"preview: /#/preview/{found['hash']} on the server's address, signed in as an administrator")
    if found["difference"]["same"]:
        print("Nothing to publish: the live version is the same.")
        return 0
    if not args.yes and not _agreed():
        print("Not published. It is kept as a trial for 30 days; --yes publishes.")
        return 1
    async with database.transaction() as connection:
        await publications.publish(
            connection,
            found["kind"],
            found["hash"],
            live=found["live"],
            account_id=account,
            message=args.message,
        )
    print(f"Published {found['kind']} {found['hash']}.")
    return 0


def _agreed() -> bool:
    return sys.stdin.isatty() and input("Publish? [y/N] ").strip().lower() in {"y", "yes", "是"}


async def _account(database: Database, login: str | None) -> str:
    """'' is the command line itself."""
    if login is None:
        return ""
    async with database.snapshot() as connection:
        account = await roster.account_of(connection, login)
        if not await administers(connection, account["id"]):
            raise Refusal("administrators_only")
    return str(account["id"])


async def _list(args: argparse.Namespace, settings: Settings, database: Database) -> int:
    catalogue = await Catalogue.load(database, settings.surveys)
    async with database.snapshot() as connection:
        versions = await publications.versions(connection)
    for form in publications.by_kind(versions, catalogue):
        print("\n".join(terminal.form(form)))
    return 0


async def _roll_back(args: argparse.Namespace, settings: Settings, database: Database) -> int:
    account = await _account(database, args.by)
    async with database.transaction() as connection:
        hash_ = await publications.roll_back(
            connection, args.kind, args.hash, account_id=account, message=args.message
        )
    print(f"{args.kind} {hash_} is live.")
    return 0


async def _download(args: argparse.Namespace, settings: Settings, database: Database) -> int:
    await Catalogue.load(database, settings.surveys)
    async with database.snapshot() as connection:
        hash_ = args.version or await publications.live_hash(connection, args.kind)
        known = await connection.value("SELECT kind FROM form_version WHERE hash = ?", hash_ or "")
        if known != args.kind:
            raise Refusal("unknown_form")
        made = await publications.source(connection, str(hash_))
    if made is None:
        raise Refusal("no_workbook")
    try:
        body = await asyncio.to_thread(workbook.workbook, made)
        args.file.write_bytes(body)
        for name, text in made.files.items():
            path = args.file.parent / Path(name).name
            if not path.exists():
                path.write_text(text, "utf-8")
    except workbook.NoWorkbook as exc:
        raise Refusal("no_workbook") from exc
    except OSError as exc:
        raise ValueError(f"{args.file}: {exc.strerror or exc}") from exc
    print(
        f"{args.file}: {args.kind} {hash_}"
        + (f", with {', '.join(sorted(made.files))}" if made.files else "")
    )
    return 0
