"""HEAD, PATCH and GET /api/files/<sha256>?record=<id>: files of answers, in pieces on the way in, whole or small on the way out.

A file is had through a record: writing needs a question of that record that names it and that the asker may write, reading one
that the asker's view shows. Whoever lacks that hears the same as of a file that does not exist.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import msgspec
from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import Route

from server.accounts import Actor, current
from server.attachments import Disk, Key
from server.clock import now
from server.contents import TYPES
from server.database import Connection, Database, Row
from server.history import readable
from server.lines import UUID
from server.openapi import Operation, Parameter, by_key
from server.pictures import FORMATS
from server.refusals import Refusal
from server.scope import TOWNSHIP, Place, Sharing, may_write, question_of, scope_of
from server.settings import Settings
from server.sitting import FormsLike, marks
from server.surveys.builtin import CONFLICT

#: Largest piece; app.py lets no larger body through.
PIECE = 256 * 1024
FILE_TYPES = frozenset(("image", "audio", "video", "file"))
_HASH = re.compile(r"[0-9a-f]{64}")
_OPERATIONS = frozenset(("put", "drop", "append"))
_CONFLICT_VALUES = ("base", "mine", "theirs", "value")
DAY = timedelta(days=1)
AGAIN_SECONDS = 3600
_ENDINGS = {media: ending for ending, media in TYPES.items()}


class Received(msgspec.Struct):
    """What the server has of a file after a piece."""

    offset: int
    complete: bool
    at: str


@dataclass(frozen=True)
class Naming:
    """A file as a record names it, and where its bytes may lie: the record's village, and those it came from."""

    record: Row
    ending: str
    keys: tuple[Key, ...]

    @property
    def key(self) -> Key:
        return self.keys[0]


def _leaves(path: str, value: Any) -> Iterator[tuple[str, str]]:
    """Every text in an answer with its path; operations on sets and repeats are looked through."""
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, list):
        for entry in value:
            yield from _leaves(path, entry)
    elif isinstance(value, dict):
        for name, inner in value.items():
            yield from _leaves(path if name in _OPERATIONS else f"{path}/{name}", inner)


def _named(form: Any, answers: Mapping[str, Any], digest: str) -> Iterator[tuple[str, str]]:
    """Questions for files whose answer is this one, with its ending."""
    leaves = (leaf for name, value in answers.items() for leaf in _leaves(name, value))
    for path, text in leaves:
        if not text.startswith(f"{digest}.") or form is None:
            continue
        question = question_of(form, path)
        if question is not None and question.type in FILE_TYPES:
            yield path, text[65:]


async def _tellings(connection: Connection, record: Row) -> list[dict[str, Any]]:
    """All a record ever answered, newest first: a file that was replaced is still part of its history."""
    found = [msgspec.json.decode(record["answers"])]
    sql = "SELECT changed, before FROM change WHERE township_id = ? AND record_id = ? ORDER BY rev DESC"
    for row in await connection.all(sql, record["township_id"], record["id"]):
        found += [msgspec.json.decode(row["changed"]), msgspec.json.decode(row["before"])]
    if record["kind"] != CONFLICT:
        # What did not come to stand lies in the conflict.
        sql = "SELECT answers FROM record WHERE township_id = ? AND kind = ? AND parent_id = ?"
        for row in await connection.all(sql, record["township_id"], CONFLICT, record["id"]):
            conflict = msgspec.json.decode(row["answers"])
            found += [{conflict.get("question", ""): conflict.get(name)} for name in _CONFLICT_VALUES]
    return found


async def _keys(connection: Connection, record: Row, digest: str) -> tuple[Key, ...]:
    sql = "SELECT DISTINCT village_id FROM change WHERE township_id = ? AND record_id = ?"
    villages = [row["village_id"] for row in await connection.all(sql, record["township_id"], record["id"])]
    listed = dict.fromkeys((record["village_id"], *villages))
    return tuple(Key(record["township_id"], village, digest) for village in listed)


