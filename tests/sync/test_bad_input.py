"""Whatever is sent, one line's fault stays its own: one code or flag each, the rest goes through, nothing is half-written."""

from __future__ import annotations

import base64
import gzip
import json
import zlib
from typing import Any

import pytest

from server.refusals import CATALOGUE
from tests.cast import BEIPO, CAST, SHIQIAO, TOWNSHIP, common_ground
from tests.sync.conftest import World
from tests.sync.raw import NDJSON, answers, body, change, hello, new_id, rows, send

DEVICE = CAST["chen"].device

BAD: dict[str, tuple[Any, str]] = {
    "unknown kind": (change(SHIQIAO, 2, kind="spaceship"), "unknown_kind"),
    "a kind only the server writes": (change(SHIQIAO, 2, {"name": "x"}, kind="colleague"), "unknown_kind"),
    "a conflict made by hand": (change(SHIQIAO, 2, {"state": "open"}, kind="conflict"), "unknown_record"),
    "unknown record": (change(SHIQIAO, 2, base=4), "unknown_record"),
    "unknown question": (change(SHIQIAO, 2, {"colour": "red"}), "unknown_question"),
    "a number for text": (change(SHIQIAO, 2, {"facts": 7}), "wrong_type"),
    "an object for text": (change(SHIQIAO, 2, {"facts": {"add": 1}}), "wrong_type"),
    "a day that is none": (change(SHIQIAO, 2, {"on": "2026-02-30"}), "wrong_type"),
    "deleted as text": (change(SHIQIAO, 2, {"deleted": "yes"}), "wrong_type"),
    "a village as a number": (change(SHIQIAO, 2, {"village": 5}), "wrong_type"),
    "NUL in an answer": (change(SHIQIAO, 2, {"facts": "a\x00b"}), "wrong_type"),
    "a record id that is none": (change(SHIQIAO, 2, record="1; DROP TABLE record"), "malformed_line"),
    "set is a list": (change(SHIQIAO, 2) | {"set": []}, "malformed_line"),
    "base is a text": (change(SHIQIAO, 2) | {"base": "0"}, "malformed_line"),
    "a negative base": (change(SHIQIAO, 2, base=-1), "malformed_line"),
    "another line type": (change(SHIQIAO, 2) | {"t": "wish"}, "malformed_line"),
    "a lone surrogate": (json.dumps(change(SHIQIAO, 2, {"facts": "\ud800"})), "malformed_line"),
    "bytes that are no UTF-8": (body(change(SHIQIAO, 2)).strip().replace(b'"x"', b'"\xff\xfe"'), "malformed_line"),
    "NaN": (body(change(SHIQIAO, 2)).strip().replace(b'"x"', b"NaN"), "malformed_line"),
    "a number beyond all numbers": (body(change(SHIQIAO, 2)).strip().replace(b'"x"', b"1e999"), "malformed_line"),
    "nested too deep": (body(change(SHIQIAO, 2)).strip().replace(b'"x"', b"[" * 9000 + b"]" * 9000), "malformed_line"),
    "cut in the middle": (body(change(SHIQIAO, 2))[:-30], "malformed_line"),
    "larger than a line may be": (change(SHIQIAO, 2, {"facts": "x" * (2 << 20)}), "line_too_large"),
    "a local-only answer": (change(SHIQIAO, 2, {"diary": "private words"}, kind="household"), "local_only"),
}


@pytest.mark.parametrize("name", BAD)
async def test_one_bad_line(world: World, name: str) -> None:
    client = await world.client("chen")
    line, code = BAD[name]
    good = [change(SHIQIAO, 1), change(SHIQIAO, 3)]
    found = await send(client, hello(DEVICE), good[0], line, good[1])
    assert answers(found) == [(1, "ok", None), (2, "quarantined", code), (3, "ok", None)]
    assert {row["id"] for row in rows(found)} == {good[0]["record"], good[1]["record"]}
    assert len(await world.all("SELECT * FROM change")) == 2
    assert code in CATALOGUE
    held = (await client.get("/api/quarantine")).json()["entries"]
    assert [(entry["n"], entry["code"]) for entry in held] == [(2, code)]
    assert held[0]["zh"] and held[0]["en"]


