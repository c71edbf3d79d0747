"""Files of answers over HTTP, on both databases: in pieces, resumed, checked, and had only through a record that names them."""

from __future__ import annotations

import asyncio
import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import httpx2
import pytest
from starlette.applications import Starlette

from server.attachments import PARTS
from server.clock import now
from server.files import PIECE
from server.surveys.builtin import DEFINITIONS
from server.surveys.catalogue import Catalogue
from tests.api.test_matrix import push
from tests.cast import BEIPO, CAST, LIUWAN, SHIQIAO
from tests.conftest import ClientOf, one_engine
from tests.pictures import exif, jpeg, office, png
from tests.sync.forms import definition, question

SMALL = 64 * 1024
REPAIR = definition(
    "repair",
    [
        question("title", envelope="title"),
        question("photo", "image"),
        question("hidden", "image", township="no"),
        question("reported_on", "date", envelope="reported_on"),
        question("reply_photo", "image", writers="leader"),
        question("steps", "repeat"),
        question("steps/voice", "audio"),
        question("paper", "file"),
        question("note"),
    ],
)
PROBLEM = definition("problem", REPAIR["questions"])
CURRENT = {made["kind"]: made for made in (REPAIR, PROBLEM, *DEFINITIONS.values())}


def named(data: bytes, ending: str = "png") -> str:
    return f"{hashlib.sha256(data).hexdigest()}.{ending}"


@dataclass
class Hands:
    """One person's client, who writes records and sends files."""

    name: str
    client: httpx2.AsyncClient
    village: str = SHIQIAO
    n: int = 0
    made: int = 0
    ids: list[str] = field(default_factory=list)

    async def write(
        self, set_: dict[str, Any], *, record: str = "", kind: str = "repair", base: int = 0
    ) -> str:
        self.n += 1
        if not record:
            self.made += 1
            record = f"0192f000-0000-7000-b{self.name.encode().hex()[:3]:0>3}-{self.made:012d}"
        answer = await push(self.client, self.name, self.village, record, kind, set_, base=base, n=self.n)
        assert answer["result"] in ("ok", "conflict"), answer
        return record

    def at(self, value: str, record: str) -> str:
        return f"/api/files/{value[:64]}?record={record}"

    async def head(self, value: str, record: str) -> tuple[int, int, str]:
        answer = await self.client.head(self.at(value, record))
        headers = answer.headers
        return answer.status_code, int(headers.get("upload-offset", -1)), headers.get("upload-complete", "")

    async def piece(
        self, value: str, record: str, offset: int, data: bytes, length: int, **headers: str
    ) -> httpx2.Response:
        sent = {
            "upload-offset": str(offset), "upload-length": str(length), "content-type": "application/octet-stream", **headers,
        }  # fmt: skip
        return await self.client.patch(self.at(value, record), content=data, headers=sent)

    async def send(self, data: bytes, value: str, record: str, size: int = SMALL) -> httpx2.Response:
        """All of it from where the server is."""
        offset = (await self.head(value, record))[1]
        while True:
            answer = await self.piece(value, record, offset, data[offset : offset + size], len(data))
            if answer.status_code != 200 or answer.json()["complete"]:
                return answer
            offset = answer.json()["offset"]

    async def get(self, value: str, record: str) -> httpx2.Response:
        return await self.client.get(self.at(value, record))


HandsOf = Callable[[str], Any]


@pytest.fixture
def hands_of(app: Starlette, client_of: ClientOf) -> HandsOf:
    app.state.catalogue = Catalogue(
        {kind: made["hash"] for kind, made in CURRENT.items()},
        {made["hash"]: json.dumps(made) for made in CURRENT.values()},
    )

    async def hands(name: str, village: str = "") -> Hands:
        return Hands(name, await client_of(name), village or CAST[name].village or SHIQIAO)

    return hands