async def readable_file(
    connection: Connection, forms: FormsLike, account_id: str, record_id: str, digest: str
) -> Naming:
    """For whoever sees a question of the record that names the file, or once named it."""
    record, masked = await readable(connection, account_id, record_id)
    about = record
    if record["kind"] == CONFLICT:
        # It is shown exactly where its question is, so whoever has it sees what it names.
        answers = msgspec.json.decode(record["answers"])
        sql = "SELECT * FROM record WHERE township_id = ? AND id = ?"
        about = await connection.one(sql, record["township_id"], answers.get("record", "")) or record
        tellings = [{answers.get("question", ""): answers.get(name)} for name in _CONFLICT_VALUES[:3]]
    else:
        tellings = await _tellings(connection, record)
    form = forms.by_hash(about["form"]) or forms.current(about["kind"])
    sharing = Sharing(form, msgspec.json.decode(about["answers"])) if masked else None
    for telling in tellings:
        for path, ending in _named(form, telling, digest):
            if sharing is None or sharing.shows(path):
                return Naming(record, ending, await _keys(connection, about, digest))
    raise Refusal("unknown_file")


async def writable_file(
    connection: Connection, forms: FormsLike, account_id: str, record_id: str, digest: str, grace: timedelta
) -> Naming:
    """For whoever may write a question of the record that names the file, or once named it."""
    record, place = await _writable(connection, account_id, record_id, grace)
    form = forms.by_hash(record["form"]) or forms.current(record["kind"])
    for telling in await _tellings(connection, record):
        for path, ending in _named(form, telling, digest):
            if may_write(form, path, place.hand):
                return Naming(record, ending, await _keys(connection, record, digest))
    raise Refusal("unknown_file")


async def _writable(
    connection: Connection, account_id: str, record_id: str, grace: timedelta
) -> tuple[Row, Place]:
    """The record, through a village held now or, for what one wrote oneself, lost some days ago: the text was taken, so the
    photo that belongs to it is."""
    scope = await scope_of(connection, account_id)
    lost = {village: place for village, (place, ended) in scope.lost.items() if ended >= now(-grace)}
    townships = sorted({place.township_id for place in (*scope.places.values(), *lost.values())})
    if re.match(UUID, record_id) and townships:
        sql = f"SELECT * FROM record WHERE township_id IN ({marks(townships)}) AND id = ?"  # noqa: S608  placeholders only
        for record in await connection.all(sql, *townships, record_id):
            place = scope.places.get(record["village_id"])
            if place is None and record["village_id"] in lost:
                sql = "SELECT 1 AS one FROM change WHERE township_id = ? AND record_id = ? AND account_id = ?"
                if await connection.one(sql, record["township_id"], record_id, account_id):
                    place = lost[record["village_id"]]
            known = place is not None and place.township_id == record["township_id"]
            if place is not None and known and (place.view != TOWNSHIP or record["shared"]):
                return record, place
    raise Refusal("unknown_file")


async def stored_whole(connection: Connection, disk: Disk, naming: Naming) -> tuple[Key, Row] | None:
    """The whole file, if it is there: its row and its bytes."""
    for key in naming.keys:
        sql = "SELECT * FROM attachment WHERE township_id = ? AND village_id = ? AND hash = ?"
        row = await connection.one(sql, key.township_id, key.village_id, key.hash)
        if row is not None and await asyncio.to_thread(disk.holds, key, row["bytes"]):
            return key, row
    return None


@dataclass(frozen=True)
class Asked:
    """One request for a file."""

    actor: Actor
    digest: str
    record_id: str
    disk: Disk
    settings: Settings


async def _asked(request: Request) -> Asked:
    actor = await current(request)
    settings: Settings = request.app.state.settings
    digest = request.path_params["hash"]
    if not _HASH.fullmatch(digest):
        raise Refusal("unknown_file")
    return Asked(
        actor, digest, request.query_params.get("record", ""), Disk(settings.data / "files"), settings
    )


async def _naming(connection: Connection, forms: FormsLike, asked: Asked) -> Naming:
    """For the one who sends it as for the one who reads it."""
    grace = timedelta(days=asked.settings.grace_days)
    try:
        return await writable_file(
            connection, forms, asked.actor.account_id, asked.record_id, asked.digest, grace
        )
    except Refusal:
        return await readable_file(connection, forms, asked.actor.account_id, asked.record_id, asked.digest)