async def test_quarantine_keeps_the_bytes_as_they_came(world: World) -> None:
    client = await world.client("chen")
    raw = body(change(SHIQIAO, 1)).strip().replace(b'"x"', b'"\xff\xfe"')
    await send(client, hello(DEVICE), raw)
    assert base64.b64decode((await world.all("SELECT body FROM quarantine"))[0]["body"]) == raw


async def test_a_local_only_answer_is_not_kept_anywhere(world: World) -> None:
    client = await world.client("chen")
    await send(client, hello(DEVICE), change(SHIQIAO, 1, {"diary": "private words", "head": "张"}, kind="household"))
    body_ = base64.b64decode((await world.all("SELECT body FROM quarantine"))[0]["body"]).decode()
    assert "private words" not in body_ and "张" in body_


@pytest.mark.parametrize("village", ["no-such-village", BEIPO, "township:nowhere"])
async def test_unknown_and_foreign_villages_look_the_same(world: World, village: str) -> None:
    client = await world.client("chen")
    found = await send(client, hello(DEVICE), change(village, 1), change(SHIQIAO, 1), change(village, 2, base=3))
    told = {(line["village"], line["n"]): (line["result"], line.get("code")) for line in found if line["t"] == "answer"}
    refused = ("quarantined", "unknown_village")
    assert told == {(village, 1): refused, (village, 2): refused, (SHIQIAO, 1): ("ok", None)}
    assert [row["township_id"] for row in await world.all("SELECT * FROM quarantine")] == ["", ""]
    assert len(await world.all("SELECT * FROM record")) == 1


async def test_what_the_server_keeps_cannot_be_written(world: World) -> None:
    client = await world.client("chen")
    found = await send(client, hello(DEVICE), change(common_ground(TOWNSHIP), 1))
    assert answers(found) == [(1, "quarantined", "village_read_only")]


@pytest.mark.parametrize("at", ["1900-01-01T00:00:00Z", "2099-12-31T23:59:59+08:00", "0001-01-01T00:00:00+14:00", "", "gestern"])
async def test_a_wrong_clock_is_flagged_and_stored(world: World, at: str) -> None:
    client = await world.client("chen")
    found = await send(client, hello(DEVICE), change(SHIQIAO, 1, {"facts": "x", "household": "h"}, at=at))
    assert answers(found) == [(1, "ok", None)]
    row = rows(found)[0]
    assert row["flags"] == [{"code": "clock", "question": ""}] and row["client_at"] == at
    assert row["at"].startswith("20") and row["at"] > "2026"


async def test_an_unmet_rule_is_flagged_and_stored(world: World) -> None:
    client = await world.client("chen")
    found = await send(client, hello(DEVICE), change(SHIQIAO, 1, {"facts": "x"}))
    assert answers(found) == [(1, "ok", None)]
    assert rows(found)[0]["flags"] == [{"code": "required", "question": "household"}]


# The request as a whole


async def test_a_body_over_the_limit_is_refused_and_nothing_of_it_is_answered(world: World) -> None:
    client = await world.client("chen")
    big = body(hello(DEVICE), change(SHIQIAO, 1)) + b" " * (20 << 20)
    answer = await client.post("/api/sync", content=big, headers=NDJSON)
    assert answer.status_code == 413 and answer.json()["code"] == "too_large"


async def test_a_small_body_that_unpacks_large_is_cut_early(world: World) -> None:
    client = await world.client("chen")
    packer = zlib.compressobj(9, zlib.DEFLATED, zlib.MAX_WBITS | 16)
    bomb = packer.compress(body(hello(DEVICE)))
    block = b"\n" * (1 << 20)
    for _ in range(500):
        bomb += packer.compress(block)
    bomb += packer.flush()
    assert len(bomb) < 1 << 20
    answer = await client.post("/api/sync", content=bomb, headers=NDJSON | {"content-encoding": "gzip"})
    assert answer.status_code == 413 and answer.json()["code"] == "too_large"


