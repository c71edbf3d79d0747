"""From an uploaded file to a trial: compiled in the worker, compared with the live version, counted, priced, kept.

Promises: nothing goes live here; what is wrong comes with sheet and row, all of it at once; what a person should think
about before publishing is a warning with its count.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from server.database import Connection, Database
from server.surveys import builtin, cost, guide, media, publications, touched, worker
from server.surveys.catalogue import Catalogue, lists_of, moves_of, times_per_year
from server.surveys.compile import Source
from server.surveys.difference import difference, gone_choices, touching
from server.surveys.grouped import grouped
from server.surveys.publications import Made, Upload
from server.surveys.refusal import Refused

#: Sheets that may be published; an XForm has no sheet to point at and cannot be given back as one.
SHEETS = {".md", ".csv", ".xls", ".xlsx"}
#: A new kind without a word of how often counts once a year.
ONCE = 1.0


@dataclass
class Drafted:
    """What came of an upload before it is compared with anything."""

    outcome: worker.Outcome
    made: Made
    pictures: dict[str, bytes]
    warnings: list[dict[str, Any]]


async def try_form(
    database: Database, catalogue: Catalogue, folder: Path, upload: Upload, account_id: str
) -> dict[str, Any]:
    """The whole answer to an upload; a form without errors is kept as a trial under its hash."""
    drafted = await draft(database, folder, upload)
    definition = drafted.outcome.definition
    errors = drafted.outcome.errors or _problems(definition or {}, catalogue)
    if definition is None or errors:
        return {
            "ok": False,
            "kind": definition["kind"] if definition else None,
            "questions": cost.asked(definition) if definition else 0,
            "file": upload.name,
            "errors": grouped(errors),
            "warnings": grouped(drafted.warnings),
        }
    found = await compared(database, catalogue, definition, drafted.made.times_per_year)
    warnings = drafted.warnings + found.pop("warnings")
    made = replace(drafted.made, times_per_year=found["cost"]["times_per_year"])
    async with database.transaction() as connection:
        await media.keep(connection, drafted.pictures)
        await publications.keep_trial(
            connection, definition, drafted.outcome.xform, warnings, made, account_id
        )
    return {
        "ok": True,
        "kind": definition["kind"],
        "title": definition["title"],
        "questions": cost.asked(definition),
        "file": upload.name,
        "errors": [],
        "warnings": grouped(warnings),
        "hash": definition["hash"],
        **found,
    }


async def draft(database: Database, folder: Path, upload: Upload) -> Drafted:
    """Compiles an upload strictly. A list that did not come along is the live version's, else the folder's."""
    async with database.snapshot() as connection:
        pinned = await _pinned(connection)
    pool: dict[str, str] = {}
    for made in pinned.values():
        pool |= made.files
    own = await asyncio.to_thread(lists_of, folder / "lists")
    moves = await asyncio.to_thread(moves_of, folder / "moves.csv")
    files = own | pool | dict(upload.files)
    outcome = await _compiled(upload, files, moves)
    definition = outcome.definition
    mine = pinned[definition["kind"]].files if definition and definition["kind"] in pinned else {}
    if any(files[name] != text for name, text in mine.items() if name not in upload.files):
        files |= mine | dict(upload.files)
        outcome = await _compiled(upload, files, moves)
    kept = {name: text for name, text in (pool | mine | dict(upload.files)).items() if name in outcome.xform}
    warnings = [noted(warning) for warning in outcome.warnings]
    pictures: dict[str, bytes] = {}
    if outcome.definition is not None:
        wanted = media.named(outcome.definition)
        given = await asyncio.to_thread(media.of_folders, [folder / "media"]) if wanted else {}
        given |= await _earlier(database, wanted)
        given |= {name: upload.media[name] for name in wanted if name in upload.media}
        outcome.definition, pictures, missing = media.attached(outcome.definition, given)
        warnings += [Refused("missing_media", name).line() for name in missing]
    times = upload.times_per_year or times_per_year(outcome.settings)
    return Drafted(outcome, Made(upload.name, upload.data, kept, times), pictures, warnings)


async def _compiled(upload: Upload, files: dict[str, str], moves: list[dict[str, str]]) -> worker.Outcome:
    if Path(upload.name).suffix.lower() not in SHEETS:
        return worker.Outcome(errors=[Refused("unreadable", detail=" ".join(sorted(SHEETS))).line()])
    return await worker.run(Source(upload.name, upload.data, files, moves, strict=True))


async def _pinned(connection: Connection) -> dict[str, Made]:
    """Kind → what its live version was made from, of the kinds an administrator published, the last published last."""
    found: dict[str, Made] = {}
    for row in sorted(await publications.latest(connection), key=lambda row: int(row["n"])):
        made = await publications.source(connection, row["hash"]) if row["pinned"] else None
        if made is not None:
            found[row["kind"]] = made
    return found


async def _earlier(database: Database, wanted: list[str]) -> dict[str, bytes]:
    """Pictures that an earlier version of any live form brought under these names."""
    if not wanted:
        return {}
    async with database.snapshot() as connection:
        rows = await connection.all("SELECT definition FROM form_version WHERE current = 1")
        return await media.known(connection, [row["definition"] for row in rows], wanted)


def noted(warning: Any) -> dict[str, Any]:
    """The converter warns in plain English."""
    if isinstance(warning, Mapping):
        return dict(warning)
    return {"code": "note", "sheet": None, "row": None, "zh": str(warning), "en": str(warning)}


def _problems(definition: Mapping[str, Any], catalogue: Catalogue) -> list[dict[str, Any]]:
    """What only the server can know to be wrong: it knows the other kinds."""
    found = []
    if definition.get("kind") in builtin.RESERVED:
        found.append(Refused("reserved_kind", definition["kind"], sheet="settings").line())
    for entity in definition.get("entities") or ():
        paths = {question["path"] for question in definition["questions"]}
        if entity["kind"] != definition["kind"]:
            form = catalogue.current(entity["kind"])
            if form is None or entity["kind"] in builtin.RESERVED:
                found.append(Refused("unknown_dataset", entity["kind"], sheet="entities").line())
                continue
            paths = {question.path for question in form.questions}
        for name in entity["properties"]:
            if name not in paths:
                found.append(Refused("unknown_property", name, entity["kind"], sheet="entities").line())
    return found


async def compared(
    database: Database, catalogue: Catalogue, definition: Mapping[str, Any], times: float | None
) -> dict[str, Any]:
    """Difference, records touched, cost and warnings against the live version of the kind."""
    live_form = catalogue.current(definition["kind"])
    live = live_form.definition if live_form else None
    changes = difference(live, definition)
    touches: dict[str, Any] = {"records": {"total": 0, "villages": []}, "questions": [], "choices": []}
    if live:
        touches = await touched.touched(database, live, touching(changes), gone_choices(changes))
    if times is None and live:
        async with database.snapshot() as connection:
            made = await publications.source(connection, live["hash"])
        times = made.times_per_year if made else None
    price = cost.cost(definition, live, times or ONCE, await touched.subjects(database))
    return {
        "live": live["hash"] if live else None,
        "difference": changes,
        "touches": touches | {"phones": await touched.phones(database)},
        "cost": price,
        "warnings": [
            warning.line()
            for warning in (*_warnings(live, definition, changes, touches), *_unread(catalogue, live, definition))
        ],
    }


def _warnings(
    live: Mapping[str, Any] | None,
    definition: Mapping[str, Any],
    changes: Mapping[str, Any],
    touches: Mapping[str, Any],
) -> list[Refused]:
    labels = {
        question["path"]: question["label"]["zh"] for question in changes["removed"] + changes["changed"]
    }
    typed = {
        question["path"]
        for question in changes["changed"]
        if any(change["aspect"] == "type" for change in question["changes"])
    }
    found = []
    for line in touches["questions"]:
        code = "question_in_use" if line["why"] == "removed" else "answers_unfit"
        if code == "question_in_use" or line["path"] in typed:
            found.append(Refused(code, labels[line["path"]], str(line["total"])))
    for line in touches["choices"]:
        found.append(Refused("choice_in_use", _choice(changes, line), str(line["total"])))
    for column in (live or {}).get("envelope", {}):
        if column not in definition["envelope"]:
            found.append(Refused("column_lost", column))
    if live is None and "title" not in definition["envelope"]:
        found.append(Refused("no_title"))
    return found


def _unread(catalogue: Catalogue, live: Mapping[str, Any] | None, definition: Mapping[str, Any]) -> list[Refused]:
    """What the guide looks at, the live version asks and the new one does not."""
    led = catalogue.current(builtin.GUIDE)
    if led is None or live is None:
        return []
    before = set(guide.unread(led.definition, live))
    return [Refused("guide_reads", path) for path in guide.unread(led.definition, definition) if path not in before]


def _choice(changes: Mapping[str, Any], line: Mapping[str, Any]) -> str:
    for part in changes["choices"]:
        if line["path"] in part["questions"]:
            for row in part["removed"]:
                if row["name"] == line["name"]:
                    return str(row["label"]["zh"])
    return str(line["name"])