def _told(offset: int, complete: bool) -> dict[str, str]:
    return {"Upload-Offset": str(offset), "Upload-Complete": f"?{int(complete)}", "Cache-Control": "no-store"}


async def look(request: Request, asked: Asked) -> Response:
    """HEAD: how much of the file the server has from this device, or that it is whole."""
    async with request.app.state.database.snapshot() as connection:
        naming = await _naming(connection, request.app.state.catalogue, asked)
        stored = await stored_whole(connection, asked.disk, naming)
    if stored is not None:
        return Response(headers=_told(stored[1]["bytes"], True))
    offset = await asyncio.to_thread(asked.disk.offset, naming.key, asked.actor.device_id)
    return Response(headers=_told(offset, False))


async def fetch(request: Request, asked: Asked) -> Response:
    """GET: never shown as a page, whatever it is. Who may have a picture may have it small."""
    size = request.query_params.get("size", "")
    if size not in ("", "small"):
        raise Refusal("malformed", reason="size")
    async with request.app.state.database.snapshot() as connection:
        forms = request.app.state.catalogue
        naming = await readable_file(connection, forms, asked.actor.account_id, asked.record_id, asked.digest)
        stored = await stored_whole(connection, asked.disk, naming)
        if stored is None:
            raise Refusal("unknown_file", **await _awaited(connection, naming, asked.digest))
    key, row = stored
    # By what it was found to be, not by what this record calls it.
    ending = _ENDINGS[row["type"]]
    if size:
        return await _small(asked.disk, key, ending, row["bytes"])
    return FileResponse(
        asked.disk.whole(key),
        media_type=row["type"],
        filename=f"{key.hash[:12]}.{ending}",
        headers={"Cache-Control": "no-store"},
    )


async def _small(disk: Disk, key: Key, ending: str, original: int) -> Response:
    if ending not in FORMATS:
        raise Refusal("file_type")
    data = await asyncio.to_thread(disk.small, key, ending)
    # Not even a browser keeps it: on a phone pictures lie under the lock or not at all.
    headers = {"Cache-Control": "no-store", "Original-Length": str(original)}
    headers["Content-Disposition"] = f'attachment; filename="{key.hash[:12]}-small.jpg"'
    return Response(data, media_type=TYPES["jpg"], headers=headers)


async def _awaited(connection: Connection, naming: Naming, digest: str) -> dict[str, Any]:
    """Whose phone a file that has not come is on: who first named it."""
    sql = "SELECT account_id, at, changed FROM change WHERE township_id = ? AND record_id = ? ORDER BY rev"
    for row in await connection.all(sql, naming.record["township_id"], naming.record["id"]):
        if digest in row["changed"]:
            return {"awaited": {"by": row["account_id"], "at": row["at"]}}
    return {}


def _number(request: Request, name: str) -> int:
    text = request.headers.get(name, "")
    if not re.fullmatch(r"[0-9]{1,15}", text):
        raise Refusal("malformed", reason=name)
    return int(text)


async def send(request: Request, asked: Asked) -> Response:
    """PATCH: one piece, in its place. The last one is answered when the whole file was checked and lies on the disk.

    An empty piece at the end asks for that check again: the server may have stopped between the last piece and its check.
    """
    offset, length = _number(request, "Upload-Offset"), _number(request, "Upload-Length")
    piece = await request.body()
    is_nothing = not piece and (offset < length or length == 0)
    if is_nothing or offset + len(piece) > length:
        raise Refusal("malformed", reason="Upload-Length")
    limit = asked.settings.file_mb * 2**20
    if length > limit:
        raise Refusal("file_too_large", limit=asked.settings.file_mb)
    database, forms, device = request.app.state.database, request.app.state.catalogue, asked.actor.device_id
    async with database.snapshot() as connection:
        grace = timedelta(days=asked.settings.grace_days)
        naming = await writable_file(
            connection, forms, asked.actor.account_id, asked.record_id, asked.digest, grace
        )
        stored = await stored_whole(connection, asked.disk, naming)
        if stored is None and offset == 0:
            await _has_room(connection, asked, length)
    if stored is not None:
        size = stored[1]["bytes"]
        return _answer(Received(size, True, stored[1]["created_at"]))
    received = await asyncio.to_thread(asked.disk.append, naming.key, device, offset, piece)
    if received < length:
        return _answer(Received(received, False, now()))
    media = await asyncio.to_thread(asked.disk.finish, naming.key, device, naming.ending)
    at = await enter(database, naming, length, media, asked.actor.account_id, device)
    return _answer(Received(length, True, at))