@pytest.mark.parametrize("encoding", ["gzip", "deflate"])
@pytest.mark.parametrize("broken", ["cut", "garbage"])
async def test_what_is_packed_and_damaged_is_refused_as_a_whole(world: World, broken: str, encoding: str) -> None:
    client = await world.client("chen")
    pack = gzip.compress if encoding == "gzip" else zlib.compress
    packed = pack(body(hello(DEVICE), *(change(SHIQIAO, n) for n in range(1, 200))))
    whole = await client.post("/api/sync", content=packed, headers=NDJSON | {"content-encoding": encoding})
    assert whole.status_code == 200 and '"count":199' in whole.text, whole.text[:300]
    packed = packed[:-20] if broken == "cut" else packed[:200] + b"\0" * 50 + packed[250:]
    answer = await client.post("/api/sync", content=packed, headers=NDJSON | {"content-encoding": encoding})
    assert answer.status_code == 400 and answer.json()["code"] == "malformed"


async def test_an_encoding_nobody_knows(world: World) -> None:
    client = await world.client("chen")
    answer = await client.post("/api/sync", content=body(hello(DEVICE)), headers=NDJSON | {"content-encoding": "br"})
    assert answer.status_code == 415


@pytest.mark.parametrize("start", [b"", b"\n\n", b"[]\n", b"nonsense\n", b'{"t":"change"}\n', b'{"t":"hello","proto":1}\n', b"\xff\n"])
async def test_hello_comes_first(world: World, start: bytes) -> None:
    client = await world.client("chen")
    answer = await client.post("/api/sync", content=start + body(change(SHIQIAO, 1)), headers=NDJSON)
    assert answer.status_code == 400 and answer.json()["code"] == "hello_first"
    assert not await world.all("SELECT * FROM record")


async def test_another_protocol(world: World) -> None:
    client = await world.client("chen")
    answer = await client.post("/api/sync", content=body(hello(DEVICE, proto=2)), headers=NDJSON)
    assert answer.status_code == 400 and answer.json()["code"] == "unknown_protocol"


async def test_nobody_signed_in(world: World) -> None:
    client = await world.client("chen")
    client.cookies.clear()
    answer = await client.post("/api/sync", content=body(hello(DEVICE), change(SHIQIAO, 1)), headers=NDJSON)
    assert answer.status_code == 401 and not await world.all("SELECT * FROM record")


async def test_another_persons_device(world: World) -> None:
    client = await world.client("chen")
    answer = await client.post("/api/sync", content=body(hello(CAST["liu"].device), change(SHIQIAO, 1)), headers=NDJSON)
    assert answer.status_code == 409 and answer.json()["code"] == "device_taken"
    assert not await world.all("SELECT * FROM record")


async def test_blank_lines_and_a_missing_last_newline_are_no_fault(world: World) -> None:
    client = await world.client("chen")
    content = b"\n\r\n" + body(hello(DEVICE)) + b"\n  \n" + body(change(SHIQIAO, 1)).rstrip()
    answer = await client.post("/api/sync", content=content, headers=NDJSON)
    assert answer.status_code == 200 and b'"result":"ok"' in answer.content


async def test_a_record_of_another_kind_or_village_is_unknown(world: World) -> None:
    chen, liu = await world.client("chen"), await world.client("liu")
    mine = change(SHIQIAO, 1)
    await send(chen, hello(DEVICE), mine)
    other_kind = change(SHIQIAO, 2, {"head": "x"}, kind="household", record=mine["record"], base=1)
    assert answers(await send(chen, hello(DEVICE), other_kind)) == [(2, "quarantined", "unknown_record")]
    liuwan = "0192f000-0000-7000-8000-000000000012"
    stolen = change(liuwan, 1, record=mine["record"])
    assert answers(await send(liu, hello(CAST["liu"].device), stolen)) == [(1, "quarantined", "unknown_record")]


async def test_two_hundred_bad_lines_hold_up_nothing(world: World) -> None:
    client = await world.client("chen")
    lines: list[Any] = []
    for n in range(1, 401):
        lines.append(change(SHIQIAO, n) if n % 2 else json.dumps(change(SHIQIAO, n)).replace("facts", "\\ud800"))
    found = answers(await send(client, hello(DEVICE), *lines))
    assert [result for _, result, _ in found] == ["ok", "quarantined"] * 200
    assert new_id() and len(await world.all("SELECT * FROM record")) == 200
