"""Files of answers over HTTP, on both databases: in pieces, resumed, checked, and within their limits."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path

import httpx2
import pytest
from starlette.applications import Starlette

from server.attachments import PARTS
from server.files import PIECE
from tests.api.senders import SMALL, Hands, HandsOf, code, hands_of, named
from tests.conftest import one_engine
from tests.pictures import exif, jpeg, office, png

__all__ = ["hands_of"]


def on_disk(app: Starlette) -> list[Path]:
    folder: Path = app.state.settings.data / "files"
    return sorted(path for path in folder.rglob("*") if path.is_file() and folder / "small" not in path.parents)


async def test_a_photo_in_pieces_arrives_whole_and_comes_back_as_it_was(
    app: Starlette, hands_of: HandsOf
) -> None:
    chen, zhang = await hands_of("chen"), await hands_of("zhang")
    data = png(300, 240)
    value = named(data)
    record = await chen.write({"title": "路灯", "photo": value})
    assert len(data) > 3 * SMALL
    assert await chen.head(value, record) == (200, 0, "?0")
    assert code(await zhang.get(value, record)) == (404, "unknown_file"), (
        "the record is here before its photo"
    )
    first = await chen.piece(value, record, 0, data[:SMALL], len(data))
    assert (first.json()["offset"], first.json()["complete"], first.headers["upload-offset"]) == (
        SMALL,
        False,
        str(SMALL),
    )
    assert await chen.head(value, record) == (200, SMALL, "?0")
    assert await zhang.head(value, record) == (200, 0, "?0"), "another phone's part is not this one's"
    last = await chen.send(data, value, record)
    assert last.json()["complete"] is True
    for one in (chen, zhang):
        assert await one.head(value, record) == (200, len(data), "?1")
    back = await zhang.get(value, record)
    assert back.content == data
    shown = back.headers
    assert shown["content-type"] == "image/png" and shown["content-disposition"].startswith("attachment")
    assert shown["x-content-type-options"] == "nosniff" and "sandbox" in shown["content-security-policy"]
    assert shown["cache-control"] == "no-store"
    assert [path.name for path in on_disk(app)] == [value[:64]], "no part is left"
    again = await chen.piece(value, record, 0, data[:SMALL], len(data))
    assert again.json()["complete"] is True, "a repeat does no harm"


@one_engine
async def test_resumed_after_a_cut_at_any_byte(hands_of: HandsOf) -> None:
    chen = await hands_of("chen")
    data = png(20, 9)
    value = named(data)
    record = await chen.write({"photo": value})
    for offset in range(len(data)):
        # What was lost with the answer is sent again, and told to go on where the server is.
        if offset % 7 == 3:
            lost = await chen.piece(value, record, offset - 1, data[offset - 1 : offset], len(data))
            assert code(lost) == (409, "file_offset") and lost.json()["detail"]["offset"] == offset
        answer = await chen.piece(value, record, offset, data[offset : offset + 1], len(data))
        assert answer.json()["offset"] == offset + 1, answer.text
    assert (await chen.get(value, record)).content == data


async def test_wrong_content_is_thrown_away_and_the_right_one_still_taken(
    app: Starlette, hands_of: HandsOf
) -> None:
    chen = await hands_of("chen")
    data = png()
    value = named(data)
    record = await chen.write({"photo": value})
    wrong = data[:-1] + b"x"
    assert code(await chen.send(wrong, value, record)) == (422, "file_hash")
    assert await chen.head(value, record) == (200, 0, "?0")
    assert on_disk(app) == []
    assert (await chen.send(data, value, record)).json()["complete"]


@one_engine
async def test_what_is_not_what_it_says_is_refused_and_leaves_nothing(
    app: Starlette, hands_of: HandsOf
) -> None:
    chen = await hands_of("chen")
    for data, ending, expected in (
        (png(), "jpg", "file_type"),
        (b"#!/bin/sh\nrm -rf /\0", "txt", "file_type"),
        (jpeg(extra=exif()), "jpg", "file_metadata"),
        (jpeg(60_000, 60_000), "jpg", "file_pixels"),
        (office({"../x": b""}), "xlsx", "file_unsafe"),
        (b"<svg/>", "svg", "file_type"),
    ):
        value = named(data, ending)
        record = await chen.write({"paper": value})
        assert code(await chen.send(data, value, record)) == (422, expected), ending
        assert code(await chen.get(value, record)) == (404, "unknown_file")
    assert on_disk(app) == []


@one_engine
async def test_odd_requests_are_refused_before_they_touch_the_disk(app: Starlette, hands_of: HandsOf) -> None:
    chen = await hands_of("chen")
    data = png()
    value = named(data)
    record = await chen.write({"photo": value})
    assert code(await chen.piece(value, record, 10**14, data, 10**14 + len(data)))[1] == "file_too_large"
    assert code(await chen.piece(value, record, 5, data, 5 + len(data))) == (409, "file_offset")
    for offset, length in (
        ("-1", "10"),
        ("x", "10"),
        ("0", ""),
        ("9" * 40, "9" * 41),
        ("1.5", "10"),
        ("٣", "10"),
    ):
        headers = {"upload-offset": offset, "upload-length": length}
        encoded = {name: text.encode() for name, text in headers.items()}
        answer = await chen.client.patch(
            chen.at(value, record), content=data, headers=[(b"content-type", b"application/octet-stream"), *((k.encode(), v) for k, v in encoded.items())]
        )  # fmt: skip
        assert code(answer) == (400, "malformed"), (offset, length)
    assert code(await chen.piece(value, record, 0, b"", 10)) == (400, "malformed")
    assert code(await chen.piece(value, record, 0, data, len(data) - 1)) == (400, "malformed")
    assert code(await chen.piece(value, record, 0, bytes(PIECE + 1), 2 * PIECE)) == (413, "too_large")
    assert (
        code(await chen.piece(value, record, 0, data, len(data), **{"content-type": "application/json"}))[0]
        == 415
    )
    assert code(await chen.piece(value, record, 0, data, len(data), origin="https://evil.example"))[0] == 403
    for odd in (
        "..%2f..%2fetc%2fpasswd",
        "%2e%2e",
        "A" * 64,
        "0" * 63,
        "0" * 65,
        f"{value[:64]}.png",
        "%00" * 64,
    ):
        for answer in (
            await chen.client.get(f"/api/files/{odd}?record={record}"),
            await chen.client.patch(f"/api/files/{odd}?record={record}", content=b"x", headers={"content-type": "application/octet-stream"}),
        ):  # fmt: skip
            assert answer.status_code in (404, 405, 415), odd
    assert on_disk(app) in ([], [path for path in on_disk(app) if path.stat().st_size == 0])


@one_engine
async def test_a_server_stopped_before_the_check_is_asked_for_it_again(
    app: Starlette, hands_of: HandsOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    chen = await hands_of("chen")
    data = png(20, 9)
    value = named(data)
    record = await chen.write({"photo": value})

    def stopped(*_: object) -> str:
        raise OSError("the plug was pulled")

    with monkeypatch.context() as patched:
        patched.setattr("server.attachments.Disk.finish", stopped)
        assert (await chen.piece(value, record, 0, data, len(data))).status_code == 500
    assert await chen.head(value, record) == (200, len(data), "?0"), "all of it lies there, unchecked"
    assert (await chen.piece(value, record, len(data), b"", len(data))).json()["complete"] is True
    assert (await chen.get(value, record)).content == data


async def test_many_at_once_make_one_whole_file(app: Starlette, hands_of: HandsOf) -> None:
    chen, zhang = await hands_of("chen"), await hands_of("zhang")
    data = png(300, 240)
    value = named(data)
    record = await chen.write({"photo": value})

    async def stubborn(one: Hands) -> None:
        while True:
            offset, complete = (await one.head(value, record))[1:]
            if complete == "?1":
                return
            answer = await one.piece(value, record, offset, data[offset : offset + 8192], len(data))
            assert answer.status_code in (200, 409), answer.text

    await asyncio.wait_for(asyncio.gather(*(stubborn(one) for one in (chen, chen, zhang, zhang))), 60)
    assert (await zhang.get(value, record)).content == data
    names = {path.name for path in on_disk(app) if path.parent.parent.name != "parts"}
    assert names == {value[:64]}
    async with app.state.database.snapshot() as connection:
        assert await connection.value("SELECT count(*) AS n FROM attachment") == 1


async def test_shares_of_a_day_of_all_and_of_the_disk(
    app: Starlette, hands_of: HandsOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    chen = await hands_of("chen")
    settings = app.state.settings
    data = png(600, 400)
    assert len(data) < 2**20
    record = await chen.write({"photo": named(data)})

    async def tried(**limits: int) -> httpx2.Response:
        app.state.settings = replace(settings, **limits)
        return await chen.piece(named(data), record, 0, data[:SMALL], len(data))

    assert code(await tried(file_mb=0)) == (413, "file_too_large")
    full = await tried(files_day_mb=0)
    assert code(full) == (429, "files_today") and int(full.headers["retry-after"]) > 0
    assert code(await tried(files_gb=0)) == (507, "files_full")
    monkeypatch.setattr("server.attachments.RESERVE", 2**62)
    assert code(await tried()) == (507, "files_full")
    assert on_disk(app) == []
    monkeypatch.undo()
    assert (await chen.send(data, named(data), record)).json()["complete"]
    second = png(600, 400, seed=1)
    other = await chen.write({"photo": named(second)})
    app.state.settings = replace(settings, files_day_mb=1)
    assert code(await chen.piece(named(second), other, 0, second[:SMALL], len(second)))[1] == "files_today"


@one_engine
async def test_begun_and_forgotten_parts_do_not_pile_up(app: Starlette, hands_of: HandsOf) -> None:
    chen = await hands_of("chen")
    for seed in range(PARTS + 5):
        data = png(100, 100, seed=seed)
        record = await chen.write({"photo": named(data)})
        await chen.piece(named(data), record, 0, data[:10], len(data))
    assert len(on_disk(app)) == PARTS
    assert (await chen.send(data, named(data), record)).json()["complete"]


@one_engine
async def test_a_row_without_its_bytes_does_not_count_as_had(app: Starlette, hands_of: HandsOf) -> None:
    chen = await hands_of("chen")
    data = png()
    record = await chen.write({"photo": named(data)})
    await chen.send(data, named(data), record)
    (path,) = on_disk(app)
    path.unlink()
    assert await chen.head(named(data), record) == (200, 0, "?0")
    assert code(await chen.get(named(data), record)) == (404, "unknown_file")
    assert (await chen.send(data, named(data), record)).json()["complete"]
    assert (await chen.get(named(data), record)).content == data