async def enter(database: Database, naming: Naming, length: int, media: str, account_id: str, device: str) -> str:
    """A file that lies whole on the disk; says when."""
    at, key = now(), naming.key
    async with database.transaction() as connection:
        await connection.run(
            "INSERT INTO attachment (township_id, village_id, hash, bytes, type, record_id, account_id, device_id, created_at)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (township_id, village_id, hash) DO NOTHING",
            key.township_id, key.village_id, key.hash, length, media, naming.record["id"], account_id, device, at,
        )  # fmt: skip
    return at


async def _has_room(connection: Connection, asked: Asked, length: int) -> None:
    """The day's share of a person, the share of all, and the disk itself; asked before the first piece."""
    settings = asked.settings
    sql = "SELECT coalesce(sum(bytes), 0) AS n FROM attachment"
    today = int(
        await connection.value(
            f"{sql} WHERE account_id = ? AND created_at >= ?", asked.actor.account_id, now(-DAY)
        )
    )
    begun = await asyncio.to_thread(asked.disk.begun, asked.actor.device_id)
    if today + begun + length > settings.files_day_mb * 2**20:
        raise Refusal("files_today", limit=settings.files_day_mb, seconds=AGAIN_SECONDS)
    full = int(await connection.value(sql)) + length > settings.files_gb * 2**30
    if full or not await asyncio.to_thread(asked.disk.has_room, length):
        raise Refusal("files_full")


def _answer(received: Received) -> Response:
    headers = _told(received.offset, received.complete)
    return Response(msgspec.json.encode(received), media_type="application/json", headers=headers)


async def file(request: Request) -> Response:
    asked = await _asked(request)
    doing = {"HEAD": look, "GET": fetch, "PATCH": send}[request.method]
    return await doing(request, asked)


routes = [Route("/api/files/{hash}", file, methods=["GET", "PATCH"])]

_RECORD = Parameter("record", required=True, description="a record with a question that names the file")
docs = by_key(
    Operation(
        "GET",
        "/api/files/{hash}",
        "A file of an answer by its SHA-256, through a record that names it. HEAD says in Upload-Offset how much of it has arrived and in Upload-Complete (?1, ?0) whether it is whole. A picture of a few kilobytes, with the original's bytes in Original-Length, where `size` is `small`.",
        {200: {"type": "string", "contentMediaType": "application/octet-stream"}},
        response_type="*/*",
        parameters=(_RECORD, Parameter("size", schema={"type": "string", "enum": ["small"]}, description="a small JPEG instead of the picture")),
        refusals=("unknown_file", "unknown_record", "malformed", "file_type", "file_pixels", "file_unsafe", "busy"),
    ),
    Operation(
        "PATCH",
        "/api/files/{hash}",
        "Sends the next piece of a file, at most 256 KB, after the change that names it; server/README.md has the rules.",
        {200: Received},
        request={"type": "string", "format": "binary"},
        request_type="application/octet-stream",
        parameters=(
            _RECORD,
            Parameter("Upload-Offset", "header", {"type": "integer", "minimum": 0}, True, "where the piece begins"),
            Parameter("Upload-Length", "header", {"type": "integer", "minimum": 1}, True, "length of the whole file"),
        ),
        refusals=(
            "unknown_file", "unknown_record", "file_offset", "file_hash", "file_too_large", "file_type", "file_metadata",
            "file_pixels", "file_unsafe", "files_today", "files_full", "busy",
        ),
    ),
)  # fmt: skip
