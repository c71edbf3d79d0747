"""`python -m server survey check | compile | evaluate`: a form on the command line, each printing one JSON object."""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
from pathlib import Path
from typing import Any

from server.surveys import worker
from server.surveys.catalogue import LIST_TYPES, moves_of
from server.surveys.compile import Source
from server.surveys.form import Form
from server.surveys.refusal import Refused
from server.surveys.report import report


def add_parser(commands: Any) -> None:
    """Puts `survey` into the command line of `python -m server`."""
    parser = commands.add_parser("survey", help="check, compile or try out one form")
    actions = parser.add_subparsers(dest="action", required=True)
    for name, text in (
        ("check", "say what is wrong with a form; exit 1 when something is"),
        ("compile", "print the definition the phone gets"),
        ("evaluate", "print relevance, values and validity for given answers"),
    ):
        action = actions.add_parser(name, help=text)
        action.add_argument("file", type=Path, help="an XLSForm (.md .xlsx .xls .csv) or an XForm (.xml)")
        action.add_argument(
            "--lists", type=Path, action="append", default=[], help="a folder with list files"
        )
        if name == "evaluate":
            action.add_argument("answers", type=Path, help="a JSON object, question path → answer")
            action.add_argument("--now", default=None, help="the moment today() and now() mean, ISO 8601")
            action.add_argument("--lang", default="zh", help="language of labels")


def source_of(file: Path, folders: list[Path]) -> Source:
    """A form with the lists that lie beside it, in the folder `lists` next to its own, or in the folders named."""
    files: dict[str, str] = {}
    for folder in (file.parent, file.parent.parent / "lists", *folders):
        for path in sorted(folder.glob("*")) if folder.is_dir() else ():
            if path.suffix.lower() in LIST_TYPES and path != file and path.stat().st_size < worker.MAX_SOURCE:
                files[path.name] = path.read_text("utf-8-sig", errors="replace")
    moves = [row for row in moves_of(file.parent.parent / "moves.csv") if row.get("kind") == file.stem]
    return Source(file.name, file.read_bytes(), files, moves, strict=False)


def check(outcome: worker.Outcome) -> dict[str, Any]:
    """{ok, kind, questions, errors, warnings} of what came of a form."""
    definition = outcome.definition
    return {
        "ok": outcome.ok,
        "kind": definition["kind"] if definition else None,
        "questions": len(definition["questions"]) if definition else 0,
        "errors": outcome.errors,
        "warnings": outcome.warnings,
    }


def run(args: argparse.Namespace) -> int:
    try:
        source = source_of(args.file, args.lists)
    except OSError as exc:
        outcome = worker.Outcome(errors=[Refused("unreadable", detail=exc.strerror or str(exc)).line()])
    else:
        outcome = asyncio.run(worker.run(source))
    if args.action == "check" or outcome.definition is None:
        return _print(check(outcome), outcome.ok)
    if args.action == "compile":
        return _print(outcome.definition, True)
    try:
        answers = json.loads(args.answers.read_text("utf-8"))
    except (OSError, ValueError) as exc:
        print(f"{args.answers}: {exc}", file=sys.stderr)
        return 1
    return _print(report(Form(outcome.definition), answers, args.now, args.lang), True)


def _print(value: Any, ok: bool) -> int:
    json.dump(value, sys.stdout, ensure_ascii=False, indent=2)
    print()
    return 0 if ok else 1
