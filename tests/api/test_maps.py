"""A township's map: who has it, in which pieces, under which names; and what is told of a file that phones cannot draw."""

from __future__ import annotations

import os
import unicodedata
from pathlib import Path

import httpx2
import pytest
from starlette.applications import Starlette

from server import doctor, maps
from server.app import create_app
from server.settings import Settings
from tests.cast import OTHER_TOWNSHIP, TOWNSHIP, TOWNSHIPS
from tests.conftest import ClientOf, one_engine
from tests.maps import VECTOR, archive, tiles_around

WHOLE = archive(tiles_around(27.85, 104.72, 15, 1))
NAME = TOWNSHIPS[TOWNSHIP]
HERE = f"/api/maps/{TOWNSHIP}"


def lay(settings: Settings, name: str, data: bytes = WHOLE) -> Path:
    path = settings.maps_folder / f"{name}.pmtiles"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    return path


@one_engine
async def test_a_piece_of_it_comes_and_the_whole_and_nothing_when_it_is_held(
    app: Starlette, client_of: ClientOf, settings: Settings
) -> None:
    path = lay(settings, NAME)
    chen = await client_of("chen")
    piece = await chen.get(HERE, headers={"range": "bytes=0-126"})
    assert (piece.status_code, piece.content) == (206, WHOLE[:127])
    assert piece.headers["content-range"] == f"bytes 0-126/{len(WHOLE)}"
    beyond = await chen.get(HERE, headers={"range": f"bytes={len(WHOLE) - 5}-{len(WHOLE) + 16384}"})
    assert (beyond.status_code, beyond.content) == (206, WHOLE[-5:])
    whole = await chen.get(HERE)
    assert (whole.status_code, whole.content) == (200, WHOLE)
    assert whole.headers["content-type"] == "application/vnd.pmtiles"
    assert whole.headers["cache-control"] == "private, no-cache"
    tag = whole.headers["etag"]
    assert piece.headers["etag"] == tag
    held = await chen.get(HERE, headers={"if-none-match": tag})
    assert (held.status_code, held.content, held.headers["etag"]) == (304, b"", tag)
    assert (await chen.get(HERE, headers={"range": f"bytes={len(WHOLE)}-"})).status_code == 416
    os.utime(path, (1, 1))
    assert (await chen.get(HERE)).headers["etag"] != tag, "a file that was changed is another one"


@one_engine
async def test_only_who_holds_a_village_of_the_township_has_it(
    app: Starlette, client_of: ClientOf, visitor: httpx2.AsyncClient, settings: Settings
) -> None:
    lay(settings, NAME)
    for name, status in (
        ("chen", 200),
        ("zhou", 200),
        ("liu", 200),
        ("leader", 200),
        ("outsider", 404),
        ("admin", 404),
    ):
        assert (await (await client_of(name)).get(HERE)).status_code == status, name
    assert (await visitor.get(HERE)).status_code == 401
    outsider = await client_of("outsider")
    assert (await outsider.get(f"/api/maps/{OTHER_TOWNSHIP}")).status_code == 204, "his own has none"
    assert (await outsider.get(HERE)).json() == (await outsider.get("/api/maps/nowhere")).json()


@one_engine
async def test_a_name_out_of_a_request_reaches_no_file(
    app: Starlette, client_of: ClientOf, settings: Settings
) -> None:
    lay(settings, NAME)
    lay(settings, "secret")
    (settings.data / "out.pmtiles").write_bytes(WHOLE)
    chen = await client_of("chen")
    odd = (
        "secret",
        "..%2fout",
        "../out",
        "%2e%2e%2fout",
        NAME,
        f"{TOWNSHIP}%00",
        f"{TOWNSHIP}.pmtiles",
        f"x%2f..%2f{TOWNSHIP}",
        "%ff",
        "a" * 3000,
    )
    for name in odd:
        assert (await chen.get(f"/api/maps/{name}")).status_code == 404, name


@one_engine
async def test_a_file_is_found_by_id_before_name_however_the_name_is_written(
    app: Starlette, client_of: ClientOf, settings: Settings
) -> None:
    chen = await client_of("chen")
    assert (await chen.get(HERE)).status_code == 204, "no folder"
    settings.maps_folder.mkdir()
    (settings.maps_folder / f"{NAME}.pmtiles").mkdir()
    assert (await chen.get(HERE)).status_code == 204, "a folder is no map"
    (settings.maps_folder / f"{NAME}.pmtiles").rmdir()
    async with app.state.database.transaction() as connection:
        await connection.run("UPDATE township SET name = ? WHERE township_id = ?", "Rongjiāng", TOWNSHIP)
    lay(settings, unicodedata.normalize("NFD", "Rongjiāng"), WHOLE)
    assert (await chen.get(HERE)).content == WHOLE
    other = archive(tiles_around(27.85, 104.72, 14, 0))
    lay(settings, TOWNSHIP, other)
    assert (await chen.get(HERE)).content == other


UNFIT = {
    "vector tiles": archive([(1, 0, 0)], kind=VECTOR),
    "of version 2": archive([(1, 0, 0)], version=2),
    "do not draw": archive([(1, 0, 0)], kind=9),
    "no PMTiles file": b"PK\x03\x04" + bytes(200),
    "unpack": WHOLE[:97] + b"\x03" + WHOLE[98:],
}


@one_engine
@pytest.mark.parametrize("why", UNFIT)
async def test_what_phones_cannot_draw_is_not_served_and_said_at_the_start_and_by_the_doctor(
    app: Starlette, client_of: ClientOf, settings: Settings, caplog: pytest.LogCaptureFixture, why: str
) -> None:
    lay(settings, NAME, UNFIT[why])
    assert (await (await client_of("chen")).get(HERE)).status_code == 204
    found = [finding async for finding in doctor.examine(settings) if finding.what == "Maps"]
    assert [(finding.well, why in finding.say) for finding in found] == [(False, True)], found
    assert f"{NAME}.pmtiles" in found[0].say
    again = create_app(settings)
    async with again.router.lifespan_context(again):
        assert [why in record.getMessage() for record in caplog.records if record.name == "shibu"] == [True]


@one_engine
async def test_the_doctor_tells_which_map_is_served_and_which_lies_there_for_nothing(
    app: Starlette, settings: Settings, tmp_path: Path
) -> None:
    async def told(chosen: Settings) -> list[tuple[bool, str]]:
        return [(one.well, one.say) async for one in doctor.examine(chosen) if one.what == "Maps"]

    assert [well for well, _ in await told(settings)] == [True]
    lay(settings, NAME)
    lay(settings, "某镇")
    found = await told(settings)
    assert sorted(well for well, _ in found) == [False, True]
    assert any(well and say.startswith(f"{NAME}: png, zoom 15 to 15") for well, say in found)
    lay(settings, TOWNSHIP)
    assert [well for well, say in await told(settings) if "another file" in say] == [False]
    elsewhere = Settings(database=settings.database, data=settings.data, maps=str(tmp_path / "none"))
    assert [(well, "no folder" in say) for well, say in await told(elsewhere)] == [(False, True)]


def test_a_file_that_cannot_be_read_is_unfit(tmp_path: Path) -> None:
    with pytest.raises(maps.Unfit, match="cannot be read"):
        maps.read(tmp_path / "gone.pmtiles")
    assert maps.of_township(tmp_path / "gone", maps.Township("a", "b")) is None