def code(answer: httpx2.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["code"]


def on_disk(app: Starlette) -> list[Path]:
    folder: Path = app.state.settings.data / "files"
    return sorted(path for path in folder.rglob("*") if path.is_file())


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


async def test_a_file_is_had_only_through_a_record_that_names_it(hands_of: HandsOf) -> None:
    chen, outsider, liu = await hands_of("chen"), await hands_of("outsider"), await hands_of("liu")
    data = png(12, 12)
    value = named(data)
    record = await chen.write({"photo": value})
    await chen.send(data, value, record)
    other = await chen.write({"title": "没有照片", "note": value})
    assert code(await chen.get(value, other)) == (404, "unknown_file"), (
        "a text that looks like a file names none"
    )
    for stranger in (outsider, liu):
        assert code(await stranger.get(value, record))[0] == 404
        assert code(await stranger.piece(value, record, 0, b"x", 1))[0] == 404
        assert (await stranger.head(value, record))[0] == 404
        own = await stranger.write({"photo": value})
        assert code(await stranger.get(value, own)) == (404, "unknown_file"), (
            "naming a foreign hash gives nothing"
        )
        assert await stranger.head(value, own) == (200, 0, "?0"), "nor does it tell whether others have it"
    nowhere = "0192f000-0000-7000-b000-999999999999"
    for record_ in ("", "x", "../../etc/passwd", "%00", nowhere):
        assert code(await chen.get(value, record_))[0] == 404


async def test_a_replaced_photo_and_one_in_a_repeat_are_named_too(hands_of: HandsOf) -> None:
    chen = await hands_of("chen")
    old, new, voice = png(8, 8, seed=1), png(8, 8, seed=2), b"OggS\0\x02" + bytes(50)
    record = await chen.write({"photo": named(old)})
    await chen.write({"photo": named(new)}, record=record, base=1)
    entry = {"id": "0192f000-0000-7000-b000-0000000000e1", "voice": named(voice, "ogg")}
    await chen.write({"steps": {"put": [entry]}}, record=record, base=2)
    for data, ending in ((old, "png"), (new, "png"), (voice, "ogg")):
        assert (await chen.send(data, named(data, ending), record)).json()["complete"]
        assert (await chen.get(named(data, ending), record)).content == data
    await chen.write({"deleted": True}, record=record, base=3)
    assert (await chen.get(named(new), record)).content == new, "who had a record may ask what became of it"


async def test_the_photo_that_lost_a_conflict_is_kept_and_seen(hands_of: HandsOf) -> None:
    chen, zhang = await hands_of("chen"), await hands_of("zhang")
    first, second = png(8, 8, seed=3), png(8, 8, seed=4)
    record = await chen.write({"title": "桥"})
    await chen.write({"photo": named(first)}, record=record, base=1)
    await zhang.write({"photo": named(second)}, record=record, base=1)
    assert (await zhang.send(second, named(second), record)).json()["complete"]
    assert (await chen.get(named(second), record)).content == second
    history = (await chen.client.get("/api/quarantine")).json()
    assert history["entries"] == []


async def test_the_township_sees_and_writes_what_its_view_shows(hands_of: HandsOf) -> None:
    chen, leader = await hands_of("chen"), await hands_of("leader")
    shown, hidden, reply = png(8, 8, seed=5), png(8, 8, seed=6), png(8, 8, seed=7)
    files = {"photo": named(shown), "hidden": named(hidden)}
    record = await chen.write({"title": "路", **files, "reported_on": "2026-11-20"}, kind="problem")
    kept = await chen.write({"title": "不上报", **files}, kind="problem")
    for data in (shown, hidden):
        await chen.send(data, named(data), record)
    assert (await leader.get(named(shown), record)).content == shown
    assert code(await leader.get(named(hidden), record)) == (404, "unknown_file")
    assert code(await leader.get(named(shown), kept))[0] == 404
    assert code(await leader.piece(named(shown), record, 0, b"x", 1))[0] == 404, "reading is not writing"
    await leader.write({"reply_photo": named(reply)}, record=record, kind="problem", base=1)
    assert (await leader.send(reply, named(reply), record)).json()["complete"]
    assert (await chen.get(named(reply), record)).content == reply


async def test_a_moved_record_keeps_its_photos_and_takes_late_ones(app: Starlette, hands_of: HandsOf) -> None:
    chen, liu = await hands_of("chen"), await hands_of("liu")
    early, late = png(8, 8, seed=8), png(8, 8, seed=9)
    record = await chen.write({"photo": named(early), "paper": named(late)})
    await chen.send(early, named(early), record)
    async with app.state.database.transaction() as connection:
        township = CAST["chen"].township
        await connection.run(
            "UPDATE record SET village_id = ? WHERE township_id = ? AND id = ?", LIUWAN, township, record
        )
    assert (await liu.get(named(early), record)).content == early
    assert code(await chen.get(named(early), record))[0] == 404
    assert (await liu.send(late, named(late), record)).json()["complete"]


async def test_a_photo_follows_its_text_after_the_village_was_lost(app: Starlette, hands_of: HandsOf) -> None:
    chen, zhang = await hands_of("chen"), await hands_of("zhang")
    mine, others = png(8, 8, seed=10), png(8, 8, seed=11)
    record = await chen.write({"photo": named(mine)})
    foreign = await zhang.write({"photo": named(others)})

    async def lost(at: str) -> None:
        async with app.state.database.transaction() as connection:
            await connection.run(
                "UPDATE membership SET revoked_at = ? WHERE account_id = ?", at, CAST["chen"].id
            )

    await lost("2026-01-01T00:00:00.000Z")
    assert code(await chen.piece(named(mine), record, 0, mine, len(mine)))[0] == 404
    await lost(now())
    assert code(await chen.piece(named(others), foreign, 0, others, len(others)))[0] == 404, (
        "only what belongs to one's own text"
    )
    assert (await chen.send(mine, named(mine), record)).json()["complete"]
    assert code(await chen.get(named(mine), record))[0] == 404, "giving is not reading"


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
    assert BEIPO not in str(path)
