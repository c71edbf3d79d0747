"""GET /api/maps/<township>: the map of a township, a raster PMTiles file that an administrator laid into the folder of maps.

Promises: only who holds a village of the township has it; a file is found by looking through the folder, never by a name out
of a request; what phones cannot draw (vector tiles, another version) is not served, and `doctor` says why. No map of anybody
else is asked for anywhere: the pictures are drawn in WGS-84 as they lie in the file, so nothing needs shifting to GCJ-02.
"""

from __future__ import annotations

import asyncio
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import Route

from server.accounts import current
from server.assets import unchanged
from server.database import Connection
from server.openapi import Operation, Parameter, by_key
from server.refusals import Refusal
from server.scope import READER, scope_of
from server.settings import Settings

ENDING = ".pmtiles"
TYPE = "application/vnd.pmtiles"
#: The head of a PMTiles file of version 3, and what its bytes say where.
HEAD = 127
MAGIC = b"PMTiles"
VERSION_AT, DIRECTORIES_AT, PACKED_AT, TILES_AT, NEAR_AT, FAR_AT = 7, 97, 98, 99, 100, 101
PICTURES = {2: "png", 3: "jpeg", 4: "webp"}
VECTORS = (1, 6)
#: 0 is unknown, which readers take for not packed.
UNPACKABLE = {0, 1, 2}
CACHE = {"Cache-Control": "private, no-cache"}


class Unfit(Exception):
    """A file that is not served; the message goes on after its name."""


@dataclass(frozen=True)
class Map:
    """One file that phones can draw."""

    path: Path
    pictures: str
    zooms: tuple[int, int]
    size: int


@dataclass(frozen=True)
class Township:
    id: str
    name: str


def read(path: Path) -> Map:
    """What its head says; throws `Unfit`."""
    try:
        with path.open("rb") as file:
            head = file.read(HEAD)
        size = path.stat().st_size
    except OSError as exc:
        raise Unfit(f"cannot be read ({exc.strerror})") from exc
    if len(head) < HEAD or not head.startswith(MAGIC):
        raise Unfit("is no PMTiles file")
    if head[VERSION_AT] != 3:
        raise Unfit(f"is PMTiles of version {head[VERSION_AT]}; version 3 is needed")
    if head[TILES_AT] in VECTORS:
        raise Unfit("holds vector tiles; phones draw pictures only: png, jpeg or webp tiles are needed")
    if head[TILES_AT] not in PICTURES:
        raise Unfit("holds tiles of a kind that phones do not draw; png, jpeg or webp tiles are needed")
    if head[DIRECTORIES_AT] not in UNPACKABLE or head[PACKED_AT] not in UNPACKABLE:
        raise Unfit("is packed in a way that phones do not unpack; gzip or none is needed")
    return Map(path, PICTURES[head[TILES_AT]], (head[NEAR_AT], head[FAR_AT]), size)


def _plain(text: str) -> str:
    """Names come from keyboards and from disks that write accents in two ways."""
    return unicodedata.normalize("NFC", text)


def _files(folder: Path) -> dict[str, Path]:
    """By their names without the ending."""
    try:
        found = sorted(path for path in folder.iterdir() if path.suffix.lower() == ENDING and path.is_file())
    except OSError:
        return {}
    return {_plain(path.stem): path for path in found}


def of_township(folder: Path, township: Township) -> Path | None:
    """Its file, by its id or else by its name."""
    files = _files(folder)
    return files.get(township.id) or files.get(_plain(township.name))


def look(folder: Path, townships: list[Township]) -> Iterator[tuple[bool, str]]:
    """Of each file whether it is served, and a sentence about it."""
    names = {_plain(name): town for town in townships for name in (town.name, town.id)}
    for name, path in _files(folder).items():
        town = names.get(name)
        try:
            found = read(path)
        except Unfit as exc:
            yield False, f"{path.name} {exc}; it is not served"
            continue
        if town is None:
            yield False, f"{path.name} is named after no township here; name it after a township's name or id"
        elif of_township(folder, town) != path:
            yield False, f"{path.name} is not served; {town.name} has another file under its id"
        else:
            near, far = found.zooms
            yield True, f"{town.name}: {found.pictures}, zoom {near} to {far}, {found.size / 2**20:.1f} MB"


async def townships(connection: Connection) -> list[Township]:
    rows = await connection.all("SELECT township_id, name FROM township ORDER BY name, township_id")
    return [Township(row["township_id"], row["name"]) for row in rows]


def _served(folder: Path, township: Township) -> Map | None:
    path = of_township(folder, township)
    try:
        return read(path) if path else None
    except Unfit:
        return None


async def township_map(request: Request) -> Response:
    """The file, or the piece of it that Range asks for. A township without a map is nothing wrong: 204."""
    actor = await current(request)
    settings: Settings = request.app.state.settings
    asked = request.path_params["township"]
    async with request.app.state.database.snapshot() as connection:
        scope = await scope_of(connection, actor.account_id)
        held = {place.township_id for place in scope.places.values() if place.role != READER}
        township = next((t for t in await townships(connection) if t.id == asked and asked in held), None)
    if township is None:
        raise Refusal("not_found")
    found = await asyncio.to_thread(_served, settings.maps_folder, township)
    if found is None:
        return Response(status_code=204, headers=CACHE)
    stat = await asyncio.to_thread(found.path.stat)
    answer = FileResponse(found.path, headers=CACHE, media_type=TYPE, stat_result=stat)
    if unchanged(request, answer.headers["etag"]):
        return Response(status_code=304, headers={**CACHE, "ETag": answer.headers["etag"]})
    return answer


routes = [Route("/api/maps/{township}", township_map)]
_BINARY = {"type": "string", "contentMediaType": TYPE}
docs = by_key(
    Operation(
        "GET",
        "/api/maps/{township}",
        "The township's map as a raster PMTiles file, whole or a range of its bytes, for who holds a village of it; 204 when its administrator provided none.",
        {200: _BINARY, 204: None, 206: _BINARY},
        response_type=TYPE,
        parameters=(Parameter("Range", "header", description="one range of bytes: bytes=0-126"),),
    ),
)
